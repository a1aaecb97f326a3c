"""Rows of a day are compared with all hazards of that day at once; the same comes of it as of one after the other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.likeness import likeness
from consolidator.ledger.matching import match_rows
from consolidator.ledger.unit_hazards import RowKeys, UnitHazards
from consolidator.ledger.unit_ledger import Rows
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import LedgerSheet
from schemas.firms import FirmNames
from tests.ledger.factory import LEDGER

DAY = "2023-05-30"
TEXTS = st.lists(st.text("安全出口堵塞消防（，1一 Aａ", min_size=1, max_size=12), min_size=1, max_size=6)


@settings(deadline=None, max_examples=200)
@given(TEXTS, TEXTS)
def test_the_likest_hazard_of_the_day_is_named(known: list[str], written: list[str]):
    names = FirmNames()
    own = UnitHazards(names)
    for number, text in enumerate(known):
        own.add(Hazard(f"YH2023-{number:04d}", LEDGER.name, ["甲局"], "self", "鑫达", description=text, found=DAY, since=DAY, seen=DAY))
    own.index()
    sheet = LedgerSheet(LEDGER.name, "台账", len(written), rows=list(range(2, len(written) + 2)), columns={
        "firm": ["鑫达"] * len(written), "description": written, "found": [DAY] * len(written)})
    rows = RowKeys(Rows([sheet]), ColumnKeys(names), held=range(len(written)))  # held rows take no hazard by likeness: each is only named
    matches = match_rows(rows, own, own.all, {}, LEDGER.alike)
    for number, text in enumerate(written):
        match = matches.get(number)
        if not rows.words[number] or own.same_words(rows[number]) or (match and match.same_as is not None):
            continue
        scored = [(score, one.id) for one in own.all.values() if (score := likeness(text, one.description, LEDGER.alike.known))
                  and one.id not in {other.hazard.id for other in matches.values() if other.hazard}]
        other = match.other if match else None
        assert (other.id if other else None) == (max(scored)[1] if scored else None)
