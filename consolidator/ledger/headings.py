"""Which sheet is a ledger, and which column is which: headings over one to four rows, known by their texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache

from consolidator.ledger.columns import Column
from consolidator.model.grid import CellValue, Grid
from consolidator.model.text import squeeze
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.remembering import remembered

LOOKED_AT = 15  # rows from the top within which the headings stand
DEEPEST = 4  # rows of headings
SHORTEST_FAULT, LIKE = 4, 10_000  # characters; the rank of a heading that is only like one
LONGEST_LIKE = 24  # characters of a heading that is only like one
SHORTEST_PARENT = 2  # characters that a parent's text gives a heading
KNOWN = 3  # known headings that make a sheet a ledger
DUTIES = 2  # columns of duties that make a sheet of firms one of their duties
WITHOUT_KEY = 5  # known headings of a ledger that lacks its most important one
_TELLING = frozenset(("day", "deadline", "state", "choice", "tick"))  # names and telephones alone make no ledger
_BRACKET = re.compile(r"\([^()]*\)")
_UNIT = re.compile(r"\((万元|元|千元|亿元)\)|[,，/](万元|元)$")
_PARTS = re.compile(r"[/、及和与]")
_NUMBER_OR_DAY = re.compile(r"[\d.,:/年月日号-]+")
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
    _: KW_ONLY
    seen: tuple[str, ...] = ()
    serial: int = -1
    below: tuple[str, ...] = ()

    def seen_at(self, column: int) -> str:
        """The lowest text of the headings in a column."""
        return self.below[column] if column < len(self.below) else ""

    def unknown(self) -> list[str]:
        """The headings of columns that are not read, running numbers left out."""
        read = {*self.roles.values(), self.serial}
        return list(dict.fromkeys(text for column, text in enumerate(self.below) if text and column not in read))

    @property
    def key(self) -> str:
        """The role without which a sheet is no ledger of its kind."""
        return key_of(self.ledger)


@lru_cache(maxsize=4096)
def heading_text(text: str) -> str:
    """A heading as it is compared: without brackets, marks and line breaks."""
    return _EDGE.sub("", _BRACKET.sub("", squeeze(text)))


class Lexicon:
    """The headings of one ledger: what each means, and which roles a text could have a part in. Made once for each definition.

    ``known``: heading → its role, and its rank: of two headings of one role, the one that the definition names first counts.
    The faults of a spot-check ledger are headed as the form labels them, or by their short names.
    """

    def __init__(self, ledger: Ledger, form: Form) -> None:
        self.ledger = ledger
        pairs = [(role, text) for role, column in ledger.columns.items() for text in (column.name, *column.also)]
        for name in ledger.faults:
            pairs += [(name, label.joined) for label in form.item_of[name].labels] + [(name, form.figures[name].short)]
        self.known: dict[str, tuple[str, int]] = {}
        for rank, (role, text) in enumerate(pairs):
            self.known.setdefault(heading_text(text), (role, rank))
        self._longest = max(map(len, self.known)) + 1
        self._starts = frozenset(text[:SHORTEST_PARENT] for text in self.known)
        self.serial = frozenset(heading_text(text) for text in ledger.serial)
        self._labels = [(name, heading_text(label.joined)) for name in ledger.faults for label in form.item_of[name].labels]
        self._likes = [(role, ledger.likes(role)) for role, column in ledger.columns.items() if column.like]
        self._any = re.compile("|".join(f"(?:{one.pattern})" for _, one in self._likes))
        self.means = remembered(most=4096, longest=100)(self._means)
        self._endings: dict[str, set[str]] = {}  # what may stand below a parent that gives the beginning of a heading
        for text, (role, _) in self.known.items():
            for at in range(SHORTEST_PARENT, len(text)):
                self._endings.setdefault(text[at:], set()).add(role)

    def _like_fault(self, text: str) -> str:
        """The fault whose label cut short ``text`` is (未带队检查, 未制定清单): all its characters in their order in the label of
        one fault alone. Only what says that something is amiss can be one: 安全管理人员 is a column of names."""
        if not self._labels or text in self.known or len(text) < SHORTEST_FAULT or not any(word in text for word in self.ledger.amiss):
            return ""
        names = {name for name, label in self._labels if _in_order(text, label)}
        return names.pop() if len(names) == 1 else ""

    def _means(self, text: str) -> tuple[str, int] | None:
        """The role that a heading ``text`` gives its column, and its rank; None where it is none, or may be that of several."""
        found = self.known.get(text)
        if found or not 1 < len(text) <= LONGEST_LIKE:
            return found
        fault = self._like_fault(text)
        if fault:
            return fault, LIKE
        roles = [role for role, like in self._likes if like.fullmatch(text)] if self._likes and self._any.fullmatch(text) else []
        return (roles[0], LIKE) if len(roles) == 1 else None

    def reach(self, text: str) -> set[str]:
        """The roles that a heading ``text``, as :func:`heading_text` gives it, can have a part in giving a column: more than it
        will give, never fewer."""
        known, own = self.known, self.means(text)
        roles = {*self._endings.get(text, ()), own[0] if own else ""}
        roles.update(found[0] for part in _PARTS.split(text) if part != text and (found := self.means(part)))
        if text[:SHORTEST_PARENT] in self._starts:
            roles.update(known[text[:length]][0] for length in range(SHORTEST_PARENT, min(len(text), self._longest))
                         if text[:length] in known)
        roles.discard("")
        return roles

    def suffices(self, roles: Set[str]) -> bool:
        """Whether columns of these roles make a sheet this ledger."""
        ledger = self.ledger
        if len(roles) < KNOWN:
            return False
        if ledger.is_hazards:
            telling = sum(ledger.columns[role].type in _TELLING for role in roles)
            return key_of(ledger) in roles or (len(roles) >= WITHOUT_KEY and telling >= KNOWN)
        if ledger.kind == "duties":
            return key_of(ledger) in roles and sum(bool(ledger.columns[role].duty) for role in roles) >= DUTIES
        return {"firm", "day"} <= roles and len(roles & set(ledger.faults)) >= KNOWN


class Lexicons:
    """Those of all ledgers beside a form. Almost every sheet is no ledger, so that this is seen first, by the texts alone."""

    def __init__(self, form: Form) -> None:
        self.all = tuple(Lexicon(ledger, form) for ledger in form.ledger_definitions)
        self._reach = remembered(most=4096, longest=100)(self._reach_of)

    def _reach_of(self, text: str) -> frozenset[tuple[int, str]]:
        heading = heading_text(text)
        return frozenset((n, role) for n, lexicon in enumerate(self.all) for role in lexicon.reach(heading))

    def possible(self, rows: Sequence[Sequence[CellValue]]) -> list[Lexicon]:
        """The ledgers that a sheet with these first rows can be; it is certainly none of the others."""
        reach = self._reach
        found: set[tuple[int, str]] = set()
        found = found.union(*[reach(value) for row in rows for value in row if isinstance(value, str) and value])
        return [one for n, one in enumerate(self.all) if one.suffices({role for at, role in found if at == n})] if found else []


@lru_cache(maxsize=8)
def lexicons_of(form: Form) -> Lexicons:
    """The headings of the ledgers beside ``form``, made once for each definition."""
    return Lexicons(form)


def key_of(ledger: Ledger) -> str:
    """The role without which a sheet is no ledger of its kind."""
    return "description" if ledger.is_hazards else "firm"


def _in_order(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in their order."""
    signs = iter(long)
    return all(sign in signs for sign in short)


def find_headings(grid: Grid, form: Form) -> list[Headings]:
    """The headings of each ledger beside ``form`` that ``grid`` can be; none where it is no ledger."""
    rows = grid.rows[:LOOKED_AT]
    possible = lexicons_of(form).possible(rows)
    return [found for lexicon in possible if (found := _headings(grid, rows, lexicon))]


def other_headings(grid: Grid, headings: Headings, columns: Sequence[Column], rows: Collection[int], form: Form) -> int | None:
    """The first of ``rows`` (from 0) that heads another table of the same ledger, laid out in another way; None where none does.

    ``columns`` are those of all rows below ``headings``. Headings again as they were, or a few in other words, are no other table.
    """
    lexicon = next(one for one in lexicons_of(form).all if one.ledger is headings.ledger)
    key, found = headings.key, set()
    for column in columns:
        found.update(column.rows_of(text for text, short in zip(column.texts, column.squeezed, strict=True)
                                    if lexicon.known.get(short, ("", 0))[0] == key))
    for number in sorted(headings.last + 1 + at for at in found):
        roles = {meant[0]: at for at, value in enumerate(grid.rows[number])
                 if value.__class__ is str and (meant := lexicon.means(heading_text(value)))}
        elsewhere = {role for role, at in roles.items() if headings.roles.get(role) not in (None, at)}
        if number in rows and lexicon.suffices(roles.keys()) and (key in elsewhere or len(elsewhere) >= KNOWN):
            return number
    return None


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
    for role, column in roles.items():
        if role in ledger.columns and ledger.columns[role].type == "money":
            unit = _UNIT.search(squeeze("".join(stacks[column])))
            units[role] = (unit[1] or unit[2]) if unit else ledger.columns[role].unit
    seen = tuple(stack[-1] for stack in stacks if stack)
    numbered = next((n for n, stack in enumerate(stacks) if stack and heading_text(stack[-1]) in lexicon.serial), -1)
    below = tuple(stack[-1] if stack else "" for stack in stacks)
    return Headings(ledger, first, last, roles, units, seen=seen, serial=numbered, below=below)


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
    parts = [lexicon.means(part) for part in _PARTS.split(own)]
    known = [part for part in parts if part]
    if len(parts) < 2 or len(known) < len(parts):
        return None
    return next((part for part in known if part[0] in lexicon.ledger.personal), known[0])
