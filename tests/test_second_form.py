"""A second form is one more YAML file: from blank to merged to the level above, without a line of code of its own."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import json
import re
import zipfile
from typing import get_args

import docx
import openpyxl
import pytest

from consolidator.model.display import value_text
from consolidator.model.filenames import merged_name
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.model.result import WeekResult
from consolidator.notation.item import write_item
from consolidator.workflows import handouts, weekly
from consolidator.workflows.decisions import accept
from consolidator.writing.official import form_sheet
from schemas.form_loading import load_form
from schemas.ledger_definition import BridgePair
from schemas.settings import HOME, Office, Paths, Settings
from tests.command import call
from tests.district import InlineWorkers
from tests.forms import LAYOUTS, fill, to_bytes

SMALL, FIRST = HOME / "tests" / "small_form.yaml", HOME / "schemas" / "major_hazards_2023.yaml"
WEEKS = [dt.date(2024, 3, 4), dt.date(2024, 3, 11)]
REWORDED = dt.date(2024, 5, 6)
FORM = load_form(SMALL)


class Level:
    """One level's inbox, outbox and roster for the small form."""

    def __init__(self, folder, office: str, units: list[tuple[str, str]]):
        for name in ("inbox", "outbox"):
            (folder / name).mkdir(parents=True)
        self.inbox, self.roster = folder / "inbox", folder / "roster.csv"
        rows = ["单位名称,类别,别名,邮箱", *(f"{name},{kind},," for name, kind in units)]
        self.roster.write_text("\n".join(rows), encoding="utf-8")
        self.settings = Settings(office=Office(name=office),
                                 paths=Paths(inbox=self.inbox, outbox=folder / "outbox", roster=self.roster, form=SMALL),
                                 now=dt.datetime(2024, 6, 30, 9))

    def run(self, week: dt.date) -> weekly.Done:
        return weekly.run(self.settings, week)


@pytest.fixture
def levels(tmp_path, monkeypatch) -> tuple[Level, Level]:
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    below = Level(tmp_path / "below", "某区住建委", [("一街道", "街道"), ("二街道", "街道"), ("市容局", "部门")])
    return below, Level(tmp_path / "above", "某市燃气办", [("某区住建委", "部门"), ("另一区住建委", "部门")])


def _figures(scale: int) -> dict:
    return {"visited": 100 * scale, "hazards": 7 * scale, "other_hazards": scale, "cases_filed": 2 * scale, "fined": 0.35 * scale,
            "register_kept": True, "other_cases": 0}


def _fill_workbook(path, week: dt.date, values: dict) -> None:
    book = openpyxl.load_workbook(path)
    for name, (row, column) in form_sheet.lay_out(FORM, week, split=True).cells().items():
        value = values[name]
        book.worksheets[0].cell(row + 1, column + 1).value = ("是" if value else "否") if isinstance(value, bool) else value
    book.save(path)


def _fill_document(path, week: dt.date, values: dict) -> None:
    document = docx.Document(str(path))
    items = iter(FORM.items)
    item = next(items)
    for row in document.tables[0].rows:
        cells = row.cells
        for number, cell in enumerate(cells[:-1]):
            if item and "".join(cell.text.split()) == item.label(week).joined:
                name = item.figures[0].name
                cells[number + 1].text = (write_item(values, item) if len(item.figures) == 2
                                          else value_text(values[name], FORM.figures[name]))
                item = next(items, None)
    assert item is None
    document.save(str(path))


@pytest.mark.parametrize("week", [WEEKS[0], REWORDED], ids=["as first printed", "after a label was re-worded"])
def test_the_whole_way_from_blank_to_the_level_above(levels, week):
    below, above = levels
    for word in (False, True):
        folder, count = handouts.blanks(below.settings, [], week, kind="docx" if word else "xlsx")
        assert count == 3
    workbooks, documents = sorted(folder.glob("*.xlsx")), sorted(folder.glob("*.docx"))
    for scale, path in enumerate(workbooks[:2], 1):
        _fill_workbook(path, week, _figures(scale))
        path.rename(below.inbox / path.name)
    _fill_document(documents[2], week, _figures(3))
    documents[2].rename(below.inbox / documents[2].name)

    done = below.run(week)
    assert [one.status for one in done.result.submissions] == ["accepted"] * 3
    assert [one.problems for one in done.result.submissions] == [[], [], []]
    assert done.result.totals == {"visited": 600, "hazards": 42, "other_hazards": 6, "cases_filed": 12, "fined": 2.1,
                                  "register_kept": 3, "other_cases": 0}
    merged = done.folder / merged_name(FORM, week)
    assert merged.name == f"城镇燃气安全排查2024年行动周报表（汇总）{week}.xlsx"

    (above.inbox / "报来.xlsx").write_bytes(merged.read_bytes())
    up = above.run(week)
    (one,) = up.result.submissions
    assert (one.status, one.unit, one.date) == ("accepted", "某区住建委", week) and one.worst() in (None, "note")
    assert up.result.totals == {**done.result.totals, "register_kept": 1}
    assert [unit.source for unit in up.result.units] == ["reported", "missing"]


def test_every_paper_of_it_is_written_and_speaks_of_it(levels):
    below, _ = levels
    for number, week in enumerate(WEEKS, 1):
        for unit, scale in (("一街道", 1), ("二街道", 2), ("市容局", 3)):
            figures = _figures(scale * number)
            if unit == "二街道" and number == 2:
                figures["hazards"] = figures["visited"] + 1
            sheet = fill(FORM, figures, unit=unit, date=week)
            (below.inbox / f"{unit}{week:%m%d}.xlsx").write_bytes(to_bytes([sheet], "xlsx"))
        done = below.run(week)
    rejected = next(one for one in done.result.submissions if one.status == "rejected")
    assert [(p.code, p.figure) for p in rejected.problems] == [("part-exceeds-whole", "hazards")]
    assert done.result.increments == {"visited": 400, "hazards": 28, "other_hazards": 4, "cases_filed": 8, "fined": 1.4,
                                      "register_kept": 0, "other_cases": 0}
    names = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert {"report.html", "阶段工作情况报告.docx", "催报通知.txt", "result.json", f"核验底册{WEEKS[1]}.xlsx",
            f"城镇燃气安全排查2024年行动周报表（汇总）{WEEKS[1]}.xlsx"} <= names
    assert sum(name.startswith("退回/二街道") for name in names) == 2
    page = (done.folder / "report.html").read_text(encoding="utf-8")
    report = "".join(one.text for one in docx.Document(str(done.folder / "阶段工作情况报告.docx")).paragraphs)
    for text in (page, report):
        assert "燃气" in text and "1000" in text.replace(",", "")
        assert "重大事故隐患" not in text and "河北区" not in text
    book = openpyxl.load_workbook(done.folder / f"核验底册{WEEKS[1]}.xlsx")
    shown = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert any("入户" in one for one in shown) and not any("自查" in one for one in shown)
    accept(below.settings, "二街道", ["hazards=30", "其他隐患=5"], "电话核实", WEEKS[1])
    assert weekly.status(below.settings, WEEKS[1]).result.totals["hazards"] == 7 * 2 + 30 + 7 * 6
    for edition in ("stage", "final"):
        (path,) = handouts.report(below.settings, WEEKS[1], edition, None, None)
        text = "".join(one.text for one in docx.Document(str(path)).paragraphs)
        assert "燃气" in text and "重大事故隐患" not in text


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_it_is_read_in_every_layout(layout, levels):
    """Two items have one label in different sections: where the layout distinguishes them they are read, else refused."""
    below, _ = levels
    sheet = fill(FORM, _figures(2), layout=layout, unit="一街道", date=WEEKS[0])
    (below.inbox / "一.xlsx").write_bytes(to_bytes([sheet], "xlsx"))
    (one,) = below.run(WEEKS[0]).result.submissions
    if one.status == "accepted":
        assert one.figures == _figures(2)
    else:
        assert {p.figure for p in one.problems if p.severity == "error"} <= {"other_hazards", "other_cases"}


def test_the_command_takes_it_by_an_option(levels, monkeypatch, capsys):
    below, _ = levels
    monkeypatch.setattr("schemas.settings.FILE", below.inbox / "settings.toml")
    (below.inbox / "一.xlsx").write_bytes(to_bytes([fill(FORM, _figures(1), unit="一街道", date=WEEKS[0])], "xlsx"))
    answer = call(capsys, "run", "--form", SMALL, "--roster", below.roster, "--inbox", below.inbox, "--outbox",
                below.settings.paths.outbox)
    assert answer.code == 0 and answer.out.startswith("2024-03-04 期（按收到的表判断）")
    result = json.loads((below.settings.paths.outbox / "2024-03-04" / "result.json").read_text("utf-8"))
    assert result["form"] == "gas_safety_2024" and list(result["totals"]) == list(FORM.figures)


# nothing in the program names a figure

SHARED = {field.name for kind in (WeekResult, LedgerResult, Hazard) for field in dataclasses.fields(kind)}  # keys of result.json itself
SHARED |= {"checked"}  # HTML's own attribute of a ticked box
SHARED |= set(get_args(BridgePair.model_fields["count"].annotation))  # what a ledger's bridge may count
SOURCES = sorted((HOME / "consolidator").rglob("*.py"))
TEMPLATES = sorted(path for path in (HOME / "templates").glob("*") if path.suffix in (".txt", ".html", ".docx"))


def _strings(source: str) -> set[str]:
    """The string constants of a module but its docstrings."""
    tree = ast.parse(source)
    documents = {id(node.body[0].value) for node in ast.walk(tree)
                 if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
                 and isinstance(node.body[0], ast.Expr)}
    return {node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents}


def _words_of(form) -> set[str]:
    """What only this form says: its items without units, its figures' short names, its title and campaign."""
    labels = {re.sub(r"（[^）]*）", "", label.joined) for item in form.items for label in item.labels}
    words = labels | {figure.short for figure in form.figures.values()} | {form.joined_title, form.campaign.name}
    return {word for word in words if len(word) > 3}


@pytest.mark.parametrize("definition", [FIRST, SMALL], ids=lambda path: path.stem)
def test_no_module_names_a_figure(definition):
    form = load_form(definition)
    assert len(SOURCES) > 40
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        strings = _strings(source)
        assert not strings & (form.figures.keys() - SHARED), path
        for name in form.figures:
            assert "_" not in name or not re.search(rf"\b{name}\b", source), (path, name)
        answer = "\n".join(strings)
        assert [word for word in _words_of(form) if word in answer] == [], path


@pytest.mark.parametrize("definition", [FIRST, SMALL], ids=lambda path: path.stem)
def test_no_shared_template_names_a_figure(definition):
    form = load_form(definition)
    assert len(TEMPLATES) > 8
    for path in TEMPLATES:
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                text = "".join(re.sub(r"<[^>]+>", "", parts.read(name).decode()) for name in parts.namelist()
                               if name.endswith(".xml"))
        else:
            text = path.read_text(encoding="utf-8")
        assert [name for name in form.figures if re.search(rf"\bf\.{name}\b" if "_" not in name else rf"\b{name}\b", text)] == []
        assert [word for word in _words_of(form) if word in text] == [], path
