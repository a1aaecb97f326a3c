"""Every figure of a drawn form is found in its place, with its label and unit, and nothing else is; mistakes in it are reported."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.adopt.blank_sheet import read_blank
from consolidator.adopt.definition import definition_text
from consolidator.adopt.relations import relate
from consolidator.adopt.understand import understand
from consolidator.reading.formats.dispatch import read_grids
from consolidator.workflows.adopt import FILLINGS, adopt, check, filled
from consolidator.workflows.planting import planted
from schemas.errors import UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.picture import spot_of
from tests.adopt.shapes import SHAPES, Shape, shape

TODAY = dt.date(2026, 11, 29)


def definition_of(data: bytes, name: str, folder) -> Form:
    blank, path = folder / name, folder / "form.yaml"
    blank.write_bytes(data)
    done = understand(read_blank(blank), blank, "form", 2026)
    relate(done)
    path.write_text(definition_text(done, name), encoding="utf-8")
    return load_form(path)


def faults(form: Form, made: Shape, down: int = 0) -> list[str]:
    """What differs from the drawn form; a Word table's cells lie ``down`` rows further down."""
    def moved(cell: str) -> str:
        return f"{cell.rstrip('0123456789')}{spot_of(cell)[0] + 1 + down}"
    cells = {(n, cell): name for n, picture in enumerate(form.pictures) for name, cell in picture.figures.items()}
    wanted = {(number, moved(cell)): meant for (number, cell), meant in made.values.items()}
    found = [f"{place} is missing" for place in wanted.keys() - cells.keys()]
    found += [f"{place} is too much" for place in cells.keys() - wanted.keys()]
    for place in wanted.keys() & cells.keys():
        words, unit = wanted[place]
        label = "".join((*form.section_of[cells[place]].title, form.item_of[cells[place]].label().joined))
        if not all(word in label for word in words) or form.figures[cells[place]].unit != unit:
            found.append(f"{place}: {label} {form.figures[cells[place]].unit}, wanted {words} {unit}")
    names = {name: cell for (_, cell), name in cells.items()}
    parts = {(names[rule.part], names[rule.whole]) for rule in form.rules.part_of_whole}
    sums = {names[rule.total]: tuple(names[part] for part in rule.parts) for rule in form.rules.sum_of}
    found += [f"no part {pair}" for pair in made.parts if tuple(map(moved, pair)) not in parts]
    return found + [f"no sum {total}" for total, cells in made.sums.items() if sums.get(moved(total)) != tuple(map(moved, cells))]


@pytest.mark.parametrize("name", SHAPES)
def test_every_figure_is_found_in_its_place(name, tmp_path):
    for seed in range(4):
        made = shape(seed, name)
        assert faults(definition_of(made.xlsx(borders=seed % 2 == 0), "blank.xlsx", tmp_path), made) == [], seed


@pytest.mark.parametrize("name", ["unit rows", "items by columns", "nested parts", "vertical", "equation"])
def test_the_same_in_a_word_table(name, tmp_path):
    for seed in range(2):
        made = shape(seed, name)
        assert faults(definition_of(made.word(), "blank.docx", tmp_path), made) == [], seed


@pytest.mark.parametrize("name", ["unit rows", "nested parts", "equation"])
def test_each_planted_mistake_is_reported_at_its_cell(name, tmp_path):
    (tmp_path / "blank.xlsx").write_bytes(shape(3, name).xlsx(borders=True))
    proof = adopt(tmp_path / "blank.xlsx", "form_x", folder=tmp_path, today=TODAY).proof
    assert proof.wrong == [] and proof.fillings == 2 * FILLINGS and proof.planted > 10


def test_a_mistake_that_is_not_reported_is_said(tmp_path, monkeypatch):
    (tmp_path / "blank.xlsx").write_bytes(shape(4, "equation").xlsx(borders=True))
    path = adopt(tmp_path / "blank.xlsx", "form_x", folder=tmp_path, today=TODAY).path
    monkeypatch.setattr("consolidator.workflows.planting.validation.check", lambda rows, form, week: [[] for _ in rows])
    assert any("合计与各项不符" in one for one in check(path).wrong)


def test_planting_is_the_same_each_time(tmp_path):
    data = shape(0, "unit rows").xlsx(borders=True)
    form = definition_of(data, "blank.xlsx", tmp_path)
    grids = read_grids(data, "blank.xlsx")
    places = {name: spot_of(cell) for name, cell in form.pictures[0].figures.items()}
    first, again = (planted(form, grids, TODAY, filled, lambda name, _: (0, places[name])) for _ in range(2))
    assert first == again and first[1] == []


def _classification() -> list[list[str]]:
    """A code list with gaps, as classifications are."""
    lines = ([*("A" if k == n % 4 else "" for k in range(4)), f"名称{n}", ""] for n in range(900))
    return [["门类", "大类", "中类", "小类", "名称", "说明"], *lines]


def test_a_classification_with_gaps_is_no_form(tmp_path):
    made = Shape("", [_classification()], [[]], [[]])
    (tmp_path / "x.xlsx").write_bytes(made.xlsx(borders=False))
    with pytest.raises(UsageError, match="目录、名单"):
        adopt(tmp_path / "x.xlsx", "x", folder=tmp_path, today=TODAY)


def test_a_form_with_last_months_numbers_in_it_is_no_blank(tmp_path):
    made = shape(1, "items by columns")
    for _, cell in list(made.values)[:12]:
        row, column = spot_of(cell)
        made.sheets[0][row][column] = "17"
    (tmp_path / "x.xlsx").write_bytes(made.xlsx(borders=True))
    with pytest.raises(UsageError, match="填好的表"):
        adopt(tmp_path / "x.xlsx", "x", folder=tmp_path, today=TODAY)
