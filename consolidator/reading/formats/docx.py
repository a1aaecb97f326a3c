"""Word documents: each table a grid, and what is written outside of the tables.

Read from the document's XML by lxml rather than through python-docx, which repeats merged cells, passes over content
controls and text boxes, and costs 50 ms to import in each worker. What a reader of the document sees is what is read:
tracked deletions, hidden text, field codes and prompts of unfilled content controls are not; a checkbox is ☑ or ☐.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from consolidator.model.grid import CellValue, Grid
from consolidator.reading.files.sniff import main_part
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import Package, refuse_entities
from consolidator.reading.formats.runs import as_seen

_MAIN = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"}
_PREFIXES = dict.fromkeys(_MAIN, "w:") | {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
}
_PASSED_OVER = {"w:del", "w:moveFrom", "w:rt", "w:pPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr",
                "w:instrText", "w:delText", "w:sdtPr", "w:sdtEndPr", "w:rPr"}
_SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
# w:sym in the fonts that boxes and ticks are typed in; their codes stand in F000 to F0FF or as they are.
_SYMBOLS = {
    "wingdings": {0x6F: "☐", 0x71: "☐", 0xA8: "☐", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
}
_MOST_CELLS = 200_000
_MOST_COLUMNS = 1024


def read_docx(parts: Package) -> list[Grid]:
    """A grid for each table (nested ones and those in text boxes too) in the document's order.

    ``word_table`` counts from 1, tables of headers and footers last. A merged cell stands once, at its first position.
    Each grid's ``lines`` are all paragraphs outside of tables: headers, body, text boxes, footers. Without tables: one
    grid without rows.

    Raises:
        Unfit: a part is broken, too large, or declares entities.
    """
    name = "word/document.xml" if "word/document.xml" in parts else main_part(parts)
    headers, footers = (sorted(one for one in parts.parts if one.startswith(start) and one.endswith(".xml"))
                        for start in ("word/header", "word/footer"))
    above, body, below = _read(parts, headers), _read(parts, [name]), _read(parts, footers)
    lines = above.lines + body.lines + below.lines
    tables = body.tables + above.tables + below.tables  # people count those of the page first
    return [Grid(f"表{number}", rows, lines=lines, word_table=number)
            for number, rows in enumerate(tables, start=1)] or [Grid("", [], lines=lines)]


def _read(parts: Package, names: list[str]) -> _Reader:
    reader = _Reader()
    for name in names:
        reader.read(parts.read(name))
    return reader


@dataclass(slots=True)
class _Text:
    """A paragraph's words as they are gathered, and what of its fields is still open."""

    words: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """Whether text here is on paper: the result of a drop-down or checkbox field is told by its data instead."""
        return "told" not in self.fields


class _Reader:
    """Walks the tree; ``tables`` and ``lines`` fill up in the document's order."""

    def __init__(self) -> None:
        self.tables: list[list[list[CellValue]]] = []
        self.lines: list[str] = []
        self.cells = 0

    def read(self, xml: bytes) -> None:
        refuse_entities(xml)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                                 remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(xml, parser)
        except etree.XMLSyntaxError:
            raise broken() from None
        self._block(root, self.lines)

    def _block(self, parent: etree._Element, lines: list[str]) -> None:
        """Paragraphs of a body, a cell or a text box to ``lines``; tables to ``tables``."""
        for element in _children(parent):
            tag = _tag(element)
            if tag == "w:p":
                text = _Text()
                self._inline(element, text)
                line = "".join(text.words).strip()
                if line or lines is not self.lines:
                    lines.append(line)
            elif tag == "w:tbl":
                self._table(element)
            elif tag == "w:sdt":
                self._control(element, lines)
            else:
                self._block(element, lines)

    def _control(self, element: etree._Element, lines: list[str]) -> None:
        """A content control around paragraphs."""
        checked = _checked(element)
        if checked is not None:
            lines.append(checked)
        elif not _prompting(element):
            self._block(_content(element), lines)

    def _inline(self, parent: etree._Element, text: _Text) -> None:
        """The words of a paragraph or run; text boxes in it go to ``lines`` as paragraphs of their own."""
        for element in _children(parent):
            tag = _tag(element)
            if tag in ("w:t", "m:t"):
                if text.shown:
                    text.words.append(element.text or "")
            elif tag in _SIGNS:
                text.words.append(_SIGNS[tag])
            elif tag == "w:sym":
                text.words.append(_symbol(element))
            elif tag == "w:fldChar":
                _field(element, text)
            elif tag == "w:r":
                if not _hidden(element):
                    self._run(element, text)
            elif tag == "w:sdt":
                checked = _checked(element)
                if checked is not None:
                    text.words.append(checked)
                elif not _prompting(element):
                    self._inline(_content(element), text)
            elif tag == "w:txbxContent":
                self._block(element, self.lines)
            else:
                self._inline(element, text)

    def _run(self, run: etree._Element, text: _Text) -> None:
        """A run's words, told from others where they are raised (53²) or struck out: never digits of the number beside."""
        before = len(text.words)
        self._inline(run, text)
        look = _child(run, "w:rPr")
        if look is not None:
            raised = _attribute(_child(look, "w:vertAlign"), "val") in ("superscript", "subscript")
            struck = _on(_child(look, "w:strike")) or _on(_child(look, "w:dstrike"))
            text.words[before:] = [as_seen("".join(text.words[before:]), raised, struck)]

    def _table(self, table: etree._Element) -> None:
        rows: list[list[CellValue]] = []
        self.tables.append(rows)
        for row in _found(table, "w:tr"):
            properties = _child(row, "w:trPr")
            if properties is not None and _child(properties, "w:del") is not None:
                continue
            cells: list[CellValue] = [""] * _number(properties, "w:gridBefore", 0)
            for cell in _found(row, "w:tc"):
                properties = _child(cell, "w:tcPr")
                lines: list[str] = []
                inner = len(self.tables)
                self._block(cell, lines)
                if len(self.tables) > inner:  # what stands around a table in a cell is around it for people too
                    self.lines.extend(line for line in lines if line)
                span = _number(properties, "w:gridSpan", 1)
                cells.append("" if _continues(properties) else "\n".join(lines).strip("\n"))
                cells.extend([""] * (span - 1))
                if len(cells) > _MOST_COLUMNS:
                    raise too_large("表格的列太多")
            self.cells += len(cells)
            if self.cells > _MOST_CELLS:
                raise too_large("表格的单元格太多")
            rows.append(cells)


def _tag(element: etree._Element) -> str:
    namespace, _, local = element.tag[1:].partition("}")
    return _PREFIXES.get(namespace, "?:") + local


def _children(parent: etree._Element | None) -> Iterator[etree._Element]:
    """Its children that are on paper; of alternatives (a text box for new and for old Word) only the first."""
    if parent is None:
        return
    for element in parent:
        if not isinstance(element.tag, str):
            continue
        tag = _tag(element)
        if tag == "mc:AlternateContent":
            alternatives = [one for one in element if isinstance(one.tag, str)]
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


def _attribute(element: etree._Element | None, local: str) -> str | None:
    """An attribute in the element's own namespace."""
    if element is None:
        return None
    return element.get(f"{{{element.tag[1:].partition('}')[0]}}}{local}")


def _on(element: etree._Element | None) -> bool:
    """An on/off property: on where it stands, unless its ``val`` says no."""
    return element is not None and _attribute(element, "val") not in ("0", "false", "off")


def _number(properties: etree._Element | None, wanted: str, default: int) -> int:
    said = _attribute(_child(properties, wanted), "val") or ""
    return min(int(said), _MOST_COLUMNS) if said.isascii() and said.isdigit() and len(said) < 9 else default


def _continues(properties: etree._Element | None) -> bool:
    """Whether a cell is the lower part of one merged downward (or the right part, as old Word writes it)."""
    for wanted in ("w:vMerge", "w:hMerge"):
        merge = _child(properties, wanted)
        if merge is not None and _attribute(merge, "val") != "restart":
            return True
    return _child(properties, "w:cellDel") is not None


def _hidden(run: etree._Element) -> bool:
    return _on(_child(_child(run, "w:rPr"), "w:vanish"))


def _content(control: etree._Element) -> etree._Element | None:
    return _child(control, "w:sdtContent")


def _prompting(control: etree._Element) -> bool:
    """Whether a content control shows only its prompt (单击或点击此处输入文字), which nobody wrote."""
    return _on(_child(_child(control, "w:sdtPr"), "w:showingPlcHdr"))


def _checked(control: etree._Element) -> str | None:
    """☑ or ☐ of a checkbox control, by its state: Word draws a checked one as ☒, which people read as no. Else None."""
    box = _child(_child(control, "w:sdtPr"), "w14:checkbox")
    if box is None:
        return None
    state = _child(box, "w14:checked")
    return "☑" if state is not None and _attribute(state, "val") in ("1", "true", "on") else "☐"


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font; one that is not known is shown as such, so that it is never passed over."""
    font, said = (_attribute(element, "font") or "").casefold(), _attribute(element, "char") or ""
    try:
        code = int(said, 16)
    except ValueError:
        return "\ufffd"
    return _SYMBOLS.get(font, {}).get(code & 0xFF if code >= 0xF000 else code, "\ufffd")


def _field(element: etree._Element, text: _Text) -> None:
    """The beginning, middle or end of a field; an old form field says its value in its data."""
    kind = _attribute(element, "fldCharType")
    if kind == "end":
        if text.fields:
            text.fields.pop()
    elif kind == "begin":
        data = _child(element, "w:ffData")
        told = _form_field(data) if data is not None else None
        if told is not None and text.shown:
            text.words.append(told)
        text.fields.append("told" if told is not None else "plain")


def _form_field(data: etree._Element) -> str | None:
    """What a checkbox or drop-down field of the old kind holds; None for a text field, whose words follow."""
    box = _child(data, "w:checkBox")
    if box is not None:
        state = _child(box, "w:checked")
        return "☑" if _on(state if state is not None else _child(box, "w:default")) else "☐"
    choices = _child(data, "w:ddList")
    if choices is not None:
        entries = [_attribute(one, "val") or "" for one in choices if _tag(one) == "w:listEntry"]
        chosen = _number(choices, "w:result", _number(choices, "w:default", 0))
        return entries[chosen] if chosen < len(entries) else ""
    return None
