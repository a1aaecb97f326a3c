"""Pages with tables: as web systems save them under .xls, as one file, and within Word files."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid, Unread
from consolidator.reading.formats.dispatch import read_grids
from schemas.problems import Problem
from tests.packages import WORD


def page(table: str, head: str = "") -> bytes:
    return f"<html><head><meta charset='utf-8'>{head}</head><body><p>某局（单位）</p>{table}<p>备注</p></body></html>".encode()


def grid_of(data: bytes, name: str = "表.xls") -> Grid:
    grids = read_grids(data, name)
    assert isinstance(grids, list), grids
    return grids[0]


def test_a_table_with_spans_and_the_words_around_it():
    grid = grid_of(page("<table><tr><th rowspan=2>总体<br>情况</th><td>1</td><td>检查（家）</td><td> 12&nbsp;</td></tr>"
                        "<tr><td>2</td><td colspan='2'>罚款</td></tr></table>"))
    assert grid.rows == [["总体\n情况", "1", "检查（家）", "12"], ["", "2", "罚款"]]
    assert grid.merged == [(0, 0, 1, 0), (1, 2, 1, 3)] and grid.lines == ["某局（单位）", "备注"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_whatever_encoding(encoding):
    text = "<html><body><table><tr><td>检查（家）</td><td>12</td></tr></table></body></html>"
    assert grid_of(text.encode(encoding)).rows == [["检查（家）", "12"]]


@pytest.mark.parametrize("cell, value, doubt", [
    ("<td><s>12</s></td>", "12", "struck-out"), ("<td class=x>12</td>", "12", ""),
    ("<td><span class='y'>4</span>53</td>", "（划去4）53", "struck-out"),
    ("<td>5<sup>3</sup></td>", "5³", "raised"), ("<td style='display:none'>12</td>", "12", "hidden-figure"),
    ("<td><input type=checkbox checked>是</td>", "☑是", ""), ("<td><input value='12'></td>", "12", ""),
    ("<td x:num='0.05'>5%</td>", Unread("shown", "0.05（显示为5%）"), "shown-otherwise"),
    ("""<td style='mso-number-format:"0\\!\\.0"'>52</td>""", Unread("shown", "52（显示为5.2）"), "shown-otherwise"),
    ("""<td style='mso-number-format:"\\@"'>0012</td>""", "0012", ""), ("<td style='mso-number-format:0'>12</td>", "12", ""),
])
def test_what_is_seen_of_a_cell(cell, value, doubt):
    head = "<style>.x {font-weight:700} .y {text-decoration:line-through}</style>"
    grid = grid_of(page(f"<table><tr><td>检查</td>{cell}</tr></table>", head))
    assert grid.rows[0][1] == value and grid.cell(0, 1).doubt == doubt


def test_a_table_of_one_cell_within_a_cell_is_its_text():
    grid = grid_of(page("<table><tr><td>检查</td><td><table><tr><td> 12 </td></tr></table></td></tr></table>"))
    assert grid.rows == [["检查", "12"]]


def test_a_page_saved_as_one_file_in_a_foreign_encoding_is_read():
    page = MHT.replace("quoted-printable", "8bit").replace("utf-8", "iso-8859-1").partition("<table>")[0] + "<p>\xe9t\xe9\x81</p>\n--b--\n"
    assert isinstance(read_grids(page.encode("latin-1"), "表.mht"), list)


@pytest.mark.parametrize("cell, value", [
    ('="12"', "12"), ("<select><option>3<option selected>12</select>", "12"), ("<select><option>12<option>3</select>", "12")])
def test_what_pages_write_for_a_number(cell, value):
    assert grid_of(page(f"<table><tr><td>检查</td><td>{cell}</td></tr></table>")).rows == [["检查", value]]


MHT = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<table><tr><td>=E6=A3=80=E6=9F=A5</td><td>1=
2</td></tr></table>
--b--
"""


def test_a_page_saved_as_one_file():
    assert grid_of(MHT.encode()).rows == [["检查", "12"]]


@pytest.mark.parametrize("part, body", [
    ("chunk.mht", MHT.encode()), ("chunk.html", page("<table><tr><td>检查</td><td>12</td></tr></table>"))])
def test_a_page_within_a_word_file(part, body):
    relation = ('<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" '
                f'Target="/word/{part}"/></Relationships>')
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
                        'relationships"><w:body><w:p/><w:altChunk r:id="r1"/></w:body></w:document>')
        target.writestr("word/_rels/document.xml.rels", relation)
        target.writestr(f"word/{part}", body)
    grid = grid_of(made.getvalue(), "表.docx")
    assert grid.rows == [["检查", "12"]] and grid.address(0, 1) == "表1第1行第2列"


def test_a_page_without_tables_is_a_text():
    assert read_grids(page(""), "说明.html") == [Grid("", [], lines=["某局（单位）", "备注"])]


def test_spans_without_measure_cost_nothing():
    rows = "".join("<tr><td rowspan=99999999 colspan=99999999>1</td></tr>" for _ in range(500))
    assert read_grids(page(f"<table>{rows}</table>"), "表.xls").code == "too-large"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([
    "<table>", "</table>", "<tr>", "<td>", "</td>", "<s>", "</s>", "12", "<td rowspan=2>", "<sup>", "&#0;", "<!--", "<b>",
    "<td x:num='a'>", "<td style='mso-number-format:\"'>", "<script>"]), max_size=25))
def test_no_page_raises(pieces):
    assert isinstance(read_grids(b"<html>" + "".join(pieces).encode(), "表.xls"), (list, Problem))
