"""Which row is which hazard: the six tests of the specification, one to one within a unit, the first that holds.

A running number is never identity. Likeness is measured between descriptions, and counts only between rows whose firms can be
one: short against full name, never 一店 against 二店.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import Indel

from consolidator.model.ledger import Hazard
from consolidator.model.text import squeeze
from schemas.firms import FirmNames
from schemas.ledger_definition import Alike

_POINTS = re.compile(r"[^\w]|_")
_BRANCH = re.compile(r"[0-9一二三四五六七八九十]|[店号分厂部院校区期楼栋]")
_DIGITS = re.compile(r"\d+|[一二三四五六七八九十]+")
SHORTEST_FIRM = 3


@lru_cache(maxsize=1 << 16)
def words_key(text: str) -> str:
    """A description or place as it is compared: one width, no blanks, no punctuation."""
    return _POINTS.sub("", squeeze(text)).casefold()


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """How alike two texts are, 0 to 1; 0 where less than ``least``."""
    return Indel.normalized_similarity(words_key(one), words_key(other), score_cutoff=least)


def can_be_one_firm(one: str, other: str) -> bool:
    """Whether two keys of firms may be one firm's short and full name: the one's characters in order within the other's, and
    nothing among the rest that tells branches apart."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_FIRM:
        return False
    rest, at = [], 0
    for sign in long:
        if at < len(short) and sign == short[at]:
            at += 1
        else:
            rest.append(sign)
    return at == len(short) and not _BRANCH.search("".join(rest))


def can_be_one_place(one: str, other: str) -> bool:
    """Whether two places do not contradict each other: one is blank or within the other, or they are alike in all but numbers."""
    one, other = words_key(one), words_key(other)
    if not one or not other or one in other or other in one:
        return True
    return _DIGITS.findall(one) == _DIGITS.findall(other) and Indel.normalized_similarity(one, other) >= 0.6


@dataclass(slots=True)
class RowKey:
    """What of a row matters for matching. ``held``: an error holds it; it may show that a hazard is there, and mints none."""

    row: int
    firm: str
    firm_key: str
    code: str
    place: str
    description: str
    found: str
    id: str = ""
    own_id: str = ""
    held: bool = False

    @property
    def words(self) -> str:
        """The description as it is compared."""
        return words_key(self.description)


@dataclass(slots=True)
class Match:
    """What a row is: the ``hazard`` that it continues (None: a new one), by which ``test`` (0: new), and what to say of it.

    ``id`` is the one that was minted for the row in an earlier run.
    ``error`` is the code that holds the row. ``other`` is a hazard that it may be the same as; ``repeat``: that one was closed.
    """

    hazard: Hazard | None = None
    test: int = 0
    error: str = ""
    other: Hazard | None = None
    other_text: str = ""
    repeat: bool = False
    same_as: int | None = None
    id: str = ""
    words: dict[str, str] = field(default_factory=dict)


class UnitHazards:
    """The hazards of one unit, found by what rows say. ``names`` compares firms."""

    def __init__(self, names: FirmNames):
        self.names = names
        self.by_words: dict[tuple[str, str], dict[str, Hazard]] = {}  # the last key is the hazard's id
        self.by_day: dict[str, dict[str, Hazard]] = {}
        self.by_own_id: dict[str, dict[str, Hazard]] = {}
        self.all: dict[str, Hazard] = {}

    def add(self, hazard: Hazard) -> None:
        """Make a hazard findable; again after one of its texts has changed."""
        self.all[hazard.id] = hazard
        key = words_key(hazard.description)
        self.by_words.setdefault((self.names.key(hazard.firm), key), {})[hazard.id] = hazard
        if hazard.credit_code:
            self.by_words.setdefault((hazard.credit_code, key), {})[hazard.id] = hazard
        if hazard.found:
            self.by_day.setdefault(hazard.found, {})[hazard.id] = hazard
        if hazard.own_id:
            self.by_own_id.setdefault(hazard.own_id, {})[hazard.id] = hazard

    def replace(self, old: Hazard, new: Hazard) -> None:
        """Let whatever found ``old`` find ``new``."""
        for index in (self.by_words, self.by_day, self.by_own_id):
            for entry in index.values():
                if entry.get(old.id) is old:
                    del entry[old.id]
                    entry[new.id] = new
        if self.all.get(old.id) is old:
            del self.all[old.id]
        self.add(new)

    def same_words(self, row: RowKey) -> list[Hazard]:
        """Hazards of the row's firm with its very description."""
        found: list[Hazard] = []
        for firm in filter(None, (row.code, row.firm_key)):
            for one in self.by_words.get((firm, row.words), {}).values():
                if one not in found and not (row.code and one.credit_code and row.code != one.credit_code):
                    found.append(one)
        return found

    def is_like(self, row: RowKey, hazard: Hazard, least: float) -> bool:
        """Whether firm or description of a row with a hazard's id are like that hazard's."""
        if row.code and row.code == hazard.credit_code:
            return True
        key = self.names.key(hazard.firm)
        return can_be_one_firm(row.firm_key, key) or Indel.normalized_similarity(row.firm_key, key) >= least \
            or likeness(row.description, hazard.description) >= least

    def one_firm(self, row: RowKey, hazard: Hazard) -> bool:
        """Whether the firms of both can be one."""
        if row.code and hazard.credit_code:
            return row.code == hazard.credit_code
        return can_be_one_firm(row.firm_key, self.names.key(hazard.firm))


def match_rows(rows: Sequence[RowKey], own: UnitHazards, every: dict[str, Hazard], known: dict[int, str], alike: Alike) -> list[Match]:
    """What each of a ledger's rows is.

    ``own`` are the hazards of the unit, ``every`` all of the district by id (other ids of linked hazards among them), ``known``
    which row numbers were matched in an earlier run: they stay what they were.
    """
    matches = [Match() for _ in rows]
    order = sorted(range(len(rows)), key=lambda n: rows[n].held)  # a held row never takes a hazard from another
    used: dict[str, int] = {}
    first = _first_of_its_kind(rows, matches)
    rest: list[int] = []

    def take(number: int, hazard: Hazard, test: int) -> None:
        matches[number].hazard, matches[number].test = hazard, test
        used.setdefault(hazard.id, number)

    for number in order:
        name = known.get(rows[number].row)
        if name is not None and name in every:
            take(number, every[name], -1)
        elif name is not None and matches[number].same_as is None:
            matches[number].id = name
        elif matches[number].same_as is None:
            rest.append(number)
    for test in (_by_our_id, _by_own_id, _by_words_and_day, _by_words):
        left = []
        for number in rest:
            if not test(rows[number], matches[number], own, every, used, alike, take, number):
                left.append(number)
        rest = left
    rest = _by_likeness(rest, rows, own, used, alike, take, matches)
    for number in rest:
        _perhaps(rows[number], matches[number], own, used, alike)
    for number, original in first.items():
        twin = matches[original]
        matches[number].hazard, matches[number].test = twin.hazard, twin.test
        matches[number].error = twin.error
    return matches


def _first_of_its_kind(rows: Sequence[RowKey], matches: list[Match]) -> dict[int, int]:
    """Row → the earlier row of the ledger that is alike in firm, place, description and day: both are one hazard."""
    seen: dict[tuple, int] = {}
    twins: dict[int, int] = {}
    for number, row in enumerate(rows):
        if row.held or not row.words:
            continue
        key = (row.code or row.firm_key, words_key(row.place), row.words, row.found, row.id, row.own_id)
        original = seen.setdefault(key, number)
        if original != number:
            twins[number] = matches[number].same_as = original
    return twins


def _by_our_id(row, match, own, every, used, alike, take, number) -> bool:
    """Test 1: our 编号, and firm or description is like; else the row is held."""
    hazard = every.get(row.id) if row.id else None
    if hazard is None:
        return False
    if hazard.id in used:
        match.error, match.words = "id-twice", {"id": row.id, "twin": str(used[hazard.id])}
        return True
    if not own.is_like(row, hazard, alike.known):
        match.error, match.words = "id-contradicts", {"id": row.id, "other": f"{hazard.firm}：{hazard.description}"}
        return True
    take(number, hazard, 1)
    return True


def _by_own_id(row, match, own, every, used, alike, take, number) -> bool:
    """Test 2: the unit's own number, unique in the file, with the same likeness."""
    found = [one for one in own.by_own_id.get(row.own_id, {}).values() if one.id not in used] if row.own_id else []
    if len(found) == 1 and own.is_like(row, found[0], alike.known) and likeness(row.description, found[0].description) >= alike.known:
        take(number, found[0], 2)
        return True
    return False


def _by_words_and_day(row, match, own, every, used, alike, take, number) -> bool:
    """Test 3: firm, description and day found are equal, and the places do not contradict each other."""
    found = [one for one in own.same_words(row) if one.id not in used and one.found == row.found and one.found]
    exact = [one for one in found if words_key(one.place) == words_key(row.place)]
    found = exact or [one for one in found if can_be_one_place(one.place, row.place)]
    if not found:
        return False
    take(number, min(found, key=lambda one: one.id), 3)
    return True


def _by_words(row, match, own, every, used, alike, take, number) -> bool:
    """Test 4: firm and description are equal, the day is blank on one side."""
    found = [one for one in own.same_words(row) if one.id not in used and (not one.found or not row.found)
             and can_be_one_place(one.place, row.place)]
    if len(found) != 1:
        return False
    take(number, found[0], 4)
    return True


def _by_likeness(rest: Iterable[int], rows: Sequence[RowKey], own: UnitHazards, used: dict[str, int], alike: Alike, take,
                 matches: list[Match]) -> list[int]:
    """Test 5: the same day, the descriptions very alike, best both ways and clearly before the next best."""
    pairs: dict[int, list[tuple[float, Hazard]]] = {}
    back: dict[str, list[tuple[float, int]]] = {}
    rest = list(rest)
    for number in rest:
        row = rows[number]
        for hazard in own.by_day.get(row.found, {}).values() if row.found and row.words else ():
            if hazard.id in used or not own.one_firm(row, hazard) or not can_be_one_place(row.place, hazard.place):
                continue
            score = likeness(row.description, hazard.description, alike.known)
            if score:
                pairs.setdefault(number, []).append((score, hazard))
                back.setdefault(hazard.id, []).append((score, number))
    left = []
    for number in rest:
        best = sorted(pairs.get(number, ()), key=lambda one: (-one[0], one[1].id))
        if best and best[0][0] >= alike.same and _leads(best, alike) and not rows[number].held:
            ways = sorted(back[best[0][1].id], key=lambda one: (-one[0], one[1]))
            if ways[0][1] == number and _leads(ways, alike):
                matches[number].other_text = best[0][1].description
                take(number, best[0][1], 5)
                continue
        left.append(number)
    return left


def _leads(best: Sequence[tuple[float, object]], alike: Alike) -> bool:
    return len(best) == 1 or best[0][0] - best[1][0] >= alike.margin - 1e-9


def _perhaps(row: RowKey, match: Match, own: UnitHazards, used: dict[str, int], alike: Alike) -> None:
    """Test 6: a new hazard; another that it may be is named: the same words on another day, or like words on the same day."""
    same = [one for one in own.same_words(row) if one.id not in used]
    if same:
        other = max(same, key=lambda one: (one.state != "closed", one.found, one.id))
        match.other, match.repeat = other, other.state == "closed" and other.found != row.found
        return
    best = [(likeness(row.description, one.description, alike.known), one) for one in own.by_day.get(row.found, {}).values()
            if one.id not in used and own.one_firm(row, one)] if row.found and row.words else []
    best = [one for one in best if one[0]]
    if best:
        match.other = max(best, key=lambda one: (one[0], one[1].id))[1]
