"""Where, in the row of a label, its value is: which cells are item numbers, remarks, last week's or the value.

A column is understood by all its rows: one cell alone does not tell a value 3 from the item number 3.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from consolidator.model.grid import CellValue
from consolidator.model.text import squeeze
from consolidator.notation.item import read_item
from consolidator.reading.locating.evidence import weigh
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
from consolidator.reading.locating.table_view import Cell, View, blank, item_number, numbers_in, plain_figure, unit_word
from consolidator.reading.locating.value_cells import Place, doubt_orphans, doubt_shifted_rows

FEW = 6  # labels; in a form with fewer, one number or one label is evidence


class _Candidates(NamedTuple):
    """The columns that may hold a label's value; ``changes``: only a column of increments was there."""

    columns: list[int]
    changes: bool
    unit: str


class Table:
    """The labels of a view, the room for their values, and what its columns are."""

    def __init__(self, view: View, book: Book, labels: dict[Cell, int]):
        self.view, self.book = view, book
        self.labels = labels  # cell → slot
        self.spare: list[Cell] = []  # cells that could have held a value
        self.several = False  # whether a label has more than one figure, so that values decided
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

    def places(self) -> list[Place]:
        """Every label with the cells of its value."""
        candidates = {cell: self._candidates(cell) for cell in self.labels if cell not in self.inline}
        usual: dict[int, Counter[int]] = {}
        pairs = False
        for cell, (columns, _, _) in candidates.items():
            self.spare += [(cell[0], k) for k in columns]
            filled = [k for k in columns if plain_figure(self.view.at(cell[0], k), self.book)]
            text = filled or [k for k in columns if self._readable(cell, k)]
            if text:
                usual.setdefault(cell[1], Counter())[text[0]] += 1
            pairs = pairs or (self._two(cell) and len(filled) == 2)
        home = {column: min(count, key=lambda k: (-count[k], k)) for column, count in usual.items()}
        places = {cell: self._place(cell, candidates[cell], home.get(cell[1]), pairs) if cell in candidates else self._inline(cell)
                  for cell in self.labels}
        doubt_shifted_rows(places, self.zones.keys() - self.inline, [role for _, role, _ in self.titles])
        doubt_orphans(places, home, self)
        self.several = weigh(self, places, self.book.form.campaign.first_week.year)
        return list(places.values())

    # -- the columns -------------------------------------------------------------------------------------------

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

    def _title_of(self, row: int, column: int) -> tuple[str, int]:
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

    def _candidates(self, cell: Cell) -> _Candidates:
        """The columns of a label's room that titles leave for its value, without cells that hold but a unit (家; 次数)."""
        row, zone = cell[0], self.zones[cell]
        titled = {k: self._title_of(row, k) for k in zone}
        columns = [k for k in zone if titled[k][0] in ("", VALUE)]
        best = max((titled[k][1] for k in columns), default=0)
        if best:
            first = min(k for k in columns if titled[k][1] == best)
            # the second figure of an item may stand right behind the titled column: “数据” over two cells
            end = next((k for k in zone if k > first and titled[k][0]), self.view.width) if self._two(cell) else first
            # a figure under no title is a doubt: the row's cells may have been moved
            columns = [k for k in columns if titled[k][1] == best or first < k < end
                       or (not titled[k][0] and self._untitled(k) and plain_figure(self.view.at(row, k), self.book))]
        changes = not columns and any(role == CHANGE for role, _ in titled.values())
        other = self._money_among(row, zone)
        return _Candidates([k for k in columns if not self._unit_word(row, k)], changes, other)

    def _untitled(self, column: int) -> bool:
        """Whether nothing at all, not even an unknown word, is over a column in the rows of titles."""
        rows = {row for (row, _), _, _ in self.titles}
        return all(blank(self.view.at(row, column)) and (row, column) not in self.view.covered for row in rows)

    def _unit_word(self, row: int, column: int) -> str:
        value = self.view.at(row, column)
        return unit_word(value, self.book.words) if value.__class__ is str and len(value) < 12 else ""

    def _money_among(self, row: int, columns: Iterable[int]) -> str:
        """A money unit in the row that is not the form's: 元 in the column of units."""
        words = [word for k in columns for word in self._unit_words(row, k)]
        return next((word for word in words if word.endswith("元") and word not in self.book.units), "")

    def _unit_words(self, row: int, column: int) -> list[str]:
        """The units that a cell holds and nothing more: 次、元 are two."""
        value = self.view.at(row, column)
        if value.__class__ is not str or len(value) > 12:
            return []
        parts = [part for part in re.split(r"[、,，/和及;；（）()]", squeeze(value)) if part]
        return parts if all(part in self.book.words for part in parts) else []

    def _readable(self, cell: Cell, column: int) -> bool:
        """Whether the words in ``column`` are a value of the label's item (未设置), and no remark."""
        value = self.view.at(cell[0], column)
        if blank(value):
            return False
        readings, _ = read_item([value], self._slot(cell).item)
        return any(reading.value is not None for reading in readings.values())

    # -- the values --------------------------------------------------------------------------------------------

    def _inline(self, cell: Cell) -> Place:
        """The label whose value is behind it in the same cell."""
        meaning, here = self.view.known[cell], self.view.back(cell)
        place = Place(self.labels[cell], here, [here], [meaning.rest], meaning.guessed, meaning.money)
        other = self._figures_in(cell)
        if other:
            place.doubt, place.beside = "which-column", self.view.back((cell[0], other[0]))
        return place

    def _place(self, cell: Cell, candidates: _Candidates, usual: int | None, pairs: bool) -> Place:
        """The label's value among its candidates. ``usual`` is where the values of the labels above and below stand,
        ``pairs`` whether any item of the form has its two figures in two cells."""
        columns, view, row = candidates.columns, self.view, cell[0]
        meaning = view.known[cell]
        place = Place(self.labels[cell], view.back(cell), [], [], meaning.guessed, meaning.money or candidates.unit)
        if not columns:
            place.doubt = "only-changes" if candidates.changes else ""
            place.cells, place.values = [view.back((row, view.ends.get(cell, cell[1]) + 1))], [""]
            return place
        home = usual if usual in columns else columns[0]
        under = self._second_under(cell, home)
        if under:
            place.cells, place.values = [view.back(under[0]), view.back(under[1])], [view.at(*under[0]), view.at(*under[1])]
            return place
        taken = [home]
        if self._two(cell):
            taken += self._second_half(row, home, columns, pairs)
        beside = [k for k in columns if k not in taken and plain_figure(view.at(row, k), self.book)]
        if beside and all(blank(view.at(row, k)) for k in taken):
            place.doubt, place.beside = "misplaced", view.back((row, home))
            taken, beside = beside[:1], beside[1:]
        if beside:
            place.doubt, place.beside = "which-column", view.back((row, beside[0]))
        place.cells = [view.back((row, k)) for k in taken]
        place.values = [view.at(row, k) for k in taken]
        return place

    def _second_half(self, row: int, home: int, columns: list[int], pairs: bool) -> list[int]:
        """The column of a two-figure item's second figure, where it is, or surely belongs, in a cell of its own."""
        following = next((k for k in columns if k > home), None)
        if following is None or any(self._title_of(row, k)[0] not in ("", VALUE) for k in range(home + 1, following)):
            return []  # what is beyond last week's column has been moved there
        first, second = self.view.at(row, home), self.view.at(row, following)
        if numbers_in(first) > 1:
            return []
        stands = plain_figure(second, self.book) and (blank(first) or plain_figure(first, self.book))
        return [following] if stands or (pairs and blank(second) and not blank(first)) else []

    def _second_under(self, cell: Cell, home: int) -> tuple[Cell, Cell] | None:
        """The two cells of a two-figure item whose label is merged over two rows, a figure in each."""
        row = cell[0]
        if not self._two(cell) or self.view.feet.get(cell) != row + 1 or (row + 1, home) in self.view.covered:
            return None
        first, second = self.view.at(row, home), self.view.at(row + 1, home)
        both = numbers_in(first) < 2 and plain_figure(second, self.book) and (blank(first) or plain_figure(first, self.book))
        return ((row, home), (row + 1, home)) if both else None
