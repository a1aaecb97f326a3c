"""Binary OOXML workbooks, their records read in full ([MS-XLSB] 2.4): no library gives their number formats and strokes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.model.marks import SHEET_MARK
from consolidator.reading.files.opc import Relation, main_part, relations, sheets_in
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.formula_tokens import BIFF12, Decoder
from consolidator.reading.formats.number_formats import BUILT_IN, GENERAL
from consolidator.reading.formats.recompute import Formula
from consolidator.reading.formats.runs import Run, Text, joined
from consolidator.reading.formats.sheet import LAST_COLUMN, LAST_ROW, PLAIN, Look, Sheet, check_formulas, count_cells

_ROW, _FONT, _FORMAT, _XF, _COLUMNS, _TEXT = 0, 43, 44, 47, 60, 19
_BUNDLE, _WORKBOOK, _CALCULATION, _MERGE, _SHEET_FORMAT, _BEGIN_XFS, _END_XFS = 156, 153, 157, 176, 485, 617, 618
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
_THIS_BOOK, _BOOKS, _RANGES = 357, (355, 357, 358, 667), 362
_RICH_CELL = 62
# kind of record → what the cell holds; those of the second table leave their column out: it is the one behind the last cell's
_CELLS = {1: "blank", 2: "rk", 3: "error", 4: "bool", 5: "real", 6: "text", 7: "shared", 8: "text", 9: "real", 10: "bool",
          11: "error", _RICH_CELL: "rich"}
_SHORT = {12: "blank", 13: "rk", 14: "error", 15: "bool", 16: "real", 17: "text", 18: "shared"}
_FORMULAS = (8, 9, 10, 11)
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


@dataclass(slots=True)
class _Book:
    """What the main part says, and the styles and texts of the workbook."""

    sheets: list[tuple[str, int, str]] = field(default_factory=list)  # name, state, relationship
    since_1904: bool = False
    unsure: bool = False
    looks: list[Look] = field(default_factory=list)
    fonts: list[tuple[bool, bool]] = field(default_factory=list)  # struck, raised
    _: KW_ONLY
    texts: list[str | Text] = field(default_factory=list)
    books: list[bool] = field(default_factory=list)  # whether each book that formulas refer to is this one
    ranges: list[tuple[int, int, int]] = field(default_factory=list)  # book, first and last sheet

    def sheet_of(self, number: int) -> str:
        """The sheet of this workbook that a formula refers to by number; "" where it is none, or several."""
        if number >= len(self.ranges):
            return ""
        book, first, last = self.ranges[number]
        ours = book < len(self.books) and self.books[book] and first == last and 0 <= first < len(self.sheets)
        return self.sheets[first][0] if ours else ""


def read_xlsb(package: Package) -> list[Grid]:
    """The worksheets in the workbook's order.

    Raises:
        Unfit: a part is cut off or missing.
    """
    main = main_part(package)
    parts = relations(package, main)
    sheets: list[Sheet] = []
    try:
        book = _workbook(package.read(main))
        _styles(book, _read(package, parts, "styles"))
        book.texts = [_rich(body, book)[0] for kind, body in _records(_read(package, parts, "sharedStrings")) if kind == _TEXT]
        for name, state, part in sheets_in(package, main, book.sheets):
            sheets.append(_sheet(Sheet(name, state == 0, since_1904=book.since_1904), package.read(part), book))
            sheets[-1].comments = _comments(package, part, book)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise broken() from None
    if not sheets:
        raise broken()
    count_cells(sheets)
    check_formulas(sheets, book.unsure)
    return [sheet.grid() for sheet in sheets]


def _read(package: Package, parts: Mapping[str, Relation], kind: str) -> bytes:
    """The part of that kind; no bytes where there is none."""
    part = next((one.part for one in parts.values() if one.kind == kind and one.part in package), "")
    return package.read(part) if part else b""


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each record: both numbers are 7 bits a byte, low first."""
    at = 0
    while at < len(stream):
        kind = stream[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (stream[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = stream[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if at + size > len(stream):
            raise broken()
        yield kind, stream[at:at + size]
        at += size


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """A text of two bytes a character, and where it ends."""
    length, = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    if length == 0xFFFF_FFFF:
        return "", at + 4
    if end > len(body):
        raise broken()
    return body[at + 4:end].decode("utf-16-le", errors="replace"), end


def _workbook(stream: bytes) -> _Book:
    book = _Book()
    for kind, body in _records(stream):
        if kind == _BUNDLE:
            state, = struct.unpack_from("<I", body)
            number, at = _wide(body, 8)
            book.sheets.append((_wide(body, at)[0], state, number))
        elif kind == _WORKBOOK:
            book.since_1904 = bool(body[0] & 1)
        elif kind in _BOOKS:
            book.books.append(kind == _THIS_BOOK)
        elif kind == _RANGES:
            book.ranges = [struct.unpack_from("<Iii", body, 4 + 12 * n) for n in range((len(body) - 4) // 12)]
        elif kind == _CALCULATION:
            book.unsure = body[:4] == bytes(4) or (len(body) > 24 and bool(body[24] & 1))
    return book


def _styles(book: _Book, stream: bytes) -> None:
    codes: dict[int, str] = {}
    inside = False
    for kind, body in _records(stream):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _wide(body, 2)[0]
        elif kind == _FONT:
            _, marks, _, raised = struct.unpack_from("<HHHH", body)
            book.fonts.append((bool(marks & 0x8), raised in (1, 2)))
        elif kind in (_BEGIN_XFS, _END_XFS):
            inside = kind == _BEGIN_XFS
        elif kind == _XF and inside:
            _, number, font = struct.unpack_from("<HHH", body)
            look = Look(codes.get(number) or BUILT_IN.get(number, GENERAL), *(book.fonts[font] if font < len(book.fonts) else ()))
            book.looks.append(PLAIN if look == PLAIN else look)


def _rich(body: bytes, book: _Book, at: int = 0) -> tuple[str | Text, int]:
    """A text that may be in several fonts, and where it ends."""
    rich = body[at] & 1
    text, end = _wide(body, at + 1)
    if not rich:
        return text, end
    count, = struct.unpack_from("<I", body, end)
    changes = [struct.unpack_from("<HH", body, end + 4 + 4 * n) for n in range(min(count, 32_767))]
    ends = [start for start, _ in changes[1:]] + [len(text)]
    runs = [Run(text[:changes[0][0]])] if changes else [Run(text)]
    for (start, font), stop in zip(changes, ends, strict=True):
        struck, raised = book.fonts[font] if font < len(book.fonts) else (False, False)
        runs.append(Run(text[start:stop], raised, struck))
    read = joined(runs)
    return (read if read.doubt or read.text != text else text), end + 4 + 4 * count


def _sheet(sheet: Sheet, stream: bytes, book: _Book) -> Sheet:
    row, column = 0, -1
    for kind, body in _records(stream):
        if kind in _CELLS or kind in _SHORT:
            if kind in _CELLS:
                column, = struct.unpack_from("<I", body)
                body = body[4:]
            else:
                column += 1
            if column >= LAST_COLUMN or row >= LAST_ROW:
                raise broken()
            _cell(sheet, (row, column), kind, body, book)
        elif kind == _ROW:
            row, = struct.unpack_from("<I", body)
            column = -1
            if len(body) > 11 and body[11] & 0x10:
                sheet.hidden_rows.add(row)
            elif sheet.hidden_unless is not None:
                sheet.hidden_unless.add(row)
        elif kind == _COLUMNS:
            first, last, width, _, marks = struct.unpack_from("<IIIIH", body)
            if marks & 1 or not width:
                sheet.hidden_columns.append((first, last))
        elif kind == _SHEET_FORMAT and len(body) > 8 and body[8] & 2:
            sheet.hidden_unless = set()
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            if top <= bottom < LAST_ROW and left <= right < LAST_COLUMN:
                sheet.merged.append((top, left, bottom, right))
    return sheet


def _cell(sheet: Sheet, spot: tuple[int, int], kind: int, body: bytes, book: _Book) -> None:
    """One cell; ``body`` begins with its style."""
    holds = _CELLS.get(kind) or _SHORT[kind]
    style = struct.unpack_from("<I", body)[0] & 0xFF_FFFF
    value, end = _value(holds, body, book)
    if kind in _FORMULAS:
        size, = struct.unpack_from("<I", body, end + 2)
        sheet.formulas[spot] = Formula(Decoder(BIFF12, spot, book.sheet_of).text(body[end + 6:end + 6 + size]))
        if value == "":
            value = Unread("formula", f"={sheet.formulas[spot].text}")
    if value == "" or value == Text(""):
        return
    sheet.add(*spot, value, book.looks[style] if style < len(book.looks) else PLAIN)


def _value(holds: str, body: bytes, book: _Book) -> tuple[CellValue | Text, int]:
    """The value behind the style, and where it ends."""
    if holds == "real":
        return struct.unpack_from("<d", body, 4)[0], 12
    if holds == "rk":
        return _unpacked(struct.unpack_from("<i", body, 4)[0]), 8
    if holds == "bool":
        return bool(body[4]), 5
    if holds == "error":
        return Unread("error", _ERRORS.get(body[4], "#N/A")), 5
    if holds == "text":
        return _wide(body, 4)
    if holds == "rich":
        return _rich(body, book, 4)
    if holds == "shared":
        number, = struct.unpack_from("<I", body, 4)
        if number >= len(book.texts):
            raise broken()
        return book.texts[number], 8
    return "", 4


def _unpacked(packed: int) -> float:
    """A number of 30 bits (RkNumber): the head of a double or a whole number, perhaps in hundredths."""
    number = float(packed >> 2) if packed & 2 else struct.unpack("<d", bytes(4) + struct.pack("<i", packed & ~3))[0]
    return number / 100 if packed & 1 else number


def _comments(package: Package, part: str, book: _Book) -> dict[tuple[int, int], str]:
    """The notes on a sheet's cells, without those of this program."""
    found: dict[tuple[int, int], str] = {}
    authors: list[str] = []
    author, spot = 0, (0, 0)
    for relation in relations(package, part).values():
        if relation.kind != "comments" or relation.part not in package:
            continue
        for kind, body in _records(package.read(relation.part)):
            if kind == _AUTHOR:
                authors.append(_wide(body, 0)[0])
            elif kind == _COMMENT:
                author, row, _, column, _ = struct.unpack_from("<IIIII", body)
                spot = (row, column)
            elif kind == _COMMENT_TEXT and (author >= len(authors) or authors[author] != SHEET_MARK):
                text = _rich(body, book)[0]
                found[spot] = (text.text if isinstance(text, Text) else text).strip()
    return found
