"""What sentences and pages say of a week: numbers as people write them, rates, ranks, months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.result import UnitResult
from consolidator.writing.choosing import telling
from consolidator.writing.facts import Fact, facts_of, percent
from schemas.errors import UsageError
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.factory import make_result

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
COUNT, MONEY, YES = FORM.figures["checked"], FORM.figures["fines"], FORM.figures["media_column"]


@pytest.mark.parametrize(("part", "whole", "share"), [
    (1, 8, "12.5"), (1, 3, "33.3"), (0, 5, "0"), (5, 5, "100"), (9999, 10000, "99.9"), (1, 10000, "0.1"),
    (0.15, 0.3, "50"), (None, 4, "0"),
])
def test_a_percentage_is_rounded_but_never_to_all_or_nothing(part, whole, share):
    assert percent(part, whole) == Decimal(share)


@pytest.mark.parametrize("whole", [0, None, 0.0])
def test_there_is_no_percentage_of_zero(whole):
    assert percent(0, whole) is None
    share = Fact(COUNT, 0).of(Fact(COUNT, whole))
    assert not share and str(share) == share.change == ""


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_all_only_of_all_and_nothing_only_of_nothing(part, more):
    share = percent(part, part + more)
    assert 0 <= share < 100 and (share == 0) == (part == 0)


@pytest.mark.parametrize(("fact", "moved"), [
    (Fact(COUNT, 5, None), ""), (Fact(COUNT, 5, 0), "与上期持平"), (Fact(COUNT, 5, 2), "较上期增加2家"),
    (Fact(COUNT, 5, -2), "较上期减少2家"), (Fact(MONEY, 5.2, 1.5), "较上期增加1.5万元"),
    (Fact(YES, 5, 1), "较上期增加1个单位"),
    (Fact(COUNT, 90, 40, 25), "较上期增加40家，其中补报25家"), (Fact(COUNT, 5, 0, against="较6月5日"), "与6月5日持平"),
])
def test_a_change_is_said_in_words(fact, moved):
    assert fact.moved == moved and fact.change == (f"（{moved}）" if moved else "")


def test_a_fact_prints_with_its_unit():
    assert [str(Fact(COUNT, 5)), str(Fact(MONEY, 5.2)), str(Fact(YES, 12))] == ["5家", "5.2万元", "12个单位"]


def test_points_of_a_rate_are_those_between_the_printed_percentages():
    share = Fact(COUNT, 75, 10).of(Fact(COUNT, 99, 12))  # 75.8 now, 65 / 87 = 74.7 before
    assert (str(share), share.moved) == ("75.8%", "较上期提高1.1个百分点")
    assert Fact(COUNT, 1, -1).of(Fact(COUNT, 4, 0)).moved == "较上期下降25.0个百分点"
    assert Fact(COUNT, 1, 0).of(Fact(COUNT, 4, 0)).moved == "与上期持平"
    assert Fact(COUNT, 1, 1).of(Fact(COUNT, 4, 4)).moved == ""


def test_what_units_bring_after_weeks_is_added_up():
    result = make_result(FORM)
    result.units[0].backlog, result.units[1].backlog = {"checked": 3, "fines": 0.1}, {"checked": 4, "fines": 0.2}
    facts = facts_of(result, FORM)
    assert facts.f.checked.backlog == 7 and facts.f.fines.backlog == 0.3
    assert "其中补报7家" in facts.f.checked.moved


def test_faults_are_ranked_and_those_not_found_left_out():
    result = make_result(FORM)
    result.totals["no_drill"], result.totals["no_study"] = 0, 10**6
    faults = facts_of(result, FORM).faults
    values = [fault.fact.value for fault in faults]
    assert values == sorted(values, reverse=True) and faults[0].fact.figure.name == "no_study"
    assert all(fault.fact.figure.name != "no_drill" for fault in faults)


def test_months_add_up_to_what_the_stage_grew_by():
    result = make_result(FORM, weeks_past=20)
    facts = facts_of(result, FORM, "stage", since=dt.date(2023, 6, 12))
    assert facts.first == dt.date(2023, 6, 12) and facts.last == result.week
    for name, figure in FORM.figures.items():
        grown = [getattr(month.f, name).value for month in facts.months]
        if figure.measure == "flow":
            assert sum(grown) == pytest.approx(getattr(facts.f, name).increment)
        else:
            assert grown[-1] == result.totals[name]


def test_a_stage_ends_with_the_last_week_before_its_end():
    result = make_result(FORM, weeks_past=8)
    facts = facts_of(result, FORM, "final", until=dt.date(2023, 6, 15))
    assert facts.last == dt.date(2023, 6, 12) and facts.f.checked.value == result.past[2].totals["checked"]
    assert facts.f.checked.increment is None
    with pytest.raises(UsageError):
        facts_of(result, FORM, "final", since=dt.date(2024, 1, 1))


def _unit(name: str, checked: int, step: int = 0) -> UnitResult:
    return UnitResult(name, (), source="reported", from_week=None, awaiting=None, figures={"checked": checked}, previous={},
                      increments={"checked": step})


def test_the_most_telling_units_have_the_greatest_shares_in_their_given_order():
    units = [_unit("甲", 1), _unit("乙", 50), _unit("丙", 2, 9), _unit("丁", 3)]
    assert [unit.unit for unit in telling(units, ["checked"], 2)] == ["乙", "丙"]
    assert telling(units, ["checked"], 4) == units and telling([], ["checked"], 2) == []
    blank = [UnitResult(str(n), (), source="missing", from_week=None, awaiting="report") for n in range(3)]
    assert [unit.unit for unit in telling(blank, ["checked"], 2)] == ["0", "1"]
