"""Where the tables of a blank sheet are: by borders, by blank rows and columns, by a further row of titles."""

from __future__ import annotations

import re

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import Area, BlankSheet
from schemas.picture import Range

_LIST_ROWS = 10  # texts in so many whole rows beside a blank column are a list, no part of the form
_FULL = 0.95  # of the cells of such a list
_FIRST_TITLE = re.compile(r"(项目|指标|类型|类别|内容|分类|种类|名称)$")


def regions(sheet: BlankSheet) -> list[Range]:
    """The ranges of ``sheet`` that are tables, from the top; what fields stand above a table's titles is a range of its own."""
    return [piece for found in _regions(sheet) for piece in _pieces(sheet, *found)]


def _pieces(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> list[Range]:
    """One region without the lists beside it, parted where a further row of titles begins."""
    right, bottom = _without_lists(sheet, top, bottom, left, right)
    starts = [r for r in range(top + 1, bottom) if starts_table(sheet, r, left, right)
              and not all(is_blank_row(sheet, k, left, right) for k in range(top, r))]
    cuts: list[int] = []
    for r in starts:
        if _goes_on(sheet, cuts[-1] if cuts else top, r, left, right):
            continue
        while r - 1 > (cuts[-1] if cuts else top) and _is_caption(sheet, r - 1, left, right):
            r -= 1
        cuts.append(r)
    return [(first, last - 1, left, right) for first, last in zip([top, *cuts], [*cuts, bottom + 1], strict=True)]


def _without_lists(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> tuple[int, int]:
    """The last column and row without a list that is filled throughout and is behind a blank column."""
    for c in range(right - 1, left, -1):
        if any(sheet.area(r, c).text for r in range(top, bottom + 1)):
            continue
        rows = [r for r in range(top, bottom + 1) if any(sheet.area(r, k).text for k in range(c + 1, right + 1))]
        if len(rows) >= _LIST_ROWS and len(rows) >= _FULL * (rows[-1] - rows[0] + 1) \
                and sum(bool(sheet.area(r, k).text) for r in rows for k in range(c + 1, right + 1)) >= _FULL * len(rows) * (right - c):
            last = max((r for r in range(top, bottom + 1) if any(sheet.area(r, k).text for k in range(left, c))), default=bottom)
            return c - 1, min(last + 1, bottom)
    return right, bottom


def starts_table(sheet: BlankSheet, row: int, left: int, right: int) -> bool:
    """Whether a row is one of titles, by its words: 序号｜项目｜…, 事故类型｜次数｜…, one beside the other from the left."""
    areas = row_areas(sheet, row, left, right)
    texts = [area for area in areas if area.text]
    if len(texts) < 3 or any(area.first_row != row for area in texts):
        return False
    if len(texts) * 10 < len(areas) * 6 and not _together(areas, texts):
        return False
    plain = [words.plain(area.text) for area in texts]
    if any(words.is_unit(one) or words.ITEM_NUMBER.match(one) or words.UNIT_LINE.search(one) for one in plain):
        return False
    return words.NUMBER_TITLE.match(plain[0]) is not None or (_FIRST_TITLE.search(plain[0]) is not None and len(plain[0]) <= 10)


def _together(areas: list[Area], texts: list[Area]) -> bool:
    """Whether the texts of a row stand beside each other, and only blanks follow."""
    return [bool(area.text) for area in areas[:len(texts)]] == [True] * len(texts)


def _goes_on(sheet: BlankSheet, top: int, row: int, left: int, right: int) -> bool:
    """Whether the titles of ``row`` belong to those above: a merged title reaches into it, or only titles stand above."""
    if any(area.first_row < row for area in row_areas(sheet, row, left, right)):
        return True
    above = [row_areas(sheet, r, left, right) for r in range(top, row)]
    return starts_table(sheet, row - 1, left, right) or not any(area.text for areas in above for area in areas)


def _is_caption(sheet: BlankSheet, row: int, left: int, right: int) -> bool:
    texts = row_areas(sheet, row, left, right, texts_only=True)
    return len(texts) == 1 and texts[0].first_row == row and not words.unit_of(texts[0].text) and (
        texts[0].columns > 1 or len(row_areas(sheet, row, left, right)) == 1)


def is_blank_row(sheet: BlankSheet, row: int, left: int, right: int) -> bool:
    return not row_areas(sheet, row, left, right, texts_only=True)


def _regions(sheet: BlankSheet) -> list[Range]:
    """Ranges of rows and columns with borders; without any, the rows from the first with several texts on."""
    rows, columns = sheet.extent
    bordered: dict[int, list[int]] = {}
    for r, c in sheet.bordered:
        bordered.setdefault(r, []).append(c)
    used = [r for r in sorted(bordered) if len(bordered[r]) >= 2]
    if not used:
        return _unbordered(sheet, rows, columns)
    regions: list[list[int]] = []
    for r in used:
        if regions and r == regions[-1][1] + 1 and _overlap(bordered[r], bordered[regions[-1][1]]):
            regions[-1][1] = r
        else:
            regions.append([r, r])
    found = []
    for top, bottom in regions:
        inside = [c for r in range(top, bottom + 1) for c in bordered.get(r, ())]
        found.append((top, bottom, min(inside), max(inside)))
    with_text = [one for one in found if any(text for (r, _), text in sheet.texts.items() if one[0] <= r <= one[1])]
    return with_text or _unbordered(sheet, rows, columns)


def _overlap(one: list[int], other: list[int]) -> bool:
    return len(set(one) & set(other)) * 2 >= min(len(one), len(other))


def _unbordered(sheet: BlankSheet, rows: int, columns: int) -> list[Range]:
    first = next((r for r in range(rows) if len(row_areas(sheet, r, 0, columns - 1, texts_only=True)) >= 2
                  and not is_line(row_areas(sheet, r, 0, columns - 1, texts_only=True))), None)
    if first is None:
        return []
    found: list[Range] = []
    for top, bottom in _stretches(sheet, first, rows, columns):
        found += [(top, bottom, left, right) for left, right in _blocks(sheet, top, bottom, columns)]
    return found


def _stretches(sheet: BlankSheet, first: int, rows: int, columns: int) -> list[tuple[int, int]]:
    """The rows from ``first`` on, parted where two or more rows are wholly blank."""
    blank = [not row_areas(sheet, r, 0, columns - 1, texts_only=True) for r in range(rows)]
    found, top = [], first
    for r in range(first + 1, rows):
        if blank[r] or not (blank[r - 1] and blank[r - 2] and r - 2 > top):
            continue
        last = max(k for k in range(top, r) if not blank[k])
        found.append((top, min(last + 1, r - 1)))
        top = r
    return [*found, (top, rows - 1)]


def _blocks(sheet: BlankSheet, top: int, bottom: int, columns: int) -> list[tuple[int, int]]:
    """The columns of tables that stand side by side under one row of titles, a blank column between; else all columns."""
    titled = [bool(sheet.area(top, c).text) for c in range(columns)]
    empty = [not titled[c] and not any(sheet.area(r, c).text for r in range(top, bottom + 1)) for c in range(columns)]
    runs: list[list[int]] = []
    for c in range(columns):
        if titled[c]:
            if runs and runs[-1][1] == c - 1:
                runs[-1][1] = c
            else:
                runs.append([c, c])
    numbered = any(words.ITEM_NUMBER.match(words.plain(sheet.area(top, left).text)) for left, _ in runs)
    if numbered or any(right == left for left, right in runs) or any(not titled[c] and not empty[c] for c in range(columns)):
        return [(0, columns - 1)]
    return [(left, right) for left, right in runs] or [(0, columns - 1)]


def row_areas(sheet: BlankSheet, row: int, left: int, right: int, *, texts_only: bool = False) -> list[Area]:
    """The different areas of a row, from left to right."""
    found: list[Area] = []
    for c in range(left, right + 1):
        area = sheet.area(row, c)
        if not found or (found[-1] is not area and found[-1].spot != area.spot):
            found.append(area)
    return [area for area in found if area.text] if texts_only else found


def is_line(areas: list[Area]) -> bool:
    """Whether the texts of a row say whose form it is and when, rather than being titles of columns."""
    texts = [words.plain(area.text) for area in areas]
    return bool(texts) and len(texts) <= 5 and any(
        words.UNIT_LINE.search(text) or words.DATE_LINE.search(text) or words.MONEY_LINE.search(text) for text in texts)
