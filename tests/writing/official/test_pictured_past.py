"""Blanks of adopted layouts show last period's figures beside the cells, and what is filled in reads back without them."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.model.weeks import all_weeks
from consolidator.reading.read_file import read_submission
from consolidator.workflows.adopt import adopt
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank import write_blank_of
from consolidator.writing.official.pictured_blank import pictured_cells
from schemas.form import Form
from schemas.form_loading import load_form
from tests.adopt.shapes import SHAPES, shape

TODAY = dt.date(2026, 11, 29)


def form_of(name: str, folder, seed: int = 5) -> Form:
    (folder / "blank.xlsx").write_bytes(shape(seed, name).xlsx(borders=True))
    return load_form(adopt(folder / "blank.xlsx", "form_x", folder=folder, today=TODAY).path)


@pytest.mark.parametrize("name", SHAPES)
def test_last_periods_figures_are_shown_and_never_read(name, tmp_path):
    form = form_of(name, tmp_path)
    weeks = all_weeks(form.campaign)
    last = {figure: 41 + n for n, figure in enumerate(form.figures)}
    path = tmp_path / "b.xlsx"
    write_blank_of(form, Addressee("甲街道", form.kinds, weeks[-1], (weeks[0], last)), path)
    assert set(read_submission(path.read_bytes(), "b.xlsx", form).figures.values()) == {None}
    book = openpyxl.load_workbook(path)
    shown = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("上期")]
    assert all(any(f"{value}" in text for text in shown) for value in last.values())
    wanted = {}
    for n, (figure, (sheet, (row, column))) in enumerate(pictured_cells(form).items()):
        book.worksheets[sheet].cell(row + 1, column + 1).value = wanted.setdefault(figure, n + 1)
    book.save(path)
    submission = read_submission(path.read_bytes(), "b.xlsx", form)
    assert submission.figures == wanted
    assert [one.code for one in submission.problems if one.severity != "note"] == []


def test_the_blank_for_print_is_without(tmp_path):
    form = form_of("items by columns", tmp_path)
    weeks = all_weeks(form.campaign)
    to = Addressee("甲街道", form.kinds, weeks[-1], (weeks[0], dict.fromkeys(form.figures, 5)))
    write_blank_of(form, to, tmp_path / "b.xlsx", for_print=True)
    rows = openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows()
    assert not any(str(cell.value).startswith("上期") for row in rows for cell in row)
