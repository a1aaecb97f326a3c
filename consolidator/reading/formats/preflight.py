"""A workbook of OOXML looked through before either reader parses it: how far its cells reach, and which are unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consolidator.reading.files import zip_package
from consolidator.reading.files.safe_xml import is_utf8
from consolidator.reading.files.unreadable import too_large
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import number_formats, runs, sheetxml

MOST_CELLS_OF_ALL = 2_000_000  # of all sheets together


@dataclass(slots=True)
class Looked:
    """A workbook that is safe to parse: its bytes, how many sheets it lists, and the unread cells of each.

    ``utf8`` is False where a part is in another encoding, of which calamine reads nothing.
    """

    data: bytes
    listed: int
    unread: dict[int, dict]
    utf8: bool = True


def looked_through(parts: Package) -> Looked:
    """Each sheet looked through; those whose cells lie too far apart are cut down to their near part.

    Raises:
        Unfit: a part is broken or too large, or all sheets together are.
    """
    workbook = sheetxml.workbook(parts)
    strings, of_strings = _strings(parts.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in parts else ({}, True)
    changing, of_styles = parts.once("xl/styles.xml", _styles) if "xl/styles.xml" in parts else ({}, True)
    utf8 = workbook.utf8 and of_strings and of_styles
    unread: dict[int, dict] = {}
    replaced: dict[str, bytes] = {}
    laid_out = 0
    for number, part in enumerate(workbook.sheets):
        if part not in parts:
            continue
        long = parts.size(part) > sheetxml.LONG
        xml = b"" if long else parts.read(part)
        if not long and not strings and sheetxml.plain(xml, changing):
            continue
        utf8 = utf8 and is_utf8(xml)
        cells = sheetxml.scan(parts.blocks(part) if long else (xml,), workbook.to_work_out, changing, long=long,
                              strings=strings)
        unread[number] = cells.unread_laid_out()
        laid_out += min(cells.rows * cells.columns, sheetxml.MOST_CELLS)
        if cells.sprawling:
            replaced[part] = cells.xml()
    if laid_out > MOST_CELLS_OF_ALL:
        raise too_large(f"{len(workbook.sheets)} 张工作表共有 {laid_out // 10_000} 万个单元格")
    data = parts.rezipped(replaced) if replaced or parts.odd_names else parts.data
    return Looked(data, len(workbook.sheets), unread, utf8)


def _strings(xml: bytes) -> tuple[Mapping[str, str], bool]:
    """The shared strings that look otherwise than they read, and whether the part is in UTF-8."""
    zip_package.refuse_entities(xml)
    return runs.shared_strings(xml), is_utf8(xml)


def _styles(xml: bytes) -> tuple[Mapping[str, str], bool]:
    """The styles that show another number than there is, and whether the part is in UTF-8."""
    zip_package.refuse_entities(xml)
    return number_formats.changing(xml), is_utf8(xml)
