"""Which of a unit's submissions counts: by day, then by arrival; duplicates, unfilled forms, scans beside forms."""

from __future__ import annotations

import pytest

from consolidator.judging.attribution import Candidate
from consolidator.judging.selection import materials_beside_forms
from consolidator.judging.week_of_form import assign
from consolidator.model.records import FileDecision, Known
from consolidator.model.result import ACCEPTED, DUPLICATE, MATERIAL, REJECTED, SUPERSEDED
from consolidator.model.submission import Submission
from schemas.problems import Problem, problem
from tests.district import W2
from tests.judging.candidates import CAMPAIGN, DAY, candidate, codes, held, settled, words


def test_one_form_counts():
    one = candidate()
    assert settled(one) is one and one.status == ACCEPTED and codes(one) == []


def test_a_later_date_counts_whatever_arrived_first():
    older, newer = candidate("旧.xlsx", W2 - 2 * DAY, arrived=2), candidate("新.xlsx", W2, value=11, arrived=1)
    assert settled(older, newer) is newer
    assert (older.status, codes(older)) == (SUPERSEDED, ["older-date"]) and codes(newer) == ["replaces"]
    assert words(older, "older-date") == {"other": "新.xlsx", "sheet": "表一"} and words(newer, "replaces")["other"] == "旧.xlsx"


def test_of_one_date_the_later_arrival_counts():
    first, second = candidate("一.xlsx", value=1, arrived=1), candidate("二.xlsx", value=2, arrived=2)
    assert settled(second, first) is second
    assert (first.status, codes(first), words(first, "superseded")["other"]) == (SUPERSEDED, ["superseded"], "二.xlsx")


def test_a_form_without_a_date_counts_as_of_the_weeks_day():
    undated, older = candidate("无.xlsx", None, value=3), candidate("旧.xlsx", W2 - DAY, arrived=9)
    assert settled(undated, older) is undated


def test_two_that_differ_and_came_together_are_both_refused():
    one, other = candidate("一.xlsx", value=1), candidate("二.xlsx", value=2)
    assert settled(one, other) is None
    assert [one.status, other.status] == [REJECTED, REJECTED] and codes(one) == codes(other) == ["two-differ"]
    assert words(one, "two-differ") == {"other": "二.xlsx", "sheet": "表一"} and words(other, "two-differ")["other"] == "一.xlsx"


def test_below_two_that_differ_an_older_one_counts_and_says_what_was_refused():
    one, other, older = candidate("一.xlsx", value=1), candidate("二.xlsx", value=2), candidate("旧.xlsx", W2 - DAY)
    assert settled(one, other, older) is older and older.newer_refused
    assert codes(older) == ["older-stands"] and words(older, "older-stands")["other"] == "一.xlsx、二.xlsx"


def test_a_wrong_newer_form_goes_back_and_the_older_one_counts():
    good, wrong = candidate("好.xlsx", arrived=1), candidate("错.xlsx", arrived=2, wrong=True)
    assert settled(good, wrong) is good and wrong.status == REJECTED
    assert codes(good) == ["older-stands"] and words(good, "older-stands")["other"] == "错.xlsx"


def test_a_wrong_form_that_was_corrected_does_not_go_back():
    wrong, good = candidate("错.xlsx", arrived=1, wrong=True), candidate("好.xlsx", arrived=2)
    assert settled(wrong, good) is good and not good.newer_refused
    assert (wrong.status, codes(wrong), words(wrong, "superseded")["other"]) == (SUPERSEDED, ["superseded"], "好.xlsx")


def test_of_two_wrong_ones_only_the_newer_goes_back():
    first, second = candidate("一.xlsx", arrived=1, wrong=True), candidate("二.xlsx", arrived=2, wrong=True, written="若干")
    assert settled(first, second) is None and [first.status, second.status] == [SUPERSEDED, REJECTED]


def test_of_the_same_content_the_latest_stays():
    first, second = candidate("一.xlsx", arrived=1), candidate("二.xlsx", arrived=2)
    assert settled(first, second) is second
    assert (first.status, codes(first)) == (DUPLICATE, ["duplicate"])
    assert words(first, "duplicate") == {"other": "二.xlsx", "sheet": "表一"}


def test_of_the_same_content_the_one_accepted_before_stays():
    first, second = candidate("一.xlsx", arrived=1), candidate("二.xlsx", arrived=2)
    assert settled(first, second, standing=held(first)) is first and second.status == DUPLICATE


def test_of_the_same_content_the_later_date_stays():
    later, earlier = candidate("一.xlsx", W2, arrived=1), candidate("二.xlsx", W2 - DAY, arrived=2)
    assert settled(earlier, later) is later and earlier.status == DUPLICATE


def test_of_the_same_content_and_moment_the_first_name_stays():
    one, other = candidate("一.xlsx"), candidate("丁.xlsx")
    assert settled(other, one) is min((one, other), key=lambda found: found.file)


def test_of_the_same_content_one_in_the_inbox_stays():
    gone, here = candidate("一.xlsx", arrived=2, in_inbox=False), candidate("二.xlsx", arrived=1)
    assert settled(gone, here) is here and gone.status == DUPLICATE


def test_two_refused_cells_that_say_otherwise_are_no_duplicates():
    one, other = candidate("一.xlsx", arrived=1, wrong=True), candidate("二.xlsx", arrived=2, wrong=True, written="若干")
    settled(one, other)
    assert DUPLICATE not in (one.status, other.status)
    same = [candidate("三.xlsx", arrived=1, wrong=True), candidate("四.xlsx", arrived=2, wrong=True)]
    settled(*same)
    assert [found.status for found in same] == [DUPLICATE, REJECTED]


def test_of_three_that_differ_each_names_the_others():
    group = [candidate(f"{name}.xlsx", value=number) for number, name in enumerate("abc")]
    assert settled(*group) is None
    assert [words(one, "two-differ")["other"] for one in group] == ["b.xlsx、c.xlsx", "a.xlsx、c.xlsx", "a.xlsx、b.xlsx"]


def test_what_a_unit_wrote_to_the_clerk_stays_with_a_form_that_is_passed_over():
    older, newer = candidate("旧.xlsx", value=1, arrived=1), candidate("新.xlsx", value=2, arrived=2)
    older.problems.append(problem("unit-reply", written="上期多报了"))
    assert settled(older, newer) is newer and codes(older) == ["unit-reply", "superseded"]


def test_of_two_days_that_came_together_the_earlier_one_is_superseded():
    older, newer = candidate("旧.xlsx", W2 - DAY, value=1), candidate("新.xlsx", W2, value=2)
    assert settled(older, newer) is newer and codes(older) == ["superseded"]


@pytest.mark.parametrize(("arrived", "code"), [(1, "superseded"), (2, "unfilled"), (3, "unfilled")])
def test_an_unfilled_form_takes_no_ones_place(arrived, code):
    blank, filled = candidate("空.xlsx", value=None, arrived=arrived), candidate("满.xlsx", arrived=2)
    assert settled(blank, filled) is filled and codes(filled) == []
    assert (blank.status, codes(blank)) == (SUPERSEDED, [code]) and words(blank, code) == {"other": "满.xlsx", "sheet": "表一"}


def test_a_zero_and_a_no_are_figures():
    for value in (0, False):
        zero, blank = candidate("零.xlsx", value=value, arrived=1), candidate("空.xlsx", value=None, arrived=2)
        assert settled(zero, blank) is zero


def test_where_all_are_unfilled_one_counts_all_the_same():
    one = candidate(value=None)
    assert settled(one) is one and one.status == ACCEPTED


def test_an_accepted_form_that_left_the_inbox_still_counts_with_what_is_wrong_as_warnings():
    one = candidate(wrong=True, in_inbox=False)
    assert settled(one, standing=held(one)) is one
    assert codes(one) == ["not-a-number", "file-gone"] and one.problems[0].severity == "warning"
    other = candidate(wrong=True)
    assert settled(other, standing=held(other)) is None and other.status == REJECTED


def test_two_unfilled_copies_beside_a_filled_form_are_passed_over_with_their_sheet():
    blanks = [candidate(f"空{n}.xlsx", W2 - n * DAY, value=None, arrived=2) for n in range(2)]
    filled = candidate("满.xlsx", arrived=2)
    assert settled(*blanks, filled) is filled
    assert [(one.status, words(one, "unfilled")) for one in blanks] == [(SUPERSEDED, {"other": "满.xlsx", "sheet": "表一"})] * 2


def test_a_problem_that_another_version_kept_is_no_obstacle():
    one = candidate("甲.xlsx", None)
    one.problems = [Problem("of-long-ago", "error", stored="从前的一句话")]
    decision = FileDecision(one.sha256, one.file, W2, "电话问过", "王敏", at="2023-06-05T09:00:00")
    assign([one], W2, CAMPAIGN, Known(assigned={one.sha256: decision}))
    assert (one.problems[0].severity, one.problems[0].message) == ("error", "从前的一句话")
    assert settled(one, standing=held(one)) is None and one.problems[0].severity == "error"


@pytest.mark.parametrize(("unit", "status"), [("甲局", MATERIAL), ("乙局", REJECTED)])
def test_a_scan_is_material_only_beside_its_units_accepted_form(unit, status):
    scan = Candidate("扫描.pdf", "sha", Submission("unreadable"), unit, status=REJECTED,
                     problems=[problem("wrong-format", what="PDF 文件", save_as="xlsx")])
    materials_beside_forms([scan], {"甲局": candidate()})
    assert scan.status == status and codes(scan) == (["material"] if status == MATERIAL else ["wrong-format"])
