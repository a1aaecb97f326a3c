"""核验底册: the clerk's own workbook, from which she checks what goes up and whom she must ring.

较上期 and 各单位较上期 (this week, last week, increment) are made here, 核验问题 and 报送情况 by :mod:`checkbook_cases`,
走势 by :mod:`trends`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from consolidator.model.display import day_text
from consolidator.model.filenames import merged_name
from consolidator.model.result import Figures, UnitResult, WeekResult
from consolidator.writing.facts import percent
from consolidator.writing.xlsx.checkbook_cases import standing, write_cases
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import A3, Book, fit, write_text, write_texts
from consolidator.writing.xlsx.trends import write_trends
from schemas.form import Figure, Form
from schemas.settings import Settings

_ROW_BY_ROW = 2_000  # units from which rows are not kept in memory
_IN_FULL = 500  # units up to which each has three rows; beyond, only the increments (this week's figures are in 明细)
_THIS, _LAST, _MORE = "本期", "上期", "增减"


def write_checkbook(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    """Writes the workbook of ``result`` to ``path``; the same result gives the same bytes."""
    title = f"核验底册（{day_text(result.week)}）"
    with Book(path, result.week, title, settings.office.name, many=len(result.units) > _ROW_BY_ROW) as book:
        _write_district(book, result, form, settings)
        _write_units(book, result, form)
        write_cases(book, result, form)
        write_trends(book, result, form)


def total_unit(figure: Figure) -> str:
    """What a total counts: the figure's unit; of a yes or no, the units that say 是."""
    return figure.unit if figure.is_number else "个单位"


def _write_district(book: Book, result: WeekResult, form: Form, settings: Settings) -> None:
    """较上期: a row a figure, then the rates."""
    sheet = book.sheet("较上期")
    sheet.fit_to_pages(1, 1)
    against = f"与{day_text(result.previous_week)}一期相比" if result.previous_week else "首期，没有上期可比"
    due, reported = len(result.due_units()), len(result.reported_units())
    backlog = result.backlog()
    head = ["部分", "序号", "项目", "计量单位", _THIS, _LAST, _MORE]
    if any(backlog.values()):
        head.append("其中补报")
    if result.corrections:
        head.append("定稿时")
    labels = [form.label(name, result.week) for name in form.figures]
    columns = fit(sheet, [([s.short for s in form.sections], 12, 20), ([], 6, 6), (labels, 20, 60), ([], 10, 10)]
                  + [([], 12, 12)] * (len(head) - 4))
    book.heading(sheet, f"较上期（{day_text(result.week)}）",
                 f"{settings.office.name}；{against}；应报 {due} 个单位，已报 {reported} 个"
                 f"{'；本期已定稿' if result.closed else ''}。\n"
                 f"各单位本期数字见《{merged_name(form, result.week)}》的“明细”。", columns)
    for column, text in enumerate(head):
        write_text(sheet, 2, column, text, book.look("head"))
    row = 2
    for row, (name, figure) in enumerate(form.figures.items(), 3):
        write_text(sheet, row, 0, form.section_of[name].short, book.look("line"))
        sheet.write_number(row, 1, form.item_of[name].number, book.look("centre"))
        write_text(sheet, row, 2, form.label(name, result.week), book.look("line"))
        write_text(sheet, row, 3, total_unit(figure), book.look("centre"))
        book.figure(sheet, row, 4, result.totals.get(name), look="strong")
        book.figure(sheet, row, 5, result.previous_totals.get(name))
        book.figure(sheet, row, 6, result.increments.get(name), signed=True)
        column = 7
        if any(backlog.values()):
            book.figure(sheet, row, column, backlog.get(name) or None)
            column += 1
        if result.corrections:
            old = result.corrections.get(name)
            book.figure(sheet, row, column, old[0] if old else None)
    sheet.autofilter(2, 0, row, len(head) - 1)
    _write_rates(book, sheet, result, form, row + 2)
    sheet.freeze_panes(3, 3)
    sheet.repeat_rows(2)


def _write_rates(book: Book, sheet: Worksheet, result: WeekResult, form: Form, row: int) -> None:
    for at, plan in enumerate(form.report.rates, row):
        now, before = (percent(figures.get(plan.part), figures.get(plan.whole))
                       for figures in (result.totals, result.previous_totals))
        write_text(sheet, at, 0, "比率", book.look("line"))
        sheet.write_blank(at, 1, None, book.look("line"))
        write_text(sheet, at, 2, plan.title, book.look("line"))
        write_text(sheet, at, 3, "%", book.look("centre"))
        book.percent(sheet, at, 4, now)
        book.percent(sheet, at, 5, before)
        if now is None or before is None:
            sheet.write_blank(at, 6, None, book.look("points"))
        else:
            sheet.write_number(at, 6, float(now - before), book.look("points"))


def _write_units(book: Book, result: WeekResult, form: Form) -> None:
    """各单位较上期: units × figures; three rows a unit, of which the filter picks one kind, or the increments alone."""
    in_full = len(result.units) <= _IN_FULL
    sheet = book.sheet("各单位较上期", A3)
    columns = fit(sheet, [((unit.unit for unit in result.units), 10, 28), ([], 13, 13), ([], 6, 6)]
                  + [([], 10, 10)] * len(form.figures))
    book.heading(sheet, f"各单位较上期（{day_text(result.week)}）", "按“数”筛选可只看增减；红色为减少。" if in_full else
                 "单位较多，只列增减（合计三行俱全）；本期数见“明细”，本期数减增减即上期数。红色为减少。", columns[:12])
    _write_bands(book, sheet, form)
    row = 4
    totals = ((_THIS, result.totals), (_LAST, result.previous_totals), (_MORE, result.increments))
    for kind, figures in totals:
        _write_line(book, sheet, row, ("合计", "", kind), figures, form=form, look="strong")
        row += 1
    for unit in result.units:
        for kind, figures in _lines(unit, in_full):
            _write_line(book, sheet, row, (unit.unit, standing(unit), kind), figures, form=form,
                        look="tint" if in_full and kind == _MORE else "line")
            row += 1
    sheet.autofilter(3, 0, row - 1, 2 + len(form.figures))
    sheet.freeze_panes(4, 3)
    sheet.fit_to_pages(2, 0)  # on one page across the figures could not be read
    sheet.repeat_columns(0, 2)
    sheet.repeat_rows(2, 3)
    sheet.repeat_columns(0, 2)


def _write_bands(book: Book, sheet: Worksheet, form: Form) -> None:
    """Two rows of headings: the sections over their figures."""
    column = 3
    for section in form.sections:
        wide = sum(len(item.figures) for item in section.items)
        if wide > 1:
            sheet.merge_range(2, column, 2, column + wide - 1, section.short, book.look("band"))
        else:
            write_text(sheet, 2, column, section.short, book.look("band"))
        column += wide
    sheet.set_row(3, 56)
    for column, text in enumerate(("单位", "报送", "数")):
        write_text(sheet, 3, column, text, book.look("head"))
    for column, figure in enumerate(form.figures.values(), 3):
        write_text(sheet, 3, column, f"{figure.short}\n（{figure.unit}）", book.look("head"))


def _lines(unit: UnitResult, in_full: bool) -> Iterator[tuple[str, Figures]]:
    if in_full:
        yield _THIS, unit.figures
        yield _LAST, unit.previous
    yield _MORE, unit.increments


def _write_line(book: Book, sheet: QuickSheet, row: int, head: tuple[str, str, str], figures: Figures, *, form: Form,
                look: str = "line") -> None:
    signed = head[2] == _MORE
    write_texts(sheet, row, 0, head, [book.look(look)] * len(head))
    book.figures(sheet, row, len(head), form.values_of(figures), signed=signed, look=look)
