"""Which row is which hazard: the six tests of the specification, one to one within a unit, the first that holds.

A running number is never identity. Likeness is measured between descriptions, and counts only between rows whose firms can be
one: short against full name, never 一店 against 二店.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.likeness import can_be_one_place, likeness, words_key
from consolidator.ledger.rows_taken import shown_text
from consolidator.ledger.unit_hazards import RowKey, RowKeys, UnitHazards
from consolidator.model.ledger import Hazard
from schemas.ledger_definition import Alike


@dataclass(slots=True)
class Match:
    """What a row is: the ``hazard`` that it continues (None: a new one), by which ``test`` (0: new), and what to say of it.

    ``error`` is the code that holds the row. ``other`` is a hazard that it may be the same as; ``repeat``: that one was closed.
    """

    hazard: Hazard | None = None
    test: int = 0
    error: str = ""
    other: Hazard | None = None
    other_text: str = ""
    _: KW_ONLY
    repeat: bool = False
    same_as: int | None = None
    words: dict[str, str] = field(default_factory=dict)


def match_rows(rows: RowKeys, own: UnitHazards, every: Mapping[str, Hazard], known: Mapping[int, str], alike: Alike) -> dict[int, Match]:
    """What a ledger's rows are; a row that is missing, or has no hazard, is a new one.

    ``own`` are the hazards of the unit, ``every`` all of the district by id (other ids of linked hazards among them), ``known``
    which row numbers were matched in an earlier run: they stay what they were.
    """
    matches: dict[int, Match] = defaultdict(Match)
    first = rows.first_of_its_kind()
    for number, original in first.items():
        matches[number].same_as = original
    search = _Search(rows, matches, own, every, alike)
    rest = search.known_rows(known)
    if rows.ids:
        rest = [number for number in rest if not search.by_our_id(number)]
    if own.all:  # a unit's first ledger has nothing but new ones
        for test in (search.by_own_id, search.by_words_and_day, search.by_words):
            rest = [number for number in rest if not test(number)]
        for number in search.by_likeness(rest):
            if not search.again(number):
                search.perhaps(number)
        for number in search.begun:  # what was said of them is said again
            search.perhaps(number)
    for number, original in first.items():
        twin = matches[original] if matches[original].same_as is None else matches[matches[original].same_as or 0]
        matches[number].hazard, matches[number].test = twin.hazard, twin.test
        matches[number].error, matches[number].words = twin.error, twin.words
    return dict(matches)


@dataclass(slots=True)
class _Search:
    """The tests of ledger.md §3 one after the other; ``used`` are the hazards that a row has been matched to, and which row;
    ``begun`` are rows that began a hazard in an earlier run."""

    rows: RowKeys
    matches: dict[int, Match]
    own: UnitHazards
    every: Mapping[str, Hazard]
    alike: Alike
    _: KW_ONLY
    used: dict[str, int] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)
    _same: dict[int, list[Hazard]] = field(default_factory=dict)
    _alike: dict[int, list[tuple[float, Hazard]]] = field(default_factory=dict)

    def same_words(self, number: int) -> list[Hazard]:
        """Hazards of the row's firm with its very description; sought once, as several tests ask."""
        if number not in self._same:
            self._same[number] = self.own.same_words(self.rows[number])
        return self._same[number]

    def take(self, number: int, hazard: Hazard, test: int) -> None:
        """Match a row to a hazard."""
        self.matches[number].hazard, self.matches[number].test = hazard, test
        self.used.setdefault(hazard.id, number)

    def known_rows(self, known: Mapping[int, str]) -> list[int]:
        """Match the rows that an earlier run has matched; the numbers of those that are left, held ones last.

        A held row never takes a hazard from another.
        """
        count, held = len(self.rows), self.rows.held
        in_order = [*(number for number in range(count) if number not in held), *sorted(held)] if held else range(count)
        if not known:
            return [number for number in in_order if number not in self.matches]
        rest: list[int] = []
        for number in in_order:
            name = known.get(number)
            if name is not None and name in self.every:
                self.take(number, self.every[name], -1)
            elif name is not None and number not in self.matches:
                self.begun.append(number)
            elif number not in self.matches:
                rest.append(number)
        return rest

    def by_our_id(self, number: int) -> bool:
        """Test 1: our 编号, and firm or description is like; else the row is held."""
        hazard = self.every.get(self.rows.ids.get(number, ""))
        if hazard is None:
            return False
        row, match = self.rows[number], self.matches[number]
        if hazard.id in self.used and any(self.own.likely.get(one.id) == hazard.id for one in self.own.same_words(row)):
            match.same_as, match.test = self.used[hazard.id], 1  # both are in what was given back, and are said to be one
            return True
        if hazard.id in self.used:
            match.error, match.words = "id-twice", {"id": row.id, "twin": str(self.used[hazard.id])}
            return True
        if not self.own.is_like(row, hazard, self.alike.known) or self._is_another(row, hazard):
            match.error, match.words = "id-contradicts", {"id": row.id, "other": f"{hazard.firm}：{shown_text(hazard)}"}
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
        same = [one for one in self.same_words(number)
                if one.id in self.used and one.found == row.found and words_key(one.place) == row.site]
        if not same:
            return False
        self.matches[number].same_as = self.used[min(same, key=lambda one: one.id).id]
        return True

    def by_own_id(self, number: int) -> bool:
        """Test 2: the unit's own number, unique in the file, with the same likeness."""
        if number not in self.rows.own_ids:
            return False
        row, known = self.rows[number], self.alike.known
        found = [one for one in self.own.of_own_id(row.own_id) if one.id not in self.used]
        if len(found) == 1 and self.own.is_like(row, found[0], known) and likeness(row.description, found[0].description) >= known:
            self.take(number, found[0], 2)
            return True
        return False

    def by_words_and_day(self, number: int) -> bool:
        """Test 3: firm, description and day found are equal, and the places do not contradict each other."""
        row = self.rows[number]
        found = [one for one in self.same_words(number) if one.id not in self.used and one.found == row.found and one.found]
        exact = [one for one in found if words_key(one.place) == row.site]
        found = exact or [one for one in found if can_be_one_place(one.place, row.place)]
        if not found:
            return False
        self.take(number, min(found, key=lambda one: one.id), 3)
        return True

    def by_words(self, number: int) -> bool:
        """Test 4: firm and description are equal, the day is blank on one side."""
        row = self.rows[number]
        found = [one for one in self.same_words(number) if one.id not in self.used and (not one.found or not row.found)
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
            for score, hazard in self._alike_on_its_day(number):
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
        same = [one for one in self.same_words(number) if one.id not in self.used]
        if same:
            other = max(same, key=lambda one: (one.state != "closed", one.found, one.id))
            match.other, match.repeat = other, other.state == "closed" and other.found != row.found
            return
        best = self._alike_on_its_day(number)
        if best:
            match.other = max(best, key=lambda one: (one[0], one[1].id))[1]

    def _alike_on_its_day(self, number: int) -> list[tuple[float, Hazard]]:
        """(likeness, hazard) of the unmatched hazards of the row's day and firm whose words are like its own."""
        row = self.rows[number]
        if not (row.found and row.words):
            return []
        if number not in self._alike:
            scored = [(likeness(row.description, one.description, self.alike.known), one) for one in self.own.near(row)]
            self._alike[number] = [one for one in scored if one[0]]
        return [one for one in self._alike[number] if one[1].id not in self.used]


def _leads(best: Sequence[tuple[float, object]], alike: Alike) -> bool:
    return len(best) == 1 or best[0][0] - best[1][0] >= alike.margin - 1e-9
