"""OpenDocument spreadsheets, read from content.xml by expat.

Our own reader, and the only one for .ods: calamine refuses some, says nothing of error values and of formulas without
a result, and lays out whatever ``number-columns-repeated`` claims. A row or cell repeated to the sheet's end is blank.
"""

from __future__ import annotations

import datetime as dt
import re

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.reading.files.safe_xml import XML_FAULTS, xml_parser
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats import number_formats

_MOST_CELLS = 400_000
_NEAR_REPEATS = 2048  # how often a cell or row with content is repeated at most
_CELL = ("table:table-cell", "table:covered-table-cell")
# Not of the cell's own text: remarks, pictures and their captions, the reading above a character, deleted cells.
_PASSED_OVER = {
    "office:annotation", "draw:frame", "draw:custom-shape", "draw:rect", "draw:g", "draw:line", "draw:control",
    "text:ruby-text", "table:tracked-changes", "table:shapes", "office:forms", "text:note", "table:detective"}
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
_SEEN = re.compile(r"(?=.*[\u4e00-\u9fff])([^\d{}]*)([\d.,]*\d)([^\d{}]*)")  # a number with words around it
_ERROR = re.compile(r"#[A-Z][A-Z0-9/]*[!?]?|Err:\d+|#N/A")


def read_ods(parts: Package) -> list[Grid]:
    """The sheets of an .ods; hidden ones with ``visible`` False.

    Raises:
        Unfit: broken XML, entities, or more cells than a workbook of forms has.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(parts.read("content.xml"), True)
    except XML_FAULTS:
        raise broken() from None
    if not reader.grids:
        raise broken()
    return reader.grids


class _Reader:
    """The handlers. All producers write the usual prefixes (table:, office:, text:): tags are taken as they stand."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden: set[str] = set()
        self.style = ""
        self.skipping = self.tables = self.cells = 0
        self.row: list[CellValue] = []
        self.row_repeat = self.blank_rows = 0
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[list[str]] = []
        self.in_paragraph = 0
        self.parser = xml_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.skipping or tag in _PASSED_OVER:
            self.skipping += 1
        elif tag in _CELL and self.tables == 1:
            self.cell, self.paragraphs = attributes, []
        elif tag in ("text:p", "text:h"):
            if self.cell is not None:
                self.paragraphs.append([])
                self.in_paragraph += 1
        elif self.in_paragraph:
            self._inside_text(tag, attributes)
        elif tag == "table:table-row" and self.tables == 1:
            self.row, self.row_repeat = [], _repeat(attributes.get("table:number-rows-repeated"))
        elif tag == "table:table":
            self.tables += 1
            if self.tables == 1:
                visible = attributes.get("table:style-name") not in self.hidden
                self.grids.append(Grid(attributes.get("table:name", ""), [], visible))
                self.blank_rows = 0
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self.style)

    def _inside_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "text:s":
            self.paragraphs[-1].append(" " * min(_repeat(attributes.get("text:c")), 100))
        elif tag == "text:tab":
            self.paragraphs[-1].append("\t")
        elif tag == "text:line-break":
            self.paragraphs[-1].append("\n")

    def text(self, text: str) -> None:
        if self.in_paragraph and not self.skipping:
            self.paragraphs[-1].append(text)

    def end(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif tag in ("text:p", "text:h"):
            self.in_paragraph = max(0, self.in_paragraph - 1)
        elif tag in _CELL and self.cell is not None and self.tables == 1:
            self._end_cell()
        elif tag == "table:table-row" and self.tables == 1:
            self._end_row()
        elif tag == "table:table":
            self.tables -= 1

    def _end_cell(self) -> None:
        value = _value(self.cell, "\n".join("".join(one) for one in self.paragraphs))
        repeat = _repeat(self.cell.get("table:number-columns-repeated"))
        self.cell = None
        if value != "":
            repeat = min(repeat, _NEAR_REPEATS)
        # Blanks are kept as a count until something follows them.
        self.row.append((value, repeat))

    def _end_row(self) -> None:
        while self.row and self.row[-1][0] == "":
            self.row.pop()
        if not self.row:
            self.blank_rows += self.row_repeat
            return
        width = sum(repeat for _, repeat in self.row)
        repeats = min(self.row_repeat, _NEAR_REPEATS)
        self.cells += width * repeats + self.blank_rows
        if self.cells > _MOST_CELLS:
            raise too_large("表中有离得很远或重复过多的单元格")
        rows = self.grids[-1].rows
        rows.extend([] for _ in range(self.blank_rows))
        self.blank_rows = 0
        cells = [value for value, repeat in self.row for _ in range(repeat)]
        rows.extend(list(cells) for _ in range(repeats))


def _repeat(said: str | None) -> int:
    """A repeat count, 1 where none is said."""
    if said is None:
        return 1
    if not (said.isascii() and said.isdigit()) or len(said) > 9:
        raise broken()
    return max(1, int(said))


def _value(cell: dict[str, str], text: str) -> CellValue:
    """The value that a cell's attributes say; its text where they say none."""
    kind = cell.get("office:value-type") or cell.get("calcext:value-type")
    formula = cell.get("table:formula")
    if cell.get("calcext:value-type") == "error" or (formula is not None and _ERROR.fullmatch(text)):
        return Unread("error", text or "#N/A")
    if kind is None:
        return text if formula is None or text else Unread("formula", _shown(formula))
    try:
        if kind == "percentage":
            return number_formats.shown(cell["office:value"], "percent")
        if kind in ("float", "currency"):
            return _number(float(cell["office:value"]), text)
        if kind == "boolean":
            return cell["office:boolean-value"] == "true"
        if kind == "date":
            said = cell["office:date-value"].rstrip("Z")
            moment = dt.datetime.fromisoformat(said)
            return moment.date() if moment.time() == dt.time() else moment
        if kind == "time":
            return _duration(cell["office:time-value"])
    except (KeyError, ValueError, OverflowError):
        return text if formula is None or text else Unread("formula", _shown(formula))
    return text or cell.get("office:string-value", "")


def _number(value: float, text: str) -> CellValue:
    """A number, or what is seen of it where its format puts words around it or shows it smaller (see ``formats.py``)."""
    seen = _SEEN.fullmatch(text)
    if seen is None:
        return value
    before, number, behind = seen.groups()
    number = number.replace(",", "")
    try:
        rounded = 0.5 * 10.0 ** -len(number.partition(".")[2]) + 1e-9
        if abs(float(number) - abs(value)) > rounded:
            return number_formats.shown(value, "scaled")
    except ValueError:
        return text
    return number_formats.shown(value, f"{before}{{}}{behind}")


def _duration(said: str) -> dt.timedelta:
    match = _DURATION.fullmatch(said)
    if match is None:
        raise ValueError(said)
    sign, days, hours, minutes, seconds = match.groups()
    span = dt.timedelta(int(days or 0), float(seconds or 0), minutes=int(minutes or 0), hours=int(hours or 0))
    return -span if sign else span


def _shown(formula: str) -> str:
    """A formula without the prefix of its dialect (``of:=SUM([.A1])``)."""
    return "=" + formula.partition("=")[2]
