"""Workbooks of OOXML read in full: values, formulas, number formats, strokes, hidden parts and comments, in one pass by expat.

Own code and not openpyxl's, which must open a workbook twice for formulas and their results, gives no runs of shared strings
beside them, sees no sheet in strict OOXML, and raises or takes half a minute over parts that no figure depends on.
Whatever prefix, encoding or part name a program chose: the parts are found through :mod:`consolidator.reading.files.opc`.
"""

from __future__ import annotations

from dataclasses import dataclass

from consolidator.model.grid import Grid
from consolidator.reading.files.opc import main_part, relations, sheets_in
from consolidator.reading.files.safe_xml import elements, is_utf8
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.sheet import Sheet, check_formulas, count_cells
from consolidator.reading.formats.xlsx_looks import looks_in
from consolidator.reading.formats.xlsx_sheet import SheetReader, read_sheet
from consolidator.reading.formats.xlsx_texts import comments_of, shared_texts
from consolidator.reading.formats.xlsx_xml import YES


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the main part says: (name, state, relationship) of each sheet; whether days count from 1904; ``unsure``: its
    formulas' results are to be worked out when it is opened; ``utf8``: see :func:`consolidator.reading.files.safe_xml.is_utf8`."""

    sheets: tuple[tuple[str, str, str], ...]
    since_1904: bool
    unsure: bool
    utf8: bool

    @staticmethod
    def shows(state: str) -> bool:
        """Whether a sheet of this state is seen; some exporters write ``show``."""
        return state.casefold() not in ("hidden", "veryhidden")


def read_xlsx(package: Package) -> list[Grid]:
    """The worksheets in the workbook's order.

    Raises:
        Unfit: a part is broken, missing or too large, or there is no worksheet.
    """
    main = main_part(package)
    book, parts = package.once(main, workbook), relations(package, main)
    texts = shared_texts(package, parts)
    looks = looks_in(package, parts)
    sheets: list[Sheet] = []
    for name, state, part in sheets_in(package, main, book.sheets):
        sheet = Sheet(name, Workbook.shows(state), since_1904=book.since_1904)
        read_sheet(package, part, SheetReader(sheet, texts, looks))
        sheet.comments = comments_of(package, part)
        sheets.append(sheet)
    if not sheets and not any(number for _, _, number in book.sheets):
        raise broken()
    if not sheets:  # charts alone
        return [Grid("", [[]])]
    count_cells(sheets)
    check_formulas(sheets, book.unsure)
    return [sheet.grid() for sheet in sheets]


def workbook(xml: bytes) -> Workbook:
    """What the XML of the main part says."""
    sheets, since_1904, unsure = [], False, False
    for local, attributes in elements(xml):
        if local == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), attributes.get("id", "")))
        elif local == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in YES
        elif local == "calcPr":
            unsure = attributes.get("fullCalcOnLoad") in YES or attributes.get("calcId") == "0"
    return Workbook(tuple(sheets), since_1904, unsure, is_utf8(xml))
