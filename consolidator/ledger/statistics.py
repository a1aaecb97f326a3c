"""Rates and ages of hazards, computed from their dates and the week's Monday alone, never from the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.fold import is_listed
from consolidator.model.ledger import Hazard
from schemas.form import Form

AGES = ((7, "0–7 天"), (30, "8–30 天"), (90, "31–90 天"), (10 ** 6, "90 天以上"))
SOON = 7  # days before its deadline from which a hazard is due


@dataclass(slots=True)
class Summary:
    """Hazards in numbers. ``done`` were rectified since the last week.

    ``on_time`` of ``due_by_now`` were rectified by the deadline first given; ``ages`` are of open ones.
    """

    total: int = 0
    _: KW_ONLY
    major: int = 0
    new: int = 0
    done: int = 0
    open: int = 0
    rectified: int = 0
    closed: int = 0
    overdue: int = 0
    due_soon: int = 0
    listed: int = 0
    planned: int = 0
    five: int = 0
    money: float = 0.0
    due_by_now: int = 0
    on_time: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))

    @property
    def put_right(self) -> int:
        """已整改 and 已销号."""
        return self.rectified + self.closed

    @property
    def rate(self) -> float | None:
        """整改率, None where there is nothing to rectify."""
        return self.put_right / self.total if self.total else None

    @property
    def on_time_rate(self) -> float | None:
        """按期整改率, by the first deadline; None where none has come yet."""
        return self.on_time / self.due_by_now if self.due_by_now else None


def summarize(hazards: Iterable[Hazard], week: str, major: str, five: int) -> Summary:
    """The summary of ``hazards`` as of ``week``; voided ones do not count. ``major``: the level 重大, ``five``: how many 落实 there are."""
    one = Summary()
    monday = dt.date.fromisoformat(week)
    soon = (monday + dt.timedelta(days=SOON)).isoformat()
    money = 0
    for hazard in hazards:
        if hazard.state == "void":
            continue
        one.total += 1
        one.major += hazard.level == major
        one.new += hazard.since == week
        one.done += hazard.is_done
        one.open += hazard.is_open
        one.rectified += hazard.state == "rectified"
        one.closed += hazard.state == "closed"
        one.overdue += hazard.overdue(week)
        one.due_soon += is_due_soon(hazard, week, soon)
        one.listed += is_listed(hazard)
        one.planned += hazard.is_open and bool(hazard.measures and hazard.due)
        one.five += hazard.five >= five > 0
        money += round((hazard.money or 0) * 10 ** 6)
        if hazard.first_due and hazard.first_due < week:
            one.due_by_now += 1
            done = hazard.completed or hazard.reviewed
            one.on_time += not hazard.is_open and bool(done) and done <= hazard.first_due
        if hazard.is_open and hazard.found:
            age = (monday - dt.date.fromisoformat(hazard.found)).days
            one.ages[next(n for n, (most, _) in enumerate(AGES) if age <= most)] += 1
    one.money = money / 10 ** 6
    return one


def closed_day(hazard: Hazard) -> str:
    """The day of its 销号, that of the review where none is known."""
    return hazard.closed or hazard.reviewed


def is_closed_in(hazard: Hazard, first: dt.date, last: dt.date) -> bool:
    """Whether its 销号 was in the weeks from ``first`` to ``last``: what is of a week happened since the Monday before."""
    day = closed_day(hazard)
    return hazard.state == "closed" and bool(day) and (first - dt.timedelta(days=SOON - 1)).isoformat() <= day <= last.isoformat()


def is_due_soon(hazard: Hazard, week: str, soon: str) -> bool:
    """Whether it is open and its deadline comes within the week."""
    return hazard.is_open and bool(hazard.due) and week <= hazard.due <= soon


def grouped(hazards: Iterable[Hazard], key: Callable[[Hazard], Iterable[str]]) -> dict[str, list[Hazard]]:
    """Hazards by what ``key`` gives for each; one with two claims is in both groups."""
    groups: dict[str, list[Hazard]] = {}
    for one in hazards:
        for name in key(one):
            groups.setdefault(name, []).append(one)
    return groups


def major_level(form: Form) -> str:
    """The first level of the first ledger of hazards that has levels: 重大."""
    for ledger in form.ledger_definitions:
        if ledger.is_hazards and ledger.choices.get("level"):
            return next(iter(ledger.choices["level"]))
    return ""
