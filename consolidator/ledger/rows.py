"""The rows of a ledger's sheet: each is read, or passed over by a named rule; their cells become typed columns."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from consolidator.ledger.deadlines import resolve_deadline
from consolidator.ledger.headings import Headings, heading_text
from consolidator.ledger.states import StateReader
from consolidator.ledger.values import Reader, Values, read_text, text_of
from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.model.ledger import LedgerSheet, RowProblem, Value
from consolidator.model.people import mask_people, names_in
from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger

BLANK, HEADING, REPEATED, SERIAL_ONLY, BANNER, NOTE = "空行", "表头", "重复表头", "只有序号", "分组标题", "说明"
WELL_FILLED = 6  # filled cells of a row that is no heading, note or total
LONGEST_WORD = 12  # characters: a longer text is none of the words by which rows are passed over
ORDER = {"void": -1, "open": 0, "failed": 0, "under_way": 1, "rectified": 2, "on_the_spot": 2, "closed": 3}
_NUMBERED_NOTE = re.compile(r"\d{1,2}[.、．:：)）]")
_SEVERAL = re.compile(r"(?:^|[\s;；。,，])[(（]?[1１①一][.、．)）①]?.{3,}?"
                      r"(?:[\s;；。,，]|(?<=[\u4e00-\u9fff]))[(（]?[2２②二][.、．)）②]", re.DOTALL)
_SECOND = frozenset("2２②二")
_FIRMS = re.compile(r"[\n、;；]")
_DASHES = frozenset(("", "/", "-", "—", "——", "\\"))


def read_rows(grid: Grid, headings: Headings, sheet: LedgerSheet) -> None:
    """Fill ``sheet`` with what the rows below ``headings`` hold."""
    kept = _sorted_out(grid, headings, sheet)
    _type_columns(grid, headings, kept, sheet)


@dataclass(slots=True)
class _Rules:
    """The words of one ledger by which rows are passed over."""

    whole: dict[str, str]
    starts: re.Pattern[str] | None

    @classmethod
    def of(cls, ledger: Ledger) -> _Rules:
        whole = {squeeze(word): rule for rule, words in ledger.passed.items() for word in words}
        starts = "|".join(map(re.escape, sorted(whole, key=len, reverse=True)))
        return cls(whole, re.compile(f"({starts})(?:[:：(（]|$|\\s)") if starts else None)


def _sorted_out(grid: Grid, headings: Headings, sheet: LedgerSheet) -> list[int]:
    """The 0-based rows that are read; all others are counted in ``passed`` by their rule."""
    rules = _Rules.of(headings.ledger)
    passed: Counter[str] = Counter()
    wide = {top: (left, right) for top, left, bottom, right in grid.merged if right - left >= 2 and bottom == top}
    labels = {column: role for role, column in headings.roles.items()}
    last = max((n for n, row in enumerate(grid.rows) if any(_filled(value) for value in row)), default=-1)
    sheet.total = last + 1
    kept, noted = [], False
    for number, row in enumerate(grid.rows[:last + 1]):
        cells = [(column, value) for column, value in enumerate(row) if _filled(value)]
        if not cells:
            passed[BLANK] += 1
        elif number <= headings.last:
            passed[HEADING] += 1
        else:
            rule = _rule(cells, headings, rules, labels, wide.get(number), noted)
            noted = (noted and rule == NOTE) or rule == NOTE
            if rule:
                passed[rule] += 1
            else:
                kept.append(number)
    sheet.passed = dict(passed)
    sheet.rows = [number + 1 for number in kept]
    return kept


def _filled(value: CellValue) -> bool:
    return value != "" and not (value.__class__ is str and not value.strip())


def _rule(cells: list[tuple[int, CellValue]], headings: Headings, rules: _Rules, labels: dict[int, str],
          wide: tuple[int, int] | None, noted: bool) -> str:
    """The rule by which a filled row below the headings is passed over; "" for one to be read."""
    if len(cells) >= WELL_FILLED and _is_plainly_read(cells, headings, rules):
        return ""
    texts = {column: squeeze(value if value.__class__ is str else text_of(value)) for column, value in cells}
    own = [(column, text) for column, text in texts.items() if column != headings.serial]
    if not own:
        text = texts[headings.serial]
        return _by_words(text, rules) or (NOTE if _tells(text) else SERIAL_ONLY if len(text) <= 6 else BANNER)
    key = texts.get(headings.roles.get(headings.key, -1), "")
    column, first = own[0]
    leading = texts[cells[0][0]]
    repeated = sum(1 for at, text in texts.items() if at in labels and text and heading_text(text) == heading_text(
        headings.seen_at(at)))
    if repeated >= 3 or (repeated == len(own) > 1):
        return REPEATED
    words = [text for _, text in own]
    if all(rules.whole.get(text.rstrip("。.!！")) == "无" or text in _DASHES for text in words):
        return "无"
    if rules.whole.get(leading) == "合计" or rules.whole.get(first) == "合计":
        return "合计"
    described = bool(key) and not _by_words(key, rules)
    if not described or (len(own) == 1 and column != headings.roles.get(headings.key)):
        rule = _by_words(leading, rules) or _by_words(first, rules)
        if rule:
            return rule
    if len(cells) == 1 and noted and _NUMBERED_NOTE.match(first):
        return NOTE  # 填表说明 goes on, be it below the column of descriptions
    if len(cells) == 1 and not (described and column == headings.roles.get(headings.key)):
        if noted and wide:
            return NOTE
        if wide:
            return NOTE if _tells(first) else BANNER
        if column <= 1 and first and _tells(first):
            return NOTE
        if column <= 1 and first and len(first) <= 30 and column not in labels:
            return BANNER
    return ""


def _is_plainly_read(cells: list[tuple[int, CellValue]], headings: Headings, rules: _Rules) -> bool:
    """Whether a row with many cells is one to be read, as nearly all are: it says what the ledger is about, and that is neither the
    heading again nor a word by which rows are passed over, nor is its first text."""
    at = headings.roles.get(headings.key, -1)
    for column, value in cells:
        if column == at:
            if value.__class__ is not str:
                return False
            text = squeeze(value)
            if text in _DASHES or _by_words(text, rules) or heading_text(text) == heading_text(headings.seen_at(at)):
                return False
            leading = next((value for _, value in cells if value.__class__ is str), "")
            return len(leading) > LONGEST_WORD or (squeeze(leading) not in rules.whole and cells[0][1].__class__ is not str)
    return False


def _by_words(text: str, rules: _Rules) -> str:
    if not text:
        return ""
    whole = rules.whole.get(text.rstrip(":：。"))
    if whole:
        return whole
    starts = rules.starts.match(text) if rules.starts else None
    return rules.whole[starts[1]] if starts else ""


def _tells(text: str) -> bool:
    """Whether a text is a sentence rather than a title."""
    return bool(_NUMBERED_NOTE.match(text)) or len(text) > 40 or text.endswith(("。", "；"))


def _type_columns(grid: Grid, headings: Headings, kept: list[int], sheet: LedgerSheet) -> None:
    """The typed columns of the rows ``kept``, and what is to be said of their cells."""
    ledger, values = headings.ledger, Values(headings.ledger)
    merged = _merged_down(grid, headings)
    raw = {role: _column(grid, column, kept, merged.get(column, {})) for role, column in headings.roles.items()}
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
        _states(raw, sheet, ledger, problems)
        _look_at_texts(raw, sheet, problems)
    if grid.cells:
        problems += [RowProblem(number, "row-hidden") for number, r in enumerate(kept) if _is_hidden(grid, r, headings)]
    sheet.raw = [(one.row, one.column, text_of(raw[one.column][one.row])) for one in problems if one.column in raw]
    sheet.problems = _masked(problems, sheet, ledger)


def _is_hidden(grid: Grid, row: int, headings: Headings) -> bool:
    """Whether none of a row's filled cells is seen."""
    filled = [column for column in headings.roles.values() if _filled(grid.value(row, column))]
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


def _column(grid: Grid, column: int, kept: list[int], merged: dict[int, tuple[int, int]]) -> list[CellValue]:
    rows = grid.rows
    if not merged:
        return [rows[r][column] if column < len(rows[r]) else "" for r in kept]
    return [grid.value(*merged[r]) if r in merged else grid.value(r, column) for r in kept]


def _read_column(role: str, heading: str, cells: list[CellValue], read: Reader, problems: list[RowProblem]) -> list[Value]:
    known: dict = {}
    taken: list[Value] = []
    for number, cell in enumerate(cells):
        if cell == "":
            taken.append(None if read is not read_text else "")
            continue
        key = (cell.__class__, cell)
        found = known.get(key)
        if found is None:
            found = known[key] = read(cell)
        value, code, words = found
        taken.append(value)
        if code:
            problems.append(RowProblem(number, code, role, {"heading": heading, **words}))
    return taken


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


def _states(raw: dict[str, list[CellValue]], sheet: LedgerSheet, ledger: Ledger, problems: list[RowProblem]) -> None:
    """The state of each row in ``columns["state"]``, None where no column says it or a cell cannot be read.

    A column with ``state`` of its own (是否销号) means that state where it says yes, and nothing where it says no.
    """
    reader = StateReader(ledger)
    columns = [role for role in raw if role in ledger.columns and ledger.columns[role].type == "state"]
    ticks = [role for role in raw if role in ledger.columns and ledger.columns[role].type == "tick"]
    if not columns and not ticks:
        return
    choices = "、".join(dict.fromkeys(ledger.state_name(state) for state in ("open", "under_way", "rectified", "closed")))
    states: list[Value] = []
    for number in range(len(sheet.rows)):
        found: list[str] = []
        for role in columns:
            value = raw[role][number]
            if value.__class__ is Unread:
                problems.append(RowProblem(number, "cell-unread", role, {"heading": ledger.heading(role)}))
                found.append("")
                continue
            state = reader.of(value)
            own = ledger.columns[role].state
            if state is None:
                problems.append(RowProblem(number, "status-unread", role,
                                           {"heading": ledger.heading(role), "written": text_of(value), "choices": choices}))
            elif own:
                state = own if state in ("rectified", "closed") else "" if state in ("open", "") else state
            if state:
                found.append(state)
        marked: list[str] = [ledger.columns[role].state or "" for role in ticks if sheet.columns[role][number]]
        if len(marked) > 1:
            problems.append(RowProblem(number, "status-two", ticks[0], {"heading": ledger.heading(ticks[0])}))
        found += marked[:1]
        states.append(max(found, key=lambda state: ORDER.get(state, 4)) if found else "open")
    sheet.columns["state"] = states
    if columns:
        sheet.at.setdefault("state", sheet.at[columns[0]])
    elif ticks:
        sheet.at["state"] = sheet.at[ticks[0]]
    sheet.columns["state_text"] = [text_of(cell) for cell in raw[columns[0]]] if columns else [""] * len(states)


def _look_at_texts(raw: dict[str, list[CellValue]], sheet: LedgerSheet, problems: list[RowProblem]) -> None:
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
