"""A grid as the locating of values looks at it, perhaps turned, and what single cells are."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache

from consolidator.model.grid import CellValue, Unread
from consolidator.model.text import INVISIBLE, squeeze
from consolidator.reading.locating.label_index import Book, Meaning

Cell = tuple[int, int]  # row, column

_BLANK = re.compile(f"[ \\t\\r\\n\xa0\u3000_＿{INVISIBLE}]*")
_PLAIN_WORDS = frozenset(("无", "零", "〇", "否", "是", "有", "没有", "√", "×", "✓", "/", "-", "—", "--", "——", "☑", "☐"))
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_BETWEEN = re.compile(r"[约近余,、;/.:+\-()\s]|其中")
_ITEM_NUMBER = re.compile(r"\(?第?(\d{1,3})[).、项]*(?:\.0)?")
_UNIT_WORDS = frozenset(("次数", "金额", "人数", "个数", "家数", "件数", "其中", "数量"))
_LARGEST_MERGE = 100_000  # cells: what is merged over more is formatting of whole rows or columns


@dataclass(slots=True)
class View:
    """A grid with values to the right of their labels: as it is, or turned (rows for columns).

    ``known`` is what the texts mean, ``covered`` the cells that a merged range hides, ``ends`` and ``feet`` the last
    column and row of the range that begins in a cell; all by (row, column) of the view.
    """

    rows: list[list[CellValue]]
    merged: list[tuple[int, int, int, int]]
    known: dict[Cell, Meaning]
    turned: bool = False
    width: int = 0
    _: KW_ONLY
    covered: set[Cell] = field(default_factory=set)
    ends: dict[Cell, int] = field(default_factory=dict)
    feet: dict[Cell, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.width = max(map(len, self.rows), default=0)
        for top, left, bottom, right in self.merged:
            if (bottom - top + 1) * (right - left + 1) > _LARGEST_MERGE:
                continue
            self.ends[top, left], self.feet[top, left] = right, bottom
            self.covered.update((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            self.covered.discard((top, left))

    def at(self, row: int, column: int) -> CellValue:
        """The value at (row, column); ``""`` outside."""
        return self.rows[row][column] if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]) else ""

    def turn(self) -> View:
        """The same with rows for columns."""
        rows = [[self.at(r, c) for r in range(len(self.rows))] for c in range(self.width)]
        merged = [(left, top, right, bottom) for top, left, bottom, right in self.merged]
        return View(rows, merged, {(c, r): meaning for (r, c), meaning in self.known.items()}, True)

    def back(self, cell: Cell) -> Cell:
        """The cell's place in the grid as it was."""
        return (cell[1], cell[0]) if self.turned else cell


def blank(value: CellValue) -> bool:
    """Whether nothing is in a cell, or only blanks and the line to write on."""
    return value == "" or (value.__class__ is str and _BLANK.fullmatch(value) is not None)


def plain_figure(value: CellValue, book: Book) -> bool:
    """Whether a cell holds a figure (or two) and no more: one beside a value is a doubt, a remark is not."""
    if not isinstance(value, str):
        return isinstance(value, (int, float, dt.date, dt.time, dt.timedelta, Unread))
    text = squeeze(value)
    if text in _PLAIN_WORDS:
        return True
    rest = _FIGURES.sub("", text)
    if len(text) > 24 or rest == text:
        return False
    for unit in book.longest_first:
        rest = rest.replace(unit, "")
    return not _BETWEEN.sub("", rest)


@lru_cache(maxsize=4096)
def unit_word(text: str, words: frozenset[str]) -> str:
    """The unit or the like that is all that a cell holds (家; 次数; （万元）), "" where it holds more."""
    word = squeeze(text).strip("()")
    return word if word in words or word in _UNIT_WORDS else ""


def numbers_in(value: CellValue) -> int:
    """How many numbers a cell holds."""
    return len(_FIGURES.findall(squeeze(value))) if isinstance(value, str) else 1


def item_number(value: CellValue) -> int | None:
    """The item number that a cell may be: 3, 3.0, “3”, “3.”, “（3）”, “③”; None where it can be none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if 0 < value < 1000 and value == int(value) else None
    if not isinstance(value, str) or len(value) > 8:
        return None
    found = _ITEM_NUMBER.fullmatch(squeeze(value))
    return int(found[1]) if found else None
