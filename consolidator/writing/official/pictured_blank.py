"""Blank forms of any printed layout: the printed sheet with unit and day filled in, its value cells checked as one types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consolidator.model.grid import column_letters
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank_checks import Checks
from consolidator.writing.official.drawing import (
    GREY_FILL,
    INPUT_FILL,
    NUMBER_FORMATS,
    WRONG_FILL,
    NewWorkbook,
    draw_foot,
)
from consolidator.writing.official.pictured import Drawing, inside, spots_of
from consolidator.writing.xlsx.sheets import cell_text
from schemas.form import Form, Item
from schemas.picture import SheetPicture, Spot, TablePicture, names_in, range_of, spot_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format


def draw_pictured_blank(new: NewWorkbook, form: Form, to: Addressee, *, plain: bool) -> None:
    """Draws the blank form of ``to``, a sheet a picture; ``plain`` is without a foot. Last week's figures are in the prompts."""
    spots = pictured_cells(form)
    for n, picture in enumerate(form.pictures):
        sheet = new.book.add_worksheet(picture.sheet)
        own = {name: spot for name, (sheet_number, spot) in spots.items() if sheet_number == n and len(form.item_of[name].figures) == 1}
        checks = Checks(form, to, {name: f"${column_letters(column)}${row + 1}" for name, (row, column) in own.items()})
        drawing = _BlankDrawing(new, sheet, form, picture, to.week)
        drawing.draw_printed(to.unit)
        for table in picture.tables:
            drawing.draw_blank(table, checks)
        drawing.finish()
        wrong = new.book.add_format({"bg_color": WRONG_FILL})
        for name, formula in checks.marks():
            sheet.conditional_format(*own[name], *own[name], {"type": "formula", "criteria": f"={formula}", "format": wrong})
        if not plain:
            end = max([drawing.last_row, *(row for row, _ in own.values())]) + 1
            sheet.print_area(0, 0, end - 1, len(picture.widths) - 1)
            draw_foot(new, sheet, checks.foot(), end + 1, len(picture.widths) - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True})


def pictured_cells(form: Form) -> dict[str, tuple[int, Spot]]:
    """Figure → the sheet (from 0) and the cell in which a blank has its value; two figures of an item share one."""
    found = {}
    for n, picture in enumerate(form.pictures):
        for name, cell in picture.figures.items():
            first = form.item_of[name].figures[0].name
            found[name] = (n, _blank_spot(picture, picture.figures.get(first, cell)))
    return found


def pictured_texts(form: Form) -> dict[str, tuple[int, Spot]]:
    """What is asked for in words (not added) → the sheet and cell of its text in a blank."""
    return {label: (n, _blank_spot(picture, cell)) for n, picture in enumerate(form.pictures)
            for cell, label in picture.texts.items()}


def _blank_spot(picture: SheetPicture, cell: str) -> Spot:
    """A printed cell's place in a blank: in a table of units, the unit's row below the titles."""
    spot = spot_of(cell)
    table = next((one for one in picture.tables if one.layout == "unit_rows" and inside(spot, one)), None)
    return (range_of(table.area)[0] + table.heads, spot[1]) if table else spot


class _BlankDrawing(Drawing):
    """The printed sheet, open where it is to be filled in."""

    def draw_blank(self, table: TablePicture, checks: Checks) -> None:
        """The cells to fill in, open and checked; grey where the unit is not to fill them."""
        unit, kinds = checks.to.unit, checks.to.kinds
        row = range_of(table.area)[0] + table.heads if table.layout == "unit_rows" else None
        if row is not None and table.name_column:
            self.sheet.write_string(row, spot_of(table.name_column)[1], cell_text(unit), self._style(spot_of(table.name_column), border=1))
        for item in self._items(table):
            printed = spot_of(self.picture.figures[item.figures[0].name])
            spot = (row, printed[1]) if row is not None else printed
            fill = INPUT_FILL if form_sheet.fills(item, kinds) else GREY_FILL
            two = len(item.figures) == 2
            style = self._style(spot, locked=False, bg_color=fill, border=1,
                                num_format="@" if two else NUMBER_FORMATS[item.figures[0].kind], shrink=True, text_wrap=False)
            self._open(spot, style)
            self.sheet.data_validation(*spot, *spot, _check(item, checks))
        for cell in self.picture.texts:
            spot = spot_of(cell)
            if inside(spot, table):
                self._open((row, spot[1]) if row is not None else spot,
                           self._style(spot, locked=False, border=1, bg_color=INPUT_FILL, num_format="@"))
        for one in self.picture.computed:
            spot = spot_of(one.cell)
            if inside(spot, table):
                here = (row, spot[1]) if row is not None else spot
                style = self._style(spot, border=1, num_format="0.0#")
                if one.formula and set(names_in(one.formula)) <= set(self.picture.figures):
                    self.sheet.write_formula(*here, self._excel(one.formula, one.unit, row), style, "")
                else:
                    self._open(here, self._style(spot, locked=False, border=1, bg_color=INPUT_FILL))

    def _open(self, spot: Spot, style: Format) -> None:
        area = next((one for one in self.merged if one[:2] == spot), None)
        if area:
            for cell in spots_of(area):
                self.sheet.write_blank(*cell, None, style)
        else:
            self.sheet.write_blank(*spot, None, style)

    def _excel(self, formula: str, unit: str, row: int | None) -> str:
        text = formula
        for name in sorted(names_in(formula), key=len, reverse=True):
            r, c = spot_of(self.picture.figures[name])
            text = re.sub(rf"\b{name}\b", f"{column_letters(c)}{(row if row is not None else r) + 1}", text)
        return f'=IFERROR(ROUND(({text}){"*100" if "%" in unit else ""},2),"")'


def _check(item: Item, checks: Checks) -> dict[str, object]:
    """The validation of a value cell; two figures in a cell are text, and only their prompt helps."""
    figure = item.figures[0]
    if len(item.figures) == 1:
        return checks.validation(figure, item, form_sheet.fills(item, checks.to.kinds))
    first, second = item.figures
    ask = f"填两个数，如 3/2：前一个是{first.title}（{first.unit}），后一个是{second.title}（{second.unit}）。"
    return {"validate": "any", "input_title": figure.short[:32], "input_message": (item.prompt or ask)[:255]}
