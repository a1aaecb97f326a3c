"""Where, in the row of a label, its value is: its own cell among those that titles and the rows above and below leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from consolidator.model.text import squeeze
from consolidator.notation.item import read_item
from consolidator.reading.locating.columns import Columns
from consolidator.reading.locating.evidence import weigh
from consolidator.reading.locating.label_index import CHANGE, VALUE, Book
from consolidator.reading.locating.table_view import Cell, View, blank, numbers_in, plain_figure, unit_word
from consolidator.reading.locating.value_cells import Place, doubt_orphans, doubt_shifted_rows


class _Candidates(NamedTuple):
    """The columns that may hold a label's value; ``changes``: only a column of increments was there."""

    columns: list[int]
    changes: bool
    unit: str


class Table(Columns):
    """A table whose labels get their values."""

    def __init__(self, view: View, book: Book, labels: dict[Cell, int]):
        super().__init__(view, book, labels)
        self.spare: list[Cell] = []  # cells that could have held a value
        self.several = False  # whether a label has more than one figure, so that values decided

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

    def _candidates(self, cell: Cell) -> _Candidates:
        """The columns of a label's room that titles leave for its value, without cells that hold but a unit (家; 次数)."""
        row, zone = cell[0], self.zones[cell]
        titled = {k: self.title_of(row, k) for k in zone}
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
        place = Place(self.labels[cell], here, [here], [meaning.rest], meaning.guessed, unit=meaning.money)
        other = self._figures_in(cell)
        if other:
            place.doubt, place.beside = "which-column", self.view.back((cell[0], other[0]))
        return place

    def _place(self, cell: Cell, candidates: _Candidates, usual: int | None, pairs: bool) -> Place:
        """The label's value among its candidates. ``usual`` is where the values of the labels above and below stand,
        ``pairs`` whether any item of the form has its two figures in two cells."""
        columns, view, row = candidates.columns, self.view, cell[0]
        meaning = view.known[cell]
        place = Place(self.labels[cell], view.back(cell), [], [], meaning.guessed, unit=meaning.money or candidates.unit)
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
        if following is None or any(self.title_of(row, k)[0] not in ("", VALUE) for k in range(home + 1, following)):
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
