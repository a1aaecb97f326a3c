"""Which workbooks openpyxl carries over whole, and what is put back that it drops: results of formulas, protected ranges."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from consolidator.reading.files.safe_xml import elements
from consolidator.reading.files.sniff import kind_of, what_is
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import MB, Package, refuse_entities

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_STYLES, MOST_CELLS, MOST_ALL = 2 * MB, 3 * MB, 16 * MB  # openpyxl takes seconds a MB, 30 s on odd styles
MOST_AREA = 200_000  # merged or linked cells of a sheet
MOST_RANGES = 20_000  # of merges, links, validations and conditional formats of a sheet
_CARRIED = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(core|app|custom)\.xml|docprops/thumbnail\.\w+|customxml/.*"
    r"|xl/(workbook|styles|sharedstrings|calcchain)\.xml|xl/_rels/workbook\.xml\.rels|xl/theme/theme\d+\.xml"
    r"|xl/worksheets/(_rels/)?sheet\d*\.xml(\.rels)?|xl/printersettings/.*|xl/comments/?\w*\.xml|xl/metadata\.xml"
    r"|xl/drawings/((comments?)?(vml)?drawing\d*\.vml|drawing\d+\.xml)|xl/externallinks/.*|xl/persons/.*"
    r"|customstorage/.*|docmetadata/.*")  # of the last ones what is lost means nothing to a reader of the form
_LOST = re.compile(rb"<(\w+:)?(controls|oleObjects|picture|AlternateContent|legacyDrawingHF|webPublishItems)\b"
                   rb"|<(\w+:)?ext [^>]*uri=|\bcm=\"|\bvm=\"")
_CONTROLS = re.compile(rb'ObjectType="(?!Note")', re.IGNORECASE)
_EXTENTS = frozenset({"mergeCell", "hyperlink", "dataValidation", "conditionalFormatting"})
_EXTENT = re.compile(rb"<(\w+:)?(mergeCell|hyperlink|dataValidation|conditionalFormatting)\b")
_CELLS = re.compile(rb"(?<=<sheetData>).*(?=</sheetData>)", re.DOTALL)
_PROTECTED = frozenset({"name", "sqref", "password", "algorithmName", "hashValue", "saltValue", "spinCount",
                        "securityDescriptor"})
# Why there is no annotated copy, as the notice says it.
OTHER_KIND = "只有 .xlsx、.xlsm 工作簿能加批注"
LOST = "文件里有图表、图片、控件等，加批注时会丢失"
LARGE = "文件太大，或合并单元格、数据验证、条件格式的范围太大"
ODD = "文件的写法不常见，加不上批注"
TOO_LONG = "加批注用的时间或内存太多"
_STRICT = b"purl.oclc.org/ooxml"


class NotCarried(Exception):
    """A workbook that gets no annotated copy; ``str()`` says why, in the notice that goes back."""


def carried_as(data: bytes) -> str:
    """``.xlsx`` or ``.xlsm``: as what openpyxl carries the workbook over whole and soon.

    Raises:
        NotCarried: it does not.
    """
    try:
        if what_is(data, "") != "zip":
            raise NotCarried(OTHER_KIND)
        package = Package(data)
        if kind_of(package) != "xlsx":
            raise NotCarried(OTHER_KIND)
        _check_carried(package)
        return ".xlsm" if "xl/vbaproject.bin" in package.parts else ".xlsx"
    except Unfit:
        raise NotCarried(ODD) from None


def _check_carried(package: Package) -> None:
    if package.odd_names:
        raise NotCarried(ODD)
    if sum(part.size for part in package.parts.values()) > MOST_ALL:
        raise NotCarried(LARGE)
    if "xl/styles.xml" in package and package.size("xl/styles.xml") > MOST_STYLES:
        raise NotCarried(LARGE)
    for name in package.parts:
        if name.endswith("/") or name == "xl/vbaproject.bin":
            continue
        if not _CARRIED.fullmatch(name):
            raise NotCarried(LOST)
        if name.endswith((".xml", ".rels", ".vml")):
            part = package.read(name)
            refuse_entities(part)
            if name.endswith(".vml") and _CONTROLS.search(part):
                raise NotCarried(LOST)
            if name.startswith("xl/drawings/drawing") and b"Anchor" in part:  # web exporters add empty ones
                raise NotCarried(LOST)
            if name == "xl/workbook.xml" and _STRICT in part:
                raise NotCarried(ODD)
            if name.startswith("xl/worksheets/sheet"):
                _check_sheet(part)


def _check_sheet(xml: bytes) -> None:
    """Refuse a sheet of which openpyxl would lose something, or over which it would take minutes and gigabytes.

    It makes an object for every cell of a merged or linked range, and compares each range of a validation or a
    conditional format with all others.
    """
    if len(xml) > MOST_CELLS:
        raise NotCarried(LARGE)
    if _LOST.search(xml):
        raise NotCarried(LOST)
    cells = ranges = 0
    for tag, attributes in _extents(xml):
        if tag in ("mergeCell", "hyperlink"):
            cells += _area(attributes.get("ref", ""))
            ranges += 1
        else:
            ranges += 1 + attributes.get("sqref", "").count(" ")
    if cells > MOST_AREA or ranges > MOST_RANGES:
        raise NotCarried(LARGE)


def _extents(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a sheet that reach over ranges of cells."""
    if not _EXTENT.search(xml):
        return []
    cells = _CELLS.search(xml)
    if cells and not _EXTENT.search(cells.group()):  # where they belong: around the cells
        xml = xml[:cells.start()] + xml[cells.end():]
    return [one for one in elements(xml) if one[0] in _EXTENTS]


def _area(ref: str) -> int:
    """How many cells a range has; what is no range has more than is allowed."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(ref)
    except ValueError:
        return MOST_AREA + 1
    return ((right or 16384) - (left or 1) + 1) * ((bottom or 1048576) - (top or 1) + 1)


def protected_ranges(data: bytes) -> dict[str, bytes]:
    """Part of the saved copy → its ``protectedRanges``, which openpyxl drops, as they were."""
    package = Package(data)
    found: dict[str, bytes] = {}
    for number, part in enumerate(_sheet_parts(package), 1):
        if part not in package or b"protectedRange" not in package.read(part):
            continue
        ranges = [attributes for tag, attributes in elements(package.read(part)) if tag == "protectedRange"]
        written = "".join("<protectedRange {}/>".format(" ".join(f"{name}={quoteattr(value)}" for name, value in one.items()
                                                                 if name in _PROTECTED)) for one in ranges)
        found[f"xl/worksheets/sheet{number}.xml"] = f"<protectedRanges>{written}</protectedRanges>".encode()
    return found


def _sheet_parts(package: Package) -> list[str]:
    """The parts of the sheets in the workbook's order."""
    targets = {attributes.get("Id"): attributes.get("Target", "") for _, attributes in
               elements(package.read("xl/_rels/workbook.xml.rels"))}
    sheets = [attributes.get("id") for tag, attributes in elements(package.read("xl/workbook.xml")) if tag == "sheet"]
    return [posixpath.normpath(posixpath.join("/xl", targets.get(one, ""))).lstrip("/") for one in sheets]


def stored_results(data: bytes, book: Workbook) -> dict[str, dict[str, object]]:
    """Sheet → cell → the stored result, of the cells that hold formulas."""
    formulas = {sheet.title: [cell.coordinate for cell in sheet._cells.values() if cell.data_type == "f"]
                for sheet in book.worksheets}
    if not any(formulas.values()):
        return {}
    import openpyxl

    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {title: {cell: stored[title][cell].value for cell in cells} for title, cells in formulas.items() if cells}


def restoring(book: Workbook, results: dict[str, dict[str, object]], protected: dict[str, bytes],
              sheets_before: Sequence[str]) -> dict[str, Callable[[bytes], bytes]]:
    """Part of the saved copy → what puts back into it the stored results and the protected ranges.

    ``protected`` is keyed by the sheets' parts as if those of the original, ``sheets_before``, had been saved.
    """
    found: dict[str, Callable[[bytes], bytes]] = {}
    for number, sheet in enumerate(book.worksheets, 1):
        of_sheet = results.get(sheet.title, {})
        before = sheets_before.index(sheet.title) + 1 if sheet.title in sheets_before else 0
        ranges = protected.get(f"xl/worksheets/sheet{before}.xml", b"")
        if of_sheet or ranges:
            found[f"xl/worksheets/sheet{number}.xml"] = partial(_restore, results=of_sheet, ranges=ranges)
    return found


_BEFORE_RANGES = re.compile(rb"(?:</sheetData>|<sheetData\s*/>)(?:<sheetProtection\b[^>]*/>)?")
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(<f\b.*?(?:</f>|/>))<v\s*(?:/>|></v>)', re.DOTALL)


def _restore(xml: bytes, results: dict[str, object], ranges: bytes) -> bytes:
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

    xml = _FORMULA.sub(filled, xml)
    return _BEFORE_RANGES.sub(lambda found: found.group() + ranges, xml, count=1) if ranges else xml
