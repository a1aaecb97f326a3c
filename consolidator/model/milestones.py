"""The notice's other dates (方案 五): what units hand in beside the weekly form, and who has done so.

Their narratives are kept as material. A narrative is counted for a date when its file's name or its words have the
date's name (阶段进展 …): what it is for is not guessed from when it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.form import Form, Milestone

DAYS_AHEAD, DAYS_AFTER = 14, 7  # how long before and after its date one is shown
_ENDINGS = ("情况", "报告", "材料")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A date that is near, the units that have handed in for it, and those that have not."""

    milestone: Milestone
    handed_in: tuple[str, ...]
    missing: tuple[str, ...]


def near(form: Form, today: dt.date) -> list[Milestone]:
    """The dates that are coming near or have just passed."""
    return [one for one in form.campaign.milestones
            if -DAYS_AFTER <= (one.due - today).days <= DAYS_AHEAD]


def handed_in(milestone: Milestone, materials: Iterable[tuple[str | None, str, str]],
              due_units: Iterable[str]) -> HandedIn:
    """Who has handed in for ``milestone``; ``materials`` are (unit, file, text)."""
    word = milestone.name
    for ending in _ENDINGS:
        word = word.removesuffix(ending)
    given = {unit for unit, file, text in materials if unit and (word in file or word in text)}
    units = list(due_units)
    return HandedIn(milestone, tuple(one for one in units if one in given), tuple(one for one in units if one not in given))
