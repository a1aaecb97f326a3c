"""Columns that mean the same: what is blank in the first is taken from the others (企业名称 and 单位名称)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consolidator.reading.ledgers.columns import Column
from schemas.ledger_definition import Ledger


class Further(NamedTuple):
    """A column that means the same as another: its role, its heading, its cells."""

    role: str
    heading: str
    cells: Column


def filled_up(raw: dict[str, Column], further: Sequence[Further], ledger: Ledger) -> tuple[dict[str, Column], list[Further]]:
    """``raw`` with its blanks filled from ``further``, and what those of states say beside one that is not blank: two states
    are held against each other. Amounts are not filled: their units may differ."""
    states: list[Further] = []
    for role, heading, other in further:
        column = ledger.columns.get(role)
        blank = raw[role].blank
        if column is None or column.type == "money" or other.different <= other.blank:
            continue
        own = raw[role].cells
        if column.type == "state":
            beside = Column(["" if mine in blank else cell for mine, cell in zip(own, other.cells, strict=True)])
            states += [] if beside.different <= beside.blank else [Further(role, heading, beside)]
        if not blank.isdisjoint(raw[role].different):
            raw = {**raw, role: Column([cell if mine in blank else mine for mine, cell in zip(own, other.cells, strict=True)])}
    return raw, states
