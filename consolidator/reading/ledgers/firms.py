"""Whose hazards a sheet lists, where no column names the firm: an owner, the title, or who hands it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from consolidator.model.people import without_names
from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger
from schemas.roster import Roster

UNIT, FIRM, PLACE = "unit", "firm", "place"  # columns
_SPACE = re.compile(r"\s+")


def fill_instead(sheet: LedgerSheet, ledger: Ledger) -> None:
    """Blank cells of a column take what is in another: 产权人 is the firm where none is written, a person without the name."""
    for role, column in ledger.columns.items():
        if not column.instead or role not in sheet.columns:
            continue
        places = sheet.columns.get(PLACE) or [""] * len(sheet.rows)
        named = [without_names(str(value), str(place or "")) if value else ""
                 for value, place in zip(sheet.columns[role], places, strict=True)]
        values = sheet.columns.get(column.instead)
        if not any(named) or (values and all(values)):
            continue
        sheet.columns[column.instead] = [value or name for value, name in zip(values, named, strict=True)] if values else list(named)
        sheet.at.setdefault(column.instead, sheet.at[role])


def with_firm(sheet: LedgerSheet, ledger: Ledger, roster: Roster) -> LedgerSheet:
    """A sheet without a column of firms: a column of units in which there is none of the roster is one (单位 means either), else the title
    may name the one firm."""
    if FIRM in sheet.at or FIRM not in ledger.columns or sheet.refused:
        return sheet
    units = sheet.columns.get(UNIT) if UNIT in sheet.at else None  # one named between the rows is no firm
    written = {str(text) for text in units or () if text}
    if units and written and not any(roster.match(text).unit for text in written):
        columns = {role: values for role, values in sheet.columns.items() if role != UNIT} | {FIRM: units}
        at = {role: column for role, column in sheet.at.items() if role != UNIT} | {FIRM: sheet.at[UNIT]}
        return replace(sheet, columns=columns, at=at)
    given = next((str(name) for name in sheet.columns.get(FIRM, ()) if name), "")
    if given and not roster.match(given).unit:
        return sheet
    columns = {role: values for role, values in sheet.columns.items() if role != FIRM}
    firm = _titled(sheet, ledger, roster)
    if not firm or not sheet.rows:
        return replace(sheet, columns=columns)
    note = RowProblem(0, "firm-titled", "", {"heading": ledger.heading(FIRM), "value": firm})
    return replace(sheet, columns={**columns, FIRM: [firm] * len(sheet.rows)}, problems=[*sheet.problems, note])


def _titled(sheet: LedgerSheet, ledger: Ledger, roster: Roster) -> str:
    """The one firm that the title names, or that hands in the ledger itself; "" for none, several, or a unit of the roster."""
    if ledger.names_firm is None:
        return ""
    found = [one["firm"] for part in _parts(sheet.title) if (one := ledger.names_firm.match(part))]
    for name in map(squeeze, sheet.units):
        one = ledger.names_firm.match(f"{name}{ledger.title}")
        found += [name] if one and one["firm"] == name else []
    names = list(dict.fromkeys(name for name in found if not roster.match(name).unit))
    return names[0] if len(names) == 1 else ""


def _parts(title: str) -> Sequence[str]:
    """The parts of a title between blanks, and without them: what is written apart may be one name."""
    parts = _SPACE.split(title)
    return [squeeze(part) for part in parts if part]
