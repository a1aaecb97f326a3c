"""All the papers of a week, each replaced whole, ``result.json`` last; what a killed run left is finished first."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.ledger.past import whole_ledger
from consolidator.model.context import Context
from consolidator.model.fault import Fault
from consolidator.model.filenames import edition_name, is_edition
from consolidator.model.json import result_from
from consolidator.model.ledger import LedgerResult
from consolidator.model.result import MATERIAL, REJECTED, WeekResult
from consolidator.model.weeks import now
from consolidator.store.outbox import Outbox
from consolidator.writing.drawn import Drawn, beside_place, draw, names_of_papers
from consolidator.writing.ledger.papers import begin_ledger_papers
from consolidator.writing.paper_names import ANNEX, COPIES, DATA, LEDGERS, PACKED, RESULT, RETURNS
from schemas.actions import Sentence, act
from schemas.errors import HistoryError
from schemas.form import Form
from schemas.roster import load_roster
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.workers.pool import Outcome, Workers
    from consolidator.writing.returns.returns import Copy

SECONDS, MEMORY = 30.0, 1536 << 20  # for one annotated copy: processor time, bytes


def finish(outbox: Outbox, form: Form, settings: Settings, workers: Workers | None = None) -> None:
    """Render what the last run committed and, killed or kept out by an open file, did not render whole."""
    pending = outbox.history.pending()
    if not pending:
        return
    from consolidator.workers.pool import Workers

    with nullcontext(workers) if workers else Workers(form) as ready:
        for _, data in pending:
            result = result_from(json.loads(data))
            if result.ledger:
                context = Context(form, load_roster(settings.paths.roster, form), result.week, settings)
                result.ledger = whole_ledger(result.ledger, result.week, outbox, context)
            render(result, form, settings, outbox, ready)


def render(result: WeekResult, form: Form, settings: Settings, outbox: Outbox, workers: Workers,
           *, drawn: Drawn | None = None) -> set[Path]:
    """Put the week's papers in place: what :func:`draw` began, what needs the originals, ``result.json`` last.

    Where they came to lie.
    """
    folder = outbox.week_folder(result.week)
    begin = workers.begin
    of_rejected = _of_rejected(result)
    copies = _copies(of_rejected, form, folder, _originals(result, outbox), workers)
    drawn, waits = drawn or draw(result, form, settings, outbox, workers), drawn is None
    of_ledgers = begin_ledger_papers(drawn.data, form, beside_place(folder, LEDGERS), begin, hazards=len(result.ledger.hazards)) \
        if result.ledger else None
    names = list(names_of_papers(form, result.week).values())
    materials = materials_of(result, outbox)
    if materials:
        from consolidator.writing.docx.report import write_annex

        names.append(ANNEX)
        write_annex(materials, form, settings, beside_place(folder, ANNEX), week=result.week)
    if settings.report.movers:
        names.append(edition_name("movers", result.week))
        write_page_of_movers(result, outbox, form, settings, beside_place(folder, names[-1]))
    if waits:
        drawn.result()
    returns = begin(_returns, of_rejected, form, settings, folder, _made(copies(), of_rejected, outbox, now(settings, form)))
    ledger_papers = of_ledgers() if of_ledgers else []
    for paper in drawn.papers:
        paper()
    made = {folder / name: beside_place(folder, name) for name in names}
    aside = beside_place(folder, RETURNS)
    made |= {folder / RETURNS / path.relative_to(aside): path for path in returns()}
    made |= {folder / path.relative_to(beside_place(folder, LEDGERS)): path for path in ledger_papers}
    placed = outbox.place_all(made)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(beside_place(folder, LEDGERS), ignore_errors=True)
    shutil.rmtree(beside_place(folder, COPIES), ignore_errors=True)
    for name in (DATA, PACKED):
        beside_place(folder, name).unlink(missing_ok=True)
    asked_for = {path for path in folder.iterdir() if is_edition(path.name)}
    outbox.remove_stale(folder, placed | asked_for | {folder / RESULT})
    placed.add(outbox.place(beside_place(folder, RESULT), folder / RESULT))
    if not outbox.open_elsewhere:
        outbox.history.rendered(result.week)
    return placed


def _of_rejected(result: WeekResult) -> WeekResult:
    """The result with the rejected submissions alone: all that 退回 reports, and soon sent to a worker."""
    from consolidator.writing.returns.returns import rejected_of

    rejected = rejected_of(result) if any(one.status == REJECTED for one in result.submissions) else []
    return replace(result, submissions=rejected, units=[], past=[], notices=[], ledger=LedgerResult())


def _copies(result: WeekResult, form: Form, folder: Path, originals: dict[str, Path],
            workers: Workers) -> Callable[[], list[Outcome[Copy]]]:
    """Begin the annotated copies of the rejected submissions, each apart; what is given back waits for them.

    Submissions that were not read as a form, or whose original is gone, have none.
    """
    aside = beside_place(folder, COPIES)
    shutil.rmtree(aside, ignore_errors=True)
    if not result.submissions:
        return list
    from consolidator.workers.pool import Outcome
    from consolidator.workers.supervisor import share_of_memory
    from consolidator.writing.returns.returns import Copy, make_copy

    aside.mkdir(parents=True)
    pieces = {number: (originals[one.sha256], aside / str(number), one, result.week)
              for number, one in enumerate(result.submissions)
              if one.cells and one.sha256 in originals and originals[one.sha256].is_file()}
    begun = workers.each(make_copy, list(pieces.values()), seconds=SECONDS, memory=share_of_memory(MEMORY, 4))

    def made() -> list[Outcome[Copy]]:
        outcomes = dict(zip(pieces, begun(), strict=True))
        return [outcomes.get(number, Outcome(Copy())) for number in range(len(result.submissions))]
    return made


def _made(outcomes: Sequence[Outcome[Copy]], result: WeekResult, outbox: Outbox, at: dt.datetime) -> list[Copy]:
    """The copies; where there is none, why. What our own code failed at is logged, and its unit gets the notice alone."""
    if not outcomes:
        return []
    from consolidator.workers.supervisor import WorkerDied
    from consolidator.writing.returns.carrying import TOO_LONG
    from consolidator.writing.returns.returns import Copy

    copies, faults = [], []
    for outcome, one in zip(outcomes, result.submissions, strict=True):
        if outcome.value is not None:
            copies.append(outcome.value)
        elif isinstance(outcome.error, (WorkerDied, MemoryError)):
            copies.append(Copy(why=TOO_LONG))
        else:
            copies.append(Copy())
            faults.append(Fault(one.file, "".join(traceback.format_exception(outcome.error))))
    outbox.report_faults(faults, at)
    return copies


def _returns(result: WeekResult, form: Form, settings: Settings, folder: Path, copies: Sequence[Copy]) -> list[Path]:
    """What goes back, made aside; the paths."""
    aside = beside_place(folder, RETURNS)
    shutil.rmtree(aside, ignore_errors=True)
    if not result.submissions:
        return []
    from consolidator.writing.returns.returns import write_returns

    return write_returns(result, form, settings, aside, copies)


def _originals(result: WeekResult, outbox: Outbox) -> dict[str, Path]:
    """sha256 → where the original lies, of what is rejected; each submission's ``received`` filled in where it lacks."""
    if all(one.received for one in result.submissions) and not any(one.status == REJECTED for one in result.submissions):
        return {}
    seen = outbox.history.seen(one.sha256 for one in result.submissions)
    found = {}
    for one in result.submissions:
        before = seen.get(one.sha256)
        if before:
            one.received = one.received or before.at
            if one.status == REJECTED:
                found[one.sha256] = outbox.folder / before.original
    return found


def materials_of(result: WeekResult, outbox: Outbox) -> list:
    """The units' narratives of the week, for the annex that the clerk works from."""
    from consolidator.writing.docx.report import Material

    files = [one for one in result.submissions if one.status == MATERIAL]
    readings = outbox.history.readings(one.sha256 for one in files)
    return [Material(one.unit or "未知单位", one.file, readings[one.sha256].text) for one in files
            if one.sha256 in readings and readings[one.sha256].text.strip()]


def write_page_of_movers(result: WeekResult, outbox: Outbox, form: Form, settings: Settings, path: Path) -> None:
    """Write the page on what moved, with the units' record as the history has it, to ``path``."""
    from consolidator.store.timeliness import unit_records
    from consolidator.writing.docx.movers import write_movers

    units = [one.unit for one in result.due_units()]
    write_movers(result, unit_records(outbox.history, form.campaign, result.week, units), form, settings, path)


def bridge_of(outbox: Outbox, week: dt.date) -> list[dict]:
    """The lines of the week's bridge as its ``result.json`` has them; none where there is none (the week is archived, or was not run)."""
    data = next((data for pending, data in outbox.history.pending() if pending == week), None)
    try:
        whole = json.loads(data if data is not None else (outbox.week_folder(week) / RESULT).read_bytes())
    except (OSError, ValueError):
        return []
    return whole.get("ledger", {}).get("bridge", [])


def latest_result(outbox: Outbox, week: dt.date) -> WeekResult:
    """The week's result as it was last committed.

    Raises:
        HistoryError: ``result.json`` is not there, not whole, or not as the program wrote it: what somebody changed in
            it by hand must not go up in a letter.
    """
    for pending, data in outbox.history.pending():
        if pending == week:
            return result_from(json.loads(data))
    path = outbox.week_folder(week) / RESULT
    try:
        data = path.read_bytes()
        result = result_from(json.loads(data))
    except (OSError, ValueError) as error:
        raise HistoryError(Sentence(f"{week} 期的 result.json 读不到：请", act("run-anew", week=week))) from error
    ours = outbox.history.ours(path.relative_to(outbox.folder).as_posix())  # nothing after a rebuild of the index
    totals = next((one.totals for one in outbox.history.weeks() if one.week == week), result.totals)
    if result.totals != totals or (ours and hashlib.sha256(data).hexdigest() not in ours):
        raise HistoryError(Sentence(f"{week} 期的 result.json 被改动过：请删去它，再", act("run", week=week),
                                    "（已定稿的先", act("reopen-first"), "）"))
    return result
