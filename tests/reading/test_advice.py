"""What a sentence advises is accepted: each wrong cell corrected as its sentence says, to the letter."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from consolidator.judging.attribution import Candidate, identify
from consolidator.judging.judge import check_alone
from consolidator.model.context import Context
from consolidator.model.grid import Cell, Grid
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.problems import Problem
from schemas.roster import load_roster
from schemas.settings import HOME
from tests.forms import Sheet, fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
ROSTER = load_roster(HOME / "schemas" / "roster.csv", FORM)
FIGURES = {**some_figures(FORM, random.Random(1)), "lectures": 14, "media_column": True, "penalties": 3, "double_penalties": 2,
           "fines": 5.2, "rewards": 2.0, "anonymous_rewards": 1.0}
DAY = dt.date(2023, 6, 5)


def made() -> Sheet:
    return fill(FORM, FIGURES, unit="区商务局", date=DAY)


def spot(sheet: Sheet, name: str) -> tuple[int, int]:
    return sheet.at[list(FORM.items).index(FORM.item_of[name])]["values"][0]


def judged(sheet: Sheet, *others: Grid, notes: dict[tuple[int, int], str] | None = None) -> Candidate:
    grid = Grid("调度表", sheet.rows, merged=sheet.merged)
    for at, text in (notes or {}).items():
        grid.put(*at, Cell(grid.value(*at), comment=text))
    submission = understand([grid, *others], FORM)
    assert submission is not None
    context = Context(FORM, ROSTER, DAY)
    one = identify("区商务局.xlsx", "0", submission, context)
    check_alone([one], context)
    return one


def errors(one: Candidate) -> list[Problem]:
    return [found for found in one.problems if found.severity == "error"]


def in_cell(name: str, value: Any) -> Candidate:
    sheet = made()
    row, column = spot(sheet, name)
    sheet.rows[row][column] = value
    return judged(sheet)


@pytest.mark.parametrize("text", ["约14", "14多", "14—15", "待核实", "-14", "14.5", "14%", "二三", "14次（另有3次）", "14+3", "好",
                                  "14 15", "1万元"])
def test_a_count_written_as_a_number_is_accepted(text):
    (found,) = errors(in_cell("lectures", text))
    assert found.figure == "lectures" and "请" in found.message
    assert errors(in_cell("lectures", 14)) == []


@pytest.mark.parametrize("text", ["3，500", "3.5.2", "3次，￥480", "5.2万元，7.1万元", "3次，5.2次"])
def test_two_figures_written_like_the_example_are_accepted(text):
    found = next(one for one in errors(in_cell("penalties", text)) if one.figure in ("penalties", "fines"))
    example = found.values["example"]
    assert f"“{example}”" in found.message and errors(in_cell("penalties", example)) == []


@pytest.mark.parametrize("text", ["√？", "也许", 3])
def test_a_yes_or_no_is_accepted(text):
    found = [one for one in in_cell("media_column", text).problems if one.figure == "media_column" and one.severity != "note"]
    assert found and "“是”或“否”" in found[0].message
    for answer in ("是", "否"):
        assert not [one for one in in_cell("media_column", answer).problems if one.figure == "media_column"]


def test_an_amount_by_yuan_is_accepted_either_way_that_the_sentence_offers():
    (found,) = errors(in_cell("penalties", "3次，52000"))
    assert found.code == "perhaps-yuan"
    assert errors(in_cell("penalties", f"3次，{found.values['converted']}万元")) == []
    assert errors(in_cell("penalties", found.values["example"])) == []


def test_a_date_written_like_the_example_is_accepted():
    sheet = made()
    dated = next((r, c) for r, row in enumerate(sheet.rows) for c, value in enumerate(row)
                 if isinstance(value, str) and "2023年6月5日" in value and "行动" not in value)
    before = sheet.rows[dated[0]][dated[1]]
    sheet.rows[dated[0]][dated[1]] = before.replace("2023年6月5日", "2023年6月35日")
    (found,) = [one for one in judged(sheet).problems if one.code == "date-unclear"]
    sheet.rows[dated[0]][dated[1]] = before.replace("2023年6月5日", found.values["example"])
    assert not [one for one in judged(sheet).problems if one.code.startswith("date-") and one.severity != "note"]


def test_words_that_speak_against_the_form_are_taken_out():
    sheet = made()
    sheet.rows.append(["数据待核实"])
    assert [one.code for one in errors(judged(sheet))] == ["says-unsure"]
    assert errors(judged(made())) == []


def test_a_note_at_a_cell_is_taken_out():
    at = spot(made(), "lectures")
    assert [one.code for one in errors(judged(made(), notes={at: "应为15"}))] == ["comment-differs"]
    assert errors(judged(made())) == []


def test_the_figures_elsewhere_are_taken_out():
    other = Grid("更正", [[FORM.label("lectures"), 15]])
    assert [one.code for one in errors(judged(made(), other))] == ["read-elsewhere"]
    assert errors(in_cell("lectures", 15)) == []
