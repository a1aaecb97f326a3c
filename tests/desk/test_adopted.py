"""The page on which an adopted blank is checked: printed cells and their meaning, corrections, and what it refuses."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.desk import adopted_page
from consolidator.workflows import adopt as adopting
from consolidator.workflows.correct_definition import correct, open_guesses
from schemas.errors import UsageError
from schemas.form import load_form
from tests.desk.desk import desk_of

TODAY = dt.date(2026, 11, 29)


@pytest.fixture
def browser(district):
    with desk_of(district) as one:
        yield one


@pytest.fixture
def path(tmp_path):
    book = openpyxl.Workbook()
    for row in (["<b>检查</b>情况月报表"], ["填报单位："], ["项目", "数量"], ["检查企业（家）", ""], ["发现隐患", ""]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "blank.xlsx")
    return adopting.adopt(tmp_path / "blank.xlsx", "form_x", folder=tmp_path, today=TODAY).path


def test_a_correction_changes_one_line_and_takes_the_mark_away(path):
    before = path.read_text("utf-8").splitlines()
    assert "b5" in open_guesses(path)
    correct(path, "b5", "隐患: “甲”", "处", "level")
    form, after = load_form(path), path.read_text("utf-8").splitlines()
    assert (form.figures["b5"].short, form.figures["b5"].unit, form.figures["b5"].measure) == ("隐患: “甲”", "处", "level")
    assert "b5" not in open_guesses(path)
    assert len(after) == len(before) + 1 and sum(line not in before for line in after) == 2  # the figure's, and its unit's


@pytest.mark.parametrize("name, short, unit, measure", [("b9", "x", "处", "flow"), ("b5", "", "处", "flow"), ("b5", "x", "处", "sum"),
                                                        ("b5", "x", "处" * 20, "flow")])
def test_what_cannot_be_leaves_the_file_as_it_was(path, name, short, unit, measure):
    before = path.read_bytes()
    with pytest.raises(UsageError):
        correct(path, name, short, unit, measure)
    assert path.read_bytes() == before


def test_the_printed_sheet_has_its_texts_and_its_cells_to_fill_in(path):
    form = load_form(path)
    rows = adopted_page.printed_rows(form.pictures[0], form, open_guesses(path))
    assert rows[0][0].columns == 2 and rows[0][0].text == "<b>检查</b>情况月报表"
    assert [one.figure for row in rows for one in row if one.figure] == ["b4", "b5"]


def test_the_page_is_reachable_and_escapes_what_is_printed(browser, path, monkeypatch):
    monkeypatch.setattr(adopting, "definition_path", lambda name, folder=None: path)
    page = browser.get("/adopted", name="form_x")
    assert "&lt;b&gt;检查" in page and "<b>检查" not in page and 'id="f-b4"' in page
    browser.post("/correct", None, name="form_x", figure="b5", short="隐患", unit="处", measure="period")
    assert load_form(path).figures["b5"].unit == "处"
