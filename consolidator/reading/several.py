"""One file with the forms of several units: a sheet each, or a Word table each. Each form becomes a file of its own.

So every form has its own hash, original and annotated copy, as if its unit had sent it alone. How a file is cut down is in
:mod:`~consolidator.reading.apart`; in formats that are not named there such forms are reported (``two-forms``).
"""

from __future__ import annotations

from lxml import etree

from consolidator.model.grid import Grid
from consolidator.model.marks import is_marked
from consolidator.model.text import squeeze
from consolidator.reading.apart import only_ods, only_xls, only_xlsx, table_parts
from consolidator.reading.figures import read_figures
from consolidator.reading.files import sniff
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.header.header import read_heading
from consolidator.reading.locating.label_index import Book, book_of
from consolidator.reading.locating.locate import locate
from consolidator.reading.pictured.read import read_pictured
from consolidator.reading.read_file import understand
from schemas.form import Form

_MOST = 500  # units in one workbook


def split(data: bytes, name: str, form: Form) -> list[tuple[str, bytes]]:
    """(name with extension, file) of each unit's form; [] where the file holds no forms of several units, or is of another format.

    Sheets that are no form (a ledger, notes) stay with the first. Never raises for what the file holds.
    """
    if len(form.pictures) > 1:  # a form over several sheets is one
        return []
    try:
        kind = _kind(data, name)
        if kind == "docx":
            return _tables(data, form)
        if kind not in _ONLY:
            return []
        grids = read_grids(data, name)
        if not isinstance(grids, list):
            return []
        units = _units(grids, form)
        if len(set(units.values())) < 2 or len(units) > _MOST:
            return []
        others = {grid.sheet for grid in grids} - units.keys()
        first = next(iter(units))
        return [(f"{sheet}.{kind}", _ONLY[kind](data, {sheet} | (others if sheet == first else set()))) for sheet in units]
    except (Unfit, etree.LxmlError):
        return []


def _kind(data: bytes, name: str) -> str:
    kind = sniff.what_is(data, name)
    return sniff.kind_of(Package(data)) if kind == "zip" else kind


def _tables(data: bytes, form: Form) -> list[tuple[str, bytes]]:
    """A document for each table of a Word file, where each is a filled form with a unit of its own above it."""
    parts = table_parts(data, form.title)
    if not 1 < len(parts) <= _MOST:
        return []
    units: list[str] = []
    for part in parts:
        grids = read_grids(part, "x.docx")
        submission = understand(grids, form) if isinstance(grids, list) else None
        if submission is None or not submission.units or all(value is None for value in submission.figures.values()):
            return []
        units.append(squeeze(submission.units[0][0]))
    return [(f"表{n}.docx", part) for n, part in enumerate(parts, 1)] if len(set(units)) > 1 else []


def _units(grids: list[Grid], form: Form) -> dict[str, str]:
    """Sheet → the unit written on it, of every filled form; {} where one has none, or where the workbook is an annotated copy."""
    if any(is_marked(grid) for grid in grids):
        return {}
    found: dict[str, str] = {}
    for grid in grids:
        unit = (_unit_in_picture(grid, form) if form.pictures else _unit_of(grid, book_of(form))) if grid.visible else None
        if unit == "":
            return {}
        if unit:
            found[grid.sheet] = unit
    return found


def _unit_in_picture(grid: Grid, form: Form) -> str | None:
    """The same of a form of an adopted layout."""
    submission = read_pictured([grid], form)
    if submission is None or all(value is None for value in submission.figures.values()):
        return None
    return squeeze(submission.units[0][0]) if submission.units else ""


def _unit_of(grid: Grid, book: Book) -> str | None:
    """The unit of a filled form, "" where none is written; None where the sheet is no filled form."""
    located = locate(grid, book)
    if located is None or len(located.items) * 3 < book.items or not read_figures([located], book).filled:
        return None
    units = read_heading(located, book).units
    return squeeze(units[0][0]) if units else ""


_ONLY = {"xlsx": only_xlsx, "xls": only_xls, "ods": only_ods}
