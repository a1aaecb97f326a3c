"""企业履职: the sheet of 台账核对 with the duties of every firm, what a unit reads about its own, and the blank to fill in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from consolidator.ledger.duties import count_duties, duties_of
from consolidator.model.display import day_text
from consolidator.model.duties import DONE, DUE, EXEMPT, NONE, OVERDUE, STATES, FirmDuties
from consolidator.model.ledger import LedgerResult
from consolidator.model.marks import sheet_mark
from consolidator.model.text import one_line
from consolidator.writing.ledger.cells import heading_of, width_of
from consolidator.writing.xlsx.sheets import A3, Book, write_text
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.settings import Settings

NAME = "企业履职"
BLANK_ROWS = 20  # below the firms that are known
MOST_ROWS = 20_000
LOOKS = {OVERDUE: "error", DUE: "warning", DONE: "good", NONE: "line", EXEMPT: "line"}
RHYTHMS = {"once": "期间 1 次", "month": "每月", "quarter": "每季度"}


def write_duties(book: Book, result: LedgerResult, form: Form, week: dt.date) -> None:
    """A row a firm and a column a duty, those that are overdue first; above them each duty in numbers."""
    duties = duties_of(form.ledger_definitions)
    sheet, counts = book.sheet(NAME, A3), count_duties(result.duties, duties)
    widths = [30, 24, 6, *[22] * len(duties), 50]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    flagged = "；".join(f"{one.name} " + "、".join(f"{STATES[state]} {count}" for state, count in one.states.items() if count)
                    for one in counts)
    book.heading(sheet, f"{NAME}（{day_text(week)}）", f"{flagged}。“无记录”是各单位的表里没有写过，不等于没有做；程序不作判定。", widths)
    heads = ["企业", "报送单位", "高危", *(duty.name for duty in duties.values()), "说明"]
    for column, head in enumerate(heads):
        write_text(sheet, 2, column, head, book.look("head"))
    order = list(STATES)
    lines = sorted(result.duties, key=lambda one: (order.index(one.worst), one.units, one.firm))[:MOST_ROWS]
    for row, one in enumerate(lines, 3):
        write_text(sheet, row, 0, one.firm, book.look("text"))
        write_text(sheet, row, 1, "、".join(one.units), book.look("text"))
        write_text(sheet, row, 2, "是" if one.risky else "", book.look("centre"))
        for column, name in enumerate(duties, 3):
            state = one.duties[name]
            write_text(sheet, row, column, state.text, book.look(LOOKS[state.state]))
        notes = [f"{day_text(dt.date.fromisoformat(state.found_wanting))}抽查发现{duties[name].name}没有落实"
                 for name, state in one.duties.items() if state.found_wanting and name in duties]
        write_text(sheet, row, len(heads) - 1, "；".join(notes), book.look("text"))
    if lines:
        sheet.autofilter(2, 0, 2 + len(lines), len(heads) - 1)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def duty_lines(unit: str, result: LedgerResult, form: Form, most: int) -> list[str]:
    """What a unit reads about its firms: which duties are overdue, which are due."""
    duties, lines = duties_of(form.ledger_definitions), []
    for state, title in ((OVERDUE, "企业履职逾期的"), (DUE, "企业履职本期应做的")):
        found = [f"- {one_line(one.firm)}：{duties[name].name}" + (f"（上次 {kept.last}）" if kept.last else "")
                 + (f"（{kept.until} 前）" if state == DUE else "")
                 for one in result.duties if unit in one.units for name, kept in one.duties.items()
                 if kept.state == state and name in duties]
        if found:
            lines += ["", f"{title} {len(found)} 项：", *found[:most]]
    return lines


def write_blank_duties(ledger: Ledger, unit: str, firms: Sequence[FirmDuties], week: str, path: Path, *,
                       settings: Settings) -> None:
    """A blank sheet to hand out, with the unit's firms in it where they are known and the days on which they did a duty last."""
    roles = list(ledger.columns)
    day = dt.date.fromisoformat(week)
    with Book(path, day, f"{unit}{ledger.title}", settings.office.name) as book:
        sheet = book.sheet(NAME, A3)
        write_text(sheet, 0, 0, ledger.title, book.look("title"))
        write_text(sheet, 1, 0, f"填报单位：{unit}    填报日期：          ", book.look("above"))
        sheet.set_row(2, 30)
        for column, (head, width) in enumerate([("序号", 6), *((heading_of(ledger, role), max(14, width_of(ledger, role)))
                                                               for role in roles)]):
            sheet.set_column(column, column, width)
            write_text(sheet, 2, column, head, book.look("head"))
        for row in range(3, 3 + len(firms) + BLANK_ROWS):
            one = firms[row - 3] if row - 3 < len(firms) else None
            write_text(sheet, row, 0, str(row - 2), book.look("centre"))
            for column, role in enumerate(roles, 1):
                write_text(sheet, row, column, _known(one, role, ledger) if one else "", book.look("text"))
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        _write_hints(book, ledger, settings)


def _known(one: FirmDuties, role: str, ledger: Ledger) -> str:
    column = ledger.columns[role]
    if role == "firm":
        return one.firm
    if role == "risky":
        return "是" if one.risky else ""
    kept = one.duties.get(column.duty)
    return (ledger.exempt[0] if kept.state == EXEMPT and ledger.exempt else kept.last) if kept else ""


def _write_hints(book: Book, ledger: Ledger, settings: Settings) -> None:
    notes = book.sheet("说明")
    notes.set_column(0, 0, 100)
    write_text(notes, 0, 0, sheet_mark("登记"), book.look("mark"))
    rhythms = "；".join(f"{duty.name}{RHYTHMS[duty.every]}" + (f"（高危{RHYTHMS[duty.risky]}）" if duty.risky else "")
                       for duty in ledger.duties.values())
    lines = ["怎样填", "1. 一行写一家企业。各项下面写已经做了的日子，几次的用“、”隔开；还没有做的空着，计划的不写。",
             f"2. 多久一次：{rhythms}。",
             f"3. 没有这类事的，写“{ledger.exempt[0] if ledger.exempt else '不涉及'}”。以前报过的日子不写也不会减少。",
             f"4. 填好后写上填报日期，存盘，报 {settings.office.name}。"]
    for row, line in enumerate(lines, 1):
        write_text(notes, row, 0, line, book.look("hint"))
