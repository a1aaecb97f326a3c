"""Which figure of which form ``accept`` is about, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from consolidator.judging.overrides import find_figures
from consolidator.model.grid import CellValue
from consolidator.model.result import ACCEPTED, REJECTED, DecisionOutcome, SubmissionResult, WeekResult
from consolidator.model.submission import FigureValue, Submission
from consolidator.notation.item import read_number
from consolidator.notation.yes_no import read_yes_no
from schemas.errors import UsageError
from schemas.form import Form
from schemas.problems import shorten

Wanted = tuple[str, FigureValue, bool, Submission | None]


def values_of(text: str, unit: str, result: WeekResult, readings: Mapping[str, Submission], form: Form) -> list[Wanted]:
    """(figure, value, whether it was given, the form it is about) for one argument of ``accept``: FIGURE or FIGURE=VALUE.

    A decision is about a unit's figure in a week, not about a file: it is for the form that counts, unless a newer one of the
    unit was refused for this very figure. ``readings`` are by sha256.

    Raises:
        UsageError: no such figure; two figures and one value; no form of the unit and no value.
    """
    wanted, _, value_text = text.partition("=")
    own = [one for one in result.submissions if one.unit == unit and one.sha256 in readings and one.status in (ACCEPTED, REJECTED)
           and readings[one.sha256].kind == "form"]
    own.sort(key=lambda one: (one.date or dt.date.min, one.received.isoformat() if one.received else "", one.file))
    any_form = readings[own[-1].sha256] if own else None
    names = find_figures(wanted.strip(), form, any_form.cells if any_form else {})
    if value_text and len(names) > 1:
        labels = "、".join(form.label(name) for name in names)
        raise UsageError(f"“{wanted}”有两个数（{labels}）：请写明是哪一个，如 {form.figures[names[0]].short}={value_text}")
    found: list[Wanted] = []
    for name in names:
        meant = _form_meant(own, name)
        reading = readings[meant.sha256] if meant else None
        if value_text:
            found.append((name, _parsed(value_text, form, name), True, reading))
        elif reading is None:
            raise UsageError(f"{unit}本期没有可采纳的表：请写成 {form.figures[name].short}=数值")
        elif reading.figures.get(name) is None:
            there = f"填的是“{shorten(reading.written[name])}”" if reading.written.get(name) else "空着"
            raise UsageError(f"{form.label(name)}没有读出数来（{there}）：请写成 {form.figures[name].short}=数值")
        else:
            found.append((name, reading.figures[name], False, reading))
    return found


def _form_meant(own: Sequence[SubmissionResult], name: str) -> SubmissionResult | None:
    """Of a unit's forms, oldest first, the one that a decision on the figure ``name`` is about."""
    accepted = next((one for one in reversed(own) if one.status == ACCEPTED), None)
    since = own[own.index(accepted) + 1:] if accepted else own
    refused = [one for one in since if one.status == REJECTED and any(found.figure == name and found.severity == "error"
                                                                       for found in one.problems)]
    return refused[-1] if refused else accepted or (own[-1] if own else None)


def outcomes_of(unit: str, figures: Sequence[str], before: WeekResult, after: WeekResult) -> list[DecisionOutcome]:
    """What the decisions on ``figures`` of ``unit`` made of its figures and of the totals."""
    then, now = (next((one.figures for one in result.units if one.unit == unit), {}) for result in (before, after))
    held = any(one.unit == unit and one.status == REJECTED for one in after.submissions)
    return [DecisionOutcome(unit, name, then.get(name), now.get(name), before.totals.get(name), total_after=after.totals.get(name),
                            held=held)
            for name in dict.fromkeys(figures)]


def _parsed(text: str, form: Form, name: str) -> FigureValue:
    figure = form.figures[name]
    value: CellValue = text.strip()
    reading = read_number(value, figure) if figure.is_number else read_yes_no(value, figure)
    if reading.value is None:
        kind = "数字" if figure.is_number else "“是”或“否”"
        raise UsageError(f"“{text}”不能作{form.label(name)}的值：请写{kind}")
    return reading.value
