"""The records of an .xls stream, looked at before it is read ([MS-XLS] 2.1, 2.4).

Readers give the stored result of a formula even where none was ever worked out (xlwt and POI store an empty text or 0
and ask for a calculation on load), and calamine gives "" for an error value: both are found here, and how far the
cells reach.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from consolidator.model.grid import Unread
from consolidator.reading.files import ole
from consolidator.reading.files.unreadable import Unfit, broken
from consolidator.reading.formats.number_formats import PERCENT_IDS, kind_of_format, shown
from schemas.problems import problem

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x0200
_FORMULA, _BOOLERR, _MULRK, _RK, _NUMBER = 0x0006, 0x0205, 0x00BD, 0x027E, 0x0203
_FORMAT, _XF = 0x041E, 0x00E0
_CELLS = {_NUMBER, 0x00FD, 0x0204, 0x00D6, _RK}  # the others are LABELSST, LABEL, RSTRING
_NUMBERS = {_NUMBER, _RK, _MULRK, _FORMULA}
_CODEPAGE, _UTF16 = 0x0042, 1200
_ON_LOAD = 0x02
_FARTHEST = (65535, 255)
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


class BiffError(Exception):
    """The stream is cut off, or no BIFF5/8."""


@dataclass(slots=True)
class Sheet:
    """One worksheet: its ``unread`` cells by 0-based (row, column), and how far its cells, or its own word, reach.

    A text among the unread is what is seen of a number under its format (see ``formats.py``).
    """

    unread: dict[tuple[int, int], Unread | str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0


@dataclass(slots=True)
class Book:
    """``sheets`` are those of every kind, in the workbook's order (a chart sheet has no cells).

    ``misread``: calamine would take the text for another encoding's: the GBK of BIFF5 for UTF-16, and the UTF-16 of a
    BIFF8 that says it has a codepage (Java exporters write 1252) for that codepage's.
    """

    misread: bool = False
    encrypted: bool = False
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def unread(self) -> dict[int, dict[tuple[int, int], Unread | str]]:
        """The unread cells by the sheet's place in the workbook."""
        return {place: sheet.unread for place, sheet in enumerate(self.sheets) if sheet.unread}

    @property
    def most_cells(self) -> int:
        """The largest sheet's rectangle."""
        return max((sheet.rows * sheet.columns for sheet in self.sheets), default=0)


def look_into(data: bytes) -> Book | None:
    """:func:`look` at the workbook of a compound file; None where it is of a BIFF that only the second reader knows.

    Raises:
        Unfit: there is no whole stream, or it has a password.
    """
    try:
        book = look(ole.stream(data, "Workbook", "Book"))
    except ole.CompoundError:
        raise broken() from None
    except BiffError:
        return None
    if book.encrypted:
        raise Unfit(problem("encrypted-file"))
    return book


def look(stream: bytes) -> Book:
    """What the stream of a BIFF5 or BIFF8 workbook holds that readers do not say.

    Raises:
        BiffError: records that do not fit, or an older BIFF.
    """
    try:
        return _look(stream)
    except (struct.error, IndexError) as error:
        raise BiffError(str(error)) from error


def _look(stream: bytes) -> Book:
    kind, size, version = struct.unpack_from("<HHH", stream, 0)
    if kind != _BOF or version not in (0x0500, 0x0600):
        raise BiffError("not BIFF5 or BIFF8")
    book, starts, at = Book(misread=version == 0x0500), [], 0
    formats, styles = dict.fromkeys(map(int, PERCENT_IDS), "percent"), []
    while True:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            break
        if kind == _FILEPASS:
            book.encrypted = True
            return book
        if kind == _CODEPAGE and struct.unpack_from("<H", stream, at + 4)[0] != _UTF16:
            book.misread = True
        if kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", stream, at + 4)[0])
        elif kind == _FORMAT:
            number, = struct.unpack_from("<H", stream, at + 4)
            formats[number] = kind_of_format(_format_code(stream[at + 6:at + 4 + size], version))
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", stream, at + 6)[0])
        at += 4 + size
    changing = {style: formats[number] for style, number in enumerate(styles) if formats.get(number)}
    book.sheets = [_sheet(stream, start, version, changing) for start in starts]
    return book


def _format_code(body: bytes, version: int) -> str:
    if version == 0x0500:
        return body[1:].decode("latin-1")
    return body[3:].decode("utf-16-le" if body[2] & 1 else "latin-1", errors="replace")


def _sheet(stream: bytes, at: int, version: int, changing: dict[int, str]) -> Sheet:
    """One sheet's substream; ``changing`` are the cell styles under which another number is seen."""
    sheet, depth = Sheet(), 0
    unpack = struct.Struct("<HH").unpack_from
    while True:
        kind, size = unpack(stream, at)
        body = at + 4
        at = body + size
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return sheet
        elif kind == _DIMENSIONS:
            _reach(sheet, *_last(stream[body:at], version))
        elif depth != 1:  # an embedded chart has cells of its own
            continue
        elif kind in _CELLS:
            _reach(sheet, *unpack(stream, body))
        elif kind == _MULRK:
            _reach(sheet, unpack(stream, body)[0], unpack(stream, at - 4)[1])
        elif kind == _BOOLERR:
            row, column = unpack(stream, body)
            _reach(sheet, row, column)
            if stream[body + 7]:
                sheet.unread[row, column] = Unread("error", ERRORS.get(stream[body + 6], "#N/A"))
        elif kind == _FORMULA:
            row, column = unpack(stream, body)
            _reach(sheet, row, column)
            unread = _result(stream[body + 6:body + 14], stream[body + 14])
            if unread is not None:
                sheet.unread[row, column] = unread
        if changing and kind in _NUMBERS:
            for row, column, style, number in _numbers(kind, stream[body:at]):
                if style in changing and (row, column) not in sheet.unread:
                    sheet.unread[row, column] = shown(number, changing[style])


def _numbers(kind: int, body: bytes) -> Iterator[tuple[int, int, int, float]]:
    """(row, column, style, value) of a record with numbers."""
    row, column, style = struct.unpack_from("<HHH", body)
    if kind == _MULRK:
        for at in range(4, len(body) - 2, 6):
            style, packed = struct.unpack_from("<Hi", body, at)
            yield row, column + (at - 4) // 6, style, _unpacked(packed)
    elif kind == _RK:
        yield row, column, style, _unpacked(struct.unpack_from("<i", body, 6)[0])
    elif body[12:14] != b"\xff\xff" or kind == _NUMBER:  # else a formula whose result is no number
        yield row, column, style, struct.unpack_from("<d", body, 6)[0]


def _unpacked(packed: int) -> float:
    """A number of 30 bits ([MS-XLS] RkNumber): the head of a double or a whole number, perhaps in hundredths."""
    number = packed >> 2 if packed & 2 else struct.unpack("<d", bytes(4) + struct.pack("<i", packed & ~3))[0]
    return number / 100 if packed & 1 else number


def _last(dimensions: bytes, version: int) -> tuple[int, int]:
    """The last row and column that a sheet says of itself; calamine takes it at its word, and aborts where it lies."""
    form, size = ("<IIHH", 14) if version == 0x0600 else ("<HHHH", 10)
    if len(dimensions) != size:
        return _FARTHEST
    top, bottom, left, right = struct.unpack_from(form, dimensions)
    if top > bottom or left > right or bottom > 65536:
        return _FARTHEST
    return max(bottom - 1, 0), max(right - 1, 0)


def _reach(sheet: Sheet, row: int, column: int) -> None:
    if row >= sheet.rows:
        sheet.rows = row + 1
    if column >= sheet.columns:
        sheet.columns = column + 1


def _result(stored: bytes, flags: int) -> Unread | None:
    """What a formula's stored result is instead of a value; its own words are tokens, and not put together again."""
    if stored[6:8] == b"\xff\xff":
        if stored[0] == 2:
            return Unread("error", ERRORS.get(stored[2], "#N/A"))
        return Unread("formula", "=") if stored[0] == 3 else None
    return Unread("formula", "=") if flags & _ON_LOAD and stored == bytes(8) else None
