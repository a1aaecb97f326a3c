"""Workbooks as one file of XML."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.model.grid import Grid, Unread
from consolidator.reading.formats.dispatch import read_grids

STYLES = """<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0!.0"/></Style><Style ss:ID="s2"><Font ss:StrikeThrough="1"/></Style>
<Style ss:ID="s3"><NumberFormat ss:Format="&quot;约&quot;0"/></Style></Styles>"""


def workbook(rows: str, options: str = "") -> bytes:
    return ('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
            f'{STYLES}<Worksheet ss:Name="调度表"><Table>{rows}</Table>{options}</Worksheet></Workbook>').encode()


def grid_of(data: bytes) -> Grid:
    grids = read_grids(data, "表.xls")
    assert isinstance(grids, list), grids
    return grids[0]


@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "gb2312", "UTF-16", "unicode", None])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
def test_whatever_encoding_it_is_in_and_claims(declared, encoding):
    data = workbook('<Row><Cell><Data ss:Type="String">检查（家）</Data></Cell></Row>').decode()
    data = data.replace('<?xml version="1.0"?>', f'\n<?xml version="1.0" encoding="{declared}"?>' if declared else "", 1)
    assert grid_of(data.encode(encoding)).rows == [["检查（家）"]]


def test_another_encoding_is_as_declared():
    data = workbook('<Row><Cell><Data ss:Type="String">檢查</Data></Cell></Row>').decode().replace("约", "約").replace("调度表", "表")
    assert grid_of(data.replace('"1.0"?>', '"1.0" encoding="big5"?>', 1).encode("big5")).rows == [["檢查"]]


def test_the_signs_of_pages_are_understood():
    assert grid_of(workbook('<Row><Cell><Data ss:Type="String">检查&nbsp;&lt;家&mdash;</Data></Cell></Row>')).rows == [["检查\xa0<家—"]]


def test_rich_text_with_the_prefix_of_pages():
    data = workbook('<Row><Cell><ss:Data ss:Type="Number"><html:Font>12</html:Font></ss:Data></Cell></Row>')
    assert grid_of(data.replace(b"xmlns:x=", b'xmlns:html="http://www.w3.org/TR/REC-html40" xmlns:x=', 1)).rows == [[12]]


def test_rows_and_cells_that_are_passed_over_and_merged():
    grid = grid_of(workbook(
        '<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">标题</Data></Cell>'
        '<Cell><Data ss:Type="Number">1</Data></Cell>'
        '</Row><Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">12</Data></Cell></Row>'))
    assert grid.sheet == "调度表" and grid.rows == [["标题", "", 1], [], [], ["", 12]] and grid.merged == [(0, 0, 1, 1)]


@pytest.mark.parametrize("cell, value, doubt", [
    ('<Cell><Data ss:Type="Number">12</Data></Cell>', 12, ""), ('<Cell><Data ss:Type="Boolean">1</Data></Cell>', True, ""),
    ('<Cell><Data ss:Type="DateTime">2023-06-05T00:00:00.000</Data></Cell>', dt.date(2023, 6, 5), ""),
    ('<Cell><Data ss:Type="Error">#REF!</Data></Cell>', Unread("error", "#REF!"), ""),
    ('<Cell ss:Formula="=RC[-1]"/>', Unread("formula", "=RC[-1]"), ""),
    ('<Cell ss:StyleID="s1"><Data ss:Type="Number">52</Data></Cell>', Unread("shown", "52（显示为5.2）"), "shown-otherwise"),
    ('<Cell ss:StyleID="s2"><Data ss:Type="Number">12</Data></Cell>', Unread("struck", "12"), "struck-out"),
    ('<Cell ss:StyleID="s3"><Data ss:Type="Number">12</Data></Cell>', "约12", ""),
    ('<Cell><ss:Data ss:Type="String"><S>4</S><Font>53</Font></ss:Data></Cell>', "（划去4）53", "struck-out"),
    ('<Cell><ss:Data ss:Type="String"><Font>5</Font><Sup>3</Sup></ss:Data></Cell>', "5³", "raised"),
])
def test_what_is_seen_of_a_cell(cell, value, doubt):
    grid = grid_of(workbook(f"<Row>{cell}</Row>"))
    assert grid.rows == [[value]] and grid.cell(0, 0).doubt == doubt


def test_hidden_rows_columns_and_notes():
    grid = grid_of(workbook(
        '<Column ss:Index="2" ss:Hidden="1"/><Row><Cell><Data ss:Type="Number">1</Data><Comment><ss:Data>应为63</ss:Data></Comment></Cell>'
        '<Cell><Data ss:Type="Number">2</Data></Cell></Row><Row ss:Hidden="1"><Cell><Data ss:Type="Number">3</Data></Cell></Row>'))
    assert grid.cells[0, 0].comment == "应为63" and grid.cells[0, 1].hidden and grid.cells[1, 0].doubt == "hidden-figure"


def test_a_hidden_sheet():
    options = "<WorksheetOptions xmlns='urn:schemas-microsoft-com:office:excel'><Visible>SheetHidden</Visible></WorksheetOptions>"
    assert not grid_of(workbook("<Row/>", options)).visible


@pytest.mark.parametrize("data", [
    workbook("<Row>")[:-40], b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + workbook("<Row/>")[21:]])
def test_broken_xml_and_entities_are_refused(data):
    assert read_grids(data, "表.xls").code == "broken-file"
