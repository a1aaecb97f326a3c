"""XlsxWriter's worksheet, the same to the byte and three times as fast where thousands of rows are written.

XlsxWriter checks, wraps and writes every cell by itself: of 4,000 units' rows in two workbooks that is a fifth of a whole
run. Here a number, a blank or a text with a style is stored at once and a row is written in one piece; any other cell
goes XlsxWriter's own way. ``test_quick_sheet.py`` compares the bytes, as the methods overridden are XlsxWriter's own
business and may change with it.
"""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet, _preserve_whitespace

from consolidator.reading.grid import column_letters

_MOST_TEXT = 16_000  # characters; Excel's limit counts otherwise, and near it XlsxWriter looks


class QuickSheet(Worksheet):
    """A worksheet for many rows. Cells must be given by row and column, and a number be one that Excel knows."""

    def __init__(self) -> None:
        super().__init__()
        self._row_stored = -1

    def write_number(self, row: int, col: int, number: float, cell_format: Format | None = None) -> int:
        return self._store(row, col, CellNumberTuple(number, cell_format))

    def write_blank(self, row: int, col: int, blank: None, cell_format: Format | None = None) -> int:
        return 0 if cell_format is None else self._store(row, col, CellBlankTuple(cell_format))

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        if len(string) > _MOST_TEXT:
            return self._write_string(row, col, string, cell_format)
        shared = string if self.constant_memory else self.str_table._get_shared_string_index(string)
        return self._store(row, col, CellStringTuple(shared, cell_format))

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
        if cells:
            self._write_row(row, span, about)
            self._write_cells(row, cells)
            self._xml_end_tag("row")
        elif about is not None or row in self.comments:
            self._write_empty_row(row, span, about)

    def _write_cells(self, row: int, cells: dict[int, tuple]) -> None:
        number, written = str(row + 1), []
        for column in sorted(cells):
            cell = cells[column]
            kind = cell.__class__
            if cell.format is not None and kind is CellNumberTuple:
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
        self.fh.write("".join(written))


_letters = lru_cache(maxsize=1024)(column_letters)


def _inline(sheet: QuickSheet, text: str) -> str:
    """A text that stands in its cell, as rows that are not kept in memory have it."""
    text = sheet._escape_data(sheet._escape_control_characters(text))
    kept = ' xml:space="preserve"' if _preserve_whitespace(text) else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'
