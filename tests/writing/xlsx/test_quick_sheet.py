"""The quick worksheet against XlsxWriter's own: the same calls, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import random

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from consolidator.writing.xlsx.quick_sheet import QuickSheet

TEXTS = ["区商务局", "=1+1", " 空格在前", "两行\n文字", "<b>&\"'", "\x01控制\x1f", "_x0041_", "", "长" * 20_000]
NUMBERS = [0, 7, -3, 5.2, 0.1 + 0.2, 1e15, 123456.654321]


def _book(kind: type[Worksheet], many: bool, calls: int = 400) -> bytes:
    draw, made = random.Random(7), io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": many}) as book:
        book.set_properties({"created": dt.datetime(2023, 6, 5)})
        styles = [None, *(book.add_format({"bold": True, "num_format": form}) for form in ("0", "0.0", "@"))]
        sheet = book.add_worksheet("明细", kind)
        sheet.merge_range(0, 0, 0, 5, "标题", styles[1])
        for n in range(calls):
            row = 1 + n // 8 if many else draw.randrange(60)
            _write(sheet, draw, row, draw.randrange(30), styles)
        sheet.set_row(3, 40)
        sheet.set_column(2, 4, 20, styles[2])
        sheet.autofilter(1, 0, 50, 20)
    return made.getvalue()


def _write(sheet: Worksheet, draw: random.Random, row: int, column: int, styles: list) -> None:
    style = draw.choice(styles)
    match draw.randrange(8):
        case 0 | 1:
            sheet.write_number(row, column, draw.choice(NUMBERS), style)
        case 2 | 3:
            sheet.write_string(row, column, draw.choice(TEXTS), style)
        case 4:
            sheet.write_blank(row, column, None, style)
        case 5:
            sheet.write_formula(row, column, "=SUM(A1:A3)", style, 6)
        case 6:
            sheet.write_datetime(row, column, dt.datetime(2023, 6, 5, 11), style)
        case 7:
            sheet.write_url(row, column, "internal:'明细'!A1", style, "到首行")
            sheet.set_row(row, 30)


@pytest.mark.parametrize("many", [False, True])
def test_the_same_calls_give_the_same_bytes(many):
    assert _book(QuickSheet, many) == _book(Worksheet, many)


@pytest.mark.parametrize("height", [None, 15, 20])
def test_comments_and_rows_with_nothing_but_a_height_are_written_alike(height):
    def book(kind):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made) as one:
            one.set_properties({"created": dt.datetime(2023, 6, 5)})
            sheet = one.add_worksheet("明细", kind)
            sheet.write_number(20, 3, 5, one.add_format({"bold": True}))
            sheet.write_comment(20, 3, "沿用")
            sheet.write_comment(40, 9, "此格空着")
            sheet.set_row(7, 33)
            if height:
                sheet.set_default_row(height)
        return made.getvalue()

    assert book(QuickSheet) == book(Worksheet)


@pytest.mark.parametrize("many", [False, True])
@given(rows=st.lists(st.lists(st.one_of(st.none(), st.integers(-10**15, 10**15), st.floats(-1e15, 1e15), st.sampled_from(TEXTS),
                                        st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)),
                              min_size=1, max_size=6), max_size=6))
def test_a_run_is_its_cells_one_by_one(rows, many):
    def book(at_once: bool) -> bytes:
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"constant_memory": many}) as one:
            one.set_properties({"created": dt.datetime(2023, 6, 5)})
            sheet = one.add_worksheet("明细", QuickSheet if at_once else Worksheet)
            looks = [one.add_format({"num_format": form}) for form in ("0", "0.0", "@")]
            for row, values in enumerate(rows):
                values = [value for value in values if value != ""]  # XlsxWriter writes an empty text as a blank
                given = [looks[(row + n) % 3] for n in range(len(values))]
                sheet.write_string(row, 2, "前", looks[0])
                if at_once:
                    sheet.write_run(row, 4, values, given)
                else:
                    _one_by_one(sheet, row, values, given)
                sheet.write_number(row, 20, row, looks[1])
        return made.getvalue()

    assert book(True) == book(False)


def _one_by_one(sheet: Worksheet, row: int, values: list, looks: list) -> None:
    for column, (value, look) in enumerate(zip(values, looks, strict=True), 4):
        if value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        else:
            sheet.write_number(row, column, value, look)


@pytest.mark.parametrize("many", [False, True])
def test_a_cell_outside_any_sheet_is_left_out_as_xlsxwriter_does(many):
    with xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": many}) as book:
        sheet = book.add_worksheet("明细", QuickSheet)
        assert sheet.write_number(1 << 20, 0, 1) == -1 and sheet.write_string(0, 1 << 14, "x") == -1
        assert sheet.write_blank(0, 0, None) == 0
