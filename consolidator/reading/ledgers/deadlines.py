"""Deadlines as people write them: 6月底前, 7日内, 年底, 立即, 6月30日（延期至8月30日）.

A deadline that counts from the day on which the hazard was found is kept in words until that day is known: "+7" days after it,
"w7" working days, "m1" months, "month", "quarter" or "year" for the end of the one in which it was found, "next" for that of the
month behind it, "d15" for a day of it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from consolidator.model.text import squeeze
from consolidator.notation.tokens import chinese_number
from schemas.ledger_definition import Ledger
from schemas.state_words import any_of

NONE = "none"  # 长期, 待定: no day was set
_YEAR_MONTH = re.compile(r"(?P<year>20\d\d)[年.\-/](?P<month>1[0-2]|0?[1-9])月?")
_MONTH_WORD = re.compile(r"(?<![\d零〇一二三四五六七八九十])(?P<month>十[一二]?|[一二三四五六七八九])月")
_OF_MONTH = re.compile(r"(?:本月|当月)(?P<own>\d{1,2})[日号](?:之前|以前|前)?|(?P<day>\d{1,2})(?:号(?:之前|以前|前)?|日(?:之前|以前|前))")


class DeadlineReader:
    """Reads the deadlines of one ledger; ``year`` is that of a day without one, ``read_day`` reads a plain day (value, code, words)."""

    def __init__(self, ledger: Ledger, year: int, read_day: Callable[[str], tuple]):
        self.year, self.read_day = year, read_day
        self.first = max(ledger.since, dt.date(year, 1, 1)).isoformat()
        words = ledger.deadlines
        done = any_of(words.done)
        self.put_off = re.compile(rf"\(?(?:已?申请|已)?(?:{any_of(words.put_off)})(?:至|到)?[:：]?(?P<day>[^()]+)\)?")
        self.was = re.compile(rf"(?P<later>[^()]+)\((?:{words.was})(?P<first>[^()]+)\)")
        self.lead = re.compile(rf"^(?:{any_of(words.lead)})+(?=[\d一二三四五六七八九十本今当月季年上下立])")
        self.month = re.compile(r"(?:(?P<year>20\d\d)[年.\-/])?(?P<month>1[0-2]|0?[1-9])月(?:份)?"
                                rf"(?P<part>上旬|中旬|下旬|底|末|内)?(?:之前|以前|前|{done})*")
        self.within = re.compile(rf"(?:[自从在]?(?:发现|检查|排查|下达)(?:隐患)?(?:之?日)?(?:起|之?后)?)?(?P<number>\d{{1,3}}|半)个?"
                                 rf"(?P<unit>工作日|自然日|日|天|周|星期|个?月|年|小时)(?P<within>之内|以内|内)?(?P<done>(?:{done})*)")
        self.end = re.compile(rf"(?:本|当|今|(?P<next>下)个?)?(?P<what>月|季度?|年)(?:年|度)?(?:底|末|内|终)(?:之前|以前|前|{done})*")
        self.year_end = re.compile(
            rf"(?P<year>20\d\d)年?(?P<half>上半|下半)?年(?:年|度)?(?:底|末|内|终)?(?:之前|以前|前|{done})*"
            rf"|(?P<own>上半|下半)年(?:底|末|内)?(?:之前|以前|前|{done})*")
        self.quarter = re.compile(rf"(?:(?P<year>20\d\d)年)?第?(?P<number>[一二三四1-4])季度?(?:底|末|内)?(?:之前|以前|前|{done})*")
        self.tail = re.compile(rf"(?<=[日号底末内前立即刻场])(?:\d{{1,2}}时|\d{{1,2}}点|\d{{1,2}}:00|之前|以前|前|止|{done})+$")
        self.by = re.compile(rf"(?<=\d)(?:之前|以前|前|止)?(?:{done})*$")
        self.spoken = re.compile("[一二两三四五六七八九十]{1,3}(?=个?(?:工作日|日|天|周|星期|个?月|年)(?:之内|以内|内|" + done + "|$))")
        self.none_like = re.compile(words.none_like)
        self.at_once, self.no_day = (frozenset(map(squeeze, ones)) for ones in (words.at_once, words.none))

    def read(self, text: str) -> str | None:
        """What a folded text without blanks says; the first and the latest joined by "|" where it was put off; None: not read."""
        was = self.was.fullmatch(text)
        if was:
            first, later = self._one(was["first"]), self._one(was["later"])
            return f"{first}|{later}" if first and later and first[0].isdigit() and later[0].isdigit() else None
        put_off = self.put_off.search(text)
        if put_off and put_off.group() != text:
            first, later = self._one(text.replace(put_off.group(), "")), self._one(put_off["day"])
            if NONE in (first, later):  # 长期（改为6月30日）
                return later if first == NONE and later and later[0].isdigit() else None
            if first and later and not later[0].isdigit():  # 6月30日延期一个月: from that day on
                day = _after(later, dt.date.fromisoformat(first)) if first[0].isdigit() and later[0] in "+wm" else None
                later = day.isoformat() if day else None
            return f"{first}|{later}" if first and later else None
        if put_off:
            alone = self._one(put_off["day"])
            return alone if alone and alone[0].isdigit() else None
        return self._one(text)

    def _one(self, text: str) -> str | None:
        text = self.lead.sub("", text.strip("()（）,，;；。. "))
        if not text.endswith(("月内", "个月")):
            text = _MONTH_WORD.sub(lambda found: f"{chinese_number(found['month'])}月", text)
        text = self.spoken.sub(lambda found: str(chinese_number(found[0]) or found[0]), text)
        if text in self.at_once or self.tail.sub("", text) in self.at_once:
            return "+0"
        if text in self.no_day or self.none_like.fullmatch(text):
            return NONE
        if "已" in text:
            return None  # done, not due
        found = self._counted(text) or self._end(text)
        if found:
            return found
        day, code, _ = self.read_day(self.by.sub("", self.tail.sub("", text)) or text)
        return day if day and not code else None

    def _counted(self, text: str) -> str | None:
        """Within so many days, weeks or months."""
        within = self.within.fullmatch(text)
        if not within:
            return None
        unit = within["unit"]
        if within["number"] == "半":
            return {"年": "m6", "月": "+15"}.get(unit[-1])
        number = int(within["number"])
        if unit == "小时":
            return f"+{-(-number // 24)}"
        if unit == "日" and within.group() == f"{number}日":
            return None  # 15日 is the fifteenth, or so many days
        if unit == "年":
            return f"m{number * 12}" if number < 5 else None
        if unit == "工作日":
            return f"w{number}"
        if unit == "月" and "个" not in text and 1 <= number <= 12 and month_end(self.year, number) >= self.first:
            return month_end(self.year, number)  # 6月 is June, 6个月 half a year; 1月内 is a month where January is long gone
        return f"+{number * 7}" if unit in ("周", "星期") else f"m{number}" if unit.endswith("月") else f"+{number}"

    def _end(self, text: str) -> str | None:
        """The end of a month or a part of it, of a quarter, half or whole year."""
        whole = self.year_end.fullmatch(text)
        if whole:
            half = whole["half"] or whole["own"] or ""
            return month_end(int(whole["year"] or self.year), 6 if half.startswith("上") else 12)
        end = self.end.fullmatch(text)
        if end and end["next"]:
            return "next" if end["what"] == "月" else None
        if end:
            return {"月": "month", "季": "quarter", "季度": "quarter", "年": "year"}[end["what"]]
        quarter = self.quarter.fullmatch(text)
        if quarter:
            number = "一二三四".find(quarter["number"]) + 1 or int(quarter["number"])
            return month_end(int(quarter["year"] or self.year), number * 3)
        day = _OF_MONTH.fullmatch(self.tail.sub("前", text))
        if day:
            return f"d{int(day['own'] or day['day'])}"
        month = self.month.fullmatch(text) or _YEAR_MONTH.fullmatch(text)
        if month:
            year, number = int(month["year"] or self.year), int(month["month"])
            tenth = {"上旬": 10, "中旬": 20}.get(month.groupdict().get("part") or "")
            return dt.date(year, number, tenth).isoformat() if tenth else month_end(year, number)
        return None


def month_end(year: int, month: int) -> str:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def resolve_deadline(text: str, found: str) -> tuple[str, str] | None:
    """(first, latest) day of what :meth:`DeadlineReader.read` gave, for a hazard found on the day ``found``; None where that is not
    known and needed."""
    if not text:
        return "", ""
    days = []
    for part in text.split("|"):
        if part[0].isdigit():
            days.append(part)
        elif not found:
            return None
        else:
            day = _after(part, dt.date.fromisoformat(found))
            if day is None:
                return None
            days.append(day.isoformat())
    return days[0], days[-1]


def _after(part: str, day: dt.date) -> dt.date | None:
    """The day that counts from ``day``; None for a day of its month that was before."""
    if part[0] == "d":
        last = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=int(part[1:])) if day.day <= int(part[1:]) <= last else None
    if part == "next":
        return dt.date.fromisoformat(month_end(day.year + day.month // 12, day.month % 12 + 1))
    if part[0] == "+":
        return day + dt.timedelta(days=int(part[1:]))
    if part[0] == "w":
        left = int(part[1:])
        while left:
            day += dt.timedelta(days=1)
            left -= day.weekday() < 5
        return day
    if part[0] == "m" and part[1:].isdigit():
        month = day.month - 1 + int(part[1:])
        year, month = day.year + month // 12, month % 12 + 1
        return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    month = {"month": day.month, "quarter": (day.month + 2) // 3 * 3, "year": 12}[part]
    return dt.date.fromisoformat(month_end(day.year, month))
