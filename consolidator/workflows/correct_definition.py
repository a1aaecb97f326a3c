"""A definition that ``adopt`` wrote, corrected by clicks: only the lines in question change, all others and their comments stay.

What is wrong afterwards is refused, and the file stays as it was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from consolidator.adopt.words import kind_of_unit
from consolidator.workflows.definition_lines import Lines, scalar
from schemas.errors import ConsolidatorError, UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.picture import range_of, spot_of

MEASURES = {"flow": "累计", "year": "本年累计", "period": "本期", "level": "现状"}
RHYTHMS = {"weekly": "每周一", "weekly_any_day": "每周（其他日子）", "ten_days": "每旬", "half_monthly": "每半月", "monthly": "每月",
           "quarterly": "每季", "half_yearly": "每半年", "yearly": "每年"}
YES_NO = "是/否"
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,4}")
_MOST_PARTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says a figure is; None leaves a thing as it is.

    ``part_of`` and ``sum_of`` name other figures by their cells on the same sheet (B5; B5、B7; B5:B9), "" that there is no such rule.
    """

    short: str
    unit: str
    measure: str
    label: str | None = None
    filled_by: str | None = None
    cell: str | None = None
    part_of: str | None = None
    sum_of: str | None = None


def open_guesses(path: Path) -> dict[str, str]:
    """Figure → what is still to be checked of it."""
    return Lines.read(path).open_guesses()


def correct(path: Path, name: str, words: Correction) -> None:
    """Give a figure the ``words`` of the correction, and take its marks away: it was looked at.

    Raises:
        UsageError: there is no such figure, or what is given cannot be; the file stays as it was.
    """
    short, unit = words.short.strip(), words.unit.strip()
    if words.measure not in MEASURES or not short or not unit or len(short) > 40 or len(unit) > 10:
        raise UsageError("请写简称（40 字内）、计量单位（10 字内），并选口径")

    def change(lines: Lines, form: Form) -> None:
        if name not in form.figures:
            raise UsageError(f"没有名为 {name[:40]} 的指标")
        lines.set_figure(name, short=short, unit=unit, measure=words.measure)
        lines.know_unit(unit, "yes_no" if unit == YES_NO else "count" if kind_of_unit(unit) == "count" else "money")
        if words.label is not None:
            lines.set_label(name, _label(words.label))
        if words.filled_by is not None:
            kinds = [one.strip() for one in re.split(r"[、，,\s]+", words.filled_by) if one.strip()]
            lines.set_filled_by(name, kinds)
        if words.cell is not None:
            for one in form.item_of[name].figures:
                lines.set_cell(one.name, _cell(words.cell))
        if words.part_of is not None:
            whole = _named(form, name, words.part_of, 1)
            lines.set_rule("part_of_whole", "part", name, [f"{{part: {name}, whole: {whole[0]}}}"] if whole else [])
        if words.sum_of is not None:
            parts = _named(form, name, words.sum_of, _MOST_PARTS)
            if len(parts) == 1:
                raise UsageError("合计要写两格以上，如 B5、B6 或 B5:B8")
            lines.set_rule("sum_of", "total", name, [f"{{total: {name}, parts: [{', '.join(parts)}]}}"] if parts else [])
    _changed(path, change)


def set_periods(path: Path, rhythm: str, first: str, last: str, due: str) -> None:
    """How often the form is due, its first and last day, and until when on the day.

    Raises:
        UsageError: what is given cannot be; the file stays as it was.
    """
    if rhythm not in RHYTHMS:
        raise UsageError("请选多久报一次")
    try:
        days = [dt.date.fromisoformat(one.strip()) for one in (first, last)]
    except ValueError as error:
        raise UsageError("第一期、最后一期请写成 2026-01-31 这样的日期") from error
    if not re.fullmatch(r"\d\d:\d\d", due.strip()):
        raise UsageError("几点前请写成 12:00 这样的时刻")
    _changed(path, lambda lines, form: lines.set_campaign({
        "rhythm": rhythm, "first_week": str(days[0]), "last_week": str(days[1]), "due": scalar(due.strip())}))


def drop(path: Path, name: str) -> None:
    """Leave an item out: its figures, its cell and the rules that name it.

    Raises:
        UsageError: there is no such figure, or it is the last one; the file stays as it was.
    """
    def change(lines: Lines, form: Form) -> None:
        if name not in form.figures:
            raise UsageError(f"没有名为 {name[:40]} 的指标")
        if len(form.items) == 1:
            raise UsageError("只剩这一项，不能去掉")
        lines.drop_item([figure.name for figure in form.item_of[name].figures])
    _changed(path, change)


def add(path: Path, cell: str, label: str, words: Correction, sheet: int = 0) -> str:
    """Take a cell of the printed form in as an item; the name of its figure.

    Raises:
        UsageError: the cell has an item already, or what is given cannot be; the file stays as it was.
    """
    cell, short, unit = _cell(cell), words.short.strip() or "".join(_label(label))[-16:], words.unit.strip()
    if words.measure not in MEASURES or not unit or len(short) > 40 or len(unit) > 10:
        raise UsageError("请写项目、计量单位（10 字内），并选口径")
    name = (f"s{sheet + 1}_" if sheet else "") + cell.lower()

    def change(lines: Lines, form: Form) -> None:
        if not 0 <= sheet < len(form.pictures):
            raise UsageError("这张表没有 pictures，不能加格")
        if cell in form.pictures[sheet].figures.values() or name in form.figures:
            raise UsageError(f"{cell} 已经是一项：请在那一项里改")
        row, column = spot_of(cell)
        if not any(range_of(one.area)[0] <= row <= range_of(one.area)[2] + 1 and range_of(one.area)[1] <= column <= range_of(one.area)[3]
                   for one in form.pictures[sheet].tables):
            raise UsageError(f"{cell} 不在表内")
        lines.know_unit(unit, "yes_no" if unit == YES_NO else "count" if kind_of_unit(unit) == "count" else "money")
        lines.add_item(_section_of(form, sheet, row), _label(label), {"name": name, "short": short, "unit": unit, "measure": words.measure},
                       sheet, cell)
    _changed(path, change)
    return name


def _section_of(form: Form, sheet: int, row: int) -> int:
    """The section whose items stand nearest above a row of a sheet."""
    rows = {name: spot_of(cell)[0] for name, cell in form.pictures[sheet].figures.items()}
    best, found = -1, len(form.sections) - 1
    for number, section in enumerate(form.sections):
        for item in section.items:
            at = rows.get(item.figures[0].name, -1)
            if best < at <= row:
                best, found = at, number
    return found


def _label(text: str) -> list[str]:
    lines = [one.strip() for one in text.replace("\r", "").split("\n") if one.strip()]
    if not lines or sum(map(len, lines)) > 300:
        raise UsageError("请写项目的名称（300 字内）")
    return lines


def _cell(text: str) -> str:
    cell = text.strip().upper()
    if not _CELL.fullmatch(cell):
        raise UsageError(f"“{text.strip()[:20]}”不是单元格，写法如 B5")
    return cell


def _named(form: Form, name: str, text: str, most: int) -> list[str]:
    """The figures that cells name, on the sheet of ``name``: B5、B7 or B5:B9."""
    picture = next(one for one in form.pictures if form.item_of[name].figures[0].name in one.figures)
    by_cell = {spot_of(cell): figure for figure, cell in picture.figures.items()
               if figure == form.item_of[figure].figures[0].name and form.figures[figure].is_number}
    found: list[str] = []
    for part in re.split(r"[、，,;；\s+]+", text.strip().upper().replace("：", ":")):
        if not part:
            continue
        if not re.fullmatch(rf"{_CELL.pattern}(:{_CELL.pattern})?", part):
            raise UsageError(f"“{part[:20]}”不是单元格，写法如 B5，或 B5:B9")
        top, left, bottom, right = range_of(part)
        spots = [spot for spot in sorted(by_cell) if top <= spot[0] <= bottom and left <= spot[1] <= right]
        if not spots:
            raise UsageError(f"{part} 不是要填数的格")
        found += [by_cell[spot] for spot in spots if by_cell[spot] not in found]
    if name in found:
        raise UsageError("一项不能是它自己的一部分")
    if len(found) > most:
        raise UsageError("属于哪一项只能写一格" if most == 1 else f"合计最多写 {most} 格")
    return found


def _changed(path: Path, change: Callable[[Lines, Form], None]) -> None:
    before = path.read_text(encoding="utf-8")
    lines = Lines(before.split("\n"))
    change(lines, load_form(path))
    path.write_text(lines.text, encoding="utf-8", newline="\n")
    try:
        load_form(path)
    except (ConsolidatorError, yaml.YAMLError) as error:
        path.write_text(before, encoding="utf-8", newline="\n")
        raise UsageError(f"没有改：{error}") from error

