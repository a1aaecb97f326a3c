"""Filled forms as hundreds of hands make them: layouts × styles of writing × headings × file formats.

For property tests and benchmarks. Everything is a function of the Form and the figures; nothing here reads.

    sheet = fill(form, figures, layout="official", style="plain", unit="区商务局", date=dt.date(2023, 6, 5))
    data = to_bytes([sheet], "xlsx")
"""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.form import Form, Item

Values = dict[str, float | int | bool | None]
NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass
class Sheet:
    """Rows of values from A1 with merged ranges, and what the tests need to know of it.

    ``at`` gives, for each item in the form's order, the cells of its label, number (None where there is none) and values.
    ``lines`` are the texts before the table, for Word; ``top`` is the table's first row.
    """

    name: str
    rows: list[list] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    visible: bool = True
    lines: list[str] = field(default_factory=list)
    at: list[dict] = field(default_factory=list)
    top: int = 0

    def put(self, row: int, column: int, value) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value

    def square(self) -> Sheet:
        width = max(*map(len, self.rows), *(right + 1 for _, _, _, right in self.merged))
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        return self


# -- figures and styles of writing -----------------------------------------------------------------------------

def some_figures(form: Form, chance: random.Random, most: int = 60, blanks: float = 0.0) -> Values:
    """Figures of every kind that keep the form's rules; with a share ``blanks`` of the items left out."""
    figures: Values = {}
    empty = {id(item) for item in form.items if chance.random() < blanks}
    for name, figure in form.figures.items():
        if id(form.item_of[name]) in empty:
            figures[name] = None
        elif figure.kind == "yes_no":
            figures[name] = chance.random() < 0.5
        elif figure.kind == "money":
            figures[name] = round(chance.uniform(0, most), 2)
        else:
            figures[name] = chance.randint(0, most)
    for rule in form.rules.part_of_whole:
        part, whole = figures[rule.part], figures[rule.whole]
        if part is not None:
            figures[rule.part] = min(part, whole or 0)
    return figures


def _short(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _single(template: str) -> Callable:
    def write(item: Item, values: list):
        figure, value = item.figures[0], values[0]
        if isinstance(value, bool):
            return "是" if value else "否"
        return template.format(n=_short(value), u=figure.unit)
    return write


def _number(item: Item, values: list):
    value = values[0]
    return ("是" if value else "否") if isinstance(value, bool) else float(value)


def _wide(item: Item, values: list):
    return _single("{n}")(item, values).translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789."})


def _yes_or_number(yes: str, no: str) -> Callable:
    def write(item: Item, values: list):
        return (yes if values[0] else no) if isinstance(values[0], bool) else int(values[0]) if values[0] == int(values[0]) else values[0]
    return write


SINGLES: dict[str, Callable] = {
    "plain": _number, "text": _single("{n}"), "unit": _single("{n}{u}"), "spaced": _single(" {n} {u} "), "wide": _wide,
    "tick": _yes_or_number("√", "×"), "set": _yes_or_number("已设置", "未设置"),
}
PAIRS: dict[str, str] = {
    "comma": "{a}，{b}", "units": "{a}{u}，{b}{v}", "slash": "{a}{u}/{b}{v}", "stop": "{a}、{b}", "glued": "{a}{u}{b}{v}",
    "semicolon": "{a}{u}；{b}{v}", "lines": "{a}{u}\n{b}{v}",
}
STYLES = [f"{single}-{pair}" for single in SINGLES for pair in PAIRS]


def write_value(item: Item, values: list, style: str):
    """The cell of an item; a blank figure is a blank cell, one blank of two a zero."""
    single, pair = style.split("-")
    if all(value is None for value in values):
        return ""
    if len(item.figures) == 1:
        return SINGLES[single](item, values)
    a, b = ("0" if value is None else _short(value) for value in values)
    return PAIRS[pair].format(a=a, b=b, u=item.figures[0].unit, v=item.figures[1].unit)


# -- labels ----------------------------------------------------------------------------------------------------

def _label(item: Item, lines: bool = True) -> str:
    return ("\n" if lines else "").join(item.label().text)


def _half(text: str) -> str:
    return text.replace("（", "(").replace("）", ")").replace("，", ",")


LABELS: dict[str, Callable[[str], str]] = {
    "printed": lambda text: text,
    "joined": lambda text: text.replace("\n", ""),
    "half": _half,
    "square": lambda text: text.replace("（", "【").replace("）", "】"),
    "spaced": lambda text: " ".join(text).replace("（", " （"),
    "wide spaced": lambda text: "\u3000" + text.replace("\n", "\u3000\n") + "\xa0",
    "colon": lambda text: text + "：",
    "half colon": lambda text: _half(text).replace("\n", "") + ":",
    "zero width": lambda text: "\u200b".join(text[:6]) + text[6:] + "\ufeff",
    "quotes": lambda text: text.replace("“", '"').replace("”", '"'),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "no unit": lambda text: _without_units(text),
}


def _without_units(text: str) -> str:
    import re

    return re.sub(r"（[^（）]*）", "", text)


# -- layouts ---------------------------------------------------------------------------------------------------

class _Maker:
    """What every layout needs: the form's items with their cell values and labels."""

    def __init__(self, form: Form, figures: Values, style: str, labels: str):
        self.form, self.figures, self.style, self.relabel = form, figures, style, LABELS[labels]
        self.sheet = Sheet(form.sheet)

    def values(self, item: Item) -> list:
        return [self.figures.get(figure.name) for figure in item.figures]

    def value(self, item: Item):
        return write_value(item, self.values(item), self.style)

    def halves(self, item: Item) -> list:
        """The item's values, each for a cell of its own."""
        if len(item.figures) == 1:
            return [self.value(item)]
        if all(value is None for value in self.values(item)):
            return ["", ""]
        return [0.0 if value is None else float(value) for value in self.values(item)]

    def label(self, item: Item) -> str:
        return self.relabel(_label(item))

    def item(self, item: Item, label: tuple[int, int], number: tuple[int, int] | None, cells: list[tuple[int, int]],
             values: list, shown: object = None) -> None:
        self.sheet.put(*label, self.label(item))
        if number:
            self.sheet.put(*number, float(item.number) if shown is None else shown)
        for cell, value in zip(cells, values, strict=True):
            self.sheet.put(*cell, value)
        self.sheet.at.append({"label": label, "number": number, "values": cells})


def _side_by_side(make: _Maker, top: int, *, section: bool = True, numbers: bool = True, split: bool = False, gap: int = 0,
                  merge: bool = True, shown: Callable | None = None) -> None:
    """Two items a row, as the issuer prints it; ``split`` gives each two value cells, ``gap`` blank columns before them."""
    wide = 2 if split else 1
    block = int(numbers) + 1 + gap + wide
    row, running = top, 0
    for part in make.form.sections:
        if section:
            make.sheet.put(row, 0, "\n".join(part.title))
        for n, item in enumerate(part.items):
            running += 1
            at = row + n // 2
            left = int(section) + (n % 2) * block
            label = (at, left + int(numbers))
            first = label[1] + 1 + gap
            values = make.halves(item) if split else [make.value(item)]
            cells = [(at, first + k) for k in range(len(values))]
            make.item(item, label, (at, left) if numbers else None, cells, values, shown(item, running) if shown else None)
            if split and merge and len(values) == 1:
                make.sheet.merged.append((at, first, at, first + 1))
        height = (len(part.items) + 1) // 2
        if section and height > 1:
            make.sheet.merged.append((row, 0, row + height - 1, 0))
        row += height


def _vertical(make: _Maker, top: int, titles: list[str], fill: Callable[[Item, int], list], label: int,
              number: int | None, values: Callable[[Item], list[int]], merge: bool = True) -> None:
    """One item a row under ``titles``; ``fill`` gives a row's other cells, None where the item itself is."""
    if titles:
        for c, title in enumerate(titles):
            make.sheet.put(top, c, title)
        top += 1
    row, running = top, 0
    for part in make.form.sections:
        if merge and len(part.items) > 1:
            make.sheet.merged.append((row, 0, row + len(part.items) - 1, 0))
        for n, item in enumerate(part.items):
            running += 1
            for c, value in enumerate(fill(item, running)):
                if value is not None:
                    make.sheet.put(row, c, value)
            if merge and n == 0:
                make.sheet.put(row, 0, "".join(part.title))
            columns = values(item)
            written = [make.value(item)] if len(columns) == 1 else make.halves(item)
            make.item(item, (row, label), (row, number) if number is not None else None, [(row, c) for c in columns], written)
            row += 1


def _across(make: _Maker, top: int, blocks: int = 1, numbers: bool = True) -> None:
    """Labels in a row, their values in the row below; in ``blocks`` of rows."""
    items = make.form.items
    each = -(-len(items) // blocks)
    step = 2 + int(numbers)
    for n, item in enumerate(items):
        row, column = top + (n // each) * step + int(numbers), n % each
        make.item(item, (row, column), (row - 1, column) if numbers else None, [(row + 1, column)], [make.value(item)])


def _inline(make: _Maker, top: int) -> None:
    """Label and value in one cell, parted by a colon."""
    for n, item in enumerate(make.form.items):
        value = make.value(item)
        text = value if isinstance(value, str) else _short(value)
        cell = (top + n // 2, n % 2)
        make.sheet.put(*cell, f"{make.label(item).rstrip('：:')}：{text}")
        make.sheet.at.append({"label": cell, "number": None, "values": [cell]})


def _a_row_each_figure(make: _Maker, top: int) -> None:
    """Each figure has a row of its own, also those of two-figure items."""
    row = top
    for item in make.form.items:
        cells = []
        for figure in item.figures:
            text = make.label(item) if len(item.figures) == 1 else make.relabel(f"{figure.title}（{figure.unit}）")
            alone = item.model_copy(update={"figures": (figure,)})
            make.sheet.put(row, 0, text)
            make.sheet.put(row, 1, write_value(alone, [make.figures.get(figure.name)], make.style))
            cells.append((row, 1))
            row += 1
        labels = [(at, 0) for at, _ in cells]
        make.sheet.at.append({"label": labels[0], "labels": labels, "number": None, "values": cells})


def _past_and_present(make: _Maker, top: int, titles: list[str], value: int) -> None:
    def others(item: Item, running: int) -> list:
        row: list = [None] * len(titles)
        for c in range(3, len(titles)):
            if c != value:
                row[c] = 0.0 if item.figures[0].is_number else "否"  # neither 上期 nor 本周新增 is more than the total
        return row

    _vertical(make, top, titles, others, 2, 1, lambda item: [value])


LAYOUTS: dict[str, Callable[[_Maker, int], None]] = {
    "official": _side_by_side,
    "no sections": lambda m, top: _side_by_side(m, top, section=False),
    "no numbers": lambda m, top: _side_by_side(m, top, numbers=False),
    "running numbers": lambda m, top: _side_by_side(m, top, shown=lambda item, running: running),
    "text numbers": lambda m, top: _side_by_side(m, top, shown=lambda item, running: f"{item.number}."),
    "bracketed numbers": lambda m, top: _side_by_side(m, top, shown=lambda item, running: f"（{item.number}）"),
    "circled numbers": lambda m, top: _side_by_side(m, top, shown=lambda item, running: NUMBERS[(item.number - 1) % 10]),
    "gap": lambda m, top: _side_by_side(m, top, gap=1),
    "split": lambda m, top: _side_by_side(m, top, split=True),
    "split, merges lost": lambda m, top: _side_by_side(m, top, split=True, merge=False),
    "vertical": lambda m, top: _vertical(m, top, ["类别", "序号", "内容", "数据"], lambda *_: [], 2, 1, lambda item: [3]),
    "vertical, no titles": lambda m, top: _vertical(m, top, [], lambda *_: [], 2, 1, lambda item: [3]),
    "label and value": lambda m, top: _vertical(m, top, [], lambda *_: [], 0, None, lambda item: [1], merge=False),
    "vertical, split": lambda m, top: _vertical(m, top, [], lambda *_: [], 2, 1,
                                                lambda item: [3] if len(item.figures) == 1 else [3, 4]),
    "with unit and remark": lambda m, top: _vertical(
        m, top, ["类别", "序号", "项目", "单位", "填报数", "备注"],
        lambda item, running: [None, None, None, "、".join(f.unit for f in item.figures), None, "含上月2家" if running % 5 == 0 else ""],
        2, 1, lambda item: [4]),
    "with remark, no titles": lambda m, top: _vertical(
        m, top, [], lambda item, running: [None, None, None, None, "其中街道报送" if running % 4 == 0 else ""], 2, 1,
        lambda item: [3]),
    "last and this": lambda m, top: _past_and_present(m, top, ["类别", "序号", "内容", "上期", "本期"], 4),
    "this and last": lambda m, top: _past_and_present(m, top, ["类别", "序号", "内容", "本周数据", "上周数据"], 3),
    "week and total": lambda m, top: _past_and_present(m, top, ["类别", "序号", "内容", "本周新增", "累计"], 4),
    "across": lambda m, top: _across(m, top),
    "across, no numbers": lambda m, top: _across(m, top, numbers=False),
    "across in blocks": lambda m, top: _across(m, top, blocks=4),
    "inline": _inline,
    "a row each figure": _a_row_each_figure,
}


# -- headings --------------------------------------------------------------------------------------------------

def _spoken(date: dt.date) -> str:
    digits = "〇一二三四五六七八九"

    def say(n: int) -> str:
        tens, ones = divmod(n, 10)
        return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")
    return "".join(digits[int(c)] for c in str(date.year)) + f"年{say(date.month)}月{say(date.day)}日"


DATES: dict[str, Callable[[dt.date], str]] = {
    "printed": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "spaces": lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    "padded": lambda d: f"{d.year}年{d.month:02}月{d.day:02}日",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "dashes": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "spoken": _spoken,
    "wide": lambda d: f"{d.year}年{d.month}月{d.day}日".translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"}),
}
HEADINGS: dict[str, Callable[[str, str, dt.date], list[list]]] = {
    "printed": lambda u, d, day: [[f"{u}（单位）", "", "", f"时间：{d}"]],
    "filled line": lambda u, d, day: [[f"____{u}____（单位）", "", "", f"时间：{d}"]],
    "behind": lambda u, d, day: [[f"（单位）{u}", "", "", f"时间：{d}"]],
    "half brackets": lambda u, d, day: [[f"{u}(单位)", "", "", f"时间:{d}"]],
    "labelled": lambda u, d, day: [[f"单位：{u}", "", "", f"填报时间：{d}"]],
    "sealed": lambda u, d, day: [[f"填报单位（盖章）：{u}", "", "", f"填报日期：{d}"]],
    "in next cells": lambda u, d, day: [["填报单位：", u, "", "填报日期：", d]],
    "no colons": lambda u, d, day: [["报送单位", u, "", "时间", d]],
    "date cell": lambda u, d, day: [[f"单位：{u}", "", "", "时间：", day]],
    "day number": lambda u, d, day: [[f"单位：{u}", "", "", "时间", float((day - dt.date(1899, 12, 30)).days)]],
    "bare date cell": lambda u, d, day: [[f"{u}（单位）", "", "", day]],
    "one cell": lambda u, d, day: [[f"单位：{u}          时间：{d}"]],
    "one cell printed": lambda u, d, day: [[f"{u}（单位）                            时间：{d}"]],
    "two rows": lambda u, d, day: [[f"报送单位：{u}"], [f"报送时间：{d}"]],
    "as of": lambda u, d, day: [[f"单位名称：{u}", "", "", f"截至{d}"]],
    "by the date": lambda u, d, day: [[u, "", "", f"时间：{d}"]],
    "spaced name": lambda u, d, day: [["单位：" + " ".join(u), "", "", f"日期：{d}"]],
    "with others": lambda u, d, day: [[f"填报单位：{u}    填报人：张三   联系电话：13800000000   填报日期：{d}"]],
    "units of measure": lambda u, d, day: [[f"填报单位：{u}", "", "", f"时间：{d}"], ["", "", "", "单位：个、家、次、万元"]],
}


def fill(form: Form, figures: Values, layout: str = "official", style: str = "plain-comma", labels: str = "printed",
         unit: str = "区商务局", date: dt.date = dt.date(2023, 6, 5), heading: str = "printed", dates: str = "printed",
         title: bool = True, below: bool = True) -> Sheet:
    """One filled form as a sheet: title, unit and date, the table, remarks below."""
    make = _Maker(form, figures, style, labels)
    sheet = make.sheet
    top = 0
    if title:
        sheet.put(0, 0, "\n".join(form.title))
        top = 1
    for row in HEADINGS[heading](unit, DATES[dates](date), date):
        for c, value in enumerate(row):
            if value != "":
                sheet.put(top, c, value)
        top += 1
    sheet.lines = [*form.title, "    ".join(str(value) for row in sheet.rows[1 if title else 0:] for value in row if value != "")]
    sheet.top = top
    LAYOUTS[layout](make, top)
    width = max(map(len, sheet.rows))
    if title:
        sheet.merged.append((0, 0, 0, width - 1))
    if below:
        end = len(sheet.rows)
        sheet.put(end, 0, "备注：\n    1.调度表自5月25日开始上报，每周一上报累计数据。\n2.要深挖细查，查出真问题。")
        sheet.put(end + 1, 0, "填表人：李四")
        sheet.put(end + 1, 2, "联系电话：")
        sheet.put(end + 1, 3, 13800000000.0)
        sheet.put(end + 2, 0, "审核人：王五")
    return sheet.square()


def moved(sheet: Sheet, down: int, right: int) -> Sheet:
    """The same form further down and to the right."""
    def shift(cell):
        return None if cell is None else (cell[0] + down, cell[1] + right)

    width = max(map(len, sheet.rows)) + right
    return Sheet(
        sheet.name, [[""] * width for _ in range(down)] + [[""] * right + list(row) for row in sheet.rows],
        [(a + down, b + right, c + down, d + right) for a, b, c, d in sheet.merged], sheet.visible, sheet.lines,
        [{"label": shift(one["label"]), "labels": [shift(c) for c in one.get("labels", [])],
          "number": shift(one["number"]), "values": [shift(c) for c in one["values"]]}
         for one in sheet.at], sheet.top + down)


# -- files -----------------------------------------------------------------------------------------------------

FORMATS = ("xlsx", "xlsxwriter", "xls", "ods", "docx")


def to_bytes(sheets: list[Sheet], kind: str = "xlsx") -> bytes:
    """The sheets as a file of one of :data:`FORMATS` (``xlsx`` by openpyxl). Word takes the lines and one table a sheet."""
    return {"xlsx": _openpyxl, "xlsxwriter": _xlsxwriter, "xls": _xlwt, "ods": _odf, "docx": _docx}[kind](sheets)


def _openpyxl(sheets: list[Sheet]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        made.sheet_state = "visible" if sheet.visible else "hidden"
        for r, row in enumerate(sheet.rows, 1):
            for c, value in enumerate(row, 1):
                if value != "":
                    made.cell(r, c, value)
        for a, b, c, d in sheet.merged:
            made.merge_cells(start_row=a + 1, start_column=b + 1, end_row=c + 1, end_column=d + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsxwriter(sheets: list[Sheet]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for sheet in sheets:
            made = book.add_worksheet(sheet.name)
            if not sheet.visible:
                made.hide()
            for a, b, c, d in sheet.merged:
                made.merge_range(a, b, c, d, "")
            for r, row in enumerate(sheet.rows):
                for c, value in enumerate(row):
                    if value != "":
                        made.write(r, c, value)
    return out.getvalue()


def _xlwt(sheets: list[Sheet]) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        made = book.add_sheet(sheet.name, cell_overwrite_ok=True)
        made.visibility = 0 if sheet.visible else 1
        for a, b, c, d in sheet.merged:
            made.merge(a, c, b, d)
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                if value != "":
                    made.write(r, c, value, *([day] if isinstance(value, dt.date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _odf(sheets: list[Sheet]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableProperties
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)
    for sheet in sheets:
        table = Table(name=sheet.name, **({} if sheet.visible else {"stylename": hidden}))
        starts = {(a, b): (c, d) for a, b, c, d in sheet.merged}
        covered = {(r, k) for a, b, c, d in sheet.merged for r in range(a, c + 1) for k in range(b, d + 1)} - set(starts)
        for r, row in enumerate(sheet.rows):
            made = TableRow()
            for c, value in enumerate(row):
                span = starts.get((r, c))
                extra = {"numberrowsspanned": span[0] - r + 1, "numbercolumnsspanned": span[1] - c + 1} if span else {}
                if (r, c) in covered:
                    made.addElement(CoveredTableCell())
                    continue
                if isinstance(value, dt.date):
                    cell = TableCell(valuetype="date", datevalue=value.isoformat(), **extra)
                elif isinstance(value, (int, float)):
                    cell = TableCell(valuetype="float", value=str(value), **extra)
                else:
                    cell = TableCell(valuetype="string", **extra) if value != "" else TableCell(**extra)
                for line in str(value).split("\n") if value != "" else []:
                    cell.addElement(P(text=line))
                made.addElement(cell)
            table.addElement(made)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def _docx(sheets: list[Sheet]) -> bytes:
    import docx

    book = docx.Document()
    for sheet in sheets:
        for line in sheet.lines:
            book.add_paragraph(line)
        first = sheet.top
        rows = sheet.rows[first:]
        width = max(map(len, rows))
        table = book.add_table(rows=len(rows), cols=width)
        cells = table._cells  # table.cell() builds this list anew each time
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value != "":
                    cells[r * width + c].text = _short(value) if isinstance(value, float) else str(value)
        for a, b, c, d in sheet.merged:
            if a >= first:
                table.cell(a - first, b).merge(table.cell(c - first, d))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
