"""A worksheet's own XML, looked at where calamine is silent or would come to grief.

calamine gives "" for an error value and for a formula without a stored result, and lays out the whole rectangle up to
the farthest cell. :func:`plain` finds in some microseconds that a sheet has none of that; only where it cannot say so
is :func:`scan` worth its time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from consolidator.model.grid import Unread, column_letters, column_number
from consolidator.reading.files.safe_xml import XML_FAULTS, elements, is_utf8, xml_parser
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import MB, Package
from consolidator.reading.formats.number_formats import shown
from consolidator.reading.formats.runs import Runs, perhaps

NEAR_ROWS, NEAR_COLUMNS = 2048, 128  # what is read of a sheet whose cells lie farther apart than MOST_CELLS
MOST_CELLS = 400_000  # cells of a rectangle that calamine may lay out, 24 bytes each and a Python object
LONG = 8 * MB  # of a sheet with more XML than this, only the near part is read
MOST_STREAMED = 64 * MB  # how much XML of one sheet is gone through in search of its near part
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_FAR = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?[0-9]{4}|[A-Z]?0|[A-Z]"|[^A-Z0-9])')
_USUAL_HEAD = re.compile(  # UTF-8, double quotes, no document type, no prefix: then bytes may be searched as they are
    rb'(?:\xef\xbb\xbf)?(?:<\?xml(?: (?:version="1\.\d"|encoding="(?:utf-8|us-ascii)"|standalone="\w+"))*\s*\?>)?\s*'
    rb'<worksheet(?:\s+[\w:]+="[^"]*")*\s*>', re.I)
_FORMULA = re.compile(rb"<f[ />]")
NONE: Mapping[str, str] = {}
_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the workbook says of itself: its sheets' parts in order ("" where one has none), of every kind of sheet.

    ``named`` are their names, and their ``state`` (visible, hidden, veryHidden).
    ``to_work_out``: the formulas are to be worked out when it is opened. XlsxWriter stores 0 for each formula that was
    given no result, and says so: such a 0 is no figure. ``utf8``: see :func:`consolidator.reading.files.safe_xml.is_utf8`.
    """

    sheets: tuple[str, ...]
    named: tuple[tuple[str, str], ...]
    to_work_out: bool
    utf8: bool


def workbook(package: Package) -> Workbook:
    """What ``xl/workbook.xml`` and its relationships say.

    Raises:
        Unfit: one of the two is broken.
    """
    relations = "xl/_rels/workbook.xml.rels"
    sheets, to_work_out, utf8 = package.once("xl/workbook.xml", _sheets)
    targets, also_utf8 = package.once(relations, _targets) if relations in package else ({}, True)
    return Workbook(tuple([targets.get(relation, "") for relation, _, _ in sheets]),
                    tuple([(name, state) for _, name, state in sheets]), to_work_out, utf8 and also_utf8)


def _sheets(xml: bytes) -> tuple[list[tuple[str | None, str, str]], bool, bool]:
    """(relationship, name, state) of the sheets in ``xl/workbook.xml``; the two flags of :class:`Workbook`."""
    found, to_work_out = [], False
    for local, attributes in elements(xml):
        if local == "sheet":
            found.append((attributes.get("id"), attributes.get("name", ""), attributes.get("state", "visible")))
        elif local == "calcPr":
            to_work_out = attributes.get("fullCalcOnLoad") in ("1", "true")
    return found, to_work_out, is_utf8(xml)


def _targets(relations: bytes) -> tuple[dict[str | None, str], bool]:
    """Relationship → part, and whether they are in UTF-8."""
    return {attributes.get("Id"): _part(attributes.get("Target", ""))
            for local, attributes in elements(relations) if local == "Relationship"}, is_utf8(relations)


def _part(target: str) -> str:
    """The part that a relationship of the workbook leads to."""
    target = target.replace("\\", "/")
    return target[1:] if target.startswith("/") else "xl/" + target.removeprefix("./")


def plain(xml: bytes, changing: Collection[str] = ()) -> bool:
    """Whether a sheet surely has no formula, no error value, and no cell beyond Z999: most forms, told in 25 µs.

    Nor any cell in one of the styles ``changing`` (:func:`consolidator.reading.formats.number_formats.changing`).
    """
    if any(b' s="%s"' % style.encode() in xml for style in changing):
        return False
    if perhaps(xml):  # runs that are raised or struck out
        return False
    if len(xml) > LONG or b'="e"' in xml or b"='" in xml or _FAR.search(xml) or not _USUAL_HEAD.match(xml):
        return False
    return b"<f" not in xml or not _FORMULA.search(xml)


@dataclass(slots=True)
class Cells:
    """What :func:`scan` finds: ``near`` cells (0-based row, column) as (type, style, value) to write them again,
    ``unread`` ones (a text where the format shows another number, or runs look otherwise), the sheet's farthest row and
    column with content, and whether any lay too far and were ``cut``."""

    near: dict[tuple[int, int], tuple[str, str, str]] = field(default_factory=dict)
    unread: dict[tuple[int, int], Unread | str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    cut: bool = False

    @property
    def sprawling(self) -> bool:
        """The rectangle is too large to be laid out: only the near part is."""
        return self.cut or self.rows * self.columns > MOST_CELLS

    def unread_laid_out(self) -> dict[tuple[int, int], Unread | str]:
        """The unread cells that lie in what is laid out."""
        if not self.sprawling:
            return self.unread
        return {(row, column): one for (row, column), one in self.unread.items()
                if row < NEAR_ROWS and column < NEAR_COLUMNS}

    def xml(self) -> bytes:
        """The near cells as a worksheet that calamine reads."""
        rows: dict[int, list[str]] = {}
        for (row, column), (kind, style, value) in sorted(self.near.items()):
            ref = f"{column_letters(column)}{row + 1}"
            said = escape(value)
            body = f'<is><t xml:space="preserve">{said}</t></is>' if kind == "inlineStr" else f"<v>{said}</v>"
            rows.setdefault(row, []).append(f'<c r="{ref}" s="{style or 0}" t="{kind}">{body}</c>')
        lines = "".join(f'<row r="{row + 1}">{"".join(cells)}</row>' for row, cells in rows.items())
        return ('<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
                f'2006/main"><sheetData>{lines}</sheetData></worksheet>').encode()


class _Near(Exception):
    """All of the near part has been seen."""


def scan(blocks: Iterable[bytes], to_work_out: bool = False, changing: Mapping[str, str] = NONE, *,
         long: bool = False, strings: Mapping[str, str] = NONE) -> Cells:
    """Each cell of a worksheet, its XML given piece by piece.

    Where content lies too far apart (a stray cell at XFD1048576), and of a ``long`` part in any case, only what lies in
    the near part is kept, and the XML after row NEAR_ROWS is not read. ``strings``: see :func:`runs.shared_strings`.

    Raises:
        Unfit: the XML is broken, has entities, or does not end within MOST_STREAMED bytes.
    """
    scanner = _Scanner(to_work_out, changing, long, strings)
    gone = 0
    try:
        for block in blocks:
            gone += len(block)
            if gone > MOST_STREAMED:
                raise too_large(f"工作表解开后超过 {MOST_STREAMED // MB} MB")
            scanner.parser.Parse(block, False)
        scanner.parser.Parse(b"", True)
    except XML_FAULTS:
        raise broken() from None
    except _Near:
        pass
    return scanner.cells


class _Scanner:
    """The handlers of one pass. Attribute and tag names are local: exporters write ``<x:c>`` too."""

    def __init__(self, to_work_out: bool, changing: Mapping[str, str], long: bool, strings: Mapping[str, str]):
        self.cells = Cells(cut=long)
        self.changing, self.strings, self.runs = changing, strings, Runs()
        self.to_work_out = to_work_out
        self.row = self.column = -1
        self.kind = self.style = ""
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.shared: dict[str, str] = {}
        self.group = ""
        self.target: list[str] | None = None
        self.phonetic = self.inside = False
        self.parser = xml_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isascii() and number.isdigit() else self.row + 1
            self.column = -1
            if self.row >= NEAR_ROWS and self.cells.sprawling:
                self.cells.cut = True
                raise _Near
        elif tag == "c":
            self._start_cell(attributes)
        elif not self.inside:
            return
        elif tag in ("r", "rPr", "strike", "vertAlign"):
            self.runs.start(tag, attributes)
        elif tag == "v":
            self.value = self.target = []
        elif tag == "f":
            self.formula = self.target = []
            self.group = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif tag == "t" and not self.phonetic:
            self.value = self.value if self.value is not None else []
            self.target = []
        elif tag == "rPh":
            self.phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self.column += 1
        else:
            match = _REF.fullmatch(ref)
            if match is None:
                raise broken()
            self.column = column_number(match[1])
            self.row = int(match[2]) - 1
            if self.column >= LAST_COLUMN or self.row >= LAST_ROW:
                raise broken()
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.value = self.formula = None
        self.runs.reset()
        self.inside = True

    def text(self, text: str) -> None:
        if self.target is not None:
            self.target.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t" and self.target is not None:
            self.value.append(self.runs.said("".join(self.target)))
            self.target = None
        elif tag in ("v", "f"):
            self.target = None
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "c" and self.inside:
            self.inside = False
            self._end_cell()
        elif tag == "sheetData":
            raise _Near

    def _end_cell(self) -> None:
        value = None if self.value is None else "".join(self.value)
        unread = None
        formula = None if self.formula is None else "".join(self.formula)
        if formula is not None and self.group:
            formula = self.shared.setdefault(self.group, formula) if formula else self.shared.get(self.group, "")
        if self.kind == "e":
            unread = Unread("error", (value or "").strip() or "#N/A")
        elif formula is not None:
            known_blank = self.kind == "str" and value is not None
            if not (value or known_blank) or (self.to_work_out and self.kind == "n" and value.strip() in ("0", "0.0")):
                unread = Unread("formula", f"={formula}")
        if unread is None and not value:
            return
        if unread is None and (self.runs.changed or (self.kind == "s" and value in self.strings)):
            unread = value if self.runs.changed else self.strings[value]
        if unread is None and self.kind == "n" and self.style in self.changing:
            unread = shown(value, self.changing[self.style])
        cells = self.cells
        cells.rows, cells.columns = max(cells.rows, self.row + 1), max(cells.columns, self.column + 1)
        if unread is not None:
            cells.unread[self.row, self.column] = unread
        elif self.row < NEAR_ROWS and self.column < NEAR_COLUMNS:
            cells.near[self.row, self.column] = (self.kind, self.style, value)
