"""Texts ready to paste into a chat: whom to chase, in one text for the group and one for each unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from consolidator.result import REJECTED, SubmissionResult, UnitResult, WeekResult
from consolidator.weeks import due_time
from consolidator.writing.environment import render, text_environment
from consolidator.writing.files import write_text
from consolidator.writing.wording import Grouped, day_text, grouped, moment_text, plain
from schemas.form import Form
from schemas.settings import Settings

_GROUP, _UNIT = "催报通知.txt", "催报通知（单位）.txt"
_FAULTS_TOLD = 3  # a few words for a chat; the notice in 退回/ tells all


@dataclass(frozen=True, slots=True)
class Chased:
    """A unit to remind: ``awaiting`` as in the result, ``faults`` in few words, ``last`` the week it last reported."""

    unit: str
    awaiting: str
    faults: str = ""
    last: str = ""


def reminder_text(result: WeekResult, form: Form, settings: Settings, templates: Path | None = None) -> str:
    """催报通知.txt: who has not reported and, apart, who must correct; none that reported well, none that stopped.

    Raises:
        TemplateProblem: the template is wrong.
    """
    chased = _chased(result, form)
    words = _words(result, form, settings)
    return render(text_environment(templates), _GROUP, **words,
                  missing=[one for one in chased if one.awaiting == "report"],
                  correcting=[one for one in chased if one.awaiting == "correction"])


def write_reminders(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    """:func:`reminder_text` as a file that Notepad opens."""
    write_text(path, reminder_text(result, form, settings))


def unit_reminders(result: WeekResult, form: Form, settings: Settings, templates: Path | None = None) -> dict[str, str]:
    """Unit → the text for it alone, as 催报通知.txt shows it below its heading.

    Raises:
        TemplateProblem: the template is wrong.
    """
    environment = text_environment(templates)
    words = _words(result, form, settings)
    names = [unit.unit for unit in _to_chase(result)]
    texts = (render(environment, _UNIT, **words, one=one) for one in _chased(result, form))
    return dict(zip(names, texts, strict=True))


def place_of(line: Grouped) -> str:
    """Where a problem stands, for a person: “调度表 D3”; a line that tells its cells itself has no other place."""
    if len(line.cells) != 1 or (line.count > 1 and line.cells[0] in line.message):
        return ""
    cell = line.cells[0]
    return cell if not line.sheet or cell.startswith("表") else f"{one_line(line.sheet)} {cell}"


def one_line(text: str) -> str:
    """A file's text as one line of ours, so that it cannot imitate lines of the letter."""
    return " ".join(plain(text).split())


def _words(result: WeekResult, form: Form, settings: Settings) -> dict[str, object]:
    return {"title": form.joined_title, "week": day_text(result.week), "office": settings.office,
            "deadline": moment_text(due_time(form.campaign, result.week)),
            "due": len(result.due_units()), "reported": len(result.reported_units())}


def _to_chase(result: WeekResult) -> list[UnitResult]:
    return [unit for unit in result.due_units() if unit.awaiting]


def _chased(result: WeekResult, form: Form) -> list[Chased]:
    rejected: dict[str, list[SubmissionResult]] = {}
    for sub in result.submissions:
        if sub.status == REJECTED and sub.unit:
            rejected.setdefault(sub.unit, []).append(sub)
    return [Chased(one_line(unit.unit), unit.awaiting, _faults(rejected.get(unit.unit, ()), form),
                   day_text(unit.from_week) if unit.from_week and unit.from_week != result.week else "")
            for unit in _to_chase(result)]


def _faults(submissions: Iterable[SubmissionResult], form: Form) -> str:
    """What must be corrected, in a few words: “自查发现隐患（D3）不是数字”."""
    told = []
    for sub in submissions:
        for line in grouped((one for one in sub.problems if one.severity == "error"), form):
            names = line.items(form) if line.count > 1 else "、".join(
                form.figures[name].short for name in line.figures if name in form.figures)
            where = f"（{'、'.join(line.cells)}）" if line.cells else ""
            told.append(one_line(f"{names}{where}{line.title}"))
    told = list(dict.fromkeys(told))
    more = f" 等 {len(told)} 处" if len(told) > _FAULTS_TOLD else ""
    return "；".join(told[:_FAULTS_TOLD]) + more
