"""report.html: the clerk's page of the week, one file that needs no network and runs no script but its own.

Everything is in the markup; the script only sorts and filters what is there. It stays in the office: it names who is
missing, carried, to correct and suspected of 零问题.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from consolidator.model.display import change_text, day_text, short_day_text, total_text, value_text
from consolidator.model.filenames import checkbook_name, merged_name
from consolidator.model.result import (
    AWAITS_CORRECTION,
    CARRIED,
    MISSING,
    OTHER_WEEK,
    SubmissionResult,
    UnitResult,
    WeekResult,
)
from consolidator.model.text import printable
from consolidator.writing import environment
from consolidator.writing.choosing import headline_of, telling
from consolidator.writing.facts import NOTHING_FOUND, Facts, facts_of
from consolidator.writing.html import policy
from consolidator.writing.html.ledger_part import ledger_part
from consolidator.writing.text.wording import STATUS_WORDS, Grouped, grouped
from schemas.form import Figure, Form, Section
from schemas.problems import ORDER, SEVERITY_WORDS
from schemas.settings import Settings

TEMPLATE = "report.html"
MOST_ROWS = 100  # units in the heat table: more are read by nobody and make a phone slow
MOST_PROBLEMS = 1000
MOST_NAMES = 200
ALWAYS_LISTED = ("missing", "carried", "correct", "nothing")  # that there are none is worth saying
_LEVELS = 5  # tints of the heat table


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat table; ``level`` and ``growth``, 0 to 5, are its share of the column's most, in value and
    increment."""

    text: str
    step: str
    sort: float
    level: int
    growth: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit's row of the heat table; ``mark`` says what a reader must know of its figures."""

    unit: str
    mark: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat table of one section."""

    section: Section
    figures: tuple[Figure, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of problems."""

    unit: str
    file: str
    severity: str
    word: str
    problem: Grouped
    _: KW_ONLY
    item: str


@dataclass(frozen=True, slots=True)
class Names:
    """A list of units: what they have in common, what to do, each with what to say of it, and how many there are."""

    key: str
    title: str
    hint: str
    units: tuple[tuple[str, str], ...]
    count: int


def write_page(result: WeekResult, form: Form, settings: Settings, path: Path,
               templates: Path = environment.TEMPLATES) -> None:
    """Writes the page of the week to ``path``.

    Raises:
        TemplateProblem: the template is missing, or names what is not there; says which and where.
    """
    from consolidator.writing.html.charts import page_charts

    facts = facts_of(result, form)
    chosen = telling(result.units, headline_of(form), MOST_ROWS)
    lines, more_lines = problem_lines(result.submissions, form)
    counts = result.count_statuses()
    html = environment.render(
        environment.text_environment(templates), TEMPLATE, policy=policy.PLACE,
        title=form.joined_title, campaign=form.campaign.name, office=settings.office.name, week=day_text(result.week),
        previous=day_text(result.previous_week) if result.previous_week else "", closed=result.closed, facts=facts,
        charts=page_charts(facts, form), lists=name_lists(result), notices=_notices(result),
        statuses=[(word, counts[status]) for status, word in STATUS_WORDS.items() if counts[status]], lines=lines, more_lines=more_lines,
        problem_units=sorted({line.unit for line in lines}), severities=list(SEVERITY_WORDS.values()),
        heats=heat_tables(chosen, form, facts), shown=len(chosen), units=len(result.units),
        corrections=_corrections(result, form), decisions=_decisions(result, form),
        ledger=ledger_part(result.ledger, form, settings), checkbook=checkbook_name(form, result.week),
        workbook=merged_name(form, result.week),
    )
    path.write_text(policy.with_policy(html), encoding="utf-8", newline="\n", errors="replace")


def heat_tables(units: Sequence[UnitResult], form: Form, facts: Facts) -> list[Heat]:
    """Units × figures, a table a section so that each fits a printed page."""
    tables = []
    for section in form.sections:
        figures = tuple(figure for item in section.items for figure in item.figures)
        columns = [_column([unit.figures.get(figure.name) for unit in units],
                           [unit.increments.get(figure.name) for unit in units], figure) for figure in figures]
        rows = tuple(HeatRow(printable(unit.unit), _mark(unit), cells)
                     for unit, cells in zip(units, zip(*columns, strict=True), strict=True))
        totals = tuple(Cell(fact.number, fact.step, 0, 0, 0)
                       for fact in (getattr(facts.f, figure.name) for figure in figures))
        tables.append(Heat(section, figures, rows, totals))
    return tables


def _column(values: Sequence, steps: Sequence, figure: Figure) -> list[Cell]:
    """The cells of one figure, tinted by their share of the column's greatest."""
    most = max((abs(value) for value in values if value), default=0)
    most_step = max((abs(step) for step in steps if step), default=0)
    cells = []
    for value, step in zip(values, steps, strict=True):
        flagged = change_text(step, figure) if step and figure.is_number else ""
        cells.append(Cell(value_text(value, figure, blank="—"), flagged, -1 if value is None else float(value),
                          _level(value, most), _level(step, most_step)))
    return cells


def _level(value: float | None, most: float) -> int:
    return min(_LEVELS, 1 + int(_LEVELS * abs(value) / most)) if value and most else 0


def _standing(unit: UnitResult) -> str:
    """Which figures of the unit stand: 无数据, 沿用6月5日, or nothing to say."""
    if unit.source == MISSING:
        return "无数据"
    return f"沿用{short_day_text(unit.from_week)}" if unit.source == CARRIED and unit.from_week else ""


def _mark(unit: UnitResult) -> str:
    """What a reader of the unit's figures must know."""
    marks = [_standing(unit)] if _standing(unit) else []
    if unit.awaiting == AWAITS_CORRECTION:
        marks.append("待更正")
    if unit.accepted:
        marks.append("有采用数")
    if unit.late:
        marks.append("迟报")
    return "、".join(marks)


def problem_lines(submissions: Iterable[SubmissionResult], form: Form) -> tuple[list[Line], bool]:
    """The problems of the week, the gravest first, and whether there are more than are shown.

    Files of other weeks that still lie in the inbox are no news: one is reported for only where it is wrong.
    """
    having = [one for one in submissions if one.problems and (one.status != OTHER_WEEK or one.worst() != "note")]
    having.sort(key=lambda one: ORDER[one.worst() or "note"])
    lines: list[Line] = []
    for one in having:
        if len(lines) > MOST_PROBLEMS * 2:
            break
        lines += [Line(printable(one.unit or "（单位不明）"), printable(one.file), problem.severity,
                       SEVERITY_WORDS[problem.severity], problem, item=printable(problem.items(form)))
                  for problem in grouped(one.problems, form)]
    lines.sort(key=lambda line: ORDER[line.severity])
    return lines[:MOST_PROBLEMS], len(lines) > MOST_PROBLEMS


def name_lists(result: WeekResult) -> list[Names]:
    """Who is missing, to correct, carried, late, and suspected of 零问题."""
    due = result.due_units()
    stopped = [unit for unit in result.units if unit.source == CARRIED and unit not in due]
    found = [(notice.unit or "", "") for notice in result.notices if notice.code == NOTHING_FOUND]
    lists = [
        _names("missing", "从未报送", "没有可用的数据，合计中不含",
               [(unit.unit, "") for unit in due if unit.source == MISSING and unit.awaiting != AWAITS_CORRECTION]),
        _names("carried", "本期未报，沿用前期", "合计中是所注那一期的数字",
               [(unit.unit, _standing(unit)) for unit in due
                if unit.source == CARRIED and unit.awaiting != AWAITS_CORRECTION]),
        _names("correct", "已报送，待更正", "报来的有错误，已退回",
               [(unit.unit, _standing(unit)) for unit in due if unit.awaiting == AWAITS_CORRECTION]),
        _names("nothing", "疑似零问题", "连续多期检查而没有发现问题：请跟进，深挖细查，查出真问题", found),
        _names("late", "迟报", "", [(unit.unit, "") for unit in due if unit.late]),
        _names("stopped", "不再报送，沿用前期", "名册中没有，或已停报",
               [(unit.unit, _standing(unit)) for unit in stopped]),
    ]
    return [one for one in lists if one.count or one.key in ALWAYS_LISTED]


def _names(key: str, title: str, hint: str, units: list[tuple[str, str]]) -> Names:
    return Names(key, title, hint, tuple((printable(unit), printable(words)) for unit, words in units[:MOST_NAMES]), len(units))


def _notices(result: WeekResult) -> list[tuple[str, str, str]]:
    """What there is to say of the week besides: severity in words, unit, message."""
    flagged = [(SEVERITY_WORDS[one.severity], printable(one.unit or ""), printable(one.message))
            for one in sorted(result.notices, key=lambda one: ORDER[one.severity]) if one.code != NOTHING_FOUND]
    return flagged[:MOST_NAMES]


def _corrections(result: WeekResult, form: Form) -> list[tuple[str, str, str]]:
    """Totals that differ from what was closed: figure, old, new."""
    changed = [(name, form.figures[name], pair) for name, pair in result.corrections.items() if name in form.figures]
    return [(form.label(name, result.week), total_text(old, figure, blank="0"), total_text(new, figure, blank="0"))
            for name, figure, (old, new) in changed]


def _decisions(result: WeekResult, form: Form) -> list[tuple[str, str, str, str, str]]:
    """The figures that stand by decision: unit, figure, what was written, what is, why and by whom."""
    return [(printable(unit.unit), form.label(one.figure, result.week), value_text(one.written, form.figures[one.figure], blank="—"),
             value_text(one.value, form.figures[one.figure], blank="—"), printable("，".join(filter(None, (one.reason, one.by)))))
            for unit in result.units for one in unit.accepted if one.figure in form.figures]
