"""What is shown first, where not everything can be: the figures that lead, and the units that say most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consolidator.model.result import UnitResult
from schemas.form import Form


def headline_of(form: Form) -> tuple[str, ...]:
    """The figures that come first; where a form names none, the first of its numbers."""
    return form.report.headline or tuple(name for name, figure in form.figures.items() if figure.is_number)[:6]


def trends_of(form: Form) -> tuple[str, ...]:
    """The figures that charts follow through the weeks."""
    return form.report.trends or tuple(name for name in headline_of(form) if form.figures[name].is_number)


def telling(units: Sequence[UnitResult], names: Iterable[str], most: int) -> list[UnitResult]:
    """The ``most`` units that say most: with the greatest shares in the totals of ``names`` and in what they grew by.

    They come in their given order.
    """
    if len(units) <= most:
        return list(units)
    scores = [0.0] * len(units)
    for name in names:
        for weight, values in ((1, [unit.figures.get(name) for unit in units]),
                               (2, [unit.increments.get(name) for unit in units])):
            sizes = [abs(value) if value else 0 for value in values]
            whole = sum(sizes)
            if whole:
                scores = [score + weight * size / whole for score, size in zip(scores, sizes, strict=True)]
    best = sorted(range(len(units)), key=lambda n: (-scores[n], n))[:most]
    return [units[n] for n in sorted(best)]
