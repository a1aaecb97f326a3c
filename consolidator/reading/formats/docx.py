"""Word documents: each table a grid, and what is written outside of the tables.

Read from the document's XML by lxml rather than through python-docx, which repeats merged cells, passes over content
controls and text boxes, and costs 50 ms to import in each worker. What a reader of the document sees is what is read:
tracked deletions, field codes and prompts of unfilled content controls are not; a checkbox is ☑ or ☐. Struck-out, raised
and hidden words are marked (:mod:`consolidator.reading.formats.runs`). Workbooks and documents embedded in the document are
read by their own readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from consolidator.model.grid import Cell, CellValue, Grid
from consolidator.reading.files.opc import Relation, main_part, related, relations
from consolidator.reading.files.unreadable import Unfit, broken, too_large
from consolidator.reading.files.zip_package import MB, Package, refuse_entities
from consolidator.reading.formats.docx_fields import Fields
from consolidator.reading.formats.docx_styles import Styles, count_of, is_on
from consolidator.reading.formats.docx_styles import attribute as _attribute
from consolidator.reading.formats.docx_styles import child as _named
from consolidator.reading.formats.runs import Run, Text, joined

_MAIN = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"}
_PREFIXES = dict.fromkeys(_MAIN, "w:") | {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
}
_PASSED_OVER = {"w:del", "w:moveFrom", "w:rt", "w:pPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr",
                "w:delText", "w:sdtPr", "w:sdtEndPr", "w:rPr"}
# Elements of an equation that make another figure of their pieces, and what is written between these.
_EQUATIONS = {"m:f": "/", "m:sSup": "^", "m:sSub": "_", "m:sSubSup": "^", "m:sPre": "^", "m:rad": "√", "m:nary": " ", "m:d": " ",
              "m:func": " ", "m:limLow": " ", "m:limUpp": " ", "m:m": " ", "m:bar": " ", "m:acc": " "}
_STORE = re.compile(r"customxml/item[0-9]+\.xml")
_MOST_STORE = 1 << 20
_MOST_PART = 16 * MB  # lxml takes some fifty times as much memory
_PATH = re.compile(r"(?:/(?:[\w-]+:)?[\w-]+(?:\[[0-9]{1,4}\])?){1,20}(?:/@(?:[\w-]+:)?[\w-]+)?")
_SPACE = re.compile(r"""xmlns:([\w-]+)=['"]([^'"]*)['"]""")
_SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
# w:sym in the fonts that boxes and ticks are typed in; their codes stand in F000 to F0FF or as they are.
_SYMBOLS = {
    "wingdings": {0x6F: "☐", 0x71: "☐", 0xA8: "☐", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
}
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
    document = _Document(parts, Styles(_parsed(parts.read(styles)) if styles else None), _stores(parts), read_inside)
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


@dataclass(slots=True)
class _Table:
    rows: list[list[CellValue]] = field(default_factory=list)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # first row, first column → last row, last column
    downward: dict[int, tuple[int, int]] = field(default_factory=dict)  # column → the cell that goes on downward in it

    def place(self, column: int, span: int, goes_on: bool) -> None:
        """Note a cell of the row that is being read: how wide it is, and whether it belongs to the one above."""
        row = len(self.rows)
        first = self.downward.get(column)
        if goes_on and first is not None:
            self.merged.setdefault(first, [first[0], column + span - 1])[0] = row
        else:
            self.downward[column] = row, column
            if span > 1:
                self.merged[row, column] = [row, column + span - 1]

    @property
    def ranges(self) -> list[tuple[int, int, int, int]]:
        """The merged ranges."""
        return [(top, left, last[0], last[1]) for (top, left), last in self.merged.items()]


def _read(document: _Document, names: list[str]) -> _Reader:
    reader = _Reader(document)
    for name in names:
        reader.read(name)
    return reader


def _parsed(xml: bytes) -> etree._Element:
    refuse_entities(xml)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise broken() from None


def _stores(parts: Package) -> dict[str, etree._Element]:
    """The custom XML parts that content controls may be bound to, by their id."""
    found: dict[str, etree._Element] = {}
    for name in parts.parts:
        if not _STORE.fullmatch(name):
            continue
        properties = next((one.part for one in relations(parts, name).values() if one.kind == "customXmlProps"), "")
        if properties in parts and parts.size(name) < _MOST_STORE:
            try:
                number = _attribute(_parsed(parts.read(properties)), "itemID")
                found[(number or "").casefold()] = _parsed(parts.read(name))
            except Unfit:  # Word passes over it, and shows what is in the document
                continue
    return found


@dataclass(slots=True)
class _Text:
    """A paragraph's words as they are gathered, its style, and the fields that are still open."""

    style: str | None = None
    runs: list[Run] = field(default_factory=list)
    fields: Fields = field(default_factory=Fields)
    look: Run = field(default_factory=lambda: Run(""))
    equation: bool = False

    def add(self, words: str) -> None:
        self.runs.append(self.look._replace(words=words))


class _Reader:
    """Walks the tree of one part after the other; ``tables``, ``lines`` and ``inside`` fill up in the document's order."""

    def __init__(self, document: _Document) -> None:
        self.document = document
        self.tables: list[_Table] = []
        self.lines: list[str] = []
        self.inside: list[Grid] = []
        self.boxes: list[Text] | None = None  # the words of text boxes in the cell at hand; None outside of cells
        self.lacks = False
        self.cells = 0
        self.related: Mapping[str, Relation] = {}

    def read(self, name: str) -> None:
        self.related = relations(self.document.parts, name)
        lines: list[Text] = []
        self._block(_parsed(self.document.parts.read(name, _MOST_PART)), lines, outside=True)

    def _block(self, parent: etree._Element, lines: list[Text], outside: bool = False) -> None:
        """Paragraphs of a body, a cell or a text box to ``lines``, or, ``outside`` of tables, to those of the document."""
        for element in _children(parent):
            tag = _tag(element)
            if tag == "w:p":
                text = _Text(_attribute(_named(_named(element, "pPr"), "pStyle"), "val"))
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
        shown, content = self._shown(element), _content(element)
        if shown is not None:
            self._line(Text(shown), lines, outside)
        elif content is not None and not _prompting(element):
            self._block(content, lines, outside)

    def _shown(self, control: etree._Element) -> str | None:
        """The text that Word shows in a control whatever the body has in its place; None where the body's is shown."""
        checked = _checked(control)
        return checked if checked is not None else self._bound(control)

    def _bound(self, control: etree._Element) -> str | None:
        """What Word shows in a content control that is bound to a part of custom XML: what is there. None where unbound."""
        binding = _child(_child(control, "w:sdtPr"), "w:dataBinding")
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

    def _inline(self, parent: etree._Element, text: _Text) -> None:
        """The words of a paragraph or run; text boxes in it go to ``lines`` as paragraphs of their own."""
        for element in _children(parent):
            tag = _tag(element)
            if tag in ("w:t", "m:t"):
                if text.fields.shown:
                    text.add(element.text or "")
            elif tag == "w:instrText":
                text.fields.instruct(element.text or "")
            elif tag in _SIGNS:
                text.add(_SIGNS[tag])
            elif tag == "w:sym":
                text.add(_symbol(element))
            elif tag == "w:fldChar":
                written, equation = text.fields.mark(element)
                text.add(written or ("" if any(run.words.strip() for run in text.runs) else equation))
                text.equation = text.equation or bool(equation)
            elif tag == "w:r":
                look = self.document.styles.of_run(_child(element, "w:rPr"), text.style)
                before, text.look = text.look, Run("", bool(look.raised) or _marks_note(element), bool(look.struck), bool(look.hidden))
                self._inline(element, text)
                text.look = before
            elif tag == "w:sdt":
                shown, content = self._shown(element), _content(element)
                if shown is not None:
                    text.add(shown)
                elif content is not None and not _prompting(element):
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

    def _equation(self, element: etree._Element, text: _Text) -> None:
        """A fraction, a power or the like: its pieces parted by a stroke, and never a figure."""
        text.equation = True
        for n, piece in enumerate(one for one in _children(element) if not _tag(one).endswith("Pr")):
            if n:
                text.add(_EQUATIONS[_tag(element)])
            self._inline(piece, text)

    def _embedded(self, element: etree._Element) -> None:
        """A file in the document that Word shows in it: a workbook, another document, a page of the web."""
        number = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")
        relation = self.related.get(number)
        if self.document.read_inside is None:
            return
        flagged = not _tag(element).endswith(":OLEObject") or _TABLES.search(element.get("ProgID", "")) is not None
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
        table = _Table()
        self.tables.append(table)
        for row in _found(element, "w:tr"):
            properties = _child(row, "w:trPr")
            if properties is not None and _child(properties, "w:del") is not None:
                continue
            cells: list[CellValue] = [""] * count_of(_child(properties, "w:gridBefore"), 0, _MOST_COLUMNS)
            for cell in _found(row, "w:tc"):
                self._cell(cell, table, cells)
                if len(cells) > _MOST_COLUMNS:
                    raise too_large("表格的列太多")
            self.cells += len(cells)
            if self.cells > _MOST_CELLS:
                raise too_large("表格的单元格太多")
            table.rows.append(cells)

    def _cell(self, element: etree._Element, table: _Table, cells: list[CellValue]) -> None:
        properties = _child(element, "w:tcPr")
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
        span = count_of(_child(properties, "w:gridSpan"), 1, _MOST_COLUMNS)
        table.place(len(cells), span, _continues(properties))
        visible = [line for line in lines if not line.hidden or line.text.startswith("（隐藏")] or lines
        text = "" if _continues(properties) else "\n".join(line.text for line in visible).strip("\n")
        doubts = [line for line in lines if line.doubt and line.text]
        if text and doubts:
            table.cells[len(table.rows), len(cells)] = Cell(
                text, text, doubt=doubts[0].doubt, struck=any(line.struck for line in doubts),
                raised=any(line.raised for line in doubts), hidden=all(line.hidden for line in visible if line.text))
        cells.append(text)
        cells.extend([""] * (span - 1))


def _tag(element: etree._Element) -> str:
    namespace, _, local = element.tag[1:].partition("}")
    return _PREFIXES.get(namespace, "?:") + local


def _children(parent: etree._Element | None) -> Iterator[etree._Element]:
    """Its children that are on paper; of alternatives (a text box for new and for old Word) only the first."""
    if parent is None:
        return
    for element in parent.iterchildren(tag=etree.Element):  # no comments, no processing instructions
        tag = _tag(element)
        if tag == "mc:AlternateContent":
            alternatives = list(element.iterchildren(tag=etree.Element))
            if alternatives:
                yield from _children(alternatives[0])
        elif tag not in _PASSED_OVER:
            yield element


def _found(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table, cells of a row: within content controls and insertions too, but not within other tables."""
    for element in _children(parent):
        tag = _tag(element)
        if tag == wanted:
            yield element
        elif tag not in ("w:tbl", "w:tc", "w:p"):
            yield from _found(element, wanted)


def _child(parent: etree._Element | None, wanted: str) -> etree._Element | None:
    if parent is None:
        return None
    return next((one for one in parent if isinstance(one.tag, str) and _tag(one) == wanted), None)


def _continues(properties: etree._Element | None) -> bool:
    """Whether a cell is the lower part of one merged downward (or the right part, as old Word writes it)."""
    for wanted in ("w:vMerge", "w:hMerge"):
        merge = _child(properties, wanted)
        if merge is not None and _attribute(merge, "val") != "restart":
            return True
    return _child(properties, "w:cellDel") is not None


def _marks_note(run: etree._Element) -> bool:
    """Whether a run is the mark of a note that the writer has chosen: 53 with the mark 3 is not 533, raised or not."""
    return any(_on_said(_attribute(one, "customMarkFollows")) for one in run
               if isinstance(one.tag, str) and _tag(one) in ("w:footnoteReference", "w:endnoteReference"))


def _on_said(written: str | None) -> bool:
    return written is not None and written not in ("0", "false", "off")


def _content(control: etree._Element) -> etree._Element | None:
    return _child(control, "w:sdtContent")


def _prompting(control: etree._Element) -> bool:
    """Whether a content control shows only its prompt (单击或点击此处输入文字), which nobody wrote."""
    return is_on(_child(_child(control, "w:sdtPr"), "w:showingPlcHdr"))


def _checked(control: etree._Element) -> str | None:
    """☑ or ☐ of a checkbox control, by its state: Word draws a checked one as ☒, which people read as no. Else None."""
    box = _child(_child(control, "w:sdtPr"), "w14:checkbox")
    if box is None:
        return None
    state = _child(box, "w14:checked")
    return "☑" if state is not None and _attribute(state, "val") in ("1", "true", "on") else "☐"


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font; one that is not known is shown as such, so that it is never passed over."""
    font, written = (_attribute(element, "font") or "").casefold(), _attribute(element, "char") or ""
    try:
        code = int(written, 16)
    except ValueError:
        return "\ufffd"
    return _SYMBOLS.get(font, {}).get(code & 0xFF if code >= 0xF000 else code, "\ufffd")
