"""The figures between a label and the next one, each with the title above it and the caption beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from consolidator.model.text import squeeze
from consolidator.notation.dates import parse_date
from consolidator.reading.locating.columns import Columns
from consolidator.reading.locating.label_index import CHANGE, COLUMN, HEADING, LABEL, NOTE, OTHER, PAST, PEOPLE, REMARK
from consolidator.reading.locating.table_view import Cell, blank, item_number, plain_figure, unit_word
from consolidator.reading.locating.titles import PART, TOTAL, title_kind

_MOST_ROWS = 6  # below a label that still are its own
_LONGEST_TITLE = 24
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_WHEN = re.compile(r"\d{1,2}[月./]\d{1,2}|第?\d{1,2}[周期月]")
_HEADING_FIELD = re.compile(
    r"[:：]|^\s*(填报|填表|报送|上报|编报|填写|统计|制表|报告)(单位|部门|科室|名称|时间|日期)|^\s*(时间|日期)\s*$")
_OF_LABELS = re.compile(r"(?:调度|填报|工作|统计|检查)?(?:内容|项目|指标|事项)(?:名称)?")


@dataclass(slots=True)
class Entry:
    """A figure near a label: its cell, how far right and down of the label, its title and what kind of title that is."""

    cell: Cell
    offset: Cell
    title: str
    kind: str


def entries_of(table: Columns, label: Cell, day: dt.date | None) -> list[Entry]:
    """The figures between a label and the next ones, without item numbers and what its title says is no figure."""
    view, (row, column) = table.view, label
    first = view.ends.get(label, column) + 1
    below = [r for r, c in table.labels if c == column and r > row]
    following = min(below, default=max(view.feet.get(label, row) + 1, row + _usual_height(table, column)))
    last = max(min(following, row + _MOST_ROWS) - 1, row)
    found = []
    for r in range(row, last + 1):
        if r > row and (_ends(table, r) or _is_another_item(table, (r, column))):
            break
        for k in _columns(table, label, r, first):
            value = view.at(r, k)
            if (r, k) in view.covered or (r, k) in view.known or blank(value) or not plain_figure(value, table.book):
                continue
            role, _ = table.title_of(row, k)
            title = title_over(table, row, k)
            caption = _caption(table, r, k, label, first)
            if role in (OTHER, PEOPLE) and not caption:
                continue
            kind = title_kind(caption, day) if caption else title_kind(title, day)
            if caption and kind not in (PART, TOTAL) and title_kind(title, day) in (PART, TOTAL):
                kind = title_kind(title, day)
            if role in (PAST, CHANGE) and kind not in (PART, TOTAL):
                kind = PART
            found.append(Entry((r, k), (r - row, k - first), caption or title, kind))
    return found


def figures_under_the_labels_title(table: Columns) -> int | None:
    """A column of figures under 内容 or 项目, the title of labels: the titles have been moved against the columns."""
    for (r, c), _, _ in table.titles:
        if _OF_LABELS.fullmatch(squeeze(str(table.view.at(r, c)))) and c not in table.label_columns:
            rows = [row for row, _ in table.labels if row > r]
            held = sum(isinstance(table.view.at(row, c), (int, float)) for row in rows)
            if held * 2 > len(rows):
                return c
    return None


def _usual_height(table: Columns, column: int) -> int:
    """How many rows an item mostly has in a column of labels: so many has the last one too."""
    rows = sorted(r for r, c in table.labels if c == column)
    heights = Counter(b - a for a, b in pairwise(rows))
    return heights.most_common(1)[0][0] if heights else 1


def _columns(table: Columns, label: Cell, row: int, first: int) -> Iterable[int]:
    """The columns of a label's room; below its own row likewise, up to the next label's."""
    zone = table.zones[label]
    if row == label[0]:
        return zone
    following = next((c for c in table.in_row.get(label[0], ()) if c >= first), None)
    stop = following if following is not None else next((c for c in table.label_columns if c > first), table.view.width)
    return [k for k in range(first, stop) if not (k in table.number_columns and stop < table.view.width)]


def _ends(table: Columns, row: int) -> bool:
    """Whether a row below a label is no more its own: a heading, a note, another label."""
    known = table.view.known
    return any(known[cell].kind in (HEADING, NOTE, LABEL) or (known[cell].kind == REMARK)
               for cell in ((row, k) for k in range(table.view.width)) if cell in known) and row not in table.in_row \
        and any(known[(row, k)].kind in (NOTE, HEADING) for k in range(table.view.width) if (row, k) in known)


def _is_another_item(table: Columns, cell: Cell) -> bool:
    """Whether words that are no caption stand in the place of a label, or an item number before it: another item's row."""
    value = table.view.at(*cell)
    before = [k for k in table.number_columns if k < cell[1] and not any(k < c < cell[1] for c in table.label_columns)]
    if any(item_number(table.view.at(cell[0], k)) is not None for k in before if (cell[0], k) not in table.view.covered):
        return True
    return isinstance(value, str) and bool(value.strip()) and cell not in table.view.covered and title_kind(value) not in (PART, TOTAL)


def title_over(table: Columns, row: int, column: int) -> str:
    """The texts above a column in the rows of titles nearest above a label, joined from the top down."""
    rows = sorted({r for (r, _), _, _ in table.titles if r < row})
    if rows:
        last = rows[-1]
        span = [last]
        while span[0] - 1 in rows or (span[0] - 1 >= 0 and span[0] - 1 not in table.in_row and _is_title_row(table, span[0] - 1)):
            span.insert(0, span[0] - 1)
        below = last + 1
        while below < row and below not in table.in_row and _is_title_row(table, below):
            span.append(below)
            below += 1
    else:
        first = min(table.in_row)
        span = [first - 1] if first > 0 and _is_title_row(table, first - 1) else []
    parts = []
    for r in span:
        top, left = _origin(table, r, column)
        value = table.view.at(top, left)
        if isinstance(value, str) and value.strip() and len(value) <= _LONGEST_TITLE and (top, left) not in parts:
            parts.append((top, left))
    return "".join(squeeze(str(table.view.at(*cell))) for cell in dict.fromkeys(parts))


def _origin(table: Columns, row: int, column: int) -> Cell:
    """The first cell of the merged range that a cell lies in."""
    if (row, column) not in table.view.covered:
        return row, column
    for (r, c), end in table.view.ends.items():
        if r <= row <= table.view.feet[r, c] and c <= column <= end:
            return r, c
    return row, column


def _is_title_row(table: Columns, row: int) -> bool:
    """Whether a row above the labels holds short words side by side: no title of the form, no line of unit and date."""
    view = table.view
    texts = [(k, value) for k in range(view.width) if isinstance(value := view.at(row, k), str) and value.strip()]
    wide = any(view.ends.get((row, k), k) - k + 1 > max(view.width // 2, 2) for k, _ in texts)
    lines = any(_DATE.search(text) or "单位)" in squeeze(text) or _HEADING_FIELD.search(text) or len(text) > _LONGEST_TITLE
                for _, text in texts)
    return bool(texts) and not wide and not lines and all(view.known.get((row, k)) is None or view.known[row, k].kind == COLUMN
                                                          for k, _ in texts)


def _caption(table: Columns, row: int, column: int, label: Cell, first: int) -> str:
    """The words in the row of a figure that say what it is: 本周 before it, 累计 behind it, 累计 in the place of the label below."""
    view = table.view
    parts = []
    if row != label[0]:
        under = view.at(row, label[1])
        if isinstance(under, str) and under.strip() and (row, label[1]) not in view.covered and len(under) <= _LONGEST_TITLE:
            parts.append(under)
    for k in (column - 1, column + 1):
        value = view.at(row, k)
        if k < first or (row, k) in table.labels or not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TITLE:
            continue
        meaning = view.known.get((row, k))
        if meaning is not None and meaning.kind != COLUMN:
            continue
        if table.title_of(row, k)[0] in (OTHER, PEOPLE) or (meaning is None and re.search(r"\d", value) and not _WHEN.search(value)):
            continue  # a remark: 含上月2家
        if plain_figure(value, table.book) or unit_word(value, table.book.words):
            continue
        if title_kind(value) in (PART, TOTAL):
            parts.append(value)
    return "".join(map(squeeze, parts[:1]))


def day_above(table: Columns, year: int) -> dt.date | None:
    """The day that is above the table, by which a dated title is judged."""
    first = min(table.in_row)
    for r in range(first):
        for k in range(table.view.width):
            value = table.view.at(r, k)
            if isinstance(value, dt.date):
                return value.date() if isinstance(value, dt.datetime) else value
            if isinstance(value, str) and (written := _DATE.search(value)):
                reading = parse_date(written[0], year)
                if reading and reading.date:
                    return reading.date
    return None
