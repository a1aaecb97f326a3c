"""退回/: what goes back to those whose form is rejected: a notice for the chat and, if it can be, an annotated copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from consolidator.model.display import day_text, moment_text
from consolidator.model.filenames import UNKNOWN_UNIT, safe_name
from consolidator.model.result import REJECTED, SubmissionResult, WeekResult
from consolidator.model.text import one_line
from consolidator.model.weeks import due_time
from consolidator.writing.environment import render, text_environment
from consolidator.writing.files import write_text
from consolidator.writing.returns.annotating import Return, annotated
from consolidator.writing.returns.carrying import carried_as
from consolidator.writing.text.notices import place_of
from consolidator.writing.text.wording import Grouped, grouped
from schemas.form import Form
from schemas.problems import ORDER, Problem
from schemas.settings import Settings

_NOTICE = "退回通知.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """A problem as the notice tells it: ``place`` and ``written`` are empty where the message says them."""

    place: str
    message: str
    written: str = ""
    reply: str = ""


def write_returns(result: WeekResult, form: Form, settings: Settings, folder: Path,
                  original: Callable[[SubmissionResult], bytes | None], templates: Path | None = None) -> list[Path]:
    """Writes into ``folder`` (made where needed) a notice for each rejected submission, and its annotated copy.

    Files begin with the unit's name; those of no known unit lie in ``_未识别/``. ``original`` gives a submission's
    bytes (None: no copy). Returns the paths written, by submission.

    Raises:
        TemplateProblem: the template is wrong.
    """
    rejected = sorted((sub for sub in result.submissions if sub.status == REJECTED),
                      key=lambda sub: (sub.file, sub.sha256))
    environment = text_environment(templates)
    common = {"title": form.joined_title, "week": day_text(result.week), "office": settings.office,
              "deadline": moment_text(due_time(form.campaign, result.week))}
    paths: list[Path] = []
    for sub, stem in zip(rejected, _stems(rejected, result), strict=True):
        path = folder / stem
        path.parent.mkdir(parents=True, exist_ok=True)
        copy = _copy(sub, result, form, str(common["deadline"]), original)
        copied = path.with_name(path.name + copy[0]) if copy else None
        notice = path.with_name(path.name + ".txt")
        lines = grouped((one for one in sub.problems if one.severity != "note" and not one.confirmed), form)
        text = render(environment, _NOTICE, **common, unit=one_line(sub.unit or ""),
                      file=one_line(PurePosixPath(sub.file).name), copy=copied.name if copied else "",
                      errors=_lines(lines, "error", sub), warnings=_lines(lines, "warning", sub))
        write_text(notice, text)
        paths.append(notice)
        if copy and copied:
            copied.write_bytes(copy[1])
            paths.append(copied)
    return paths


def _stems(rejected: list[SubmissionResult], result: WeekResult) -> list[str]:
    """Where each submission's files lie, without extension; two of one unit are told apart by their hash."""
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


def _copy(sub: SubmissionResult, result: WeekResult, form: Form, deadline: str,
          original: Callable[[SubmissionResult], bytes | None]) -> tuple[str, bytes] | None:
    """Extension and bytes of the annotated copy; None where the file was not read as a form or cannot be carried."""
    data = original(sub) if sub.cells else None
    extension = carried_as(data) if data else None
    if data is None or extension is None:
        return None
    unit = one_line(sub.unit or "")
    told = Return(
        sub.unit or "", result.week, sub.sha256, f"退回说明：{unit or '报送单位'} {day_text(result.week)}一期",
        "请到标了颜色的单元格中改正（点“单元格”一栏可跳到该处）：红色的必须更正，黄色的请核对。日期不必改。\n"
        "需要说明的，写在“单位说明”一栏。改好后保存，把本文件发回即可。\n"
        f"请于{deadline}前重新报送；已过时间的请尽快报送。",
        _told(sub.problems), sub.sheet, _replies(sub))
    copy = annotated(data, told, form)
    return (extension, copy) if copy else None


def _told(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted((one for one in problems if one.severity != "note" and not one.confirmed), key=lambda one: ORDER[one.severity]))
