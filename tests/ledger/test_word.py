"""Ledgers in Word: headings over two rows, cells merged across and downward; and what the index keeps of a sheet without a name."""

import io

from docx import Document

from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.reading.ledgers.read_file import read_with_ledgers
from tests.ledger.factory import FORM

HEADS = [["序号", "企业名称", "隐患情况", "", "", "", "整改情况", ""],
         ["", "", "隐患描述", "级别", "来源", "发现日期", "期限", "状态"]]
ROWS = [["1", "好邻居饭店", "燃气报警器没有安装", "重大", "自查", "6月2日", "6月底", "整改中"],
        ["2", "", "消防水泵不能启动", "重大", "自查", "6月3日", "6月底", "未整改"],
        ["3", "", "配电箱没有接地线", "重大", "自查", "6月3日", "6月底", "未整改"]]


def word(merged):
    document = Document()
    document.add_paragraph("月牙河街道重大事故隐患台账")
    document.add_paragraph("填报日期：2023年6月5日")
    rows = HEADS + ROWS
    table = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for top, left, bottom, right in merged:
        text = table.cell(top, left).text
        table.cell(top, left).merge(table.cell(bottom, right)).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(*downward):
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 5), (0, 6, 0, 7), *downward]
    sheet, = read_with_ledgers(word(merged), "月牙河街道.docx", FORM).ledgers
    return sheet


def test_a_firm_merged_downward_holds_for_its_rows_and_no_further():
    sheet = read((2, 1, 3, 1))
    assert sheet.columns["firm"] == ["好邻居饭店", "好邻居饭店", ""]
    assert read((2, 1, 4, 1)).columns["firm"] == ["好邻居饭店"] * 3
    assert read().columns["firm"] == ["好邻居饭店", "", ""]


def test_headings_merged_across_are_parents():
    sheet = read((2, 1, 4, 1))
    assert sheet.columns["description"] == [row[2] for row in ROWS]
    assert sheet.columns["due"] == ["2023-06-30"] * 3 and sheet.columns["state"] == ["under_way", "open", "open"]
    assert sheet.rows == [3, 4, 5] and sheet.passed == {"表头": 2}


def test_the_index_gives_back_what_was_read_whatever_the_sheet_is_called():
    sheet = read((2, 1, 4, 1))
    sheet.sheet = ""  # a text file's sheet has no name
    assert LedgerSheet.from_json(sheet.to_json()) == sheet
