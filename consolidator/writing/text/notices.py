"""Texts ready to paste into a chat: whom to chase, in one text for the group and one for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from consolidator.model.display import day_text, moment_text
from consolidator.model.result import AWAITS_CORRECTION, AWAITS_REPORT, SubmissionResult, UnitResult, WeekResult
from consolidator.model.text import one_line
from consolidator.model.weeks import due_time
from consolidator.writing.environment import render, text_environment
from consolidator.writing.text.wording import Grouped, faults_text
from schemas.form import Form
from schemas.settings import Settings

_GROUP, _UNIT = "催报通知.txt", "催报通知（单位）.txt"
_MOST_FAULTS = 3  # a few words for a chat; the notice in 退回/ says all


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
                  missing=[one for one in chased if one.awaiting == AWAITS_REPORT],
                  correcting=[one for one in chased if one.awaiting == AWAITS_CORRECTION])


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
    """Where a problem is, for a person: “调度表 D3”; "" for a line that names its cells itself."""
    if len(line.cells) != 1 or line.names_cells:
        return ""
    cell = line.cells[0]
    return cell if not line.sheet or cell.startswith("表") else f"{one_line(line.sheet)} {cell}"


def _words(result: WeekResult, form: Form, settings: Settings) -> dict[str, object]:
    return {"title": form.joined_title, "week": day_text(result.week), "office": settings.office,
            "deadline": moment_text(due_time(form.campaign, result.week)),
            "due": len(result.due_units()), "reported": len(result.reported_units())}


def _to_chase(result: WeekResult) -> list[UnitResult]:
    return [unit for unit in result.due_units() if unit.awaiting]


def _chased(result: WeekResult, form: Form) -> list[Chased]:
    rejected: dict[str, list[SubmissionResult]] = {}
    for sub in result.submissions:
        if sub.goes_back and sub.unit:
            rejected.setdefault(sub.unit, []).append(sub)
    return [Chased(one_line(unit.unit), unit.awaiting or "", faults_text(rejected.get(unit.unit, ()), form, _MOST_FAULTS),
                   day_text(unit.from_week) if unit.from_week and unit.from_week != result.week else "")
            for unit in _to_chase(result)]
