"""Several filled forms in one file, and labels in pieces: what is read where it has one meaning."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from consolidator.model.grid import Grid
from consolidator.model.submission import Submission
from consolidator.notation.item import write_item
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FIGURES = some_figures(FORM, random.Random(3))
DAY = dt.date(2023, 6, 5)


def scaled(share: float) -> dict[str, Any]:
    return {name: value if value is None or isinstance(value, bool) else int(value * share) if isinstance(value, int)
            else round(value * share, 2) for name, value in FIGURES.items()}


def rest_of(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value is None or isinstance(value, bool) else round(value - part[name], 2) if isinstance(value, float)
            else value - part[name] for name, value in FIGURES.items()}


def sheet(figures: dict[str, Any], name: str, dated: bool = True) -> Grid:
    made = fill(FORM, figures, unit="区商务局", date=DAY)
    rows = made.rows if dated else [[_undated(cell) for cell in row] for row in made.rows]
    return Grid(name, rows, merged=made.merged)


def _undated(cell):
    return "时间：2023年   月   日" if isinstance(cell, str) and "2023年" in cell and "行动" not in cell else cell


def listed(figures: dict[str, Any]) -> list[list[Any]]:
    """A form with a row an item: number, label, value."""
    rows: list[list[Any]] = [["".join(FORM.title)], ["区商务局（单位）", "", "时间：2023年6月5日"], ["序号", "内容", "累计数"]]
    for number, item in enumerate(FORM.items, 1):
        value = figures[item.figures[0].name]
        text = write_item(figures, item) if len(item.figures) > 1 or isinstance(value, bool) else "" if value is None else value
        rows.append([number, item.label().joined, text])
    return rows


def read(*grids: Grid) -> Submission:
    submission = understand(list(grids), FORM)
    assert submission is not None
    return submission


def codes(submission: Submission) -> set[str]:
    return {one.code for one in submission.problems}


@pytest.mark.parametrize(("name", "dated", "code"), [
    ("上周", False, "other-sheet"), ("5月29日", True, "other-sheet"), ("5.29", False, "other-sheet"), ("第1周", True, "other-sheet"),
    ("本周新增", True, "other-sheet"), ("Sheet2", True, "lower-sheet"), ("Sheet2", False, "lower-sheet")])
def test_last_weeks_sheet_beside_this_weeks(name, dated, code):
    for grids in ([sheet(FIGURES, "调度表"), sheet(scaled(0.5), name, dated)], [sheet(scaled(0.5), name, dated), sheet(FIGURES, "调度表")]):
        submission = read(*grids)
        assert submission.figures == FIGURES and codes(submission) == {code}


def test_a_sheet_for_each_office_and_their_sum():
    part = scaled(0.3)
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        sheets = [sheet(FIGURES, "汇总"), sheet(part, "一科"), sheet(rest_of(part), "二科")]
        submission = read(*(sheets[k] for k in order))
        assert submission.figures == FIGURES and codes(submission) == {"summed-sheet"}


def test_two_forms_of_which_neither_can_be_reported_are_refused_and_no_cell_is_called_blank():
    other = {name: value + 1 if isinstance(value, int) and not isinstance(value, bool) and n % 2 else value
             for n, (name, value) in enumerate(FIGURES.items())}
    lower = {name: max(value - 1, 0) if isinstance(value, int) and not isinstance(value, bool) and n % 2 == 0 else value
             for n, (name, value) in enumerate(other.items())}
    submission = read(sheet(FIGURES, "Sheet1"), sheet(lower, "Sheet2"))
    assert codes(submission) == {"two-forms"} and not any(submission.figures.values())


@pytest.mark.parametrize("order", [1, -1])
def test_blocks_of_increments_and_totals_on_one_sheet(order):
    blocks = [[["本周新增情况"], *listed(scaled(0.1))[2:]], [["累计情况"], *listed(FIGURES)[2:]]][::order]
    head = listed(FIGURES)[:2]
    submission = read(Grid("调度表", [*head, *blocks[0], [], *blocks[1]]))
    assert submission.figures == FIGURES and submission.units[0][0] == "区商务局" and submission.dates[0][0] == DAY


@pytest.mark.parametrize("across", [True, False])
def test_labels_in_pieces(across):
    rows: list[list[Any]] = []
    for row in listed(FIGURES):
        label = row[1] if len(row) > 1 else ""
        pair = isinstance(row[0], int) and len(FORM.items[row[0] - 1].figures) == 2
        cut = len(label) // 2 if isinstance(row[0], int) and not pair else len(label)
        if across:
            rows.append([row[0], label[:cut], label[cut:], *row[2:]] if not pair else [row[0], "", label, *row[2:]])
        else:
            rows += [[*row[:1], label[:cut], *row[2:]], *([["", label[cut:]]] if label[cut:] else [])]
    submission = read(Grid("调度表", rows))
    assert submission.figures == FIGURES, [one.message for one in submission.problems][:3]


BLANK: dict[str, Any] = dict.fromkeys(FIGURES)


@pytest.mark.parametrize("name", ["上周", "5月29日", "本周新增", "0529", "上期"])
def test_a_filled_sheet_of_something_else_beside_a_blank_one_is_refused(name):
    submission = read(sheet(BLANK, "调度表"), sheet(scaled(0.5), name))
    assert "says-part" in codes(submission)


@pytest.mark.parametrize("name", ["本周新增", "新增", "上周", "上期数"])
def test_a_sheet_that_is_none_of_totals_alone_is_refused(name):
    assert "says-part" in codes(read(sheet(FIGURES, name)))


@pytest.mark.parametrize("name", ["调度表", "Sheet1", "5月29日", "6.5", "0605", "第2期", "本周", "本期", "累计", "汇总", "区商务局"])
def test_other_names_of_a_sheet_say_nothing(name):
    submission = read(sheet(FIGURES, name))
    assert codes(submission) == set() and submission.figures == FIGURES


@pytest.mark.parametrize("order", [1, -1])
def test_a_filled_block_of_increments_beside_a_blank_one_of_totals_is_refused(order):
    blocks = [[["本周新增情况"], *listed(scaled(0.1))[2:]], [["累计情况"], *listed(BLANK)[2:]]][::order]
    assert "says-part" in codes(read(Grid("调度表", [*listed(FIGURES)[:2], *blocks[0], [], *blocks[1]])))
