"""What is judged, a row a submission, and how a problem of it is reported: with its place and the words of its figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.display import value_text
from consolidator.model.result import Figures, Notice
from consolidator.model.submission import FigureValue
from schemas.form import Form
from schemas.problems import Problem, problem


@dataclass(slots=True)
class Row:
    """One submission as far as judging its figures needs it.

    ``kinds`` are its unit's 类别, None where the unit is not known (nothing is then reported on who fills what). Of the
    figures in ``flagged`` (see :func:`flagged_in`) nothing more is reported: one cause is reported once.
    """

    figures: Figures
    kinds: tuple[str, ...] | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    _: KW_ONLY
    flagged: frozenset[str] = frozenset()


def must_fill(kinds: tuple[str, ...] | None, name: str, form: Form) -> bool:
    """Whether the form asks a unit of ``kinds`` for the figure."""
    filled_by = form.figures[name].filled_by
    return not filled_by or not set(filled_by).isdisjoint(kinds or ())


def flagged_in(problems: Collection[Problem], figures: Mapping[str, FigureValue]) -> frozenset[str]:
    """The figures of which ``problems`` have reported enough: an error, or why they are blank; all, where two forms contradict."""
    if any(one.code == "two-forms" for one in problems):
        return frozenset(figures)
    return frozenset(one.figure for one in problems if one.figure and (
        one.severity == "error" or (one.severity == "warning" and figures.get(one.figure) is None)))


def problem_at(code: str, row: Row, name: str, form: Form, of_week: dt.date | None = None, /, **words: object) -> Problem:
    """The problem ``code`` of one figure of ``row``, with its cell and, in its sentence, its label ``of_week``."""
    return problem(code, figure=name, sheet=row.sheet, cell=row.cells.get(name), written=row.written.get(name),
                   label=form.label(name, of_week), reply=None, **words)


def notice(found: Problem, unit: str | None = None) -> Notice:
    """``found`` as a notice on the week as a whole, or on ``unit``."""
    return Notice(found.code, found.severity, found.message, unit)


def shown(value: FigureValue) -> str:
    """A value within a sentence: 3, 5.2, 是, 未填."""
    return value_text(value, blank="未填")
