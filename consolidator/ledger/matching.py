"""Which row is which hazard: the six tests of the specification, one to one within a unit, the first that holds.

A running number is never identity. Likeness is measured between descriptions, and counts only between rows whose firms can be
one: short against full name, never 一店 against 二店.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.candidates import Candidates
from consolidator.ledger.follow import Find
from consolidator.ledger.known_rows import KnownRows
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


def match_rows(rows: RowKeys, own: UnitHazards, find: Find, known: Mapping[int, str], alike: Alike) -> dict[int, Match]:
    """What a ledger's rows are; a row that is missing, or has no hazard, is a new one.

    ``own`` are the hazards of the unit, ``find`` finds any of the district by its id, ``known`` says which hazards rows were matched
    to in an earlier run: they stay what they were, and the same is said of them as in that run.
    """
    matches: dict[int, Match] = defaultdict(Match)
    first = rows.first_of_its_kind()
    for number, original in first.items():
        matches[number].same_as = original
    candidates = Candidates(rows, own, alike.known)
    search = _Search(rows, matches, own, candidates, alike, known=KnownRows(rows, find, candidates, known))
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
        above = matches[original].same_as
        matches[number].same_as = original if above is None else above
        twin = matches[original if above is None else above]
        matches[number].hazard, matches[number].test = twin.hazard, twin.test
        matches[number].error, matches[number].words = twin.error, twin.words
    return dict(matches)


@dataclass(slots=True)
class _Search:
    """The tests of ledger.md §3 one after the other; ``used`` are the hazards that a row has been matched to, and which row."""

    rows: RowKeys
    matches: dict[int, Match]
    own: UnitHazards
    candidates: Candidates
    alike: Alike
    _: KW_ONLY
    known: KnownRows
    used: dict[str, int] = field(default_factory=dict)
    _numbered: dict[tuple[str, ...], int] | None = None

    def take(self, number: int, hazard: Hazard, test: int) -> bool:
        """Match a row to a hazard; False where an earlier run has matched one of both to another."""
        if self.known.ids and not self.known.may_take(number, hazard):
            return False
        self.matches[number].hazard, self.matches[number].test = hazard, test
        self.used.setdefault(hazard.id, number)
        return True

    def rows_in_question(self, originals: Collection[int]) -> list[int]:
        """The rows that go through the tests, held ones last: a held row never takes a hazard from another. ``originals`` are rows
        that others are twins of."""
        count, held = len(self.rows), self.rows.held
        in_order = [*(number for number in range(count) if number not in held), *sorted(held)] if held else range(count)
        rest = [number for number in in_order if number not in self.matches]
        if not self.known.ids:
            return rest
        rest = self.known.in_question(rest, originals)
        if not self.own.all:
            self.take_plain()
        return rest

    def take_plain(self) -> None:
        """Match the rows of which nothing can be said."""
        for name, number in self.known.plain.items():
            match = self.matches[number]
            match.hazard, match.test = self.known.hazard(number), -1
            self.used.setdefault(name, number)

    def as_known(self, number: int) -> bool:
        """Whether an earlier run matched a row that no test matches now, as a decision or a newer rule has changed them."""
        hazard = self.known.hazard(number)
        if hazard is None or self.matches[number].same_as is not None:
            return False
        if hazard.id == self.known.ids[number] and hazard.id in self.used and self.again(number):
            return True
        return self.take(number, hazard, -1)

    def by_our_id(self, number: int) -> bool:
        """Test 1: our 编号, and firm or description is like; else the row is held."""
        hazard = self.known.find(self.rows.ids.get(number, ""))
        is_known = number in self.known.ids
        if hazard is None or (is_known and self.known.hazard(number) is not hazard):
            return False
        row, match = self.rows[number], self.matches[number]
        if hazard.id in self.used and (self.rows.ids.get(self.used[hazard.id], row.id) != row.id or any(
                self.own.likely.get(one.id) == hazard.id for one in self.own.same_words(row))):
            match.same_as, match.test = self.used[hazard.id], 1  # both were linked, or are in what was given back and are said to be one
            return True
        if is_known:
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
        same = [one for one in self.candidates.same_words(number)
                if one.id in self.used and ((one.found == row.found and words_key(one.place) == row.site)
                                            or self.own.was_said(one, row))]
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
        name, match = self.known.ids.get(number), self.matches.get(other)
        return name is None or name == (match.hazard.id if match and match.hazard else self.known.ids.get(other))

    def by_own_id(self, number: int) -> bool:
        """Test 2: the unit's own number, unique in the file, with the same likeness."""
        if number not in self.rows.own_ids:
            return False
        row, known = self.rows[number], self.alike.known
        found = [one for one in self.own.of_own_id(row.own_id) if one.id not in self.used]
        if any(one.found == row.found and one not in found for one in self.candidates.same_words(number)):
            return False  # it says what another hazard says: the numbers have moved on, as running ones do
        if len(found) == 1 and self.own.is_like(row, found[0], known) and likeness(row.description, found[0].description) >= known:
            return self.take(number, found[0], 2)
        return False

    def by_words_and_day(self, number: int) -> bool:
        """Test 3: firm, description and day found are equal, and the places do not contradict each other."""
        row = self.rows[number]
        found = [one for one in self.candidates.same_words(number) if one.id not in self.used and one.found
                 and (one.found == row.found or self.own.was_said(one, row))]
        exact = [one for one in found if words_key(one.place) == row.site or self.own.was_said(one, row)]
        found = exact or [one for one in found if can_be_one_place(one.place, row.place)]
        if not found:
            return False
        return self.take(number, min(found, key=lambda one: one.id), 3)

    def by_words(self, number: int) -> bool:
        """Test 4: firm and description are equal, the day is blank on one side."""
        row = self.rows[number]
        found = [one for one in self.candidates.same_words(number) if one.id not in self.used and (not one.found or not row.found)
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
        same = [one for one in self.candidates.same_words(number) if one.id not in self.used]
        if same:
            other = max(same, key=lambda one: (one.state != "closed", one.found, one.id))
            match.other, match.repeat = other, other.state == "closed" and other.found != row.found
            return
        best = self._alike_on_its_day(number)
        if best:
            match.other = max(best, key=lambda one: (one[0], one[1].id))[1]

    def _alike_on_its_day(self, number: int) -> list[tuple[float, Hazard]]:
        return [one for one in self.candidates.alike_on_its_day(number) if one[1].id not in self.used]


def _leads(best: Sequence[tuple[float, object]], alike: Alike) -> bool:
    return len(best) == 1 or best[0][0] - best[1][0] >= alike.margin - 1e-9
