"""Each unit's record over the campaign: how often it reported in time, late or not at all, and how often it had to correct.

From forms' own dates and the journal alone, never from the clock: whether a form is late does not depend on the hour of a run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from consolidator.model.records import Standing
from consolidator.model.weeks import due_date
from consolidator.store.history import History
from schemas.form import Campaign


@dataclass(slots=True)
class UnitRecord:
    """Of the ``due`` weeks that were run: ``on_time`` are those with a form dated by the day it was due, ``late`` with a later one or
    one that came after closing. ``returned`` are forms that were refused, ``corrected`` accepted ones that replaced another."""

    unit: str
    due: int
    on_time: int
    late: int
    returned: int
    _: KW_ONLY
    corrected: int

    @property
    def missing(self) -> int:
        """The weeks for which nothing of it counts."""
        return self.due - self.on_time - self.late

    @property
    def spotless(self) -> bool:
        """Whether there is nothing to say of it."""
        return self.on_time == self.due and not self.returned and not self.corrected


def unit_records(history: History, campaign: Campaign, until: dt.date, units: Sequence[str]) -> list[UnitRecord]:
    """The records of ``units`` over the weeks run up to ``until``, in their order."""
    weeks = {one.week for one in history.weeks() if not one.opening and one.week <= until}
    on_time: dict[str, int] = {}
    late: dict[str, int] = {}
    stands: dict[tuple[dt.date, str], Standing] = {}
    for one in history.standing():
        if one.week in weeks:
            stands.setdefault((one.week, one.unit), one)  # what came after closing is last
    for one in stands.values():
        counts = late if one.after_close or (one.date and one.date > due_date(campaign, one.week)) else on_time
        counts[one.unit] = counts.get(one.unit, 0) + 1
    forms: dict[tuple[str, str, str], set[str]] = {}
    for event in history.journal.events():
        if event["event"] in ("accepted", "rejected") and event.get("unit") and dt.date.fromisoformat(event["week"]) in weeks:
            forms.setdefault((event["event"], event["unit"], event["week"]), set()).add(event["sha256"])
    returned: dict[str, int] = {}
    corrected: dict[str, int] = {}
    for (what, unit, _), files in forms.items():
        counts, count = (returned, len(files)) if what == "rejected" else (corrected, len(files) - 1)
        counts[unit] = counts.get(unit, 0) + count
    return [UnitRecord(unit, len(weeks), on_time.get(unit, 0), late.get(unit, 0), returned.get(unit, 0), corrected=corrected.get(unit, 0))
            for unit in units]
