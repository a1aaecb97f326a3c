"""The quick way for two figures written as printed says exactly what the long way says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.notation.fold import LONGEST
from consolidator.notation.pair import read_any_pair, read_pair
from schemas.form_loading import load_form
from tests.district import FORM

PRINTED = "3次，5.2万元"
ITEMS = [item for item in load_form(FORM).items if len(item.figures) == 2]
NUMERALS = st.one_of(st.integers(0, 10_000_001).map(str), st.decimals(0, 1_000_001, places=3).map(str),
                     st.sampled_from(["007", "5.", ".5", "1.1234567", "0.000001", "999999.999999", "３", ""]))


@given(st.sampled_from(ITEMS), NUMERALS, NUMERALS, st.sampled_from("，,；"))
def test_a_pair_as_printed_reads_the_same_both_ways(item, first, second, between):
    text = f"{first}{item.figures[0].unit}{between}{second}{item.figures[1].unit}"
    quick, long = read_pair(text, item), read_any_pair(text, item)
    assert quick == long
    assert [type(one.value) for one in quick] == [type(one.value) for one in long]


@pytest.mark.parametrize("longer, value, code", [(0, 3, "read-as"), (1, None, "two-unclear")])
def test_a_text_of_the_longest_that_is_read_and_one_longer(longer, value, code):
    item = next(one for one in ITEMS if [figure.kind for figure in one.figures] == ["count", "money"])
    words = LONGEST - len(PRINTED) + longer
    text = ("罚" if words % 2 else "") + "处罚" * (words // 2) + PRINTED
    assert len(text) == LONGEST + longer
    assert (read_pair(text, item)[0].value, read_pair(text, item)[0].code) == (value, code)


@pytest.mark.parametrize("text, code", [
    ("见附件", "two-unclear"), ("3~5次，2万元", "two-unclear"), ("5%，3%", "two-unclear"), ("约3次，约5万元", "estimate"),
    ("待报", "doubtful"), ("-3次，2万元", "negative"), ("#REF!", "error-value")])
def test_what_is_wrong_with_a_pair_is_named_where_it_is_no_matter_of_two_in_one_cell(text, code):
    item = next(one for one in ITEMS if [figure.kind for figure in one.figures] == ["count", "money"])
    assert [(one.value, one.code) for one in read_pair(text, item)] == [(None, code)] * 2


@pytest.mark.parametrize("text, first, second, note", [
    ("处罚3次，罚款5.2万元", "read-as", None, "3次，5.2万元"), ("处罚3次，罚款52000元", "read-as", None, "3次，5.2万元"),
    ("3次（本周1次），5.2万元", "read-as", None, "3次，5.2万元"), ("3次（本周1次），52000元", None, "read-as", "5.2万元")])
def test_what_was_read_is_noted_once_at_the_first_figure_that_it_concerns(text, first, second, note):
    item = next(one for one in ITEMS if [figure.kind for figure in one.figures] == ["count", "money"])
    pair = read_pair(text, item)
    assert [(one.value, one.code) for one in pair] == [(3, first), (5.2, second)]
    assert [one.words for one in pair if one.code] == [{"value": note}]


def test_a_count_is_not_said_in_tens_of_thousands_as_money_is():
    for item in (one for one in ITEMS if "money" not in {figure.kind for figure in one.figures}):
        assert {one.value for one in read_pair(f"3w{item.figures[0].unit}，2{item.figures[1].unit}", item)} == {None}


def test_spoken_amounts_of_two_sums_of_money_are_read():
    item = next(one for one in ITEMS if {figure.kind for figure in one.figures} == {"money"})
    assert [one.value for one in read_pair("5万2千元，3万元", item)] == [5.2, 3.0]
