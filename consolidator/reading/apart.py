"""How a workbook is cut down to one of its sheets, and a Word document to one of its tables, the bytes otherwise the same.

``.xlsx``: nothing names the other sheets any more. ``.xls``, ``.et``: the others are hidden and end where they begin, in place.
``.ods``: the others are left out. ``.docx``: the paragraphs and tables of the others are left out.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection
from copy import deepcopy
from itertools import pairwise

from lxml import etree

from consolidator.model.text import squeeze
from consolidator.reading.files import ole
from consolidator.reading.files.biff import records
from consolidator.reading.files.opc import main_part
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package, refuse_entities

_CONTENT, _DOCUMENT = "content.xml", "word/document.xml"
_SHEET, _WINDOW, _BOF, _END = 0x0085, 0x003D, (0x0809, 0x0409, 0x0209, 0x0009), 0x000A
_VERY_HIDDEN = 2


def only_xlsx(data: bytes, sheets: Collection[str]) -> bytes:
    """The package with a workbook of these sheets alone; the parts of the others stay, and nothing names them."""
    package = Package(data)
    main = main_part(package)
    root = _tree(package.read(main))
    gone = [one for one in root.iter("{*}sheet") if one.get("name") not in sheets]
    gone += [one for one in root.iter("{*}definedName") if one.get("localSheetId") is not None]  # a print area names its sheet by number
    for one in gone:
        _out(one)
    for view in root.iter("{*}workbookView"):
        for place in ("activeTab", "firstSheet"):
            if place in view.attrib:
                del view.attrib[place]
    return package.rezipped({main: _written(root)})


def only_ods(data: bytes, sheets: Collection[str]) -> bytes:
    """The spreadsheet with these sheets alone."""
    package = Package(data)
    root = _tree(package.read(_CONTENT))
    for table in list(root.iter("{*}table")):
        above = table.getparent()
        if above is not None and etree.QName(above).localname == "spreadsheet" and _name(table) not in sheets:
            _out(table)
    return package.rezipped({_CONTENT: _written(root)})


def _name(table: etree._Element) -> str:
    return next((str(value) for key, value in table.attrib.items() if etree.QName(key).localname == "name"), "")


def only_xls(data: bytes, sheets: Collection[str]) -> bytes:
    """The workbook in which all sheets but these are hidden and empty.

    Raises:
        Unfit: its records are not as they should be.
    """
    import olefile

    body = bytearray(ole.stream(data, "Workbook", "Book"))
    found = list(_bound(body))
    kept = [number for number, (_, _, name) in enumerate(found) if name in sheets]
    if not kept or len(kept) != len(set(sheets)):
        raise broken()
    for number, (at, start, _) in enumerate(found):
        if number not in kept:
            body[at + 4] = _VERY_HIDDEN
            _empty(body, start)
    for kind, at, size in _globals(body):
        if kind == _WINDOW and size >= 14:
            struct.pack_into("<HH", body, at + 10, kept[0], kept[0])  # the sheet in front, the first tab
    stream = io.BytesIO(data)
    with olefile.OleFileIO(stream, write_mode=True) as compound:
        name = "Workbook" if compound.exists("Workbook") else "Book"
        compound.write_stream(name, bytes(body))
    return stream.getvalue()


def _globals(body: bytearray) -> list[tuple[int, int, int]]:
    """(kind, where its body begins, size) of the records of the workbook as a whole, which end where its part of the stream does."""
    found = []
    for record in records(body):
        found.append(record)
        if record[0] == _END:
            return found
    raise broken()


def _bound(body: bytearray) -> list[tuple[int, int, str]]:
    """(where the body of its record begins, start of its part, name) of every sheet."""
    found = []
    version = struct.unpack_from("<H", body, 4)[0] if len(body) > 6 else 0
    for kind, at, size in _globals(body):
        if kind != _SHEET or size < 8:
            continue
        start = struct.unpack_from("<I", body, at)[0]
        if version >= 0x0600:
            length, wide = body[at + 6], body[at + 7] & 1
            raw = bytes(body[at + 8:at + 8 + length * (2 if wide else 1)])
            name = raw.decode("utf-16-le" if wide else "latin-1", "replace")
        else:
            name = bytes(body[at + 7:at + 7 + body[at + 6]]).decode("gbk", "replace")
        found.append((at, start, name))
    return found


def _empty(body: bytearray, start: int) -> None:
    """The part of a sheet ends right after its first record; what stood behind is zeros, which nobody reads.

    Charts within it have parts of their own inside it: all up to its own end is taken.
    """
    depth, own = 0, []
    for record in records(body, start):
        own.append(record)
        depth += (record[0] in _BOF) - (record[0] == _END)
        if depth == 0:
            break
    if depth or len(own) < 2 or own[0][0] not in _BOF:
        raise broken()
    first, last = start + 4 + own[0][2], own[-1][1] - 4
    if last < first:
        raise broken()
    body[first:last] = bytes(last - first)
    struct.pack_into("<HH", body, first, _END, 0)


def table_parts(data: bytes, title: Collection[str]) -> list[bytes]:
    """A document for each table of a .docx, with the lines that belong to it; [] where it has not several.

    ``title`` are the lines of the form's title: a table's lines begin with one, or behind a break of page or section.
    """
    package = Package(data)
    root = _tree(package.read(_DOCUMENT))
    body = next(root.iter("{*}body"))
    children = [child for child in body if isinstance(child.tag, str)]
    tables = [n for n, child in enumerate(children) if etree.QName(child).localname == "tbl"]
    if len(tables) < 2:
        return []
    ends = [_cut(children, one, other, {squeeze(line) for line in title}) for one, other in pairwise(tables)]
    last = len(children) - (etree.QName(children[-1]).localname == "sectPr")
    pieces = list(zip([0, *ends], [*ends, last], strict=True))
    made = []
    for first, end in pieces:
        copy = deepcopy(root)
        copied = [child for child in next(copy.iter("{*}body")) if isinstance(child.tag, str)]
        for n, child in enumerate(copied[:last]):
            if not first <= n < end:
                _out(child)
        made.append(package.rezipped({_DOCUMENT: _written(copy)}))
    return made


def _cut(children: list[etree._Element], one: int, other: int, title: set[str]) -> int:
    """Where what belongs to the table at ``other`` begins."""
    for n in range(one + 1, other):
        if squeeze("".join(str(text) for text in children[n].itertext())) in title:
            return n
    for n in range(one + 1, other):
        if any(etree.QName(inside).localname == "sectPr" or (etree.QName(inside).localname == "br" and "page" in inside.attrib.values())
               for inside in children[n].iter() if isinstance(inside.tag, str)):
            return n + 1
    return one + 1


def _tree(xml: bytes) -> etree._Element:
    """The elements of a part.

    Raises:
        Unfit: it declares entities.
    """
    refuse_entities(xml)
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _out(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)
