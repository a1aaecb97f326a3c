"""Items that stand outside of the form in the same file: on another sheet, in another table. None is taken or passed over unreported.

A form may be spread over several sheets or Word tables, each with a stretch of its items. What only fills gaps in the midst of
another (two items on a sheet 5月明细) is no part of the form; nor is a sheet with other figures for items that the form has
(更正). Of the kinds of sheet whose title says that they are something else (新增, 上周) nothing is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from consolidator.reading.figures import Figures, read_figures
from consolidator.reading.locating.label_index import Book
from consolidator.reading.locating.locate import Located
from consolidator.reading.locating.titles import PART, title_kind
from schemas.problems import Problem, problem

_LONGEST_TITLE = 20


def in_stretches(form: list[Located]) -> list[Located]:
    """The parts of a form that follow one another, or are a good part of it; without what only fills gaps of the first."""
    first = form[0].items
    return [part for part in form if part is form[0] or len(part.items) * 4 >= len(first)
            or max(part.items) < min(first) or min(part.items) > max(first)]


def found_elsewhere(figures: Figures, rest: Sequence[Located], book: Book) -> list[Problem]:
    """One ``read-elsewhere`` for each figure of which another sheet or table says something else than the form.

    The figure is not known then: it is set to None in ``figures``.
    """
    found: list[Problem] = []
    for located in rest:
        if _is_named_otherwise(located):
            continue
        other = read_figures([located], book)
        for name, value in other.figures.items():
            written = other.written.get(name)
            if written and (value is None or value != figures.figures.get(name)):
                figures.figures[name] = None
                found.append(problem(
                    "read-elsewhere", figure=name, sheet=located.grid.sheet or None, cell=other.cells[name], written=written,
                    label=book.printed[name], place=_place(located, figures)))
    return found


def _is_named_otherwise(located: Located) -> bool:
    """Whether the sheet's name, or what is above its items, says that it is not of the total (新增, 上周, 第1周)."""
    above = [value for row in located.grid.rows[: located.span[0]] for value in row if isinstance(value, str)]
    return any(title_kind(text) == PART for text in (located.grid.sheet, *above) if text and len(text) <= _LONGEST_TITLE)


def _place(located: Located, figures: Figures) -> str:
    sheet = located.grid.sheet
    return f"工作表“{sheet}”" if sheet and sheet != figures.sheet else "另一张表"
