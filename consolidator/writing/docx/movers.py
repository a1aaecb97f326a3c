"""数据变动说明.docx: one page for the level above, which figures moved most and why, and how units keep their dates.

It is written on demand (``report --edition movers``); with ``[report] movers`` every run writes it and ``send`` attaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from consolidator.model.display import change_text, day_text, value_text
from consolidator.model.people import mask_phones
from consolidator.model.result import CARRIED, MISSING, REPORTED, SUPERSEDED, UnitResult, WeekResult
from consolidator.model.text import printable
from consolidator.store.timeliness import UnitRecord
from consolidator.writing import environment
from consolidator.writing.choosing import headline_of
from consolidator.writing.docx.filling import fill_word
from consolidator.writing.docx.hazard_tables import Row, Table
from schemas.form import Figure, Form
from schemas.problems import shorten
from schemas.settings import Settings

LOOK = "数据变动说明.docx"
MOST_MOVERS, MOST_UNITS = 10, 8  # what one page holds
LONGEST_REASON = 40


@dataclass(frozen=True, slots=True)
class Mover:
    """A unit's figure that moved. ``weight`` is its part of what the district's figure moved in all."""

    unit: str
    figure: Figure
    before: str
    now: str
    change: str
    _: KW_ONLY
    why: str
    weight: float


def write_movers(result: WeekResult, records: Sequence[UnitRecord], form: Form, settings: Settings, path: Path,
                 *, templates: Path = environment.TEMPLATES) -> None:
    """Writes the page to ``path``.

    Raises:
        TemplateProblem: the template is missing, or names what is not there.
    """
    found = movers(result, form)
    rows = tuple(Row(printable(one.unit), (one.figure.short, one.before, one.now, one.change, one.why)) for one in found[:MOST_MOVERS])
    flagged = [one for one in records if not one.spotless]
    flagged.sort(key=lambda one: (-one.missing, -one.late, -one.returned, -one.corrected, one.unit))
    kept = tuple(Row(printable(one.unit), tuple(map(str, (one.due, one.on_time, one.late, one.missing, one.returned, one.corrected))))
                 for one in flagged[:MOST_UNITS])
    context = {
        "title": "数据变动说明", "subject": "数据变动说明", "campaign": form.campaign.name, "form_title": form.joined_title,
        "date": day_text(result.week), "office": settings.office, "sums": sums(result, form),
        "movers": Table("", "", "单位", ("指标", "上期", "本期", "增减", "原因"), rows) if rows else None,
        "more": max(0, len(found) - MOST_MOVERS), "records": Table("", "", "单位", ("应报", "按时", "迟报", "缺报", "退回", "更正"), kept)
        if kept else None, "others": len(records) - len(flagged), "left_out": max(0, len(flagged) - MOST_UNITS), "weeks": max(
            (one.due for one in records), default=0)}
    fill_word(templates / LOOK, context, path, result.week)


def movers(result: WeekResult, form: Form) -> list[Mover]:
    """The units' main figures that moved, by their part of the district's movement, the largest first."""
    names = [name for name in headline_of(form) if form.figures[name].is_number]
    moved = {name: sum(abs(unit.increments.get(name) or 0) for unit in result.units) for name in names}
    whole = {name: abs(result.totals.get(name) or 0) for name in names}
    again = {one.unit for one in result.submissions if one.status == SUPERSEDED and one.unit}
    found = []
    for unit in result.units:
        for name in names:
            step = unit.increments.get(name)
            if not step or not isinstance(step, int | float):
                continue
            figure = form.figures[name]
            weight = abs(step) / moved[name] + abs(step) / max(whole[name], abs(step))
            found.append(Mover(unit.unit, figure, value_text(unit.previous.get(name), figure, blank="—"),
                               value_text(unit.figures.get(name), figure, blank="—"), change_text(step, figure),
                               why=reason_of_move(unit, figure, result, unit.unit in again), weight=weight))
    order = {unit.unit: number for number, unit in enumerate(result.units)}
    return sorted(found, key=lambda one: (-one.weight, order[one.unit], names.index(one.figure.name)))


def reason_of_move(unit: UnitResult, figure: Figure, result: WeekResult, again: bool) -> str:
    """Why a unit's figure moved, as far as it is on the record: taken by decision, confirmed, brought after weeks without a report,
    corrected, or new."""
    words = []
    taken = next((one for one in unit.accepted if one.figure == figure.name), None)
    if taken:
        words.append(f"核实采用（原报{value_text(taken.written, figure, blank='空白')}）：{_cut(taken.reason)}")
    words += [f"已核实：{_cut(reason)}" for reason in _confirmed(unit, figure, result)]
    backlog = unit.backlog.get(figure.name)
    if backlog:
        words.append(f"补报 {value_text(backlog, figure)}（此前沿用前期数）")
    step = unit.increments.get(figure.name) or 0
    if step < 0 and figure.measure == "flow":
        words.append("更正减少")
    elif again:
        words.append("本期更正后重报")
    if not words:
        words.append("本期新报" if unit.source == REPORTED else "")
    return "；".join(filter(None, words)) or "—"


def _confirmed(unit: UnitResult, figure: Figure, result: WeekResult) -> list[str]:
    return list(dict.fromkeys(problem.confirmed for one in result.submissions if one.unit == unit.unit and one.file == unit.file
                              for problem in one.problems if problem.figure == figure.name and problem.confirmed))


def _cut(reason: str) -> str:
    return shorten(mask_phones(printable(reason)), LONGEST_REASON)


def sums(result: WeekResult, form: Form) -> list[str]:
    """The week in sentences: who reported, who is carried, what a reopened week corrected."""
    due, reported = result.due_units(), result.reported_units()
    carried, missing = sum(one.source == CARRIED for one in due), sum(one.source == MISSING for one in due)
    lines = [f"应报单位{len(due)}家，实报{len(reported)}家" + (f"，沿用前期数{carried}家" if carried else "")
             + (f"，尚无数据{missing}家" if missing else "") + "。"]
    if result.corrections:
        flagged = "，".join(f"{form.figures[name].short}由{value_text(old, form.figures[name], blank='—')}更正为"
                        f"{value_text(new, form.figures[name], blank='—')}" for name, (old, new) in result.corrections.items()
                        if name in form.figures and form.figures[name].is_number)
        lines += [f"重开后更正：{flagged}。"] if flagged else []
    return lines
