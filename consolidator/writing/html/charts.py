"""Charts of a week's facts: inline SVG for the page, drawn by pygal, and Word's own chart for the report.

Word draws its chart itself: sharp in print, in the fonts of the machine it is opened on, and a few milliseconds to
write, where a picture would need a Chinese font on the machine that runs this.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from consolidator.model.display import number_text, short_day_text
from consolidator.writing.choosing import trends_of
from consolidator.writing.facts import Facts, percent
from schemas.form import Form

if TYPE_CHECKING:
    from lxml import etree
    from pygal.graph.graph import Graph

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
COLOURS = ("1F5A96", "C2571A", "2F7D4F", "8A4B9E", "7A6A1F", "4D5B66", "A3323E", "2A8C8C")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star", "dash")
_DASHES = ("solid", "dash", "solid", "sysDot", "dash", "solid", "sysDash", "sysDot")
_MOST_TICKS = 9
# pygal lays out texts as 0.6 of their size wide, which Chinese is not: it is given this size, and the page's style
# sheet sets 15 px, so that what it leaves room for fits
_LAYOUT_SIZE = 25
_WIDTH, _HEIGHT = 560, 320
_MOST_PAGE_TICKS = 5
_MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class PageChart:
    """A chart of the page: ``svg`` is safe markup; ``keys`` name its lines in the order of their styles."""

    title: str
    svg: str
    keys: tuple[str, ...] = ()


def page_charts(facts: Facts, form: Form) -> list[PageChart]:
    """The charts that the form gives reason for: totals through the weeks, rates through the weeks, faults by size."""
    charts = []
    weeks = [short_day_text(week) for week, _ in facts.weeks]
    if len(weeks) == 1:
        charts.append(_bars("主要指标累计数", [(form.figures[name].short, facts.weeks[0][1].get(name) or 0)
                                               for name in trends_of(form)]))
    lines = [(form.figures[name].short, [totals.get(name) or 0 for _, totals in facts.weeks],
              str(getattr(facts.f, name))) for name in trends_of(form)]
    if len(weeks) > 1:
        charts.append(_lines("主要指标各期累计数", weeks, lines))
    rates = []
    for rate, share in zip(form.report.rates, facts.rates, strict=True):
        shares = [percent(totals.get(rate.part), totals.get(rate.whole)) for _, totals in facts.weeks]
        rates.append((rate.title, [None if one is None else float(one) for one in shares], str(share) or "—"))
    if len(weeks) > 1 and any(value is not None for _, values, _ in rates for value in values):
        charts.append(_lines("各期整改率（%）" if all("整改" in title for title, _, _ in rates) else "各期比率（%）",
                             weeks, rates, (0, 100)))
    if facts.faults:
        charts.append(_bars("发现的问题（由多到少）",
                            [(fault.short, fault.fact.value or 0) for fault in facts.faults[:_MOST_BARS]]))
    return charts


def _lines(title: str, weeks: Sequence[str], rows: Sequence[tuple[str, Sequence[float | None], str]],
           bounds: tuple[int, int] | None = None) -> PageChart:
    """Lines through the weeks; ``rows`` hold name, values, and the latest as written, for the key below."""
    import pygal

    chart = pygal.Line(**_look(), range=bounds, x_labels_major_every=-(-len(weeks) // _MOST_PAGE_TICKS),
                       show_minor_x_labels=False, include_x_axis=True)
    chart.x_labels = list(weeks)
    for name, values, _ in rows:
        chart.add(name, list(values))
    words = "；".join(f"{name}{latest}" for name, _, latest in rows)
    names = [name for name, _, _ in rows]
    return PageChart(title, _svg(chart, f"{title}，最近一期：{words}", names),
                     tuple(f"{name} {latest}" for name, _, latest in rows))


def _bars(title: str, rows: Sequence[tuple[str, float]]) -> PageChart:
    """Bars from the longest down, each with its number."""
    import pygal

    chart = pygal.HorizontalBar(**_look(max(_HEIGHT, 36 * len(rows) + 40)), print_values=True,
                                show_y_guides=False, print_values_position="top")
    chart.x_labels = [name for name, _ in reversed(rows)]
    chart.add("", [value for _, value in reversed(rows)])
    words = "；".join(f"{name}{number_text(value)}" for name, value in rows)
    return PageChart(title, _svg(chart, f"{title}：{words}", [""]))


def _look(height: int = _HEIGHT) -> dict:
    from pygal.style import Style

    style = Style(label_font_size=_LAYOUT_SIZE, major_label_font_size=_LAYOUT_SIZE, value_font_size=15)
    return {"style": style, "js": (), "show_legend": False, "explicit_size": False, "width": _WIDTH, "height": height,
            "margin": 10, "margin_right": 28, "dots_size": 3, "value_formatter": number_text, "max_scale": 6}


def _svg(chart: Graph, description: str, names: Sequence[str]) -> str:
    """What pygal draws without its ids (random), styles and scripts (the page has its own and allows no other).

    Its hidden descriptions of each point become titles, which a browser shows when the point is touched.
    """
    from pygal.etree import etree

    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            kind = child.get("class") or "" if isinstance(child.tag, str) else None
            if kind is None or _tag(child) in ("defs", "title", "style", "script") or "tooltip-overlay" in kind.split():
                parent.remove(child)
        words = {child.get("class"): child.text for child in parent if _tag(child) == "desc"}
        for child in list(parent):
            if _tag(child) == "desc":
                parent.remove(child)
        if "value" in words:
            title = etree.SubElement(parent, "title")
            title.text = f"{words.get('x_label') or ''}：{words['value']}"
    for series in root.iter():
        kinds = (series.get("class") or "").split() if isinstance(series.tag, str) else []
        number = next((kind[6:] for kind in kinds if kind.startswith("serie-")), "")
        if number and names[int(number)]:
            for title in (one for one in series.iter() if _tag(one) == "title"):
                title.text = f"{names[int(number)]} {title.text}"
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", description)
    return etree.tostring(root, encoding="unicode")


def _tag(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def word_chart(facts: Facts, form: Form) -> bytes:
    """The chart part of a Word document: the form's main figures through the weeks, as bars in the first.

    Lines differ by marker and dash as well as by colour, so that a copy in black and white can be read.
    """
    names = trends_of(form)
    if len(facts.weeks) == 1:
        return _chart_xml([f"{form.figures[name].short}（{getattr(facts.f, name).unit}）" for name in names],
                          [(short_day_text(facts.last), [facts.weeks[0][1].get(name) or 0 for name in names])], lines=False)
    rows = [(f"{form.figures[name].short} {getattr(facts.f, name)}",
             [totals.get(name) or 0 for _, totals in facts.weeks]) for name in names]
    return _chart_xml(_labels([week for week, _ in facts.weeks]), rows)


def _labels(weeks: list[dt.date]) -> list[str]:
    """Weeks as an axis names them: of many only some, the last among them, and short.

    LibreOffice knows no skipping of labels, and is 6月5日 on its head where the room is small.
    """
    if len(weeks) <= _MOST_TICKS:
        return [short_day_text(week) for week in weeks]
    step = -(-len(weeks) // _MOST_TICKS)
    return [f"{week.month}.{week.day}" if (len(weeks) - 1 - n) % step == 0 else "" for n, week in enumerate(weeks)]


def _chart_xml(labels: list[str], rows: list[tuple[str, list[float]]], lines: bool = True) -> bytes:
    series = "".join(_series(number, title, labels, values, lines) for number, (title, values) in enumerate(rows))
    if lines:
        plot = ('<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>' + series +
                '<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>')
    else:
        plot = ('<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>' + series +
                '<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>')
    grey = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{}"/></a:solidFill></a:ln></c:spPr>'
    axes = ('<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
            '<c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
            '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>' + grey.format("808080") +
            '<c:crossAx val="2"/><c:crosses val="autoZero"/><c:tickLblSkip val="1"/></c:catAx>'
            '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
            '<c:delete val="0"/><c:axPos val="l"/><c:majorGridlines>' + grey.format("D9D9D9") + "</c:majorGridlines>"
            '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
            '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
            '<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}{axes}</c:plotArea>'
        + ('<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if lines else "") +
        '<c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr>'
        '<a:defRPr sz="900"><a:solidFill><a:srgbClr val="202020"/></a:solidFill><a:latin typeface="Times New Roman"/>'
        '<a:ea typeface="宋体"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr></c:chartSpace>'
    ).encode()


def _series(number: int, title: str, labels: list[str], values: list[float], lines: bool) -> str:
    """One series; the legend says its latest value, and a bar has its own."""
    colour = COLOURS[number % len(COLOURS)]
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    if lines:
        dash = _DASHES[number % len(_DASHES)]
        size = 5 if len(labels) <= _MOST_TICKS else 3
        look = (f'<c:spPr><a:ln w="19050">{fill}<a:prstDash val="{dash}"/></a:ln></c:spPr>'
                f'<c:marker><c:symbol val="{_MARKERS[number % len(_MARKERS)]}"/><c:size val="{size}"/>'
                f"<c:spPr>{fill}<a:ln>{fill}</a:ln></c:spPr></c:marker>")
        words = ""
        tail = '<c:smooth val="0"/>'
    else:
        look = f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
        words = ('<c:dLbls><c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
                '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
                '<c:showBubbleSize val="0"/></c:dLbls>')
        tail = ""
    text = "".join(f'<c:pt idx="{n}"><c:v>{escape(label)}</c:v></c:pt>' for n, label in enumerate(labels))
    points = "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values))
    return (f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:v>{escape(title)}</c:v></c:tx>'
            f'{look}{words}<c:cat><c:strLit><c:ptCount val="{len(labels)}"/>{text}</c:strLit></c:cat>'
            f'<c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}'
            f"</c:numLit></c:val>{tail}</c:ser>")


EMPTY_CHART = _chart_xml([short_day_text(dt.date(2023, 5, 29)), short_day_text(dt.date(2023, 6, 5))], [("示例", [1, 2])])
