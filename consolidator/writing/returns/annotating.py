"""Annotated copies of rejected workbooks: the wrong cells coloured and commented, a first sheet that lists them.

openpyxl carries a workbook over; what it would lose (charts, pictures, controls …) is looked for first, and such a
workbook is not annotated: its notice says everything.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, cast

from consolidator.model.marks import RETURN_COLUMNS, RETURN_SHEET, SHEET_MARK, WHOLE_FILE, copy_mark
from consolidator.model.text import printable
from consolidator.writing.files import fixed_package
from consolidator.writing.returns.carrying import ODD, NotCarried, protected_ranges, restoring, stored_results
from schemas.form import Form
from schemas.problems import Problem, shorten

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.worksheet.worksheet import Worksheet

_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_ERROR_FILL, _WARNING_FILL, _ANSWER_FILL = "FFFF9999", "FFFFEB9C", "FFF5FAFF"
_BEFORE = "\n—— 原有批注 ——\n"
_TITLE_ROWS = 4
_WIDTHS = (6, 40, 14, 44, 22, 44, 30)


@dataclass(frozen=True, slots=True)
class Return:
    """What an annotated copy says: of which unit, week and original, until when, and what is wrong, errors first.

    ``replies`` are the unit's answers so far, by figure ("" for the file).
    """

    unit: str
    week: dt.date
    sha256: str
    heading: str
    hint: str
    _: KW_ONLY
    problems: tuple[Problem, ...]
    sheet: str | None = None
    replies: Mapping[str, str] | None = None


def annotated(data: bytes, flagged: Return, form: Form) -> bytes:
    """The annotated copy of ``data``, a workbook that :func:`consolidator.writing.returns.carrying.carried_as` has passed.

    Nothing in the copy changes but the colour and comment of wrong cells and the sheet 退回说明; formulas keep their
    stored results. The same input gives the same bytes.

    Raises:
        NotCarried: openpyxl fails at what the file holds.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book, results = _loaded(data)
        protected, sheets = protected_ranges(data), [sheet.title for sheet in book.worksheets]
        _annotate(book, flagged, form)
        saved = _saved(book)
    return fixed_package(saved, flagged.week, restoring(book, results, protected, sheets))


def _loaded(data: bytes) -> tuple[Workbook, dict[str, dict[str, object]]]:
    """The workbook and the stored results of its formulas."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=b"vbaProject.bin" in data, rich_text=True)
        return book, stored_results(data, book)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its descriptors raise at what other programs wrote
        raise NotCarried(ODD) from error


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    try:
        book.save(made)
    except MemoryError:
        raise
    except Exception as error:  # as above: it writes what it has read
        raise NotCarried(ODD) from error
    return made.getvalue()


def _annotate(book: Workbook, flagged: Return, form: Form) -> None:
    for sheet in list(book.worksheets):
        if sheet.title.startswith(RETURN_SHEET) and _is_ours(sheet):
            book.remove(sheet)
        else:
            _clear(sheet)
    places = [_place(book, one, flagged.sheet) for one in flagged.problems]
    for one, cell in zip(flagged.problems, places, strict=True):
        if cell is not None:
            _mark(cell, one)
    _list(book, flagged, form, places)


def _is_ours(sheet: Worksheet) -> bool:
    return any(isinstance(cell.value, str) and cell.value.startswith(SHEET_MARK) for cell in sheet._cells.values())


def _clear(sheet: Worksheet) -> None:
    """Takes away what an earlier return left in the copy: what is right now must not look wrong."""
    from openpyxl.styles import PatternFill

    for cell in list(sheet._cells.values()):
        if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in (_ERROR_FILL, _WARNING_FILL):
            cell.fill = PatternFill()
        if cell.comment is not None and cell.comment.author == SHEET_MARK:
            _, _, before = cell.comment.text.partition(_BEFORE)
            cell.comment = _comment(before, "") if before else None


def _place(book: Workbook, one: Problem, sheet: str | None) -> Cell | None:
    """The cell a problem is reported at: the first of a merged range, None where it has none or the sheet is not there."""
    name = one.sheet or sheet
    if not one.cell or not _ADDRESS.fullmatch(one.cell) or name not in book.sheetnames:
        return None
    there = book[name]
    if not hasattr(there, "merged_cells"):  # a chart sheet
        return None
    for merged in there.merged_cells.ranges:
        if one.cell in merged:
            return cast("Cell", there.cell(merged.min_row, merged.min_col))  # the first cell of a merged range is a cell
    return there[one.cell]


def _mark(cell: Cell, one: Problem) -> None:
    """Colours the cell and says in a comment what is wrong; several problems of one cell stand one below the other."""
    from openpyxl.styles import PatternFill

    before = cell.comment
    ours = before is not None and before.author == SHEET_MARK
    colour = _ERROR_FILL if one.severity == "error" else _WARNING_FILL
    if not (ours and cell.fill.fgColor.rgb == _ERROR_FILL):
        cell.fill = PatternFill("solid", fgColor=colour)
    words = printable(one.message)
    if before is not None and ours:
        text, mark, theirs = before.text.partition(_BEFORE)
        cell.comment = _comment(f"{text}\n{words}{mark}{theirs}")
    else:
        cell.comment = _comment(words + (_BEFORE + before.text if before else ""))


def _comment(text: str, author: str = SHEET_MARK) -> Comment:
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // 20 for line in text.split("\n"))
    return Comment(text, author, width=300, height=min(30 + 20 * lines, 400))


def _list(book: Workbook, flagged: Return, form: Form, places: list[Cell | None]) -> None:
    """The first sheet: each problem, where it is, what to write, and room to answer; the mark below."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    sheet = book.create_sheet(RETURN_SHEET, 0)
    line = Side(style="thin", color="FFBFBFBF")
    grid, top = Border(line, line, line, line), Alignment(vertical="center", wrap_text=True)
    _put(sheet.cell(1, 1), flagged.heading).font = Font(name="微软雅黑", size=14, bold=True)
    for row, text in enumerate(flagged.hint.split("\n"), 2):
        _put(sheet.cell(row, 1), text).font = Font(name="微软雅黑", size=10, color="FF595959")
    head = _TITLE_ROWS + 1
    for column, (text, width) in enumerate(zip(RETURN_COLUMNS, _WIDTHS, strict=True), 1):
        cell = _put(sheet.cell(head, column), text)
        cell.font, cell.border = Font(name="微软雅黑", size=10, bold=True), grid
        cell.fill, cell.alignment = PatternFill("solid", fgColor="FFDDEBF7"), Alignment("center", "center")
        sheet.column_dimensions[cell.column_letter].width = width
    answered = set()
    for number, (one, place) in enumerate(zip(flagged.problems, places, strict=True), 1):
        label = form.label(one.figure, flagged.week) if one.figure in form.figures else WHOLE_FILE
        wrong, advice = one.parted()
        wrong = wrong if one.severity == "error" else f"提醒：{wrong}"
        reply = "" if one.figure in answered else (flagged.replies or {}).get(one.figure or "", "")
        answered.add(one.figure)
        texts = (str(number), label, one.cell or "", wrong, shorten(one.written or "", 200), advice, reply)
        for column, text in enumerate(texts, 1):
            cell = _put(sheet.cell(head + number, column), text)
            cell.font, cell.border, cell.alignment = Font(name="微软雅黑", size=10), grid, top
        sheet.cell(head + number, len(texts)).fill = PatternFill("solid", fgColor=_ANSWER_FILL)
        sheet.cell(head + number, 4).fill = PatternFill(
            "solid", fgColor=_ERROR_FILL if one.severity == "error" else _WARNING_FILL)
        if place is not None:
            _link(sheet.cell(head + number, 3), place)
        lines = max(1 + 2 * len(text) // width for text, width in zip(texts, _WIDTHS, strict=True))
        sheet.row_dimensions[head + number].height = min(16 * lines + 4, 300)
    below = head + len(flagged.problems) + 2
    _put(sheet.cell(below, 1), copy_mark(flagged.week.isoformat(), printable(flagged.unit), flagged.sha256)).font = Font(
        size=8, color="FFBFBFBF")
    _put(sheet.cell(below - 1, 1), "下面一行供汇总程序识别，请勿删改：").font = Font(size=8, color="FFBFBFBF")
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _put(cell: Cell, text: str) -> Cell:
    """``text`` as text, whatever it begins with, also when a person has edited the cell."""
    cell.value = printable(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return cell


def _link(cell: Cell, place: Cell) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    name = place.parent.title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{place.coordinate}", display=str(cell.value))
    cell.font = Font(name="微软雅黑", size=10, color="FF0563C1", underline="single")
