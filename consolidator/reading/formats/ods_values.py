"""The cell that the attributes of an OpenDocument cell make: its value, formula, error, and how often it repeats."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from consolidator.model.grid import Cell, CellValue, Unread
from consolidator.model.text import whole_number
from consolidator.reading.files.unreadable import broken
from consolidator.reading.formats.number_formats import held_against
from consolidator.reading.formats.runs import Text
from consolidator.reading.formats.sheet import Look, number_seen, seen_cell, stroked

_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
_ERROR = re.compile(r"#[A-Z][A-Z0-9/]*[!?]?|Err:\d+|#N/A")
_REFERENCE = re.compile(r"\[(?:\$?('(?:[^']|'')+'|[^\[\]'.:]+))?\.(\$?[A-Za-z]+\$?\d+)(?::\.(\$?[A-Za-z]+\$?\d+))?\]")


def repeats_of(words: str | None) -> int:
    """A repeat count, 1 where none is written."""
    if words is None:
        return 1
    number = whole_number(words, 9)
    if number is None:
        raise broken()
    return max(1, number)


def cell_of(attributes: dict[str, str], text: Text) -> tuple[Cell, float | None]:
    """The cell that attributes and displayed text make, and the number that is stored, if one is."""
    value = _value(attributes, text.text)
    if value.__class__ is float:
        shown = text.text.strip()
        if attributes.get("office:value-type") == "percentage":
            cell = Cell(f"{value * 100:.10g}%", shown)
        else:
            cell = number_seen(value, *held_against(value, shown)) if shown else Cell(value)
        if text.doubt:
            cell = stroked(cell, Look(struck=text.struck, raised=text.raised))
            cell = replace(cell, doubt=text.doubt, hidden=text.hidden)
        return cell, value
    if value.__class__ is str and value == text.text and text.doubt:
        return seen_cell(text, Look()), None
    return Cell(value), None


def _value(cell: dict[str, str], text: str) -> CellValue:
    """The value that a cell's attributes give; its text where they give none."""
    kind = cell.get("office:value-type") or cell.get("calcext:value-type")
    formula = cell.get("table:formula")
    if cell.get("calcext:value-type") == "error" or (formula is not None and _ERROR.fullmatch(text)):
        return Unread("error", text or "#N/A")
    if kind is None:
        return text if formula is None or text else Unread("formula", "=" + plain_formula(formula))
    try:
        if kind in ("float", "currency", "percentage"):
            return float(cell["office:value"])
        if kind == "boolean":
            return cell["office:boolean-value"] == "true"
        if kind == "date":
            moment = dt.datetime.fromisoformat(cell["office:date-value"].rstrip("Z"))
            return moment.date() if moment.time() == dt.time() else moment
        if kind == "time":
            return _duration(cell["office:time-value"])
    except (KeyError, ValueError, OverflowError):
        return text if formula is None or text else Unread("formula", "=" + plain_formula(formula))
    return text or cell.get("office:string-value", "")


def _duration(words: str) -> dt.timedelta:
    match = _DURATION.fullmatch(words)
    if match is None:
        raise ValueError(words)
    sign, days, hours, minutes, seconds = match.groups()
    span = dt.timedelta(int(days or 0), float(seconds or 0), minutes=int(minutes or 0), hours=int(hours or 0))
    return -span if sign else span


def plain_formula(formula: str) -> str:
    """A formula as spreadsheets show it: ``SUM(A1:B2,'明细'!C3)`` of ``of:=SUM([.A1:.B2];[$明细.C3])``."""
    def reference(found: re.Match[str]) -> str:
        sheet = f"'{found[1].strip(chr(39))}'!" if found[1] else ""
        return f"{sheet}{found[2]}" + (f":{found[3]}" if found[3] else "")

    return _REFERENCE.sub(reference, formula.partition("=")[2]).replace(";", ",")
