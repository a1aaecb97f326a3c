"""Layouts that were understood before: thousands of forms are filled in from a few blanks.

Where the same printed texts stand in the same cells, and no cell that had a say is different, the figures stand where
they stood in the form before. Anything else is understood anew (``locating.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from consolidator.reading.grid import CellValue, Grid
from consolidator.reading.labels import COLUMN, REMARK, Book, Meaning
from consolidator.reading.places import Place
from consolidator.reading.view import Cell, blank

_MOST_SHAPES, _MOST_ALIKE = 256, 16

Cells = Sequence[CellValue]  # of a grid, row behind row
Pick = Callable[[Cells], tuple[CellValue, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in a form.

    ``known`` is what the printed texts mean, by cell. ``printed`` are these texts, ``fixed`` the cells whose content decided how
    a row was understood: they must be the same. Of ``others`` none may be a printed text, and those of the table in which
    nothing stood are ``empty``. ``values`` holds (slot, cells) of each label, ``figures`` for each figure of the form in its order
    (name, which of the values, which of that slot's figures), ``addresses`` the figures' cells as people say them.
    ``taken`` are the cells of the values, ``around`` those in which it may stand whose form it is. ``items``, ``span``, ``turned``: see
    :class:`consolidator.reading.locating.Located`.
    """

    known: dict[Cell, Meaning]
    pick_printed: Pick
    printed: tuple[CellValue, ...]
    pick_fixed: Pick
    fixed: tuple[CellValue, ...]
    pick_others: Pick
    pick_empty: Pick
    values: list[tuple[int, tuple[int, ...]]]
    figures: list[tuple[str, int, int]]
    addresses: dict[str, str]
    taken: frozenset[Cell]
    around: list[tuple[int, Cell]]
    items: frozenset[int]
    span: tuple[int, int]
    turned: bool

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
        # of a value in two cells position tells which is which only where numbers stand in both
        return all(len(at) == 1 or all(cells[k].__class__ in (int, float) for k in at) for _, at in self.values)


_layouts: dict[tuple, list[Layout]] = {}


def layout_of(grid: Grid, book: Book) -> tuple[Layout, Cells] | None:
    """The layout seen before that ``grid`` has, with the grid's cells; None where it has none."""
    width = _width(grid)
    alike = _layouts.get(_shape(grid, book, width))
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


def remember(grid: Grid, book: Book, known: dict[Cell, Meaning], places: Sequence[Place], fixed: Iterable[Cell],
             spare: Iterable[Cell], span: tuple[int, int], turned: bool) -> None:
    """Keep how ``grid`` was understood, a form with every item and nothing out of the ordinary.

    ``fixed`` and ``spare`` are the cells that decided and those that could have held a value, as they lie in the grid.
    """
    width = _width(grid)
    figures = _figures(places, book)
    taken = frozenset(cell for place in places for cell in place.cells)
    inside = all(row < len(grid.rows) and column < width for row, column in taken)
    empty = {(row, column) for row, column in spare if row < len(grid.rows) and column < width} - taken
    if figures is None or not inside or not all(blank(grid.value(*cell)) for cell in empty):
        return
    cells = _end_to_end(grid, width)

    def picker(wanted: Iterable[Cell]) -> Pick:
        return _picker([row * width + column for row, column in wanted])

    fixed = list(fixed)
    # a figure where nothing stood in the table, or directly below it, may be one that was moved there
    table = ((row, column) for row in range(span[0], min(span[1] + 2, len(grid.rows))) for column in range(width))
    empty.update(cell for cell in table if cell not in known and cell not in taken and blank(grid.value(*cell)))
    others = {(row, column) for row in range(len(grid.rows)) for column in range(width)}.difference(known, fixed)
    printed, decided = picker(known), picker(fixed)
    layout = Layout(
        known, printed, printed(cells), decided, decided(cells), picker(sorted(others)), picker(sorted(empty)),
        [(place.slot, tuple(row * width + column for row, column in place.cells)) for place in places], figures,
        {name: grid.address(*places[n].cells[min(k, len(places[n].cells) - 1)]) for name, n, k in figures}, taken,
        _around(grid, known, taken if turned else (), (-1, -1) if turned else span, width),
        frozenset(book.slots[place.slot].running for place in places), span, turned)
    if len(_layouts) >= _MOST_SHAPES:
        _layouts.clear()
    alike = _layouts.setdefault(_shape(grid, book, width), [])
    alike.insert(0, layout)
    del alike[_MOST_ALIKE:]


def _around(grid: Grid, known: dict[Cell, Meaning], used: Collection[Cell], span: tuple[int, int],
            width: int) -> list[tuple[int, Cell]]:
    """The cells above and below the rows ``span`` that may hold whose form it is: no labels, headings or notes."""
    return [(row * width + column, (row, column)) for row in range(len(grid.rows)) for column in range(width)
            if not span[0] < row <= span[1] and (row, column) not in used
            and ((row, column) not in known or known[row, column].kind in (REMARK, COLUMN))]


def _figures(places: Sequence[Place], book: Book) -> list[tuple[str, int, int]] | None:
    """Where each figure is found, in the form's order; None where one stands in several places or in none."""
    found: dict[str, tuple[int, int]] = {}
    for n, place in enumerate(places):
        for k, figure in enumerate(book.slots[place.slot].item.figures):
            if figure.name in found:
                return None
            found[figure.name] = (n, k)
    return [(name, *found[name]) for name in book.printed] if found.keys() == book.printed.keys() else None


def _shape(grid: Grid, book: Book, width: int) -> tuple:
    return id(book), grid.__class__, grid.word_table, len(grid.rows), width, tuple(grid.merged)


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
