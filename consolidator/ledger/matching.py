"""Which row is which hazard: the six tests of the specification, one to one within a unit, the first that holds.

A running number is never identity. Likeness is measured between descriptions, and counts only between rows whose firms can be
one: short against full name, never 一店 against 二店.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    nothing among the rest that says branches apart."""
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
    """What of a row matters for matching. ``held``: an error holds it; it may show that a hazard is there, and mints none.
    ``unknown_id`` is a 编号 that looks like one of ours and is none."""

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
    unknown_id: str = ""

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
    first = _first_of_its_kind(rows, matches)
    search = _Search(rows, matches, own, every, alike)
    rest = search.known_rows(known)
    for test in (search.by_our_id, search.by_own_id, search.by_words_and_day, search.by_words):
        rest = [number for number in rest if not test(number)]
    for number in search.by_likeness(rest):
        if not search.again(number):
            search.perhaps(number)
    for number, original in first.items():
        twin = matches[original] if matches[original].same_as is None else matches[matches[original].same_as or 0]
        matches[number].hazard, matches[number].test = twin.hazard, twin.test
        matches[number].error, matches[number].words = twin.error, twin.words
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


@dataclass(slots=True)
class _Search:
    """The tests of ledger.md §3 one after the other; ``used`` are the hazards that a row has been matched to, and which row."""

    rows: Sequence[RowKey]
    matches: list[Match]
    own: UnitHazards
    every: dict[str, Hazard]
    alike: Alike
    used: dict[str, int] = field(default_factory=dict)

    def take(self, number: int, hazard: Hazard, test: int) -> None:
        """Match a row to a hazard."""
        self.matches[number].hazard, self.matches[number].test = hazard, test
        self.used.setdefault(hazard.id, number)

    def known_rows(self, known: dict[int, str]) -> list[int]:
        """Match the rows that an earlier run has matched; the numbers of those that are left, held ones last.

        A held row never takes a hazard from another.
        """
        rest: list[int] = []
        for number in sorted(range(len(self.rows)), key=lambda n: self.rows[n].held):
            name, match = known.get(self.rows[number].row), self.matches[number]
            if name is not None and name in self.every:
                self.take(number, self.every[name], -1)
            elif name is not None and match.same_as is None:
                match.id = name
            elif match.same_as is None:
                rest.append(number)
        return rest

    def by_our_id(self, number: int) -> bool:
        """Test 1: our 编号, and firm or description is like; else the row is held."""
        row, match = self.rows[number], self.matches[number]
        hazard = self.every.get(row.id) if row.id else None
        if hazard is None:
            return False
        if hazard.id in self.used:
            match.error, match.words = "id-twice", {"id": row.id, "twin": str(self.used[hazard.id])}
            return True
        if not self.own.is_like(row, hazard, self.alike.known) or self._is_another(row, hazard):
            match.error, match.words = "id-contradicts", {"id": row.id, "other": f"{hazard.firm}：{hazard.description}"}
            return True
        self.take(number, hazard, 1)
        return True

    def _is_another(self, row: RowKey, hazard: Hazard) -> bool:
        """Whether a row with a hazard's 编号 is, by its words and its day, another hazard of the firm."""
        return likeness(row.description, hazard.description) < self.alike.known and any(
            one is not hazard and one.found == row.found for one in self.own.same_words(row))

    def again(self, number: int) -> bool:
        """Whether a row says again, without a 编号, what another row with one says: both are one hazard."""
        row = self.rows[number]
        if row.held or row.id or row.own_id:
            return False
        place = words_key(row.place)
        same = [one for one in self.own.same_words(row) if one.id in self.used and one.found == row.found and words_key(one.place) == place]
        if not same:
            return False
        self.matches[number].same_as = self.used[min(same, key=lambda one: one.id).id]
        return True

    def by_own_id(self, number: int) -> bool:
        """Test 2: the unit's own number, unique in the file, with the same likeness."""
        row, known = self.rows[number], self.alike.known
        found = [one for one in self.own.by_own_id.get(row.own_id, {}).values() if one.id not in self.used] if row.own_id else []
        if len(found) == 1 and self.own.is_like(row, found[0], known) and likeness(row.description, found[0].description) >= known:
            self.take(number, found[0], 2)
            return True
        return False

    def by_words_and_day(self, number: int) -> bool:
        """Test 3: firm, description and day found are equal, and the places do not contradict each other."""
        row = self.rows[number]
        found = [one for one in self.own.same_words(row) if one.id not in self.used and one.found == row.found and one.found]
        exact = [one for one in found if words_key(one.place) == words_key(row.place)]
        found = exact or [one for one in found if can_be_one_place(one.place, row.place)]
        if not found:
            return False
        self.take(number, min(found, key=lambda one: one.id), 3)
        return True

    def by_words(self, number: int) -> bool:
        """Test 4: firm and description are equal, the day is blank on one side."""
        row = self.rows[number]
        found = [one for one in self.own.same_words(row) if one.id not in self.used and (not one.found or not row.found)
                 and can_be_one_place(one.place, row.place)]
        if len(found) != 1:
            return False
        self.take(number, found[0], 4)
        return True

    def by_likeness(self, rest: Sequence[int]) -> list[int]:
        """Test 5: the same day, the descriptions very alike, best both ways and clearly before the next best; what is left."""
        pairs: dict[int, list[tuple[float, Hazard]]] = {}
        back: dict[str, list[tuple[float, int]]] = {}
        for number in rest:
            row = self.rows[number]
            for score, hazard in self._alike_on_its_day(row):
                if can_be_one_place(row.place, hazard.place):
                    pairs.setdefault(number, []).append((score, hazard))
                    back.setdefault(hazard.id, []).append((score, number))
        left = []
        for number in rest:
            best = sorted(pairs.get(number, ()), key=lambda one: (-one[0], one[1].id))
            if best and best[0][0] >= self.alike.same and _leads(best, self.alike) and not self.rows[number].held:
                ways = sorted(back[best[0][1].id], key=lambda one: (-one[0], one[1]))
                if ways[0][1] == number and _leads(ways, self.alike):
                    self.matches[number].other_text = best[0][1].description
                    self.take(number, best[0][1], 5)
                    continue
            left.append(number)
        return left

    def perhaps(self, number: int) -> None:
        """Test 6: a new hazard; another that it may be is named: the same words on another day, or like words on the same day."""
        row, match = self.rows[number], self.matches[number]
        same = [one for one in self.own.same_words(row) if one.id not in self.used]
        if same:
            other = max(same, key=lambda one: (one.state != "closed", one.found, one.id))
            match.other, match.repeat = other, other.state == "closed" and other.found != row.found
            return
        best = self._alike_on_its_day(row)
        if best:
            match.other = max(best, key=lambda one: (one[0], one[1].id))[1]

    def _alike_on_its_day(self, row: RowKey) -> list[tuple[float, Hazard]]:
        """(likeness, hazard) of the unmatched hazards of the row's day and firm whose words are like its own."""
        if not (row.found and row.words):
            return []
        near = [one for one in self.own.by_day.get(row.found, {}).values() if one.id not in self.used and self.own.one_firm(row, one)]
        scored = [(likeness(row.description, one.description, self.alike.known), one) for one in near]
        return [one for one in scored if one[0]]


def _leads(best: Sequence[tuple[float, object]], alike: Alike) -> bool:
    return len(best) == 1 or best[0][0] - best[1][0] >= alike.margin - 1e-9
