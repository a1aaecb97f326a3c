"""Plain workbooks of many rows (ledgers; a form has some 40), read by calamine: 6 times as fast as the full reader.

One scan of the bytes decides: no formula, error, note, hidden part or stroke, no style under which another number is seen,
every part under its usual name, so that calamine finds the same parts. Anything else is for the full reader.
"""

from __future__ import annotations

import io
import re
from typing import cast

from consolidator.model.grid import CellValue, Grid, column_number
from consolidator.reading.files.opc import main_part, relations
from consolidator.reading.files.safe_xml import is_utf8
from consolidator.reading.files.zip_package import MOST_PART, Package
from consolidator.reading.formats.number_formats import moment_of
from consolidator.reading.formats.xlsx import Workbook, workbook
from consolidator.reading.formats.xlsx_looks import looks_of

_LEAST, _FEWEST_ROWS = 32 << 10, 60  # of all sheets, inflated; of the longest of them
_MOST_CELLS = 4_000_000  # of the rectangle that calamine lays out
_MAIN, _SHEETS, _TEXTS, _STYLES = "xl/workbook.xml", "xl/worksheets/", "xl/sharedStrings.xml", "xl/styles.xml"
_MORE_THAN_VALUES = re.compile(rb"""<f[ />]| t="e"| hidden=|zeroHeight|legacyDrawing|strike|vertAlign|<!|=\'| ht="0| width="0""")
# one of these is in whatever the pattern finds; they are sought one by one, which is much faster
_SIGNS = (b"<f", b' t="e"', b" hidden=", b"zeroHeight", b"legacyDrawing", b"strike", b"vertAlign", b"<!", b"='", b' ht="0', b' width="0')
_ODD_ADDRESS, _ODD_OR_PAST_Z = re.compile(rb' r="[a-z$]'), re.compile(rb' r="(?:[a-z$]|[A-Z][A-Z])')
_LETTERS = 26
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>)?\s*<worksheet[ >]")
_ROW, _ROW_NUMBER = re.compile(rb"<row [^>]*>"), re.compile(rb'r="([0-9]{1,7})"')
_COLUMN = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})[0-9]')


def read_large(package: Package) -> list[Grid] | None:
    """The worksheets of a workbook; None where it is small, not plain, or calamine does not read it.

    Raises:
        Unfit: a part is broken or too large.
    """
    if main_part(package) != _MAIN:
        return None
    book, parts = package.once(_MAIN, workbook), relations(package, _MAIN)
    sheets = [parts.get(number) for _, _, number in book.sheets]
    if package.odd_names or not book.utf8 or not all(one and one.kind == "worksheet" and one.part.startswith(_SHEETS)
                                                     and one.part in package for one in sheets):
        return None
    sizes = [package.size(one.part) for one in sheets if one]
    if not _LEAST <= sum(sizes) <= MOST_PART or not _usual_parts(package, {
            one.kind: one.part for one in parts.values()}):
        return None
    odd = _odd_styles(package)
    most = longest = 0
    for one in sheets:
        xml = package.read(one.part) if one else b""
        past_z = _ODD_OR_PAST_Z.search(xml) is not None
        if (past_z and _ODD_ADDRESS.search(xml)) or not _is_plain(xml, odd):
            return None
        rows = _ROW.findall(xml)
        most += _cells(xml, rows, exactly=past_z)
        longest = max(longest, len(rows))
    if longest < _FEWEST_ROWS:
        return None
    if most > _MOST_CELLS and sum(_cells(xml, _ROW.findall(xml), exactly=True)
                                  for xml in (package.read(one.part) for one in sheets if one)) > _MOST_CELLS:
        return None
    return _by_calamine(package, book)


def _is_plain(xml: bytes, odd: re.Pattern[bytes] | None) -> bool:
    """Whether a sheet has values and nothing else."""
    return bool(_ROOT.match(xml)) and is_utf8(xml) and not _has_more(xml) and not (odd and odd.search(xml))


def _cells(xml: bytes, rows: list[bytes], exactly: bool) -> int:
    """How many cells calamine lays out; no fewer than that where it need not be known ``exactly``. ``rows`` are their tags."""
    last = max(map(int, _ROW_NUMBER.findall(b"".join(rows))), default=0)
    if not exactly:
        return last * _LETTERS
    return last * (1 + max((column_number(letters.decode()) for letters in set(_COLUMN.findall(xml))), default=0))


def _has_more(xml: bytes) -> bool:
    """Whether cells have more than their values."""
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if not 0 <= start < end:
        return _MORE_THAN_VALUES.search(xml) is not None
    start += len(b"<sheetData")  # its letters are in the signs
    around = xml[:start] + xml[end:]
    if any(sign in around for sign in _SIGNS) and _MORE_THAN_VALUES.search(around):
        return True
    return any(_is_in(xml, sign, start, end) for sign in _SIGNS) and _MORE_THAN_VALUES.search(xml, start, end) is not None


def _is_in(xml: bytes, sign: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether a sign is in ``xml``. Its letters are sought first: that is ten times as fast, and among cells one or another is missing."""
    return all(xml.find(letter, start, end) >= 0 for letter in sign) and xml.find(sign, start, end) >= 0


def _usual_parts(package: Package, parts: dict[str, str]) -> bool:
    """Whether texts and styles lie where calamine looks for them, and no text is in several looks."""
    if parts.get("styles", _STYLES) != _STYLES or parts.get("sharedStrings", _TEXTS) != _TEXTS:
        return False
    if _TEXTS not in package:
        return True
    texts = package.read(_TEXTS)
    return is_utf8(texts) and not any(_is_in(texts, sign) for sign in (b"<!", b"strike", b"vertAlign"))


def _odd_styles(package: Package) -> re.Pattern[bytes] | None:
    """Finds a cell in a style under which another thing is seen than its value, or its date."""
    looks = package.once(_STYLES, looks_of) if _STYLES in package else ()
    odd = [str(number).encode() for number, look in enumerate(looks)
           if not look.plain and (look.struck or look.raised or moment_of(look.code) != "date")]
    return re.compile(rb' s="(?:%s)"' % b"|".join(odd)) if odd else None


def _by_calamine(package: Package, book: Workbook) -> list[Grid] | None:
    import python_calamine as calamine

    grids = []
    try:
        with calamine.load_workbook(io.BytesIO(package.data)) as opened:
            if opened.sheet_names != [name for name, _, _ in book.sheets]:
                return None
            for number, (name, state, _) in enumerate(book.sheets):
                sheet = opened.get_sheet_by_index(number)
                merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
                rows = cast("list[list[CellValue]]", sheet.to_python(skip_empty_area=False))
                grids.append(Grid(name, rows, Workbook.shows(state), merged, since_1904=book.since_1904))
    except (calamine.CalamineError, ValueError, OverflowError):  # the last two: a date that no calendar has
        return None
    except BaseException as error:
        # A Rust panic; pyo3 derives it from BaseException and gives no module to import it from.
        if type(error).__name__ != "PanicException":
            raise
        return None
    return grids
