"""Workbooks read in full: parts under any name, what a person sees of each cell, formulas held against what they give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from consolidator.model.grid import Grid, Unread
from consolidator.model.marks import SHEET_MARK
from consolidator.reading.formats.dispatch import read_grids
from tests.packages import ROWS, edited, openpyxl_xlsx, raw_xlsx

BOOK, SHEET, STYLES = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def grid_of(data: bytes) -> Grid:
    grids = read_grids(data, "表.xlsx")
    assert isinstance(grids, list), grids
    return grids[0]


def moved(data: bytes, names: dict[str, str]) -> bytes:
    """The workbook with parts under other names, and whatever speaks of them changed."""
    parts = {}
    for old, new in names.items():
        parts |= {old: None, new: _part(data, old)}
    return edited(data, parts)


def _part(data: bytes, name: str) -> bytes:
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(data)).read(name)


# -- parts under any name --------------------------------------------------------------------------------------

@pytest.mark.parametrize("target", [
    "/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml", "./worksheets/sheet1.xml", "worksheets/../worksheets/sheet1.xml",
    "worksheets/%73heet1.xml", "worksheets\\sheet1.xml", "../xl/worksheets/sheet1.xml", "/XL/Worksheets/Sheet1.xml"])
def test_a_target_however_written_leads_to_the_sheet_with_its_formats(target):
    data = openpyxl_xlsx(change=lambda book: setattr(book.active["B2"], "number_format", "0!.0"))
    data = edited(data, {RELATIONS: lambda xml: xml.replace(b"/xl/worksheets/sheet1.xml", target.encode())})
    assert grid_of(data).rows[1] == ["检查（家）", Unread("shown", "12（显示为1.2）")]


def test_styles_under_another_name_are_found():
    data = openpyxl_xlsx(change=lambda book: setattr(book.active["B2"], "number_format", '"约"0'))
    data = edited(moved(data, {STYLES: "xl/look.xml"}), {
        RELATIONS: lambda xml: xml.replace(b"styles.xml", b"look.xml"),
        "[Content_Types].xml": lambda xml: xml.replace(b"/xl/styles.xml", b"/xl/look.xml")})
    assert grid_of(data).rows[1][1] == "约12"


@pytest.mark.parametrize("typed", [True, False])
def test_a_main_part_elsewhere_is_found(typed):
    data = moved(openpyxl_xlsx(), {BOOK: "book/main.xml", RELATIONS: "book/_rels/main.xml.rels"})
    data = edited(data, {
        "_rels/.rels": lambda xml: xml.replace(b"xl/workbook.xml", b"book/main.xml"),
        "[Content_Types].xml": lambda xml: xml.replace(b"/xl/workbook.xml", b"/book/main.xml" if typed else b"/none.xml")})
    assert grid_of(data).rows == ROWS


@pytest.mark.parametrize("state", ["show", "Visible", ""])
def test_a_sheet_is_hidden_only_where_it_says_so(state):
    data = edited(openpyxl_xlsx(), {BOOK: lambda xml: xml.replace(b'state="visible"', b'state="%s"' % state.encode())})
    assert grid_of(data).visible


def test_lower_case_references_and_whole_columns_merged():
    data = raw_xlsx('<row r="1"><c r="a1"><v>7</v></c></row>')
    data = edited(data, {SHEET: lambda xml: xml.replace(
        b"</sheetData>", b'</sheetData><mergeCells count="2"><mergeCell ref="J:K"/><mergeCell ref="$B$1:C2"/></mergeCells>')})
    grid = grid_of(data)
    assert grid.rows == [[7]] and grid.merged == [(0, 9, 1_048_575, 10), (0, 1, 1, 2)]


# -- what a person sees ----------------------------------------------------------------------------------------

def test_struck_raised_and_hidden_cells():
    def change(book):
        sheet = book.active
        sheet["B2"].font, sheet["B3"].font = Font(strike=True), Font(vertAlign="superscript")
        sheet["A4"].font = Font(strike=True)
        sheet["C1"], sheet["D1"], sheet["E1"] = 5, 6, 0
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet["A6"] = 9
        sheet.row_dimensions[6].hidden = True

    grid = grid_of(openpyxl_xlsx(change=change))
    assert grid.rows[1][1] == Unread("struck", "12") and grid.rows[2][1] == Unread("raised", "3.5")
    assert grid.rows[3][0] == "栏目" and grid.cells[3, 0].struck
    assert {spot: cell.doubt for spot, cell in grid.cells.items()} == {
        (1, 1): "struck-out", (2, 1): "raised", (3, 0): "struck-out", (0, 2): "hidden-figure", (0, 4): "", (5, 0): "hidden-figure"}
    assert grid.without_hidden().rows[0] == ["项目", "数", "", 6, ""] and grid.rows[0] == ["项目", "数", 5, 6, 0]


@pytest.mark.parametrize("head, row", [
    ('<cols><col min="1" max="1" width="0" customWidth="1"/></cols>', '<row r="1">'), ("", '<row r="1" ht="0" customHeight="1">'),
    ('<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>', '<row r="1">'), ("", '<row r="1" hidden="true">')])
def test_whatever_leaves_no_room_hides(head, row):
    data = edited(raw_xlsx(""), {SHEET: lambda xml: xml.replace(
        b"<sheetData>", f'{head}<sheetData>{row}<c r="A1"><v>7</v></c></row>'.encode())})
    assert grid_of(data).cells[0, 0].doubt == "hidden-figure"


@pytest.mark.parametrize("runs, text, doubt", [
    ([("5", {}), ("3", {"vertAlign": "superscript"})], "5³", "raised"),
    ([("十", {"strike": True}), ("五", {})], "（划去十）五", "struck-out"),
    ([("未", {"strike": True}), ("设置", {})], "（划去未）设置", "struck-out"),
    ([("12", {"strike": True})], "12", "struck-out"),
    ([("检查的", {}), ("全部", {"strike": True}), ("企业", {})], "检查的企业", ""),
    ([("1", {"b": True}), ("2", {})], "12", ""),
])
def test_runs_that_look_otherwise(runs, text, doubt):
    rich = CellRichText([TextBlock(InlineFont(**look), words) for words, look in runs])
    grid = grid_of(openpyxl_xlsx(change=lambda book: book.active.__setitem__("C1", rich)))
    assert grid.rows[0][2] == text and grid.cell(0, 2).doubt == doubt


def test_notes_on_cells_but_this_program_s_own():
    def change(book):
        book.active["B2"].comment = Comment("应为63", "张")
        book.active["B3"].comment = Comment("请填写数字", SHEET_MARK)
        book.active["D9"].comment = Comment("空格上的批注", "张")

    grid = grid_of(openpyxl_xlsx(change=change))
    assert {spot: cell.comment for spot, cell in grid.cells.items()} == {(1, 1): "应为63"}
    assert grid.rows == ROWS


# -- formulas --------------------------------------------------------------------------------------------------

def with_formula(formula: str, stored: str, calculation: bytes = b"") -> bytes:
    """A1 of the first sheet is a formula with a stored result; the second, 明细, has 30, 23 and a text."""
    def details(book):
        sheet = book.create_sheet("明细")
        for row in ([30], [23], ["文"]):
            sheet.append(row)

    data = openpyxl_xlsx([["x"]], details)
    cell = f"<c r=\"A1\"><f>{formula}</f><v>{stored}</v></c>".encode()
    return edited(data, {
        SHEET: lambda xml: xml[:xml.index(b"<c ")] + cell + xml[xml.index(b"</row>"):],
        BOOK: lambda xml: xml.replace(b'calcId="124519" fullCalcOnLoad="1"', calculation)})


@pytest.mark.parametrize("formula", [
    "SUM(明细!A1:A2)", "SUM('明细'!A1:A3)", "明细!A1+明细!$A$2", "SUM(明细!A:A)*0+53", "106/2", "-(-53)", "5300%", "ROUND(52.6,0)"])
def test_a_stored_result_that_is_not_what_the_formula_gives_is_no_figure(formula):
    known = ":A)" not in formula
    value = grid_of(with_formula(formula, "48")).rows[0][0]
    assert (value.kind == "stale" and "53" in value.text) if known else value == 48
    grid = grid_of(with_formula(formula, "53"))
    assert grid.rows[0] == [53] and not grid.doubtful


@pytest.mark.parametrize("formula", ["VLOOKUP(1,明细!A1:A2,1)", "明细!A3+1", "[1]一月!A1", "A1", "无名", "1/0", "((((((1", ""])
def test_of_other_formulas_nothing_is_claimed(formula):
    grid = grid_of(with_formula(formula, "48"))
    assert grid.rows[0] == [48] and not grid.doubtful


@pytest.mark.parametrize("calculation", [b'fullCalcOnLoad="1"', b'calcId="0"'])
def test_results_to_be_worked_out_on_load_are_doubtful_unless_they_are_right(calculation):
    grid = grid_of(with_formula("VLOOKUP(1,明细!A1:A2,1)", "48", calculation))
    assert grid.rows[0] == [48] and grid.cells[0, 0].doubt == "formula-unsure"
    assert grid_of(with_formula("VLOOKUP(1,明细!A1:A2,1)", "0", calculation)).rows[0][0].kind == "formula"
    assert not grid_of(with_formula("明细!A1+23", "53", calculation)).doubtful
    assert grid_of(with_formula("明细!A1-30", "0", calculation)).rows[0] == [0]


def test_formulas_that_refer_to_each_other_end():
    cells = "".join(f'<c r="A{n}"><f>A{n % 60 + 1}+1</f><v>{n}</v></c>' for n in range(1, 61))
    rows = "".join(f'<row r="{n + 1}">{cell}</c></row>' for n, cell in enumerate(cells.split("</c>")[:-1]))
    assert [row[0] for row in grid_of(raw_xlsx(rows)).rows] == list(range(1, 61))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=8), st.integers(0, 20))
def test_sums_are_worked_out(numbers, wrong):
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>{number}</v></c></row>' for n, number in enumerate(numbers, start=1))
    last = len(numbers)
    total = f'<row r="{last + 1}"><c r="A{last + 1}"><f>SUM(A1:A{last})</f><v>{sum(numbers) + wrong}</v></c></row>'
    value = grid_of(edited(raw_xlsx(cells + total), {BOOK: lambda xml: xml.replace(b'fullCalcOnLoad="1"', b"")})).rows[-1][0]
    assert value == sum(numbers) if not wrong else value.kind == "stale"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("SUM(),:A1B2$!'明细+-*/%. 0159eE\"&"), max_size=30))
def test_no_formula_raises(formula):
    from xml.sax.saxutils import escape

    assert grid_of(with_formula(escape(formula), "48")).rows


def test_a_sheet_without_relationship_is_a_module_that_is_gone():
    def add(xml: bytes) -> bytes:
        return xml.replace(b"</sheets>", b'<sheet name="Module1" sheetId="9" state="veryHidden" r:id="" xmlns:r="http://schemas.'
                                         b'openxmlformats.org/officeDocument/2006/relationships"/></sheets>')

    assert grid_of(edited(openpyxl_xlsx(), {"xl/workbook.xml": add})).rows == ROWS
