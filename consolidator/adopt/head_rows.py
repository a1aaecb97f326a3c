"""Which rows of a table are titles, what the title over each column is, and which cells are places to fill in."""

from __future__ import annotations

import re

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import Area, BlankSheet
from consolidator.adopt.regions import row_areas, starts_table

_MOST_HEADS = 8
PLACE = re.compile(r"[_＿\-—/\s]+")  # printed where something is to be filled in


def without_bare_edge(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> int:
    """The last column of a table whose titles end before its frame does: framed columns without any text belong to nothing."""
    texts = row_areas(sheet, top, left, right, texts_only=True)
    if len(texts) < 3 or (not words.NAME_TITLE.match(words.plain(texts[0].text)) and not starts_table(sheet, top, left, right)):
        return right
    while right > texts[-1].last_column and not any(sheet.area(r, right).text for r in range(top, bottom + 1)):
        right -= 1
    return right


def head_rows(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> int:
    """How many leading rows are titles: rows in which no cell is blank but in columns of labels."""
    heads = 0
    for row in range(top, min(bottom, top + _MOST_HEADS) + 1):
        blanks = [area for area in row_areas(sheet, row, left, right) if not area.text or PLACE.fullmatch(area.text)]
        texts = [area for area in row_areas(sheet, row, left, right, texts_only=True) if area not in blanks]
        below = range(row + 1, bottom + 1)
        named = starts_table(sheet, row, left, right) and not heads
        if not texts or (blanks and not named and any(share_of_texts(sheet, below, area.first_column) < 0.5 for area in blanks)):
            break
        if heads and len(texts) == 1 and texts[0].columns == right - left + 1 > 1 and words.is_heading(texts[0].text):
            break
        if heads and all(words.ITEM_NUMBER.match(area.text) or area.columns == 1 for area in texts) and _looks_like_body(
                sheet, row, top, heads, left=left, right=right):
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


def _looks_like_body(sheet: BlankSheet, row: int, top: int, heads: int, *, left: int, right: int) -> bool:
    """A full row below single-column titles whose first cell is a number is a filled row, not a title (an example row)."""
    above = row_areas(sheet, top + heads - 1, left, right)
    first = sheet.area(row, left)
    return all(area.rows == 1 and area.columns == 1 for area in above) and first.text in ("1", "一", "例", "示例") \
        and not all(words.CODE.match(words.plain(sheet.area(row, c).text)) for c in range(left, right + 1))


def share_of_texts(sheet: BlankSheet, rows: range, column: int) -> float:
    """The share of the rows with a printed text in the column; headings over the whole width say nothing of it."""
    own = [r for r in rows if sheet.area(r, column).columns < max(sheet.extent[1], 2) and sheet.area(r, column).first_row >= rows.start]
    if not own:
        return 0.0
    return sum(bool(sheet.area(r, column).text) and not to_fill(sheet, r, column) for r in own) / len(own)


def titles_over(sheet: BlankSheet, top: int, heads: int, column: int) -> list[str]:
    """The texts above a column from the top down, each area once, codes and blanks left out."""
    found: list[Area] = []
    for row in range(top, top + heads):
        area = parent_beside(sheet, top, heads, row, column) or sheet.area(row, column)
        if area.text and not any(area is one for one in found):
            found.append(area)
    codes = heads > 1 and sum(words.CODE.match(words.plain(sheet.area(top + heads - 1, c).text)) is not None
                              for c in range(column, column + 1))
    texts = [area.text for area in found]
    if codes and len(texts) > 1 and words.CODE.match(words.plain(texts[-1])):
        texts.pop()
    return texts


def parent_beside(sheet: BlankSheet, top: int, heads: int, row: int, column: int) -> Area | None:
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


def to_fill(sheet: BlankSheet, row: int, column: int) -> bool:
    """Whether a cell is blank, holds a formula or a zero printed as a place to fill in."""
    area = sheet.area(row, column)
    spot = area.spot
    return not area.text or spot in sheet.formulas or (spot in sheet.numbers and area.text in ("0", "0.0", "0.00")) \
        or PLACE.fullmatch(area.text) is not None
