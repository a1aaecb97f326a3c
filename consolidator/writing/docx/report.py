"""阶段工作情况报告.docx, which goes up, and 材料汇编.docx, which stays: the office's Word papers.

The words are in plain text (``templates/<form>/报告正文.txt``, else ``templates/报告正文.txt`` for any form), the look
in ``templates/阶段工作情况报告.docx``: the office may edit both. In the text the first line is the title
(｜ breaks it), “一、” and “（一）” begin headings, 【趋势图】 and 【分月表】 are where the chart and the months stand
(and see :mod:`consolidator.writing.docx.hazard_tables`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from consolidator.model.display import day_text, short_day_text, value_text
from consolidator.model.result import CARRIED, MISSING, WeekResult
from consolidator.model.text import printable
from consolidator.writing import environment
from consolidator.writing.choosing import headline_of, telling
from consolidator.writing.docx.filling import fill_word
from consolidator.writing.docx.hazard_tables import LedgerFacts, Row, Table, caption, ledger_facts
from consolidator.writing.facts import NOTHING_FOUND, Fact, Facts, facts_of
from schemas.form import Form
from schemas.settings import Settings

Edition = Literal["weekly", "stage", "final"]

TEXTS: dict[str, str] = {"weekly": "报告正文.txt", "stage": "阶段进展.txt", "final": "工作总结.txt"}
LOOK, ANNEX_LOOK = "阶段工作情况报告.docx", "材料汇编.docx"
MOST_ROWS = 60  # a Word table of more units than this is read by nobody
MOST_COLUMNS = 9  # nor more figures than A4 has room for beside each other

_HEADING1 = re.compile(r"^[一二三四五六七八九十]+、[^。]{1,40}$")
_HEADING2 = re.compile(r"^（[一二三四五六七八九十]+）[^。]{1,40}$")
_PLACES = re.compile(r"^【(趋势图|分月表|整改表|挂牌表|销号表|台账分月表|履职表)】(.*)$")
_KINDS = {"趋势图": "chart", "分月表": "months"}  # of the places; the others are tables of the ledgers


@dataclass(frozen=True, slots=True)
class Material:
    """A unit's own narrative: whose, from which file, its words."""

    unit: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the report's body: ``heading1``, ``heading2``, ``text``, ``chart``, ``months`` or ``table``."""

    kind: str
    text: str
    table: Table | None = None


def write_report(result: WeekResult, form: Form, settings: Settings, path: Path, *, edition: Edition = "weekly",
                 materials: Sequence[Material] = (), since: dt.date | None = None, until: dt.date | None = None,
                 templates: Path = environment.TEMPLATES) -> None:
    """The summary report of the week (``weekly``) or of the weeks from ``since`` to ``until`` (``stage``, ``final``).

    Raises:
        TemplateProblem: a template is missing, or names what is not there; says which and where.
        UsageError: there is no week within the dates, or a weekly report is given some.
    """
    facts = facts_of(result, form, edition, since, until)
    ledger = ledger_facts(result.ledger, form, settings, facts.last if edition == "weekly" else facts.first, facts.last)
    table, notes = None, []
    if facts.last == result.week:
        table = _units_table(result, form, settings, facts) if settings.report.table_of_units else None
        notes = _notes(result, form, table)
    context = {"table": table, "notes": notes, "ledger": ledger, **_context(result, form, settings, facts, edition, materials=materials)}
    title, body = _body(form, edition, context, templates)
    body = [one for one in (_placed(block, ledger, facts.last) for block in body) if one]
    context.update(title=title, subject=title.replace("\n", ""), body=body, months=_months_table(facts))
    from consolidator.writing.html.charts import word_chart

    fill_word(templates / LOOK, context, path, facts.last, word_chart(facts, form))


def write_annex(materials: Sequence[Material], form: Form, settings: Settings, path: Path, week: dt.date,
                *, templates: Path = environment.TEMPLATES) -> None:
    """The units' own narratives gathered, in the order given, for the clerk to work from; it stays in the office.

    Raises:
        TemplateProblem: the template is missing, or names what is not there.
    """
    parts = [{"number": number, "unit": printable(one.unit), "file": printable(one.file), "paragraphs": _paragraphs(one.text)}
             for number, one in enumerate(materials, 1)]
    context = {"title": f"{form.campaign.name}\n单位材料汇编", "subject": "单位材料汇编",
               "subtitle": f"{day_text(week)}　共{len(parts)}份　内部使用，不上报",
               "office": settings.office, "materials": parts}
    fill_word(templates / ANNEX_LOOK, context, path, week)


def _paragraphs(text: str) -> list[str]:
    lines = (printable(line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _context(result: WeekResult, form: Form, settings: Settings, facts: Facts, edition: str,
             *, materials: Sequence[Material]) -> dict[str, object]:
    """What the templates may name. Who is missing, carried or suspected is there only where the settings let it out."""
    office = settings.office
    contact = "，".join(part for part in (office.operator and f"联系人：{office.operator}",
                                         office.phone and f"联系电话：{office.phone}") if part)
    named = result.due_units() if settings.report.name_missing_units else []
    suspected = result.notices if settings.report.name_missing_units else []
    return {
        "campaign": form.campaign.name, "form_title": form.joined_title, "office": office, "contact": contact,
        "date": day_text(facts.last), "day": short_day_text(facts.last), "month": facts.last.month,
        "first_date": day_text(facts.first), "first_week": result.previous_week is None, "edition": edition,
        "f": facts.f, "headline": facts.headline, "rates": facts.rates, "faults": facts.faults,
        "sections": facts.sections, "months": facts.months, "due": facts.due, "reported": facts.reported,
        "milestones": [(one.name, short_day_text(one.due)) for one in form.campaign.milestones if one.due >= facts.last],
        "missing": [printable(unit.unit) for unit in named if unit.source == MISSING],
        "carried": [printable(unit.unit) for unit in named if unit.source == CARRIED],
        "nothing_found": [printable(one.unit) for one in suspected if one.code == NOTHING_FOUND and one.unit],
        "carried_from": facts.carried, "materials": len({one.unit for one in materials}),
    }


def _body(form: Form, edition: str, context: dict[str, object], templates: Path) -> tuple[str, list[Block]]:
    """The text template of this form and edition, else the one for any form, as title and paragraphs."""
    own = f"{form.name}/{TEXTS[edition]}"
    name = own if (templates / own).is_file() else TEXTS[edition]
    env = environment.text_environment(templates)
    env.filters["listed"] = listed
    lines = [line.strip() for line in environment.render(env, name, **context).splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise environment.TemplateProblem(f"模板 {name} 第1行：是空的，请写上标题和正文")
    return lines[0].replace("｜", "\n"), [_block(line) for line in lines[1:]]


def _placed(block: Block, ledger: LedgerFacts | None, last: dt.date) -> Block | None:
    """A block with its table; None where there is nothing to stand in it."""
    if block.kind in ("heading1", "heading2", "text", *_KINDS.values()):
        return block
    table = ledger.tables.get(block.kind) if ledger else None
    return Block("table", caption(block.text, table, last), table) if table else None


def _block(line: str) -> Block:
    if place := _PLACES.match(line):
        return Block(_KINDS.get(place[1], place[1]), place[2].strip())
    if _HEADING1.match(line):
        return Block("heading1", line)
    return Block("heading2" if _HEADING2.match(line) else "text", line)


def listed(facts: Iterable[Fact]) -> str:
    """Facts in one run of words: 自查发现隐患120个（较上期增加11个），… (a filter of the text templates)."""
    return "，".join(f"{fact.short}{fact}{fact.change}" for fact in facts)


def _units_table(result: WeekResult, form: Form, settings: Settings, facts: Facts) -> Table | None:
    """The units' main figures under the totals; a unit without figures only where the settings name the missing."""
    names = headline_of(form)[:MOST_COLUMNS]
    show_all = settings.report.name_missing_units
    units = [unit for unit in result.units if unit.source != MISSING or (show_all and unit.on_roster)]
    if not units:
        return None
    chosen = telling(units, names, MOST_ROWS)
    rows = [Row("合计", tuple(fact.number for fact in facts.headline[:MOST_COLUMNS]))]
    rows += [Row(printable(unit.unit), tuple(value_text(unit.figures.get(name), form.figures[name], blank="—") for name in names))
             for unit in chosen]
    subtitle = f"（截至{day_text(facts.last)}，累计数）"
    if len(chosen) < len(units):
        subtitle = (f"（截至{day_text(facts.last)}，累计数；列数值和增量较大的{len(chosen)}个单位，"
                    f"全部{len(units)}个单位见汇总工作簿“明细”）")
    return Table("各单位主要指标情况表", subtitle, "单位", _columns(facts), tuple(rows))


def _months_table(facts: Facts) -> Table | None:
    """What the main figures grew by in each month; levels stand as they were at its end."""
    if not facts.months:
        return None
    rows = tuple(Row(month.title, tuple(fact.number for fact in month.headline[:MOST_COLUMNS])) for month in facts.months)
    return Table("", "", "月份", _columns(facts), rows)


def _columns(facts: Facts) -> tuple[str, ...]:
    return tuple(f"{fact.short}\n（{fact.unit}）" for fact in facts.headline[:MOST_COLUMNS])


def _notes(result: WeekResult, form: Form, table: Table | None) -> list[str]:
    """The figures that stand by decision, with the reason, so that whoever reads the total knows."""
    notes = []
    for unit in result.units:
        for one in unit.accepted:
            figure = form.figures.get(one.figure)
            if figure is None:
                continue
            stands, was = (value_text(value, figure, blank="—") for value in (one.value, one.written))
            flagged = f"采用{stands}" if stands == was else f"采用{stands}（原报{was}）"
            notes.append(f"{printable(unit.unit)}“{form.label(one.figure, result.week)}”{flagged}：{printable(one.reason)}。")
    if table and any(value == "—" for row in table.rows for value in row.values):
        notes.append("“—”为该单位不填报或未填报。")
    return [f"注：{note}" for note in notes[:1]] + [f"　　{note}" for note in notes[1:]]
