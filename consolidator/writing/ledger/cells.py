"""A hazard as a row of cells, by the columns of its ledger's definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache

from consolidator.model.display import number_text
from consolidator.model.ledger import Hazard
from consolidator.model.people import mask_cell, mask_firm, mask_people
from consolidator.writing.files import cell_text
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import Book, set_height, shown_width
from schemas.ledger_definition import Column, Ledger

FIRM = "firm"
WIDE, NARROW = 30, 11
_DAYS = ("day", "deadline")
_EPOCH = dt.date(1899, 12, 30).toordinal()


Cell = str | float | dt.date | None
Getter = Callable[[Hazard], Cell]


def roles_shown(ledger: Ledger, hazards: Sequence[Hazard], always: tuple[str, ...] = ()) -> list[str]:
    """The columns of the definition in which any of the hazards has something."""
    used = []
    for role, column in ledger.columns.items():
        if column.type != "tick" and role not in ("id", "own_id", "inspector"):
            get = getter_of(role, ledger)
            if role in always or any(get(one) not in (None, "") for one in hazards):
                used.append(role)
    return used


def getter_of(role: str, ledger: Ledger) -> Getter:
    """Gives what a hazard has in the column ``role``, people whole; days as ISO texts."""
    column = ledger.columns[role]
    if role in ledger.personal:
        return lambda one: one.people.get(role, "")
    if column.type == "state":
        return (lambda one: ledger.state_name(one.state)) if role == "state" else lambda one: ""  # 是否整改 is in it
    if column.type == "listed":
        return lambda one: ("已摘牌" if "ended" in one.listed else "是") if one.listed else ""
    if role.startswith("listed_"):
        key = role.removeprefix("listed_")
        return lambda one: one.listed.get(key, "")
    if column.type == "yes_no":
        return lambda one: "是" if getattr(one, role, "") is True else ""
    return lambda one: getattr(one, role, "")


class Columns:
    """The columns of a table of hazards, to be filled a row at a time: days as days, people as ``how`` (the setting redact) says.

    ``how`` None: whole, for papers that stay in the office.
    """

    def __init__(self, roles: Sequence[str], ledger: Ledger, how: str | None = None):
        self.how = how
        self.getters = [(_with_unit(getter_of(role, ledger), None if how else column), role in ledger.personal, column.type in _DAYS,
                         mask_firm if role == FIRM else mask_people if column.type == "text" else None)
                        for role, column in ((role, ledger.columns[role]) for role in roles)]

    def values(self, one: Hazard) -> list[Cell]:
        """A row."""
        names: list[str] | None = None
        found: list[Cell] = []
        for get, personal, is_day, mask in self.getters:
            value = get(one)
            if value.__class__ is str and value:
                if is_day:
                    value = _day(value)
                elif self.how is None:
                    pass
                elif personal:
                    value = mask_cell(value, self.how)
                elif mask:
                    if names is None:
                        names = one.names
                    value = mask(value, names, self.how)
            found.append(value)
        return found


def _with_unit(get: Getter, column: Column | None) -> Getter:
    """The amounts of a paper that comes back (its ``column``): one that would be asked about without its unit has it."""
    if column is None or not column.large:
        return get

    def written(one: Hazard) -> Cell:
        value = get(one)
        return f"{number_text(value)}{column.unit}" if isinstance(value, (int, float)) and value >= column.large else value

    return written


@lru_cache(maxsize=4096)
def _day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


def write_cells(book: Book, sheet: QuickSheet, row: int, column: int, values: Sequence[object], *, looks: Sequence[str] = ()) -> None:
    """Values beside each other: a day as a day, an amount as a number, everything else as text whatever it begins with.

    ``looks`` are those of texts, "text" where there are fewer. No other cell may be written in their places.
    """
    written: list[float | str | None] = []
    styles = []
    for number, value in enumerate(values):
        kind = value.__class__
        if kind is str:
            written.append(cell_text(value) if value else None)  # type: ignore[arg-type]
            styles.append(looks[number] if number < len(looks) else "text")
        elif kind is dt.date:
            written.append(value.toordinal() - _EPOCH)  # type: ignore[attr-defined]
            styles.append("day-due" if number < len(looks) and looks[number] == "warning" else "day")
        elif kind is float or kind is int:
            written.append(value)  # type: ignore[arg-type]
            styles.append("amount")
        else:
            written.append(cell_text(str(value)) if value else None)
            styles.append(looks[number] if number < len(looks) else "text")
    sheet.write_run(row, column, written, book.looks(tuple(styles)))


def set_heights(sheet: QuickSheet, row: int, values: Sequence[object], widths: Sequence[float]) -> None:
    """Make a row as tall as its longest text; most texts are short, and those are not measured."""
    long = [(value, width) for value, width in zip(values, widths, strict=False) if isinstance(value, str) and 2 * len(value) > width]
    if long:
        set_height(sheet, row, long)


def heading_of(ledger: Ledger, role: str) -> str:
    """A column's heading, money with its unit."""
    column = ledger.columns[role]
    return f"{column.name}（{column.unit}）" if column.unit else column.name


def width_of(ledger: Ledger, role: str) -> int:
    """How wide a column is, in Latin characters."""
    column = ledger.columns[role]
    if role in ("description", "measures"):
        return WIDE
    if column.type in ("day", "deadline", "money", "state", "choice", "listed", "yes_no"):
        return max(NARROW, min(16, shown_width(heading_of(ledger, role)) + 2))
    return 22 if role == "firm" else 12
