"""One workbook with the forms of several units, a sheet each: each sheet becomes a workbook of its own, its bytes otherwise the same.

So every form has its own hash, original and annotated copy, as if its unit had sent it alone. Only workbooks of OOXML are taken
apart; in other formats such forms are reported (``two-forms``).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection

from lxml import etree

from consolidator.model.grid import Grid
from consolidator.model.marks import is_marked
from consolidator.model.text import squeeze
from consolidator.reading.figures import read_figures
from consolidator.reading.files import sniff
from consolidator.reading.files.opc import main_part
from consolidator.reading.files.safe_xml import elements
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.header.header import read_heading
from consolidator.reading.locating.label_index import Book, book_of
from consolidator.reading.locating.locate import locate
from schemas.form import Form

_TAIL = 16_384  # bytes at the end of a zip in which the directory of a workbook lies
_ENTRY = b"PK\x01\x02"
_LEAST = 2_500  # bytes of a worksheet with a form's items on it; the empty Sheet2 and Sheet3 have less
_MOST = 500  # units in one workbook


def may_hold_several(path: str) -> bool:
    """Whether a file is a zip with two worksheets that hold something, by its last bytes: enough to leave nearly all files alone."""
    try:
        with open(path, "rb") as opened:
            if opened.read(2) != b"PK":
                return False
            end = opened.seek(0, io.SEEK_END)
            opened.seek(max(0, end - _TAIL))
            tail = opened.read()
    except OSError:
        return False
    at, sheets = tail.find(_ENTRY), 0
    while at >= 0 and tail[at:at + 4] == _ENTRY and at + 46 <= len(tail):
        size, name, extra, comment = struct.unpack_from("<I3H", tail, at + 24)
        path_inside = tail[at + 46:at + 46 + name].replace(b"\\", b"/")
        sheets += b"worksheets/" in path_inside and b"_rels/" not in path_inside and size >= _LEAST
        at += 46 + name + extra + comment
    return sheets > 1


def split(data: bytes, name: str, form: Form) -> list[tuple[str, bytes]]:
    """(sheet, workbook) of each unit's form; [] where the file holds no forms of several units, or is no such workbook.

    Sheets that are no form (a ledger, notes) stay with the first. Never raises for what the file holds.
    """
    if form.pictures:
        return []
    try:
        if sniff.what_is(data, name) != "zip":
            return []
        package = Package(data)
        if sniff.kind_of(package) != "xlsx":
            return []
        grids = read_grids(data, name)
        if not isinstance(grids, list):
            return []
        units = _units(grids, form)
        if len(set(units.values())) < 2 or len(units) > _MOST:
            return []
        others = {grid.sheet for grid in grids} - units.keys()
        first = next(iter(units))
        return [(sheet, _only(package, {sheet} | (others if sheet == first else set()))) for sheet in units]
    except (Unfit, etree.LxmlError):
        return []


def _units(grids: list[Grid], form: Form) -> dict[str, str]:
    """Sheet → the unit written on it, of every filled form; {} where one has none, or where the workbook is an annotated copy."""
    book = book_of(form)
    if any(is_marked(grid) for grid in grids):
        return {}
    found: dict[str, str] = {}
    for grid in grids:
        unit = _unit_of(grid, book) if grid.visible else None
        if unit == "":
            return {}
        if unit:
            found[grid.sheet] = unit
    return found


def _unit_of(grid: Grid, book: Book) -> str | None:
    """The unit of a filled form, "" where none is written; None where the sheet is no filled form."""
    located = locate(grid, book)
    if located is None or len(located.items) * 3 < book.items or not read_figures([located], book).filled:
        return None
    units = read_heading(located, book).units
    return squeeze(units[0][0]) if units else ""


def _only(package: Package, sheets: Collection[str]) -> bytes:
    """The package with a workbook of these sheets alone; the parts of the others stay, and nothing names them."""
    main = main_part(package)
    root = etree.fromstring(package.read(main), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    elements(package.read(main))  # refuses entities
    gone = [one for one in root.iter("{*}sheet") if one.get("name") not in sheets]
    gone += [one for one in root.iter("{*}definedName") if one.get("localSheetId") is not None]  # a print area names its sheet by number
    for one in gone:
        above = one.getparent()
        if above is not None:
            above.remove(one)
    for view in root.iter("{*}workbookView"):
        for place in ("activeTab", "firstSheet"):
            if place in view.attrib:
                del view.attrib[place]
    return package.rezipped({main: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)})
