"""Ledgers whose headings stand beside their values, one below another or in a card for each hazard: they are reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidator.model.grid import CellValue
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.headings import Headings, Top
from consolidator.reading.ledgers.lexicon import WITHOUT_KEY, Lexicon, heading_text, key_of
from consolidator.reading.ledgers.values import values_of

Places = dict[str, tuple[int, int]]


def find_headings_down(top: Top) -> Headings | None:
    """The headings of a ledger of hazards that stand beside their values; None where there is none such."""
    for lexicon in top.possible:
        if lexicon.ledger.is_hazards and (at := _beside_values(top.rows, lexicon)):
            numbers = [row for row, _ in at.values()]
            seen = tuple(lexicon.ledger.heading(role) for role in at)
            return Headings(lexicon.ledger, min(numbers), max(numbers), {}, seen=seen)
    return None


def _beside_values(rows: Sequence[Sequence[CellValue]], lexicon: Lexicon) -> Places:
    """Role → its heading's place, where enough of them have a description, a day and others at their right; empty otherwise."""
    at: Places = {}
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            meant = lexicon.means(heading_text(value)) if value.__class__ is str and value else None
            if meant and not _is_tick(meant[0], lexicon):  # 整改中 is a state here
                at.setdefault(meant[0], (r, c))
    beside = {role: value for role, place in at.items() if (value := _right_of(rows, place)) != ""}
    key = key_of(lexicon.ledger)
    text = squeeze(str(beside.get(key, "")))
    is_described = bool(text) and len(text) >= lexicon.ledger.columns[key].shortest and not lexicon.means(heading_text(text))
    return {role: at[role] for role in beside} if is_described and len(beside) >= WITHOUT_KEY and _has_day(beside, lexicon) else {}


def _is_tick(role: str, lexicon: Lexicon) -> bool:
    return role in lexicon.ledger.columns and lexicon.ledger.columns[role].type == "tick"


def _right_of(rows: Sequence[Sequence[CellValue]], place: tuple[int, int]) -> CellValue:
    """The next filled cell."""
    return next((value for value in rows[place[0]][place[1] + 1:] if value != ""), "")


def _has_day(beside: Mapping[str, CellValue], lexicon: Lexicon) -> bool:
    """Whether a day stands where one belongs."""
    columns, values = lexicon.ledger.columns, values_of(lexicon.ledger)
    return any(columns[role].type == "day" and values.day(value)[0] for role, value in beside.items() if role in columns)
