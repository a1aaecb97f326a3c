"""A label with the cells of its value, and the doubts that arise where places are looked at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass

from consolidator.model.grid import CellValue
from consolidator.reading.locating.columns import Columns
from consolidator.reading.locating.label_index import VALUE
from consolidator.reading.locating.table_view import Cell, blank, plain_figure


@dataclass(slots=True)
class Place:
    """A label and the cells in which its value is, or belongs where there is none (grid coordinates).

    ``doubt`` is a code of the catalogue: ``misplaced`` (the value is beside its column), ``which-column`` (more than
    one column of figures), ``only-changes`` (none but increments), ``shifted`` (rows or columns out of line), ``title-unknown``
    (the column was chosen because the others are no totals, under a ``title`` that says nothing known); ``beside`` is
    the other cell that it speaks of. ``unit`` is a money unit that is not the form's.
    """

    slot: int
    label: Cell
    cells: list[Cell]
    values: list[CellValue]
    guessed: str = ""
    _: KW_ONLY
    unit: str = ""
    doubt: str = ""
    beside: Cell | None = None
    title: str = ""


def doubt_shifted_rows(places: dict[Cell, Place], beside: Collection[Cell], roles: list[str]) -> None:
    """In a table with titles, a label out of its column: its row was moved, its value is under another title.

    ``beside`` are the labels whose value is beside them, ``roles`` those of the titles.
    """
    count = Counter(column for _, column in places)
    if VALUE not in roles or max(count.values(), default=0) < 3:
        return
    for cell in beside:
        if count[cell[1]] == 1:
            places[cell].doubt, places[cell].beside = "shifted", places[cell].cells[0]


def doubt_orphans(places: dict[Cell, Place], home: dict[int, int], table: Columns) -> None:
    """A blank value while a figure without a label is in the column of values: cells were put in or taken out.

    ``home`` gives for a column of labels the column in which their values stand.
    """
    empty = {cell: place for cell, place in places.items() if all(blank(value) for value in place.values)}
    if not empty:
        return
    view, rows = table.view, [row for row, _ in places]
    taken = {cell for place in places.values() for cell in place.cells}
    for column, values in home.items():
        for row in range(min(rows), max(rows) + 2):
            cell = (row, values)
            inside = row <= max(rows) or cell in view.covered
            if inside and _is_orphan(cell, column, table) and view.back(cell) not in taken:
                label = min(empty, key=lambda one: (one[1] != column, abs(one[0] - row), one))
                empty[label].doubt, empty[label].beside = "shifted", view.back(cell)
                return


def _is_orphan(cell: Cell, label_column: int, table: Columns) -> bool:
    """A figure with nothing where its label should be."""
    view = table.view
    return cell not in view.known and cell[1] not in table.number_columns \
        and blank(view.at(cell[0], label_column)) and plain_figure(view.at(*cell), table.book)
