"""Blank forms of many shapes, drawn at random with openpyxl, and what is in them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import openpyxl
from hypothesis import strategies as st
from openpyxl.styles import Border, Side
from openpyxl.utils import column_index_from_string, get_column_letter

THINGS = (
    "出动检查人员", "检查企业", "发现一般问题", "下达整改通知", "开展宣传活动", "发放宣传材料", "组织应急演练", "参加培训",
    "停产停业", "立案查处", "关闭取缔", "约谈负责人", "移送司法", "曝光典型", "受理举报", "核查属实", "张贴公告", "新建台账",
    "投入资金", "罚没款项")
UNITS = ("人次", "家", "个", "份", "次", "场", "人", "起", "件", "条")
MONEY = ("万元", "元")
GROUPS = ("检查情况", "执法情况", "宣传情况", "保障情况", "督导情况")
COLUMNS = (("当月", "累计"), ("本月数", "本年累计数"), ("计划", "完成"), ("市级", "县级", "乡镇级"), ("男", "女"))
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass
class Drawn:
    """A drawn blank: its bytes, and cell → (words that its label holds, unit)."""

    book: openpyxl.Workbook
    layout: str
    values: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


@st.composite
def blanks(draw) -> Drawn:
    layout = draw(st.sampled_from(("label and value", "two halves", "items by columns", "a row a unit")))
    book = openpyxl.Workbook()
    sheet = book.active
    drawn = Drawn(book, layout)
    things = draw(st.lists(st.sampled_from(THINGS), min_size=4, max_size=12, unique=True))
    units = [draw(st.sampled_from(MONEY if thing.endswith(("资金", "款项")) else UNITS)) for thing in things]
    borders = draw(st.booleans()) or layout == "two halves"
    line = draw(st.sampled_from(("填报单位（盖章）：", "填报单位：", "单位名称（公章）：")))
    top = 3
    if layout == "label and value":
        last = _label_and_value(draw, sheet, drawn, things, units, top)
    elif layout == "two halves":
        last = _two_halves(sheet, drawn, things, units, top)
    elif layout == "items by columns":
        last = _items_by_columns(draw, sheet, drawn, things, units, top)
    else:
        last = _unit_rows(draw, sheet, drawn, things, units, top)
    width = max(column_index_from_string(cell.rstrip("0123456789")) for cell in drawn.values)
    sheet["A1"] = draw(st.sampled_from(("安全生产工作情况月报表", "专项整治进展情况周报表", "重点工作情况统计表（季报）")))
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    sheet["A2"] = line
    sheet.cell(2, width, "2026年  月  日") if width > 2 else None
    if borders:
        for row in sheet.iter_rows(min_row=top, max_row=last, max_col=width):
            for cell in row:
                cell.border = _BOX
    if draw(st.booleans()):
        sheet.cell(last + 1, 1, "填表人：")
        sheet.cell(last + 1, 3, "联系电话：")
    return drawn


def _label_and_value(draw, sheet, drawn, things, units, top) -> int:
    """序号｜项目｜单位｜数量, the unit in its own column or behind the label."""
    own = draw(st.booleans())
    heads = ("序号", "项目", "单位", "数量") if own else ("序号", "项目", "数量")
    for c, head in enumerate(heads, 1):
        sheet.cell(top, c, head)
    for n, (thing, unit) in enumerate(zip(things, units, strict=True), 1):
        row = top + n
        sheet.cell(row, 1, n)
        sheet.cell(row, 2, thing if own else f"{thing}（{unit}）")
        if own:
            sheet.cell(row, 3, unit)
        drawn.values[f"{get_column_letter(len(heads))}{row}"] = ((thing,), unit)
    return top + len(things)


def _two_halves(sheet, drawn, things, units, top) -> int:
    """Two items a row, as in the 调度表; an odd item leaves a blank half."""
    rows = (len(things) + 1) // 2
    for n, (thing, unit) in enumerate(zip(things, units, strict=True)):
        row, left = top + n // 2, 1 + n % 2 * 3
        sheet.cell(row, left, n + 1)
        sheet.cell(row, left + 1, f"{thing}（{unit}）")
        drawn.values[f"{get_column_letter(left + 2)}{row}"] = ((thing,), unit)
    return top + rows - 1


def _items_by_columns(draw, sheet, drawn, things, units, top) -> int:
    columns = draw(st.sampled_from(COLUMNS))
    sheet.cell(top, 1, "项目")
    for c, column in enumerate(columns, 2):
        sheet.cell(top, c, column)
    for n, (thing, unit) in enumerate(zip(things, units, strict=True), 1):
        sheet.cell(top + n, 1, f"{thing}（{unit}）")
        for c, column in enumerate(columns, 2):
            drawn.values[f"{get_column_letter(c)}{top + n}"] = ((thing, column), unit)
    return top + len(things)


def _unit_rows(draw, sheet, drawn, things, units, top) -> int:
    """One to three rows of titles, merged parents, a row a unit below."""
    grouped = draw(st.booleans())
    sheet.cell(top, 1, "序号")
    sheet.cell(top, 2, draw(st.sampled_from(("区域", "单位名称", "街道", "县（市、区）名称"))))
    heads = 2 if grouped else 1
    column = 3
    groups = [things[k:k + 3] for k in range(0, len(things), 3)] if grouped else [things]
    for number, group in enumerate(groups):
        if grouped:
            sheet.cell(top, column, GROUPS[number % len(GROUPS)])
            if len(group) > 1:
                sheet.merge_cells(start_row=top, end_row=top, start_column=column, end_column=column + len(group) - 1)
        for thing in group:
            unit = units[things.index(thing)]
            sheet.cell(top + heads - 1, column, f"{thing}（{unit}）")
            drawn.values[f"{get_column_letter(column)}{top + heads}"] = ((thing,), unit)
            column += 1
    if grouped:
        for c in (1, 2):
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=c, end_column=c)
    return top + heads - 1 + draw(st.integers(0, 4))
