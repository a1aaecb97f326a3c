"""Labels that somebody has split over neighbouring cells or rows: joined again where the whole is a label of the form."""

from __future__ import annotations

from collections.abc import Iterator

from consolidator.model.grid import Grid
from consolidator.reading.locating.label_index import LABEL, NOTE, Book, Meaning
from consolidator.reading.locating.table_view import Cell

_MOST_PIECES = 3
_LONGEST = 60


def join_split_labels(grid: Grid, book: Book, known: dict[Cell, Meaning]) -> None:
    """Adds to ``known`` each label that lies in pieces side by side (it is in the last, next to its value) or one below the
    other (it is in the first). The other pieces are printed text."""
    for at in list(_texts(grid)):
        if at in known and known[at].kind != LABEL:
            continue
        for step in ((0, 1), (1, 0)):
            pieces = _pieces(grid, known, at, step)
            for count in range(len(pieces), 1, -1):
                meaning = book.meaning("".join(str(grid.rows[r][c]) for r, c in pieces[:count]))
                if meaning is not None and meaning.kind == LABEL and not meaning.rest and meaning.guessed == "":
                    home = pieces[count - 1] if step == (0, 1) else at
                    known.update(dict.fromkeys(pieces[:count], Meaning(NOTE)))
                    known[home] = meaning
                    break
            else:
                continue
            break


def _texts(grid: Grid) -> Iterator[Cell]:
    for r, row in enumerate(grid.rows):
        for c, value in enumerate(row):
            if isinstance(value, str) and value.strip() and len(value) <= _LONGEST:
                yield r, c


def _pieces(grid: Grid, known: dict[Cell, Meaning], at: Cell, step: Cell) -> list[Cell]:
    """The cell and the texts behind it in one direction that mean nothing by themselves."""
    pieces = [at]
    while len(pieces) < _MOST_PIECES:
        spot = (pieces[-1][0] + step[0], pieces[-1][1] + step[1])
        value = grid.value(*spot)
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or spot in known:
            break
        pieces.append(spot)
    return pieces
