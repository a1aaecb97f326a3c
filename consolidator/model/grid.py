"""Cells with addresses: what every format is read into before anything is understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell whose value cannot be known: an error value, or a formula or link without a stored result.

    ``kind`` is ``error`` or ``formula``; ``text`` is what the file holds (``#DIV/0!``, ``=SUM(A1:A3)``).
    """

    kind: str
    text: str


CellValue = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | Unread


@dataclass(slots=True)
class Grid:
    """One sheet (or one Word table) as rows of values, from A1 on; a blank is ``""``.

    ``rows`` may be ragged. ``merged`` holds the ranges (first row, first column, last row, last column) where the
    format tells them; a merged value stands in its first cell only. ``lines`` are texts outside the cells, in
    order (Word paragraphs, text boxes). ``word_table`` is the table's number in a Word document, 0 in a workbook.
    """

    sheet: str
    rows: list[list[CellValue]]
    visible: bool = True
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    word_table: int = 0

    def value(self, row: int, column: int) -> CellValue:
        """The value at 0-based (row, column); ``""`` outside."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def address(self, row: int, column: int) -> str:
        """How a person finds the cell: ``D5``; in Word “表1第5行第3列” (1-based)."""
        if self.word_table:
            return f"表{self.word_table}第{row + 1}行第{column + 1}列"
        return _spot(row, column)


@lru_cache(maxsize=8192)
def _spot(row: int, column: int) -> str:
    return f"{column_letters(column)}{row + 1}"


def put_unread(rows: list[list[CellValue]], unread: Mapping[tuple[int, int], CellValue]) -> None:
    """Puts values at 0-based (row, column) where a reader gave none; ``rows`` grows where it ended before them."""
    for (row, column), value in unread.items():
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
