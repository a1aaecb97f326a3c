"""Whether anything has changed since a week was run: where nothing has, its result and papers stand as they are.

A week's result is made of the files of the inbox, the history, the result of the week before, the roster, the form, the
settings, the day, and the program with its templates. A run leaves a mark of all of them and of the papers it wrote. While
each is the same to the byte the next run or ``status`` takes the result from ``result.json``; at the least difference
everything is done anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from consolidator.model.context import Context
from consolidator.model.hashes import file_sha256
from consolidator.model.inbox import InboxFile
from consolidator.model.result import WeekResult
from consolidator.model.weeks import week_of
from consolidator.store.outbox import Outbox
from consolidator.workers.convert import converter
from consolidator.workers.task import hash_file
from consolidator.writing.environment import TEMPLATES
from consolidator.writing.paper_names import RESULT
from schemas.errors import HistoryError
from schemas.form import Form
from schemas.settings import PROGRAM, Settings


def remember(outbox: Outbox, result: WeekResult, hashes: Mapping[str, str], papers: Iterable[Path], context: Context) -> None:
    """Leave the mark of a run that was done whole. ``hashes`` are those of the inbox's files."""
    mark = {"of": _fingerprint(hashes, context.form, context.settings, context.today), "after": outbox.history.position(),
            "before": _result_before(outbox, result),
            "papers": {path.relative_to(outbox.folder).as_posix(): file_sha256(path) for path in papers},
            "expected": {one.unit: one.expected for one in result.units if one.expected}}
    outbox.history.set_mark(result.week, json.dumps(mark, ensure_ascii=False))


def standing_result(outbox: Outbox, files: Sequence[InboxFile], week: dt.date | None, *, form: Form, settings: Settings,
                    today: dt.date) -> WeekResult | None:
    """The result of ``week`` (None: the latest run) where nothing has changed since it was run, else None."""
    from consolidator.writing.publish import latest_result

    weeks = outbox.history.weeks()
    wanted = week_of(form.campaign, week) if week else max((one.week for one in weeks), default=None)
    text = outbox.history.mark(wanted) if wanted else ""
    if wanted is None or not text or any(file.linked for file in files) or any(one.week == wanted and one.closed for one in weeks):
        return None
    mark = json.loads(text)
    try:
        if mark["after"] != outbox.history.position() or outbox.history.pending() \
                or mark["of"] != _fingerprint({file.file: hash_file(file.path)[0] for file in files}, form, settings, today) \
                or any(file_sha256(outbox.folder / path) != sha256 for path, sha256 in mark["papers"].items()):
            return None
        result = latest_result(outbox, wanted)
        if mark.get("before") != _result_before(outbox, result):
            return None
    except (OSError, HistoryError):  # a file is not there or cannot be read: the whole run will report it
        return None
    for unit in result.units:
        unit.expected = mark["expected"].get(unit.unit, {})
    return result


def _result_before(outbox: Outbox, result: WeekResult) -> str:
    """The hash of the last week's ``result.json``: the bridge goes on from its lines, which change without an event where that week is
    run again."""
    path = outbox.week_folder(result.previous_week) / RESULT if result.previous_week else None
    return file_sha256(path) if path and path.is_file() else ""


def _fingerprint(hashes: Mapping[str, str], form: Form, settings: Settings, today: dt.date) -> str:
    """The hash of all that a week's result and papers are made of, but the history."""
    digest = hashlib.sha256()
    parts = [json.dumps(sorted(hashes.items())), form.model_dump_json(), settings.model_dump_json(exclude={"now", "scale"}),
             today.isoformat(), converter(settings.reading.convert)]
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for file in (settings.paths.roster, settings.paths.firms, *_program()):
        if not file.is_file():
            continue
        digest.update(file_sha256(file).encode("ascii"))
    return digest.hexdigest()


def _program() -> list[Path]:
    """The program's own files and the templates, which the office may edit."""
    code = (path for folder in ("consolidator", "schemas") for path in (PROGRAM / folder).rglob("*.py"))
    return [*sorted(code), *sorted(path for path in TEMPLATES.rglob("*") if path.is_file())]
