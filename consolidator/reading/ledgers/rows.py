"""The rows of a ledger's sheet that are read: their cells become typed columns.

A ledger's columns hold few different cells, so each column's different cells are read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import cast

from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem, Value
from consolidator.model.people import likely_names, mask_likely, mask_people, names_in
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import Column
from consolidator.reading.ledgers.deadlines import resolve_deadline
from consolidator.reading.ledgers.firms import fill_instead
from consolidator.reading.ledgers.headings import Headings
from consolidator.reading.ledgers.lexicon import heading_text
from consolidator.reading.ledgers.row_states import read_states, read_ticked_choices
from consolidator.reading.ledgers.sorting import is_filled, sort_rows, without_hazard
from consolidator.reading.ledgers.titles import Banner, banner_at
from consolidator.reading.ledgers.twofold import Further, filled_up
from consolidator.reading.ledgers.values import Reader, Taken, Values, read_text, text_of, values_of
from schemas.ledger_definition import Ledger

_SEVERAL = re.compile(r"(?:^|[\s;；。,，])[(（]?[1１①一][.、．)）①]?.{3,}?"
                      r"(?:[\s;；。,，]|(?<=[\u4e00-\u9fff]))[(（]?[2２②二][.、．)）②]", re.DOTALL)
_SECOND = re.compile(r"[2２②二][.、．)）②]")
STRUCK_OUT = "struck-out"  # what a cell's reader says of it
EXAMPLES = 3  # of what is in a column that is another
LONGEST_DITTO = 8  # characters
LOOKED_AT = 1_000  # characters of a text in which several hazards are sought
_FIRMS = re.compile(r"[\n、;；]")


def read_rows(grid: Grid, headings: Headings, columns: Sequence[Column], sheet: LedgerSheet) -> list[Banner]:
    """Fill ``sheet`` with what the rows below ``headings`` hold; ``columns`` are those of all these rows. The banners between them."""
    without, aside = without_hazard(headings, columns), list[int]()
    kept = sort_rows(grid, headings, columns, sheet, without, aside=aside)
    more = [(role, at) for role, others in headings.more.items() for at in others]
    cells = _cells_of(grid, headings, columns, kept, [*headings.roles.values(), *(at for _, at in more)])
    raw, others = dict(zip(headings.roles, cells, strict=False)), cells[len(headings.roles):]
    raw, further = filled_up(raw, [Further(role, headings.seen_at(at), other) for (role, at), other in zip(more, others, strict=True)],
                             headings.ledger)
    _type_columns(grid, headings, raw, kept, sheet, further=further)
    if without:  # rows with one that are read have a state, a level or a deadline
        described, heading = headings.roles[headings.key], headings.ledger.heading(headings.key)
        sheet.problems += [RowProblem(number, "no-hazard", headings.key, {"heading": heading, "written": text_of(grid.value(r, described))})
                           for number, r in enumerate(kept) if grid.value(r, described) in without]
    last = kept[-1] if kept else -1
    return [banner_at(grid, row) for row in aside if row < last]


def _type_columns(grid: Grid, headings: Headings, raw: dict[str, Column], kept: list[int], sheet: LedgerSheet, *,
                  further: Sequence[Further]) -> None:
    """The typed columns of the rows ``kept``, and what is to be said of their cells; ``further`` are more columns of states."""
    ledger, values = headings.ledger, values_of(headings.ledger, grid.since_1904)
    if ledger.ditto:
        raw = {role: _written_out(column, values.ditto) for role, column in raw.items()}
    sheet.at = dict(headings.roles)
    for role in [role for role, cells in raw.items() if _is_another(role, cells, headings, values)]:
        written = sorted({text_of(cell) for cell in raw[role].different - raw[role].blank})[:EXAMPLES]
        sheet.another[role] = headings.seen_at(headings.roles[role]), "、".join(map(mask_likely, written))
        del raw[role], headings.roles[role]
    problems: list[RowProblem] = []
    for role, cells in raw.items():
        column = ledger.columns.get(role)
        if column and column.type == "state":
            continue
        read = values.reader(role, headings.units.get(role, ""), cells.different)
        heading = column.name if column else headings.seen_at(headings.roles[role])
        sheet.columns[role] = _read_column(role, heading, cells, read, problems)
    _resolve_deadlines(raw, sheet, ledger, problems)
    fill_instead(sheet, ledger)
    if ledger.is_hazards:
        _look_at_denials(raw, sheet, ledger, problems)
        read_ticked_choices(sheet, ledger, problems)
        read_states(raw, headings, sheet, values, problems, further=further)
        _look_at_texts(raw, problems)
    if grid.cells:
        problems += [RowProblem(number, "row-hidden") for number, r in enumerate(kept) if _is_hidden(grid, r, headings)]
        problems += _struck_out(grid, headings, kept)
    sheet.raw = [(one.row, one.column, text_of(raw[one.column].cells[one.row])) for one in problems if one.column in raw]
    sheet.problems = _masked(problems, sheet, ledger)


def _written_out(column: Column, ditto: frozenset[str]) -> Column:
    """A column in which 同上 is what the cell above says; nothing where there is none above."""
    if not any(isinstance(text, str) and len(text) < LONGEST_DITTO and squeeze(text) in ditto
               for text in column.that_may_begin({word[0] for word in ditto})):
        return column
    cells: list[CellValue] = []
    for cell in column.cells:
        again = cell.__class__ is str and squeeze(cell) in ditto
        cells.append((cells[-1] if cells else "") if again else cell)
    return Column(cells)


def _is_another(role: str, cells: Column, headings: Headings, values: Values) -> bool:
    """Whether a heading that can mean something else (隐患类别) does: none of its cells has a value of the vocabulary."""
    column = headings.ledger.columns.get(role)
    if not column or not column.perhaps:
        return False
    heading = heading_text(headings.seen_at(headings.roles[role]))
    written = cells.different - cells.blank
    return bool(written) and any(heading_text(one).endswith(heading) for one in column.perhaps) and not any(
        values.choice(cell, role)[0] for cell in written)


def _struck_out(grid: Grid, headings: Headings, kept: Sequence[int]) -> list[RowProblem]:
    """Rows that are struck out, and cells of which it matters."""
    struck = {at for at, cell in grid.cells.items() if cell.doubt == STRUCK_OUT}
    found: list[RowProblem] = []
    for number, r in enumerate(kept) if struck else ():
        roles = [role for role, column in headings.roles.items() if (r, column) in struck]
        if len(roles) > 1 and len(roles) == sum(is_filled(grid.value(r, column)) for column in headings.roles.values()):
            found.append(RowProblem(number, "row-struck"))
        else:
            ledger = headings.ledger
            found += [RowProblem(number, "cell-struck", role, {"heading": ledger.heading(role)}) for role in roles
                      if role not in ledger.columns or ledger.columns[role].type != "text" or ledger.columns[role].need == "always"]
    return found


def _is_hidden(grid: Grid, row: int, headings: Headings) -> bool:
    """Whether none of a row's filled cells is seen."""
    filled = [column for column in headings.roles.values() if is_filled(grid.value(row, column))]
    return bool(filled) and all(grid.cell(row, column).hidden for column in filled)


def _merged_down(grid: Grid, headings: Headings, columns: Collection[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Column → row → the cell that holds its value, for values merged down over several rows."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for top, left, bottom, right in grid.merged:
        if bottom > top > headings.last:
            for column in set(columns).intersection(range(left, right + 1)):
                if column == left or bottom > top:
                    found.setdefault(column, {}).update(dict.fromkeys(range(top, bottom + 1), (top, left)))
    return found


def _cells_of(grid: Grid, headings: Headings, columns: Sequence[Column], kept: list[int], places: Sequence[int]) -> list[Column]:
    """The cells of each of the columns ``places`` in the rows ``kept``, merged values in each of their rows."""
    merged, first = _merged_down(grid, headings, places), headings.last + 1
    found = []
    for at in places:
        inside = merged.get(at, {})
        if inside:
            found.append(Column([grid.value(*inside[r]) if r in inside else grid.value(r, at) for r in kept]))
        elif at >= len(columns):
            found.append(Column([""] * len(kept)))
        else:
            cells = columns[at].cells
            found.append(columns[at] if len(kept) == len(cells) else Column([cells[r - first] for r in kept]))
    return found


def _read_column(role: str, heading: str, column: Column, read: Reader, problems: list[RowProblem]) -> list[Value]:
    if read is read_text and column.is_tidy:
        return cast("list[Value]", column.one_object_each())
    blank: Taken = ("" if read is read_text else None, "", {})
    known, keys = column.read_once(lambda cell: blank if cell == "" else read(cell))
    values = {key: value for key, (value, _, _) in known.items()}
    flagged = {key: (code, words) for key, (_, code, words) in known.items() if code}
    if flagged:
        problems += [RowProblem(number, code, role, {"heading": heading, **words})
                     for number, key in enumerate(keys) if key in flagged for code, words in (flagged[key],)]
    return list(map(values.__getitem__, keys))


def _resolve_deadlines(raw: Mapping[str, Column], sheet: LedgerSheet, ledger: Ledger, problems: list[RowProblem]) -> None:
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
            day = str((found[number] if found else "") or "")
            days = resolve_deadline(text, day)
            if days is None:
                problems.append(RowProblem(number, "deadline-unread" if day else "deadline-needs-found", role, {
                    "heading": ledger.heading(role), "written": text_of(raw[role].cells[number])}))
            written[number] = days[1] if days else None
            first.append(days[0] if days else None)
        sheet.columns[f"first_{role}"] = first


def _look_at_denials(raw: Mapping[str, Column], sheet: LedgerSheet, ledger: Ledger, problems: list[RowProblem]) -> None:
    """Rows with a hazard in which a column says that there is none."""
    for role, column in ledger.columns.items():
        if column.denies and not column.of and role in sheet.columns:
            problems += [RowProblem(number, "none-denied", role, {"heading": column.name, "written": text_of(raw[role].cells[number])})
                         for number, value in enumerate(sheet.columns[role]) if value is False and raw[role].cells[number] != ""]


def _look_at_texts(raw: Mapping[str, Column], problems: list[RowProblem]) -> None:
    """Notes on cells that seem to hold several firms, or several hazards."""
    for number, _ in _with_texts(raw.get("description"), _SECOND, lambda text: bool(_SEVERAL.search(text[:LOOKED_AT]))):
        problems.append(RowProblem(number, "several-hazards", "description"))
    for number, text in _with_texts(raw.get("firm"), _FIRMS, _has_several_firms):
        problems.append(RowProblem(number, "several-firms", "firm", {"written": text_of(text)}))


def _with_texts(column: Column | None, sign: re.Pattern[str], holds: Callable[[str], bool]) -> list[tuple[int, CellValue]]:
    """Position and text of a column's longer texts that have a ``sign`` and for which something holds."""
    if column is None or not sign.search(column.joined):
        return []
    return [(number, column.cells[number]) for number in column.rows_of(
        text for text in column.texts if len(text) > 12 and sign.search(text) and holds(text))]


def _has_several_firms(text: str) -> bool:
    return len([part for part in _FIRMS.split(text.strip()) if len(part.strip()) > 3]) > 1


def _masked(problems: list[RowProblem], sheet: LedgerSheet, ledger: Ledger) -> list[RowProblem]:
    """The problems with the people of their rows masked in what was written."""
    people = [role for role in ledger.personal if role in sheet.columns]
    for one in problems:
        if "written" in one.words:
            names = [name for role in people for name in names_in(str(sheet.columns[role][one.row] or ""))]
            names += likely_names(one.words["written"])
            one.words["written"] = mask_people(one.words["written"], names)
    return problems
