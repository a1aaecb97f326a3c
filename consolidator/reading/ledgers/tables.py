"""Several tables one below another in a sheet of a ledger: where each begins, and the parts of the sheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from consolidator.model.grid import CellValue, Grid, column_letters
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from consolidator.model.text import squeeze
from consolidator.notation.dates import parse_date
from consolidator.reading.ledgers.columns import Column
from consolidator.reading.ledgers.headings import Headings, headings_below, texts_of
from consolidator.reading.ledgers.sorting import is_filled
from consolidator.reading.ledgers.titles import said, unit_in
from consolidator.reading.ledgers.values import text_of
from schemas.form import Form
from schemas.ledger_definition import Ledger

MOST_TABLES = 50  # in a sheet
MOST_ROWS = 6  # of a title
UNIT, DAY = "unit", "day"  # beside the columns that a title may name
Said = dict[str, str]


def tables_below(grid: Grid, headings: Headings, columns: Sequence[Column], form: Form, kept: Collection[int]) -> list[int]:
    """The rows (from 0) where further tables of the ledger begin: each the first of its title, else of its headings.

    A table has headings laid out in another way, or the same below a title that says something else of unit, day, firm, level or source:
    headings on each page, with their title or without, are no other table. ``kept`` are the rows (from 0) that are read below the first
    headings.
    """
    year, ledger = form.campaign.first_week.year, headings.ledger
    own = [texts_of(row) for row in grid.rows[max(headings.first, 0):headings.last + 1]]
    before = _said(grid, range(headings.first), ledger, year)
    roles, found = dict(headings.roles), list[int]()
    for number, named in headings_below(grid, headings, columns, form):
        first, lowest = number, max(headings.last, found[-1] if found else 0)
        while first - 1 > lowest and texts_of(grid.rows[first - 1]) in own:
            first -= 1
        start = _top(grid, first, lowest, kept, ledger)
        now = _said(grid, range(start, first), ledger, year)
        elsewhere = texts_of(grid.rows[number]) not in own and _is_elsewhere(named, roles)
        if elsewhere or any(before.get(name) != text for name, text in now.items()):
            found.append(start)
            before = {**before, **now}
        if elsewhere:
            roles, own = named, [texts_of(row) for row in grid.rows[first:number + 1]]
        if len(found) == MOST_TABLES:
            break
    return found


def hold_beside(grid: Grid, headings: Headings, sheet: LedgerSheet) -> None:
    """Hold the rows that go on in a second table beside the first: what is there would be lost."""
    others = headings.beside()
    wrong = {number: at for number, row in enumerate(sheet.rows) for at in others if is_filled(grid.value(row - 1, at))}
    if not wrong:
        return
    sheet.problems = [*(one for one in sheet.problems if one.row not in wrong),
                      *(RowProblem(number, "table-beside", "", {"column": column_letters(at)}) for number, at in wrong.items())]


def hold_below(sheet: LedgerSheet, start: int) -> None:
    """Hold the rows from other headings on."""
    below = {number for number, row in enumerate(sheet.rows) if row > start}
    sheet.problems = [*(one for one in sheet.problems if one.row not in below),
                      *(RowProblem(number, "other-headings", "", {"row": str(start + 1)}) for number in sorted(below))]


def _is_elsewhere(named: Mapping[str, int], roles: Mapping[str, int]) -> bool:
    """Whether headings name a column where it was not before, or where another was."""
    return any(roles.get(role) != at and (role in roles or at in roles.values()) for role, at in named.items())


def part_of(grid: Grid, start: int, end: int) -> Grid:
    """The rows from ``start`` to before ``end`` as a sheet of their own; texts beside the cells are with the first."""
    return replace(grid, rows=grid.rows[start:end], lines=[] if start else grid.lines,
                   merged=[(top - start, left, bottom - start, right) for top, left, bottom, right in grid.merged
                           if start <= top and bottom < end],
                   cells={(row - start, column): cell for (row, column), cell in grid.cells.items() if start <= row < end})


def _top(grid: Grid, first: int, lowest: int, kept: Collection[int], ledger: Ledger) -> int:
    """Where the title above headings at ``first`` begins: below the last row that is read, a total or a note."""
    top = first
    while top - 1 > lowest and first - top < MOST_ROWS and top - 1 not in kept and not _ends(grid, top - 1, ledger):
        top -= 1
    return next(row for row in range(top, first + 1) if row == first or any(map(is_filled, grid.rows[row])))


def _ends(grid: Grid, row: int, ledger: Ledger) -> bool:
    """Whether a row is the end of the table above: a total, a note, a signature; one that names the unit is a title."""
    filled = [(column, text_of(value)) for column, value in enumerate(grid.rows[row]) if is_filled(value)]
    if not filled or any(unit_in(grid, row, column, text) for column, text in filled):
        return False
    first = squeeze(filled[0][1])
    return any(first.startswith(squeeze(word)) for rule in ledger.passed.values() for word in rule.words)


def _said(grid: Grid, rows: Collection[int], ledger: Ledger, year: int) -> Said:
    """What the rows of a title say of the rows below them."""
    cells: list[tuple[int, int, CellValue]] = [(row, column, value) for row in rows for column, value in enumerate(grid.rows[row])
                                               if is_filled(value)]
    found: Said = {}
    for row, column, value in cells:
        text = text_of(value)
        dated = parse_date(text, year)
        found |= {name: word for name, word in (
            (UNIT, unit_in(grid, row, column, text)), (DAY, dated.date.isoformat() if dated and dated.date else "")) if word}
    title = " ".join(text_of(value) for _, _, value in cells)
    return found | {role: word for role, one in ledger.columns.items() if one.heading and (word := said(title, ledger, role))}
