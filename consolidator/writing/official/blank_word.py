"""Blank forms for those who fill in Word: the same official table on one A4 page, unit and date filled in.

Of a two-figure item the units stand ready in the cell, with room before each; left as they are they read as a blank.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from consolidator.model.display import day_text
from consolidator.model.marks import PAST, SHEET_MARK
from consolidator.model.text import printable
from consolidator.model.weeks import due_date
from consolidator.writing.files import fixed_zip
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee, past_text
from consolidator.writing.official.blank import GREY_LINE
from consolidator.writing.official.pictured_word import write_pictured_word
from consolidator.writing.official.word_parts import CENTRE, element, grey_run, shade, write_run
from schemas.form import Form, Item

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_CELL_MARGIN = 2.0  # points at either side, so that labels break where the issuer breaks them
_MOST_TITLE = 255  # characters of a property (ECMA-376)
_MOST_ROOM = 6  # blanks before each unit of a two-figure item


def write_blank_word(form: Form, unit: str, kinds: tuple[str, ...], week: dt.date, path: Path) -> None:
    """Writes the blank Word form of ``unit``, whose 类别 are ``kinds``, for ``week``, of whose past nothing is known.

    Raises:
        OSError: ``path`` cannot be written.
    """
    write_blank_word_of(form, Addressee(unit, kinds, week), path)


def write_blank_word_of(form: Form, to: Addressee, path: Path) -> None:
    """Writes the blank Word form of ``to``, with last week's figures in a grey line; equal arguments give equal bytes.

    Raises:
        OSError: ``path`` cannot be written.
    """
    kinds, week, past = to.kinds, to.week, past_line(form, to)
    if form.pictures:
        write_pictured_word(form, to, path, past)
        return
    layout = form_sheet.lay_out(form, week, notes=[past] if past else [])
    document = docx.Document()
    _set_page(document, layout, f"{form.joined_title} {printable(to.unit)}")
    for line in form.title:
        write_run(document.add_paragraph(), line, form_sheet.TITLE_SIZE, CENTRE, form_sheet.TITLE_FONT)
    head = document.add_paragraph()
    head.paragraph_format.tab_stops.add_tab_stop(Pt(layout.width), WD_TAB_ALIGNMENT.RIGHT)
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(6), Pt(4)
    date = day_text(due_date(form.campaign, week))
    write_run(head, f"{printable(to.unit)}（单位）\t时间：{date}", form_sheet.HEAD_SIZE)
    _write_table(document, layout, kinds, week)
    if past:
        paragraph = document.add_paragraph()
        write_run(paragraph, past, form_sheet.NOTE_SIZE)
        grey_run(paragraph)
    lines = form_sheet.remark_lines(form)
    if not all(form_sheet.fills(item, kinds) for item in form.items):
        lines.append(GREY_LINE)
    for line in lines:
        write_run(document.add_paragraph(), line, form_sheet.NOTE_SIZE)
    document.save(str(path))
    fixed_zip(path, week)


def past_line(form: Form, to: Addressee) -> str:
    """Last week's figures in one line; "" where there are none. It holds no day, which would be taken for the form's."""
    words = [f"{'、'.join(figure.short for figure in item.figures)} {text}" for item in form.items if (text := past_text(to, item))]
    return f"{PAST}采用的数（不用改）：{'；'.join(words)}。" if words else ""


def _set_page(document: Document, layout: form_sheet.Layout, title: str) -> None:
    """A4 upright, as wide as the table; no room between paragraphs."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Length((Mm(210) - Pt(layout.width)) // 2)
    section.top_margin = section.bottom_margin = Pt(form_sheet.MARGIN)
    section.header_distance = section.footer_distance = Mm(6)
    normal = document.styles["Normal"]
    normal.font.size = Pt(form_sheet.BODY_SIZE)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:_MOST_TITLE], SHEET_MARK, ""


def _write_table(document: Document, layout: form_sheet.Layout, kinds: tuple[str, ...], week: dt.date) -> None:
    rows = layout.end - form_sheet.FIRST_ROW
    table = document.add_table(rows, len(layout.widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_margins(table)
    for column, width in zip(table.columns, layout.widths, strict=True):
        column.width = Pt(width)
    cells = [row.cells for row in table.rows]
    for row, high, line in zip(table.rows, layout.heights[form_sheet.FIRST_ROW:], cells, strict=True):
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Pt(high)
        for cell, width in zip(line, layout.widths, strict=True):
            cell.width = Pt(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for block in layout.blocks:
        first, last = block.first - form_sheet.FIRST_ROW, block.last - form_sheet.FIRST_ROW
        title = cells[first][0] if first == last else cells[first][0].merge(cells[last][0])
        write_run(title.paragraphs[0], "\n".join(block.section.title), form_sheet.BODY_SIZE, CENTRE)
        for place in block.places:
            line = cells[place.row - form_sheet.FIRST_ROW]
            write_run(line[place.number].paragraphs[0], str(place.item.number), form_sheet.BODY_SIZE, CENTRE)
            write_run(line[place.label].paragraphs[0], form_sheet.label_text(place.item, week), form_sheet.BODY_SIZE)
            value = line[place.values[0]]
            if form_sheet.fills(place.item, kinds):
                write_run(value.paragraphs[0], room_text(place.item), form_sheet.BODY_SIZE, CENTRE)
            else:
                shade(value)


def room_text(item: Item) -> str:
    """What is ready in the value cell: of a two-figure item its units with room before each, else nothing."""
    if len(item.figures) == 1:
        return ""
    units = [figure.unit for figure in item.figures]
    free = form_sheet.VALUE_WIDTH - 2 * _CELL_MARGIN - form_sheet.BODY_SIZE * (len("".join(units)) + 1)
    room = " " * max(1, min(_MOST_ROOM, int(free / len(units) / (form_sheet.BODY_SIZE / 2))))
    return "，".join(room + unit for unit in units)


def _set_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(round(_CELL_MARGIN * 20)), type="dxa"))
    look = table._element.tblPr.find(qn("w:tblLook"))
    assert look is not None  # a table of python-docx has one
    look.addprevious(margins)
