"""退回/: what goes back to those whose form is rejected: a notice for the chat and, if it can be, an annotated copy."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from consolidator.model.display import day_text, moment_text
from consolidator.model.filenames import UNKNOWN_UNIT, safe_name
from consolidator.model.result import SubmissionResult, WeekResult
from consolidator.model.text import one_line
from consolidator.model.weeks import due_time
from consolidator.writing.environment import render, text_environment
from consolidator.writing.files import write_text
from consolidator.writing.returns.annotating import Return, annotated
from consolidator.writing.returns.carrying import NotCarried, carried_as
from consolidator.writing.text.notices import place_of
from consolidator.writing.text.wording import Grouped, grouped
from schemas.form import Form
from schemas.problems import ORDER, Problem
from schemas.settings import Settings

_NOTICE = "退回通知.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """A problem as the notice says it: ``place`` and ``written`` are empty where the message says them."""

    place: str
    message: str
    written: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """An annotated copy on its way to its place: the file at ``path`` and its extension; or ``why`` there is none, "" where
    the file was not read as a form."""

    path: Path | None = None
    extension: str = ""
    why: str = ""


def make_copy(original: Path, made: Path, sub: SubmissionResult, week: dt.date, form: Form) -> Copy:
    """The annotated copy of the file ``original``, written to ``made``. Runs in a worker, one file at a time.

    Raises:
        OSError: the original cannot be read, or the copy written.
    """
    data = original.read_bytes()
    try:
        extension = carried_as(data)
        made.write_bytes(annotated(data, _return_of(sub, week, form), form))
    except NotCarried as error:
        return Copy(why=str(error))
    return Copy(made, extension)


def rejected_of(result: WeekResult) -> list[SubmissionResult]:
    """The submissions that go back, in the order in which they are written."""
    return sorted((sub for sub in result.submissions if sub.goes_back and not sub.is_ledger),
                  key=lambda sub: (sub.file, sub.sha256))


def write_returns(result: WeekResult, form: Form, settings: Settings, folder: Path, copies: Sequence[Copy],
                  *, templates: Path | None = None) -> list[Path]:
    """Writes into ``folder`` (made where needed) a notice for each rejected submission, and moves its copy there.

    Files begin with the unit's name; those of no known unit lie in ``_未识别/``. ``copies`` are those of
    :func:`rejected_of`. Returns the paths written, by submission.

    Raises:
        TemplateProblem: the template is wrong.
    """
    rejected = rejected_of(result)
    environment = text_environment(templates)
    common = {"title": form.joined_title, "week": day_text(result.week), "office": settings.office,
              "deadline": moment_text(due_time(form.campaign, result.week))}
    paths: list[Path] = []
    for sub, stem, copy in zip(rejected, _stems(rejected, result), copies, strict=True):
        path = folder / stem
        path.parent.mkdir(parents=True, exist_ok=True)
        copied = path.with_name(path.name + copy.extension) if copy.path else None
        notice = path.with_name(path.name + ".txt")
        lines = grouped((one for one in sub.problems if one.severity != "note" and not one.confirmed), form)
        text = render(environment, _NOTICE, **common, unit=one_line(sub.unit or ""),
                      file=one_line(PurePosixPath(sub.file).name), copy=copied.name if copied else "", no_copy=copy.why,
                      errors=_lines(lines, "error", sub), warnings=_lines(lines, "warning", sub))
        write_text(notice, text)
        paths.append(notice)
        if copy.path and copied:
            os.replace(copy.path, copied)
            paths.append(copied)
    return paths


def _stems(rejected: list[SubmissionResult], result: WeekResult) -> list[str]:
    """Where each submission's files lie, without extension; two of one unit are kept apart by their hash."""
    bases = [f"{safe_name(sub.unit)}_退回{result.week}" if sub.unit else
             f"{UNKNOWN_UNIT}/{safe_name(PurePosixPath(sub.file).stem)}" for sub in rejected]
    shared = Counter(base.casefold() for base in bases)
    taken: set[str] = set()
    stems = []
    for base, sub in zip(bases, rejected, strict=True):
        stem = base if shared[base.casefold()] == 1 else f"{base}_{sub.sha256[:8]}"
        number = 2
        free = stem
        while free.casefold() in taken:
            free, number = f"{stem}_{number}", number + 1
        taken.add(free.casefold())
        stems.append(free)
    return stems


def _lines(lines: Iterable[Grouped], severity: str, sub: SubmissionResult) -> list[Line]:
    replies = _replies(sub)
    found = []
    for line in lines:
        if line.severity != severity:
            continue
        place = place_of(line)
        unquoted = (line.count == 1 or place) and not line.quotes_written
        written = line.written if unquoted else ""
        answers = [replies[name] for name in line.figures or ("",) if name in replies]
        reply = line.reply or "；".join(dict.fromkeys(answers))
        found.append(Line(place, one_line(line.message), one_line(written), one_line(reply)))
    return found


def _replies(sub: SubmissionResult) -> dict[str, str]:
    """The unit's own words so far (单位说明), by figure, "" for the file."""
    return {one.figure or "": one.reply for one in sub.problems if one.reply}


def _return_of(sub: SubmissionResult, week: dt.date, form: Form) -> Return:
    """What the annotated copy of ``sub`` says."""
    unit = one_line(sub.unit or "")
    return Return(
        sub.unit or "", week, sub.sha256, f"退回说明：{unit or '报送单位'} {day_text(week)}一期",
        "请到标了颜色的单元格中改正（点“单元格”一栏可跳到该处）：红色的必须更正，黄色的请核对。日期不必改。\n"
        "需要说明的，写在“单位说明”一栏。改好后保存，把本文件发回即可。\n"
        f"请于{moment_text(due_time(form.campaign, week))}前重新报送；已过时间的请尽快报送。",
        problems=_flagged(sub.problems), sheet=sub.sheet, replies=_replies(sub))


def _flagged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted((one for one in problems if one.severity != "note" and not one.confirmed), key=lambda one: ORDER[one.severity]))
