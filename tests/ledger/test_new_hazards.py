"""Rows that begin a hazard are taken by column; the same comes of each as of a row alone, folded into a blank hazard."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.fold import fold_row
from consolidator.ledger.likeness import words_key, words_keys
from consolidator.ledger.new_hazards import new_hazards
from consolidator.ledger.unit_hazards import RowKeys
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.reading.ledgers.columns import SEAM
from schemas.firms import FirmNames
from tests.ledger.factory import LEDGER

DAYS = st.sampled_from((None, "", "2023-05-30", "2023-06-02", "2023-06-09"))
TEXTS = st.sampled_from(("", "鑫达商贸", "安全出口堵塞", "欧阳明 13912345678"))
TYPED = {"firm": TEXTS, "description": TEXTS, "found": DAYS, "source": st.sampled_from(("", "自查", "部门", "街道", "别的")),
         "due": DAYS, "first_due": DAYS, "completed": DAYS, "reviewed": DAYS, "money": st.sampled_from((None, 0.0, 1.5)),
         "state": st.sampled_from((None, "open", "under_way", "rectified", "on_the_spot", "closed", "failed", "moved")),
         "listed": st.sampled_from(("", "是", "区级", "off")), "listed_level": TEXTS, "listed_until": DAYS,
         "suspended": st.sampled_from((None, True, False))}
VALUES = {role: TYPED.get(role, TEXTS) for role in (*LEDGER.columns, "first_due")}


@st.composite
def sheets(draw) -> list[LedgerSheet]:
    made = []
    for name in draw(st.sampled_from((["甲"], ["甲", "乙"]))):
        roles, count = draw(st.sets(st.sampled_from(sorted(VALUES)))), draw(st.integers(0, 4))
        columns = {role: draw(st.lists(VALUES[role], min_size=count, max_size=count)) for role in sorted(roles)}
        made.append(LedgerSheet(LEDGER.name, name, count, rows=list(range(3, 3 + count)), columns=columns))
    return made


@settings(deadline=None, max_examples=150)
@given(sheets(), st.data())
def test_rows_begin_by_column_what_each_begins_alone(read: list[LedgerSheet], data):
    one = UnitLedger(LEDGER, "月牙河街道", "台账.xlsx", "0", "2023-06-05", day="2023-06-05", arrived=1, sheets=read, shown=True)
    rows = one.rows()
    places = [place for place in range(len(rows)) if data.draw(st.booleans())]
    made, words = new_hazards(one, rows, places, RowKeys(rows, ColumnKeys(FirmNames()), held=()))
    for place, hazard in zip(places, made, strict=True):
        row, (s, n) = rows[place], rows.where(place)
        choice = LEDGER.choices["source"].get(row.get("source") or "")
        alone = Hazard("", LEDGER.name, one.units, choice.side if choice else "self", "", description="", found="", since=one.week,
                       seen=one.week, source=row.get("source") or "", file=one.file, sheet=read[s].sheet, row=read[s].rows[n])
        said = fold_row(alone, row, one)
        assert (asdict(hazard), words.get(place, [])) == (asdict(alone), said)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(st.one_of(st.characters(), st.sampled_from("（，；①ﬁµſßİ ́\u3164\x00_“”【\n " + SEAM)), max_size=8)))
def test_texts_are_compared_at_once_as_one_by_one(texts: list[str]):
    assert words_keys(texts) == [words_key(text) for text in texts]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=4), st.sampled_from(("", "2023-06-02")))
def test_a_row_of_which_nothing_was_said_changes_nothing_the_second_time(rows: list[dict], reopened: str):
    """So that a ledger sent in again need not be folded again."""
    one = UnitLedger(LEDGER, "月牙河街道", "台账.xlsx", "0", "2023-06-05", day="2023-06-05", arrived=1, sheets=[], shown=True)
    hazard = Hazard("", LEDGER.name, one.units, "self", "", description="", found="", since=one.week, seen=one.week, reopened=reopened)
    for row in rows:
        if not fold_row(hazard, row, one):
            after = asdict(hazard)
            assert fold_row(hazard, row, one) == [] and asdict(hazard) == after
