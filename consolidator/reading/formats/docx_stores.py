"""Custom XML parts of a Word document: what a content control that is bound to one shows."""

from __future__ import annotations

import re

from lxml import etree

from consolidator.reading.files.opc import relations
from consolidator.reading.files.unreadable import Unfit, broken
from consolidator.reading.files.zip_package import Package, refuse_entities
from consolidator.reading.formats.docx_styles import attribute as _attribute

_STORE = re.compile(r"customxml/item[0-9]+\.xml")
_MOST_STORE = 1 << 20


def parsed_part(xml: bytes) -> etree._Element:
    refuse_entities(xml)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise broken() from None


def stores_of(parts: Package) -> dict[str, etree._Element]:
    """The custom XML parts that content controls may be bound to, by their id."""
    found: dict[str, etree._Element] = {}
    for name in parts.parts:
        if not _STORE.fullmatch(name):
            continue
        properties = next((one.part for one in relations(parts, name).values() if one.kind == "customXmlProps"), "")
        if properties in parts and parts.size(name) < _MOST_STORE:
            try:
                number = _attribute(parsed_part(parts.read(properties)), "itemID")
                found[(number or "").casefold()] = parsed_part(parts.read(name))
            except Unfit:  # Word passes over it, and shows what is in the document
                continue
    return found
