"""Rows that an earlier run has matched: which of them need no test, and what a test must not change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from consolidator.ledger.candidates import Candidates
from consolidator.ledger.follow import Find
from consolidator.ledger.likeness import words_key
from consolidator.ledger.unit_hazards import RowKeys
from consolidator.model.ledger import Hazard


class KnownRows:
    """Rows that an earlier run has matched (``ids``: row → its hazard's id) are taken through the same tests as others, as what is said
    of a row depends on the test that it passed; but a test never makes them another hazard, nor gives their hazard to another row.

    ``plain`` (hazard → row) are those of them of which nothing can be said, as they say what their hazard says: they need no test.
    """

    def __init__(self, rows: RowKeys, find: Find, candidates: Candidates, ids: Mapping[int, str]):
        self.rows, self.find, self.candidates, self.ids = rows, find, candidates, ids
        self.plain: dict[str, int] = {}
        self._keepers: dict[str, set[int]] = {}

    def hazard(self, number: int) -> Hazard | None:
        """The hazard that the row was, None for one that is not known."""
        name = self.ids.get(number)
        return self.find(name) if name is not None else None

    def may_take(self, number: int, hazard: Hazard) -> bool:
        """Whether no earlier run has matched the row, or the hazard, to another."""
        if number in self.ids:
            return self.hazard(number) is hazard
        keepers = self._keepers.get(hazard.id, ())
        return hazard.id not in self.plain and all(self._only_repeats(keeper, number, hazard) for keeper in keepers)

    def _only_repeats(self, keeper: int, number: int, hazard: Hazard) -> bool:
        """Whether a row has its hazard as it says again, without a 编号, what a row says that takes that hazard now."""
        row = self.rows[keeper]
        if row.id or row.own_id:
            return False
        return self.rows.kind(keeper) == self.rows.kind(number) or any(
            one is hazard and one.found == row.found and words_key(one.place) == row.site
            for one in self.candidates.same_words(keeper))

    def in_question(self, numbers: Sequence[int], originals: Collection[int]) -> list[int]:
        """Those of the rows ``numbers`` that go through the tests, in their order, held ones last; the others are ``plain``.
        ``originals`` are rows that others are twins of."""
        rest: list[int] = []
        for number in numbers:
            hazard = self.hazard(number)
            if hazard is None:
                rest.append(number)
            elif self._is_plain(number, hazard) and number not in originals and hazard.id not in self.plain:
                self.plain[hazard.id] = number
            else:
                rest.append(number)
                self._keepers.setdefault(hazard.id, set()).add(number)
        if rest:
            rest += self._also_in_question(rest)
            rest.sort(key=lambda number: (number in self.rows.held, number))
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
            named = [self.find(self.rows.ids.get(number, "")), self.hazard(number)]
            hazards = [hazard for hazard in named if hazard is not None]
            if number not in self.ids:
                hazards += self.candidates.same_words(number)
            if number in self.rows.own_ids:
                hazards += self.candidates.own.of_own_id(self.rows.own_ids[number])
            for hazard in hazards:
                place = self.plain.pop(hazard.id, None)
                if place is not None:
                    self._keepers.setdefault(hazard.id, set()).add(place)
                    more.append(place)
                    asking.append(place)
        return more
