"""The form as its issuer prints it, as data: which cell holds what, how wide and how high.

Two items stand side by side on each row (form.md): section, merged down, then number, item and value twice. The value
area is one column, or two where a unit fills the two figures of an item in a cell each. Widths and heights are points
(1/72 inch) on A4 portrait; rows and columns count from 0. Shared by the merged workbook, the blanks and their likeness
in Word.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from schemas.form import Form, Item, Section

TITLE_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2
TITLE_FONT, BODY_FONT = "方正小标宋简体", "宋体"
TITLE_SIZE, HEAD_SIZE, BODY_SIZE, NOTE_SIZE = 20.0, 12.0, 10.0, 9.5
MARGIN = 34.0  # 12 mm on every side
SECTION_WIDTH, NUMBER_WIDTH, LABEL_WIDTH, VALUE_WIDTH, PAST_WIDTH = 50.0, 18.0, 138.0, 78.0, 52.0
_TITLES_HEIGHT = 18.0  # of the row of titles over value and past
_FIRST_SHARE = 0.46  # of the value area, where it is two columns: a count needs less room than an amount
_LEADING = 1.32  # a printed line is so many times as high as its letters
_MOST_SHRINKING = 1.3  # a text so many times too wide is still legible when it is shrunk
_PADDING = 7.0  # what Excel keeps free in a cell, both sides together
_LEAST_HEIGHT = 30.0
_MOST_SPREAD = 14.0  # a row is made so much higher at most, to fill the page
_PAGE_HEIGHT = 841.9 - 2 * MARGIN - 30  # of A4, less a line or two that may stand below 备注


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is; ``values`` are the columns of its value area, ``past`` that of last week's value."""

    item: Item
    row: int
    number: int
    label: int
    values: tuple[int, ...]
    _: KW_ONLY
    past: int | None = None

    def cells(self) -> dict[str, tuple[int, int]]:
        """Figure name → (row, column). Two figures share a cell where the value area is one column."""
        last = len(self.values) - 1
        return {figure.name: (self.row, self.values[min(n, last)]) for n, figure in enumerate(self.item.figures)}


@dataclass(frozen=True, slots=True)
class Block:
    """A section: its title is merged over rows ``first`` to ``last``; ``empty`` is the side an odd item leaves."""

    section: Section
    first: int
    last: int
    places: tuple[Place, ...]
    empty: Place | None


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole table. ``widths`` are the columns', ``heights`` the rows' (title and head rows included)."""

    blocks: tuple[Block, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    right: int

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for block in self.blocks for place in block.places)

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def end(self) -> int:
        """The first row below the table."""
        return self.blocks[-1].last + 1

    def cells(self) -> dict[str, tuple[int, int]]:
        """Figure name → (row, column)."""
        return {name: cell for place in self.places for name, cell in place.cells().items()}


def lay_out(form: Form, week: dt.date, *, split: bool = False, values: dict[str, str] | None = None, past: bool = False,
            notes: Sequence[str] = ()) -> Layout:
    """The form's table in ``week`` (issuers re-word).

    ``split`` gives the value area two columns, if any item has two figures; ``values`` are texts of value cells by the
    name of their item's first figure, for which rows are made high enough. ``past`` gives each value a column for last week's
    behind it, and both a row of titles. ``notes`` are to stand below the table with 备注.
    """
    split = split and any(len(item.figures) == 2 for item in form.items)
    shares = (VALUE_WIDTH * _FIRST_SHARE, VALUE_WIDTH * (1 - _FIRST_SHARE)) if split else (VALUE_WIDTH,)
    side = (NUMBER_WIDTH, LABEL_WIDTH, *shares, *([PAST_WIDTH] if past else []))
    widths = (SECTION_WIDTH, *side, *side)
    heights = [len(form.title) * TITLE_SIZE * _LEADING + 8, HEAD_SIZE * _LEADING + 12]
    heights += [_TITLES_HEIGHT] if past else []
    blocks, row = [], FIRST_ROW + past
    for section in form.sections:
        places = tuple(_place(item, row + n // 2, 1 + n % 2 * len(side), len(shares), past)
                       for n, item in enumerate(section.items))
        last = places[-1].row
        odd = len(section.items) % 2 == 1
        empty = _place(section.items[-1], last, 1 + len(side), len(shares), past) if odd else None
        blocks.append(Block(section, row, last, places, empty))
        heights += _heights(places, week, values or {}, "\n".join(section.title))
        row = last + 1
    below = sum(text_height(line, sum(widths), NOTE_SIZE) for line in (*notes, *remark_lines(form)))
    spread = min(max(_PAGE_HEIGHT - sum(heights) - below, 0) / (len(heights) - FIRST_ROW), _MOST_SPREAD)
    first = FIRST_ROW + past
    heights[first:] = [height + spread for height in heights[first:]]
    return Layout(tuple(blocks), widths, tuple(heights), 1 + len(side))


def _place(item: Item, row: int, number: int, columns: int, past: bool) -> Place:
    end = number + 2 + columns
    return Place(item, row, number, number + 1, tuple(range(number + 2, end)), past=end if past else None)


def _heights(places: tuple[Place, ...], week: dt.date, values: dict[str, str], title: str) -> list[float]:
    """Each row as high as its highest cell, and all of them together as high as the section's title."""
    rows = [_LEAST_HEIGHT] * (places[-1].row - places[0].row + 1)
    for place in places:
        n = place.row - places[0].row
        value = values.get(place.item.figures[0].name, "")
        rows[n] = max(rows[n], text_height(label_text(place.item, week), LABEL_WIDTH), text_height(value, VALUE_WIDTH))
    lacking = text_height(title, SECTION_WIDTH) - sum(rows)
    return [height + max(lacking, 0) / len(rows) for height in rows]


def label_text(item: Item, week: dt.date) -> str:
    """The item's label as printed in ``week``, with its line breaks."""
    return "\n".join(item.label(week).text)


def remark_lines(form: Form) -> list[str]:
    """备注 below the table, a paragraph each."""
    return ["备注：", *(f"    {n}.{remark}" for n, remark in enumerate(form.remarks, 1))] if form.remarks else []


def text_height(text: str, width: float, size: float = BODY_SIZE) -> float:
    """How high a cell ``width`` wide must be to show all of ``text``, broken into lines as Excel does."""
    room = max(width - _PADDING, size)
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for character in paragraph:
            wide = _character_width(character, size)
            if used + wide > room:
                lines, used = lines + 1, 0.0
            used += wide
    return lines * size * _LEADING + 6


def fits_shrunk(text: str, width: float) -> bool:
    """Whether ``text`` is on one line of a cell ``width`` wide in letters not much smaller."""
    wide = sum(_character_width(character, BODY_SIZE) for character in text)
    return wide <= (width - _PADDING) * _MOST_SHRINKING


def _character_width(character: str, size: float) -> float:
    return size if unicodedata.east_asian_width(character) in "WFA" else size * 0.55


def fills(item: Item, kinds: tuple[str, ...]) -> bool:
    """Whether a unit of these 类别 is to fill the item (form.md, “Filled by”)."""
    filled_by = item.filled_by or ()
    return not filled_by or bool(set(filled_by) & set(kinds))
