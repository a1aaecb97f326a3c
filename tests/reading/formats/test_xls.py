"""Workbooks of BIFF: old versions, codepages that are not what they say, what each cell shows, formulas."""

from __future__ import annotations

import datetime as dt
import io
import struct

import pytest
from xlwt.CompoundDoc import XlsDoc

from consolidator.model.grid import Unread
from consolidator.reading.files import ole
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.formats.text import garbled, ungarbled
from tests.packages import xlwt_xls


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff2() -> bytes:
    """A workbook as Excel 2 wrote it: one sheet, no container."""
    text = "abc".encode("ascii")
    return (record(0x0009, struct.pack("<HH", 2, 0x10))
            + record(0x0004, struct.pack("<HH3sB", 0, 0, b"\0\0\0", len(text)) + text)
            + record(0x0003, struct.pack("<HH3sd", 0, 1, b"\0\0\0", 12.0))
            + record(0x000A, b""))


def biff5_in_gbk(codepage: int) -> bytes:
    """A BIFF5 workbook whose text is GBK, marked with ``codepage``."""
    def bof(kind):
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0, 0))

    def label(row, text):
        shown = text.encode("gbk")
        return record(0x0204, struct.pack("<HHHH", row, 0, 0, len(shown)) + shown)

    name = "调度表".encode("gbk")
    head = bof(5) + record(0x0042, struct.pack("<H", codepage))
    at = len(head) + 4 + 7 + len(name) + 4
    book = head + record(0x0085, struct.pack("<IBBB", at, 0, 0, len(name)) + name) + record(0x000A, b"")
    sheet = (bof(0x10) + record(0x0200, struct.pack("<HHHHH", 0, 4, 0, 2, 0))
             + b"".join(label(number, text) for number, text in enumerate(["检查（家）", "罚款", "栏目"]))
             + record(0x0203, struct.pack("<HHHd", 0, 1, 0, 12.0)) + record(0x000A, b""))
    return compound(book + sheet, "Book")


def compound(stream: bytes, name: str) -> bytes:
    """A compound file with one stream, called ``name`` (xlwt always calls it Workbook)."""
    made = io.BytesIO()
    XlsDoc().save(made, stream)
    data = bytearray(made.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    data[at:at + 66] = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)
    return bytes(data)


def test_biff2_without_a_container_reads():
    grid, = read_grids(biff2(), "表.xls")
    assert grid.rows == [["abc", 12]]


@pytest.mark.parametrize("codepage", [1252, 936, 10008])
def test_gbk_reads_whatever_codepage_it_is_marked_with(codepage):
    grid, = read_grids(biff5_in_gbk(codepage), "表.xls")
    assert grid.rows[0] == ["检查（家）", 12] and grid.rows[1][0] == "罚款"


@pytest.mark.parametrize("codepage", [1252, 936, 437, 0, 1200])
def test_biff8_reads_whatever_codepage_it_is_marked_with(codepage):
    data = xlwt_xls(lambda _, sheet: [sheet.write(n, 0, text) for n, text in enumerate(["检查（家）", "abc", 12])])
    at = data.index(b"\x42\0\x02\0\xb0\x04") + 4
    grid, = read_grids(data[:at] + struct.pack("<H", codepage) + data[at + 2:], "表.xls")
    assert grid.sheet == "调度表" and grid.rows == [["检查（家）"], ["abc"], [12]]


def test_bytes_kept_as_characters_are_put_together_again():
    text = "检查（家）".encode("gb18030").decode("latin-1")
    assert ungarbled(text) == "检查（家）"
    assert ungarbled("检查") == "检查" and ungarbled("naïve café") == "naïve café"
    data = xlwt_xls(lambda _, sheet: [sheet.write(n, 0, text) for n in range(4)])
    assert read_grids(data, "表.xls")[0].rows == [["检查（家）"]] * 4


def test_text_is_garbled_only_where_no_chinese_came_out():
    from consolidator.model.grid import Grid

    assert garbled([Grid("", [["¼ì²é", "ÏîÄ¿", "·£¿î"]])])
    assert not garbled([Grid("", [["¼ì²é", "ÏîÄ¿", "·£¿î", "检查"]])])
    assert garbled([Grid("", [["\ufffd\0"] * 3])])
    assert not garbled([Grid("", [["12", 3.0, "ok"]])])


def test_values_of_every_type():
    def fill(_, sheet):
        import xlwt

        sheet.write(0, 0, dt.date(2023, 6, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        sheet.write(0, 1, dt.datetime(2023, 6, 5, 8, 30), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"))
        sheet.write(0, 2, 0.5, xlwt.easyxf(num_format_str="hh:mm"))
        sheet.write(0, 3, True)
        sheet.row(0).set_cell_error(4, "#REF!")
        sheet.write(0, 5, 1e9, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        sheet.write(0, 6, "文")

    grid, = read_grids(xlwt_xls(fill), "表.xls")
    assert grid.rows == [[dt.date(2023, 6, 5), dt.datetime(2023, 6, 5, 8, 30), dt.time(12), True,
                          Unread("error", "#REF!"), 1e9, "文"]]


def test_strokes_hidden_parts_and_merged_ranges():
    import xlwt

    def fill(_, sheet):
        struck, raised = xlwt.easyxf("font: struck_out on"), xlwt.easyxf("font: escapement superscript")
        sheet.write(0, 0, 53, struck)
        sheet.write(0, 1, "十二", struck)
        sheet.write(0, 2, 2, raised)
        line = xlwt.Font()
        line.struck_out = True
        sheet.write_rich_text(1, 0, (("3", line), "5"))
        sheet.write_rich_text(1, 1, ("检查", ("旧", line), "企业"))
        sheet.write(2, 0, 7)
        sheet.write(3, 3, 8)
        sheet.row(2).hidden = True
        sheet.col(3).hidden = True
        sheet.write_merge(4, 5, 0, 1, "并")

    grid, = read_grids(xlwt_xls(fill), "表.xls")
    assert grid.rows[0] == [Unread("struck", "53"), "十二", Unread("raised", "2")]
    assert [grid.cells[0, n].doubt for n in range(3)] == ["struck-out", "struck-out", "raised"]
    assert grid.rows[1] == ["（划去3）5", "检查企业"] and grid.cells[1, 0].doubt == "struck-out"
    assert grid.cells[2, 0].hidden and grid.cells[3, 3].doubt == "hidden-figure" and grid.merged == [(4, 0, 5, 1)]
    assert grid.without_hidden().value(2, 0) == "" and grid.value(2, 0) == 7


def formula_xls(formula: str, stored: float, change=lambda data: data) -> bytes:
    """A workbook with 30 and 23 on the sheet 明细, and a formula in A1 whose stored result is ``stored``."""
    import xlwt

    book = xlwt.Workbook()
    sheet, details = book.add_sheet("调度表"), book.add_sheet("明细")
    sheet.write(0, 0, xlwt.Formula(formula))
    details.write(0, 0, 30)
    details.write(1, 0, 23)
    made = io.BytesIO()
    book.save(made)
    data = bytearray(made.getvalue())
    at = data.index(struct.pack("<HH", 0x0006, 22)[:2], 1024)
    while data[at + 4 + 6 + 6:at + 4 + 6 + 8] != b"\xff\xff":  # xlwt stores an empty text as the result
        at = data.index(b"\x06\0", at + 1)
    data[at + 4 + 6:at + 4 + 14] = struct.pack("<d", stored)
    data[at + 4 + 14:at + 4 + 16] = b"\0\0"
    return bytes(change(data))


@pytest.mark.parametrize("formula", [
    "SUM(明细!A1:A2)", "明细!A1+明细!A2", "SUM(明细!A1,明细!A2)", "ROUND(明细!$A$1+23,0)", "20+33", "(100+6)/2"])
def test_a_stored_result_that_is_not_what_the_formula_gives_is_no_figure(formula):
    grid, _ = read_grids(formula_xls(formula, 48), "表.xls")
    assert grid.rows[0][0].kind == "stale" and "53" in grid.rows[0][0].text
    grid, _ = read_grids(formula_xls(formula, 53), "表.xls")
    assert grid.rows == [[53]] and not grid.doubtful


@pytest.mark.parametrize("formula", ["COUNT(明细!A1:A2)", "IF(1,48,48)", "明细!A1&明细!A2"])
def test_of_other_formulas_nothing_is_claimed(formula):
    grid, _ = read_grids(formula_xls(formula, 48), "表.xls")
    assert grid.rows == [[48]] and not grid.doubtful


# -- what Excel passes over --------------------------------------------------------------------------------------

def with_record(stream: bytes, new: bytes) -> bytes:
    """The stream with records behind its first, the places of its sheets moved."""
    made, at = bytearray(), 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = bytearray(stream[at + 4:at + 4 + size])
        if kind == 0x85:
            struct.pack_into("<I", body, 0, struct.unpack_from("<I", body)[0] + len(new))
        made += record(kind, bytes(body)) + (new if not at else b"")
        at += 4 + size
    return bytes(made)


def rows_of(stream: bytes, name: str) -> list[list]:
    grids = read_grids(compound(stream, name), "表.xls")
    assert isinstance(grids, list), grids
    return grids[0].rows


BIFF5_ROWS = [["检查（家）", 12], ["罚款"], ["栏目"]]


@pytest.mark.parametrize("code", [b"0\x81", b'#,##0\\ "\x80"', b"\xff\xfe\x81", b'"\xd6', b"\0", b"", b"0.00"])
def test_a_number_format_with_bytes_that_are_no_text_reads(code):
    stream = ole.stream(biff5_in_gbk(936), "Book")
    style = record(0xE0, struct.pack("<HHHBBHHHH", 0, 164, 1, 0x20, 0, 0, 0, 0, 0))
    font = record(0x31, struct.pack("<HHHHHBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 0))
    codepage, odd = record(0x42, struct.pack("<H", 936)), record(0x041E, struct.pack("<HB", 164, len(code)) + code)
    assert rows_of(with_record(stream, codepage + font + odd + style), "Book") == BIFF5_ROWS


@pytest.mark.parametrize("odd", [
    record(0x041E, b""), record(0x041E, b"\xa4"), record(0x041E, struct.pack("<HB", 164, 90) + b"ab"),
    record(0x18, bytes(14) + b"\xff" * 20), record(0x0218, b"\1"), record(0x31, b""), record(0x8FF, b"x" * 90)])
@pytest.mark.parametrize("version", ["5", "8"])
def test_records_that_no_figure_needs_may_be_broken(version, odd):
    if version == "5":
        assert rows_of(with_record(ole.stream(biff5_in_gbk(936), "Book"), odd), "Book") == BIFF5_ROWS
    else:
        stream = ole.stream(xlwt_xls(lambda book, sheet: [sheet.write(0, 0, "检查"), sheet.write(0, 1, 12)]), "Workbook")
        assert rows_of(with_record(stream, odd), "Workbook") == [["检查", 12]]


@pytest.mark.parametrize("count", [0, 1, 2, 4, 99, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wrong_number_of_texts_is_no_fault(count):
    texts = ["检查" * 3000, "a" * 9000, "罚款"]
    stream = bytearray(ole.stream(xlwt_xls(lambda book, sheet: [sheet.write(0, n, text) for n, text in enumerate(texts)]), "Workbook"))
    at = 0
    while struct.unpack_from("<H", stream, at)[0] != 0xFC:
        at += 4 + struct.unpack_from("<H", stream, at + 2)[0]
    struct.pack_into("<I", stream, at + 8, count)
    assert rows_of(bytes(stream), "Workbook") == [texts]


def test_a_last_sector_cut_short_reads():
    data = compound(ole.stream(biff5_in_gbk(936), "Book"), "Book")
    grids = read_grids(data.rstrip(b"\0") + b"\0", "表.xls")
    assert isinstance(grids, list) and grids[0].rows == BIFF5_ROWS


@pytest.mark.parametrize("sectors", [lambda n: n, lambda n: 0, lambda n: n ^ 1, lambda n: n + 1, lambda n: 0x7FFFFFF0])
def test_a_sector_table_that_refers_to_itself_ends(sectors):
    data = bytearray(xlwt_xls(lambda book, sheet: sheet.write(0, 0, 1)))
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for number in range(128):
        struct.pack_into("<I", data, table + 4 * number, sectors(number))
    reported = read_grids(bytes(data), "表.xls")
    assert isinstance(reported, list) or reported.code == "broken-file"
