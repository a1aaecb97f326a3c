"""What is gathered of a Word document: a table's cells with its merged ranges, a paragraph's words with its open fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from consolidator.model.grid import Cell, CellValue
from consolidator.reading.formats.docx_fields import Fields
from consolidator.reading.formats.runs import Run


@dataclass(slots=True)
class TableGathered:
    rows: list[list[CellValue]] = field(default_factory=list)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # first row, first column → last row, last column
    downward: dict[int, tuple[int, int]] = field(default_factory=dict)  # column → the cell that goes on downward in it

    def place(self, column: int, span: int, goes_on: bool) -> None:
        """Note a cell of the row that is being read: how wide it is, and whether it belongs to the one above."""
        row = len(self.rows)
        first = self.downward.get(column)
        if goes_on and first is not None:
            self.merged.setdefault(first, [first[0], column + span - 1])[0] = row
        else:
            self.downward[column] = row, column
            if span > 1:
                self.merged[row, column] = [row, column + span - 1]

    @property
    def ranges(self) -> list[tuple[int, int, int, int]]:
        """The merged ranges."""
        return [(top, left, last[0], last[1]) for (top, left), last in self.merged.items()]


@dataclass(slots=True)
class WordsGathered:
    """A paragraph's words as they are gathered, its style, and the fields that are still open."""

    style: str | None = None
    runs: list[Run] = field(default_factory=list)
    fields: Fields = field(default_factory=Fields)
    look: Run = field(default_factory=lambda: Run(""))
    equation: bool = False

    def add(self, words: str) -> None:
        self.runs.append(self.look._replace(words=words))
