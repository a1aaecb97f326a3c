"""Large plain workbooks: what calamine gives is what the full reader gives, and anything else is left to that one."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import xlsx_large
from consolidator.reading.formats.xlsx import read_xlsx
from consolidator.reading.formats.xlsx_large import read_large
from tests.packages import edited, openpyxl_xlsx, xlsxwriter_xlsx

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch):
    monkeypatch.setattr(xlsx_large, "_LEAST", 0)


def ledger(change=lambda book, sheet: None) -> bytes:
    def fill(book, sheet):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(200):
            sheet.write_row(row, 0, [row, f"企业{row}", row / 7, " 空 格 "])
            sheet.write_datetime(row, 4, dt.datetime(2023, 6, 5), day)
        sheet.merge_range(300, 0, 301, 2, "合并")
        change(book, sheet)

    return xlsxwriter_xlsx(fill)


def trimmed(rows: list[list]) -> list[list]:
    return [row[:max((n + 1 for n, value in enumerate(row) if value != ""), default=0)] for row in rows]


@pytest.mark.parametrize("data", [
    ledger(), openpyxl_xlsx([["a", 1, True], [None, 2.5]] * 50),
    edited(ledger(), {SHEET: lambda xml: xml.replace(b'"A9"><v>8</v>', b'"A9" t="inlineStr"><is><t>hidden kg, it\'s f(zy)!</t></is>')}),
    ledger(lambda book, sheet: sheet.data_validation("A1:A9", {"validate": "list", "source": ["是", "否"]})),
    ledger(lambda book, sheet: sheet.set_default_row(20)),
])
def test_it_reads_what_the_full_reader_reads(data):
    for one, other in zip(read_large(Package(data)), read_xlsx(Package(data)), strict=True):
        assert trimmed(one.rows) == trimmed(other.rows)
        assert (one.sheet, one.visible, one.merged, one.cells) == (other.sheet, other.visible, other.merged, other.cells)


@pytest.mark.parametrize("data", [
    ledger(lambda book, sheet: sheet.write_formula("G1", "=1+1", None, 2)),
    ledger(lambda book, sheet: sheet.write_comment("A1", "批注")),
    ledger(lambda book, sheet: sheet.set_row(3, None, None, {"hidden": True})),
    ledger(lambda book, sheet: sheet.set_column(2, 2, None, None, {"hidden": True})),
    ledger(lambda book, sheet: sheet.write(5, 9, 12, book.add_format({"font_strikeout": True}))),
    ledger(lambda book, sheet: sheet.write(5, 9, 12, book.add_format({"num_format": "0!.0"}))),
    ledger(lambda book, sheet: sheet.write_rich_string("J9", "5", book.add_format({"font_script": 1}), "3", "x")),
    ledger(lambda book, sheet: sheet.write(1_000_000, 100, "far")),
    ledger(lambda book, sheet: book.add_chartsheet()),
    edited(ledger(), {SHEET: lambda xml: xml.replace(b' r="A1"', b" r='A1'")}),
    edited(ledger(), {SHEET: lambda xml: xml.replace(b'<row r="9"', b'<row x=">" hidden="1" r="9"')}),
    edited(ledger(), {SHEET: lambda xml: xml.replace(b'<c r="A9"><v>8</v>', b'<c r="A9" t="e"><v/>')}),
    edited(ledger(), {"xl/look.xml": b"<styleSheet/>", "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"styles.xml", b"look.xml")}),
])
def test_anything_else_is_left_to_the_full_reader(data):
    assert read_large(Package(data)) is None


def test_a_small_one_is_left_to_the_others(monkeypatch):
    monkeypatch.undo()
    assert read_large(Package(ledger())) is not None
    assert read_large(Package(openpyxl_xlsx([["a" * 1000] * 20] * 40))) is None  # a form's rows, however much is in them
    assert read_large(Package(openpyxl_xlsx([["a"]] * 100))) is None
