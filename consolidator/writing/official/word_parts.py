"""Parts of a Word blank: a run of text, in grey, a cell in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from consolidator.writing.official import form_sheet
from consolidator.writing.official.drawing import GREY_FILL

if TYPE_CHECKING:
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from lxml import etree

CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
_LEADING = 1.25
_PAST_COLOUR = RGBColor(0x6B, 0x76, 0x80)


def write_run(paragraph: Paragraph, text: str, size: float, align: WD_ALIGN_PARAGRAPH = LEFT,
              font: str = form_sheet.BODY_FONT) -> None:
    """Writes ``text`` into a paragraph."""
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(size * _LEADING)
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def grey_run(paragraph: Paragraph) -> None:
    """What was written into a paragraph, in grey."""
    paragraph.runs[0].font.color.rgb = _PAST_COLOUR


def shade(cell: _Cell) -> None:
    """A cell that the unit need not fill, in grey; it is centred."""
    fill = element("w:shd", val="clear", color="auto", fill=GREY_FILL.lstrip("#"))
    place = cell._tc.get_or_add_tcPr().find(qn("w:vAlign"))
    assert place is not None  # every cell here is centred
    place.addprevious(fill)  # Word wants the schema's order


def element(name: str, **attributes: str) -> etree._Element:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
