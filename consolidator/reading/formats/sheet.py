"""A worksheet as it is put together cell by cell, the same for every format that is read in full.

What a person sees is worked out here: number format, strokes, hidden rows and columns. Stray cells far from the others are
left out, so that one of them at XFD1048576 costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from consolidator.model.grid import Cell, CellValue, Grid, Unread
from consolidator.reading.files.unreadable import too_large
from consolidator.reading.formats.number_formats import (
    GENERAL,
    is_plain,
    moment,
    moment_of,
    rounds_away,
    seen,
    text_seen,
)
from consolidator.reading.formats.recompute import Calculator, Formula, contradicts
from consolidator.reading.formats.runs import Text

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_CELLS = 2_000_000  # with content, of all sheets of a workbook
_CURRENCIES = ("元", "¥", "￥", "$", "€", "£", "RMB", "CNY")
FAR_ROWS, FAR_COLUMNS = 2048, 128  # blank rows or columns behind which nothing belongs to the table


class Look(NamedTuple):
    """What a cell style says: the code of its number format, and strokes of its font."""

    code: str = GENERAL
    struck: bool = False
    raised: bool = False

    @property
    def plain(self) -> bool:
        """Whether a cell is seen as what it holds."""
        return not (self.struck or self.raised) and (self.code == GENERAL or is_plain(self.code))


PLAIN = Look()


def seen_cell(value: CellValue | Text, look: Look, since_1904: bool = False) -> Cell:
    """A stored value as it is seen in its style; a number in a format of dates becomes a date."""
    if value.__class__ is float:
        return _number(value, look, since_1904)
    doubt = ""
    if isinstance(value, Text):
        doubt, struck, raised, hidden = value.doubt, value.struck, value.raised, value.hidden
        value = value.text
    else:
        struck = raised = hidden = False
    displayed = ""
    if value.__class__ is str:
        shown = text_seen(value, look.code) if look.code != GENERAL else value
        if shown != value:
            displayed = shown if isinstance(shown, str) else ""
            value = shown
    return stroked(Cell(value, displayed, struck=struck, raised=raised, hidden=hidden, doubt=doubt), look)


def _number(number: float, look: Look, since_1904: bool) -> Cell:
    kind = moment_of(look.code) if look.code != GENERAL else ""
    if kind:
        return stroked(Cell(moment(number, kind, since_1904)), look)
    return stroked(number_seen(number, *seen(number, look.code)), look)


def number_seen(number: float, value: CellValue, displayed: str) -> Cell:
    """The cell of a number of which ``value`` is seen (:func:`number_formats.seen`)."""
    if isinstance(value, Unread):
        value = Unread("shown", f"{value.text}（{f'显示为{displayed}' if displayed else '不显示'}）")
        return Cell(value, displayed, doubt="shown-otherwise")
    if value.__class__ is str and "万元" not in value and any(word in value for word in _CURRENCIES):
        return Cell(value, displayed, doubt="shown-in-yuan")
    doubt = "rounded" if displayed and value.__class__ is float and rounds_away(number, displayed) else ""
    return Cell(value, displayed, doubt=doubt)


def stroked(cell: Cell, look: Look) -> Cell:
    """The cell under the strokes of its style: a struck or raised figure is not certain."""
    if cell.value == "" or not (look.struck or look.raised):
        return cell
    kind, doubt = ("struck", "struck-out") if look.struck else ("raised", "raised")
    value = cell.value if isinstance(cell.value, (str, Unread)) else Unread(kind, _plain_text(cell.value))
    return replace(cell, value=value, doubt=doubt, struck=cell.struck or look.struck, raised=cell.raised or look.raised)


def _plain_text(value: CellValue) -> str:
    return f"{value:.15g}" if value.__class__ is float else str(value)


@dataclass(slots=True)
class Sheet:
    """A worksheet in the making, by 0-based (row, column): the ``values`` of all cells, ``cells`` where there is more to say of
    one, the ``formulas`` of those that have one.

    ``stored`` are the numbers of those cells that are seen as something else; ``unsure`` the formulas whose results are to be
    worked out when the file is opened.
    ``hidden_rows`` are row numbers; ``hidden_columns`` (first, last) ranges; ``hidden_unless`` holds the rows that are shown
    where the sheet hides every row that it does not name, else None. ``since_1904``: days count from 1904.
    """

    name: str
    visible: bool = True
    values: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    formulas: dict[tuple[int, int], Formula] = field(default_factory=dict)
    _: KW_ONLY
    stored: dict[tuple[int, int], float] = field(default_factory=dict)
    unsure: set[tuple[int, int]] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    hidden_unless: set[int] | None = None
    since_1904: bool = False

    def add(self, row: int, column: int, value: CellValue | Text, look: Look = PLAIN) -> None:
        """Put a stored value, as it is seen in its style."""
        if (look is PLAIN or (look.plain and value.__class__ is str)) and not isinstance(value, Text):
            self.values[row, column] = value
            return
        cell = seen_cell(value, look, self.since_1904)
        self.put((row, column), cell)
        if value.__class__ is float and cell.value.__class__ is not float:
            self.stored[row, column] = value

    def put(self, spot: tuple[int, int], cell: Cell) -> None:
        """Put a cell as it is seen."""
        self.values[spot] = cell.value
        if cell != Cell(cell.value):
            self.cells[spot] = cell

    def cell(self, spot: tuple[int, int]) -> Cell:
        """A cell that has a value."""
        return self.cells.get(spot) or Cell(self.values[spot])

    def is_hidden(self, row: int, column: int) -> bool:
        """Whether a cell lies in a hidden row or column."""
        if row in self.hidden_rows or (self.hidden_unless is not None and row not in self.hidden_unless):
            return True
        return any(first <= column <= last for first, last in self.hidden_columns)

    def grid(self) -> Grid:
        """The sheet as a grid from A1 on, each row as long as its last cell."""
        last_row = _end_of_near({row for row, _ in self.values}, FAR_ROWS)
        last_column = _end_of_near({column for row, column in self.values if row <= last_row}, FAR_COLUMNS)
        rows: list[list[CellValue]] = [[] for _ in range(last_row + 1)]
        for spot in sorted(self.values):
            row, column = spot
            if row > last_row or column > last_column:
                continue
            cells = rows[row]
            if len(cells) < column:
                cells.extend([""] * (column - len(cells)))
            cells.append(self.values[spot])
        near = {spot: cell for spot, cell in self._extra().items() if spot[0] <= last_row and spot[1] <= last_column}
        merged = [one for one in self.merged if one[0] <= last_row]
        return Grid(self.name, rows, self.visible, merged, cells=near, since_1904=self.since_1904)

    def _extra(self) -> dict[tuple[int, int], Cell]:
        """The cells of which there is more to say than their value."""
        extra = dict(self.cells)
        if self.hidden_rows or self.hidden_columns or self.hidden_unless is not None:
            for spot, value in self.values.items():
                if self.is_hidden(*spot):
                    cell = self.cell(spot)
                    extra[spot] = replace(cell, hidden=True, doubt=cell.doubt or ("" if value == 0 else "hidden-figure"))
        for spot, formula in self.formulas.items():
            if spot in self.values:
                extra[spot] = replace(extra.get(spot) or self.cell(spot), formula=f"={formula.text}")
        for spot, comment in self.comments.items():  # on blank cells too
            extra[spot] = replace(extra.get(spot) or Cell(self.values.get(spot, "")), comment=comment)
        return extra


def _end_of_near(numbers: Iterable[int], far: int) -> int:
    """The last of the numbers before a gap of more than ``far``; the first may be anywhere below ``far``."""
    last = -1
    for before, number in pairwise([-1, *sorted(numbers)]):
        if number - before > far:
            break
        last = number
    return last


def check_formulas(sheets: list[Sheet], all_unsure: bool) -> None:
    """Hold the stored result of each formula against what it gives, where that can be worked out.

    ``all_unsure``: the file itself says that its results are to be worked out when it is opened. Then a 0 is no figure
    (XlsxWriter stores it for each formula that was given no result), and another result that cannot be checked is doubtful.
    """
    if not any(sheet.formulas for sheet in sheets):
        return
    values = {sheet.name.casefold(): sheet.values | sheet.stored for sheet in sheets}
    calculator = Calculator(values, {sheet.name.casefold(): sheet.formulas for sheet in sheets})
    for sheet in sheets:
        for spot, formula in sheet.formulas.items():
            if spot not in sheet.values:
                continue
            cell = sheet.cell(spot)
            if isinstance(cell.value, Unread) and cell.value.kind in ("error", "formula"):
                continue
            unsure = all_unsure or spot in sheet.unsure
            stored, result = sheet.stored.get(spot, cell.value), calculator.result(sheet.name, *spot)
            if result is None:
                if unsure and stored.__class__ is float:
                    sheet.put(spot, replace(cell, value=Unread("formula", f"={formula.text}")) if stored == 0
                              else replace(cell, doubt=cell.doubt or "formula-unsure"))
            elif contradicts(stored, result):
                value = Unread("formula", f"={formula.text}") if unsure and stored == 0 \
                    else Unread("stale", f"{_plain_text(stored)}（公式 ={formula.text[:60]} 应得 {result:.15g}）")
                sheet.put(spot, replace(cell, value=value, doubt="" if value.kind == "formula" else "formula-stale"))


def count_cells(sheets: Iterable[Sheet]) -> None:
    """Refuse a workbook whose sheets together hold too much.

    Raises:
        Unfit: they do.
    """
    total = sum(len(sheet.values) for sheet in sheets)
    if total > MOST_CELLS:
        raise too_large(f"各工作表共有 {total // 10_000} 万个单元格")
