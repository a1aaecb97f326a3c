"""The sheets of a blank form as its issuer printed them: texts, merged ranges, sizes, borders.

openpyxl and xlrd know a workbook's looks; of the other formats the cells alone are known, each with its Word or
OpenDocument table, and columns get an even width.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.notation.fold import as_written
from consolidator.reading.files.sniff import Scan
from consolidator.reading.formats.dispatch import read_grids
from schemas.errors import UsageError
from schemas.problems import Problem

Spot = tuple[int, int]  # (row, column), both from 0
Range = tuple[int, int, int, int]  # first row, first column, last row, last column

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

MOST_ROWS, MOST_COLUMNS = 2000, 400
_EVEN_WIDTH, _EVEN_HEIGHT = 64.0, 18.0  # points
_CHARACTER = 5.6  # points of one digit in the default font: openpyxl and xlrd give widths in digits


@dataclass(slots=True)
class Area:
    """A cell, or cells merged into one; ``text`` is what is printed there."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    text: str

    @property
    def spot(self) -> Spot:
        return self.first_row, self.first_column

    @property
    def rows(self) -> int:
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        return self.last_column - self.first_column + 1


@dataclass
class BlankSheet:
    """One sheet: ``texts`` and ``formulas`` by cell, ``merged`` ranges, sizes in points, ``bordered`` cells."""

    name: str
    texts: dict[Spot, str]
    merged: list[Range] = field(default_factory=list)
    formulas: dict[Spot, str] = field(default_factory=dict)
    widths: list[float] = field(default_factory=list)
    _: KW_ONLY
    heights: list[float] = field(default_factory=list)
    bordered: set[Spot] = field(default_factory=set)
    numbers: set[Spot] = field(default_factory=set)
    word_table: int = 0
    indents: dict[Spot, int] = field(default_factory=dict)

    @cached_property
    def areas(self) -> dict[Spot, Area]:
        """Every cell of the sheet that has a text, a border or a merge → the area it belongs to."""
        found: dict[Spot, Area] = {}
        for first_row, first_column, last_row, last_column in self.merged:
            area = Area(first_row, first_column, last_row, last_column, self.texts.get((first_row, first_column), ""))
            found |= {(r, c): area for r in range(first_row, last_row + 1) for c in range(first_column, last_column + 1)}
        for r, c in {*self.texts, *self.bordered, *self.formulas}:
            if (r, c) not in found:
                found[r, c] = Area(r, c, r, c, self.texts.get((r, c), ""))
        return found

    @property
    def extent(self) -> Spot:
        """How many rows and columns hold anything."""
        spots = self.areas
        return (max((r for r, _ in spots), default=-1) + 1, max((c for _, c in spots), default=-1) + 1)

    def area(self, row: int, column: int) -> Area:
        """The area at a cell; an empty one of its own where nothing is printed."""
        found = self.areas.get((row, column))
        return found if found is not None else Area(row, column, row, column, "")


def read_blank(path: Path) -> list[BlankSheet]:
    """The visible sheets (Word tables) of a blank form that hold any text.

    Raises:
        UsageError: the file is no form that can be read; says why.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"打不开 {path.name}：请核对文件名，文件在 Excel 或 WPS 中打开着的请先关闭") from error
    grids = read_grids(data, path.name)
    if isinstance(grids, Problem):
        raise UsageError(f"{path.name}：{grids.message}")
    if isinstance(grids, Scan):
        raise UsageError(f"{path.name} 是{'PDF' if grids.kind == 'pdf' else '图片'}，读不出表格：请用发文单位的 Excel 或 Word 空白表")
    if data[:2] == b"PK" and b"xl/workbook" in data:
        sheets = _xlsx(data)
    elif data[:4] == b"\xd0\xcf\x11\xe0" and not any(grid.word_table for grid in grids):
        sheets = _xls(data)
    else:
        looks = _word_looks(data) if data[:2] == b"PK" and any(grid.word_table for grid in grids) else {}
        for grid in grids:
            grid.merged = grid.merged or looks.get(grid.word_table, ([], {}))[0]
        sheets = [_grid(grid, looks.get(grid.word_table, ([], {}))[1]) for grid in grids if grid.visible]
    sheets = [sheet for sheet in sheets if sheet.texts]
    if not sheets:
        raise UsageError(f"{path.name} 里没有表格：请用发文单位的空白表")
    for sheet in sheets:
        rows, columns = sheet.extent
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            raise UsageError(f"{path.name} 的工作表“{sheet.name}”有 {rows} 行 {columns} 列，不是空白表")
    return sheets


def _xlsx(data: bytes) -> list[BlankSheet]:
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.load_workbook(io.BytesIO(data))
    sheets = []
    for source in book.worksheets:
        if source.sheet_state != "visible":
            continue
        sheet = BlankSheet(source.title, {})
        for row in source.iter_rows(max_row=min(source.max_row, MOST_ROWS + 1), max_col=min(source.max_column, MOST_COLUMNS + 1)):
            for cell in row:
                if cell.value is None and not cell.has_style:
                    continue
                spot = ((cell.row or 1) - 1, (cell.column or 1) - 1)
                _put(sheet, spot, cell.value if isinstance(cell.value, (str, float, int, dt.date, dt.time)) else str(cell.value or ""))
                if cell.alignment is not None and cell.alignment.indent and spot in sheet.texts:
                    sheet.indents[spot] = sheet.indents.get(spot, 0) + 2 * int(cell.alignment.indent)
                border = cell.border
                if border and any(side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)):
                    sheet.bordered.add(spot)
        sheet.merged = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in source.merged_cells.ranges]
        rows, columns = sheet.extent
        default = source.sheet_format.defaultColWidth or 8.43
        widths = {}
        for letter, dimension in source.column_dimensions.items():
            first = openpyxl.utils.column_index_from_string(letter)
            for number in range(dimension.min or first, min(dimension.max or first, MOST_COLUMNS) + 1):
                widths[get_column_letter(number)] = dimension.width
        sheet.widths = [widths.get(get_column_letter(n + 1), default) * _CHARACTER for n in range(columns)]
        sheet.heights = [source.row_dimensions[n + 1].height or source.sheet_format.defaultRowHeight or _EVEN_HEIGHT
                         for n in range(rows)]
        sheets.append(sheet)
    return sheets


def _xls(data: bytes) -> list[BlankSheet]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except (xlrd.biffh.XLRDError, AssertionError, IndexError, KeyError, ValueError) as error:
        raise UsageError("这个 .xls 的格式读不出：请在 Excel 或 WPS 中另存为 xlsx 后再试") from error
    sheets = []
    for source in book.sheets():
        if source.visibility:
            continue
        sheet = BlankSheet(source.name, {})
        for r in range(min(source.nrows, MOST_ROWS + 1)):
            for c in range(min(source.ncols, MOST_COLUMNS + 1)):
                cell = source.cell(r, c)
                if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
                    _put(sheet, (r, c), cell.value)
                if cell.xf_index is not None:
                    border = book.xf_list[cell.xf_index].border
                    if border is not None and (border.left_line_style or border.right_line_style or border.top_line_style
                                               or border.bottom_line_style):
                        sheet.bordered.add((r, c))
        sheet.merged = [(r, c, last_r - 1, last_c - 1) for r, last_r, c, last_c in source.merged_cells]
        rows, columns = sheet.extent
        sheet.widths = [source.computed_column_width(n) / 256 * _CHARACTER for n in range(columns)]
        sheet.heights = [(source.rowinfo_map[n].height or 360) / 20 if n in source.rowinfo_map else _EVEN_HEIGHT for n in range(rows)]
        sheets.append(sheet)
    return sheets


def _word_looks(data: bytes) -> dict[int, tuple[list[Range], dict[Spot, int]]]:
    """Merged cells and indents of each table of a .docx by its number, from 1; {} for what is no such file."""
    import docx

    try:
        tables = [(len(table.columns), table._cells) for table in docx.Document(io.BytesIO(data)).tables]
    except (KeyError, ValueError, IndexError, zipfile.BadZipFile):
        return {}
    found: dict[int, tuple[list[Range], dict[Spot, int]]] = {}
    for number, (columns, cells) in enumerate(tables, 1):
        spots: dict[int, list[Spot]] = {}
        indents: dict[Spot, int] = {}
        for n, cell in enumerate(cells):  # the cells in their grid, a merged one at each of its places
            spots.setdefault(id(cell._tc), []).append((n // columns, n % columns))
            if indent := _word_indent(cell.paragraphs[0] if cell.paragraphs else None):
                indents[n // columns, n % columns] = indent
        merged = [(min(some)[0], min(c for _, c in some), max(some)[0], max(c for _, c in some))
                  for some in spots.values() if len(some) > 1]
        found[number] = merged, indents
    return found


def _word_indent(paragraph: Paragraph | None) -> int:
    """By how many half-width characters a paragraph is moved in."""
    if paragraph is None:
        return 0
    text, looks = paragraph.text, paragraph.paragraph_format
    blanks = sum(2 if one == "\u3000" else 1 for one in text[:len(text) - len(text.lstrip(" \u3000"))])
    moved = sum(length.pt for length in (looks.left_indent, looks.first_line_indent) if length is not None)
    return blanks + max(round(moved / _CHARACTER), 0)


def _grid(grid: Grid, indents: dict[Spot, int]) -> BlankSheet:
    sheet = BlankSheet(grid.sheet or f"表{grid.word_table}", {}, list(grid.merged), word_table=grid.word_table, indents=dict(indents))
    for r, row in enumerate(grid.rows):
        for c, value in enumerate(row):
            if value != "":
                _put(sheet, (r, c), value.text if isinstance(value, Unread) else value)
            if grid.word_table:
                sheet.bordered.add((r, c))
    rows, columns = sheet.extent
    if grid.word_table and grid.lines:  # the title, unit and date stand in paragraphs before the table
        sheet = _under(sheet, [line for line in grid.lines if line.strip()][:6], columns)
        rows, columns = sheet.extent
    sheet.widths, sheet.heights = [_EVEN_WIDTH] * columns, [_EVEN_HEIGHT] * rows
    return sheet


def _under(sheet: BlankSheet, lines: list[str], columns: int) -> BlankSheet:
    """The sheet with ``lines`` as merged rows above it."""
    down = len(lines)
    moved = BlankSheet(sheet.name, {(r + down, c): text for (r, c), text in sheet.texts.items()},
                       [(a + down, b, c + down, d) for a, b, c, d in sheet.merged],
                       {(r + down, c): text for (r, c), text in sheet.formulas.items()},
                       bordered={(r + down, c) for r, c in sheet.bordered}, numbers={(r + down, c) for r, c in sheet.numbers},
                       word_table=sheet.word_table, indents={(r + down, c): indent for (r, c), indent in sheet.indents.items()})
    for n, line in enumerate(lines):
        moved.texts[n, 0] = line
        if columns > 1:
            moved.merged.append((n, 0, n, columns - 1))
    return moved


def _put(sheet: BlankSheet, spot: Spot, value: CellValue | None) -> None:
    if value is None:
        return
    if isinstance(value, str) and value.startswith("=") and len(value) > 1:
        sheet.formulas[spot] = value
        return
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.numbers.add(spot)
    text = value if isinstance(value, str) else as_written(value)
    if text.strip():
        indent = sum(2 if one == "\u3000" else 1 for one in text[:len(text) - len(text.lstrip(" \u3000"))])
        if indent:
            sheet.indents[spot] = indent
        sheet.texts[spot] = text.replace("\r\n", "\n").strip(" \u3000\t")
