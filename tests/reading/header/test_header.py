"""Whose form it is and of which day, in every way and place in which people write it."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from consolidator.model.grid import Grid
from consolidator.model.submission import Submission
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
TABLE = fill(FORM, some_figures(FORM, random.Random(1)), title=False, heading="bare date cell", below=False)
TITLE = "\n".join(FORM.title)
DAY = dt.date(2023, 6, 5)
U, D = "区商务局", "2023年6月5日"


def read(above: list[list], below: list[list] | None = None, lines: list[str] | None = None) -> Submission:
    rows = [list(row) for row in above] + [list(row) for row in TABLE.rows[1:]] + [list(row) for row in below or []]
    submission = understand([Grid("调度表", rows, lines=lines or [])], FORM)
    assert submission is not None and not any(value is None for value in submission.figures.values())
    return submission


def names(submission: Submission) -> list[str]:
    return [name for name, _ in submission.units]


def days(submission: Submission) -> list[dt.date | None]:
    return [day for day, _, _ in submission.dates]


UNITS = {
    "printed": [[f"{U}（单位）"]], "spaces": [[f"   {U}   （单位）   "]], "underlined": [[f"______{U}______（单位）"]],
    "spaced brackets": [[f"{U} （ 单位 ）"]], "wide underline": [[f"＿＿{U}＿＿（单位）"]], "half": [[f"{U}(单位)"]],
    "after": [[f"（单位）{U}"]], "after, spaces": [[f"（单位）   {U}"]], "bracket and cell": [["（单位）：", U]],
    "colon": [[f"单位：{U}"]], "half colon": [[f"单位:{U}"]], "spaced word": [[f"单 位：{U}"]], "name of unit": [[f"单位名称：{U}"]],
    "sealed": [[f"单位（盖章）：{U}"]], "sealed 2": [[f"填报单位（公章）：{U}"]], "sealed, no colon": [[f"填报单位（盖章）{U}"]],
    "reporting": [[f"报送单位：{U}"]], "upward": [[f"上报单位：{U}"]], "filling": [[f"填表单位：{U}"]],
    "department": [[f"填报部门：{U}"]], "department 2": [[f"部门：{U}"]], "either": [[f"单位（部门）：{U}"]],
    "no colon": [[f"报送单位 {U}"]], "no colon, cell": [["填报单位", U]], "cell": [["填报单位：", "", U]],
    "cell, sealed": [["填报单位（盖章）：", U]], "cell below": [["单位名称"], [U]],
    "seal behind": [[f"填报单位：{U}（盖章）"]], "seal alone": [[f"{U}（盖章）"]],
    "with date": [[f"单位：{U}    时间：{D}"]], "with date, one space": [[f"单位：{U} 时间：{D}"]],
    "with date, no space": [[f"单位：{U}时间：{D}"]], "with people": [[f"填报单位：{U}  填表人：张三  电话：022-12345678"]],
    "date first": [[f"时间：{D}    单位：{U}"]], "date first, printed": [[f"时间：{D}      {U}（单位）"]],
    "by the date": [[U, "", "", f"时间：{D}"]], "by the bare date": [[f"{U}       {D}"]], "by a date cell": [[U, "", DAY]],
    "alone": [[U]], "before the title": [[f"{U}{''.join(FORM.title)}"]],
    "in the title": [["河北区商务局重大事故隐患专项排查整治2023行动进展情况调度表"]],
    "behind the title": [[f"{''.join(FORM.title)}（{U}）"]],
    "title and unit in one cell": [[f"{TITLE}\n{U}（单位）          时间：{D}"]],
    "two cells": [[f"{U}", "（单位）"]], "no brackets": [[f"{U} 单位", "", "", f"时间：{D}"]],
    "quoted": [[f"单位：“{U}”"]], "dot behind": [[f"单位：{U}。"]],
}


@pytest.mark.parametrize("above", UNITS.values(), ids=UNITS)
@pytest.mark.parametrize("title", [True, False])
def test_units(above, title):
    reported = read(([[TITLE]] if title and TITLE not in str(above[0][0]) else []) + above)
    if above is UNITS["in the title"]:
        assert names(reported) == ["河北区商务局"]
    else:
        assert names(reported) == [U]


NO_UNIT = {
    "blank line": [["___________（单位）", "", "", f"时间：{D}"]], "blank colon": [["单位：", "", "", f"时间：{D}"]],
    "blank colon, underlined": [["单位：________", "", "", f"时间：{D}"]], "dots": [["单位：×××", "", "", f"时间：{D}"]],
    "measures": [["单位：个、家、万元", "", "", f"时间：{D}"]], "measure": [["计量单位：万元", f"时间：{D}"]],
    "money": [["金额单位：万元", f"时间：{D}"]], "filler": [["填表人：张三", "联系电话：13800000000", f"填报日期：{D}"]],
    "annex": [["附件1"], [TITLE], ["", f"时间：{D}"]], "blank cell, then date": [["填报单位（盖章）：", "", "", f"时间：{D}"]],
    "nothing": [[TITLE]], "region's title": [["天津市河北区重大事故隐患专项排查整治2023行动进展情况调度表"], [f"时间：{D}"]],
    "remark": [["请各单位认真填写，每周一中午前报送。"], [f"时间：{D}"]],
}


@pytest.mark.parametrize("above", NO_UNIT.values(), ids=NO_UNIT)
def test_no_unit(above):
    assert names(read(above)) == []


def test_units_elsewhere():
    assert read([[TITLE]], [["填报单位（盖章）：", U, "", "填表人：李四"]]).units == [(U, "B18")]
    assert read([[TITLE]], [[f"填报单位：{U}   填表人：李四   联系电话：13800000000"]]).units == [(U, "A18")]
    assert read([], lines=[*FORM.title, f"{U}（单位）                            时间：{D}"]).units == [(U, None)]
    assert names(read([], lines=["附件", *FORM.title, f"填报单位：{U}", f"填报时间：{D}"])) == [U]


def test_two_names_are_both_given_and_one_said_twice_is_one():
    assert names(read([[f"{U}（单位）", "", "区应急局（盖章）"]])) == [U, "区应急局"]
    assert names(read([[f"{U}（单位）"]], [[f"填报单位：{U}"]])) == [U]
    assert names(read([[f"{U}（单位）"]], [["审核单位：区应急局"], ["汇总单位：区安委会办公室"]])) == [U]


DATES = {
    "printed": [[f"时间：{D}"]], "half colon": [[f"时间:{D}"]], "spaces": [["时间：2023 年 6 月 5 日"]], "filled": [[f"填报时间：{D}"]],
    "date of filling": [[f"填报日期：{D}"]], "date": [[f"日期：{D}"]], "as of": [[f"截至{D}"]], "as of, colon": [[f"截至时间：{D}"]],
    "data as of": [[f"数据截至：{D}"]], "until": [["截止2023年6月5日"]], "next cell": [["时间：", D]], "gap": [["填报日期", "", D]],
    "date cell": [["时间", DAY]], "clock cell": [["时间", dt.datetime(2023, 6, 5, 9, 30)]], "day number": [["时间：", 45082.0]],
    "compact": [["日期：20230605"]], "compact number": [["日期：", 20230605.0]], "slashes": [["时间：2023/6/5"]],
    "dots": [["时间：2023.6.5"]], "spoken": [["时间：二〇二三年六月五日"]], "spoken zero": [["时间：二○二三年六月五日"]],
    "bare": [[D]], "bare cell": [[DAY]], "with unit": [[f"{U}（单位）        {D}"]],
    "behind the title": [[f"{''.join(FORM.title)}（{D}）"]],
    "title on lines": [[f"{TITLE}\n（{D}）"]], "span": [["时间：2023年5月29日至2023年6月5日"]],
    "span, short": [["时间：2023年5月29日-6月5日"]],
    "since": [["统计时间：自5月25日起截至2023年6月5日"]], "weekday": [[f"时间：{D}（星期一）"]],
    "underlined": [["时间：__2023__年_6_月_5_日"]],
    "in pieces": [["时间：", "2023", "年6月5日"]], "a piece a cell": [["时间：", 2023.0, "年", 6.0, "月", 5.0, "日"]],
    "half printed": [["时间：2023年", 6.0, "月", 5.0, "日"]],
    "with people": [[f"填报日期：{D}   填表人：张三  电话：022-12345678"]],
}


@pytest.mark.parametrize("above", DATES.values(), ids=DATES)
def test_dates(above):
    submission = read([[TITLE], *above] if "调度表" not in str(above[0][0]) else above)
    assert days(submission) == [DAY]
    assert not [problem for problem in submission.problems if problem.severity != "note"]


@pytest.mark.parametrize("above", [[["时间：", 43620.0]], [["时间：", "", 43620.0]], [["", "", 43620.0]]])
def test_a_number_is_a_day_of_the_workbooks_own_calendar(above):
    rows = [[TITLE], *above, *map(list, TABLE.rows[1:])]
    assert days(understand([Grid("调度表", rows, since_1904=True)], FORM)) == [DAY]


def test_a_date_below_the_table_counts_where_none_is_said_above():
    assert days(read([[TITLE]], [["填表人：李四", "", f"填报日期：{D}"]])) == [DAY]
    assert days(read([[TITLE]], [["", "", "", D]])) == [DAY]
    assert days(read([[TITLE], ["时间：2023年6月5日"]], [["", "", "", "2023年6月4日"]])) == [DAY]


def test_what_is_no_date_of_the_form():
    assert days(read([[TITLE]])) == []
    assert days(read([[TITLE]], [["备注：调度表自5月25日开始上报，每周一上报。"]])) == []
    assert days(read([[TITLE]], [["联系电话：", 45082.0]])) == []
    assert read([[TITLE], ["时间：2023年   月   日"]]).dates[0][0] is None
    assert days(read([[TITLE], ["时间：2023年   月   日"]], [["", D]])) == [DAY]


def test_an_unclear_date_is_reported_with_its_cell():
    submission = read([[TITLE], ["单位：区商务局", "时间：2023年6月35日"]])
    (problem,) = submission.problems
    assert (problem.code, problem.cell) == ("date-unclear", "B2")
    assert days(submission) == [None]


def test_a_date_without_year_is_noted():
    submission = read([[TITLE], [f"{U}（单位）", "时间：6月5日"]])
    assert days(submission) == [DAY]
    assert [problem.code for problem in submission.problems] == ["date-without-year"]
