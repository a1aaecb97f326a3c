"""From units to the week's figures: who reported, is carried or missing; totals, increments, and what was 补报.

Counts are summed as integers, money in decimal; a yes/no total counts the units that say 是 (form.md, column “total”).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from functools import lru_cache

from consolidator.model.result import (
    AWAITS_CORRECTION,
    AWAITS_REPORT,
    CARRIED,
    MISSING,
    REPORTED,
    Acceptance,
    Figures,
    UnitResult,
)
from consolidator.model.submission import FigureValue
from schemas.form import MONEY_DECIMALS, Form


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit in the week, for :func:`merge`.

    ``figures`` are those of its submission that counts this week, None where none does. ``last`` are its last accepted
    ones of an earlier week; ``previous`` what it had in the last week run, and from which week, where that is something
    else (a form accepted after that week was closed; (None, {}) where it was not in that week's total). ``rejected``: something
    of it came and is rejected.
    ``unread``: what came could not be read for a reason that is not the unit's, so nothing is awaited from it.
    """

    unit: str
    kind: tuple[str, ...]
    _: KW_ONLY
    figures: Figures | None = None
    last: tuple[dt.date, Figures] | None = None
    previous: tuple[dt.date | None, Figures] | None = None
    rejected: bool = False
    unread: bool = False
    late: bool = False
    on_roster: bool = True
    stopped: bool = False
    file: str | None = None
    accepted: list[Acceptance] = field(default_factory=list)


def merge(facts: Iterable[UnitFacts], week: dt.date, weeks_run: Sequence[dt.date], form: Form) -> list[UnitResult]:
    """Each unit's standing in ``week``, in the order given. ``weeks_run`` are the earlier weeks that were run.

    Increments are against what the unit had in the last of ``weeks_run`` (nothing there counts as zero, so that the
    units' increments add up to the district's); in the first week run they are None. The whole increment of a unit that
    was carried or missing then is its backlog: how much of it belongs to which of the weeks is not known, and a
    split would be a figure that nobody reported.
    """
    earlier = [one for one in weeks_run if one < week]
    return [_merged(one, week, earlier[-1] if earlier else None, form) for one in facts]


def _merged(one: UnitFacts, week: dt.date, previous_week: dt.date | None, form: Form) -> UnitResult:
    last_week, last = one.last or (None, {})
    if one.figures is not None:
        whole = one.figures.keys() == form.figures.keys()
        source, from_week = REPORTED, week
        figures = one.figures if whole else {name: one.figures.get(name) for name in form.figures}
    elif last_week is not None:
        source, from_week, figures = CARRIED, last_week, carried(last, last_week, week, form)
    else:
        source, from_week, figures = MISSING, None, {}
    awaiting = None
    if source != REPORTED and one.on_roster and one.rejected:
        awaiting = AWAITS_CORRECTION
    elif source != REPORTED and one.on_roster and not one.stopped and not one.unread:
        awaiting = AWAITS_REPORT
    before_week, before = one.previous or (last_week, last)
    if previous_week is None:
        before = {}
    elif before_week is not None:
        before = begun_anew(before, before_week, week, form)
    grown = increments(figures, before) if previous_week else _nothing(tuple(figures))
    brought: Figures = {}
    if previous_week and (before_week is None or before_week < previous_week):
        brought = {name: value for name, value in grown.items() if value and form.figures[name].measure == "flow"}
    return UnitResult(one.unit, one.kind, source=source, from_week=from_week, awaiting=awaiting, figures=figures, previous=dict(before),
                      increments=grown, backlog=brought,
                      accepted=one.accepted, late=one.late, on_roster=one.on_roster, stopped=one.stopped, file=one.file)


def carried(figures: Figures, since: dt.date, week: dt.date, form: Form) -> Figures:
    """What a unit's last figures say of ``week``: a period's own figures say nothing of the next period, those since January
    nothing of the next year."""
    over = {"period"} if since.year == week.year else {"period", "year"}
    measures = {name: figure.measure for name, figure in form.figures.items()}
    return {name: None if measures.get(name) in over else value for name, value in figures.items()}


def begun_anew(figures: Figures, since: dt.date, week: dt.date, form: Form) -> Figures:
    """``figures`` as those of ``week`` count from them: those since January count from nothing in a new year."""
    if since.year == week.year or not any(one.measure == "year" for one in form.figures.values()):
        return figures
    return {name: value for name, value in figures.items() if name not in form.figures or form.figures[name].measure != "year"}


@lru_cache(maxsize=64)
def _nothing(names: tuple[str, ...]) -> Figures:
    """No increments, in a first week: one for all units, as there may be thousands."""
    return dict.fromkeys(names)


def totals(units: Iterable[UnitResult], form: Form) -> Figures:
    """The sum over ``units`` of every figure; a blank adds zero."""
    columns = form.columns_of(unit.figures for unit in units)
    return {name: _total(columns[name], figure.kind) for name, figure in form.figures.items()}


def _total(values: Iterable[FigureValue], kind: str) -> FigureValue:
    given = [value for value in values if value]
    if kind == "yes_no":
        return len(given)
    if kind == "count":
        return int(sum(given))
    return _money(sum((_decimal(value) for value in given), Decimal(0)))


def increments(now: Mapping[str, FigureValue], before: Mapping[str, FigureValue] | None) -> Figures:
    """now − before of every figure in ``now``; a blank is zero beside a number.

    None where there is nothing to compare: without ``before``, between two blanks, and for a unit's yes/no.
    """
    if before is None:
        return dict.fromkeys(now)
    return {name: _increment(value, before.get(name)) for name, value in now.items()}


def _increment(now: FigureValue, before: FigureValue) -> FigureValue:
    if (now is None and before is None) or isinstance(now, bool) or isinstance(before, bool):
        return None
    if isinstance(now, float) or isinstance(before, float):
        return _money(_decimal(now or 0) - _decimal(before or 0))
    return (now or 0) - (before or 0)


def summed(figures: Iterable[Mapping[str, FigureValue]], form: Form) -> Figures:
    """The figures of a merger: numbers add up, yes where one says yes, blank where all are."""
    every = list(figures)
    together: Figures = {}
    for name, figure in form.figures.items():
        given = [one[name] for one in every if one.get(name) is not None]
        if not given:
            together[name] = None
        else:
            together[name] = any(given) if figure.kind == "yes_no" else _total(given, figure.kind)
    return together


def _decimal(value: float | int) -> Decimal:
    """The number as people wrote it: 0.1, not the binary fraction nearest to it."""
    return Decimal(repr(value))


def _money(value: Decimal) -> float:
    return float(round(value, MONEY_DECIMALS))
