"""OpenDocument spreadsheets, read in full from content.xml and styles.xml by expat.

The file holds the displayed text beside each value, so that no number format need be worked out. Own code: calamine refuses
some files, says nothing of error values, formulas and styles, and lays out whatever ``number-columns-repeated`` claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from consolidator.model.grid import Cell, Grid
from consolidator.reading.files.safe_xml import XML_FAULTS, xml_parser
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.ods_values import cell_of, plain_formula, repeats_of
from consolidator.reading.formats.recompute import Formula
from consolidator.reading.formats.runs import Run, joined
from consolidator.reading.formats.sheet import Look, Sheet, check_formulas, stroked

_MOST_CELLS = 400_000
_NEAR_REPEATS = 2048  # how often a cell or row with content is repeated at most
_CELL = ("table:table-cell", "table:covered-table-cell")
# Not of the cell's own text: pictures and their captions, the reading above a character, deleted cells.
_PASSED_OVER = {
    "draw:frame", "draw:custom-shape", "draw:rect", "draw:g", "draw:line", "draw:control", "text:ruby-text",
    "table:tracked-changes", "table:shapes", "office:forms", "text:note", "table:detective"}
_NOTE, _OF_NOTE = "office:annotation", ("dc:creator", "dc:date", "meta:date-string", "dc:language", "meta:creator-initials")
class _Strokes(NamedTuple):
    """What a style says of strokes; None where it leaves that to its parent."""

    struck: bool | None = None
    raised: bool | None = None
    hidden: bool | None = None
    parent: str = ""


def read_ods(parts: Package) -> list[Grid]:
    """The sheets of an .ods; hidden ones with ``visible`` False.

    Raises:
        Unfit: broken XML, entities, or more cells than a workbook of forms has.
    """
    return _read(parts.read(part) for part in ("styles.xml", "content.xml") if part == "content.xml" or part in parts)


def read_flat_ods(data: bytes) -> list[Grid]:
    """The same of a workbook that is one file of XML (.fods)."""
    return _read([data])


def _read(documents: Iterable[bytes]) -> list[Grid]:
    reader = _Reader()
    for xml in documents:
        reader.read(xml)
    if not reader.sheets:
        raise broken()
    check_formulas(reader.sheets, False)
    return [sheet.grid() for sheet in reader.sheets]


class _Reader:
    """The handlers. All producers write the usual prefixes (table:, office:, text:): tags are taken as they stand."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.hidden: set[str] = set()
        self.styles: dict[tuple[str, str], _Strokes] = {}  # by family and name
        self.style = ("", "")
        self.skipping = self.tables = self.cells = 0
        self.columns = self.place = self.row_number = 0
        self.column_style: list[tuple[int, str]] = []
        self.row: list[tuple[Cell, int, Formula | None, float | None]] = []
        self.row_repeat = 0
        self.row_hidden = False
        self.cell: dict[str, str] | None = None
        self.runs: list[Run] = []
        self.spans: list[_Strokes] = []
        self.note: list[str] | None = None
        self.notes: list[tuple[int, str]] = []
        self.in_paragraph = 0
        self.since_1904 = False

    def read(self, xml: bytes) -> None:
        parser = xml_parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self.start, self.end, self.text
        try:
            parser.Parse(xml, True)
        except XML_FAULTS:
            raise broken() from None

    # -- elements ----------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.skipping or tag in _PASSED_OVER or (self.note is not None and tag in _OF_NOTE):
            self.skipping += 1
        elif self.note is not None:
            return
        elif tag == _NOTE:
            self.note = []
        elif tag in _CELL and self.tables == 1:
            self.cell, self.runs = attributes, []
        elif tag in ("text:p", "text:h"):
            if self.cell is not None:
                self.runs += [Run("\n")] if self.runs else []
                self.runs.append(Run(""))
                self.in_paragraph += 1
        elif self.in_paragraph:
            self._inside_text(tag, attributes)
        elif tag == "table:table-row" and self.tables == 1:
            self.row, self.notes, self.row_repeat = [], [], repeats_of(attributes.get("table:number-rows-repeated"))
            self.place, self.row_hidden = 0, attributes.get("table:visibility") in ("collapse", "filter")
        elif tag == "table:table-column" and self.tables == 1:
            self._column(attributes)
        elif tag == "table:table":
            self.tables += 1
            if self.tables == 1:
                visible = attributes.get("table:style-name") not in self.hidden
                self.sheets.append(Sheet(attributes.get("table:name", ""), visible, since_1904=self.since_1904))
                self.row_number = self.columns = 0
                self.column_style = []
        else:
            self._of_styles(tag, attributes)

    def _of_styles(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:style":
            self.style = (attributes.get("style:family", ""), attributes.get("style:name", ""))
            self.styles[self.style] = _Strokes(parent=attributes.get("style:parent-style-name", ""))
        elif tag == "table:null-date":
            self.since_1904 = attributes.get("table:date-value", "").startswith("1904")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self.style[1])
        elif tag == "style:text-properties" and self.style in self.styles:
            self.styles[self.style] = _strokes(attributes, self.styles[self.style].parent)

    def _column(self, attributes: dict[str, str]) -> None:
        first, count = self.columns, repeats_of(attributes.get("table:number-columns-repeated"))
        self.columns += count
        if attributes.get("table:visibility") in ("collapse", "filter"):
            self.sheets[-1].hidden_columns.append((first, self.columns - 1))
        self.column_style.append((first, attributes.get("table:default-cell-style-name", "")))

    def _inside_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "text:span":
            self.spans.append(self._effective("text", attributes.get("text:style-name", "")))
            self._begin_run()
        elif tag == "text:s":
            self.text(" " * min(repeats_of(attributes.get("text:c")), 100))
        elif tag in ("text:tab", "text:line-break"):
            self.text("\t" if tag == "text:tab" else "\n")

    def _begin_run(self) -> None:
        struck, raised, hidden = (any(getattr(span, what) for span in self.spans) for what in ("struck", "raised", "hidden"))
        self.runs.append(Run("", raised, struck, hidden))

    def _effective(self, family: str, name: str) -> _Strokes:
        """What a style shows, with what it has from its parents."""
        struck = raised = hidden = None
        for _ in range(20):
            style = self.styles.get((family, name))
            if style is None:
                break
            struck = style.struck if struck is None else struck
            raised = style.raised if raised is None else raised
            hidden = style.hidden if hidden is None else hidden
            name = style.parent
        return _Strokes(bool(struck), bool(raised), bool(hidden))

    def text(self, text: str) -> None:
        if self.skipping:
            return
        if self.note is not None:
            self.note.append(text)
        elif self.in_paragraph and self.runs:
            self.runs[-1] = self.runs[-1]._replace(words=self.runs[-1].words + text)

    def end(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif self.note is not None:
            if tag == _NOTE:
                if self.cell is not None:
                    self.notes.append((self.place, "".join(self.note).strip()))
                self.note = None
            elif tag == "text:p":
                self.note.append("\n")
        elif tag in ("text:p", "text:h"):
            self.in_paragraph, self.spans = max(0, self.in_paragraph - 1), []
        elif tag == "text:span" and self.spans:
            self.spans.pop()
            self._begin_run()
        elif tag in _CELL and self.cell is not None and self.tables == 1:
            self._end_cell(tag)
        elif tag == "table:table-row" and self.tables == 1:
            self._end_row()
        elif tag == "table:table":
            self.tables -= 1

    # -- cells -------------------------------------------------------------------------------------------------

    def _end_cell(self, tag: str) -> None:
        attributes, text = self.cell or {}, joined(self.runs)
        self.cell = None
        repeat = repeats_of(attributes.get("table:number-columns-repeated"))
        formula = attributes.get("table:formula")
        cell, number = cell_of(attributes, text)
        if cell.value != "":
            repeat = min(repeat, _NEAR_REPEATS)
            cell = stroked(cell, self._look(attributes))
        self._merge(attributes, tag)
        # Blanks are kept as a count until something follows them.
        self.row.append((cell, repeat, Formula(plain_formula(formula)) if formula is not None else None, number))
        self.place += repeat

    def _look(self, attributes: dict[str, str]) -> Look:
        name = attributes.get("table:style-name")
        if name is None:
            name = next((style for first, style in reversed(self.column_style) if first <= self.place), "")
        strokes = self._effective("table-cell", name)
        return Look(struck=bool(strokes.struck), raised=bool(strokes.raised))

    def _merge(self, attributes: dict[str, str], tag: str) -> None:
        across = repeats_of(attributes.get("table:number-columns-spanned"))
        down = repeats_of(attributes.get("table:number-rows-spanned"))
        if tag == _CELL[0] and (across > 1 or down > 1):
            self.sheets[-1].merged.append((self.row_number, self.place, self.row_number + down - 1, self.place + across - 1))

    def _end_row(self) -> None:
        while self.row and self.row[-1][0].value == "":
            self.row.pop()
        sheet, repeats = self.sheets[-1], self.row_repeat
        if self.row:
            repeats = min(repeats, _NEAR_REPEATS)
            self.cells += sum(repeat for cell, repeat, _, _ in self.row if cell.value != "") * repeats
            if self.cells > _MOST_CELLS:
                raise too_large("表中有重复过多的单元格")
        for row in range(self.row_number, self.row_number + repeats if self.row else self.row_number):
            column = 0
            for cell, repeat, formula, number in self.row:
                for spot in ((row, column + n) for n in range(repeat if cell.value != "" else 0)):
                    sheet.put(spot, cell)
                    if number is not None and cell.value.__class__ is not float:
                        sheet.stored[spot] = number
                    if formula is not None:
                        sheet.formulas[spot] = formula
                column += repeat
            if self.row_hidden:
                sheet.hidden_rows.add(row)
        for column, note in self.notes:
            sheet.comments[self.row_number, column] = note
        self.row_number += repeats


def _strokes(attributes: dict[str, str], parent: str) -> _Strokes:
    line = [attributes[key] for key in ("style:text-line-through-style", "style:text-line-through-type") if key in attributes]
    place, shown = attributes.get("style:text-position"), attributes.get("text:display")
    return _Strokes(None if not line else "none" not in line, None if place is None else not re.match(r"0%|0 ", place),
                    None if shown is None else shown == "none", parent)
