"""What the rows of ledgers are compared by, made for whole columns; those of new files while the workers still read others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from consolidator.ledger.likeness import words_keys
from consolidator.model.ledger_sheet import LedgerSheet
from schemas.firms import FirmNames

MOST_ROWS = 100_000  # whose keys are made beforehand: of a province's they would take 200 MB
Work = Callable[[Sequence[str]], list[str]]


class ColumnKeys:
    """The keys of firms, descriptions and places. ``names`` compares firms."""

    def __init__(self, names: FirmNames):
        self.names = names
        self._rows = 0
        self._made: dict[int, tuple[Sequence[str], list[str]]] = {}  # by the identity of a column, which is kept with its keys

    def prepare(self, sheets: Sequence[LedgerSheet]) -> None:
        """Make the keys of what was just read; of a column that is changed before they are asked for they are made anew."""
        for sheet in sheets:
            self._rows += len(sheet.rows)
            for role, work in self._works().items() if self._rows <= MOST_ROWS else ():
                column = sheet.columns.get(role)
                if column and set(map(type, column)) == {str}:
                    texts = cast("list[str]", column)
                    self._made[id(texts)] = texts, work(texts)

    def firms(self, texts: Sequence[str]) -> list[str]:
        """What firms with these names are compared by."""
        return self._keys(texts, self.names.keys)

    def words(self, texts: Sequence[str]) -> list[str]:
        """What these descriptions or places are compared by."""
        return self._keys(texts, words_keys)

    def _works(self) -> dict[str, Work]:
        return {"firm": self.names.keys, "description": words_keys, "place": words_keys}

    def _keys(self, texts: Sequence[str], work: Work) -> list[str]:
        made = self._made.pop(id(texts), None)
        return made[1] if made and made[0] is texts else work(texts)
