"""Which sheet is a ledger, and which column is which: headings over one to four rows, known by their texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import chain
from typing import NamedTuple

from consolidator.model.grid import CellValue, Grid
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import Column
from consolidator.reading.ledgers.lexicon import (
    KNOWN,
    LIKE,
    PARTS,
    PERHAPS,
    SHORTEST_PARENT,
    Lexicon,
    heading_text,
    key_of,
    lexicons_of,
)
from consolidator.reading.ledgers.money import UNIT as MONEY_UNIT
from schemas.form import Form
from schemas.ledger_definition import Ledger

LOOKED_AT, MOST_LOOKED_AT = 15, 60  # rows from the top within which the headings stand: of several cells, and of any
DEEPEST = 4  # rows of headings
_SURELY = frozenset(("state", "day", "deadline"))  # types of columns that only a heading of a list gives further ones
_NUMBER_OR_DAY = re.compile(r"[\d.,:/年月日号-]+")


@dataclass(slots=True)
class Headings:
    """Where the headings of a ledger stand in a grid: 0-based first and last row, role → column, column of money → the unit that its
    heading gives.

    ``seen`` are the texts of the headings in order; ``serial`` the column of running numbers, -1 where there is none; ``more`` the
    further columns that mean a role, too (企业名称 and 单位名称), the likeliest first.
    """

    ledger: Ledger
    first: int
    last: int
    roles: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    _: KW_ONLY
    seen: tuple[str, ...] = ()
    serial: int = -1
    below: tuple[str, ...] = ()
    more: dict[str, list[int]] = field(default_factory=dict)

    def seen_at(self, column: int) -> str:
        """The lowest text of the headings in a column."""
        return self.below[column] if column < len(self.below) else ""

    def unknown(self) -> list[str]:
        """The headings of columns that are not read, running numbers left out."""
        read = {*self.roles.values(), self.serial, *(at for columns in self.more.values() for at in columns)}
        return list(dict.fromkeys(text for column, text in enumerate(self.below) if text and column not in read))

    def beside(self) -> list[int]:
        """The columns of what the ledger is about in further tables beside the first, whose headings stand here again."""
        again: dict[str, list[int]] = {}
        for at, text in enumerate(self.below):
            again.setdefault(heading_text(text), []).append(at)
        twice = [role for role, at in self.roles.items() if len(again.get(heading_text(self.seen_at(at)), ())) > 1]
        if len(twice) < KNOWN or self.key not in twice:
            return []
        own = self.roles[self.key]
        return [at for at in again[heading_text(self.seen_at(own))] if at != own]

    @property
    def key(self) -> str:
        """The role without which a sheet is no ledger of its kind."""
        return key_of(self.ledger)


class Top(NamedTuple):
    """The rows of a sheet within which headings stand, and the ledgers that it can be by their texts."""

    rows: list[list[CellValue]]
    possible: list[Lexicon]


def first_rows(grid: Grid) -> list[list[CellValue]]:
    """The rows from the top within which headings stand; titles and notes above them, of one cell each, do not count."""
    rows = grid.rows[:MOST_LOOKED_AT]
    several = [number for number, row in enumerate(rows, 1) if len(row) - row.count("") > 1]
    return rows[:several[LOOKED_AT - 1]] if len(several) >= LOOKED_AT else rows


def top_of(grid: Grid, form: Form) -> Top:
    """The top of a sheet that can hold ledgers beside ``form``."""
    rows = first_rows(grid)
    return Top(rows, lexicons_of(form).possible(rows))


def find_headings(grid: Grid, top: Top) -> list[Headings]:
    """The headings of each ledger that ``grid``, whose top is ``top``, can be; none where it is no ledger."""
    return [found for lexicon in top.possible if (found := _headings(grid, top.rows, lexicon))]


def headings_below(grid: Grid, headings: Headings, columns: Sequence[Column], form: Form) -> Iterator[tuple[int, dict[str, int]]]:
    """The rows (from 0) below ``headings`` that are headings of the same ledger again, and where each column is that they name by a known
    name. ``columns`` are those of all rows below."""
    lexicon = next(one for one in lexicons_of(form).all if one.ledger is headings.ledger)
    known = [(column, again) for column in columns if (again := [
        text for text in column.that_may_begin(lexicon.initials)
        if isinstance(text, str) and lexicon.may_know(text) and lexicon.knows(squeeze(text))])]
    if len(known) < KNOWN:
        return
    count = Counter(chain.from_iterable(column.rows_of(again) for column, again in known))
    for number in sorted(headings.last + 1 + at for at, in_row in count.items() if in_row >= KNOWN):
        texts = texts_of(grid.rows[number])
        roles = {meant[0] for text in texts.values() if (meant := lexicon.means(text))}
        if headings.key in roles and lexicon.suffices(roles):
            yield number, {lexicon.known[text][0]: at for at, text in texts.items() if text in lexicon.known}


def texts_of(row: Sequence[CellValue]) -> dict[int, str]:
    """Column → the heading that is written there."""
    return {at: heading_text(value) for at, value in enumerate(row) if value.__class__ is str and value.strip()}


def _headings(grid: Grid, rows: list[list[CellValue]], lexicon: Lexicon) -> Headings | None:
    """The headings of one ledger in a grid with these first ``rows``; None where it is no such ledger.

    Of all blocks of one to four rows within the first rows the one that gives most roles counts, the lowest of the least
    deep ones; none that lies below a row which is enough by itself, as the rows between are a table's. A block may hold the
    title: what is asked of a column is its lowest text, then that text behind its parent's.
    """
    ledger = lexicon.ledger
    written = [[heading_text(value) for value in row if value.__class__ is str and value] for row in rows]
    hits = [sum(1 for text in row if lexicon.means(text)) for row in written]
    if sum(hits) < KNOWN:
        return None
    texts = _spread(grid, len(rows))
    best: tuple[int, int, dict[str, int]] | None = None
    enough = next((n for n, row in enumerate(texts) if hits[n] >= KNOWN and _is_enough(row, lexicon)), len(rows))
    end = next((n for n in range(enough + 1, len(rows)) if not _may_head(rows[n])), len(rows))
    for last in range(end):
        for first in range(min(last, enough), max(last - DEEPEST, -1), -1):
            if any(hits[first:last + 1]):
                roles = _roles(texts[first:last + 1], lexicon, more_than=len(best[2]) if best else -1)
                if roles is not None:
                    best = first, last, roles
    if best is None or not lexicon.suffices(best[2].keys()):
        return None
    first, last, roles = best
    stacks = [_stack(texts[first:last + 1], column) for column in range(len(texts[last]))]
    units = {}
    above = next((found["unit"] for row in texts[:first] for text in row if text for found in MONEY_UNIT.finditer(squeeze(text))
                  if found["label"]), "")
    for role, column in roles.items():
        if role in ledger.columns and ledger.columns[role].type == "money":
            unit = MONEY_UNIT.search(squeeze("".join(stacks[column])))
            units[role] = unit["unit"] if unit else above
    seen = tuple(stack[-1] for stack in stacks if stack)
    numbered = next((n for n, stack in enumerate(stacks) if stack and heading_text(stack[-1]) in lexicon.serial), -1)
    below = tuple(stack[-1] if stack else "" for stack in stacks)
    found = Headings(ledger, first, last, roles, units, seen=seen, serial=numbered, below=below)
    found.more = _more(found, stacks, lexicon) if not found.beside() else {}
    return found


def _more(headings: Headings, stacks: list[list[str]], lexicon: Lexicon) -> dict[str, list[int]]:
    """Role → further columns that mean it; none of those that may mean something else."""
    read, found = {*headings.roles.values(), headings.serial}, dict[str, list[tuple[int, int]]]()
    for column, stack in enumerate(stacks):
        meant = _resolved(stack, lexicon) if column not in read else None
        role = lexicon.ledger.columns.get(meant[0]) if meant else None
        most = LIKE if role and role.type in _SURELY else PERHAPS  # 处理情况 may say what was ordered
        if meant and meant[0] in headings.roles and meant[1] < most:
            found.setdefault(meant[0], []).append((meant[1], column))
    return {role: [column for _, column in sorted(ranked)] for role, ranked in found.items()}


def _may_head(row: list[CellValue]) -> bool:
    """Whether a row can be one of headings: it has texts, and no number or day."""
    filled = [value for value in row if value != ""]
    return bool(filled) and all(value.__class__ is str and not _NUMBER_OR_DAY.fullmatch(squeeze(value)) for value in filled)


def _is_enough(row: list[str], lexicon: Lexicon) -> bool:
    """Whether a row makes a sheet the ledger with all that matters most."""
    roles = _roles([row], lexicon, more_than=-1) or {}
    return key_of(lexicon.ledger) in roles and lexicon.suffices(roles.keys())


def _spread(grid: Grid, count: int) -> list[list[str]]:
    """The texts of the first ``count`` rows, each merged one over its whole range."""
    width = max((len(row) for row in grid.rows[:count]), default=0)
    texts = [[" ".join(value.split()) if value.__class__ is str else "" for value in row] + [""] * (width - len(row))
             for row in grid.rows[:count]]
    for top, left, bottom, right in grid.merged:
        if top < count and left < width:
            for r in range(top, min(bottom + 1, count)):
                for c in range(left, min(right + 1, width)):
                    texts[r][c] = texts[top][left]
    return texts


def _stack(block: list[list[str]], column: int) -> list[str]:
    """The texts of a column from the top down, blanks and repetitions left out."""
    stack: list[str] = []
    for row in block:
        if row[column] and (not stack or row[column] != stack[-1]):
            stack.append(row[column])
    return stack


def _roles(block: list[list[str]], lexicon: Lexicon, more_than: int) -> dict[str, int] | None:
    """Role → column; None where these are not ``more_than`` some other block's. A text over several columns that have texts of
    their own below it is a parent, no heading; a row with one text is a title, no parent."""
    best: dict[str, tuple[int, int]] = {}
    above = [["" if text.endswith((":", "：")) else text for text in row] for row in block[:-1]]  # 填报单位： is a label beside a name
    block = [row for row in above if len({text for text in row if text}) > 1] + block[-1:]
    width = len(block[0])
    for column in range(width):
        if len(best) + width - column <= more_than:
            return None
        found = _resolved(_stack(block, column), lexicon)
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = found[1], column
    return {role: column for role, (_, column) in best.items()} if len(best) > more_than else None


def _resolved(stack: list[str], lexicon: Lexicon) -> tuple[str, int] | None:
    """What the lowest text means behind the beginning of its parent's, or alone: 整改情况 over 措施 is 整改措施, 级别 below 挂牌督办
    is not the hazard's."""
    if not stack:
        return None
    own = heading_text(stack[-1])
    for text in reversed(stack[:-1]):
        parent = heading_text(text)
        for length in range(len(parent), SHORTEST_PARENT - 1, -1):
            found = lexicon.means(parent[:length] + own)
            if found:
                return found
    return lexicon.means(own) or _joined(own, lexicon)


def _joined(own: str, lexicon: Lexicon) -> tuple[str, int] | None:
    """What a heading of several columns in one is (责任人/电话): where one of them is of people, that."""
    parts = [lexicon.means(part) for part in PARTS.split(own)]
    known = [part for part in parts if part]
    if len(parts) < 2 or len(known) < len(parts):
        return None
    return next((part for part in known if part[0] in lexicon.ledger.personal), known[0])
