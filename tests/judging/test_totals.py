"""From units to the week's figures: sources, totals in decimal, increments that add up, what was 补报."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.judging.totals import UnitFacts, carried, increments, merge, summed, totals
from consolidator.model.result import UnitResult, WeekResult
from schemas.form_loading import load_form
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
WEEK = dt.date(2023, 6, 19)
RUN = [dt.date(2023, 5, 29), dt.date(2023, 6, 5), dt.date(2023, 6, 12)]
STREET = ("街道",)


def merged(fact: UnitFacts, weeks_run=RUN) -> UnitResult:
    return merge([fact], WEEK, weeks_run, FORM)[0]


def facts(now: dict | None = None, last_week: dt.date | None = None, last: dict | None = None, **more) -> UnitFacts:
    return UnitFacts("宁园街道", STREET, figures=now, last=(last_week, last) if last_week else None, **more)


def test_a_unit_that_reported():
    unit = merged(facts({"checked": 9, "fines": 0.3}, RUN[-1], {"checked": 5, "fines": 0.1}, late=True, file="a.xlsx"))
    assert (unit.source, unit.from_week, unit.awaiting) == ("reported", WEEK, None)
    assert (unit.late, unit.file) == (True, "a.xlsx")
    assert unit.figures.keys() == FORM.figures.keys() and unit.figures["checked"] == 9
    assert (unit.increments["checked"], unit.increments["fines"], unit.increments["self_found"]) == (4, 0.2, None)
    assert unit.previous == {"checked": 5, "fines": 0.1}
    assert unit.backlog == {}


@pytest.mark.parametrize(("more", "awaiting"), [({}, "report"), ({"rejected": True}, "correction"),
                                                ({"stopped": True}, None), ({"on_roster": False}, None)])
def test_a_unit_that_did_not_is_carried(more, awaiting):
    unit = merged(facts(None, RUN[0], {"checked": 5}, **more))
    assert (unit.source, unit.from_week, unit.awaiting) == ("carried", RUN[0], awaiting)
    assert (unit.figures, unit.increments, unit.backlog) == ({"checked": 5}, {"checked": 0}, {})


@pytest.mark.parametrize(("since", "kept"), [(dt.date(2023, 1, 2), {"flow", "level", "year"}), (dt.date(2022, 12, 26), {"flow", "level"})])
def test_what_is_carried_says_something_of_the_week(since, kept):
    """A period's own figures end with it, those since January with the year."""
    form = SimpleNamespace(figures={one: SimpleNamespace(measure=one) for one in ("flow", "level", "year", "period")})
    found = carried(dict.fromkeys(form.figures, 5), since, WEEK, form)
    assert found == {one: 5 if one in kept else None for one in form.figures}


def test_a_unit_that_never_reported_is_missing():
    unit = merged(facts())
    assert (unit.source, unit.from_week, unit.awaiting, unit.figures) == ("missing", None, "report", {})


def test_the_first_week_run_has_nothing_to_compare_with():
    unit = merged(facts({"checked": 9}), [])
    assert set(unit.increments.values()) == {None} and unit.previous == {} and unit.backlog == {}


def test_a_unit_that_comes_back_says_what_it_brings():
    then, now = {"checked": 10, "inspectors": 2, "fines": 1.2}, {"checked": 35, "inspectors": 9, "fines": 1.5}
    away = merged(facts(now, RUN[0], then))
    assert away.backlog == {"checked": 25, "fines": 0.3}
    steady = merged(facts({"checked": 20}, RUN[-1], {"checked": 5}))
    week = WeekResult(FORM.name, WEEK, submissions=[], units=[away, steady], totals={}, increments={}, previous_week=None)
    assert week.backlog() == {"checked": 25, "fines": 0.3}
    assert totals([away, steady], FORM)["checked"] - 15 == 40
    assert merged(facts({"checked": 4})).backlog == {"checked": 4}


def test_what_was_accepted_after_a_week_was_closed_counts_from_what_was_closed():
    unit = merged(facts(None, RUN[-1], {"checked": 9}, previous=(RUN[0], {"checked": 5})))
    assert (unit.source, unit.figures["checked"], unit.increments["checked"]) == ("carried", 9, 4)
    assert unit.backlog == {"checked": 4}


def test_increments():
    now = {"a": 5, "b": 0.3, "c": None, "d": None, "e": True, "f": 2, "g": 1.0}
    before = {"a": 7, "b": 0.1, "c": 4, "d": None, "e": False, "f": None, "g": 1}
    assert increments(now, before) == {"a": -2, "b": 0.2, "c": -4, "d": None, "e": None, "f": 2, "g": 0.0}
    assert increments(now, {})["a"] == 5
    assert set(increments(now, None).values()) == {None}


def test_a_merger_adds_figures_up():
    both = summed([{"checked": 2, "fines": 0.1, "media_column": False},
                   {"checked": 3, "fines": 0.2, "media_column": True}], FORM)
    assert (both["checked"], both["fines"], both["media_column"], both["self_found"]) == (5, 0.3, True, None)
    assert summed([{"media_column": False}], FORM)["media_column"] is False


def figures():
    values = {"count": st.none() | st.integers(0, 10**12), "yes_no": st.none() | st.booleans(),
              "money": st.none() | st.decimals(0, 10**6, places=6).map(float)}
    return st.fixed_dictionaries({name: values[figure.kind] for name, figure in FORM.figures.items()}) | st.just({})


def unit(values: dict) -> UnitResult:
    return UnitResult("单位", (), source="reported", from_week=WEEK, awaiting=None, figures=values)


@settings(max_examples=50, deadline=None)
@given(st.lists(figures(), max_size=6))
def test_totals_are_the_decimal_sum(every):
    total = totals([unit(values) for values in every], FORM)
    assert total.keys() == FORM.figures.keys()
    for name, figure in FORM.figures.items():
        given_ = [values[name] for values in every if values.get(name) is not None]
        if figure.kind == "yes_no":
            assert total[name] == sum(given_)
        elif figure.kind == "count":
            assert total[name] == sum(given_) and isinstance(total[name], int)
        else:
            exact = sum((Decimal(repr(value)) for value in given_), Decimal(0))
            assert total[name] == float(exact) and isinstance(total[name], float)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(figures(), st.none() | figures()), min_size=1, max_size=4))
def test_the_units_increments_add_up_to_the_districts(pairs):
    units = merge([UnitFacts(str(number), (), figures=now or None, last=(RUN[-1], last) if last else None)
                   for number, (now, last) in enumerate(pairs)], WEEK, RUN, FORM)
    before = totals([unit(last or {}) for _, last in pairs], FORM)
    grown = increments(totals(units, FORM), before)
    for name, figure in FORM.figures.items():
        if figure.is_number:
            of_units = sum(Decimal(repr(one.increments.get(name) or 0)) for one in units)
            assert float(of_units) == pytest.approx(float(grown[name]), abs=2e-6)


def test_money_never_shows_binary_dust():
    assert totals([unit({"fines": 0.1}), unit({"fines": 0.2})], FORM)["fines"] == 0.3


@pytest.mark.parametrize(("now", "before"), [(5, True), (True, 5), (False, None), (None, True)])
def test_an_answer_of_yes_or_no_has_no_increment(now, before):
    assert increments({"x": now}, {"x": before}) == {"x": None}


@pytest.mark.parametrize(("now", "before", "step"), [(0.3, 0, 0.3), (1, 0.9, 0.1), (0.3, None, 0.3), (None, 0.1, -0.1), (1.1, 1, 0.1)])
def test_money_beside_a_whole_number_is_counted_in_decimal(now, before, step):
    assert increments({"fines": now}, {"fines": before}) == {"fines": step}


def test_money_that_nobody_has_is_zero_and_money_still():
    total = totals([], FORM)["fines"]
    assert total == 0.0 and isinstance(total, float)


def test_a_run_of_the_week_itself_is_no_earlier_week():
    unit = merge([facts({"checked": 9}, RUN[-1], {"checked": 5})], WEEK, [RUN[-1], WEEK], FORM)[0]
    assert unit.increments["checked"] == 4 and unit.previous == {"checked": 5}
    again = merge([facts({"checked": 9})], WEEK, [WEEK], FORM)[0]
    assert set(again.increments.values()) == {None}


def test_a_stopped_unit_is_marked_so():
    assert merged(facts(None, RUN[0], {"checked": 5}, stopped=True)).stopped is True
    assert merged(facts(None, RUN[0], {"checked": 5})).stopped is False


def test_counts_of_a_merger_stay_whole_numbers_and_money_money():
    both = summed([{"checked": 2, "fines": 0.1}, {"checked": 3, "fines": 0.2}], FORM)
    assert both["checked"] == 5 and isinstance(both["checked"], int) and both["fines"] == 0.3
