"""The ledgers' part of a run: gathered from the inbox and the history, followed, laid beside the week's result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from consolidator.judging.attribution import Candidate
from consolidator.ledger.bridge import UnitWeek
from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.file_ledgers import Known, ReadFile
from consolidator.ledger.named import find_named
from consolidator.ledger.past import departed, dismissed_by, known
from consolidator.ledger.succession import taken_by
from consolidator.ledger.week import Taken, add_bridge, event_of, take_ledgers
from consolidator.model.context import Context
from consolidator.model.inbox import InboxFile
from consolidator.model.ledger import LedgerResult
from consolidator.model.result import ACCEPTED, DISMISSED, LEDGER, REJECTED, WeekResult
from consolidator.model.submission import Submission
from consolidator.model.weeks import all_weeks, due_date, week_of
from consolidator.store.outbox import Outbox
from consolidator.workers.pool import Workers
from consolidator.workflows.collect import Collected
from schemas.firms import FirmNames, load_firms
from schemas.form import Form
from schemas.ledger_problems import ledger_message
from schemas.problems import problem

NEEDS_HISTORY = frozenset(("id-unknown",))  # without one no 编号 is known


def of_week(result: WeekResult, collected: Collected, outbox: Outbox, workers: Workers, context: Context) -> list[dict]:
    """Follow all hazards up to the week of ``result`` and lay them beside it; the events that the journal does not hold yet.

    All by which hazards are found again takes as much memory as they do, and is gone when this returns.
    """
    form = context.form
    if not form.ledger_definitions:
        return []
    dismissed, every = dismissed_by(outbox, result.week), outbox.history.ledgers()
    events = [one for one in every if one["sha256"] not in dismissed]
    files = [_of_candidate(one, collected) for one in collected.candidates
             if (one.is_ledger or one.submission.ledgers) and one.sha256 not in dismissed]
    files += departed(events, {one.sha256 for one in files}, outbox, reader_of(workers))
    taken = take_ledgers(files, result.week, context, collected.keys, known(outbox, every, result.week))
    find_named(taken.following, taken.result)
    _lay_beside(result, taken, outbox, form)
    at = collected.at.isoformat(timespec="seconds")
    return _events_of(taken, collected.run, at, taken_by(every, context.roster))


def reader_of(workers: Workers) -> Callable[[dict[str, str]], dict[str, Submission]]:
    """Reads originals again, by sha256."""
    def read_again(paths: dict[str, str]) -> dict[str, Submission]:
        reads = workers.read([InboxFile(path, sha, 0, 0.0) for sha, path in paths.items()], set())
        return {read.sha256: read.submission for read in reads if read.submission is not None}
    return read_again


def _of_candidate(one: Candidate, collected: Collected) -> ReadFile:
    before = collected.seen.get(one.sha256)
    unread = one.submission.kind == "unreadable"
    flagged = one.submission.problems[0].message if unread and one.submission.problems else ""
    return ReadFile(one.file, one.sha256, one.submission.ledgers, one.unit if one.is_form else None, one.arrived,
                    seen_week=before.week if before else None,
                    unreadable=ledger_message("ledger-unreadable", {"written": flagged}) if unread else "")


def _lay_beside(result: WeekResult, taken: Taken, outbox: Outbox, form: Form) -> None:
    """Put the ledgers into the week's result: a file of ledgers alone is ``ledger``, ``rejected`` where one is refused whole."""
    if taken.result:
        add_bridge(taken, _unit_weeks(result, outbox, form, taken), result.week, form)
    result.ledger = taken.result
    units = {one.file: one.unit for one in taken.result.files if one.unit}
    refused: dict[str, str] = {}
    for taken_file in taken.result.files:
        if taken_file.refused:
            refused.setdefault(taken_file.file, taken_file.refused)
    for one in result.submissions:
        if one.is_ledger and one.status != DISMISSED:
            one.unit = units.get(one.file, one.unit)
            one.status = REJECTED if one.file in refused else LEDGER
            one.problems = [problem("ledger-refused", sentence=refused[one.file])] if one.file in refused else []


def _unit_weeks(result: WeekResult, outbox: Outbox, form: Form, taken: Taken) -> list[UnitWeek]:
    """The units' figures of this week and of the last week run, each with the day of its form."""
    days = {one.unit: one.date for one in result.submissions if one.status == ACCEPTED and one.date}
    due = due_date(form.campaign, result.week)
    last = result.previous_week
    before = {one.unit: one.date for one in outbox.history.standing(week=last) if one.date} if last else {}
    last_due = due_date(form.campaign, last) if last else due
    waited = _waited(outbox, last) if last and taken.latest_before else {}
    return [UnitWeek(one.unit, one.kind, one.source, one.figures, (days.get(one.unit) or due).isoformat(),
                     last=one.previous if last and one.previous else None,
                     last_day=(before.get(one.unit) or last_due).isoformat() if last else "", waited=waited.get(one.unit, {}))
            for one in result.units]


def _waited(outbox: Outbox, last: dt.date) -> dict[str, dict[str, float | None]]:
    """Unit → figure → the difference when it was compared last, of those that were not compared in the week ``last``."""
    from consolidator.writing.publish import bridge_of

    found: dict[str, dict[str, float | None]] = {}
    for line in bridge_of(outbox, last):
        if line.get("waiting"):
            found.setdefault(line["unit"], {})[line["figure"]] = line.get("base")
    return found


def _events_of(taken: Taken, run: int, at: str, held: Mapping[tuple[str, str, str], dict]) -> list[dict]:
    """What the journal is to hold of the ledgers that it does not hold yet; ``held`` are the events of those it has."""
    events = []
    for one in taken.matched:
        old = held.get((one.sha256, one.unit, one.ledger))
        minted = [*(old["minted"] if old else ()), *(name for name in one.minted if not old or name not in old["minted"])]
        event = event_of(one, run, at) | {"minted": minted}
        if old is None or (old["ids"], old["minted"]) != (event["ids"], event["minted"]):
            events.append(event)
    return events


def check_ledgers(candidates: Sequence[Candidate], context: Context) -> LedgerResult:
    """What the rows of each ledger would be reported by themselves: no history is asked, so no hazard is known."""
    form = context.form
    week = week_of(form.campaign, context.today) or all_weeks(form.campaign)[-1]
    keys = ColumnKeys(FirmNames(load_firms(context.settings.paths.firms), form.region))
    whole = LedgerResult(week=week.isoformat())
    for one in candidates:
        if not (one.is_ledger or one.submission.ledgers):
            continue
        flagged = one.submission.problems[0].message if one.is_ledger and one.submission.problems else ""
        file = ReadFile(one.file, one.sha256, one.submission.ledgers, one.unit if one.is_form else None, 1, seen_week=None,
                        unreadable=ledger_message("ledger-unreadable", {"written": flagged}) if flagged else "")
        taken = take_ledgers([file], all_weeks(form.campaign)[-1], context, keys, Known(), every_week=True)
        found = taken.result
        find_named(taken.following, found)
        whole.files += found.files
        whole.held += [held for held in found.held if held.code not in NEEDS_HISTORY]
    return whole
