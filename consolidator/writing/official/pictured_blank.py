"""Blank forms of any printed layout: the printed sheet with unit and day filled in, its value cells checked as one types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consolidator.model.grid import column_letters
from consolidator.model.marks import PAST
from consolidator.writing.files import cell_text
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee, past_text
from consolidator.writing.official.blank_checks import Checks
from consolidator.writing.official.drawing import (
    GREY_FILL,
    INPUT_FILL,
    NUMBER_FORMATS,
    PAST_COLOUR,
    WRONG_FILL,
    NewWorkbook,
    draw_foot,
    set_width,
)
from consolidator.writing.official.pictured import Drawing, spots_of
from schemas.form import Form, Item
from schemas.picture import SheetPicture, Spot, TablePicture, inside, names_in, range_of, spot_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format


_MOST_PAST, _PAST_WIDTH = 6, 62.0  # columns of 上期 right of a sheet, and their width in points


def draw_pictured_blank(new: NewWorkbook, form: Form, to: Addressee, *, plain: bool) -> None:
    """Draws the blank form of ``to``, a sheet a picture; ``plain`` is without a foot and without 上期.

    Last week's figures are in the prompts, and beside the cells where the layout leaves room.
    """
    spots = pictured_cells(form)
    for n, picture in enumerate(form.pictures):
        sheet = new.book.add_worksheet(picture.sheet)
        own = {name: spot for name, (sheet_number, spot) in spots.items() if sheet_number == n and len(form.item_of[name].figures) == 1}
        checks = Checks(form, to, {name: f"${column_letters(column)}${row + 1}" for name, (row, column) in own.items()})
        drawing = _BlankDrawing(new, sheet, form, picture, to.week)
        drawing.draw_printed(to.unit)
        for table in picture.tables:
            drawing.draw_blank(table, checks)
            if to.last and not plain:
                drawing.draw_past(table, to)
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

    def draw_past(self, table: TablePicture, to: Addressee) -> None:
        """Last week's figures: below the row of a table of units, or in columns right of the sheet, which are not printed."""
        style = self.new.style(border=1, align="center", font_size=form_sheet.NOTE_SIZE - 1, font_color=PAST_COLOUR, text_wrap=True)
        top, left, bottom, right = range_of(table.area)
        texts = {spot_of(self.picture.figures[item.figures[0].name]): past_text(to, item) for item in self._items(table)}
        if table.layout == "unit_rows":
            row = top + table.heads + 1
            if row <= bottom or not self._taken(row, left, right):
                for (_, column), text in texts.items():
                    self.sheet.write_string(row, column, f"{PAST} {text}" if text else PAST, style)
                if table.name_column:
                    self.sheet.write_string(row, spot_of(table.name_column)[1], PAST, style)
            return
        rows: dict[int, list[Spot]] = {}
        for spot in sorted(texts):
            rows.setdefault(spot[0], []).append(spot)
        edge = len(self.picture.widths)
        beside = any(range_of(one.area)[1] > right for one in self.picture.tables)
        most = max(map(len, rows.values()), default=0)
        if (right < edge - 1 and beside) or most > _MOST_PAST or (not all(texts.values()) and not any(texts.values())):
            return
        titled = table.heads and len({tuple(column for _, column in spots) for spots in rows.values()}) == 1
        for n in range(most):
            set_width(self.sheet, edge + n, _PAST_WIDTH)
            if titled:
                column = next(iter(rows.values()))[n][1]
                head = self._head(table, column) if most > 1 else ""
                self.sheet.write_string(top + table.heads - 1, edge + n, f"{PAST}{head}", style)
        for row, spots in rows.items():
            for n, spot in enumerate(spots):
                short = "" if titled or most == 1 else f"{self._short(spot)} "
                if texts[spot]:
                    self.sheet.write_string(row, edge + n, f"{PAST} {short}{texts[spot]}", style)

    def _taken(self, row: int, left: int, right: int) -> bool:
        """Whether anything is printed or asked for in a row below a table."""
        spots = {spot_of(cell) for cell in (*self.picture.cells, *self.picture.figures.values())}
        areas = [range_of(one.area) for one in self.picture.tables]
        return any((row, column) in spots for column in range(left, right + 1)) or any(
            area[0] <= row <= area[2] and area[1] <= right and area[3] >= left for area in areas)

    def _head(self, table: TablePicture, column: int) -> str:
        """The lowest title over a column."""
        spans = {spot: area[:2] for area in self.merged for spot in spots_of(area)}
        printed = {spot_of(cell): text for cell, text in self.picture.cells.items()}
        top = range_of(table.area)[0]
        rows = range(top + table.heads - 1, top - 1, -1)
        return next((text.replace("\n", "")[:12] for row in rows if (text := printed.get(spans.get((row, column), (row, column)), ""))), "")

    def _short(self, spot: Spot) -> str:
        name = next(name for name, cell in self.picture.figures.items() if spot_of(cell) == spot)
        return self.form.figures[name].short

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
