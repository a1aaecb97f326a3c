"""Word documents: each table a grid, and what is written outside of the tables.

Read from the document's XML by lxml rather than through python-docx, which repeats merged cells, passes over content
controls and text boxes, and costs 50 ms to import in each worker. What a reader of the document sees is what is read:
tracked deletions, field codes and prompts of unfilled content controls are not; a checkbox is ☑ or ☐. Struck-out, raised
and hidden words are marked (:mod:`consolidator.reading.formats.runs`). Workbooks and documents embedded in the document are
read by their own readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from consolidator.model.grid import Cell, CellValue, Grid
from consolidator.reading.files.opc import Relation, main_part, related, relations
from consolidator.reading.files.unreadable import Unfit, too_large
from consolidator.reading.files.zip_package import MB, Package
from consolidator.reading.formats.docx_elements import (
    checkbox_sign,
    content_of,
    continues_above,
    first_child,
    found_within,
    is_prompting,
    marks_note,
    shown_children,
    symbol_sign,
    tag_of,
)
from consolidator.reading.formats.docx_gathered import TableGathered, WordsGathered
from consolidator.reading.formats.docx_stores import parsed_part, stores_of
from consolidator.reading.formats.docx_styles import Styles, count_of
from consolidator.reading.formats.docx_styles import attribute as _attribute
from consolidator.reading.formats.docx_styles import child as _named
from consolidator.reading.formats.runs import Run, Text, joined

# Elements of an equation that make another figure of their pieces, and what is written between these.
_EQUATIONS = {"m:f": "/", "m:sSup": "^", "m:sSub": "_", "m:sSubSup": "^", "m:sPre": "^", "m:rad": "√", "m:nary": " ", "m:d": " ",
              "m:func": " ", "m:limLow": " ", "m:limUpp": " ", "m:m": " ", "m:bar": " ", "m:acc": " "}
_MOST_PART = 16 * MB  # lxml takes some fifty times as much memory
_PATH = re.compile(r"(?:/(?:[\w-]+:)?[\w-]+(?:\[[0-9]{1,4}\])?){1,20}(?:/@(?:[\w-]+:)?[\w-]+)?")
_SPACE = re.compile(r"""xmlns:([\w-]+)=['"]([^'"]*)['"]""")
_SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_TABLES = re.compile(r"(?i)excel|\bk?et\b|word|wps|sheet|package|opendocument")  # programs whose objects may be the form
# What a text box must say to be the value of the cell that it is in.
_BOXED = re.compile(r"\s*(?:[0-9０-９][^\n]{0,24}|[是否√×])\s*")
_MOST_CELLS = 200_000
_MOST_COLUMNS = 1024


Reader = Callable[[bytes, str], list[Grid]]  # reads a file inside the document: its bytes, a name


def read_docx(parts: Package, read_inside: Reader | None = None) -> list[Grid]:
    """A grid for each table (nested ones and those in text boxes too) in the document's order.

    ``word_table`` counts from 1, tables of headers and footers last. A merged cell is given once, at its first position.
    Each grid's ``lines`` are all paragraphs outside of tables: headers, body, text boxes, footers. Without tables: one
    grid without rows. Grids of embedded files follow, read by ``read_inside``; None where none is to be opened.

    Raises:
        Unfit: a part is broken, too large, or declares entities.
    """
    name = main_part(parts)
    headers, footers = (sorted(one for one in parts.parts if one.startswith(start) and one.endswith(".xml"))
                        for start in ("word/header", "word/footer"))
    styles = related(parts, name, "styles")
    document = _Document(parts, Styles(parsed_part(parts.read(styles)) if styles else None), stores_of(parts), read_inside)
    above, body, below = _read(document, headers), _read(document, [name]), _read(document, footers)
    lines = above.lines + body.lines + below.lines
    tables = body.tables + above.tables + below.tables  # people count those of the page first
    grids = [Grid(f"表{number}", table.rows, lines=lines, word_table=number, cells=table.cells, word_merged=table.ranges)
             for number, table in enumerate(tables, start=1)]
    inside = above.inside + body.inside + below.inside
    for number, grid in enumerate((grid for grid in inside if grid.word_table), start=len(grids) + 1):
        grid.word_table, grid.sheet = number, f"表{number}"
    lacks = above.lacks or body.lacks or below.lacks
    return [*grids, *inside] or [Grid("", [], lines=lines, lacks=lacks)]


@dataclass(frozen=True, slots=True)
class _Document:
    """What the reading of each part needs of the whole document; ``stores`` are its custom XML parts by their id."""

    parts: Package
    styles: Styles
    stores: dict[str, etree._Element]
    read_inside: Reader | None


def _read(document: _Document, names: list[str]) -> _Reader:
    reader = _Reader(document)
    for name in names:
        reader.read(name)
    return reader


class _Reader:
    """Walks the tree of one part after the other; ``tables``, ``lines`` and ``inside`` fill up in the document's order."""

    def __init__(self, document: _Document) -> None:
        self.document = document
        self.tables: list[TableGathered] = []
        self.lines: list[str] = []
        self.inside: list[Grid] = []
        self.boxes: list[Text] | None = None  # the words of text boxes in the cell at hand; None outside of cells
        self.lacks = False
        self.cells = 0
        self.related: Mapping[str, Relation] = {}

    def read(self, name: str) -> None:
        self.related = relations(self.document.parts, name)
        lines: list[Text] = []
        self._block(parsed_part(self.document.parts.read(name, _MOST_PART)), lines, outside=True)

    def _block(self, parent: etree._Element, lines: list[Text], outside: bool = False) -> None:
        """Paragraphs of a body, a cell or a text box to ``lines``, or, ``outside`` of tables, to those of the document."""
        for element in shown_children(parent):
            tag = tag_of(element)
            if tag == "w:p":
                text = WordsGathered(_attribute(_named(_named(element, "pPr"), "pStyle"), "val"))
                self._inline(element, text)
                written = joined(text.runs)
                self._line(written._replace(doubt="equation") if text.equation else written, lines, outside)
            elif tag == "w:tbl":
                self._table(element)
            elif tag == "w:sdt":
                self._control(element, lines, outside)
            elif tag in ("w:altChunk", "w:subDoc"):
                self._embedded(element)
            else:
                self._block(element, lines, outside)

    def _line(self, text: Text, lines: list[Text], outside: bool) -> None:
        text = text._replace(text=text.text.strip())
        if not outside:
            lines.append(text)
        elif text.text and not text.hidden:
            self.lines.append(text.text)

    def _control(self, element: etree._Element, lines: list[Text], outside: bool) -> None:
        """A content control around paragraphs."""
        shown, content = self._shown(element), content_of(element)
        if shown is not None:
            self._line(Text(shown), lines, outside)
        elif content is not None and not is_prompting(element):
            self._block(content, lines, outside)

    def _shown(self, control: etree._Element) -> str | None:
        """The text that Word shows in a control whatever the body has in its place; None where the body's is shown."""
        checked = checkbox_sign(control)
        return checked if checked is not None else self._bound(control)

    def _bound(self, control: etree._Element) -> str | None:
        """What Word shows in a content control that is bound to a part of custom XML: what is there. None where unbound."""
        binding = first_child(first_child(control, "w:sdtPr"), "w:dataBinding")
        number, path = (_attribute(binding, "storeItemID") or "").casefold(), _attribute(binding, "xpath") or ""
        if binding is None or not _PATH.fullmatch(path):
            return None
        spaces = dict(_SPACE.findall(_attribute(binding, "prefixMappings") or ""))
        for store in [one for name, one in self.document.stores.items() if number in ("", name)]:  # without an id, the first that has it
            try:
                found = store.xpath(path, namespaces=spaces or None)
            except etree.XPathError:
                return None
            if isinstance(found, list) and found:
                return "".join(map(str, found[0].itertext())) if isinstance(found[0], etree._Element) else str(found[0])
        return None

    def _inline(self, parent: etree._Element, text: WordsGathered) -> None:
        """The words of a paragraph or run; text boxes in it go to ``lines`` as paragraphs of their own."""
        for element in shown_children(parent):
            tag = tag_of(element)
            if tag in ("w:t", "m:t"):
                if text.fields.shown:
                    text.add(element.text or "")
            elif tag == "w:instrText":
                text.fields.instruct(element.text or "")
            elif tag in _SIGNS:
                text.add(_SIGNS[tag])
            elif tag == "w:sym":
                text.add(symbol_sign(element))
            elif tag == "w:fldChar":
                written, equation = text.fields.mark(element)
                text.add(written or ("" if any(run.words.strip() for run in text.runs) else equation))
                text.equation = text.equation or bool(equation)
            elif tag == "w:r":
                look = self.document.styles.of_run(first_child(element, "w:rPr"), text.style)
                before, text.look = text.look, Run("", bool(look.raised) or marks_note(element), bool(look.struck), bool(look.hidden))
                self._inline(element, text)
                text.look = before
            elif tag == "w:sdt":
                shown, content = self._shown(element), content_of(element)
                if shown is not None:
                    text.add(shown)
                elif content is not None and not is_prompting(element):
                    self._inline(content, text)
            elif tag == "w:txbxContent":
                if self.boxes is None:
                    self._block(element, [], outside=True)
                else:
                    self._block(element, self.boxes)
            elif tag == "w:subDoc":
                self._embedded(element)
            elif tag in _EQUATIONS:
                self._equation(element, text)
            elif tag.endswith(":OLEObject"):
                self._embedded(element)
            else:
                self._inline(element, text)

    def _equation(self, element: etree._Element, text: WordsGathered) -> None:
        """A fraction, a power or the like: its pieces parted by a stroke, and never a figure."""
        text.equation = True
        for n, piece in enumerate(one for one in shown_children(element) if not tag_of(one).endswith("Pr")):
            if n:
                text.add(_EQUATIONS[tag_of(element)])
            self._inline(piece, text)

    def _embedded(self, element: etree._Element) -> None:
        """A file in the document that Word shows in it: a workbook, another document, a page of the web."""
        number = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")
        relation = self.related.get(number)
        if self.document.read_inside is None:
            return
        flagged = not tag_of(element).endswith(":OLEObject") or _TABLES.search(element.get("ProgID", "")) is not None
        if relation is None or relation.part not in self.document.parts:
            self.lacks = self.lacks or flagged
            return
        try:
            self.inside += self.document.read_inside(self.document.parts.read(relation.part), relation.part)
        except Unfit as unfit:
            if unfit.problem.code == "too-large":
                raise
            self.lacks = self.lacks or flagged

    def _table(self, element: etree._Element) -> None:
        table = TableGathered()
        self.tables.append(table)
        for row in found_within(element, "w:tr"):
            properties = first_child(row, "w:trPr")
            if properties is not None and first_child(properties, "w:del") is not None:
                continue
            cells: list[CellValue] = [""] * count_of(first_child(properties, "w:gridBefore"), 0, _MOST_COLUMNS)
            for cell in found_within(row, "w:tc"):
                self._cell(cell, table, cells)
                if len(cells) > _MOST_COLUMNS:
                    raise too_large("表格的列太多")
            self.cells += len(cells)
            if self.cells > _MOST_CELLS:
                raise too_large("表格的单元格太多")
            table.rows.append(cells)

    def _cell(self, element: etree._Element, table: TableGathered, cells: list[CellValue]) -> None:
        properties = first_child(element, "w:tcPr")
        lines: list[Text] = []
        inner = len(self.tables)
        before, self.boxes = self.boxes, []
        self._block(element, lines)
        boxes, self.boxes = self.boxes, before
        if any(line.text for line in lines) or not _BOXED.fullmatch("".join(line.text for line in boxes)):
            self.lines.extend(line.text for line in boxes if line.text and not line.hidden)
        else:
            lines = boxes
        if len(self.tables) > inner:  # what is around a table in a cell is around it for people too
            self.lines.extend(line.text for line in lines if line.text)
        span = count_of(first_child(properties, "w:gridSpan"), 1, _MOST_COLUMNS)
        table.place(len(cells), span, continues_above(properties))
        visible = [line for line in lines if not line.hidden or line.text.startswith("（隐藏")] or lines
        text = "" if continues_above(properties) else "\n".join(line.text for line in visible).strip("\n")
        doubts = [line for line in lines if line.doubt and line.text]
        if text and doubts:
            table.cells[len(table.rows), len(cells)] = Cell(
                text, text, doubt=doubts[0].doubt, struck=any(line.struck for line in doubts),
                raised=any(line.raised for line in doubts), hidden=all(line.hidden for line in visible if line.text))
        cells.append(text)
        cells.extend([""] * (span - 1))
