"""The state of each row of a ledger: what its columns say together, and what the days beside it say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidator.model.grid import CellValue, Unread
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import Column as Cells
from consolidator.reading.ledgers.headings import Headings
from consolidator.reading.ledgers.states import NOT_YET, PUT_RIGHT, StateReader, state_reader
from consolidator.reading.ledgers.twofold import Further
from consolidator.reading.ledgers.values import Values, text_of
from schemas.ledger_definition import Column, Ledger

RANK = {"": -1, "open": 0, "under_way": 1, "failed": 2, "rectified": 3, "on_the_spot": 4, "closed": 5, "moved": 6, "void": 7}
OFFERED = ("open", "under_way", "rectified", "closed")  # what a sentence proposes to write
_UNREAD, _NO_VALUE = "?", "#"  # of a cell that says something else than a state, or has no value
_DOUBTFUL, _LEFT = "??", "!"  # something else that may say that work is left; a review that says so
_REMEDY = "~"  # what is done of a fault, but not that it is done: 更换灭火器
_SAYS_NOTHING = ("", _UNREAD, _NO_VALUE, _DOUBTFUL, _LEFT)

Raw = Mapping[str, Cells]


@dataclass(slots=True)
class _Read:
    """One column: the state that each of its cells says."""

    role: str
    heading: str
    cells: Cells
    states: list[str]


def read_states(raw: Raw, headings: Headings, sheet: LedgerSheet, values: Values, problems: list[RowProblem], *,
                further: Sequence[Further] = ()) -> None:
    """The state of each row in ``columns["state"]``, ``open`` where no column says it or a cell cannot be read.

    A column with ``state`` of its own (是否销号) means that state where it says yes, and nothing where it says no; a text with one
    (复查结果) means it where it says just that. ``further`` are columns that mean the same as one of ``raw``.
    """
    ledger = headings.ledger
    columns = [role for role in raw if (column := ledger.columns.get(role)) and (column.type == "state" or (
        column.state and column.type == "text"))]
    ticks = [role for role in raw if role in ledger.columns and ledger.columns[role].type == "tick" and ledger.columns[role].state]
    stated = [role for role in columns if ledger.columns[role].type == "state"]
    if not stated and not ticks:
        return
    reader = state_reader(ledger)
    pairs = [*((role, ledger.heading(role), raw[role]) for role in columns), *further]
    found = [_Read(role, heading, cells, _column(role, cells, headings, reader)) for role, heading, cells in pairs]
    _done_by_day(found, sheet, ledger)
    if ticks:
        own = [ledger.columns[role].state or "" for role in ticks]
        heading = ledger.heading(ticks[0])
        found.append(_Read(ticks[0], heading, raw[ticks[0]], _ticked(ticks, own, sheet, heading, problems)))
    rows = list(zip(*(one.states for one in found), strict=True))
    together = {row: _together(row) for row in set(rows)}
    wrong = {row: code for row, (_, code) in together.items() if code}
    if wrong:
        problems += [_problem(wrong[row], number, found, ledger) for number, row in enumerate(rows) if row in wrong]
    problems += _read_as_done(found, together, rows, reader)
    sheet.columns["state"] = [together[row][0] for row in rows]
    sheet.at.setdefault("state", sheet.at[(stated or ticks)[0]])
    text = "state" if "state" in stated else stated[0] if stated else ""
    sheet.columns["state_text"] = list(raw[text].each(text_of)) if text else [""] * len(rows)
    _look_at_days(raw, sheet, values, problems)
    _look_at_closing(headings, sheet, raw, problems)


def _done_by_day(found: Sequence[_Read], sheet: LedgerSheet, ledger: Ledger) -> None:
    """What was done of a fault is done where a day of completion is beside it: 更换灭火器, and 6月5日."""
    role = next((role for role, column in ledger.columns.items() if column.type == "day" and column.need == "rectified"), "")
    for one in found:
        if _REMEDY in one.states:
            days = sheet.columns.get(role) or [None] * len(one.states)
            one.states = [state if state != _REMEDY else "rectified" if day else _UNREAD
                          for state, day in zip(one.states, days, strict=True)]


def _column(role: str, cells: Cells, headings: Headings, reader: StateReader) -> list[str]:
    """What each cell of a column says: a state, "" for none, or that it was not read."""
    column = headings.ledger.columns[role]
    heading = squeeze(headings.seen_at(headings.roles[role]))
    percents = "%" in heading
    ledger = headings.ledger
    if column.state == "closed" and re.search(ledger.reviews.passed, heading):  # a no is either not passed or not looked at yet
        return cells.each(lambda cell: _DOUBTFUL if reader.of(cell) == "open" else _cell(cell, column, reader, percents=False))
    mixed = percents and any(_is_number(cell) and 1 < cell <= 100 for cell in cells.cells)  # type: ignore[operator]
    return cells.each(lambda cell: _DOUBTFUL if mixed and _is_number(cell) and 0 < cell <= 1  # type: ignore[operator]
                      else _cell(cell, column, reader, percents=percents))


def _is_number(cell: CellValue) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _cell(cell: CellValue, column: Column, reader: StateReader, *, percents: bool) -> str:
    if cell.__class__ is Unread:
        return _NO_VALUE if column.type == "state" else ""
    state = reader.of(f"{cell:g}%" if _is_number(cell) and percents and (cell == 0 or 1 < cell <= 100) else cell)  # type: ignore[operator]
    own = column.state
    if own and column.type == "text":
        return own if state == own else _of_review(cell, state, reader)
    if state is None:
        return _DOUBTFUL if isinstance(cell, str) and reader.is_doubtful(cell) else _REMEDY if reader.tells_remedy(cell) else _UNREAD
    if own:
        is_own = state == "closed" or (state == "rectified" and reader.says_yes(cell))  # 是否销号: 已整改 is no yes
        return own if is_own else "" if state in ("open", "") else state
    return state


def _of_review(cell: CellValue, state: str | None, reader: StateReader) -> str:
    """What a text of a review says that is not read as failed: that work is left, that it may be, or nothing (未复查)."""
    text, words = squeeze(text_of(cell)), reader.ledger.reviews
    if not text or text in words.nothing or (re.search(words.of_review, text) and not re.search(words.of_work, text)):
        return ""
    if state in NOT_YET:
        return _LEFT if len(text) > 1 else _DOUBTFUL
    return _DOUBTFUL if state is None and ("不" in text or reader.is_doubtful(text)) else ""


def _ticked(ticks: Sequence[str], meaning: Sequence[str], sheet: LedgerSheet, heading: str, problems: list[RowProblem]) -> list[str]:
    """What the column that is ticked in each row means: 已整改｜未整改."""
    marked = [[one for one, is_ticked in zip(meaning, row, strict=True) if is_ticked]
              for row in zip(*(sheet.columns[role] for role in ticks), strict=True)]
    problems += [RowProblem(number, "status-two", ticks[0], {"heading": heading}) for number, row in enumerate(marked) if len(row) > 1]
    return [row[0] if row else "" for row in marked]


def read_ticked_choices(sheet: LedgerSheet, ledger: Ledger, problems: list[RowProblem]) -> None:
    """Columns with a vocabulary whose values have a column each, to be ticked."""
    for of in dict.fromkeys(column.of for role, column in ledger.columns.items() if column.of and role in sheet.columns):
        ticks = [role for role, column in ledger.columns.items() if column.of == of and role in sheet.columns]
        if of not in sheet.columns:
            meaning = [ledger.columns[role].value for role in ticks]
            denied = [number for number, value in enumerate(sheet.columns[ticks[0]]) if value is False] if len(ticks) == 1 else []
            asked = {"heading": ledger.heading(ticks[0]), "written": "否",
                     "choices": "、".join(name for name, one in ledger.choices[of].items() if not one.warning)}
            problems += [RowProblem(number, "choice-unknown", of, dict(asked)) for number in denied]  # which of the others, nobody says
            sheet.columns[of] = list(_ticked(ticks, meaning, sheet, ledger.heading(of), problems))
            sheet.at[of] = sheet.at[ticks[0]]


def _together(row: tuple[str, ...]) -> tuple[str, str]:
    """(state, code) of what the columns of one row say: the furthest, where they do not contradict each other.

    A text that is no state is passed over where another column has one: 是否整改 says it, 整改情况 tells how. One that may say that
    work is left is not, beside a column that says that it is done.
    """
    said = {state for state in row if state not in _SAYS_NOTHING}
    if not said:
        return "open", "cell-unread" if _NO_VALUE in row else "status-unread" if _UNREAD in row or _DOUBTFUL in row else ""
    if said & PUT_RIGHT and _DOUBTFUL in row:
        return "open", "status-unread"
    if _LEFT in row and said & PUT_RIGHT:
        said.add("failed")
    if said & PUT_RIGHT and said & NOT_YET:
        return "open", "status-differs"
    if "failed" in said and said <= {"failed", "rectified", "on_the_spot", *NOT_YET}:
        return "failed", ""
    if "failed" in said and said & PUT_RIGHT:
        return "open", "status-differs"
    return max(said, key=RANK.__getitem__), ""


def _read_as_done(found: Sequence[_Read], together: Mapping[tuple[str, ...], tuple[str, str]], rows: Sequence[tuple[str, ...]],
                  reader: StateReader) -> list[RowProblem]:
    """Notes on rows that are put right only because of what was done (已更换灭火器): no other column says so."""
    notes = []
    for at, one in enumerate(found):
        cells = one.cells
        remedies = {cell for cell in cells.texts if reader.is_remedy(cell) or reader.tells_remedy(cell)}
        for number in cells.rows_of(remedies):
            row = rows[number]
            if row[at] in PUT_RIGHT and not together[row][1] and not any(state in PUT_RIGHT for n, state in enumerate(row) if n != at):
                notes.append(RowProblem(number, "read-as", one.role, {
                    "heading": one.heading, "written": text_of(cells.cells[number]),
                    "value": reader.ledger.state_name(row[at])}))
    return notes


def _problem(code: str, number: int, found: Sequence[_Read], ledger: Ledger) -> RowProblem:
    if code == "status-differs":
        said = [one for one in found if one.states[number] in RANK and one.states[number]]
        ways = "，".join(f"“{one.heading}”写“{text_of(one.cells.cells[number])}”" for one in said)
        return RowProblem(number, code, said[-1].role, {"written": ways})
    wrong = next((one for one in found if one.states[number] == _DOUBTFUL), None) or next(
        one for one in found if one.states[number] in (_UNREAD, _NO_VALUE))
    heading = {"heading": wrong.heading}
    if code == "cell-unread":
        return RowProblem(number, code, wrong.role, heading)
    choices = "、".join(dict.fromkeys(ledger.state_name(state) for state in OFFERED))
    cell = wrong.cells.cells[number]
    code = state_reader(ledger).asked_of(cell) if isinstance(cell, str) else code
    return RowProblem(number, code, wrong.role, {**heading, "written": text_of(cell), "choices": choices})


def _look_at_days(raw: Raw, sheet: LedgerSheet, values: Values, problems: list[RowProblem]) -> None:
    """Days that a state asks for, written in words: 未完成 beside 已整改 contradicts it, 当日 is the day found, and the state's own
    text may name the day."""
    ledger, states = values.ledger, sheet.columns["state"]
    for role, column in ledger.columns.items():
        if column.type != "day" or column.need not in ("rectified", "closed"):
            continue
        if role in raw:
            _leave_out_plans(role, raw[role].cells, sheet, values, problems)
        days = sheet.columns.get(role) or [None] * len(states)
        texts = raw[role].each(lambda cell: squeeze(cell) if isinstance(cell, str) else "") if role in raw else [""] * len(states)
        without = [number for number, (state, day, text) in enumerate(zip(states, days, texts, strict=True))
                   if state in PUT_RIGHT and not day and (text or column.need == "rectified")]
        for number in without:
            state, text = states[number], texts[number]
            if text and values.is_at_once(text):
                days[number] = (sheet.columns.get("found") or days)[number]
            elif text and values.is_not_yet(text) and (column.need == "rectified" or state == "closed"):
                problems.append(RowProblem(number, "day-not-yet", role, {
                    "heading": column.name, "written": text_of(raw[role].cells[number]), "state": ledger.state_name(str(state))}))
            elif not text and column.need == "rectified" and state != "closed" and "state_text" in sheet.columns:
                written = state_reader(ledger).done_on(str(sheet.columns["state_text"][number]))
                day, code, _ = values.day(written) if written else ("", "", {})
                if day and not code:
                    days[number] = day
                    sheet.at.setdefault(role, sheet.at["state"])
        if any(days):
            sheet.columns[role] = list(days)


def _leave_out_plans(role: str, cells: Sequence[CellValue], sheet: LedgerSheet, values: Values, problems: list[RowProblem]) -> None:
    """A day by which something is to be done is no day of completion, and says nothing wrong of what is not done yet."""
    states = sheet.columns["state"]
    plans = {id(one) for one in problems if one.column == role and one.code == "day-unread" and states[one.row] in NOT_YET
             and values.is_plan(squeeze(text_of(cells[one.row])))}
    if plans:
        problems[:] = [one for one in problems if id(one) not in plans]


def _look_at_closing(headings: Headings, sheet: LedgerSheet, raw: Raw, problems: list[RowProblem]) -> None:
    """A day of 销号 beside a state that is not yet put right contradicts it; one of 复查 is asked about: it may have found just that."""
    ledger, states = headings.ledger, sheet.columns["state"]
    held = {one.row for one in problems if one.code == "status-differs"}
    for role, column in ledger.columns.items():
        if column.type != "day" or column.need != "closed" or role not in raw:
            continue
        heading = squeeze(headings.seen_at(headings.roles[role]))
        is_closing = bool(re.search(ledger.reviews.of_closing, heading)) and not re.search(ledger.reviews.again, heading)
        for number, (state, day) in enumerate(zip(states, sheet.columns.get(role, ()), strict=False)):
            if not day or state not in NOT_YET or number in held:
                continue
            text = str(sheet.columns["state_text"][number]) or ledger.state_name(str(state))
            if is_closing:
                held.add(number)
                problems.append(RowProblem(number, "status-differs", role, {
                    "written": f"“{ledger.heading('state')}”写“{text}”，“{column.name}”写“{text_of(raw[role].cells[number])}”"}))
            else:
                problems.append(RowProblem(number, "reviewed-open", role, {"state": text, "heading": column.name, "day": str(day)}))
