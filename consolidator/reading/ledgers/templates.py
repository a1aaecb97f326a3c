"""Rows that are no hazards by what is in them and below: hints of a blank on how to fill it in, rows in which only choices are set, and
firms alone above their rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from consolidator.model.grid import CellValue, Grid
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.headings import Headings
from consolidator.reading.ledgers.states import state_reader
from consolidator.reading.ledgers.titles import said
from consolidator.reading.ledgers.values import text_of, values_of
from schemas.ledger_definition import Ledger

FEWEST_HINTS = 2
_GROUP = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.．]|第[一二三四五六七八九十]{1,3}[部类批组]")
_OFFERED = re.compile("[/、,;|或]")
_CHOSEN = ("tick", "yes_no", "listed", "state")

Cells = Sequence[tuple[int, CellValue]]


def is_hint(cells: Cells, labels: Mapping[int, str], ledger: Ledger) -> bool:
    """Whether a row right below the headings says how the columns are to be filled in (重大/较大/一般, YYYY-MM-DD), and has no day.

    One of the hints is in a column of other than texts: a description may be 作业票未填写完整, and its measures 按要求填写作业票.
    """
    values, hints, found, beside_texts = values_of(ledger), re.compile(ledger.hints), 0, False
    for at, value in cells:
        role = labels.get(at, "")
        column = ledger.columns.get(role)
        if column and column.type == "day" and values.day(value)[0]:
            return False
        text = squeeze(text_of(value))
        choices = ledger.choices.get(role, {})
        offers = bool(_OFFERED.search(text)) and sum(name in text for name in choices) >= FEWEST_HINTS
        if offers or hints.search(text):
            found += 1
            beside_texts = beside_texts or bool(column and column.type != "text")
    return beside_texts and found >= FEWEST_HINTS and found * 2 >= sum(at in labels for at, _ in cells)


def has_only_choices(cells: Cells, labels: Mapping[int, str], headings: Headings) -> bool:
    """Whether a row has nothing but running numbers and choices that a blank has in each of its rows: 3, 重大, 自查, 未整改."""
    ledger = headings.ledger
    values, states = values_of(ledger), state_reader(ledger)
    for at, value in cells:
        role = labels.get(at, "")
        kind = ledger.columns[role].type if role in ledger.columns else ""
        if at == headings.serial or (kind == "choice" and values.choice(value, role)[0]):
            continue
        if kind not in _CHOSEN or (kind == "state" and states.of(value) not in ("", "open")):
            return False
    return bool(cells)


def names_below(grid: Grid, number: int, cells: Cells, headings: Headings) -> bool:
    """Whether a row has only what may stand once for many rows (a firm), and the next one lacks just that."""
    (at, _), *others = cells
    role = next((role for role, column in headings.roles.items() if column == at), "")
    column = headings.ledger.columns.get(role)
    if others or column is None or not column.heading or column.type != "text":
        return False
    below = next((row for row in grid.rows[number + 1:] if any(value != "" for value in row)), [])
    key = headings.roles[headings.key]
    return len(below) > key and below[key] != "" and (len(below) <= at or below[at] == "")


def begins_group(text: str, ledger: Ledger) -> bool:
    """Whether a text alone in a row is the title of the rows below it, whatever column it is in: 二、部门检查, 企业名称：某超市."""
    return bool(_GROUP.match(text)) or says_once(text, ledger, kinds=("text",))


def says_once(text: str, ledger: Ledger, *, kinds: Collection[str] = ()) -> bool:
    """Whether a text says something that may stand once for many rows, in a column of one of ``kinds`` (none: of any)."""
    return any(one.heading and (not kinds or one.type in kinds) and said(text, ledger, role) for role, one in ledger.columns.items())
