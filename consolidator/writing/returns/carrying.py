"""Which workbooks openpyxl carries over whole, and what is put back that it drops: the stored results of formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from consolidator.reading.files.sniff import kind_of, what_is
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import MB, Package, refuse_entities

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_STYLES, MOST_CELLS, MOST_ALL = 2 * MB, 3 * MB, 16 * MB  # openpyxl takes seconds a MB, 30 s on odd styles
_CARRIED = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(core|app|custom)\.xml|docprops/thumbnail\.\w+|customxml/.*"
    r"|xl/(workbook|styles|sharedstrings|calcchain)\.xml|xl/_rels/workbook\.xml\.rels|xl/theme/theme\d+\.xml"
    r"|xl/worksheets/(_rels/)?sheet\d*\.xml(\.rels)?|xl/printersettings/.*|xl/comments/?\w*\.xml|xl/metadata\.xml"
    r"|xl/drawings/((comments?)?vmldrawing\d*\.vml|drawing\d+\.xml)|xl/externallinks/.*|xl/persons/.*"
    r"|customstorage/.*|docmetadata/.*")  # of the last ones what is lost means nothing to a reader of the form
_LOST = re.compile(rb"<(\w+:)?(controls|oleObjects|picture|AlternateContent|legacyDrawingHF|webPublishItems)\b"
                   rb"|<(\w+:)?ext [^>]*uri=|\bcm=\"|\bvm=\"")
_CONTROLS = re.compile(rb'ObjectType="(?!Note")', re.IGNORECASE)
_STRICT = b"purl.oclc.org/ooxml"


def carried_as(data: bytes) -> str | None:
    """``.xlsx`` or ``.xlsm`` where openpyxl carries the workbook over whole and soon, None where it does not."""
    try:
        if what_is(data, "") != "zip":
            return None
        package = Package(data)
        if kind_of(package) != "xlsx":
            return None
        macros = "xl/vbaproject.bin" in package.parts
        return (".xlsm" if macros else ".xlsx") if _carried_whole(package) else None
    except Unfit:
        return None


def _carried_whole(package: Package) -> bool:
    if sum(part.size for part in package.parts.values()) > MOST_ALL:
        return False
    if "xl/styles.xml" in package and package.size("xl/styles.xml") > MOST_STYLES:
        return False
    for name in package.parts:
        if name.endswith("/") or name == "xl/vbaproject.bin":
            continue
        if not _CARRIED.fullmatch(name):
            return False
        if name.endswith((".xml", ".rels", ".vml")):
            part = package.read(name)
            refuse_entities(part)
            if name.endswith(".vml") and _CONTROLS.search(part):
                return False
            if name.startswith("xl/drawings/drawing") and b"Anchor" in part:  # web exporters add empty ones
                return False
            if name == "xl/workbook.xml" and _STRICT in part:
                return False
            if name.startswith("xl/worksheets/sheet") and (len(part) > MOST_CELLS or _LOST.search(part)):
                return False
    return not package.odd_names


def stored_results(data: bytes, book: Workbook) -> dict[str, dict[str, object]]:
    """Sheet → cell → the stored result, of the cells that hold formulas."""
    formulas = {sheet.title: [cell.coordinate for cell in sheet._cells.values() if cell.data_type == "f"]
                for sheet in book.worksheets}
    if not any(formulas.values()):
        return {}
    import openpyxl

    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {title: {cell: stored[title][cell].value for cell in cells} for title, cells in formulas.items() if cells}


def restoring(book: Workbook, results: dict[str, dict[str, object]]) -> dict[str, Callable[[bytes], bytes]]:
    """Part of the saved copy → what puts the stored results back into it."""
    return {f"xl/worksheets/sheet{number}.xml": partial(_restore, results=results[sheet.title])
            for number, sheet in enumerate(book.worksheets, 1) if results.get(sheet.title)}


_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(<f\b.*?(?:</f>|/>))<v\s*(?:/>|></v>)', re.DOTALL)


def _restore(xml: bytes, results: dict[str, object]) -> bytes:
    from openpyxl.cell.cell import ERROR_CODES

    def filled(found: re.Match[bytes]) -> bytes:
        address, attributes, formula = found.groups()
        value = results.get(address.decode("ascii"))
        if isinstance(value, bool):
            kind, text = b' t="b"', str(int(value))
        elif isinstance(value, (int, float)):
            kind, text = b"", repr(value)
        elif isinstance(value, str):
            kind, text = (b' t="e"' if value in ERROR_CODES else b' t="str"'), value
        else:
            return found.group()
        return b'<c r="%b"%b%b>%b<v>%b</v>' % (address, attributes, kind, formula, escape(text).encode("utf-8"))

    return _FORMULA.sub(filled, xml)
