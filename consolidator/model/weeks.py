"""The week of a date: a week is named by its Monday and due on it, unless the form moves or skips that week.

Rules: design.md “Weeks”; 备注 1 of the form (每周一上报).
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.form import Campaign, Form
from schemas.settings import Settings

_BEFORE = {"weekly": 7, "weekly_any_day": 7, "ten_days": 10, "half_monthly": 15, "monthly": 31, "quarterly": 92, "half_yearly": 183,
           "yearly": 366, "dates": 31}  # days before the first period is due that are already its own
LATE_DAYS = 3  # a form dated one to three days after its week's day may be late for it


def now(settings: Settings, form: Form) -> dt.datetime:
    """The present moment (aware) in the campaign's own time zone, or the one that the settings fix."""
    zone = ZoneInfo(form.campaign.timezone)
    if settings.now is None:
        return dt.datetime.now(zone)
    return settings.now.astimezone(zone) if settings.now.tzinfo else settings.now.replace(tzinfo=zone)


def due_date(campaign: Campaign, week: dt.date) -> dt.date:
    """The day on which ``week`` is reported."""
    return campaign.moved.get(week, week)


def due_time(campaign: Campaign, week: dt.date) -> dt.datetime:
    """The moment (aware) until which ``week`` is to be reported."""
    hours, minutes = map(int, campaign.due.split(":"))
    return dt.datetime.combine(due_date(campaign, week), dt.time(hours, minutes), ZoneInfo(campaign.timezone))


@lru_cache(maxsize=8)
def _all(campaign_key: tuple) -> tuple[dt.date, ...]:
    first, last, skipped, rhythm, dates = campaign_key
    return tuple(day for day in _days(first, last, rhythm, dates) if day not in skipped)


_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_IN_A_MONTH = {"ten_days": (10, 20, 31), "half_monthly": (15, 31)}


def _days(first: dt.date, last: dt.date, rhythm: str, dates: tuple[dt.date, ...]) -> Iterator[dt.date]:
    """The days on which periods are due, in order (see ``Campaign``)."""
    if rhythm == "dates":
        yield from sorted(day for day in dates if first <= day <= last)
    elif rhythm in ("weekly", "weekly_any_day"):
        yield from (first + dt.timedelta(days=7 * n) for n in range((last - first).days // 7 + 1))
    else:
        at_the_end = first.day == monthrange(first.year, first.month)[1]
        step, days = _MONTHS.get(rhythm, 1), _IN_A_MONTH.get(rhythm, (31 if at_the_end else first.day,))
        for n in range(0, (last.year - first.year) * 12 + last.month - first.month + 1, step):
            year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
            longest = monthrange(year, month + 1)[1]
            for day in days:
                due = dt.date(year, month + 1, min(day, longest))
                if first <= due <= last:
                    yield due


def period_name(campaign: Campaign, week: dt.date) -> str:
    """What people call the period due on ``week``: 2026-11, 2026Q4, 2026上半年, 2026; its day in other rhythms.

    A form due in the first half of a month is about the time before it.
    """
    rhythm = campaign.rhythm
    if rhythm not in _MONTHS:
        return week.isoformat()
    about = week if week.day > 15 else week.replace(day=1) - dt.timedelta(days=1)
    if rhythm == "monthly":
        return f"{about:%Y-%m}"
    if rhythm == "quarterly":
        return f"{about.year}Q{(about.month + 2) // 3}"
    return f"{about.year}{'上' if about.month <= 6 else '下'}半年" if rhythm == "half_yearly" else str(about.year)


def all_weeks(campaign: Campaign) -> tuple[dt.date, ...]:
    """Every week of the campaign in order, the skipped ones left out."""
    return _all((campaign.first_week, campaign.last_week, campaign.skipped, campaign.rhythm, campaign.dates))


class NamedPeriod(dt.date):
    """A period that a person named instead of a day (2026-11, 2026Q4, 2026上半年, 2026): as a day, the last of it.

    >>> str(NamedPeriod.of("2026q4")), NamedPeriod.of("2026-11").isoformat(), NamedPeriod.of("2026-13")
    ('2026Q4', '2026-11-30', None)
    """

    name: str

    @classmethod
    def of(cls, text: str) -> NamedPeriod | None:
        """The period called ``text``; None where it is no name of one."""
        found = _NAME.fullmatch(text.strip())
        if found is None:
            return None
        year, month = int(found["year"]), 12
        name = f"{year}"
        if found["month"]:
            month = int(found["month"])
            name += f"-{month:02d}"
        elif found["quarter"]:
            quarter = "一二三四".find(found["quarter"]) + 1 or int(found["quarter"])
            month, name = quarter * 3, f"{year}Q{quarter}"
        elif found["half"]:
            month, name = (6 if found["half"] == "上" else 12), f"{year}{found['half']}半年"
        if not 1 <= month <= 12:
            return None
        made = cls(year, month, monthrange(year, month)[1])
        made.name = name
        return made

    def __str__(self) -> str:
        return self.name


_NAME = re.compile(
    r"(?P<year>20\d\d)(?:[-./年](?P<month>\d{1,2})月?|(?:[Qq]|年?第|年)(?P<quarter>[一二三四1-4])(?:季度?)?|年?(?P<half>[上下])半年|年)?")


def week_of(campaign: Campaign, day: dt.date) -> dt.date | None:
    """The week that a form dated ``day`` belongs to, or that is named so; None before the campaign and after its last week."""
    if isinstance(day, NamedPeriod):
        return next((week for week in all_weeks(campaign) if period_name(campaign, week) == day.name), None)
    return _known(campaign).week_of(day)


def late_for(campaign: Campaign, day: dt.date) -> dt.date | None:
    """The earlier week for which a form dated ``day`` may be late (one to three days after it was due)."""
    return _known(campaign).late_for(day)


class _Weeks:
    """The weeks of a campaign by day, each day looked up once: of thousands of forms nearly all are of the same few days."""

    def __init__(self, campaign: Campaign):
        self.campaign, self.weeks = campaign, all_weeks(campaign)
        self.week_of, self.late_for = lru_cache(maxsize=1024)(self._week_of), lru_cache(maxsize=1024)(self._late_for)

    def _week_of(self, day: dt.date) -> dt.date | None:
        if day <= self.weeks[0] - dt.timedelta(days=_BEFORE[self.campaign.rhythm]):
            return None
        return next((week for week in self._from_near(day) if due_date(self.campaign, week) >= day), None)

    def _late_for(self, day: dt.date) -> dt.date | None:
        near = self._from_near(day)[:5]
        weeks = [week for week in near if 1 <= (day - due_date(self.campaign, week)).days <= LATE_DAYS]
        on_its_day = any(due_date(self.campaign, week) == day for week in near)
        return weeks[-1] if weeks and not on_its_day else None

    def _from_near(self, day: dt.date) -> tuple[dt.date, ...]:
        """The weeks from a fortnight before ``day`` on: a week is moved by less than seven days."""
        return self.weeks[bisect_left(self.weeks, day - dt.timedelta(days=14)):]


_known = lru_cache(maxsize=8)(_Weeks)


def previous_week(campaign: Campaign, week: dt.date) -> dt.date | None:
    """The week before, None for the first."""
    earlier = [one for one in all_weeks(campaign) if one < week]
    return earlier[-1] if earlier else None
