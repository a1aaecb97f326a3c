"""Against the past and against the others: what is reported, and that honest forms get no problem."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.judging.plausibility import (
    against_last,
    as_increments,
    copied,
    far_from_peers,
    instead_of_blanks,
    jumps,
    nothing_found,
    unchanged,
    weekly_increments,
)
from consolidator.judging.problem_row import Row
from consolidator.judging.validation import check
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.factory import figures_for

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FIRST = dt.date(2023, 5, 29)
STREET, DEPARTMENT = ("街道",), ("行业主管部门", "执法部门")


def week(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=7 * number)


def history(*values: dict) -> list:
    return [(week(number), figures) for number, figures in enumerate(values)]


@pytest.mark.parametrize(("before", "now", "expected"), [
    ({"checked": 5}, {"checked": 5}, []),
    ({"checked": 5}, {"checked": 4}, [("error", "falls", "checked")]),
    ({"fines": 0.3}, {"fines": 0.299999}, [("error", "falls", "fines")]),
    ({"checked": 5}, {"checked": None}, [("error", "falls-to-blank", "checked")]),
    ({"checked": 0}, {"checked": None}, []),
    ({"checked": None}, {"checked": 0}, []),
    ({}, {"checked": 0}, []),
    ({"inspectors": 5}, {"inspectors": 4}, [("warning", "level-falls", "inspectors")]),
    ({"inspectors": 5}, {"inspectors": None}, []),
    ({"media_column": True}, {"media_column": False}, [("warning", "level-falls", "media_column")]),
    ({"media_column": False}, {"media_column": True}, []),
    ({"media_column": True}, {"media_column": None}, []),
])
def test_falls(before, now, expected):
    found = against_last([Row(now, STREET)], [(FIRST, before)], FORM)[0]
    assert [(one.severity, one.code, one.figure) for one in found] == expected


def test_a_fall_tells_both_figures_and_the_week():
    row = Row({"checked": 4, "media_column": False}, STREET, {"checked": "D5"}, {"checked": "4家"}, "调度表")
    fall, level = against_last([row], [(FIRST, {"checked": 5, "media_column": True})], FORM)[0]
    assert fall.message.startswith("抽查检查的企业总数（家）为累计数，上期（2023-05-29）是 5，本期是 4，少了")
    assert (fall.sheet, fall.cell, fall.written) == ("调度表", "D5", "4家")
    assert "是 是，本期是 否" in level.message


@pytest.mark.parametrize(("now", "code"), [
    ({"checked": 3, "self_found": 2}, "falls-as-new"),  # both as in any week
    ({"checked": 3}, "falls-as-new"),  # one, and a third of what it was
    ({"checked": 8}, "falls"),  # one, and hardly less: another slip
    ({"checked": 3, "self_found": 5}, "falls"),  # the second is no week's increment: the cause is another
    ({"checked": 0, "self_found": 0}, "falls"),  # nothing new in a week is no increment
])
def test_falls_to_what_a_week_usually_adds_are_reported_as_increments(now, code):
    past = history({"checked": 2, "self_found": 2}, {"checked": 5, "self_found": 4}, {"checked": 9, "self_found": 6})
    row = Row({"checked": 9, "self_found": 6, **now}, STREET)
    found = as_increments(against_last([row], past[-1:], FORM)[0], row.figures, past)
    assert {one.code for one in found} == {code} and len(found) == len(now)
    assert all(("像是填了本周新增数" in one.message) == (code == "falls-as-new") for one in found)


def test_one_figure_alone_must_have_been_much_larger():
    past = history({"checked": 1}, {"checked": 5}, {"checked": 6})  # 4 is a week's increment, and little less than 6
    row = Row({"checked": 4}, STREET)
    assert [one.code for one in as_increments(against_last([row], past[-1:], FORM)[0], row.figures, past)] == ["falls"]


def test_other_falls_stay_what_they_are_beside_increments():
    past = history(*({"checked": 3 * n, "inspectors": 9 - n, "self_found": n} for n in range(1, 5)))
    row = Row({"checked": 3, "inspectors": 1, "self_found": None}, STREET)
    found = as_increments(against_last([row], past[-1:], FORM)[0], row.figures, past)
    assert {one.figure: one.code for one in found} == {
        "checked": "falls-as-new", "inspectors": "level-falls", "self_found": "falls-to-blank"}


def test_the_increments_of_a_short_past_say_nothing():
    past = history({"checked": 2}, {"checked": 9})
    row = Row({"checked": 7}, STREET)
    assert [one.code for one in as_increments(against_last([row], past[-1:], FORM)[0], row.figures, past)] == ["falls"]


def test_a_unit_without_a_past_has_nothing_to_fall_from():
    assert against_last([Row({"checked": 0}, STREET)], [None], FORM) == [[]]


def test_what_reading_reported_has_not_fallen_too():
    row = Row({"checked": None}, STREET, flagged=frozenset({"checked"}))
    assert against_last([row], [(FIRST, {"checked": 5})], FORM) == [[]]


def test_a_blank_that_is_a_fall_is_reported_once():
    row = Row({name: None for name in FORM.figures}, STREET)
    checked, compared = check([row], FORM)[0], against_last([row], [(FIRST, {"checked": 5})], FORM)[0]
    both = instead_of_blanks(checked, compared)
    assert [one.code for one in both if one.figure == "checked"] == ["falls-to-blank"]
    assert len(both) == len(checked)


STEADY = history(*({"checked": value, "inspectors": 9, "fines": value / 10} for value in (2, 5, 9, 11, 14)))


@pytest.mark.parametrize(("past", "now", "codes"), [
    (STEADY, {"checked": 18}, []),
    (STEADY, {"checked": 40}, []),
    (STEADY, {"checked": 180}, ["jump"]),
    (STEADY, {"fines": 52000.0}, ["jump"]),
    (STEADY, {"inspectors": 90}, ["jump"]),
    (STEADY, {"checked": None}, []),
    (STEADY[:4], {"checked": 180}, []),
    (history(*({"checked": value} for value in (100, 300, 380, 600, 700))), {"checked": 1100}, []),
])
def test_jumps(past, now, codes):
    assert [one.code for one in jumps([Row(now, STREET)], [past], FORM, week(5))[0]] == codes


def test_a_jump_tells_the_usual_range():
    row = Row({"checked": 180}, STREET, flagged=frozenset({"fines"}))
    jump, = jumps([row], [STEADY], FORM, week(5))[0]
    assert jump.message == "抽查检查的企业总数（家）较上期（2023-06-26）增加 166，平时每期约 2—4：请核对"


def test_a_backlog_is_spread_over_its_weeks():
    assert weekly_increments([(week(0), {"checked": 0}), (week(2), {"checked": 80})], "checked") == [40]
    past = history(*({"checked": 25 * number} for number in range(5)))
    assert jumps([Row({"checked": 300}, STREET)], [past], FORM, week(12)) == [[]]
    assert jumps([Row({"checked": 300}, STREET)], [past], FORM, week(5))[0]


def test_what_a_merger_brings_is_no_jump():
    row, with_the_merged = Row({"checked": 180}, STREET), (STEADY[-1][0], {"checked": 175})
    assert jumps([row], [STEADY], FORM, week(5))[0]
    assert jumps([row], [STEADY], FORM, week(5), [with_the_merged]) == [[]]
    assert jumps([row], [STEADY], FORM, week(5), [None])[0]


def test_absurd_sizes_among_peers():
    rows = [Row({"checked": 5 * number, "fines": 1.5}, STREET) for number in range(12)]
    rows[3].figures |= {"checked": 88888, "fines": 52000.0}
    none = [()] * 12
    found = far_from_peers(rows, none, FORM)
    assert [one.figure for one in found[3]] == ["checked", "fines"] and not any(found[:3] + found[4:])
    assert "一般不超过 50" in found[3][0].message
    large_before = [()] * 3 + [history({"checked": 80000, "fines": 51000.0})] + [()] * 8
    assert not any(far_from_peers(rows, large_before, FORM))
    assert not any(far_from_peers(rows[:6], none[:6], FORM))


def test_an_honest_large_unit_among_large_ones_draws_no_word():
    rows = [Row({"checked": 300 * number}, DEPARTMENT) for number in range(12)]
    assert not any(far_from_peers(rows, [()] * 12, FORM))


def test_clean_forms_draw_no_word_week_after_week():
    chance = random.Random(7)
    units = [DEPARTMENT if number % 2 else STREET for number in range(30)]
    current = [figures_for(FORM, kinds, chance, 60) for kinds in units]
    pasts: list[list] = [[] for _ in units]
    for number in range(12):
        rows = [Row(figures, kinds) for figures, kinds in zip(current, units, strict=True)]
        lasts = [past[-1] if past else None for past in pasts]
        for found in (against_last(rows, lasts, FORM), jumps(rows, pasts, FORM, week(number)),
                      far_from_peers(rows, pasts, FORM), copied(rows, [str(n) for n in range(30)], FORM),
                      unchanged(rows, pasts, FORM)):
            assert not any(found)
        for past, figures in zip(pasts, current, strict=True):
            past.append((week(number), dict(figures)))
            for name, value in figures.items():
                if value is not None and not isinstance(value, bool):
                    figures[name] = value + chance.randint(0, 15)


def test_figures_copied_from_another_unit():
    same = {name: number + 1 for number, name in enumerate(list(FORM.figures)[:8])}
    rows = [Row(same), Row(dict(same)), Row(same | {"self_found": 99}), Row({"checked": 1}), Row({"checked": 1})]
    found = copied(rows, ["甲", "乙", "丙", "丁", "戊"], FORM)
    assert [len(one) for one in found] == [1, 1, 0, 0, 0]
    assert found[0][0].message == "与乙的数字完全相同（8 个不为 0）：请核对"
    assert found[0][0].severity == "note"
    assert copied(rows[:2], ["甲", "甲"], FORM) == [[], []]
    assert "等4个单位" in copied([Row(same)] * 5, list("甲乙丙丁戊"), FORM)[0][0].message


def test_a_units_own_figures_week_after_week():
    same = {name: number + 1 for number, name in enumerate(list(FORM.figures)[:8])}
    pasts = [history(same), history({}, same, same), history(same, same, {"checked": 1}), history({}, {}, {})]
    found = unchanged([Row(same), Row(same), Row(same), Row({})], pasts, FORM)
    assert [[one.code for one in row] for row in found] == [[], ["copied-week"], [], []]
    assert "2023-06-05" in found[1][0].message


@pytest.mark.parametrize(("past", "now", "found"), [
    ([{"checked": 1}, {"checked": 2}], {"checked": 3, "no_drill": 0}, 1),
    ([{"checked": 1}, {"checked": 2}], {"checked": 3, "no_drill": 1}, 0),
    ([{"checked": 0}, {"checked": 2}], {"checked": 3}, 0),
    ([{"checked": 2}], {"checked": 3}, 0),
    ([{"no_drill": 1, "checked": 1}, {"checked": 1}, {"checked": 2}], {"checked": 3}, 1),
])
def test_nothing_found(past, now, found):
    reported = nothing_found([Row(now)], [history(*past)], FORM)[0]
    assert [one.code for one in reported] == ["nothing-found"] * found
    assert all(one.severity == "note" and one.figure is None for one in reported)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_flow_that_grows_never_falls_and_one_that_shrinks_always_does(data):
    flows = [name for name, figure in FORM.figures.items() if figure.measure == "flow"]
    before = {name: data.draw(st.integers(1, 99)) for name in flows}
    now = {name: data.draw(st.none() | st.integers(0, 199)) for name in flows}
    found = against_last([Row(now)], [(FIRST, before)], FORM)[0]
    assert {one.figure for one in found} == {name for name in flows if (now[name] or 0) < before[name]}
