"""A held row on its way back to its unit (发还): every cell as it was written, what is wrong with it at its column."""

from __future__ import annotations

from collections.abc import Sequence

from consolidator.ledger.rows_taken import Taking, Word
from consolidator.model.display import number_text
from consolidator.model.ledger import HeldRow
from consolidator.model.ledger_sheet import Value
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES, ledger_message


def held_row(taking: Taking, place: int, words: Sequence[Word]) -> HeldRow:
    """The row at ``place`` as it was written, for the unit to correct. Of ``words``, what is reported of it, only errors go back."""
    one, ledger, row, (s, n) = taking.one, taking.one.ledger, taking.rows[place], taking.rows.where(place)
    sheet = one.sheets[s]
    cells = {role: _written(value, role, ledger) for role, value in row.items() if role in ledger.columns}
    if "state" in cells:
        cells["state"] = str(row.get("state_text") or cells["state"])
    cells |= {role: text for number, role, text in sheet.raw if number == n and role in ledger.columns}
    errors = [(code, column, flagged) for code, column, flagged in words if LEDGER_CODES[code].severity == "error"]
    return HeldRow(one.unit, one.file, sheet.sheet, sheet.rows[n], cells,
                   columns=["state" if column in ledger.columns and ledger.columns[column].type == "state" else column
                            for _, column, _ in errors],
                   messages=[ledger_message(code, flagged) for code, _, flagged in errors])


def _written(value: Value, role: str, ledger: Ledger) -> str:
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "是" if value else "否"
    if ledger.columns[role].type == "state":
        return ledger.state_name(str(value))
    return number_text(value) if isinstance(value, float) else str(value)
