"""Cells with addresses: what every format is read into before anything is understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell whose value is not certain, so that no reader of the grid can take it for a figure.

    ``kind`` is a key of :data:`UNREAD_CODES`; ``text`` is what the file holds (``#DIV/0!``, ``=SUM(A1:A3)``, ``53``).
    """

    kind: str
    text: str


# Unread.kind → the code of schemas.problems.CODES that reports it.
UNREAD_CODES = {
    "error": "error-value",  # an error value
    "formula": "formula-unread",  # a formula or link without a stored result
    "stale": "formula-stale",  # a formula whose stored result is not what it gives
    "struck": "struck-out",  # struck out, in whole or in part
    "raised": "raised",  # written as a superscript or subscript
    "shown": "shown-otherwise",  # its number format shows another number, or none
}

CellValue = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | Unread


@dataclass(frozen=True, slots=True)
class Cell:
    """Everything a file says of one cell.

    ``value`` is what :attr:`Grid.rows` holds. ``displayed`` is the text that a person sees where it is not simply the value;
    ``formula`` begins with ``=``; ``comment`` is the text of a note attached to the cell, without those that this program
    attaches. ``hidden``: in a hidden row or column, or hidden text. ``doubt`` is a code of the catalogue that must be reported
    where a figure is read from this cell, "" where there is none.
    """

    value: CellValue
    displayed: str = ""
    formula: str = ""
    struck: bool = False
    raised: bool = False
    _: KW_ONLY
    hidden: bool = False
    comment: str = ""
    doubt: str = ""


@dataclass(slots=True)
class Grid:
    """One sheet (or one Word table) as rows of values, from A1 on; a blank is ``""``.

    ``rows`` may be ragged. ``merged`` holds the ranges (first row, first column, last row, last column) where the
    format gives them; a merged value is in its first cell only. ``lines`` are texts outside the cells, in
    order (Word paragraphs, text boxes). ``word_table`` is the table's number in a Word document, 0 in a workbook.
    ``cells`` has those cells of which the file says more than their value, by 0-based (row, column). ``word_merged`` are the merged
    ranges of a Word table: forms are found without them, ledgers need them. ``lacks``: something that the file shows (an object
    within a document) could not be read. ``since_1904``: numbers of days count from 1904, as in workbooks of old Macs.
    """

    sheet: str
    rows: list[list[CellValue]]
    visible: bool = True
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    _: KW_ONLY
    word_table: int = 0
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    word_merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    lacks: bool = False
    since_1904: bool = False

    def value(self, row: int, column: int) -> CellValue:
        """The value at 0-based (row, column); ``""`` outside."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def cell(self, row: int, column: int) -> Cell:
        """The cell at 0-based (row, column)."""
        return self.cells.get((row, column)) or Cell(self.value(row, column))

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell: its value in ``rows``, and the whole of it in ``cells`` where it says more than the value."""
        put_values(self.rows, {(row, column): cell.value})
        if cell == Cell(cell.value):
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = cell

    def without_hidden(self) -> Grid:
        """The sheet as it is seen: cells of hidden rows and columns, and hidden texts, are blank."""
        hidden = {spot for spot, cell in self.cells.items() if cell.hidden}
        if not hidden:
            return self
        rows = [list(row) for row in self.rows]
        put_values(rows, dict.fromkeys(hidden, ""))
        return replace(self, rows=rows, cells={spot: cell for spot, cell in self.cells.items() if spot not in hidden})

    @property
    def doubtful(self) -> bool:
        """Whether any cell has a doubt that must be reported, or a note that may speak against its figure."""
        return any(cell.doubt or cell.comment for cell in self.cells.values())

    def address(self, row: int, column: int) -> str:
        """How a person finds the cell: ``D5``; in Word “表1第5行第3列” (1-based)."""
        if self.word_table:
            return f"表{self.word_table}第{row + 1}行第{column + 1}列"
        return cell_name(row, column)


@lru_cache(maxsize=8192)
def cell_name(row: int, column: int) -> str:
    """(4, 3) → D5."""
    return f"{column_letters(column)}{row + 1}"


def put_values(rows: list[list[CellValue]], values: Mapping[tuple[int, int], CellValue]) -> None:
    """Put values at 0-based (row, column); ``rows`` grows where it ended before them."""
    for (row, column), value in values.items():
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        if len(cells) <= column:
            cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value


def column_number(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
