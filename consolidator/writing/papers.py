"""All the papers of a week, each replaced whole, ``result.json`` last; what a killed run left is finished first."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from functools import partial
from pathlib import Path

from consolidator.keeping.outbox import Outbox
from consolidator.result import MATERIAL, SubmissionResult, WeekResult
from consolidator.translate import result_bytes, result_from
from consolidator.writing.files import write_text
from consolidator.writing.names import ledger_name, merged_name
from schemas.errors import HistoryError
from schemas.form import Form
from schemas.settings import Settings

REPORT, ANNEX, PAGE, REMINDERS = "阶段工作情况报告.docx", "材料汇编.docx", "report.html", "催报通知.txt"
RETURNS, RESULT = "退回", "result.json"


def finish(outbox: Outbox, form: Form, settings: Settings) -> None:
    """Render what the last run committed and, killed or kept out by an open file, did not render whole."""
    for _, data in outbox.history.pending():
        render(result_from(json.loads(data)), form, settings, outbox)


def render(result: WeekResult, form: Form, settings: Settings, outbox: Outbox) -> None:
    """Write the week's papers."""
    from consolidator.writing.ledger import write_ledger
    from consolidator.writing.merged import write_merged
    from consolidator.writing.page import write_page
    from consolidator.writing.report import write_annex, write_report
    from consolidator.writing.texts import reminder_text

    folder = outbox.week_folder(result.week)
    folder.mkdir(parents=True, exist_ok=True)
    originals = _originals(result, outbox)
    materials = materials_of(result, outbox)
    writers = {
        merged_name(form, result.week): partial(write_merged, result, form, settings),
        REPORT: partial(write_report, result, form, settings),
        ledger_name(result.week): partial(write_ledger, result, form, settings),
        PAGE: partial(write_page, result, form, settings),
        REMINDERS: lambda path: write_text(path, reminder_text(result, form, settings)),
    }
    if materials:
        writers[ANNEX] = partial(write_annex, materials, form, settings, week=result.week)
    placed = set()
    for name, write in writers.items():
        made = folder / f".part-{name}"
        write(made)
        placed.add(outbox.place(made, folder / name))
    placed |= _returns(result, form, settings, outbox, originals)
    made = folder / f".part-{RESULT}"
    made.write_bytes(result_bytes(result))
    outbox.remove_stale(folder, placed | {folder / RESULT})
    outbox.place(made, folder / RESULT)
    if not outbox.open_elsewhere:
        outbox.history.rendered(result.week)


def _returns(result: WeekResult, form: Form, settings: Settings, outbox: Outbox, originals: dict[str, Path]) -> set[Path]:
    """What goes back, made aside and put in place file by file."""
    from consolidator.writing.returns import write_returns

    folder = outbox.week_folder(result.week)
    aside = folder / f".part-{RETURNS}"
    shutil.rmtree(aside, ignore_errors=True)

    def original(one: SubmissionResult) -> bytes | None:
        path = originals.get(one.sha256)
        return path.read_bytes() if path and path.is_file() else None

    made = write_returns(result, form, settings, aside, original)
    placed = {outbox.place(path, folder / RETURNS / path.relative_to(aside)) for path in made}
    shutil.rmtree(aside, ignore_errors=True)
    return placed


def _originals(result: WeekResult, outbox: Outbox) -> dict[str, Path]:
    """sha256 → where the original lies, for the submissions of the result; their ``received`` filled in beside."""
    seen = outbox.history.seen()
    found = {}
    for one in result.submissions:
        before = seen.get(one.sha256)
        if before:
            one.received = before.at
            found[one.sha256] = outbox.folder / before.original
    return found


def materials_of(result: WeekResult, outbox: Outbox) -> list:
    """The units' narratives of the week, for the annex that the clerk works from."""
    from consolidator.writing.report import Material

    files = [one for one in result.submissions if one.status == MATERIAL]
    readings = outbox.history.readings(one.sha256 for one in files)
    return [Material(one.unit or "未知单位", one.file, readings[one.sha256].text) for one in files
            if one.sha256 in readings and readings[one.sha256].text.strip()]


def latest_result(outbox: Outbox, week: dt.date) -> WeekResult:
    """The week's result as it was last committed.

    Raises:
        HistoryError: ``result.json`` is not there or not whole.
    """
    for pending, data in outbox.history.pending():
        if pending == week:
            return result_from(json.loads(data))
    path = outbox.week_folder(week) / RESULT
    try:
        return result_from(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise HistoryError(f"{week} 期的 result.json 读不到：请重新运行 run --week {week}") from error
