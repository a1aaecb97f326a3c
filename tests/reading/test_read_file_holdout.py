"""What a held-out corpus of made-up submissions found: each a way of writing that was once misread or refused."""

from __future__ import annotations

import datetime as dt
import io
import random

import pytest
from openpyxl import load_workbook

from consolidator.model.grid import Unread
from consolidator.notation.item import read_item
from consolidator.reading.read_file import read_submission
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import Sheet, fill, some_figures, to_bytes

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")


def figures(seed: int = 1) -> dict:
    return some_figures(FORM, random.Random(seed))


def read(*sheets: Sheet, kind: str = "xlsx"):
    return read_submission(to_bytes(list(sheets), kind), f"报表.{kind}", FORM)


def loud(submission) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.figure) for problem in submission.problems if problem.severity != "note"]


def formatted(figure: str, value: float, code: str, kind: str) -> bytes:
    """A form in which one figure's cell has a number under a number format."""
    sheet = fill(FORM, figures())
    row, column = sheet.at[FORM.items.index(FORM.item_of[figure])]["values"][0]
    sheet.put(row, column, value)
    file = io.BytesIO()
    if kind == "xls":
        import xlwt

        book = xlwt.Workbook()
        page, style = book.add_sheet("调度表"), xlwt.XFStyle()
        style.num_format_str = code
        for r, cells in enumerate(sheet.rows):
            for c, one in enumerate(cells):
                if one != "":
                    page.write(r, c, one, *([style] if (r, c) == (row, column) else []))
        book.save(file)
        return file.getvalue()
    book = load_workbook(io.BytesIO(to_bytes([sheet], "xlsx")))
    book.active.cell(row + 1, column + 1).number_format = code
    book.save(file)
    return file.getvalue()


# -- number formats ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize("code,reported", [
    ('0"元"', "wrong-unit"), ('0"人"', "wrong-unit"), ('"约"0', "estimate"), ('0"余"', "estimate"), ("0!.0", None), ('0"+"', "estimate"),
])
def test_words_seen_around_a_number_are_reported_as_if_they_were_typed(kind, code, reported):
    submission = read_submission(formatted("checked", 53, code, kind), f"报表.{kind}", FORM)
    assert submission.figures["checked"] is None
    (problem,) = [one for one in submission.problems if one.figure == "checked"]
    assert problem.severity == "error" and problem.code == (reported or problem.code)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_figures_own_unit_in_its_number_format_draws_no_word(kind):
    submission = read_submission(formatted("checked", 53, '0"家"', kind), f"报表.{kind}", FORM)
    assert submission.figures["checked"] == 53 and not submission.problems


@pytest.mark.parametrize("value,text,read_as", [
    (53, "53人", "53人"), (53, "53", 53.0), (1234.5, "1,234.5万元", "1234.5万元"), (5.234, "5.23万元", "5.234万元"),
    (52000, "5.2万", Unread("shown", "52000（显示为5.2万）")), (45082, "###", 45082.0), (0.5, "1/2", 0.5),
])
def test_what_is_seen_of_a_number_in_ods(value, text, read_as):
    from consolidator.reading.formats.ods_values import cell_of
    from consolidator.reading.formats.runs import Text

    cell, _ = cell_of({"office:value-type": "float", "office:value": str(value)}, Text(text))
    assert cell.value == read_as


# -- unit and date ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("line", ["区商务局【单位】", "责任单位：区商务局", "区商务局〔单位〕", "制表单位：区商务局"])
def test_other_brackets_and_words_about_the_unit(line):
    sheet = fill(FORM, figures())
    sheet.rows[1] = [line, *[""] * 3, "时间：2023年6月5日"]
    assert read(sheet).units[0][0] == "区商务局"


def test_a_unit_before_a_title_of_two_lines():
    sheet = fill(FORM, figures())
    sheet.rows[0][0] = "区商务局" + "\n".join(FORM.title)
    sheet.rows[1] = ["", "", "", "", "时间：2023年6月5日"]
    assert read(sheet).units[0][0] == "区商务局"


def test_a_date_whose_format_was_lost_is_a_date():
    for number, day in ((45082, dt.date(2023, 6, 5)), (45075, dt.date(2023, 5, 29))):
        sheet = fill(FORM, figures())
        sheet.rows[1] = ["区商务局（单位）", "", "", "", float(number)]
        assert [one for one, _, _ in read(sheet).dates] == [day]


# -- sheets -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("newest_first", [True, False])
def test_of_sheets_of_several_weeks_the_newest_is_read_and_the_others_are_reported(newest_first):
    new, old = fill(FORM, figures(2)), fill(FORM, figures(3), date=dt.date(2023, 5, 29))
    new.name, old.name = "6.5", "5.29"
    submission = read(*([new, old] if newest_first else [old, new]))
    assert submission.figures == pytest.approx(figures(2)) and submission.sheet == "6.5"
    assert loud(submission) == [("older-sheet", None)]
    assert submission.dates[0][0] == dt.date(2023, 6, 5)


def test_sheets_of_two_units_or_without_a_day_are_still_refused():
    other = fill(FORM, figures(3), unit="区教育局", date=dt.date(2023, 5, 29))
    other.name = "二"
    assert ("two-forms", None) in loud(read(fill(FORM, figures(2)), other))
    undated = fill(FORM, figures(3))
    undated.name, undated.rows[1] = "二", ["区商务局（单位）"]
    assert ("two-forms", None) in loud(read(fill(FORM, figures(2)), undated))


# -- figures ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", ["5个（含危险作业罪2个）", "5个，含2个", "5个，包括危险作业罪案例2个", "5，其中包括2个"])
def test_the_part_may_be_contained_in_other_words(text):
    readings, _ = read_item([text], FORM.item_of["cases"])
    assert [reading.value for reading in readings.values()] == [5, 2]


@pytest.mark.parametrize("text", ["未发现", "暂未发现", "无此类情况"])
def test_nothing_found_is_zero(text):
    readings, _ = read_item([text], FORM.item_of["self_found"])
    assert (readings["self_found"].value, readings["self_found"].code) == (0, "read-as")


def test_what_a_count_contains_is_still_reported():
    readings, _ = read_item(["20（含上月5个）"], FORM.item_of["self_found"])
    assert readings["self_found"].value is None


# -- places -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("above,others", [("上期累计", ("本期累计", 4)), ("本周新增", ("累计", 4))])
def test_a_row_that_was_moved_sideways_under_titles_is_reported(above, others):
    wanted = figures(4)
    sheet = fill(FORM, wanted, "vertical")
    for c, title in enumerate(["类别", "序号", "内容", above, others[0]]):
        sheet.put(sheet.top, c, title)
    for place in sheet.at:
        row = place["label"][0]
        sheet.put(row, 4, sheet.rows[row][3])
        sheet.put(row, 3, 1.0)
    assert read(sheet).figures == pytest.approx(wanted)
    row = sheet.at[0]["label"][0]
    sheet.put(row, 5, sheet.rows[row][4])
    sheet.put(row, 4, sheet.rows[row][3])
    sheet.put(row, 3, "")
    submission = read(sheet)
    assert submission.figures["self_found"] is None and ("which-column", "self_found") in loud(submission)


@pytest.mark.parametrize("text", ["累计3次，5.2万元", "3次，累计罚款5.2万元"])
def test_a_value_that_says_累计_is_no_title_of_a_column(text):
    sheet = fill(FORM, figures())
    row, column = sheet.at[FORM.items.index(FORM.item_of["penalties"])]["values"][0]
    sheet.put(row, column, text)
    submission = read(sheet)
    assert (submission.figures["penalties"], submission.figures["fines"]) == (3, 5.2)


def test_a_remark_beside_a_value_is_no_title_of_a_column():
    wanted = figures(5)
    sheet = fill(FORM, wanted, "vertical")
    for place in sheet.at:
        sheet.put(place["label"][0], 4, "2023年累计" if place is sheet.at[3] else 3.0)
    sheet.put(sheet.top, 4, "备注")
    assert read(sheet).figures == pytest.approx(wanted)


def test_a_unit_whose_name_is_broken_in_two_lines():
    sheet = fill(FORM, figures())
    sheet.rows[1][0] = "区商\n务局（单位）"
    assert "区商务局" in [name for name, _ in read(sheet).units]


# -- Word -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("look", ['<w:vertAlign w:val="superscript"/>', "<w:strike/>", "<w:dstrike/>"])
def test_raised_and_struck_digits_are_never_part_of_a_number(look):
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document(io.BytesIO(to_bytes([fill(FORM, figures())], "docx")))
    wanted = str(figures()["checked"])
    cell = next(row.cells[n + 1] for row in document.tables[0].rows for n, one in enumerate(row.cells)
                if "抽查检查的企业总数" in one.text and "抽查检查的企业总数" not in row.cells[n + 1].text)
    assert cell.text == wanted
    cell.paragraphs[0]._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr>{look}</w:rPr><w:t>2</w:t></w:r>"))
    file = io.BytesIO()
    document.save(file)
    submission = read_submission(file.getvalue(), "表.docx", FORM)
    assert submission.figures["checked"] is None and "checked" in {figure for _, figure in loud(submission)}


def test_a_form_within_a_cell_has_its_heading_there():
    import docx

    document = docx.Document()
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    outer.text = FORM.joined_title
    outer.add_paragraph("区商务局（单位）    时间：2023年6月5日")
    wanted = figures(6)
    inner = outer.add_table(rows=0, cols=3)
    for item in FORM.items:
        values = [wanted[figure.name] for figure in item.figures]
        row = inner.add_row().cells
        row[0].text, row[1].text = str(item.number), item.labels[0].joined
        row[2].text = "，".join({True: "是", False: "否"}[one] if isinstance(one, bool) else str(one) for one in values)
    file = io.BytesIO()
    document.save(file)
    submission = read_submission(file.getvalue(), "表.docx", FORM)
    assert submission.figures == pytest.approx(wanted) and submission.units[0][0] == "区商务局"
    assert submission.dates[0][0] == dt.date(2023, 6, 5)


# -- runs in a cell ---------------------------------------------------------------------------------------------

def with_runs(shared: bool, look: dict) -> bytes:
    """A form with 53 in two runs in 抽查检查的企业总数, the first or the second with a look of its own."""
    sheet = fill(FORM, figures())
    row, column = sheet.at[FORM.items.index(FORM.item_of["checked"])]["values"][0]
    file = io.BytesIO()
    if shared:
        import xlsxwriter

        book = xlsxwriter.Workbook(file)
        page = book.add_worksheet("调度表")
        for r, cells in enumerate(sheet.rows):
            for c, one in enumerate(cells):
                if one != "":
                    page.write(r, c, one)
        page.write_rich_string(row, column, "5", book.add_format(look), "3")
        book.close()
        return file.getvalue()
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book = load_workbook(io.BytesIO(to_bytes([sheet], "xlsx")))
    font = InlineFont(strike=True) if "font_strikeout" in look else InlineFont(vertAlign="superscript") if look else InlineFont()
    book.active.cell(row + 1, column + 1).value = CellRichText("5", TextBlock(font, "3"))
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("look", [{"font_strikeout": True}, {"font_script": 1}])
def test_raised_and_struck_digits_in_a_workbook_are_reported(shared, look):
    submission = read_submission(with_runs(shared, look), "表.xlsx", FORM)
    assert submission.figures["checked"] is None and ("checked" in {figure for _, figure in loud(submission)})


@pytest.mark.parametrize("shared", [True, False])
def test_other_runs_are_one_text(shared):
    submission = read_submission(with_runs(shared, {"bold": True} if shared else {}), "表.xlsx", FORM)
    assert submission.figures["checked"] == 53 and not loud(submission)
