#!/usr/bin/env python3
"""Makes N filled-in forms and their roster: ``make_forms.py N FOLDER`` gives FOLDER/inbox and FOLDER/roster.csv.

One workbook is laid out with XlsxWriter as the notice prints it; for each unit only its values are put into the XML,
and the other parts go into its zip as they are. The same N gives the same forms.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from schemas.form import Figure, Form, Item  # noqa: E402
from schemas.form_loading import load_form  # noqa: E402

FORM = HOME / "schemas" / "major_hazards_2023.yaml"
WEEK = "2023-06-05"
NAMES = ("东西南北上下大小新老长青白红金玉石水云龙凤平安永和兴隆福寿康宁德仁义礼信文武忠孝高清明光华富贵春夏秋海",
         "山河湖桥门关口坡岭泉井台堂庙园林田村场坊", "阳阴东西南北中前后里外内上下左右头尾边角")
KINDS = ("街道", "行业主管部门；执法部门", "行业主管部门", "执法部门")
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_SPOT = re.compile(r'<v>(9\d{5})</v>')
_FIRST_SPOT = 900_000  # the number that is in the template where the item of this place has its value
_MOST = 60


def units(count: int) -> Iterator[tuple[str, str]]:
    """(name, 类别) of each unit: streets and offices of a province's districts."""
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        rest, third = divmod(number, len(NAMES[2]))
        rest, second = divmod(rest, len(NAMES[1]))
        name = NAMES[0][rest % len(NAMES[0])] + NAMES[1][second] + NAMES[2][third]
        yield f"{name}{'街道' if kind == '街道' else '局'}{rest // len(NAMES[0]) or ''}", kind


class Template:
    """The form as a zip whose values are yet to be put in."""

    def __init__(self, form: Form):
        self.form = form
        with zipfile.ZipFile(io.BytesIO(_laid_out(form))) as book:
            self.parts = [(info.filename, book.read(info)) for info in book.infolist()]
        self.sheet = _SPOT.split(dict(self.parts)[SHEET].decode("utf-8"))
        self.strings = dict(self.parts)[STRINGS].decode("utf-8")
        self.next_string = self.strings.count("<si>")

    def filled(self, unit: str, kind: str, draw: random.Random) -> bytes:
        """The workbook of ``unit``."""
        figures = _figures(self.form, kind, draw)
        texts = [f"{unit}（单位）", "时间：2023年6月5日"]
        sheet = self.sheet[:]
        for at in range(1, len(sheet), 2):
            spot = int(sheet[at]) - _FIRST_SPOT
            value = _value(self.form.items[spot - 2], figures) if spot > 1 else texts[spot]
            if isinstance(value, str):
                before, mark, after = sheet[at - 1].rpartition("<c ")
                sheet[at - 1] = f'{before}{mark}t="s" {after}'
                if spot > 1:
                    texts.append(value)
                value = self.next_string + (spot if spot < 2 else len(texts) - 1)
            sheet[at] = "" if value is None else f"<v>{value}</v>"
        added = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        changed = {SHEET: "".join(sheet), STRINGS: self.strings.replace("</sst>", f"{added}</sst>")}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
            for name, part in self.parts:
                book.writestr(name, changed.get(name, part))
        return made.getvalue()


def _laid_out(form: Form) -> bytes:
    """The printed form: two items a row, the sections merged down; a number marks each place to fill."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet(form.sheet)
        title = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "text_wrap": True})
        cell = book.add_format({"font_name": "仿宋_GB2312", "font_size": 12, "border": 1, "text_wrap": True})
        line = book.add_format({"font_name": "仿宋_GB2312", "font_size": 12})
        sheet.set_column(0, 6, 14)
        sheet.merge_range(0, 0, 0, 6, "\n".join(form.title), title)
        sheet.write_number(1, 0, _FIRST_SPOT, line)
        sheet.write_number(1, 4, _FIRST_SPOT + 1, line)
        row, spot = 2, _FIRST_SPOT + 2
        for section in form.sections:
            rows = -(-len(section.items) // 2)
            if rows > 1:
                sheet.merge_range(row, 0, row + rows - 1, 0, "\n".join(section.title), cell)
            else:
                sheet.write_string(row, 0, "\n".join(section.title), cell)
            for number, item in enumerate(section.items):
                at, column = row + number // 2, 1 + number % 2 * 3
                sheet.write_number(at, column, item.number, cell)
                sheet.write_string(at, column + 1, item.label().joined, cell)
                sheet.write_number(at, column + 2, spot, cell)
                spot += 1
            row += rows
        for remark in form.remarks:
            sheet.write_string(row, 0, remark, line)
            row += 1
    return made.getvalue()


def _figures(form: Form, kind: str, draw: random.Random) -> dict[str, float | bool | None]:
    """Figures as a unit of ``kind`` fills them in: no part above its whole, some blanks where it need not fill."""
    figures: dict[str, float | bool | None] = {}
    for name, figure in form.figures.items():
        if figure.filled_by and not set(figure.filled_by) & set(kind.split("；")):
            figures[name] = None
        elif figure.kind == "yes_no":
            figures[name] = draw.random() < 0.7
        else:
            figures[name] = draw.randrange(_MOST) if figure.kind == "count" else draw.randrange(_MOST * 10) / 10
    for rule in form.rules.part_of_whole:
        if figures[rule.part] is not None and figures[rule.part] > (figures[rule.whole] or 0):
            figures[rule.part] = figures[rule.whole]
    return figures


def _value(item: Item, figures: dict[str, float | bool | None]) -> str | int | float | None:
    """What a person writes for an item: a number, 是 or 否, “3次，5.2万元”."""
    values = [figures[figure.name] for figure in item.figures]
    if values[0] is None:
        return None
    if isinstance(values[0], bool):
        return "是" if values[0] else "否"
    if len(values) == 1:
        return values[0]
    return "，".join(_with_unit(value, figure) for value, figure in zip(values, item.figures, strict=True))


def _with_unit(value: float, figure: Figure) -> str:
    return f"{value}{figure.unit}"


def make(count: int, folder: Path) -> None:
    """Write the roster and the forms of ``count`` units below ``folder``."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    template, draw = Template(load_form(FORM)), random.Random(count)
    with (folder / "roster.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("单位名称", "类别", "别名", "邮箱"))
        for unit, kind in units(count):
            rows.writerow((unit, kind, "", ""))
            (inbox / f"{unit}.xlsx").write_bytes(template.filled(unit, kind, draw))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    make(given.count, given.folder)
