"""The second reader: old BIFF, codepages that are not what they say, workbooks that calamine refuses."""

from __future__ import annotations

import datetime as dt
import io
import struct

import pytest
from xlwt.CompoundDoc import XlsDoc

from consolidator.model.grid import Unread
from consolidator.reading.formats import dispatch, fallback
from consolidator.reading.formats.dispatch import Refused, read_grids
from consolidator.reading.formats.text import garbled, ungarbled
from tests.packages import ROWS, docx, openpyxl_xlsx, xlwt_xls


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
        said = text.encode("gbk")
        return record(0x0204, struct.pack("<HHHH", row, 0, 0, len(said)) + said)

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


def test_xlrd_values():
    def fill(_, sheet):
        import xlwt

        sheet.write(0, 0, dt.date(2023, 6, 5), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        sheet.write(0, 1, dt.datetime(2023, 6, 5, 8, 30), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"))
        sheet.write(0, 2, 0.5, xlwt.easyxf(num_format_str="hh:mm"))
        sheet.write(0, 3, True)
        sheet.row(0).set_cell_error(4, "#REF!")
        sheet.write(0, 5, 1e9, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        sheet.write(0, 6, "文")

    grid, = fallback.read_xls(xlwt_xls(fill), {0: {(3, 1): Unread("formula", "=")}})
    assert grid.rows[0] == [dt.date(2023, 6, 5), dt.datetime(2023, 6, 5, 8, 30), dt.time(12), True,
                            Unread("error", "#REF!"), 1e9, "文"]
    assert grid.rows[3] == ["", Unread("formula", "=")]


def test_openpyxl_values():
    def change(book):
        sheet = book.active
        sheet["C1"], sheet["C2"], sheet["C3"], sheet["C4"] = dt.date(2023, 6, 5), True, "#N/A", dt.time(8, 30)
        book.create_sheet("藏").sheet_state = "hidden"
        sheet.merge_cells("E1:F2")

    grids = fallback.read_xlsx(openpyxl_xlsx(change=change), {0: {(5, 0): Unread("formula", "=A1")}})
    assert grids[0].rows[:4] == [[*row, extra] for row, extra in zip(
        ROWS, [dt.date(2023, 6, 5), True, Unread("error", "#N/A"), dt.time(8, 30)], strict=True)]
    assert grids[0].rows[5] == [Unread("formula", "=A1")] and grids[0].merged == [(0, 4, 1, 5)]
    assert not grids[1].visible


@pytest.mark.parametrize("error", [Refused("x"), None])
def test_what_calamine_refuses_or_panics_at_the_second_reader_reads(monkeypatch, error):
    class PanicException(BaseException):
        """As pyo3 raises it."""

    def fails(_):
        raise dispatch.calamine.CalamineError("x") if error else PanicException("x")

    monkeypatch.setattr(dispatch, "read_usual", lambda parts: None)
    monkeypatch.setattr(dispatch.calamine, "load_workbook", fails)
    assert read_grids(openpyxl_xlsx(), "表.xlsx")[0].rows == ROWS


def test_an_interrupt_is_no_panic(monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(dispatch, "read_usual", lambda parts: None)
    monkeypatch.setattr(dispatch.calamine, "load_workbook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_grids(openpyxl_xlsx(), "表.xlsx")


def test_again():
    assert fallback.read_grids_again(openpyxl_xlsx(), "表.xlsx")[0].rows == ROWS
    assert fallback.read_grids_again(biff2(), "表.xls")[0].rows == [["abc", 12]]
    assert fallback.read_grids_again(biff5_in_gbk(936), "表.xls")[0].rows[0] == ["检查（家）", 12]
    assert fallback.read_grids_again(docx(""), "表.docx") == []
    assert fallback.read_grids_again(b"PK\x03\x04", "表.xlsx").code == "broken-file"
