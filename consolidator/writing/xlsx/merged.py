"""The workbook that goes up: 汇总表, the official form with the district's totals, and 明细, a row a unit.

汇总表 reads back as a submission with the same totals, so the next level up can run this program. In 明细 the row 合计
holds plain values and the row 核对 live formulas that are zero, by which a superior checks it without the program.
Nothing of the office's own business is in it: no problems, no names of those who have not reported unless set so.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.display import day_text, short_day_text, value_text
from consolidator.model.grid import column_letters
from consolidator.model.marks import SHEET_MARK, sheet_mark
from consolidator.model.result import CARRIED, MISSING, Figures, UnitResult, WeekResult
from consolidator.model.weeks import due_date
from consolidator.notation.item import write_item
from consolidator.writing.files import cell_text
from consolidator.writing.official import form_sheet
from consolidator.writing.official.drawing import (
    ACCEPTED_FILL,
    CARRIED_FILL,
    HEAD_FILL,
    NUMBER_FORMATS,
    WRONG_FILL,
    NewWorkbook,
    draw_official,
    print_on_one_page,
    set_width,
    span,
)
from consolidator.writing.official.pictured import UnitRow, draw_totals
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from schemas.form import MONEY_DECIMALS, Figure, Form, Item
from schemas.settings import Settings

if TYPE_CHECKING:
    from xlsxwriter.format import Format

TOTALS_SHEET, DETAIL_SHEET = "汇总表", "明细"
TOTAL_ROW, CHECK_ROW = "合计", "核对"
YES, NO = "是", "否"
_FIRST_FIGURE = 3  # column D of 明细: A to C are the unit, its 类别, its 来源
_HEADS = ("单位名称", "类别", "来源")
_WIDTHS = (110.0, 112.0, 64.0)
_HEAD_ROW, _FIRST_UNIT = 3, 4
_SIZE = 9.0
_COLUMN = 50.0
_A3, _A3_ACROSS = 8, 828.0  # points across A3 on its side within the margins, less a quarter: columns are a third wider without the font
_LEAST_SCALE = 0.6  # a narrower print would not be legible
_LEGEND = "黄底：沿用以前的数据；蓝底：经核实采用（见批注）。“核对”＝各单位之和－合计，应为 0"


def write_merged(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    """Writes the workbook of ``result`` to ``path``; the same result gives the same bytes.

    Raises:
        OSError: ``path`` cannot be written.
    """
    new = NewWorkbook(form.joined_title, result.week)
    if form.pictures:
        units = [UnitRow(unit.unit, unit.figures) for unit in result.units]
        for n, picture in enumerate(form.pictures):
            sheet = new.book.add_worksheet(TOTALS_SHEET if n == 0 else f"{TOTALS_SHEET}{n + 1}")
            draw_totals(new, sheet, form, picture, result.totals, units=units, office=settings.office.name, week=result.week)
    else:
        _write_totals(new, result, form, settings.office.name)
    _Detail(new, result, form, name_missing=settings.report.name_missing_units).write()
    new.save(path)


def total_text(item: Item, totals: Figures) -> str:
    """What 汇总表 shows of an item that is no single number: “3次，5.2万元”, 是（12个单位）, 否."""
    first = item.figures[0]
    if first.kind == "yes_no":
        count = totals.get(first.name)
        return "" if count is None else f"{YES}（{int(count)}个单位）" if count else NO
    return write_item(totals, item)


def _write_totals(new: NewWorkbook, result: WeekResult, form: Form, office: str) -> None:
    """Sheet 汇总表."""
    texts = {item.figures[0].name: total_text(item, result.totals) for item in form.items}
    layout = form_sheet.lay_out(form, result.week, values=texts)
    sheet = new.book.add_worksheet(TOTALS_SHEET)
    end = draw_official(new, sheet, form, layout, result.week)
    due = day_text(due_date(form.campaign, result.week))
    look = {"font_size": form_sheet.HEAD_SIZE, "shrink": True}
    row, right = form_sheet.HEAD_ROW, layout.right
    span(sheet, row, 0, row, right - 1, text=f"{cell_text(office)}（单位）", style=new.style(align="left", **look))
    span(sheet, row, right, row, len(layout.widths) - 1, text=f"时间：{due}", style=new.style(align="right", **look))
    for place in layout.places:
        figure, value = place.item.figures[0], result.totals.get(place.item.figures[0].name)
        if len(place.item.figures) == 1 and figure.is_number and value is not None:
            style = new.style(border=1, align="center", shrink=True, num_format=NUMBER_FORMATS[figure.kind])
            sheet.write_number(place.row, place.values[0], value, style)
        else:
            one_line = form_sheet.fits_shrunk(texts[figure.name], form_sheet.VALUE_WIDTH)
            fit = {"shrink": True} if one_line else {"text_wrap": True}
            sheet.write_string(place.row, place.values[0], texts[figure.name],
                               new.style(border=1, align="center", **fit))
    print_on_one_page(sheet, layout, end)


class _Detail:
    """Sheet 明细, written from the top down."""

    def __init__(self, new: NewWorkbook, result: WeekResult, form: Form, *, name_missing: bool):
        self.new, self.result, self.form, self.name_missing = new, result, form, name_missing
        self.sheet = new.book.add_worksheet(DETAIL_SHEET, QuickSheet)
        self.figures = list(form.figures.values())
        self.columns = {figure.name: _FIRST_FIGURE + n for n, figure in enumerate(self.figures)}
        self.last_column = _FIRST_FIGURE + len(self.figures) - 1
        self.total_row = _FIRST_UNIT + max(len(result.units), 1)
        self.given = [form.values_of(unit.figures) for unit in result.units]

    def write(self) -> None:
        self._write_heads()
        self._write_units()
        self._write_sums()
        self._set_up()

    def _style(self, fill: str = "", **properties: object) -> Format:
        filled = {"bg_color": fill} if fill else {}
        return self.new.style(font_size=_SIZE, border=1, **filled, **properties)

    def _value_styles(self, fill: str = "", **properties: object) -> dict[str, Format]:
        """Figure name → the style of its cells."""
        look = {"align": "center", "shrink": True, **properties}
        return {figure.name: self._style(fill, num_format=NUMBER_FORMATS[figure.kind], **look)
                for figure in self.figures}

    def _sections(self) -> list[list[Figure]]:
        return [[figure for item in section.items for figure in item.figures] for section in self.form.sections]

    def _write_heads(self) -> None:
        """A title with the mark by which a reader passes the sheet over; section, item, figure with its unit."""
        week, sheet = self.result.week, self.sheet
        day = day_text(due_date(self.form.campaign, week))
        sheet.write_string(0, 0, f"{DETAIL_SHEET}（{day}）", self.new.style(font_size=_SIZE, bold=True))
        sheet.write_string(0, 1, f"{sheet_mark(DETAIL_SHEET)}。{_LEGEND}", self.new.style(font_size=_SIZE))
        bold = self._style(HEAD_FILL, bold=True, align="center", text_wrap=True)
        light = self._style(HEAD_FILL, align="center", text_wrap=True)
        span(sheet, 1, 0, 2, len(_HEADS) - 1, text="项目", style=bold)
        for column, text in enumerate(_HEADS):
            sheet.write_string(_HEAD_ROW, column, text, bold)
        heights = {1: 0.0, 2: 0.0, _HEAD_ROW: 0.0}

        def head(row: int, figures: list[Figure], text: str, style: Format) -> None:
            first, last = self.columns[figures[0].name], self.columns[figures[-1].name]
            span(sheet, row, first, row, last, text=text, style=style)
            heights[row] = max(heights[row], form_sheet.text_height(text, _COLUMN * len(figures), _SIZE))

        for section, figures in zip(self.form.sections, self._sections(), strict=True):
            head(1, figures, "".join(section.title), bold)
            for item in section.items:
                head(2, list(item.figures), f"{item.number}.{item.label(week).joined}", light)
                for figure in item.figures:
                    head(_HEAD_ROW, [figure], f"{figure.short}（{figure.unit}）", light)
        for row, height in heights.items():
            sheet.set_row(row, height)

    def _write_units(self) -> None:
        sheet, order = self.sheet, list(self.columns)
        text_styles = {fill: self._style(fill, align="left", text_wrap=True) for fill in ("", CARRIED_FILL)}
        value_styles = {fill: [*self._value_styles(fill).values()] for fill in ("", CARRIED_FILL)}
        accepted_styles = self._value_styles(ACCEPTED_FILL)
        for row, (unit, values) in enumerate(zip(self.result.units, self.given, strict=True), _FIRST_UNIT):
            fill = CARRIED_FILL if unit.source == CARRIED else ""
            texts = cell_text(unit.unit), cell_text("、".join(unit.kind)), self._source(unit)
            sheet.set_row(row, max(map(_text_height, texts, _WIDTHS)))
            styles = value_styles[fill]
            if unit.accepted:
                accepted = {one.figure for one in unit.accepted}
                styles = [accepted_styles[name] if name in accepted else style for name, style in zip(order, styles, strict=True)]
            shown = [value if value.__class__ is not bool else YES if value else NO for value in values]
            sheet.write_run(row, 0, [*texts, *shown], [text_styles[fill]] * len(texts) + styles)
            if unit.source == CARRIED and unit.from_week:
                self._comment(row, 0, f"沿用{short_day_text(unit.from_week)}数据")
            for one in unit.accepted:
                written = value_text(one.written, self.form.figures[one.figure]) or "空白"
                self._comment(row, self.columns[one.figure], f"经核实采用：{cell_text(one.reason)}。原填：{written}")

    def _source(self, unit: UnitResult) -> str:
        if unit.source == CARRIED:
            return f"沿用{short_day_text(unit.from_week)}" if unit.from_week else "沿用"
        if unit.source == MISSING:
            return "缺报" if self.name_missing else ""
        return "本期"

    def _comment(self, row: int, column: int, text: str) -> None:
        height = form_sheet.text_height(text, 150.0, _SIZE) + 10
        self.sheet.write_comment(row, column, text, {"author": SHEET_MARK, "font_name": form_sheet.BODY_FONT,
                                                     "font_size": _SIZE, "width": 220, "height": round(height * 4 / 3)})

    def _write_sums(self) -> None:
        """合计 as values; 核对 as formulas stored with what they give."""
        sheet, row = self.sheet, self.total_row
        bold = self._style(HEAD_FILL, bold=True, align="left")
        for text, at in ((TOTAL_ROW, row), (CHECK_ROW, row + 1)):
            sheet.write_string(at, 0, text, bold)
            for column in range(1, _FIRST_FIGURE):
                sheet.write_blank(at, column, None, bold)
        sums = self._value_styles(HEAD_FILL, bold=True)
        counted = self._style(HEAD_FILL, bold=True, align="center", num_format='0"个单位"')
        checked = self._style(HEAD_FILL, align="center")
        for figure in self.figures:
            column = self.columns[figure.name]
            letters = column_letters(column)
            values = f"{letters}{_FIRST_UNIT + 1}:{letters}{row}"
            total = self.result.totals.get(figure.name) or 0
            sheet.write_number(row, column, total, sums[figure.name] if figure.is_number else counted)
            counting = f"SUM({values})" if figure.is_number else f'COUNTIF({values},"{YES}")'
            formula = f"{counting}-{letters}{row + 1}"
            if figure.kind == "money":  # a binary sum of decimals is off by some 1e-12
                formula = f"ROUND({formula},{MONEY_DECIMALS})"
            sheet.write_formula(row + 1, column, f"={formula}", checked, self._difference(figure, total))
        wrong = self.new.book.add_format({"bg_color": WRONG_FILL, "bold": True})
        sheet.conditional_format(row + 1, _FIRST_FIGURE, row + 1, self.last_column,
                                 {"type": "cell", "criteria": "!=", "value": 0, "format": wrong})

    def _difference(self, figure: Figure, total: float) -> float:
        """What the formula gives, worked out here so that a previewer shows it; zero unless a total is wrong."""
        at = self.columns[figure.name] - _FIRST_FIGURE
        given = [value for values in self.given if (value := values[at]) is not None]
        return round(math.fsum(given) - total, MONEY_DECIMALS) or 0

    def _set_up(self) -> None:
        """Widths, panes, filter, print: A3 on its side, heads and units' names on every page."""
        sheet = self.sheet
        for column, width in enumerate(_WIDTHS):
            set_width(sheet, column, width)
        sheet.set_column_pixels(_FIRST_FIGURE, self.last_column, round(_COLUMN * 4 / 3))
        sheet.freeze_panes(_FIRST_UNIT, 1)
        sheet.autofilter(_HEAD_ROW, 0, self.total_row - 1, self.last_column)
        sheet.hide_gridlines(2)
        sheet.set_paper(_A3)
        sheet.set_landscape()
        sheet.set_margins(left=0.45, right=0.45, top=0.6, bottom=0.6)
        sheet.set_footer("&C第&P页 共&N页")
        sheet.repeat_rows(0, _HEAD_ROW)
        sheet.repeat_columns(0)
        scale, breaks = _page_breaks([len(figures) for figures in self._sections()])
        sheet.set_print_scale(scale)
        sheet.set_v_pagebreaks(breaks)
        sheet.print_area(0, 0, self.total_row + 1, self.last_column)


@lru_cache(maxsize=1024)
def _text_height(text: str, width: float) -> float:
    return form_sheet.text_height(text, width, _SIZE)


def _page_breaks(sections: list[int]) -> tuple[int, list[int]]:
    """The print's scale in percent and the columns before which a page ends, so that no section is torn.

    As few pages side by side as can be read (``_LEAST_SCALE``), and of those the largest print. ``sections`` are the
    numbers of their columns.
    """
    tried = []
    for scale in range(100, round(_LEAST_SCALE * 100) - 1, -5):
        breaks, column, used = [], _FIRST_FIGURE, sum(_WIDTHS)
        for count in sections:
            if used + count * _COLUMN > _A3_ACROSS / scale * 100 and column > _FIRST_FIGURE:
                breaks.append(column)
                used = _WIDTHS[0]
            used += count * _COLUMN
            column += count
        tried.append((scale, breaks))
    return min(tried, key=lambda one: (len(one[1]), -one[0]))
