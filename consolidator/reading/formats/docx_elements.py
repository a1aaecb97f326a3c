"""What of an element of a Word document is on paper: its children that show, merged cells, checkboxes, symbols."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from consolidator.reading.formats.docx_styles import attribute as _attribute
from consolidator.reading.formats.docx_styles import is_on

_MAIN = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"}
_PREFIXES = dict.fromkeys(_MAIN, "w:") | {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
}
_PASSED_OVER = {"w:del", "w:moveFrom", "w:rt", "w:pPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr",
                "w:delText", "w:sdtPr", "w:sdtEndPr", "w:rPr"}

# w:sym in the fonts that boxes and ticks are typed in; their codes stand in F000 to F0FF or as they are.
_SYMBOLS = {
    "wingdings": {0x6F: "☐", 0x71: "☐", 0xA8: "☐", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
}


def tag_of(element: etree._Element) -> str:
    namespace, _, local = element.tag[1:].partition("}")
    return _PREFIXES.get(namespace, "?:") + local


def shown_children(parent: etree._Element | None) -> Iterator[etree._Element]:
    """Its children that are on paper; of alternatives (a text box for new and for old Word) only the first."""
    if parent is None:
        return
    for element in parent.iterchildren(tag=etree.Element):  # no comments, no processing instructions
        tag = tag_of(element)
        if tag == "mc:AlternateContent":
            alternatives = list(element.iterchildren(tag=etree.Element))
            if alternatives:
                yield from shown_children(alternatives[0])
        elif tag not in _PASSED_OVER:
            yield element


def found_within(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table, cells of a row: within content controls and insertions too, but not within other tables."""
    for element in shown_children(parent):
        tag = tag_of(element)
        if tag == wanted:
            yield element
        elif tag not in ("w:tbl", "w:tc", "w:p"):
            yield from found_within(element, wanted)


def first_child(parent: etree._Element | None, wanted: str) -> etree._Element | None:
    if parent is None:
        return None
    return next((one for one in parent if isinstance(one.tag, str) and tag_of(one) == wanted), None)


def continues_above(properties: etree._Element | None) -> bool:
    """Whether a cell is the lower part of one merged downward (or the right part, as old Word writes it)."""
    for wanted in ("w:vMerge", "w:hMerge"):
        merge = first_child(properties, wanted)
        if merge is not None and _attribute(merge, "val") != "restart":
            return True
    return first_child(properties, "w:cellDel") is not None


def marks_note(run: etree._Element) -> bool:
    """Whether a run is the mark of a note that the writer has chosen: 53 with the mark 3 is not 533, raised or not."""
    return any(_is_on(_attribute(one, "customMarkFollows")) for one in run
               if isinstance(one.tag, str) and tag_of(one) in ("w:footnoteReference", "w:endnoteReference"))


def _is_on(written: str | None) -> bool:
    return written is not None and written not in ("0", "false", "off")


def content_of(control: etree._Element) -> etree._Element | None:
    return first_child(control, "w:sdtContent")


def is_prompting(control: etree._Element) -> bool:
    """Whether a content control shows only its prompt (单击或点击此处输入文字), which nobody wrote."""
    return is_on(first_child(first_child(control, "w:sdtPr"), "w:showingPlcHdr"))


def checkbox_sign(control: etree._Element) -> str | None:
    """☑ or ☐ of a checkbox control, by its state: Word draws a checked one as ☒, which people read as no. Else None."""
    box = first_child(first_child(control, "w:sdtPr"), "w14:checkbox")
    if box is None:
        return None
    state = first_child(box, "w14:checked")
    return "☑" if state is not None and _attribute(state, "val") in ("1", "true", "on") else "☐"


def symbol_sign(element: etree._Element) -> str:
    """A character of a symbol font; one that is not known is shown as such, so that it is never passed over."""
    font, written = (_attribute(element, "font") or "").casefold(), _attribute(element, "char") or ""
    try:
        code = int(written, 16)
    except ValueError:
        return "\ufffd"
    return _SYMBOLS.get(font, {}).get(code & 0xFF if code >= 0xF000 else code, "\ufffd")
