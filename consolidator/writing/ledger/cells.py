"""A hazard as a row of cells, by the columns of its ledger's definition."""

from __future__ import annotations

import datetime as dt

from consolidator.model.ledger import Hazard
from consolidator.model.people import mask_cell, mask_people, names_in
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import Book, shown_width, write_text
from schemas.ledger_definition import Ledger

DERIVED = frozenset(("rectified_tick", "open_tick"))
FREE = frozenset(("description", "measures", "plan", "remarks", "basis", "review_result", "place"))
WIDE, NARROW = 30, 11


def roles_shown(ledger: Ledger, hazards: list[Hazard], always: tuple[str, ...] = ()) -> list[str]:
    """The columns of the definition in which any of the hazards has something."""
    used = [role for role, column in ledger.columns.items() if column.type != "tick" and role not in ("id", "own_id", "inspector")
            and (role in always or any(hazard_value(one, role, ledger) not in (None, "") for one in hazards))]
    return used


def hazard_value(one: Hazard, role: str, ledger: Ledger) -> str | float | dt.date | None:
    """What a hazard has in the column ``role``, people whole."""
    column = ledger.columns[role]
    if role in ledger.personal:
        return one.people.get(role, "")
    if column.type == "state":
        return ledger.state_name(one.state) if column.state is None else ""
    if column.type == "listed":
        return ("已摘牌" if "ended" in one.listed else "是") if one.listed else ""
    if role.startswith("listed_"):
        return _day(one.listed.get(role.removeprefix("listed_"), ""), column.type)
    value = getattr(one, role, "")
    if value is True or value is False:
        return "是" if value else ""
    return _day(value, column.type)


def _day(value: object, kind: str) -> str | float | dt.date | None:
    if kind in ("day", "deadline") and value.__class__ is str and value:
        return dt.date.fromisoformat(value)
    return value  # type: ignore[return-value]


def masked_value(one: Hazard, role: str, ledger: Ledger, how: str) -> str | float | dt.date | None:
    """:func:`hazard_value` as it may leave the office: ``how`` is the setting redact."""
    value = hazard_value(one, role, ledger)
    if value.__class__ is not str or not value:
        return value
    if role in ledger.personal:
        return mask_cell(value, how)
    if role in FREE:
        return mask_people(value, [name for cell in one.people.values() for name in names_in(cell)], how)
    return value


def write_cell(book: Book, sheet: QuickSheet, row: int, column: int, value: object, look: str = "text") -> None:
    """One value: a day as a day, an amount as a number, everything else as text whatever it begins with."""
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), book.look("day"))
    elif value.__class__ is float or value.__class__ is int:
        sheet.write_number(row, column, value, book.look("amount"))
    else:
        write_text(sheet, row, column, str(value or ""), book.look(look))


def heading_of(ledger: Ledger, role: str) -> str:
    """A column's heading, money with its unit."""
    column = ledger.columns[role]
    return f"{column.name}（{column.unit}）" if column.unit else column.name


def width_of(ledger: Ledger, role: str) -> int:
    """How wide a column stands, in Latin characters."""
    column = ledger.columns[role]
    if role in ("description", "measures"):
        return WIDE
    if column.type in ("day", "deadline", "money", "state", "choice", "listed", "yes_no"):
        return max(NARROW, min(16, shown_width(heading_of(ledger, role)) + 2))
    return 22 if role == "firm" else 12
