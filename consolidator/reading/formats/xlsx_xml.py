"""The XML of a workbook of OOXML: parsed piece by piece, tags without prefix, references to cells, what is off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from consolidator.model.grid import column_number
from consolidator.reading.files.opc import Relation
from consolidator.reading.files.safe_xml import XML_FAULTS, xml_parser
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.sheet import LAST_COLUMN, LAST_ROW

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
OFF = ("0", "false", "off", "none")
YES = ("1", "true", "on")


def whole_part(parts: Mapping[str, Relation], kind: str, package: Package) -> str:
    """The part of a kind that the package has, "" where it has none."""
    return next((one.part for one in parts.values() if one.kind == kind and one.part in package), "")


def parse_xml(blocks: Iterable[bytes], start: Callable[[str, dict[str, str]], None], end: Callable[[str], None],
              text: Callable[[str], None]) -> None:
    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except XML_FAULTS:
        raise broken() from None


def local_name(tag: str) -> str:
    return tag.rpartition(":")[2] if ":" in tag else tag


@lru_cache(maxsize=16384)
def spot_of_reference(ref: str) -> tuple[int, int] | None:
    """The 0-based (row, column) of a reference; None where there is no such cell."""
    found = _REF.fullmatch(ref)
    if found is None:
        return None
    row, column = int(found[2]) - 1, column_number(found[1].upper())
    return (row, column) if row < LAST_ROW and column < LAST_COLUMN else None
