"""What is checked of a roster: a pandera schema of its frame, and the 沿革 of a unit as it is written."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.form import Form
from schemas.naming import plain

if TYPE_CHECKING:
    import pandas
    import pandera.pandas as pa

NAME, KINDS, ALIASES, EMAIL, CHANGES = "单位名称", "类别", "别名", "邮箱", "沿革"
REQUIRED = (NAME, KINDS, ALIASES, EMAIL)
_BETWEEN_KINDS = re.compile(r"[；;、，,/|\s]+")
_BETWEEN_ALIASES = re.compile(r"[；;、，,/|\n]+")  # a name may hold blanks
_BETWEEN_CHANGES = re.compile(r"[；;\n]+")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)+")
_CHANGE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[起，,：:\s]*(更名自|并入|停报)\s*(.*)")
_WORDS: dict[str, Literal["renamed", "merged", "stopped"]] = {"更名自": "renamed", "并入": "merged", "停报": "stopped"}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a unit on ``day``: ``renamed`` from ``other``, ``merged`` into ``other``, or ``stopped`` ("")."""

    day: dt.date
    what: Literal["renamed", "merged", "stopped"]
    other: str = ""


def roster_schema(form: Form) -> pa.DataFrameSchema:
    """The pandera schema of the roster's frame: one row a unit, every column text, a blank ``""``."""
    import pandera.pandas as pa

    checks = {
        NAME: [pa.Check(_named, name="no-name"), pa.Check(_named_once, name="name-twice")],
        KINDS: [pa.Check(_kinds_known, name="unknown-kind", kinds=form.kinds)],
        ALIASES: [],
        EMAIL: [pa.Check(_address_right, name="bad-address")],
        CHANGES: [pa.Check(_changes_readable, name="unreadable-change")],
    }
    columns = {column: pa.Column(str, found, required=column in REQUIRED) for column, found in checks.items()}
    return pa.DataFrameSchema(columns, checks=[pa.Check(_aliases_free, name="alias-taken"),
                                               pa.Check(_former_names_free, name="former-name-taken")])


def _named(names: pandas.Series) -> pandas.Series:
    return names.map(plain) != ""


def _named_once(names: pandas.Series) -> pandas.Series:
    keys = names.map(plain)
    return ~keys.duplicated() | (keys == "")


def _kinds_known(cells: pandas.Series, kinds: Sequence[str]) -> pandas.Series:
    return cells.map(kinds_in_cell).map(set(kinds).issuperset)


def _address_right(cells: pandas.Series) -> pandas.Series:
    return (cells == "") | cells.str.fullmatch(_MAILBOX)


def _changes_readable(cells: pandas.Series) -> pandas.Series:
    return cells.map(changes_in_cell).notna()


def _aliases_free(frame: pandas.DataFrame) -> pandas.Series:
    return _free(frame, ALIASES)


def _former_names_free(frame: pandas.DataFrame) -> pandas.Series:
    return _free(frame, CHANGES)


def _free(frame: pandas.DataFrame, column: str) -> pandas.Series:
    """Per row, whether no other unit has one of the further names that ``column`` gives it."""
    import pandas

    if column not in frame or not frame[column].any():  # mostly nobody has one
        return pandas.Series(True, frame.index)
    rows = [{str(name): str(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
    claims = claims_of(rows)
    return pandas.Series([first_taken(rows, row, column, claims) is None for row in range(len(rows))], frame.index)


def claims_of(rows: list[dict[str, str]]) -> dict[str, int]:
    """Name → the row that has it: by its name before any alias, by an alias before any former name."""
    claims: dict[str, int] = {}
    for column in (NAME, ALIASES, CHANGES):
        for number, row in enumerate(rows):
            for name in names_in_cell(row, column):
                claims.setdefault(plain(name), number)
    return claims


def first_taken(rows: list[dict[str, str]], row: int, column: str, claims: dict[str, int]) -> str | None:
    """The first name in the cell that belongs to another row."""
    return next((name for name in names_in_cell(rows[row], column) if claims[plain(name)] != row), None)


def names_in_cell(row: dict[str, str], column: str) -> tuple[str, ...]:
    cell = row.get(column, "")
    if column == NAME:
        return (cell,)
    if column == ALIASES:
        return tuple(dict.fromkeys(one.strip() for one in _BETWEEN_ALIASES.split(cell) if plain(one)))
    return tuple(change.other for change in changes_in_cell(cell) or () if change.what == "renamed")


def kinds_in_cell(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for kind in _BETWEEN_KINDS.split(cell) if kind))


def changes_in_cell(cell: str) -> tuple[Change, ...] | None:
    """The changes in a 沿革 cell; None where one of them cannot be read."""
    changes = []
    for entry in _BETWEEN_CHANGES.split(cell):
        if not entry.strip():
            continue
        found = _CHANGE.fullmatch(unicodedata.normalize("NFKC", entry).strip())
        if not found:
            return None
        year, month, day, word, other = found.groups()
        if bool(other) == (word == "停报"):
            return None
        try:
            changes.append(Change(dt.date(int(year), int(month), int(day)), _WORDS[word], other))
        except ValueError:
            return None
    return tuple(changes)
