"""Blank forms in Word: the official table on one page; room for two figures reads as a blank while it is empty."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest

from consolidator.model.display import day_text, value_text
from consolidator.notation.item import write_item
from consolidator.reading.read_file import read_submission
from consolidator.writing.official import form_sheet
from consolidator.writing.official.blank import GREY_FILL, GREY_LINE
from consolidator.writing.official.blank_word import room_text, write_blank_word
from schemas.form_loading import load_form
from schemas.settings import HOME, Paths
from tests.factory import figures_for

SMALL = HOME / "tests" / "small_form.yaml"
UNIT = "区商务局"


@pytest.fixture(params=[Paths().form, SMALL], ids=["调度表", "small"])
def form(request):
    return load_form(request.param)


def made(form, folder: Path, *, unit: str = UNIT, kinds: tuple[str, ...] | None = None) -> Path:
    path = folder / "blank.docx"
    write_blank_word(form, unit, form.kinds if kinds is None else kinds, form.campaign.first_week, path)
    return path


def value_cells(document, form):
    """Each item with its value cell."""
    rows = [row.cells for row in document.tables[0].rows]
    return [(place.item, rows[place.row - form_sheet.FIRST_ROW][place.values[0]])
            for place in form_sheet.lay_out(form, form.campaign.first_week).places]


def between_units(text: str, item, figures: dict) -> str:
    """The figures of a pair typed into the room before their units."""
    rooms = zip(text.split("，"), item.figures, strict=True)
    return "，".join(room.replace(" ", f" {value_text(figures[figure.name], figure)} ", 1) for room, figure in rooms)


@pytest.mark.parametrize("typed_over", [False, True], ids=["between the units", "over them"])
@pytest.mark.parametrize("seed", range(3))
def test_filled_in_it_reads_back_without_a_word(form, tmp_path, seed, typed_over):
    kinds = form.kinds[seed % len(form.kinds):][:1]
    figures = figures_for(form, kinds, random.Random(seed))
    path = made(form, tmp_path, kinds=kinds)
    document = docx.Document(str(path))
    for item, cell in value_cells(document, form):
        if figures[item.figures[0].name] is None:
            continue
        over = typed_over or len(item.figures) == 1
        cell.text = write_item(figures, item) if over else between_units(cell.text, item, figures)
    document.save(str(path))
    read = read_submission(path.read_bytes(), path.name, form)
    assert read.figures == figures and read.problems == []
    assert [name for name, _ in read.units] == [UNIT]
    assert [day for day, _, _ in read.dates] == [form.campaign.first_week]


def test_left_blank_it_reads_as_blank(form, tmp_path):
    read = read_submission(made(form, tmp_path).read_bytes(), "a.docx", form)
    assert set(read.figures.values()) == {None} and read.problems == []


def test_room_is_left_before_each_unit_of_a_pair_only(form):
    for item in form.items:
        pattern = "，".join(rf" +{figure.unit}" for figure in item.figures)
        assert room_text(item) == "" if len(item.figures) == 1 else re.fullmatch(pattern, room_text(item))


def test_what_a_unit_is_not_to_fill_is_grey_and_empty(tmp_path):
    form = load_form(Paths().form)
    document = docx.Document(str(made(form, tmp_path, kinds=("街道",))))
    for item, cell in value_cells(document, form):
        grey = GREY_FILL[1:] in cell._element.xml
        assert grey != form_sheet.fills(item, ("街道",)) and not (grey and cell.text)
    assert document.paragraphs[-1].text == GREY_LINE


def test_title_unit_date_and_remarks_stand_around_the_table(form, tmp_path):
    lines = [paragraph.text for paragraph in docx.Document(str(made(form, tmp_path))).paragraphs]
    head = f"{UNIT}（单位）\t时间：{day_text(form.campaign.first_week)}"
    assert lines == [*form.title, head, *form_sheet.remark_lines(form)]


def test_the_parts_of_a_cell_stand_in_the_order_that_word_wants(tmp_path):
    document = docx.Document(str(made(load_form(Paths().form), tmp_path, kinds=())))
    order = ["tcW", "gridSpan", "vMerge", "shd", "vAlign"]
    for cell in document.tables[0]._element.iter("{*}tcPr"):
        names = [part.tag.split("}")[1] for part in cell]
        assert names == sorted(names, key=order.index)
    names = [part.tag.split("}")[1] for part in document.tables[0]._element.tblPr]
    assert names.index("tblLayout") < names.index("tblCellMar") < names.index("tblLook")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_it_is_one_upright_a4_page_when_printed(tmp_path):
    path = made(load_form(Paths().form), tmp_path, kinds=("街道",))
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                    "pdf", "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    page = path.with_suffix(".pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", page)) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", page).groups())
    assert (round(width), round(height)) in {(595, 842), (596, 842)}


@pytest.mark.parametrize("unit", ["<w:p/>&甲", "甲\x07乙", "{{ 甲 }}", "长" * 200])
def test_whatever_a_unit_is_called_its_name_stays_a_text(form, tmp_path, unit):
    document = docx.Document(str(made(form, tmp_path, unit=unit)))
    assert document.paragraphs[len(form.title)].text.startswith(f"{unit.replace(chr(7), ' ')}（单位）")


def test_the_same_blank_has_the_same_bytes(form, tmp_path):
    (tmp_path / "b").mkdir()
    path = made(form, tmp_path)
    assert path.read_bytes() == made(form, tmp_path / "b").read_bytes()
    week = form.campaign.first_week
    with zipfile.ZipFile(path) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(week.year, week.month, week.day)}
        assert f"{week}T00:00:00Z" in package.read("docProps/core.xml").decode("utf-8")
