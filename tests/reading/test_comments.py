"""Notes attached to cells."""

from __future__ import annotations

import random

import pytest

from consolidator.model.grid import Cell, Grid
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FIGURES = {**some_figures(FORM, random.Random(1)), "lectures": 53}


def shown(comment: str) -> list[tuple[str, str | None]]:
    made = fill(FORM, FIGURES)
    at = made.at[list(FORM.items).index(FORM.item_of["lectures"])]["values"][0]
    grid = Grid("调度表", made.rows, merged=made.merged)
    grid.put(*at, Cell(53, comment=comment))
    submission = understand([grid], FORM)
    assert submission is not None
    assert (submission.figures["lectures"] is None) == any(one.figure == "lectures" for one in submission.problems)
    return [(one.code, one.figure) for one in submission.problems]


@pytest.mark.parametrize("comment", ["应为63", "63", "张三:\n63次", "原数有误", "待核实", "本周新增5次", "上周48", "更正：63"])
def test_a_note_that_says_something_else_is_reported(comment):
    assert shown(comment) == [("comment-differs", "lectures")]


@pytest.mark.parametrize("comment", ["请填累计数", "张三:\n53次", "2023年6月5日核对", "联系电话13800000000", "第2期",
    "李四：已核对", "53", "6月5日 53家"])
def test_a_note_that_says_nothing_against_the_figure_is_not(comment):
    assert shown(comment) == []
