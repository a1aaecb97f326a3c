"""Every row of the run's ledgers in one pandera validation: what must be filled in, and the order of days.

The frame is typed first: days datetime64, what must be there float64 (1 filled, 0 blank, missing where not asked), each rule of
order the days between two dates, checked ≥ 0. So each failure case is one row and one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from consolidator.model.ledger import LedgerSheet, RowProblem
from schemas.figures import failures_of
from schemas.ledger_definition import Ledger

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

DAYS = ("found", "due", "completed", "reviewed")
# code → (later, earlier): what is later minus what is earlier is never below zero; "day" is the ledger's own day
ORDER_RULES = {
    "found-late": ("day", "found"),
    "due-before-found": ("due", "found"),
    "completed-before-found": ("completed", "found"),
    "completed-late": ("day", "completed"),
    "reviewed-before-completed": ("reviewed", "completed"),
    "reviewed-late": ("day", "reviewed"),
}
# the column at which each is reported, and whether the earlier or the later day is named first
_AT = {"found-late": "found", "due-before-found": "due", "completed-before-found": "completed", "completed-late": "completed",
       "reviewed-before-completed": "reviewed", "reviewed-late": "reviewed"}
MOST_ROWS = 100_000  # of one frame
PUT_RIGHT = frozenset(("rectified", "on_the_spot", "closed"))


def check_rows(sheets: Sequence[tuple[LedgerSheet, Ledger, str]]) -> list[list[RowProblem]]:
    """What is wrong with the rows of each of ``sheets`` (sheet, its definition, the ISO day it is of), by sheet."""
    found: list[list[RowProblem]] = [[] for _ in sheets]
    by_ledger: dict[str, list[int]] = {}
    for number, (sheet, ledger, _) in enumerate(sheets):
        if sheet.rows:
            by_ledger.setdefault(ledger.name, []).append(number)
    for numbers in by_ledger.values():
        for part in _parts(numbers, [len(sheet.rows) for sheet, _, _ in sheets]):
            _check([sheets[n] for n in part], [found[n] for n in part])
    return found


def _parts(numbers: Sequence[int], rows: Sequence[int]) -> list[list[int]]:
    """The sheets of one validation each: all of them, but where a province's rows would fill the memory."""
    parts: list[list[int]] = [[]]
    held = 0
    for number in numbers:
        if held >= MOST_ROWS:
            parts.append([])
            held = 0
        parts[-1].append(number)
        held += rows[number]
    return parts


def _check(sheets: Sequence[tuple[LedgerSheet, Ledger, str]], found: list[list[RowProblem]]) -> None:
    ledger = sheets[0][1]
    frame = rows_frame([(sheet, day) for sheet, _, day in sheets], ledger)
    starts = np.cumsum([0, *(len(sheet.rows) for sheet, _, _ in sheets)])
    five: dict[int, list[str]] = {}
    for row, column, code in failures_of(frame, rows_schema(ledger)):
        number = int(np.searchsorted(starts, row, side="right")) - 1
        sheet, place = sheets[number][0], int(row - starts[number])
        say = found[number].append
        if code in ORDER_RULES:
            later, earlier = ORDER_RULES[code]
            at = _AT[code]
            if not ledger.is_hazards:
                code, at = "check-late", "day"
            first, second = (frame[key].iloc[row].date().isoformat() for key in (earlier, later))
            say(RowProblem(place, code, at, {"first": first, "second": second}))
        elif code == "too-short":
            say(RowProblem(place, code, column.partition(":")[2],
                           {"heading": ledger.heading(column.partition(":")[2]),
                            "written": str(sheet.columns[column.partition(":")[2]][place])}))
        elif code == "day-late":
            role = column.partition(":")[2]
            say(RowProblem(place, code, role, {"heading": ledger.heading(role), "second": frame["day"].iloc[row].date().isoformat(),
                                               "first": str(sheet.columns[role][place]).rpartition("|")[2]}))
        elif code == "five-blank":
            five.setdefault(row, []).append(column.partition(":")[2])
        else:
            role = column.partition(":")[2]
            say(RowProblem(place, code, role, {"heading": ledger.heading(role)}))
    for row, roles in five.items():
        number = int(np.searchsorted(starts, row, side="right")) - 1
        at = next((role for role in roles if role in sheets[number][0].at), "")
        headings = "、".join(ledger.heading(role) for role in ledger.columns if role in roles)
        found[number].append(RowProblem(int(row - starts[number]), "five-blank", at, {"headings": headings}))


def rows_frame(sheets: Sequence[tuple[LedgerSheet, str]], ledger: Ledger) -> pd.DataFrame:
    """The frame of all rows of ``sheets`` (sheet, its day). Cells that a problem was reported of are missing in it."""
    import pandas as pd

    count = sum(len(sheet.rows) for sheet, _ in sheets)
    columns: dict[str, Any] = {}  # a Series or an array each
    wrong = _reported(sheets)

    def joined(role: str) -> np.ndarray:
        values: list = []
        for sheet, _ in sheets:
            values += sheet.columns.get(role) or [None] * len(sheet.rows)
        return np.array([value or None for value in values], dtype=object)

    for role in DAYS:
        columns[role] = pd.to_datetime(pd.Series(joined(role), dtype="str"), format="%Y-%m-%d") if role in ledger.columns \
            else pd.Series(pd.NaT, range(count), dtype="datetime64[ns]")
    columns["day"] = pd.to_datetime(pd.Series([day for sheet, day in sheets for _ in sheet.rows], dtype="str"), format="%Y-%m-%d")
    if "day" in ledger.columns:  # a spot check's own day takes the place of the day found
        columns["found"] = pd.to_datetime(pd.Series(joined("day"), dtype="str"), format="%Y-%m-%d")
    for code, (later, earlier) in ORDER_RULES.items():
        columns[code] = (columns[later] - columns[earlier]).dt.days.astype("float64")
    for role, column in ledger.columns.items():
        if column.type == "days":
            last = [str(value).rpartition("|")[2] if value and str(value)[0].isdigit() else None for value in joined(role)]
            last_days = pd.to_datetime(pd.Series(last, dtype="str"), format="%Y-%m-%d")
            columns[f"late:{role}"] = (columns["day"] - last_days).dt.days.astype("float64")
    if not ledger.is_hazards:
        columns |= _must_be_filled(ledger, joined, count, wrong, sheets)
        return pd.DataFrame(columns)
    levels, states = joined("level"), joined("state")
    asked = {"always": np.ones(count, bool)}
    major = next(iter(ledger.choices["level"]), "") if "level" in ledger.choices else ""
    spot = states == "on_the_spot"
    asked["major"] = (levels == major) & ~spot
    asked["rectified"] = (states == "rectified") | (states == "closed")
    asked["closed"] = states == "closed"
    for role, column in ledger.columns.items():
        if column.need:
            filled = np.array([value is not None for value in joined(role)], dtype="float64")
            if column.type == "money":
                filled = _money_filled(sheets, role)
            need = f"need:{role}"
            columns[need] = np.where(asked[column.need] & ~wrong.get(role, np.zeros(count, bool)), filled, np.nan)
        if column.shortest:
            lengths = np.array([np.nan if value is None else len(str(value)) for value in joined(role)], dtype="float64")
            columns[f"length:{role}"] = lengths
    return pd.DataFrame(columns)


def _must_be_filled(ledger: Ledger, joined: Callable[[str], np.ndarray], count: int, wrong: dict[str, np.ndarray],
                    sheets: Sequence[tuple[LedgerSheet, str]]) -> dict[str, np.ndarray]:
    return {f"need:{role}": np.where(~wrong.get(role, np.zeros(count, bool)),
                                     np.array([value is not None for value in joined(role)], dtype="float64"), np.nan)
            for role, column in ledger.columns.items() if column.need == "always"}


def _money_filled(sheets: Sequence[tuple[LedgerSheet, str]], role: str) -> np.ndarray:
    """Zero is an amount that somebody wrote."""
    return np.array([value is not None for sheet, _ in sheets for value in sheet.columns.get(role) or [None] * len(sheet.rows)],
                    dtype="float64")


def _reported(sheets: Sequence[tuple[LedgerSheet, str]]) -> dict[str, np.ndarray]:
    """Role → of which rows a problem of that cell is reported already."""
    count, start = sum(len(sheet.rows) for sheet, _ in sheets), 0
    wrong: dict[str, np.ndarray] = {}
    for sheet, _ in sheets:
        for one in sheet.problems:
            wrong.setdefault(one.column, np.zeros(count, bool))[start + one.row] = True
        start += len(sheet.rows)
    return wrong


def rows_schema(ledger: Ledger) -> pa.DataFrameSchema:
    """The schema of :func:`rows_frame`'s frame. Validate lazily."""
    import pandera.pandas as pa


    def check(function: Callable, code: str) -> pa.Check:
        return pa.Check(function, name=code)

    columns = {role: pa.Column("datetime64", nullable=True) for role in (*DAYS, "day")}
    for code in ORDER_RULES:
        columns[code] = pa.Column("float64", check(is_not_negative, code), nullable=True)
    for role, column in ledger.columns.items():
        if column.need and (ledger.is_hazards or column.need == "always"):
            code = "five-blank" if role in ledger.five else "cell-blank" if column.need == "always" else "cell-blank-warning"
            columns[f"need:{role}"] = pa.Column("float64", check(is_filled, code), nullable=True)
        if column.type == "days":
            columns[f"late:{role}"] = pa.Column("float64", check(is_not_negative, "day-late"), nullable=True)
        if column.shortest and ledger.is_hazards:
            limit = column.shortest
            columns[f"length:{role}"] = pa.Column("float64", pa.Check(is_long_enough, name="too-short", least=limit), nullable=True)
    return pa.DataFrameSchema(columns, strict=True)


def is_not_negative(values: pd.Series) -> pd.Series:
    """Not before the day that it must not precede. A blank passes, here and below."""
    return values >= 0


def is_filled(values: pd.Series) -> pd.Series:
    return values == 1


def is_long_enough(values: pd.Series, least: int) -> pd.Series:
    return values >= least
