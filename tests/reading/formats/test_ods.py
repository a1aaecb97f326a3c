"""OpenDocument sheets: repeats, hidden sheets, errors and formulas without a result."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from consolidator.model.grid import Unread
from consolidator.reading.formats.dispatch import read_grids
from schemas.problems import Problem
from tests.packages import ods


def cell(value: str, **attributes) -> str:
    shown = " ".join(f'{key.replace("__", ":").replace("_", "-")}="{one}"' for key, one in attributes.items())
    return f"<table:table-cell {shown}>{f'<text:p>{value}</text:p>' if value else ''}</table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def read(*rows: str) -> list[list]:
    grids = read_grids(ods(f'<table:table table:name="调度表">{"".join(rows)}</table:table>'), "表.ods")
    assert isinstance(grids, list), grids
    return grids[0].rows


def test_what_odfpy_writes_reads():
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table, line = Table(name="调度表"), TableRow()
    head = TableCell(valuetype="string", numbercolumnsspanned=2)
    head.addElement(P(text="检查（家）"))
    for one in (head, CoveredTableCell(), TableCell(valuetype="float", value=12)):
        line.addElement(one)
    table.addElement(line)
    document.spreadsheet.addElement(table)
    made = io.BytesIO()
    document.save(made)
    grid, = read_grids(made.getvalue(), "表.ods")
    assert (grid.sheet, grid.rows, grid.visible) == ("调度表", [["检查（家）", "", 12]], True)


@pytest.mark.parametrize("one, value", [
    (cell("12", office__value_type="float", office__value="12"), 12),
    (cell("3.50", office__value_type="currency", office__value="3.5"), 3.5),
    (cell("5%", office__value_type="percentage", office__value="0.05"), "5%"),
    (cell("是", office__value_type="boolean", office__boolean_value="true"), True),
    (cell("6月5日", office__value_type="date", office__date_value="2023-06-05"), dt.date(2023, 6, 5)),
    (cell("x", office__value_type="date", office__date_value="2023-06-05T08:30:00"), dt.datetime(2023, 6, 5, 8, 30)),
    (cell("3:05", office__value_type="time", office__time_value="PT03H05M00S"), dt.timedelta(hours=3, minutes=5)),
    (cell("文", office__value_type="string"), "文"),
    (cell("", office__value_type="string", office__string_value="文"), "文"),
    (cell("12"), "12"),
    (cell("约12", office__value_type="float", office__value="约12"), "约12"),
    (cell("#DIV/0!", table__formula="of:=1/0", office__value_type="string", calcext__value_type="error"),
     Unread("error", "#DIV/0!")),
    (cell("#REF!", table__formula="of:=[.A9]", office__value_type="string"), Unread("error", "#REF!")),
    (cell("Err:508", table__formula="of:=(", office__value_type="string"), Unread("error", "Err:508")),
    (cell("", table__formula="of:=SUM([.A1:.A3])"), Unread("formula", "=SUM(A1:A3)")),
    (cell("", table__formula="of:=[.A1]", office__value_type="float"), Unread("formula", "=A1")),
    (cell("53", table__formula="of:=20+33", office__value_type="float", office__value="53"), 53),
])
def test_the_value_of_a_cell(one, value):
    got, = read(row(one, cell("|")))[0][:1]
    assert got == value and type(got) in (type(value), float)


def test_text_of_several_paragraphs_spaces_and_remarks():
    inside = ("<office:annotation><text:p>请核对</text:p></office:annotation>"
              "<text:p>一<text:s text:c='2'/>二<text:tab/><text:span>三</text:span></text:p>"
              "<text:p>四<text:line-break/>五</text:p>"
              "<draw:frame><draw:text-box><text:p>图</text:p></draw:text-box></draw:frame>")
    assert read(row(f"<table:table-cell>{inside}</table:table-cell>")) == [["一  二\t三\n四\n五"]]


def test_repeats_are_laid_out_and_trailing_blanks_are_not():
    def blank(times):
        return cell("", table__number_columns_repeated=str(times))

    rows = read(row(cell("a", table__number_columns_repeated="2"), blank(3), cell("b"), blank(16378)),
                row(cell("")), row(cell("c"), repeated=2), row(blank(16384), repeated=1048572))
    assert rows == [["a", "a", "", "", "", "b"], [], ["c"], ["c"]]


def test_a_value_repeated_over_the_whole_sheet_does_not_fill_the_memory():
    one = row(cell("1", table__number_columns_repeated="16384"), repeated=1048576)
    grids = read_grids(ods(f'<table:table table:name="a">{one}</table:table>'), "表.ods")
    assert isinstance(grids, Problem) and grids.code == "too-large"


def test_a_stray_cell_far_to_the_right_reads():
    assert read(row(cell("a"), cell("", table__number_columns_repeated="16382"), cell("x")))[0][0] == "a"


def test_hidden_sheets_and_deleted_cells():
    style = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    gone = f'<table:tracked-changes>{row(cell("删"))}</table:tracked-changes>'
    data = ods(f'{gone}<table:table table:name="一">{row(cell("1"))}</table:table>'
               f'<table:table table:name="藏" table:style-name="ta2">{row(cell("2"))}</table:table>', style)
    assert [(grid.sheet, grid.visible, grid.rows) for grid in read_grids(data, "x")] == [
        ("一", True, [["1"]]), ("藏", False, [["2"]])]


@pytest.mark.parametrize("table", ["<table:table>", '<table:table table:name="a">' + row(
    cell("1", table__number_columns_repeated="-1")) + "</table:table>"])
def test_what_no_program_writes_is_reported(table):
    assert read_grids(ods(table), "表.ods").code == "broken-file"


STYLES = """<style:style style:name="gone" style:family="table-cell">
<style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="gone2" style:family="table-cell" style:parent-style-name="gone"/>
<style:style style:name="kept" style:family="table-cell" style:parent-style-name="gone">
<style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="cut" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>"""


def grid_of(rows: str):
    grids = read_grids(ods(f'<table:table table:name="调度表">{rows}</table:table>', STYLES), "表.ods")
    assert isinstance(grids, list), grids
    return grids[0]


def number(value: float, text: str, **more) -> str:
    return cell(text, office__value_type="float", office__value=str(value), **more)


@pytest.mark.parametrize("one, value, doubt", [
    (number(52, "5.2"), Unread("shown", "52（显示为5.2）"), "shown-otherwise"),
    (number(480, "0.0480"), Unread("shown", "480（显示为0.0480）"), "shown-otherwise"),
    (number(5200, "5.2"), Unread("shown", "5200（显示为5.2）"), "shown-otherwise"), (number(1200, "1,200.00"), 1200, ""),
    (number(480, "￥480.00"), "￥480", "shown-in-yuan"), (number(5.6, "6"), 5.6, "rounded"), (number(12, "约12"), "约12", ""),
    (number(3, "300%"), Unread("shown", "3（显示为300%）"), "shown-otherwise"), (number(12, ""), 12, ""),
    (number(12, "12", table__style_name="gone"), Unread("struck", "12"), "struck-out"),
    (number(12, "12", table__style_name="gone2"), Unread("struck", "12"), "struck-out"),
    (number(12, "12", table__style_name="kept"), 12, ""),
    (cell('<text:span text:style-name="cut">4</text:span>53'), "（划去4）53", "struck-out"),
    (cell('5<text:span text:style-name="up">3</text:span>'), "5³", "raised"),
])
def test_what_is_seen_of_a_cell(one, value, doubt):
    grid = grid_of(row(one))
    assert grid.rows == [[value]] and grid.cell(0, 0).doubt == doubt


def test_hidden_rows_and_columns_merged_ranges_and_remarks():
    grid = grid_of('<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
                   + row(cell("标题", table__number_columns_spanned="3", table__number_rows_spanned="2"), cell(""), cell(""))
                   + row(number(1, "1"), number(2, "2"), cell('x<office:annotation><dc:creator>张</dc:creator><text:p>应为63</text:p>'
                                                              "</office:annotation>"))
                   + '<table:table-row table:visibility="filter">' + number(7, "7") + "</table:table-row>")
    assert grid.merged == [(0, 0, 1, 2)] and not grid.cell(1, 0).hidden
    assert grid.cells[1, 1].doubt == "hidden-figure" and grid.cells[2, 0].hidden and grid.cells[1, 2].comment == "应为63"


def test_a_stored_result_that_is_not_what_the_formula_gives_is_no_figure():
    rows = row(number(30, "30"), number(23, "23")) + row(number(48, "48", table__formula="of:=SUM([.A1:.B1])"),
                                                         number(53, "53", table__formula="of:=[.A1]+[$调度表.$B$1]"))
    grid = grid_of(rows)
    assert grid.rows[1][0].kind == "stale" and grid.rows[1][1] == 53


def test_a_file_of_one_xml_reads():
    package = zipfile.ZipFile(io.BytesIO(ods(f'<table:table table:name="表">{row(cell("12"))}</table:table>')))
    flat = package.read("content.xml").replace(b"office:document-content", b"office:document").replace(
        b"<office:document ", b'<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet" ', 1)
    grids, zipped = read_grids(flat, "表.fods"), read_grids(ods(f'<table:table table:name="表">{row(cell("12"))}</table:table>'), "表.ods")
    assert grids == zipped and grids[0].sheet == "表"


def test_a_file_without_its_mimetype_reads():
    from tests.packages import edited

    data = edited(ods(f'<table:table>{row(number(7, "7"))}</table:table>'), {"mimetype": None})
    assert read_grids(data, "表.ods")[0].rows == [[7]]
