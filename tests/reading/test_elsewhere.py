"""Items outside of the form: on other sheets, in other tables."""

from __future__ import annotations

import random

import pytest

from consolidator.model.grid import Grid
from consolidator.model.submission import Submission
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FIGURES = {**some_figures(FORM, random.Random(1)), "lectures": 14, "inspectors": 9}


def read(*others: tuple[str, list[list]], without: tuple[str, ...] = ()) -> Submission:
    sheet = fill(FORM, FIGURES)
    rows = [list(row) for row in sheet.rows]
    for item, at in zip(FORM.items, sheet.at, strict=True):
        if any(figure.name in without for figure in item.figures):
            for r, c in [at["label"], at["number"], *at["values"]]:
                rows[r][c] = ""
    submission = understand([Grid("调度表", rows), *(Grid(name, cells) for name, cells in others)], FORM)
    assert submission is not None
    return submission


def shown(submission: Submission) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(one.code, one.figure, one.sheet, one.cell) for one in submission.problems if one.severity == "error"]


def label(name: str) -> str:
    return FORM.label(name)


def test_another_number_on_another_sheet_is_reported_and_neither_is_taken():
    submission = read(("更正", [["更正说明"], [label("lectures"), 15], [label("inspectors"), 9]]))
    assert shown(submission) == [("read-elsewhere", "lectures", "更正", "B2")]
    assert submission.figures["lectures"] is None and submission.figures["inspectors"] == 9


def test_items_that_only_another_sheet_has_are_not_taken_from_it():
    submission = read(("6月明细", [["执法明细"], [label("lectures"), 2], [label("inspectors"), 3]]), without=("lectures", "inspectors"))
    assert submission.figures["lectures"] is None and submission.figures["inspectors"] is None
    assert {("read-elsewhere", "lectures", "6月明细", "B2"), ("read-elsewhere", "inspectors", "6月明细", "B3")} <= set(shown(submission))


@pytest.mark.parametrize("name", ["本周新增", "上周", "上期数", "新增", "去年同期"])
def test_a_sheet_that_says_it_is_something_else_is_passed_over(name):
    submission = read((name, [[label("lectures"), 2], [label("inspectors"), 3]]))
    assert shown(submission) == [] and submission.figures["lectures"] == 14


def test_a_guide_that_repeats_labels_without_numbers_is_passed_over():
    assert shown(read(("填表说明", [[label("lectures")], [label("inspectors")]]))) == []


def test_a_form_spread_over_sheets_is_still_one_form():
    sheet = fill(FORM, FIGURES)
    half = len(FORM.items) // 2
    row = sheet.at[half]["label"][0]
    first, second = [list(one) for one in sheet.rows[:row]], [list(one) for one in sheet.rows[row:]]
    submission = understand([Grid("一", first), Grid("二", second)], FORM)
    assert submission is not None and shown(submission) == [] and submission.figures == FIGURES
