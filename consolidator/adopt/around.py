"""What is around a table: its heading, the lines of unit, day and names, the notes below."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import Area, BlankSheet
from consolidator.adopt.blank_table import BlankTable, Value
from consolidator.adopt.cells_to_fill import read_cells
from consolidator.adopt.regions import is_blank_row, is_line, row_areas

_NO_TITLE = re.compile(r"(附件|附表)[\d一二三四五六七八九十]{0,3}[:：]?$|(表号|制定机关|批准|日期|时间|报告期|统计期|所属期|截[至止])")


@dataclass(slots=True)
class Around:
    """What is around the tables of a sheet."""

    title: list[Area] = field(default_factory=list)
    unit: list[Area] = field(default_factory=list)
    date: list[Area] = field(default_factory=list)
    remarks: list[Area] = field(default_factory=list)
    signatures: list[Area] = field(default_factory=list)
    _: KW_ONLY
    others: list[Area] = field(default_factory=list)


def fields_above(sheet: BlankSheet, top: int, bottom: int, left: int, right: int, *, around: Around) -> BlankTable:
    """What is asked for above the titles of a table: unit, day, names; a number only where its label says so."""
    table = BlankTable("cells", top, bottom, left, right, heads=0)
    read_cells(sheet, table, {c: [] for c in range(left, right + 1)}, set())
    numbers: list[Value] = []
    others: list[Value] = []
    for value in table.values:
        label = words.plain(value.path[-1]).rstrip(":：")
        asked = value.unit or words.unit_of(value.path[-1]) or words.A_NUMBER.search(label)
        (numbers if asked else others).append(value)
    for row in range(top, bottom + 1):
        for area in row_areas(sheet, row, left, right, texts_only=True):
            if area.first_row == row:
                _sort(area, around)
    known = {area.text for areas in (around.title, around.unit, around.date, around.signatures) for area in areas}
    table.values = numbers
    table.texts = [value for value in (*table.texts, *others) if not known & set(value.path)]
    return table


def caption_above(around: Around, top: int, further: bool) -> str:
    """The heading of a table: the text just above it that says so, or, of a further table, the last one above it."""
    above = [area for area in around.others if area.last_row < top]
    if above and (further or (above[-1].last_row == top - 1 and words.is_heading(above[-1].text))):
        return above[-1].text
    return ""


def sort_lines(sheet: BlankSheet, top: int, bottom: int, around: Around) -> None:
    for row in range(top, bottom):
        for area in row_areas(sheet, row, 0, max(sheet.extent[1] - 1, 0), texts_only=True):
            if area.first_row == row:
                _sort(area, around)


def _sort(area: Area, around: Around) -> None:
    text = words.plain(area.text)
    if words.NOTE.match(text) or len(text) > 60 or (around.title and words.LEADING_NUMBER.match(text) and words.DATE_LINE.search(text)):
        around.remarks.append(area)
    elif words.MONEY_LINE.match(text):
        around.others.append(area)
    elif words.SIGNATURE.search(text):
        around.signatures.append(area)
    elif words.FIELD.match(text):
        if text.endswith(("单位", "部门", "机构", "企业")):
            around.unit.append(area)
        elif text.endswith(("时间", "日期", "期")):
            around.date.append(area)
        else:
            around.signatures.append(area)
    elif words.UNIT_LINE.search(text) and not words.MONEY_LINE.search(text):
        around.unit.append(area)
        if words.DATE_LINE.search(text):
            around.date.append(area)
    elif not around.title and len(text) >= 5 and "=" not in text and not _NO_TITLE.match(text):
        around.title.append(area)
        if words.DATE_LINE.search(text):
            around.date.append(area)
    elif words.DATE_LINE.search(text):
        around.date.append(area)
    elif around.title and not around.unit and not around.date and len(text) >= 5 and area.first_row == around.title[-1].last_row + 1 \
            and area.columns == around.title[-1].columns:
        around.title.append(area)
    else:
        around.others.append(area)


def strip(sheet: BlankSheet, top: int, bottom: int, left: int, right: int, *, around: Around) -> tuple[int, int]:
    """The table without title, unit and date lines above and notes below that lie within its borders."""
    while top <= bottom:
        areas = row_areas(sheet, top, left, right)
        texts = [area for area in areas if area.text]
        wide = len(texts) == 1 and texts[0].columns * 10 >= (right - left + 1) * 6 and right > left
        alone = len(texts) == 1 and right - left >= 2 and (len(areas) <= 2 or _titles_follow(sheet, top, bottom, left, right))
        blank_line = not texts and len(areas) == 1 and right > left
        fields = len(texts) < len(areas) and bool(texts) and all(words.FIELD.match(words.plain(area.text)) for area in texts)
        if wide or alone or blank_line or fields or (is_line(texts) and not _heads_below(sheet, top, left, right)):
            for area in texts:
                if area.first_row == top:
                    _sort(area, around)
            top = max(top + 1, max((area.last_row for area in texts if wide), default=top) + 1)
        else:
            break
    while bottom > top:
        last = next((r for r in range(bottom, top, -1) if not is_blank_row(sheet, r, left, right)), bottom)
        areas = row_areas(sheet, last, left, right)  # blank rows below a note belong to no table
        texts = [area for area in areas if area.text]
        joined = words.plain("".join(area.text for area in texts))
        note = bool(texts) and (words.NOTE.match(joined) is not None or words.SIGNATURE.search(joined) is not None) \
            and not (words.REMARK_TITLE.match(words.plain(texts[0].text)) and len(areas) > 2)
        story = len(areas) <= 2 and len(joined) > 30 and right - left >= 2
        if not (note or story or (not texts and len(areas) == 1 and right > left)):
            break
        for area in texts:
            _sort(area, around)
        bottom = min((area.first_row for area in texts), default=bottom) - 1
    return top, bottom


def _titles_follow(sheet: BlankSheet, row: int, bottom: int, left: int, right: int) -> bool:
    """Whether the one text of a row, which was not merged over the table, is above titles rather than beside its value."""
    text = row_areas(sheet, row, left, right, texts_only=True)[0].text
    if words.unit_of(text) or words.ITEM_NUMBER.match(words.plain(text)) or len(words.plain(text)) < 5:
        return False
    return any(len(row_areas(sheet, r, left, right, texts_only=True)) >= 3 for r in range(row + 1, min(row + 4, bottom + 1)))


def _heads_below(sheet: BlankSheet, row: int, left: int, right: int) -> bool:
    """Whether a row is the upper part of merged titles: then it is no line of its own."""
    return sum(area.rows > 1 for area in row_areas(sheet, row, left, right, texts_only=True)) >= 2
