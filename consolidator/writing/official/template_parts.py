"""The blank workbook as the page to fill in carries it: its parts as text, cut open where a value belongs.

The page's script puts the values in between and zips the parts, so that the browser needs neither an XML parser nor a library.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from consolidator.model.grid import cell_name
from consolidator.model.marks import REPLY_SHEET, RETURN_COLUMNS, sheet_mark
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank import blank_cells, draw_blank
from consolidator.writing.official.drawing import NewWorkbook
from consolidator.writing.official.pictured_blank import pictured_texts
from schemas.form import Form

if TYPE_CHECKING:
    from schemas.picture import Spot

Piece = str | dict[str, Any]  # text, or what is in its place: {"figures": […]}, {"text": id}, {"rows": first, "style": s}
_REASONS_ROW = 3  # the titles of 单位说明; the reasons follow
_HEADS = tuple(RETURN_COLUMNS[n] for n in (1, 4, 3, 6))
_WIDTHS = (30, 14, 50, 40)
_EPOCH = 1980  # of the days in a zip's directory


def text_ids(form: Form) -> dict[str, str]:
    """Id of an input of the page → what is to be written there, in words."""
    return {f"text-{n}": label for n, label in enumerate(pictured_texts(form))}


def template_of(form: Form, to: Addressee) -> dict[str, object]:
    """The data of ``workbook.js``: the parts of the blank, and those that are otherwise where reasons are sent with it."""
    plain, other = _parts(form, to, reasons=False), _parts(form, to, reasons=True)
    week = to.week
    return {"parts": plain, "withReasons": {name: part for name, part in other.items() if plain.get(name) != part},
            "zipDay": (week.year - _EPOCH) << 9 | week.month << 5 | week.day}


def _parts(form: Form, to: Addressee, *, reasons: bool) -> dict[str, Piece | list[Piece]]:
    new = draw_blank(form, to, plain=True)
    if reasons:
        _add_reasons(new)
    spots: dict[int, dict[Spot, dict[str, Any]]] = {}
    for name, (sheet, spot) in blank_cells(form, to.week).items():
        spots.setdefault(sheet, {}).setdefault(spot, {"figures": []})["figures"].append(name)
    for key, (sheet, spot) in zip(text_ids(form), pictured_texts(form).values(), strict=True):
        spots.setdefault(sheet, {})[spot] = {"text": key}
    parts: dict[str, Piece | list[Piece]] = {}
    with zipfile.ZipFile(io.BytesIO(new.finished())) as package:
        for name in package.namelist():
            parts[name] = package.read(name).decode("utf-8")
    for sheet, of_sheet in spots.items():
        name = f"xl/worksheets/sheet{sheet + 1}.xml"
        parts[name] = _cut_open(str(parts[name]), of_sheet)
    if reasons:
        name = f"xl/worksheets/sheet{max(len(form.pictures), 1) + 1}.xml"
        parts[name] = _cut_at_rows(str(parts[name]))
    return parts


def _cut_open(xml: str, spots: dict[Spot, dict[str, Any]]) -> list[Piece]:
    """The XML of a sheet in pieces, with what each empty cell is to hold between its attributes and its end."""
    pieces: list[Piece] = []
    for spot in sorted(spots):
        row, column = spot
        found = re.search(rf'<c r="{cell_name(row, column)}"(?: s="\d+")?(?=/>)', xml)
        if found is None:
            raise RuntimeError(f"the blank has no empty cell at {spot}")
        pieces += [xml[:found.end()], spots[spot]]
        xml = xml[found.end() + len("/>"):]
    return [*pieces, xml]


def _cut_at_rows(xml: str) -> list[Piece]:
    """The XML of 单位说明 in pieces, with the rows of reasons in place of the empty one that shows their look."""
    found = re.search(rf'<row r="{_REASONS_ROW + 1}".*?</row>', xml)
    style = re.search(r's="(\d+)"', found[0]) if found else None
    if found is None or style is None:
        raise RuntimeError("the sheet of reasons has no row for them")
    return [xml[:found.start()], {"rows": _REASONS_ROW + 1, "style": style[1]}, xml[found.end():]]


def _add_reasons(new: NewWorkbook) -> None:
    """The sheet on which a unit's reasons stand; its titles are those of 退回说明, by which they are read."""
    sheet = new.book.add_worksheet(REPLY_SHEET)
    sheet.write_string(0, 0, sheet_mark(REPLY_SHEET), new.style())
    bold, plain = new.style(bold=True, border=1), new.style(border=1, text_wrap=True, valign="top")
    for column, (text, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(_REASONS_ROW - 1, column, text, bold)
        sheet.write_blank(_REASONS_ROW, column, None, plain)
