"""The page on which an adopted blank is checked: printed cells and their meaning, corrections, and what it refuses."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.desk import adopted_page
from consolidator.workflows import adopt as adopting
from consolidator.workflows.correct_definition import Correction, add, correct, drop, open_guesses, set_periods
from schemas.errors import UsageError
from schemas.form_loading import load_form
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
    correct(path, "b5", Correction(short="隐患: “甲”", unit="处", measure="level"))
    form, after = load_form(path), path.read_text("utf-8").splitlines()
    assert (form.figures["b5"].short, form.figures["b5"].unit, form.figures["b5"].measure) == ("隐患: “甲”", "处", "level")
    assert "b5" not in open_guesses(path)
    assert len(after) == len(before) + 1 and sum(line not in before for line in after) == 2  # the figure's, and its unit's


@pytest.mark.parametrize("name, short, unit, measure", [("b9", "x", "处", "flow"), ("b5", "", "处", "flow"), ("b5", "x", "处", "sum"),
                                                        ("b5", "x", "处" * 20, "flow")])
def test_what_cannot_be_leaves_the_file_as_it_was(path, name, short, unit, measure):
    before = path.read_bytes()
    with pytest.raises(UsageError):
        correct(path, name, Correction(short=short, unit=unit, measure=measure))
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


def test_label_cell_and_who_fills_are_corrected_and_the_form_still_proves_itself(path):
    correct(path, "b5", Correction(short="隐患", unit="处", measure="flow", label="发现隐患\n（处）", cell="b5",
                                   filled_by="街道、执法部门"))
    form = load_form(path)
    assert form.item_of["b5"].label().text == ("发现隐患", "（处）") and form.figures["b5"].filled_by == ("街道", "执法部门")
    assert {"街道", "执法部门"} <= set(form.kinds) and form.figures["b4"].filled_by == ()
    assert adopting.check(path).wrong == []
    correct(path, "b5", Correction(short="隐患", unit="处", measure="flow", filled_by=""))
    assert load_form(path).figures["b5"].filled_by == ()


def test_rules_are_made_and_taken_away_by_cells(path):
    shown = {"short": "隐患", "unit": "处", "measure": "flow"}
    correct(path, "b5", Correction(**shown, part_of="b4"))
    (rule,) = load_form(path).rules.part_of_whole
    assert (rule.part, rule.whole, rule.guessed) == ("b5", "b4", False)
    proof = adopting.check(path)
    assert proof.wrong == []
    correct(path, "b5", Correction(**shown, part_of=""))
    assert load_form(path).rules.part_of_whole == () and "rules:" not in path.read_text("utf-8")
    for wrong in ({"part_of": "b5"}, {"part_of": "A1"}, {"part_of": "x"}, {"sum_of": "b4"}, {"part_of": "b4、b5"}):
        with pytest.raises(UsageError):
            correct(path, "b5", Correction(**shown, **wrong))


def test_an_item_is_left_out_and_taken_in_again(path):
    before = set(load_form(path).figures)
    drop(path, "b5")
    form = load_form(path)
    assert set(form.figures) == before - {"b5"} and "b5" not in path.read_text("utf-8").partition("cells:")[0]
    with pytest.raises(UsageError, match="只剩"):
        drop(path, "b4")
    assert add(path, "b5", "发现隐患", Correction(short="", unit="处", measure="period")) == "b5"
    form = load_form(path)
    assert form.label("b5") == "发现隐患" and form.pictures[0].figures["b5"] == "B5" and form.figures["b5"].short == "发现隐患"
    assert adopting.check(path).wrong == []
    for cell in ("B5", "Z99", "5B"):
        with pytest.raises(UsageError):
            add(path, cell, "x", Correction(short="x", unit="处", measure="period"))


def test_a_sum_is_written_as_a_range_of_cells(tmp_path):
    book = openpyxl.Workbook()
    lines = ([f"第{n}类（起）", ""] for n in range(3))
    for row in (["月报表"], ["填报单位："], ["项目", "数量"], *lines, ["全部（起）", ""]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "b.xlsx")
    path = adopting.adopt(tmp_path / "b.xlsx", "form_s", folder=tmp_path, today=TODAY).path
    correct(path, "b7", Correction(short="全部", unit="起", measure="flow", sum_of="B4:B6"))
    (rule,) = load_form(path).rules.sum_of
    assert (rule.total, rule.parts) == ("b7", ("b4", "b5", "b6"))
    assert adopting.check(path).wrong == []
    drop(path, "b5")  # a sum that lacks a part says nothing any more
    assert load_form(path).rules.sum_of == ()


def test_the_rhythm_is_corrected(path):
    set_periods(path, "quarterly", "2026-03-31", "2026-12-31", "17:30")
    campaign = load_form(path).campaign
    assert (campaign.rhythm, str(campaign.first_week), campaign.due) == ("quarterly", "2026-03-31", "17:30")
    before = path.read_bytes()
    for wrong in (("daily", "2026-03-31", "2026-12-31", "12:00"), ("monthly", "x", "2026-12-31", "12:00"),
                  ("monthly", "2026-12-31", "2026-03-31", "12:00"), ("monthly", "2026-03-31", "2026-12-31", "25:00")):
        with pytest.raises(UsageError):
            set_periods(path, *wrong)
    assert path.read_bytes() == before


def test_all_of_it_by_clicks(browser, path, monkeypatch):
    monkeypatch.setattr(adopting, "definition_path", lambda name, folder=None: path)
    page = browser.get("/adopted", name="form_x")
    assert 'action="/dropitem"' in page and 'name="part_of"' in page and 'action="/rhythm"' in page
    shown = {"name": "form_x", "figure": "b5", "short": "隐患", "unit": "处", "measure": "flow"}
    page = browser.post("/correct", None, **shown, label="发现隐患", filled_by="", cell="B5", part_of="B4", sum_of="")
    assert "核对通过" in page and load_form(path).rules.part_of_whole[0].whole == "b4"
    page = browser.post("/dropitem", None, name="form_x", figure="b5")
    assert "已去掉" in page and "add=B5" in page
    assert 'value="B5"' in browser.get("/adopted", name="form_x", add="B5", sheet=0)
    page = browser.post("/additem", None, name="form_x", sheet="0", cell="B5", label="<i>隐患", short="", unit="处", measure="flow")
    assert "已加进：B5" in page and "&lt;i&gt;隐患" in page and "<i>隐患" not in page
    page = browser.post("/rhythm", None, name="form_x", rhythm="yearly", first="2026-12-31", last="2026-12-31", due="12:00")
    assert load_form(path).campaign.rhythm == "yearly"
