"""Which of a unit's submissions counts: by day, then by arrival; duplicates, unfilled forms, those of other weeks."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.judging.attribution import Candidate
from consolidator.judging.selection import materials_beside_forms, settle
from consolidator.judging.week_of_form import Assigned, assign, belongs, set_aside
from consolidator.model.records import FileDecision, Known, Seen, Standing
from consolidator.model.result import ACCEPTED, DUPLICATE, MATERIAL, OTHER_WEEK, REJECTED, SUPERSEDED
from consolidator.model.submission import Submission
from schemas.form import load_form
from schemas.problems import Problem, problem
from schemas.settings import HOME
from tests.district import W1, W2, W3

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
CAMPAIGN = FORM.campaign
FIGURES = dict.fromkeys(FORM.figures)
DAY = dt.timedelta(days=1)


def candidate(file: str = "甲.xlsx", date: dt.date | None = W2, *, value: object = 10, unit: str | None = "甲局", arrived: int = 1,
              wrong: bool = False, written: str = "约20", **more) -> Candidate:
    """A form of 甲局 with one figure; ``wrong``: that figure was refused, ``written`` is what is in its cell."""
    figures = {**FIGURES, "self_found": None if wrong else value, "checked": 5 if wrong else None}
    problems = [problem("not-a-number", figure="self_found", label="x", written=written, cell="D3")] if wrong else []
    submission = Submission("form", sheet="表一", figures=figures, written={"self_found": written if wrong else str(value)})
    return Candidate(file, f"sha of {file}", submission, unit, date, more.pop("week", date), problems=problems, figures=figures,
                     arrived=arrived, **more)


def settled(*group: Candidate, standing: Standing | None = None) -> Candidate | None:
    known = Known(standing={(W2, "甲局"): standing} if standing else {})
    return settle(Assigned(contenders=list(group)), W2, CAMPAIGN, known).get("甲局")


def held(one: Candidate, week: dt.date = W2) -> Standing:
    return Standing(week, one.unit, one.sha256, one.file, one.date, 1, one.figures)


def codes(one: Candidate) -> list[str]:
    return [found.code for found in one.problems]


def words(one: Candidate, code: str) -> dict:
    found, = [found for found in one.problems if found.code == code]
    return dict(found.words) | {"sheet": found.sheet}


# one unit, several forms

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


# duplicates

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


# forms without a figure

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


# what has left the inbox

def test_an_accepted_form_that_left_the_inbox_still_counts_with_what_is_wrong_as_warnings():
    one = candidate(wrong=True, in_inbox=False)
    assert settled(one, standing=held(one)) is one
    assert codes(one) == ["not-a-number", "file-gone"] and one.problems[0].severity == "warning"
    other = candidate(wrong=True)
    assert settled(other, standing=held(other)) is None and other.status == REJECTED


# weeks

def test_a_form_of_another_week_is_set_aside_with_its_date_and_week():
    one = candidate(date=W3, wrong=True)
    set_aside(one, W3)
    assert (one.status, codes(one)) == (OTHER_WEEK, ["other-week"])
    found = words(one, "other-week")
    assert (str(found["date"]), str(found["week"]), found["sheet"]) == (str(W3), str(W3), "表一")
    undated = candidate(date=None, week=W3)
    set_aside(undated, W3)
    assert "（未写）" in undated.problems[0].message


def test_an_undated_form_is_of_the_week_run_or_of_the_one_that_first_saw_it():
    one = candidate(date=None, week=None)
    assert belongs(one, CAMPAIGN, Known(), W2) == W2
    seen = Known(seen={one.sha256: Seen(one.file, W1, 1, dt.datetime(2023, 5, 29), "x")})
    assert belongs(one, CAMPAIGN, seen, W2) == W1
    assigned = assign([one], W2, CAMPAIGN, Known())
    assert assigned.contenders == [one] and codes(one) == ["date-missing"]


def test_an_undated_form_that_waits_says_that_it_has_no_date():
    one = candidate(date=None)
    set_aside(one, W3)
    assert words(one, "other-week")["date"] == "（未写）"


def test_two_unfilled_copies_beside_a_filled_form_are_passed_over_with_their_sheet():
    blanks = [candidate(f"空{n}.xlsx", W2 - n * DAY, value=None, arrived=2) for n in range(2)]
    filled = candidate("满.xlsx", arrived=2)
    assert settled(*blanks, filled) is filled
    assert [(one.status, words(one, "unfilled")) for one in blanks] == [(SUPERSEDED, {"other": "满.xlsx", "sheet": "表一"})] * 2


def test_a_problem_that_another_version_kept_is_no_obstacle():
    one = candidate("甲.xlsx", None)
    one.problems = [Problem("of-long-ago", "error", stored="从前的一句话")]
    decision = FileDecision(one.sha256, one.file, W2, "电话问过", "王敏", "2023-06-05T09:00:00")
    assign([one], W2, CAMPAIGN, Known(assigned={one.sha256: decision}))
    assert (one.problems[0].severity, one.problems[0].message) == ("error", "从前的一句话")
    assert settled(one, standing=held(one)) is None and one.problems[0].severity == "error"


def test_an_assignment_decides_of_the_date_and_of_no_figure():
    one = candidate("甲.xlsx", None, wrong=True)
    one.problems = [problem("date-unclear", written="6月", example="2023年6月5日"),
                    problem("date-in-cell", figure="self_found", label="x", written="6月3日", example="3")]
    decision = FileDecision(one.sha256, one.file, W2, "电话问过", "王敏", "2023-06-05T09:00:00")
    assigned = assign([one], W2, CAMPAIGN, Known(assigned={one.sha256: decision}))
    assert assigned.contenders == [one]
    assert [(found.code, found.severity, found.decision) for found in one.problems] == [
        ("date-unclear", "warning", "电话问过"), ("date-in-cell", "error", None), ("assigned-week", "note", None)]


def test_a_form_without_unit_is_refused_in_its_week():
    one = candidate(unit=None)
    assert assign([one], W2, CAMPAIGN, Known()) == Assigned() and one.status == REJECTED


def test_a_form_of_a_later_week_waits_and_one_of_a_closed_week_is_kept():
    later, closed = candidate("后.xlsx", W3), candidate("前.xlsx", W1)
    assigned = assign([later, closed], W2, CAMPAIGN, Known(run=frozenset({W1}), closed=frozenset({W1})))
    assert later.status == OTHER_WEEK and assigned.after_close == [closed] and codes(closed) == ["closed-week"]
    assert assigned.contenders == assigned.late == []


@pytest.mark.parametrize(("value", "code"), [(10, None), (11, "old-week-differs")])
def test_a_form_of_an_earlier_week_is_compared_with_what_counted_there(value, code):
    old = candidate("前.xlsx", W1, value=value)
    there = Standing(W1, "甲局", "another", "旧.xlsx", W1, 1, {**FIGURES, "self_found": 10})
    assign([old], W2, CAMPAIGN, Known(standing={(W1, "甲局"): there}, run=frozenset({W1})))
    assert old.status == OTHER_WEEK and codes(old) == [code or "other-week"]


def test_a_form_of_an_earlier_week_that_nothing_is_known_of_is_shown():
    old = candidate("前.xlsx", W1)
    assign([old], W2, CAMPAIGN, Known(run=frozenset({W1})))
    assert (old.status, codes(old)) == (OTHER_WEEK, ["old-week-unseen"])


def test_a_form_judged_in_its_own_week_has_nothing_to_say_here():
    old = candidate("前.xlsx", W1, wrong=True)
    assign([old], W2, CAMPAIGN, Known(judged={old.sha256: {W1}}, run=frozenset({W1})))
    assert (old.status, old.problems) == (OTHER_WEEK, [])


# scans

@pytest.mark.parametrize(("unit", "status"), [("甲局", MATERIAL), ("乙局", REJECTED)])
def test_a_scan_is_material_only_beside_its_units_accepted_form(unit, status):
    scan = Candidate("扫描.pdf", "sha", Submission("unreadable"), unit, status=REJECTED,
                     problems=[problem("wrong-format", what="PDF 文件", save_as="xlsx")])
    materials_beside_forms([scan], {"甲局": candidate()})
    assert scan.status == status and codes(scan) == (["material"] if status == MATERIAL else ["wrong-format"])


# late forms: dated one to three days after the week's day, which is also in the week after

def late_form(file: str = "迟.xlsx", **more) -> Candidate:
    return candidate(file, W2 + DAY, week=W3, late_week=W2, **more)


RUN = frozenset({W2})


@pytest.mark.parametrize(("known", "week"), [
    (Known(run=RUN), W2), (Known(), W3), (Known(run=RUN, closed=RUN), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", W2, 1, FIGURES)}), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", None, 1, FIGURES)}), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", W2 + DAY, 1, FIGURES)}), W2),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "sha of 迟.xlsx", "x", W2, 1, FIGURES)}), W2),
    (Known(run=RUN, standing={(W3, "甲局"): Standing(W3, "甲局", "sha of 迟.xlsx", "x", W3, 1, FIGURES)}), W3),
    (Known(run=RUN, standing={(W3, "甲局"): Standing(W3, "甲局", "another", "x", W3, 1, FIGURES)}), W2),
    (Known(run=RUN, closed=RUN, judged={"sha of 迟.xlsx": {W2}}), W3),  # rejected there
    (Known(run=RUN, closed=RUN, judged={"sha of 迟.xlsx": {W2, W3}}), W3),
])
def test_a_late_form_is_of_the_earlier_week_while_that_is_open_and_lacks_one_in_time(known, week):
    assert belongs(late_form(), CAMPAIGN, known, None) == week


def test_a_late_form_of_nobody_is_of_its_own_week():
    assert belongs(late_form(unit=None), CAMPAIGN, Known(run=RUN), None) == W3
    assert belongs(candidate(date=W2 + DAY, week=None, late_week=W2), CAMPAIGN, Known(), None) == W2


def test_a_late_form_counts_where_there_is_no_other():
    late = late_form()
    assigned = assign([late], W2, CAMPAIGN, Known(run=RUN))
    assert assigned.late == [late] and assigned.contenders == [] and late.late
    assert settle(assigned, W2, CAMPAIGN, Known(run=RUN)) == {"甲局": late}
    assert (late.status, codes(late)) == (ACCEPTED, ["late"])
    assert {key: str(value) for key, value in words(late, "late").items() if key in ("date", "week", "sheet")} == {
        "date": str(W2 + DAY), "week": str(W2), "sheet": "表一"}


def test_a_late_form_waits_for_its_own_week_where_one_in_time_is_right():
    late, in_time = late_form(), candidate("准.xlsx")
    assert settle(Assigned([in_time], [late]), W2, CAMPAIGN, Known(run=RUN)) == {"甲局": in_time}
    assert (late.status, codes(late)) == (OTHER_WEEK, ["other-week"]) and str(words(late, "other-week")["week"]) == str(W3)
    assert not late.late  # it is in time for its own week; the same run again says the same


def test_a_late_form_replaces_a_wrong_one_that_was_in_time():
    late, in_time = late_form(), candidate("错.xlsx", wrong=True)
    assert settle(Assigned([in_time], [late]), W2, CAMPAIGN, Known(run=RUN)) == {"甲局": late}
    assert in_time.status == SUPERSEDED


@pytest.mark.parametrize(("date", "counts"), [(W2, False), (None, False), (W2 + DAY, True)])
def test_a_late_form_waits_where_one_in_time_counted_before(date, counts):
    late, there = late_form(), Standing(W2, "甲局", "another", "x", date, 1, FIGURES)
    standing = settle(Assigned(late=[late]), W2, CAMPAIGN, Known(run=RUN, standing={(W2, "甲局"): there}))
    assert (standing == {"甲局": late}) is counts and (late.status == ACCEPTED) is counts


def test_a_form_of_the_weeks_own_day_is_not_late_and_an_annotated_copy_never_is():
    one = candidate()
    assert assign([one], W2, CAMPAIGN, Known()).contenders == [one] and not one.late
    marked = late_form()
    marked.week, marked.submission.copy_of = W2, {"week": str(W2)}
    assert assign([marked], W2, CAMPAIGN, Known()).contenders == [marked] and not marked.late


def test_a_late_form_of_an_earlier_week_says_so_in_a_later_run():
    late = late_form()
    assign([late], W3, CAMPAIGN, Known(run=RUN))
    assert (late.status, codes(late)) == (OTHER_WEEK, ["late-elsewhere"])
    assert str(words(late, "late-elsewhere")["week"]) == str(W2) and words(late, "late-elsewhere")["sheet"] == "表一"


@pytest.mark.parametrize(("seen", "status"), [(False, REJECTED), (True, OTHER_WEEK)])
def test_an_earlier_form_of_nobody_is_refused_once(seen, status):
    one = candidate(date=W1, unit=None)
    known = Known(run=frozenset({W1}), seen={one.sha256: Seen("x", W1, 1, dt.datetime(2023, 5, 29), "x")} if seen else {})
    assign([one], W2, CAMPAIGN, known)
    assert one.status == status and codes(one) == (["other-week"] if seen else [])


def test_a_narrative_is_material_in_any_week():
    one = Candidate("说明.docx", "sha", Submission("material"), "甲局")
    assert assign([one], W2, CAMPAIGN, Known()) == Assigned() and one.status == MATERIAL
