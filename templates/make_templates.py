"""Makes the Word templates of this folder anew: ``python templates/make_templates.py [FOLDER]``.

The ``.docx`` are plain files which the office may edit in Word; this is where they came from, for when one is spoilt.
Layout: GB/T 9704-2012 (党政机关公文格式): A4, margins 37/35/28/26 mm, body 仿宋 三号, 28 pt a line, page numbers — 1 —.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docx import Document  # noqa: E402
from docx.enum.style import WD_STYLE_TYPE  # noqa: E402
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING  # noqa: E402
from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: E402
from docx.opc.packuri import PackURI  # noqa: E402
from docx.opc.part import Part  # noqa: E402
from docx.oxml import OxmlElement, parse_xml  # noqa: E402
from docx.oxml.ns import nsdecls, qn  # noqa: E402
from docx.shared import Mm, Pt, RGBColor  # noqa: E402

from consolidator.writing.files import fixed_zip  # noqa: E402
from consolidator.writing.html.charts import CHART_TYPE, EMPTY_CHART  # noqa: E402

REPORT, ANNEX, SUPERVISION, MOVERS = "阶段工作情况报告.docx", "材料汇编.docx", "督办函.docx", "数据变动说明.docx"
MADE = dt.date(2023, 5, 22)  # the notice's date, so that the templates come out the same each time
LATIN = "Times New Roman"
LINE, NONE = Pt(28), Pt(0)
LAST = "正文末段"  # kept with what follows: a signature is never alone on its page
KEPT_STYLES = ("Normal", "Heading1", "Heading2", "Footer", "DefaultParagraphFont", "TableNormal", "TableGrid", "NoList")
# what Word takes where a font is not installed
FALLBACK = {"方正小标宋简体": "宋体", "仿宋": "仿宋_GB2312", "楷体": "楷体_GB2312"}


def main(folder: Path) -> None:
    """Writes the templates to ``folder``."""
    for name, make in ((REPORT, report), (ANNEX, annex), (SUPERVISION, supervision), (MOVERS, movers)):
        make().save(folder / name)
        fixed_zip(folder / name, MADE)


def report():
    """The summary report: title, 主送, body by loops over ``body``, 落款, then the table of units as 附件."""
    doc = _paper()
    doc.add_paragraph("{{ title }}", "公文标题")
    doc.add_paragraph("{%p if office.report_to %}")
    doc.add_paragraph("{{ office.report_to }}：", "主送机关")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p for block in body %}")
    doc.add_paragraph('{%p if block.kind == "heading1" %}')
    doc.add_paragraph("{{ block.text }}", "Heading 1")
    doc.add_paragraph('{%p elif block.kind == "heading2" %}')
    doc.add_paragraph("{{ block.text }}", "Heading 2")
    doc.add_paragraph('{%p elif block.kind == "chart" %}')
    _chart(doc)
    doc.add_paragraph("{{ block.text }}", "图表标题")
    doc.add_paragraph('{%p elif block.kind == "months" %}')
    doc.add_paragraph("{{ block.text }}", "图表标题")
    _table(doc, "months", "短表")
    doc.add_paragraph("", "表后")
    doc.add_paragraph('{%p elif block.kind == "table" %}')
    doc.add_paragraph("{{ block.text }}", "图表标题")
    _table(doc, "block.table")
    doc.add_paragraph("", "表后")
    doc.add_paragraph("{%p elif loop.last %}")
    doc.add_paragraph("{{ block.text }}", LAST)
    doc.add_paragraph("{%p else %}")
    doc.add_paragraph("{{ block.text }}")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p if table %}")
    doc.add_paragraph("附件：{{ table.title }}", "附件说明")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{{ office.name }}", "落款单位")
    doc.add_paragraph("{{ date }}", "落款日期")
    doc.add_paragraph("{%p if contact %}")
    doc.add_paragraph("（{{ contact }}）")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if table %}")
    doc.add_paragraph("附件", "附件")
    doc.add_paragraph("{{ table.title }}", "附件标题")
    doc.add_paragraph("{{ table.subtitle }}", "图表标题")
    _table(doc, "table")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p for note in notes %}")
    doc.add_paragraph("{{ note }}", "表注")
    doc.add_paragraph("{%p endfor %}")
    return doc


def annex():
    """The units' own narratives, one after another, for the clerk to work from."""
    doc = _paper()
    doc.add_paragraph("{{ title }}", "公文标题")
    doc.add_paragraph("{{ subtitle }}", "图表标题")
    doc.add_paragraph("{%p for material in materials %}")
    doc.add_paragraph("{{ material.number }}、{{ material.unit }}", "Heading 1")
    doc.add_paragraph("（来自：{{ material.file }}）", "表注")
    doc.add_paragraph("{%p for paragraph in material.paragraphs %}")
    doc.add_paragraph("{{ paragraph }}")
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p endfor %}")
    return doc


def supervision():
    """The letter that presses a unit for its hazards: overdue, due, 挂牌督办."""
    doc = _paper()
    doc.add_paragraph("{{ title }}", "公文标题")
    doc.add_paragraph("{{ unit }}：", "主送机关")
    doc.add_paragraph("在{{ campaign }}中，你单位台账所列下列隐患需抓紧整改：")
    doc.add_paragraph("{%p for part in parts %}")
    doc.add_paragraph("{{ part.title }}（{{ part.count }} 条）", "Heading 1")
    doc.add_paragraph("{%p for line in part.lines %}")
    doc.add_paragraph("{{ line }}")
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph(
        "请逐条核实，落实责任、措施、资金、期限和预案，整改情况写入下次报送的台账；确需延期的，请写明延期到哪一天和原因。", LAST)
    doc.add_paragraph("{{ office.name }}", "落款单位")
    doc.add_paragraph("{{ date }}", "落款日期")
    doc.add_paragraph("{%p if office.phone %}")
    doc.add_paragraph("（联系电话：{{ office.phone }}）")
    doc.add_paragraph("{%p endif %}")
    return doc


def movers():
    """One page for the level above: which figures moved most and why, and how units keep their dates."""
    doc = _paper()
    section = doc.sections[0]
    section.top_margin = section.bottom_margin = Mm(25)  # it is to be one page
    section.footer_distance = Mm(15)
    doc.add_paragraph("{{ title }}", "公文标题")
    doc.add_paragraph("{{ form_title }}（{{ date }}）", "图表标题")
    doc.add_paragraph("{%p for line in sums %}")
    doc.add_paragraph("{{ line }}", "表注")
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p if movers %}")
    doc.add_paragraph("变动较大的指标{% if more %}（另有 {{ more }} 处变动见明细）{% endif %}", "图表标题")
    _fixed_table(doc, "movers", (32, 30, 18, 18, 18, 40))
    doc.add_paragraph("{%p else %}")
    doc.add_paragraph("本期主要指标没有变动。", "表注")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if records %}")
    doc.add_paragraph("各单位报送情况（{{ weeks }} 期）", "图表标题")
    _fixed_table(doc, "records", (48, 18, 18, 18, 18, 18, 18))
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{% if left_out %}另有 {{ left_out }} 家有迟报、缺报或更正。{% endif %}"
                      "其余 {{ others }} 家各期均按时报送，没有退回和更正。"
                      "迟报按表上的日期算；退回、更正是份数。", "表注")
    doc.add_paragraph("{{ office.name }}　{{ date }}", "表注")
    return doc


def _paper():
    """An empty A4 document with margins, styles and page numbers."""
    doc = Document()
    doc.core_properties.title = "{{ subject }}"
    doc.core_properties.author = "{{ office.name }}"
    doc.core_properties.last_modified_by = "{{ office.name }}"
    doc.core_properties.comments = ""
    _clear(doc)
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)  # the number stands 7 mm below the text
    _styles(doc)
    _page_numbers(doc, section)
    _fonts(doc)
    return doc


def _clear(doc) -> None:
    """Takes out what python-docx begins with and no office needs: its styles, preview picture, language."""
    for holder in (doc.part, doc.part.package):
        for key, relation in list(holder.rels.items()):
            if relation.reltype.rpartition("/")[2] in ("thumbnail", "stylesWithEffects", "customXml", "numbering"):
                del holder.rels[key]
    for style in list(doc.styles.element.style_lst):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            doc.styles.element.remove(style)
        else:
            for link in style.findall(qn("w:link")):  # to a character style that is gone
                style.remove(link)
    for language in doc.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for setting in doc.settings.element.iter():
        if setting.tag == qn("w:themeFontLang"):
            setting.set(qn("w:eastAsia"), "zh-CN")
        elif setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # else Word says 兼容模式 in the title bar


def _styles(doc) -> None:
    _style(doc, "Normal", "仿宋", 16, indent=2)
    _style(doc, "Heading 1", "黑体", 16, indent=2, keep=True)
    _style(doc, "Heading 2", "楷体", 16, indent=2, keep=True)
    _style(doc, "公文标题", "方正小标宋简体", 22, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(35), after=LINE)
    _style(doc, "主送机关", "仿宋", 16)
    _style(doc, LAST, "仿宋", 16, indent=2, keep=True)
    _style(doc, "附件说明", "仿宋", 16, indent=2, before=LINE, keep=True)
    # the date stands four characters from the right, the office's name centred above it: both centred in one box
    for name, before in (("落款单位", LINE), ("落款日期", NONE)):
        _style(doc, name, "仿宋", 16, align=WD_ALIGN_PARAGRAPH.CENTER, left=13, before=before, keep=True)
    _style(doc, "附件", "黑体", 16, page=True)
    _style(doc, "附件标题", "方正小标宋简体", 22, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(35), before=Pt(14))
    _style(doc, "图表标题", "楷体", 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(22), keep=True)
    _style(doc, "图", "仿宋", 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=None, before=Pt(8), keep=True)
    _style(doc, "表格", "仿宋", 10.5, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(15))
    _style(doc, "短表", "仿宋", 10.5, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(15), keep=True)
    _style(doc, "表头", "黑体", 10, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(15), keep=True)
    _style(doc, "表注", "仿宋", 10.5, line=Pt(18), before=Pt(4))
    _style(doc, "表后", "仿宋", 10.5, line=Pt(14))


def _style(doc, name: str, font: str, size: float, *, indent: int = 0, left: int = 0, align=None, line=LINE,
           before=NONE, after=NONE, keep: bool = False, page: bool = False) -> None:
    """A paragraph style; ``indent`` and ``left`` count characters, ``line`` is exact (None: as its content needs)."""
    style = doc.styles[name] if name in doc.styles else doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = doc.styles["Normal"]
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for key, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{key}"), value)
    form = style.paragraph_format
    form.space_before, form.space_after = before, after
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line else WD_LINE_SPACING.SINGLE
    if line:
        form.line_spacing = line
    # not justified: LibreOffice 7.4 loses the “；” that hangs over a justified line's end
    form.alignment = align or WD_ALIGN_PARAGRAPH.LEFT
    form.keep_with_next, form.page_break_before, form.widow_control = keep, page, False
    ind = style.element.get_or_add_pPr().get_or_add_ind()
    ind.attrib.clear()
    for key, count in (("firstLine", indent), ("left", left)):
        ind.set(qn(f"w:{key}Chars"), str(count * 100))
        ind.set(qn(f"w:{key}"), str(int(count * size * 20)))


def _page_numbers(doc, section) -> None:
    """— 1 — in 宋体 四号: odd pages at the right, even ones at the left, a character from the edge."""
    doc.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
                          (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.style = doc.styles["Normal"]
        form = paragraph.paragraph_format
        form.alignment, form.first_line_indent = align, Pt(0)
        form.left_indent = form.right_indent = Pt(14)
        paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "0")
        for kind, text in ((None, "— "), ("begin", None), ("instr", "PAGE"), ("separate", None), (None, "1"),
                           ("end", None), (None, " —")):
            run = paragraph.add_run(text if kind is None else "")
            run.font.size = Pt(14)
            run.font.name = "宋体"
            run._r.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
            if kind == "instr":
                instruction = OxmlElement("w:instrText")
                instruction.text = text
                run._r.append(instruction)
            elif kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)


def _fonts(doc) -> None:
    """Names beside each font what to take where it is not installed."""
    part = next(one for one in doc.part.package.iter_parts() if one.partname.endswith("fontTable.xml"))
    fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
                    f'<w:family w:val="auto"/></w:font>' for name, other in FALLBACK.items())
    part._blob = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
                  ).encode()


def _chart(doc) -> None:
    """A place for the chart, whose data the program fills in; it may be moved and resized in Word."""
    part = Part(PackURI("/word/charts/chart1.xml"), CHART_TYPE, EMPTY_CHART, doc.part.package)
    link = doc.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    run = doc.add_paragraph("", "图").add_run()
    run._r.append(parse_xml(
        f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{Mm(156)}" cy="{Mm(72)}"/><wp:docPr id="1" name="趋势图" descr="主要指标各期累计数"/>'
        '<wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'r:id="{link}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'))


def _table(doc, name: str, style: str = "表格") -> None:
    """A table whose columns and rows are loops over those of ``name``; the head repeats on each page."""
    table = doc.add_table(rows=4, cols=4, style="Table Grid")
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(parse_xml(f'<w:tblCellMar {nsdecls("w")}><w:left w:w="28" w:type="dxa"/>'
                               '<w:right w:w="28" w:type="dxa"/></w:tblCellMar>'))
    texts = (("{{ " + name + ".head }}", "{%tc for column in " + name + ".columns %}", "{{ column }}",
              "{%tc endfor %}"),
             ("{%tr for row in " + name + ".rows %}", "", "", ""),
             ("{{ row.name }}", "{%tc for value in row.values %}", "{{ value }}", "{%tc endfor %}"),
             ("{%tr endfor %}", "", "", ""))
    for number, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.paragraphs[0].style = doc.styles[style if number else "表头"]
            cell.paragraphs[0].add_run(text)
            cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))
        row._tr.get_or_add_trPr().append(parse_xml(f'<w:cantSplit {nsdecls("w")}/>'))
        if not number:
            row._tr.trPr.append(parse_xml(f'<w:tblHeader {nsdecls("w")}/>'))


def _fixed_table(doc, name: str, widths: tuple[int, ...]) -> None:
    """A table with as many columns as ``widths`` (mm) has, which hold a row's name and values; rows are a loop over those of ``name``."""
    table = doc.add_table(rows=4, cols=len(widths), style="Table Grid")
    table.autofit = False
    heads = ["{{ " + name + ".head }}", *("{{ " + name + f".columns[{n}]" + " }}" for n in range(len(widths) - 1))]
    values = ["{{ row.name }}", *("{{ row.values[" + str(n) + "] }}" for n in range(len(widths) - 1))]
    blank = [""] * (len(widths) - 1)
    texts = (heads, ["{%tr for row in " + name + ".rows %}", *blank], values, ["{%tr endfor %}", *blank])
    for number, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].style = doc.styles["短表" if number else "表头"]
            cell.paragraphs[0].add_run(text)
            cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(Mm(width).twips))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
