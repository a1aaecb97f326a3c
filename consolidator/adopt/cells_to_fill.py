"""The cells of a table that are to be filled in, each with the texts that say what belongs there."""

from __future__ import annotations

import re

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import Area, BlankSheet
from consolidator.adopt.blank_table import BlankTable, Value
from consolidator.adopt.head_rows import PLACE, parent_beside, share_of_texts, to_fill
from consolidator.adopt.regions import row_areas


def _code_of(sheet: BlankSheet, table: BlankTable, column: int) -> str:
    if table.heads < 2:
        return ""
    found = words.CODE.match(words.plain(sheet.area(table.top + table.heads - 1, column).text))
    return found[1] if found else ""


def _title_doubts(sheet: BlankSheet, table: BlankTable, column: int) -> list[str]:
    beside = (parent_beside(sheet, table.top, table.heads, row, column) for row in range(table.top, table.top + table.heads))
    return [f"上一级题目没有合并，按属于左边的“{' '.join(area.text.split())[:20]}”" for area in beside if area is not None]


def read_unit_rows(sheet: BlankSheet, table: BlankTable, titles: dict[int, list[str]], names: list[int], numbers: set[int]) -> None:
    table.name_column = names[0]
    row = table.top + table.heads
    for r in range(row, table.bottom + 1):
        text = sheet.area(r, table.name_column).text
        if text and not words.TOTAL.match(words.plain(text)):
            table.names.append(text)
    for c, path in titles.items():
        if c in names[1:] and path != titles[names[0]]:  # a second name: of a village beside the office that helps it
            table.texts.append(Value((row, c), (), tuple(path)))
        if c in names or c in numbers or not path:
            continue
        value = Value((row, c), (), tuple(path), code=_code_of(sheet, table, c), formula=sheet.formulas.get((row, c), ""))
        value.doubts += _title_doubts(sheet, table, c)
        title = words.plain(path[-1])
        if words.REMARK_TITLE.match(title) or _names_text(title, path[-1]):
            table.texts.append(value)
        else:
            table.values.append(value)
    _count_among_counts(table)


def _count_among_counts(table: BlankTable) -> None:
    """A title that sounds like words (职称) among numbers under one heading is one of them, a guess."""
    for value in [one for one in table.texts if len(one.columns) > 1 and not words.REMARK_TITLE.match(words.plain(one.columns[-1]))]:
        beside = [one for one in table.values if one.columns[:-1] == value.columns[:-1]]
        if len(beside) > 1 and not words.SURE_TEXT.search(words.plain(value.columns[-1])):
            value.doubts.append("题目像要填文字，同组的都是数")
            table.texts.remove(value)
            table.values.append(value)
    table.values.sort(key=lambda one: one.spot)


def read_cells(sheet: BlankSheet, table: BlankTable, titles: dict[int, list[str]], numbers: set[int]) -> None:
    first, last = table.top + table.heads, table.bottom
    if first > last and table.heads:  # titles alone: one row of values below them
        last = first
    skipped = {c for c in titles if titles[c] and (words.REMARK_TITLE.match(words.plain(titles[c][-1])) is not None)} | numbers
    units = {c for c in titles if titles[c] and words.UNIT_TITLE.match(words.plain(titles[c][-1]))}
    numbered = _numbered(sheet, first, last, numbers)
    blank_body = all(to_fill(sheet, r, c) for r in range(first, last + 1) for c in range(table.left, table.right + 1))
    if blank_body and table.heads:
        last = first
    labels = _label_columns(sheet, table, first, last)
    section, unlabelled = "", False
    for r in range(first, last + 1):
        printed = row_areas(sheet, r, table.left, table.right, texts_only=True)
        if table.heads and all(PLACE.fullmatch(area.text) for area in printed):
            if unlabelled:  # rows without a label are one row, as often as there is something to say
                continue
            unlabelled = True
        heading = _section_heading(sheet, table, r, numbers, units, numbered=numbered)
        if heading:
            section = heading
            continue
        for c in range(table.left, table.right + 1):
            area = sheet.area(r, c)
            if area.spot != (r, c) or not to_fill(sheet, r, c) or c in units or c in numbers:
                continue
            if table.heads and (not titles.get(c) or c in labels):
                continue
            value = value_at(sheet, table, area, titles.get(c, []), numbers, units=units)
            if value is None:
                continue
            value.section = section
            value.doubts += _title_doubts(sheet, table, c)
            if c in skipped or words.REMARK_TITLE.match(words.plain(value.path[-1])) or _is_text(value):
                table.texts.append(value)
            else:
                table.values.append(value)


def _label_columns(sheet: BlankSheet, table: BlankTable, first: int, last: int) -> set[int]:
    """The columns under a title that is over several of which one has the rows' labels: a blank there is none to fill in."""
    found: set[int] = set()
    for c in range(table.left, table.right + 1):
        for row in range(table.top, table.top + table.heads):
            area = sheet.area(row, c)
            columns = range(area.first_column, area.last_column + 1)
            lowest = area.last_row >= table.top + table.heads - 1
            if area.text and lowest and area.columns > 1 and any(share_of_texts(sheet, range(first, last + 1), k) > 0.5 for k in columns):
                found |= set(columns)
    return found


def _is_text(value: Value) -> bool:
    last = words.plain(value.path[-1])
    titled = words.plain(value.columns[-1]) if value.columns else last
    if value.rows and words.STORY.search(words.plain(value.rows[-1])) and not value.unit:
        return True
    return not words.unit_of(value.path[-1]) and not value.unit and (
        (_names_text(titled, value.columns[-1] if value.columns else value.path[-1])
             and (not value.rows or words.TEXT_TITLE.search(last) is not None))
        or words.SIGNATURE.search(last) is not None)


def _names_text(title: str, printed: str) -> bool:
    """Whether a title asks for words (姓名, 措施), not for a number."""
    return words.TEXT_TITLE.search(title) is not None and words.A_NUMBER.search(title) is None and not words.unit_of(printed) \
        and not title.startswith(("其他", "其它"))


def _numbered(sheet: BlankSheet, first: int, last: int, numbers: set[int]) -> bool:
    """Whether most rows have an item number in a column of its own."""
    rows = range(first, last + 1)
    return any(share_of_texts(sheet, rows, c) > 0.5 for c in numbers)


def _section_heading(sheet: BlankSheet, table: BlankTable, row: int, numbers: set[int], units: set[int], *, numbered: bool) -> str:
    """The heading that a row is, or "": a label without a number of its own or a unit where the others have one."""
    texts = [area for area in row_areas(sheet, row, table.left, table.right, texts_only=True)
             if area.spot not in sheet.formulas]
    labels = [area for area in texts if area.first_column not in numbers | units]
    if not labels or len(labels) > 1:
        return ""
    label = labels[0]
    text = words.plain(label.text)
    number = next((words.plain(sheet.area(row, c).text) for c in numbers if sheet.area(row, c).text), "")
    if label.columns >= (table.right - table.left + 1) and table.right > table.left:
        return label.text
    if words.unit_of(label.text):
        return ""
    has_unit = any(sheet.area(row, c).text for c in units)
    if units and not has_unit and ((numbered and not number) or re.match(r"^[一二三四五六七八九十]{1,3}、", text)):
        return label.text
    if number and re.fullmatch(r"[一二三四五六七八九十]{1,3}", number) and not has_unit:
        others = [words.plain(sheet.area(r, c).text) for c in numbers for r in range(table.top + table.heads, table.bottom + 1)]
        return label.text if any(re.fullmatch(r"\d+", other) for other in others) else ""
    if numbered and not number and not units and label.first_column == min(set(range(table.left, table.right + 1)) - numbers, default=0) \
            and words.SECTION_NUMBER.match(text):
        return label.text
    return ""


def value_at(sheet: BlankSheet, table: BlankTable, area: Area, titles: list[str], numbers: set[int], *, units: set[int]) -> Value | None:
    """The value cell ``area`` with the texts that say what it is; None where nothing does."""
    r, c = area.spot
    rows: list[Area] = []
    number = unit = ""
    k, gap = c - 1, False
    while k >= table.left:
        beside = sheet.area(r, k)
        if not beside.text or to_fill(sheet, r, k):
            if rows or not table.heads:  # without titles only the cell next to a label is its value
                break
            gap = True
        elif k in units or (words.is_unit(beside.text) and beside.columns == 1 and table.heads == 0
                            and k == c - 1 and k - 1 >= table.left and sheet.area(r, k - 1).text):
            unit = unit or beside.text
        elif k in numbers or (words.ITEM_NUMBER.match(words.plain(beside.text)) and beside.columns == 1):
            if rows or not gap:
                number = number or words.plain(beside.text)
            if rows and k not in numbers and beside.rows == 1:
                k = beside.first_column - 1
                break
        elif beside.text and not any(beside is one for one in rows):
            rows.insert(0, beside)
        k = beside.first_column - 1
    while rows and k >= table.left:  # a merged heading at the left edge stands for both halves of the row
        edge = sheet.area(r, k)
        if edge.text and edge.rows > 1 and edge.first_column == table.left and edge not in rows \
                and not words.ITEM_NUMBER.match(words.plain(edge.text)):
            rows.insert(0, edge)
            break
        k = edge.first_column - 1
    if not rows and not titles:
        above = sheet.area(r - 1, c) if r > table.top else None
        wide = above is not None and above.columns > 1 and above.columns > table.right - table.left
        if above is None or not above.text or PLACE.fullmatch(above.text) or wide or words.ITEM_NUMBER.match(words.plain(above.text)) or (
                above.last_column < table.right and to_fill(sheet, r - 1, above.last_column + 1)):
            return None  # nothing above, a number, or a label whose value is beside it
        titles = [above.text]
    if table.heads == 0:
        titles = [title for title in titles if title]
    elif not titles and not rows:
        return None
    behind = sheet.area(r, area.last_column + 1)
    if not unit and behind.first_column <= table.right and words.is_unit(behind.text) and not any(words.unit_of(one.text) for one in rows):
        unit = behind.text  # 检查企业｜　｜家
    return Value(area.spot, tuple(one.text for one in rows), tuple(titles), number, unit, code=_code_of(sheet, table, c),
                 formula=sheet.formulas.get(area.spot, ""))


def unused_texts(sheet: BlankSheet, table: BlankTable) -> list[Area]:
    """Printed texts of a table's body that say nothing of any cell to fill in: perhaps a cell was overlooked."""
    values = (*table.values, *table.texts)
    used = {text for value in values for text in (*value.path, value.section, value.unit)} | set(table.names)
    found: list[Area] = []
    for row in range(table.top, table.bottom + 1):
        for area in row_areas(sheet, row, table.left, table.right, texts_only=True):
            text = words.plain(area.text)
            plain = words.ITEM_NUMBER.match(text) or words.CODE.match(text) or words.is_unit(text) or words.TOTAL.match(text)
            title = row < table.top + table.heads
            if area.first_row == row and area.text not in used and not plain and not title and not to_fill(sheet, *area.spot) \
                    and not words.NOTE.match(text) and not (table.layout == "unit_rows" and area.first_column == table.name_column):
                found.append(area)
    return found
