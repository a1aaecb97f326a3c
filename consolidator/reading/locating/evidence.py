"""Every figure beside or under a label is accounted for: which one is the total is decided by evidence, or it is reported.

For each label, the figures between it and the next label are gathered with the titles above and the captions beside them.
Titles of what is not the total leave one; else arithmetic (earlier + new = total on every item that has all three) decides;
else the item is reported (``which-column``). Words beside a figure that put it in doubt are reported too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from consolidator.model.text import squeeze
from consolidator.notation.dates import parse_date
from consolidator.reading.locating.label_index import CHANGE, COLUMN, HEADING, LABEL, NOTE, OTHER, PAST, PEOPLE, REMARK
from consolidator.reading.locating.table_view import Cell, blank, item_number, plain_figure, unit_word
from consolidator.reading.locating.titles import (
    NEUTRAL,
    PART,
    TOTAL,
    UNKNOWN,
    UNTITLED,
    alone_is_doubtful,
    is_correction,
    is_past,
    is_present,
    title_kind,
)
from consolidator.reading.locating.value_cells import Place

if TYPE_CHECKING:
    from consolidator.reading.locating.table import Table

_MOST_ROWS = 6  # below a label that still are its own
_LONGEST_TITLE = 24
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_WHEN = re.compile(r"\d{1,2}[月./]\d{1,2}|第?\d{1,2}[周期月]")
_NEW = re.compile(r"[本当这今][周旬月季]|新增|净增|新发")
_HEADING_FIELD = re.compile(
    r"[:：]|^\s*(填报|填表|报送|上报|编报|填写|统计|制表|报告)(单位|部门|科室|名称|时间|日期)|^\s*(时间|日期)\s*$")
_OF_LABELS = re.compile(r"(?:调度|填报|工作|统计|检查)?(?:内容|项目|指标|事项)(?:名称)?")
_MONEY = re.compile(r"(?<![万亿千百十])元|￥|¥|RMB|人民币", re.I)


@dataclass(slots=True)
class Entry:
    """A figure near a label: its cell, how far right and down of the label, its title and what kind of title that is."""

    cell: Cell
    offset: Cell
    title: str
    kind: str


def weigh(table: Table, places: dict[Cell, Place], year: int) -> bool:
    """Sets, in ``places``, the cell that the evidence names, or a doubt. Returns whether any label had more than one figure."""
    day = _day_above(table, year)
    gathered = {cell: _entries(table, cell, day) for cell in places if cell not in table.inline}
    sums = _third_is_sum(table, gathered)
    presents, fallen = _beside_the_past(table, gathered)
    swapped = _new_above_total(table, gathered)
    common = Counter(one.cell[1] for entries in gathered.values() for one in entries)
    rare = {column for column, count in common.items() if count * 4 < len(gathered)}  # where a moved row alone has figures
    every = [one for entries in gathered.values() for one in entries]
    no_total = bool(every) and all(one.kind == PART and one.offset not in presents for one in every)  # the total's column is empty
    used = {one.cell[1] for one in every}
    titles = {k: _title(table, min(table.in_row), k) for k in range(table.view.width) if k not in used}
    moved = any(is_present(title) or title_kind(title, day) == TOTAL for title in titles.values())  # a title without its figures
    figures_under = _figures_under_the_labels_title(table)
    several = False
    for cell, entries in gathered.items():
        place = places[cell]
        if figures_under is not None and places[cell].cells:
            place.doubt, place.beside = "which-column", table.view.back((cell[0], figures_under))
            continue
        _look_beside(table, cell, place, entries)
        if place.doubt in ("shifted", "corrected-beside"):
            continue
        own = {one.cell for one in entries if table.view.back(one.cell) in place.cells}
        if len(place.cells) == 2 and len(own) == 2 and len(entries) == 2 and len({one.kind for one in entries} & {PART, TOTAL}) < 2:
            _money_title(table, place, entries)
            continue  # the two figures of the item, a cell each
        if len(entries) > 1:
            several = True
        if len(entries) == 1 and place.doubt != "misplaced":
            if no_total or table.view.back(entries[0].cell) in place.cells:
                _alone(table, place, entries[0], presents)
        elif len(entries) > 1:
            _choose(table, place, entries, sums | presents, rare, swapped=swapped, moved=moved)
            below = [one for one in entries if one.offset in fallen]
            if below and not place.doubt and place.cells == [table.view.back(one.cell) for one in below]:
                place.doubt, place.beside = "which-column", table.view.back(next(one.cell for one in entries if one not in below))
        _money_title(table, place, entries)
    return several


def _entries(table: Table, label: Cell, day: dt.date | None) -> list[Entry]:
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
            role, _ = table._title_of(row, k)
            title = _title(table, row, k)
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


def _figures_under_the_labels_title(table: Table) -> int | None:
    """A column of figures under 内容 or 项目, the title of labels: the titles have been moved against the columns."""
    for (r, c), _, _ in table.titles:
        if _OF_LABELS.fullmatch(squeeze(str(table.view.at(r, c)))) and c not in table.label_columns:
            rows = [row for row, _ in table.labels if row > r]
            held = sum(isinstance(table.view.at(row, c), (int, float)) for row in rows)
            if held * 2 > len(rows):
                return c
    return None


def _usual_height(table: Table, column: int) -> int:
    """How many rows an item mostly has in a column of labels: so many has the last one too."""
    rows = sorted(r for r, c in table.labels if c == column)
    heights = Counter(b - a for a, b in pairwise(rows))
    return heights.most_common(1)[0][0] if heights else 1


def _columns(table: Table, label: Cell, row: int, first: int) -> Iterable[int]:
    """The columns of a label's room; below its own row likewise, up to the next label's."""
    zone = table.zones[label]
    if row == label[0]:
        return zone
    following = next((c for c in table.in_row.get(label[0], ()) if c >= first), None)
    stop = following if following is not None else next((c for c in table.label_columns if c > first), table.view.width)
    return [k for k in range(first, stop) if not (k in table.number_columns and stop < table.view.width)]


def _ends(table: Table, row: int) -> bool:
    """Whether a row below a label is no more its own: a heading, a note, another label."""
    known = table.view.known
    return any(known[cell].kind in (HEADING, NOTE, LABEL) or (known[cell].kind == REMARK)
               for cell in ((row, k) for k in range(table.view.width)) if cell in known) and row not in table.in_row \
        and any(known[(row, k)].kind in (NOTE, HEADING) for k in range(table.view.width) if (row, k) in known)


def _is_another_item(table: Table, cell: Cell) -> bool:
    """Whether words that are no caption stand in the place of a label, or an item number before it: another item's row."""
    value = table.view.at(*cell)
    before = [k for k in table.number_columns if k < cell[1] and not any(k < c < cell[1] for c in table.label_columns)]
    if any(item_number(table.view.at(cell[0], k)) is not None for k in before if (cell[0], k) not in table.view.covered):
        return True
    return isinstance(value, str) and bool(value.strip()) and cell not in table.view.covered and title_kind(value) not in (PART, TOTAL)


def _title(table: Table, row: int, column: int) -> str:
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


def _origin(table: Table, row: int, column: int) -> Cell:
    """The first cell of the merged range that a cell lies in."""
    if (row, column) not in table.view.covered:
        return row, column
    for (r, c), end in table.view.ends.items():
        if r <= row <= table.view.feet[r, c] and c <= column <= end:
            return r, c
    return row, column


def _is_title_row(table: Table, row: int) -> bool:
    """Whether a row above the labels holds short words side by side: no title of the form, no line of unit and date."""
    view = table.view
    texts = [(k, value) for k in range(view.width) if isinstance(value := view.at(row, k), str) and value.strip()]
    wide = any(view.ends.get((row, k), k) - k + 1 > max(view.width // 2, 2) for k, _ in texts)
    lines = any(_DATE.search(text) or "单位)" in squeeze(text) or _HEADING_FIELD.search(text) or len(text) > _LONGEST_TITLE
                for _, text in texts)
    return bool(texts) and not wide and not lines and all(view.known.get((row, k)) is None or view.known[row, k].kind == COLUMN
                                                          for k, _ in texts)


def _caption(table: Table, row: int, column: int, label: Cell, first: int) -> str:
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
        if table._title_of(row, k)[0] in (OTHER, PEOPLE) or (meaning is None and re.search(r"\d", value) and not _WHEN.search(value)):
            continue  # a remark: 含上月2家
        if plain_figure(value, table.book) or unit_word(value, table.book.words):
            continue
        if title_kind(value) in (PART, TOTAL):
            parts.append(value)
    return "".join(map(squeeze, parts[:1]))


def _alone(table: Table, place: Place, entry: Entry, presents: set[Cell]) -> None:
    """A single figure is the total unless its title says that it is not; 本期 is where there is a column 上期, be it blank."""
    if is_present(entry.title) and (entry.offset in presents or any(is_past(_title(table, entry.cell[0], k))
                                                                    for k in range(table.view.width))):
        return
    if (entry.kind == PART or alone_is_doubtful(entry.title)) and not place.doubt:
        place.doubt, place.beside = "only-changes", table.view.back(entry.cell)
        place.cells, place.values = [table.view.back(entry.cell)], [table.view.at(*entry.cell)]


def _choose(table: Table, place: Place, entries: list[Entry], named: set[Cell], rare: set[int], *, swapped: bool,
            moved: bool) -> None:
    """The entry that titles or arithmetic name; else a doubt with the cells of all."""
    view = table.view
    left = [one for one in entries if one.kind != PART]
    totals = [one for one in left if one.kind == TOTAL]
    chosen: Entry | None = None
    if len(left) == 1:
        chosen = left[0]
    elif len(totals) == 1 and all(one.kind == NEUTRAL for one in left if one is not totals[0]):
        chosen = totals[0]
    by_sum = [one for one in entries if one.offset in named]
    if len(by_sum) == 1 and (chosen is None or chosen is not by_sum[0]):
        chosen = by_sum[0] if chosen is None else None
    elif not left:
        place.doubt, place.beside = "only-changes", view.back(entries[0].cell)
        return
    if chosen is not None and chosen.kind == UNTITLED and (
            moved or chosen.cell[1] in rare or any(one.kind == UNTITLED for one in entries if one is not chosen)):
        chosen = None
    if chosen is None or (swapped and chosen.kind == TOTAL):
        two = len(place.cells) == 2 and all(any(view.back(one.cell) == at for one in entries) for at in place.cells)
        beside = [one for one in entries if view.back(one.cell) not in place.cells]
        if two and not beside:
            return
        place.doubt = "which-column"
        place.beside = view.back((beside or entries)[0].cell)
        return
    if len(place.cells) == 2 and any(view.back(chosen.cell) == at for at in place.cells) and chosen.kind != TOTAL:
        return
    if place.cells != [view.back(chosen.cell)]:
        half = _other_half(entries, chosen, place)
        place.cells = [view.back(one.cell) for one in (chosen, *half)]
        place.values = [view.at(*one.cell) for one in (chosen, *half)]
    place.doubt = "" if place.doubt in ("which-column", "misplaced", "only-changes") else place.doubt
    if chosen.kind == UNKNOWN and not by_sum and not place.doubt:
        place.doubt, place.title = "title-unknown", chosen.title


def _other_half(entries: list[Entry], chosen: Entry, place: Place) -> list[Entry]:
    """The second figure of a two-figure item right behind the chosen one, under the same title."""
    after = (chosen.cell[0], chosen.cell[1] + 1)
    return [one for one in entries if len(place.cells) == 2 and one.cell == after and one.kind == chosen.kind]


def _new_above_total(table: Table, gathered: dict[Cell, list[Entry]]) -> bool:
    """Whether on most items what is new is more than the total: the titles stand over each other's columns."""
    above = []
    for entries in gathered.values():
        totals = [value for one in entries if one.kind == TOTAL and (value := _number(table, one)) is not None]
        new = [value for one in entries if one.kind == PART and _NEW.search(one.title) and (value := _number(table, one)) is not None]
        if len(totals) == len(new) == 1:
            above.append(new[0] > totals[0])
    return sum(above) * 2 > len(above)


def _beside_the_past(table: Table, gathered: dict[Cell, list[Entry]]) -> tuple[set[Cell], set[Cell]]:
    """The places of 本期 beside 上期: where it is mostly no lower, what grows is the total since the beginning; and the places,
    under whatever title, that are lower than 上期 on most items: the titles do not belong to the columns.
    """
    pairs: dict[Cell, list[bool]] = {}
    named: set[Cell] = set()
    for entries in gathered.values():
        past = [one for one in entries if is_past(one.title)]
        present = [one for one in entries if is_present(one.title)]
        named.update(one.offset for one in present)
        present = present or [one for one in entries if one.kind != PART]
        if len(past) == len(present) == 1:
            then, now = _number(table, past[0]), _number(table, present[0])
            holds = pairs.setdefault(present[0].offset, [])
            if then is not None and now is not None:
                holds.append(now >= then)
    return ({offset for offset, holds in pairs.items() if offset in named and sum(holds) * 3 >= len(holds) * 2},
            {offset for offset, holds in pairs.items() if len(holds) > 2 and sum(holds) * 2 < len(holds)})


def _number(table: Table, entry: Entry) -> float | None:
    value = table.view.at(*entry.cell)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    found = re.findall(r"\d+(?:\.\d+)?", squeeze(value)) if isinstance(value, str) else []
    return float(found[0]) if len(found) == 1 else None


def _third_is_sum(table: Table, gathered: dict[Cell, list[Entry]]) -> set[Cell]:
    """The place (right, down) whose figure is the sum of the two others on every item that has all three."""
    by_shape: dict[tuple[Cell, ...], list[list[float]]] = {}
    for entries in gathered.values():
        numbers = [number for one in entries if (number := _number(table, one)) is not None]
        if len(entries) == len(numbers) == 3:
            by_shape.setdefault(tuple(one.offset for one in entries), []).append(numbers)
    found: set[Cell] = set()
    for shape, rows in by_shape.items():
        if sum(all(row) for row in rows) < 2:
            continue
        sums = [k for k in range(3) if all(abs(row[k] - sum(row[:k] + row[k + 1:])) < 1e-6 for row in rows)]
        if len(sums) == 1:
            found.add(shape[sums[0]])
    return found


def _look_beside(table: Table, label: Cell, place: Place, entries: list[Entry]) -> None:
    """Words beside a figure that put it in doubt: 应为63, 待核实, a column 更正数 that is filled."""
    view, row = table.view, label[0]
    if all(blank(value) for value in place.values):
        return
    for k in range(view.ends.get(label, label[1]) + 1, _stop(table, label)):
        value = view.at(row, k)
        if not isinstance(value, str) or view.back((row, k)) in place.cells or (row, k) in table.labels or not value.strip():
            continue
        meaning = view.known.get((row, k))
        if meaning is not None and meaning.kind == LABEL:
            continue
        if is_correction(value) and len(value) <= 60 and not plain_figure(value, table.book):
            place.doubt, place.beside = "corrected-beside", view.back((row, k))
            return
    for one in entries:
        if view.back(one.cell) not in place.cells and is_correction(one.title):
            place.doubt, place.beside = "corrected-beside", view.back(one.cell)
            return


def _stop(table: Table, label: Cell) -> int:
    first = table.view.ends.get(label, label[1]) + 1
    following = next((c for c in table.in_row[label[0]] if c >= first), None)
    return following if following is not None else next((c for c in table.label_columns if c > first), table.view.width)


def _money_title(table: Table, place: Place, entries: list[Entry]) -> None:
    """元 in the title of a column of amounts, where the form's unit is 万元."""
    if place.unit:
        return
    back = table.view.back
    for one in entries:
        if back(one.cell) in place.cells and _MONEY.search(one.title) and not any(unit in one.title for unit in ("万元", "亿元")):
            last = len(place.cells) < 2 or back(one.cell) == place.cells[-1]
            if last and "元" not in table.book.units:
                place.unit = "元"


def _day_above(table: Table, year: int) -> dt.date | None:
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
