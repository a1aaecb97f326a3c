"""The rows of a unit's ledger before this one, by the hazard that each was: a row that says just that again changes nothing."""

from __future__ import annotations

from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.ledger import Hazard


class RowsBefore:
    """The rows of ``ledger``, which was taken before; None: there was none."""

    def __init__(self, ledger: UnitLedger | None):
        self._ledger = ledger
        self._places: dict[str, int] | None = None

    def has(self, hazard: Hazard, values: tuple[object, ...]) -> bool:
        """Whether the hazard's row held just these ``values``, as :meth:`~consolidator.ledger.unit_ledger.Rows.values` gives them."""
        if self._ledger is None:
            return False
        place = self._place_of().get(hazard.id)
        return place is not None and self._ledger.rows().values(place) == values

    def forget(self, hazard: Hazard) -> None:
        """Its row is its last one no more."""
        self._place_of().pop(hazard.id, None)

    def _place_of(self) -> dict[str, int]:
        if self._places is None:
            taken = self._ledger.taken if self._ledger else ()
            self._places = {hazard.id: place for place, hazard in enumerate(taken) if hazard is not None}
        return self._places
