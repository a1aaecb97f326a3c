"""Word blanks of adopted layouts: what is filled in reads back, the unit and the day with it, and nothing else is taken for a figure."""

from __future__ import annotations

import datetime as dt
import io
import re

import docx
import pytest

from consolidator.model.weeks import all_weeks, due_date
from consolidator.reading.read_file import read_submission
from consolidator.workflows.adopt import adopt
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank_word import write_blank_word_of
from schemas.errors import UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from tests.adopt.shapes import SHAPES, shape

TODAY = dt.date(2026, 11, 29)
UNIT = "月牙河街道"


def form_of(name: str, folder, seed: int = 2) -> Form:
    (folder / "blank.xlsx").write_bytes(shape(seed, name).xlsx(borders=True))
    return load_form(adopt(folder / "blank.xlsx", "form_x", folder=folder, today=TODAY).path)


def blank(form: Form, folder, last: dict | None = None):
    week = all_weeks(form.campaign)[-1]
    accepted = (all_weeks(form.campaign)[0], last) if last else None
    write_blank_word_of(form, Addressee(UNIT, form.kinds, week, accepted), folder / "b.docx")
    return week, (folder / "b.docx").read_bytes()


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_filled_into_a_word_blank_reads_back(name, tmp_path):
    form = form_of(name, tmp_path)
    week, data = blank(form, tmp_path, {figure: 7 for figure in form.figures})
    empty = read_submission(data, "b.docx", form)
    assert [one for one in empty.problems if one.severity == "error"] == []
    assert {value for value in empty.figures.values()} == {None}
    assert [unit for unit, _ in empty.units] == [UNIT] and [day for day, _, _ in empty.dates] == [due_date(form.campaign, week)]
    document, wanted = docx.Document(io.BytesIO(data)), {}
    for n, (figure, cell) in enumerate(empty.cells.items()):
        table, row, column = (int(one) for one in re.findall(r"\d+", cell))
        document.tables[table - 1].cell(row - 1, column - 1).text = str(n + 3)
        wanted[figure] = n + 3
    stream = io.BytesIO()
    document.save(stream)
    submission = read_submission(stream.getvalue(), "b.docx", form)
    assert submission.figures == wanted and set(wanted) == set(form.figures)
    assert [one for one in submission.problems if one.severity == "error"] == []


def test_the_same_blank_is_the_same_bytes(tmp_path):
    form = form_of("unit rows", tmp_path)
    assert blank(form, tmp_path)[1] == blank(form, tmp_path)[1]


def test_what_has_more_columns_than_word_allows_is_refused(tmp_path):
    form = form_of("unit rows", tmp_path)
    picture = form.pictures[0].model_copy(update={"tables": (form.pictures[0].tables[0].model_copy(update={"area": "A1:CZ9"}),)})
    with pytest.raises(UsageError, match="放不下"):
        blank(form.model_copy(update={"pictures": (picture,)}), tmp_path)
