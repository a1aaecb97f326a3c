"""Plain workbooks as Excel, WPS and the usual libraries write them, read in one pass that checks every byte of the cells.

Returns None for any XML or style that it does not know; the full reader (``xlsx.py``) reads the workbook then. What it
returns is always identical to what the full reader returns (``test_xlsx_plain.py``).

Kept beside calamine because it earns its place: of the forms of benchmarks/make_forms.py one takes 0.18 ms here with every check,
0.14 ms in calamine alone without any (with the package read and scanned for it 0.27 ms), 1.06 ms in the full reader, 9.9 ms in openpyxl.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from consolidator.model.grid import CellValue, Grid, column_number
from consolidator.reading.files.opc import main_part, relations
from consolidator.reading.files.safe_xml import elements, is_utf8
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import MB, Package
from consolidator.reading.formats.number_formats import GENERAL, seen, text_seen
from consolidator.reading.formats.sheet import PLAIN, Look
from consolidator.reading.formats.xlsx import Workbook, workbook
from consolidator.reading.formats.xlsx_looks import looks_of
from schemas.remembering import remembered

_MOST = 2 * MB  # bytes of all sheets and strings: a form is a few KB
_LITTLE = 16 << 10  # bytes of what is remembered
_LONG, _FIRST = 32 << 10, 8 << 10  # bytes of a sheet whose first rows are looked at before anything is read, and of these
MOST_CELLS = 400_000  # cells of a rectangle that is laid out

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = (rb'(?:\xef\xbb\xbf)?(?:<\?xml(?: (?:version="1\.0"|encoding="(?:utf-8|UTF-8)"|standalone="(?:yes|no)"))*\s?\?>)?\s*'
         rb'<%s xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"(?: [\w:]+="[^"&<>\x00-\x1f\x80-\xff]*")*>')
_STRINGS_HEAD = re.compile(_HEAD % b"sst")
_ATTRIBUTES = rb'(?: [\w:]+="[^"&<>\x00-\x1f\x80-\xff]*")*'
_ROW = re.compile(rb'(?:<row%s/>)*<row r="([1-9][0-9]{0,2})"%s>' % (_ATTRIBUTES, _ATTRIBUTES))
_BLANK_ROWS = re.compile(rb"(?:<row%s/>)*" % _ATTRIBUTES)
_CELL = re.compile(rb"<c(%s)(/>|></c>|>\0</c>)" % _ATTRIBUTES)
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')
_REF = re.compile(rb"([A-Z]{1,2})([1-9][0-9]{0,2})")
_TEXT = rb'(<t(?: xml:space="preserve")?>[^<\x00-\x09\x0b-\x1f]*)</t>'
_VALUE = re.compile(rb"<v>(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)</v>|<is>%s</is>" % _TEXT)
_STRING = re.compile(rb"<si>%s(?:<phoneticPr%s/>)?</si>" % (_TEXT, _ATTRIBUTES))
_DIMENSION = re.compile("[A-Z]{1,2}[1-9][0-9]{0,6}(?::[A-Z]{1,2}[1-9][0-9]{0,6})?")
_RANGE = re.compile("([A-Z]{1,2})([1-9][0-9]{0,2}):([A-Z]{1,2})([1-9][0-9]{0,2})")
_ENTITY = re.compile("&(?:#([0-9]{2,6})|#x([0-9A-Fa-f]{2,5})|(lt|gt|quot|apos|amp));")
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")  # Excel's way to write control characters

class _Row(NamedTuple):
    """A row but for its values: its number (from 1), the column of its last value, (which value, column, style) of numbers, and
    (which value, column) of shared and of inline strings, with the styles of these texts."""

    number: int
    last: int
    numbers: tuple[tuple[int, int, bytes], ...]
    shared: tuple[tuple[int, int], ...]
    inline: tuple[tuple[int, int], ...]
    text_styles: frozenset[bytes]


class _Styles(NamedTuple):
    """The cell styles (their ``s``) under which a number ≥ 0 is seen as itself, with their formats, and those under which a
    text is."""

    numbers: dict[bytes, str]
    texts: frozenset[bytes]


_NO_STYLES = _Styles({b"0": GENERAL}, frozenset((b"0",)))


def read_plain(package: Package) -> list[Grid] | None:
    """The worksheets of a workbook; None where anything in it is not plain.

    Raises:
        Unfit: a part is broken, as the full reader reports it too.
    """
    main = main_part(package)
    book, parts = package.once(main, workbook), relations(package, main)
    if not book.sheets or not book.utf8:
        return None
    kinds = {relation.kind: relation.part for relation in parts.values() if relation.part in package}
    found = [(name, state, relation.part) for name, state, number in book.sheets
             if (relation := parts.get(number)) and relation.kind == "worksheet" and relation.part in package]
    if len(found) < len(book.sheets):
        return None
    texts = kinds.get("sharedStrings", "")
    sizes = [package.size(name) for name in (*{part for _, _, part in found}, texts) if name]
    if sum(sizes) > _MOST:
        return None
    try:
        styles = package.once(kinds["styles"], _plain_styles) if "styles" in kinds else _NO_STYLES
    except Unfit:  # no figure depends on it
        return None
    if not all(_begins_plainly(package.read(part), styles) for _, _, part in found if package.size(part) > _LONG):
        return None
    strings = _strings_of(package.read(texts)) if texts else ()
    if strings is None:
        return None
    grids: list[Grid] = []
    cells = 0
    for name, state, part in found:
        grid = _sheet(package.read(part), strings, styles, name, Workbook.shows(state))
        if grid is None:
            return None
        grid.since_1904 = book.since_1904
        grids.append(grid)
        cells += len(grid.rows) * len(grid.rows[0])
        if cells > MOST_CELLS:
            return None
    return grids


def _strings_of(xml: bytes) -> list[str] | None:
    """The shared strings; None where one is in several runs, or has anything else but its text."""
    start, end = xml.find(b"<si>"), xml.rfind(b"</sst>")
    if not _STRINGS_HEAD.fullmatch(xml, 0, max(start, 0)) or xml[end + len(b"</sst>"):].strip():
        return None
    pieces = _STRING.split(xml[start:end])
    texts = [text for piece in pieces[1::2] if (text := _text(piece)) is not None]
    return None if any(pieces[::2]) or len(texts) < len(pieces) // 2 else texts


@remembered(most=1 << 15, longest=1 << 10)
def _text(xml: bytes) -> str | None:
    """The text of ``<t>…``; None where readers may differ over it. Remembered, as labels are the same in thousands of forms."""
    tag, _, body = xml.partition(b">")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            return None
        text = _ENTITY.sub(_meant, text)
    if _ESCAPED.search(text) or "\0" in text or (tag == b"<t" and text != text.strip(" \t\r\n")):
        return None
    return text


def _meant(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if not code:
        return _ENTITIES.get(name, "\0")
    return chr(code) if code == 10 or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else "\0"


def _plain_styles(xml: bytes) -> _Styles:
    looks = looks_of(xml)
    plain = {str(number).encode(): look.code for number, look in enumerate(looks) if look is PLAIN or look.plain}
    texts = [str(number).encode() for number, look in enumerate(looks) if _shows_text(look)]
    return _Styles(plain or {b"0": GENERAL}, frozenset(texts or [b"0"]))


def _shows_text(look: Look) -> bool:
    return look.plain or (not (look.struck or look.raised) and text_seen("x", look.code) == "x")


def _begins_plainly(xml: bytes, styles: _Styles) -> bool:
    """Whether the first rows of a long sheet are plain, and the number of the last; those of most ledgers are not, as days have a
    style."""
    start, end = xml.find(b"<row "), xml.rfind(b"<row ")
    return start > 0 and _ROW.match(xml, end) is not None and all(
        _shape(_VALUE.split(text), styles) for text in xml[start:start + _FIRST].split(b"</row>")[:-1])


def _sheet(xml: bytes, strings: Sequence[str], styles: _Styles, name: str, visible: bool) -> Grid | None:
    start, end = xml.find(b"<sheetData>"), xml.find(b"</sheetData>")
    if not 0 < start < end:
        return None
    merged = _merged(xml[:start] + b"<sheetData/>" + xml[end + len(b"</sheetData>"):])
    if merged is None:
        return None
    rows = _rows(xml[start + len(b"<sheetData>"):end].split(b"</row>"), strings, styles)
    return None if rows is None else Grid(name, rows, visible, list(merged))


@remembered(most=1024, longest=_LITTLE)
def _merged(xml: bytes) -> tuple[tuple[int, int, int, int], ...] | None:
    """The merged ranges of a sheet whose rows are taken out; None where it is broken, in another encoding or namespace, or where
    columns are hidden or cells have notes.

    Remembered, as what is around the rows is mostly what the blank had.
    """
    if not is_utf8(xml) or b"<!" in xml or xml.rfind(b"<?") > len(b"\xef\xbb\xbf"):
        return None
    try:
        found = elements(xml)
    except Unfit:
        return None
    (root, attributes), *inside = found
    if any(local == "dimension" and not _DIMENSION.fullmatch(given.get("ref", "")) for local, given in inside):
        return None
    if any("hidden" in given or given.get("width", "9")[0] == "0" or local == "legacyDrawing" or "zeroHeight" in given
           for local, given in inside):
        return None
    tags = [local for local, _ in found]
    if tags.count("mergeCells") > 1 or any(tag == "mergeCell" and before not in ("mergeCells", "mergeCell")
                                           for before, tag in pairwise(tags)):
        return None
    ranges = [one for local, given in inside if local == "mergeCell" and (one := _RANGE.fullmatch(given.get("ref", "")))]
    if root != "worksheet" or attributes.get("xmlns") != _MAIN or len(ranges) < tags.count("mergeCell") \
            or tags.count("sheetData") != 1:
        return None
    cells = tuple((int(one[2]) - 1, column_number(one[1]), int(one[4]) - 1, column_number(one[3])) for one in ranges)
    return cells if all(top <= bottom and left <= right for top, left, bottom, right in cells) else None


def _rows(texts: list[bytes], strings: Sequence[str], styles: _Styles) -> list[list[CellValue]] | None:
    """The rows from the first to the last with a value, each as wide as the widest; ``texts`` were parted by ``</row>``."""
    if not _BLANK_ROWS.fullmatch(texts.pop()):
        return None
    rows: list[list[CellValue]] = []
    width = last = 0
    try:
        for text in texts:
            pieces = _VALUE.split(text)
            row = _shape(pieces, styles)
            if row is None or row.number <= last:
                return None
            last = row.number
            if row.last < 0:
                continue
            cells: list[CellValue] = [""] * (row.last + 1)
            values = pieces[1::3]
            for n, column in row.shared:
                if not values[n].isdigit():
                    return None
                cells[column] = strings[int(values[n])]
            for n, column, style in row.numbers:
                number, code = float(values[n]), styles.numbers[style]
                if code != GENERAL and (number < 0 or number != int(number)) and seen(number, code) != (number, ""):
                    return None
                cells[column] = number
            for n, column in row.inline:
                given = _text(pieces[3 * n + 2])
                if given is None:
                    return None
                cells[column] = given
            rows += [[] for _ in range(last - 1 - len(rows))]
            rows.append(cells)
            width = max(width, len(cells))
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
        # 1.2.3; a value of another kind; a string that is not there; a style under which more is seen than the number
        return None
    if len(rows) * width > MOST_CELLS:
        return None
    for cells in rows:
        if len(cells) < width:
            cells += [""] * (width - len(cells))
    return rows or None


def _shape(pieces: list[bytes], styles: _Styles) -> _Row | None:
    """The row whose values are parted from the rest in ``pieces``; None where it is not plain, or more may be seen than its values."""
    row = _row(b"\0".join(pieces[::3]))
    if row is None or not row.text_styles <= styles.texts or any(style not in styles.numbers for _, _, style in row.numbers):
        return None
    return row


@remembered(most=8192, longest=_LITTLE)
def _row(text: bytes) -> _Row | None:
    """The row that ``text`` is, a zero byte in the place of each value; None where it has anything else.

    Remembered, as rows of forms that one program has written differ in little but their values.
    """
    head = _ROW.match(text)
    if head is None or head[0].rpartition(b"<row")[2].count(b' r="') > 1 or b" hidden=" in head[0] or b' ht="0' in head[0]:
        return None
    number, at, last, place = int(head[1]), head.end(), -1, 0
    before = -1
    found: dict[bytes, list[tuple]] = {b"n": [], b"s": [], b"inlineStr": []}
    styles: set[bytes] = set()
    while at < len(text):
        cell = _CELL.match(text, at)
        if cell is None:
            return None
        attributes = _ATTRIBUTE.findall(cell[1])
        given = dict(attributes)
        twice = len(given) < len(attributes)
        ref = _REF.fullmatch(given.pop(b"r", b""))
        style, kind = given.pop(b"s", b"0"), given.pop(b"t", b"n")
        if ref is None or given or twice or int(ref[2]) != number or kind not in found:
            return None
        column = column_number(ref[1].decode())
        if column <= before:
            return None
        if cell[2] == b">\0</c>":
            found[kind].append((place, column, style) if kind == b"n" else (place, column))
            place, last = place + 1, column
            styles |= {style} if kind != b"n" else set()
        elif kind != b"n":
            return None
        at, before = cell.end(), column
    return _Row(number, last, tuple(found[b"n"]), tuple(found[b"s"]), tuple(found[b"inlineStr"]), frozenset(styles))
