"""Blank forms of any printed layout for those who fill in Word: lines above, one Word table a sheet, lines below.

The table has the printed cells from the first table of the sheet to the last; of a table with a row a unit only the unit's own row.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from consolidator.model.marks import SHEET_MARK
from consolidator.model.text import printable
from consolidator.writing.files import fixed_zip
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.pictured import printed_lines, title_spots
from consolidator.writing.official.word_parts import CENTRE, LEFT, grey_run, shade, write_run
from schemas.errors import UsageError
from schemas.form import Form
from schemas.picture import SheetPicture, Spot, TablePicture, range_of, spot_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

_MOST_COLUMNS = 63  # of a table, in Word
_UPRIGHT, _MARGIN = 500.0, 36.0  # points: what is wider is printed on its side
_LEAST_SIZE = 6.5
_ROW = 20.0  # points


def write_pictured_word(form: Form, to: Addressee, path: Path, past: str) -> None:
    """Writes the Word blank of ``to``; ``past`` is the line of last week's figures.

    Raises:
        UsageError: the form has more columns than a table of Word can have.
        OSError: ``path`` cannot be written.
    """
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    for number, picture in enumerate(form.pictures):
        sheet = _Sheet(document, form, picture, to)
        if number:
            document.add_section()
        sheet.write(last=number + 1 == len(form.pictures), past=past)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = f"{form.joined_title} {printable(to.unit)}"[:255], SHEET_MARK, ""
    document.save(str(path))
    fixed_zip(path, to.week)


class _Sheet:
    """One printed sheet in Word."""

    def __init__(self, document: Document, form: Form, picture: SheetPicture, to: Addressee):
        self.document, self.form, self.picture, self.to = document, form, picture, to
        areas = [range_of(table.area) for table in picture.tables]
        self.left, self.right = min(area[1] for area in areas), max(area[3] for area in areas)
        if self.right - self.left >= _MOST_COLUMNS:
            raise UsageError(f"这张表有 {self.right - self.left + 1} 列，Word 的表格放不下：请用 Excel 的空白表")
        self.rows = self._drawn_rows()
        self.texts, self.missing = printed_lines(form, picture, to.unit, to.week)
        width = sum(picture.widths[self.left:self.right + 1])
        self.wide = width > _UPRIGHT
        self.scale = min(1.0, ((Mm(297) if self.wide else Mm(210)).pt - 2 * _MARGIN) / width)
        self.size = max(form_sheet.BODY_SIZE * min(1.0, self.scale * 1.1), _LEAST_SIZE)

    def _drawn_rows(self) -> list[int]:
        """The printed rows of the Word table: of a table of units only the first row below its titles."""
        rows: set[int] = set()
        left_out: set[int] = set()
        for table in self.picture.tables:
            top, _, bottom, _ = range_of(table.area)
            rows |= set(range(top, bottom + 1))
            if table.layout == "unit_rows":
                rows.add(top + table.heads)
                left_out |= set(range(top + table.heads + 1, bottom + 1))
        for cell in self.picture.figures.values():
            rows.add(self._own_row(spot_of(cell)))
        return [row for row in range(min(rows), max(rows) + 1) if row not in left_out]

    def _table_of(self, spot: Spot) -> TablePicture | None:
        """The table of units that a cell lies in."""
        return next((one for one in self.picture.tables if one.layout == "unit_rows"
                     and range_of(one.area)[0] + one.heads <= spot[0] <= max(range_of(one.area)[2], range_of(one.area)[0] + one.heads)
                     and range_of(one.area)[1] <= spot[1] <= range_of(one.area)[3]), None)

    def _own_row(self, spot: Spot) -> int:
        table = self._table_of(spot)
        return range_of(table.area)[0] + table.heads if table else spot[0]

    def write(self, *, last: bool, past: str) -> None:
        section = self.document.sections[-1]
        section.orientation = WD_ORIENT.LANDSCAPE if self.wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if self.wide else (Mm(210), Mm(297))
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(_MARGIN)
        for row in sorted({spot[0] for spot in self.texts if spot[0] < self.rows[0]}):
            self._line(row)
        if self.missing and self.picture is self.form.pictures[0]:
            self._paragraph("　　".join(self.missing), self.size)
        self._write_table()
        if last and past:
            self._paragraph(past, form_sheet.NOTE_SIZE, grey=True)
        for row in sorted({spot[0] for spot in self.texts if spot[0] > self.rows[-1]}):
            if not any(self._table_of((row, column)) for column in range(self.left, self.right + 1)):
                self._line(row)

    def _line(self, row: int) -> None:
        spots = [spot for spot in sorted(self.texts) if spot[0] == row and self.texts[spot].strip()]
        if not spots:
            return
        title = any(spot in title_spots(self.form, self.picture) for spot in spots)
        fields = {spot_of(cell) for cell in (self.picture.unit_cell, self.picture.date_cell) if cell}
        text = self.texts[spots[0]]
        for spot in spots[1:]:  # a field behind its name: 填报单位：
            text += ("" if text.endswith(("：", ":")) else "：" if spot in fields else "\t") + self.texts[spot]
        self._paragraph(text, form_sheet.TITLE_SIZE * 0.8 if title else self.size, CENTRE if title else LEFT, bold=title)

    def _paragraph(self, text: str, size: float, align: WD_ALIGN_PARAGRAPH = LEFT, *, bold: bool = False, grey: bool = False) -> None:
        paragraph = self.document.add_paragraph()
        write_run(paragraph, text, size, align, form_sheet.TITLE_FONT if bold else form_sheet.BODY_FONT)
        if grey:
            grey_run(paragraph)

    def _write_table(self) -> None:
        columns = self.right - self.left + 1
        table = self.document.add_table(len(self.rows), columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        cells = [row.cells for row in table.rows]
        for k in range(columns):
            width = Pt(self.picture.widths[self.left + k] * self.scale)
            table.columns[k].width = width
            for line in cells:
                line[k].width = width
        for line, row in zip(table.rows, self.rows, strict=True):
            line.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
            line.height = Pt(self.picture.heights[row] * self.scale if row < len(self.picture.heights) else _ROW)
        place = {row: n for n, row in enumerate(self.rows)}
        covered = self._merge(cells, place)
        values = {(self._own_row(spot_of(cell)), spot_of(cell)[1]): name for name, cell in self.picture.figures.items()}
        empty = {*values, *(spot_of(cell) for cell in self.picture.texts), *(spot_of(one.cell) for one in self.picture.computed)}
        for row in self.rows:
            for column in range(self.left, self.right + 1):
                cell = cells[place[row]][column - self.left]
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                if (row, column) not in covered:
                    text = "" if (row, column) in empty else self._text(row, column)
                    write_run(cell.paragraphs[0], text, self.size, CENTRE if len(text) <= 12 else LEFT)
        for (row, column), name in values.items():
            if not form_sheet.fills(self.form.item_of[name], self.to.kinds):
                shade(cells[place[row]][column - self.left])

    def _text(self, row: int, column: int) -> str:
        """What is printed in a cell; in the row of a table of units, the unit in its column."""
        table = self._table_of((row, column))
        if table and row == self._own_row((row, column)):
            own = table.name_column is not None and column == spot_of(table.name_column)[1]
            return printable(self.to.unit) if own else ""
        return self.texts.get((row, column), "")

    def _merge(self, cells: list[tuple[_Cell, ...]], place: dict[int, int]) -> set[Spot]:
        """Merges what is merged in print; the cells that are covered by others."""
        covered: set[Spot] = set()
        for top, left, bottom, right in map(range_of, self.picture.merged):
            rows = [row for row in range(top, bottom + 1) if row in place]
            columns = [column for column in range(left, right + 1) if self.left <= column <= self.right]
            if len(rows) * len(columns) < 2 or any(self._table_of((row, left)) for row in rows):
                continue
            cells[place[rows[0]]][columns[0] - self.left].merge(cells[place[rows[-1]]][columns[-1] - self.left])
            covered |= {(row, column) for row in rows for column in columns} - {(rows[0], columns[0])}
        return covered
