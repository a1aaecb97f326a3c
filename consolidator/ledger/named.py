"""People who stand in texts that are not of them: of an earlier row of the hazard, of another row, of a row that was held."""

from __future__ import annotations

from collections.abc import Iterable

from consolidator.ledger.follow import Following
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.model.people import People, mask_firm, mask_people
from schemas.actions import each_text

_TEXTS = ("firm", "place", "description", "measures", "plan", "remarks", "basis", "review_result")


def note_people(following: Following, one: UnitLedger) -> None:
    """Note the people of all rows of a ledger, held ones too."""
    people = following.people.setdefault(one.unit, People())
    for sheet in one.sheets:
        for role in one.ledger.personal & sheet.columns.keys():
            people.add(str(cell) for cell in set(sheet.columns[role]) if cell)


def find_named(following: Following, result: LedgerResult) -> None:
    """Find the people of a unit's ledgers in what the result says of its hazards and rows: texts name them to nobody outside."""
    if not following.people:
        return
    for hazard in result.hazards:
        texts = "\n".join([*(getattr(hazard, name) or "" for name in _TEXTS), *hazard.listed.values()])
        hazard.named = _found(following, (*hazard.units, hazard.moved_from), texts)
    for row in result.rows:
        row.named = _found(following, (row.unit,), "\n".join((*row.cells.values(), *row.messages)))
        row.messages = [_masked(message, row.named) for message in row.messages]
    for word in result.held:
        names = _found(following, (word.unit,), f"{word.message}\n{word.firm}\n{word.about}")
        if names:
            word.message, word.firm, word.about = _masked(word.message, names), mask_firm(word.firm, names), mask_people(word.about, names)
    for doubt in result.doubts:
        both: Iterable[Hazard] = filter(None, map(following.find, (doubt.id, doubt.other)))
        doubt.message = _masked(doubt.message, [name for hazard in both for name in hazard.names])
    result.checks = [{**one, "firm": mask_firm(one["firm"], _found(following, (one["unit"],), one["firm"]))} for one in result.checks]


def _found(following: Following, units: Iterable[str], text: str) -> tuple[str, ...]:
    found = [name for unit in dict.fromkeys(units) if unit in following.people for name in following.people[unit].find_in(text)]
    return tuple(dict.fromkeys(found))


def _masked(message: str, names: Iterable[str]) -> str:
    return each_text(message, lambda text: mask_people(text, names))
