"""Grid + Form → the cells of each item: by label, wherever it stands, never by fixed position.

A value stands between its label and the next label or item number: to the right, or, in a form that runs across, below; or
behind a colon in the label's own cell. An item number is never a value (design.md “Locating”).
"""

from __future__ import annotations

from dataclasses import dataclass

from consolidator.reading.columns import Table
from consolidator.reading.grid import CellValue, Grid
from consolidator.reading.labels import HEADING, LABEL, NOTE, PEOPLE, REMARK, Book, Meaning
from consolidator.reading.places import Place
from consolidator.reading.view import Cell, View, blank, plain_figure


@dataclass(slots=True)
class Located:
    """What was found of the form in one grid.

    ``known`` are the cells with printed text, ``items`` counts the different items, ``span`` is the first and the last row of the
    table, ``turned`` says that values stand below their labels.
    """

    grid: Grid
    places: list[Place]
    known: dict[Cell, Meaning]
    items: int
    span: tuple[int, int]
    turned: bool


@dataclass(slots=True)
class _Plan:
    """How a layout was understood, to be taken again where the same labels stand in the same cells (see :func:`_follow`)."""

    places: list[tuple[int, Cell, tuple[Cell, ...]]]
    same: list[tuple[Cell, CellValue]]
    empty: list[Cell]
    items: int
    span: tuple[int, int]
    turned: bool


_plans: dict[tuple, _Plan] = {}


def locate(grid: Grid, book: Book) -> Located | None:
    """The labels of the form in ``grid`` and where their values stand; None where there is no label at all."""
    known: dict[Cell, Meaning] = {}
    signature: list = [id(book)]
    any_label = False
    for r, row in enumerate(grid.rows):
        for c, value in enumerate(row):
            if value.__class__ is str and value:
                meaning = book.meaning(value)
                if meaning is not None:
                    known[r, c] = meaning
                    signature += (r, c, value)
                    any_label = any_label or meaning.kind == LABEL
    if not any_label:
        return None
    key = (tuple(signature), frozenset(grid.merged), max(map(len, grid.rows)))
    plan = _plans.get(key)
    if plan is not None:
        found = _follow(plan, grid, known)
        if found is not None:
            return found
    _mark_people(grid, known)
    labels, unsure = _which(known, book)
    _drop_explained(known, labels, book)
    _guess(grid, book, known, labels)
    table = Table(View(grid.rows, grid.merged, known), book, labels)
    if table.empty_zones():
        turned = Table(table.view.turn(), book, {(c, r): slot for (r, c), slot in labels.items()})
        if _runs_across(table, turned):
            table = turned
    places = table.places()
    for place in places:
        if place.label in unsure:
            place.doubt, place.beside = "shifted", place.cells[0]
    found = Located(grid, places, known, _count_items(labels, book), _span(places), table.view.turned)
    _remember(key, found, table)
    return found


def _span(places: list[Place]) -> tuple[int, int]:
    rows = [place.label[0] for place in places]
    return min(rows), max(*rows, *(row for place in places for row, _ in place.cells))


def _runs_across(table: Table, turned: Table) -> bool:
    """Whether values stand below their labels: more of them are found there, or, in an empty form, hardly any room beside."""
    beside, below = table.filled_zones(), turned.filled_zones()
    if beside != below:
        return below > beside and turned.empty_zones() < table.empty_zones()
    return turned.empty_zones() * 2 < table.empty_zones()


def _mark_people(grid: Grid, known: dict[Cell, Meaning]) -> None:
    """What stands beside 填表人 or 联系电话 is theirs: a telephone number is no figure."""
    for (r, c), meaning in list(known.items()):
        if (meaning.kind == REMARK or meaning.role == PEOPLE) and "单位" not in grid.rows[r][c]:
            beside = next((k for k in range(c + 1, len(grid.rows[r])) if not blank(grid.rows[r][k])), -1)
            if beside > 0:
                known.setdefault((r, beside), Meaning(REMARK))


def _which(known: dict[Cell, Meaning], book: Book) -> tuple[dict[Cell, int], set[Cell]]:
    """The slot of each label, and the labels of which it is not sure.

    A label that several sections print belongs to the section that the heading or the label before it is of. That is sure
    where each of those sections then has it once, in the form's order.
    """
    labels: dict[Cell, int] = {}
    repeated: dict[tuple[int, ...], list[Cell]] = {}
    section = -1
    for cell, meaning in known.items():
        if meaning.kind == HEADING:
            section = meaning.section
        elif meaning.kind == LABEL:
            slots = meaning.slots
            if len(slots) > 1:
                repeated.setdefault(slots, []).append(cell)
                labels[cell] = next((k for k in slots if book.slots[k].section == section), slots[0])
            else:
                labels[cell] = slots[0]
                section = book.slots[slots[0]].section
    unsure = {cell for slots, cells in repeated.items() if [labels[cell] for cell in cells] != list(slots) for cell in cells}
    return labels, unsure


def _drop_explained(known: dict[Cell, Meaning], labels: dict[Cell, int], book: Book) -> None:
    """Takes out labels that are but explained (“…总数：指…”) where the item itself stands elsewhere."""
    bare = {slot for cell, slot in labels.items() if not known[cell].rest}
    for cell, slot in list(labels.items()):
        rest = known[cell].rest
        if rest and slot in bare and not plain_figure(rest, book):
            del labels[cell]
            known[cell] = Meaning(NOTE)


def _items_of(slots: set[int], book: Book) -> set[int]:
    """The running numbers of the items that ``slots`` belong to."""
    return {book.slots[k].running for k in slots}


def _count_items(labels: dict[Cell, int], book: Book) -> int:
    return len(_items_of(set(labels.values()), book))


def _guess(grid: Grid, book: Book, known: dict[Cell, Meaning], labels: dict[Cell, int]) -> None:
    """Adds labels written with a slip, where one item alone can be meant and it stands nowhere as printed."""
    found = set(labels.values())
    if _count_items(labels, book) == book.items:
        return
    running = _items_of(found, book)
    found |= {k for k, slot in enumerate(book.slots) if slot.running in running}
    guesses: dict[int, list[Cell]] = {}
    for r, row in enumerate(grid.rows):
        for c, value in enumerate(row):
            if value.__class__ is str and 4 <= len(value) <= 120 and (r, c) not in known:
                slot = book.guess(value, found)
                if slot is not None:
                    guesses.setdefault(slot, []).append((r, c))
    for slot, cells in guesses.items():
        if len(cells) == 1:
            labels[cells[0]] = slot
            known[cells[0]] = Meaning(LABEL, (slot,), guessed=True)


def _remember(key: tuple, found: Located, table: Table) -> None:
    """Keeps how this layout was understood, unless anything in it was out of the ordinary: an item missing here may be one with
    a slip in its label in the next file."""
    if found.items < table.book.items or table.empty_zones() or table.inline \
            or any(place.doubt or place.guessed or place.unit for place in found.places):
        return
    back, view = table.view.back, table.view
    taken = {cell for place in found.places for cell in place.cells}
    plan = _Plan([(place.slot, place.label, tuple(place.cells)) for place in found.places],
                 [(back(cell), view.at(*cell)) for cell in table.fixed],
                 [cell for cell in map(back, table.spare) if cell not in taken], found.items, found.span, found.turned)
    if all(blank(found.grid.value(*cell)) for cell in plan.empty):
        if len(_plans) >= 256:
            _plans.clear()
        _plans[key] = plan


def _follow(plan: _Plan, grid: Grid, known: dict[Cell, Meaning]) -> Located | None:
    """The values of a layout seen before; None where a cell that decided how it was understood is different here."""
    value = grid.value
    for cell, content in plan.same:
        if value(*cell) != content:
            return None
    for cell in plan.empty:
        if not blank(value(*cell)):
            return None
    places = []
    for slot, label, cells in plan.places:
        values = [value(*cell) for cell in cells]
        if len(values) > 1 and not all(one.__class__ in (int, float) for one in values):
            return None
        places.append(Place(slot, label, list(cells), values))
    return Located(grid, places, known, plan.items, plan.span, plan.turned)
