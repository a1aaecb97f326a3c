"""核验底册: each sheet says what the result holds, no text becomes a formula, the same result gives the same bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from consolidator.model.result import Acceptance, SubmissionResult
from consolidator.reading.read_file import read_submission
from consolidator.writing.facts import percent
from consolidator.writing.xlsx.checkbook import write_checkbook
from consolidator.writing.xlsx.checkbook_cases import state
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME, Paths, Settings
from tests.factory import make_result

FORM = load_form(Paths().form)
FIRST = next(iter(FORM.figures))
SHEETS = ["较上期", "各单位较上期", "核验问题", "报送情况", "其他文件", "走势"]
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "http://example.org/x", "甲\x01乙\udc80", "<b>&\"'"]


@pytest.fixture
def result():
    return make_result(FORM)


def _book(result, tmp_path, form=FORM):
    path = tmp_path / "底册.xlsx"
    write_checkbook(result, form, Settings(), path)
    return openpyxl.load_workbook(path)


def _rows(sheet, head: str) -> list[dict]:
    """The rows below the headings that begin with ``head``, by heading, up to the first empty one."""
    start = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == head)
    names = [cell.value for cell in sheet[start]]
    rows = []
    for cells in sheet.iter_rows(min_row=start + 1):
        if cells[0].value is None:
            break
        rows.append({name: cell.value for name, cell in zip(names, cells, strict=True)} | {"cells": cells})
    return rows


def test_the_district_against_last_week(result, tmp_path):
    result.units[0].backlog = {FIRST: 3}
    result.units[1].backlog = {FIRST: 2}
    book = _book(result, tmp_path)
    assert book.sheetnames == SHEETS
    rows = _rows(book["较上期"], "部分")
    assert [row["项目"] for row in rows] == [FORM.label(name) for name in FORM.figures]
    for row, name in zip(rows, FORM.figures, strict=True):
        assert (row["本期"], row["上期"], row["增减"]) == (
            result.totals[name],
            result.previous_totals[name],
            result.increments[name],
        )
        assert row["其中补报"] == (5 if name == FIRST else None)
    rate = FORM.report.rates[0]
    shown = next(row for row in book["较上期"].iter_rows(values_only=True) if row[2] == rate.title)
    assert round(shown[4] * 100, 1) == float(percent(result.totals[rate.part], result.totals[rate.whole]))


def test_the_first_week_has_nothing_to_compare_and_no_backlog_no_column(tmp_path):
    result = make_result(FORM, weeks_past=0)
    book = _book(result, tmp_path)
    rows = _rows(book["较上期"], "部分")
    assert all(row["上期"] is None and row["增减"] is None for row in rows) and "其中补报" not in rows[0]
    assert "首期，没有上期可比" in book["较上期"]["A2"].value
    assert len(_rows(book["走势"], "期")) == 1


def test_a_reopened_week_shows_what_was_closed(result, tmp_path):
    result.corrections = {FIRST: (7, result.totals[FIRST])}
    rows = _rows(_book(result, tmp_path)["较上期"], "部分")
    assert [row["定稿时"] for row in rows][:2] == [7, None]


def test_each_unit_against_last_week(result, tmp_path):
    rows = _rows(_book(result, tmp_path)["各单位较上期"], "单位")
    assert len(rows) == 3 + 3 * len(result.units)
    for number, unit in enumerate(result.units):
        this, last, more = rows[3 + 3 * number : 6 + 3 * number]
        assert [row["数"] for row in (this, last, more)] == ["本期", "上期", "增减"]
        column = list(FORM.figures).index(FIRST) + 3
        assert [row["cells"][column].value for row in (this, last, more)] == [
            unit.figures.get(FIRST),
            unit.previous.get(FIRST),
            unit.increments.get(FIRST),
        ]
    yes_no = next(n for n, figure in enumerate(FORM.figures.values(), 3) if not figure.is_number)
    assert {row["cells"][yes_no].value for row in rows[3::3]} <= {"是", "否", None}


def test_many_units_show_their_increments_alone(tmp_path):
    result = make_result(FORM, [f"第{n}单位" for n in range(60)])
    result.units = [replace(unit, unit=f"{unit.unit}{n}") for n in range(10) for unit in result.units]
    book = _book(result, tmp_path)
    rows = _rows(book["各单位较上期"], "单位")
    assert len(rows) == 3 + 600 and {row["数"] for row in rows[3:]} == {"增减"}


def test_problems_with_severity_decision_and_a_link_to_the_unit(result, tmp_path):
    unit = result.units[1]
    sub = next(one for one in result.submissions if one.unit == unit.unit)
    sub.problems = [
        replace(
            problem(
                "falls",
                figure=FIRST,
                sheet="调度表",
                cell="D3",
                written="3",
                week="2023-06-19",
                label=FORM.label(FIRST),
                before=9,
                value=3,
            ),
            severity="warning",
            decision="电话核实",
            reply="上期多报",
        )
    ]
    unit.accepted = [Acceptance(FIRST, 3, 3, "电话核实", "王敏", at="2023-06-26T10:05")]
    book = _book(result, tmp_path)
    rows = _rows(book["核验问题"], "单位")
    assert [row["程度"] for row in rows] == sorted((row["程度"] for row in rows), key=["错误", "提醒", "说明"].index)
    row = next(row for row in rows if row["单位"] == unit.unit)
    assert (row["处理"], row["单位说明"], row["单元格"], row["填报内容"], row["文件"]) == (
        "已采纳：电话核实（王敏 2023-06-26 10:05）",
        "上期多报",
        "D3",
        "3",
        sub.file,
    )
    target = row["cells"][0].hyperlink.location
    sheet, cell = target.replace("'", "").split("!")
    assert book[sheet][cell].value == unit.unit
    rejected = next(one for one in result.submissions if one.status == "rejected" and one.unit)
    assert {row["处理"] for row in rows if row["单位"] == rejected.unit} == {"已退回"}
    assert [
        row["单元格"] for row in rows if row["单位"] == rejected.unit and row["问题"].startswith("未填写 4 项")
    ] == ["D9"]
    assert any(row["问题"] == result.notices[0].message for row in rows)
    assert any(row["单位"] == "（未识别）" and row["文件"] == "乱表.xlsx" for row in rows)


def test_columns_are_as_wide_as_what_stands_in_them(result, tmp_path):
    result.submissions[0].file = "很长的文件名" * 6 + ".xlsx"
    widths = {
        row[0].value: row[0].parent.column_dimensions[row[0].column_letter].width
        for row in _book(result, tmp_path)["核验问题"].iter_cols(min_row=3, max_row=3)
    }
    assert widths["文件"] > 36 > widths["项目"] > widths["单元格"] and widths["处理"] < 31 and widths["单位说明"] < 11


def test_a_figure_heard_by_telephone_is_on_the_record(result, tmp_path):
    unit = result.units[1]
    unit.accepted = [Acceptance(FIRST, 12, None, "电话", "王敏", at="2023-06-26T10:05")]
    row = next(row for row in _rows(_book(result, tmp_path)["核验问题"], "单位") if row["单位"] == unit.unit)
    assert row["问题"] == f"{FORM.label(FIRST)}按 12 采纳"
    assert row["处理"] == "已采纳：电话（原填 空白，采用 12；王敏 2023-06-26 10:05）"


def test_who_reported_when_and_from_which_file(result, tmp_path):
    result.submissions.append(
        SubmissionResult(
            "又一份.xlsx",
            "ab" * 32,
            unit=result.units[0].unit,
            date=result.week,
            status="duplicate",
            problems=[problem("duplicate", other="a.xlsx")],
        )
    )
    book = _book(result, tmp_path)
    rows = _rows(book["报送情况"], "单位")
    assert [row["单位"] for row in rows] == [unit.unit for unit in result.units]
    assert [row["报送情况"] for row in rows][:9] == [
        "已报",
        "已报",
        "已报",
        "未报",
        "已报",
        "沿用",
        "已报",
        "迟报",
        "待更正",
    ]
    assert rows[0]["收到时间"] == dt.datetime(2023, 6, 26, 9, 0) and rows[0]["表内日期"] == "2023-06-26"
    sub = next(one for one in result.submissions if one.unit == result.units[0].unit)
    assert (rows[0]["文件"], rows[0]["文件校验"]) == (sub.file, sub.sha256[:8])
    assert rows[5]["沿用自"] == "2023-06-19" and rows[5]["文件"] in (None, "")
    short = FORM.figures[FIRST].short
    assert rows[8]["须更正"] == f"1 处：{short}（D3）不是数字" and rows[8]["沿用自"] == "2023-06-19"
    sheet, cell = rows[8]["cells"][9].hyperlink.location.replace("'", "").split("!")
    assert (sheet, book[sheet][cell].value) == ("核验问题", result.units[8].unit)
    others = _rows(book["其他文件"], "单位")
    assert [(row["单位"], row["结果"], row["文件"], row["错误"]) for row in others] == [
        ("（未识别）", "已退回", "乱表.xlsx", "1 处"),
        (result.units[0].unit, "重复报送", "又一份.xlsx", None),
    ]
    assert "其他文件 2 份，列在“其他文件”" in book["报送情况"]["A2"].value
    assert not any(row["文件"] == "又一份.xlsx" for row in _rows(book["核验问题"], "单位"))


def test_without_other_files_there_is_no_sheet_of_them(result, tmp_path):
    result.submissions.pop()
    assert _book(result, tmp_path).sheetnames == [name for name in SHEETS if name != "其他文件"]


def test_a_unit_that_stopped_or_left_the_roster_says_so(result, tmp_path):
    result.units[5].stopped, result.units[5].awaiting = True, None
    result.units[3].on_roster = False
    rows = _rows(_book(result, tmp_path)["报送情况"], "单位")
    assert rows[5]["报送情况"] == "沿用（停报）" and rows[3]["报送情况"] == "未报（不在名册）"
    assert state(result.units[8]) == "待更正"


def test_trends_are_native_line_charts_over_all_weeks(result, tmp_path):
    book = _book(result, tmp_path)
    sheet = book["走势"]
    rows = _rows(sheet, "期")
    assert [row["期"] for row in rows] == [f"{week.week:%m-%d}" for week in result.past] + ["06-26"]
    for column, name in enumerate(FORM.report.trends, 1):
        assert [row["cells"][column].value for row in rows] == [
            *(past.totals[name] for past in result.past),
            result.totals[name],
        ]
    assert sum(len(chart.series) for chart in sheet._charts) == len(FORM.report.trends) + len(FORM.report.rates)
    assert {type(chart).__name__ for chart in sheet._charts} == {"LineChart"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_submission_becomes_a_formula_or_a_link(result, tmp_path, text):
    unit, sub = result.units[0], result.submissions[0]
    unit.unit = sub.unit = sub.file = unit.file = text
    sub.problems = [
        replace(
            problem("not-a-number", figure=FIRST, cell="D3", written=text, label=text),
            stored=text,
            sheet=text,
            reply=text,
        )
    ]
    result.notices[0].unit = text
    book = _book(result, tmp_path)
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or cell.hyperlink.location
    shown = book["报送情况"]["A4"].value
    assert shown == text.replace("\x01", " ").replace("\udc80", "?")
    assert book["核验问题"].cell(5, 6).value == shown or any(
        row["问题"] == shown for row in _rows(book["核验问题"], "单位")
    )


def test_a_checkbook_in_the_inbox_is_no_form(result, tmp_path):
    path = tmp_path / "底册.xlsx"
    write_checkbook(result, FORM, Settings(), path)
    read = read_submission(path.read_bytes(), path.name, FORM)
    assert read.kind == "unreadable" and [one.code for one in read.problems] == ["not-a-form"]


def test_panes_are_frozen_filters_on_and_pages_landscape(result, tmp_path):
    book = _book(result, tmp_path)
    for sheet in book:
        assert sheet.freeze_panes and sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(book[name].auto_filter.ref for name in SHEETS[:5])


def test_the_same_result_gives_the_same_bytes(result, tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write_checkbook(make_result(FORM), FORM, Settings(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_small_form_of_another_campaign_needs_no_code(tmp_path):
    small = load_form(HOME / "tests" / "small_form.yaml")
    book = _book(make_result(small), tmp_path, small)
    week = make_result(small).week
    labels = [small.label(name, week) for name in small.figures]
    assert [row["项目"] for row in _rows(book["较上期"], "部分")] == labels
    assert sum(len(chart.series) for chart in book["走势"]._charts) == len(small.report.trends) + len(
        small.report.rates
    )
