"""Grids of a file → the ledgers in it, and the grids that are none. Runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.marks import SHEET_MARK, is_marked
from consolidator.reading.ledgers.columns import Column, columns_of
from consolidator.reading.ledgers.headings import Headings, find_headings, top_of
from consolidator.reading.ledgers.headings_down import find_headings_down
from consolidator.reading.ledgers.lexicon import KNOWN
from consolidator.reading.ledgers.rows import read_rows
from consolidator.reading.ledgers.sorting import BLANK, HEADING, is_filled
from consolidator.reading.ledgers.tables import hold_below, hold_beside, part_of, tables_below
from consolidator.reading.ledgers.titles import fill_from_title, read_title
from consolidator.reading.ledgers.two_days import settle_days
from consolidator.reading.ledgers.values import values_of
from schemas.form import Form

ENOUGH_TO_GO_ON = 100  # rows by which a table without headings is known


def read_ledgers(grids: list[Grid], form: Form) -> tuple[list[LedgerSheet], list[Grid]]:
    """The ledgers that ``grids`` hold, and the other grids; sheets that have the program's mark are no ledger of a unit.

    A table without headings whose rows are like those of the ledger before it goes on with that one: 续表.
    """
    found, others = [], []
    before: Headings | None = None
    for one_of in grids:
        grid = replace(one_of, merged=one_of.word_merged) if one_of.word_merged else one_of
        # a register of checks may have 存在问题 too
        top = top_of(grid, form)
        headings = max(find_headings(grid, top), key=lambda one: len(one.roles), default=None)
        if headings is None and before is not None and _goes_on(grid, before):
            headings = replace(before, first=-1, last=-1, roles=dict(before.roles))
        headings = headings or find_headings_down(top)
        columns = columns_of(grid.rows[headings.last + 1:]) if headings else []
        if headings is None or _is_marked(grid, headings, columns):
            others.append(one_of)
        else:
            before = replace(headings, roles=dict(headings.roles)) if headings.key in headings.roles else None
            found += _read_tables(grid, headings, columns, form)
    return found, others


def _is_marked(grid: Grid, headings: Headings, columns: Sequence[Column]) -> bool:
    above = columns_of(grid.rows[:headings.last + 1])
    return any(SHEET_MARK in column.joined for column in (*above, *columns)) and is_marked(grid)


def _goes_on(grid: Grid, before: Headings) -> bool:
    """Whether the rows of a table without headings stand below those of ``before``: as many columns, days and descriptions where it has
    them."""
    rows = [row for row in grid.rows[:ENOUGH_TO_GO_ON] if any(map(is_filled, row))]
    width = max((n for row in rows for n, value in enumerate(row, 1) if is_filled(value)), default=0)
    ledger, values = before.ledger, values_of(before.ledger, grid.since_1904)
    days = [column for role, column in before.roles.items() if role in ledger.columns and ledger.columns[role].type == "day"]
    if not days or not width <= len(before.below) or width <= max(before.roles[before.key], min(days)):
        return False
    described = [row for row in rows if (text := _at(row, before.roles[before.key])).__class__ is str and len(text) > KNOWN]
    dated = [row for row in described if values.day(_at(row, min(days)))[0]]
    return 2 * len(described) > len(rows) and 2 * len(dated) > len(described)


def _at(row: list[CellValue], column: int) -> CellValue:
    return row[column] if column < len(row) else ""


def _read_tables(grid: Grid, headings: Headings, columns: Sequence[Column], form: Form) -> list[LedgerSheet]:
    """The tables of a sheet, one below another."""
    sheet = _read(grid, replace(headings, roles=dict(headings.roles)), columns, form)
    starts = [] if sheet.refused else tables_below(grid, headings, columns, form, {row - 1 for row in sheet.rows})
    if not starts:
        return [sheet]
    further = [_part(grid, start, end, form) for start, end in pairwise((*starts, len(grid.rows)))]
    if None in further:  # headings that are none by themselves: what is below would be read in the wrong columns
        hold_below(sheet, starts[0])
        return [sheet]
    first = part_of(grid, 0, starts[0])
    found = [_whole(_read(first, headings, columns_of(first.rows[headings.last + 1:]), form), starts[0])]
    for start, (part, own) in zip(starts, filter(None, further), strict=True):
        one = _read(part, own, columns_of(part.rows[own.last + 1:]), form, [before.title for before in found])
        one.rows = [row + start for row in one.rows]
        found.append(one if start == starts[-1] else _whole(one, len(part.rows)))
    return found


def _read(grid: Grid, headings: Headings, columns: Sequence[Column], form: Form, above: Sequence[str] = ()) -> LedgerSheet:
    """One table; ``above`` are the titles of those above it in its sheet."""
    ledger = headings.ledger
    sheet = LedgerSheet(ledger.name, grid.sheet, len(grid.rows), visible=grid.visible, word_table=grid.word_table)
    banners = read_rows(grid, headings, columns, sheet) if headings.key in headings.roles else []
    read_title(grid, headings, form, sheet)
    settle_days(sheet, ledger)
    if headings.key not in headings.roles:
        filled = [row for row in grid.rows if any(value != "" for value in row)]
        sheet.total = len(filled)
        sheet.passed = {HEADING: len(filled)}
        sheet.refused = "no-description" if headings.roles else "headings-down"
        sheet.words = {"heading": ledger.heading(headings.key), "headings": "、".join(dict.fromkeys(headings.seen))}
        return sheet
    unknown = headings.unknown() if ledger.is_hazards and "state" not in sheet.at else []
    if unknown:
        sheet.words = {"heading": ledger.heading("state"), "headings": "、".join(unknown)}
    fill_from_title(sheet, ledger, headings.unknown(), banners, above)
    hold_beside(grid, headings, sheet)
    return sheet


def _part(grid: Grid, start: int, end: int, form: Form) -> tuple[Grid, Headings] | None:
    """A further table of a sheet with its headings; None where it has none, or not what a ledger is about."""
    part = part_of(grid, start, end)
    headings = max(find_headings(part, top_of(part, form)), key=lambda one: len(one.roles), default=None)
    return (part, headings) if headings is not None and headings.key in headings.roles else None


def _whole(sheet: LedgerSheet, rows: int) -> LedgerSheet:
    """A table with the blank rows below it, up to the next one."""
    if rows > sheet.total:
        sheet.passed[BLANK] = sheet.passed.get(BLANK, 0) + rows - sheet.total
        sheet.total = rows
    return sheet
