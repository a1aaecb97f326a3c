"""Three made-up weeks of the example rosters, filled in as people do, and consolidated on both levels.

The bureau's 科室 report to the bureau; its 汇总表 is the bureau's own submission to the district. One week holds mistakes,
a late form and a unit that sends nothing.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.display import value_text
from consolidator.model.filenames import blank_name, merged_name, summary_name
from consolidator.model.result import REJECTED, Figures
from consolidator.model.submission import FigureValue
from consolidator.model.weeks import all_weeks
from consolidator.workflows.demo_ledgers import figures_that_meet, write_ledgers
from consolidator.workflows.weekly import Done, run
from consolidator.writing.official.blank import write_blank
from consolidator.writing.official.blank_word import write_blank_word
from schemas.errors import ConsolidatorError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.roster import Roster, Unit, load_roster
from schemas.settings import Office, Paths, Settings, shipped

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WEEKS = 3
BUREAU, DISTRICT = "区商务局", "河北区"
MARK = "演示文件夹.txt"  # only a folder that has it is ever emptied


def make(folder: Path) -> list[str]:
    """Make the demonstration in ``folder``; three lines that say where to look.

    Raises:
        ConsolidatorError: the folder holds something else.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise ConsolidatorError(f"{folder} 里已有别的东西：请换一个空文件夹，如 consolidate.py demo 演示")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("这个文件夹由 consolidate.py demo 生成，再次运行时会清空重做。\n", encoding="utf-8")
    bureau = _settings(folder / BUREAU, BUREAU, "schemas/roster_commerce_bureau.csv", "区安委会办公室")
    district = _settings(folder / DISTRICT, "河北区安委会办公室", "schemas/roster.csv", "市安委会办公室")
    form = load_form(district.paths.form)
    weeks = all_weeks(form.campaign)[:WEEKS]
    stories = [_Story(form, load_roster(one.paths.roster, form), one.paths.inbox, seed)
               for seed, one in enumerate((bureau, district))]
    done: list[Done] = []
    for number, week in enumerate(weeks):
        stories[0].write(number, week, except_for=())
        for one in stories:
            write_ledgers(form, [unit.name for unit in one.units if unit.name != BUREAU], number, week, one.inbox)
        below = run(bureau, week)
        up = below.folder / merged_name(form, week)
        stories[1].write(number, week, except_for=(BUREAU,))
        summary = below.folder / summary_name(form, week)
        if summary.is_file():  # the bureau's hazards go up as its own ledger
            shutil.copyfile(summary, district.paths.inbox / f"{BUREAU}台账{week:%m%d}.xlsx")
        shutil.copyfile(up, district.paths.inbox / f"{BUREAU}{week:%m%d}.xlsx")
        done.append(run(district, week))
    last, middle = done[-1], done[1]
    sent_back = sum(one.status == REJECTED for one in middle.result.submissions)
    return [f"三期已汇总。先看区级最近一期的网页：{last.folder / 'report.html'}",
            f"上报的两个文件在同一文件夹：{merged_name(form, last.result.week)}、阶段工作情况报告.docx",
            f"{middle.result.week} 期有 {sent_back} 份退回、有单位没报：看 {middle.folder / '退回'} 和 催报通知.txt"]


def _settings(folder: Path, office: str, roster: str, above: str) -> Settings:
    for name in ("inbox", "outbox"):
        (folder / name).mkdir(parents=True)
    return Settings(office=Office(name=office, operator="王敏", phone="022-00000000", report_to=above),
                    paths=Paths(inbox=folder / "inbox", outbox=folder / "outbox", roster=shipped(roster)))


class _Story:
    """The forms of one level, week after week: figures grow, and in the second week things go wrong."""

    def __init__(self, form: Form, roster: Roster, inbox: Path, seed: int):
        self.form, self.units, self.inbox = form, roster.units, inbox
        self.chance = random.Random(seed)
        self.figures: dict[str, Figures] = {unit.name: {} for unit in roster.units}
        self.keepers = [unit.name for unit in roster.units if unit.name != BUREAU]  # the first of them keep ledgers

    def write(self, number: int, week: dt.date, except_for: tuple[str, ...]) -> None:
        """One week's files; in week 1 (of 0, 1, 2) one unit sends nothing, one is late, one has mistakes."""
        faulty = number == 1 and len(self.units) > 10
        for position, unit in enumerate(self.units):
            before = dict(self.figures[unit.name])
            self._grow(unit, first=number == 0)
            self._meet(self.keepers.index(unit.name) if unit.name in self.keepers else len(self.keepers), number, before, unit.name)
            if unit.name in except_for or (faulty and position == len(self.units) - 1):
                continue
            in_word = position % 4 == 3
            path = self.inbox / blank_name(unit.name, week, self.form, ".docx" if in_word else ".xlsx")
            day = week + dt.timedelta(days=1) if faulty and position == len(self.units) - 2 else None
            figures, texts = self.figures[unit.name], self._mistakes() if faulty and position == 1 else {}
            if in_word:
                _in_word(self.form, unit, week, path, figures, day=day)
            else:
                _in_excel(self.form, unit, week, path, {**figures, **texts}, day=day)

    def _mistakes(self) -> dict[str, str | None]:
        """An estimate, an unfinished note, and two blanks, wherever the form has such figures."""
        counts = [name for name, one in self.form.figures.items() if one.kind == "count" and not one.filled_by
                  and len(self.form.item_of[name].figures) == 1]
        return {counts[0]: "约20", counts[2]: "待核实", counts[-1]: None, counts[-2]: None}

    def _meet(self, position: int, number: int, before: Figures, name: str) -> None:
        """Make the figures of a unit that keeps ledgers what its rows prove, and the parts of a whole no greater than it."""
        figures = self.figures[name]
        own = figures_that_meet(self.form, position, number, before, figures)
        figures.update(own)
        for rule in self.form.rules.part_of_whole:
            whole, part = figures[rule.whole], figures[rule.part]
            if rule.whole in own and rule.part not in own and whole is not None and part is not None and part > whole:
                figures[rule.part] = whole

    def _grow(self, unit: Unit, *, first: bool) -> None:
        """The unit's cumulative figures a week later, true to the form's rules."""
        chance, figures = self.chance, self.figures[unit.name]
        for name, figure in self.form.figures.items():
            if figure.filled_by and not set(figure.filled_by) & set(unit.kinds):
                figures[name] = None
            elif figure.kind == "yes_no":
                figures[name] = figures.get(name) or chance.random() < 0.6
            elif figure.kind == "money":
                figures[name] = round((figures.get(name) or 0) + chance.randint(1, 40) / 20, 2)
            elif figure.measure == "level":
                figures[name] = figures.get(name) or chance.randint(2, 9)
            else:
                figures[name] = (figures.get(name) or 0) + chance.randint(1, 9 if first else 4)
        for rule in self.form.rules.part_of_whole:
            whole, part = figures[rule.whole], figures[rule.part]
            if whole is not None and part is not None and part > whole:
                figures[rule.whole] = part


def _in_excel(form: Form, unit: Unit, week: dt.date, path: Path, values: Mapping[str, FigureValue | str],
              *, day: dt.date | None) -> None:
    """Fill the unit's blank workbook as in Excel; a text is where a department wrote one in place of a figure."""
    import openpyxl

    from consolidator.writing.official import form_sheet

    write_blank(form, unit.name, unit.kinds, week, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for name, (row, column) in form_sheet.lay_out(form, week, split=True).cells().items():
        value = values[name]
        sheet.cell(row + 1, column + 1).value = ("是" if value else "否") if isinstance(value, bool) else value
    if day:
        _replace_date(sheet, day)
    book.save(path)


def _replace_date(sheet: Worksheet, day: dt.date) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, dt.date):
                cell.value = dt.datetime.combine(day, dt.time())
                return


def _in_word(form: Form, unit: Unit, week: dt.date, path: Path, values: Figures, *, day: dt.date | None) -> None:
    """Fill the unit's blank Word form as in Word."""
    import docx

    from consolidator.notation.item import write_item

    write_blank_word(form, unit.name, unit.kinds, week, path)
    document = docx.Document(str(path))
    table = document.tables[0]
    labels = {item.label(week).joined: item for item in form.items}
    for row in table.rows:
        for number, cell in enumerate(row.cells[:-1]):
            item = labels.get("".join(cell.text.split()))
            if item:
                only = item.figures[0]
                text = value_text(values[only.name], only) if len(item.figures) == 1 else write_item(values, item)
                row.cells[number + 1].text = text
    if day:
        for paragraph in document.paragraphs:
            for part in paragraph.runs:
                part.text = part.text.replace(f"{week.month}月{week.day}日", f"{day.month}月{day.day}日")
    document.save(str(path))
