"""Files to submissions: formats, sheets, copies of the form, the program's own sheets, what is no form."""

from __future__ import annotations

import datetime as dt
import io
import json
import random

import pytest

from consolidator.model import marks
from consolidator.reading.read_file import read_submission
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import DATES, FORMATS, HEADINGS, LABELS, LAYOUTS, STYLES, Sheet, fill, some_figures, to_bytes

HERE = HOME / "tests"
BIG = load_form(HERE.parent / "schemas" / "major_hazards_2023.yaml")
SMALL = load_form(HERE / "small_form.yaml")
SAMPLES = HERE.parent.parent / "shared" / "samples"


def figures(seed: int) -> dict:
    return some_figures(BIG, random.Random(seed))


def read(*sheets: Sheet, kind: str = "xlsx", form=BIG):
    return read_submission(to_bytes(list(sheets), kind), f"报表.{kind}", form)


def loud(submission) -> list[str]:
    return [problem.code for problem in submission.problems if problem.severity != "note"]


def named(sheet: Sheet, name: str, visible: bool = True) -> Sheet:
    sheet.name, sheet.visible = name, visible
    return sheet


# -- formats ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("form", [BIG, SMALL], ids=["big", "small"])
def test_every_format_reads_as_written(kind, form):
    for layout in list(LAYOUTS)[::5 if kind == "docx" else 1]:  # python-docx takes a tenth of a second for each
        chance = random.Random(f"{layout} {kind}")
        wanted = some_figures(form, chance, blanks=chance.choice([0, 0.3]))
        heading = chance.choice([one for one in HEADINGS if one != "day number"])
        day = form.campaign.first_week + dt.timedelta(days=7)
        sheet = fill(form, wanted, layout, chance.choice(STYLES), chance.choice(list(LABELS)), "区商务局", day, heading,
                     chance.choice(list(DATES)))
        submission = read(sheet, kind=kind, form=form)
        assert (submission.kind, loud(submission)) == ("form", []), layout
        assert submission.figures == pytest.approx(wanted), layout
        assert [name for name, _ in submission.units] == ["区商务局"], heading
        assert [date for date, _, _ in submission.dates] == [day], heading


def test_cells_and_what_stands_there_are_kept():
    wanted = figures(1)
    submission = read(fill(BIG, wanted, style="unit-units"))
    assert submission.sheet == BIG.sheet
    assert submission.cells["self_found"] == "D3" and submission.written["self_found"] == f"{wanted['self_found']}个"
    assert submission.cells["penalties"] == submission.cells["fines"] == "D11"
    split = read(fill(BIG, wanted, "split"))
    assert (split.cells["penalties"], split.cells["fines"]) == ("D11", "E11")
    word = read(fill(BIG, wanted), kind="docx")
    assert word.cells["self_found"] == "表1第1行第4列"


def test_a_wrong_value_is_reported_with_its_cell():
    sheet = fill(BIG, figures(2))
    sheet.put(*sheet.at[4]["values"][0], "约20")
    submission = read(sheet)
    (problem,) = submission.problems
    assert (problem.code, problem.figure, problem.sheet, problem.cell, problem.written) == (
        "estimate", "checked", "调度表", "D5", "约20")
    assert submission.figures["checked"] is None and BIG.label("checked") in problem.message


# -- sheets ----------------------------------------------------------------------------------------------------

def test_other_sheets_before_and_behind_are_no_matter():
    wanted = figures(3)
    front = Sheet("填报说明", [["请各单位认真填写调度表，每周一中午前报送。"]])
    other = Sheet("台账", [["序号", "企业名称", "隐患描述", "整改情况"], [1.0, "某公司", "无证上岗", "已整改"]])
    submission = read(front, fill(BIG, wanted), other)
    assert submission.figures == pytest.approx(wanted) and not submission.problems and submission.sheet == BIG.sheet


def test_a_hidden_sheet_with_last_weeks_figures_is_not_read():
    wanted = figures(4)
    hidden = named(fill(BIG, figures(5), date=dt.date(2023, 5, 29)), "上周", visible=False)
    for sheets in ([fill(BIG, wanted), hidden], [hidden, fill(BIG, wanted)]):
        submission = read(*sheets)
        assert submission.figures == pytest.approx(wanted) and not submission.problems
        assert [day for day, _, _ in submission.dates] == [dt.date(2023, 6, 5)]


def test_two_forms_that_agree_are_one_and_two_that_differ_are_reported():
    wanted = figures(6)
    submission = read(fill(BIG, wanted), named(fill(BIG, wanted, "vertical"), "竖表"))
    assert submission.figures == pytest.approx(wanted) and not loud(submission)
    submission = read(fill(BIG, wanted), named(fill(BIG, figures(7)), "另一张"))
    assert loud(submission) == ["two-forms"] and not any(submission.figures.values())
    assert "调度表、另一张" in submission.problems[0].message


@pytest.mark.parametrize("first", [True, False])
def test_an_empty_copy_of_the_form_is_noted(first):
    wanted = figures(8)
    empty = named(fill(BIG, dict.fromkeys(BIG.figures), unit="____"), "空表")
    sheets = [empty, fill(BIG, wanted)] if first else [fill(BIG, wanted), empty]
    submission = read(*sheets)
    assert submission.figures == pytest.approx(wanted)
    assert [problem.code for problem in submission.problems] == ["extra-sheet"]
    assert [name for name, _ in submission.units] == ["区商务局"]


def test_a_sheet_that_explains_the_items_is_no_second_form():
    wanted = figures(9)
    explained = fill(BIG, dict.fromkeys(BIG.figures), "label and value")
    for place in explained.at:
        explained.put(*place["values"][0], "填写专项行动开展以来的累计数")
    submission = read(named(explained, "指标解释"), fill(BIG, wanted))
    assert submission.figures == pytest.approx(wanted) and not loud(submission)


def test_sections_on_sheets_of_their_own_are_one_form():
    wanted = figures(10)
    sheets = []
    for n, section in enumerate(BIG.sections):
        part = BIG.model_copy(update={"sections": (section,)})
        sheets.append(named(fill(part, wanted), f"表{n + 1}"))
    submission = read(*sheets)
    assert submission.figures == pytest.approx(wanted) and not loud(submission)
    assert read(*sheets, kind="docx").figures == pytest.approx(wanted)


def test_two_forms_on_one_sheet():
    wanted = figures(11)
    one, same = fill(BIG, wanted), fill(BIG, wanted)
    stacked = Sheet("调度表", [*one.rows, [""] * 7, *same.rows])
    assert read(stacked).figures == pytest.approx(wanted)
    stacked = Sheet("调度表", [*one.rows, [""] * 7, *fill(BIG, figures(12)).rows])
    assert loud(read(stacked)) == ["two-forms"]
    beside = Sheet("调度表", [[*left, "", *right] for left, right in zip(one.rows, same.rows, strict=True)])
    assert read(beside).figures == pytest.approx(wanted)
    empty = fill(BIG, dict.fromkeys(BIG.figures))
    beside = Sheet("调度表", [[*left, "", *right] for left, right in zip(empty.rows, one.rows, strict=True)])
    assert read(beside).figures == pytest.approx(wanted)


# -- Word ------------------------------------------------------------------------------------------------------

def test_a_narrative_above_the_table_is_a_form():
    wanted = figures(13)
    sheet = fill(BIG, wanted)
    sheet.lines = ["阶段工作情况", "自5月25日以来，我局共组织检查企业58家，发现隐患3个，已全部整改。", *sheet.lines]
    submission = read(sheet, kind="docx")
    assert submission.figures == pytest.approx(wanted)
    assert submission.units == [("区商务局", None)] and submission.dates[0][0] == dt.date(2023, 6, 5)


def test_items_as_lines_without_a_table_are_a_form():
    import docx

    wanted = figures(14)
    book = docx.Document()
    for line in (*BIG.title, "区商务局（单位）    时间：2023年6月5日"):
        book.add_paragraph(line)
    for item in BIG.items:
        values = [wanted[figure.name] for figure in item.figures]
        shown = "是" if values[0] is True else "否" if values[0] is False else \
            "，".join(f"{value}{figure.unit}" for value, figure in zip(values, item.figures, strict=True))
        book.add_paragraph(f"{item.number}.{item.label().joined}：{shown}")
    out = io.BytesIO()
    book.save(out)
    submission = read_submission(out.getvalue(), "报表.docx", BIG)
    assert submission.kind == "form" and submission.figures == pytest.approx(wanted) and not loud(submission)
    assert submission.cells["self_found"] == "第4段"


def test_a_narrative_alone_is_material():
    import docx

    book = docx.Document()
    book.add_paragraph("区商务局专项行动动员部署情况")
    book.add_paragraph("抽查检查的企业总数58家，发现重大事故隐患3个。" * 3)
    out = io.BytesIO()
    book.save(out)
    submission = read_submission(out.getvalue(), "动员部署.docx", BIG)
    assert (submission.kind, submission.problems, submission.figures) == ("material", [], {})
    assert submission.text.startswith("区商务局专项行动动员部署情况\n抽查")
    assert read_submission("工作总结：略".encode(), "总结.txt", BIG).kind == "material"


# -- no form ---------------------------------------------------------------------------------------------------

def test_another_table_is_reported():
    submission = read(Sheet("Sheet1", [["姓名", "电话"], ["张三", 1.0]]))
    assert submission.kind == "unreadable" and loud(submission) == ["not-a-form"]
    assert BIG.joined_title in submission.problems[0].message


def test_empty_and_broken_files_are_values_not_exceptions():
    assert loud(read_submission(b"", "空.xlsx", BIG)) == ["empty-file"]
    whole = to_bytes([fill(BIG, figures(15))], "xlsx")
    assert read_submission(whole[: len(whole) // 2], "断.xlsx", BIG).kind == "unreadable"
    assert loud(read_submission(b"\x89PNG\r\n\x1a\n" + b"0" * 100, "照片.png", BIG)) == ["wrong-format"]


def test_half_a_form_is_a_form_with_items_missing():
    sheet = fill(BIG, figures(16), below=False)
    sheet.rows, sheet.merged = sheet.rows[:8], []
    submission = read(sheet)
    assert submission.kind == "form" and set(loud(submission)) == {"item-missing"}
    assert submission.figures["self_found"] is not None


# -- the program's own sheets ----------------------------------------------------------------------------------

def returned(sheet: Sheet, rows_before: int = 0) -> list[Sheet]:
    """An annotated copy as the program writes it: 退回说明 before the form."""
    rows = [[""]] * rows_before + [
        [marks.sheet_mark("退回说明")], ["区商务局 2023-06-05"], [marks.copy_mark("2023-06-05", "区商务局", "ab" * 32)],
        list(marks.RETURN_COLUMNS),
        [1.0, BIG.label("self_found"), "D3", "是约数", "约20", "请填写准确的数字", "已核实为20"],
        [2.0, BIG.label("fines"), "D11", "未填", "", "请填写数字", 0.0],
        [3.0, BIG.label("checked"), "D5", "未填", "", "请填写数字", ""],
        [4.0, marks.WHOLE_FILE, "", "日期不明", "", "请写明", "已改"]]
    return [Sheet(marks.RETURN_SHEET, rows), sheet]


@pytest.mark.parametrize("rows_before", [0, 3])
def test_a_corrected_copy_has_its_week_and_answers(rows_before):
    wanted = figures(17)
    submission = read(*returned(fill(BIG, wanted), rows_before))
    assert submission.figures == pytest.approx(wanted) and not submission.problems
    assert submission.copy_of == {"week": "2023-06-05", "unit": "区商务局", "sha256": "ab" * 32}
    assert submission.replies == {"self_found": "已核实为20", "fines": "0", "": "已改"}


def test_a_spoilt_mark_has_nothing_and_harms_nothing():
    sheets = returned(fill(BIG, figures(18)))
    sheets[0].rows[2] = [marks.SHEET_MARK + "·标记 {坏了"]
    submission = read(*sheets)
    assert submission.copy_of == {} and submission.kind == "form" and not submission.problems


def test_a_marked_sheet_beside_the_form_is_passed_over():
    """明细 holds every label with other figures: without the mark it would be a second form."""
    wanted = figures(19)
    detail = named(fill(BIG, figures(20), "across"), "明细")
    assert loud(read(fill(BIG, wanted), detail)) == ["two-forms"]
    detail.rows[1][6] = marks.sheet_mark("明细")
    assert read(fill(BIG, wanted), detail).figures == pytest.approx(wanted)


# -- the samples -----------------------------------------------------------------------------------------------

@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_the_samples_read_as_their_truth_says():
    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    for name, expected in truth.items():
        submission = read_submission((SAMPLES / "inbox" / name).read_bytes(), name, BIG)
        if expected["expect"] in ("clean", "benign"):
            assert submission.kind == "form", name
            got = {key: value for key, value in submission.figures.items() if value is not None}
            assert got == pytest.approx({key: value for key, value in expected["values"].items() if key in got}), name
            assert not loud(submission), name
            assert all(submission.written[key] == "" for key in submission.figures if key not in got), name
            assert submission.units[0][0] == expected["unit"], name
        if name.startswith("X-") and expected["expect"] == "rejected":
            assert submission.kind == "unreadable" and len(submission.problems) == 1, name
