"""走势: the main figures over the weeks as native line charts, rates among them, with their table beside."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidator.model.display import day_text
from consolidator.model.result import WeekResult
from consolidator.writing.facts import percent
from consolidator.writing.xlsx.sheets import Book, fit, write_text
from schemas.form import Form

_SHEET = "走势"
_HEAD = 2  # row of the table's headings
_CHART = {"width": 520, "height": 300}
_CHART_ROWS = 16  # of 20 pixels
_COLOURS = ("#1F4E79", "#C55A11", "#548235", "#7F6000", "#7030A0", "#C00000", "#2E75B6", "#595959")
_MARKERS = ("circle", "square", "diamond", "triangle", "x", "plus", "star", "long_dash")  # not by colour alone
_FONT = {"name": "微软雅黑", "size": 9}


def write_trends(book: Book, result: WeekResult, form: Form) -> None:
    """The sheet: a row a week, the past ones and this; a chart for each unit of measure, one for the rates."""
    weeks = [(past.week, past.totals, past.reported) for past in result.past]
    weeks.append((result.week, result.totals, len(result.reported_units())))
    trends, rates = form.report.trends, form.report.rates
    sheet = book.sheet(_SHEET)
    figures = [form.figures[name] for name in trends]
    head = ["期", *(f"{one.short}\n（{one.unit}）" for one in figures), *(one.title for one in rates),
            "已报单位\n（个）"]
    columns = fit(sheet, [([], 8, 8), *[([], 11, 11)] * (len(head) - 1), ([], 3, 3)])
    book.heading(sheet, f"走势（{day_text(result.week)}）", "自专项行动开展以来的累计数，按各期当时的汇总。", columns)
    sheet.set_row(_HEAD, 48)
    for column, text in enumerate(head):
        write_text(sheet, _HEAD, column, text, book.look("head"))
    for row, (week, totals, reported) in enumerate(weeks, _HEAD + 1):
        write_text(sheet, row, 0, f"{week:%m-%d}", book.look("centre"))
        for column, name in enumerate(trends, 1):
            book.figure(sheet, row, column, totals.get(name))
        for column, plan in enumerate(rates, 1 + len(trends)):
            book.percent(sheet, row, column, percent(totals.get(plan.part), totals.get(plan.whole)))
        sheet.write_number(row, len(head) - 1, reported, book.look("line"))
    sheet.freeze_panes(_HEAD + 1, 1)
    _write_charts(book, sheet, form, head, weeks)


def _write_charts(book: Book, sheet: Worksheet, form: Form, head: list[str], weeks: list[tuple]) -> None:
    """Two charts a row, to the right of the table."""
    trends, rates = form.report.trends, form.report.rates
    by_unit: dict[str, list[int]] = {}
    for column, name in enumerate(trends, 1):
        by_unit.setdefault(form.figures[name].unit, []).append(column)
    plans = [(f"累计（{unit}）", columns, False) for unit, columns in by_unit.items()]
    if rates:
        plans.insert(1, ("比率", [1 + len(trends) + n for n in range(len(rates))], True))
    names = ["", *(form.figures[name].short for name in trends), *(one.title for one in rates)]
    for number, (title, columns, is_rate) in enumerate(plans):
        chart = book.workbook.add_chart({"type": "line"})
        for order, column in enumerate(columns):
            colour, marker = _COLOURS[order % len(_COLOURS)], _MARKERS[order % len(_MARKERS)]
            last = _HEAD + len(weeks)
            chart.add_series({
                "name": names[column],
                "categories": [_SHEET, _HEAD + 1, 0, last, 0], "values": [_SHEET, _HEAD + 1, column, last, column],
                # without these a previewer that computes nothing would draw an empty chart
                "categories_data": [f"{week:%m-%d}" for week, _, _ in weeks],
                "values_data": _values(form, weeks, column),
                "line": {"color": colour, "width": 2},
                "marker": {"type": marker, "size": 6, "fill": {"color": colour}, "border": {"color": colour}}})
        chart.set_title({"name": title, "name_font": {**_FONT, "size": 11}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": _FONT})
        chart.set_x_axis({"num_font": _FONT})
        chart.set_y_axis({"num_font": _FONT, "num_format": "0%" if is_rate else "0", "min": 0,
                          "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_size(_CHART)
        chart.show_blanks_as("gap")
        sheet.insert_chart(_HEAD + _CHART_ROWS * (number // 2), len(head) + 1, chart,
                           {"x_offset": (number % 2) * (_CHART["width"] + 16), "object_position": 3})


def _values(form: Form, weeks: list[tuple], column: int) -> list[float | int | str]:
    trends = form.report.trends
    if column <= len(trends):
        return [totals.get(trends[column - 1]) or 0 for _, totals, _ in weeks]
    plan = form.report.rates[column - 1 - len(trends)]
    found = (percent(totals.get(plan.part), totals.get(plan.whole)) for _, totals, _ in weeks)
    return ["" if value is None else float(value / 100) for value in found]
