"""…台账（汇总）.xlsx, which goes up: all hazards of the district, and what is new, closed, listed, overdue; people masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from consolidator.ledger.fold import is_listed
from consolidator.ledger.statistics import SOON, Summary, grouped, is_due_soon, major_level, summarize
from consolidator.model.display import day_text
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.writing.ledger.cells import Columns, heading_of, roles_shown, set_heights, width_of, write_cells
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import A3, Book, shown_width, write_text
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.settings import Settings

MOST_ROWS = 1_000_000  # of a sheet, which ends at 1,048,576 rows
MOST_HEIGHTS = 5_000  # rows that are made as tall as their texts
_MANY = 2_000  # rows from which no row is kept in memory
_LOOKS = ("centre",)
ALWAYS = ("firm", "description", "level", "source", "found", "due", "state")
STATISTICS = ("单位", "隐患", "其中重大", "本期新增", "未整改", "已整改", "已销号", "整改率", "按期整改率", "逾期", "7日内到期",
              "挂牌督办", "列入治理计划", "五落实齐全", "整改资金（万元）")


def write_summary(result: LedgerResult, form: Form, settings: Settings, path: Path) -> None:
    """Writes the workbook to ``path``; the same result gives the same bytes."""
    week = dt.date.fromisoformat(result.week)
    ledger = next(one for one in form.ledger_definitions if one.is_hazards)
    hazards = [one for one in result.hazards if one.state != "void"]
    soon = (week + dt.timedelta(days=SOON)).isoformat()
    roles = roles_shown(ledger, hazards, ALWAYS)
    with Book(path, week, f"{ledger.title}（汇总）", settings.office.name, many=len(hazards) > _MANY,
              purpose="台账（汇总）") as book:
        for part in range(0, max(1, len(hazards)), MOST_ROWS):  # a province's need more than one sheet
            _write_ledger(book, "台账" if not part else f"台账{part // MOST_ROWS + 1}", hazards[part:part + MOST_ROWS], ledger, roles,
                          week=week, settings=settings, start=part)
        lists: Sequence[tuple[str, str, Callable[[Hazard], bool]]] = (
            ("新增", "本期第一次报来的隐患", lambda one: one.since == result.week),
            ("销号清单", "已验收销号的隐患", lambda one: one.state == "closed"),
            ("挂牌督办", "正在挂牌督办的隐患", is_listed),
            ("逾期与7日内到期", "过了期限没有整改完的在前，七日内到期的在后",
             lambda one: one.overdue(result.week) or is_due_soon(one, result.week, soon)),
        )
        for name, hint, wanted in lists:
            chosen = [one for one in hazards if wanted(one)]
            if name.startswith("逾期"):
                chosen.sort(key=lambda one: (one.due, one.id))
            _write_list(book, name, hint, chosen[:MOST_ROWS], ledger, roles=roles, week=week, settings=settings)
        _write_statistics(book, hazards, ledger, result.week, form)


def _write_ledger(book: Book, name: str, hazards: Sequence[Hazard], ledger: Ledger, roles: Sequence[str], *, week: dt.date,
                  settings: Settings, start: int) -> None:
    """台账: laid out as a ledger that the level above can read as this office's own."""
    sheet = book.sheet(name, A3)
    write_text(sheet, 0, 0, f"{ledger.title}（{day_text(week)}）", book.look("title"))
    write_text(sheet, 1, 0, f"填报单位：{settings.office.name}    截至日期：{day_text(week)}", book.look("above"))
    _write_table(book, sheet, 2, hazards, ledger, roles=roles, settings=settings, start=start)


def _write_list(book: Book, name: str, hint: str, hazards: Sequence[Hazard], ledger: Ledger, *, roles: Sequence[str], week: dt.date,
                settings: Settings) -> None:
    sheet = book.sheet(name, A3)
    widths = [6, 14, 16, *(width_of(ledger, role) for role in roles)]
    book.heading(sheet, f"{name}（{day_text(week)}）", f"{hint}，共 {len(hazards)} 条。", widths[:8])
    _write_table(book, sheet, 2, hazards, ledger, roles=roles, settings=settings, start=0)


def _write_table(book: Book, sheet: QuickSheet, top: int, hazards: Sequence[Hazard], ledger: Ledger, *, roles: Sequence[str],
                 settings: Settings, start: int) -> None:
    own = ledger.columns["own_id"].name if "own_id" in ledger.columns else "本级编号"
    heads = ["序号", own, "报送单位", *(heading_of(ledger, role) for role in roles)]
    widths = [6, 14, 16, *(width_of(ledger, role) for role in roles)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_row(top, 30)
    for column, head in enumerate(heads):
        write_text(sheet, top, column, head, book.look("head"))
    columns = Columns(roles, ledger, settings.report.redact)
    for row, one in enumerate(hazards, top + 1):
        values = [one.id, "、".join(one.units), *columns.values(one)]
        if len(hazards) <= MOST_HEIGHTS:
            set_heights(sheet, row, values, widths[1:])
        sheet.write_number(row, 0, start + row - top, book.look("centre"))
        write_cells(book, sheet, row, 1, values, looks=_LOOKS)
    if hazards:
        sheet.autofilter(top, 0, top + len(hazards), len(heads) - 1)
    sheet.freeze_panes(top + 1, 3)
    sheet.repeat_rows(top)


def _write_statistics(book: Book, hazards: Sequence[Hazard], ledger: Ledger, week: str, form: Form) -> None:
    """统计: a row a unit, the district last. A hazard of two units counts with both, once in the district."""
    sheet = book.sheet("统计")
    widths = [24, *[11] * (len(STATISTICS) - 2), shown_width(STATISTICS[-1]) + 2]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    book.heading(sheet, f"统计（{day_text(dt.date.fromisoformat(week))}）",
                 "按期整改率：最初的期限已到的隐患中，在这一期限前整改完的占多少。两个单位共有的隐患在两行各计一次，合计只计一次。", widths)
    for column, head in enumerate(STATISTICS):
        write_text(sheet, 2, column, head, book.look("head"))
    sheet.set_row(2, 30)
    major, row = major_level(form), 3
    groups = grouped(hazards, lambda one: one.units)
    for unit in sorted(groups):
        _write_summary_row(book, sheet, row, unit, summarize(groups[unit], week, major, len(ledger.five)), look="line")
        row += 1
    _write_summary_row(book, sheet, row, "合计", summarize(hazards, week, major, len(ledger.five)), look="strong")
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def _write_summary_row(book: Book, sheet: QuickSheet, row: int, name: str, one: Summary, *, look: str) -> None:
    write_text(sheet, row, 0, name, book.look(look))
    amount, percent = ("strong-amount", "strong-percent") if look == "strong" else ("amount", "percent")
    values = (one.total, one.major, one.new, one.open, one.rectified, one.closed, one.rate, one.on_time_rate, one.overdue, one.due_soon,
              one.listed, one.planned, one.five, one.money)
    for column, value in enumerate(values, 1):
        rate = STATISTICS[column].endswith("率")
        if value is None:
            sheet.write_blank(row, column, None, book.look(percent))
        else:
            sheet.write_number(row, column, value, book.look(percent if rate else amount if value.__class__ is float else look))
