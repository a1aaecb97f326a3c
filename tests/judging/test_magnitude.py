"""Money that only makes sense in 元."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.judging.magnitude import perhaps_yuan
from consolidator.judging.problem_row import Row
from consolidator.notation.item import read_item
from schemas.form_loading import load_form
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
WEEK = dt.date(2023, 5, 29)


def shown(value: float, before: float | None = None, written: str | None = None, name: str = "fines") -> list[str]:
    row = Row({"penalties": 3, name: value}, written={name: written or str(value)})
    last = None if before is None else (WEEK, {name: before})
    return [one.message for one in perhaps_yuan([row], [last], FORM)[0]]


@pytest.mark.parametrize(("value", "before"), [(52_000.0, None), (500.01, None), (600.0, 1.0), (52_000.0, 5.0), (90.0, 0.01),
                                               (48.0, 0.0048)])
def test_amounts_above_the_ceiling_or_ten_thousand_times_the_past(value, before):
    assert len(shown(value, before)) == 1


@pytest.mark.parametrize(("value", "before"), [(500.0, None), (0.0, None), (5.2, 0.1), (499.0, 30.0)])
def test_amounts_that_can_be(value, before):
    assert shown(value, before) == []


def test_an_amount_above_the_ceiling_is_asked_for_each_time():
    assert len(shown(620.0, 600.0)) == 1


def test_the_sentence_says_what_to_write_and_what_it_advises_is_read_without_a_word():
    (sentence,) = shown(52_000.0)  # of an item with two figures
    assert "52000元应填5.2" in sentence and "“3次，52000.0万元”" in sentence
    item = FORM.item_of["fines"]
    readings, _ = read_item(["3次，520万元"], item)
    assert readings["fines"].code is None and shown(520.0, written="3次，520万元") == []


def test_each_amount_has_its_own_ceiling():
    assert shown(300.0, name="rewards") != [] and shown(19.0, name="rewards") == []
