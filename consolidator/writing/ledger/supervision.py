"""督办/: a letter to each unit on what is overdue, due within a week, or under 挂牌督办 with its day near; from a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from consolidator.ledger.fold import is_listed
from consolidator.ledger.statistics import SOON, grouped, is_due_soon
from consolidator.model.display import day_text
from consolidator.model.filenames import safe_name
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.model.people import mask_people
from consolidator.model.text import one_line
from consolidator.writing import environment
from consolidator.writing.docx.filling import fill_word
from schemas.form import Form
from schemas.settings import Settings

TEMPLATE = "督办函.docx"
WORKING_DAYS = 15  # before the day of a 挂牌督办 from which the letter names it
MOST_LINES = 200


def write_supervision(result: LedgerResult, form: Form, settings: Settings, folder: Path,
                      templates: Path = environment.TEMPLATES) -> list[Path]:
    """Write a letter for every unit that has something to be pressed; the paths.

    Raises:
        TemplateProblem: the template is missing, or names what is not there.
    """
    week = dt.date.fromisoformat(result.week)
    units = sorted({unit for one in result.hazards for unit in one.units})
    made, jinja = [], environment.text_environment(templates, environment.Remembering)
    by_unit = grouped(result.hazards, lambda one: one.units)
    for unit in units:
        parts = letter_parts(by_unit[unit], week, settings.report.redact)
        if not parts:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{safe_name(unit)}.docx"
        context = {"title": "重大事故隐患整改督办函", "subject": "重大事故隐患整改督办函", "unit": one_line(unit),
                   "campaign": form.campaign.name,
                   "parts": parts, "date": day_text(week), "office": settings.office}
        fill_word(templates / TEMPLATE, context, path, week, jinja=jinja)
        made.append(path)
    return made


def letter_parts(hazards: Iterable[Hazard], week: dt.date, how: str) -> list[dict[str, object]]:
    """The parts of a unit's letter, each with its heading and a line a hazard; none where nothing is to be pressed."""
    day, soon = week.isoformat(), (week + dt.timedelta(days=SOON)).isoformat()
    near = _after_working_days(week, WORKING_DAYS).isoformat()
    alive = [one for one in hazards if one.state != "void"]
    kinds = (("超过期限尚未整改完成的", [one for one in alive if one.overdue(day)]),
             ("七日内到期的", [one for one in alive if is_due_soon(one, day, soon)]),
             ("挂牌督办将到期或已到期的", [one for one in alive if is_listed(one)
                               and (one.listed.get("until") or one.due or "9") <= near]))
    return [{"title": title, "lines": [_line(one, how) for one in sorted(own, key=lambda one: (one.due, one.id))[:MOST_LINES]],
             "count": len(own)} for title, own in kinds if own]


def _line(one: Hazard, how: str) -> str:
    text = mask_people(one_line(one.description), one.names, how)
    due = f"，期限 {one.due}" if one.due else ""
    first = f"（最初 {one.first_due}）" if one.first_due and one.first_due != one.due else ""
    shown = one.listed_shown(how)
    listed = "，挂牌督办" + "".join(f" {part}" for part in (shown.get("level"), shown.get("number")) if part) if is_listed(one) else ""
    return f"{one.id} {one_line(one.firm_shown(how))}：{text}（{one.state_name}{due}{first}{listed}）"


def _after_working_days(day: dt.date, count: int) -> dt.date:
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day
