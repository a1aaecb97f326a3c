"""The labels of a view, the room beside each for its value, and what the columns of the table are.

A column is understood by all its rows: one cell alone does not tell a value 3 from the item number 3.
"""

from __future__ import annotations

from collections import Counter

from consolidator.model.grid import CellValue
from consolidator.reading.locating.label_index import (
    CHANGE,
    COLUMN,
    HEADING,
    LABEL,
    NOTE,
    PEOPLE,
    REMARK,
    VALUE,
    Book,
    Slot,
)
from consolidator.reading.locating.table_view import Cell, View, blank, item_number, plain_figure

FEW = 6  # labels; in a form with fewer, one number or one label is evidence


class Columns:
    """The labels of a view, the room for their values, and what its columns are."""

    def __init__(self, view: View, book: Book, labels: dict[Cell, int]):
        self.view, self.book = view, book
        self.labels = labels  # cell → slot
        self.in_row: dict[int, list[int]] = {}
        for row, column in sorted(labels):
            self.in_row.setdefault(row, []).append(column)
        columns = Counter(column for _, column in labels)
        self.label_columns = sorted(c for c in columns if columns[c] > 1 or len(labels) < FEW)
        self._find_numbers()
        self.titles = self._title_rows()
        self.zones = {cell: self._zone(cell) for cell in labels}
        self.inline = {cell for cell in labels if view.known[cell].rest and (
            plain_figure(view.known[cell].rest, book) or not self._figures_in(cell))}

    def empty_zones(self) -> int:
        """How many labels have no room for a value beside them."""
        return sum(not zone for cell, zone in self.zones.items() if cell not in self.inline)

    def filled_zones(self) -> int:
        """How many labels have a figure beside them."""
        return sum(bool(self._figures_in(cell)) for cell in self.zones if cell not in self.inline)

    def title_of(self, row: int, column: int) -> tuple[str, int]:
        """(role, rank) of the title above a cell; ("", 0) where there is none."""
        role, rank, last = "", 0, -9
        for (r, c), its_role, its_rank in self.titles:
            if r >= row or not c <= column <= self.view.ends.get((r, c), c):
                continue
            if r > last + 2 or not role:
                role, rank = its_role, its_rank
            elif role == VALUE:  # a title in two rows: what the upper says holds for the lower
                role, rank = its_role, max(its_rank, rank) if its_role == VALUE else 0
            last = r
        return role, rank

    def _slot(self, cell: Cell) -> Slot:
        return self.book.slots[self.labels[cell]]

    def _two(self, cell: Cell) -> bool:
        return len(self._slot(cell).item.figures) == 2

    def _figures_in(self, cell: Cell) -> list[int]:
        return [k for k in self.zones[cell] if plain_figure(self.view.at(cell[0], k), self.book)]

    def _is_number_of(self, value: CellValue, cell: Cell) -> bool:
        number = item_number(value)
        slot = self._slot(cell)
        return number is not None and number in (slot.number, slot.running)

    def _find_numbers(self) -> None:
        """Which columns hold item numbers, and whether the form numbers its items at all, each directly before its label.

        A lone cell between two labels is the first one's value, whatever it says.
        """
        right: Counter[int] = Counter()
        seen: Counter[int] = Counter()
        for row, column in self.labels:
            before = column - 1
            while before > 0 and (row, before) not in self.labels and blank(self.view.at(row, before)):
                before -= 1
            if before < 0 or (row, before) in self.view.known or blank(self.view.at(row, before)):
                continue
            previous = max((c for c in self.in_row[row] if c < column), default=-2)
            room = before > self.view.ends.get((row, previous), previous) + 1
            seen[before] += 1
            right[before] += room and self._is_number_of(self.view.at(row, before), (row, column))
        self.number_columns = {k for k in seen if right[k] * 2 > seen[k] and (right[k] > 1 or len(self.labels) < FEW)}
        self.numbered = sum(right.values()) * 2 > len(self.labels)

    def _zone(self, cell: Cell) -> list[int]:
        """The columns between a label and the next one of its row, without item numbers, merged-over cells and printed texts."""
        row, column = cell
        view = self.view
        first = view.ends.get(cell, column) + 1
        following = next((c for c in self.in_row[row] if c >= first), None)
        stop = following
        if stop is None:
            stop = next((c for c in self.label_columns if c > first), view.width)
        columns = []
        for k in range(first, stop):
            meaning = view.known.get((row, k))
            if meaning is not None and meaning.kind in (HEADING, LABEL, REMARK, NOTE):
                break
            if meaning is None and (row, k) not in view.covered:
                columns.append(k)
        if stop < view.width:
            self._drop_numbers(row, columns, following)
        return columns

    def _drop_numbers(self, row: int, columns: list[int], following: int | None) -> None:
        """Takes the next label's item number out of ``columns``: what is in a number column, or says that number."""
        dropped = [k for k in columns if k in self.number_columns]
        filled = [k for k in columns if k not in dropped and not blank(self.view.at(row, k))]
        # where a cell was deleted and the row moved up, the number is in another column than the others are
        if self.numbered and filled and following is not None and filled[-1] == following - 1 \
                and self._is_number_of(self.view.at(row, filled[-1]), (row, following)):
            dropped.append(filled[-1])
        for k in dropped:
            columns.remove(k)

    def _title_rows(self) -> list[tuple[Cell, str, int]]:
        """(cell, role, rank) of the columns' titles, by rows. Two words of a table make a row of titles, or one that speaks of
        figures; 联系电话 alone above the table is no title of the column it happens to stand in."""
        rows: dict[int, list[tuple[Cell, str, int]]] = {}
        for cell, meaning in self.view.known.items():
            if meaning.kind == COLUMN and cell[0] not in self.in_row:  # beside a label it is a remark
                rows.setdefault(cell[0], []).append((cell, meaning.role, meaning.rank))
        return [title for _, titles in sorted(rows.items()) for title in sorted(titles)
                if any(role in (VALUE, CHANGE) for _, role, _ in titles) or sum(role != PEOPLE for _, role, _ in titles) > 1]
