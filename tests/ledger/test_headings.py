"""Headings of a ledger: what is ruled out by the texts alone is never a ledger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import consolidator
from consolidator.ledger import headings
from consolidator.model.grid import Grid

FORM = consolidator.load_form("major_hazards_2023")
LEXICONS = headings.lexicons_of(FORM)
HEADINGS = sorted({text for one in LEXICONS.all for text in one.known})
LABELS = sorted({label.joined for item in FORM.items for label in item.labels})
CUT = st.sampled_from(HEADINGS).flatmap(lambda text: st.integers(0, len(text)).map(lambda at: (text[:at], text[at:])))
TEXTS = st.one_of(
    st.sampled_from(HEADINGS), st.sampled_from(HEADINGS), CUT.map(lambda parts: parts[0]), CUT.map(lambda parts: parts[1]),
    st.tuples(st.sampled_from(HEADINGS), st.sampled_from("/、及和与"), st.sampled_from(HEADINGS)).map("".join),
    st.sampled_from(LABELS),
    st.sampled_from(LABELS).flatmap(lambda text: st.lists(st.sampled_from(text), min_size=4, max_size=8).map("".join)),
    st.sampled_from(["", "", "1", "12.5", "（万元）", "★隐患描述", "情况", "日期"]))
ROWS = st.lists(st.lists(TEXTS, min_size=1, max_size=9), min_size=1, max_size=6)


@settings(max_examples=400, deadline=None)
@given(ROWS)
def test_what_is_ruled_out_by_its_texts_is_no_ledger(rows):
    possible = LEXICONS.possible(rows)
    grid = Grid("一", rows)
    for lexicon in LEXICONS.all:
        if headings._headings(grid, rows, lexicon) is not None:
            assert lexicon in possible


@settings(max_examples=100, deadline=None)
@given(CUT)
def test_a_heading_under_its_parent_is_possible(parts):
    above, below = parts
    known = next(one for one in LEXICONS.all if above + below in one.known)
    role = known.known[above + below][0]
    if len(above) >= headings.SHORTEST_PARENT and below not in known.known:
        assert role in known.reach(below) | known.reach(above)


@pytest.mark.parametrize("lexicon", LEXICONS.all, ids=lambda one: one.ledger.name)
def test_the_headings_of_a_definition_are_found(lexicon):
    row = [column.name for column in lexicon.ledger.columns.values()]
    row += [FORM.figures[name].short for name in lexicon.ledger.faults]
    grid = Grid("一", [["台账", *[""] * (len(row) - 1)], row, ["1"] * len(row)])
    found = {one.ledger.name: one for one in headings.find_headings(grid, FORM)}
    assert set(found[lexicon.ledger.name].roles) >= set(lexicon.ledger.columns)
    assert found[lexicon.ledger.name].first == found[lexicon.ledger.name].last == 1


def test_the_form_itself_is_ruled_out_without_a_look_at_its_blocks():
    rows = [["序号", label, "0"] for label in LABELS]
    assert LEXICONS.possible(rows) == []
