"""The second reader: xlrd for .xls, openpyxl for .xlsx, where calamine fails or knows no label.

Slower by far and never the first: openpyxl sees no sheets in strict OOXML and can take half a minute on odd styles.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Mapping

from consolidator.model.grid import CellValue, Grid, Unread, put_unread
from consolidator.reading.files.sniff import kind_of, what_is
from consolidator.reading.files.unreadable import Unfit, broken
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import xls
from consolidator.reading.formats.preflight import looked_through
from consolidator.reading.formats.text import garbled, ungarbled
from schemas.problems import Problem

UnreadCells = Mapping[int, Mapping[tuple[int, int], Unread]]  # by the sheet's place in the workbook
_CHINESE = "gb18030"


def read_grids_again(data: bytes, name: str) -> list[Grid] | Problem:
    """The sheets of a file in which the first reader found no label; [] where its kind has no second reader.

    A problem where the second reader cannot read it. ``name`` as for :func:`consolidator.reading.formats.dispatch.read_grids`.
    """
    try:
        kind = what_is(data, name)
        if kind == "biff":
            return read_xls(data, {})
        if kind == "xls":
            book = xls.look_into(data)
            return read_xls(data, book.unread if book else {})
        if kind == "zip":
            parts = Package(data)
            if kind_of(parts) == "xlsx":
                looked = looked_through(parts)
                return read_xlsx(looked.data, looked.unread)
    except Unfit as unfit:
        return unfit.problem
    return []


def read_xls(data: bytes, unread: UnreadCells) -> list[Grid]:
    """The worksheets of BIFF2 to BIFF8; a stray cell far out costs nothing, as rows stay ragged.

    Text that comes out garbled is read again as GB 18030, whatever codepage the file says.

    Raises:
        Unfit: xlrd cannot read it either.
    """
    try:
        grids = _read_xls(data, unread, None)
    except Unfit:  # of a codepage that xlrd does not know, among other things
        grids = None
    if grids is None or garbled(grids):
        grids = _read_xls(data, unread, _CHINESE)
        if garbled(grids):  # BIFF8 keeps each byte as a character: no codepage is asked
            for grid in grids:
                grid.sheet = ungarbled(grid.sheet)
                grid.rows = [[ungarbled(one) if isinstance(one, str) else one for one in row] for row in grid.rows]
    return grids


def _read_xls(data: bytes, unread: UnreadCells, encoding: str | None) -> list[Grid]:
    import xlrd

    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(file_contents=data, logfile=nowhere, ragged_rows=True, encoding_override=encoding)
            grids = []
            for place, sheet in enumerate(book.sheets()):
                rows = [[_xls_value(kind, value, book.datemode) for kind, value in
                         zip(sheet.row_types(row), sheet.row_values(row), strict=True)] for row in range(sheet.nrows)]
                put_unread(rows, unread.get(place, {}))
                grids.append(Grid(sheet.name, rows, sheet.visibility == 0))
    except Exception as error:  # xlrd raises whatever comes up (assert, struct, index …) where records do not fit
        raise broken() from error
    if not grids:
        raise broken()
    return grids


def _xls_value(kind: int, value: object, datemode: int) -> CellValue:
    import xlrd

    if kind == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return float(value)
        if 0 <= value < 1:
            return moment.time()
        return moment.date() if moment.time() == dt.time() else moment
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return Unread("error", xlrd.error_text_from_code.get(value, "#N/A"))
    return value if value is not None else ""


def read_xlsx(data: bytes, unread: UnreadCells) -> list[Grid]:
    """The worksheets of transitional OOXML.

    Raises:
        Unfit: openpyxl cannot read it either, or sees no sheet (strict OOXML).
    """
    import openpyxl
    from openpyxl.worksheet.worksheet import Worksheet

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:  # openpyxl raises whatever comes up (key, type, value, XML …) in a part that it dislikes
        raise broken() from error
    grids = []
    for place, sheet in enumerate(book._sheets):
        if not isinstance(sheet, Worksheet):
            continue
        rows: list[list[CellValue]] = []
        for (row, column), cell in sorted(sheet._cells.items()):
            if cell.value is None or (isinstance(cell.value, str) and cell.value == ""):
                continue
            value = Unread("error", cell.value) if cell.data_type == "e" else _xlsx_value(cell.value)
            put_unread(rows, {(row - 1, column - 1): value})
        put_unread(rows, unread.get(place, {}))
        merged = [(one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1)
                  for one in sheet.merged_cells.ranges]
        grids.append(Grid(sheet.title, rows, sheet.sheet_state == "visible", merged))
    if not grids:
        raise broken()
    return grids


def _xlsx_value(value: object) -> CellValue:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value if isinstance(value, (str, int, float, bool, dt.date, dt.time, dt.timedelta)) else str(value)
