"""A date is read in every way in which people write one, or reported; of a span the last day counts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Unread
from consolidator.notation.dates import DateReading, parse_date
from schemas.problems import CODES, problem

MONDAY = dt.date(2023, 6, 5)
NUMERALS = "〇一二三四五六七八九"


@pytest.mark.parametrize("text", [
    "2023年6月5日", "时间：2023年6月5日", "2023.6.5", "2023-06-05", "2023/6/5", "2023/06/05", "20230605",
    "23年6月5日", "23.6.5", "23-06-05", "二〇二三年六月五日", "二○二三年六月五日", "二零二三年六月五日",
    "二O二三年六月五日", "２０２３年６月５日", "２０２３．６．５", "2023 年 6 月 5 日", "2023年 6月5日",
    "2023\u3000年\u30006\u3000月\u30005\u3000日", "2023年6月5日 星期一", "2023年6月5日（星期一）",
    "2023年6月5日（周一）上午", "2023-06-05 00:00:00", "2023-06-05T09:30:00", "2023 6 5", "2023、6、5", "2023年6.5",
    "2023年6月5", "2023年6月5号", "2023年06月05日", "截至2023年6月5日", "填表日期:2023年6月5日 12时", "2023年六月5日",
    "调度表2023-06-05", "区商务局20230605", "2023年6月5日\n2023年6月5日", "_2023_年_6_月_5_日", "2023 .6 .5",
    dt.date(2023, 6, 5), dt.datetime(2023, 6, 5, 9, 30)])
def test_a_whole_date_is_read_without_a_word(text):
    assert parse_date(text, 2023) == DateReading(MONDAY)


@pytest.mark.parametrize("text", ["6月5日", "时间：6月5日", "六月五日", "6 月 5 日", "6月5号"])
def test_without_a_year_the_given_one_is_taken_and_noted(text):
    words = {"date": MONDAY, "example": "2023年6月5日"}
    assert parse_date(text, 2023) == DateReading(MONDAY, "date-without-year", words)
    assert CODES["date-without-year"].severity == "note"


@pytest.mark.parametrize("text", [
    "5月29日—6月5日", "5月30日至6月5日", "2023年5月29日至6月5日", "2023年5月29日-2023年6月5日", "2023.5.29-6.5",
    "2023.5.29-2023.6.5", "6月1日至5日", "6月1-5日", "2023年6月1日—5日", "（5月29日－6月5日）",
    "2023年5月29日（星期一）至6月5日（星期一）", "2023年5月25日起至6月5日"])
def test_of_a_span_the_last_day_counts(text):
    reading = parse_date(text, 2023)
    assert (reading.date, reading.code) == (MONDAY, "date-range")
    assert CODES["date-range"].severity == "note"


def test_a_span_over_new_year_ends_in_the_next():
    assert parse_date("2023年12月25日至1月1日", 2023).date == dt.date(2024, 1, 1)


@pytest.mark.parametrize("text", [
    "2023年   月   日", "时间：2023年   月   日", "年 月 日", "____年__月__日", "2023年6月  日", "2023年6月",
    "2023年X月X日", "2023年×月×日", "   月   日", "6月 日"])
def test_a_place_for_a_date_that_is_not_filled_in(text):
    reading = parse_date(text, 2023)
    assert (reading.date, reading.code) == (None, "date-missing")


@pytest.mark.parametrize("text", [
    "2023年2月30日", "2023年13月1日", "2023年6月0日", "6月31日", "2023.6.31", "2O23年6月5日", "203年6月5日",
    "20231年6月5日", "2023年6月055日", "6/5/2023", "2023年6月5日 截止2023年6月4日", "2023年6月5日、2023年6月12日",
    "2023年6月5日至6月40日"])
def test_a_date_that_cannot_be_or_is_not_sure_is_reported(text):
    reading = parse_date(text, 2023)
    assert (reading.date, reading.code) == (None, "date-unclear")
    assert problem(reading.code, written=text, **reading.words).message.endswith("请写成“2023年6月5日”")


@pytest.mark.parametrize("value", [
    "", "区商务局（单位）", "2023行动进展情况调度表", "电话 022-26293030", "26293030", "13.6%", "1.2", "6.5", "第3期",
    "2023年第23周", "3，5.2", 45082.0, 12, True, dt.time(9), Unread("error", "#REF!")])
def test_where_no_date_is_there_is_none(value):
    assert parse_date(value, 2023) is None


@pytest.mark.parametrize(("value", "code"), [
    (45082, None), (45082.0, None), (45082.5, None), (20230605.0, None), ("6.5", "date-without-year"),
    ("日期：6-5", "date-without-year"), ("45082", None)])
def test_in_the_place_of_a_date_numbers_are_dates_too(value, code):
    reading = parse_date(value, 2023, date_place=True)
    assert (reading.date, reading.code) == (MONDAY, code)


@pytest.mark.parametrize("value", [3, 99999999.0, True, Unread("error", "#REF!"), float("nan"), float("inf")])
def test_in_the_place_of_a_date_anything_else_is_reported(value):
    assert parse_date(value, 2023, date_place=True).code == "date-unclear"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else NUMERALS[tens]) + ("十" if tens else "") + (NUMERALS[ones] if ones or not tens else "")


STYLES = [
    lambda d: f"{d.year}年{d.month}月{d.day}日", lambda d: f"时间： {d.year} 年 {d.month} 月 {d.day} 日",
    lambda d: d.isoformat(), lambda d: f"{d.year}.{d.month}.{d.day}", lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    lambda d: f"{d:%Y%m%d}", lambda d: f"{d.year % 100}年{d.month}月{d.day}日",
    lambda d: "".join(NUMERALS[int(c)] for c in str(d.year)) + f"年{_chinese(d.month)}月{_chinese(d.day)}日",
    lambda d: f"{d.year}年{d.month}月{d.day}日 星期{'一二三四五六日'[d.weekday()]}",
    lambda d: d.strftime("%Y-%m-%d 00:00:00"), lambda d: f"{d.year}年{d.month}月{d.day}"]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2039, 12, 31)), st.sampled_from(STYLES))
@settings(deadline=None)
def test_any_day_in_any_style_is_read(day, style):
    assert parse_date(style(day), 2023) == DateReading(day)


@given(st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31)), st.sampled_from(STYLES[:9]), st.data())
@settings(deadline=None)
def test_a_character_lost_or_doubled_never_makes_another_day_unreported(day, style, data):
    text = style(day)
    at = data.draw(st.integers(0, len(text) - 1))
    if text[at].isdigit() or text[at] in NUMERALS + "十":
        return  # another digit is another date
    for mutated in (text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]):
        reading = parse_date(mutated, 2023)
        assert reading is None or reading.date == day or reading.code, mutated


@given(st.text(alphabet="0123456789年月日号.-/至到 —二〇三六五星期时间：（）OX", max_size=20), st.booleans())
@settings(deadline=None)
def test_no_text_breaks_it_and_every_code_has_its_words(text, place):
    reading = parse_date(text, 2023, date_place=place)
    if reading and reading.code:
        assert problem(reading.code, written=text, **reading.words).message
    assert reading is None or reading.date or reading.code
