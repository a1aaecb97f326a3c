"""What the reports say of the hazard database: hazards in numbers, 挂牌督办, 销号, duties of firms; people masked.

The tables stand in the text where 【整改表】, 【挂牌表】, 【销号表】, 【台账分月表】 or 【履职表】 says so; an empty one is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass

from consolidator.ledger.duties import DutyCount, count_duties, duties_of
from consolidator.ledger.fold import is_listed
from consolidator.ledger.statistics import Summary, closed_day, grouped, is_closed_in, major_level, summarize
from consolidator.model.display import day_text
from consolidator.model.duties import STATES
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.model.people import mask_cell
from consolidator.model.text import printable
from consolidator.writing.text.hazard_lines import described
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.settings import Settings

MOST_ROWS = 60  # a longer Word table is read by nobody; the workbook has all
LONGEST = 40  # characters of a description
BLANK = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a name and its values as written."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report: ``head`` is above the names."""

    title: str
    subtitle: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What a text template may say of the ledgers: ``ledger.summary.total``, ``ledger.rate``, ``ledger.closed`` …

    ``new`` and ``closed`` are of the weeks that the report is on, ``listed`` those under 挂牌督办 now, ``levels`` their levels with
    numbers, ``ended`` those 挂牌 that ended. ``tables`` are by the word that stands for each in the text.
    """

    summary: Summary
    rate: str
    on_time: str
    new: int
    closed: int
    _: KW_ONLY
    listed: int
    levels: tuple[tuple[str, int], ...]
    ended: int
    duties: tuple[DutyCount, ...]
    words: dict[str, str]
    tables: dict[str, Table]


def ledger_facts(result: LedgerResult, form: Form, settings: Settings, first: dt.date, last: dt.date) -> LedgerFacts | None:
    """The facts of the weeks from ``first`` to ``last``; None where there are no hazards and no duties, or only what ``result.json``
    keeps of them."""
    definition = next((one for one in form.ledger_definitions if one.is_hazards), None)
    if definition is None or result.read_back or not (result.hazards or result.duties):
        return None
    week, how = last.isoformat(), settings.report.redact
    alive = [one for one in result.hazards if one.state != "void"]
    listed = [one for one in alive if is_listed(one)]
    closed = [one for one in alive if is_closed_in(one, first, last)]
    new = [one for one in alive if first.isoformat() <= one.since <= week]
    levels: dict[str, int] = {}
    for one in listed:
        level = one.listed_shown(how).get("level") or "级别未写"
        levels[level] = levels.get(level, 0) + 1
    summary = summarize(alive, week, major_level(form), len(definition.five))
    duties = tuple(count_duties(result.duties, duties_of(form.ledger_definitions))) if result.duties else ()
    tables = {"整改表": _by_unit(alive, definition, form, week), "挂牌表": _listed(listed, how),
              "销号表": _closed(closed, how), "台账分月表": _by_month(alive, last), "履职表": _duties(result, form)}
    return LedgerFacts(summary, percent_text(summary.rate), percent_text(summary.on_time_rate), len(new), len(closed), listed=len(listed),
                       levels=tuple(levels.items()), ended=sum("ended" in one.listed for one in alive), duties=duties, words=STATES,
                       tables={name: table for name, table in tables.items() if table.rows})


def percent_text(value: float | None) -> str:
    """A rate with one decimal; a dash where there is nothing to rectify."""
    return BLANK if value is None else f"{value:.1%}"


def _by_unit(hazards: Sequence[Hazard], ledger: Ledger, form: Form, week: str) -> Table:
    major = major_level(form)
    groups = grouped(hazards, lambda one: one.units)
    pairs = [("合计", summarize(hazards, week, major, len(ledger.five)))] if hazards else []
    names = sorted(groups, key=lambda name: (-len(groups[name]), name))
    pairs += [(name, summarize(groups[name], week, major, len(ledger.five))) for name in names]
    rows = tuple(Row(printable(name), tuple(map(str, (one.total, one.major, one.open, one.rectified, one.closed, percent_text(one.rate),
                                                      percent_text(one.on_time_rate), one.overdue, one.listed))))
                 for name, one in pairs[:MOST_ROWS])
    return Table("", "", "单位", ("隐患", "其中重大", "未整改", "已整改", "已销号", "整改率", "按期整改率", "逾期", "挂牌"), rows)


def _listed(hazards: Sequence[Hazard], how: str) -> Table:
    def values(one: Hazard) -> tuple[str, ...]:
        until = one.listed.get("until") or one.due
        shown = one.listed_shown(how)
        return (one.firm_shown(how), _text(one, how), " ".join(filter(None, (shown.get("level"), shown.get("number")))),
                shown.get("by", ""), until, one.state_name)
    return _of_hazards(sorted(hazards, key=lambda one: (one.listed.get("until") or one.due or "9", one.id)), values,
                       ("企业", "隐患", "级别、文号", "督办单位", "期限", "状态"))


def _closed(hazards: Sequence[Hazard], how: str) -> Table:
    def values(one: Hazard) -> tuple[str, ...]:
        return ("、".join(one.units), one.firm_shown(how), _text(one, how), one.completed, closed_day(one),
                mask_cell(one.people.get("reviewer", ""), how))
    return _of_hazards(sorted(hazards, key=lambda one: (closed_day(one), one.id)), values,
                       ("单位", "企业", "隐患", "完成", "销号", "复查人"))


def _of_hazards(hazards: Sequence[Hazard], values: Callable[[Hazard], tuple[str, ...]], columns: tuple[str, ...]) -> Table:
    rows = tuple(Row(one.id, tuple(printable(text) or BLANK for text in values(one))) for one in hazards[:MOST_ROWS])
    more = f"共{len(hazards)}条，列前{MOST_ROWS}条，全部见台账（汇总）" if len(hazards) > MOST_ROWS else ""
    return Table("", more, "编号", columns, rows)


def _text(one: Hazard, how: str) -> str:
    text = described(one, how)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _by_month(hazards: Sequence[Hazard], last: dt.date) -> Table:
    """What was found, rectified and closed in each month, up to the report's week."""
    counts: dict[str, list[int]] = {}
    for one in hazards:
        done = "" if one.is_open else one.completed or one.reviewed
        for at, day in enumerate((one.found, done, closed_day(one) if one.state == "closed" else "")):
            if day and day <= last.isoformat():
                counts.setdefault(day[:7], [0, 0, 0])[at] += 1
    rows = tuple(Row(f"{month[:4]}年{int(month[5:])}月", tuple(map(str, counts[month]))) for month in sorted(counts))
    return Table("", "", "月份", ("发现", "整改完成", "销号"), rows)


def _duties(result: LedgerResult, form: Form) -> Table:
    """Each duty in numbers, and below it those of 高危 firms where there are any."""
    duties = duties_of(form.ledger_definitions)
    risky = [one for one in result.duties if one.risky]
    counts = [count_duties(lines, duties) for lines in (result.duties, risky) if lines]
    rows = tuple(Row("其中高危" if n else one.name, tuple(str(count) for count in one.states.values()))
                 for pair in zip(*counts, strict=True) for n, one in enumerate(pair))
    return Table("", "", "事项", tuple(f"{word}（家）" for word in STATES.values()), rows)


def caption(text: str, table: Table, last: dt.date) -> str:
    """What is above a table: its title, and as of when, where the text does not say it."""
    return "，".join(part for part in (text or day_text(last), table.subtitle) if part)
