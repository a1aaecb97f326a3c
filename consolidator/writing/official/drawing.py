"""The official form drawn on a sheet, and the workbook it is in: texts stay texts, the clock is the week's."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from consolidator.model.marks import SHEET_MARK
from consolidator.writing.official import form_sheet
from schemas.form import Form

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NUMBER_FORMATS = {"count": "0", "money": "0.0#####", "yes_no": "@"}
HEAD_FILL, CARRIED_FILL, ACCEPTED_FILL, WRONG_FILL = "#E8EEF5", "#FFF2CC", "#CFE6F7", "#F8CBAD"
PAST_COLOUR = "#6B7680"  # of what was reported last
INPUT_FILL, GREY_FILL = "#F5FAFF", "#D9D9D9"
_WRONG_COLOUR, _FOOT_HEIGHT = "#B3261E", 30.0
_TEXTS_ARE_TEXTS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_A4 = 9
_INCH = 72.0


class NewWorkbook:
    """A workbook that grows in memory and reaches its path whole; equal contents give equal bytes.

    ``style(**properties)`` gives the XlsxWriter format of these properties, made once.
    """

    def __init__(self, title: str, week: dt.date):
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, **_TEXTS_ARE_TEXTS})
        created = dt.datetime.combine(week, dt.time())
        self.book.set_properties({"title": title, "author": SHEET_MARK, "created": created})
        self._styles: dict[tuple, Format] = {}

    def style(self, **properties: object) -> Format:
        given = {"font_name": form_sheet.BODY_FONT, "font_size": form_sheet.BODY_SIZE, "valign": "vcenter", **properties}
        key = tuple(sorted(given.items()))
        if key not in self._styles:
            self._styles[key] = self.book.add_format(given)
        return self._styles[key]

    def save(self, path: Path) -> None:
        """Writes the workbook to ``path``.

        Raises:
            OSError: the file cannot be written (it is open elsewhere, the disk is full).
        """
        path.write_bytes(self.finished())

    def finished(self) -> bytes:
        """The bytes of the workbook; nothing can be drawn on it any more."""
        self.book.close()
        return self._buffer.getvalue()


def span(sheet: Worksheet, first_row: int, first_column: int, last_row: int, last_column: int, *, text: str,
         style: Format) -> None:
    """``text`` over a range, merged where it is more than one cell."""
    if (first_row, first_column) == (last_row, last_column):
        sheet.write_string(first_row, first_column, text, style)
    else:
        sheet.merge_range(first_row, first_column, last_row, last_column, text, style)


def set_width(sheet: Worksheet, column: int, points: float) -> None:
    sheet.set_column_pixels(column, column, round(points * 4 / 3))


def draw_official(new: NewWorkbook, sheet: Worksheet, form: Form, layout: form_sheet.Layout, week: dt.date) -> int:
    """The form without unit, date and values: title, sections, numbers, labels, 备注. Prints on one A4 page.

    Returns the first free row below 备注, which the caller may fill before it calls :func:`print_on_one_page`.
    """
    last_column = len(layout.widths) - 1
    for column, width in enumerate(layout.widths):
        set_width(sheet, column, width)
    for row, height in enumerate(layout.heights):
        sheet.set_row(row, height)
    title = new.style(font_name=form_sheet.TITLE_FONT, font_size=form_sheet.TITLE_SIZE, align="center", text_wrap=True,
                      font_charset=134)
    span(sheet, form_sheet.TITLE_ROW, 0, form_sheet.TITLE_ROW, last_column, text="\n".join(form.title), style=title)
    centred = new.style(border=1, align="center", text_wrap=True)
    label_style = new.style(border=1, align="left", text_wrap=True)
    for block in layout.blocks:
        span(sheet, block.first, 0, block.last, 0, text="\n".join(block.section.title), style=centred)
        for place in block.places:
            sheet.write_number(place.row, place.number, place.item.number, centred)
            sheet.write_string(place.row, place.label, form_sheet.label_text(place.item, week), label_style)
        if block.empty is not None:
            for column in (block.empty.number, block.empty.label):
                sheet.write_blank(block.empty.row, column, None, centred)
            span(sheet, block.empty.row, block.empty.values[0], block.empty.row, block.empty.values[-1], text="", style=centred)
    return draw_lines(new, sheet, layout, layout.end, form_sheet.remark_lines(form))


def draw_lines(new: NewWorkbook, sheet: Worksheet, layout: form_sheet.Layout, row: int, lines: list[str]) -> int:
    """Paragraphs below the table from ``row`` on, each over its whole width; returns the row after them."""
    style = new.style(font_size=form_sheet.NOTE_SIZE, text_wrap=True, align="left", valign="top")
    for line in lines:
        span(sheet, row, 0, row, len(layout.widths) - 1, text=line, style=style)
        sheet.set_row(row, form_sheet.text_height(line, layout.width, form_sheet.NOTE_SIZE))
        row += 1
    return row


def print_on_one_page(sheet: Worksheet, layout: form_sheet.Layout, end: int) -> None:
    """Rows above ``end`` on one A4 page upright, in the middle of its width."""
    margin = form_sheet.MARGIN / _INCH
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.set_margins(left=margin, right=margin, top=margin, bottom=margin)
    sheet.set_header("", {"margin": 0.2})
    sheet.set_footer("", {"margin": 0.2})
    sheet.center_horizontally()
    sheet.print_area(0, 0, end - 1, len(layout.widths) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)


def draw_foot(new: NewWorkbook, sheet: Worksheet, lines: Sequence[tuple[str, str]], row: int, last_column: int) -> None:
    """Lines of formulas from ``row`` on, below what is printed: (formula, what it gives now). One that gives nothing yet is for faults."""
    plain = new.style(bold=True, align="left")
    wrong = new.style(align="left", valign="top", text_wrap=True, font_color=_WRONG_COLOUR)
    for n, (formula, value) in enumerate(lines):
        style = plain if value else wrong
        span(sheet, row + n, 0, row + n, last_column, text="", style=style)
        sheet.write_formula(row + n, 0, formula, style, value)
        if not value:
            sheet.set_row(row + n, _FOOT_HEIGHT)
