"""A layout seen before reads as it would anew, or is not taken for the same."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.reading import layouts
from consolidator.reading.grid import Grid
from consolidator.reading.labels import Book, book_of
from consolidator.reading.locating import locate
from consolidator.reading.reader import understand
from schemas.form import load_form
from tests.forms import DATES, HEADINGS, LAYOUTS, STYLES, Sheet, fill, moved, some_figures

HERE = Path(__file__).parent
FORMS = {"big": load_form(HERE.parent / "schemas" / "major_hazards_2023.yaml"), "small": load_form(HERE / "small_form.yaml")}
STRAYS = ["", "约20", "见附件", 7.0, "3次，5.2万元", "检查企业数", "合计", 0.0, "备注：见附表", "联系电话：", "单位：万元", "无", "2", True]


def grid(sheet: Sheet) -> Grid:
    return Grid(sheet.name, [list(row) for row in sheet.rows], sheet.visible, list(sheet.merged))


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(layouts, "_layouts", {})


def anew(one: Grid, form):
    """Understood as if no form had ever come before."""
    kept, layouts._layouts = layouts._layouts, {}
    try:
        return told(one, form)
    finally:
        layouts._layouts = kept


def told(one: Grid, form):
    """What is understood, but for where a blank lies: with a column empty a layout seen before knows that better."""
    submission = understand([one], form)
    if submission is not None:
        submission.cells = {name: cell for name, cell in submission.cells.items() if submission.written[name]}
    return submission


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("layout", [one for one in LAYOUTS if one != "inline"])
def test_the_second_form_of_a_blank_follows_the_first(layout, form):
    chance = random.Random(layout)
    first, second = (grid(fill(form, some_figures(form, chance, blanks=0.2), layout)) for _ in range(2))
    assert locate(first, book_of(form)).layout is None
    followed = locate(second, book_of(form))
    # a remark where a value could stand, or a blank among two figures in two cells, is looked at anew
    assert followed.layout is not None or "split" in layout or "remark" in layout
    assert told(second, form) == anew(second, form)


@settings(max_examples=300, deadline=None)
@given(layout=st.sampled_from(list(LAYOUTS)), style=st.sampled_from(STYLES), heading=st.sampled_from(list(HEADINGS)),
       dates=st.sampled_from(list(DATES)), seed=st.integers(0, 10**6), form=st.sampled_from(list(FORMS)),
       strays=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from(STRAYS)), max_size=3))
def test_what_is_followed_says_what_is_understood_anew(layout, style, heading, dates, seed, form, strays):
    layouts._layouts.clear()
    form, chance = FORMS[form], random.Random(seed)
    day = form.campaign.first_week

    def one() -> Grid:
        made = fill(form, some_figures(form, chance, blanks=0.1), layout, style, unit="区商务局", date=day,
                    heading=heading, dates=dates)
        return grid(moved(made, seed % 3, seed % 2))

    understand([one()], form)
    again = one()
    for row, column, stray in strays:  # a hand has been at it
        if row < len(again.rows) and column < len(again.rows[row]):
            again.rows[row][column] = stray
    assert told(again, form) == anew(again, form)


def test_a_form_with_other_words_in_one_cell_is_not_followed():
    form = FORMS["big"]
    sheet = fill(form, some_figures(form, random.Random(1)), "official")
    understand([grid(sheet)], form)
    for place in sheet.at[:6]:
        other = grid(sheet)
        row, column = place["label"]
        other.rows[row][column] = "上期" + str(other.rows[row][column])
        assert locate(other, book_of(form)).layout is None


def test_blanks_of_many_kinds_do_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(layouts, "_MOST_ALIKE", 2)
    form, book = FORMS["small"], book_of(FORMS["small"])
    sheet = fill(form, some_figures(form, random.Random(1)), "official")
    for number in range(5):
        one = grid(sheet)
        one.rows[0][0] = f"{one.rows[0][0]} 备注：{number}"
        one.rows.append([f"备注：第{number}种"] + [""] * (len(one.rows[0]) - 1))
        locate(one, book)
    assert [len(alike) for alike in layouts._layouts.values()] == [2]


@given(st.data())
def test_a_text_of_figures_alone_is_nothing_printed(data):
    for form in FORMS.values():
        book = Book(form)
        text = data.draw(st.from_regex(book._but_figures, fullmatch=True))
        assert book.meaning(text) is None
        book._seen.clear()
        book._but_figures = re.compile("(?!)")
        assert book.meaning(text) is None, text
