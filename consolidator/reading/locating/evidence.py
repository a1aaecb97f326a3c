"""Every figure beside or under a label is accounted for: which one is the total is decided by evidence, or it is reported.

For each label, the figures between it and the next label are gathered with the titles above and the captions beside them.
Titles of what is not the total leave one; else arithmetic (earlier + new = total on every item that has all three) decides;
else the item is reported (``which-column``). Words beside a figure that put it in doubt are reported too.
"""

from __future__ import annotations

import re
from collections import Counter

from consolidator.model.text import squeeze
from consolidator.reading.locating.beside import (
    Entry,
    day_above,
    entries_of,
    figures_under_the_labels_title,
    title_over,
)
from consolidator.reading.locating.columns import Columns
from consolidator.reading.locating.label_index import LABEL
from consolidator.reading.locating.table_view import Cell, blank, plain_figure
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

_NEW = re.compile(r"[本当这今][周旬月季]|新增|净增|新发")
_MONEY = re.compile(r"(?<![万亿千百十])元|￥|¥|RMB|人民币", re.I)


def weigh(table: Columns, places: dict[Cell, Place], year: int) -> bool:
    """Sets, in ``places``, the cell that the evidence names, or a doubt. Returns whether any label had more than one figure."""
    day = day_above(table, year)
    gathered = {cell: entries_of(table, cell, day) for cell in places if cell not in table.inline}
    sums = _third_is_sum(table, gathered)
    presents, fallen = _beside_the_past(table, gathered)
    swapped = _new_above_total(table, gathered)
    common = Counter(one.cell[1] for entries in gathered.values() for one in entries)
    rare = {column for column, count in common.items() if count * 4 < len(gathered)}  # where a moved row alone has figures
    every = [one for entries in gathered.values() for one in entries]
    no_total = bool(every) and all(one.kind == PART and one.offset not in presents for one in every)  # the total's column is empty
    used = {one.cell[1] for one in every}
    titles = {k: title_over(table, min(table.in_row), k) for k in range(table.view.width) if k not in used}
    moved = any(is_present(title) or title_kind(title, day) == TOTAL for title in titles.values())  # a title without its figures
    figures_under = figures_under_the_labels_title(table)
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


def _alone(table: Columns, place: Place, entry: Entry, presents: set[Cell]) -> None:
    """A single figure is the total unless its title says that it is not; 本期 is where there is a column 上期, be it blank."""
    if is_present(entry.title) and (entry.offset in presents or any(is_past(title_over(table, entry.cell[0], k))
                                                                    for k in range(table.view.width))):
        return
    if (entry.kind == PART or alone_is_doubtful(entry.title)) and not place.doubt:
        place.doubt, place.beside = "only-changes", table.view.back(entry.cell)
        place.cells, place.values = [table.view.back(entry.cell)], [table.view.at(*entry.cell)]


def _choose(table: Columns, place: Place, entries: list[Entry], named: set[Cell], rare: set[int], *, swapped: bool,
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


def _new_above_total(table: Columns, gathered: dict[Cell, list[Entry]]) -> bool:
    """Whether on most items what is new is more than the total: the titles stand over each other's columns."""
    above = []
    for entries in gathered.values():
        totals = [value for one in entries if one.kind == TOTAL and (value := _number(table, one)) is not None]
        new = [value for one in entries if one.kind == PART and _NEW.search(one.title) and (value := _number(table, one)) is not None]
        if len(totals) == len(new) == 1:
            above.append(new[0] > totals[0])
    return sum(above) * 2 > len(above)


def _beside_the_past(table: Columns, gathered: dict[Cell, list[Entry]]) -> tuple[set[Cell], set[Cell]]:
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


def _number(table: Columns, entry: Entry) -> float | None:
    value = table.view.at(*entry.cell)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    found = re.findall(r"\d+(?:\.\d+)?", squeeze(value)) if isinstance(value, str) else []
    return float(found[0]) if len(found) == 1 else None


def _third_is_sum(table: Columns, gathered: dict[Cell, list[Entry]]) -> set[Cell]:
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


def _look_beside(table: Columns, label: Cell, place: Place, entries: list[Entry]) -> None:
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


def _stop(table: Columns, label: Cell) -> int:
    first = table.view.ends.get(label, label[1]) + 1
    following = next((c for c in table.in_row[label[0]] if c >= first), None)
    return following if following is not None else next((c for c in table.label_columns if c > first), table.view.width)


def _money_title(table: Columns, place: Place, entries: list[Entry]) -> None:
    """元 in the title of a column of amounts, where the form's unit is 万元."""
    if place.unit:
        return
    back = table.view.back
    for one in entries:
        if back(one.cell) in place.cells and _MONEY.search(one.title) and not any(unit in one.title for unit in ("万元", "亿元")):
            last = len(place.cells) < 2 or back(one.cell) == place.cells[-1]
            if last and "元" not in table.book.units:
                place.unit = "元"
