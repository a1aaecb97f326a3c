"""Ledgers as offices keep them: columns that are missing or mean something else, sheets that go on, several units or weeks in one file."""

import datetime as dt
import io

import openpyxl
import pytest
from docx import Document
from openpyxl.styles import Font

from consolidator.reading.ledgers.read_file import read_with_ledgers
from consolidator.writing.ledger.given_back import write_given_back
from schemas.settings import Settings
from tests.ledger.factory import FORM, W1, W2, Row, Story, ledger, workbook

H = ["序号", "企业名称", "隐患内容", "级别", "来源", "发现时间", "整改情况"]


def row(number=1, firm="甲超市", text="消防栓没有水压", **changes):
    cells = dict(zip(H, [number, firm, text, "重大", "自查", "6月1日", "整改中"], strict=True))
    return list({**cells, **changes}.values())


def result_of(*sheets, file="月牙河街道台账.xlsx", week=W2, story=None):
    story = story or Story()
    story.send(workbook(sheets), file)
    return story.run(week).result


def without(head, values):
    at = H.index(head)
    return [*values[:at], *values[at + 1:]]


def word(*parts):
    """A Word document of lines and tables."""
    document = Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(len(part), len(part[0]))
        for r, cells in enumerate(part):
            for c, value in enumerate(cells):
                table.cell(r, c).text = str(value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def adds_up(result):
    return all(one.rows == one.merged + one.held + one.passed for one in result.files)


def test_a_column_that_is_missing_is_asked_for_with_what_to_write():
    result = result_of(("一", [["重大隐患台账"], without("来源", H), without("来源", row())]))
    found = next(one for one in result.held if one.severity == "error")
    assert found.code == "column-missing" and "“来源”" in found.message and "自查、部门、街道" in found.message


def test_states_under_a_heading_that_nobody_knows_are_not_passed_in_silence():
    heads = [*H[:-1], "落实闭环"]
    result = result_of(("一", [["台账"], heads, row(整改情况="已完成")]))
    assert [(one.code, "落实闭环" in one.message) for one in result.held if one.code == "no-state"] == [("no-state", True)]
    result = result_of(("一", [["台账"], H, row()]))
    assert not [one for one in result.held if one.code == "no-state"]


@pytest.mark.parametrize(("head", "values", "level"), [("隐患类别", ["消防", "燃气"], None), ("隐患类别", ["重大", "燃气"], "重大")])
def test_a_category_is_no_level_unless_a_level_stands_below_it(head, values, level):
    heads = [head if one == "级别" else one for one in H]
    rows = [row(n, text=f"{n}号隐患很严重", **{"级别": value}) for n, value in enumerate(values)]
    result = result_of(("一", [["重大隐患台账" if level is None else "台账"], heads, *rows]))
    assert [one.level for one in result.hazards] == (["重大"] * 2 if level is None else ["重大"])
    assert [one.code for one in result.held if one.severity == "error"] == ([] if level is None else ["choice-unknown"])


def test_a_sheet_without_headings_goes_on_with_the_one_before():
    result = result_of(("一", [["台账"], H, row(1)]), ("续表", [row(2, "乙店", "燃气软管老化"), row(3, "丙店", "气瓶间没有通风")]),
                       ("照片", [["甲超市", "整改前"], ["乙店", "整改后"]]))
    assert [one.firm for one in result.hazards] == ["甲超市", "乙店", "丙店"] and adds_up(result)
    assert [(one.sheet, one.merged) for one in result.files] == [("一", 1), ("续表", 2)]


def test_a_word_table_that_goes_on_behind_a_page_break_is_read():
    data = word("月牙河街道台账", [H, row(1)], "接上表", [row(2, "乙店", "燃气软管老化")])
    submission = read_with_ledgers(data, "月牙河街道台账.docx", FORM)
    assert [(sheet.word_table, sheet.columns["firm"]) for sheet in submission.ledgers] == [(1, ["甲超市"]), (2, ["乙店"])]


def test_a_sheet_without_a_title_is_of_the_unit_that_the_others_are_of():
    result = result_of(("消防", [["月牙河街道重大隐患台账 2023年6月9日"], H, row()]), ("燃气", [H, row(1, "丙饭店", "报警器没有安装")]),
                       file="台账.xlsx")
    assert {one.unit for one in result.files} == {"月牙河街道"} and len(result.hazards) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_sheets_of_several_weeks_in_one_workbook_are_of_the_last_in_whatever_order(turned):
    sheets = [("0602", [["台账 截至2023年6月2日"], H, row()]), ("0609", [["台账 截至2023年6月9日"], H, row(整改情况="已整改")])]
    result = result_of(*(sheets[::-1] if turned else sheets))
    assert [(one.state, one.since) for one in result.hazards] == [("rectified", W2.isoformat())] and adds_up(result)


@pytest.mark.parametrize("head", ["填报单位", "单位"])
@pytest.mark.parametrize("file", ["汇总.xlsx", "月牙河街道报.xlsx"])
def test_rows_of_several_units_in_one_sheet_are_each_units_own(head, file):
    rows = [[*row(1), "月牙河街道"], [*row(2, "乙店", "燃气软管老化"), "区商务局"], ["合计"]]
    result = result_of(("一", [["台账 2023年6月9日"], [*H, head], *rows]), file=file)
    assert sorted((one.firm, one.units) for one in result.hazards) == [("乙店", ["区商务局"]), ("甲超市", ["月牙河街道"])]
    assert adds_up(result) and sum(one.rows for one in result.files) == 5


def test_units_below_单位_that_are_firms_are_firms():
    heads = ["单位" if one == "企业名称" else one for one in H]
    result = result_of(("一", [["台账 2023年6月9日"], heads, row()]))
    assert [(one.firm, one.units) for one in result.hazards] == [("甲超市", ["月牙河街道"])]


def test_a_name_in_a_cell_that_is_not_for_people_is_masked_in_the_sentence():
    result = result_of(("一", [["台账"], H, row(来源="区商务局 王明"), row(2, "乙店", "燃气软管老化", 来源="李红")]))
    said = " ".join(one.message for one in result.held)
    assert "王*" in said and "李*" in said and "王明" not in said and "李红" not in said


def test_a_day_of_its_own_sheet_counts_for_sheets_without_one():
    result = result_of(("一", [["台账"], H, row()]), ("二", [["台账 截至2023年6月2日"], H, row(2, "乙店", "燃气软管老化")]), week=W1)
    assert {one.date for one in result.files} == {dt.date(2023, 6, 2).isoformat()}


def test_rows_that_count_the_columns_and_examples_are_passed_over():
    numbers, bare = [f"（{n}）" for n in range(1, 8)], [str(n) for n in range(1, 8)]
    result = result_of(("一", [["台账"], H, numbers, row("例", "某某公司", "如：安全出口堵塞"), row("示例"), row(), [*range(1, 8)], bare]))
    assert [one.firm for one in result.hazards] == ["甲超市"] and adds_up(result) and not result.files[0].held
    assert result.files[0].rules == {"表头": 2, "栏号": 3, "示例": 2}


def test_same_as_above_is_what_the_cell_above_says():
    again = [3, "〃", "应急灯不亮了", "〃", "同上", "同上", "同上"]
    result = result_of(("一", [["台账"], H, row(), row(2, "同上", "燃气软管老化", 来源="同上"), again]))
    assert [(one.firm, one.side, one.found, one.state) for one in result.hazards] == [("甲超市", "self", "2023-06-01", "under_way")] * 3
    result = result_of(("一", [["台账"], H, row(1, "同上")]))
    assert [one.code for one in result.held if one.severity == "error"] == ["cell-blank"]


def test_a_level_that_is_ticked_below_its_heading():
    heads = [["序号", "企业名称", "隐患内容", "隐患等级", "", "来源", "发现时间", "整改情况"], ["", "", "", "重大", "一般", "", "", ""]]
    rows = [[1, "甲", "安全出口堵塞", "√", "", "自查", "6.1", "整改中"], [2, "乙", "安全出口堵塞", "", "√", "自查", "6.1", "整改中"],
            [3, "丙", "安全出口堵塞", "√", "√", "自查", "6.1", "整改中"]]
    story = Story()
    story.send(workbook([("一", [["台账"], *heads, *rows])], [(1, 3, 1, 4)]), "月牙河街道.xlsx")
    result = story.run(W2).result
    assert [(one.firm, one.level) for one in result.hazards] == [("甲", "重大"), ("乙", "一般")]
    assert [one.code for one in result.held if one.severity == "error"] == ["status-two"]


def test_a_time_of_day_in_a_row_is_not_the_day_of_the_ledger():
    result = result_of(("一", [["台账"], H, row(发现时间="2023/6/1 10:30"), row(2, "乙店", 发现时间="2023/6/8 10:30")]))
    assert len(result.hazards) == 2 and not [one for one in result.held if one.severity == "error"]


def test_what_is_struck_out_is_held():
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (["台账"], H, row(), row(2, "乙店"), row(3, "丙店")):
        sheet.append(cells)
    sheet["G4"].font = Font(strike=True)
    for cell in sheet[5]:
        cell.font = Font(strike=True)
    out = io.BytesIO()
    book.save(out)
    story = Story()
    story.send(out.getvalue())
    result = story.run(W2).result
    assert [one.firm for one in result.hazards] == ["甲超市"] and adds_up(result)
    assert [(one.cell, one.code) for one in result.held if one.severity == "error"] == [("G4", "cell-struck"), ("第5行", "row-struck")]


@pytest.mark.parametrize(("written", "level", "codes"), [("是", ["重大"], []), ("否", [], ["choice-unknown"])])
def test_whether_it_is_重大_is_asked_by_a_column_of_its_own(written, level, codes):
    heads = ["是否重大隐患" if one == "级别" else one for one in H]
    result = result_of(("一", [["重大事故隐患台账"], heads, row(**{"级别": written})]))
    assert [one.level for one in result.hazards] == level
    assert [one.code for one in result.held if one.severity == "error"] == codes


def test_rows_of_a_unit_that_nobody_knows_are_refused_by_its_name():
    rows = [[*row(2, "乙店", "燃气软管老化"), "某某街道"], [*row(1), "月牙河街道"]]
    result = result_of(("一", [["台账 2023年6月9日"], [*H, "填报单位"], *rows]), file="汇总.xlsx")
    assert sum(one.rows for one in result.files) == 4
    assert [one.firm for one in result.hazards] == ["甲超市"] and adds_up(result)
    assert [(one.unit, one.held, "某某街道" in one.refused) for one in result.files if one.refused] == [(None, 1, True)]


def test_a_label_above_a_column_without_a_heading_is_no_heading():
    line = ["填报单位：", "月牙河街道", "", "", "填报日期：", "2023年6月9日"]
    result = result_of(("一", [["隐患台账"], line, ["", *H[1:]], row()]), file="一.xlsx")
    assert [(one.firm, one.units) for one in result.hazards] == [("甲超市", ["月牙河街道"])]


@pytest.mark.parametrize("amount", [12345.67, 1234567.0, 128.5678, 100.0])
def test_an_amount_that_comes_back_is_read_as_the_same(tmp_path, amount):
    story = Story()
    story.send(ledger([Row(more={"整改资金（万元）": f"{amount}万元"})]), "一.xlsx")
    result = story.run(W1).result
    assert [one.money for one in result.hazards] == [amount]
    workbook_of, _ = write_given_back(result, FORM, Settings(), tmp_path)
    sheet, = read_with_ledgers(workbook_of.read_bytes(), workbook_of.name, FORM).ledgers
    assert sheet.columns["money"] == [amount] and not [one for one in sheet.problems if one.column == "money"]
