"""A filled form of any printed layout → its Submission: figures at their labels, unit and day around the table.

A figure is read only where the text that names it is found as printed; any other number inside the table is reported.
"""

from __future__ import annotations

from consolidator.model.grid import Grid
from consolidator.model.marks import is_marked, read_copy_mark, read_replies
from consolidator.model.submission import Submission
from consolidator.reading.pictured.align import Aligned, align
from consolidator.reading.pictured.along_picture import PicturedSheet
from schemas.form import Form
from schemas.picture import SheetPicture
from schemas.problems import problem

_SAME_SHARE = 0.9  # of the texts that the likest sheet has: then another is the form too


def read_pictured(grids: list[Grid], form: Form) -> Submission | None:
    """The submission that ``grids`` hold as ``form``, whose ``pictures`` say how it is printed; None where it is not in them."""
    marked = [grid for grid in grids if is_marked(grid)] if len(grids) > 1 else []
    shown = [grid for grid in grids if grid not in marked and grid.visible] or [grid for grid in grids if grid not in marked]
    found: list[tuple[SheetPicture, Aligned]] = []
    for picture in form.pictures:
        alike = sorted((one for grid in shown if (one := align(grid, picture))), key=lambda one: -one.share)
        if alike:
            found.append((picture, alike[0]))
    if not found:
        return None
    if len(form.pictures) == 1 and len(alike) > 1:
        return _one_of(form, [one for one in alike if one.share >= _SAME_SHARE * alike[0].share], marked)
    return _read(form, found, marked)


def _one_of(form: Form, alike: list[Aligned], marked: list[Grid]) -> Submission:
    """Of several sheets that are the form the filled one; where two are filled and differ, nobody can say which one is meant."""
    read = [_read(form, [(form.pictures[0], one)], marked) for one in alike]
    filled = [one for one in read if any(value is not None for value in one.figures.values())]
    if len({tuple(one.figures.items()) for one in filled}) > 1:
        first = filled[0]
        first.figures = dict.fromkeys(first.figures)
        first.problems = [problem("two-forms", sheet=first.sheet, sheets="、".join(one.sheet or "" for one in filled))]
    return (filled or read)[0]


def _read(form: Form, found: list[tuple[SheetPicture, Aligned]], marked: list[Grid]) -> Submission:
    submission = Submission("form", found[0][1].grid.sheet or None)
    missing = dict.fromkeys(form.figures)
    for picture, aligned in found:
        PicturedSheet(picture, aligned, form, submission).read()
    submission.figures = {name: submission.figures.get(name) for name in missing}
    absent = [name for name in form.figures if name not in submission.cells
              and not any(one.figure == name for one in submission.problems)]
    submission.problems += [problem("item-missing", figure=name, sheet=submission.sheet, label=form.label(name)) for name in absent]
    if marked:
        submission.copy_of = read_copy_mark(marked)
        submission.replies = read_replies(marked, form)
    return submission
