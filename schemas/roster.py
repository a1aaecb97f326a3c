"""The roster: who reports. A CSV checked by pandera, as Excel saves it (UTF-8 or GBK).

Columns 单位名称,类别,别名,邮箱; further ones are kept. 类别 and 别名 hold several, separated by ；. 沿革 is what
became of a unit: “2023-08-07 更名自区商委；2023-09-04 停报”.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from pathlib import Path

from schemas.errors import DefinitionError
from schemas.form import Form
from schemas.loading.csv_table import read_table
from schemas.naming import Match, NameIndex, plain
from schemas.problems import shorten
from schemas.roster_checks import (
    ALIASES,
    CHANGES,
    EMAIL,
    KINDS,
    NAME,
    REQUIRED,
    Change,
    changes_in_cell,
    claims_of,
    first_taken,
    kinds_in_cell,
    names_in_cell,
    roster_schema,
)

_REPORTED_AT_ONCE = 3
_FAULTS = {
    "no-name": (NAME, "没有写单位名称"),
    "name-twice": (NAME, "单位“{cell}”与第{line}行重复"),
    "unknown-kind": (KINDS, "不认识的类别“{name}”，应为 {kinds}"),
    "bad-address": (EMAIL, "邮箱“{cell}”写法不对"),
    "unreadable-change": (CHANGES, "“{cell}”读不懂，应写成“2023-08-07 更名自原名称”“2023-08-07 并入某单位”"
                                   "或“2023-08-07 停报”，几条用；隔开"),
    "alias-taken": (ALIASES, "“{name}”已是第{line}行“{owner}”的名称或别名"),
    "former-name-taken": (CHANGES, "“{name}”已是第{line}行“{owner}”的名称或别名"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the roster. ``line`` is its line in the file; ``extra`` holds the further columns."""

    name: str
    kinds: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    email: str = ""
    changes: tuple[Change, ...] = ()
    _: KW_ONLY
    extra: dict[str, str] = field(default_factory=dict, hash=False)
    line: int = 0

    @property
    def former_names(self) -> tuple[str, ...]:
        """The names under which history may know the unit, newest first."""
        if not self.changes:
            return ()
        renamed = sorted((one for one in self.changes if one.what == "renamed"), key=lambda one: one.day, reverse=True)
        return tuple(one.other for one in renamed)

    def merged_into(self, day: dt.date) -> str | None:
        """The unit that has this one's figures by ``day``, None where it still reports by itself."""
        return next((one.other for one in self.changes if one.what == "merged" and one.day <= day), None)

    def merged_on(self) -> dt.date | None:
        """The day on which it was merged into another."""
        return next((one.day for one in self.changes if one.what == "merged"), None)

    def stopped(self, day: dt.date) -> bool:
        """Whether it no longer reports by ``day``: it has stopped, or is part of another."""
        return any(one.what in ("stopped", "merged") and one.day <= day for one in self.changes)


class Roster:
    """The units in the roster's order, and which of them a written name means."""

    def __init__(self, units: Sequence[Unit], region: Sequence[str] = ()):
        self.units = tuple(units)
        self.region = tuple(region)
        self._by_name = {unit.name: unit for unit in self.units}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def unit(self, name: str) -> Unit | None:
        """The unit whose name is ``name`` to the letter."""
        return self._by_name.get(name)

    def match(self, text: str) -> Match:
        """The one unit that ``text`` names, a former name counting as an alias. See :class:`schemas.naming.Match`."""
        return self._index.match(text)

    def find_in(self, text: str) -> list[str]:
        """The units named within a longer text: ``0605月牙河街道调度表（定稿）.xlsx`` → 月牙河街道."""
        return self._index.find_in(text)

    def nearest(self, text: str, n: int = 2) -> list[str]:
        """The units whose names look most like ``text``, for hints."""
        return self._index.nearest(text, n)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Former name → the unit's name of today; a former name that has become another unit's own name is that unit's."""
        return {former: unit.name for unit in self.units for former in unit.former_names if former not in self}

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex([(one.name, (*one.aliases, *one.former_names)) for one in self.units], self.region)


def load_roster(path: Path, form: Form) -> Roster:
    """The roster in ``path``, whose 类别 are those of ``form``.

    Raises:
        DefinitionError: it cannot be read, or holds a name twice, an alias of two units, an unknown 类别, a malformed
            address, an unreadable 沿革 …; names file, line and column.
    """
    header, rows, lines = read_table(path, "名册", "--roster", REQUIRED)
    if not rows:
        raise DefinitionError(f"名册 {path.name} 里没有单位：请在表头 {','.join(REQUIRED)} 下每行填写一个单位")
    faults = _faults(header, rows, lines, form)
    if faults:
        more = f"；另有 {len(faults) - _REPORTED_AT_ONCE} 处" if len(faults) > _REPORTED_AT_ONCE else ""
        raise DefinitionError(f"名册 {path.name} {'；'.join(faults[:_REPORTED_AT_ONCE])}{more}")
    units = [_unit(row, line) for row, line in zip(rows, lines, strict=True)]
    return _with_merged_units(path, header, Roster(units, form.region))


def _faults(header: list[str], rows: list[dict[str, str]], lines: list[int], form: Form) -> list[str]:
    """What the schema refuses, with line and column, in the file's order."""
    import pandas
    import pandera.pandas as pa

    try:
        roster_schema(form).validate(pandas.DataFrame(rows, columns=header, dtype="str"), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        found = {(int(row), check) for row, check in zip(cases["index"], cases["check"], strict=True)}
    else:
        return []
    claims = claims_of(rows)
    faults = []
    for row, check in sorted(found):
        column, template = _FAULTS[check]
        words: dict[str, object] = {"cell": shorten(rows[row][column]), "kinds": "、".join(form.kinds)}
        if check in ("alias-taken", "former-name-taken"):
            name = first_taken(rows, row, column, claims)
            assert name is not None  # the check found one
            words |= {"name": name, "line": lines[claims[plain(name)]], "owner": rows[claims[plain(name)]][NAME]}
        elif check == "name-twice":
            words["line"] = lines[claims[plain(rows[row][NAME])]]
        elif check == "unknown-kind":
            words["name"] = next(kind for kind in kinds_in_cell(rows[row][column]) if kind not in form.kinds)
        faults.append(f"{_spot(lines[row], header, column)}：{template.format(**words)}")
    return faults


def _spot(line: int, header: list[str], column: str) -> str:
    return f"第{line}行第{header.index(column) + 1}列（{column}）"


def _unit(row: dict[str, str], line: int) -> Unit:
    extra = {column: cell for column, cell in row.items() if column not in (*REQUIRED, CHANGES)}
    return Unit(row[NAME], kinds_in_cell(row[KINDS]), names_in_cell(row, ALIASES), row[EMAIL],
                changes_in_cell(row.get(CHANGES, "")) or (), extra=extra, line=line)


def _with_merged_units(path: Path, header: list[str], roster: Roster) -> Roster:
    """The roster with each 并入 naming a unit to the letter; refused where it names none or goes in a circle."""
    if not any(unit.changes for unit in roster.units):
        return roster
    units = []
    for unit in roster.units:
        changes = []
        for change in unit.changes:
            if change.what == "merged":
                target = roster.match(change.other).unit
                if target is None or target == unit.name:
                    hint = _hint(roster, change.other, unit.name)
                    raise DefinitionError(f"名册 {path.name} {_spot(unit.line, header, CHANGES)}："
                                          f"并入的“{change.other}”不是名册中的其他单位{hint}")
                change = replace(change, other=target)
            changes.append(change)
        units.append(replace(unit, changes=tuple(changes)))
    checked = Roster(units, roster.region)
    for unit in checked.units:
        seen, into = [unit.name], unit.merged_into(dt.date.max)
        while into is not None:
            if into in seen:
                spot = _spot(unit.line, header, CHANGES)
                raise DefinitionError(f"名册 {path.name} {spot}：{'、'.join(seen)}互相并入")
            seen.append(into)
            following = checked.unit(into)
            into = following.merged_into(dt.date.max) if following else None
    return checked


def _hint(roster: Roster, text: str, own: str) -> str:
    near = [name for name in roster.nearest(text) if name != own]
    return f"，是不是“{near[0]}”" if near else ""
