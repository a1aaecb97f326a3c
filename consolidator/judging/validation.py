"""Each submission by itself: one pandera validation of all of them, and the only reader of its failure cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from consolidator.judging.problem_row import Row, must_fill, problem_at, shown
from schemas.figures import failures_of, figures_schema, frame_of, slack_column, sum_column, together_column
from schemas.form import MONEY_DECIMALS, Form, PartOfWhole, SumOf, Together
from schemas.problems import Problem

_OF_ONE_FIGURE = frozenset({"absurd", "negative", "not-whole", "too-many-decimals"})


def check(rows: Sequence[Row], form: Form, week: dt.date | None = None) -> list[list[Problem]]:
    """What is wrong with each row by itself, in the form's order: ranges, rules between figures, who fills what.

    ``week`` chooses the labels that the sentences use.
    """
    found: list[list[Problem]] = [[] for _ in rows]
    if not rows:
        return found
    frame = frame_of([row.figures for row in rows], form)
    _forget_flagged(frame, rows, form)
    cases = failures_of(frame, figures_schema(form))
    wrong = {(row, column) for row, column, code in cases if code in _OF_ONE_FIGURE}
    rules = _rules(form)
    wanting: set[tuple[int, str]] = set()  # wholes that are blank beside a part: reported at the part
    for number, column, code in cases:
        row = rows[number]
        if code in _OF_ONE_FIGURE:
            limit = {"decimals": MONEY_DECIMALS} if code == "too-many-decimals" else {}
            found[number].append(_of_one_figure(code, row, column, form, week, **limit))
        else:
            rule = rules[column]
            if {(number, name) for name in _names(rule)} & wrong:
                continue
            if isinstance(rule, PartOfWhole) and row.figures.get(rule.whole) is None:
                wanting.add((number, rule.whole))
            if isinstance(rule, SumOf):
                found[number].append(_of_sum(code, row, rule, form, week))
            else:
                first, other = _names(rule)
                found[number].append(_of_two(code, row, first, other, form, week=week))
    for number, name, code in _who_fills(frame, rows, form):
        if (number, name) in wanting:
            continue
        words = {} if code != "not-to-fill" else {"kinds": "、".join(form.figures[name].filled_by or ()),
                                                  "value": shown(rows[number].figures[name])}
        found[number].append(problem_at(code, rows[number], name, form, week, **words))
    order = {name: number for number, name in enumerate(form.figures)}
    for problems in found:
        problems.sort(key=lambda one: order[one.figure or ""])
    return found


def _of_one_figure(code: str, row: Row, name: str, form: Form, week: dt.date | None, **words: object) -> Problem:
    flagged = problem_at(code, row, name, form, week, **words)
    if flagged.written is not None:
        return flagged
    bare = Row(row.figures, row.kinds, row.cells, {name: shown(row.figures[name])}, row.sheet)
    return problem_at(code, bare, name, form, week, **words)


def _of_two(code: str, row: Row, first: str, other: str, form: Form, *, week: dt.date | None) -> Problem:
    value, label = shown(row.figures[first]), form.label(other, week)
    if code in ("part-exceeds-whole", "part-may-exceed-whole"):
        return problem_at(code, row, first, form, week, value=value, whole_label=label, whole=shown(row.figures.get(other)))
    return problem_at(code, row, first, form, week, value=value, other_label=label)


def _of_sum(code: str, row: Row, rule: SumOf, form: Form, week: dt.date | None) -> Problem:
    parts = [row.figures.get(name) or 0 for name in rule.parts]
    return problem_at(code, row, rule.total, form, week, value=shown(row.figures[rule.total]), sum=shown(round(sum(parts), MONEY_DECIMALS)),
                parts="、".join(form.figures[name].short for name in rule.parts))


def _names(rule: PartOfWhole | SumOf | Together) -> tuple[str, ...]:
    """The figures of a rule, first the one at which it is reported."""
    if isinstance(rule, SumOf):
        return (rule.total, *rule.parts)
    return (rule.part, rule.whole) if isinstance(rule, PartOfWhole) else (rule.figure, rule.wants)


def _rules(form: Form) -> dict[str, PartOfWhole | SumOf | Together]:
    """Column of the frame → the rule it stands for."""
    return {**{slack_column(rule): rule for rule in form.rules.part_of_whole},
            **{sum_column(rule): rule for rule in form.rules.sum_of},
            **{together_column(rule): rule for rule in form.rules.together}}


def _forget_flagged(frame: pd.DataFrame, rows: Sequence[Row], form: Form) -> None:
    """Blanks, in the frame, what was reported of already, and the rules that it has part in."""
    columns: dict[str, list[str]] = {name: [name] for name in form.figures}
    for column, rule in _rules(form).items():
        for name in _names(rule):
            columns[name].append(column)
    flagged: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for name in row.flagged & columns.keys():
            for column in columns[name]:
                flagged.setdefault(column, []).append(number)
    for column, numbers in flagged.items():
        frame.loc[numbers, column] = pd.NA if frame[column].dtype == "boolean" else np.nan


def _who_fills(frame: pd.DataFrame, rows: Sequence[Row], form: Form) -> list[tuple[int, str, str]]:
    """(row, figure, code) of what was left blank by one who must fill it, or filled by one who need not (form.md)."""
    kinds = [row.kinds for row in rows]
    asked = {one: np.array([must_fill(one, name, form) for name in form.figures]) for one in set(kinds)}
    asks = np.array([asked[one] for one in kinds])
    known = np.array([one is not None for one in kinds])
    flagged = np.zeros(asks.shape, dtype=bool)
    for number, row in enumerate(rows):
        if row.flagged:
            flagged[number] = [name in row.flagged for name in form.figures]
    found = []
    for column, (name, figure) in enumerate(form.figures.items()):
        values = frame[name].to_numpy(dtype="float64", na_value=np.nan)
        blank = np.isnan(values)
        filled = ~blank & (values != 0)
        unfilled = np.flatnonzero(blank & asks[:, column] & ~flagged[:, column])
        needless = np.flatnonzero(filled & known & ~asks[:, column])
        found += [(number, name, "blank" if figure.is_number else "blank-yes-no") for number in unfilled.tolist()]
        found += [(number, name, "not-to-fill") for number in needless.tolist()]
    return found
