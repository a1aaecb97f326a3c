"""The workbook that goes up: what a superior sees, checks, and reads back by this very program."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from consolidator.model.display import day_text, short_day_text
from consolidator.model.marks import SHEET_MARK
from consolidator.model.result import CARRIED, MISSING, REPORTED, UnitResult, WeekResult
from consolidator.reading.read_file import read_submission
from consolidator.writing.official import form_sheet
from consolidator.writing.official.drawing import ACCEPTED_FILL, CARRIED_FILL
from consolidator.writing.xlsx.merged import CHECK_ROW, DETAIL_SHEET, TOTAL_ROW, TOTALS_SHEET, total_text, write_merged
from schemas.form_loading import load_form
from schemas.settings import HOME, Office, Paths, Report, Settings
from tests.factory import make_result, totals_of

SMALL = HOME / "tests" / "small_form.yaml"
FORMULA = '=HYPERLINK("http://x","甲")'


@pytest.fixture(params=[Paths().form, SMALL], ids=["调度表", "small"])
def form(request):
    return load_form(request.param)


@pytest.fixture
def result(form):
    return make_result(form)


@pytest.fixture
def path(tmp_path, form, result):
    write_merged(result, form, Settings(), tmp_path / "merged.xlsx")
    return tmp_path / "merged.xlsx"


def detail_rows(path: Path) -> dict[str, list]:
    """Column A → the rest of the row, the values as stored."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(DETAIL_SHEET).to_python(skip_empty_area=False)
    return {row[0]: row[1:] for row in rows if row[0]}


def fill_of(cell) -> str:
    return "#" + cell.fill.fgColor.rgb[2:]


def test_read_back_as_a_submission_it_gives_the_same_totals(path, form, result):
    read = read_submission(path.read_bytes(), path.name, form)
    expected = {name: total if form.figures[name].is_number else total > 0 for name, total in result.totals.items()}
    assert read.kind == "form" and read.sheet == TOTALS_SHEET
    assert read.figures == expected
    assert read.units[0][0] == Settings().office.name
    assert read.dates[0][0] == result.week
    yes_no = {name for name, figure in form.figures.items() if not figure.is_number}
    assert {(one.code, one.severity) for one in read.problems if one.figure in yes_no} == {("read-as", "note")}
    assert not [one for one in read.problems if one.figure not in yes_no]


def test_nothing_reported_reads_back_as_zero(form, tmp_path):
    units = [UnitResult("甲", form.kinds[:1], source=MISSING, from_week=None, awaiting="report")]
    nothing = WeekResult(form.name, form.campaign.first_week, submissions=[], units=units, totals=totals_of(form, units), increments={})
    write_merged(nothing, form, Settings(), tmp_path / "merged.xlsx")
    read = read_submission((tmp_path / "merged.xlsx").read_bytes(), "merged.xlsx", form)
    assert not any(read.figures.values()) and None not in read.figures.values()
    assert not [one for one in read.problems if one.severity != "note"]


def test_the_totals_stand_as_numbers_and_as_people_write_two(path, form, result):
    sheet = openpyxl.load_workbook(path)[TOTALS_SHEET]
    for place in form_sheet.lay_out(form, result.week).places:
        cell = sheet.cell(place.row + 1, place.values[0] + 1)
        figures = place.item.figures
        if len(figures) == 1 and figures[0].is_number:
            assert cell.value == result.totals[figures[0].name] and cell.data_type == "n"
        else:
            assert cell.value == total_text(place.item, result.totals) and cell.data_type == "s"


@pytest.mark.parametrize(("count", "text"), [(12, "是（12个单位）"), (0, "否"), (None, "")])
def test_a_yes_says_how_many_say_it(form, count, text):
    item = next(item for item in form.items if not item.figures[0].is_number)
    assert total_text(item, {item.figures[0].name: count}) == text


def test_unit_date_title_and_remarks_stand_where_the_issuer_prints_them(path, form, result):
    sheet = openpyxl.load_workbook(path)[TOTALS_SHEET]
    texts = [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
    assert texts[0] == "\n".join(form.title)
    assert texts[1:3] == [f"{Settings().office.name}（单位）", f"时间：{day_text(result.week)}"]
    assert [text for text in texts if text.strip().startswith(("1.", "2."))] == form_sheet.remark_lines(form)[1:]


def test_a_moved_week_shows_the_day_on_which_it_is_due(tmp_path):
    form = load_form(Paths().form)
    week, day = next(iter(form.campaign.moved.items()))
    write_merged(replace(make_result(form), week=week), form, Settings(), tmp_path / "merged.xlsx")
    read = read_submission((tmp_path / "merged.xlsx").read_bytes(), "merged.xlsx", form)
    assert read.dates[0][0] == day


def test_the_official_sheet_prints_on_one_a4_page(path):
    sheet = openpyxl.load_workbook(path)[TOTALS_SHEET]
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and (setup.fitToWidth or 1, setup.fitToHeight or 1) == (1, 1)
    assert sheet.print_area.endswith(f"${sheet.max_row}")


def test_the_details_hold_every_unit_and_blanks_stay_blank(path, form, result):
    rows = detail_rows(path)
    for unit in result.units:
        kind, source, *values = rows[unit.unit]
        assert kind == "、".join(unit.kind)
        carried = f"沿用{short_day_text(result.past[-1].week)}"
        assert source == {REPORTED: "本期", MISSING: "", CARRIED: carried}[unit.source]
        written = [unit.figures.get(name) for name in form.figures]
        shown = [{"是": True, "否": False, "": None}.get(value, value) for value in values]
        assert shown == written


def test_totals_as_values_and_checks_as_formulas_that_are_zero(path, form, result):
    rows = detail_rows(path)
    assert rows[TOTAL_ROW][2:] == [result.totals[name] for name in form.figures]
    assert rows[CHECK_ROW][2:] == [0] * len(form.figures)
    sheet = openpyxl.load_workbook(path)[DETAIL_SHEET]
    totals, checks = list(sheet.rows)[-2:]
    assert [totals[0].value, checks[0].value] == [TOTAL_ROW, CHECK_ROW]
    assert all(cell.data_type == "n" for cell in totals[3:])
    for cell, figure in zip(checks[3:], form.figures.values(), strict=True):
        assert cell.data_type == "f" and cell.value.startswith("=")
        assert ("SUM(" if figure.is_number else "COUNTIF(") in cell.value


def test_a_wrong_total_is_not_covered_by_a_stored_zero(form, result, tmp_path):
    first = next(iter(form.figures))
    wrong = replace(result, totals={**result.totals, first: result.totals[first] + 5})
    write_merged(wrong, form, Settings(), tmp_path / "merged.xlsx")
    assert detail_rows(tmp_path / "merged.xlsx")[CHECK_ROW][2] == -5


def test_decimal_sums_are_zero_where_binary_ones_are_not(form, tmp_path):
    money = next(name for name, figure in form.figures.items() if figure.kind == "money")
    week = form.campaign.first_week
    units = [UnitResult(str(n), form.kinds[:1], source=REPORTED, from_week=week, awaiting=None, figures={money: 0.1}) for n in range(3)]
    result = WeekResult(form.name, form.campaign.first_week, submissions=[], units=units, totals=totals_of(form, units), increments={})
    write_merged(result, form, Settings(), tmp_path / "merged.xlsx")
    column = 2 + list(form.figures).index(money)
    rows = detail_rows(tmp_path / "merged.xlsx")
    assert (rows[TOTAL_ROW][column], rows[CHECK_ROW][column]) == (0.3, 0)


def test_carried_and_accepted_figures_are_marked_and_commented(path, form, result):
    sheet = openpyxl.load_workbook(path)[DETAIL_SHEET]
    rows = {row[0].value: row for row in sheet.rows}
    last = short_day_text(result.past[-1].week)
    for unit in result.units:
        cells = rows[unit.unit]
        accepted = {one.figure for one in unit.accepted}
        carried = unit.source == CARRIED
        assert (cells[0].comment.text if cells[0].comment else None) == (f"沿用{last}数据" if carried else None)
        for name, cell in zip(form.figures, cells[3:], strict=True):
            fill = ACCEPTED_FILL if name in accepted else CARRIED_FILL if carried else "#000000"
            assert fill_of(cell) == fill
            assert bool(cell.comment) == (name in accepted)
    accepted = next(unit for unit in result.units if unit.accepted)
    assert "电话核实" in rows[accepted.unit][3].comment.text and "999" in rows[accepted.unit][3].comment.text


def test_columns_are_grouped_by_section_and_item_with_units(path, form, result):
    rows = list(openpyxl.load_workbook(path)[DETAIL_SHEET].iter_rows(values_only=True))
    assert [text for text in rows[1][3:] if text] == ["".join(section.title) for section in form.sections]
    labels = [f"{item.number}.{item.label(result.week).joined}" for item in form.items]
    assert [text for text in rows[2][3:] if text] == labels
    assert rows[3] == ("单位名称", "类别", "来源", *(f"{one.short}（{one.unit}）" for one in form.figures.values()))


def test_panes_are_frozen_the_filter_is_on_and_heads_are_repeated(path, form, result):
    sheet = openpyxl.load_workbook(path)[DETAIL_SHEET]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref.startswith("A4:") and sheet.auto_filter.ref.endswith(str(4 + len(result.units)))
    assert sheet.print_title_rows == "$1:$4" and sheet.page_setup.orientation == "landscape"


def test_the_sheet_beside_the_form_has_the_mark(path):
    values = [value for row in openpyxl.load_workbook(path)[DETAIL_SHEET].iter_rows(values_only=True) for value in row]
    assert any(isinstance(value, str) and value.startswith(SHEET_MARK) for value in values)


@pytest.mark.parametrize("text", [
    FORMULA, "+1", "-1", "@甲", "{=1}", "http://例子", "12", "mailto:a@b", "'x", "\x07响", "_x0041_", "<r>甲</r>",
])
def test_no_text_of_a_file_becomes_a_formula_or_a_link(form, tmp_path, text):
    unit = UnitResult(text, (text,), source=REPORTED, from_week=form.campaign.first_week, awaiting=None)
    result = WeekResult(form.name, form.campaign.first_week, submissions=[], units=[unit], totals=totals_of(form, [unit]), increments={})
    write_merged(result, form, Settings(office=Office(name=text)), tmp_path / "merged.xlsx")
    book = openpyxl.load_workbook(tmp_path / "merged.xlsx")
    cell = book[DETAIL_SHEET].cell(5, 1)
    assert cell.data_type == "s" and cell.hyperlink is None
    assert text.replace("\x07", " ") in {name.rstrip(" ") for name in detail_rows(tmp_path / "merged.xlsx")}
    formulas = [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert len(formulas) == len(form.figures)


def test_who_is_missing_is_named_only_where_the_settings_say_so(form, result, tmp_path):
    missing = next(unit.unit for unit in result.units if unit.source == MISSING)
    for named in (False, True):
        settings = Settings(report=Report(name_missing_units=named))
        write_merged(result, form, settings, tmp_path / "merged.xlsx")
        assert detail_rows(tmp_path / "merged.xlsx")[missing][1] == ("缺报" if named else "")


def test_nothing_of_the_offices_own_business_goes_up(path, result):
    with zipfile.ZipFile(path) as package:
        words = "".join(package.read(name).decode("utf-8") for name in package.namelist())
    assert not [one.message for sub in result.submissions for one in sub.problems if one.message in words]
    assert not [one.message for one in result.notices if one.message in words]


def test_the_same_result_gives_the_same_bytes(path, form, result, tmp_path):
    write_merged(make_result(form), form, Settings(), tmp_path / "again.xlsx")
    assert path.read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    with zipfile.ZipFile(path) as package:
        assert f"{result.week}T00:00:00Z" in package.read("docProps/core.xml").decode("utf-8")


def test_a_path_that_cannot_be_written_is_an_os_error(form, result, tmp_path):
    with pytest.raises(OSError):
        write_merged(result, form, Settings(), tmp_path)


@runs(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_totals_read_back(form, tmp_path, data):
    counts, money = st.integers(0, 10**6), st.integers(0, 10**11).map(lambda n: n / 10**6)
    kinds = {"count": counts, "money": money, "yes_no": st.integers(0, 400)}
    totals = {name: data.draw(kinds[figure.kind]) for name, figure in form.figures.items()}
    result = WeekResult(form.name, form.campaign.first_week, submissions=[], units=[], totals=totals, increments={})
    write_merged(result, form, Settings(), tmp_path / "merged.xlsx")
    read = read_submission((tmp_path / "merged.xlsx").read_bytes(), "merged.xlsx", form)
    expected = {name: total if form.figures[name].is_number else total > 0 for name, total in totals.items()}
    assert read.figures == expected


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_spreadsheet_works_the_check_row_out_to_zero(path, tmp_path):
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(bare, "w") as without:
        for name in package.namelist():
            without.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", package.read(name)))
    assert detail_rows(bare)[CHECK_ROW][2] == ""
    second_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                    second_sheet, "--outdir", str(tmp_path), str(bare)], check=True, capture_output=True, timeout=120)
    checks = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8").strip().splitlines()[-1].split(",")
    assert checks[0] == CHECK_ROW and checks[3:] == ["0"] * (len(checks) - 3)


def test_no_day_of_the_clock_is_in_it(path):
    with zipfile.ZipFile(path) as package:
        words = "".join(package.read(name).decode("utf-8") for name in package.namelist())
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert dt.date.today().isoformat() not in words
