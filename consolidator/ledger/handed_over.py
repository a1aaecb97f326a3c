"""移交: a row that says so hands its hazard to the unit that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from consolidator.ledger.follow import Following
from consolidator.ledger.rows_taken import Word
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import Value

_BEFORE_UNIT = re.compile("[给至到由]")


def hand_over_by_row(following: Following, one: UnitLedger, hazard: Hazard, row: Mapping[str, Value]) -> list[Word]:
    """Let the claim of the unit of ``one`` go to the unit that ``row`` names, if it names one of the roster; what is to be reported:
    each time that it is written."""
    following.changed.add(hazard.id)
    text = f"{row.get('state_text') or ''} {row.get('remarks') or ''}"
    for word in one.ledger.states["moved"].words:
        text = text.replace(word, " ")  # a unit's name is known as a word of its own: 移交区城管委
    named = [unit for unit in following.roster.find_in(_BEFORE_UNIT.sub(" ", text)) if unit != one.unit]
    if len(named) != 1:
        return [] if hazard.id in following.to_move else [("moved-where", "state", {"id": hazard.id})]
    following.move(hazard, one.unit, named[0])
    return [("moved-to", "state", {"id": hazard.id, "other": named[0]})]
