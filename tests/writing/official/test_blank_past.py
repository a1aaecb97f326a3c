"""Blanks that know last week: the column 上期, what entry refuses of it, the foot, and that what is filled in reads back."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from consolidator.model.display import number_text
from consolidator.model.marks import PAST
from consolidator.reading.read_file import read_submission
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee, past_text
from consolidator.writing.official.blank import write_blank_of
from consolidator.writing.official.blank_word import past_line, write_blank_word_of
from consolidator.writing.official.pictured_blank import pictured_cells
from schemas.form_loading import load_form
from schemas.settings import HOME, Paths
from tests.factory import figures_for
from tests.writing.official.test_blank import address, fill_in, printed_rows, validations

UNIT = "区商务局"
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture(params=[Paths().form, HOME / "tests" / "small_form.yaml"], ids=["调度表", "small"])
def form(request):
    return load_form(request.param)


def _to(form, seed: int = 1, kinds=None) -> Addressee:
    kinds = form.kinds if kinds is None else kinds
    first = form.campaign.first_week
    return Addressee(UNIT, kinds, first + dt.timedelta(days=7), (first, figures_for(form, kinds, random.Random(seed))))


def _made(form, to: Addressee, folder: Path) -> Path:
    path = folder / "blank.xlsx"
    write_blank_of(form, to, path)
    return path


def _cells(form, to: Addressee) -> dict:
    return form_sheet.lay_out(form, to.week, split=True, past=to.last is not None).cells()


def _changed(figures: dict, by: float) -> dict:
    return {name: value if value is None or isinstance(value, bool) else round(max(value + by, 0), 2) for name, value in figures.items()}


@pytest.mark.parametrize("by", [0, 3, -3, -100], ids=["same", "more", "less", "nothing"])
@pytest.mark.parametrize("seed", range(3))
def test_last_weeks_column_is_never_read_whatever_stands_beside_it(form, tmp_path, seed, by):
    """Not even where every figure is lower: then the falls are reported, not the columns doubted."""
    to = _to(form, seed, form.kinds[seed % len(form.kinds):][:1])
    figures = _changed(to.last[1], by)
    read = read_submission(fill_in(_made(form, to, tmp_path), _cells(form, to), figures), "a.xlsx", form)
    assert read.figures == figures and read.problems == []
    assert [name for name, _ in read.units] == [UNIT] and [day for day, _, _ in read.dates] == [to.week]


def test_left_blank_or_in_part_nothing_of_last_week_is_taken(form, tmp_path):
    to = _to(form)
    read = read_submission(_made(form, to, tmp_path).read_bytes(), "a.xlsx", form)
    assert set(read.figures.values()) == {None} and read.problems == []
    half = {name: value for n, (name, value) in enumerate(_changed(to.last[1], 1).items())
            if len(form.item_of[name].figures) == 1 and n % 2}
    read = read_submission(fill_in(_made(form, to, tmp_path), _cells(form, to), dict.fromkeys(form.figures) | half), "a.xlsx", form)
    assert {name: value for name, value in read.figures.items() if value is not None} == half


def test_it_stands_beside_each_value_titled_and_locked(form, tmp_path):
    to = _to(form)
    sheet = openpyxl.load_workbook(_made(form, to, tmp_path)).active
    layout = form_sheet.lay_out(form, to.week, split=True, past=True)
    assert [cell.value for cell in sheet[form_sheet.FIRST_ROW + 1]].count(PAST) == 2
    for place in layout.places:
        cell = sheet.cell(place.row + 1, place.past + 1)
        assert cell.protection.locked and (cell.value or "").replace("\n", "，") == (f"{PAST} {past_text(to, place.item)}")


def test_entry_refuses_a_flow_below_it_and_money_above_its_ceiling(tmp_path):
    form = load_form(Paths().form)
    to = _to(form)
    sheet = openpyxl.load_workbook(_made(form, to, tmp_path)).active
    cells = _cells(form, to)
    checks = validations(sheet)
    for name, figure in form.figures.items():
        check, before = checks[address(cells[name])], to.last[1][name]
        if figure.is_number and figure.measure == "flow" and before:
            here = "${}${}".format(*re.match(r"([A-Z]+)(\d+)", address(cells[name])).groups())
            assert f"{here}>={number_text(before)}," in check.formula1.replace(")", ",") + ","
            assert f"上期的 {number_text(before)}" in check.error
        else:
            assert "上期的" not in (check.error or "")
        assert ("ISNUMBER(VALUE(" in check.formula1) == (figure.ceiling is not None or (figure.kind == "money" and bool(before)))
        assert len(check.formula1) <= 255 and len(check.error) <= 255 and len(check.prompt) <= 255


def test_a_ceiling_is_passed_by_writing_the_unit_and_reads_so(tmp_path):
    form = load_form(Paths().form)
    to = _to(form)
    name = next(name for name, figure in form.figures.items() if figure.ceiling)
    typed = {**_changed(to.last[1], 0), name: "520.5万元"}
    read = read_submission(fill_in(_made(form, to, tmp_path), _cells(form, to), typed), "a.xlsx", form)
    assert read.figures[name] == 520.5 and read.problems == [] and "万元" in read.written[name]
    read = read_submission(fill_in(_made(form, to, tmp_path), _cells(form, to), {**typed, name: 520.5}), "a.xlsx", form)
    assert "万元" not in read.written[name]  # so that it is asked whether 元 was meant


def _convert(folder: Path, kind: str, to: Path, *paths: Path) -> None:
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
                    "--outdir", str(to), *map(str, paths)], check=True, capture_output=True, timeout=180)


def _recomputed(path: Path, folder: Path) -> list[str]:
    """The lines of the foot as LibreOffice works them out."""
    _convert(folder, "xlsx:Calc MS Excel 2007 XML", folder / "out", path)
    sheet = openpyxl.load_workbook(folder / "out" / path.name, data_only=True).worksheets[0]
    return [sheet.cell(row, 1).value or "" for row in range(printed_rows(sheet) + 1, sheet.max_row + 1)]


@needs_office
def test_the_foot_counts_what_is_missing_and_says_what_is_wrong(tmp_path):
    form = load_form(Paths().form)
    to = _to(form)
    cells, path = _cells(form, to), _made(form, to, tmp_path)
    good = _changed(to.last[1], 1)
    fill_in(path, cells, good)
    assert [line for line in _recomputed(path, tmp_path) if line] == ["还差 0 项", "要改 0 处"]
    rule = form.rules.part_of_whole[0]
    assert to.last[1]["checked"]
    bad = {**good, rule.whole: None, "checked": to.last[1]["checked"] - 1, "fines": 600, "inspectors": "约3",
           "study_sessions": 2.5 + good["study_sessions"]}
    fill_in(path, cells, bad)
    lines = _recomputed(path, tmp_path)
    shown = "".join(lines)
    assert "还差 1 项" in lines
    for word in ("抽查企业少于上期的", "罚款超过 500，是不是按元填的", "技术检查员不是数字", "专题学习应为不小于 0 的整数"):
        assert word in shown, shown
    fill_in(path, cells, {**good, "fines": "600万元", rule.part: good[rule.whole] + 1})
    lines = _recomputed(path, tmp_path)
    assert "要改 1 处" in lines and f"{form.figures[rule.part].short}大于{form.figures[rule.whole].short}；" in "".join(lines)


@needs_office
def test_it_prints_on_one_page_with_and_without_it(tmp_path):
    form = load_form(Paths().form)
    for for_print in (True, False):
        path = tmp_path / f"{for_print}.xlsx"
        write_blank_of(form, _to(form), path, for_print=for_print)
        assert (PAST in str([cell.value for row in openpyxl.load_workbook(path).active for cell in row])) != for_print
    word = tmp_path / "word.docx"
    write_blank_word_of(form, _to(form, kinds=form.kinds[:1]), word)
    _convert(tmp_path, "pdf", tmp_path, *tmp_path.glob("*.[xd]*"))
    for pdf in tmp_path.glob("*.pdf"):
        assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) == 1, pdf.name


def test_word_blanks_have_a_grey_line_of_it_that_is_not_read(form, tmp_path):
    to = _to(form)
    path = tmp_path / "a.docx"
    write_blank_word_of(form, to, path)
    read = read_submission(path.read_bytes(), "a.docx", form)
    assert set(read.figures.values()) == {None} and read.problems == [] and [day for day, _, _ in read.dates] == [to.week]
    line = past_line(form, to)
    assert all(past_text(to, item) in line for item in form.items)
    assert past_line(form, Addressee(UNIT, form.kinds, to.week)) == ""


def test_a_form_of_a_layout_of_its_own_has_it_in_prompts_and_checks(tmp_path):
    form = load_form(HOME / "tests" / "pictured_form.yaml")
    week = form.campaign.first_week
    to = Addressee(UNIT, form.kinds[:1], week, (week, figures_for(form, form.kinds, random.Random(2))))
    path = _made(form, to, tmp_path)
    sheet = openpyxl.load_workbook(path).active
    check = validations(sheet)["B3"]
    assert "上期" in check.prompt and f">={to.last[1]['b3']}" in check.formula1 and printed_rows(sheet) < sheet.max_row
    figures = figures_for(form, to.kinds, random.Random(4))
    read = read_submission(fill_in(path, {name: cell for name, (_, cell) in pictured_cells(form).items()}, figures), "a.xlsx", form)
    assert read.figures == figures and read.problems == []
