"""The first reader: any file's bytes to grids, by calamine where it can.

Nothing is parsed before its size is known (``package.py``), and no cell is blank only because calamine was silent on
it (``sheetxml.py``, ``biff.py``). Where calamine fails, the second reader tries.
"""

from __future__ import annotations

import io

import python_calamine as calamine

from consolidator.model.grid import Grid, put_unread
from consolidator.reading.files import sniff, zip_package
from consolidator.reading.files.sniff import Scan
from consolidator.reading.files.unreadable import Unfit, broken, too_large
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import fallback, sheetxml, xls
from consolidator.reading.formats.preflight import looked_through
from consolidator.reading.formats.text import garbled, read_text
from consolidator.reading.formats.xlsx_plain import read_usual
from schemas.problems import Problem, problem


class Refused(Exception):
    """calamine cannot read the workbook; the second reader may."""


def read_grids(data: bytes, name: str) -> list[Grid] | Scan | Problem:
    """All sheets (or Word tables) of a file in order, a :class:`Scan` for PDF and pictures, or the file's problem.

    Decided by the bytes alone; ``name`` only tells .doc from .wps and a .csv from other text. Hidden sheets come with
    ``visible`` False, hidden rows and columns are read as any other; chart sheets are left out. A blank sheet has one
    empty row: only a text file, and a Word file without tables, are a grid without rows, their words in ``lines``.
    Never raises for what a file holds.
    """
    if not data:
        return problem("empty-file")
    if len(data) > zip_package.MOST_FILE:
        return problem("too-large", what=f"文件有 {len(data) // zip_package.MB} MB")
    try:
        kind = sniff.what_is(data, name)
        if kind == "zip":
            parts = Package(data)
            kind = sniff.kind_of(parts)
            if kind == "xlsx":
                return _with_rows(_xlsx(parts))
            if kind == "xlsb":
                return _with_rows(_xlsb(parts))
            if kind == "ods":
                from consolidator.reading.formats.ods import read_ods
                return _with_rows(read_ods(parts))
            if kind == "docx":
                from consolidator.reading.formats.docx import read_docx
                return read_docx(parts)
        elif kind == "xls":
            return _with_rows(_xls(data))
        elif kind == "biff":
            return _with_rows(_second(data, "xls"))
        elif kind == "text":
            return read_text(data, name)
        elif kind in ("pdf", "image"):
            return Scan(kind)
        raise sniff.refuse(kind)
    except Unfit as unfit:
        return unfit.problem


def _with_rows(grids: list[Grid]) -> list[Grid]:
    """Sheets with a row at least, so that a blank workbook is not taken for a text."""
    for grid in grids:
        if not grid.rows:
            grid.rows.append([])
    return grids


def _second(data: bytes, kind: str, unread: dict[int, dict] | None = None) -> list[Grid]:
    read = fallback.read_xls if kind == "xls" else fallback.read_xlsx
    return read(data, unread or {})


# -- xlsx, xlsm ------------------------------------------------------------------------------------------------

def _xlsx(parts: Package) -> list[Grid]:
    """OOXML workbooks, whoever wrote them."""
    grids = read_usual(parts)
    if grids is not None:
        return grids
    looked = looked_through(parts)
    if not looked.utf8:
        return _second(looked.data, "xlsx", looked.unread)
    try:
        return _calamine(looked.data, looked.unread, looked.listed)
    except Refused:
        return _second(looked.data, "xlsx", looked.unread)


def _calamine(data: bytes, unread: dict[int, dict], expected: int) -> list[Grid]:
    """The worksheets as calamine gives them, the ``unread`` cells (by the sheet's place in the workbook) put in.

    Raises:
        Refused: calamine fails, panics, or sees other sheets than the workbook lists.
        Unfit: the workbook has a password.
    """
    try:
        with calamine.load_workbook(io.BytesIO(data)) as workbook:
            listed = workbook.sheets_metadata
            if len(listed) != expected:
                raise Refused(f"{len(listed)} sheets of {expected}")
            grids = []
            for number, meta in enumerate(listed):
                if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_index(number)
                rows = sheet.to_python(skip_empty_area=False)
                if unread.get(number):
                    put_unread(rows, unread[number])
                merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
                grids.append(Grid(meta.name, rows, meta.visible == calamine.SheetVisibleEnum.Visible, merged))
            if not grids:
                raise Refused("no worksheet")
            return grids
    except calamine.PasswordError:
        raise Unfit(problem("encrypted-file")) from None
    except (calamine.CalamineError, ValueError, OverflowError) as error:
        raise Refused(str(error)) from error  # ValueError, OverflowError: a date that no calendar has
    except BaseException as error:
        # A Rust panic; pyo3 derives it from BaseException and gives no module to import it from.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(str(error)) from None


# -- xls, et ---------------------------------------------------------------------------------------------------

def _xls(data: bytes) -> list[Grid]:
    """BIFF workbooks in a compound file: Excel 5 to 2003, old WPS (.et), Java exporters."""
    book = xls.look_into(data)
    if book is None:
        return _second(data, "xls")
    unread = book.unread
    # xlrd keeps ragged rows, so a stray cell costs it little.
    if book.misread or book.most_cells > sheetxml.MOST_CELLS:
        return _second(data, "xls", unread)
    try:
        grids = _calamine(data, unread, len(book.sheets))
    except Refused:
        return _second(data, "xls", unread)
    return _second(data, "xls", unread) if garbled(grids) else grids


def _xlsb(parts: Package) -> list[Grid]:
    """Binary OOXML; its cells are records as in .xls, looked through for their reach, errors and empty formulas."""
    from consolidator.reading.formats import xlsb

    book = xlsb.look(parts)
    if book.most_cells > sheetxml.MOST_CELLS:
        raise too_large("表中有离得很远的单元格")
    try:
        return _calamine(parts.data, book.unread, len(book.sheets))
    except Refused:
        raise broken() from None
