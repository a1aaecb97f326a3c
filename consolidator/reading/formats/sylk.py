"""SYLK, the oldest of exchange formats (``ID;P…``), which some programs still save as .slk or .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.reading.files.sniff import decoded
from consolidator.reading.files.unreadable import broken
from consolidator.reading.formats.number_formats import GENERAL
from consolidator.reading.formats.sheet import LAST_COLUMN, LAST_ROW, Look, Sheet, count_cells

_FIELD = re.compile(r";(?!;)((?:[^;]|;;)*)")
_MOST_LINES = 1_000_000
_LONGEST = 40_000  # a text of a cell has at most 32,767 characters


def read_sylk(data: bytes) -> list[Grid]:
    """The one sheet.

    Raises:
        Unfit: it is no text, or reaches farther than a sheet.
    """
    text = decoded(data)
    if text is None:
        raise broken()
    sheet, formats, look = Sheet(""), [], Look()
    looks: dict[tuple[int, int], Look] = {}
    values: dict[tuple[int, int], CellValue] = {}
    row = column = 0
    for line in _records(text.splitlines()[:_MOST_LINES]):
        kind = line.partition(";")[0]
        fields = {one[:1]: one[1:].replace(";;", ";") for one in _FIELD.findall(line[len(kind):]) if one}
        if kind == "P" and "P" in fields:
            formats.append(fields["P"])
        if kind == "O":
            sheet.since_1904 = fields.get("V") == "4"
        if kind not in ("C", "F"):
            continue
        row, column = _place(fields.get("Y"), row), _place(fields.get("X"), column)
        if row >= LAST_ROW or column >= LAST_COLUMN:
            raise broken()
        if kind == "F" and "P" in fields:
            number = int(fields["P"]) if fields["P"].isdecimal() else -1
            look = Look(formats[number] if 0 <= number < len(formats) else GENERAL)
            if "X" in fields or "Y" in fields or not {"C", "R"} & fields.keys():
                looks[row, column] = look
        elif kind == "C" and "K" in fields:
            values[row, column] = _value(fields["K"])
        elif kind == "C" and "E" in fields:
            values[row, column] = Unread("formula", f"={fields['E']}")
    for spot, value in values.items():
        if value != "":
            sheet.add(*spot, value, looks.get(spot, Look()))
    count_cells([sheet])
    return [sheet.grid()]


def _records(lines: list[str]) -> Iterator[str]:
    """The records; some writers break the line within a text instead of writing the break as a sign."""
    held = ""
    for line in lines:
        held = f"{held}\n{line}" if held else line
        if held.count('"') % 2 == 0 or len(held) > _LONGEST:
            yield held
            held = ""
    if held:
        yield from held.split("\n")


def _place(words: str | None, before: int) -> int:
    return int(words) - 1 if words and words.isascii() and words.isdigit() and 0 < int(words) < 10_000_000 else before


def _value(words: str) -> CellValue:
    if words.startswith('"'):
        return words.strip('"')
    if words.startswith("#"):
        return Unread("error", words)
    if words in ("TRUE", "FALSE"):
        return words == "TRUE"
    try:
        return float(words)
    except ValueError:
        return words
