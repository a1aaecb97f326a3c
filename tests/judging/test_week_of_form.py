"""Which week a form is of: its day's, the one that is run, an earlier one that is open still; and what becomes of the others."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.judging.attribution import Candidate
from consolidator.judging.selection import settle
from consolidator.judging.week_of_form import Assigned, assign, belongs, set_aside
from consolidator.model.records import FileDecision, Known, Seen, Standing
from consolidator.model.result import ACCEPTED, MATERIAL, OTHER_WEEK, REJECTED, SUPERSEDED
from consolidator.model.submission import Submission
from schemas.problems import problem
from tests.district import W1, W2, W3
from tests.judging.candidates import CAMPAIGN, DAY, FIGURES, candidate, codes, words

RUN = frozenset({W2})


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


def test_an_assignment_decides_of_the_date_and_of_no_figure():
    one = candidate("甲.xlsx", None, wrong=True)
    one.problems = [problem("date-unclear", written="6月", example="2023年6月5日"),
                    problem("date-in-cell", figure="self_found", label="x", written="6月3日", example="3")]
    decision = FileDecision(one.sha256, one.file, W2, "电话问过", "王敏", at="2023-06-05T09:00:00")
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
    there = Standing(W1, "甲局", "another", "旧.xlsx", W1, run=1, figures={**FIGURES, "self_found": 10})
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


def late_form(file: str = "迟.xlsx", **more) -> Candidate:
    return candidate(file, W2 + DAY, week=W3, late_week=W2, **more)


@pytest.mark.parametrize(("known", "week"), [
    (Known(run=RUN), W2), (Known(), W3), (Known(run=RUN, closed=RUN), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", W2, run=1, figures=FIGURES)}), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", None, run=1, figures=FIGURES)}), W3),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "another", "x", W2 + DAY, run=1, figures=FIGURES)}), W2),
    (Known(run=RUN, standing={(W2, "甲局"): Standing(W2, "甲局", "sha of 迟.xlsx", "x", W2, run=1, figures=FIGURES)}), W2),
    (Known(run=RUN, standing={(W3, "甲局"): Standing(W3, "甲局", "sha of 迟.xlsx", "x", W3, run=1, figures=FIGURES)}), W3),
    (Known(run=RUN, standing={(W3, "甲局"): Standing(W3, "甲局", "another", "x", W3, run=1, figures=FIGURES)}), W2),
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
    late, there = late_form(), Standing(W2, "甲局", "another", "x", date, run=1, figures=FIGURES)
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
