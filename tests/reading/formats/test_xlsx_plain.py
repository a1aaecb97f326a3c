"""The reader of plain workbooks gives what the full reader and calamine give, or nothing."""

from __future__ import annotations

import io
import random

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import dispatch
from consolidator.reading.formats.xlsx import read_xlsx
from consolidator.reading.formats.xlsx_plain import read_plain
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import LAYOUTS, STYLES, fill, some_figures, to_bytes
from tests.packages import MAIN, ROWS, STRICT, edited, openpyxl_xlsx, raw_xlsx, xlsxwriter_xlsx

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
SHEET, STRINGS, STYLE = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def plain(data: bytes) -> list[Grid] | None:
    try:
        return read_plain(Package(data))
    except Unfit:
        return None


def trimmed(rows: list[list]) -> list[list]:
    """Rows without the blanks at their ends, and without blank rows behind the last."""
    rows = [row[:max((n + 1 for n, value in enumerate(row) if value != ""), default=0)] for row in rows]
    return rows[:max((n + 1 for n, row in enumerate(rows) if row), default=0)]


def same_or_silent(data: bytes) -> bool:
    """Whether it gives anything; it must then be what the full reader gives, to the type of every value."""
    read = plain(data)
    if read is None:
        return False
    expected = read_xlsx(Package(data))
    for one, other in zip(read, expected, strict=True):
        assert repr(trimmed(one.rows)) == repr(trimmed(other.rows)) and not other.cells
        assert (one.sheet, one.visible, sorted(one.merged)) == (other.sheet, other.visible, sorted(other.merged))
    return True


def same_as_calamine(data: bytes) -> None:
    """What the full reader gives is what calamine gives, where nothing but values is in the workbook."""
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        for number, grid in enumerate(read_xlsx(Package(data))):
            sheet = book.get_sheet_by_index(number)
            assert trimmed(grid.rows) == trimmed(sheet.to_python(skip_empty_area=False))
            assert sorted(grid.merged) == sorted((*first, *last) for first, last in sheet.merged_cell_ranges or ())


def written(book, sheet) -> None:
    bold = book.add_format({"bold": True, "num_format": "0.00"})
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row, bold)
    sheet.merge_range(5, 0, 6, 3, " 备注\n二 & <三> \"四\" ", bold)
    sheet.write_blank(8, 4, None, bold)
    sheet.write_number(9, 25, -0.1, bold)
    sheet.set_row(3, 30)


# -- what programs write ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["xlsxwriter", "xlsx"])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_forms_of_libraries_are_plain_and_read_alike(layout, kind):
    chance = random.Random(layout)
    sheet = fill(FORM, some_figures(FORM, chance, blanks=0.2), layout, chance.choice(STYLES))
    assert same_or_silent(to_bytes([sheet], kind))


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}, {"strings_to_numbers": True}], ids=str)
def test_workbooks_of_xlsxwriter_are_plain(options):
    if not options.get("constant_memory"):
        assert same_or_silent(xlsxwriter_xlsx(written, **options))
    assert same_or_silent(xlsxwriter_xlsx(lambda book, sheet: sheet.write_row(0, 0, ["甲", 1, 2.5, -3]), **options))


def test_several_sheets_come_with_their_names_and_visibility():
    def change(book):
        book.create_sheet("藏 & 二").append([1])
        book["藏 & 二"].sheet_state = "hidden"

    data = openpyxl_xlsx(change=change)
    assert same_or_silent(data) and [(grid.sheet, grid.visible) for grid in plain(data)] == [("调度表", True), ("藏 & 二", False)]


# -- what is not plain -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("rows", [
    '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>', '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
    '<row r="1"><c r="A1" t="b"><v>1</v></c></row>', '<row r="1"><c r="A1" t="str"><v>x</v></c></row>',
    '<row r="1"><c r="AAA1"><v>1</v></c></row>', '<row r="1000"><c r="A1000"><v>1</v></c></row>', '<row><c><v>1</v></c></row>',
    '<row r="1"><c r="A2"><v>1</v></c></row>', '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
    '<row r="1"><c r="A1"><v>1.2.3</v></c></row>', '<row r="1"><c r="A1"><v>1_0</v></c></row>', '<row r="1"><c r="A1"><v> 1</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>5</t></r><r><rPr><strike/></rPr><t>3</t></r></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><v>5</v></c></row>', '<row r="1"><c r="A1"><is><t>5</t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>_x0035_3</t></is></c></row>', '<row r="1"><c r="A1" r="B1"><v>5</v></c></row>',
    '<row r="1"><!-- 5 --><c r="A1"><v>5</v></c></row>', '<row r="1"><c r="A1"><v>5</v><v>6</v></c></row>', "", "<row/>",
    '<x:row xmlns:x="u" r="1"/>', '<row r="1"><c r="A1"><v>5</v></c>x</row>', '<row r="1"><c r="A1"><v>5</v></c></row>x',
])
def test_anything_else_is_left_to_the_full_reader(rows):
    assert plain(raw_xlsx(rows)) is None


@pytest.mark.parametrize("parts", [
    *({STYLE: lambda xml, code=code: xml.replace(b'formatCode="0.00"', b'formatCode="%s"' % code)}
      for code in (b"yyyy-mm-dd", b"0%", b"0.0,", b"0&quot;\xe4\xba\xba&quot;", b"[h]:mm", b"m/d", b"@ h")),
    {STYLE: lambda xml: xml.replace(b'xf numFmtId="164"', b'xf numFmtId="14"')}, {STYLE: lambda xml: xml[:-3]},
    {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<?p <sheetData><row r='1'/></sheetData>?><sheetData>")},
    {SHEET: lambda xml: xml.replace(b'spans="1:26"', b'spans="<v>5</v>"', 1)},
    {SHEET: lambda xml: xml.replace(b"<mergeCells", b'<mergeCell ref="A1:B1"/><mergeCells')},
    {STRINGS: lambda xml: xml.replace("项目".encode(), "项</t></r><r><t>目".encode())},
    {STRINGS: lambda xml: xml.replace(b"<sst", b"<!DOCTYPE sst><sst")}, {STRINGS: lambda xml: xml.replace(b"UTF-8", b"GBK")},
    {STRINGS: lambda xml: xml.replace("项".encode(), b"\xff\xfe")}, {STRINGS: None},
    {SHEET: lambda xml: xml.replace(MAIN.encode(), STRICT.encode())}, {SHEET: lambda xml: xml.decode().encode("utf-16")},
    {SHEET: lambda xml: xml.replace(b"</worksheet>", b"<sheetData/></worksheet>")}, {SHEET: lambda xml: xml[:-1]},
    {SHEET: lambda xml: xml.replace(b"<sheetViews>", b"<sheetViews><b>")},
    {SHEET: lambda xml: xml.replace(b'ref="A6:D7"', b'ref="D7:A6"')}, {SHEET: lambda xml: xml + b" " * (1 << 21)},
])
def test_other_parts_that_are_not_plain_leave_the_workbook_to_the_full_reader(parts):
    data = xlsxwriter_xlsx(written)
    assert edited(data, parts) != edited(data, {}) and plain(edited(data, {})) is not None
    assert plain(edited(data, parts)) is None


@pytest.mark.parametrize("parts", [
    {STYLE: lambda xml: xml.replace(b'numFmtId="164"', b'numFmtId="9"')},
    {STYLE: lambda xml: xml.replace(b'<numFmt ', b'<numFmt numFmtId="164" formatCode="0%"/><numFmt ')},
    {STYLE: lambda xml: xml.replace(b'xf numFmtId="165"', b'xf numFmtId="14" xmlns:x="u" x:numFmtId="0"')},
    {"xl/workbook.xml": lambda xml: xml.replace(b'sheetId="1"', b'sheetId="1" state="Hidden"')},
    {"xl/workbook.xml": lambda xml: xml.replace(b'sheetId="1"', b'sheetId="1" state="show"')},
])
def test_odd_parts_are_read_alike(parts):
    assert same_or_silent(edited(xlsxwriter_xlsx(written), parts))


def test_many_sheets_that_reach_far_are_left_to_the_full_reader():
    def fill(book, sheet):
        for number in range(30):
            far = book.add_worksheet(f"表{number}") if number else sheet
            far.write_number(0, 0, 1)
            far.write_number(500, 700, 1)

    data = xlsxwriter_xlsx(fill)
    assert plain(data) is None and [grid.rows for grid in dispatch.read_grids(data, "表.xlsx")] == [[[1], *[[]] * 499, []]] * 30


# -- anything --------------------------------------------------------------------------------------------------

TEXTS = st.one_of(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6),
                  st.sampled_from([" 3", "3 ", "a\nb", "&lt;", "_x0041_", "<r>", "\t", "　", "]]>", "5²"]))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), TEXTS, st.integers(-10**9, 10**9), st.floats(-1e12, 1e12)), max_size=6), max_size=6),
       st.booleans())
def test_whatever_a_library_writes_is_read_alike(rows, inline):
    def fill(book, sheet):
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)

    data = xlsxwriter_xlsx(fill, constant_memory=inline)
    same_or_silent(data)
    same_as_calamine(data)


@settings(max_examples=600, deadline=None)
@given(part=st.sampled_from([SHEET, SHEET, STRINGS, STYLE, "xl/workbook.xml"]), where=st.floats(0, 1), length=st.integers(0, 12),
       new=st.one_of(st.binary(max_size=6), st.sampled_from([
           b'"', b"<", b"/>", b"</v>", b"<v>", b' t="s"', b' s="1"', b"-", b".", b"e5", b"&#53;", b"<c/>", b"<f>1</f>", b"</row>",
           b"9", b"\0"])))
def test_harmed_workbooks_are_read_as_the_full_reader_does_or_left_to_it(part, where, length, new):
    def harm(xml: bytes) -> bytes:
        at = int(where * len(xml))
        return xml[:at] + new + xml[at + length:]

    same_or_silent(edited(xlsxwriter_xlsx(written), {part: harm}))
