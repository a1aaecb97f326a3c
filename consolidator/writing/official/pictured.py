"""A form of any printed layout, drawn from its picture: the printed sheet, and the sheet of totals."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consolidator.model.display import day_text, value_text
from consolidator.model.submission import FigureValue
from consolidator.model.weeks import due_date
from consolidator.notation.item import write_item
from consolidator.writing.files import cell_text
from consolidator.writing.official.drawing import NUMBER_FORMATS, NewWorkbook, set_width
from schemas.form import Form, Item
from schemas.picture import SheetPicture, Spot, TablePicture, evaluate, inside, range_of, spot_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Figures = Mapping[str, FigureValue]
TOTAL_ROW = "合计"
_BLANK_DATE = re.compile(r"(\d{4}|[\s_＿　]*)年[\s_＿　\d]*(月([\s_＿　\d]*日)?|季度)?")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of a table of units: its name and its figures."""

    unit: str
    figures: Figures


def draw_totals(new: NewWorkbook, sheet: Worksheet, form: Form, picture: SheetPicture, totals: Figures, *, units: Sequence[UnitRow],
                office: str, week: dt.date) -> None:
    """The printed sheet with the totals; in a table of units a row for each, then 合计."""
    drawing = Drawing(new, sheet, form, picture, week)
    drawing.push_down(len(units))
    drawing.draw_printed(office)
    for table in picture.tables:
        if table.layout == "unit_rows":
            first = range_of(table.area)[0] + table.heads
            for n, row in enumerate([*units, UnitRow(TOTAL_ROW, totals)]):
                drawing.draw_unit_row(table, first + n, n + 1 if n < len(units) else None, row)
        else:
            drawing.draw_values(table, totals)
    drawing.finish()


class Drawing:
    """One sheet drawn from its picture; rows below a table of units may be pushed down to make room for them."""

    def __init__(self, new: NewWorkbook, sheet: Worksheet, form: Form, picture: SheetPicture, week: dt.date):
        self.new, self.sheet, self.form, self.picture, self.week = new, sheet, form, picture, week
        self.merged = [range_of(one) for one in picture.merged]
        self.bordered = {(r, c) for one in picture.bordered for r, c in spots_of(range_of(one))}
        self.last_row = len(picture.heights) - 1
        self.pushed_from, self.pushed = 10**9, 0

    def push_down(self, units: int) -> None:
        """Room for ``units`` rows and a total below the titles of the last table of units."""
        tables = [table for table in self.picture.tables if table.layout == "unit_rows"]
        if tables:
            _, _, bottom, _ = range_of(tables[-1].area)
            first = range_of(tables[-1].area)[0] + tables[-1].heads
            self.pushed_from, self.pushed = max(bottom + 1, first), max(units + 1 - (max(bottom + 1, first) - first), 0)

    def _row(self, row: int) -> int:
        return row + self.pushed if row >= self.pushed_from else row

    def _style(self, spot: Spot, **properties: object) -> Format:
        boxed = {"border": 1} if spot in self.bordered or not self.bordered else {}
        return self.new.style(**{"align": "center", "text_wrap": True, **boxed, **properties})

    def draw_printed(self, unit: str) -> None:
        """All printed texts but body rows of tables of units; the unit and the day where the form has places for them."""
        picture, sheet = self.picture, self.sheet
        for column, width in enumerate(picture.widths):
            set_width(sheet, column, width)
        for row, height in enumerate(picture.heights):
            sheet.set_row(self._row(row), height)
        texts, missing = printed_lines(self.form, picture, unit, self.week)
        bodies = [(range_of(table.area)[0] + table.heads, range_of(table.area)[2])
                  for table in picture.tables if table.layout == "unit_rows"]
        covered = set()
        for area in self.merged:
            top, left, bottom, right = area
            if any(first <= top <= last for first, last in bodies):
                continue
            covered |= set(spots_of(area))
            if (top, left) != (bottom, right):
                sheet.merge_range(self._row(top), left, self._row(bottom), right, texts.get((top, left), ""),
                                  self._look((top, left), texts))
        values = {spot_of(cell) for cell in (*picture.figures.values(), *picture.texts, *(one.cell for one in picture.computed))}
        for spot in sorted({*texts, *self.bordered}):
            if spot in covered or spot in values or any(first <= spot[0] <= last for first, last in bodies):
                continue
            if text := texts.get(spot, ""):
                sheet.write_string(self._row(spot[0]), spot[1], text, self._look(spot, texts))
            else:
                sheet.write_blank(self._row(spot[0]), spot[1], None, self._style(spot))
        if missing and picture is self.form.pictures[0]:
            below = max(len(picture.heights), *(range_of(table.area)[2] + 2 + (table.layout == "unit_rows") for table in picture.tables))
            self.last_row = self._row(below)
            sheet.write_string(self.last_row, 0, "　　".join(missing), self.new.style(align="left"))
        else:
            self.last_row = self._row(self.last_row)

    def _titles(self) -> set[Spot]:
        return title_spots(self.form, self.picture)

    def _look(self, spot: Spot, texts: Mapping[Spot, str]) -> Format:
        text = texts.get(spot, "")
        if spot in self._titles():
            return self._style(spot, font_size=16.0, bold=True)
        if spot not in self.bordered and len(text) > 12:
            return self._style(spot, align="left")
        return self._style(spot)

    def draw_values(self, table: TablePicture, figures: Figures) -> None:
        """The values of a table of cells, and what is computed of them."""
        for item in self._items(table):
            self._value(item, spot_of(self.picture.figures[item.figures[0].name]), figures)
        for one in self.picture.computed:
            if inside(spot_of(one.cell), table):
                self._computed(one.formula, one.unit, spot_of(one.cell), figures)

    def draw_unit_row(self, table: TablePicture, row: int, number: int | None, unit: UnitRow) -> None:
        """A unit's row: its number, its name, its figures in their columns."""
        top, left, _, right = range_of(table.area)
        head = (top + table.heads - 1, left)
        self.sheet.set_row(row, 20)
        for column in range(left, right + 1):
            self.sheet.write_blank(row, column, None, self._style((head[0], column)))
        if table.name_column:
            column = spot_of(table.name_column)[1]
            self.sheet.write_string(row, column, cell_text(unit.unit), self._style((head[0], column)))
            if column > left and number is not None:
                self.sheet.write_number(row, left, number, self._style(head))
        for item in self._items(table):
            self._value(item, (row, spot_of(self.picture.figures[item.figures[0].name])[1]), unit.figures, bordered_like=head)
        for one in self.picture.computed:
            if inside(spot_of(one.cell), table):
                self._computed(one.formula, one.unit, (row, spot_of(one.cell)[1]), unit.figures, bordered_like=head)

    def _items(self, table: TablePicture) -> list[Item]:
        names = {name for name, cell in self.picture.figures.items() if inside(spot_of(cell), table)}
        return [item for item in self.form.items if item.figures[0].name in names]

    def _value(self, item: Item, spot: Spot, figures: Figures, bordered_like: Spot | None = None) -> None:
        figure = item.figures[0]
        value = figures.get(figure.name)
        look = {"align": "center", "shrink": True, "text_wrap": False}
        place = bordered_like or spot
        row = spot[0] if bordered_like else self._row(spot[0])
        if len(item.figures) == 2:
            text = _pair_text(figures, item)
            self.sheet.write_string(row, spot[1], text, self._style(place, **look))
        elif value is None:
            self.sheet.write_blank(row, spot[1], None, self._style(place))
        elif figure.kind == "yes_no":
            text = ("是" if value else "否") if isinstance(value, bool) else f"是（{int(value)}个单位）" if value else "否"
            self.sheet.write_string(row, spot[1], text, self._style(place, **look))
        else:
            self.sheet.write_number(row, spot[1], value, self._style(place, num_format=NUMBER_FORMATS[figure.kind], **look))

    def _computed(self, formula: str, unit: str, spot: Spot, figures: Figures, bordered_like: Spot | None = None) -> None:
        value = evaluate(formula, figures) if formula else None
        row = spot[0] if bordered_like else self._row(spot[0])
        style = self._style(bordered_like or spot, num_format="0.0#", shrink=True, text_wrap=False)
        if value is None:
            self.sheet.write_blank(row, spot[1], None, style)
        else:
            self.sheet.write_number(row, spot[1], round(value * (100 if "%" in unit or unit == "％" else 1), 2), style)

    def finish(self) -> None:
        """Prints on one page wide, on its side where it is wide."""
        sheet, width = self.sheet, sum(self.picture.widths)
        sheet.set_paper(9 if width < 900 else 8)
        (sheet.set_landscape if width > 560 else sheet.set_portrait)()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)


def printed_lines(form: Form, picture: SheetPicture, unit: str, week: dt.date) -> tuple[dict[Spot, str], list[str]]:
    """The printed texts by their cells with unit and day filled in, and what the print has no place for."""
    texts = {spot_of(cell): text for cell, text in picture.cells.items()}
    due = day_text(due_date(form.campaign, week))
    titles = title_spots(form, picture)
    if picture.unit_cell:
        spot = spot_of(picture.unit_cell)
        texts[spot] = _filled(texts.get(spot, ""), cell_text(unit))
    if picture.date_cell:
        spot = spot_of(picture.date_cell)
        text = texts.get(spot, "")
        in_text = _BLANK_DATE.search(text) and spot not in titles
        texts[spot] = _BLANK_DATE.sub(due, text, count=1) if in_text else _filled(text, due)
    missing = [f"填报单位：{cell_text(unit)}"] if not picture.unit_cell else []
    if not picture.date_cell or spot_of(picture.date_cell) in titles:
        missing.append(f"日期：{due}")
    return texts, missing


def title_spots(form: Form, picture: SheetPicture) -> set[Spot]:
    """The printed cells that are part of the form's title: a day in it is printed, not filled in."""
    title = {part for line in form.title for part in (line, line.strip())}
    return {spot_of(cell) for cell, text in picture.cells.items() if any(part in title for part in text.split("\n"))}


def _pair_text(figures: Figures, item: Item) -> str:
    if item.figures[0].unit != item.figures[1].unit:
        return write_item(figures, item)
    given = [value_text(figures.get(figure.name), figure) for figure in item.figures]
    return "/".join(given) if any(given) else ""


def _filled(printed: str, text: str) -> str:
    """A printed field with what belongs into it: behind its colon, before （单位）, alone in a free cell."""
    if not printed.strip():
        return text
    if printed.rstrip().endswith(("：", ":")):
        return f"{printed.rstrip()}{text}"
    if re.match(r"^[（(].{1,6}[）)]$", printed.strip()):
        return f"{text}{printed.strip()}"
    return f"{printed.rstrip()}：{text}"


def spots_of(area: tuple[int, int, int, int]) -> list[Spot]:
    top, left, bottom, right = area
    return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
