"""What a run says to the history: only what changed, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from consolidator.judging.attribution import Candidate
from consolidator.judging.judge import Judged
from consolidator.model.inbox import InboxFile
from consolidator.model.records import Standing
from consolidator.model.result import DUPLICATE, REJECTED, SUPERSEDED
from consolidator.store.history import History
from consolidator.store.originals import Original
from consolidator.store.outbox import Outbox
from consolidator.workflows.collect import Collected


def commit(judged: Judged, collected: Collected, outbox: Outbox, originals: Iterable[tuple[Original, str]],
           result: Callable[[], Path], *, of_ledgers: Sequence[dict] = ()) -> None:
    """Record the run's events, its readings and its result, to be rendered.

    ``originals`` are those kept in this run, each with its place (:func:`originals.keep`); ``result`` waits for the file of the
    packed result. ``of_ledgers`` are the events of the week's ledgers.
    """
    outbox.history.record(_events(judged, collected, outbox.history, originals, of_ledgers), readings=collected.fresh,
                          version=collected.version, run=True, pending=(judged.result.week, result))


def _events(judged: Judged, collected: Collected, history: History, originals: Iterable[tuple[Original, str]],
            of_ledgers: Sequence[dict]) -> Iterator[dict]:
    """The run's events, one by one. The history is asked before the first of them is given, as they change it."""
    week, run, at = judged.result.week, collected.run, collected.at.isoformat(timespec="seconds")
    here = history.standing(week=week)
    closed = {(own, held.sha256): held for own in {one.own_week for one in judged.after_close} for held in history.standing(week=own)}
    ran = next((one for one in history.weeks() if one.week == week), None)
    result_of = (judged.result.totals, len(judged.result.reported_units()), judged.result.previous_totals)
    again = any(one.after_close for one in here) or ran is None or (ran.totals, ran.reported, ran.previous_totals) != result_of
    standing = {one.unit: one for one in here if not one.after_close}
    before, outcomes = history.judged(one.sha256 for one in judged.candidates), history.outcomes(week)
    for event in chain(_seen(originals, week, run, at), _stand(judged, standing, closed, run, at),
                       _fallen(judged, standing, before, outcomes, at), of_ledgers):
        again = True
        yield event
    if again:
        totals, reported, previous = result_of
        yield {"event": "ran", "at": at, "week": week.isoformat(), "run": run, "reported": reported, "totals": totals,
               "previous_totals": previous}


def _stand(judged: Judged, standing: Mapping[str, Standing], closed: Mapping[tuple, Standing], run: int, at: str) -> Iterator[dict]:
    """An event for each submission that counts from now on, or is kept for its closed week."""
    for unit, one in judged.standing.items():
        if not _same(standing.get(unit), one):
            yield _accepted(one, judged.result.week, unit, run, at)
    for one in judged.after_close:
        own = one.own_week or judged.result.week
        if not _same(closed.get((own, one.sha256)), one):
            yield {**_accepted(one, own, one.owner, run, at), "after_close": True}


def _fallen(judged: Judged, standing: Mapping[str, Standing], before: Mapping[str, set[dt.date]], outcomes: Mapping[str, str],
            at: str) -> Iterator[dict]:
    """An event for each that is rejected or passed over from now on."""
    week = judged.result.week
    for one in judged.candidates:
        new = week not in before.get(one.sha256, ())
        unseated = one.owner in standing and one.owner not in judged.standing and standing[one.owner].sha256 == one.sha256
        if one.status == REJECTED and (new or unseated) and not one.for_clerk:
            codes = sorted({found.code for found in one.problems if found.severity == "error"})
            yield {"event": "rejected", "at": at, "week": week.isoformat(), "unit": one.unit,
                   "sha256": one.sha256, "file": one.file, "codes": codes}
        elif one.status in (SUPERSEDED, DUPLICATE) and (new or outcomes.get(one.sha256) != one.status):
            yield {"event": one.status, "at": at, "week": week.isoformat(), "unit": one.unit,
                   "sha256": one.sha256, "file": one.file}


def new_originals(collected: Collected, files: Iterable[InboxFile]) -> list[Original]:
    """Every file not seen before, to be kept; of those with the same bytes the first. ``files`` are the inbox's."""
    paths = {one.file: one.path for one in files}
    found: dict[str, Original] = {}
    for one in collected.candidates:
        size = collected.sizes.get(one.sha256)
        if one.in_inbox and size is not None and one.sha256 not in collected.seen:
            found.setdefault(one.sha256, Original(paths[one.file], one.sha256, size, one.file, one.unit))
    return list(found.values())


def _seen(kept: Iterable[tuple[Original, str]], week: dt.date, run: int, at: str) -> Iterator[dict]:
    """An event for every original kept."""
    for one, place in kept:
        yield {"event": "seen", "at": at, "run": run, "week": week.isoformat(), "file": one.file, "sha256": one.sha256,
               "size": one.size, "original": place}


def _accepted(one: Candidate, week: dt.date, unit: str, run: int, at: str) -> dict:
    return {"event": "accepted", "at": at, "run": run, "week": week.isoformat(), "unit": unit, "sha256": one.sha256,
            "file": one.file, "date": one.date.isoformat() if one.date else None, "figures": one.figures}


def _same(held: Standing | None, one: Candidate) -> bool:
    return held is not None and held.sha256 == one.sha256 and held.figures == one.figures
