"""One sheet of a form of any printed layout, read along its picture."""

from __future__ import annotations

import re

from consolidator.model.grid import CellValue
from consolidator.model.marks import is_past
from consolidator.model.submission import Submission
from consolidator.model.text import squeeze
from consolidator.model.weeks import all_weeks, period_name
from consolidator.notation.dates import parse_date
from consolidator.notation.fold import Reading, as_written, is_blank
from consolidator.notation.item import read_item, read_number
from consolidator.reading.pictured.align import Aligned, printed_texts
from consolidator.reading.pictured.period import period_in
from schemas.form import Form, Item
from schemas.picture import SheetPicture, Spot, TablePicture, inside, range_of, spot_of
from schemas.problems import Problem, problem

_PAIR = re.compile(r"([^/／、，,;；]+)[/／、，,;；]([^/／、，,;；]+)")
_UNIT_FIELD = re.compile(r"^.{0,8}?(单位|部门|街道|科室|机构|企业|学校|村|区县?|乡镇)(名称)?([(（].{1,6}[)）])?[:：]?|"
                         r"[(（](加?盖?公?章|签章|盖章|公章|单位)[)）]")
_DATE_FIELD = re.compile(r"^.{0,10}?(日期|时间|年月|报告期|统计期|所属期|截[至止])[:：]?")
_TOTAL = re.compile(r"^(合计|总计|小计|共计|全[区市县省]合?计?|计)$")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百]+(?=[个家次人起项])")
_PEOPLE = re.compile(r"(填表|填报|审核|联系|经办|制表|负责|签发|复核)(人|电话|领导)|电话[:：]")
_A_NUMBER = re.compile(r"[(（]?(\d{1,4}|[一二三四五六七八九十]{1,3})[)）]?")
_LABEL_REACH = 40


class PicturedSheet:
    """One sheet read along its picture into ``submission``."""

    def __init__(self, picture: SheetPicture, aligned: Aligned, form: Form, submission: Submission):
        self.picture, self.aligned, self.form, self.submission = picture, aligned, form, submission
        self.grid = aligned.grid
        self.sheet = aligned.grid.sheet or None
        self.printed = printed_texts(picture)
        self.used: set[Spot] = set(aligned.matched.values())
        self.beside = {squeeze(text) for cell, text in picture.cells.items() if spot_of(cell) not in self.printed}

    def read(self) -> None:
        for table in self.picture.tables:
            names = [name for name, cell in self.picture.figures.items() if inside(spot_of(cell), table)]
            if table.layout == "unit_rows":
                self._read_row(table, names)
            else:
                self._read_cells(table, names)
        for table in self.picture.tables:  # once all are read: tables may stand side by side
            if table.layout != "unit_rows":
                self._report_others(table)
        self._read_around()

    def _read_cells(self, table: TablePicture, names: list[str]) -> None:
        items = {self.form.item_of[name].figures[0].name: self.form.item_of[name] for name in names}
        for item in items.values():
            printed = spot_of(self.picture.figures[item.figures[0].name])
            spot = self.aligned.spot(printed)
            if spot is None or not self._named(printed, table):
                for figure in item.figures:
                    self._add(problem("item-missing", figure=figure.name, sheet=self.sheet, label=self.form.label(figure.name)))
                continue
            self._value(item, spot)
        for cell in (*self.picture.texts, *(one.cell for one in self.picture.computed)):
            if inside(spot_of(cell), table) and (spot := self.aligned.spot(spot_of(cell))):
                self.used.add(spot)

    def _named(self, printed: Spot, table: TablePicture) -> bool:
        """Whether the texts that name a printed value cell are found as printed: those to its left, the lowest two above it."""
        top, left, _, _ = range_of(table.area)
        merged = [range_of(one) for one in self.picture.merged]
        values = {spot_of(cell) for cell in (*self.picture.figures.values(), *self.picture.texts)}
        beside: list[Spot] = []
        for c in range(printed[1] - 1, left - 1, -1):
            if (printed[0], c) in values:
                if beside:
                    break
                continue
            spot = _first(merged, (printed[0], c))
            if spot in self.printed and spot not in beside and not _A_NUMBER.fullmatch(self.printed[spot]):
                beside.append(spot)
        above = [spot for r in range(top + table.heads - 1, top - 1, -1) if (spot := _first(merged, (r, printed[1]))) in self.printed][:2]
        if not beside and not above:
            above = [spot for r in range(printed[0] - 1, -1, -1) if (spot := _first(merged, (r, printed[1]))) in self.printed][:1]
        wanted = [*beside, *above]
        return bool(wanted) and all(spot in self.aligned.matched for spot in wanted)

    def _value(self, item: Item, spot: Spot) -> None:
        value = self.grid.value(*spot)
        self.used.add(spot)
        cell, written = self.grid.address(*spot), "" if is_blank(value) else as_written(value)
        for name, reading in _readings(value, item).items():
            self.submission.cells[name], self.submission.written[name] = cell, written
            self.submission.figures[name] = reading.value
            if reading.code:
                flagged = problem(reading.code, figure=name, written=written, **{"label": self.form.label(name), **reading.words})
                self._add(flagged.at(self.sheet, cell))
                if flagged.severity == "error":
                    self.submission.figures[name] = None

    def _read_row(self, table: TablePicture, names: list[str]) -> None:
        """The one row that is filled in below the titles; 合计 of several rows is no unit's own."""
        top = range_of(table.area)[0]
        last_head = self.aligned.rows.get(top + table.heads - 1)
        heads = [r for r in range(top, top + table.heads) if r in self.aligned.rows]
        if last_head is None and heads:
            last_head = self.aligned.rows[heads[-1]] + top + table.heads - 1 - heads[-1]
        columns = {name: spot[1] for name in names if (spot := self.aligned.spot((top, spot_of(self.picture.figures[name])[1])))
                   and self._titled(spot_of(self.picture.figures[name])[1], table)}
        for name in names:
            if name not in columns:
                self._add(problem("item-missing", figure=name, sheet=self.sheet, label=self.form.label(name)))
        if last_head is None or not columns:
            return
        name_at = self.aligned.spot((top, spot_of(table.name_column)[1])) if table.name_column else None
        rows = self._filled_rows(last_head + 1, set(columns.values()), name_at[1] if name_at else None)
        if len(rows) > 1:
            units = "、".join(as_written(self.grid.value(row, name_at[1])) if name_at else str(row + 1) for row in rows[:5])
            self._add(problem("several-rows", sheet=self.sheet, cell=self.grid.address(rows[1], min(columns.values())), rows=units))
            self.submission.figures |= dict.fromkeys(names)
            self.submission.cells |= {name: self.grid.address(rows[0], column) for name, column in columns.items()}
            return
        row = rows[0] if rows else last_head + 1
        if name_at and rows:
            self._unit(as_written(self.grid.value(row, name_at[1])), (row, name_at[1]))
        items = {self.form.item_of[name].figures[0].name: self.form.item_of[name] for name in columns}
        for name, item in items.items():
            self._value(item, (row, columns[name]))
        self._report_beside(table, row, columns, name_at)

    def _titled(self, column: int, table: TablePicture) -> bool:
        top = range_of(table.area)[0]
        merged = [range_of(one) for one in self.picture.merged]
        spots = [spot for r in range(top + table.heads - 1, top - 1, -1) if (spot := _first(merged, (r, column))) in self.printed]
        return bool(spots) and all(spot in self.aligned.matched for spot in spots[:2])

    def _filled_rows(self, first: int, columns: set[int], name_column: int | None) -> list[int]:
        found, totals = [], []
        end = min((row for row in self.aligned.rows.values() if row > first), default=len(self.grid.rows))  # the next table's titles
        for row in range(first, end):
            filled = [c for c in columns if not is_blank(value := self.grid.value(row, c)) and not is_past(value)]
            if not filled:
                continue
            words = "".join(squeeze(value) for value in self.grid.rows[row] if isinstance(value, str))
            if name_column is not None and any(_TOTAL.match(squeeze(value)) for value in self.grid.rows[row][:name_column + 1]
                                               if isinstance(value, str)):
                totals.append(row)
                continue
            named = name_column is not None and not is_blank(self.grid.value(row, name_column))
            if not any(_NUMBER.search(as_written(self.grid.value(row, c))) for c in filled) and (
                    not named or len(words) > _LABEL_REACH or _PEOPLE.search(words)):
                continue  # a note or who filled it in, below the table
            found.append(row)
        return found or totals[:1]

    def _report_beside(self, table: TablePicture, row: int, columns: dict[str, int], name_at: Spot | None) -> None:
        """Numbers of the unit's row that stand below no title of the form."""
        known = set(columns.values()) | ({name_at[1]} if name_at else set())
        for cell in (*self.picture.texts, *(one.cell for one in self.picture.computed)):
            if spot := self.aligned.spot((range_of(table.area)[0], spot_of(cell)[1])):
                known.add(spot[1])
        first = min(columns.values())
        for column in range(first, len(self.grid.rows[row]) if row < len(self.grid.rows) else 0):
            if column not in known:
                self._report_number((row, column), next(iter(columns)))

    def _report_others(self, table: TablePicture) -> None:
        """Every number inside the table that nobody read."""
        top, left, bottom, right = range_of(table.area)
        rows = [row for printed, row in self.aligned.rows.items() if top <= printed <= bottom]
        columns = [column for printed, column in self.aligned.columns.items() if left <= printed <= right]
        if not rows or not columns:
            return
        places = {spot_of(cell)[0]: name for name, cell in self.picture.figures.items()}
        fields = {self.aligned.spot(spot_of(cell)) for cell in (self.picture.unit_cell, self.picture.date_cell) if cell}
        for row in range(min(rows), max(rows) + 1):
            printed = next((one for one, there in self.aligned.rows.items() if there == row), None)
            name = places.get(printed) if printed is not None else None
            for column in range(min(columns), max(len(self.grid.rows[row]), 0)):
                spot = (row, column)
                if spot not in self.used and spot not in fields and spot not in self._number_cells(table):
                    self._report_number(spot, name)

    def _number_cells(self, table: TablePicture) -> set[Spot]:
        return {there for printed, there in self.aligned.matched.items()}

    def _report_number(self, spot: Spot, name: str | None) -> None:
        value = self.grid.value(*spot)
        if is_blank(value) or is_past(value) or not _NUMBER.search(as_written(value)) or (
                isinstance(value, str) and (len(value) > _LABEL_REACH or squeeze(value) in self.beside)):
            return
        self.used.add(spot)
        self._add(problem("unread-number", figure=name, sheet=self.sheet, cell=self.grid.address(*spot), written=as_written(value)))
        if name is not None:
            self.submission.figures[name] = None

    def _read_around(self) -> None:
        """The unit and the day: what was written into their cells, or beside or behind the printed text."""
        rows = [row for row in self.aligned.rows.values()]
        first = min(rows, default=0)
        printed_lines = {squeeze(line) for picture in self.form.pictures for text in picture.cells.values()
                         for line in (text, *text.split("\n"))}
        last = max(rows, default=0)
        for row, values in enumerate(self.grid.rows):
            if first <= row <= last and not self._is_line(row):
                continue
            for column, value in enumerate(values):
                if is_blank(value) or (row, column) in self.used or is_past(value):
                    continue
                text = as_written(value)
                self._line(text, value, (row, column), printed=squeeze(text) in printed_lines)
        for whole in self.grid.lines:
            for line in re.split(r"[\t\n]", whole):
                if not is_past(line):
                    self._line(line, line, None, printed=squeeze(line) in printed_lines)

    def _is_line(self, row: int) -> bool:
        fields = [spot_of(cell)[0] for cell in (self.picture.unit_cell, self.picture.date_cell) if cell]
        return any(self.aligned.rows.get(field) == row for field in fields)

    def _line(self, text: str, value: CellValue, spot: Spot | None, *, printed: bool) -> None:
        field = _UNIT_FIELD.search(squeeze(text))
        if (field and "单位：" in text.replace(":", "：")) or (field and field.end() > 2):
            name = _UNIT_FIELD.sub("", squeeze(text), count=1)
            name = re.split(r"(填报|报送|填表)?(日期|时间|人)[:：]|20\d\d年", name)[0].strip("_ ：:")
            if name and not printed:
                self._unit(name, spot)
            elif spot is not None:
                beside = next((self.grid.value(spot[0], c) for c in range(spot[1] + 1, min(spot[1] + 6, len(self.grid.rows[spot[0]])))
                               if not is_blank(self.grid.value(spot[0], c))), "")
                if isinstance(beside, str) and beside and not _DATE_FIELD.match(squeeze(beside)) and not re.search(r"\d{4}年", beside):
                    self._unit(beside, spot)
        if not printed or not isinstance(value, str):
            self._date(value, spot)

    def _unit(self, name: str, spot: Spot | None) -> None:
        name = name.strip()
        if name and len(name) <= 40 and name not in (one for one, _ in self.submission.units):
            self.submission.units.append((name, self.grid.address(*spot) if spot else None))

    def _date(self, value: CellValue, spot: Spot | None) -> None:
        cell = self.grid.address(*spot) if spot else None
        day = None
        if isinstance(value, str):
            text = squeeze(value)
            reading = parse_date(value, self.form.campaign.first_week.year) if re.search(r"\d", value) else None
            day = reading.date if reading else None
            if day is None and (named := period_in(text)):
                day = next((week for week in all_weeks(self.form.campaign) if period_name(self.form.campaign, week) in named), None)
        elif not isinstance(value, (int, float, bool)):
            reading = parse_date(value, self.form.campaign.first_week.year)
            day = reading.date if reading else None
        if day is not None and day not in (one for one, _, _ in self.submission.dates):
            self.submission.dates.append((day, as_written(value), cell))

    def _add(self, one: Problem) -> None:
        self.submission.problems.append(one)


def _first(merged: list[tuple[int, int, int, int]], spot: Spot) -> Spot:
    """The first cell of the merged range that a cell lies in."""
    return next(((top, left) for top, left, bottom, right in merged if top <= spot[0] <= bottom and left <= spot[1] <= right), spot)


def _readings(value: CellValue, item: Item) -> dict[str, Reading]:
    """What a cell says of its item; two figures of the same unit are parted by a stroke (起数/生产性: 3/2)."""
    if len(item.figures) == 2 and isinstance(value, str) and item.figures[0].unit == item.figures[1].unit:
        found = _PAIR.fullmatch(value)
        if found:
            return {figure.name: read_number(text.strip(), figure) for figure, text in zip(item.figures, found.groups(), strict=True)}
    return read_item([value], item)[0]
