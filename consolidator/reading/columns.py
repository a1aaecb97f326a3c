"""Where, in the row of a label, its value stands: which cells are item numbers, remarks, last week's or the value.

Works on a :class:`View`, in which values stand to the right of their labels; a form whose values stand below is turned first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from consolidator.reading.grid import CellValue, Unread
from consolidator.reading.labels import (
    CHANGE_COLUMN,
    COLUMN,
    HEADING,
    LABEL,
    NOTE,
    REMARK,
    VALUE_COLUMN,
    Book,
    Meaning,
    Slot,
    squeeze,
)
from consolidator.reading.notation import read_item

Cell = tuple[int, int]
_ALONE = frozenset(("次数", "金额", "人数", "个数", "家数", "件数", "其中", "数量"))
_PLAIN_WORDS = frozenset(("无", "零", "〇", "否", "是", "有", "没有", "√", "×", "✓", "/", "-", "—", "--", "——", "☑", "☐"))
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class View:
    """A grid, perhaps turned (rows for columns): values, merged ranges and what the texts mean, by (row, column)."""

    rows: list[list[CellValue]]
    merged: list[tuple[int, int, int, int]]
    known: dict[Cell, Meaning]
    turned: bool = False
    width: int = 0
    covered: set[Cell] = field(default_factory=set)
    ends: dict[Cell, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.width = max(map(len, self.rows), default=0)
        for top, left, bottom, right in self.merged:
            if (bottom - top) * (right - left) > 100_000:
                continue
            self.ends[top, left] = right
            self.covered.update((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            self.covered.discard((top, left))

    def at(self, row: int, column: int) -> CellValue:
        return self.rows[row][column] if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]) else ""

    def turn(self) -> View:
        """The same with rows for columns."""
        rows = [[self.at(r, c) for r in range(len(self.rows))] for c in range(self.width)]
        return View(rows, [(b, a, d, c) for a, b, c, d in self.merged], {(c, r): m for (r, c), m in self.known.items()}, True)

    def back(self, cell: Cell) -> Cell:
        """The cell's place in the grid as it was."""
        return (cell[1], cell[0]) if self.turned else cell


@dataclass(slots=True)
class Place:
    """A label and the cells in which its value stands, or belongs where there is none (grid coordinates).

    ``doubt`` is a code of the catalogue: ``misplaced`` (the value stands beside its column), ``columns-unclear`` (more
    than one column of figures). ``unit`` is another money unit than the form's.
    """

    slot: int
    label: Cell
    cells: list[Cell]
    values: list[CellValue]
    guessed: bool = False
    unit: str = ""
    doubt: str = ""
    beside: Cell | None = None


def blank(value: CellValue) -> bool:
    return value == "" or (value.__class__ is str and not value.strip(" \t\r\n\xa0\u3000\u200b\ufeff_＿"))


def plain_figure(value: CellValue, book: Book) -> bool:
    """Whether a cell holds a figure and no more: one beside a value column is a doubt, a remark is not."""
    if not isinstance(value, str):
        return isinstance(value, (int, float, dt.date, dt.time, dt.timedelta, Unread))
    text = squeeze(value)
    if text in _PLAIN_WORDS:
        return True
    rest = _FIGURES.sub("", text)
    if len(text) > 24 or rest == text:
        return False
    for unit in sorted(book.words, key=len, reverse=True):
        rest = rest.replace(unit, "")
    return not re.sub(r"[约近余,、;/.:+\-()\s]|其中", "", rest)


def _count(value: CellValue) -> int:
    """How many numbers a cell holds."""
    return len(_FIGURES.findall(squeeze(value))) if isinstance(value, str) else 1


def item_number(value: CellValue) -> int | None:
    """The item number that a cell may be: 3, 3.0, “3”, “3.”, “（3）”, “③”."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if value == int(value) and 0 < value < 1000 else None
    if not isinstance(value, str) or len(value) > 8:
        return None
    found = re.fullmatch(r"\(?第?(\d{1,3})[).、项]*(?:\.0)?", squeeze(value))
    return int(found[1]) if found else None


class Table:
    """The labels of a view with their rows, and what its columns are."""

    def __init__(self, view: View, book: Book, labels: dict[Cell, int]):
        self.view, self.book = view, book
        self.labels = labels  # cell → slot
        self.fixed: list[Cell] = []  # item numbers and units between a label and the next: what they say decided
        self.spare: list[Cell] = []  # cells that could have held a value and did not
        self.in_row: dict[int, list[int]] = {}
        for row, column in sorted(labels):
            self.in_row.setdefault(row, []).append(column)
        self.label_columns = sorted({column for _, column in labels})
        self._find_numbers()
        self.titles = sorted((cell, meaning) for cell, meaning in view.known.items() if meaning.kind == COLUMN)
        self.zones = {cell: self._zone(cell) for cell in labels if not view.known[cell].rest}

    def _slot(self, cell: Cell) -> Slot:
        return self.book.slots[self.labels[cell]]

    def _is_number_of(self, value: CellValue, cell: Cell) -> bool:
        number = item_number(value)
        slot = self._slot(cell)
        return number is not None and number in (slot.number, slot.running)

    def _find_numbers(self) -> None:
        """Which columns hold item numbers, and whether the form numbers its items at all, each directly before its label."""
        right: Counter[int] = Counter()
        seen: Counter[int] = Counter()
        for row, column in self.labels:
            before = column - 1
            while before > 0 and (row, before) not in self.labels and blank(self.view.at(row, before)):
                before -= 1
            value = self.view.at(row, before)
            if before < 0 or (row, before) in self.view.known or blank(value):
                continue
            seen[before] += 1
            right[before] += self._is_number_of(value, (row, column))
        self.number_columns = {k for k in seen if right[k] * 2 > seen[k] and (right[k] > 1 or len(self.labels) < 6)}
        self.numbered = sum(right.values()) * 2 > len(self.labels)

    def _zone(self, cell: Cell) -> list[int]:
        """The columns between a label and the next one of its row, without item numbers and merged-over cells."""
        row, column = cell
        view = self.view
        first = view.ends.get(cell, column) + 1
        here = self.in_row[row]
        following = next((c for c in here if c >= first), None)
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
        if following is not None or stop < view.width:
            self._drop_number(cell, columns, following)
        return columns

    def _drop_number(self, cell: Cell, columns: list[int], following: int | None) -> None:
        """Takes the next label's item number out of ``columns``: one in a number column, or what says that number."""
        row = cell[0]
        for k in [k for k in columns if k in self.number_columns]:
            columns.remove(k)
            self.fixed.append((row, k))
        if following is None or not self.numbered:
            return
        filled = [k for k in columns if not blank(self.view.at(row, k))]
        # where a cell was deleted and the row moved up, the number stands in another column than the others
        if filled and filled[-1] == following - 1 and self._is_number_of(self.view.at(row, filled[-1]), (row, following)):
            columns.remove(filled[-1])
            self.fixed.append((row, filled[-1]))

    def empty_zones(self) -> int:
        return sum(not zone for zone in self.zones.values())

    def filled_zones(self) -> int:
        return sum(any(plain_figure(self.view.at(row, k), self.book) for k in zone) for (row, _), zone in self.zones.items())

    def _title_of(self, row: int, column: int) -> tuple[str, int, Cell | None]:
        """(role, rank, its cell) of the title above a cell; ("", 0, None) where there is none."""
        found: tuple[str, int, Cell | None] = ("", 0, None)
        last = -9
        for (r, c), meaning in self.titles:
            if r >= row or not c <= column <= self.view.ends.get((r, c), c):
                continue
            if r > last + 2 or not found[0]:
                found, last = (meaning.role, meaning.rank, (r, c)), r
            elif found[0] == VALUE_COLUMN:  # a title in two rows: what the upper says holds for the lower
                found = (meaning.role, max(meaning.rank, found[1]) if meaning.role == VALUE_COLUMN else 0, (r, c))
                last = r
        return found

    def _by_titles(self, row: int, columns: list[int]) -> tuple[list[int], bool]:
        """The columns that their titles leave, and whether none but a column of changes was there for the value."""
        titled = {k: self._title_of(row, k) for k in columns}
        kept = [k for k in columns if titled[k][0] in ("", VALUE_COLUMN)]
        best = max((titled[k][1] for k in kept), default=0)
        if best:
            kept = [k for k in kept if titled[k][1] == best]
        return kept, not kept and any(titled[k][0] == CHANGE_COLUMN for k in columns)

    def places(self) -> list[Place]:
        """Every label with the cells of its value."""
        split: dict[Cell, tuple[list[int], bool, str]] = {}
        usual: dict[int, Counter[int]] = {}
        pairs = 0
        for cell, zone in self.zones.items():
            kept, changes = self._by_titles(cell[0], zone)
            kept, unit = self._without_units(cell[0], kept)
            self.spare += [(cell[0], k) for k in kept]
            split[cell] = kept, changes, unit
            filled = [k for k in kept if plain_figure(self.view.at(cell[0], k), self.book)]
            said = filled or [k for k in kept if self._readable(cell, k)]
            if said:
                usual.setdefault(cell[1], Counter())[said[0]] += 1
            pairs += len(self._slot(cell).item.figures) == 2 and len(filled) == 2
        main = {c: min(count, key=lambda k: (-count[k], k)) for c, count in usual.items()}
        places = {cell: self._place(cell, split[cell], main.get(cell[1]), pairs > 0) if cell in split else self._inline(cell)
                  for cell in self.labels}
        self._tell_shifted(places, main)
        return list(places.values())

    def _readable(self, cell: Cell, column: int) -> bool:
        """Whether the words in ``column`` are a value of the label's item (未设置), and no remark."""
        value = self.view.at(cell[0], column)
        if blank(value):
            return False
        readings, _ = read_item([value], self._slot(cell).item)
        return any(reading.value is not None for reading in readings.values())

    def _tell_shifted(self, places: dict[Cell, Place], main: dict[int, int]) -> None:
        """Doubts where cells were put in or taken out: a label out of its column in a table with titles, and a blank value
        while a figure stands in the column of the values with no label to it."""
        count = Counter(column for _, column in self.zones)
        ordinary = max(count, key=lambda k: (count[k], -k), default=0)
        titled = any(meaning.role == VALUE_COLUMN for _, meaning in self.titles)
        for cell, place in places.items():
            if titled and count[cell[1]] == 1 and count[ordinary] > 2 and cell in self.zones:
                place.doubt, place.beside = "shifted", place.cells[0]
        empty = {cell: place for cell, place in places.items() if all(blank(value) for value in place.values)}
        if not empty:
            return
        rows = [row for row, _ in self.labels]
        taken = {cell for place in places.values() for cell in place.cells}
        for column, home in main.items():
            for row in range(min(rows), max(rows) + 2):
                cell = (row, home)
                if row > max(rows) and cell not in self.view.covered:
                    continue
                if self.view.back(cell) in taken or cell in self.view.known or home in self.number_columns \
                        or not blank(self.view.at(row, column)) or not plain_figure(self.view.at(*cell), self.book):
                    continue
                label = min(empty, key=lambda one: (one[1] != column, abs(one[0] - row), one))
                empty[label].doubt, empty[label].beside = "shifted", self.view.back(cell)
                return

    def _without_units(self, row: int, columns: Iterable[int]) -> tuple[list[int], str]:
        """``columns`` without cells that hold but a unit (家; 次数), and a money unit among them that is not the form's."""
        kept, other = [], ""
        for k in columns:
            value = self.view.at(row, k)
            word = squeeze(value).strip("()") if value.__class__ is str and len(value) < 12 else ""
            if word in self.book.words or word in _ALONE:
                if word.endswith("元") and word not in self.book.units:
                    other = word
                self.fixed.append((row, k))
            else:
                kept.append(k)
        return kept, other

    def _inline(self, cell: Cell) -> Place:
        meaning = self.view.known[cell]
        return Place(self.labels[cell], self.view.back(cell), [self.view.back(cell)], [meaning.rest], meaning.guessed, meaning.money)

    def _place(self, cell: Cell, kept_and: tuple[list[int], bool, str], main: int | None, pairs: bool) -> Place:
        """The label's value among the columns left to it; ``main`` is where the values of its neighbours stand."""
        (columns, changes, unit), row, view = kept_and, cell[0], self.view
        meaning = view.known.get(cell)
        place = Place(self.labels[cell], view.back(cell), [], [], meaning is None or meaning.guessed,
                      (meaning.money if meaning else "") or unit)
        if not columns:
            place.doubt = "columns-unclear" if changes else ""
            place.cells, place.values = [view.back((row, view.ends.get(cell, cell[1]) + 1))], [""]
            return place
        home = main if main in columns else columns[0]
        taken = [home]
        following = next((k for k in columns if k > home), None)
        first, second = view.at(row, home), view.at(row, following) if following is not None else ""
        if len(self._slot(cell).item.figures) == 2 and following is not None and _count(first) < 2:
            if (plain_figure(second, self.book) and (blank(first) or plain_figure(first, self.book))) or (pairs and blank(second) and not blank(first)):
                taken = [home, following]
        beside = [k for k in columns if k not in taken and plain_figure(view.at(row, k), self.book)]
        if beside and all(blank(view.at(row, k)) for k in taken):
            place.doubt, place.beside = "misplaced", view.back((row, home))
            taken = beside[:1]
            beside = beside[1:]
        if beside:
            place.doubt, place.beside = "columns-unclear", view.back((row, beside[0]))
        place.cells = [view.back((row, k)) for k in taken]
        place.values = [view.at(row, k) for k in taken]
        return place
