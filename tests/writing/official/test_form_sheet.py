"""The printed form's layout: every figure has its cell, every label has room."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.writing.official import form_sheet
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.settings import HOME, Paths

SMALL = HOME / "tests" / "small_form.yaml"
WEEK = dt.date(2023, 6, 5)


@pytest.fixture(params=[Paths().form, SMALL], ids=["调度表", "small"])
def form(request):
    return load_form(request.param)


def test_every_figure_has_a_cell_of_its_own_where_the_value_area_is_split(form):
    cells = form_sheet.lay_out(form, WEEK, split=True).cells()
    assert list(cells) == list(form.figures) and len(set(cells.values())) == len(cells)


def test_the_figures_of_an_item_share_its_cell_else(form):
    layout = form_sheet.lay_out(form, WEEK)
    assert len(set(layout.cells().values())) == len(form.items)
    assert all(len(place.values) == 1 for place in layout.places)


def test_two_items_stand_side_by_side_and_an_odd_one_leaves_a_side_free():
    layout = form_sheet.lay_out(load_form(Paths().form), WEEK)
    assert [(place.row, place.number) for place in layout.places[:5]] == [(2, 1), (2, 4), (3, 1), (3, 4), (4, 1)]
    assert [(block.first, block.last) for block in layout.blocks] == [(2, 3), (4, 8), (9, 13), (14, 17)]
    assert [block.empty is None for block in layout.blocks] == [True, False, True, True]
    assert layout.end == 18 and len(layout.heights) == 18


def test_rows_are_as_high_as_their_labels_and_sections_as_high_as_their_titles(form):
    layout = form_sheet.lay_out(form, WEEK)
    for place in layout.places:
        label = form_sheet.label_text(place.item, WEEK)
        assert layout.heights[place.row] >= form_sheet.text_height(label, layout.widths[2])
    for block in layout.blocks:
        title = "\n".join(block.section.title)
        assert sum(layout.heights[block.first:block.last + 1]) >= form_sheet.text_height(title, layout.widths[0])


def test_the_official_form_fits_an_upright_a4_page_as_it_is():
    form = load_form(Paths().form)
    layout = form_sheet.lay_out(form, WEEK, split=True)
    below = sum(form_sheet.text_height(line, layout.width, form_sheet.NOTE_SIZE) for line in form_sheet.remark_lines(form))
    assert layout.width <= 595.3 - 2 * form_sheet.MARGIN
    assert sum(layout.heights) + below <= 841.9 - 2 * form_sheet.MARGIN


def test_a_long_value_makes_its_row_higher():
    form = load_form(Paths().form)
    first = form.items[0].figures[0].name
    usual, long = (form_sheet.lay_out(form, WEEK, values={first: text}) for text in ("3", "很长的字" * 20))
    assert long.heights[2] > usual.heights[2]


def test_a_form_of_single_figures_is_never_split():
    data = load_form(SMALL).model_dump()
    for section in data["sections"]:
        section["items"] = [item for item in section["items"] if len(item["figures"]) == 1]
    assert len(form_sheet.lay_out(Form.model_validate(data), WEEK, split=True).widths) == 7


def test_labels_are_those_in_force_in_the_week():
    form = load_form(SMALL)
    item = next(item for item in form.items if len(item.labels) == 2)
    before, after = item.labels
    assert form_sheet.label_text(item, after.since - dt.timedelta(days=7)) == "\n".join(before.text)
    assert form_sheet.label_text(item, after.since) == "\n".join(after.text)


@pytest.mark.parametrize(("text", "lines"), [
    ("", 1), ("三个字", 1), ("一\n二", 2), ("十" * 10, 2), ("a" * 16, 1), ("a" * 17, 2),
])
def test_text_breaks_where_its_cell_ends(text, lines):
    one = form_sheet.text_height("", 100.0)
    assert form_sheet.text_height(text, 97.0) == pytest.approx(one + (lines - 1) * (one - 6))


def test_who_fills_an_item():
    form = load_form(Paths().form)
    for_all, for_some = form.items[0], next(item for item in form.items if item.filled_by)
    assert form_sheet.fills(for_all, ()) and form_sheet.fills(for_all, ("街道",))
    assert form_sheet.fills(for_some, for_some.filled_by) and not form_sheet.fills(for_some, ("街道",))


@pytest.mark.parametrize(("text", "fits"), [("", True), ("79次，93.42万元", True), ("122.51万元，82.63万元", False)])
def test_a_text_a_little_too_wide_is_shrunk_rather_than_broken(text, fits):
    assert form_sheet.fits_shrunk(text, form_sheet.VALUE_WIDTH) is fits
