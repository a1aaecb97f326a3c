"""The hazards that rows begin, made column by column: what :func:`~consolidator.ledger.fold.fold_row` makes of a blank hazard, for
thousands of rows at once. What few rows have (a closing, 挂牌) is left to the fold itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from consolidator.ledger.fold import KEPT_OR_OF_THE_END, LISTED, Words, fold_listed, fold_state
from consolidator.ledger.unit_hazards import RowKeys
from consolidator.ledger.unit_ledger import Rows, UnitLedger
from consolidator.model.ledger import Hazard, set_all
from consolidator.model.ledger_sheet import Value

_STATES: dict[Value, str] = {None: "open", "moved": "open", "failed": "open", "open": "open", "under_way": "under_way",
                            "rectified": "rectified"}
_AMOUNTS = (int, float)
T = TypeVar("T")


def new_hazards(one: UnitLedger, rows: Rows, places: Sequence[int], keys: RowKeys) -> tuple[list[Hazard], dict[int, Words]]:
    """A hazard, without an id yet, for each of ``places`` in ``rows``; and by place what is to be reported of it. ``keys`` are those of
    all rows."""
    ledger, name, units, week, table = one.ledger, one.ledger.name, one.units, one.week, _Table(rows, places)
    sides = defaultdict(lambda: "self", {key: choice.side for key, choice in ledger.choices.get("source", {}).items() if choice.side})
    columns = (table.of(keys.firms), table.of(keys.descriptions), table.of(keys.found), table.texts("source"))
    hazards = [Hazard("", name, units, sides[source], firm, description=text, found=day, since=week, seen=week, source=source,
                      file=one.file)
               for firm, text, day, source in zip(*columns, strict=True)]
    for role in (role for role in KEPT_OR_OF_THE_END if table.has(role)):
        set_all(hazards, role, [value or "" for value in table.values(role)])
    if table.has("money"):
        set_all(hazards, "money", [value if isinstance(value, _AMOUNTS) else None for value in table.values("money")])
    if table.has("suspended"):
        set_all(hazards, "suspended", map(bool, table.values("suspended")))
    if table.has("due"):
        due = table.texts("due")
        set_all(hazards, "due", due)
        set_all(hazards, "first_due", [day and (first or day) for day, first in zip(due, table.texts("first_due"), strict=True)])
    set_all(hazards, "people", _people(one, table))
    names, numbers = rows.sheets_and_rows(places)
    set_all(hazards, "sheet", names)
    set_all(hazards, "row", numbers)
    words = _fold_state_and_listing(hazards, table, one)
    filled = (table.filled(role) for role in ledger.five if role in ledger.personal or hasattr(Hazard, role))
    set_all(hazards, "five", map(sum, zip(*filled, strict=True)))
    return hazards, words


class _Table:
    """The rows at ``places`` by column."""

    def __init__(self, rows: Rows, places: Sequence[int]):
        self.rows, self.places = rows, places
        self.all = len(places) == len(rows)

    def has(self, role: str) -> bool:
        """Whether any sheet has the column."""
        return self.rows.column(role) is not None

    def values(self, role: str) -> Sequence[Value]:
        """The column; None where a sheet does not have it."""
        values = self.rows.column(role)
        return [None] * len(self.places) if values is None else self.of(values)

    def of(self, values: Sequence[T]) -> Sequence[T]:
        """What of the values of all rows is of these rows."""
        return values if self.all else [values[place] for place in self.places]

    def texts(self, role: str) -> list[str]:
        """The column as texts."""
        return [str(value or "") for value in self.values(role)]

    def filled(self, role: str) -> list[bool]:
        """Which rows have anything in the column; zero is an amount that somebody wrote."""
        return [value is not None and value != "" for value in self.values(role)]


def _people(one: UnitLedger, table: _Table) -> list[dict[str, str]]:
    """The people of each row; rows with the same share them."""
    roles = [role for role in one.ledger.people_columns if table.has(role)]
    written = list(zip(*(table.texts(role) for role in roles), strict=True)) if roles else [()] * len(table.places)
    people = {texts: one.same_people({role: text for role, text in zip(roles, texts, strict=True) if text}) for texts in set(written)}
    return [people[texts] for texts in written]


def _fold_state_and_listing(hazards: Sequence[Hazard], table: _Table, one: UnitLedger) -> dict[int, Words]:
    """The state of each; and by place what is to be reported of a row's 挂牌."""
    states = table.values("state")
    set_all(hazards, "state", [_STATES.get(state, "open") for state in states])
    for n in (n for n, state in enumerate(states) if state not in _STATES):
        fold_state(hazards[n], table.rows[table.places[n]], one.ledger, one.day)
    words: dict[int, Words] = {}
    listed = set().union(*((n for n, value in enumerate(table.values(role)) if value) for role in LISTED if table.has(role)))
    for n in sorted(listed):
        words[table.places[n]] = fold_listed(hazards[n], table.rows[table.places[n]], one.day)
    return words
