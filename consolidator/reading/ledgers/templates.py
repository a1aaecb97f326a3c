"""Rows that a ledger's blank brought along: hints on how to fill it in, and rows in which only choices are set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from consolidator.model.grid import CellValue
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.headings import Headings
from consolidator.reading.ledgers.states import state_reader
from consolidator.reading.ledgers.values import text_of, values_of
from schemas.ledger_definition import Ledger

FEWEST_HINTS = 2
_OFFERED = re.compile("[/、,;|或]")
_CHOSEN = ("choice", "tick", "yes_no", "listed", "state")

Cells = Sequence[tuple[int, CellValue]]


def is_hint(cells: Cells, labels: Mapping[int, str], ledger: Ledger) -> bool:
    """Whether a row right below the headings says how the columns are to be filled in (重大/较大/一般, YYYY-MM-DD), and has no day."""
    values, hints, found = values_of(ledger), re.compile(ledger.hints), 0
    for at, value in cells:
        role = labels.get(at, "")
        column = ledger.columns.get(role)
        if column and column.type == "day" and values.day(value)[0]:
            return False
        text = squeeze(text_of(value))
        choices = ledger.choices.get(role, {})
        offers = bool(_OFFERED.search(text)) and sum(name in text for name in choices) >= FEWEST_HINTS
        found += offers or bool(hints.search(text))
    return found >= FEWEST_HINTS and found * 2 >= sum(at in labels for at, _ in cells)


def has_only_choices(cells: Cells, labels: Mapping[int, str], headings: Headings) -> bool:
    """Whether a row has nothing but running numbers and choices that a blank has in each of its rows: 3, 重大, 自查, 未整改."""
    ledger = headings.ledger
    values, states = values_of(ledger), state_reader(ledger)
    for at, value in cells:
        role = labels.get(at, "")
        kind = ledger.columns[role].type if role in ledger.columns else ""
        if at == headings.serial or (kind == "choice" and values.choice(value, role)[0]):
            continue
        if kind not in _CHOSEN or kind == "choice" or (kind == "state" and states.of(value) not in ("", "open")):
            return False
    return bool(cells)
