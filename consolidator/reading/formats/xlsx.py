"""Workbooks of OOXML read in full: values, formulas, number formats, strokes, hidden parts and comments, in one pass by expat.

Own code and not openpyxl's, which must open a workbook twice for formulas and their results, gives no runs of shared strings
beside them, sees no sheet in strict OOXML, and raises or takes half a minute over parts that no figure depends on.
Whatever prefix, encoding or part name a program chose: the parts are found through :mod:`consolidator.reading.files.opc`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from consolidator.model.grid import CellValue, Grid, Unread, column_number
from consolidator.model.marks import SHEET_MARK
from consolidator.reading.files.opc import Relation, main_part, relations
from consolidator.reading.files.safe_xml import XML_FAULTS, elements, is_utf8, xml_parser
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import MB, Package
from consolidator.reading.formats.number_formats import BUILT_IN, GENERAL
from consolidator.reading.formats.recompute import Formula
from consolidator.reading.formats.runs import Run, Text, joined
from consolidator.reading.formats.sheet import (
    FAR_ROWS,
    LAST_COLUMN,
    LAST_ROW,
    PLAIN,
    Look,
    Sheet,
    check_formulas,
    count_cells,
)

MOST_STREAMED = 64 * MB  # XML of one sheet
_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?(?::\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?)?")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref=["']([A-Za-z0-9:$]{2,30})["']""")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_OFF = ("0", "false", "off", "none")
_YES = ("1", "true", "on")


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
    texts = _texts(package, parts)
    looks = _looks(package, parts)
    sheets: list[Sheet] = []
    for name, state, number in book.sheets:
        if not number and len(book.sheets) > 1:  # a module of old macros, of which nothing is kept
            continue
        relation = parts.get(number)
        if relation is None or relation.part not in package:
            raise broken()
        if relation.kind != "worksheet":  # a chart, a dialog, macros of Excel 4
            continue
        sheet = Sheet(name, Workbook.shows(state))
        _read_sheet(package, relation.part, _SheetReader(sheet, texts, looks, book.since_1904))
        sheet.comments = comments_of(package, relation.part)
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
            since_1904 = attributes.get("date1904", "0") in _YES
        elif local == "calcPr":
            unsure = attributes.get("fullCalcOnLoad") in _YES or attributes.get("calcId") == "0"
    return Workbook(tuple(sheets), since_1904, unsure, is_utf8(xml))


# -- styles ------------------------------------------------------------------------------------------------------

def _part_of(parts: Mapping[str, Relation], kind: str, package: Package) -> str:
    return next((one.part for one in parts.values() if one.kind == kind and one.part in package), "")


def _looks(package: Package, parts: Mapping[str, Relation]) -> tuple[Look, ...]:
    part = _part_of(parts, "styles", package)
    return package.once(part, looks_of) if part else ()


def looks_of(xml: bytes) -> tuple[Look, ...]:
    """What each cell style (by its ``s``) shows of a value.

    Raises:
        Unfit: the part is broken.
    """
    codes: dict[str, str] = {}
    fonts: list[list[bool]] = []  # struck, raised
    found: list[tuple[str, str]] = []
    where = ""
    for local, attributes in elements(xml):
        if local in ("fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "numFmts"):
            where = local
        elif local == "numFmt" and where == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif where == "fonts" and local == "font":
            fonts.append([False, False])
        elif where == "fonts" and local == "strike" and fonts:
            fonts[-1][0] = attributes.get("val", "1") not in _OFF
        elif where == "fonts" and local == "vertAlign" and fonts:
            fonts[-1][1] = attributes.get("val") in ("superscript", "subscript")
        elif where == "cellXfs" and local == "xf":
            found.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
    looks = []
    for number, font in found:
        code = codes.get(number) or (BUILT_IN.get(int(number), GENERAL) if number.isdecimal() else GENERAL)
        strokes = fonts[int(font)] if font.isdecimal() and int(font) < len(fonts) else (False, False)
        look = Look(code, *strokes)
        looks.append(PLAIN if look == PLAIN else look)
    return tuple(looks)


# -- texts -------------------------------------------------------------------------------------------------------

class RunCollector:
    """Collects the runs of rich texts (CT_Rst) from a parser's events, tags without prefix."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.raised = self.struck = self.in_text = self.phonetic = False
        self.words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "t":
            self.in_text, self.words = not self.phonetic, []
        elif tag in ("r", "rPr"):
            self.raised = self.struck = False
        elif tag == "strike":
            self.struck = attributes.get("val", "1") not in _OFF
        elif tag == "vertAlign":
            self.raised = attributes.get("val") in ("superscript", "subscript")
        elif tag == "rPh":
            self.phonetic = True

    def text(self, words: str) -> None:
        if self.in_text:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if tag == "t" and self.in_text:
            self.runs.append(Run(unescaped("".join(self.words)), self.raised, self.struck))
            self.in_text = False
        elif tag == "r":
            self.raised = self.struck = False
        elif tag == "rPh":
            self.phonetic = False

    def taken(self) -> str | Text:
        """The text so far; it begins anew."""
        text = joined(self.runs)
        self.runs, self.raised, self.struck = [], False, False
        return text if text != Text(text.text) else text.text


def unescaped(text: str) -> str:
    """A text in which ``_x000D_`` is the character that it stands for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _texts(package: Package, parts: Mapping[str, Relation]) -> tuple[str | Text, ...]:
    part = _part_of(parts, "sharedStrings", package)
    return package.once(part, _shared_strings) if part else ()


def _shared_strings(xml: bytes) -> tuple[str | Text, ...]:
    found: list[str | Text] = []
    runs = RunCollector()

    def end(tag: str) -> None:
        tag = _local(tag)
        if tag == "si":
            found.append(runs.taken())
        else:
            runs.end(tag)

    _parse((xml,), lambda tag, attributes: runs.start(_local(tag), attributes), end, runs.text)
    return tuple(found)


def comments_of(package: Package, part: str) -> dict[tuple[int, int], str]:
    """The notes on a sheet's cells, without those of this program."""
    found: dict[tuple[int, int], str] = {}
    runs = RunCollector()
    authors: list[str] = []
    ref, by_number = "", ""
    words_of_author: list[str] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal ref, by_number, words_of_author
        tag = _local(tag)
        if tag == "author":
            words_of_author = []
        elif tag == "comment":
            ref, by_number = attributes.get("ref", ""), attributes.get("authorId", "")
        runs.start(tag, attributes)

    def text(words: str) -> None:
        if words_of_author is not None:
            words_of_author.append(words)
        runs.text(words)

    def end(tag: str) -> None:
        nonlocal words_of_author
        tag = _local(tag)
        runs.end(tag)
        if tag == "author":
            authors.append("".join(words_of_author or ()))
            words_of_author = None
        elif tag == "comment":
            content = runs.taken()
            by = authors[int(by_number)] if by_number.isdecimal() and int(by_number) < len(authors) else ""
            spot = _spot(ref)
            if spot and by != SHEET_MARK:
                found[spot] = (content.text if isinstance(content, Text) else content).strip()

    for relation in relations(package, part).values():
        if relation.kind == "comments" and relation.part in package:
            _parse((package.read(relation.part),), start, end, text)
    return found


# -- sheets ------------------------------------------------------------------------------------------------------

class _Enough(Exception):
    """What follows lies too far from the table."""


def _read_sheet(package: Package, part: str, reader: _SheetReader) -> None:
    """One sheet, its XML taken piece by piece; of what follows a long stretch of blank rows only merged ranges are kept."""
    blocks = package.blocks(part) if package.size(part) > 8 * MB else iter((package.read(part),))
    gone, tail = 0, b""

    def counted() -> Iterable[bytes]:
        nonlocal gone, tail
        for block in blocks:
            gone += len(block)
            if gone > MOST_STREAMED:
                raise too_large(f"工作表解开后超过 {MOST_STREAMED // MB} MB")
            tail = block
            yield block

    try:
        _parse(counted(), reader.start, reader.end, reader.text)
    except _Enough:
        for ref in _MERGE.findall(tail):
            reader.merge(ref.decode("ascii"))
        for block in counted():
            for ref in _MERGE.findall(block):
                reader.merge(ref.decode("ascii"))


def _parse(blocks: Iterable[bytes], start: Callable[[str, dict[str, str]], None], end: Callable[[str], None],
           text: Callable[[str], None]) -> None:
    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except XML_FAULTS:
        raise broken() from None


def _local(tag: str) -> str:
    return tag.rpartition(":")[2] if ":" in tag else tag


@lru_cache(maxsize=16384)
def _spot(ref: str) -> tuple[int, int] | None:
    """The 0-based (row, column) of a reference; None where there is no such cell."""
    found = _REF.fullmatch(ref)
    if found is None:
        return None
    row, column = int(found[2]) - 1, column_number(found[1].upper())
    return (row, column) if row < LAST_ROW and column < LAST_COLUMN else None


class _SheetReader:
    """The handlers of one pass over a worksheet."""

    def __init__(self, sheet: Sheet, texts: tuple[str | Text, ...], looks: tuple[Look, ...], since_1904: bool):
        self.sheet, self.texts, self.looks, self.since_1904 = sheet, texts, looks, since_1904
        self.runs = RunCollector()
        self.row = self.column = self.last = -1
        self.kind = self.style = ""
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.of_formula: dict[str, str] = {}
        self.shared: dict[str, tuple[str, int, int]] = {}
        self.target: list[str] | None = None
        self.inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if self.inside:
            if tag == "v":
                self.value = self.target = []
            elif tag == "f":
                self.formula = self.target = []
                self.of_formula = attributes
            elif tag != "is":
                self.runs.start(tag, attributes)
        elif tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "mergeCell":
            self.merge(attributes.get("ref", ""))
        elif tag == "col" and (attributes.get("hidden") in _YES or _nil(attributes.get("width"))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.sheet.hidden_columns.append((int(first) - 1, int(last) - 1))
        elif tag == "sheetFormatPr" and attributes.get("zeroHeight") in _YES:
            self.sheet.hidden_unless = set()

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isascii() and number.isdigit() else self.row + 1
        self.column = -1
        if self.row > max(self.last, 0) + FAR_ROWS:
            raise _Enough
        if attributes.get("hidden") in _YES or _nil(attributes.get("ht")):
            self.sheet.hidden_rows.add(self.row)
        elif self.sheet.hidden_unless is not None and ("ht" in attributes or "hidden" in attributes):
            self.sheet.hidden_unless.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self.column += 1
        else:
            spot = _spot(ref)
            if spot is None:
                raise broken()
            self.row, self.column = spot
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.value = self.formula = None
        self.inside = True

    def text(self, words: str) -> None:
        if self.target is not None:
            self.target.append(words)
        else:
            self.runs.text(words)

    def end(self, tag: str) -> None:
        if not self.inside:
            return
        tag = _local(tag)
        if tag in ("v", "f"):
            self.target = None
        elif tag == "c":
            self.inside = False
            self._end_cell()
        else:
            self.runs.end(tag)

    def _end_cell(self) -> None:
        value = self._stored()
        if self.formula is not None:
            self._end_formula(value)
            if value == "" and not (self.kind == "str" and self.value is not None):
                value = Unread("formula", f"={self.sheet.formulas[self.row, self.column].text}")
        if value == "" or value == Text(""):
            return
        look = self.looks[int(self.style)] if self.style.isdecimal() and int(self.style) < len(self.looks) else PLAIN
        self.sheet.add(self.row, self.column, value, look, self.since_1904)
        self.last = max(self.last, self.row)

    def _stored(self) -> CellValue | Text:
        """The value as it is stored; "" where there is none."""
        kind = self.kind
        if kind == "inlineStr":
            return self.runs.taken()
        if self.value is None:
            return Unread("error", "#N/A") if kind == "e" else ""
        text = "".join(self.value)
        if kind == "s":
            index = text.strip()
            if not (index.isascii() and index.isdigit()) or int(index) >= len(self.texts):
                if not index:
                    return ""
                raise broken()
            return self.texts[int(index)]
        if kind == "n":
            return _number(text)
        if kind == "b":
            return text.strip().casefold() in _YES if text.strip() else ""
        if kind == "e":
            return Unread("error", text.strip() or "#N/A")
        return _day(text) if kind == "d" else unescaped(text)

    def _end_formula(self, value: CellValue | Text) -> None:
        text, group = "".join(self.formula or ()), self.of_formula.get("si", "")
        spot, rows, columns = (self.row, self.column), 0, 0
        if self.of_formula.get("t") == "shared" and group:
            if text:
                self.shared.setdefault(group, (text, *spot))
            elif group in self.shared:
                text, row, column = self.shared[group]
                rows, columns = spot[0] - row, spot[1] - column
        self.sheet.formulas[spot] = Formula(text, rows, columns)

    def merge(self, ref: str) -> None:
        """A merged range: ``B2:C3``; ``J:K`` and ``2:3`` are whole columns and rows."""
        found = _RANGE.fullmatch(ref)
        if found is None:
            return
        left, top, right, bottom = found.groups()
        first, last = column_number(left.upper()) if left else 0, column_number((right or left or "A").upper())
        upper, lower = int(top) - 1 if top else 0, int(bottom or top or 1) - 1
        last = last if right or left else LAST_COLUMN - 1
        lower = lower if bottom or top else LAST_ROW - 1
        if upper <= lower < LAST_ROW and first <= last < LAST_COLUMN and (upper, first) != (lower, last):
            self.sheet.merged.append((upper, first, lower, last))


def _nil(size: str | None) -> bool:
    """Whether a height or width is written as next to nothing."""
    try:
        return size is not None and float(size) < 0.1
    except ValueError:
        return False


def _number(text: str) -> CellValue:
    text = text.strip()
    try:
        number = float(text) if "_" not in text else None
    except ValueError:
        number = None
    if number is None or number != number or number in (float("inf"), float("-inf")):
        return text
    return number


def _day(text: str) -> CellValue:
    try:
        moment = dt.datetime.fromisoformat(text.strip().rstrip("Z"))
    except ValueError:
        return text
    return moment.date() if moment.time() == dt.time() else moment
