"""Whether mistakes are reported where they are: random forms filled in the blank, each with one error planted in it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from consolidator.judging import validation
from consolidator.judging.problem_row import Row, flagged_in
from consolidator.model.grid import Grid, put_values
from consolidator.model.submission import FigureValue, Submission
from consolidator.reading.read_file import understand
from schemas.form import Form
from schemas.picture import range_of, spot_of

TEXT = "待统计"
_MOST, _LEAST, _READ = 12, 3, 1500  # plants of a kind; figures read for one kind, so that a form of hundreds takes no longer

Fill = Callable[[Form, list[Grid], dict[str, FigureValue]], list[Grid]]


@dataclass(frozen=True, slots=True)
class Plant:
    """One mistake: ``changed`` figures, or ``text`` written into the cell of ``figure``, where it is to be reported."""

    what: str
    figure: str
    changed: dict[str, FigureValue]
    text: str | None = None


def planted(form: Form, grids: list[Grid], week: dt.date, fill: Fill, place: Callable[[str, list[Grid]], tuple[int, tuple[int, int]]],
            ) -> tuple[int, list[str]]:
    """How many mistakes were planted, and a sentence of each kind that was not reported at its cell.

    ``fill`` puts figures into their cells, ``place`` says where (number of the grid, cell) a figure has its cell.
    """
    base: dict[str, FigureValue] = {name: False if figure.kind == "yes_no" else 0 for name, figure in form.figures.items()}
    plants = list(_plants(form))
    read: list[tuple[Submission | None, str]] = []
    for one in plants:
        filled = fill(form, grids, base | one.changed)
        number, spot = place(one.figure, grids)
        if one.text is not None:
            put_values(filled[number].rows, {spot: one.text})
        read.append((understand(filled, form), filled[number].address(*spot)))
    rows = [Row(one.figures, form.kinds, one.cells, one.written, one.sheet, flagged=flagged_in(one.problems, one.figures))
            for one, _ in read if one is not None]
    checked = iter(validation.check(rows, form, week))
    wrong: dict[str, str] = {}  # the first of each kind
    for one, (submission, cell) in zip(plants, read, strict=True):
        problems = [*submission.problems, *next(checked)] if submission is not None else []
        if not any(found.figure == one.figure and found.cell == cell and found.severity != "note" for found in problems):
            wrong.setdefault(one.what, f"{cell} 放了一处错（{one.what}），没有在那一格报出")
    return len(plants), list(wrong.values())


def _plants(form: Form) -> Iterator[Plant]:
    chance = random.Random(form.name)
    most = min(_MOST, max(_LEAST, _READ // len(form.figures)))
    rows_of_one = {name for picture in form.pictures for table in picture.tables if table.layout == "unit_rows"
                   if len(inside := [name for name, cell in picture.figures.items() if _inside(cell, table.area)]) == 1 for name in inside}
    items = [item for item in form.items if item.figures[0].name not in rows_of_one]
    for item in chance.sample(items, min(most, len(items))):
        yield Plant(f"数字格里写“{TEXT}”", item.figures[0].name, {}, TEXT)
    for item in chance.sample(items, min(most, len(items))):
        yield Plant("空着不填", item.figures[0].name, {}, "")
    parts = [rule for rule in form.rules.part_of_whole]
    for rule in chance.sample(parts, min(2 * most, len(parts))):
        yield Plant("其中大于总数", rule.part, {rule.part: 2, rule.whole: 1})
    sums = list(form.rules.sum_of)
    for total in chance.sample(sums, min(2 * most, len(sums))):
        yield Plant("合计与各项不符", total.total, {total.total: 7})


def _inside(cell: str, area: str) -> bool:
    top, left, bottom, right = range_of(area)
    row, column = spot_of(cell)
    return top <= row <= bottom + 1 and left <= column <= right
