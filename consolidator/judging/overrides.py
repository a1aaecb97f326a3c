"""The clerk's acceptances applied: a figure that a check refuses, or one heard on the telephone, on the record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from consolidator.judging.attribution import Candidate
from consolidator.model.display import value_text
from consolidator.model.records import Confirmation, Decision
from consolidator.model.result import Acceptance
from consolidator.model.submission import FigureValue
from schemas.errors import UsageError
from schemas.form import Form
from schemas.naming import loose
from schemas.problems import Problem, problem
from schemas.roster import Roster

_CELL = re.compile(r"[A-Za-z]{1,3}[1-9]\d*")


@dataclass(slots=True)
class Applied:
    """The decisions that hold, by candidate (its file and hash) and figure; and figures heard that a form has replaced."""

    form: Form
    held: dict[tuple[str, str], dict[str, Decision]] = field(default_factory=dict)
    replaced: dict[tuple[str, str], list[Decision]] = field(default_factory=dict)

    def of(self, one: Candidate) -> dict[str, Decision]:
        """Figure → the decision that holds for it."""
        return self.held.get((one.file, one.sha256), {})

    def settle(self, one: Candidate) -> None:
        """Turn the accepted errors into warnings that have the reason; what was decided without one is reported too."""
        for heard in self.replaced.get((one.file, one.sha256), ()):
            figure = self.form.figures[heard.figure]
            one.problems.append(problem(
                "heard-replaced", figure=heard.figure, sheet=one.submission.sheet, cell=one.submission.cells.get(heard.figure),
                written=one.submission.written.get(heard.figure), label=self.form.label(heard.figure, heard.week),
                value=value_text(heard.value, figure), now=value_text(one.figures.get(heard.figure), figure, "未填"), reason=heard.reason))
        held = self.of(one)
        if not held:
            return
        flagged = set()
        for number, found in enumerate(one.problems):
            decision = held.get(found.figure or "")
            if decision and found.severity == "error":
                one.problems[number] = replace(found, severity="warning", decision=decision.reason)
                flagged.add(found.figure)
        for name, decision in held.items():
            if name not in flagged and decision.given:
                one.problems.append(_accepted(decision, self.form, one))


def _accepted(decision: Decision, form: Form, one: Candidate) -> Problem:
    name = decision.figure
    return problem("accepted-value", figure=name, sheet=one.submission.sheet, label=form.label(name, decision.week),
                   cell=one.submission.cells.get(name), written=decision.basis or "（空）",
                   value=value_text(decision.value, form.figures[name]), reason=decision.reason)


def basis_of(one: Candidate | None, figure: str) -> str:
    """What a decision is given for: the text that is in the figure's cell ("" where nothing came)."""
    return "" if one is None else one.submission.written.get(figure, "")


def apply_decisions(candidates: Iterable[Candidate], week: dt.date, decisions: Sequence[Decision], form: Form) -> Applied:
    """Put the accepted values into the candidates' figures; a decision holds while what it was given for stays."""
    by_unit: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.week == week and decision.figure in form.figures:
            by_unit.setdefault(decision.unit, []).append(decision)
    applied = Applied(form)
    for one in candidates:
        held = {d.figure: d for d in by_unit.get(one.owner, ()) if d.basis == basis_of(one, d.figure)}
        replaced = [d for d in by_unit.get(one.owner, ()) if d.heard and d.figure not in held
                    and d.value != one.figures.get(d.figure)]
        if replaced:
            applied.replaced[one.file, one.sha256] = replaced
        for name, decision in held.items():
            if decision.given:
                one.figures = {**one.figures, name: decision.value}
        if held:
            applied.held[one.file, one.sha256] = held
    return applied


def confirm_warnings(candidates: Iterable[Candidate], confirmations: Sequence[Confirmation]) -> None:
    """Mark the warnings that somebody has looked at, while what they are about is the same."""
    held = {(one.unit, one.figure, one.code): one for one in confirmations}
    for candidate in candidates if held else ():
        for number, found in enumerate(candidate.problems):
            one = held.get((candidate.owner, found.figure, found.code))
            if one is None or found.severity != "warning" or found.decision:
                continue
            if one.sha256 == candidate.sha256 or (found.figure and one.basis == basis_of(candidate, found.figure)):
                candidate.problems[number] = replace(found, confirmed=one.reason)


D = TypeVar("D", Decision, Confirmation)


def under_names_of_today(decisions: Sequence[D], roster: Roster) -> list[D]:
    """The decisions, those of a renamed unit under its present name."""
    return [replace(one, unit=roster.renamed[one.unit]) if one.unit in roster.renamed else one for one in decisions]


def overrides(unit: str, week: dt.date, decisions: Sequence[Decision]) -> list[Decision]:
    """Values heard in ``week`` for a unit that sent nothing; those of earlier weeks are in its history."""
    return [one for one in decisions if one.unit == unit and one.heard and one.week == week]


def acceptance_of(decision: Decision, written: FigureValue) -> Acceptance:
    """A decision as the result shows it, beside the value that it replaced."""
    return Acceptance(decision.figure, decision.value, written, decision.reason, decision.by, at=decision.at)


def find_unit(text: str, roster: Roster, known: Iterable[str]) -> str:
    """The unit that a clerk names.

    Raises:
        UsageError: no such unit; names the nearest.
    """
    match = roster.match(text)
    if match.unit:
        return match.unit
    if text in set(known):
        return text
    near = roster.nearest(text)
    hint = f"：是不是{'、'.join(near)}？" if near else "，请按名册填写全称"
    raise UsageError(f"名册中没有单位“{text}”{hint}")


def find_figures(text: str, form: Form, cells: dict[str, str]) -> list[str]:
    """The figures that a clerk names by name, label or cell (a cell may hold two).

    Raises:
        UsageError: no such figure; names the nearest.
    """
    if text in form.figures:
        return [text]
    here = [name for name, cell in cells.items() if cell.upper() == text.strip().upper()]
    if here:
        return here
    labels = {label: names for label, names in _labels(form)}
    for label, names in labels.items():
        if loose(label) == loose(text):
            return names
    if not cells and _CELL.fullmatch(text.strip()):
        raise UsageError(f"没有本期的表，看不出单元格“{text}”是哪一项：请写项目名，如 {next(iter(form.figures.values())).short}")
    from rapidfuzz import process

    near = [label for label, score, _ in process.extract(text, list(labels), limit=2) if score > 40]
    hint = f"：是不是{'、'.join(near)}？" if near else "，可写英文名、项目名或单元格"
    raise UsageError(f"没有指标“{text}”{hint}")


def _labels(form: Form) -> Iterable[tuple[str, list[str]]]:
    for item in form.items:
        for figure in item.figures:
            yield figure.name, [figure.name]
            yield form.label(figure.name), [figure.name]
            yield figure.short, [figure.name]
            yield figure.title, [figure.name]
        for label in item.labels:
            yield label.joined, [figure.name for figure in item.figures]
