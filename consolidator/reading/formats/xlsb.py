"""Binary OOXML worksheets, looked at before calamine reads them ([MS-XLSB] 2.1.4): errors, empty formulas, reach."""

from __future__ import annotations

import struct

from consolidator.model.grid import Unread
from consolidator.reading.files.safe_xml import elements
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.xls import ERRORS, Book, Sheet

_ROW, _BLANK, _ERROR_CELL, _FORMULA_TEXT, _FORMULA_ERROR = 0, 1, 3, 8, 11
_BUNDLE_SHEET = 156


def look(parts: Package) -> Book:
    """What the worksheets of an .xlsb hold that calamine does not say, in the workbook's order.

    Raises:
        Unfit: a part is cut off or missing.
    """
    targets = {attributes.get("Id"): attributes.get("Target", "") for local, attributes in
               elements(parts.read("xl/_rels/workbook.bin.rels")) if local == "Relationship"}
    book = Book()
    try:
        for kind, body in _records(parts.read("xl/workbook.bin")):
            if kind == _BUNDLE_SHEET:
                length, = struct.unpack_from("<I", body, 8)
                target = targets.get(body[12:12 + 2 * length].decode("utf-16-le"), "")
                part = target[1:] if target.startswith("/") else f"xl/{target}"
                book.sheets.append(_sheet(parts.read(part)) if "/worksheets/" in part else Sheet())
    except (struct.error, IndexError, UnicodeDecodeError):
        raise broken() from None
    return book


def _records(stream: bytes):
    """(kind, body) of each record: both numbers are 7 bits a byte, low first."""
    at = 0
    while at < len(stream):
        kind = stream[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | stream[at] << 7
            at += 1
        size = shift = 0
        while True:
            byte = stream[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, stream[at:at + size]
        at += size


def _sheet(stream: bytes) -> Sheet:
    sheet, row = Sheet(), 0
    for kind, body in _records(stream):
        if kind == _ROW:
            row, = struct.unpack_from("<I", body)
        elif _BLANK < kind <= _FORMULA_ERROR:
            column, = struct.unpack_from("<I", body)
            sheet.rows, sheet.columns = max(sheet.rows, row + 1), max(sheet.columns, column + 1)
            if kind in (_ERROR_CELL, _FORMULA_ERROR):
                sheet.unread[row, column] = Unread("error", ERRORS.get(body[8], "#N/A"))
            elif kind == _FORMULA_TEXT and struct.unpack_from("<I", body, 8)[0] == 0:
                sheet.unread[row, column] = Unread("formula", "=")
    return sheet
