"""A table of units and figures (明细 of the merged workbook, or any other): a row a unit and a column a figure, or the other way.

Rows and columns are known by their words, never by position: units as the roster knows them, figures by label, short name or name.
Nothing is guessed: a column whose words fit no figure is left out and named, a value that is no value of its figure is reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.grid import CellValue, Grid
from consolidator.model.submission import FigureValue
from consolidator.model.text import squeeze
from consolidator.notation.dates import parse_date
from consolidator.notation.fold import as_written
from consolidator.notation.item import read_number
from consolidator.notation.yes_no import read_yes_no
from schemas.form import Figure, Form
from schemas.problems import CODES, Problem, problem
from schemas.roster import Roster

TOTALS = frozenset(("合计", "总计", "共计", "全区合计"))
_PASSED_OVER = TOTALS | {"核对", "小计", ""}
_LEAST_FIGURES = 2  # columns that are known, before a grid is taken for the table

Spot = tuple[int, int]


@dataclass(slots=True)
class UnitTable:
    """What a table says: ``figures`` by unit; ``totals`` of its row 合计, by figure; ``strange`` are rows of no unit of the roster.

    ``missing`` are the form's figures for which it has no column. ``problems`` are by (unit, problem).
    """

    sheet: str
    figures: dict[str, dict[str, FigureValue]] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    _: KW_ONLY
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    day: dt.date | None = None


def read_unit_table(grids: Sequence[Grid], form: Form, roster: Roster) -> UnitTable | None:
    """The table in the grids that has most units and figures; None where no grid is one."""
    words = _words(form)
    read = [_Reader(grid, turned, form, roster, words) for grid in grids for turned in (False, True)]
    fitting = [one for one in read if len(one.columns) >= _LEAST_FIGURES and one.rows]
    return max(fitting, key=lambda one: len(one.columns) * len(one.rows)).table() if fitting else None


def _words(form: Form) -> Mapping[str, str]:
    """What a title may say → the one figure that it means."""
    meant: dict[str, set[str]] = {}
    for name, figure in form.figures.items():
        item = form.item_of[name]
        texts = [name, figure.short, figure.title, f"{figure.short}（{figure.unit}）", f"{figure.title}（{figure.unit}）", form.label(name)]
        if len(item.figures) == 1:
            texts += [label.joined for label in item.labels]
            texts += [f"{item.number}.{label.joined}" for label in item.labels]
        for text in texts:
            meant.setdefault(squeeze(text), set()).add(name)
    return {text: next(iter(names)) for text, names in meant.items() if len(names) == 1}


class _Reader:
    """One grid, perhaps turned: which rows are units, which columns are figures."""

    def __init__(self, grid: Grid, turned: bool, form: Form, roster: Roster, words: Mapping[str, str]):
        self.grid, self.turned, self.form, self.roster = grid, turned, form, roster
        self.cells: dict[Spot, CellValue] = {((c, r) if turned else (r, c)): value for r, row in enumerate(grid.rows)
                                             for c, value in enumerate(row) if value != ""}
        self.units = self._units()
        self.rows = {row: unit for row, (unit, _) in self.units.items()}
        self.columns = self._columns(words) if self.rows else {}

    def _text(self, spot: Spot) -> str:
        value = self.cells.get(spot)
        return value if isinstance(value, str) else ""

    def _units(self) -> dict[int, tuple[str, int]]:
        """Row → (unit, column), of the column that names most units."""
        found: dict[int, dict[int, str]] = {}
        for row, column in self.cells:
            match = self.roster.match(self._text((row, column))) if self._text((row, column)) else None
            if match and match.unit:
                found.setdefault(column, {})[row] = match.unit
        if not found:
            return {}
        column = max(found, key=lambda one: (len(found[one]), -one))
        return {row: (unit, column) for row, unit in found[column].items()}

    def _columns(self, words: Mapping[str, str]) -> dict[int, str]:
        """Column → figure, by the lowest title above the first unit that means one; of a figure in two columns neither."""
        first = min(self.rows)
        found: dict[int, str] = {}
        for row, column in sorted(self.cells):
            name = words.get(squeeze(self._text((row, column)))) if row < first else None
            if name:
                found[column] = name
        return {column: name for column, name in found.items() if list(found.values()).count(name) == 1}

    def table(self) -> UnitTable:
        """All that it says."""
        table = UnitTable(self.grid.sheet, day=self._day())
        table.missing = [name for name in self.form.figures if name not in self.columns.values()]
        for row, unit in sorted(self.rows.items()):
            if unit in table.figures:
                table.twice.append(unit)
            table.figures[unit] = dict.fromkeys(self.form.figures)
            for column, name in self.columns.items():
                value, flagged = _value(self.cells.get((row, column), ""), self.form.figures[name])
                table.figures[unit][name] = value
                if flagged:
                    table.problems.append((unit, flagged.at(self.grid.sheet or None, self._address((row, column)))))
        self._other_rows(table)
        return table

    def _other_rows(self, table: UnitTable) -> None:
        """Rows below the first unit that are of no unit: 合计, or a name that the roster does not have."""
        first, column = min(self.rows), next(iter(self.units.values()))[1]
        for row in sorted({row for row, _ in self.cells if row > first and row not in self.rows}):
            name = self._text((row, column)).strip()
            if squeeze(name) in TOTALS:
                read = {figure: self.cells.get((row, at)) for at, figure in self.columns.items()}
                table.totals = {figure: float(value) for figure, value in read.items()
                                if isinstance(value, (int, float)) and not isinstance(value, bool)}
            elif squeeze(name) not in _PASSED_OVER and any((row, at) in self.cells for at in self.columns):
                table.strange.append(name)

    def _address(self, spot: Spot) -> str:
        return self.grid.address(spot[1], spot[0]) if self.turned else self.grid.address(*spot)

    def _day(self) -> dt.date | None:
        """The day that is written above the table, if it is one."""
        first = min(self.rows)
        year = self.form.campaign.first_week.year
        days = {reading.date for (row, _), value in self.cells.items() if row < first
                for reading in (parse_date(value, year) if isinstance(value, (str, dt.date)) else None,) if reading and reading.date}
        return days.pop() if len(days) == 1 else None


def _value(value: CellValue, figure: Figure) -> tuple[FigureValue, Problem | None]:
    reading = read_number(value, figure) if figure.is_number else read_yes_no(value, figure)
    if reading.code is None or CODES[reading.code].severity == "note":
        return reading.value, None
    words = {"label": figure.short, "example": figure.unit, "value": "", "unit": figure.unit, "decimals": "", **reading.words}
    return reading.value, problem(reading.code, figure=figure.name, written=as_written(value), **words)
