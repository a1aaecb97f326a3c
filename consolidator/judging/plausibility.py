"""Each submission against the past and against the others: falls, jumps, absurd sizes, 抄报, 零问题.

Pure functions over rows. A unit's :data:`~consolidator.model.records.History` is of its present name, its mergers reckoned in
(see :mod:`consolidator.judging.roster_changes`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

import numpy as np

from consolidator.judging.problem_row import Row, problem_at, shown
from consolidator.model.display import number_text
from consolidator.model.records import Accepted, History
from consolidator.model.result import Figures
from consolidator.model.submission import FigureValue
from schemas.form import Form, NothingFound
from schemas.problems import Problem, problem

# A jump is above the unit's median weekly increment by more than each of these. They are wide on purpose.
JUMP_HISTORY = 4  # weekly increments needed
JUMP_SPREADS = 8  # times the median absolute deviation, scaled to a standard deviation
JUMP_TIMES = 4  # times the median
JUMP_FLOOR = 30
_MAD_TO_DEVIATION = 1.4826
# A fall to what the unit usually adds in a week: weeks with an increase needed, and how much larger a single figure was before.
USUAL_WEEKS = 2
ALONE_TIMES = 3
# Far from peers: more than PEER_TIMES what nine of ten others have, and more than the floor.
PEERS = 8
PEER_TIMES = 20
PEER_FLOOR = {"count": 1000, "money": 500}
# 抄报: so many figures must not be zero before sameness means something.
COPIED_FIGURES = 8
COPIED_WEEKS = 3


class Limit(NamedTuple):
    """An increase beyond ``increase`` is a jump; ``usual`` is what the unit's weekly increments were, in words."""

    increase: float
    usual: str


def against_last(rows: Sequence[Row], lasts: Sequence[Accepted | None], form: Form,
                 week: dt.date | None = None) -> list[list[Problem]]:
    """Falls since the unit's last accepted figures, which may be some weeks old (form.md: flow, level).

    A flow that is blank where it was above zero has fallen; say that in place of its blank
    (:func:`instead_of_blanks`).
    """
    return [_falls(row, *last, form, week) if last else [] for row, last in zip(rows, lasts, strict=True)]


def _falls(row: Row, last_week: dt.date, last: Figures, form: Form, week: dt.date | None) -> list[Problem]:
    found = []
    for name, figure in form.figures.items():
        before, value = last.get(name), row.figures.get(name)
        if figure.measure == "year" and week and week.year != last_week.year:
            continue  # it begins anew
        if not before or name in row.flagged or (value is not None and value >= before):
            continue
        flows = figure.is_number and figure.measure == "flow"
        if value is None and not flows:
            continue  # a level left blank is reported as a blank
        code = "level-falls" if not flows else "falls" if value is not None else "falls-to-blank"
        words = {} if value is None else {"value": shown(value)}
        found.append(problem_at(code, row, name, form, week, week=last_week, before=shown(before), **words))
    return found


def as_increments(falls: Sequence[Problem], figures: Figures, history: History) -> list[Problem]:
    """The falls of one form, reported as this week's increments where each of them is as large as the unit's usual ones.

    One figure alone may be a slip of another kind: it must have been several times as large before.
    """
    flagged = []
    alone = sum(one.code == "falls" for one in falls) == 1
    for found in falls:
        name = found.figure or ""
        value, before = figures.get(name), history[-1][1].get(name) if history else None
        if found.code != "falls" or value is None or before is None:
            flagged.append(found)
            continue
        past = [one for one in weekly_increments(history, name) if one > 0]
        if len(past) < USUAL_WEEKS or not min(past) <= value <= max(past) or (alone and before < ALONE_TIMES * value):
            return list(falls)
        flagged.append(replace(found, code="falls-as-new", words=(*found.words, ("usual", _range(past)))))
    return flagged


def instead_of_blanks(checked: Sequence[Problem], compared: Sequence[Problem]) -> list[Problem]:
    """Both lists in one, without the blanks that are reported as falls: one cause, one problem."""
    fallen = {one.figure for one in compared if one.code == "falls-to-blank"}
    return [one for one in checked if not (one.code == "blank" and one.figure in fallen)] + list(compared)


def jumps(rows: Sequence[Row], histories: Sequence[History], form: Form, week: dt.date,
          lasts: Sequence[Accepted | None] | None = None) -> list[list[Problem]]:
    """Increments far beyond the unit's own past, by median and MAD of its weekly increments.

    ``lasts`` are what increments count from, where a merger makes that more than the unit's own last figures.
    """
    lasts = lasts or [None] * len(rows)
    return [_jumps(row, history, last or history[-1], form, week) if len(history) > JUMP_HISTORY else []
            for row, history, last in zip(rows, histories, lasts, strict=True)]


def _jumps(row: Row, history: History, since: Accepted, form: Form, week: dt.date) -> list[Problem]:
    last_week, last = since
    found = []
    for name, figure in form.figures.items():
        value, before = row.figures.get(name), last.get(name)
        if not figure.is_number or value is None or before is None or name in row.flagged:
            continue
        increase = value - before
        if increase <= JUMP_FLOOR:
            continue
        limit = jump_limit(history, name, last_week, week)
        if limit and increase > limit.increase:
            words = {"week": last_week, "increase": shown(increase), "usual": limit.usual}
            found.append(problem_at("jump", row, name, form, week, **words))
    return found


def jump_limit(history: History, name: str, since: dt.date, week: dt.date) -> Limit | None:
    """What a figure may grow by from ``since`` to ``week`` before it is a jump; None where the past is too short to tell."""
    past = weekly_increments(history, name)
    if len(past) < JUMP_HISTORY:
        return None
    middle = median(past)
    spread = _MAD_TO_DEVIATION * median(abs(one - middle) for one in past)
    weekly = middle + max(JUMP_SPREADS * spread, JUMP_TIMES * middle, JUMP_FLOOR)
    return Limit(max(JUMP_FLOOR, *past, weekly * _weeks_between(since, week)), _range(past))


def weekly_increments(history: History, name: str) -> list[float]:
    """The figure's increments a week between one accepted submission and the next; a gap counts as its weeks' mean."""
    found = []
    earlier: dt.date | None = None
    before: float = 0
    for week, figures in history:
        value = figures.get(name)
        if value is None:
            continue
        if earlier is not None:
            days = (week - earlier).days
            found.append(value - before if days <= 7 else (value - before) / _weeks_between(earlier, week))
        earlier, before = week, value
    return found


def _weeks_between(earlier: dt.date, later: dt.date) -> int:
    return max(1, round((later - earlier).days / 7))


def _range(values: Sequence[float]) -> str:
    low, high = (round(one, 2) for one in (min(values), max(values)))
    return number_text(low) if low == high else f"{number_text(low)}—{number_text(high)}"


def far_from_peers(rows: Sequence[Row], histories: Sequence[History], form: Form,
                   week: dt.date | None = None) -> list[list[Problem]]:
    """Sizes beyond all others', for units whose own past is too short to judge by: a slip of a unit or of some digits.

    A unit that was as large the last time has been looked at and is left alone.
    """
    found: list[list[Problem]] = [[] for _ in rows]
    columns = form.columns_of(row.figures for row in rows)
    for name, figure in form.figures.items():
        if not figure.is_number:
            continue
        given = np.array(columns[name], dtype="float64")
        for number in np.flatnonzero(given > PEER_FLOOR[figure.kind]).tolist():
            row, history = rows[number], histories[number]
            before = history[-1][1].get(name) if history else None
            if name in row.flagged or len(history) > JUMP_HISTORY or (before and given[number] < 3 * before):
                continue
            others = np.delete(given, number)
            others = others[~np.isnan(others)]
            if len(others) < PEERS:
                continue
            usual = float(np.percentile(others, 90, method="higher"))
            if given[number] > PEER_TIMES * max(usual, 1):
                found[number].append(problem_at("far-from-peers", row, name, form, week, value=shown(row.figures[name]),
                                          usual=number_text(usual)))
    return found


def copied(rows: Sequence[Row], units: Sequence[str], form: Form) -> list[list[Problem]]:
    """抄报: figures that are another unit's to the last one. ``units`` are the rows' units; both are reported."""
    same: dict[tuple, list[int]] = {}
    for number, row in enumerate(rows):
        content = _content(row.figures, form)
        if _count(content) >= COPIED_FIGURES:
            same.setdefault(content, []).append(number)
    found: list[list[Problem]] = [[] for _ in rows]
    for content, numbers in same.items():
        for number in numbers:
            others = [units[other] for other in numbers if units[other] != units[number]]
            if others:
                named = "、".join(others[:3]) + (f"等{len(others)}个单位" if len(others) > 3 else "")
                found[number].append(problem("copied-unit", sheet=rows[number].sheet, other=named,
                                             count=_count(content)))
    return found


def unchanged(rows: Sequence[Row], histories: Sequence[History], form: Form) -> list[list[Problem]]:
    """抄报: a unit's own figures of last time, for :data:`COPIED_WEEKS` submissions running with this one."""
    found = []
    for row, history in zip(rows, histories, strict=True):
        since, count = None, 1
        content = _content(row.figures, form) if history else ()
        if _count(content) >= COPIED_FIGURES:
            for week, figures in reversed(history):
                if _content(figures, form) != content:
                    break
                since, count = week, count + 1
        found.append([problem("copied-week", sheet=row.sheet, week=since)] if count >= COPIED_WEEKS else [])
    return found


def _content(figures: Mapping[str, FigureValue], form: Form) -> tuple:
    return tuple([value or 0 for value in form.values_of(figures)])


def _count(content: tuple) -> int:
    return len(content) - content.count(0)


def nothing_found(rows: Sequence[Row], histories: Sequence[History], form: Form) -> list[list[Problem]]:
    """零问题报告: the unit has checked and found nothing, in this submission and those before (备注 2, form.md)."""
    return [[problem("nothing-found", sheet=row.sheet, weeks=rule.weeks) for rule in form.rules.nothing_found
             if _nothing_found(row.figures, history, rule)] for row, history in zip(rows, histories, strict=True)]


def _nothing_found(now: Figures, history: History, rule: NothingFound) -> bool:
    """Whether the unit did the work and found nothing, now and in the weeks before; those are looked at only where it is so now."""
    def nothing(figures: Figures) -> bool:
        return (figures.get(rule.done) or 0) > 0 and not any(figures.get(name) for name in rule.found)

    before = rule.weeks - 1
    return nothing(now) and len(history) >= before and all(nothing(figures) for _, figures in history[len(history) - before:])
