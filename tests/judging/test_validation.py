"""Each submission by itself: every rule of form.md, reported once, at its cell; all agrees with a slow reading."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.judging import validation
from consolidator.judging.problem_row import Row, flagged_in
from consolidator.judging.validation import check
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
STREET, DEPARTMENT = ("街道",), ("行业主管部门", "执法部门")


def full(kinds: tuple[str, ...], **changed) -> dict:
    figures = {}
    for name, figure in FORM.figures.items():
        asked = not figure.filled_by or set(figure.filled_by) & set(kinds)
        figures[name] = None if not asked else False if figure.kind == "yes_no" else 0
    return figures | changed


def shown(row: Row) -> list[tuple[str, str, str]]:
    return [(one.severity, one.code, one.figure) for one in check([row], FORM)[0]]


@pytest.mark.parametrize("kinds", [STREET, DEPARTMENT])
def test_a_clean_form_draws_no_word(kinds):
    assert shown(Row(full(kinds), kinds)) == []
    assert shown(Row(full(kinds, self_found=3, self_rectified=3, inspectors=40, rewards=0.5), kinds)) == []


def test_nothing_to_check_is_no_error():
    assert check([], FORM) == []


@pytest.mark.parametrize(("changed", "expected"), [
    ({"self_found": None}, [("warning", "blank", "self_found")]),
    ({"media_column": None}, [("warning", "blank-yes-no", "media_column")]),
    ({"checked": 2, "no_drill": 3}, [("error", "part-exceeds-whole", "no_drill")]),
    ({"checked": None, "no_drill": 3}, [("error", "part-exceeds-whole", "no_drill")]),
    ({"checked": None, "no_drill": 0}, [("warning", "blank", "checked")]),
    ({"self_found": -1, "self_rectified": 0}, [("error", "negative", "self_found")]),
    ({"self_found": 1.5}, [("error", "not-whole", "self_found")]),
    ({"rewards": 0.1234567}, [("error", "too-many-decimals", "rewards")]),
    ({"penalties": 3}, [("warning", "not-to-fill", "penalties")]),
    ({"penalties": 0, "fines": 0.0}, []),
    ({"fines": 5.2}, [("warning", "without-other", "fines"), ("warning", "not-to-fill", "fines")]),
])
def test_a_street(changed, expected):
    assert shown(Row(full(STREET, **changed), STREET)) == expected


def test_a_problem_has_its_place_and_its_words():
    figures = full(STREET, checked=2, no_drill=3, penalties=4)
    row = Row(figures, STREET, {"no_drill": "F9"}, {"no_drill": "3家"}, "调度表")
    exceeds, needless = check([row], FORM)[0]
    assert (exceeds.sheet, exceeds.cell, exceeds.written) == ("调度表", "F9", "3家")
    assert exceeds.message.endswith("员工不熟悉逃生出口（家）（3）大于“抽查检查的企业总数（家）”（2）：请核对两项")
    assert needless.message == "行政处罚次数（次）由执法部门填写，本单位填了 4，已计入：请核对"


def test_a_negative_is_quoted_even_where_nothing_is_known_of_its_cell():
    assert "“-1”" in check([Row(full(STREET, checked=-1), STREET)], FORM)[0][0].message


def test_of_an_unknown_unit_nothing_is_said_of_who_fills_what():
    blank = {name: None for name in FORM.figures}
    codes = {one.figure for one in check([Row(blank | {"penalties": 3}, None)], FORM)[0]}
    assert "checked" in codes and "penalties" not in codes and "cases" not in codes


def test_one_cause_is_reported_once():
    figures = full(DEPARTMENT, self_found=None, self_rectified=3, fines=5.0, penalties=None)
    reading = [problem("estimate", figure="self_found", written="约20", label=""),
               problem("one-of-two", figure="penalties", written="5万元", label="", example=""),
               problem("read-as", figure="checked", written="", label="", value="")]
    reported = flagged_in(reading, figures)
    assert reported == {"self_found", "penalties"}
    assert shown(Row(figures, DEPARTMENT, flagged=reported)) == []


def test_a_failure_without_a_row_is_our_bug(monkeypatch):
    def wrong(rows, form):
        return pd.DataFrame({name: ["x"] * len(rows) for name in form.figures})

    monkeypatch.setattr(validation, "frame_of", wrong)
    with pytest.raises(RuntimeError):
        check([Row(full(STREET), STREET)], FORM)


def slowly(row: Row) -> set[tuple[str, str]]:
    """form.md, figure by figure, without frames."""
    found, wrong = set(), set()
    for name, figure in FORM.figures.items():
        value = row.figures[name]
        asked = not figure.filled_by or bool(set(figure.filled_by) & set(row.kinds))
        if name in row.flagged:
            continue
        if value is None:
            found |= {("blank-yes-no" if figure.kind == "yes_no" else "blank", name)} if asked else set()
            continue
        if not asked and value:
            found.add(("not-to-fill", name))
        if figure.is_number and value < 0:
            found.add(("negative", name))
        if figure.kind == "count" and value != int(value):
            found.add(("not-whole", name))
        if figure.kind == "money" and round(value * 10**7) % 10:
            found.add(("too-many-decimals", name))
        if {code for code, at in found if at == name} & {"negative", "not-whole", "too-many-decimals"}:
            wrong.add(name)
    for rule in FORM.rules.part_of_whole:
        part, whole = row.figures[rule.part], row.figures[rule.whole]
        if part is None or {rule.part, rule.whole} & (wrong | row.flagged):
            continue
        if round(part, 6) > round(whole or 0, 6):
            found.add(("part-exceeds-whole", rule.part))
            found.discard(("blank", rule.whole))
    for rule in FORM.rules.together:
        if not {rule.figure, rule.wants} & (wrong | row.flagged) and (row.figures[rule.figure] or 0) > 0 and not (
                row.figures[rule.wants] or 0) > 0:
            found.add(("without-other", rule.figure))
    return found


def value_of(figure):
    if figure.kind == "yes_no":
        return st.sampled_from([None, True, False])
    if figure.kind == "money":
        return st.sampled_from([None, 0.0, 0.1, 0.3, 0.1 + 0.2, 5.2, 40.0, -0.5, 0.1234567])
    return st.sampled_from([None, 0, 1, 2, 5, 40, -1, 1.5])


ROWS = st.builds(Row, st.fixed_dictionaries({name: value_of(figure) for name, figure in FORM.figures.items()}),
                 st.sampled_from([STREET, DEPARTMENT, ("行业主管部门",), ()]),
                 flagged=st.frozensets(st.sampled_from(list(FORM.figures)), max_size=3))


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_the_vectorised_checks_agree_with_a_slow_reading_of_the_rules(rows):
    for row, found in zip(rows, check(rows, FORM), strict=True):
        assert {(one.code, one.figure) for one in found} == slowly(row)
        assert len(found) == len({(one.code, one.figure) for one in found})
        order = list(FORM.figures)
        assert [order.index(one.figure) for one in found] == sorted(order.index(one.figure) for one in found)
