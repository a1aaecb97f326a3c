"""Word documents: what a reader of the page sees, once."""

from __future__ import annotations

import io
import zipfile

import pytest

from consolidator.reading.formats.dispatch import read_grids
from schemas.problems import Problem
from tests.packages import ROWS, WORD, docx, edited, openpyxl_xlsx


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:r>{properties}<w:t>{text}</w:t></w:r></w:p>"


def tc(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: list[str]) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def read(body: str, **parts: str) -> list:
    grids = read_grids(docx(body, **parts), "表.docx")
    assert isinstance(grids, list), grids
    return grids


def cell(inside: str) -> object:
    """What a cell with ``inside`` reads as."""
    return read(table([tc(inside)]))[0].rows[0][0]


def test_what_python_docx_writes_reads():
    import docx as python_docx

    document = python_docx.Document()
    document.add_paragraph("河北区调度表")
    grid = document.add_table(3, 3)
    for number, one in enumerate(grid._cells):
        one.text = str(number)
    grid.cell(0, 0).merge(grid.cell(0, 1))
    grid.cell(1, 2).merge(grid.cell(2, 2))
    document.add_paragraph("备注")
    made = io.BytesIO()
    document.save(made)
    read, = read_grids(made.getvalue(), "表.docx")
    assert read.rows == [["0\n1", "", "2"], ["3", "4", "5\n8"], ["6", "7", ""]]
    assert read.lines == ["河北区调度表", "备注"] and read.word_table == 1
    assert read.address(1, 2) == "表1第2行第3列"


def test_tables_are_counted_and_share_the_lines():
    grids = read(p("前") + table([tc(p("一"))]) + p("中") + table([tc(p("二"))]) + p("后"))
    assert [(grid.word_table, grid.rows, grid.lines) for grid in grids] == [
        (1, [["一"]], ["前", "中", "后"]), (2, [["二"]], ["前", "中", "后"])]


def test_a_narrative_is_one_grid_without_rows():
    grid, = read(p("一、工作情况") + p("") + p("检查企业12家"))
    assert (grid.rows, grid.lines, grid.word_table) == ([], ["一、工作情况", "检查企业12家"], 0)


def test_merged_cells_stand_once_and_keep_the_columns():
    grid, = read(table(
        [tc(p("区"), '<w:vMerge w:val="restart"/>'), tc(p("项目"), '<w:gridSpan w:val="2"/>'), tc(p("3"))],
        [tc(p("区"), "<w:vMerge/>"), tc(p("a")), tc(p("b")), tc(p("4"))]))
    assert grid.rows == [["区", "项目", "", "3"], ["", "a", "b", "4"]]


def test_a_row_that_starts_further_right_keeps_its_columns():
    grid, = read("<w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + tc(p("x")) + "</w:tr></w:tbl>")
    assert grid.rows == [["", "x"]]


@pytest.mark.parametrize("inside, value", [
    ("<w:p><w:r><w:t>1</w:t></w:r><w:r><w:t>2</w:t></w:r></w:p>", "12"),
    (p("一") + p("二"), "一\n二"),
    ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/></w:r></w:p>", "a\nb\tc-"),
    ("<w:p><w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins></w:p>", "12"),
    ("<w:p><w:moveFrom><w:r><w:t>9</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>12</w:t></w:r></w:moveTo></w:p>", "12"),
    (p("9", "<w:rPr><w:vanish/></w:rPr>") + p("12"), "12"),
    (p("12", '<w:rPr><w:vanish w:val="0"/></w:rPr>'), "12"),
    ("<w:p><w:hyperlink><w:r><w:t>1</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>2</w:t></w:r></w:smartTag></w:p>",
     "12"),
    ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>jiǎn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>检</w:t></w:r></w:rubyBase>"
     "</w:ruby></w:r></w:p>", "检"),
    ('<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>', "☑"),
    ('<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F050"/></w:r></w:p>', "√"),
    ('<w:p><w:r><w:sym w:font="Webdings" w:char="F031"/></w:r></w:p>', "\ufffd"),
])
def test_the_words_of_a_cell(inside, value):
    assert cell(inside) == value


CHECKBOX = ('<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent>{}'
            "</w:sdtContent></w:sdt>")


@pytest.mark.parametrize("state, value", [("1", "☑"), ("0", "☐")])
def test_a_checkbox_control_is_read_by_its_state(state, value):
    drawn = "<w:r><w:t>☒</w:t></w:r>"
    assert cell(f"<w:p>{CHECKBOX.format(state, drawn)}<w:r><w:t>是</w:t></w:r></w:p>") == f"{value}是"
    assert cell(CHECKBOX.format(state, f"<w:p>{drawn}</w:p>")) == value


def test_content_controls_around_text_cell_row_and_table():
    def control(inside: str, properties: str = "<w:text/>") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    assert cell("<w:p>" + control("<w:r><w:t>12</w:t></w:r>") + "</w:p>") == "12"
    assert cell(control(p("12"))) == "12"
    rows = control(f"<w:tr>{tc(p('a'))}{control(tc(p('12')))}</w:tr>")
    assert read(control(f"<w:tbl>{rows}</w:tbl>"))[0].rows == [["a", "12"]]
    prompt = control("<w:r><w:t>单击或点击此处输入文字。</w:t></w:r>", "<w:showingPlcHdr/>")
    assert cell(f"<w:p>{prompt}</w:p>") == ""


def field(data: str, result: str = "") -> str:
    return (f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
            '<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'<w:r><w:t>{result}</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>。</w:t></w:r></w:p>')


@pytest.mark.parametrize("data, result, value", [
    ("<w:checkBox><w:checked/></w:checkBox>", "", "☑。"),
    ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "", "☐。"),
    ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="是"/><w:listEntry w:val="否"/></w:ddList>', "否", "否。"),
    ('<w:ddList><w:listEntry w:val="是"/></w:ddList>', "", "是。"),
    ("<w:textInput/>", "12", "12。"),
])
def test_old_form_fields(data, result, value):
    assert cell(field(data, result)) == value


def test_a_text_box_is_read_once_and_apart():
    box = f"<w:txbxContent>{p('盒中字')}</w:txbxContent>"
    twice = (f"<mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
             f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>")
    grid, = read(f"<w:p><w:r>{twice}</w:r><w:r><w:t>外</w:t></w:r></w:p>")
    assert grid.lines == ["盒中字", "外"]
    grid, = read(f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>")
    assert grid.lines == ["盒中字"]


def test_headers_come_first_and_footers_last():
    grid, = read(p("正文"), header1=p("页眉"), footer1=p("页脚"))
    assert grid.lines == ["页眉", "正文", "页脚"]


def test_a_table_in_the_header_is_not_the_first():
    first, second = read(table([tc(p("正"))]), header1=table([tc(p("眉"))]))
    assert (first.rows, second.rows, second.word_table) == ([["正"]], [["眉"]], 2)


def test_a_nested_table_is_a_grid_of_its_own():
    outer, inner = read(table([tc(p("外") + table([tc(p("内"))]) + p(""))]))
    assert (outer.rows, inner.rows, inner.word_table) == ([["外"]], [["内"]], 2)


def test_a_deleted_row_is_left_out():
    rows = f"<w:tr><w:trPr><w:del/></w:trPr>{tc(p('旧'))}</w:tr><w:tr>{tc(p('新'))}</w:tr>"
    assert read(f"<w:tbl>{rows}</w:tbl>")[0].rows == [["新"]]


def test_a_main_part_of_another_name_reads():
    made = docx(p("别名"))
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")
    rels = (b'<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            b'officeDocument" Target="/word/document2.xml"/></Relationships>')
    moved = edited(made, {"word/document.xml": None, "word/document2.xml": xml, "_rels/.rels": rels})
    assert read_grids(moved, "x")[0].lines == ["别名"]


@pytest.mark.parametrize("body", [
    "<w:p>" * 300 + "</w:p>" * 300,  # deeper than any Word nests
    "<w:tbl><w:tr>" + "<w:tc/>" * 2000 + "</w:tr></w:tbl>",
    table([tc(p("x"), '<w:gridSpan w:val="1000"/>')] * 3),
    "<w:p>",
])
def test_what_no_word_writes_is_reported(body):
    assert isinstance(read_grids(docx(body), "表.docx"), Problem)


def test_entities_are_refused():
    made = docx(p("x"))
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><w:document/>'
    assert read_grids(edited(made, {"word/document.xml": bomb}), "x").code == "broken-file"


# -- what looks otherwise ----------------------------------------------------------------------------------------

STYLES = f"""<w:styles xmlns:w="{WORD}">
<w:style w:type="character" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="AlsoGone"><w:basedOn w:val="Gone"/></w:style>
<w:style w:type="character" w:styleId="Unseen"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Up"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Crossed"><w:rPr><w:dstrike/></w:rPr></w:style>
</w:styles>"""
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(body: str, parts: dict[str, bytes | str], relations: dict[str, tuple[str, str]], **of_parts: dict) -> bytes:
    """A document with further parts and relationships, id → (kind, target)."""
    rels = "".join(f'<Relationship Id="{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>'
                   for number, (kind, target) in relations.items())
    return edited(docx(body), {**{name: one if isinstance(one, bytes) else one.encode() for name, one in parts.items()},
                               "word/_rels/document.xml.rels": f"<Relationships>{rels}</Relationships>".encode()})


def styled(inside: str):
    grid = read_grids(related(table([tc(inside)]), {"word/styles.xml": STYLES}, {"s": ("styles", "styles.xml")}), "表.docx")[0]
    return grid.rows[0][0], grid.cell(0, 0).doubt


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("runs, text, doubt", [
    (run("4", '<w:rStyle w:val="Gone"/>') + run("53"), "（划去4）53", "struck-out"),
    (run("4", '<w:rStyle w:val="AlsoGone"/>') + run("53"), "（划去4）53", "struck-out"),
    (run("53", '<w:rStyle w:val="Unseen"/>'), "53", "hidden-figure"),
    (run("5") + run("3", '<w:rStyle w:val="Unseen"/>'), "5（隐藏3）", "hidden-figure"),
    (run("53") + run("1", '<w:rStyle w:val="Up"/>'), "53¹", "raised"),
    (run("53") + run("1", '<w:rStyle w:val="FootnoteReference"/>'), "53¹", "raised"),
    (run("5") + run("3", '<w:position w:val="12"/>'), "5³", "raised"),
    (run("53", '<w:position w:val="2"/>'), "53", ""),
    (run("未", "<w:strike/>") + run("设置"), "（划去未）设置", "struck-out"),
    (run("53", '<w:rStyle w:val="Gone"/><w:strike w:val="0"/>'), "53", ""),
])
def test_words_that_look_otherwise_by_themselves_or_by_a_style(runs, text, doubt):
    assert styled(f"<w:p>{runs}</w:p>") == (text, doubt)


def test_a_paragraph_style_strikes_unless_the_run_s_undoes_it():
    crossed = '<w:pPr><w:pStyle w:val="Crossed"/></w:pPr>'
    assert styled(f"<w:p>{crossed}{run('12')}</w:p>") == ("12", "struck-out")
    assert styled(f'<w:p>{crossed}{run("12", chr(60) + "w:rStyle w:val=" + chr(34) + "Gone" + chr(34) + "/>")}</w:p>') == ("12", "")


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


@pytest.mark.parametrize("equation, text, doubt", [
    ("<m:r><m:t>53</m:t></m:r>", "53", ""),
    ("<m:sSup><m:e><m:r><m:t>5</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup>", "5^3", "equation"),
    ("<m:f><m:fPr/><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>", "1/2", "equation"),
])
def test_equations(equation, text, doubt):
    grid, = read(table([tc(f"<w:p><m:oMath {MATH}>{equation}</m:oMath></w:p>")]))
    assert (grid.rows[0][0], grid.cell(0, 0).doubt) == (text, doubt)


def coded(code: str, result: str) -> str:
    return (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{code}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def test_of_nested_fields_only_the_outer_result_is_on_paper():
    code = "<w:r><w:instrText>= </w:instrText></w:r>"
    inner = coded("<w:r><w:instrText>MERGEFIELD 一季度</w:instrText></w:r>", run("30"))
    assert cell(f"<w:p>{coded(code + inner + inner, run('53'))}</w:p>") == "53"
    assert cell(f"<w:p>{coded(code, inner)}</w:p>") == "30"


@pytest.mark.parametrize("code, text", [
    (r"EQ \f(1,2)", r"EQ \f(1,2)"), (r" eq \o\ac(○,25) ", r"eq \o\ac(○,25)"), (r" EQ \o(5,3)", r"EQ \o(5,3)")])
def test_a_field_that_draws_an_equation_is_no_figure(code, text):
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    halves = f"<w:r><w:instrText>{code[:4]}</w:instrText></w:r><w:r><w:instrText>{code[4:]}</w:instrText></w:r>"
    grid, = read(table([tc(f"<w:p>{begin}{halves}{end}</w:p>")]))
    assert (grid.rows[0][0], grid.cell(0, 0).doubt) == (text, "equation")
    grid, = read(table([tc(f"<w:p>{run('53')}{begin}{halves}{end}</w:p>")]))
    assert (grid.rows[0][0], grid.cell(0, 0).doubt) == ("53", "equation")


@pytest.mark.parametrize("kind", ["footnoteReference", "endnoteReference"])
def test_a_mark_of_a_note_that_somebody_chose_is_no_digit(kind):
    mark = f'<w:r><w:{kind} w:customMarkFollows="1" w:id="2"/><w:t>3</w:t></w:r>'
    grid, = read(table([tc(f"<w:p>{run('53')}{mark}</w:p>")]))
    assert (grid.rows[0][0], grid.cell(0, 0).doubt) == ("53³", "raised")
    assert cell(f"<w:p>{run('53')}<w:r><w:{kind} w:id='2'/></w:r></w:p>") == "53"


@pytest.mark.parametrize("boxed, own, value", [
    ("53", "", "53"), ("3次，5.2万元", "", "3次，5.2万元"), ("是", "", "是"), ("见附件3", "", ""), ("53", "12", "12"), ("说明", "", "")])
def test_a_figure_in_a_text_box_in_its_cell_is_read(boxed, own, value):
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p(boxed)}</w:txbxContent></v:textbox></w:pict></w:r>"
    grid, = read(table([tc(f"<w:p>{run(own) if own else ''}{box}</w:p>")]))
    assert grid.rows == [[value]] and (boxed in grid.lines) == (value != boxed)


def test_a_control_bound_without_saying_where_shows_the_first_part_that_has_it():
    body = ('<w:sdt><w:sdtPr><w:dataBinding w:xpath="/form[1]/checked[1]"/></w:sdtPr>'
            f'<w:sdtContent>{p("48")}</w:sdtContent></w:sdt>')
    more = {}
    for number, xml in enumerate((b"<other/>", b"<form><checked>53</checked></form>"), start=1):
        more |= {f"customXml/item{number}.xml": xml, f"customXml/itemProps{number}.xml": b'<datastoreItem itemID="{%d}"/>' % number,
                 f"customXml/_rels/item{number}.xml.rels": f'<Relationships><Relationship Id="r" Type="{RELATIONSHIPS}/customXmlProps" '
                                                          f'Target="itemProps{number}.xml"/></Relationships>'.encode()}
    assert read_grids(edited(docx(table([tc(body)])), more), "表.docx")[0].rows == [["53"]]


OBJECT = f'<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:r="{RELATIONSHIPS}" r:id="r1"'


@pytest.mark.parametrize("body, parts, lacks", [
    (f'{OBJECT} ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>', {"word/x.bin": b"PK\3\4broken"}, True),
    (f'{OBJECT} ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>', {}, True),
    (f'{OBJECT} ProgID="ET.Sheet.6"/></w:object></w:r></w:p>', {}, True),
    (f'{OBJECT} ProgID="Equation.3"/></w:object></w:r></w:p>', {"word/x.bin": b"broken"}, False),
    (f'<w:altChunk xmlns:r="{RELATIONSHIPS}" r:id="r1"/>', {"word/x.bin": b"{\\rtf1 }"}, True),
    (f'<w:p><w:subDoc xmlns:r="{RELATIONSHIPS}" r:id="r1"/></w:p>', {}, True)])
def test_a_form_in_an_object_that_does_not_open_is_reported(body, parts, lacks):
    from consolidator.reading.read_file import read_submission
    from schemas.form_loading import load_form
    from schemas.settings import HOME

    form = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
    grid, = read_grids(related(body, parts, {"r1": ("package", "x.bin")}), "表.docx")
    assert grid.lacks == lacks
    title = "".join(p(line) for line in form.title)
    submission = read_submission(related(title + body, parts, {"r1": ("package", "x.bin")}), "表.docx", form)
    assert [one.code for one in submission.problems] == (["embedded-form"] if lacks else [])
    assert read_submission(related(p("工作总结") + body, parts, {"r1": ("package", "x.bin")}), "表.docx", form).kind == "material"


@pytest.mark.parametrize("path, value", [
    ("/ns0:form[1]/ns0:checked[1]", "53"), ("/ns0:form/ns0:none", "48"), ("//*", "48"), ("/ns1:x", "48")])
def test_a_control_bound_to_custom_xml_shows_what_stands_there(path, value):
    body = ('<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings="xmlns:ns0=\'urn:f\'" '
            f'w:xpath="{path}" w:storeItemID="{{AB}}"/></w:sdtPr><w:sdtContent>{p("48")}</w:sdtContent></w:sdt>')
    data = edited(docx(table([tc(body)])), {
        "customXml/item1.xml": b'<form xmlns="urn:f"><checked>53</checked></form>',
        "customXml/itemProps1.xml": b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
                                    b'ds:itemID="{ab}"/>',
        "customXml/_rels/item1.xml.rels": f'<Relationships><Relationship Id="r" Type="{RELATIONSHIPS}/customXmlProps" '
                                          f'Target="itemProps1.xml"/></Relationships>'.encode()})
    assert read_grids(data, "表.docx")[0].rows == [[value]]


def test_a_workbook_within_a_document_is_read():
    body = (f'<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:r="{RELATIONSHIPS}" r:id="r1"/>'
            "</w:object></w:r></w:p>")
    data = related(body, {"word/embeddings/book.xlsx": openpyxl_xlsx()}, {"r1": ("package", "embeddings/book.xlsx")})
    grid, = read_grids(data, "表.docx")
    assert grid.rows == ROWS and grid.address(1, 1) == "B2"


def test_documents_within_documents_end():
    body = f'<w:altChunk xmlns:r="{RELATIONSHIPS}" r:id="r1"/>'
    inner = related(body, {"word/inner.docx": docx(table([tc(p("深"))]))}, {"r1": ("aFChunk", "inner.docx")})
    middle = related(table([tc(p("中"))]) + body, {"word/inner.docx": inner}, {"r1": ("aFChunk", "inner.docx")})
    grids = read_grids(related(body, {"word/inner.docx": middle}, {"r1": ("aFChunk", "inner.docx")}), "表.docx")
    assert [(grid.word_table, grid.rows) for grid in grids] == [(1, [["中"]])]
