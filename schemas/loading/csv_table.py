"""A CSV as Excel saves it: UTF-8 or GBK, quoted fields, empty rows; what cannot be read is refused with its line."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from schemas.actions import Sentence, act
from schemas.errors import DefinitionError, reason_of
from schemas.problems import shorten

_SAVE_AS = "请在 Excel 中另存为“CSV UTF-8（逗号分隔）”"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx, xls


def read_table(path: Path, what: str, option: str,
               required: Sequence[str]) -> tuple[list[str], list[dict[str, str]], list[int]]:
    """(header, rows as column → cell, the line each row begins on) of the CSV.

    Empty rows, and lines above the header that begin with ``#`` (:func:`headings_of`), are passed over.

    ``what`` is how the clerk calls the file, ``option`` the option that names it.

    Raises:
        DefinitionError: no such file, no CSV, a column of ``required`` missing, one twice, a row wider than the header.
    """
    reader = csv.reader(io.StringIO(_text(path, what, option), newline=""), strict=True)
    header: list[str] = []
    rows, lines = [], []
    end = 0
    try:
        for raw in reader:
            line, end = end + 1, reader.line_num
            cells = [_clean(cell) for cell in raw]
            if not any(cells) or (not header and _is_comment(cells[0])):
                continue
            if not header:
                header = _header(cells, required, f"{what} {path.name} 第{line}行")
                continue
            over = next(filter(None, cells[len(header):]), None)
            if over:
                raise DefinitionError(f"{what} {path.name} 第{line}行第{cells.index(over, len(header)) + 1}列："
                                      f"比表头多出“{shorten(over)}”，含逗号的内容请用英文双引号括起来")
            rows.append(dict(zip(header, cells + [""] * len(header), strict=False)))
            lines.append(line)
    except csv.Error as error:  # an open quote would swallow the rows after it
        raise DefinitionError(f"{what} {path.name} 第{end + 1}行：引号不成对，请检查英文双引号") from error
    return header, rows, lines


def headings_of(path: Path) -> dict[str, str]:
    """What the lines above the header say (``# 本级单位：区商务局``), by the word before the colon; {} of a file that cannot be read.

    Excel puts a row's commas behind such a line, and quotes where it holds one: neither is part of its text.
    """
    try:
        lines = list(csv.reader(io.StringIO(_text(path, "", ""), newline="")))
    except (DefinitionError, csv.Error):
        return {}
    found: dict[str, str] = {}
    for cells in lines:
        text = _clean(cells[0]) if cells else ""
        if not _is_comment(text):
            if text:
                break
            continue
        key, colon, value = text.lstrip("#＃ ").replace("：", ":", 1).partition(":")
        if colon and value.strip():
            found.setdefault(key.strip(), ",".join([value.strip(), *(one for one in map(_clean, cells[1:]) if one)]))
    return found


def _is_comment(text: str) -> bool:
    return text.startswith(("#", "＃"))


def _header(cells: list[str], required: Sequence[str], where: str) -> list[str]:
    header = [unicodedata.normalize("NFKC", cell) for cell in cells]
    missing = [column for column in required if column not in header]
    if missing:
        raise DefinitionError(f"{where}：缺少列 {','.join(missing)}，表头应为 {','.join(required)}")
    for number, column in enumerate(header):
        if column and column in header[:number]:
            raise DefinitionError(f"{where}第{number + 1}列：列“{shorten(column)}”出现两次")
    return [column or f"第{number + 1}列" for number, column in enumerate(header)]


def _clean(cell: str) -> str:
    """The cell without outer blanks and without control characters, which no workbook, page or mail can hold."""
    if cell.isprintable():
        return cell.strip()
    return "".join(c for c in cell if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def _text(path: Path, what: str, option: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(Sentence(f"读不到{what} {path}：请", act("look-at-path", option=option),
                                       f"（{reason_of(error)}）")) from error
    if data.startswith(_WORKBOOKS):
        raise DefinitionError(f"{what} {path.name} 是工作簿，不是 CSV：{_SAVE_AS}")
    for encoding in ("utf-8-sig", "gb18030"):  # GBK text is hardly ever valid UTF-8
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DefinitionError(f"{what} {path.name} 的文字编码认不出：{_SAVE_AS}")
