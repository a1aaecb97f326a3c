"""Workbooks of BIFF2 to BIFF8 (.xls, .et), read by xlrd with their formats, fonts, hidden parts and notes.

xlrd says nothing of a formula but its stored result. The records of formulas are looked at here ([MS-XLS] 2.4.127):
xlwt and POI store an empty text or 0 and ask for a calculation on load, and old results stay in templates.
"""

from __future__ import annotations

import os
import struct
from dataclasses import KW_ONLY, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.model.marks import SHEET_MARK
from consolidator.reading.files import encryption, ole
from consolidator.reading.files.biff import records
from consolidator.reading.files.unreadable import Unfit, broken
from consolidator.reading.formats.formula_tokens import BIFF8, Decoder
from consolidator.reading.formats.number_formats import BUILT_IN, GENERAL
from consolidator.reading.formats.recompute import Formula
from consolidator.reading.formats.runs import Run, Text, joined
from consolidator.reading.formats.sheet import PLAIN, Look, Sheet, check_formulas, count_cells
from consolidator.reading.formats.text import garbled, ungarbled

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet as XlrdSheet

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMULA, _SHARED, _RECALCULATION = 0x0809, 0x0A, 0x2F, 0x85, 0x06, 0x4BC, 0x1C1
_WORKSHEET, _BOOK, _RANGES = 0, 0x1AE, 0x17
_TO_WORK_OUT = 0x03  # always, or on load
_CHINESE = "gb18030"
_EXP = 0x01  # the token of a cell of a shared formula


class _Stored(NamedTuple):
    """A formula as its record holds it. ``asked``: its result is to be worked out on load; ``blank``: it is an empty text."""

    tokens: bytes
    asked: bool
    blank: bool


class _Encrypted(Exception):
    """The workbook is encrypted, perhaps with the password that every Excel knows."""


@dataclass(slots=True)
class _Formulas:
    """The formulas of the worksheets in their order, by 0-based (row, column); the tokens of shared ones by their first cell.

    ``uncalculated``: no Excel has worked the workbook out (engine 0).
    """

    sheets: list[dict[tuple[int, int], _Stored]] = field(default_factory=list)
    shared: list[dict[tuple[int, int], bytes]] = field(default_factory=list)
    uncalculated: bool = False
    biff8: bool = False
    names: list[str] = field(default_factory=list)  # of sheets of every kind
    _: KW_ONLY
    books: list[bool] = field(default_factory=list)  # whether each book that formulas refer to is this one
    ranges: list[tuple[int, int, int]] = field(default_factory=list)  # book, first and last sheet

    def sheet_of(self, number: int) -> str:
        """The sheet of this workbook that a formula refers to by number; "" where it is none, or several."""
        if number >= len(self.ranges):
            return ""
        book, first, last = self.ranges[number]
        ours = book < len(self.books) and self.books[book] and first == last and first < len(self.names)
        return self.names[first] if ours else ""


def read_xls(data: bytes) -> list[Grid]:
    """The worksheets of a workbook, alone or in a compound file.

    Text that comes out garbled is read again as GB 18030, whatever codepage the file names.

    Raises:
        Unfit: it is cut off, or xlrd cannot read it; it has a password.
    """
    stream = ole.stream(data, "Workbook", "Book") if data.startswith(ole.MAGIC) else data
    try:
        formulas = _formulas(stream)
    except _Encrypted:
        stream = encryption.decrypted_xls(stream)
        formulas = _formulas(stream)
    try:
        grids = _read(stream, formulas, None)
    except Unfit:  # of a codepage that xlrd does not know, among other things
        grids = None
    if grids is None or garbled(grids):
        grids = _read(stream, formulas, _CHINESE)
        if garbled(grids):  # BIFF8 keeps each byte as a character: no codepage is asked
            for grid in grids:
                grid.sheet = ungarbled(grid.sheet)
                grid.rows = [[ungarbled(one) if isinstance(one, str) else one for one in row] for row in grid.rows]
    return grids


def _read(stream: bytes, formulas: _Formulas, encoding: str | None) -> list[Grid]:
    book = _opened(stream, encoding)
    sheets = [_sheet(book, sheet, place, formulas) for place, sheet in enumerate(book.sheets())]
    if not sheets:
        raise broken()
    count_cells(sheets)
    check_formulas(sheets, formulas.uncalculated)
    return [sheet.grid() for sheet in sheets]


def _opened(stream: bytes, encoding: str | None) -> Book:
    import xlrd

    failed: Exception | None = None
    # Only then without formats: a style that is broken need not lose the figures.
    for mend, formatting in ((False, True), (True, True), (False, False), (True, False)):
        if mend:
            from consolidator.reading.formats.biff_mended import lenient, mended
        try:
            with open(os.devnull, "w", encoding="utf-8") as nowhere:
                return xlrd.open_workbook(
                    file_contents=mended(stream) if mend else stream, logfile=nowhere, ragged_rows=True,
                    encoding_override=lenient(stream, encoding) if mend else encoding, formatting_info=formatting)
        except Exception as error:  # xlrd raises whatever comes up (assert, struct, index …) where records do not fit
            failed = error
    raise broken() from failed


def _sheet(book: Book, source: XlrdSheet, place: int, formulas: _Formulas) -> Sheet:
    sheet = Sheet(source.name, source.visibility == 0, since_1904=book.datemode == 1)
    looks: dict[int, Look] = {}
    found = formulas.sheets[place] if place < len(formulas.sheets) else {}
    for row in range(source.nrows):
        kinds, values = source.row_types(row), source.row_values(row)
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            stored, formula = _value(book, source, (row, column), kind, value), found.get((row, column))
            if formula is not None:
                text = _formula_text(formula, (row, column), formulas, place)
                sheet.formulas[row, column] = Formula(text)
                if formula.blank:  # xlwt stores that for every formula
                    stored = Unread("formula", f"={text}")
                elif formula.asked:
                    sheet.unsure.add((row, column))
            if stored == "" or stored == Text(""):
                continue
            index = source.cell_xf_index(row, column) if book.formatting_info else -1
            if index not in looks:
                looks[index] = _look(book, index, kind)
            sheet.add(row, column, stored, looks[index])
    sheet.merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells]
    sheet.hidden_rows = {row for row, about in source.rowinfo_map.items() if about.hidden}
    sheet.hidden_columns = [(column, column) for column, about in source.colinfo_map.items() if about.hidden or not about.width]
    sheet.comments = {spot: note.text.strip() for spot, note in source.cell_note_map.items() if note.author != SHEET_MARK}
    return sheet


def _value(book: Book, source: XlrdSheet, spot: tuple[int, int], kind: int, value: str | float | int) -> CellValue | Text:
    import xlrd

    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return float(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return Unread("error", xlrd.error_text_from_code.get(int(value), "#N/A"))
    if kind != xlrd.XL_CELL_TEXT or not isinstance(value, str) or not value:
        return ""
    runs = source.rich_text_runlist_map.get(spot)
    return _rich(book, value, runs, source.cell_xf_index(*spot)) if runs else value


def _rich(book: Book, text: str, changes: list[tuple[int, int]], index: int) -> str | Text:
    """A text in several fonts: ``changes`` are (where, font) of each run but the first, which has the cell's own font."""
    fonts = book.font_list
    first = book.xf_list[index].font_index if index < len(book.xf_list) else 0
    runs = []
    for (start, number), (end, _) in pairwise([(0, first), *sorted(changes), (len(text), 0)]):
        font = fonts[number] if number < len(fonts) else fonts[0]
        # the strokes of the cell's own font are the whole cell's
        strokes = (bool(font.escapement), bool(font.struck_out)) if number != first else (False, False)
        runs.append(Run(text[start:end], *strokes))
    read = joined(runs)
    return read if read.doubt or read.text != text else text


def _look(book: Book, index: int, kind: int) -> Look:
    """What a cell style shows; without any, xlrd's word that a number is a date is all there is."""
    import xlrd

    if not 0 <= index < len(book.xf_list):
        return Look("yyyy/m/d") if kind == xlrd.XL_CELL_DATE else PLAIN
    style = book.xf_list[index]
    number_format = book.format_map.get(style.format_key)
    code = BUILT_IN.get(style.format_key) or (_legible(number_format.format_str) if number_format else "") or GENERAL
    font = book.font_list[style.font_index] if style.font_index < len(book.font_list) else None
    look = Look(code, bool(font and font.struck_out), bool(font and font.escapement))
    return PLAIN if look == PLAIN else look


def _legible(code: str) -> str:
    """A number format without characters that its codepage does not have; "" where nothing of it is left that shows a value."""
    if "\ufffd" not in code and "\0" not in code:
        return code
    code = code.replace("\ufffd", "").replace("\0", "")
    return code if not code.count('"') % 2 and any(char in "0#?@" for char in code) else ""


# -- formulas ----------------------------------------------------------------------------------------------------

def _formulas(stream: bytes) -> _Formulas:
    """The formulas of a BIFF5 or BIFF8 stream; none of an older one, or from where its records do not fit any more.

    Raises:
        _Encrypted: the workbook is.
    """
    found = _Formulas()
    starts: list[int] = []
    try:
        kind, _, version = struct.unpack_from("<HHH", stream)
        if kind != _BOF:
            return found
        found.biff8 = version == 0x0600
        for kind, at, size in records(stream):
            if kind == _EOF:
                break
            if kind == _FILEPASS:
                raise _Encrypted
            if kind == _BOUNDSHEET:  # of BIFF5 the name is laid out otherwise, and not asked for
                wide, length = stream[at + 7] & 1, stream[at + 6]
                name = stream[at + 8:at + 8 + (2 * length if wide else length)]
                found.names.append(name.decode("utf-16-le" if wide else "latin-1", errors="replace"))
                starts += [struct.unpack_from("<I", stream, at)[0]] if stream[at + 5] == _WORKSHEET else []
            elif kind == _BOOK:
                found.books.append(stream[at + 2:at + 4] == b"\x01\x04")
            elif kind == _RANGES:
                found.ranges = [struct.unpack_from("<HHH", stream, at + 2 + 6 * n) for n in range((size - 2) // 6)]
            elif kind == _RECALCULATION:
                found.uncalculated = size >= 8 and struct.unpack_from("<I", stream, at + 4)[0] == 0
        for start in starts:
            found.sheets.append({})
            found.shared.append({})
            _of_sheet(stream, start, found)
    except (struct.error, IndexError):
        pass  # xlrd says whether the workbook can be read
    found.shared += [{}] * (len(found.sheets) - len(found.shared))
    return found


def _of_sheet(stream: bytes, start: int, found: _Formulas) -> None:
    cells, shared, depth, last = found.sheets[-1], found.shared[-1], 0, (0, 0)
    for kind, at, size in records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind == _FORMULA:  # an embedded chart has cells of its own
            last = struct.unpack_from("<HH", stream, at)
            length, = struct.unpack_from("<H", stream, at + 20)
            blank = stream[at + 12:at + 14] == b"\xff\xff" and stream[at + 6] == 3
            cells[last] = _Stored(stream[at + 22:at + 22 + length], bool(stream[at + 14] & _TO_WORK_OUT), blank)
        elif depth == 1 and kind == _SHARED:
            length, = struct.unpack_from("<H", stream, at + 8)
            shared[last] = stream[at + 10:min(at + 10 + length, at + size)]


def _formula_text(formula: _Stored, spot: tuple[int, int], formulas: _Formulas, place: int) -> str:
    """The formula in words; "" where it is none that is worked out again."""
    tokens = formula.tokens if formulas.biff8 else b""
    if tokens[:1] == bytes([_EXP]) and len(tokens) >= 5:
        tokens = formulas.shared[place].get(struct.unpack_from("<HH", tokens, 1), b"")
    return Decoder(BIFF8, spot, formulas.sheet_of).text(tokens)
