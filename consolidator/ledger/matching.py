"""Which row is which hazard: the six tests of the specification, one to one within a unit, the first that holds.

A running number is never identity. Likeness is measured between descriptions, and counts only between rows whose firms can be
one: short against full name, never 一店 against 二店.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

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
    which hazards rows were matched to in an earlier run: they stay what they were, and the same is said of them as in that run.
    """
    matches: dict[int, Match] = defaultdict(Match)
    first = rows.first_of_its_kind()
    for number, original in first.items():
        matches[number].same_as = original
    search = _Search(rows, matches, own, every, alike, known=known)
    rest = search.rows_in_question(frozenset(first.values()))
    if rows.ids:
        rest = [number for number in rest if not search.by_our_id(number)]
    if own.all:  # a unit's first ledger has nothing but new ones
        rest = [number for number in rest if not search.by_own_id(number)]
        search.take_plain()
        for test in (search.by_words_and_day, search.by_words):
            rest = [number for number in rest if not test(number)]
        rest = search.by_likeness(rest)
    if known:
        rest = [number for number in rest if not search.as_known(number)]
    if own.all or rows.ids or rows.own_ids:
        for number in rest:
            if not search.again(number) and own.all:
                search.perhaps(number)
    for number, original in first.items():
        twin = matches[original] if matches[original].same_as is None else matches[matches[original].same_as or 0]
        matches[number].hazard, matches[number].test = twin.hazard, twin.test
        matches[number].error, matches[number].words = twin.error, twin.words
    return dict(matches)


@dataclass(slots=True)
class _Search:
    """The tests of ledger.md §3 one after the other; ``used`` are the hazards that a row has been matched to, and which row.

    Rows that an earlier run has matched (``known``) are taken through the same tests, as what is said of a row depends on the test
    that it passed; but a test never makes them another hazard, nor gives their hazard to another row. ``plain`` are those of them
    of which nothing can be said, as they say what their hazard says: they need no test.
    """

    rows: RowKeys
    matches: dict[int, Match]
    own: UnitHazards
    every: Mapping[str, Hazard]
    alike: Alike
    _: KW_ONLY
    known: Mapping[int, str]
    used: dict[str, int] = field(default_factory=dict)
    plain: dict[str, int] = field(default_factory=dict)
    _keepers: dict[str, set[int]] = field(default_factory=dict)
    _numbered: dict[tuple[str, ...], int] | None = None
    _same: dict[int, list[Hazard]] = field(default_factory=dict)
    _alike: dict[int, list[tuple[float, Hazard]]] = field(default_factory=dict)
    _near: dict[tuple[str, str, str], tuple[list[Hazard], list[str]]] = field(default_factory=dict)

    def same_words(self, number: int) -> list[Hazard]:
        """Hazards of the row's firm with its very description; sought once, as several tests ask."""
        if number not in self._same:
            self._same[number] = self.own.same_words(self.rows[number])
        return self._same[number]

    def take(self, number: int, hazard: Hazard, test: int) -> bool:
        """Match a row to a hazard; False where an earlier run has matched one of both to another."""
        if self.known and not self._may_take(number, hazard):
            return False
        self.matches[number].hazard, self.matches[number].test = hazard, test
        self.used.setdefault(hazard.id, number)
        return True

    def _may_take(self, number: int, hazard: Hazard) -> bool:
        name = self.known.get(number)
        if name is not None:
            return self.every.get(name) is hazard
        keepers = self._keepers.get(hazard.id, ())
        return hazard.id not in self.plain and all(self._only_repeats(keeper, number, hazard) for keeper in keepers)

    def _only_repeats(self, keeper: int, number: int, hazard: Hazard) -> bool:
        """Whether a row has its hazard as it says again, without a 编号, what a row says that takes that hazard now."""
        row = self.rows[keeper]
        if row.id or row.own_id:
            return False
        return self.rows.kind(keeper) == self.rows.kind(number) or any(
            one is hazard and one.found == row.found and words_key(one.place) == row.site for one in self.same_words(keeper))

    def rows_in_question(self, originals: Collection[int]) -> list[int]:
        """The rows that go through the tests, held ones last: a held row never takes a hazard from another. ``originals`` are rows
        that others are twins of."""
        count, held = len(self.rows), self.rows.held
        in_order = [*(number for number in range(count) if number not in held), *sorted(held)] if held else range(count)
        if not self.known:
            return [number for number in in_order if number not in self.matches]
        rest: list[int] = []
        for number in in_order:
            if number in self.matches:
                continue
            name = self.known.get(number)
            hazard = self.every.get(name) if name is not None else None
            if hazard is None:
                rest.append(number)
            elif self._is_plain(number, hazard) and number not in originals and hazard.id not in self.plain:
                self.plain[hazard.id] = number
            else:
                rest.append(number)
                self._keepers.setdefault(hazard.id, set()).add(number)
        if rest:
            rest += self._also_in_question(rest)
            rest.sort(key=lambda number: (number in held, number))
        if not self.own.all:
            self.take_plain()
        return rest

    def _is_plain(self, number: int, hazard: Hazard) -> bool:
        rows = self.rows
        return rows.descriptions[number] == hazard.description and rows.found[number] == hazard.found != "" \
            and rows.firms[number] == hazard.firm

    def _also_in_question(self, rest: Sequence[int]) -> list[int]:
        """Plain rows whose turn matters to rows in question: those of a hazard that such a row names, is known to be or,
        not known, says again."""
        more: list[int] = []
        asking = list(rest)
        while asking:
            number = asking.pop()
            named = [self.rows.ids.get(number, ""), self.known.get(number, "")]
            hazards = [self.every[name] for name in named if name in self.every]
            if number not in self.known:
                hazards += self.same_words(number)
            if number in self.rows.own_ids:
                hazards += self.own.of_own_id(self.rows.own_ids[number])
            for hazard in hazards:
                place = self.plain.pop(hazard.id, None)
                if place is not None:
                    self._keepers.setdefault(hazard.id, set()).add(place)
                    more.append(place)
                    asking.append(place)
        return more

    def take_plain(self) -> None:
        """Match the rows of which nothing can be said."""
        for name, number in self.plain.items():
            match = self.matches[number]
            match.hazard, match.test = self.every[name], -1
            self.used.setdefault(name, number)

    def as_known(self, number: int) -> bool:
        """Whether an earlier run matched a row that no test matches now, as a decision or a newer rule has changed them."""
        name = self.known.get(number)
        hazard = self.every.get(name) if name is not None else None
        if hazard is None or self.matches[number].same_as is not None:
            return False
        if hazard.id == name and hazard.id in self.used and self.again(number):
            return True
        return self.take(number, hazard, -1)

    def by_our_id(self, number: int) -> bool:
        """Test 1: our 编号, and firm or description is like; else the row is held."""
        hazard = self.every.get(self.rows.ids.get(number, ""))
        name = self.known.get(number)
        if hazard is None or (name is not None and self.every.get(name) is not hazard):
            return False
        row, match = self.rows[number], self.matches[number]
        if hazard.id in self.used and any(self.own.likely.get(one.id) == hazard.id for one in self.own.same_words(row)):
            match.same_as, match.test = self.used[hazard.id], 1  # both are in what was given back, and are said to be one
            return True
        if name is not None:
            return hazard.id not in self.used and self.take(number, hazard, 1)
        if hazard.id in self.used:
            match.error, match.words = "id-twice", {"id": row.id, "twin": str(self.used[hazard.id])}
            return True
        if not self.own.is_like(row, hazard, self.alike.known) or self._is_another(row, hazard):
            match.error, match.words = "id-contradicts", {"id": row.id, "other": f"{hazard.firm}：{shown_text(hazard)}"}
            return True
        return self.take(number, hazard, 1)

    def _is_another(self, row: RowKey, hazard: Hazard) -> bool:
        """Whether a row with a hazard's 编号 is, by its words and its day, another hazard of the firm."""
        return likeness(row.description, hazard.description) < self.alike.known and any(
            one is not hazard and one.found == row.found for one in self.own.same_words(row))

    def again(self, number: int) -> bool:
        """Whether a row says again, without a 编号, what another row with one says: both are one hazard."""
        rows = self.rows
        if number in rows.held or number in rows.ids or number in rows.own_ids:
            return False
        row = rows[number]
        same = [one for one in self.same_words(number)
                if one.id in self.used and one.found == row.found and words_key(one.place) == row.site]
        other = self.used[min(same, key=lambda one: one.id).id] if same else self._numbered_row(row)
        if other is None or other == number or not self._may_be_one(number, other):
            return False
        self.matches[number].same_as = other
        return True

    def _numbered_row(self, row: RowKey) -> int | None:
        """The first row with a number that is alike in firm, place, description and day."""
        rows = self.rows
        if not row.words or not (rows.ids or rows.own_ids):
            return None
        if self._numbered is None:
            self._numbered = {}
            for number in sorted({*rows.ids, *rows.own_ids}, key=lambda number: (number not in rows.ids, number)):
                match = self.matches.get(number) or Match()
                if not match.error and match.same_as is None and (match.hazard or number not in rows.held):
                    self._numbered.setdefault(rows.kind(number), number)
        return self._numbered.get(rows.kind(row.row))

    def _may_be_one(self, number: int, other: int) -> bool:
        """Whether an earlier run, if it knew a row, had it as one with the other."""
        name, match = self.known.get(number), self.matches.get(other)
        return name is None or name == (match.hazard.id if match and match.hazard else self.known.get(other))

    def by_own_id(self, number: int) -> bool:
        """Test 2: the unit's own number, unique in the file, with the same likeness."""
        if number not in self.rows.own_ids:
            return False
        row, known = self.rows[number], self.alike.known
        found = [one for one in self.own.of_own_id(row.own_id) if one.id not in self.used]
        if len(found) == 1 and self.own.is_like(row, found[0], known) and likeness(row.description, found[0].description) >= known:
            return self.take(number, found[0], 2)
        return False

    def by_words_and_day(self, number: int) -> bool:
        """Test 3: firm, description and day found are equal, and the places do not contradict each other."""
        row = self.rows[number]
        found = [one for one in self.same_words(number) if one.id not in self.used and one.found == row.found and one.found]
        exact = [one for one in found if words_key(one.place) == row.site]
        found = exact or [one for one in found if can_be_one_place(one.place, row.place)]
        if not found:
            return False
        return self.take(number, min(found, key=lambda one: one.id), 3)

    def by_words(self, number: int) -> bool:
        """Test 4: firm and description are equal, the day is blank on one side."""
        row = self.rows[number]
        found = [one for one in self.same_words(number) if one.id not in self.used and (not one.found or not row.found)
                 and can_be_one_place(one.place, row.place)]
        if len(found) != 1:
            return False
        return self.take(number, found[0], 4)

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
                hazard, row = best[0][1], self.rows[number]
                # of a hazard that another unit has reworded since: it says the same now
                same = words_key(hazard.description) == row.words and self.own.names.key(hazard.firm) == row.firm_key
                if ways[0][1] == number and _leads(ways, self.alike) and self.take(number, hazard, 3 if same else 5):
                    self.matches[number].other_text = hazard.description
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
            near, words = self._near_by(row)
            scores, = cdist([row.words], words, scorer=Indel.normalized_similarity, score_cutoff=self.alike.known, dtype=np.float64)
            self._alike[number] = [(float(scores[at]), near[at]) for at in np.flatnonzero(scores)]
        return [one for one in self._alike[number] if one[1].id not in self.used]

    def _near_by(self, row: RowKey) -> tuple[list[Hazard], list[str]]:
        """The hazards of the row's day and firm, and their words; sought once for all rows of both, which may be thousands."""
        key = row.found, row.firm_key, row.code
        if key not in self._near:
            near = self.own.near(row)
            self._near[key] = near, [words_key(one.description) for one in near]
        return self._near[key]


def _leads(best: Sequence[tuple[float, object]], alike: Alike) -> bool:
    return len(best) == 1 or best[0][0] - best[1][0] >= alike.margin - 1e-9
