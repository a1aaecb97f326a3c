"""XML that need not be trusted."""

from __future__ import annotations

import re
from xml.parsers import expat

from consolidator.reading.files.unreadable import broken

# expat.ExpatError; and where the declared encoding is none that Python knows, or one of several bytes a character.
XML_FAULTS = (expat.ExpatError, LookupError, ValueError)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,99}?encoding\s*=\s*["']([\w.-]+)""")


def xml_parser() -> expat.XMLParserType:
    """An expat parser that refuses entities of the document's own: none is needed, and bombs are made of them."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    return parser


def _refuse_entity(*_: object) -> None:
    raise broken()


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Each element's local name and attributes (their names local too), in order; for small parts."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if len(local) < len(attributes):  # the element's own attribute, not another's of the same name
            local |= {key: value for key, value in attributes.items() if ":" not in key}
        found.append((tag.rpartition(":")[2], local))

    parser = xml_parser()
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except XML_FAULTS:
        raise broken() from None
    return found


def is_utf8(xml: bytes) -> bool:
    """Whether a part is in UTF-8, as nearly all are: of one in UTF-16 calamine sees no cell, and says nothing."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        return False
    declared = _DECLARED.match(xml, 3 if xml.startswith(b"\xef\xbb\xbf") else 0)
    return declared is None or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii", b"utf8")
