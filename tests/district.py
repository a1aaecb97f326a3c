"""A small district for tests of whole weeks: units, their figures week after week, and the program's runs."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from consolidator.model.inbox import InboxFile
from consolidator.model.result import SubmissionResult, UnitResult, WeekResult
from consolidator.model.submission import Submission
from consolidator.reading.ledgers.read_file import read_with_ledgers
from consolidator.workers.pool import Outcome, Read
from consolidator.workflows import weekly
from consolidator.workflows.weekly import Done
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME, Office, Paths, Settings
from tests.forms import fill, to_bytes

FORM = HOME / "schemas" / "major_hazards_2023.yaml"
W1, W2, W3, W4 = (dt.date(2023, 5, 29) + dt.timedelta(days=7 * n) for n in range(4))
BUREAU = "行业主管部门；执法部门"


class InlineWorkers:
    """The workers' work in this process: stories run many weeks, and processes have tests of their own."""

    def __init__(self, form: Form, *, processes: int | None = None, reader=None):
        """``processes`` and ``reader`` are not used: what a test says does not depend on whether LibreOffice is installed."""
        self.form = form
        self.asked: list[str] = []  # the files that were read, not known

    def __enter__(self) -> InlineWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    processes = 1
    reader = None
    ended_by_an_error = nullcontext

    def each(self, work, pieces, **limits):
        def outcome(piece):
            try:
                return Outcome(work(*piece, self.form))
            except Exception as error:
                return Outcome(error=error)
        return lambda: [outcome(piece) for piece in pieces]

    def begin(self, work, *arguments, shared=False):
        return partial(work, *arguments)

    def start(self, *arguments, **named):
        def outcomes(progress=None, each=None):
            reads = self.read(*arguments, **named)
            for read in reads if each else ():
                each(read)
            return reads
        return outcomes

    def read(self, files: Sequence[InboxFile], known=(), *, progress=None) -> list[Read]:
        reads = []
        for one in files:
            if not os.path.exists(one.path):
                reads.append(Read(one.file, hashlib.sha256(one.file.encode()).hexdigest(), 0,
                                  Submission("unreadable", problems=[problem("unreadable")]), lasting=False))
                continue
            data = Path(one.path).read_bytes()
            sha = hashlib.sha256(data).hexdigest()
            submission = None if sha in known else read_with_ledgers(data, one.file, self.form)
            reads.append(Read(one.file, sha, len(data), submission))
        return reads


class District:
    """An inbox, an outbox and a roster in ``folder``; ``send`` puts a form into the inbox, ``run`` runs a week."""

    def __init__(self, folder: Path, units: Sequence[str] = ("甲局", "乙局", "丙街道"), now: str = "2023-12-31T09:00:00",
                 *, write: bool = True):
        """``write`` False: the folder is a copy of another district's, roster and all."""
        self.folder = folder
        self.form = load_form(FORM)
        for name in ("inbox", "outbox"):
            (folder / name).mkdir(exist_ok=True)
        self.roster = folder / "roster.csv"
        if write:
            self.write_roster([(one, "街道" if one.endswith("街道") else BUREAU) for one in units])
        self.settings = Settings(
            office=Office(name="河北区安委会办公室", operator="王敏", phone="022-12345678", report_to_address="shianweiban@example.cn"),
            paths=Paths(inbox=folder / "inbox", outbox=folder / "outbox", roster=self.roster, form=FORM),
            now=dt.datetime.fromisoformat(now))

    def write_roster(self, rows: Sequence[tuple], changes: bool = False) -> None:
        with self.roster.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["单位名称", "类别", "别名", "邮箱", *(["沿革"] if changes else [])])
            for row in rows:
                writer.writerow([row[0], row[1], "", "", *row[2:]])

    def figures(self, unit: str, base: int = 10, **changes) -> dict:
        """Figures that keep every rule: counts are ``base``, money half of it up to its ceiling; the street leaves others' blank."""
        street = unit.endswith("街道")
        values: dict = {}
        for name, figure in self.form.figures.items():
            if street and figure.filled_by:
                values[name] = None
            else:
                amount = min(base / 2, figure.ceiling or base)
                values[name] = True if figure.kind == "yes_no" else amount if figure.kind == "money" else base
        return {**values, **changes}

    def send(self, unit: str, day: dt.date | None, file: str | None = None, *, base: int = 10, kind: str = "xlsxwriter",
             write_unit: bool = True, **changes) -> Path:
        """A filled form in the inbox; ``day`` None leaves the date blank. ``changes`` are figures, or texts for cells."""
        texts = {name: value for name, value in changes.items() if isinstance(value, str)}
        figures = self.figures(unit, base, **{k: v for k, v in changes.items() if k not in texts})
        sheet = fill(self.form, figures, unit=unit if write_unit else "_______", date=day or W1)
        if day is None:
            sheet.rows = [[_without_date(cell) for cell in row] for row in sheet.rows]
        for name, text in texts.items():
            (row, column), *_ = sheet.at[list(self.form.items).index(self.form.item_of[name])]["values"]
            sheet.rows[row][column] = text
        path = self.folder / "inbox" / (file or f"{unit}{day:%m%d}.xlsx" if day else file or f"{unit}.xlsx")
        path.write_bytes(to_bytes([sheet], kind))
        return path

    def send_all(self, day: dt.date, base: int = 10, but: Sequence[str] = ()) -> None:
        for unit in self.units():
            if unit not in but:
                self.send(unit, day, base=base)

    def units(self) -> list[str]:
        with self.roster.open(encoding="utf-8-sig", newline="") as file:
            return [row["单位名称"] for row in csv.DictReader(file)]

    def run(self, week: dt.date | None = None) -> WeekResult:
        return self.run_whole(week).result

    def run_whole(self, week: dt.date | None = None) -> Done:
        return weekly.run(self.settings, week)

    def result_json(self, week: dt.date) -> dict:
        return json.loads((self.week(week) / "result.json").read_text(encoding="utf-8"))

    def week(self, week: dt.date) -> Path:
        return self.folder / "outbox" / week.isoformat()


def _without_date(cell):
    if isinstance(cell, str) and "2023年" in cell and "（单位）" not in cell and "行动" not in cell:
        return "时间：2023年   月   日"
    return cell


def unit(result: WeekResult, name: str) -> UnitResult:
    return next(one for one in result.units if one.unit == name)


def file(result: WeekResult, name: str) -> SubmissionResult:
    return next(one for one in result.submissions if one.file == name)


def codes(one: SubmissionResult) -> set[str]:
    return {problem.code for problem in one.problems}
