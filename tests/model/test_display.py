"""One way to print a value and a date."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.display import (
    change_text,
    day_text,
    logged_text,
    moment_text,
    number_text,
    short_day_text,
    total_text,
    unit_of_total,
    value_text,
)
from schemas.form import MONEY_DECIMALS
from schemas.form_loading import load_form
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
COUNT, MONEY, YES = FORM.figures["checked"], FORM.figures["fines"], FORM.figures["media_column"]


@pytest.mark.parametrize(("figure", "value", "text"), [
    (COUNT, 3, "3"), (COUNT, 0, "0"), (MONEY, 5.2, "5.2"), (MONEY, 5.0, "5.0"), (MONEY, 5, "5.0"), (MONEY, 1e-6, "0.000001"),
    (YES, True, "是"), (YES, False, "否"), (COUNT, None, "—"),
])
def test_a_units_value(figure, value, text):
    assert value_text(value, figure, blank="—") == text


@pytest.mark.parametrize(("value", "text"), [(None, ""), (True, "是"), (0, "0"), (12, "12"), (5.0, "5.0"), (0.123456, "0.123456")])
def test_a_value_whose_figure_is_not_at_hand_is_printed_by_its_type(value, text):
    assert value_text(value) == text


@given(st.floats(0, 1e6).map(lambda one: round(one, MONEY_DECIMALS)))
def test_money_is_printed_without_loss(value):
    text = value_text(value, MONEY)
    assert float(text) == value and "." in text and "e" not in text


@pytest.mark.parametrize(("figure", "value", "total", "step"), [
    (COUNT, 3, "3", "+3"), (COUNT, -2, "-2", "-2"), (COUNT, 0, "0", "0"), (MONEY, -0.5, "-0.5", "-0.5"), (MONEY, 10.0, "10.0", "+10.0"),
    (YES, 12, "12", "+12"), (YES, None, "0", "0"),
])
def test_totals_and_increments_have_signs_where_they_want_them(figure, value, total, step):
    assert total_text(value, figure, blank="0") == total and change_text(value, figure, blank="0") == step


def test_units_of_totals():
    assert [unit_of_total(one) for one in (COUNT, MONEY, YES)] == ["家", "万元", "个单位"]


@pytest.mark.parametrize(("value", "text"), [(2, "2"), (2.0, "2"), (2.5, "2.5"), (0, "0"), (-0.25, "-0.25"), (1000, "1000")])
def test_other_numbers(value, text):
    assert number_text(value) == text


def test_days_and_moments():
    assert day_text(dt.date(2023, 6, 5)) == "2023年6月5日" and short_day_text(dt.date(2023, 6, 5)) == "6月5日"
    assert moment_text(dt.datetime(2023, 6, 5, 12)) == "6月5日（星期一）12:00"
    assert logged_text("2023-06-05T09:30:12+08:00") == "2023-06-05 09:30"
