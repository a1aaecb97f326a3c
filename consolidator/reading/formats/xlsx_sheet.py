"""One worksheet of a workbook of OOXML, in one pass: rows, cells, formulas, what is hidden, merged ranges."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from consolidator.model.grid import CellValue, Unread, column_number
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import MB, Package
from consolidator.reading.formats.recompute import Formula
from consolidator.reading.formats.runs import Text
from consolidator.reading.formats.sheet import FAR_ROWS, LAST_COLUMN, LAST_ROW, PLAIN, Look, Sheet
from consolidator.reading.formats.xlsx_texts import RunCollector, unescaped
from consolidator.reading.formats.xlsx_xml import YES, local_name, parse_xml, spot_of_reference

MOST_STREAMED = 64 * MB  # XML of one sheet
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?(?::\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,6})?)?")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref=["']([A-Za-z0-9:$]{2,30})["']""")


class _Enough(Exception):
    """What follows lies too far from the table."""


def read_sheet(package: Package, part: str, reader: SheetReader) -> None:
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
        parse_xml(counted(), reader.start, reader.end, reader.text)
    except _Enough:
        for ref in _MERGE.findall(tail):
            reader.merge(ref.decode("ascii"))
        for block in counted():
            for ref in _MERGE.findall(block):
                reader.merge(ref.decode("ascii"))


class SheetReader:
    """The handlers of one pass over a worksheet."""

    def __init__(self, sheet: Sheet, texts: tuple[str | Text, ...], looks: tuple[Look, ...]):
        self.sheet, self.texts, self.looks = sheet, texts, looks
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
        tag = local_name(tag)
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
        elif tag == "col" and (attributes.get("hidden") in YES or _nil(attributes.get("width"))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.sheet.hidden_columns.append((int(first) - 1, int(last) - 1))
        elif tag == "sheetFormatPr" and attributes.get("zeroHeight") in YES:
            self.sheet.hidden_unless = set()

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isascii() and number.isdigit() else self.row + 1
        self.column = -1
        if self.row > max(self.last, 0) + FAR_ROWS:
            raise _Enough
        if attributes.get("hidden") in YES or _nil(attributes.get("ht")):
            self.sheet.hidden_rows.add(self.row)
        elif self.sheet.hidden_unless is not None and ("ht" in attributes or "hidden" in attributes):
            self.sheet.hidden_unless.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self.column += 1
        else:
            spot = spot_of_reference(ref)
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
        tag = local_name(tag)
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
        self.sheet.add(self.row, self.column, value, look)
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
            return text.strip().casefold() in YES if text.strip() else ""
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
