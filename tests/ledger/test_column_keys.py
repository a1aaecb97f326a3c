"""Keys of columns are the same whether they are made beforehand or when they are asked for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger import column_keys
from consolidator.ledger.column_keys import ColumnKeys
from consolidator.model.ledger_sheet import LedgerSheet
from schemas.firms import FirmNames
from tests.ledger.factory import LEDGER

CELLS = st.one_of(st.none(), st.text("鑫达商贸有限公司天津（）() 1Ａa，", max_size=8))
COLUMNS = st.integers(0, 5).flatmap(lambda count: st.fixed_dictionaries(
    {"firm": st.lists(CELLS, min_size=count, max_size=count)},
    optional={role: st.lists(CELLS, min_size=count, max_size=count) for role in ("description", "place")}))


def sheet_of(columns: dict) -> LedgerSheet:
    return LedgerSheet(LEDGER.name, "台账", len(columns["firm"]), rows=list(range(len(columns["firm"]))), columns=columns)


def keys_of(keys: ColumnKeys, columns: dict) -> dict[str, list[str]]:
    """As they are asked for: the column itself where all of it are texts."""
    asked = {role: column if None not in column else [text or "" for text in column] for role, column in columns.items()}
    return {role: keys.firms(texts) if role == "firm" else keys.words(texts) for role, texts in asked.items()}


@settings(deadline=None)
@given(COLUMNS)
def test_keys_made_beforehand_are_those_made_when_asked_for(columns):
    names = FirmNames((), ("天津",))
    keys, expected = ColumnKeys(names), keys_of(ColumnKeys(names), columns)
    keys.prepare([sheet_of(columns)])
    assert keys_of(keys, columns) == expected
    assert keys_of(keys, columns) == expected  # asked for again, as a late ledger's are
    assert keys_of(keys, {role: list(column) for role, column in columns.items()}) == expected


def test_keys_are_made_beforehand_for_the_first_rows_alone(monkeypatch):
    made = []
    monkeypatch.setattr(column_keys, "words_keys", lambda texts: made.append(len(texts)) or list(texts))
    monkeypatch.setattr(column_keys, "MOST_ROWS", 3)
    keys = ColumnKeys(FirmNames())
    for _ in range(2):
        keys.prepare([sheet_of({"firm": ["甲"] * 2, "description": ["乙"] * 2})])
    assert made == [2]
