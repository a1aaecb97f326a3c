"""XlsxWriter's worksheet, the same to the byte and three times as fast where thousands of rows are written.

XlsxWriter checks, wraps and writes every cell by itself: of 4,000 units' rows in two workbooks that is a fifth of a whole
run. Here a number, a blank or a text with a style is stored at once and a row is written in one piece; any other cell
goes XlsxWriter's own way. ``test_quick_sheet.py`` compares the bytes, as the methods overridden are XlsxWriter's own
business and may change with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet, _preserve_whitespace

from consolidator.model.grid import column_letters

_USUAL = re.compile(r"(?:[^\W_]|[.、，；：（）-])+")  # nothing to escape
_MANY = 10 ** 15  # a whole number below it is written as it is
_MOST_STARTS = 2_000
_MOST_TEXT = 16_000  # characters; Excel's limit counts otherwise, and near it XlsxWriter looks


class QuickSheet(Worksheet):
    """A worksheet for many rows. Cells must be given by row and column, and a number be one that Excel knows."""

    previous_row: int

    def __init__(self) -> None:
        super().__init__()
        self._row_stored = -1
        self._runs: dict[int, dict[int, _Run]] = {}
        self._starts: dict[tuple[int, tuple[Format, ...]], list[tuple[str, str]]] = {}

    def write_number(self, row: int, col: int, number: float, cell_format: Format | None = None) -> int:
        return self._store(row, col, CellNumberTuple(number, cell_format))

    def write_blank(self, row: int, col: int, blank: None, cell_format: Format | None = None) -> int:
        return 0 if cell_format is None else self._store(row, col, CellBlankTuple(cell_format))

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        if len(string) > _MOST_TEXT:
            return self._write_string(row, col, string, cell_format)
        shared = string if self.constant_memory else self.str_table._get_shared_string_index(string)
        return self._store(row, col, CellStringTuple(shared, cell_format))

    def write_run(self, row: int, col: int, values: Sequence[float | str | None], formats: Sequence[Format]) -> int:
        """Write cells beside each other, the first at ``col``: a number, a text, or a blank where there is None.

        No other cell may be written in their places.
        """
        if not values:
            return 0
        last = col + len(values) - 1
        if last >= self.xls_colmax or self._store(row, last, _RUN) or self._store(row, col, _RUN):
            return -1
        kept = self.constant_memory
        stored = [_Text(value if kept else self.str_table._get_shared_string_index(value)) if isinstance(value, str) else value
                  for value in values]
        self._runs.setdefault(row, {})[col] = stored, tuple(formats)
        return 0

    def _store(self, row: int, col: int, cell: tuple) -> int:
        known = row == self._row_stored and self.dim_colmin <= col <= self.dim_colmax
        if not known or (self.constant_memory and row != self.previous_row):
            if self._check_dimensions(row, col):
                return -1
            if self.constant_memory and row > self.previous_row:
                self._write_single_row(row)
            self._row_stored = row
        self.table[row][col] = cell
        return 0

    def _write_rows(self) -> None:
        self._calculate_spans()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            self._write_whole_row(row, self.row_spans.get(row // 16))

    def _write_single_row(self, current_row_num: int = 0) -> None:
        row, self.previous_row = self.previous_row, current_row_num
        self._write_whole_row(row, None)
        self.table.clear()
        self._runs.clear()

    def _calculate_spans(self) -> None:
        spans: dict[int, tuple[int, int]] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            columns = [*self.table.get(row, ()), *self.comments.get(row, ())]
            if columns:
                first, last = spans.get(row // 16, (columns[0], columns[0]))
                spans[row // 16] = min(first, *columns), max(last, *columns)
        self.row_spans = {block: f"{first + 1}:{last + 1}" for block, (first, last) in spans.items()}

    def _write_whole_row(self, row: int, span: str | None) -> None:
        cells, about = self.table.get(row), self.row_info.get(row)
        as_usual = about is None and self.default_row_height == self.original_row_height and self.excel_version != 2010
        if cells and as_usual:
            spans = f' spans="{span}"' if span else ""
            self._write_cells(row, cells, f'<row r="{row + 1}"{spans}>', "</row>")
        elif cells:
            self._write_row(row, span, about)
            self._write_cells(row, cells)
            self._xml_end_tag("row")
        elif about is not None or row in self.comments:
            self._write_empty_row(row, span, about)

    def _write_cells(self, row: int, cells: dict[int, Any], start: str = "", end: str = "") -> None:
        number, written, runs = str(row + 1), [start], self._runs.get(row, {})
        for column in sorted(cells):
            cell = cells[column]
            kind = cell.__class__
            if cell is _RUN:
                if column in runs:
                    written.append(self._run(number, column, *runs[column]))
            elif cell.format is not None and kind is CellNumberTuple:
                written.append(f'<c r="{_letters(column)}{number}" s="{cell.format._get_xf_index()}">'
                               f'<v>{cell.number:.16G}</v></c>')
            elif cell.format is not None and kind is CellBlankTuple:
                written.append(f'<c r="{_letters(column)}{number}" s="{cell.format._get_xf_index()}"/>')
            elif cell.format is not None and kind is CellStringTuple:
                body = _inline(self, cell.string) if self.constant_memory else f' t="s"><v>{cell.string}</v></c>'
                written.append(f'<c r="{_letters(column)}{number}" s="{cell.format._get_xf_index()}"{body}')
            else:
                self.fh.write("".join(written))
                written.clear()
                self._write_cell(row, column, cell)
        written.append(end)
        self.fh.write("".join(written))


    def _run(self, number: str, column: int, values: Sequence[float | _Text | None], formats: tuple[Format, ...]) -> str:
        """The XML of :meth:`write_run`'s cells."""
        written = []
        for (start, style), value in zip(self._starts_of(column, formats), values, strict=True):
            if value is None:
                written.append(f"{start}{number}{style}/>")
            elif isinstance(value, _Text):
                written.append(f"{start}{number}{style}{_inline(self, value.text)}" if self.constant_memory
                               else f'{start}{number}{style} t="s"><v>{value.text}</v></c>')
            elif isinstance(value, int) and value < _MANY > -value:
                written.append(f"{start}{number}{style}><v>{value}</v></c>")
            else:
                written.append(f"{start}{number}{style}><v>{value:.16G}</v></c>")
        return "".join(written)

    def _starts_of(self, column: int, formats: tuple[Format, ...]) -> list[tuple[str, str]]:
        """What is before and behind the row's number in each cell; most rows have the same few styles."""
        known = self._starts.get((column, formats))
        if known is None:
            if len(self._starts) > _MOST_STARTS:
                self._starts.clear()
            known = self._starts[column, formats] = [(f'<c r="{_letters(at)}', f'" s="{look._get_xf_index()}"')
                                                     for at, look in enumerate(formats, column)]
        return known


class _Text(NamedTuple):
    """A text of a run: itself, or its number among the shared strings."""

    text: Any


_Run = tuple[Sequence["float | _Text | None"], tuple[Format, ...]]
_RUN = CellBlankTuple(None)  # is in the table at both ends of a run, by which its extent is known
_letters = lru_cache(maxsize=1024)(column_letters)


def _inline(sheet: QuickSheet, text: str) -> str:
    """A text that is in its cell, as rows that are not kept in memory have it."""
    if _USUAL.fullmatch(text):
        return f' t="inlineStr"><is><t>{text}</t></is></c>'
    text = sheet._escape_data(sheet._escape_control_characters(text))
    kept = ' xml:space="preserve"' if _preserve_whitespace(text) else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'
