"""Cell → typed value, a column at a time: texts, days, deadlines, money, codes, choices.

Each reader gives (value, code, words): ``value`` None or "" where nothing can be taken, ``code`` of
:mod:`schemas.ledger_problems` or "". A ledger's columns hold few different texts, so each is read once.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Collection, Container
from functools import lru_cache

from consolidator.model.grid import CellValue, Unread
from consolidator.model.ledger_sheet import Value
from consolidator.model.text import squeeze
from consolidator.notation.dates import day_numbered, parse_date
from consolidator.notation.fold import as_written, fold
from consolidator.reading.ledgers.deadlines import NONE, DeadlineReader
from consolidator.reading.ledgers.money import MoneyReader
from consolidator.reading.ledgers.ticks import EDGES, ticked
from consolidator.reading.ledgers.vocabulary import Vocabulary
from schemas.firms import is_credit_code
from schemas.ledger_definition import Ledger
from schemas.state_words import any_of

Taken = tuple[Value, str, dict]
Reader = Callable[[CellValue], Taken]
LONGEST_DAY = 40
_ANY_YEAR = range(1, 10_000)
_NOTHING = frozenset(("", "/", "\\", "-", "--", "—", "——", "无", "不涉及", "无需", "暂无", "0", "N/A", "n/a"))
_OF_A_DAY = (r"[\d〇○零一二三四五六七八九十廿卅年月日号./\\\-\u2010-\u2015\s:：T,，、()（）~至到]|星期.|周.|礼拜.|上午|下午|已于|已|于|Z")
_FULL_STOP = re.compile(r"(?<=\d)[。·•](?=\d)")  # 6。5, as an input method writes it
_SPAN = re.compile(r"(\d{1,2})[./](\d{1,2})[日号]?\s*(?:[-\u2010-\u2015~至到]|--|——)\s*(\d{1,2})[./](\d{1,2})[日号]?")
_DOTTED = re.compile(r"(1[0-2]|[1-9])\.(\d|[0-3]\d)")  # a number that is a month and a day
_CLOCK = re.compile(r"(?<=[日号午\s])\d{1,2}[时点](?:\d{1,2}分?|半)?(?:许|左右)?")
_OF_A_CLOCK = re.compile(r"(?:(?<=[\d日号])[ T]|(?<=[日号午]))\d{1,2}:\d{2}(?::\d{2})?")
_DOTTED_DAY = re.compile(r"^(1[0-2]|0?[1-9])[./](?=(?:3[01]|[12]\d|0?[1-9])[日号]$)")  # 6.30日
_SECOND_DAY = re.compile(r"[日号].*?\d")
_BY_THEN = re.compile(r"(?<=[\d日号底末])(?:之?前|以前|止)(?:完成|整改|到位)*$")
_SEVERAL_DAYS = re.compile(r"\d\s*[、,，;；和及]\s*(?=\d)")
_BETWEEN_DAYS = re.compile(r"[、;；,，\n和及]+")
_SOME = re.compile(r"(?:发现|存在|有)?[1-9]\d?[处项条个起]")
_YES = frozenset(("是", "有", "√", "✓", "✔", "已", "对", "y", "yes", "1", "☑", "■", "●", "v", "存在", "查实", "发现"))
_NO = frozenset(("", "否", "无", "未", "×", "✗", "✕", "✘", "x", "没有", "不是", "n", "no", "0", "/", "-", "—", "——", "□", "○", "不涉及",
                 "未发现", "不存在", "正常", "合格", "未发现问题", "无此问题"))


def text_of(value: CellValue) -> str:
    """A cell as one line of text; a day as 2023-06-05."""
    if value.__class__ is str:
        return " ".join(value.split()) if not value.isprintable() or "  " in value else value.strip()
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return as_written(value)


def read_text(value: CellValue) -> Taken:
    return (None, "cell-unread", {}) if value.__class__ is Unread else (text_of(value), "", {})


class Values:
    """The readers of one ledger's column types; ``since_1904``: numbers of days count from 1904."""

    def __init__(self, ledger: Ledger, since_1904: bool = False):
        self.ledger, self.since_1904 = ledger, since_1904
        self.year = ledger.since.year if ledger.since > dt.date.min else ledger.years[0]
        self.vocabularies = {column: Vocabulary(choices, ledger) for column, choices in ledger.choices.items()}
        self.doubted = re.compile("|".join(map(re.escape, ledger.doubted))) if ledger.doubted else None
        self.exempt = frozenset(map(squeeze, ledger.exempt))
        around = any_of(ledger.deadlines.around)
        self.around_a_day = re.compile(f"{_OF_A_DAY}|{around}")
        self.beside_a_day = re.compile(f"(?:{around})+$|^(?:{around})+(?=[^a-zA-Z]*\\d)")
        self.due_years = range(min(ledger.years), max(ledger.years) + 2)
        self.deadlines = DeadlineReader(ledger, self.year, lambda text: self.day(text, spans=True, years=_ANY_YEAR))
        self.ditto = frozenset(map(squeeze, ledger.ditto))
        self.listed_words, self.unlisted = (frozenset(map(squeeze, words)) for words in (ledger.listed_words, ledger.unlisted_words))
        self.money = MoneyReader(ledger, _NOTHING, text_of).read
        self.not_yet = frozenset(squeeze(word) for state in ("open", "under_way") if state in ledger.states
                                 for word in ledger.states[state].words)

    def reader(self, key: str, unit: str = "", cells: Collection[CellValue] = ()) -> Reader:
        """The reader of the column ``key``; ``unit`` is the money unit of its heading, ``cells`` are the different ones of the column."""
        column = self.ledger.columns.get(key)
        kind = column.type if column else "yes_no"
        if kind == "money":
            large = column.large if column else 0
            if large and not unit and any(cell.__class__ in (int, float) and cell >= large for cell in cells):
                large = 1e-9  # where one number without a unit may be in 元, all may
            return lambda value: self.money(value, unit or (column.unit if column else ""), large)
        if kind == "choice":
            return lambda value: self.choice(value, key)
        if kind == "day" and column and column.need in ("rectified", "closed"):
            return self.day_done
        if column and (column.words_yes or column.words_no):
            yes, no = frozenset(column.words_yes), frozenset(column.words_no)
            return lambda value: (True, "", {}) if value in yes else (False, "", {}) if value in no else self.tick(value)
        return {"day": self.day, "days": self.days, "deadline": self.deadline, "credit_code": self.credit_code, "tick": self.tick,
                "yes_no": self.tick, "listed": self.listed, "count": self.count}.get(kind, read_text)

    def day(self, value: CellValue, *, spans: bool = False, years: Container[int] = ()) -> Taken:
        """A day as an ISO text; nothing else may stand beside it but words like 完成. With ``spans`` the last of two is taken; ``years``
        are those that it may be of, where that are others than the ledger's."""
        years = years or self.ledger.years
        if value.__class__ is dt.datetime or value.__class__ is dt.date:
            return self._of_year(value.date() if value.__class__ is dt.datetime else value, value, years)
        if value.__class__ is str:
            folded = _CLOCK.sub("", _OF_A_CLOCK.sub("", fold(value).strip("'’`")))
            folded = _DOTTED_DAY.sub(r"\1月", _FULL_STOP.sub(".", folded).strip().rstrip("。"))
            span = _SPAN.fullmatch(folded) if spans else None
            folded = "{}月{}日至{}月{}日".format(*span.groups()) if span else folded
            if squeeze(folded) in _NOTHING:
                return "", "", {}
            if len(folded) > LONGEST_DAY or self.around_a_day.sub("", folded) or (not spans and _SECOND_DAY.search(folded)):
                return None, "day-unread", {"written": text_of(value)}
            folded = self.beside_a_day.sub("", folded)
            found = parse_date(folded, self.year, date_place=True, since_1904=self.since_1904)
            first = _SEVERAL_DAYS.split(folded, maxsplit=1)[0]
            if first != folded and (one := parse_date(folded[:len(first) + 1], self.year, date_place=True)) and one.date:
                return None, "day-unread", {"written": text_of(value)}
        elif value.__class__ is Unread:
            return None, "cell-unread", {}
        else:
            days = self._of_number(value)
            if days:
                return self._of_year(days[0], value, years) if len(days) == 1 else (None, "day-two", {
                    "written": text_of(value), "first": days[0].isoformat(), "second": days[1].isoformat()})
            found = parse_date(value, self.year, date_place=True)
        if found is None or found.date is None or (found.code == "date-range" and not spans):
            return None, "day-unread", {"written": text_of(value)}
        return self._of_year(found.date, value, years)

    def _of_number(self, value: CellValue) -> list[dt.date]:
        """The days that a number like 6.5 can be: 6.1 is the first of June, or the tenth, as a number does not keep the zero. One
        in a workbook that counts from 1904 may have been copied from one that counts from 1900, where its own day cannot be."""
        if self.since_1904 and isinstance(value, int | float):
            own, other = day_numbered(value, since_1904=True), day_numbered(value)
            if own and (own.year in self.ledger.years or not other or other.year not in self.ledger.years):
                return [own]
            if own and other:
                return [own, other]
        found = _DOTTED.fullmatch(repr(value)) if value.__class__ is float else None
        if not found:
            return []
        days = [int(found[2]), *([int(f"{found[2]}0")] if len(found[2]) == 1 else [])]
        last = calendar.monthrange(self.year, int(found[1]))[1]
        return [dt.date(self.year, int(found[1]), day) for day in days if 0 < day <= last]

    def day_done(self, value: CellValue) -> Taken:
        """A day on which something was done; blank where it says that it was not done yet, or on the day found."""
        if value.__class__ is str and (text := squeeze(value)) and (self.is_not_yet(text) or self.is_at_once(text)):
            return "", "", {}
        return self.day(value)

    def is_not_yet(self, text: str) -> bool:
        """Whether what stands in the place of a day says that there is none yet: 未完成, 整改中, 待验收."""
        return text in self.not_yet or (text.startswith(self.ledger.negation) and not re.search("[\\d月日底]", text))

    def is_plan(self, text: str) -> bool:
        """Whether what stands in the place of a day tells when something is to be done: 预计6月30日, 6月30日前."""
        return text.startswith(self.ledger.negation) or bool(_BY_THEN.search(text))

    def is_at_once(self, text: str) -> bool:
        """Whether what stands in the place of a day means the day found: 当日, 立行立改."""
        return text in self.deadlines.at_once

    def days(self, value: CellValue) -> Taken:
        """Several days in one cell, joined by "|"; "exempt" where the row has nothing of the kind; "" for what is not done yet."""
        if value.__class__ is not str:
            return self.day(value)
        text = squeeze(fold(value))
        if text in self.exempt:
            return "exempt", "", {}
        if text in _NOTHING or text.startswith(self.ledger.negation):
            return "", "", {}
        found = []
        for part in filter(None, _BETWEEN_DAYS.split(text)):
            day, code, words = self.day(part)
            if code:
                return None, code, words if code == "day-year" else {"written": text_of(value)}
            found.append(str(day))
        return "|".join(sorted(set(found))), "", {}

    @staticmethod
    def _of_year(day: dt.date, value: CellValue, years: Container[int]) -> Taken:
        if day.year not in years:
            return None, "day-year", {"written": text_of(value), "day": day.isoformat()}
        return day.isoformat(), "", {}

    def deadline(self, value: CellValue) -> Taken:
        """A deadline: see :mod:`consolidator.reading.ledgers.deadlines`; two of them joined by "|" where it was put off."""
        if value.__class__ is not str:
            return self.day(value, years=self.due_years)
        text = squeeze(_OF_A_CLOCK.sub("", _OF_A_CLOCK.sub("", fold(value).strip("'’`"))))
        if text in _NOTHING - {"0"}:
            return "", "", {}
        found = self.deadlines.read(text)
        if found is None:
            return None, "deadline-unread", {"written": text_of(value)}
        if found == NONE:
            return "", "deadline-open", {"written": text_of(value)}
        wrong = next((day for day in found.split("|") if day[0].isdigit() and int(day[:4]) not in self.due_years), "")
        if wrong:
            return None, "day-year", {"written": text_of(value), "day": wrong}
        return found, "", {}

    def credit_code(self, value: CellValue) -> Taken:
        """18 signs whose last one checks the others (GB 32100-2015)."""
        text = squeeze(text_of(value)).upper()
        if text.casefold() in _NOTHING:
            return "", "", {}
        if is_credit_code(text):
            return text, "", {}
        return "", "credit-code", {"written": text_of(value)}

    def choice(self, value: CellValue, key: str) -> Taken:
        """One of the column's vocabulary, or a longer text that holds the words of one alone."""
        text = ticked(squeeze(text_of(value))).casefold()
        if text in _NOTHING:
            return "", "", {}
        name, code = self.vocabularies[key].read(text)
        words = {"written": text_of(value)}
        if code in ("choice-unknown", "choice-unclear"):
            words["choices"] = "、".join(name for name, one in self.ledger.choices[key].items() if not one.warning)
        elif code == "read-as":
            words["value"] = name or ""
        return name, code, words if code else {}

    def tick(self, value: CellValue) -> Taken:
        """是 or 否, a tick or none: True, False, None for a blank."""
        if value is True or value is False:
            return value, "", {}
        text = ticked(squeeze(text_of(value))).casefold()
        if not text:
            return None, "", {}
        if text in _YES:
            return True, "", {}
        if text in _NO:
            return False, "", {}
        if text[0] in "√✓✔☑" and text[-1] not in "×✗✕✘x" and text[1:].strip(EDGES) in _NO:  # √否: of two printed words that one is ticked
            return False, "", {}
        if (text[0] in "√✓✔☑" and "×" not in text) or _SOME.fullmatch(text):  # √（已整改）, 2处
            return True, "", {}
        return None, "yes-no-unread", {"written": text_of(value)}

    def listed(self, value: CellValue) -> Taken:
        """挂牌督办: "是", the level that is written, "off" for 摘牌, "" for none."""
        text = ticked(squeeze(text_of(value))).casefold()
        if text in _NO or text in self.unlisted:
            return "", "", {}
        if text in _YES or text in self.listed_words:
            return "是", "", {}
        if not (self.doubted and self.doubted.search(text)) and not text.startswith(self.ledger.negation):
            if any(word in text for word in self.ledger.offboard_words):
                return "off", "", {}
            levels = [word for word in self.ledger.listed_levels if word in text and not any(
                word in other and word != other and other in text for other in self.ledger.listed_levels)]
            level = levels[0] if len(levels) == 1 and (len(levels[0]) > 1 or self._names_level(text, levels[0])) else ""
            if level:
                return level, "", {}
        return "", "yes-no-unread", {"written": text_of(value)}

    def _names_level(self, text: str, level: str) -> bool:
        """Whether a level of one character stands for itself (市挂牌, 区安委会挂牌), not in another word (市场监管局)."""
        return text == level or bool(re.search(f"{level}(?:{self.ledger.of_level})", text))

    def count(self, value: CellValue) -> Taken:
        """A whole number."""
        text = squeeze(text_of(value))
        if text in _NOTHING - {"0"}:
            return None, "", {}
        found = re.fullmatch(r"(\d{1,6})(?:\.0+)?[个条项家次处]?", text)
        return (int(found[1]), "", {}) if found else (None, "money-unread", {"written": text_of(value)})


@lru_cache(maxsize=8)
def values_of(ledger: Ledger, since_1904: bool = False) -> Values:
    """The readers of a ledger's columns, made once for each definition."""
    return Values(ledger, since_1904)
