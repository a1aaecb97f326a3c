"""The date that a text or a cell says, in every way in which people write one.

Of a span (5月29日—6月5日) the last day counts, since figures are cumulative (备注 1).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

from consolidator.model.grid import CellValue, Unread
from consolidator.notation.fold import fold
from consolidator.notation.tokens import chinese_number

LONGEST_TEXT = 2000  # a remark, not a date's place
_EPOCH = dt.date(1899, 12, 30)  # day 0 of a spreadsheet's day numbers, from March 1900 on
_SINCE_1904 = (dt.date(1904, 1, 1) - _EPOCH).days
_DAY_NUMBERS = range(36526, 73051)  # 2000 to 2099
_DAY_NUMBER = re.compile(r"[3-7][0-9]{4}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class DateReading:
    """``date`` is None where there is a place for a date and none can be taken from it; ``code`` then says why.

    ``code``: ``date-missing`` (not filled in, or the day not), ``date-unclear`` (error), ``date-without-year`` and
    ``date-range`` (notes). ``words`` are for the code's sentence: ``date``, ``example``, ``week``.
    """

    date: dt.date | None
    code: str | None = None
    words: dict = field(default_factory=dict)


_YEAR_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_CHINESE_YEAR = re.compile("[〇○零Oo一二三四五六七八九]{4}(?= ?年)|[〇○零一二三四五六七八九]{2}(?= ?年)")
_CHINESE_PART = re.compile("[一二三四五六七八九十廿卅]{1,3}(?= ?[月日号])")
_WEEKDAY = re.compile(r" ?[(,，、]? ?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?")

_MARK = r" ?[./、,，\-\u2010-\u2015\u2212·] ?| "
_FULL = re.compile(
    rf"(?<![0-9A-Za-z])(?P<year>[0-9]{{4}}|[0-9]{{2}}(?= ?年))(?: ?年 ?|{_MARK})"
    rf"(?P<month>[0-9]{{1,3}})(?: ?月 ?份? ?|{_MARK})"
    r"(?P<day>[0-9]{1,3})(?![0-9]) ?[日号]?")
_SHORT_YEAR = re.compile(
    r"(?<![0-9A-Za-z.])(?P<year>[0-9]{2})(?P<mark>[./\-])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?![0-9./\-])")
_COMPACT = re.compile(r"(?<![0-9A-Za-z])(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])")
_NO_YEAR = re.compile(r"(?<![0-9A-Za-z年])(?<!年 )(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2})(?![0-9]) ?[日号]?")
_BARE = re.compile(r"(?P<month>[0-9]{1,2})[./\-](?P<day>[0-9]{1,2})")
_LAST_DAY = re.compile(r"(?P<day>[0-9]{1,2})(?![0-9]) ?[日号]|(?P<bare>[0-9]{1,2})$")
_TO = re.compile(r" ?起?[,，]? ?(?:[-\u2010-\u2015\u2212~至到]|--|——) ?")
_PREFIX = re.compile(r"[^0-9:]*(?:时间|日期|期)[^0-9:]*:? ?")
_PLACE = re.compile(r"年.{0,6}月.{0,6}[日号]|[0-9]{2,4} ?年.{0,6}月|月 *[日号]|年 *月")
_LIKE_A_DATE = re.compile(r"[0-9A-Za-z] ?年 ?[0-9]+ ?月 ?[0-9]|[0-9]+ ?[月年] ?[0-9]+ ?[日号]"
                          r"|[0-9]{4}[./\-][0-9]{1,2}[./\-][0-9]{1,2}"
                          r"|[0-9]{1,2}[./\-][0-9]{1,2}[./\-](?:20)?[0-9]{2}(?![0-9])")


def day_numbered(value: float, *, since_1904: bool = False) -> dt.date | None:
    """The day of this century with a number in a spreadsheet, which ``since_1904`` counts from 1904; None where it is none's."""
    number = value + _SINCE_1904 if since_1904 else value
    return _EPOCH + dt.timedelta(days=int(number)) if _DAY_NUMBERS.start <= number < _DAY_NUMBERS.stop else None


def parse_date(value: CellValue, year: int, *, date_place: bool = False, since_1904: bool = False) -> DateReading | None:
    """The date in a cell or a text; None where there is none and no place for one.

    ``year`` is taken where none is written. ``date_place`` says that the cell is where the date belongs: then a
    spreadsheet's day number (45082, or 43620 ``since_1904``), 20230605 as a number and a bare “6.5” are dates too.
    """
    if isinstance(value, dt.datetime):
        return DateReading(value.date())
    if isinstance(value, dt.date):
        return DateReading(value)
    if isinstance(value, str):
        number = fold(value) if date_place else ""
        return _numbered(float(number), year, since_1904) if _DAY_NUMBER.fullmatch(number) else _read(value, year, date_place)
    if not date_place:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _numbered(value, year, since_1904)
    return _unclear(year) if isinstance(value, (bool, Unread)) else None


def _numbered(value: float, year: int, since_1904: bool) -> DateReading:
    """A number in a date's place: a spreadsheet's day number, or year, month and day as one number."""
    compact = _COMPACT.fullmatch(f"{value:.0f}")
    day = day_numbered(value, since_1904=since_1904) or (
        _day(compact["year"], compact["month"], compact["day"]) if compact else None)
    return DateReading(day) if day else _unclear(year)


_SIGN = re.compile("[\\d年月〇○零一二三四五六七八九十廿卅]")


@lru_cache(maxsize=4096)
def _read(text: str, year: int, date_place: bool) -> DateReading | None:
    if not _SIGN.search(text):
        return None
    plain = _plain(text) if len(text) <= LONGEST_TEXT else ""
    found = _all_dates(plain, year)
    if date_place and not found:
        found = _bare(plain, year)
    if not found:
        if _LIKE_A_DATE.search(plain):
            return _unclear(year)
        return _MISSING if _PLACE.search(plain) else None
    days = {day for _, _, day, _ in found}
    if None in days:
        return _unclear(year)
    (_, _, last, code), spans = found[-1], _is_span(plain, found)
    if len(days) > 1 and not spans:
        return _unclear(year)
    code = "date-range" if len(days) > 1 else code
    return DateReading(last, code, {"date": last, "example": _example(year)} if code else {})


_MISSING = DateReading(None, "date-missing", {"date": None, "week": "本周"})
Found = tuple[int, int, "dt.date | None", "str | None"]  # where it is, the day (None: impossible), its code


def _plain(text: str) -> str:
    """The text with Chinese numerals as digits, without weekdays and clock times."""
    text = fold(text).replace("\n", " ")
    text = _CLOCK.sub("", _WEEKDAY.sub(" ", text)).strip()
    return _CHINESE_PART.sub(_digits, _CHINESE_YEAR.sub(lambda found: found[0].translate(_YEAR_DIGITS), text))


def _digits(found: re.Match[str]) -> str:
    text = found[0].replace("廿", "二十").replace("卅", "三十")
    value = chinese_number(text)
    return found[0] if value is None else str(value)


def _day(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """The day, None where the calendar has none such."""
    try:
        return dt.date(int(year) + (2000 if int(year) < 100 else 0), int(month), int(day))
    except ValueError:
        return None


def _all_dates(text: str, year: int) -> list[Found]:
    """Every date of the text in order; what follows “至” may leave out year and month."""
    found: list[Found] = []
    for pattern in (_FULL, _COMPACT, _SHORT_YEAR, _NO_YEAR):
        for one in pattern.finditer(text):
            if any(one.start() < end and start < one.end() for start, end, _, _ in found):
                continue
            parts = one.groupdict()
            if pattern is _SHORT_YEAR and int(parts["year"]) != year % 100:
                continue
            day = _day(parts.get("year", year), parts["month"], parts["day"])
            if pattern is _COMPACT and day is None:
                continue
            found.append((one.start(), one.end(), day, None if "year" in parts else "date-without-year"))
    found.sort(key=lambda one: one[0])
    return _with_ends(text, found)


def _with_ends(text: str, found: list[Found]) -> list[Found]:
    """The dates with the short ends of spans: 2023年5月29日至6月5日, 2023.5.29-6.5, 6月1-5日."""
    result: list[Found] = []
    for start, end, day, code in found:
        before = result[-1] if result else None
        if before and day and before[2] and _TO.fullmatch(text[before[1] : start]) and code:
            day = _on_or_after(before[2], day.month, day.day)
            code = before[3]
        result.append((start, end, day, code))
        to = _TO.match(text, end)
        if not to or day is None or any(one[0] == to.end() for one in found):
            continue
        short, last = _BARE.match(text, to.end()), _LAST_DAY.match(text, to.end())
        if short:
            result.append((to.end(), short.end(), _on_or_after(day, int(short["month"]), int(short["day"])), code))
        elif last:
            result.append((to.end(), last.end(), _day(day.year, day.month, last["day"] or last["bare"]), code))
    return result


def _on_or_after(first: dt.date, month: int, day: int) -> dt.date | None:
    """The day of that month in ``first``'s year, in the next where a span goes over New Year."""
    this = _day(first.year, month, day)
    return this if this is None or this >= first else _day(first.year + 1, month, day)


def _is_span(text: str, found: list[Found]) -> bool:
    """Whether the dates are one span, in order."""
    if len(found) != 2:
        return False
    first, last = found[0][2], found[1][2]
    return first is not None and last is not None and first <= last and bool(_TO.fullmatch(text[found[0][1] : found[1][0]]))


def _bare(text: str, year: int) -> list[Found]:
    """“6.5” or “6-5” alone in the date's place."""
    one = _BARE.fullmatch(_PREFIX.sub("", text, count=1))
    return [(0, len(text), _day(year, one["month"], one["day"]), "date-without-year")] if one else []


def _unclear(year: int) -> DateReading:
    return DateReading(None, "date-unclear", {"date": None, "example": _example(year)})


def _example(year: int) -> str:
    return f"{year}年6月5日"
