"""A workbook with several units' forms is taken apart, a workbook a unit; any other workbook is left alone."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from consolidator.reading.read_file import read_submission
from consolidator.reading.several import may_hold_several, split
from consolidator.workflows import decisions
from schemas.form import load_form
from tests.district import FORM, W1, W2, codes, file, unit
from tests.forms import fill, to_bytes

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
    _send(district, _sheets(district), "xls", "各单位.xls")
    assert codes(file(district.run(W1), "各单位.xls")) >= {"two-forms"}


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
    assert [name for name, _ in parts] == ["..甲&<b>", "乙局"]
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
