"""Text files: a .csv, or the tab-separated text that web systems save as .xls, is a sheet; other text a narrative."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from consolidator.model.grid import CellValue, Grid
from consolidator.reading.files.sniff import decoded, refuse
from consolidator.reading.files.unreadable import broken, too_large

_SHEET_NAMES = (".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ods")
_MOST_ROWS = 100_000
_KEPT = re.compile(r'="((?:[^"]|"")*)"')
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")


def read_text(data: bytes, name: str) -> list[Grid]:
    """One grid: with rows where the text is a table (by its name, or by tabs), else with ``lines`` alone.

    Raises:
        Unfit: the bytes are no text.
    """
    text = decoded(data)
    if text is None:
        raise refuse("unknown")
    lines = text.splitlines()
    tabs = sum("\t" in line for line in lines)
    if not name.casefold().endswith(_SHEET_NAMES) and tabs * 2 < max(len(lines), 1):
        return [Grid("", [], lines=[line for line in lines if line.strip()])]
    commas, semicolons = text.count(","), text.count(";")
    delimiter = "\t" if tabs * 2 >= len(lines) else ";" if semicolons > commas else ","
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), _MOST_ROWS + 1))
    except csv.Error:
        raise broken() from None
    if len(rows) > _MOST_ROWS:  # no row is lost unsaid
        raise too_large(f"文本表格超过 {_MOST_ROWS} 行")
    return [Grid("", [[_cell(value) for value in row] for row in rows])]


def _cell(value: str) -> CellValue:
    """A cell as spreadsheets open it: ``="18"`` is how programs keep Excel from making a number of a text; 18.00 is 18."""
    written = _KEPT.fullmatch(value.strip())
    if written:
        return written[1].replace('""', '"')
    return float(value) if _DECIMAL.fullmatch(value.strip()) else value


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
