"""A form whose figures are all where none belongs is refused, not taken as blank."""

from __future__ import annotations

import io
import random

import pytest
from openpyxl import Workbook

import consolidator
from consolidator.reading.read_file import read_submission
from tests.forms import some_figures

FORM = consolidator.load_form("major_hazards_2023")


def _read(lay, **figures):
    book = Workbook()
    sheet = book.active
    sheet.append(["".join(FORM.title)])
    sheet.append(["区应急局（单位）", None, "时间：2023年6月5日"])
    values = some_figures(FORM, random.Random(5), most=40) | figures
    for item in FORM.items:
        lay(sheet, item.number, "".join(item.label().text), values[item.figures[0].name])
    data = io.BytesIO()
    book.save(data)
    return read_submission(data.getvalue(), "a.xlsx", FORM)


def _left(sheet, number, label, value):
    sheet.append([value, label])


def _left_of_numbers(sheet, number, label, value):
    sheet.append([value, number, label])


def _below(sheet, number, label, value):
    sheet.append([label])
    sheet.append([value])


@pytest.mark.parametrize("lay", [_left, _left_of_numbers, _below])
def test_figures_where_none_belongs_are_reported(lay):
    submission = _read(lay)
    errors = [problem for problem in submission.problems if problem.severity == "error"]
    assert not any(submission.figures.values()) and [problem.code for problem in errors] == ["shifted"]
    assert errors[0].cell in submission.cells.values() and "照表样" in errors[0].message


@pytest.mark.parametrize("lay", [
    lambda sheet, number, label, value: sheet.append([number, label, None]),
    lambda sheet, number, label, value: sheet.append([label, None]),
])
def test_a_blank_form_has_running_numbers_only(lay):
    assert not any(problem.severity == "error" for problem in _read(lay).problems)
