"""Blank forms as workbooks: what a unit can type, what it is reported; what it fills in reads back silently."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from consolidator.reading.read_file import read_submission
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank import GREY_LINE, write_blank, write_blank_of
from consolidator.writing.official.drawing import GREY_FILL, INPUT_FILL
from schemas.form_loading import load_form
from schemas.settings import HOME, Paths
from tests.factory import figures_for

SMALL = HOME / "tests" / "small_form.yaml"
UNIT = "区商务局"


@pytest.fixture(params=[Paths().form, SMALL], ids=["调度表", "small"])
def form(request):
    return load_form(request.param)


@pytest.fixture
def cells(form):
    return form_sheet.lay_out(form, form.campaign.first_week, split=True).cells()


def made(form, folder: Path, *, unit: str = UNIT, kinds: tuple[str, ...] | None = None,
         week: dt.date | None = None) -> Path:
    path = folder / "blank.xlsx"
    write_blank(form, unit, form.kinds if kinds is None else kinds, week or form.campaign.first_week, path)
    return path


def for_print(form, folder: Path) -> Path:
    path = folder / "print.xlsx"
    write_blank_of(form, Addressee(UNIT, form.kinds, form.campaign.first_week), path, for_print=True)
    return path


def printed_rows(sheet) -> int:
    """The last row of the print area: the foot is below it."""
    return int(sheet.print_area.rpartition("$")[2])


def validations(sheet) -> dict[str, object]:
    """Address of a cell → its validation."""
    return {str(one.sqref): one for one in sheet.data_validations.dataValidation}


def address(cell: tuple[int, int]) -> str:
    return f"{openpyxl.utils.get_column_letter(cell[1] + 1)}{cell[0] + 1}"


def fill_in(path: Path, cells: dict, figures: dict) -> bytes:
    """The blank with figures typed into it, as a unit saves it."""
    book = openpyxl.load_workbook(path)
    for name, (row, column) in cells.items():
        value = figures[name]
        book.active.cell(row + 1, column + 1).value = "否是"[value] if isinstance(value, bool) else value
    book.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_filled_in_it_reads_back_without_a_word(form, cells, tmp_path, seed):
    kinds = form.kinds[seed % len(form.kinds):][:1]
    figures = figures_for(form, kinds, random.Random(seed))
    read = read_submission(fill_in(made(form, tmp_path, kinds=kinds), cells, figures), "a.xlsx", form)
    assert read.figures == figures and read.problems == []
    assert [name for name, _ in read.units] == [UNIT]
    assert [day for day, _, _ in read.dates] == [form.campaign.first_week]
    filled = [name for name, value in figures.items() if value is not None]
    assert [read.cells[name] for name in filled] == [address(cells[name]) for name in filled]


def test_left_blank_it_reads_as_blank(form, tmp_path):
    read = read_submission(made(form, tmp_path).read_bytes(), "a.xlsx", form)
    assert set(read.figures.values()) == {None} and read.problems == []


def test_a_figure_left_out_of_a_pair_is_reported(form, cells, tmp_path):
    first, second = next(item.figures for item in form.items if len(item.figures) == 2)
    for name in (first.name, second.name):
        figures = {**dict.fromkeys(cells), name: 7}
        read = read_submission(fill_in(made(form, tmp_path), cells, figures), "a.xlsx", form)
        reported = {one.figure for one in read.problems if one.severity != "note"}
        assert all(read.figures[one] is not None or one in reported for one in (first.name, second.name))


def test_the_date_is_that_on_which_the_week_is_due(tmp_path):
    form = load_form(Paths().form)
    week, day = next(iter(form.campaign.moved.items()))
    read = read_submission(made(form, tmp_path, week=week).read_bytes(), "a.xlsx", form)
    assert [one for one, _, _ in read.dates] == [day]


def test_only_value_cells_and_the_date_can_be_changed(form, cells, tmp_path):
    sheet = openpyxl.load_workbook(made(form, tmp_path)).active
    assert sheet.protection.sheet and sheet.protection.password is None
    open_cells = [cell for row in sheet for cell in row if not cell.protection.locked]
    dates = {cell.coordinate for cell in open_cells if isinstance(cell.value, dt.datetime)}
    assert len(dates) == 1
    first_ones = {cell.coordinate for cell in open_cells if not isinstance(cell, MergedCell)}
    assert first_ones == {address(cell) for cell in cells.values()} | dates


def test_each_figure_is_checked_on_entry_with_a_prompt_and_an_error(form, cells, tmp_path):
    checks = validations(openpyxl.load_workbook(made(form, tmp_path)).active)
    for name, figure in form.figures.items():
        check = checks[address(cells[name])]
        assert check.errorTitle and check.error and check.promptTitle and check.prompt
        assert check.showErrorMessage and check.showInputMessage and check.errorStyle in (None, "stop")
        if figure.kind == "yes_no":
            assert (check.type, check.formula1) == ("list", '"是,否"')
        else:
            assert check.type == "custom" and not check.allowBlank
            assert ("INT(" if figure.kind == "count" else "ROUND(") in check.formula1
        item = form.item_of[name]
        assert item.prompt in check.prompt and (len(item.figures) == 1 or figure.title in check.prompt)


def test_a_part_is_checked_against_the_cell_of_its_whole(form, cells, tmp_path):
    sheet = openpyxl.load_workbook(made(form, tmp_path)).active
    checks = validations(sheet)
    coloured = {str(area.sqref): [rule.formula[0] for rule in rules]
                for area, rules in sheet.conditional_formatting._cf_rules.items()}
    for rule in form.rules.part_of_whole:
        whole = "${}${}".format(*re.match(r"([A-Z]+)(\d+)", address(cells[rule.whole])).groups())
        check = checks[address(cells[rule.part])]
        assert f"<={whole}" in check.formula1 and form.label(rule.whole) in check.error
        assert any(f">{whole}" in formula for formula in coloured[address(cells[rule.part])])


def test_the_counts_of_a_pair_show_their_units_by_number_format_and_amounts_do_not(form, cells, tmp_path):
    sheet = openpyxl.load_workbook(made(form, tmp_path)).active
    for item in form.items:
        for figure in item.figures:
            shown = sheet[address(cells[figure.name])].number_format
            unit = f'"{figure.unit}"' if len(item.figures) == 2 and figure.kind == "count" else ""
            assert shown == {"count": "0", "money": "0.0#####", "yes_no": "@"}[figure.kind] + unit


def test_what_a_unit_is_not_to_fill_is_grey_open_and_explained(tmp_path):
    form = load_form(Paths().form)
    cells = form_sheet.lay_out(form, form.campaign.first_week, split=True).cells()
    sheet = openpyxl.load_workbook(made(form, tmp_path, kinds=("街道",))).active
    checks = validations(sheet)
    for name, cell in cells.items():
        to_fill = form_sheet.fills(form.item_of[name], ("街道",))
        shown = sheet[address(cell)]
        assert "#" + shown.fill.fgColor.rgb[2:] == (INPUT_FILL if to_fill else GREY_FILL)
        assert not shown.protection.locked and ("本单位不填" in checks[address(cell)].prompt) == (not to_fill)
    assert sheet.cell(printed_rows(sheet), 1).value == GREY_LINE


def test_a_unit_that_fills_everything_sees_no_grey(tmp_path):
    form = load_form(Paths().form)
    sheet = openpyxl.load_workbook(made(form, tmp_path)).active
    assert GREY_LINE not in [cell.value for cell in sheet["A"]]
    assert GREY_FILL[1:] not in {cell.fill.fgColor.rgb[2:] for row in sheet for cell in row if cell.fill.fill_type}


def test_it_prints_on_one_upright_a4_page_without_grid_lines(form, tmp_path):
    sheet = openpyxl.load_workbook(made(form, tmp_path)).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and not sheet.sheet_view.showGridLines
    plain = openpyxl.load_workbook(for_print(form, tmp_path)).active
    assert printed_rows(plain) == plain.max_row == printed_rows(sheet) < sheet.max_row
    assert sheet.title == form.sheet


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_it_is_one_page_when_printed(tmp_path):
    path = made(load_form(Paths().form), tmp_path, kinds=("街道",))
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                    "pdf", "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    pages = re.findall(rb"/Type\s*/Page\b", path.with_suffix(".pdf").read_bytes())
    assert len(pages) == 1


@pytest.mark.parametrize("unit", ['=cmd|" /C calc"!A1', "{=1}", "http://x", "<r>甲</r>", "甲\n乙", "长" * 300])
def test_whatever_a_unit_is_called_its_name_stays_a_text(form, tmp_path, unit):
    sheet = openpyxl.load_workbook(made(form, tmp_path, unit=unit)).active
    cell = sheet.cell(2, 1)
    assert cell.data_type == "s" and cell.hyperlink is None and cell.value.replace(" （", "（") == f"{unit}（单位）"


def test_the_same_blank_has_the_same_bytes(form, tmp_path):
    (tmp_path / "b").mkdir()
    path = made(form, tmp_path)
    assert path.read_bytes() == made(form, tmp_path / "b").read_bytes()
    with zipfile.ZipFile(path) as package:
        assert f"{form.campaign.first_week}T00:00:00Z" in package.read("docProps/core.xml").decode("utf-8")


def test_a_label_that_the_issuer_has_reworded_is_printed_from_its_week_on(tmp_path):
    form = load_form(SMALL)
    before, after = next(item.labels for item in form.items if len(item.labels) == 2)
    sheet = openpyxl.load_workbook(made(form, tmp_path, week=after.since)).active
    texts = [cell.value for row in sheet for cell in row]
    assert "\n".join(after.text) in texts and "\n".join(before.text) not in texts
