"""Stories at the edges of the memory: closed weeks, telephone figures, late forms, order and days, the roster."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.model.result import ACCEPTED, AWAITS_CORRECTION, CARRIED, OTHER_WEEK, REJECTED, WeekResult
from consolidator.workflows import assigning, decisions, verify
from tests.district import BUREAU, W1, W2, W3, District, codes, file, unit

A, NAME = "甲局", "lectures"


def holds(result: WeekResult) -> WeekResult:
    """Totals are the sum of units, increments the sum of units' increments."""
    for name, total in result.totals.items():
        assert total == pytest.approx(sum(one.figures.get(name) or 0 for one in result.units)), name
        step = result.increments.get(name)
        counted = not any(isinstance(one.figures.get(name), bool) for one in result.units)  # 是/否 has no increment of a unit
        if result.previous_week and step is not None and counted:
            assert step == pytest.approx(sum(one.increments.get(name) or 0 for one in result.units)), name
    return result


def run(district: District, week: dt.date) -> WeekResult:
    return holds(district.run(week))


def close(district: District, week: dt.date) -> None:
    decisions.close(district.settings, week)


def total(result: WeekResult) -> object:
    return result.totals[NAME]


# 1: forms for closed weeks

def story_one(district: District) -> None:
    district.send(A, W1, "a1.xlsx", base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W1, "a2.xlsx", base=7)
    assert total(run(district, W2)) == 7
    decisions.reopen(district.settings, W1, "更正")


def test_a_form_for_a_closed_week_does_not_outlive_the_reopening(district):
    story_one(district)
    district.send(A, W1, "a3.xlsx", base=6)
    assert total(run(district, W1)) == 6
    result = run(district, W2)
    assert (total(result), unit(result, A).from_week) == (6, W1)


def test_a_form_for_a_closed_week_is_in_its_week_after_the_reopening_though_its_file_is_gone(district):
    story_one(district)
    (district.folder / "inbox" / "a2.xlsx").unlink()
    assert total(run(district, W1)) == 7 and total(run(district, W2)) == 7


def test_two_differing_forms_for_a_closed_week_are_both_refused(district):
    district.send(A, W1, "a1.xlsx", base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W1, "b.xlsx", base=7)
    district.send(A, W1, "c.xlsx", base=8)
    result = run(district, W2)
    assert total(result) == 5
    assert all(file(result, name).status == REJECTED and "two-differ" in codes(file(result, name)) for name in ("b.xlsx", "c.xlsx"))
    assert unit(result, A).awaiting == AWAITS_CORRECTION


# 2: telephone figures

def test_figures_heard_by_telephone_are_a_past(district):
    district.send_all(W1, but=[A])
    run(district, W1)
    heard = decisions.accept(district.settings, A, [f"{NAME}=20"], "电话", W1)
    assert total(holds(heard.result)) == 40
    district.send(A, W2, base=5)
    result = run(district, W2)
    assert file(result, "甲局0605.xlsx").status == REJECTED and "falls" in codes(file(result, "甲局0605.xlsx"))
    assert total(result) == 40 and unit(result, A).source == CARRIED


def test_figures_heard_follow_a_renamed_unit(district):
    district.send_all(W1, but=[A])
    run(district, W1)
    decisions.accept(district.settings, A, [f"{NAME}=20"], "电话", W1)
    district.write_roster([("新甲局", BUREAU, "2023-06-01 更名自甲局"), ("乙局", BUREAU, ""), ("丙街道", "街道", "")], changes=True)
    assert total(run(district, W1)) == 40
    assert total(run(district, W2)) == 40


def test_a_form_that_replaces_a_heard_figure_says_so(district):
    district.send_all(W1, but=[A])
    run(district, W1)
    decisions.accept(district.settings, A, [f"{NAME}=20"], "电话", W1)
    district.send(A, W1, base=12)
    result = run(district, W1)
    assert total(result) == 32 and "heard-replaced" in codes(file(result, "甲局0529.xlsx"))


# 3: accept

def test_a_decision_is_about_the_form_that_counts_not_about_a_stray_one(district):
    district.send_all(W1)
    district.send(A, W1, "甲局旧.xlsx", base=3, self_rectified=99)
    run(district, W1)
    district.send(A, W1, base=10)
    done = decisions.accept(district.settings, A, [f"{NAME}=15"], "核实", W1)
    (outcome,) = done.outcomes
    assert (outcome.before, outcome.after, outcome.total_before, outcome.total_after) == (10, 15, 30, 35)
    assert total(holds(done.result)) == 35


def test_a_decision_that_changes_no_total_says_why(district):
    district.send_all(W1, but=[A])
    district.send(A, W1, self_rectified=99, lectures="约20")
    run(district, W1)
    (outcome,) = decisions.accept(district.settings, A, ["lectures=20"], "核实", W1).outcomes
    assert outcome.held and outcome.total_before == outcome.total_after == 20


# 4: late forms

def test_a_late_form_goes_to_its_own_week_when_one_in_time_comes_after_all(district):
    late = W1 + dt.timedelta(days=2)
    district.send(A, late, "迟.xlsx", base=5)
    district.send_all(W1, but=[A])
    assert total(run(district, W1)) == 25
    district.send(A, W1, "准时.xlsx", base=4)
    assert total(run(district, W1)) == 24
    result = run(district, W2)
    assert file(result, "迟.xlsx").status == ACCEPTED and total(result) == 25


def test_a_form_dated_wednesday_and_dropped_on_tuesday_is_decided_again(district):
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 5, 30, 9)})
    district.send(A, W1 + dt.timedelta(days=2), "三.xlsx", base=5)
    assert file(run(district, W1), "三.xlsx").status == REJECTED
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 5, 31, 9)})
    result = run(district, W1)
    assert file(result, "三.xlsx").status == ACCEPTED and total(result) == 5


# 5: rebuild

def test_a_rebuilt_index_knows_its_own_papers(district):
    district.send_all(W1)
    run(district, W1)
    before = (district.week(W1) / "result.json").read_bytes()
    verify.rebuild(district.settings)
    district.send(A, W1, "更正.xlsx", base=12)
    done = district.run_whole(W1)
    assert done.edited == [] and (district.week(W1) / "result.json").read_bytes() != before
    assert not list(district.week(W1).glob("*（新）*"))


# 6: order and days

def test_what_an_earlier_run_passed_over_does_not_contend_again(district):
    district.send(A, W1, "a.xlsx", base=14)
    run(district, W1)
    district.send(A, W1, "b.xlsx", base=13)
    district.send(A, W1, "c.ods", base=14, kind="ods")  # the same, saved again
    assert total(run(district, W1)) == 13
    district.send("乙局", W1, base=1)  # something new, so that all is judged again
    result = run(district, W1)
    assert total(result) == 14 and file(result, "b.xlsx").status == ACCEPTED
    assert {file(result, name).status for name in ("a.xlsx", "c.ods")} <= {"superseded", "duplicate"}


def test_a_form_for_a_closed_week_and_one_for_this_in_one_run_come_out_the_same_a_day_later(district):
    district.send(A, W1, "a.xlsx", base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W1, "更正.xlsx", base=9)
    district.send(A, W2, "本期.xlsx", base=7)
    first = run(district, W2)
    district.send("乙局", W2, base=1)
    second = run(district, W2)
    assert [file(one, "本期.xlsx").status for one in (first, second)] == [REJECTED, REJECTED]
    assert total(first) == 9 and total(second) == 10


# 7: the roster

def test_a_unit_taken_off_the_roster_keeps_what_was_accepted(district):
    district.send_all(W1)
    run(district, W1)
    district.write_roster([("乙局", BUREAU), ("丙街道", "街道")])
    assert total(run(district, W1)) == 30 and total(run(district, W2)) == 30


# 8: corrections of closed weeks

def test_a_correction_of_a_closed_week_is_compared_with_what_came_before_it(district):
    district.send(A, W1, base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W2, base=9)
    run(district, W2)
    district.send(A, W1, "更正.xlsx", base=6)
    result = run(district, W3)
    assert file(result, "更正.xlsx").status == OTHER_WEEK and total(result) == 9
    decisions.reopen(district.settings, W1, "更正")
    assert total(run(district, W1)) == 6 and total(run(district, W2)) == 9


# 9: last week's date left on this week's form

def test_the_date_left_unchanged_is_a_question_in_every_run_until_it_is_answered(district):
    district.send_all(W1, base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W1, "甲局本周.xlsx", base=8)
    for step in (1, 2):
        district.send("乙局", W2, base=5 + step)
        result = run(district, W2)
        one = file(result, "甲局本周.xlsx")
        assert codes(one) == {"closed-week"} and unit(result, A).awaiting == AWAITS_CORRECTION
        assert unit(result, A).figures[NAME] == 8
    done = assigning.assign(district.settings, "甲局本周.xlsx", W2, "日期忘了改")
    assert unit(done.result, A).source == "reported" and unit(done.result, A).figures[NAME] == 8
    assert "assigned-week" in codes(file(done.result, "甲局本周.xlsx"))
    close(district, W2)
    district.send(A, W3, base=9)
    assert unit(run(district, W3), A).previous[NAME] == 8


def test_the_other_answer_keeps_it_as_a_correction_of_the_closed_week(district):
    district.send_all(W1, base=5)
    run(district, W1)
    close(district, W1)
    district.send(A, W1, "更正.xlsx", base=8)
    district.send("乙局", W2, base=6)
    run(district, W2)
    done = assigning.assign(district.settings, "更正.xlsx", W1, "更正该期")
    assert done.result.week == W2 and codes(file(done.result, "更正.xlsx")) == {"closed-week-kept"}
    assert unit(done.result, A).awaiting == "report" and unit(done.result, A).figures[NAME] == 8
    decisions.reopen(district.settings, W1, "更正")
    assert total(run(district, W1)) == 18


# 11, 12

def test_a_kept_form_of_a_unit_that_the_last_total_lacks_counts_as_increment(district):
    district.send_all(W1, but=[A])
    run(district, W1)
    close(district, W1)
    district.send(A, W1, base=5)
    result = run(district, W2)
    assert unit(result, A).increments[NAME] == 5 and result.increments[NAME] == 5


def test_a_fall_after_a_merger_says_whose_figures_are_added(district):
    district.send_all(W1, base=5)
    run(district, W1)
    district.write_roster([("甲局", BUREAU, "2023-06-01 并入丙街道"), ("乙局", BUREAU, ""), ("丙街道", "街道", "")], changes=True)
    district.send("丙街道", W2, base=6)
    one = file(run(district, W2), "丙街道0605.xlsx")
    (fall, *_) = [found for found in one.problems if found.figure == NAME]
    assert fall.code == "falls-merged" and "甲局" in fall.message and "合计 10" in fall.message


def test_a_stopped_unit_that_must_correct_is_in_the_list(district):
    district.send_all(W1, base=5)
    run(district, W1)
    district.write_roster([("甲局", BUREAU, "2023-06-01 停报"), ("乙局", BUREAU, ""), ("丙街道", "街道", "")], changes=True)
    district.send(A, W2, base=3)
    assert unit(run(district, W2), A).awaiting == AWAITS_CORRECTION


def test_a_superseded_form_keeps_no_warnings(district):
    district.send(A, W1, "a.xlsx", base=5, lectures=None)
    run(district, W1)
    district.send(A, W1, "b.xlsx", base=6)
    assert codes(file(run(district, W1), "a.xlsx")) == {"superseded"}
