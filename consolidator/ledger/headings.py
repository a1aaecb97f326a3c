"""Which sheet is a ledger, and which column is which: headings over one to four rows, known by their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from schemas.form import Form
from schemas.ledger_definition import Ledger

LOOKED_AT = 15  # rows from the top within which the headings stand
DEEPEST = 4  # rows of headings
SHORTEST_FAULT, LIKE = 4, 10_000  # characters; the rank of a heading that is only like one
KNOWN = 3  # known headings that make a sheet a ledger
DUTIES = 2  # columns of duties that make a sheet of firms one of their duties
WITHOUT_KEY = 5  # known headings of a ledger that lacks its most important one
_TELLING = frozenset(("day", "deadline", "state", "choice", "tick"))  # names and telephones alone make no ledger
_BRACKET = re.compile(r"\([^()]*\)")
_UNIT = re.compile(r"\((万元|元|千元|亿元)\)|[,，/](万元|元)$")
_PARTS = re.compile(r"[/、及和与]")
_EDGE = re.compile(r"^[*★※#\d.、]+|[*★※#:：]+$")


@dataclass(slots=True)
class Headings:
    """Where the headings of a ledger stand in a grid: 0-based first and last row, role → column, column → money unit.

    ``seen`` are the texts of the headings in order; ``serial`` the column of running numbers, -1 where there is none.
    """

    ledger: Ledger
    first: int
    last: int
    roles: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    serial: int = -1
    below: tuple[str, ...] = ()

    def seen_at(self, column: int) -> str:
        """The lowest text of the headings in a column."""
        return self.below[column] if column < len(self.below) else ""

    @property
    def key(self) -> str:
        """The role without which a sheet is no ledger of its kind."""
        return "description" if self.ledger.is_hazards else "firm"


@lru_cache(maxsize=4096)
def heading_text(text: str) -> str:
    """A heading as it is compared: without brackets, marks and line breaks."""
    return _EDGE.sub("", _BRACKET.sub("", squeeze(text)))


@lru_cache(maxsize=8)
def _vocabulary(name: str, headings: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for rank, (role, text) in enumerate(headings):
        found.setdefault(heading_text(text), (role, rank))
    return found


def vocabulary(ledger: Ledger, form: Form) -> dict[str, tuple[str, int]]:
    """Heading → its role, and its rank: of two headings of one role, the one that the definition names first counts.

    The faults of a spot-check ledger are headed as the form labels them, or by their short names.
    """
    pairs = [(role, text) for role, column in ledger.columns.items() for text in (column.name, *column.also)]
    for name in ledger.faults:
        pairs += [(name, label.joined) for label in form.item_of[name].labels] + [(name, form.figures[name].short)]
    return _vocabulary(ledger.name, tuple(pairs))


def like_faults(texts: Iterable[str], known: Mapping[str, tuple[str, int]], ledger: Ledger, form: Form) -> dict[str, tuple[str, int]]:
    """Headings that are a fault's label cut short (未带队检查, 未制定清单): all their characters in their order in the label of one
    fault alone. Only what says that something is amiss can be one: 安全管理人员 is a column of names."""
    labels = [(name, heading_text(label.joined)) for name in ledger.faults for label in form.item_of[name].labels]
    found = {}
    for text in texts:
        if text not in known and len(text) >= SHORTEST_FAULT and any(word in text for word in ledger.amiss):
            names = {name for name, label in labels if _in_order(text, label)}
            if len(names) == 1:
                found[text] = (names.pop(), LIKE)
    return found


def _in_order(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in their order."""
    signs = iter(long)
    return all(sign in signs for sign in short)


def find_headings(grid: Grid, ledger: Ledger, form: Form) -> Headings | None:
    """The headings of ``ledger`` in ``grid``; None where it is no such ledger.

    Of all blocks of one to four rows within the first rows the one that gives most roles counts, the lowest of the least
    deep ones. A block may hold the title: what is asked of a column is its lowest text, then that text behind its parent's.
    """
    known = vocabulary(ledger, form)
    rows = grid.rows[:LOOKED_AT]
    if ledger.faults:
        known = known | like_faults({heading_text(value) for row in rows for value in row if value.__class__ is str}, known, ledger, form)
    hits = [sum(1 for value in row if value.__class__ is str and value and heading_text(value) in known) for row in rows]
    if sum(hits) < KNOWN:
        return None
    texts = _spread(grid, len(rows))
    best: tuple[int, int, int, dict[str, int]] | None = None
    for last in range(len(rows)):
        for deep in range(1, min(DEEPEST, last + 1) + 1):
            first = last - deep + 1
            if not any(hits[first:last + 1]):
                continue
            roles = _roles(texts[first:last + 1], known)
            if best is None or len(roles) > len(best[3]):
                best = first, last, deep, roles
    if best is None or len(best[3]) < KNOWN:
        return None
    first, last, _, roles = best
    serial = {heading_text(text) for text in ledger.serial}
    stacks = [_stack(texts[first:last + 1], column) for column in range(len(texts[last]))]
    units = {}
    for role, column in roles.items():
        if role in ledger.columns and ledger.columns[role].type == "money":
            unit = _UNIT.search(squeeze("".join(stacks[column])))
            units[role] = (unit[1] or unit[2]) if unit else ledger.columns[role].unit
    seen = tuple(stack[-1] for stack in stacks if stack)
    numbered = next((n for n, stack in enumerate(stacks) if stack and heading_text(stack[-1]) in serial), -1)
    below = tuple(stack[-1] if stack else "" for stack in stacks)
    found = Headings(ledger, first, last, roles, units, seen, numbered, below)
    if ledger.is_hazards:
        telling = sum(ledger.columns[role].type in _TELLING for role in roles)
        return found if found.key in roles or (len(roles) >= WITHOUT_KEY and telling >= KNOWN) else None
    if ledger.kind == "duties":
        kept = sum(bool(ledger.columns[role].duty) for role in roles)
        return found if found.key in roles and kept >= DUTIES else None
    return found if {"firm", "day"} <= roles.keys() and len(roles.keys() & set(ledger.faults)) >= KNOWN else None


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


def _roles(block: list[list[str]], known: dict[str, tuple[str, int]]) -> dict[str, int]:
    """Role → column. A text over several columns that have texts of their own below it is a parent, no heading."""
    best: dict[str, tuple[int, int]] = {}
    for column in range(len(block[0])):
        found = _resolved(_stack(block, column), known)
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = found[1], column
    return {role: column for role, (_, column) in best.items()}


def _resolved(stack: list[str], known: dict[str, tuple[str, int]]) -> tuple[str, int] | None:
    """What the lowest text means, alone or behind the beginning of its parent's: 整改情况 over 措施 is 整改措施."""
    if not stack:
        return None
    own = heading_text(stack[-1])
    if own in known:
        return known[own]
    parts = [known.get(part) for part in _PARTS.split(own)]  # 责任人/电话
    if len(parts) > 1 and all(parts):
        return parts[0]
    for text in reversed(stack[:-1]):
        parent = heading_text(text)
        for length in range(len(parent), 1, -1):
            found = known.get(parent[:length] + own)
            if found:
                return found
    return None
