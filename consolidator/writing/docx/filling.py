"""A Word template of the office filled in: by docxtpl, with loud mistakes, the week's chart and the week's date."""

from __future__ import annotations

import datetime as dt
import re
import traceback
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from consolidator.writing import environment
from consolidator.writing.files import fixed_zip

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate

CHART_NAME = "趋势图"  # of the drawing in the template whose data are the week's (Word: 选择窗格)
_FIRST_COLUMN = 0.2  # of a table's width, for the names
_TAG = re.compile(r"{{[-r]?(.*?)-?}}|{%-?(.*?)-?%}", re.DOTALL)


def fill_word(template: Path, context: dict[str, object], path: Path, week: dt.date, chart: bytes | None = None, *,
              jinja: jinja2.Environment | None = None) -> None:
    """The Word ``template`` filled with ``context`` and saved to ``path``, its bytes the same for the same week.

    ``jinja`` is an environment that several fillings share (:class:`consolidator.writing.environment.Remembering`).
    """
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from lxml import etree

    if not template.is_file():
        raise environment.TemplateProblem(f"没有模板 {template.name}：请放回 templates 文件夹")
    document = DocxTemplate(template)
    try:
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise environment.TemplateProblem(f"模板 {template.name} 不是 Word 文档（.docx）：请在 Word 中另存为 .docx") from error
    try:
        document.render(context, jinja or environment.text_environment(template.parent), autoescape=True)
    except jinja2.TemplateError as error:
        words = error.message or ""
        wrong = isinstance(error, jinja2.TemplateSyntaxError)
        raise _problem(document, template.name, error, f"写法不对（{words}）" if wrong else words) from error
    except etree.XMLSyntaxError as error:  # {% %} around half a paragraph
        raise environment.TemplateProblem(f"模板 {template.name}：填好后不是 Word 文档，请核对 {{% %}} 是否成对、"
                                          "有没有跨段落或跨单元格") from error
    except Exception as error:  # an expression may raise anything; what no line of a template raised is our own bug
        if not environment.raised_in_template(error):
            raise
        raise _problem(document, template.name, error, environment.unworkable(error)) from error
    _widen(document.docx)
    if chart:
        _draw(document.docx, chart)
    document.save(path)
    fixed_zip(path, week)


def _draw(document: Document, chart: bytes) -> None:
    """The template's chart filled with the week's data; where the office has taken it out there is none."""
    from docx.oxml.ns import qn

    for drawing in document.element.body.iter(qn("w:drawing")):
        named = any(one.get("name") == CHART_NAME for one in drawing.iter(qn("wp:docPr")))
        for node in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"):
            if named:
                # python-docx has no public way to replace a part's content
                document.part.related_parts[node.get(qn("r:id"))]._blob = chart


def _widen(document: Document) -> None:
    """Names need more room than numbers, and docxtpl makes the columns of a loop equally wide.

    A table with columns of different width is one that the office has set, and left alone.
    """
    from docx.oxml.ns import qn

    for table in document.tables:
        grid = table._tbl.tblGrid.findall(qn("w:gridCol"))
        before = [int(column.get(qn("w:w")) or 0) for column in grid]
        if len(grid) < 2 or max(before) - min(before) > 2:
            continue
        first = round(sum(before) * max(_FIRST_COLUMN, 1 / len(grid)))
        widths = [first, *([(sum(before) - first) // (len(grid) - 1)] * (len(grid) - 1))]
        for column, width in zip(grid, widths, strict=True):
            column.set(qn("w:w"), str(width))
        for row in table._tbl.tr_lst:
            for cell, width in zip(row.tc_lst, widths, strict=False):
                cell.get_or_add_tcPr().get_or_add_tcW().set(qn("w:w"), str(width))


def _problem(document: DocxTemplate, name: str, error: Exception, words: str) -> environment.TemplateProblem:
    """What went wrong in a Word template, with the number of the paragraph as a person counts them."""
    line = getattr(error, "lineno", None)
    if line is None:
        line = next((number for frame, number in reversed(list(traceback.walk_tb(error.__traceback__)))
                     if "__jinja_exception__" in frame.f_globals), None)
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(document.get_xml())).splitlines()  # as docxtpl does
    flagged = source[line - 1] if line and line <= len(source) else ""
    tags = ["".join(groups).strip() for groups in _TAG.findall(flagged)]
    # several tags may have been drawn into one line: the one that has a word of the complaint is meant
    tags.sort(key=lambda tag: not any(word in words for word in re.findall(r"\w+", tag.rpartition(".")[2])))
    from docx.oxml.ns import qn

    texts = ["".join(node.text or "" for node in paragraph.iter(qn("w:t")))
             for paragraph in document.docx.element.body.iter(qn("w:p"))]
    for tag in tags:
        for number, text in enumerate(texts, 1):
            if tag and tag in text:
                return environment.TemplateProblem(f"模板 {name} 第{number}段“{text}”：{words}")
    return environment.TemplateProblem(f"模板 {name}：{words}")
