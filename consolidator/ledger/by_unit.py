"""Values that say how and not by whom (日常检查): what they are follows from the unit whose ledger it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from schemas.ledger_definition import Choice, Ledger
from schemas.ledger_problems import LEDGER_CODES


def of_unit(sheet: LedgerSheet, ledger: Ledger, kinds: Collection[str]) -> LedgerSheet:
    """A sheet with such values as they are in the ledger of a unit of these 类别 (its name, where the roster has it no longer).

    What is so for a unit of no 类别 in particular needs no note.
    """
    for role, choices in ledger.choices.items():
        own = {name: _value(one, kinds) for name, one in choices.items() if one.by_unit}
        values = sheet.columns.get(role)
        if not own or values is None or own.keys().isdisjoint(values):
            continue
        kept, known = [], set()
        for one in sheet.problems:
            name = str(values[one.row])
            if one.column != role or name not in own or one.code != choices[name].warning:
                kept.append(one)
            elif _is_reported(own[name], choices[name]):
                kept.append(replace(one, words={**one.words, "value": own[name]}))
                known.add(one.row)
        kept += [RowProblem(number, choices[name].warning, role, {"heading": ledger.heading(role), "written": name, "value": own[name]})
                 for number, name in enumerate(map(str, values))
                 if name in own and number not in known and _is_reported(own[name], choices[name])]
        sheet = replace(sheet, problems=kept, columns={**sheet.columns, role: [own.get(value, value) for value in values]})  # type: ignore[arg-type]
    return sheet


def _value(one: Choice, kinds: Collection[str]) -> str:
    return next((value for kind, value in one.by_unit.items() if kind and any(kind in own for own in kinds)),
                one.by_unit[""])


def _is_reported(value: str, one: Choice) -> bool:
    return bool(one.warning) and (value != one.by_unit[""] or LEDGER_CODES[one.warning].severity != "note")
