"""Every row of the run's ledgers in one pandera validation: what must be filled in, and the order of days.

The frame is typed first: days datetime64, what must be there float64 (1 filled, 0 blank, missing where not asked), each rule of
order the days between two dates, checked ≥ 0. So each failure case is one row and one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consolidator.ledger.repeated import Mask, Repeated
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem, Value
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
NO_DAY = np.datetime64("NaT", "D")
MOST_ROWS = 100_000  # of one frame
Days = NDArray[np.datetime64]


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
    failures = failures_of(rows_frame([(sheet, day) for sheet, _, day in sheets], ledger), rows_schema(ledger))
    starts = np.cumsum([0, *(len(sheet.rows) for sheet, _, _ in sheets)])
    numbers = (np.searchsorted(starts, [row for row, _, _ in failures], side="right") - 1).tolist()
    headings = cache(lambda roles: "、".join(ledger.heading(role) for role in ledger.columns if role in roles))
    five: dict[tuple[int, int], list[str]] = {}
    for number, (row, column, code) in zip(numbers, failures, strict=True):
        place, role = row - int(starts[number]), column.partition(":")[2]
        if code == "five-blank":
            five.setdefault((number, place), []).append(role)
        else:
            found[number].append(_problem(sheets[number], place, code, role))
    for (number, place), roles in five.items():
        at = next((role for role in ledger.columns if role in roles and role in sheets[number][0].at), "")
        found[number].append(RowProblem(place, "five-blank", at, {"headings": headings(tuple(roles))}))


def _problem(one: tuple[LedgerSheet, Ledger, str], place: int, code: str, role: str) -> RowProblem:
    """A failure case as the problem of a row."""
    sheet, ledger, day = one
    if code in ORDER_RULES:
        first, second = (day if key == "day" else str(sheet.columns[_role(key, ledger)][place]) for key in ORDER_RULES[code][::-1])
        words = {"first": first, "second": second}
        return RowProblem(place, code, _AT[code], words) if ledger.is_hazards else RowProblem(place, "check-late", "day", words)
    words = {"heading": ledger.heading(role)}
    if code == "too-short":
        words["written"] = str(sheet.columns[role][place])
    elif code == "day-late":
        words |= {"second": day, "first": str(sheet.columns[role][place]).rpartition("|")[2]}
    elif code == "cell-blank" and role in sheet.another:
        seen, written = sheet.another[role]
        code, words = "column-another", {**words, "seen": seen, "written": written, "choices": _offered(role, ledger)}
    elif code == "cell-blank" and role not in sheet.at:
        code, words = "column-missing", {**words, "how": _how(role, ledger)}
    return RowProblem(place, code, role, words)


def _role(day: str, ledger: Ledger) -> str:
    """The column of a day: a spot check's own day takes the place of the day found."""
    return "day" if day == "found" and "day" in ledger.columns else day


class _Rows:
    """The rows of several sheets, a column at a time."""

    def __init__(self, sheets: Sequence[tuple[LedgerSheet, str]]):
        self.sheets = [sheet for sheet, _ in sheets]
        self.sizes = [len(sheet.rows) for sheet in self.sheets]
        self.day = np.repeat(np.array([day for _, day in sheets], "datetime64[D]"), self.sizes)

    def values(self, role: str) -> list[Value]:
        """What is in a column, None where there is none."""
        found: list[Value] = []
        for sheet, size in zip(self.sheets, self.sizes, strict=True):
            found += sheet.columns.get(role) or [None] * size
        return found

    def filled(self, role: str) -> Mask:
        """Where something is in a column."""
        values = self.values(role)
        return np.ones(len(values), bool) if all(values) else np.fromiter(map(bool, values), bool, len(values))

    def days(self, role: str) -> Days:
        """A column of days."""
        return Repeated(self.values(role)).each(lambda value: value or "NaT", "datetime64[D]")

    def reported(self) -> dict[str, Mask]:
        """Role → where a problem of that cell is reported already."""
        wrong: dict[str, Mask] = {}
        for sheet, start in zip(self.sheets, np.cumsum([0, *self.sizes]), strict=False):
            for one in sheet.problems:
                wrong.setdefault(one.column, np.zeros(len(self.day), bool))[start + one.row] = True
        return wrong


def _how(role: str, ledger: Ledger) -> str:
    """How a column is filled in, for a sentence."""
    offered = _offered(role, ledger)
    return f"填 {offered} 之一" if offered else "填写"


def _offered(role: str, ledger: Ledger) -> str:
    return "、".join(name for name, one in ledger.choices.get(role, {}).items() if not one.warning)


def rows_frame(sheets: Sequence[tuple[LedgerSheet, str]], ledger: Ledger) -> pd.DataFrame:
    """The frame of all rows of ``sheets`` (sheet, its day). Cells that a problem was reported of are missing in it."""
    import pandas as pd

    rows = _Rows(sheets)
    days = {role: rows.days(_role(role, ledger)) if _role(role, ledger) in _day_columns(ledger) else np.full(len(rows.day), NO_DAY)
            for role in DAYS} | {"day": rows.day}
    columns: dict[str, np.ndarray] = {role: column.astype("datetime64[s]") for role, column in days.items()}
    for code, (later, earlier) in ORDER_RULES.items():
        columns[code] = _between(days[earlier], days[later])
    asked, wrong = _asked(rows, ledger), rows.reported()
    for role, column in ledger.columns.items():
        if column.type == "days":
            last = Repeated(rows.values(role)).each(
                lambda value: str(value).rpartition("|")[2] if value and str(value)[0].isdigit() else "NaT", "datetime64[D]")
            columns[f"late:{role}"] = _between(last, rows.day)
        if column.need in asked:
            must = asked[column.need] & ~wrong[role] if role in wrong else asked[column.need]
            filled = np.array([value is not None for value in rows.values(role)]) if column.type == "money" else rows.filled(role)
            columns[f"need:{role}"] = np.where(must, filled, np.nan)
        if column.shortest and ledger.is_hazards:
            lengths = np.fromiter(map(len, map(str, rows.values(role))), "float64", len(rows.day))
            columns[f"length:{role}"] = np.where(rows.filled(role), lengths, np.nan)
    return pd.DataFrame(columns)


def _day_columns(ledger: Ledger) -> set[str]:
    return {role for role, column in ledger.columns.items() if column.type in ("day", "deadline")}


def _between(earlier: Days, later: Days) -> np.ndarray:
    """The days between, missing where one of both is."""
    return np.where(np.isnat(earlier) | np.isnat(later), np.nan, (later - earlier).astype("int64"))


def _asked(rows: _Rows, ledger: Ledger) -> dict[str, Mask]:
    """Need → of which rows it asks."""
    always = {"always": np.ones(len(rows.day), bool)}
    if not ledger.is_hazards:
        return always
    major = next(iter(ledger.choices["level"]), "") if "level" in ledger.choices else ""
    states, levels = Repeated(rows.values("state")), Repeated(rows.values("level"))
    return always | {"major": levels.where(lambda level: (level or None) == major) & states.where(lambda state: state != "on_the_spot"),
                     "rectified": states.where(lambda state: state in ("rectified", "closed")),
                     "closed": states.where(lambda state: state == "closed")}


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
