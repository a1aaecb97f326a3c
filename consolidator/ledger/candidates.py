"""The hazards that rows of a ledger can be of, by firm and words, and by day and like words; sought once, as several tests ask."""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from consolidator.ledger.likeness import words_key
from consolidator.ledger.unit_hazards import RowKey, RowKeys, UnitHazards
from consolidator.model.ledger import Hazard


class Candidates:
    """The hazards of a unit (``own``) that its rows can be of. ``least`` is the likeness, 0 to 1, below which words are not alike."""

    def __init__(self, rows: RowKeys, own: UnitHazards, least: float):
        self.rows, self.own, self.least = rows, own, least
        self._same: dict[int, list[Hazard]] = {}
        self._alike: dict[int, list[tuple[float, Hazard]]] = {}
        self._near: dict[tuple[str, str, str], tuple[list[Hazard], list[str]]] = {}

    def same_words(self, number: int) -> list[Hazard]:
        """Hazards of the row's firm with its very description."""
        if number not in self._same:
            self._same[number] = self.own.same_words(self.rows[number])
        return self._same[number]

    def alike_on_its_day(self, number: int) -> list[tuple[float, Hazard]]:
        """(likeness, hazard) of those of the row's day and firm whose words are like its own."""
        row = self.rows[number]
        if not (row.found and row.words):
            return []
        if number not in self._alike:
            near, words = self._near_by(row)
            scores, = cdist([row.words], words, scorer=Indel.normalized_similarity, score_cutoff=self.least, dtype=np.float64)
            self._alike[number] = [(float(scores[at]), near[at]) for at in np.flatnonzero(scores)]
        return self._alike[number]

    def _near_by(self, row: RowKey) -> tuple[list[Hazard], list[str]]:
        """The hazards of the row's day and firm, and their words; sought once for all rows of both, which may be thousands."""
        key = row.found, row.firm_key, row.code
        if key not in self._near:
            near = self.own.near(row)
            self._near[key] = near, [words_key(one.description) for one in near]
        return self._near[key]
