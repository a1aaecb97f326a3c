"""Which of the forms that share an inbox a file is of: by the labels that are found in it, then by the printed title."""

from __future__ import annotations

from consolidator.model.grid import Grid
from consolidator.model.submission import Submission
from consolidator.model.text import squeeze
from schemas.form import Form

_LEAST = 0.5  # of a form's figures: with fewer places the file is perhaps another's, perhaps none
_TITLED = 0.5  # what the printed title weighs beside the places: of two forms with the same labels it decides


def likeness(grids: list[Grid], submission: Submission | None, form: Form) -> float:
    """How much ``grids``, read as ``submission``, are ``form``: the share of its figures with a place, more with its title."""
    if submission is None or submission.kind != "form":
        return 0.0
    share = len(submission.cells) / len(form.figures)
    title = squeeze(form.joined_title)
    return 0.0 if share < _LEAST else share + _TITLED * any(title in text for text in _texts(grids))


def _texts(grids: list[Grid]) -> list[str]:
    return [squeeze(text) for grid in grids
            for text in (*grid.lines, *(value for row in grid.rows for value in row if isinstance(value, str)))]
