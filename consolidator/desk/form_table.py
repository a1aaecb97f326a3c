"""The form as its issuer prints it, as a table of the page: each figure with last week's, the increment, and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.display import change_text, value_text
from consolidator.model.result import Figures, SubmissionResult, UnitResult
from consolidator.model.submission import FigureValue
from consolidator.writing.official import form_sheet
from schemas.form import MONEY_DECIMALS, Figure, Form, Item
from schemas.problems import ORDER, Problem, shorten


@dataclass(frozen=True, slots=True)
class FigureCell:
    """A figure in its cell: ``text`` now, ``before`` and ``step``; ``look`` is its gravest severity, ``sentences`` are its problems."""

    name: str
    short: str
    unit: str
    text: str
    before: str = ""
    _: KW_ONLY
    step: str = ""
    look: str = ""
    sentences: tuple[str, ...] = ()
    address: str = ""
    pair: bool = False


@dataclass(frozen=True, slots=True)
class ItemCell:
    """A printed item: its number, its label and its figures; ``empty`` where an odd item leaves a place."""

    number: int
    label: Sequence[str]
    figures: Sequence[FigureCell]
    empty: bool = False


@dataclass(slots=True)
class TableRow:
    """A printed row: the title of a section that begins on it with its height in rows, then two items."""

    items: list[ItemCell] = field(default_factory=list)
    section: Sequence[str] = ()
    span: int = 0


Cells = Callable[[Figure], FigureCell]


def form_rows(form: Form, week: dt.date, cell: Cells) -> list[TableRow]:
    """The rows of the printed form; ``cell`` makes each figure's cell.

    A form with a layout of its own has its items in order, two a row.
    """
    rows: list[TableRow] = []
    for block in form_sheet.lay_out(form, week).blocks:
        made: dict[int, TableRow] = {n: TableRow() for n in range(block.first, block.last + 1)}
        for place in block.places:
            made[place.row].items.append(_item(place.item, week, cell))
        if block.empty:
            made[block.empty.row].items.append(ItemCell(0, (), (), empty=True))
        made[block.first].section, made[block.first].span = block.section.title, len(made)
        rows += made.values()
    return rows


def _item(item: Item, week: dt.date, cell: Cells) -> ItemCell:
    return ItemCell(item.number, item.label(week).text, [cell(figure) for figure in item.figures])


def unit_cells(form: Form, unit: UnitResult | None, sub: SubmissionResult | None) -> Cells:
    """The cells of a unit's submission, or of what stands for it where it has none."""
    problems: dict[str, list[Problem]] = {}
    for one in sub.problems if sub else ():
        if one.figure:
            problems.setdefault(one.figure, []).append(one)
    values: Figures = sub.figures if sub and sub.figures else unit.figures if unit else {}
    previous: Figures = unit.previous if unit else {}

    def cell(figure: Figure) -> FigureCell:
        found = sorted(problems.get(figure.name, ()), key=lambda one: ORDER[one.severity])
        value = values.get(figure.name)
        written = next((one.written for one in found if one.written), None)
        text = value_text(value, figure) if value is not None else f"“{shorten(written, 20)}”" if written else ""
        settled = bool(found) and all(one.decision or one.confirmed for one in found)
        return FigureCell(figure.name, figure.short, figure.unit, text, value_text(previous.get(figure.name), figure),
                          step=change_text(step_of(value, previous.get(figure.name)), figure) if figure.is_number else "",
                          look="settled" if settled else found[0].severity if found else "",
                          sentences=tuple(one.message for one in found), address=sub.cells.get(figure.name, "") if sub else "",
                          pair=len(form.item_of[figure.name].figures) > 1)
    return cell


def step_of(value: FigureValue, before: FigureValue) -> FigureValue:
    """By how much a figure grew, None where there is nothing to compare."""
    if value is None or before is None or isinstance(value, bool) or isinstance(before, bool):
        return None
    step = value - before
    return round(step, MONEY_DECIMALS) if isinstance(step, float) else step
