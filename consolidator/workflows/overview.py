"""All that a page of the desk shows of a week: as it would stand now, as it was last run, and what the history says beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from consolidator.model.records import FileDecision, Seen, WeekRun
from consolidator.model.result import OTHER_WEEK, WeekResult
from consolidator.model.weeks import all_weeks, now
from consolidator.store.outbox import looked_into
from consolidator.workflows.weekly import Done, status
from consolidator.writing.publish import latest_result
from schemas.errors import HistoryError, UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.settings import Settings


@dataclass(slots=True)
class Overview:
    """A week seen from all sides; nothing is written to make it.

    ``done`` is the week as :func:`consolidator.workflows.weekly.status` finds it; ``last`` its result as it was last run, None
    where it never was. ``trouble`` says why ``last`` could not be read. ``sent`` are the letters upward by week, ``accepted``
    the (week, unit) in which a file (sha256) was accepted, ``decided`` what was accepted, confirmed or dismissed since.
    """

    done: Done
    settings: Settings
    last: WeekResult | None = None
    trouble: str = ""
    weeks: list[WeekRun] = field(default_factory=list)
    _: KW_ONLY
    sent: dict[dt.date, list[dict]] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    accepted: dict[str, list[tuple[dt.date, str]]] = field(default_factory=dict)
    dismissals: dict[str, FileDecision] = field(default_factory=dict)

    @property
    def result(self) -> WeekResult:
        """The week as it would stand now."""
        return self.done.result

    @property
    def form(self) -> Form:
        """The form of the week."""
        return self.done.form

    @property
    def week(self) -> dt.date:
        """The week that is shown."""
        return self.done.result.week

    @property
    def closed(self) -> bool:
        """Whether the week is closed."""
        return any(one.closed for one in self.weeks if one.week == self.week)

    @property
    def changed(self) -> bool:
        """Whether a run would change the papers: never run, or another file, unit or total than when it was."""
        return not self.closed and (self.last is None or self._gist(self.last) != self._gist(self.result))

    def _gist(self, result: WeekResult) -> tuple:
        """What must be the same for the papers to be true still; files of other weeks, and ledgers that were seen, change nothing."""
        files = sorted((one.sha256, one.unit or "", one.status, len(one.problems)) for one in result.submissions
                       if one.status != OTHER_WEEK and not (one.is_ledger and one.sha256 in self.seen))
        return files, [(one.unit, one.source, one.from_week, one.awaiting, one.figures) for one in result.units], result.totals

    def original(self, sha256: str) -> Path | None:
        """Where the original of a file lies; None of one that was never run."""
        seen = self.seen.get(sha256)
        return self.settings.paths.outbox / seen.original if seen else None


def cells_of(view: Overview, hashes: Iterable[str]) -> dict[str, dict[str, str]]:
    """sha256 → figure → the cell that it was read from, of files that were run; what is kept of a result does not have them."""
    with looked_into(view.settings.paths.outbox, view.form) as outbox:
        return {sha: reading.cells for sha, reading in outbox.history.readings(hashes).items()}


def overview(settings: Settings, week: dt.date | None = None) -> Overview:
    """A week seen from all sides. Without ``week``: the one that :func:`status` would take; where it could take none, the
    one nearest to today.

    Raises:
        ConsolidatorError: the inbox, the roster, the form or the outbox cannot be read, or another run holds the outbox.
    """
    try:
        done = status(settings, week)
    except UsageError:
        if week is not None:
            raise
        form = load_form(settings.paths.form)
        weeks, today = all_weeks(form.campaign), now(settings, form).date()
        done = status(settings, min(max(today, weeks[0]), weeks[-1]))
    found = Overview(done, settings)
    with looked_into(settings.paths.outbox, done.form) as outbox:
        history = outbox.history
        found.weeks = [one for one in history.weeks() if not one.opening]
        found.seen, found.dismissals = history.seen(), history.dismissals()
        found.accepted = history.accepted()
        found.sent = {one.week: [event for event in history.sent(one.week) if event["kind"] == "upward"] for one in found.weeks}
        if any(one.week == done.result.week for one in found.weeks):
            try:
                found.last = latest_result(outbox, done.result.week)
            except HistoryError as error:
                found.trouble = error.sentence
    return found
