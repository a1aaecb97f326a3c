"""Money that was perhaps filled in by 元: above what the form allows a unit, or some ten thousand times its own past.

Such an amount is an error, not a remark: merged, one of them makes the district's total ten thousand times too large
(form.md: money is in the form's unit, 万元). Who means it writes the unit behind it (“520万元”), or the clerk accepts it.
"""

from __future__ import annotations

from collections.abc import Sequence

from consolidator.judging.problem_row import Row, problem_at
from consolidator.model.display import number_text
from consolidator.model.records import Accepted
from consolidator.model.submission import FigureValue
from consolidator.notation.pair import write_item
from consolidator.notation.tokens import MONEY
from schemas.form import MONEY_DECIMALS, Figure, Form
from schemas.problems import Problem

TIMES_PAST = 0.5  # of the ratio between the units: from half of it on, a growth is taken for a slip of units


def perhaps_yuan(rows: Sequence[Row], lasts: Sequence[Accepted | None], form: Form) -> list[list[Problem]]:
    """One ``perhaps-yuan`` for each amount that only makes sense in 元. ``lasts``: what each unit reported before, if anything."""
    money = {name: one for name, one in form.figures.items() if yuan_ratio(one)}
    return [[_flagged(row, figure, form)
             for name, figure in money.items() if name not in row.flagged and _too_large(row, figure, last)]
            for row, last in zip(rows, lasts, strict=True)]


def yuan_ratio(figure: Figure) -> int | None:
    """How many 元 the figure's unit is; None where it is no money, or 元 itself."""
    ratio = MONEY.get(figure.unit, 1) if figure.kind == "money" else 1
    return ratio if ratio > 1 else None


def slip_from(figure: Figure, before: FigureValue) -> float | None:
    """From how much on a growth since ``before`` is taken for a slip of units; None where there is nothing to grow from."""
    return before * MONEY[figure.unit] * TIMES_PAST if before else None


def _flagged(row: Row, figure: Figure, form: Form) -> Problem:
    amount, item = float(row.figures[figure.name] or 0), form.item_of[figure.name]
    return problem_at("perhaps-yuan", row, figure.name, form, value=number_text(amount), unit=figure.unit,
                converted=number_text(round(amount / MONEY[figure.unit], MONEY_DECIMALS)),
                example=write_item(row.figures, item) if len(item.figures) > 1 else number_text(amount) + figure.unit)


def _too_large(row: Row, figure: Figure, last: Accepted | None) -> bool:
    value = row.figures.get(figure.name)
    if not value or figure.unit in row.written.get(figure.name, ""):
        return False
    limit = slip_from(figure, last[1].get(figure.name) if last else None)
    return (limit is not None and value >= limit) or (figure.ceiling is not None and value > figure.ceiling)
