"""The rows of a ledger's sheet that are read: their cells become typed columns.

A ledger's columns hold few different cells, so each column's different cells are read once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from consolidator.ledger.deadlines import resolve_deadline
from consolidator.ledger.headings import Headings
from consolidator.ledger.row_states import read_states
from consolidator.ledger.sorting import is_filled, sort_rows
from consolidator.ledger.values import Reader, Taken, Values, read_text, text_of
from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger import LedgerSheet, RowProblem, Value
from consolidator.model.people import mask_people, names_in
from schemas.ledger_definition import Ledger

_SEVERAL = re.compile(r"(?:^|[\s;；。,，])[(（]?[1１①一][.、．)）①]?.{3,}?"
                      r"(?:[\s;；。,，]|(?<=[\u4e00-\u9fff]))[(（]?[2２②二][.、．)）②]", re.DOTALL)
_SECOND = frozenset("2２②二")
_FIRMS = re.compile(r"[\n、;；]")
_NUMBERS = frozenset((int, float, bool))


def read_rows(grid: Grid, headings: Headings, sheet: LedgerSheet) -> None:
    """Fill ``sheet`` with what the rows below ``headings`` hold."""
    kept = sort_rows(grid, headings, sheet)
    _type_columns(grid, headings, kept, sheet)


def _type_columns(grid: Grid, headings: Headings, kept: list[int], sheet: LedgerSheet) -> None:
    """The typed columns of the rows ``kept``, and what is to be said of their cells."""
    ledger, values = headings.ledger, Values(headings.ledger)
    merged = _merged_down(grid, headings)
    columns = list(zip_longest(*(grid.rows[number] for number in kept), fillvalue=""))
    raw = {role: _column(grid, columns, column, kept, merged.get(column, {})) for role, column in headings.roles.items()}
    sheet.at = dict(headings.roles)
    problems: list[RowProblem] = []
    for role, cells in raw.items():
        column = ledger.columns.get(role)
        if column and column.type == "state":
            continue
        read = values.reader(role, headings.units.get(role, ""))
        heading = column.name if column else headings.seen_at(headings.roles[role])
        sheet.columns[role] = _read_column(role, heading, cells, read, problems)
    _resolve_deadlines(sheet, ledger, problems)
    if ledger.is_hazards:
        read_states(raw, headings, sheet, values, problems)
        _look_at_texts(raw, sheet, problems)
    if grid.cells:
        problems += [RowProblem(number, "row-hidden") for number, r in enumerate(kept) if _is_hidden(grid, r, headings)]
    sheet.raw = [(one.row, one.column, text_of(raw[one.column][one.row])) for one in problems if one.column in raw]
    sheet.problems = _masked(problems, sheet, ledger)


def _is_hidden(grid: Grid, row: int, headings: Headings) -> bool:
    """Whether none of a row's filled cells is seen."""
    filled = [column for column in headings.roles.values() if is_filled(grid.value(row, column))]
    return bool(filled) and all(grid.cell(row, column).hidden for column in filled)


def _merged_down(grid: Grid, headings: Headings) -> dict[int, dict[int, tuple[int, int]]]:
    """Column → row → the cell that holds its value, for values merged down over several rows."""
    columns = set(headings.roles.values())
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for top, left, bottom, right in grid.merged:
        if bottom > top > headings.last:
            for column in columns.intersection(range(left, right + 1)):
                if column == left or bottom > top:
                    found.setdefault(column, {}).update(dict.fromkeys(range(top, bottom + 1), (top, left)))
    return found


def _column(grid: Grid, columns: Sequence[Sequence[CellValue]], column: int, kept: Sequence[int],
            merged: dict[int, tuple[int, int]]) -> Sequence[CellValue]:
    if merged:
        return [grid.value(*merged[r]) if r in merged else grid.value(r, column) for r in kept]
    return columns[column] if column < len(columns) else [""] * len(kept)


def _read_each(cells: Sequence[CellValue], read: Reader) -> tuple[list[Taken], bool]:
    """What ``read`` makes of each of a column's cells, each different one read once; and whether anything is to be said of any."""
    different = set(cells)
    kinds = set(map(type, cells)) & _NUMBERS if any(cell.__class__ in _NUMBERS for cell in different) else ()
    if len(kinds) > 1:  # True, 1 and 1.0 are equal, and are not the same in a cell
        by_kind = {pair: read(pair[1]) for pair in zip(map(type, cells), cells, strict=True)}
        return [by_kind[cell.__class__, cell] for cell in cells], any(code for _, code, _ in by_kind.values())
    known = {cell: read(cell) for cell in different}
    return list(map(known.__getitem__, cells)), any(code for _, code, _ in known.values())


def _read_column(role: str, heading: str, cells: Sequence[CellValue], read: Reader, problems: list[RowProblem]) -> list[Value]:
    blank: Taken = ("" if read is read_text else None, "", {})
    taken, flagged = _read_each(cells, lambda cell: blank if cell == "" else read(cell))
    if flagged:
        problems += [RowProblem(number, code, role, {"heading": heading, **words}) for number, (_, code, words) in enumerate(taken) if code]
    return [value for value, _, _ in taken]


def _resolve_deadlines(sheet: LedgerSheet, ledger: Ledger, problems: list[RowProblem]) -> None:
    """Deadlines that count from the day found become days; ``first_<role>`` is the first of two."""
    found = sheet.columns.get("found", [])
    for role, column in ledger.columns.items():
        if column.type != "deadline" or role not in sheet.columns:
            continue
        written = sheet.columns[role]
        first: list[Value] = []
        for number, value in enumerate(written):
            text = str(value or "")
            if not text or (text[0].isdigit() and "|" not in text):
                first.append(value)
                continue
            days = resolve_deadline(text, str((found[number] if found else "") or ""))
            if days is None:
                problems.append(RowProblem(number, "deadline-needs-found", role, {"heading": ledger.heading(role), "written": text}))
            written[number] = days[1] if days else None
            first.append(days[0] if days else None)
        sheet.columns[f"first_{role}"] = first


def _look_at_texts(raw: dict[str, Sequence[CellValue]], sheet: LedgerSheet, problems: list[RowProblem]) -> None:
    """Notes on cells that seem to hold several firms, or several hazards."""
    for number, cell in enumerate(raw.get("description", ())):
        if cell.__class__ is str and len(cell) > 12 and not _SECOND.isdisjoint(cell) and _SEVERAL.search(cell):
            problems.append(RowProblem(number, "several-hazards", "description"))
    for number, cell in enumerate(raw.get("firm", ())):
        if cell.__class__ is str and len(cell) > 12 and len([part for part in _FIRMS.split(cell.strip()) if len(part.strip()) > 3]) > 1:
            problems.append(RowProblem(number, "several-firms", "firm", {"written": text_of(cell)}))


def _masked(problems: list[RowProblem], sheet: LedgerSheet, ledger: Ledger) -> list[RowProblem]:
    """The problems with the people of their rows masked in what was written."""
    people = [role for role in ledger.personal if role in sheet.columns]
    for one in problems:
        if "written" in one.words:
            names = [name for role in people for name in names_in(str(sheet.columns[role][one.row] or ""))]
            one.words["written"] = mask_people(one.words["written"], names)
    return problems
