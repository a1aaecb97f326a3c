"""The form as a schema: each named check accepts, rejects, lets a blank pass, and a wrong type is our own bug."""

from __future__ import annotations

import math

import pandas as pd
import pandera.pandas as pa
import pytest

from schemas import figures
from schemas.form_loading import load_form
from schemas.problems import CODES
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
NOT_A_NUMBER = math.nan


def failures(*rows: dict) -> list[tuple[int, str, str]]:
    try:
        figures.figures_schema(FORM).validate(figures.frame_of(rows, FORM), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        return [(int(row), column, check)
                for row, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True)]
    return []


def test_the_frame_has_a_column_a_figure_and_a_rule():
    frame = figures.frame_of([{"self_found": 3, "self_rectified": 1, "media_column": True}, {}], FORM)
    assert list(frame.columns)[:len(FORM.figures)] == list(FORM.figures)
    rules = len(FORM.rules.part_of_whole) + len(FORM.rules.together)
    assert frame.shape == (2, len(FORM.figures) + rules)
    assert frame["self_found"].dtype == "float64" and frame["media_column"].dtype == "boolean"
    assert frame["self_found-self_rectified"].tolist()[0] == 2
    assert frame.iloc[1].isna().all()


def test_every_check_has_the_code_of_its_problem():
    schema = figures.figures_schema(FORM)
    names = {check.name for column in schema.columns.values() for check in column.checks}
    assert names <= CODES.keys()
    assert {"negative", "not-whole", "too-many-decimals", "part-exceeds-whole", "without-other"} <= names


@pytest.mark.parametrize(("check", "good", "bad"), [
    (figures.is_finite, [0, 1.5, 1e15], [math.inf, -math.inf]),
    (figures.is_not_negative, [0, 1, 0.000001, math.inf], [-1, -0.000001, -math.inf]),
    (figures.is_positive, [1, 0.000001], [0, -1]),
    (figures.is_whole, [0, 3, -2, 1e15, math.inf], [0.5, 3.000001]),
    (figures.has_money_decimals, [0, 5.2, 0.1 + 0.2, 123456.123456, 1e12 / 3 // 1], [0.1234567, 1e-7, 123456.1234565]),
])
def test_a_named_check(check, good, bad):
    assert check(pd.Series(good, dtype="float64")).all()
    assert not check(pd.Series(bad, dtype="float64")).any()
    column = pa.DataFrameSchema({"x": pa.Column("float64", pa.Check(check), nullable=True)})
    column.validate(pd.DataFrame({"x": [NOT_A_NUMBER, good[1]]}))
    with pytest.raises(pa.errors.SchemaError):
        column.validate(pd.DataFrame({"x": ["3"]}))


def test_a_right_row_has_no_failure():
    right = {"self_found": 3, "self_rectified": 3, "fines": 5.2, "penalties": 1, "media_column": False}
    assert failures(right, {}) == []


@pytest.mark.parametrize(("row", "case"), [
    ({"self_found": -1}, (0, "self_found", "negative")),
    ({"self_found": 1.5}, (0, "self_found", "not-whole")),
    ({"self_found": 10 ** 400}, (0, "self_found", "absurd")),
    ({"self_found": 1, "self_rectified": 2}, (0, "self_found-self_rectified", "part-exceeds-whole")),
    ({"self_rectified": 2}, (0, "self_found-self_rectified", "part-exceeds-whole")),
    ({"rewards": 0.3, "anonymous_rewards": 0.300001}, (0, "rewards-anonymous_rewards", "part-exceeds-whole")),
    ({"fines": 0.0000001, "penalties": 1}, (0, "fines", "too-many-decimals")),
    ({"fines": 1, "penalties": 0}, (0, "penalties@fines", "without-other")),
    ({"fines": 1}, (0, "penalties@fines", "without-other")),
])
def test_a_broken_rule_is_one_failure_case(row, case):
    assert failures(row) == [case]


@pytest.mark.parametrize("row", [
    {"self_rectified": 0},
    {"rewards": 0.3, "anonymous_rewards": 0.1 + 0.2},
    {"fines": 0, "penalties": 0},
    {"fines": 0},
])
def test_what_breaks_no_rule(row):
    assert failures(row) == []


@pytest.mark.parametrize("row", [{"self_found": "3"}, {"self_found": True}, {"media_column": "是"}])
def test_a_wrong_type_is_our_bug(row):
    with pytest.raises((TypeError, ValueError)):
        figures.frame_of([row], FORM)
