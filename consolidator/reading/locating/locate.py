"""Grid + Form → the cells of each item: by label, wherever it is, never by fixed position.

A value is between its label and the next label or item number: to the right, or, in a form that runs across, below; or
behind a colon in the label's own cell. An item number is never a value (design.md “Locating”).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

from consolidator.model.grid import Grid
from consolidator.reading.locating.label_index import HEADING, LABEL, NOTE, PEOPLE, REMARK, Book, Meaning
from consolidator.reading.locating.layout_cache import Cells, Layout, layout_of, remember
from consolidator.reading.locating.slips import same_letters
from consolidator.reading.locating.split_labels import join_split_labels
from consolidator.reading.locating.table import Table
from consolidator.reading.locating.table_view import Cell, View, blank, plain_figure
from consolidator.reading.locating.value_cells import Place


@dataclass(slots=True)
class Located:
    """What was found of the form in one grid.

    ``known`` are the cells with printed text, ``items`` the running numbers of the items, ``span`` is the first and the last row
    of the table, ``turned`` says that values stand below their labels. Where the layout was seen before, ``layout`` and the
    grid's ``cells`` tell where the values are, and ``places`` is empty.
    """

    grid: Grid
    places: list[Place]
    known: dict[Cell, Meaning]
    items: frozenset[int]
    span: tuple[int, int]
    _: KW_ONLY
    turned: bool
    layout: Layout | None = None
    cells: Cells = ()


def locate(grid: Grid, book: Book) -> Located | None:
    """The labels of the form in ``grid`` and where their values stand; None where there is no label at all."""
    doubtful = grid.doubtful
    before = None if doubtful else layout_of(grid, book)
    if before is not None:
        layout, cells = before
        known = _with_people(grid, layout.known)
        return Located(grid, [], known, layout.items, layout.span, turned=False, layout=layout, cells=cells)
    printed = {(r, c): meaning for r, row in enumerate(grid.rows) for c, value in enumerate(row)
               if value.__class__ is str and value and (meaning := book.meaning(value)) is not None}
    if not any(meaning.kind == LABEL for meaning in printed.values()):
        return None
    known = dict(_with_people(grid, printed))
    if _items_of((slot for one in known.values() if one.kind == LABEL for slot in one.slots), book) != frozenset(range(1, book.items + 1)):
        join_split_labels(grid, book, known)
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
    found = Located(grid, places, known, _items_of(labels.values(), book), _span(places), turned=table.view.turned)
    if not doubtful and _is_usual(found, table):
        remember(grid, {cell: known[cell] for cell in printed}, places, found.span, table)
    return found


def _is_usual(found: Located, table: Table) -> bool:
    """Whether nothing is out of the ordinary: an item missing here may be one with a slip in its label in the next file."""
    return not (found.turned or table.several or len(found.items) < table.book.items or table.empty_zones() or table.inline
                or any(place.doubt or place.guessed or place.unit for place in found.places))


def _span(places: list[Place]) -> tuple[int, int]:
    rows = [place.label[0] for place in places]
    return min(rows), max(*rows, *(row for place in places for row, _ in place.cells))


def _runs_across(table: Table, turned: Table) -> bool:
    """Whether values stand below their labels: more of them are found there, or, in an empty form, hardly any room beside."""
    beside, below = table.filled_zones(), turned.filled_zones()
    if beside != below:
        return below > beside and turned.empty_zones() < table.empty_zones()
    return turned.empty_zones() * 2 < table.empty_zones()


def _with_people(grid: Grid, printed: dict[Cell, Meaning]) -> dict[Cell, Meaning]:
    """``printed`` and what is beside 填表人 or 联系电话, which is theirs: a telephone number is no figure."""
    theirs: dict[Cell, Meaning] = {}
    for (r, c), meaning in printed.items():
        if (meaning.kind == REMARK or meaning.role == PEOPLE) and "单位" not in str(grid.rows[r][c]):
            beside = next((k for k in range(c + 1, len(grid.rows[r])) if not blank(grid.rows[r][k])), -1)
            if beside > 0:
                theirs.setdefault((r, beside), Meaning(REMARK))
    return {**theirs, **printed} if theirs else printed


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
    """Takes out labels that are but explained (“…总数：指…”) where the item itself is elsewhere."""
    bare = {slot for cell, slot in labels.items() if not known[cell].rest}
    for cell, slot in list(labels.items()):
        rest = known[cell].rest
        if rest and slot in bare and not plain_figure(rest, book):
            del labels[cell]
            known[cell] = Meaning(NOTE)


def _items_of(slots: Iterable[int], book: Book) -> frozenset[int]:
    """The running numbers of the items that ``slots`` belong to."""
    return frozenset(book.slots[k].running for k in slots)


def _guess(grid: Grid, book: Book, known: dict[Cell, Meaning], labels: dict[Cell, int]) -> None:
    """Adds labels written with a slip, where one item alone can be meant and it is nowhere as printed."""
    found = set(labels.values())
    running = _items_of(found, book)
    if len(running) == book.items:
        return
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
            r, c = cells[0]
            printed = [label.joined for label in book.slots[slot].item.labels]
            printed_so = any(same_letters(str(grid.rows[r][c]), label) for label in printed)
            known[cells[0]] = Meaning(LABEL, (slot,), guessed="" if printed_so else "item-guessed")
