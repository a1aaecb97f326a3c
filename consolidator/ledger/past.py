"""Ledgers as the history has them: for decisions on hazards, and for papers that a killed run left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.file_ledgers import Known, ReadFile
from consolidator.ledger.named import find_named
from consolidator.ledger.week import Taken, take_ledgers
from consolidator.model.context import Context
from consolidator.model.ledger import LedgerResult
from consolidator.model.submission import Submission
from consolidator.store.outbox import Outbox
from schemas.firms import FirmNames, load_firms

ReadAgain = Callable[[dict[str, str]], dict[str, Submission]]  # sha256 → path of the original, read again


def known(outbox: Outbox, events: Sequence[dict], week: dt.date) -> Known:
    """What the history says of ledgers, as far as ``week`` needs it; ``events`` are of all that were ever taken."""
    closed = frozenset(one.week for one in outbox.history.weeks() if one.closed and one.week != week)
    return Known({(one["sha256"], one["unit"], one["ledger"]): one for one in events}, outbox.history.hazard_decisions(week), closed)


def dismissed_by(outbox: Outbox, week: dt.date) -> set[str]:
    """The files that the clerk has dismissed by ``week``: nothing in them counts. Their hazards' ids stay used."""
    return {sha for sha, one in outbox.history.dismissals().items() if one.week <= week}


def departed(events: Sequence[dict], here: set[str], outbox: Outbox, read_again: ReadAgain | None = None) -> list[ReadFile]:
    """Ledgers that were taken before and have left the inbox: as they were read; of an index made anew, read again."""
    gone = list(dict.fromkeys(one["sha256"] for one in events if one["sha256"] not in here))
    if not gone:
        return []
    seen, readings = outbox.history.seen(gone), outbox.history.readings(gone)
    lost = {sha: str(outbox.folder / seen[sha].original) for sha in gone if sha not in readings and sha in seen}
    if lost and read_again:
        readings |= read_again(lost)
    return [ReadFile(seen[sha].file, sha, readings[sha].ledgers, None, seen[sha].run, seen_week=seen[sha].week)
            for sha in gone if sha in seen and sha in readings]


def from_history(outbox: Outbox, week: dt.date, context: Context, read_again: ReadAgain | None = None) -> Taken:
    """All hazards as of ``week``, as the history alone has them: of whatever day their ledgers are."""
    dismissed, every = dismissed_by(outbox, week), outbox.history.ledgers()
    events = [one for one in every if one["week"] <= week.isoformat() and one["sha256"] not in dismissed]
    keys = ColumnKeys(FirmNames(load_firms(context.settings.paths.firms), context.form.region))
    files = departed(events, set(), outbox, read_again)
    taken = take_ledgers(files, week, replace(context, today=dt.date.max), keys, known(outbox, every, week))
    find_named(taken.following, taken.result)
    return taken


def whole_ledger(part: LedgerResult, week: dt.date, outbox: Outbox, context: Context) -> LedgerResult:
    """What ``result.json`` holds a part of: with all that papers which stay in the office show."""
    whole = from_history(outbox, week, context).result
    whole.files, whole.held, whole.doubts, whole.checks = part.files, part.held, part.doubts, part.checks
    whole.bridge, whole.district, whole.duties = part.bridge, part.district, part.duties
    return whole
