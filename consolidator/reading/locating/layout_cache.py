"""Layouts that were understood before: thousands of forms are filled in from a few blanks.

Where everything in the table but the values is the same, and no value had a say in how it was understood, the figures stand
where they stood in the form before. Anything else is understood anew (``locating.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from consolidator.model.grid import CellValue, Grid
from consolidator.reading.locating.label_index import COLUMN, PEOPLE, REMARK, Book, Meaning
from consolidator.reading.locating.table_view import Cell, blank, unit_word
from consolidator.reading.locating.value_cells import Place

if TYPE_CHECKING:
    from consolidator.reading.locating.table import Table

_MOST_SHAPES, _MOST_ALIKE = 256, 16

Cells = Sequence[CellValue]  # of a grid, row behind row
Pick = Callable[[Cells], tuple[CellValue, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is in a form.

    ``known`` is what the printed texts mean, by cell. ``printed`` are these texts, ``fixed`` all other cells of the table and its
    titles but those of values: they must be the same (``ones`` are those with 0 or 1). Of ``others`` none may be a printed text;
    ``empty`` are those below the table in which nothing stood. ``values`` holds (slot, cells) of each label, ``figures`` for each
    figure of the form in its order (name, which of the values, which of that slot's figures), ``addresses`` the figures' cells
    as people say them.
    ``around`` are those in which it may stand whose form it is. ``items``, ``span``: see
    :class:`consolidator.reading.locating.locate.Located`.
    """

    known: dict[Cell, Meaning]
    pick_printed: Pick
    printed: tuple[CellValue, ...]
    pick_fixed: Pick
    fixed: tuple[CellValue, ...]
    _: KW_ONLY
    pick_ones: Pick
    pick_others: Pick
    pick_empty: Pick
    values: list[tuple[int, tuple[int, ...]]]
    figures: list[tuple[str, int, int]]
    addresses: dict[str, str]
    around: list[tuple[int, Cell]]
    items: frozenset[int]
    span: tuple[int, int]

    def fits(self, cells: Cells, book: Book) -> bool:
        """Whether a form with these cells is laid out so."""
        if self.pick_printed(cells) != self.printed or self.pick_fixed(cells) != self.fixed:
            return False
        for value in self.pick_others(cells):
            if value.__class__ is str and value and book.meaning(value) is not None:
                return False
        for value in self.pick_empty(cells):
            if value != "" and not blank(value):
                return False
        for _, at in self.values:
            value = cells[at[0]]
            # of a value in two cells position says which is which only where numbers stand in both
            if len(at) > 1 and not all(cells[k].__class__ in (int, float) for k in at):
                return False
            if value.__class__ is str and len(value) < 12 and unit_word(value, book.words):  # a unit beside its value
                return False
        return all(value.__class__ is not bool for value in self.pick_ones(cells))  # True is equal to 1, and no item number


def layout_of(grid: Grid, book: Book) -> tuple[Layout, Cells] | None:
    """The layout seen before that ``grid`` has, with the grid's cells; None where it has none."""
    width = _width(grid)
    alike = book.layouts.get(_shape(grid, width))
    if not alike:
        return None
    cells = _end_to_end(grid, width)
    for layout in alike:
        if layout.fits(cells, book):
            if layout is not alike[0]:
                alike.remove(layout)
                alike.insert(0, layout)
            return layout, cells
    return None


def remember(grid: Grid, known: dict[Cell, Meaning], places: Sequence[Place], span: tuple[int, int], table: Table) -> None:
    """Keep how ``grid`` was understood, a form with every item and nothing out of the ordinary.

    Only where no value had a say in that: each label has but the cells in which its value is to choose from, and no value
    is where an item number could. Then whatever the values are, the same is understood; what else lies in the table is fixed.
    """
    book, width = table.book, _width(grid)
    figures = _figures(places, book)
    taken = frozenset(cell for place in places for cell in place.cells)
    top = min([span[0], *(row for (row, _), _, _ in table.titles)])
    inside = [(row, column) for row in range(top, span[1] + 1) for column in range(width)]
    fixed = [cell for cell in inside if cell not in known and cell not in taken]
    below = [(span[1] + 1, column) for column in range(width) if span[1] + 1 < len(grid.rows)]
    empty = [cell for cell in below if cell not in known and blank(grid.value(*cell))]
    columns = {column for _, column in taken}
    if (figures is None or not taken <= set(inside) or set(table.spare) - taken or _before_labels(table, taken)
            or any(place.values != [grid.value(*cell) for cell in place.cells] for place in places)
            or any(column in columns and not blank(grid.value(row, column)) for row, column in fixed if row >= span[0])
            or any(grid.value(*cell).__class__ is bool for cell in fixed)
            or any(meaning.kind == REMARK or meaning.role == PEOPLE for (row, _), meaning in known.items()
                   if span[0] <= row <= span[1])):  # a telephone number beside its label is no value, a blank is
        return
    cells = _end_to_end(grid, width)

    def picker(wanted: Iterable[Cell]) -> Pick:
        return _picker([row * width + column for row, column in wanted])

    others = {(row, column) for row in range(len(grid.rows)) for column in range(width)}.difference(known, fixed)
    printed, decided = picker(known), picker(fixed)
    layout = Layout(
        known, printed, printed(cells), decided, decided(cells), pick_ones=picker([cell for cell in fixed if grid.value(*cell) in (0, 1)]),
        pick_others=picker(sorted(others)), pick_empty=picker(empty),
        values=[(place.slot, tuple(row * width + column for row, column in place.cells)) for place in places], figures=figures,
        addresses={name: grid.address(*places[n].cells[min(k, len(places[n].cells) - 1)]) for name, n, k in figures},
        around=_around(grid, known, span, width), items=frozenset(book.slots[place.slot].running for place in places), span=span)
    if len(book.layouts) >= _MOST_SHAPES:
        book.layouts.clear()
    alike = book.layouts.setdefault(_shape(grid, width), [])
    alike.insert(0, layout)
    del alike[_MOST_ALIKE:]


def _before_labels(table: Table, taken: Collection[Cell]) -> bool:
    """Whether a value is the last that is before a label: there a number may be taken for the label's own."""
    for row, columns in table.in_row.items():
        for column in columns:
            before = column - 1
            while before >= 0 and (row, before) not in taken and blank(table.view.at(row, before)):
                before -= 1
            if (row, before) in taken:
                return True
    return False


def _figures(places: Sequence[Place], book: Book) -> list[tuple[str, int, int]] | None:
    """Where each figure is found, in the form's order; None where one is in several places or in none."""
    found: dict[str, tuple[int, int]] = {}
    for n, place in enumerate(places):
        for k, figure in enumerate(book.slots[place.slot].item.figures):
            if figure.name in found:
                return None
            found[figure.name] = (n, k)
    return [(name, *found[name]) for name in book.printed] if found.keys() == book.printed.keys() else None


def _around(grid: Grid, known: dict[Cell, Meaning], span: tuple[int, int], width: int) -> list[tuple[int, Cell]]:
    """The cells above and below the rows ``span`` that may hold whose form it is: no labels, headings or notes."""
    return [(row * width + column, (row, column)) for row in range(len(grid.rows)) for column in range(width)
            if not span[0] < row <= span[1]
            and ((row, column) not in known or known[row, column].kind in (REMARK, COLUMN))]


def _shape(grid: Grid, width: int) -> tuple:
    return grid.__class__, grid.word_table, len(grid.rows), width, tuple(grid.merged)


def _width(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0)


def _end_to_end(grid: Grid, width: int) -> list[CellValue]:
    """The cells row behind row, each row as wide as the widest."""
    cells: list[CellValue] = []
    for row in grid.rows:
        cells += row
        if len(row) < width:
            cells += [""] * (width - len(row))
    return cells


def _picker(wanted: Sequence[int]) -> Pick:
    """What takes the cells of these numbers out of many, as a tuple."""
    if len(wanted) > 1:
        return itemgetter(*wanted)
    return lambda cells: tuple(cells[k] for k in wanted)
