"""A layout seen before reads as it would anew, or is not taken for the same."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid
from consolidator.reading.locating import layout_cache
from consolidator.reading.locating.label_index import Book, book_of
from consolidator.reading.locating.locate import locate
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import DATES, HEADINGS, LAYOUTS, STYLES, Sheet, fill, moved, some_figures

HERE = HOME / "tests"
FORMS = {"big": load_form(HERE.parent / "schemas" / "major_hazards_2023.yaml"), "small": load_form(HERE / "small_form.yaml")}
STRAYS = ["", "约20", "见附件", 7.0, "3次，5.2万元", "检查企业数", "合计", 0.0, "家", "万元", "元", "其中", "（3）", "上期", "数据",
          "备注：见附表", "联系电话：", "单位：万元", "无", "2", True]


def grid(sheet: Sheet) -> Grid:
    return Grid(sheet.name, [list(row) for row in sheet.rows], sheet.visible, list(sheet.merged))


@pytest.fixture(autouse=True)
def nothing_remembered():
    for form in FORMS.values():
        book_of(form).layouts.clear()


def anew(one: Grid, form):
    """Understood as if no form had ever come before."""
    book = book_of(form)
    kept, book.layouts = book.layouts, {}
    try:
        return reported(one, form)
    finally:
        book.layouts = kept


def reported(one: Grid, form):
    return understand([one], form)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("layout", ["official", "no sections", "running numbers", "text numbers", "vertical", "vertical, no titles"])
def test_the_second_form_of_a_blank_follows_the_first(layout, form):
    chance = random.Random(layout)
    first, second = (grid(fill(form, some_figures(form, chance, blanks=0.2), layout)) for _ in range(2))
    assert locate(first, book_of(form)).layout is None
    assert locate(second, book_of(form)).layout is not None
    assert understand([second], form) == anew(second, form)


def vertical(form, titles, values, extra=lambda item: None):
    """A form that runs down, with columns of somebody's own beside the value's."""
    rows = [["".join(form.title)], ["区商务局（单位）", "", "", "时间：2023年6月5日"], titles]
    for number, item in enumerate(form.items, 1):
        rows.append([float(number), item.label().joined, *values(item, number), extra(item) or ""])
    width = max(map(len, rows))
    return Grid("表", [row + [""] * (width - len(row)) for row in rows])


def value(item, number):
    kinds = [figure.kind for figure in item.figures]
    return "是" if kinds == ["yes_no"] else float(number + 40) if len(kinds) == 1 else f"{number}{item.figures[0].unit}，5.2万元"


@pytest.mark.parametrize("change", [
    # the unit of the money, in a column of units: 52000 is no 万元
    lambda grid: [row.__setitem__(3, "元") for row in grid.rows[3:] if "万元" in row[1] and "，" not in str(row[2])],
    # a word over a second column of figures taken away: which of the two is meant?
    lambda grid: grid.rows[2].__setitem__(4, ""),
    # a figure where nothing stood, a telephone number where a value did
    lambda grid: grid.rows[-1].__setitem__(4, 12.0),
    lambda grid: (grid.rows[5].__setitem__(1, "联系电话："), grid.rows[5].__setitem__(2, 13800000000.0)),
    # the value is but a unit; the value is a yes
    lambda grid: grid.rows[4].__setitem__(2, "家"), lambda grid: grid.rows[4].__setitem__(2, True),
    lambda grid: grid.rows[4].__setitem__(0, 7.0), lambda grid: grid.rows[4].__setitem__(0, True),
    lambda grid: grid.rows.insert(6, ["", "", 12.0, "", ""]), lambda grid: grid.rows[7].insert(0, ""),
])
def test_what_a_hand_changes_beside_the_values_is_looked_at_anew(change):
    form = FORMS["big"]
    titles = ["序号", "内容", "数据", "单位", "原报"]

    def one():
        return vertical(form, titles, lambda item, number: [value(item, number), "、".join(f.unit for f in item.figures)], lambda item: "")

    understand([one()], form)
    assert locate(one(), book_of(form)).layout is not None
    changed = one()
    change(changed)
    assert understand([changed], form) == anew(changed, form)


@pytest.mark.parametrize("title", ["上期", "上周数据", "备注", "单位", "责任人"])
def test_a_form_without_a_column_for_values_is_the_same_twice(title):
    form = FORMS["big"]
    one = vertical(form, ["序号", "内容", title], lambda item, number: [value(item, number)])
    assert understand([one], form) == understand([one], form) == anew(one, form)


@settings(max_examples=300, deadline=None)
@given(layout=st.sampled_from(list(LAYOUTS)), style=st.sampled_from(STYLES), heading=st.sampled_from(list(HEADINGS)),
       dates=st.sampled_from(list(DATES)), seed=st.integers(0, 10**6), form=st.sampled_from(list(FORMS)),
       blanks=st.sampled_from([0.0, 0.1, 0.5, 0.95]),
       strays=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from(STRAYS)), max_size=3))
def test_what_is_followed_says_what_is_understood_anew(layout, style, heading, dates, seed, form, blanks, strays):
    form, chance = FORMS[form], random.Random(seed)
    book_of(form).layouts.clear()
    day = form.campaign.first_week

    def one() -> Grid:
        made = fill(form, some_figures(form, chance, blanks=blanks), layout, style, unit="区商务局", date=day,
                    heading=heading, dates=dates)
        return grid(moved(made, seed % 3, seed % 2))

    understand([one()], form)
    again = one()
    for row, column, stray in strays:  # a hand has been at it
        if row < len(again.rows) and column < len(again.rows[row]):
            again.rows[row][column] = stray
    assert reported(again, form) == anew(again, form)


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
    monkeypatch.setattr(layout_cache, "_MOST_ALIKE", 2)
    form, book = FORMS["small"], book_of(FORMS["small"])
    sheet = fill(form, some_figures(form, random.Random(1)), "official")
    for number in range(5):
        one = grid(sheet)
        one.rows[0][0] = f"{one.rows[0][0]} 备注：{number}"
        one.rows.append([f"备注：第{number}种"] + [""] * (len(one.rows[0]) - 1))
        locate(one, book)
    assert [len(alike) for alike in book.layouts.values()] == [2]


@given(st.data())
def test_a_text_of_figures_alone_is_nothing_printed(data):
    for form in FORMS.values():
        book = Book(form)
        text = data.draw(st.from_regex(book._but_figures, fullmatch=True))
        assert book.meaning(text) is None
        book._seen.clear()
        book._but_figures = re.compile("(?!)")
        assert book.meaning(text) is None, text
