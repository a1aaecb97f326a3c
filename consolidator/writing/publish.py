"""All the papers of a week, each replaced whole, ``result.json`` last; what a killed run left is finished first."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import traceback
import zlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.ledger.past import whole_ledger
from consolidator.model.fault import Fault
from consolidator.model.filenames import checkbook_name, edition_name, is_edition, merged_name
from consolidator.model.json import result_from, result_pieces
from consolidator.model.ledger import LedgerResult
from consolidator.model.result import MATERIAL, REJECTED, WeekResult
from consolidator.model.weeks import now
from consolidator.store.outbox import Outbox
from consolidator.writing.ledger.papers import begin_ledger_papers
from consolidator.writing.parts import Put, put, taken, without_gc
from schemas.actions import Sentence, act
from schemas.errors import HistoryError
from schemas.form import Form
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.workers.pool import Outcome, Workers
    from consolidator.writing.returns.returns import Copy

REPORT, ANNEX, PAGE, REMINDERS = "阶段工作情况报告.docx", "材料汇编.docx", "report.html", "催报通知.txt"
RETURNS, RESULT = "退回", "result.json"
COPIES = "批注件"  # the annotated copies, until their notices are written
LEDGERS = "台账"  # what is made of the ledgers, until it is put in place
PACKED, DATA = "result.json.z", "result.pickle"  # the result as the history keeps it until it is rendered; and for the workers


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
                result.ledger = whole_ledger(result.ledger, result.week, outbox, form, settings)
            render(result, form, settings, outbox, ready)


def get_ready() -> None:
    """Import, in a worker that has nothing else to do, what writing takes."""
    import docxtpl  # noqa: F401
    import pygal  # noqa: F401

    from consolidator.writing.docx import report  # noqa: F401
    from consolidator.writing.html import page  # noqa: F401
    from consolidator.writing.text import notices  # noqa: F401
    from consolidator.writing.xlsx import (
        checkbook,  # noqa: F401
        merged,  # noqa: F401
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Papers on their way, all made of ``data``. ``result`` waits for ``result.json`` and gives the file in which it lies packed,
    ``papers`` wait for the others."""

    data: Put
    result: Callable[[], Path]
    papers: Sequence[Callable[[], None]]


def draw(result: WeekResult, form: Form, settings: Settings, outbox: Outbox, workers: Workers) -> Drawn:
    """Begin what the result alone makes, each file beside its place.

    The workers make them while this process commits the result. They are put in place only after that.
    """
    folder, begin = outbox.week_folder(result.week), workers.begin
    folder.mkdir(parents=True, exist_ok=True)
    data = put(result, form, settings, _beside(folder, DATA))
    return Drawn(data, begin(_draw_result, data, folder), [begin(_draw, data, folder, names) for names in _HALVES])


def _draw_result(data: Put, folder: Path) -> Path:
    """``result.json``, and beside it the same packed: no process ever holds either whole."""
    packer, aside = zlib.compressobj(1), _beside(folder, PACKED)
    with without_gc(), _beside(folder, RESULT).open("wb") as file, aside.open("wb") as packed:
        for piece in result_pieces(taken(data)[0]):
            file.write(piece)
            packed.write(packer.compress(piece))
        packed.write(packer.flush())
    return aside


def _draw(data: Put, folder: Path, names: Sequence[str]) -> None:
    with without_gc():
        result, form, settings = taken(data)
        for name in names:
            _WRITERS[name](result, form, settings, _beside(folder, _names(form, result.week)[name]))


def _beside(folder: Path, name: str) -> Path:
    """Where a paper is made before it is put in place."""
    return folder / f".part-{name}"


def _names(form: Form, week: dt.date) -> dict[str, str]:
    """The files of the papers, in the order in which they are put in place."""
    return {"merged": merged_name(form, week), "report": REPORT, "checkbook": checkbook_name(form, week), "page": PAGE,
            "reminders": REMINDERS}


def _write_merged(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.xlsx.merged import write_merged

    write_merged(result, form, settings, path)


def _write_report(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.docx.report import write_report

    write_report(result, form, settings, path)


def _write_checkbook(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.xlsx.checkbook import write_checkbook

    write_checkbook(result, form, settings, path)


def _write_page(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.html.page import write_page

    write_page(result, form, settings, path)


def _write_reminders(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.files import write_text
    from consolidator.writing.text.notices import reminder_text

    write_text(path, reminder_text(result, form, settings))


_WRITERS = {"merged": _write_merged, "report": _write_report, "checkbook": _write_checkbook, "page": _write_page,
            "reminders": _write_reminders}
_HALVES = (("checkbook", "page", "report"), ("merged", "reminders"))  # the second, with result.json, takes as long as the first


def render(result: WeekResult, form: Form, settings: Settings, outbox: Outbox, workers: Workers,
           drawn: Drawn | None = None) -> set[Path]:
    """Put the week's papers in place: what :func:`draw` began, what needs the originals, ``result.json`` last.

    Where they came to lie.
    """
    folder = outbox.week_folder(result.week)
    begin = workers.begin
    of_rejected = _of_rejected(result)
    copies = _copies(of_rejected, form, folder, _originals(result, outbox), workers)
    drawn, waits = drawn or draw(result, form, settings, outbox, workers), drawn is None
    of_ledgers = begin_ledger_papers(drawn.data, form, _beside(folder, LEDGERS), begin) if result.ledger else None
    names = list(_names(form, result.week).values())
    materials = materials_of(result, outbox)
    if materials:
        from consolidator.writing.docx.report import write_annex

        names.append(ANNEX)
        write_annex(materials, form, settings, _beside(folder, ANNEX), week=result.week)
    if settings.report.movers:
        names.append(edition_name("movers", result.week))
        write_page_of_movers(result, outbox, form, settings, _beside(folder, names[-1]))
    if waits:
        drawn.result()
    returns = begin(_returns, of_rejected, form, settings, folder, _made(copies(), of_rejected, outbox, now(settings, form)))
    for paper in drawn.papers:
        paper()
    made = {folder / name: _beside(folder, name) for name in names}
    aside = _beside(folder, RETURNS)
    made |= {folder / RETURNS / path.relative_to(aside): path for path in returns()}
    if of_ledgers:
        made |= {folder / path.relative_to(_beside(folder, LEDGERS)): path for path in of_ledgers()}
    placed = outbox.place_all(made)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(_beside(folder, LEDGERS), ignore_errors=True)
    shutil.rmtree(_beside(folder, COPIES), ignore_errors=True)
    for name in (DATA, PACKED):
        _beside(folder, name).unlink(missing_ok=True)
    asked_for = {path for path in folder.iterdir() if is_edition(path.name)}
    outbox.remove_stale(folder, placed | asked_for | {folder / RESULT})
    placed.add(outbox.place(_beside(folder, RESULT), folder / RESULT))
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
    aside = _beside(folder, COPIES)
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
    aside = _beside(folder, RETURNS)
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
