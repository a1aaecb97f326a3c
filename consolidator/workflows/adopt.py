"""A blank form becomes a definition: written, shown, and proved on blanks and random fillings."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from consolidator.adopt.blank_sheet import read_blank
from consolidator.adopt.definition import CHECK, definition_text, table_of
from consolidator.adopt.relations import relate
from consolidator.adopt.replacing import Mapped, keep_names
from consolidator.adopt.understand import understand
from consolidator.adopt.understood import Understood
from consolidator.model.grid import Grid, put_values
from consolidator.model.submission import FigureValue, Submission
from consolidator.model.text import squeeze
from consolidator.model.weeks import all_weeks
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.read_file import read_submission
from consolidator.reading.read_file import understand as read_form
from consolidator.workflows.planting import planted
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank import write_blank_of
from schemas.errors import UsageError
from schemas.form import Figure, Form, Item
from schemas.form_loading import load_form
from schemas.picture import SheetPicture, range_of, spot_of
from schemas.problems import Problem
from schemas.roster import load_roster
from schemas.settings import HOME

FILLINGS = 20
_UNIT = "试填单位"


@dataclass(slots=True)
class Adopted:
    """What ``adopt`` found and wrote."""

    path: Path
    blank: Path
    understood: Understood
    rows: list[tuple[str, str, str, str, str]]
    proof: Proof
    _: KW_ONLY
    mapped: Mapped | None = None
    roster: Path | None = None


@dataclass(slots=True)
class Proof:
    """What :func:`check` found: ``wrong`` are sentences of what does not hold, ``guesses`` the lines to check."""

    form: Form
    blanks_same: int = 0
    fillings: int = 0
    planted: int = 0
    wrong: list[str] = field(default_factory=list)
    _: KW_ONLY
    guesses: list[tuple[int, str]] = field(default_factory=list)


def adopt(blank: Path, name: str | None, *, instead_of: Path | None = None, roster: Path | None = None, folder: Path | None = None,
          today: dt.date | None = None) -> Adopted:
    """Reads the blank form ``blank`` and writes ``schemas/<name>.yaml``, with a copy of the blank beside it.

    ``roster`` is a file that is written with the units printed in the form, if it is not there yet. ``instead_of`` is
    the definition that the form replaces: figures that are the same keep their names, and so their history.

    Raises:
        UsageError: the file is no blank form, or there is a definition of this name already.
    """
    folder = folder or HOME / "schemas"
    name = name or _name_of(blank, folder)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise UsageError(f"--name {name} 不合要求：请用小写字母开头，只含小写字母、数字和下划线")
    path = folder / f"{name}.yaml"
    if path.exists():
        raise UsageError(f"schemas/{name}.yaml 已有：请用 --name 另起名字，或先移走原来的文件")
    understood = understand(read_blank(blank), blank, name, (today or dt.date.today()).year)
    relate(understood)
    mapped = keep_names(understood, load_form(instead_of)) if instead_of else None
    text = definition_text(understood, blank.name)
    path.write_text(text, encoding="utf-8", newline="\n")
    copy = path.with_name(f"{name}_空白表{blank.suffix.lower()}")
    shutil.copyfile(blank, copy)
    adopted = Adopted(path, copy, understood, table_of(understood), check(path, copy), mapped=mapped)
    if roster is not None:
        adopted.roster = _write_roster(roster, understood, load_form(path))
    return adopted


def _write_roster(path: Path, understood: Understood, form: Form) -> Path:
    """The roster of the printed units; one that is there already is only checked."""
    if not path.exists():
        if not understood.names:
            raise UsageError(f"表样定义已写好；表里没有印出各单位的名称，名册 {path.name} 请照 schemas/roster.csv 的样子自己写")
        kinds = "、".join(form.kinds)
        rows = [f"{name.strip()},{kinds},," for name in dict.fromkeys(understood.names) if "," not in name]
        path.write_text("\n".join(["单位名称,类别,别名,邮箱", *rows]) + "\n", encoding="utf-8-sig", newline="\n")
    load_roster(path, form)
    return path


def _name_of(blank: Path, folder: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", blank.stem.lower()).strip("_")
    name = stem if re.match(r"[a-z]", stem) else "form"
    n, found = 2, name
    while (folder / f"{found}.yaml").exists():
        found, n = f"{name}_{n}", n + 1
    return found


def definition_path(name: str, folder: Path | None = None) -> Path:
    """The definition called ``name`` (with or without .yaml).

    Raises:
        UsageError: there is none.
    """
    folder = folder or HOME / "schemas"
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder / f"{name}.yaml"
    if not path.is_file():
        known = sorted(one.stem for one in folder.glob("*.yaml"))
        raise UsageError(f"没有名为 {name} 的表样定义：现有 {'、'.join(known)}")
    return path


def check(path: Path, blank: Path | None = None) -> Proof:
    """Proves a definition: blanks made from it look like the form, random fillings read back whole, guesses are listed.

    ``blank`` is the issuer's own file; by default the copy kept beside the definition.
    """
    form = load_form(path)
    proof = Proof(form)
    proof.guesses = [(number, line.partition("#")[2].strip()) for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
                     if f"# {CHECK}" in line]
    if not form.pictures:
        proof.wrong.append("这个定义不是由空白表生成的，没有 pictures，不能核对样子")
        return proof
    week = all_weeks(form.campaign)[0]
    with TemporaryDirectory() as folder:
        made = Path(folder) / "空白.xlsx"
        write_blank_of(form, Addressee(_UNIT, form.kinds, week), made, for_print=True)
        ours = read_grids(made.read_bytes(), made.name)
        if not isinstance(ours, list):
            proof.wrong.append(f"做出的空白表读不出：{ours.message if isinstance(ours, Problem) else ours.kind}")
            return proof
        _compare(form, ours, proof)
        _try_blank(form, made.read_bytes(), made.name, proof)
        _fill(form, ours, week, proof, "做出的空白表")
    blank = blank or next(iter(sorted(path.parent.glob(f"{path.stem}_空白表.*"))), None)
    if blank is not None and blank.is_file():
        theirs = read_grids(blank.read_bytes(), blank.name)
        if isinstance(theirs, list):
            _fill(form, theirs, week, proof, f"原表 {blank.name}")
    return proof


def _compare(form: Form, grids: list[Grid], proof: Proof) -> None:
    """Cell for cell: what is printed in the picture is in the blank that was made."""
    by_name = {grid.sheet: grid for grid in grids}
    for picture in form.pictures:
        grid = by_name[picture.sheet]
        fields = {cell for cell in (picture.unit_cell, picture.date_cell) if cell}
        for cell, text in picture.cells.items():
            there = grid.value(*spot_of(cell))
            if cell in fields or squeeze(_text(there)) == squeeze(text) or _is_value(picture, cell):
                proof.blanks_same += 1
            elif not _in_body(picture, cell):
                proof.wrong.append(f"{picture.sheet}!{cell} 应印“{text[:20]}”，做出的空白表是“{_text(there)[:20]}”")


def _is_value(picture: SheetPicture, cell: str) -> bool:
    return cell in picture.figures.values() or cell in picture.texts or any(one.cell == cell for one in picture.computed)


def _in_body(picture: SheetPicture, cell: str) -> bool:
    row = spot_of(cell)[0]
    return any(table.layout == "unit_rows" and range_of(table.area)[0] + table.heads <= row <= range_of(table.area)[2]
               for table in picture.tables)


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _try_blank(form: Form, data: bytes, name: str, proof: Proof) -> None:
    submission = read_submission(data, name, form)
    errors = [one for one in submission.problems if one.severity == "error"]
    if submission.kind != "form" or errors:
        proof.wrong.append(f"做出的空白表读回时：{errors[0].message if errors else '认不出是这张表'}")


def _fill(form: Form, grids: list[Grid], week: dt.date, proof: Proof, what: str) -> None:
    """Random figures put into the very cells of ``grids`` and read back."""
    chance = random.Random(form.name)
    for _ in range(FILLINGS):
        wanted = {figure.name: _any_value(figure, chance) for figure in form.figures.values()}
        submission = read_form(filled(form, grids, wanted), form)
        difference = _difference(submission, wanted, form)
        if difference:
            if len(proof.wrong) < 10:
                proof.wrong.append(f"{what}试填后读回不符：{difference}")
            return
        proof.fillings += 1
    count, missed = planted(form, grids, week, filled, _place(form))
    proof.planted += count
    proof.wrong += [f"{what}：{one}" for one in missed]


def _place(form: Form) -> Callable[[str, list[Grid]], tuple[int, tuple[int, int]]]:
    def place(name: str, grids: list[Grid]) -> tuple[int, tuple[int, int]]:
        first = form.item_of[name].figures[0].name
        number = next(n for n, picture in enumerate(form.pictures) if first in picture.figures)
        source = _source(form, number, grids)
        row, column = spot_of(form.pictures[number].figures[first])
        return grids.index(source), (row - _lift(form.pictures[number], source), column)
    return place


def _source(form: Form, number: int, grids: list[Grid]) -> Grid:
    """The grid that a picture is of: by the sheet's name, else the one at its place."""
    wanted = squeeze(form.pictures[number].sheet)
    return next((grid for grid in grids if squeeze(grid.sheet) == wanted), grids[min(number, len(grids) - 1)])


def _any_value(figure: Figure, chance: random.Random) -> FigureValue:
    if figure.kind == "yes_no":
        return chance.random() < 0.5
    most = 9 if figure.unit == "亿元" else 900
    return chance.randrange(0, most) if figure.kind == "count" else round(chance.randrange(0, most * 100) / 100, 2)


def filled(form: Form, grids: list[Grid], values: dict[str, FigureValue]) -> list[Grid]:
    """The grids with each figure in its printed cell; a value that is None leaves its item blank."""
    done = [replace(grid, rows=[list(row) for row in grid.rows]) for grid in grids]
    for number, picture in enumerate(form.pictures):
        source = _source(form, number, grids)
        grid = done[grids.index(source)]
        lift = _lift(picture, source)
        for item in form.items:
            cell = picture.figures.get(item.figures[0].name)
            if cell and not any(values[figure.name] is None for figure in item.figures):
                row, column = spot_of(cell)
                put_values(grid.rows, {(row - lift, column): _written(item, values)})
    return done


def _lift(picture: SheetPicture, grid: Grid) -> int:
    """How many rows the picture has above the grid: of a Word table, the paragraphs before it."""
    return min(sum(bool(line.strip()) for line in grid.lines), 6) if grid.word_table else 0


def _written(item: Item, values: dict[str, FigureValue]) -> str | float | int:
    given = [values[figure.name] for figure in item.figures]
    if len(given) == 1:
        return ("是" if given[0] else "否") if isinstance(given[0], bool) else given[0] or 0
    if item.figures[0].unit == item.figures[1].unit:
        return "/".join(map(_text, given))
    return "，".join(f"{_text(value)}{figure.unit}" for value, figure in zip(given, item.figures, strict=True))


def _difference(submission: Submission | None, wanted: dict[str, FigureValue], form: Form) -> str:
    if submission is None:
        return "认不出是这张表"
    for name, value in wanted.items():
        got = submission.figures.get(name)
        if got != value:
            return f"“{form.label(name)}”填 {value}，读成 {got}"
    return ""
