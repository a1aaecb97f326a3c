"""Blank forms to hand out: the official form with unit and date filled in, which tells while it is being filled in.

Two-figure items have a cell for each figure, with its unit shown by the number format, so that only a number is
typed. Whole numbers, parts of a whole and 是/否 are checked on entry, in the words of the notice; only value cells and
the date can be changed. What it makes reads back without a word.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.grid import column_letters
from consolidator.model.weeks import LATE_DAYS, due_date
from consolidator.writing.official import form_sheet
from consolidator.writing.official.drawing import (
    NUMBER_FORMATS,
    WRONG_FILL,
    NewWorkbook,
    draw_lines,
    draw_official,
    print_on_one_page,
    span,
)
from consolidator.writing.official.pictured import draw_pictured_blank, pictured_cells
from consolidator.writing.xlsx.sheets import cell_text
from schemas.form import MONEY_DECIMALS, Figure, Form, Item
from schemas.picture import Spot

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

INPUT_FILL, GREY_FILL = "#F5FAFF", "#D9D9D9"
GREY_LINE = "灰色的格由其他部门填写，本单位不填。"
_DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_TITLE_MOST, _TEXT_MOST = 32, 255  # the most that Excel takes in a prompt's title and text
_UNLOCKED = {"format_columns": True, "format_rows": True}


def write_blank(form: Form, unit: str, kinds: tuple[str, ...], week: dt.date, path: Path) -> None:
    """Writes the blank form of ``unit``, whose 类别 are ``kinds``, for ``week``; equal arguments give equal bytes.

    Raises:
        OSError: ``path`` cannot be written.
    """
    draw_blank(form, unit, kinds, week).save(path)


def draw_blank(form: Form, unit: str, kinds: tuple[str, ...], week: dt.date) -> NewWorkbook:
    """The workbook of :func:`write_blank`, to which sheets may yet be added."""
    new = NewWorkbook(f"{form.joined_title} {cell_text(unit)}", week)
    if form.pictures:
        draw_pictured_blank(new, form, unit, kinds, week)
        return new
    sheet = new.book.add_worksheet(form.sheet)
    layout = form_sheet.lay_out(form, week, split=True)
    end = draw_official(new, sheet, form, layout, week)
    _write_head(new, sheet, form, layout, unit, week)
    for place in layout.places:
        _write_place(new, sheet, form, layout, place, kinds)
    if not all(form_sheet.fills(item, kinds) for item in form.items):
        end = draw_lines(new, sheet, layout, end, [GREY_LINE])
    _mark_wrong(new, sheet, form, layout)
    print_on_one_page(sheet, layout, end)
    sheet.protect("", _UNLOCKED)
    first = layout.places[0]
    sheet.set_selection(first.row, first.values[0], first.row, first.values[0])
    return new


def blank_cells(form: Form, week: dt.date) -> dict[str, tuple[int, Spot]]:
    """Figure → the sheet (from 0) and the cell in which a blank has its value; two figures of an item may share one."""
    if form.pictures:
        return pictured_cells(form)
    return {name: (0, cell) for name, cell in form_sheet.lay_out(form, week, split=True).cells().items()}


def _write_head(new: NewWorkbook, sheet: Worksheet, form: Form, layout: form_sheet.Layout, unit: str,
                week: dt.date) -> None:
    """The unit, and the date in a cell of its own that takes only days of the campaign."""
    head, row = {"font_size": form_sheet.HEAD_SIZE}, form_sheet.HEAD_ROW
    name = f"{cell_text(unit)}（单位）"
    span(sheet, row, 0, row, layout.right - 1, name, new.style(align="left", shrink=True, **head))
    values = layout.places[0].values
    first, last = layout.right + 2, layout.right + 1 + len(values)
    span(sheet, row, layout.right, row, first - 1, "时间：", new.style(align="right", **head))
    editable = new.style(align="left", num_format=_DATE_FORMAT, locked=False, bg_color=INPUT_FILL, shrink=True, **head)
    span(sheet, row, first, row, last, "", editable)
    sheet.write_datetime(row, first, dt.datetime.combine(due_date(form.campaign, week), dt.time()), editable)
    campaign = form.campaign
    earliest = campaign.first_week - dt.timedelta(days=6)
    latest = due_date(campaign, campaign.last_week) + dt.timedelta(days=LATE_DAYS)
    sheet.data_validation(row, first, row, first, {
        "validate": "date", "criteria": "between", "minimum": earliest, "maximum": latest,
        "input_title": "填报日期", "input_message": f"已填好本期日期。补报其他期的请改成那一期的，写法如 {week}。",
        "error_title": "日期不对", "error_message": f"请填写 {earliest} 至 {latest} 之间的日期，写法如 {week}。"})


def _write_place(new: NewWorkbook, sheet: Worksheet, form: Form, layout: form_sheet.Layout, place: form_sheet.Place,
                 kinds: tuple[str, ...]) -> None:
    """The value cells of an item: format, check, prompt; grey where the unit is not to fill them."""
    item, columns = place.item, place.values
    to_fill = form_sheet.fills(item, kinds)
    cells = place.cells()
    for figure in item.figures:
        pattern = NUMBER_FORMATS[figure.kind]
        if len(item.figures) == 2:
            pattern += '"{}"'.format(figure.unit.replace('"', ""))
        style = new.style(border=1, align="center", shrink=True, locked=False, num_format=pattern,
                          bg_color=INPUT_FILL if to_fill else GREY_FILL)
        row, column = cells[figure.name]
        if len(item.figures) == 1:
            span(sheet, row, columns[0], row, columns[-1], "", style)
        else:
            sheet.write_blank(row, column, None, style)
        sheet.data_validation(row, column, row, column, {
            **_check(figure, form, layout),
            "input_title": _cut(figure.short if to_fill else "本单位不填", _TITLE_MOST),
            "input_message": _cut(_prompt(figure, item, to_fill), _TEXT_MOST)})


def _prompt(figure: Figure, item: Item, to_fill: bool) -> str:
    """What is told when the cell is entered: the item's prompt; of two figures, which one goes here."""
    if not to_fill:
        return f"由{'、'.join(item.filled_by or ())}填写，本单位不填。"
    here = "" if len(item.figures) == 1 else f"本格填{figure.title}（{figure.unit}），两格都要填，没有的填 0。"
    return here + item.prompt or ("请填写数字，没有的填 0。" if figure.is_number else "请选择“是”或“否”。")


def _check(figure: Figure, form: Form, layout: form_sheet.Layout) -> dict[str, object]:
    """The validation of a figure's cell. A whole that is still blank lets its parts be typed first."""
    if figure.kind == "yes_no":
        return {"validate": "list", "source": ["是", "否"], "error_title": "请选择",
                "error_message": "请选择“是”或“否”。"}
    cells = {name: _address(*cell) for name, cell in layout.cells().items()}
    here = cells[figure.name]
    whole_number, word = f"INT({here})={here}", "不小于 0 的整数"
    if figure.kind == "money":
        whole_number = f"ROUND({here},{MONEY_DECIMALS})={here}"
        word = f"不小于 0 的数，单位是{figure.unit}，小数不超过 {MONEY_DECIMALS} 位"
    tests, words = [f"{here}>=0", whole_number], [f"请只填数字：{word}，没有的填 0。"]
    for rule in form.rules.part_of_whole:
        if rule.part == figure.name:
            whole = cells[rule.whole]
            tests.append(f'OR({whole}="",{here}<={whole})')
            words.append(f"不能大于“{form.label(rule.whole)}”。")
    # ignore_blank would let anything pass while a cell that the formula names is blank
    return {"validate": "custom", "value": f"=IF(ISNUMBER({here}),AND({','.join(tests)}))", "ignore_blank": False,
            "error_title": "请核对", "error_message": _cut("".join(words), _TEXT_MOST)}


def _mark_wrong(new: NewWorkbook, sheet: Worksheet, form: Form, layout: form_sheet.Layout) -> None:
    """Colours what entry cannot refuse: a part greater than a whole changed after it, one of two figures left out."""
    wrong = new.book.add_format({"bg_color": WRONG_FILL})
    cells = layout.cells()
    marks = []
    for rule in form.rules.part_of_whole:
        part, whole = _address(*cells[rule.part]), _address(*cells[rule.whole])
        marks.append((rule.part, f"AND(ISNUMBER({part}),ISNUMBER({whole}),{part}>{whole})"))
    for item in form.items:
        for figure, other in zip(item.figures, reversed(item.figures), strict=True):
            if figure is not other:
                here, beside = _address(*cells[figure.name]), _address(*cells[other.name])
                marks.append((figure.name, f"AND(ISBLANK({here}),NOT(ISBLANK({beside})))"))
    for name, formula in marks:
        mark = {"type": "formula", "criteria": f"={formula}", "format": wrong}
        sheet.conditional_format(*cells[name], *cells[name], mark)


def _address(row: int, column: int) -> str:
    return f"${column_letters(column)}${row + 1}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
