"""What the clerk's worksheets share: styles, texts that never become formulas, widths, pages."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from consolidator.model.display import number_text, value_text
from consolidator.model.marks import sheet_mark
from consolidator.model.submission import FigureValue
from consolidator.model.text import printable
from consolidator.writing.files import cell_text
from consolidator.writing.xlsx.quick_sheet import QuickSheet

A4, A3 = 9, 8
_LOOKED_AT = 2_000  # texts of a column by which its width is fitted
_LINE, _TALLEST = 15, 400  # points
_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_CELL = {**_FONT, "border": 1, "border_color": "#BFBFBF"}
_LOOKS: dict[str, dict] = {
    "title": {**_FONT, "font_size": 15, "bold": True},
    "hint": {**_FONT, "font_color": "#595959", "text_wrap": True},
    "above": {**_FONT, "font_color": "#595959"},
    "mark": {**_FONT, "font_size": 8, "font_color": "#BFBFBF", "align": "right"},
    "head": {**_CELL, "bold": True, "bg_color": "#DDEBF7", "align": "center", "text_wrap": True},
    "band": {**_CELL, "bold": True, "bg_color": "#BDD7EE", "align": "center"},
    "text": {**_CELL, "text_wrap": True},
    "line": {**_CELL},
    "centre": {**_CELL, "align": "center"},
    "link": {**_CELL, "font_color": "#0563C1", "underline": 1},
    "strong": {**_CELL, "bold": True, "bg_color": "#F2F2F2"},
    "tint": {**_CELL, "bg_color": "#F7F9FC"},
    "error": {**_CELL, "align": "center", "bg_color": "#F8CBAD", "bold": True},
    "warning": {**_CELL, "align": "center", "bg_color": "#FFE699"},
    "note": {**_CELL, "align": "center", "bg_color": "#EDEDED"},
    "good": {**_CELL, "align": "center", "bg_color": "#E2EFDA"},
    "moment": {**_CELL, "align": "center", "num_format": 'm"月"d"日" hh:mm'},
    "day": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd"},
    "day-due": {**_CELL, "align": "center", "bg_color": "#FFE699", "num_format": "yyyy-mm-dd"},
    "amount": {**_CELL, "num_format": "#,##0.######"},
    "percent": {**_CELL, "num_format": "0.0%"},
    "strong-amount": {**_CELL, "bold": True, "bg_color": "#F2F2F2", "num_format": "#,##0.######"},
    "strong-percent": {**_CELL, "bold": True, "bg_color": "#F2F2F2", "num_format": "0.0%"},
    "points": {**_CELL, "num_format": '+0.0"个百分点";[Red]-0.0"个百分点";0"个百分点"'},
}


class Book:
    """A workbook made from nothing, with its styles; used as a context, at the end of which it is written.

    ``many`` writes row by row and keeps no row in memory: rows must then be written from the top down. Others are put together
    in memory: a file for each part costs more than a small workbook itself. ``purpose`` is what the mark of its sheets says.
    """

    def __init__(self, path: Path, week: dt.date, title: str, author: str, *, many: bool = False, purpose: str = "核验底册"):
        self.purpose = purpose
        self.workbook: Workbook = xlsxwriter.Workbook(path, {"constant_memory": many, "in_memory": not many})
        self.workbook.set_properties({"title": printable(title), "author": printable(author), "company": printable(author),
                                      "created": dt.datetime.combine(week, dt.time())})
        self._formats: dict[tuple, Format] = {}
        self._rows: dict[tuple[str, ...], tuple[Format, ...]] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.workbook.close()
        for sheet in self.workbook.worksheets():  # each is in a cycle with its book, and no search for cycles may come
            vars(sheet).clear()

    def sheet(self, name: str, paper: int = A4) -> QuickSheet:
        """A landscape sheet that prints as wide as its page, page numbers below."""
        sheet = self.workbook.add_worksheet(name, QuickSheet)
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&L&A&C— &P —")
        sheet.hide_gridlines(2)
        return sheet

    def look(self, name: str) -> Format:
        """The style ``name`` of the table above."""
        found = self._formats.get((name,))
        if found is None:
            found = self._formats[name,] = self.workbook.add_format(_LOOKS[name])
        return found

    def looks(self, names: tuple[str, ...]) -> tuple[Format, ...]:
        """The styles of a row's cells; most rows of a table have the same."""
        found = self._rows.get(names)
        if found is None:
            found = self._rows[names] = tuple(self.look(name) for name in names)
        return found

    def figure(self, sheet: Worksheet, row: int, column: int, value: FigureValue, *, signed: bool = False,
               look: str = "line") -> None:
        """A figure's value as people write it: counts whole, money with as many decimals as it has, 是 or 否."""
        if value is None:
            sheet.write_blank(row, column, None, self.look(look))
        elif isinstance(value, bool):
            sheet.write_string(row, column, value_text(value), self.look("centre"))
        else:
            sheet.write_number(row, column, value, self._number(_decimals(value), signed, look))

    def figures(self, sheet: QuickSheet, row: int, column: int, values: Sequence[FigureValue], *, signed: bool = False,
                look: str = "line") -> None:
        """:meth:`figure` for values beside each other, the first at ``column``."""
        blank, centre = self.look(look), self.look("centre")
        looks = [blank if value is None else centre if value.__class__ is bool else self._number(_decimals(value), signed, look)
                 for value in values]
        sheet.write_run(row, column, [value_text(value) if value.__class__ is bool else value for value in values], looks)

    def percent(self, sheet: Worksheet, row: int, column: int, value: Decimal | None) -> None:
        """A percentage (87.5), blank where there is none."""
        if value is None:
            sheet.write_blank(row, column, None, self.look("percent"))
        else:
            sheet.write_number(row, column, float(value / 100), self.look("percent"))

    def heading(self, sheet: Worksheet, title: str, hint: str, columns: Sequence[float]) -> None:
        """The first two rows of a sheet: what it is, and how it is to be read, as wide as ``columns``."""
        sheet.set_row(0, 26)
        write_text(sheet, 0, 0, title, self.look("title"))
        # a checkbook that strays into an inbox must not be read as a form: its rows have the form's labels
        write_text(sheet, 0, len(columns) - 1, sheet_mark(self.purpose), self.look("mark"))
        set_height(sheet, 1, [(hint, sum(columns))])
        sheet.merge_range(1, 0, 1, len(columns) - 1, "", self.look("hint"))
        write_text(sheet, 1, 0, hint, self.look("hint"))

    def _number(self, decimals: int, signed: bool, look: str) -> Format:
        found = self._formats.get((decimals, signed, look))
        if found is None:
            digits = "0" + ("." + "0" * decimals if decimals else "")
            shown = f"+{digits};[Red]-{digits};0" if signed else digits
            found = self._formats[decimals, signed, look] = self.workbook.add_format({**_LOOKS[look], "num_format": shown})
        return found


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """``text`` as text, whatever it begins with; none is a blank cell."""
    if text:
        sheet.write_string(row, column, cell_text(text), look)
    else:
        sheet.write_blank(row, column, None, look)


def write_texts(sheet: QuickSheet, row: int, column: int, texts: Sequence[str], looks: Sequence[Format]) -> None:
    """:func:`write_text` for texts beside each other, the first at ``column``."""
    sheet.write_run(row, column, [cell_text(text) if text else None for text in texts], looks)


def fit(sheet: Worksheet, columns: Sequence[tuple[Iterable[str], int, int]]) -> list[int]:
    """Fits each column, from the first on, to the widest of its first texts, between a least and a most.

    Gives the widths, in Latin characters.
    """
    found = []
    for column, (texts, least, most) in enumerate(columns):
        widest = max((shown_width(text) + 2 for text in islice(texts, _LOOKED_AT)), default=0)
        found.append(min(max(widest, least), most))
        sheet.set_column(column, column, found[-1])
    return found


def set_height(sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Makes the row as tall as the longest of ``texts`` (text, width in Latin characters): not all programs do."""
    lines = max(_lines(text, width) for text, width in texts)
    if lines > 1:
        sheet.set_row(row, min(_LINE * lines + 2, _TALLEST))


def _lines(text: str, width: float) -> int:
    return sum(max(1, -(-shown_width(line) // max(1, int(width) - 1))) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def _decimals(value: float | int) -> int:
    return len(number_text(value).partition(".")[2])


@lru_cache(maxsize=1 << 14)
def shown_width(text: str) -> int:
    """How wide ``text`` is, in Latin characters: a Chinese one takes two."""
    return len(text) + sum(map(_is_wide, text))


@cache
def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WFA"
