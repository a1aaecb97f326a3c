"""“XML 电子表格 2003” (SpreadsheetML of Office 2003): workbooks as one file of XML, which some systems save as .xls."""

from __future__ import annotations

import datetime as dt
import re
from html.entities import html5

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.model.text import whole_number
from consolidator.reading.files.safe_xml import XML_FAULTS, xml_parser
from consolidator.reading.files.sniff import decoded
from consolidator.reading.files.unreadable import broken
from consolidator.reading.formats.number_formats import GENERAL
from consolidator.reading.formats.runs import Run, Text, joined
from consolidator.reading.formats.sheet import LAST_COLUMN, LAST_ROW, Look, Sheet, count_cells

_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,99}?encoding\s*=\s*["']([\w.-]{1,40})""")
_OF_PAGES = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]{2,8});")  # &nbsp; is of web pages, and systems write it here too
_NAMED = {"General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
          "Currency": '"¥"#,##0.00', "Short Date": "yyyy/m/d", "General Date": "yyyy/m/d", "Long Date": "yyyy/m/d",
          "Medium Date": "yyyy/m/d", "Yes/No": '"是";"是";"否"'}


def read_xml_2003(data: bytes) -> list[Grid]:
    """The worksheets in order.

    Raises:
        Unfit: the XML is broken or has entities, or there is no worksheet.
    """
    text = _decoded(data)
    if text is None:
        raise broken()
    reader = _Reader()
    try:
        text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
        reader.parser.Parse(_OF_PAGES.sub(_meant, text).encode("utf-8", "replace"), True)
    except XML_FAULTS:
        raise broken() from None
    if not reader.sheets:
        raise broken()
    count_cells(reader.sheets)
    return [sheet.grid() for sheet in reader.sheets]


def _meant(found: re.Match[str]) -> str:
    return html5.get(f"{found[1]};", found[0])


def _decoded(data: bytes) -> str | None:
    """The text in the encoding that it is in: many a system writes GBK and declares UTF-8, or the other way."""
    declared = _ENCODING.match(data)
    if declared and not declared[1].lower().startswith((b"utf", b"gb", b"ucs", b"unicode")):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            pass
    return decoded(data)


class _Reader:
    """The handlers; tags and attributes are taken without their prefixes, which every writer has."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.looks: dict[str, Look] = {"": Look()}
        self.style = ""
        self.row = self.column = -1
        self.row_style = ""
        self.cell: dict[str, str] | None = None
        self.kind = ""
        self.runs: list[Run] | None = None
        self.look = Run("")
        self.note: list[str] | None = None
        self.since_1904 = False
        self.parser = xml_parser()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        given = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if tag == "Style":
            self.style = given.get("ID", "")
            self.looks[self.style] = self.looks.get(given.get("Parent", ""), Look())
        elif tag == "NumberFormat" and self.style in self.looks:
            code = given.get("Format", GENERAL)
            self.looks[self.style] = self.looks[self.style]._replace(code=_NAMED.get(code, code))
        elif tag == "Font" and self.style in self.looks and not self.sheets:
            self.looks[self.style] = self.looks[self.style]._replace(
                struck=given.get("StrikeThrough") == "1", raised=given.get("VerticalAlign") in ("Superscript", "Subscript"))
        elif tag == "Worksheet":
            self.sheets.append(Sheet(given.get("Name", ""), since_1904=self.since_1904))
            self.row = self.column = -1
        elif tag == "Date1904":
            self.since_1904 = True
        elif self.sheets:
            self._in_sheet(tag, given)

    def _in_sheet(self, tag: str, given: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        if tag == "Column":
            self.column = _number(given.get("Index"), self.column + 2) - 1
            last = self.column + _number(given.get("Span"), 0)
            if given.get("Hidden") == "1":
                sheet.hidden_columns.append((self.column, last))
            self.column = last
        elif tag == "Row":
            self.row = _number(given.get("Index"), self.row + 2) - 1
            self.column, self.row_style = -1, given.get("StyleID", "")
            if given.get("Hidden") == "1":
                sheet.hidden_rows.add(self.row)
            if self.row >= LAST_ROW:
                raise broken()
        elif tag == "Cell":
            self.column = _number(given.get("Index"), self.column + 2) - 1
            self.cell, self.kind, self.runs, self.note = given, "", None, None
            if self.column >= LAST_COLUMN:
                raise broken()
        elif tag == "Comment":
            self.note = []
        elif tag == "Data" and self.cell is not None and self.note is None:
            self.kind, self.runs, self.look = given.get("Type", "String"), [], Run("")
        elif self.runs is not None and tag in ("S", "Sup", "Sub"):
            self.look = self.look._replace(struck=self.look.struck or tag == "S", raised=self.look.raised or tag != "S")
        elif tag == "Visible" and self.cell is None:
            self.kind = "visible"

    def text(self, text: str) -> None:
        if self.note is not None:
            self.note.append(text)
        elif self.runs is not None:
            self.runs.append(self.look._replace(words=text))
        elif self.kind == "visible" and self.sheets:
            self.sheets[-1].visible = self.sheets[-1].visible and not text.strip().startswith("SheetHidden") \
                and not text.strip().startswith("SheetVeryHidden")

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "Cell" and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = self.runs = None
        elif tag == "Comment" and self.note is not None:
            self.sheets[-1].comments[self.row, self.column] = "".join(self.note).strip()
            self.note = None
        elif tag in ("S", "Sup", "Sub"):
            self.look = Run("")
        elif tag == "Visible":
            self.kind = ""

    def _end_cell(self, given: dict[str, str]) -> None:
        sheet, text = self.sheets[-1], joined(self.runs or [])
        value = _value(self.kind, text)
        if value == "" and given.get("Formula"):
            value = Unread("formula", given["Formula"])
        if value != "" and value != Text(""):
            look = self.looks.get(given.get("StyleID", self.row_style), Look())
            sheet.add(self.row, self.column, value, look)
        across, down = _number(given.get("MergeAcross"), 0), _number(given.get("MergeDown"), 0)
        if across or down:
            sheet.merged.append((self.row, self.column, min(self.row + down, LAST_ROW - 1), min(self.column + across, LAST_COLUMN - 1)))
            self.column += across


def _number(given: str | None, default: int) -> int:
    number = whole_number(given, 7)
    return default if number is None else number


def _value(kind: str, text: Text) -> CellValue | Text:
    try:
        if kind == "Number":
            return float(text.text)
        if kind == "Boolean":
            return text.text.strip() == "1"
        if kind == "DateTime":
            moment = dt.datetime.fromisoformat(text.text.strip().rstrip("Z"))
            return moment.date() if moment.time() == dt.time() else moment
    except ValueError:
        return text.text
    if kind == "Error":
        return Unread("error", text.text.strip() or "#N/A")
    return text if text.doubt else text.text
