"""Text files: a .csv, or the tab-separated text that web systems save as .xls, is a sheet; other text a narrative."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from consolidator.model.grid import CellValue, Grid
from consolidator.reading.files.sniff import decoded, refuse
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import MB

_SHEET_NAMES = (".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ods")
_MOST_ROWS = 100_000
_MOST = 24 * MB  # the cells of a table take some thirty times as much memory
_KEPT = re.compile(r'="((?:[^"]|"")*)"')
_BETWEEN_CELLS = re.compile(r"""[^,"\r\n\t]"?\t+"?[^,"\r\n\t]""")
_DAY_LIKE = r"(?:1[0-2]|[1-9])\.[123]0"
_DECIMAL = re.compile(rf"(?!{_DAY_LIKE}$)-?[0-9]{{1,15}}\.[0-9]{{1,15}}(?:[eE][+-]?[0-9]{{1,2}})?|=[+-]?[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?")


def read_text(data: bytes, name: str) -> list[Grid]:
    """One grid: with rows where the text is a table (by its name, or by tabs), else with ``lines`` alone.

    Raises:
        Unfit: the bytes are no text.
    """
    if len(data) > _MOST:
        raise too_large(f"文本文件有 {len(data) // MB} MB")
    text = decoded(data)
    if text is None:
        raise refuse("unknown")
    lines = text.splitlines()
    tabs = sum("\t" in line for line in lines)
    if not name.casefold().endswith(_SHEET_NAMES) and tabs * 2 < max(len(lines), 1):
        return [Grid("", [], lines=[line for line in lines if line.strip()])]
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text, tabs * 2 >= len(lines))), _MOST_ROWS + 1))
    except csv.Error:
        raise broken() from None
    if len(rows) > _MOST_ROWS:  # no row is lost unreported
        raise too_large(f"文本表格超过 {_MOST_ROWS} 行")
    return [Grid("", [[_cell(value) for value in row] for row in rows])]


def _delimiter(text: str, tabbed: bool) -> str:
    """What parts the cells. ``tabbed``: half of the lines have a tab, which may only keep a number a text for Excel (``18\\t,``)."""
    commas, semicolons, bars = map(text.count, ",;|")
    if tabbed and not (commas and _BETWEEN_CELLS.search(text) is None):
        return "\t"
    if semicolons > commas:
        return ";"
    return "|" if bars and not commas and not semicolons else ","


def _cell(value: str) -> CellValue:
    """A cell as spreadsheets open it: 18.00, =18 and 1.8E+01 are 18; but 6.10, which may be a day, keeps its zero."""
    value = kept(value)
    return float(value.strip().lstrip("=")) if _DECIMAL.fullmatch(value.strip()) else value


def kept(value: str) -> str:
    """A text without ``="…"``, by which programs keep Excel from making a number of it."""
    written = _KEPT.fullmatch(value.strip())
    return written[1].replace('""', '"') if written else value


def garbled(grids: list[Grid]) -> bool:
    """Whether Chinese came out as Latin letters with accents: a codepage that is not what the file says."""
    latin = 0
    for text in (value for grid in grids for row in grid.rows for value in row if isinstance(value, str)):
        if not text.isascii():
            if any("\u2e80" <= char <= "\u9fff" for char in text):
                return False
            latin += any("\x80" <= char <= "\xff" or char == "\ufffd" for char in text)
    return latin > 2


def ungarbled(text: str) -> str:
    """Text that was GB 18030 and was read byte by byte as Latin letters, read rightly; any other as it is."""
    for codepage in ("latin-1", "cp1252"):
        try:
            return text.encode(codepage).decode("gb18030")
        except UnicodeError:
            continue
    return text
