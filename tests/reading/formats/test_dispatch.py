"""Reading workbooks: every writer's, with what calamine is silent on, and with what would bring it down."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid, Unread
from consolidator.reading.files.sniff import Scan
from consolidator.reading.formats import dispatch
from consolidator.reading.formats import sheet as sheets
from consolidator.reading.formats.dispatch import read_grids
from schemas.problems import Problem
from tests.packages import (
    MAIN,
    ROWS,
    STRICT,
    docx,
    edited,
    ods,
    openpyxl_xlsx,
    raw_xlsx,
    sheet_xml,
    xlsxwriter_xlsx,
    xlwt_xls,
)

SHEET = "xl/worksheets/sheet1.xml"


def rows_of(data: bytes, name: str = "表.xlsx") -> list[list]:
    grids = read_grids(data, name)
    assert isinstance(grids, list), grids
    return grids[0].rows


def code_of(data: bytes, name: str = "表.xlsx") -> str:
    problem = read_grids(data, name)
    assert isinstance(problem, Problem), problem
    return problem.code


# -- what writers write ----------------------------------------------------------------------------------------

def test_what_openpyxl_and_xlsxwriter_write_reads_back():
    def fill(_, sheet):
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)

    assert rows_of(openpyxl_xlsx()) == ROWS == rows_of(xlsxwriter_xlsx(fill))
    assert rows_of(xlsxwriter_xlsx(fill, constant_memory=True)) == ROWS  # inline strings


def test_a_xlsx_with_another_extension_reads():
    for name in ("表.xls", "表.et", "表.docx", "表"):
        assert rows_of(openpyxl_xlsx(), name) == ROWS


def test_xls_of_xlwt_reads_whatever_it_is_called():
    def fill(_, sheet):
        for number, row in enumerate(ROWS):
            for column, value in enumerate(row):
                sheet.write(number, column, value)

    for name in ("表.xls", "表.et", "表.xlsx"):
        assert rows_of(xlwt_xls(fill), name) == ROWS


def test_sheets_come_in_order_with_their_visibility():
    def change(book):
        book.create_sheet("藏").sheet_state = "hidden"
        book.create_sheet("深藏").sheet_state = "veryHidden"
        book.create_chartsheet("图")
        book.create_sheet("后")

    grids = read_grids(openpyxl_xlsx(change=change), "表.xlsx")
    assert [(grid.sheet, grid.visible) for grid in grids] == [
        ("调度表", True), ("藏", False), ("深藏", False), ("后", True)]


def test_unread_cells_come_to_the_right_sheet_beside_a_chart_sheet():
    def change(book):
        book.create_chartsheet("图", 0)
        book.create_sheet("二")["B2"] = "=1+1"

    grids = {grid.sheet: grid.rows for grid in read_grids(openpyxl_xlsx(change=change), "表.xlsx")}
    assert grids["调度表"] == ROWS
    assert grids["二"] == [[], ["", Unread("formula", "=1+1")]]


def test_a_blank_workbook_is_no_text():
    assert rows_of(openpyxl_xlsx(rows=[])) == [[]] == rows_of(xlwt_xls(lambda *_: None), "表.xls")
    assert rows_of(ods("<table:table/>"), "表.ods") == [[]]


def test_merged_ranges_are_reported():
    grid = read_grids(openpyxl_xlsx(change=lambda book: book.active.merge_cells("A1:B1")), "表.xlsx")[0]
    assert grid.merged == [(0, 0, 0, 1)]


def test_hidden_rows_and_columns_are_read():
    def change(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    assert rows_of(openpyxl_xlsx(change=change)) == ROWS


def test_text_is_taken_as_it_stands():
    rows = rows_of(raw_xlsx(
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>检</t></r><r><t xml:space="preserve"> 查</t></r>'
        '<rPh sb="0" eb="1"><t>jian</t></rPh></is></c><c r="B1" t="inlineStr"><is><t>a&lt;b&#10;c</t></is></c>'
        '<c r="C1" t="str"><v>007</v></c><c r="D1" t="b"><v>1</v></c></row>'))
    assert rows == [["检 查", "a<b\nc", "007", True]]


def test_dates_of_both_epochs():
    def change(epoch):
        def fill(book):
            book.epoch = epoch
            book.active["C1"] = dt.date(2023, 6, 5)
            book.active["D1"] = dt.datetime(2023, 6, 5, 8, 30)
        return fill

    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    for epoch in (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904):
        row = rows_of(openpyxl_xlsx(change=change(epoch)))[0]
        assert row[2:] == [dt.date(2023, 6, 5), dt.datetime(2023, 6, 5, 8, 30)]


def test_a_date_that_no_calendar_has_does_not_lose_the_workbook():
    def change(book):
        book.active["C1"] = 99999999
        book.active["D1"] = -5
        for cell in ("C1", "D1"):
            book.active[cell].number_format = "yyyy-mm-dd"

    assert [row[:2] for row in rows_of(openpyxl_xlsx(change=change))] == ROWS


def test_strict_ooxml_reads():
    def strict(xml: bytes) -> bytes:
        return (xml.replace(MAIN.encode(), STRICT.encode())
                .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                         b"http://purl.oclc.org/ooxml/officeDocument/relationships"))

    data = openpyxl_xlsx()
    names = [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if name.endswith((".xml", ".rels"))]
    assert rows_of(edited(data, dict.fromkeys(names, strict))) == ROWS


def test_prefixed_xml_reads_and_its_empty_formula_is_reported():
    xml = (f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c><x:c r="B1">'
           "<x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>").encode()
    assert rows_of(edited(openpyxl_xlsx(), {SHEET: xml})) == [[7, Unread("formula", "=A1")]]


def test_part_names_with_backslashes_read():
    data = openpyxl_xlsx()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name)
            info.filename = name.replace("/", "\\")
            target.writestr(info, source.read(name))
    assert rows_of(made.getvalue()) == ROWS


def test_utf16_xml_reads():
    xml = sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>', head='<?xml version="1.0" encoding="UTF-16"?>')
    assert rows_of(edited(openpyxl_xlsx(), {SHEET: xml.decode().encode("utf-16")})) == [[7]]


# -- what calamine is silent on ----------------------------------------------------------------------------------

@pytest.mark.parametrize("cell, unread", [
    ('<c r="B1" t="e"><v>#DIV/0!</v></c>', Unread("error", "#DIV/0!")),
    ("<c r='B1' t='e'><v>#REF!</v></c>", Unread("error", "#REF!")),
    ('<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Unread("error", "#DIV/0!")),
    ('<c r="B1"><f>SUM(A1:A3)</f></c>', Unread("formula", "=SUM(A1:A3)")),
    ('<c r="B1"><f>SUM(A1:A3)</f><v></v></c>', Unread("formula", "=SUM(A1:A3)")),
    ('<c r="B1"><f>SUM(A1:A3)</f><v/></c>', Unread("formula", "=SUM(A1:A3)")),
    ('<c r="B1"><f t="shared" si="0" ref="B1:B2">A1</f></c>', Unread("formula", "=A1")),
    ('<c r="B1"><f>[1]一月!$A$1</f></c>', Unread("formula", "=[1]一月!$A$1")),
    ('<c r="B1" t="str"><f>IF(A1,"","")</f><v></v></c>', ""),
    ('<c r="B1"><f>1+1</f><v>2</v></c>', 2),
    ('<c r="B1"><f>1-1</f><v>0</v></c>', 0),
    ('<c r="B1" t="str"><f>"是"</f><v>是</v></c>', "是"),
])
def test_error_values_and_formulas_without_a_result_are_not_blanks(cell, unread):
    rows = rows_of(edited(raw_xlsx(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row>'), {
        "xl/workbook.xml": lambda xml: xml.replace(b'fullCalcOnLoad="1"', b"")}))
    assert [*rows[0], ""][1] == unread


def test_a_shared_formula_without_a_result_is_reported_in_each_cell():
    rows = rows_of(raw_xlsx('<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">B1</f></c></row>'
                            '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'))
    assert rows == [[Unread("formula", "=B1")], [Unread("formula", "=B1")]]


def test_the_zero_that_xlsxwriter_stores_for_a_formula_is_no_figure():
    def fill(_, sheet):
        sheet.write_formula("A1", "=20+33")
        sheet.write_formula("B1", "=20+33", None, 53)

    assert rows_of(xlsxwriter_xlsx(fill)) == [[Unread("formula", "=20+33"), 53]]


def test_xls_error_values_and_formulas_without_a_result_are_not_blanks():
    import xlwt

    def fill(_, sheet):
        sheet.write(0, 0, 5)
        sheet.write(0, 1, xlwt.Formula("A1+1"))
        sheet.row(0).set_cell_error(2, "#DIV/0!")
        sheet.write(1, 0, True)

    assert rows_of(xlwt_xls(fill), "表.xls") == [
        [5, Unread("formula", "=(A1+1)"), Unread("error", "#DIV/0!")], [True]]


@pytest.mark.parametrize("number_format, value, read", [
    ("0%", 0.05, "5%"), ("0.00%", 0.125, "12.5%"), ("0.0%", 0.07, "7%"), ('0"家"', 12, "12家"), ('0"%"', 12, "12%"),
    ("#,##0", 1200, 1200), ("#,##0.00_ ", 1200, 1200), ("0!.0,", 52000, Unread("shown", "52000（显示为5.2）")),
    ('#,##0.0,"千元"', 52000, Unread("shown", "52000（显示为52.0千元）")), ("0", "5%", "5%"), ("@", "12", "12"), ("[Red]0;-0%", 3, 3),
])
def test_a_format_that_shows_another_number_is_read_as_what_is_seen(number_format, value, read):
    def change(book):
        book.active["B2"], book.active["B2"].number_format = value, number_format

    rows = rows_of(openpyxl_xlsx(change=change))
    assert rows[1] == [ROWS[1][0], read] and rows[2:] == ROWS[2:]


def test_a_percent_in_xls_is_read_as_what_is_seen():
    import xlwt

    def fill(_, sheet):
        percent, plain = xlwt.easyxf(num_format_str="0.0%"), xlwt.easyxf(num_format_str='0"家"')
        for column, value in enumerate([0.05, 0.125, 1, 0.333]):
            sheet.write(0, column, value, percent)
            sheet.write(1, column, value, plain)
            sheet.write(2, 2 * column, value, xlwt.easyxf(num_format_str="0%"))

    assert rows_of(xlwt_xls(fill), "表.xls") == [
        ["5%", "12.5%", "100%", "33.3%"],
        ["0.05家", "0.125家", "1家", "0.333家"],
        ["5%", "", "12.5%", "", "100%", "", "33.3%"]]


# -- cells far out ---------------------------------------------------------------------------------------------

def stray(ref: str, cell: str = "<v>1</v>") -> bytes:
    row = ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return raw_xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>检查 &amp; 数</t></is></c><c r="B1"><v>12</v></c>'
                    '<c r="C1" t="e"><v>#N/A</v></c></row>'
                    f'<row r="{row}"><c r="{ref}">{cell}</c></row>')


@pytest.mark.parametrize("ref", ["XFD1048576", "A1048576", "CV100000"])
def test_a_form_with_a_stray_cell_far_out_reads(ref):
    rows = rows_of(stray(ref))
    assert rows[0][:3] == ["检查 & 数", 12, Unread("error", "#N/A")]


def test_a_styled_blank_far_out_costs_nothing():
    assert rows_of(stray("XFD1048576", "")) == [["检查 & 数", 12, Unread("error", "#N/A")]]


def test_a_stray_cell_in_xls_does_not_lose_the_form():
    def fill(_, sheet):
        sheet.write(0, 0, "检查")
        sheet.write(0, 1, 12)
        sheet.write(65535, 255, "x")

    rows = rows_of(xlwt_xls(fill), "表.xls")
    assert rows == [["检查", 12]]


@pytest.mark.parametrize("ref", ["ZZZZZZZZ99999999999", "XFE1", "A1048577", "1A", "A0", ""])
def test_a_reference_that_no_sheet_has_is_reported(ref):
    assert code_of(raw_xlsx(f'<row r="1"><c r="{ref}"><v>1</v></c></row>')) == "broken-file"


def test_a_long_sheet_is_read_to_its_near_part_only():
    row = "".join(f'<c r="{letter}{{0}}" s="0"/>' for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(2, 20_000))
    data = raw_xlsx(f'<row r="1"><c r="A1"><v>7</v></c></row>{rows}')
    assert rows_of(data) == [[7]]


def test_blanks_inflated_behind_a_form_do_not_hide_it():
    assert rows_of(raw_xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + " " * (9 << 20))) == [[7]]


def test_a_sheet_with_blanks_without_end_is_too_large():
    assert code_of(raw_xlsx(" " * (65 << 20) + '<row r="1"><c r="A1"><v>7</v></c></row>')) == "too-large"


def test_sheets_that_together_are_too_large_are_reported(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_CELLS", 5)
    assert code_of(openpyxl_xlsx(ROWS * 2, lambda book: book.create_sheet().append(["=A1"]))) == "too-large"


# -- files that cannot be read -----------------------------------------------------------------------------------

def test_no_bytes_is_an_empty_file():
    assert code_of(b"") == "empty-file"


def test_a_file_past_all_measure_is_too_large(monkeypatch):
    monkeypatch.setattr(dispatch.zip_package, "MOST_FILE", 1000)
    assert code_of(openpyxl_xlsx()) == "too-large"


def test_a_declared_size_that_lies_is_reported():
    data = bytearray(openpyxl_xlsx())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    struct.pack_into("<I", data, at + 24, 10)
    assert code_of(bytes(data)) == "broken-file" and info.file_size > 10


def test_a_bit_turned_in_the_sheet_is_reported_rather_than_read():
    data = bytearray(edited(openpyxl_xlsx(), {}))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    data[info.header_offset + 30 + len(SHEET) + info.compress_size // 2] ^= 0x10
    assert code_of(bytes(data)) == "broken-file"


def test_two_parts_of_one_name_are_reported():
    made = io.BytesIO(openpyxl_xlsx())
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning):
        archive.writestr(SHEET, sheet_xml('<row r="1"><c r="A1"><v>9</v></c></row>'))
    assert code_of(made.getvalue()) == "broken-file"


BOMB = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>')
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused_in_every_part(head, part):
    made = xlsxwriter_xlsx(lambda _, sheet: sheet.write("A1", "检查"))
    data = edited(made, {part: lambda xml: head.encode() + xml[xml.index(b"<", 2):].replace(b"</", b"&b;</", 1)})
    assert code_of(data) == "broken-file"


def test_a_broken_sheet_among_good_ones_is_reported():
    assert code_of(edited(raw_xlsx(""), {"xl/workbook.xml": None})) == "broken-file"  # no archive to unpack
    assert code_of(raw_xlsx('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>')) == "broken-file"
    assert code_of(edited(openpyxl_xlsx(), {SHEET: b"<worksheet><sheetData><row"})) == "broken-file"
    assert code_of(edited(openpyxl_xlsx(), {SHEET: None})) == "broken-file"


def encrypted(data: bytes, password: str = "123") -> bytes:
    import msoffcrypto.format.ooxml

    made = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(data)).encrypt(password, made)
    return made.getvalue()


def test_a_password_is_reported_in_every_format():
    assert code_of(encrypted(openpyxl_xlsx())) == "encrypted-file"
    xls = xlwt_xls(lambda _, sheet: sheet.write(0, 0, 1))
    at = xls.index(b"\x09\x08\x10\x00\x00\x06")  # the workbook's BOF; what follows it becomes FILEPASS
    assert code_of(xls[:at + 20] + b"\x2f\x00" + xls[at + 22:], "表.xls") == "encrypted-file"
    locked = edited(ods("<table:table/>"), {"META-INF/manifest.xml": b"<manifest:encryption-data/>"})
    assert code_of(locked, "表.ods") == "encrypted-file"


@pytest.mark.parametrize("data, name, words", [
    (b"{\\rtf1\\ansi", "表.doc", "RTF"),
    (ods("", mimetype=b"application/vnd.oasis.opendocument.text"), "表.odt", ".odt"),
    (bytes(range(256)) * 4, "表.xlsx", "不能读取"),
])
def test_other_formats_are_reported_with_what_to_save_as(data, name, words):
    problem = read_grids(data, name)
    assert problem.code == "wrong-format" and words in problem.message and "另存为" in problem.message


@pytest.mark.parametrize("data, kind", [
    (b"%PDF-1.7\n", "pdf"), (b"\xff\xd8\xff\xe0\0\x10JFIF", "image"), (b"\x89PNG\r\n\x1a\n", "image"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image"), (b"\0\0\0\x18ftypheic", "image"), (b"BM\x0a\0\0\0\0\0\0\0", "image"),
])
def test_scans_are_neither_grids_nor_problems(data, kind):
    assert read_grids(data, "表.xlsx") == Scan(kind)


def test_text_and_csv():
    reported = read_grids("一、工作情况\n\n检查企业12家".encode("gb18030"), "总结.txt")
    assert reported == [Grid("", [], lines=["一、工作情况", "检查企业12家"])]
    for text in ("检查,12\n栏目,是", "检查;12\n栏目;是"):
        assert rows_of(text.encode("utf-8-sig"), "表.csv") == [["检查", "12"], ["栏目", "是"]]
    assert rows_of("检查\t12\n栏目\t是".encode("gbk"), "表.xls") == [["检查", "12"], ["栏目", "是"]]
    assert rows_of("检查\t12\n".encode("utf-16"), "表.xls") == [["检查", "12"]]


@pytest.mark.parametrize("cell, value", [
    ('="18"', "18"), ("=18", 18), ("18.00", 18), ("6.10", "6.10"), ("6.1", 6.1), ("0.50", 0.5),
    ("1.80E+01", 18), ("-0.50", -0.5), ("018", "018"),
    ("=A1", "=A1"), ('"=""a"""', "a"), ("1.2.3", "1.2.3")])
def test_cells_of_a_csv_are_what_a_spreadsheet_shows(cell, value):
    assert rows_of(f"检查,{cell}\n".encode(), "表.csv") == [["检查", value]]


def test_what_parts_the_cells_of_a_text():
    for text in ("检查,12\t\n整改,3\t\n", "检查|12\n整改|3\n", "检查\t12\n整改\t3,0\n", "检查,12\r整改,3\r"):
        assert [str(value).strip() for value in rows_of(text.encode(), "表.csv")[0]][:2] == ["检查", "12"]


def test_what_would_take_too_much_memory_is_refused_by_its_size(monkeypatch):
    from consolidator.reading.formats import docx as word
    from consolidator.reading.formats import text

    monkeypatch.setattr(text, "_MOST", 20)
    assert code_of(b"a,b\n" * 10, "表.csv") == "too-large"
    monkeypatch.setattr(word, "_MOST_PART", 20)
    assert code_of(docx("<w:p/>" * 9), "表.docx") == "too-large"


# -- encryption ------------------------------------------------------------------------------------------------

def test_a_workbook_under_excel_s_own_password_reads():
    assert rows_of(encrypted(openpyxl_xlsx(), "VelvetSweatshop")) == ROWS


@pytest.mark.parametrize("head, name", [(b"b\x14#e\x00\x00E-SafeNet LOCK", "亿赛通"), (b"%TSD-Header-###%\x00", "天锐绿盾")])
def test_what_a_company_s_software_has_encrypted_is_named(head, name):
    problem = read_grids(head + bytes(2000), "表.xlsx")
    assert problem.code == "company-encrypted" and name in problem.message


# -- whatever happens to a file --------------------------------------------------------------------------------

def xls() -> bytes:
    return xlwt_xls(lambda _, sheet: [sheet.write(r, c, v) for r, row in enumerate(ROWS) for c, v in enumerate(row)])


GOOD = {
    "表.xlsx": openpyxl_xlsx(), "表.xls": xls(),
    "表.docx": docx("<w:p><w:r><w:t>文</w:t></w:r></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>"),
    "表.ods": ods('<table:table table:name="a"><table:table-row><table:table-cell><text:p>一</text:p>'
                 "</table:table-cell></table:table-row></table:table>")}


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_cut_anywhere_is_reported_and_never_raises(name, data):
    good = GOOD[name]
    cut = good[:data.draw(st.integers(0, len(good) - 1))]
    assert isinstance(read_grids(cut, name), (list, Problem))


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_changed_anywhere_never_raise(name, changes):
    bent = bytearray(GOOD[name])
    for where, byte in changes:
        bent[int(where * len(bent))] = byte
    assert isinstance(read_grids(bytes(bent), name), (list, Problem, Scan))
