"""What a run says to the history: only what changed, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from consolidator.judging.attribution import Candidate
from consolidator.judging.judge import Judged
from consolidator.model.inbox import InboxFile
from consolidator.model.records import Standing
from consolidator.model.result import DUPLICATE, REJECTED, SUPERSEDED
from consolidator.store.originals import Original
from consolidator.store.outbox import Outbox
from consolidator.workflows.collect import Collected


def commit(judged: Judged, collected: Collected, outbox: Outbox, originals: Iterable[tuple[Original, str]],
           result: Callable[[], bytes], of_ledgers: Sequence[dict] = ()) -> None:
    """Record the run's events, its readings and its result, to be rendered.

    ``originals`` are those kept in this run, each with its place (:func:`originals.keep`); ``result`` waits for the result as
    :func:`consolidator.store.history.packed` makes it. ``of_ledgers`` are the events of the week's ledgers.
    """
    history, week = outbox.history, judged.result.week
    at, run = collected.at.isoformat(timespec="seconds"), collected.run
    events = _seen(originals, week, run, at)
    standing = {one.unit: one for one in history.standing(week=week, after_close=False)}
    for unit, one in judged.standing.items():
        if not _same(standing.get(unit), one):
            events.append(_accepted(one, week, unit, run, at))
    for one in judged.after_close:
        own = one.own_week or week
        kept = {held.sha256: held for held in history.standing(week=own)}
        if not _same(kept.get(one.sha256), one):
            events.append({**_accepted(one, own, one.owner, run, at), "after_close": True})
    before, outcomes = history.judged(), history.outcomes(week)
    for one in judged.candidates:
        new = week not in before.get(one.sha256, ())
        unseated = one.unit in standing and one.unit not in judged.standing and standing[one.unit].sha256 == one.sha256
        if one.status == REJECTED and (new or unseated) and not one.for_clerk:
            codes = sorted({found.code for found in one.problems if found.severity == "error"})
            events.append({"event": "rejected", "at": at, "week": week.isoformat(), "unit": one.unit,
                           "sha256": one.sha256, "file": one.file, "codes": codes})
        elif one.status in (SUPERSEDED, DUPLICATE) and (new or outcomes.get(one.sha256) != one.status):
            events.append({"event": one.status, "at": at, "week": week.isoformat(), "unit": one.unit,
                           "sha256": one.sha256, "file": one.file})
    events += of_ledgers
    ran = next((one for one in history.weeks() if one.week == week), None)
    reported = len(judged.result.reported_units())
    result_of = (judged.result.totals, reported, judged.result.previous_totals)
    kept_while_closed = any(one.after_close for one in history.standing(week=week))
    if events or kept_while_closed or ran is None or (ran.totals, ran.reported, ran.previous_totals) != result_of:
        events.append({"event": "ran", "at": at, "week": week.isoformat(), "run": run, "reported": reported,
                       "totals": judged.result.totals, "previous_totals": judged.result.previous_totals})
    history.record(events, readings=collected.fresh, version=collected.version, run=bool(events),
                   pending=(week, result))


def new_originals(collected: Collected, files: Iterable[InboxFile]) -> list[Original]:
    """Every file not seen before, to be kept; of those with the same bytes the first. ``files`` are the inbox's."""
    paths = {one.file: one.path for one in files}
    found: dict[str, Original] = {}
    for one in collected.candidates:
        size = collected.sizes.get(one.sha256)
        if one.in_inbox and size is not None and one.sha256 not in collected.seen:
            found.setdefault(one.sha256, Original(paths[one.file], one.sha256, size, one.file, one.unit))
    return list(found.values())


def _seen(kept: Iterable[tuple[Original, str]], week: dt.date, run: int, at: str) -> list[dict]:
    """An event for every original kept."""
    return [{"event": "seen", "at": at, "run": run, "week": week.isoformat(), "file": one.file, "sha256": one.sha256,
             "size": one.size, "original": place} for one, place in kept]


def _accepted(one: Candidate, week: dt.date, unit: str, run: int, at: str) -> dict:
    return {"event": "accepted", "at": at, "run": run, "week": week.isoformat(), "unit": unit, "sha256": one.sha256,
            "file": one.file, "date": one.date.isoformat() if one.date else None, "figures": one.figures}


def _same(held: Standing | None, one: Candidate) -> bool:
    return held is not None and held.sha256 == one.sha256 and held.figures == one.figures
