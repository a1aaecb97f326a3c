"""A form of which no figure was found: whether its table holds numbers all the same, beside or below where they belong."""

from __future__ import annotations

from consolidator.model.grid import CellValue
from consolidator.reading.locating.label_index import COLUMN, Book
from consolidator.reading.locating.locate import Located
from consolidator.reading.locating.table_view import blank, plain_figure

Cell = tuple[int, int]
_FEWEST = 5  # fewer may be anything: a page number, a year
_STEPS = (1, 2)  # running numbers down a column: of one block, or of two side by side


def numbers_unread(located: Located, book: Book) -> list[Cell]:
    """The cells with numbers in the table's rows that are neither printed text nor running numbers; none where they are few."""
    first, last = located.span
    rows = located.grid.rows
    if located.turned or any(meaning.kind == COLUMN for meaning in located.known.values()):  # titles say what their columns are
        return []
    found: list[Cell] = []
    for column in range(max(map(len, rows), default=0)):
        cells = [(row, column) for row in range(first, min(last + 2, len(rows))) if column < len(rows[row])]
        numbers = [cell for cell in cells if cell not in located.known and _is_number(rows[cell[0]][cell[1]], book)]
        if not _running([rows[row][column] for row, column in numbers]):
            found.extend(numbers)
    return sorted(found) if len(found) >= _FEWEST else []


def _is_number(value: CellValue, book: Book) -> bool:
    return not blank(value) and any(char.isdigit() for char in str(value)) and plain_figure(value, book)


def _running(values: list[CellValue]) -> bool:
    """Whether values are running numbers: each goes on from the one above or begins again."""
    before = 0.0
    for value in values:
        try:
            number = float(str(value))
        except ValueError:
            return False
        if number not in (1, 2) and number - before not in _STEPS:
            return False
        before = number
    return True
