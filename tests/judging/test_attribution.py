"""Whose a form is and of which day: what it says first, the file's name last, and nothing guessed unreported."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.judging.attribution import Candidate, identify, units_in_name
from consolidator.model.context import Context
from consolidator.model.submission import Submission
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.roster import Roster, Unit
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
ROSTER = Roster([Unit("区商务局", ("行业主管部门",), ("区商务委",)), Unit("区应急局", ("执法部门",)),
                 Unit("宁园街道", ("街道",), ("宁园街",))], FORM.region)
W2 = dt.date(2023, 6, 5)
TODAY = dt.date(2023, 6, 7)


def found(file: str = "表.xlsx", *, units=(("区商务局", "A2"),), dates=((W2, "2023年6月5日", "D2"),), today=TODAY, **more) -> Candidate:
    submission = Submission("form", units=list(units), dates=list(dates), sheet="调度表", **more)
    return identify(file, "0" * 64, submission, Context(FORM, ROSTER, today))


def reported(candidate: Candidate) -> list[tuple[str, str, str | None]]:
    return [(one.severity, one.code, one.cell) for one in candidate.problems]


# the unit

def test_a_name_of_the_roster_is_taken_without_a_word():
    for written in ("区商务局", "河北区商务局", "天津市河北区商务局", " 区 商 务 局 "):
        one = found(units=[(written, "A2")])
        assert (one.unit, reported(one)) == ("区商务局", []), written


def test_an_alias_is_a_note_at_its_cell():
    one = found(units=[("区商务委", "A2")])
    assert one.unit == "区商务局" and reported(one) == [("note", "unit-by-alias", "A2")]


@pytest.mark.parametrize(("written", "near"), [("区商务厅", "区商务局"), ("南开区商务局", None), ("河北省商务局", None), ("某厂", None)])
def test_a_name_that_is_like_one_is_never_credited_to_it(written, near):
    one = found("区应急局.xlsx", units=[(written, "A2")])
    assert one.unit is None and reported(one) == [("error", "unit-unknown", "A2")]
    assert f"“{written}”" in one.problems[0].message
    assert near is None or f"是不是{near}" in one.problems[0].message


def test_two_units_in_one_form_are_nobodys():
    one = found(units=[("区商务局", "A2"), ("区应急局", "A30")])
    assert one.unit is None and reported(one) == [("error", "unit-several", "A2")]
    assert found(units=[("区商务局", "A2"), ("区商务委", "A30"), ("某人", "A31")]).unit == "区商务局"


def test_without_a_name_the_files_is_taken_and_reported():
    one = found("0605宁园街道调度表.xlsx", units=())
    assert one.unit == "宁园街道" and reported(one) == [("warning", "unit-from-name", None)]
    assert found("宁园街道/调度表.xlsx", units=()).unit == "宁园街道"


@pytest.mark.parametrize("file", ["表.xlsx", "区商务局和区应急局.xlsx", "南开区商务局.xlsx"])
def test_without_any_name_or_with_two_it_is_refused(file):
    one = found(file, units=())
    assert one.unit is None and reported(one) == [("error", "unit-missing", None)]


def test_a_file_name_that_says_another_unit_is_reported_and_the_form_counts():
    one = found("区应急局.xlsx")
    assert one.unit == "区商务局" and reported(one) == [("warning", "unit-contradicts", "A2")]
    assert "区应急局" in one.problems[0].message
    assert reported(found("区应急局、区商务局.xlsx")) == [] and reported(found("区应急局/区商务局.xlsx")) == []


def test_a_files_own_name_goes_before_its_folders():
    assert units_in_name("区应急局/宁园街道.xlsx", ROSTER) == ["宁园街道"]
    assert units_in_name("区应急局/收到/表.xlsx", ROSTER) == ["区应急局"]
    assert units_in_name("表.xlsx", ROSTER) == []


# the date

def test_a_date_names_its_week():
    one = found(dates=[(dt.date(2023, 6, 1), "6月1日", "D2")])
    assert (one.date, one.week, one.late_week, reported(one)) == (dt.date(2023, 6, 1), W2, dt.date(2023, 5, 29), [])
    assert (found().week, found().late_week) == (W2, None)


def test_mondays_form_may_come_on_friday():
    one = found(dates=[(dt.date(2023, 6, 12), "6月12日", "D2")], today=dt.date(2023, 6, 9))
    assert (one.week, reported(one)) == (dt.date(2023, 6, 12), [])


@pytest.mark.parametrize(("day", "today", "code"), [
    (dt.date(2023, 6, 8), TODAY, "date-future"), (dt.date(2023, 5, 20), TODAY, "date-before"),
    (dt.date(2022, 6, 5), TODAY, "date-other-year"), (dt.date(2024, 1, 8), TODAY, "date-other-year"),
    (dt.date(2023, 12, 29), dt.date(2023, 12, 30), "date-after"),
])
def test_a_date_that_cannot_be_is_an_error_at_its_cell(day, today, code):
    one = found(dates=[(day, str(day), "D2")], today=today)
    assert one.week is None and reported(one) == [("error", code, "D2")] and str(day) in one.problems[0].message


def test_the_first_days_count_and_the_last_week_may_be_late():
    assert found(dates=[(dt.date(2023, 5, 25), "", "D2")]).week == dt.date(2023, 5, 29)
    last = FORM.campaign.last_week
    one = found(dates=[(last + dt.timedelta(days=2), "", "D2")], today=dt.date(2023, 12, 31))
    assert (one.week, one.late_week, reported(one)) == (None, last, [])


def test_two_dates_of_one_week_are_nothing_and_of_two_weeks_are_reported():
    assert reported(found(dates=[(W2, "", "D2"), (dt.date(2023, 6, 2), "", "D30")])) == []
    one = found(dates=[(W2, "", "D2"), (dt.date(2023, 5, 29), "", "D30")])
    assert one.date == W2 and reported(one) == [("warning", "date-several", "D2")] and "2023-05-29" in one.problems[0].message


def test_without_a_date_the_files_name_is_asked_and_reported():
    one = found("区商务局2023年6月5日.xlsx", dates=())
    assert (one.date, one.week, reported(one)) == (W2, W2, [("warning", "date-from-name", None)])
    bare = found("区商务局.xlsx", dates=())
    assert (bare.date, bare.week, bare.late_week, reported(bare)) == (None, None, None, [])


def test_a_date_that_was_not_understood_is_not_taken_from_the_name():
    unclear = problem("date-unclear", written="6月？日", example="2023年6月5日")
    one = found("区商务局2023年6月5日.xlsx", dates=[(None, "6月？日", "D2")], problems=[unclear])
    assert one.date is None and [p.code for p in one.problems] == ["date-unclear"]


# an annotated copy that came back

def test_a_copy_belongs_to_the_week_that_it_has_whatever_date_it_shows():
    one = found(dates=[(dt.date(2023, 6, 12), "", "D2")], copy_of={"week": "2023-05-29"})
    assert (one.week, one.late_week, reported(one)) == (dt.date(2023, 5, 29), None, [])


@pytest.mark.parametrize("week", ["2023-05-30", "2022-01-03", "本期", "2023-13-45", ""])
def test_a_mark_that_names_no_week_of_the_campaign_is_passed_over(week):
    one = found(copy_of={"week": week})
    assert (one.week, reported(one)) == (W2, [])


def test_a_units_reply_is_a_note_beside_the_figure():
    one = found(replies={"self_found": "去年结转", "": "已核对"}, cells={"self_found": "D3"})
    assert [(p.code, p.severity, p.figure, p.cell, p.message) for p in one.problems] == [
        ("unit-reply", "note", "self_found", "D3", "单位说明：去年结转"), ("unit-reply", "note", None, None, "单位说明：已核对")]


# what is no form

def test_a_narrative_is_credited_by_its_name_or_else_its_words():
    for file, text, unit in (("宁园街道动员部署.docx", "区商务局", "宁园街道"), ("材料.docx", "宁园街道召开会议。", "宁园街道"),
                             ("材料.docx", "区商务局、区应急局开展联合检查。", None), ("材料.docx", "", None)):
        one = identify(file, "0" * 64, Submission("material", text=text), Context(FORM, ROSTER, TODAY))
        assert one.unit == unit and [(p.code, p.severity) for p in one.problems] == [("material", "note")]
        assert (unit or "未知单位") in one.problems[0].message


def test_a_file_that_cannot_be_read_is_known_by_its_name():
    broken = Submission("unreadable", problems=[problem("broken-file")])
    one = identify("区商务局0605.xlsx", "0" * 64, broken, Context(FORM, ROSTER, TODAY))
    assert (one.unit, one.week, one.is_form, one.wrong) == ("区商务局", None, False, True)
    assert [p.code for p in one.problems] == ["broken-file"]
