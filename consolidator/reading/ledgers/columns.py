"""A ledger's sheet by column. Columns hold few different cells, and texts are looked at together where that is much faster."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from functools import cached_property
from itertools import zip_longest
from operator import itemgetter
from typing import TypeVar

from consolidator.model.grid import CellValue, Unread
from consolidator.model.text import CLOSING, squeeze

SEAM = "\u241e"  # parts texts that are looked at together; printable, and nothing that normalising changes
_NUMBERS = frozenset((int, float, bool))

T = TypeVar("T")


class Column:
    """The cells of one column, from some row on."""

    def __init__(self, cells: Sequence[CellValue]):
        self.cells = cells

    @cached_property
    def different(self) -> set[CellValue]:
        """The different cells; True, 1 and 1.0 count as one."""
        return set(self.cells)

    @cached_property
    def texts(self) -> list[str]:
        """The different texts, but for ""."""
        return [cell for cell in self.different if cell.__class__ is str and cell]

    @cached_property
    def firsts(self) -> set[str]:
        """The first characters of :attr:`texts`."""
        return set(map(itemgetter(0), self.texts))

    @cached_property
    def others(self) -> set[CellValue]:
        """The different cells that are no text: numbers, days, and what could not be read."""
        if len(self.different) == len(self.texts) + ("" in self.different):
            return set()
        return self.different.difference(self.texts, ("",))

    @cached_property
    def blank(self) -> set[CellValue]:
        """The different cells in which nothing is seen."""
        return {"", *(text for text in self.texts if not text.strip())}

    @cached_property
    def joined(self) -> str:
        """All :attr:`texts`, a seam before and behind each."""
        return SEAM.join(["", *self.texts, ""])

    @cached_property
    def squeezed(self) -> list[str]:
        """Each of :attr:`texts` squeezed."""
        together = squeeze(self.joined).split(SEAM)[1:-1]
        if len(together) != len(self.texts):  # one has a seam in it
            return [squeeze(text) for text in self.texts]
        return [text.rstrip(CLOSING) for text in together]

    @property
    def is_tidy(self) -> bool:
        """Whether all cells are texts of one line without blanks before, behind, or side by side."""
        joined = self.joined
        return not self.others and joined.isprintable() and not any(one in joined for one in ("  ", f" {SEAM}", f"{SEAM} "))

    def one_object_each(self) -> list[CellValue]:
        """The cells. Where most are like others, equal ones are one object, as they then take less room and time from here on."""
        if len(self.different) == 1:
            return [*self.different] * len(self.cells)
        if len(self.different) * 2 > len(self.cells):
            return list(self.cells)
        return list(map(dict(zip(self.different, self.different, strict=True)).__getitem__, self.cells))

    def read_once(self, read: Callable[[CellValue], T]) -> tuple[dict[Hashable, T], Sequence[Hashable]]:
        """What ``read`` makes of each different cell, and the key of each cell in that."""
        kinds = set(map(type, self.cells)) & _NUMBERS if any(cell.__class__ in _NUMBERS for cell in self.others) else ()
        if len(kinds) < 2:
            return {cell: read(cell) for cell in self.different}, self.cells
        keys = list(zip(map(type, self.cells), self.cells, strict=True))  # True, 1 and 1.0 are equal, and are not the same in a cell
        return {key: read(key[1]) for key in set(keys)}, keys

    def each(self, read: Callable[[CellValue], T]) -> list[T]:
        """What ``read`` makes of each cell, each different one read once."""
        known, keys = self.read_once(read)
        return list(map(known.__getitem__, keys))

    def rows_of(self, cells: Iterable[CellValue]) -> list[int]:
        """Where any of ``cells`` is, by position."""
        sought = set(cells)
        return [number for number, cell in enumerate(self.cells) if cell in sought] if sought else []

    def that_may_begin(self, initials: Set[str]) -> list[CellValue]:
        """The different cells that may begin with one of some characters once squeezed: all texts but those whose first
        character is another, Chinese one, which squeezing leaves as it is; and no number or day."""
        others = {first for first in self.firsts - initials if is_chinese(first)}
        found: list[CellValue] = [cell for cell in self.others if cell.__class__ is Unread]
        if len(others) < len(self.firsts):
            found += [text for text in self.texts if text[0] not in others]
        return found


def is_chinese(sign: str) -> bool:
    """Whether it is an ideograph of the usual range: none of those is changed by squeezing."""
    return "\u4e00" <= sign <= "\u9fff"


def columns_of(rows: Sequence[Sequence[CellValue]]) -> list[Column]:
    """The columns of ``rows``, each as long as there are rows."""
    return [Column(cells) for cells in zip_longest(*rows, fillvalue="")]
