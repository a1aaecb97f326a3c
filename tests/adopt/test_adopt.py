"""A blank form in, a definition out: every cell with its label and unit; what is filled in reads back, or is reported."""

from __future__ import annotations

import datetime as dt
import random

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consolidator.adopt.blank_sheet import read_blank
from consolidator.adopt.definition import definition_text
from consolidator.adopt.understand import understand
from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.read_file import understand as read_form
from consolidator.workflows.adopt import adopt, check
from schemas.errors import UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.picture import spot_of
from tests.adopt.blanks import Drawn, blanks

TODAY = dt.date(2026, 11, 26)
# drawing a workbook takes long, and shrinking one longer: the failing example is printed as it was drawn
SLOW = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("adopt")


def definition_of(drawn: Drawn, folder) -> Form:
    blank, path = folder / "blank.xlsx", folder / "form.yaml"
    blank.write_bytes(drawn.data)
    path.write_text(definition_text(understand(read_blank(blank), blank, "form", 2026), blank.name), encoding="utf-8")
    return load_form(path)


def filled(drawn: Drawn, form: Form, chance: random.Random) -> tuple[Grid, dict[str, int]]:
    """The blank with a number in each value cell, and the numbers by figure."""
    (grid,) = read_grids(drawn.data, "blank.xlsx")
    values = {}
    for picture in form.pictures:
        for name, cell in picture.figures.items():
            values[name] = chance.randrange(1, 500)
            row, column = spot_of(cell)
            while len(grid.rows) <= row:
                grid.rows.append([])
            grid.rows[row] += [""] * (column + 1 - len(grid.rows[row]))
            grid.rows[row][column] = float(values[name])
    return grid, values


@SLOW
@given(drawn=blanks())
def test_every_value_cell_is_found_with_its_label_and_unit(drawn, folder):
    form = definition_of(drawn, folder)
    cells = {cell: name for picture in form.pictures for name, cell in picture.figures.items()}
    assert set(cells) == set(drawn.values)
    for cell, (words, unit) in drawn.values.items():
        item, figure = form.item_of[cells[cell]], form.figures[cells[cell]]
        assert all(word in item.label().joined for word in words), (cell, item.label().joined)
        assert figure.unit == unit, (cell, unit)


@SLOW
@given(drawn=blanks(), seed=st.integers(0, 999), above=st.integers(0, 3))
def test_what_is_filled_in_reads_back_wherever_the_table_lies(drawn, folder, seed, above):
    form = definition_of(drawn, folder)
    grid, values = filled(drawn, form, random.Random(seed))
    grid.rows[0:0] = [[] for _ in range(above)]
    grid.merged = []
    submission = read_form([grid], form)
    assert submission is not None and submission.figures == values
    assert [one for one in submission.problems if one.severity == "error"] == []


@SLOW
@given(drawn=blanks(), seed=st.integers(0, 999), data=st.data())
def test_a_changed_label_is_reported_and_its_figure_not_read(drawn, folder, seed, data):
    form = definition_of(drawn, folder)
    grid, values = filled(drawn, form, random.Random(seed))
    cell = data.draw(st.sampled_from(sorted(drawn.values)))
    word = drawn.values[cell][0][0]
    spots = [(r, c) for r, row in enumerate(grid.rows) for c, value in enumerate(row)
             if isinstance(value, str) and word in value and r >= 2]
    for r, c in spots:
        grid.rows[r][c] = f"未{grid.rows[r][c]}"
    submission = read_form([grid], form)
    touched = {name for picture in form.pictures for name in picture.figures
               if word in form.item_of[name].label().joined}
    for name, value in values.items():
        assert submission.figures[name] in ((None,) if name in touched else (value, None)), name
    reported = {one.figure for one in submission.problems if one.severity == "error"}
    assert {name for name in values if submission.figures[name] is None} <= reported


@SLOW
@given(drawn=blanks(), seed=st.integers(0, 999))
def test_a_number_beside_the_form_is_reported(drawn, folder, seed):
    form = definition_of(drawn, folder)
    grid, values = filled(drawn, form, random.Random(seed))
    row = spot_of(sorted(drawn.values)[0])[0]
    width = max(len(row) for row in grid.rows)
    grid.rows[row] += [""] * (width - len(grid.rows[row])) + [777.0]
    submission = read_form([grid], form)
    assert any(one.code == "unread-number" and one.written == "777" for one in submission.problems)
    assert all(submission.figures[name] in (value, None) for name, value in values.items())


def test_the_whole_command_writes_a_definition_that_proves_itself(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["工矿商贸企业检查情况月报表"], ["填报单位：", "", "2026年10月"], ["项目", "当月", "累计"],
                ["检查企业（家）", "", ""], ["发现隐患（项）", "", ""], ["其中：已整改（项）", "", ""],
                ["整改率（%）", "", ""], ["是否建立台账", "", ""]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    blank = tmp_path / "月报.xlsx"
    book.save(blank)
    done = adopt(blank, "checks_2026", folder=tmp_path, today=TODAY)
    form = load_form(tmp_path / "checks_2026.yaml")
    assert done.proof.wrong == [] and done.proof.fillings > 0 and done.proof.guesses
    assert form.campaign.rhythm == "monthly"
    assert {figure.unit for figure in form.figures.values()} == {"家", "项", "是/否"}
    assert {name: figure.measure for name, figure in form.figures.items() if figure.unit == "家"} == {"b4": "period", "c4": "flow"}
    assert [(rule.part, rule.whole, rule.guessed) for rule in form.rules.part_of_whole] == [("b6", "b5", True), ("c6", "c5", True)]
    assert [one.cell for one in form.pictures[0].computed] == ["B7", "C7"]
    assert check(tmp_path / "checks_2026.yaml").wrong == []
    with pytest.raises(UsageError, match="已有"):
        adopt(blank, "checks_2026", folder=tmp_path, today=TODAY)


def test_a_form_that_replaces_another_keeps_the_names_of_its_figures(tmp_path):
    for name, labels in (("old", ("检查企业（家）", "发现隐患（项）")), ("new", ("发现隐患（项）", "新增项目（项）", "检查企业（家）"))):
        book = openpyxl.Workbook()
        for row in (["情况月报表", ""], ["项目", "数量"], *([label, ""] for label in labels)):
            book.active.append(row)
        book.save(tmp_path / f"{name}.xlsx")
    adopt(tmp_path / "old.xlsx", "old_form", folder=tmp_path, today=TODAY)
    done = adopt(tmp_path / "new.xlsx", "new_form", instead_of=tmp_path / "old_form.yaml", folder=tmp_path, today=TODAY)
    old, new = load_form(tmp_path / "old_form.yaml"), load_form(tmp_path / "new_form.yaml")
    names = {squeeze(form.label(name)): name for form in (old,) for name in form.figures}
    assert all(new.label(name) == old.label(name) for name in names.values())
    assert done.mapped.new == ["新增项目（项）"] and done.mapped.gone == []


@pytest.mark.parametrize("rows, says", [
    ([["关于开展专项行动的通知"], ["各单位：" + "请认真组织落实" * 20], ["一、" + "总体要求" * 30], ["二、" + "时间安排" * 30],
      ["三、" + "工作要求" * 30]], "报告或通知"),
    ([["姓名", "电话", "职务", "性别"], ["", "", "", ""]], "名单或台账"),
    ([["目录"], ["一、总体情况"], ["二、工作进展"]], "没有找到要填的格"),
    ([["情况统计表"], ["街道", *[f"项目{n}（个）" for n in range(8)]], *[[f"第{k}街道", *range(8)] for k in range(1, 9)]], "填好的表"),
])
def test_what_is_no_blank_form_is_refused_with_the_reason(tmp_path, rows, says):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match=says):
        adopt(tmp_path / "x.xlsx", "x", folder=tmp_path, today=TODAY)


@pytest.mark.parametrize("data, name, says", [
    (b"%PDF-1.4", "a.pdf", "PDF"), (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "a.png", "图片"), (b"", "a.xlsx", "空"),
])
def test_other_files_are_refused_with_the_reason(tmp_path, data, name, says):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=says):
        adopt(tmp_path / name, "x", folder=tmp_path, today=TODAY)
