"""The week of a date: Mondays, moved and skipped weeks, the ends of the campaign, and who may be late."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.weeks import (
    LATE_DAYS,
    NamedPeriod,
    all_weeks,
    due_date,
    due_time,
    late_for,
    period_name,
    previous_week,
    week_of,
)
from consolidator.workflows import decisions
from schemas.form import Campaign
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.district import W1, W2, W3, file, unit

DAY = dt.timedelta(days=1)
FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
REAL = FORM.campaign
FIRST, LAST = REAL.first_week, REAL.last_week
HOLIDAY = dt.date(2023, 10, 2)
PLAIN = Campaign(name="甲", first_week=dt.date(2024, 1, 1), last_week=dt.date(2024, 1, 29))
SKIPPING = PLAIN.model_copy(update={"skipped": (dt.date(2024, 1, 15),)})
EARLIER = PLAIN.model_copy(update={"moved": {dt.date(2024, 1, 15): dt.date(2024, 1, 12)}})


def _january(day: int) -> dt.date:
    return dt.date(2024, 1, day)


def test_the_weeks_of_this_campaign():
    weeks = all_weeks(REAL)
    assert weeks[0] == dt.date(2023, 5, 29) and weeks[-1] == LAST and HOLIDAY in weeks
    assert all(week.weekday() == 0 for week in weeks) and list(weeks) == sorted(set(weeks))
    assert due_date(REAL, HOLIDAY) == dt.date(2023, 10, 7) and due_date(REAL, W2) == W2


@pytest.mark.parametrize(("day", "week"), [
    (1, 1), (2, 8), (7, 8), (8, 8), (9, 15), (29, 29), (30, None), (31, None),
])
def test_a_date_belongs_to_the_monday_on_or_after_it(day, week):
    assert week_of(PLAIN, _january(day)) == (week and _january(week))


def test_the_days_before_the_first_monday_are_of_the_first_week_and_none_earlier():
    assert week_of(PLAIN, dt.date(2023, 12, 26)) == _january(1)
    assert week_of(PLAIN, dt.date(2023, 12, 25)) is None
    assert week_of(REAL, dt.date(2023, 5, 25)) == FIRST  # 备注 1: 自5月25日开始上报
    assert week_of(REAL, dt.date(2023, 5, 22)) is None


def test_a_week_moved_to_a_later_day_takes_everything_up_to_it():
    for day in (dt.date(2023, 9, 26), HOLIDAY, dt.date(2023, 10, 5), dt.date(2023, 10, 7)):
        assert week_of(REAL, day) == HOLIDAY, day
    assert week_of(REAL, dt.date(2023, 10, 8)) == dt.date(2023, 10, 9)


def test_a_week_moved_to_an_earlier_day_ends_on_it():
    assert week_of(EARLIER, _january(12)) == _january(15)
    assert week_of(EARLIER, _january(13)) == week_of(EARLIER, _january(15)) == _january(22)


def test_a_skipped_weeks_days_are_of_the_next():
    assert _january(15) not in all_weeks(SKIPPING)
    assert week_of(SKIPPING, _january(9)) == week_of(SKIPPING, _january(15)) == _january(22)
    assert previous_week(SKIPPING, _january(22)) == _january(8) and previous_week(SKIPPING, _january(1)) is None


def test_the_deadline_is_noon_where_the_campaign_is():
    due = due_time(REAL, W2)
    assert (due.isoformat(), due.tzinfo is not None) == ("2023-06-05T12:00:00+08:00", True)
    assert due_time(REAL, HOLIDAY).date() == dt.date(2023, 10, 7)
    assert due_time(PLAIN.model_copy(update={"due": "09:30"}), _january(8)).strftime("%H:%M") == "09:30"


@pytest.mark.parametrize(("day", "late"), [(8, None), (9, 8), (11, 8), (12, None), (14, None), (30, 29), (31, 29)])
def test_one_to_three_days_after_a_monday_may_be_late_for_it(day, late):
    assert late_for(PLAIN, _january(day)) == (late and _january(late))


def test_late_for_a_moved_week_counts_from_its_own_day():
    assert late_for(REAL, dt.date(2023, 10, 3)) is None
    assert late_for(REAL, dt.date(2023, 10, 8)) == HOLIDAY
    assert late_for(REAL, dt.date(2023, 10, 9)) is None  # the next week's own day
    assert late_for(EARLIER, _january(13)) == _january(15)


@given(st.dates(dt.date(2023, 12, 1), dt.date(2024, 3, 1)), st.sampled_from([PLAIN, SKIPPING, EARLIER]))
def test_every_day_has_at_most_one_week_and_the_first_that_is_not_due_before_it(day, campaign):
    week, late = week_of(campaign, day), late_for(campaign, day)
    fitting = [one for one in all_weeks(campaign) if due_date(campaign, one) >= day]
    if week is None:
        assert not fitting or day <= campaign.first_week - 7 * DAY
    else:
        assert week == fitting[0]
    if late is not None:
        assert 1 <= (day - due_date(campaign, late)).days <= LATE_DAYS and (week is None or late < week)


def test_late_for_a_week_it_stays_of_that_week_when_the_week_is_closed(district):
    """What was accepted as late for one week is never taken for the report of the next."""
    district.send_all(W1, but=["乙局"])
    district.send("乙局", W1 + DAY, "迟.xlsx")
    assert file(district.run(W1), "迟.xlsx").late
    decisions.close(district.settings, W1)
    district.send_all(W2, base=12, but=["乙局"])
    result = district.run(W2)
    one = file(result, "迟.xlsx")
    assert one.status == "other-week" and {p.code for p in one.problems} <= {"other-week"}
    assert (unit(result, "乙局").source, unit(result, "乙局").awaiting) == ("carried", "report")
    assert result.totals["self_found"] == 34
    district.send_all(W3, base=14)
    assert file(district.run(W3), "迟.xlsx").status == "other-week"


@pytest.mark.parametrize("rhythm, first, text, week, name", [
    ("monthly", "2026-01-25", "2026-11", "2026-11-25", "2026-11"), ("monthly", "2026-01-05", "2026年11月", "2026-12-05", "2026-11"),
    ("quarterly", "2026-03-31", "2026q4", "2026-12-31", "2026Q4"), ("quarterly", "2026-01-10", "2026年第三季度", "2026-10-10", "2026Q3"),
    ("half_yearly", "2026-06-30", "2026下半年", "2026-12-31", "2026下半年"), ("yearly", "2026-12-20", "2026", "2026-12-20", "2026"),
])
def test_a_period_is_found_by_its_name_whenever_it_is_due(rhythm, first, text, week, name):
    campaign = Campaign(name="x", rhythm=rhythm, first_week=first, last_week="2026-12-31")
    named = NamedPeriod.of(text)
    assert str(named) == name and week_of(campaign, named) == dt.date.fromisoformat(week)
    assert period_name(campaign, week_of(campaign, named)) == name


@pytest.mark.parametrize("text", ["2026-13", "20261101", "2026-11-03", "2026Q5", "20264", "11月"])
def test_what_is_no_name_of_a_period_is_none(text):
    assert NamedPeriod.of(text) is None
