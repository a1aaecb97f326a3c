"""Numbers in the place of a day that can be two (6.3 is the third of June, or the thirtieth): the other days of the row may leave one."""

from __future__ import annotations

from dataclasses import replace

from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from schemas.ledger_definition import Ledger

FOUND = "found"  # the column of the first day of all
TWO = "day-two"


def settle_days(sheet: LedgerSheet, ledger: Ledger) -> None:
    """Take the one of two days that is not before the day found, nor, where it is of what was done, behind the sheet's own day."""
    if any(one.code == TWO for one in sheet.problems):
        for role in (FOUND, *(role for role in ledger.columns if role != FOUND)):
            sheet.problems = [_settled(one, sheet, ledger) if (one.code, one.column) == (TWO, role) else one for one in sheet.problems]


def _settled(one: RowProblem, sheet: LedgerSheet, ledger: Ledger) -> RowProblem:
    earliest = str((sheet.columns.get(FOUND) or [""] * len(sheet.rows))[one.row] or "") if one.column != FOUND else ""
    latest = sheet.date if ledger.columns[one.column].type == "day" else ""
    possible = [day for day in (one.words["first"], one.words["second"]) if earliest <= day and (not latest or day <= latest)]
    if len(possible) != 1:
        return one
    for role in (one.column, f"first_{one.column}"):
        if role in sheet.columns:
            sheet.columns[role][one.row] = possible[0]
    return replace(one, code="read-as", words={"heading": one.words["heading"], "written": one.words["written"], "value": possible[0]})
