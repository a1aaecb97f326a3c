"""Which row and column of a filled sheet is which of the printed one: by the printed texts, in their order.

People insert rows above a form, delete empty columns, hide or add remarks. The printed texts of a row (of a column) say
which one it is; rows and columns without any are counted from their nearest neighbour with some.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from schemas.picture import SheetPicture, Spot, spot_of

_LEAST_SHARE = 0.5  # of the printed texts of the tables: less is another form


@dataclass(slots=True)
class Aligned:
    """``rows`` and ``columns``: printed → filled, only those with a printed text; ``matched`` are printed cells found as printed."""

    grid: Grid
    rows: dict[int, int]
    columns: dict[int, int]
    matched: dict[Spot, Spot]
    share: float

    def spot(self, printed: Spot) -> Spot | None:
        """Where a printed cell is in the filled sheet; None where that is not certain."""
        row, column = self._at(self.rows, printed[0]), self._at(self.columns, printed[1])
        return None if row is None or column is None else (row, column)

    @staticmethod
    def _at(known: dict[int, int], wanted: int) -> int | None:
        if wanted in known:
            return known[wanted]
        before = max((one for one in known if one < wanted), default=None)
        after = min((one for one in known if one > wanted), default=None)
        if before is None:
            return None if after is None else max(known[after] - (after - wanted), 0)
        found = known[before] + wanted - before
        if after is not None and known[after] - known[before] != after - before:
            return None  # something was put in or taken out in between: which one is meant is not certain
        return found


def printed_texts(picture: SheetPicture) -> dict[Spot, str]:
    """The printed texts of the tables, squeezed, by their cells."""
    areas = [_area(table.area) for table in picture.tables]
    found = {}
    for cell, text in picture.cells.items():
        spot = spot_of(cell)
        if squeezed := squeeze(text):
            found[spot] = squeezed
    inside = {spot: text for spot, text in found.items()
              if any(top <= spot[0] <= bottom and left <= spot[1] <= right for top, left, bottom, right in areas)}
    return inside or found


def _area(cells: str) -> tuple[int, int, int, int]:
    first, _, last = cells.partition(":")
    return (*spot_of(first), *spot_of(last))


def align(grid: Grid, picture: SheetPicture) -> Aligned | None:
    """How ``grid`` lies to ``picture``; None where it is another form."""
    printed = printed_texts(picture)
    filled = {(r, c): text for r, row in enumerate(grid.rows) for c, value in enumerate(row)
              if value != "" and (text := squeeze(_as_text(value)))}
    wanted = Counter(printed.values())
    common = sum((wanted & Counter(filled.values())).values())
    if not wanted or common < _LEAST_SHARE * sum(wanted.values()):
        return None
    rows = _match_rows(printed, filled)
    votes: dict[int, Counter] = {}
    matched: dict[Spot, Spot] = {}
    for row, there in rows.items():
        ours = sorted(c for r, c in printed if r == row)
        theirs = sorted(c for r, c in filled if r == there)
        blocks = SequenceMatcher(None, [printed[row, c] for c in ours], [filled[there, c] for c in theirs], autojunk=False)
        for block in blocks.get_matching_blocks():
            for k in range(block.size):
                one, other = ours[block.a + k], theirs[block.b + k]
                votes.setdefault(one, Counter())[other] += 1
                matched[row, one] = (there, other)
    columns = _rising({one: counted.most_common(1)[0][0] for one, counted in votes.items()}, votes)
    matched = {one: other for one, other in matched.items() if columns.get(one[1]) == other[1]}
    return Aligned(grid, rows, columns, matched, len(matched) / len(printed))


def _as_text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def _match_rows(printed: dict[Spot, str], filled: dict[Spot, str]) -> dict[int, int]:
    """Printed row → filled row, in order, so that as many texts as can be are found (a longest common subsequence)."""
    ours, theirs = _by_row(printed), _by_row(filled)
    one, other = sorted(ours), sorted(row for row in theirs if any(theirs[row] & ours[k] for k in ours))
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            common = sum((ours[one[i]] & theirs[other[j]]).values())
            best[i][j] = max(best[i + 1][j], best[i][j + 1], (common + best[i + 1][j + 1]) if common else 0.0)
    rows, i, j = {}, 0, 0
    while i < len(one) and j < len(other):
        common = sum((ours[one[i]] & theirs[other[j]]).values())
        if common and best[i][j] == common + best[i + 1][j + 1]:
            rows[one[i]] = other[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return rows


def _by_row(texts: dict[Spot, str]) -> dict[int, Counter]:
    found: dict[int, Counter] = {}
    for (row, _), text in texts.items():
        found.setdefault(row, Counter())[text] += 1
    return found


def _rising(columns: dict[int, int], votes: dict[int, Counter]) -> dict[int, int]:
    """The columns that rise together; of two that cross, the one with fewer votes is left out."""
    kept: dict[int, int] = {}
    for one in sorted(columns):
        while kept and columns[one] <= kept[last := max(kept)]:
            if votes[last][kept[last]] >= votes[one][columns[one]]:
                break
            del kept[last]
        else:
            kept[one] = columns[one]
    return kept
