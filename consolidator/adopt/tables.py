"""Where the tables of a blank sheet are, how they are laid out, and which of their cells are to be filled in.

Three layouts: ``cells`` (a value is at a label, or where a row's label and a column's title cross), ``unit_rows`` (a
row a unit under the titles), and of those a table of one row. A cell is to be filled in if it is blank and has a title
above or a label beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import Area, BlankSheet, Spot
from consolidator.adopt.regions import is_blank_row, is_line, regions, row_areas, starts_table
from schemas.errors import UsageError

_MOST_HEADS = 8
PLACE = re.compile(r"[_＿\-—/\s]+")  # printed where something is to be filled in
MOST_VALUES = 2000  # cells to fill in: more is a list with gaps
MOST_FILLED = 5  # numbers where figures belong: more is a filled form
_NO_TITLE = re.compile(r"(附件|附表)[\d一二三四五六七八九十]{0,3}[:：]?$|(表号|制定机关|批准|日期|时间|报告期|统计期|所属期|截[至止])")


@dataclass(slots=True)
class Value:
    """A cell to fill in. ``rows`` and ``columns`` are the texts beside and above it, outermost first."""

    spot: Spot
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    number: str = ""
    unit: str = ""
    code: str = ""
    section: str = ""
    formula: str = ""
    doubts: list[str] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.rows, *self.columns)


@dataclass(slots=True)
class BlankTable:
    """One table. Rows and columns count from 0; ``heads`` are the title rows, ``body`` the rows below them."""

    layout: str
    top: int
    bottom: int
    left: int
    right: int
    heads: int
    values: list[Value] = field(default_factory=list)
    texts: list[Value] = field(default_factory=list)
    name_column: int | None = None
    names: list[str] = field(default_factory=list)
    caption: str = ""


@dataclass(slots=True)
class Around:
    """What is around the tables of a sheet."""

    title: list[Area] = field(default_factory=list)
    unit: list[Area] = field(default_factory=list)
    date: list[Area] = field(default_factory=list)
    remarks: list[Area] = field(default_factory=list)
    signatures: list[Area] = field(default_factory=list)
    others: list[Area] = field(default_factory=list)


def read_tables(sheet: BlankSheet) -> tuple[list[BlankTable], Around]:
    """The tables of ``sheet`` with their cells to fill in, and the texts around them."""
    around = Around()
    tables: list[BlankTable] = []
    end = 0
    found = regions(sheet)
    for n, (top, bottom, left, right) in enumerate(found):
        _sort_lines(sheet, end, top, around)
        end = bottom + 1
        above = n + 1 < len(found) and found[n + 1][0] == end and not starts_table(sheet, top, left, right)
        top, bottom = _strip(sheet, top, bottom, left, right, around)
        if top > bottom:
            continue
        if above and not _head_rows(sheet, top, bottom, left, right):
            table = _fields(sheet, top, bottom, left, right, around)
        else:
            table = _table(sheet, top, bottom, left, right)
        if table.values or table.texts:
            table.caption = _caption(around, top, len(tables) > 0)
            tables.append(table)
    _sort_lines(sheet, end, sheet.extent[0], around)
    return tables, around


def _fields(sheet: BlankSheet, top: int, bottom: int, left: int, right: int, around: Around) -> BlankTable:
    """What is asked for above the titles of a table: unit, day, names; a number only where its label says so."""
    table = BlankTable("cells", top, bottom, left, right, 0)
    _read_cells(sheet, table, {c: [] for c in range(left, right + 1)}, set())
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


def _caption(around: Around, top: int, further: bool) -> str:
    """The heading of a table: the text just above it that says so, or, of a further table, the last one above it."""
    above = [area for area in around.others if area.last_row < top]
    if above and (further or (above[-1].last_row == top - 1 and words.is_heading(above[-1].text))):
        return above[-1].text
    return ""


def _sort_lines(sheet: BlankSheet, top: int, bottom: int, around: Around) -> None:
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


def _strip(sheet: BlankSheet, top: int, bottom: int, left: int, right: int, around: Around) -> tuple[int, int]:
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


def _table(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> BlankTable:
    right = _without_bare_edge(sheet, top, bottom, left, right)
    heads = _head_rows(sheet, top, bottom, left, right)
    table = BlankTable("cells", top, bottom, left, right, heads)
    body = range(top + heads, bottom + 1)
    titles = {c: _titles(sheet, top, heads, c) for c in range(left, right + 1)}
    last = {c: words.plain("".join(titles[c])) for c in titles}
    names = [c for c in titles if titles[c] and words.NAME_TITLE.match(words.plain(titles[c][0])) and not words.unit_of(titles[c][-1])
             and (len(titles[c]) == 1 or words.NAME_TITLE.match(words.plain(titles[c][-1])))] if heads else []
    numbers = {c for c in titles if words.NUMBER_TITLE.match(last[c])}
    labelled = [c for c in titles if c not in numbers and _share_of_texts(sheet, body, c) >= 0.3]
    if heads and (not labelled or (names and set(labelled) <= set(names[:1]) | numbers)):
        table.layout = "unit_rows" if names else "cells"
    if table.layout == "unit_rows":
        _read_unit_rows(sheet, table, titles, names, numbers)
    else:
        _read_cells(sheet, table, titles, numbers)
    return table


def _without_bare_edge(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> int:
    """The last column of a table whose titles end before its frame does: framed columns without any text belong to nothing."""
    texts = row_areas(sheet, top, left, right, texts_only=True)
    if len(texts) < 3 or (not words.NAME_TITLE.match(words.plain(texts[0].text)) and not starts_table(sheet, top, left, right)):
        return right
    while right > texts[-1].last_column and not any(sheet.area(r, right).text for r in range(top, bottom + 1)):
        right -= 1
    return right


def _head_rows(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> int:
    """How many leading rows are titles: rows in which no cell is blank but in columns of labels."""
    heads = 0
    for row in range(top, min(bottom, top + _MOST_HEADS) + 1):
        blanks = [area for area in row_areas(sheet, row, left, right) if not area.text or PLACE.fullmatch(area.text)]
        texts = [area for area in row_areas(sheet, row, left, right, texts_only=True) if area not in blanks]
        below = range(row + 1, bottom + 1)
        named = starts_table(sheet, row, left, right) and not heads
        if not texts or (blanks and not named and any(_share_of_texts(sheet, below, area.first_column) < 0.5 for area in blanks)):
            break
        if heads and len(texts) == 1 and texts[0].columns == right - left + 1 > 1 and words.is_heading(texts[0].text):
            break
        if heads and all(words.ITEM_NUMBER.match(area.text) or area.columns == 1 for area in texts) and _looks_like_body(
                sheet, row, top, heads, left, right):
            break
        heads += 1
    while heads and any(area.last_row > top + heads - 1 for area in row_areas(sheet, top + heads - 1, left, right)) \
            and heads < bottom - top + 1:
        lower = max(area.last_row for area in row_areas(sheet, top + heads - 1, left, right)) - top + 1
        areas = row_areas(sheet, top + heads, left, right)
        hanging = [area for area in areas if area.first_row < top + heads]
        only = bool(hanging) and all(area in hanging or not area.text for area in areas) and top + heads < bottom
        if lower == heads or (sum(not area.text for area in areas) * 2 > len(areas) and not only):
            break
        heads += 1
    return heads


def _looks_like_body(sheet: BlankSheet, row: int, top: int, heads: int, left: int, right: int) -> bool:
    """A full row below single-column titles whose first cell is a number is a filled row, not a title (an example row)."""
    above = row_areas(sheet, top + heads - 1, left, right)
    first = sheet.area(row, left)
    return all(area.rows == 1 and area.columns == 1 for area in above) and first.text in ("1", "一", "例", "示例") \
        and not all(words.CODE.match(words.plain(sheet.area(row, c).text)) for c in range(left, right + 1))


def _share_of_texts(sheet: BlankSheet, rows: range, column: int) -> float:
    """The share of the rows with a printed text in the column; headings over the whole width say nothing of it."""
    own = [r for r in rows if sheet.area(r, column).columns < max(sheet.extent[1], 2) and sheet.area(r, column).first_row >= rows.start]
    if not own:
        return 0.0
    return sum(bool(sheet.area(r, column).text) and not _to_fill(sheet, r, column) for r in own) / len(own)


def _titles(sheet: BlankSheet, top: int, heads: int, column: int) -> list[str]:
    """The texts above a column from the top down, each area once, codes and blanks left out."""
    found: list[Area] = []
    for row in range(top, top + heads):
        area = _parent_beside(sheet, top, heads, row, column) or sheet.area(row, column)
        if area.text and not any(area is one for one in found):
            found.append(area)
    codes = heads > 1 and sum(words.CODE.match(words.plain(sheet.area(top + heads - 1, c).text)) is not None
                              for c in range(column, column + 1))
    texts = [area.text for area in found]
    if codes and len(texts) > 1 and words.CODE.match(words.plain(texts[-1])):
        texts.pop()
    return texts


def _parent_beside(sheet: BlankSheet, top: int, heads: int, row: int, column: int) -> Area | None:
    """The title that is over a column though it was not merged over it: blank beside it, a title of its own below."""
    if row == top + heads - 1 or sheet.area(row, column).text or sheet.area(row, column).rows > 1:
        return None
    upper = sheet.area(row - 1, column) if row > top else None
    c = column
    while c >= 0:
        area, below = sheet.area(row, c), sheet.area(row + 1, c)
        if not below.text or below.first_row != row + 1 or area.rows > 1 or (upper is not None and sheet.area(row - 1, c) is not upper):
            return None
        if area.text:
            return area
        c = area.first_column - 1
    return None


def _to_fill(sheet: BlankSheet, row: int, column: int) -> bool:
    """Whether a cell is blank, holds a formula or a zero printed as a place to fill in."""
    area = sheet.area(row, column)
    spot = area.spot
    return not area.text or spot in sheet.formulas or (spot in sheet.numbers and area.text in ("0", "0.0", "0.00")) \
        or PLACE.fullmatch(area.text) is not None


def _code_of(sheet: BlankSheet, table: BlankTable, column: int) -> str:
    if table.heads < 2:
        return ""
    found = words.CODE.match(words.plain(sheet.area(table.top + table.heads - 1, column).text))
    return found[1] if found else ""


def _title_doubts(sheet: BlankSheet, table: BlankTable, column: int) -> list[str]:
    beside = (_parent_beside(sheet, table.top, table.heads, row, column) for row in range(table.top, table.top + table.heads))
    return [f"上一级题目没有合并，按属于左边的“{' '.join(area.text.split())[:20]}”" for area in beside if area is not None]


def _read_unit_rows(sheet: BlankSheet, table: BlankTable, titles: dict[int, list[str]], names: list[int], numbers: set[int]) -> None:
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


def _read_cells(sheet: BlankSheet, table: BlankTable, titles: dict[int, list[str]], numbers: set[int]) -> None:
    first, last = table.top + table.heads, table.bottom
    if first > last and table.heads:  # titles alone: one row of values below them
        last = first
    skipped = {c for c in titles if titles[c] and (words.REMARK_TITLE.match(words.plain(titles[c][-1])) is not None)} | numbers
    units = {c for c in titles if titles[c] and words.UNIT_TITLE.match(words.plain(titles[c][-1]))}
    numbered = _numbered(sheet, first, last, numbers)
    blank_body = all(_to_fill(sheet, r, c) for r in range(first, last + 1) for c in range(table.left, table.right + 1))
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
        heading = _section_heading(sheet, table, r, numbers, units, numbered)
        if heading:
            section = heading
            continue
        for c in range(table.left, table.right + 1):
            area = sheet.area(r, c)
            if area.spot != (r, c) or not _to_fill(sheet, r, c) or c in units or c in numbers:
                continue
            if table.heads and (not titles.get(c) or c in labels):
                continue
            value = _value(sheet, table, area, titles.get(c, []), numbers, units)
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
            if area.text and lowest and area.columns > 1 and any(_share_of_texts(sheet, range(first, last + 1), k) > 0.5 for k in columns):
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
    return any(_share_of_texts(sheet, rows, c) > 0.5 for c in numbers)


def _section_heading(sheet: BlankSheet, table: BlankTable, row: int, numbers: set[int], units: set[int], numbered: bool) -> str:
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


def _value(sheet: BlankSheet, table: BlankTable, area: Area, titles: list[str], numbers: set[int], units: set[int]) -> Value | None:
    """The value cell ``area`` with the texts that say what it is; None where nothing does."""
    r, c = area.spot
    rows: list[Area] = []
    number = unit = ""
    k, gap = c - 1, False
    while k >= table.left:
        beside = sheet.area(r, k)
        if not beside.text or _to_fill(sheet, r, k):
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
                above.last_column < table.right and _to_fill(sheet, r - 1, above.last_column + 1)):
            return None  # nothing above, a number, or a label whose value is beside it
        titles = [above.text]
    if table.heads == 0:
        titles = [title for title in titles if title]
    elif not titles and not rows:
        return None
    behind = sheet.area(r, area.last_column + 1)
    if not unit and behind.first_column <= table.right and words.is_unit(behind.text) and not any(words.unit_of(one.text) for one in rows):
        unit = behind.text  # 检查企业｜　｜家
    return Value(area.spot, tuple(one.text for one in rows), tuple(titles), number, unit, _code_of(sheet, table, c),
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
            if area.first_row == row and area.text not in used and not plain and not title and not _to_fill(sheet, *area.spot) \
                    and not words.NOTE.match(text) and not (table.layout == "unit_rows" and area.first_column == table.name_column):
                found.append(area)
    return found


def is_list(table: BlankTable, title: str = "") -> bool:
    """Whether most columns ask for words, or ``title`` says so and none for a number: people or cases, nothing to add up."""
    if not table.heads or any(value.rows for value in table.values):
        return False
    worded = [value for value in table.texts if not words.REMARK_TITLE.match(words.plain(value.path[-1]))
              and not words.PERIOD_TITLE.match(words.plain(value.path[-1]))]
    return len(worded) > len(table.values) or (words.LIST_NAME.search(title) is not None
                                               and not any(_asks_number(value) for value in table.values))


def _asks_number(value: Value) -> bool:
    return bool(value.unit) or any(words.unit_of(part) or words.A_NUMBER.search(words.plain(part)) or words.RATE.search(words.plain(part))
                                   or words.CUMULATIVE.search(part) or words.OF_SHORT_PERIOD.search(part) for part in value.path)


def refuse_no_form(read: list[tuple[BlankSheet, BlankTable]], sheets: list[BlankSheet], name: str) -> None:
    """Says why a file is no blank form.

    Raises:
        UsageError: a filled form, a list, a report.
    """
    tables = [table for _, table in read]
    values = sum(len(table.values) for table in tables)
    numbers = sum(len(sheet.numbers) for sheet in sheets)
    listed = [table for sheet, table in read if is_list(table, f"{name} {_first_text(sheet)}")]
    if listed and len(listed) == len(tables):
        example = (listed[0].texts or listed[0].values)[0].path[-1]
        raise UsageError(f"{name} 的列多是“{words.without_unit(example)}”一类的文字，像名单或台账，不是要汇总数字的表")
    if not values:
        long = sum(len(text) > 60 for sheet in sheets for text in sheet.texts.values())
        why = "主要是文字，像一份报告或通知" if long > 3 else "没有找到要填的格，可能是目录、名单，或格子都已填满"
        raise UsageError(f"{name} {why}：请用发文单位下发的空白表")
    if values > MOST_VALUES:
        raise UsageError(f"{name} 里空着的格有 {values} 个，像目录、名单或标准一类的资料，不像要填报的表：请用发文单位下发的空白表")
    inside = sum(_filled(sheet, table) for sheet, table in read)
    if (numbers > 30 and numbers > values * 2) or (inside > MOST_FILLED and inside * 8 > values):
        raise UsageError(f"{name} 里已填了 {max(inside, numbers)} 个数，像一份填好的表：请用发文单位下发的空白表，或清空数字后再试")


def _first_text(sheet: BlankSheet) -> str:
    return sheet.texts[min(sheet.texts)] if sheet.texts else ""


def _filled(sheet: BlankSheet, table: BlankTable) -> int:
    """How many cells hold a number where the table has values to fill in."""
    columns = {value.spot[1] for value in table.values}
    return sum(table.top + table.heads <= r <= table.bottom and c in columns and sheet.texts[r, c] not in ("0", "0.0", "0.00")
               for r, c in sheet.numbers)
