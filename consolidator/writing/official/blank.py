"""Blank forms to hand out: the official form with unit and date filled in, which says while it is being filled in.

Two-figure items have a cell for each figure; the unit of a count is shown by the number format, so that only a number is
typed. That of an amount is not: who writes 万元 behind a large amount says that it is no slip of units. Beside each value is
last week's, locked, under the title 上期. Entry refuses what :mod:`~consolidator.writing.official.blank_checks` says; the foot,
which is not printed, counts what is missing and says what is wrong. Only value cells and the date can be changed. What it
makes reads back silently.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.judging.magnitude import yuan_ratio
from consolidator.model.grid import column_letters
from consolidator.model.marks import PAST
from consolidator.model.weeks import LATE_DAYS, due_date
from consolidator.writing.files import cell_text
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee, past_text
from consolidator.writing.official.blank_checks import Checks
from consolidator.writing.official.drawing import (
    GREY_FILL,
    HEAD_FILL,
    INPUT_FILL,
    NUMBER_FORMATS,
    PAST_COLOUR,
    WRONG_FILL,
    NewWorkbook,
    draw_foot,
    draw_lines,
    draw_official,
    print_on_one_page,
    span,
)
from consolidator.writing.official.pictured_blank import draw_pictured_blank, pictured_cells
from schemas.form import Form
from schemas.picture import Spot

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

GREY_LINE = "灰色的格由其他部门填写，本单位不填。"
PRESENT = "本期"
_DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_UNLOCKED = {"format_columns": True, "format_rows": True}


def write_blank(form: Form, unit: str, kinds: tuple[str, ...], week: dt.date, path: Path) -> None:
    """Writes the blank form of ``unit``, whose 类别 are ``kinds``, for ``week``, of whose past nothing is known.

    Raises:
        OSError: ``path`` cannot be written.
    """
    write_blank_of(form, Addressee(unit, kinds, week), path)


def write_blank_of(form: Form, to: Addressee, path: Path, *, for_print: bool = False) -> None:
    """Writes the blank form of ``to``; equal arguments give equal bytes. ``for_print``: without 上期 and without a foot.

    Raises:
        OSError: ``path`` cannot be written.
    """
    draw_blank(form, to, plain=for_print).save(path)


def draw_blank(form: Form, to: Addressee, *, plain: bool) -> NewWorkbook:
    """The workbook of :func:`write_blank_of`, to which sheets may yet be added; ``plain`` is without 上期 and without a foot."""
    new = NewWorkbook(f"{form.joined_title} {cell_text(to.unit)}", to.week)
    if form.pictures:
        draw_pictured_blank(new, form, to, plain=plain)
        return new
    past = to.last is not None and not plain
    sheet = new.book.add_worksheet(form.sheet)
    layout = form_sheet.lay_out(form, to.week, split=True, past=past)
    checks = Checks(form, to, {name: _address(*cell) for name, cell in layout.cells().items()})
    end = draw_official(new, sheet, form, layout, to.week)
    _write_head(new, sheet, form, layout, to)
    if past:
        _write_past(new, sheet, layout, to)
    for place in layout.places:
        _write_place(new, sheet, checks, place)
    if not all(form_sheet.fills(item, to.kinds) for item in form.items):
        end = draw_lines(new, sheet, layout, end, [GREY_LINE])
    wrong = new.book.add_format({"bg_color": WRONG_FILL})
    for name, formula in checks.marks():
        cell = layout.cells()[name]
        sheet.conditional_format(*cell, *cell, {"type": "formula", "criteria": f"={formula}", "format": wrong})
    print_on_one_page(sheet, layout, end)
    if not plain:
        draw_foot(new, sheet, checks.foot(), end + 1, len(layout.widths) - 1)
    sheet.protect("", _UNLOCKED)
    first = layout.places[0]
    sheet.set_selection(first.row, first.values[0], first.row, first.values[0])
    return new


def blank_cells(form: Form, week: dt.date) -> dict[str, tuple[int, Spot]]:
    """Figure → the sheet (from 0) and the cell in which a plain blank has its value; two figures of an item may share one."""
    if form.pictures:
        return pictured_cells(form)
    return {name: (0, cell) for name, cell in form_sheet.lay_out(form, week, split=True).cells().items()}


def _write_head(new: NewWorkbook, sheet: Worksheet, form: Form, layout: form_sheet.Layout, to: Addressee) -> None:
    """The unit, and the date in a cell of its own that takes only days of the campaign."""
    head, row = {"font_size": form_sheet.HEAD_SIZE}, form_sheet.HEAD_ROW
    name = f"{cell_text(to.unit)}（单位）"
    span(sheet, row, 0, row, layout.right - 1, text=name, style=new.style(align="left", shrink=True, **head))
    first, last = layout.right + 2, len(layout.widths) - 1
    span(sheet, row, layout.right, row, first - 1, text="时间：", style=new.style(align="right", **head))
    editable = new.style(align="left", num_format=_DATE_FORMAT, locked=False, bg_color=INPUT_FILL, shrink=True, **head)
    span(sheet, row, first, row, last, text="", style=editable)
    sheet.write_datetime(row, first, dt.datetime.combine(due_date(form.campaign, to.week), dt.time()), editable)
    campaign = form.campaign
    earliest = campaign.first_week - dt.timedelta(days=6)
    latest = due_date(campaign, campaign.last_week) + dt.timedelta(days=LATE_DAYS)
    sheet.data_validation(row, first, row, first, {
        "validate": "date", "criteria": "between", "minimum": earliest, "maximum": latest,
        "input_title": "填报日期", "input_message": f"已填好本期日期。补报其他期的请改成那一期的，写法如 {to.week}。",
        "error_title": "日期不对", "error_message": f"请填写 {earliest} 至 {latest} 之间的日期，写法如 {to.week}。"})


def _write_past(new: NewWorkbook, sheet: Worksheet, layout: form_sheet.Layout, to: Addressee) -> None:
    """Last week's values, each with its word, so that nobody takes one for a value, not even without the title; and the titles."""
    title = new.style(border=1, align="center", bg_color=HEAD_FILL)
    row, half = form_sheet.FIRST_ROW, layout.right - 1
    for column in range(len(layout.widths)):
        sheet.write_blank(row, column, None, title)
    for first in (1, 1 + half):
        span(sheet, row, first + 2, row, first + half - 2, text=PRESENT, style=title)
        sheet.write_string(row, first + half - 1, PAST, title)
    style = new.style(border=1, align="center", font_size=form_sheet.NOTE_SIZE - 1, font_color=PAST_COLOUR, text_wrap=True)
    for place in (*layout.places, *(block.empty for block in layout.blocks if block.empty)):
        empty = any(block.empty is place for block in layout.blocks)
        text = "" if empty else past_text(to, place.item).replace("，", "\n")
        assert place.past is not None
        sheet.write(place.row, place.past, f"{PAST} {text}" if text else None, style)


def _write_place(new: NewWorkbook, sheet: Worksheet, checks: Checks, place: form_sheet.Place) -> None:
    """The value cells of an item: format, check, prompt; grey where the unit is not to fill them."""
    item, columns = place.item, place.values
    to_fill = form_sheet.fills(item, checks.to.kinds)
    cells = place.cells()
    for figure in item.figures:
        pattern = NUMBER_FORMATS[figure.kind]
        if len(item.figures) == 2 and not yuan_ratio(figure):
            pattern += '"{}"'.format(figure.unit.replace('"', ""))
        style = new.style(border=1, align="center", shrink=True, locked=False, num_format=pattern,
                          bg_color=INPUT_FILL if to_fill else GREY_FILL)
        row, column = cells[figure.name]
        if len(item.figures) == 1:
            span(sheet, row, columns[0], row, columns[-1], text="", style=style)
        else:
            sheet.write_blank(row, column, None, style)
        sheet.data_validation(row, column, row, column, checks.validation(figure, item, to_fill))


def _address(row: int, column: int) -> str:
    return f"${column_letters(column)}${row + 1}"
