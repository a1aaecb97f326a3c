"""A workbook with several units' forms is taken apart, a workbook a unit; any other workbook is left alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlrd

from consolidator.reading.files.sheet_count import may_hold_several
from consolidator.reading.read_file import read_submission
from consolidator.reading.several import split
from consolidator.workflows import decisions
from consolidator.workflows.adopt import adopt
from schemas.form_loading import load_form
from tests.district import FORM, W1, W2, unit
from tests.forms import Sheet, fill, to_bytes

UNITS = ("甲局", "乙局", "丙街道")


def _sheets(district, units=UNITS, day=W1, **named):
    sheets = []
    for n, one in enumerate(units):
        sheet = fill(district.form, district.figures(one, 10 + n), unit=one, date=day)
        sheet.name = named.get(one, one)
        sheets.append(sheet)
    return sheets


def _send(district, sheets, kind="xlsx", name="各单位.xlsx"):
    path = district.folder / "inbox" / name
    path.write_bytes(to_bytes(sheets, kind))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xlsxwriter"])
def test_each_units_form_is_a_submission_named_by_its_sheet(district, kind):
    _send(district, _sheets(district), kind)
    result = district.run(W1)
    assert {one.file: (one.unit, one.status, one.problems) for one in result.submissions} == {
        f"各单位.xlsx!/{one}.xlsx": (one, "accepted", []) for one in UNITS}
    assert [unit(result, one).figures for one in UNITS] == [district.figures(one, 10 + n) for n, one in enumerate(UNITS)]
    kept = sorted(path.name.partition("_")[2] for path in (district.folder / "outbox").rglob("submissions/*/*"))
    assert kept == ["丙街道.xlsx", "乙局.xlsx", "甲局.xlsx"]
    again = district.run(W1)
    assert [(one.file, one.sha256, one.status, one.figures) for one in again.submissions] == [
        (one.file, one.sha256, one.status, one.figures) for one in result.submissions]
    decisions.dismiss(district.settings, "各单位.xlsx!/乙局.xlsx", "发错了", W1)
    assert unit(district.run(W1), "乙局").source == "missing"


def test_forms_with_the_same_figures_are_two_submissions_all_the_same(district):
    """As one file with two forms the second unit would have been lost."""
    sheets = [fill(district.form, district.figures("甲局"), unit=one, date=W1) for one in ("甲局", "乙局")]
    for n, sheet in enumerate(sheets):
        sheet.name = f"Sheet{n + 1}"
    _send(district, sheets)
    result = district.run(W1)
    assert {one.file: one.unit for one in result.submissions} == {"各单位.xlsx!/Sheet1.xlsx": "甲局", "各单位.xlsx!/Sheet2.xlsx": "乙局"}


def test_a_wrong_one_is_returned_alone_with_its_own_copy(district):
    sheets = _sheets(district)
    sheets[1] = fill(district.form, {**district.figures("乙局"), "self_rectified": 99}, unit="乙局", date=W1)
    sheets[1].name = "乙局"
    _send(district, sheets)
    result = district.run(W1)
    assert {one.unit: one.status for one in result.submissions} == {"甲局": "accepted", "乙局": "rejected", "丙街道": "accepted"}
    (copy,) = (district.week(W1) / "退回").glob("乙局*.xlsx")
    assert openpyxl.load_workbook(copy).sheetnames[-1] == "乙局" and "甲局" not in openpyxl.load_workbook(copy).sheetnames


@pytest.mark.parametrize("case", ["one unit, two weeks", "a copy left blank", "one without a unit", "hidden"])
def test_what_is_one_units_workbook_is_left_as_it_is(district, case):
    if case == "one unit, two weeks":
        sheets = [*_sheets(district, ("甲局",)), *_sheets(district, ("甲局",), W2, 甲局="二")]
    elif case == "a copy left blank":
        empty = fill(district.form, dict.fromkeys(district.form.figures), unit="乙局", date=W1)
        empty.name = "空表"
        sheets = [*_sheets(district, ("甲局",)), empty]
    elif case == "hidden":
        sheets = _sheets(district, ("甲局", "乙局"))
        sheets[1].visible = False
    else:
        sheets = _sheets(district, ("甲局", "_______"))
    path = _send(district, sheets)
    assert may_hold_several(str(path)) and split(path.read_bytes(), path.name, district.form) == []
    result = district.run(W2)
    assert [one.file for one in result.submissions] == ["各单位.xlsx"]


def test_other_formats_are_reported_as_before(district):
    _send(district, _sheets(district), "docx", "各单位.docx").rename(district.folder / "inbox" / "各单位.doc.docx")
    data = (district.folder / "inbox" / "各单位.doc.docx").read_bytes()
    assert split(data[:-60], "各单位.docx", district.form) == []


@pytest.mark.parametrize("kind, inside", [("xls", "甲局.xls"), ("ods", "甲局.ods"), ("docx", "表1.docx")])
def test_old_workbooks_open_documents_and_word_tables_are_taken_apart_too(district, kind, inside):
    path = _send(district, _sheets(district), kind, f"各单位.{kind}")
    assert may_hold_several(str(path))
    result = district.run(W1)
    assert f"各单位.{kind}!/{inside}" in {one.file for one in result.submissions} and len(result.submissions) == 3
    assert {one.unit: (one.status, one.problems) for one in result.submissions} == {one: ("accepted", []) for one in UNITS}
    assert [unit(result, one).figures for one in UNITS] == [district.figures(one, 10 + n) for n, one in enumerate(UNITS)]
    assert split(path.read_bytes(), path.name, district.form) == split(path.read_bytes(), path.name, district.form)


def test_the_other_units_figures_are_not_in_an_old_workbook_that_was_cut_down(district):
    data = to_bytes(_sheets(district), "xls")
    parts = dict(split(data, "a.xls", district.form))
    book = xlrd.open_workbook(file_contents=parts["乙局.xls"])
    assert [(sheet.name, sheet.visibility, sheet.nrows > 0) for sheet in book.sheets()] == [
        ("甲局", 2, False), ("乙局", 0, True), ("丙街道", 2, False)]
    assert all(len(part) == len(data) for part in parts.values())


@pytest.mark.parametrize("kind", ["xls", "ods", "docx"])
def test_damaged_ones_of_other_formats_are_left_to_the_reader(district, kind):
    data = to_bytes(_sheets(district, ("甲局", "乙局")), kind)
    for damaged in (data[:len(data) // 2], data[:600], data[:300] + bytes(400) + data[700:]):
        split(damaged, f"a.{kind}", district.form)  # whatever it says, it does not raise
    one = to_bytes(_sheets(district, ("甲局",)), kind)
    assert split(one, f"a.{kind}", district.form) == []


def test_other_sheets_stay_with_the_first_and_names_of_sheets_are_no_paths(district, tmp_path):
    sheets = _sheets(district, ("甲局", "乙局"), 甲局="..甲&<b>")
    data = io.BytesIO(to_bytes(sheets))
    book = openpyxl.load_workbook(data)
    book.create_sheet("说明")["A1"] = "两份"
    book["乙局"].print_area = "A1:D9"
    book.active = 2
    book.save(data)
    form = load_form(FORM)
    parts = split(data.getvalue(), "a.xlsx", form)
    assert [name for name, _ in parts] == ["..甲&<b>.xlsx", "乙局.xlsx"]
    assert [openpyxl.load_workbook(io.BytesIO(part)).sheetnames for _, part in parts] == [["..甲&<b>", "说明"], ["乙局"]]
    assert split(data.getvalue(), "a.xlsx", form) == parts
    for (_, part), one in zip(parts, ("甲局", "乙局"), strict=True):
        assert [name for name, _ in read_submission(part, "a.xlsx", form).units] == [one]
    (district.folder / "inbox" / "各单位.xlsx").write_bytes(data.getvalue())
    assert {one.file for one in district.run(W1).submissions} == {"各单位.xlsx!/..甲&<b>.xlsx", "各单位.xlsx!/乙局.xlsx"}
    assert not [path for path in tmp_path.rglob("*") if "甲&" in path.name and "submissions" not in str(path)]


def test_in_an_archive_it_is_taken_apart_too(district):
    path = _send(district, _sheets(district, ("甲局", "乙局")))
    with zipfile.ZipFile(path.with_name("报表.zip"), "w") as target:
        target.write(path, "各.xlsx")
    path.unlink()
    assert {one.file for one in district.run(W1).submissions} == {"报表.zip!/各.xlsx!/甲局.xlsx", "报表.zip!/各.xlsx!/乙局.xlsx"}


def test_damaged_or_hostile_ones_are_left_to_the_reader(district):
    data = to_bytes(_sheets(district, ("甲局", "乙局")))
    for damaged in (data[:-40], data[:2000], b"PK" + b"worksheets/" * 9, b""):
        assert split(damaged, "a.xlsx", district.form) == []
    bomb = io.BytesIO(data)
    with zipfile.ZipFile(bomb) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    main = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + main[main.index(b"<workbook"):]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    assert split(made.getvalue(), "a.xlsx", district.form) == []


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_forms_of_an_adopted_layout_are_taken_apart_too(tmp_path, kind):
    form, sheets = _adopted(tmp_path), []
    for n, one in enumerate(("甲街道", "乙街道")):
        lines = [["检查情况月报表", ""], [f"填报单位：{one}", ""], ["项目", "数量"]]
        sheets.append(Sheet(one, [*lines, ["检查企业（家）", n + 5], ["发现隐患（处）", n]]))
    data = to_bytes(sheets, kind)
    parts = split(data, f"a.{kind}", form)
    assert [name for name, _ in parts] == [f"甲街道.{kind}", f"乙街道.{kind}"]
    for n, (name, part) in enumerate(parts):
        submission = read_submission(part, name, form)
        assert submission.figures == {"b4": n + 5, "b5": n} and [one for one, _ in submission.units] == [name.partition(".")[0]]
        assert [one for one in submission.problems if one.severity == "error"] == []
    whole = read_submission(data, f"a.{kind}", form)
    assert [one.code for one in whole.problems if one.severity == "error"] == ["two-forms"] and set(whole.figures.values()) == {None}


def test_an_empty_copy_beside_a_filled_form_of_an_adopted_layout_is_passed_over(tmp_path):
    form = _adopted(tmp_path)
    lines = [["检查情况月报表", ""], ["填报单位：甲街道", ""], ["项目", "数量"]]
    empty, full = ([*lines, ["检查企业（家）", one], ["发现隐患（处）", one]] for one in ("", 3))
    submission = read_submission(to_bytes([Sheet("空", empty), Sheet("填", full)], "xlsx"), "a.xlsx", form)
    assert submission.figures == {"b4": 3, "b5": 3} and submission.sheet == "填"


def _adopted(folder):
    rows = [["检查情况月报表", ""], ["填报单位：", ""], ["项目", "数量"], ["检查企业（家）", ""], ["发现隐患（处）", ""]]
    (folder / "blank.xlsx").write_bytes(to_bytes([Sheet("Sheet1", rows, [(0, 0, 0, 1)])], "xlsx"))
    return load_form(adopt(folder / "blank.xlsx", "form_x", folder=folder, today=dt.date(2026, 11, 29)).path)
