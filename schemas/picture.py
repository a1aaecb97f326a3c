"""How a form is printed, cell for cell, where its layout is its issuer's own and not the 调度表's.

``adopt`` writes it from the blank form. Reading follows it by the printed texts, never by fixed positions; the merged
workbook and the blanks are drawn from it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.frozen import Frozen

Spot = tuple[int, int]  # (row, column), both from 0
Range = tuple[int, int, int, int]  # first row, first column, last row, last column

_SPOT = re.compile(r"([A-Z]{1,3})([1-9]\d{0,4})")
Cell = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d{0,4}$")]
Cells = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d{0,4}:[A-Z]{1,3}[1-9]\d{0,4}$")]


def spot_of(cell: str) -> Spot:
    """``D5`` → (4, 3).

    >>> spot_of("D5")
    (4, 3)
    """
    found = _SPOT.fullmatch(cell)
    if found is None:
        raise ValueError(f"“{cell}”不是单元格")
    letters, number = found.groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(number) - 1, column - 1


def range_of(cells: str) -> Range:
    """``A1:B2`` → (0, 0, 1, 1)."""
    first, _, last = cells.partition(":")
    return (*spot_of(first), *spot_of(last or first))


class TablePicture(Frozen):
    """One table of a sheet: ``cells`` has its values at labels, ``unit_rows`` a row a unit below its titles.

    ``area`` is the printed range; ``heads`` the rows of titles; in ``unit_rows``, ``name_column`` is a cell of the column of
    the units' names and ``number_column`` one of their numbers.
    """

    layout: Literal["cells", "unit_rows"]
    area: Cells
    heads: int = Field(ge=0, default=0)
    name_column: Cell | None = None
    number_column: Cell | None = None


def inside(spot: Spot, table: TablePicture) -> bool:
    """Whether a cell is in the area of a table, or, of titles alone, in the row below them."""
    top, left, bottom, right = range_of(table.area)
    below = bottom + 1 if table.heads and top + table.heads > bottom else bottom
    return top <= spot[0] <= below and left <= spot[1] <= right


class Computed(Frozen):
    """A cell that is worked out: ``is`` is a formula of figure names with + - * / and brackets, or "" where it is not known.

    It is never added over units: a rate of sums is computed from the sums.
    """

    cell: Cell
    label: str
    unit: str = ""
    formula: str = Field(alias="is", default="")

    @model_validator(mode="after")
    def _is_a_formula(self) -> Computed:
        if self.formula:
            names_in(self.formula)
        return self


class SheetPicture(Frozen):
    """One printed sheet. ``figures`` and ``texts`` say which cell holds what; ``texts`` are collected, never added."""

    sheet: Annotated[str, Field(min_length=1, max_length=31)]
    cells: dict[Cell, str]
    merged: tuple[Cells, ...] = ()
    widths: tuple[float, ...] = Field(min_length=1)
    heights: tuple[float, ...] = Field(min_length=1)
    bordered: tuple[str, ...] = ()
    unit_cell: Cell | None = None
    date_cell: Cell | None = None
    tables: tuple[TablePicture, ...] = Field(min_length=1)
    figures: dict[str, Cell]
    texts: dict[Cell, str] = Field(default_factory=dict)
    computed: tuple[Computed, ...] = ()

    @model_validator(mode="after")
    def _every_cell_is_on_the_sheet(self) -> SheetPicture:
        rows, columns = len(self.heights), len(self.widths)
        for cell in (*self.cells, *self.figures.values(), *self.texts):
            row, column = spot_of(cell)
            if row >= rows + 1 or column >= columns:
                raise ValueError(f"单元格 {cell} 不在表内（{rows} 行 {columns} 列）")
        return self


_NODES = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.Name, ast.Load, ast.Constant)


def names_in(formula: str) -> list[str]:
    """The figures that a formula names.

    Raises:
        ValueError: it holds anything but names, numbers, + - * / and brackets.
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"算式“{formula}”写法不对：只能用指标名、数字、+ - * / 和括号") from error
    nodes = list(ast.walk(tree))
    if any(not isinstance(node, _NODES) or (isinstance(node, ast.Constant) and not isinstance(node.value, (int, float))) for node in nodes):
        raise ValueError(f"算式“{formula}”里只能有指标名、数字、+ - * / 和括号")
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def evaluate(formula: str, values: Mapping[str, float | int | bool | None]) -> float | None:
    """What a formula gives with ``values``; None where one is blank or is divided by zero.

    >>> evaluate("d6 / c6", {"d6": 3, "c6": 4})
    0.75
    """
    names_in(formula)

    def work_out(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return _SIGNS[type(node.op)](work_out(node.left), work_out(node.right))
        if isinstance(node, ast.UnaryOp):
            return -work_out(node.operand)
        if isinstance(node, ast.Name):
            value = values.get(node.id)
            if value is None:
                raise ZeroDivisionError
            return value
        assert isinstance(node, ast.Constant) and isinstance(node.value, (int, float))  # names_in() let nothing else through
        return node.value

    try:
        return work_out(ast.parse(formula, mode="eval").body)
    except ZeroDivisionError:
        return None


_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
