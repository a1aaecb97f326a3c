"""How a value and a date are printed: the only place that turns one into text for people.

Values: counts whole; money with as many decimals as it has, at least one (design.md, “The contract”); 是 or 否. Dates: the
ISO form names a week wherever it can be typed again (commands, file names, columns of dates, sentences of problems);
prose has 2023年6月5日, or 6月5日 where the year is clear.
"""

from __future__ import annotations

import datetime as dt

from consolidator.model.submission import FigureValue
from schemas.form import MONEY_DECIMALS, Figure


def value_text(value: FigureValue, figure: Figure | None = None, blank: str = "") -> str:
    """A figure's value: ``3``, ``5.2``, ``5.0`` (money), ``是``; ``blank`` where there is none.

    ``figure`` decides where it is given, else the value's type: int is a count, float money, bool yes or no.
    """
    if value is None:
        return blank
    kind = figure.kind if figure else "yes_no" if isinstance(value, bool) else "money" if isinstance(value, float) else "count"
    if kind == "yes_no":
        return "是" if value else "否"
    if kind == "count":
        return str(int(value))
    whole, _, decimals = f"{value:.{MONEY_DECIMALS}f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def total_text(value: FigureValue, figure: Figure, blank: str = "") -> str:
    """A total, or what a total grew by: of a yes/no figure the number of units that say 是."""
    if value is None:
        return blank
    text = str(int(abs(value))) if figure.kind == "yes_no" else value_text(abs(value), figure)
    return f"-{text}" if value < 0 else text


def unit_of_total(figure: Figure) -> str:
    """The unit of :func:`total_text`: 家, 万元, 个单位."""
    return "个单位" if figure.kind == "yes_no" else figure.unit


def change_text(value: FigureValue, figure: Figure, blank: str = "") -> str:
    """An increment of a total with its sign: ``+3``, ``-1``, ``0``."""
    text = total_text(value, figure, blank)
    return f"+{text}" if value is not None and value > 0 else text


def number_text(value: float) -> str:
    """A number that is no figure's value (a mean, the mark of an axis): no decimals on what is whole."""
    return f"{value:.{MONEY_DECIMALS}f}".rstrip("0").rstrip(".")


def day_text(day: dt.date) -> str:
    """2023年6月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_day_text(day: dt.date) -> str:
    """6月5日."""
    return f"{day.month}月{day.day}日"


def moment_text(moment: dt.datetime) -> str:
    """6月5日（星期一）12:00."""
    return f"{short_day_text(moment)}（星期{'一二三四五六日'[moment.weekday()]}）{moment:%H:%M}"


def logged_text(at: str) -> str:
    """The moment of an entry of the journal (ISO 8601) to the minute: 2023-06-05 09:30."""
    return at[:16].replace("T", " ")


def deadline_text(due: dt.datetime, now: dt.datetime) -> str:
    """How long until ``due``: 截止 6月5日 12:00，还有 2.5 小时; 还有 4 天; 已过."""
    hours = (due - now) / dt.timedelta(hours=1)
    moment = f"{short_day_text(due)} {due:%H:%M}"
    if hours >= 0:
        return f"截止 {moment}，还有 {hours:.1f} 小时" if hours < 72 else f"截止 {moment}，还有 {int(hours // 24)} 天"
    return f"截止 {moment}，已过"
