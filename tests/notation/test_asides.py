"""Totals with the week's own number beside them, spoken amounts, and what must stay refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.notation.asides import without_asides
from consolidator.notation.fold import fold
from consolidator.notation.item import read_item
from schemas.form_loading import load_form
from schemas.problems import CODES
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
COUNT, PAIR = FORM.item_of["lectures"], FORM.item_of["fines"]
PERIODS = ["本周", "本期", "本月", "当周", "较上周", "较上期", "其中本周", "其中：本期"]
GREW = ["", "新增", "增加", "完成", "新增了"]


def count(text: str) -> tuple[object, str | None]:
    reading = read_item([text], COUNT)[0]["lectures"]
    return reading.value, CODES[reading.code].severity if reading.code else None


@given(st.integers(0, 9999), st.integers(0, 99), st.sampled_from(PERIODS), st.sampled_from(GREW), st.sampled_from(["", "次"]))
@settings(deadline=None)
def test_a_total_with_the_weeks_own_number_in_brackets_or_behind_it(total, own, period, grew, unit):
    assert count(f"{total}{unit}（{period}{grew}{own}{unit}）") == (total, "note")
    assert count(f"累计{total}{unit}，{period}{grew}{own}{unit}") == (total, "note")
    assert count(f"{period}{grew}{own}{unit}，累计{total}{unit}。") == (total, "note")


@pytest.mark.parametrize(("text", "value"), [
    ("12次（含复查）", 12), ("廿三", 23), ("卅", 30), ("一百五", 150), ("三千二", 3200), ("三百零五", 305), ("两千", 2000)])
def test_other_ways_with_one_meaning(text, value):
    assert count(text) == (value, "note")


@pytest.mark.parametrize("text", [
    "12次，本周3次", "12，本周3", "本周3次", "本周新增3次", "12次（含上月）", "12次（不含复查）", "12（3）",
    "12次（另有3次）", "12次（待核实）",
    "12次，其中3次",    "累计12次，本周约3次", "二三", "一二三"])
def test_what_has_no_sure_meaning_stays_refused(text):
    value, severity = count(text)
    assert value is None and severity == "error"


@pytest.mark.parametrize(("text", "penalties", "fines"), [
    ("3次（本周1次），5.2万元", 3, 5.2), ("3次（本周1次），5.2万元（本周0.5万元）", 3, 5.2), ("3次，5万2千元", 3, 5.2),
    ("3次，5万2千", 3, 5.2),    ("3次，5万2000元", 3, 5.2), ("3次，5.2w", 3, 5.2),
    ("3次，5.2W元", 3, 5.2), ("3次，5。2万元", 3, 5.2), ("3次，12万500元", 3, 12.05)])
def test_pairs_in_spoken_forms(text, penalties, fines):
    readings = read_item([text], PAIR)[0]
    assert (readings["penalties"].value, readings["fines"].value) == (penalties, fines)


@pytest.mark.parametrize("text", ["3。2万元", "3次，￥480", "3次，人民币480"])
def test_pairs_that_have_two_meanings_stay_refused(text):
    readings = read_item([text], PAIR)[0]
    assert readings["fines"].value is None and CODES[readings["fines"].code].severity == "error"


@given(st.text(max_size=30))
@settings(deadline=None)
def test_nothing_but_what_it_knows_is_changed(text):
    folded = fold(text)
    bare = without_asides(folded, money=True)
    assert bare == folded or len(bare) <= len(folded) + 4
