"""How many sheets or tables of a file hold something, seen from its last bytes where that is enough.

Every file of the inbox is looked at so before it is read, in the process that waits for nothing else: it must cost next to nothing,
and imports no reader.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile

from consolidator.reading.files.ole import MAGIC
from consolidator.reading.files.zip_package import MOST_FILE

_TAIL = 16_384  # bytes at the end of a zip in which the directory of a workbook lies
_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_SHEETS, _RELATIONS = b"worksheets/", b"worksheets/_rels/"
_LEAST = 2_500  # bytes of a worksheet with a form's items on it; the empty Sheet2 and Sheet3 have less
_MOST_PART = 64 << 20  # bytes of a document's main part that are searched for tables
_CONTENT, _DOCUMENT = b"content.xml", b"word/document.xml"
_TABLE = re.compile(rb"<(?:table:table|w:tbl)[ >]")
_SHEET_RECORD = re.compile(rb"\x85\x00[\x08-\xff]\x00.{4}[\x00-\x02]\x00", re.S)


def may_hold_several(path: str) -> bool:
    """Whether a file is a workbook or document with two sheets or tables that hold something: enough to leave nearly all files alone.

    A workbook of OOXML is known by its last bytes; of others the records or the main part are counted.
    """
    try:
        with open(path, "rb", buffering=0) as opened:
            size = os.fstat(opened.fileno()).st_size
            head = opened.read(_TAIL)
            if not head.startswith((b"PK", MAGIC)) or size > MOST_FILE:
                return False
            if head.startswith(MAGIC):
                return _records(head + opened.readall()) > 1
            tail = head
            if size > len(head):
                opened.seek(size - _TAIL)
                tail = opened.readall()
            if _DOCUMENT in tail or _CONTENT in tail:
                opened.seek(0)
                return _tables(opened.readall()) > 1
    except OSError:
        return False
    return _worksheets(_directory(tail, size)) > 1


def _directory(tail: bytes, size: int) -> bytes:
    """The directory of a zip of ``size`` bytes, or what the last bytes hold of it.

    Where the end is not as it should be, all from the first entry that is there.
    """
    end = tail.rfind(_END)
    if end >= 0 and end + 20 <= len(tail):
        at = struct.unpack_from("<I", tail, end + 16)[0] - (size - len(tail))
        if tail.startswith(_ENTRY, max(at, 0)):
            return tail[max(at, 0):]
    return tail[max(tail.find(_ENTRY), 0):]


def _worksheets(directory: bytes) -> int:
    """The worksheets of a workbook that hold something, by the zip's directory."""
    if b"\\" not in directory and directory.count(_SHEETS) - directory.count(_RELATIONS) < 2:  # nearly every form
        return 0
    at, sheets = directory.find(_ENTRY), 0
    while at >= 0 and directory[at:at + 4] == _ENTRY and at + 46 <= len(directory):
        size, name, extra, comment = struct.unpack_from("<I3H", directory, at + 24)
        path_inside = directory[at + 46:at + 46 + name].replace(b"\\", b"/")
        sheets += _SHEETS in path_inside and b"_rels/" not in path_inside and size >= _LEAST
        at += 46 + name + extra + comment
    return sheets


def _records(data: bytes) -> int:
    """At least how many sheets an old workbook seems to have."""
    return len(_SHEET_RECORD.findall(data))


def _tables(data: bytes) -> int:
    """The tables of an OpenDocument spreadsheet or of a Word document; 0 where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            part = next((one for one in map(bytes.decode, (_CONTENT, _DOCUMENT)) if one in names), None)
            return len(_TABLE.findall(archive.read(part))) if part and archive.getinfo(part).file_size < _MOST_PART else 0
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return 0
