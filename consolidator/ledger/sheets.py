"""Grids of a file → the ledgers in it, and the grids that are none. Runs in a worker."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from consolidator.ledger.columns import Column, columns_of
from consolidator.ledger.headings import Headings, find_headings, other_headings
from consolidator.ledger.lexicon import KNOWN
from consolidator.ledger.rows import read_rows
from consolidator.ledger.sorting import HEADING, is_filled
from consolidator.ledger.values import text_of, values_of
from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger import LedgerSheet, RowProblem
from consolidator.model.marks import SHEET_MARK, is_marked
from consolidator.model.text import squeeze
from consolidator.notation.dates import parse_date
from schemas.form import Form
from schemas.ledger_definition import Ledger

ENOUGH_TO_GO_ON = 100  # rows by which a table without headings is known
LONGEST_TITLE = 300  # characters of the texts above the headings that are kept
_UNIT = re.compile(r"(?:填报|报送|上报|编报|填表|呈报|报告)?(?:单位|部门|街道)(?:名称|全称)?"
                   r"(?:\((?:盖章|公章|加盖公章|章)\))?[:：]\s*(?P<name>[^:：]*)")
_END_OF_NAME = re.compile(r"\s{2,}|[_]{2,}|(?:填报|报送|统计|截至|截止)?(?:时间|日期|人)[:：]?|截[至止]|联系|电话|20\d\d年|;|；")
_DATED = re.compile(r"截[至止]|时间|日期|填报|报送|统计")


def read_ledgers(grids: list[Grid], form: Form) -> tuple[list[LedgerSheet], list[Grid]]:
    """The ledgers that ``grids`` hold, and the other grids; sheets that have the program's mark are no ledger of a unit.

    A table without headings whose rows are like those of the ledger before it goes on with that one: 续表.
    """
    found, others = [], []
    before: Headings | None = None
    for one_of in grids:
        grid = replace(one_of, merged=one_of.word_merged) if one_of.word_merged else one_of
        # a register of checks may have 存在问题 too
        headings = max(find_headings(grid, form), key=lambda one: len(one.roles), default=None)
        if headings is None and before is not None and _goes_on(grid, before):
            headings = replace(before, first=-1, last=-1, roles=dict(before.roles))
        columns = columns_of(grid.rows[headings.last + 1:]) if headings else []
        if headings is None or _is_marked(grid, headings, columns):
            others.append(one_of)
        else:
            before = replace(headings, roles=dict(headings.roles)) if headings.key in headings.roles else None
            found.append(_read(grid, headings, columns, form))
    return found, others


def _is_marked(grid: Grid, headings: Headings, columns: Sequence[Column]) -> bool:
    above = columns_of(grid.rows[:headings.last + 1])
    return any(SHEET_MARK in column.joined for column in (*above, *columns)) and is_marked(grid)


def _goes_on(grid: Grid, before: Headings) -> bool:
    """Whether the rows of a table without headings stand below those of ``before``: as many columns, days and descriptions where it has
    them."""
    rows = [row for row in grid.rows[:ENOUGH_TO_GO_ON] if any(map(is_filled, row))]
    width = max((n for row in rows for n, value in enumerate(row, 1) if is_filled(value)), default=0)
    ledger, values = before.ledger, values_of(before.ledger)
    days = [column for role, column in before.roles.items() if role in ledger.columns and ledger.columns[role].type == "day"]
    if not days or not width <= len(before.below) or width <= max(before.roles[before.key], min(days)):
        return False
    described = [row for row in rows if (text := _at(row, before.roles[before.key])).__class__ is str and len(text) > KNOWN]
    dated = [row for row in described if values.day(_at(row, min(days)))[0]]
    return 2 * len(described) > len(rows) and 2 * len(dated) > len(described)


def _at(row: list[CellValue], column: int) -> CellValue:
    return row[column] if column < len(row) else ""


def _read(grid: Grid, headings: Headings, columns: Sequence[Column], form: Form) -> LedgerSheet:
    ledger = headings.ledger
    sheet = LedgerSheet(ledger.name, grid.sheet, len(grid.rows), visible=grid.visible, word_table=grid.word_table)
    if headings.key in headings.roles:
        read_rows(grid, headings, columns, sheet)
        _hold_another_table(grid, headings, columns, sheet, form)
    _read_title(grid, headings, form, sheet)
    if headings.key not in headings.roles:
        filled = [row for row in grid.rows if any(value != "" for value in row)]
        sheet.total = len(filled)
        sheet.passed = {HEADING: len(filled)}
        sheet.refused = "no-description"
        sheet.words = {"heading": ledger.heading(headings.key), "headings": "、".join(dict.fromkeys(headings.seen))}
        return sheet
    unknown = headings.unknown() if ledger.is_hazards and "state" not in sheet.at else []
    if unknown:
        sheet.words = {"heading": ledger.heading("state"), "headings": "、".join(unknown)}
    _fill_from_title(sheet, ledger, headings.unknown())
    return sheet


def _hold_another_table(grid: Grid, headings: Headings, columns: Sequence[Column], sheet: LedgerSheet, form: Form) -> None:
    """Hold the rows from other headings on: they would be read below those of the first table."""
    other = other_headings(grid, headings, columns, form)
    if other is not None:
        below = {number for number, row in enumerate(sheet.rows) if row > other}
        sheet.problems = [*(one for one in sheet.problems if one.row not in below),
                          *(RowProblem(number, "other-headings", "", {"row": str(other + 1)}) for number in sorted(below))]


def _read_title(grid: Grid, headings: Headings, form: Form, sheet: LedgerSheet) -> None:
    """The texts above the headings, among them the unit and the day; those below the rows where none is above."""
    read = set(sheet.rows[-6:])
    above = [(r, c, value) for r, row in enumerate(grid.rows[:headings.last + 1]) for c, value in enumerate(row)
             if value != "" and (r < headings.first or _alone(row))]
    below = [(r, c, value) for r, row in enumerate(grid.rows[-6:], max(len(grid.rows) - 6, 0)) if r > headings.last and r + 1 not in read
             for c, value in enumerate(row) if value != "" and value.__class__ is str and ":" in value.replace("：", ":")]
    titles = [text_of(value) for r, c, value in above if value.__class__ is str]
    sheet.title = "  ".join([*grid.lines[:6], *titles, grid.sheet])[:LONGEST_TITLE]  # two blanks end a name in it
    texts = [(r, c, text_of(value), value) for r, c, value in (*above, *below)] + [(-1, -1, line, line) for line in grid.lines]
    sheet.units = list(dict.fromkeys(name for r, c, text, _ in texts if (name := _unit_in(grid, r, c, text))))
    sheet.date = _date_in(texts, ledger_year(form))


def _alone(row: list[CellValue]) -> bool:
    """Whether a row within the headings holds one text only: the title."""
    return sum(1 for value in row if value != "") == 1


def ledger_year(form: Form) -> int:
    """The year that a day without one is of."""
    return form.campaign.first_week.year


def _unit_in(grid: Grid, row: int, column: int, text: str) -> str:
    found = _UNIT.search(text.replace("（", "(").replace("）", ")"))
    if not found:
        return ""
    name = _END_OF_NAME.split(found["name"].strip(), maxsplit=1)[0].strip(" _")
    if not name and row >= 0:
        beside = next((value for value in (grid.value(row, at) for at in range(column + 1, column + 6)) if value != ""), "")
        name = _END_OF_NAME.split(text_of(beside).strip(), maxsplit=1)[0].strip(" _")
    return name if len(name) <= 40 else ""


def _date_in(texts: list[tuple[int, int, str, CellValue]], year: int) -> str:
    """The day that is given as the ledger's, else one that is alone or in the title."""
    best: dict[int, dt.date] = {}
    for _, _, text, value in texts:
        if isinstance(value, dt.date):
            best.setdefault(1, value.date() if isinstance(value, dt.datetime) else value)
            continue
        if len(text) > 120:
            continue
        found = parse_date(text, year)
        if found and found.date:
            best.setdefault(0 if _DATED.search(text) else 2, found.date)
    return best[min(best)].isoformat() if best else ""


def _fill_from_title(sheet: LedgerSheet, ledger: Ledger, unknown: Sequence[str]) -> None:
    """Columns that may stand once in the title: the level, the source. Only blank cells are filled, and none where a heading that is not
    known asks for it: 重大隐患判定 may deny what the title says."""
    title = squeeze(sheet.title)
    for role, column in ledger.columns.items():
        if not column.heading:
            continue
        if column.type == "text" and role not in sheet.columns:
            named = _named_in(sheet.title, (column.name, *column.also))
            if named:
                sheet.columns[role] = [named] * len(sheet.rows)
            continue
        if column.type != "choice":
            continue
        choices = ledger.choices[role]
        words = [(squeeze(word), name) for name, one in choices.items() for word in one.title]
        meant = list(dict.fromkeys(name for word, name in words if word in title))
        meant = [name for name in meant if not choices[name].by_unit] or meant
        if len(meant) != 1 or any(word in squeeze(heading) for heading in unknown for word, name in words if not choices[name].by_unit):
            continue
        values = sheet.columns.get(role)
        wrong = {one.row for one in sheet.problems if one.column == role}
        if values is None:
            sheet.columns[role] = [meant[0]] * len(sheet.rows)
        else:
            sheet.columns[role] = [value if value or number in wrong else meant[0] for number, value in enumerate(values)]


def _named_in(title: str, headings: tuple[str, ...]) -> str:
    """What a title says behind one of these headings: 企业名称：某超市."""
    words = "|".join(sorted(map(re.escape, headings), key=len, reverse=True))
    found = re.search(rf"(?:{words})\s*[:：]\s*(?P<name>\S[^:：]*)", title)
    return _END_OF_NAME.split(found["name"], maxsplit=1)[0].strip(" _") if found else ""
