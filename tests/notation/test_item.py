"""What people write is read as they meant it, or reported: tables of writings, and properties over generated ones."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consolidator.model.display import value_text
from consolidator.model.grid import Unread
from consolidator.notation.item import (
    Reading,
    as_written,
    example_of,
    read_item,
    read_number,
    read_yes_no,
    write_item,
)
from schemas.form import Figure, Item, Label
from schemas.form_loading import load_form
from schemas.problems import CODES, problem
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")


def _kind(unit: str) -> str:
    return FORM.units[unit]


def figure(unit: str, title: str = "检查数") -> Figure:
    return Figure(name="figure", short=title, title=title, unit=unit, kind=_kind(unit))


FIRMS, FINDS, TIMES, PEOPLE, MONEY, MEDIA = (figure(unit) for unit in ("家", "个", "次", "人", "万元", "是/否"))
MEDIA = MEDIA.model_copy(update={"title": "是否依托媒体设置并播放安全生产专题栏目"})
PENALTIES, CASES, REWARDS = (
    next(item for item in FORM.items if tuple(f.unit for f in item.figures) == units)
    for units in (("次", "万元"), ("个", "个"), ("万元", "万元")))


def severity(reading: Reading) -> str | None:
    return CODES[reading.code].severity if reading.code else None


def pair(text, item: Item = PENALTIES) -> tuple[Reading, Reading]:
    readings, _ = read_item(text if isinstance(text, list) else [text], item)
    return tuple(readings.values())


# ---- one number ----

PLAIN = [
    12, 12.0, "12", "１２", " 12 ", "\u300012\u00a0", "\u200b12", "12家", "12 家", "１２家", "12（家）", "'12",
    "12.0", "12\n", "12\n家", "12家（累计）"]


@pytest.mark.parametrize("value", PLAIN)
def test_plain_counts_are_read_without_a_word(value):
    assert read_number(value, FIRMS) == Reading(12)


@pytest.mark.parametrize("mark", [
    *"\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2060\u2063\u034f\u3164\ufe0f\ufeff\u00ad", "\U000e0020"])
def test_what_has_no_width_is_dropped_before_a_number_is_judged(mark):
    for value in (f"{mark}12{mark}", f"1{mark}2", f"{mark} 12{mark}家", f"12{mark}"):
        assert read_number(value, FIRMS) == Reading(12)
    assert pair(f"{mark}3次{mark}，5.2{mark}万元") == pair("3次，5.2万元")
    assert read_number(mark, FIRMS) == Reading(None)


def test_a_number_that_may_be_seen_the_other_way_round_is_to_be_looked_at():
    readings, _ = read_item(["\u202e53\u202c"], FORM.items[0])
    reading, = readings.values()
    assert (reading.value, reading.code) == (53, "read-check")
    assert [(one.value, one.code) for one in pair("\u202e3次，5.2万元")] == [(3, "read-check"), (5.2, "read-check")]


@pytest.mark.parametrize(("value", "number"), [
    ("1,234", 1234), ("1，234", 1234), ("１，２３４家", 1234), ("1,234,567", 1234567), (0, 0), (-0.0, 0), ("0", 0),
    ("0家", 0), (11.999999999999998, 12), (12.000000000001, 12)])
def test_thousands_zeros_and_float_noise_are_plain(value, number):
    assert read_number(value, FIRMS) == Reading(number)


@pytest.mark.parametrize(("value", "number"), [
    ("12户", 12), ("12家企业", 12), ("12。", 12), ("12、", 12), ("共12家", 12), ("合计：12", 12), ("007", 7),
    ("十二", 12), ("一百零五家", 105), ("两", 2), ("零", 0), ("〇", 0), ("壹佰贰拾", 120), ("无", 0), ("没有", 0),
    ("暂无。", 0), ("/", 0), ("／", 0), ("—", 0), ("——", 0), ("－", 0), ("-", 0), ("----", 0), ("/ /", 0), ("N/A", 0),
    ("一家", 1)])
def test_unusual_writings_are_echoed(value, number):
    assert read_number(value, FIRMS) == Reading(number, "read-as", {"value": f"{number}家"})


@pytest.mark.parametrize(("value", "number"), [
    ("12家次", 12), ("12个", 12), ("+12", 12), ("53个单位", 53), ("12家/次", 12), ("检查12家", 12),
    ("检查数：12", 12)])
def test_what_somebody_should_look_at_is_merged_with_a_warning(value, number):
    assert read_number(value, FIRMS) == Reading(number, "read-check", {"value": f"{number}家"})
    assert CODES["read-check"].severity == "warning"


@pytest.mark.parametrize("value", ["", " ", "\u3000", "\n", "\u200b", "____", "家", "  家", "（  ）家", "空"])
def test_blanks_of_every_kind_are_blank(value):
    assert read_number(value, FIRMS) == Reading(None)
    assert read_item([value], FORM.item_of["checked"])[0] == {"checked": Reading(None)}


TOLD = {
    "estimate": [
        "约20", "20余", "20余家", "20左右", "近20", "20多", "大概20", "20+", ">20", "≥20", "~20", "～20", "20几",
        "十几", "数十", "若干", "20以上", "不足20", "超过20家", "十来家", "二十多"],
    "range": ["10-12", "10~12", "10至12", "10—12", "10～12", "3+5", "=3+5", "3×5", "3*5", "3/5", "10-12家"],
    "doubtful": ["20?", "20？", "20（待核实）", "待核实", "待定", "统计中", "未统计", "不详", "？"],
    "note-in-cell": [
        "20（含上月3个）", "20（其中外区2）", "第3", "新增3家", "20家（另有3家停产）", "3²", "1O", "l2", "O5",
        "上月5家"],
    "wrong-unit": ["53人", "5.2万元", "5元", "50%", "50％", "1.2万", "1万", "3人次", "3次", "2千", "3号"],
    "not-whole": [3.5, "3.5", "3.5家", 12.001],
    "negative": [-5, -0.5, "-5", "－5", "—5", "−5", "(5)", "（5）", "负5"],
    "absurd": [1e9, 20_000_000, "20230605", "13800138000"],
    "not-a-number": [
        "1e5", "1E5", "nan", float("nan"), float("inf"), "0x10", "①", "½", "Ⅲ", "٣", "㈢", "好", "是", "一", "三百零",
        "O", "1.000", "TRUE", "二〇", "○", "5.2.1"],
    "several-numbers": [
        "1, 234", "1，\u3000234", "12,34", "1,2345", "0,123", "1 234", "3 5", "3\n5", "3、5", "1,234，567"],
    "error-value": ["#REF!", "#DIV/0!", "#N/A", "########", Unread("error", "#VALUE!")],
    "formula-unread": [Unread("formula", "=SUM(A1:A3)")],
    "date-in-cell": [dt.date(2023, 3, 5), dt.datetime(2023, 3, 5), dt.time(3, 5), dt.timedelta(hours=27)],
    "true-false": [True, False],
}


@pytest.mark.parametrize(("code", "value"), [(code, value) for code, values in TOLD.items() for value in values])
def test_what_is_not_sure_is_reported_with_what_to_write(code, value):
    reading = read_number(value, FIRMS)
    assert (reading.value, reading.code) == (None, code)
    assert severity(reading) == "error"
    assert problem(reading.code, label="检查数（家）", written=as_written(value), **reading.words).message


@pytest.mark.parametrize(("value", "number", "code"), [
    (5.2, 5.2, None), (5, 5.0, None), (0.1 + 0.2, 0.3, None), (81234.1 + 0.2, 81234.3, None), ("5.2", 5.2, None),
    ("5.20", 5.2, None), ("５．２", 5.2, None), ("5.2万元", 5.2, None), ("1,234.56", 1234.56, None),
    ("1.234", 1.234, None), ("5.2 万元", 5.2, None), ("5.2 万 元", 5.2, None), ("0.30000000000000004", 0.3, None),
    ("5.2万", 5.2, "read-as"), ("￥5.2万元", 5.2, "read-as"), ("52000元", 5.2, "read-as"),
    ("52,000元", 5.2, "read-as"), ("0.5亿元", 5000.0, "read-as"), ("五万二千元", 5.2, "read-as"),
    ("十二万元", 12.0, "read-as"), (".5", 0.5, "read-as"), ("无", 0.0, "read-as"), ("/", 0.0, "read-as"),
    ("5.2元", 0.00052, "read-check"), (5.1234567, None, "too-many-decimals"),
    ("5.1234567", None, "too-many-decimals"), ("5,2", None, "several-numbers"), ("5。2", None, "several-numbers"),
    ("5.2.1", None, "not-a-number"), ("三万", None, "wrong-unit"), ("￥52000", None, "wrong-unit"),
    ("5.2家", None, "wrong-unit"), (-0.1, None, "negative"), ("约5.2", None, "estimate"),
    (2_000_000.0, None, "absurd"), ("31.23405003", None, "too-many-decimals"),
    (812345.1234567, None, "too-many-decimals")])
def test_money(value, number, code):
    reading = read_number(value, MONEY)
    assert (reading.value, reading.code) == (number, code)
    assert number is None or isinstance(reading.value, float)


def test_measure_words_of_each_unit():
    assert read_number("3名", PEOPLE) == Reading(3, "read-as", {"value": "3人"})
    assert read_number("3场次", TIMES).value == 3
    assert read_number("3处", FINDS).value == 3
    assert read_number("3家次", figure("家次")) == Reading(3)
    assert read_number("3个次", figure("个次")) == Reading(3)
    assert read_number("20人次", TIMES).code == "wrong-unit"


def test_a_unit_that_the_tables_do_not_know_is_read_by_its_own_name():
    trees = Figure(name="trees", short="植树", title="植树", unit="株", kind="count")
    assert read_number("12株", trees) == Reading(12)
    assert read_number("12家", trees).code == "wrong-unit"
    yuan = Figure(name="paid", short="付", title="付", unit="元", kind="money")
    assert read_number("5.2万元", yuan) == Reading(52000.0, "read-as", {"value": "52000.0元"})


def test_a_number_with_its_unit_in_the_next_cell():
    item = FORM.item_of["checked"]
    assert read_item([12.0, "家"], item) == ({"checked": Reading(12)}, "12 家")
    assert read_item([12.0, 13.0], item)[0]["checked"].code == "several-numbers"
    assert read_item([12.0, ""], item)[0]["checked"] == Reading(12)
    assert read_item(["约", 12.0], item)[0]["checked"].code == "estimate"
    assert read_item([12.0, True], item)[0]["checked"].code == "true-false"


# ---- two figures in one cell ----

SILENT_PAIRS = [
    "3次，5.2万元", "3，5.2", "3,5.2", "3, 5.2", "3、5.2", "3；5.2", "３，５．２", "3次、5.2万元", "3 次 ， 5.2 万元",
    "3次,5.2", "3，5.2万元", "3（次），5.2（万元）", [3.0, 5.2], ["3", "5.2"], ["3次", "5.2万元"], [3, "5.2万元"]]


@pytest.mark.parametrize("text", SILENT_PAIRS)
def test_plain_pairs_are_read_without_a_word(text):
    assert pair(text) == (Reading(3), Reading(5.2))


@pytest.mark.parametrize("text", [
    "3/5.2", "3 5.2", "3\n5.2", "3\t5.2", "3|5.2", "3：5.2", "3和5.2", "3次及5.2万元", "3次共5.2万元", "3次5.2万元",
    "5.2万元，3次", "5.2万元3次", "处罚3次，罚款5.2万元", "行政处罚3次，罚款金额5.2万元。", "共3次，合计5.2万元",
    "3次（5.2万元）", "3（5.2）", "3次，其中罚款5.2万元", "三次，5.2万元", "金额5.2万元，次数3次",
    "次数：3，金额：5.2万元", "5.2万元，3", "3次。5.2万元。", "3次\n罚款5.2万元", ["5.2万元", "3次"]])
def test_unusual_pairs_are_echoed_at_the_first_figure(text):
    assert pair(text) == (Reading(3, "read-as", {"value": "3次，5.2万元"}), Reading(5.2))


@pytest.mark.parametrize(("text", "values"), [
    ("3次，52000元", (3, 5.2)), ("3、500", (3, 500.0)), ("3次,500万元", (3, 500.0)), ("3,50", (3, 50.0)),
    ("3，0", (3, 0.0)), ("3次，1,050万元", (3, 1050.0)), ("0,0", (0, 0.0)), ("0，0", (0, 0.0)),
    ("1,234次，5.6万元", (1234, 5.6)), ("1,234，5.6", (1234, 5.6)), ("3，1,234.5", (3, 1234.5)),
    ("12次，120万元", (12, 120.0)), ("3，无", (3, 0.0)), ("无，无", (0, 0.0)), ("无", (0, 0.0)), ("/", (0, 0.0)),
    ("—", (0, 0.0)), ("0", (0, 0.0)), (0.0, (0, 0.0)), ("/，/", (0, 0.0)), ("3次，/", (3, 0.0)),
    ("3次无罚款", (3, 0.0)), ("无处罚", (0, 0.0)), (["/", "/"], (0, 0.0)), (["3次，5.2万元", ""], (3, 5.2)),
    ([3.0, "次", 5.2, "万元"], (3, 5.2)), ("3/5", (3, 5.0))])
def test_pairs_that_are_sure(text, values):
    readings = pair(text)
    assert tuple(one.value for one in readings) == values
    assert all(severity(one) in (None, "note") for one in readings)


@pytest.mark.parametrize(("text", "item", "values"), [
    ("3个，其中危险作业罪1个", CASES, (3, 1)), ("3个（其中危险作业罪1个）", CASES, (3, 1)), ("3（1）", CASES, (3, 1)),
    ("3个1个", CASES, (3, 1)), ("其中危险作业罪案例1个，典型执法案例3个", CASES, (3, 1)), ("3起，1起", CASES, (3, 1)),
    ("3，1", CASES, (3, 1)), ("3例，无", CASES, (3, 0)),
    ("公布典型执法案例（3个），其中危险作业罪案例（1个）", CASES, (3, 1)),
    ("3.5万元，其中匿名1.2万元", REWARDS, (3.5, 1.2)), ("35000元，12000元", REWARDS, (3.5, 1.2)),
    ("3.5，1.2", REWARDS, (3.5, 1.2))])
def test_two_figures_of_one_unit_go_by_position_and_words(text, item, values):
    assert tuple(one.value for one in pair(text, item)) == values


@pytest.mark.parametrize(("text", "values"), [
    ("3次", (3, None)), ("5.2万元", (None, 5.2)), ("52000元", (None, 5.2)), ("罚款5.2", (None, 5.2)),
    ("3次，", (3, None)), ("3次，  万元", (3, None)), ("  次，5.2万元", (None, 5.2)), ("，5.2", (None, 5.2)),
    ([3.0, ""], (3, None)), (["", 5.2], (None, 5.2)), (["5.2万元", ""], (None, 5.2)), (["1,234", ""], (1234, None))])
def test_one_of_two_is_taken_and_the_other_reported(text, values):
    readings = pair(text)
    assert tuple(one.value for one in readings) == values
    missing = readings[values.index(None)]
    assert missing == Reading(None, "one-of-two", {"example": "3次，5.2万元"})


@pytest.mark.parametrize("text", [
    "", " ", "次，万元", "  次，  万元", "（次），（万元）", "____次，____万元", [], ["", ""], "，"])
def test_an_unfilled_pair_is_blank(text):
    assert pair(text) == (Reading(None), Reading(None))


@pytest.mark.parametrize("text", [
    "3,500", "3，500", "3, 500", "1，100、0", "1，100、.0", "3, 500，0", "12,345", "3,500万元", "3,500次", "3 500",
    "1,234,567", "1,234,5.6", "1，234，5.6", "3", 3.0, 5.2, "5.2", "3.5.2", "3。5.2", "3-5", "3—5", "3~5.2", "3+5.2",
    "3.5，2", "5.2，3", "3,05", "03,5", "3次，5.2万元，1个", "3,5,2", "3次，5.2人", "3人，5.2万元", "3/", "3//5",
    "3次，-5.2万元", "3次,(5.2)", "3..5", "3次.5万元", "3次，5.2万元（其中一案双罚1次）", "3次5.2万元2人", "3，5。2",
    "约3次，5.2万元", "3次，约5.2万元", "3？，5.2", "-3次，5.2万元", "(5.2)", True, dt.date(2023, 3, 5),
    dt.time(3, 5), Unread("error", "#REF!"), Unread("formula", "=A1"), "3次，5.2万元5元", "3次处罚5次", "3e5",
    "3次，5.2万元?", "罚款3次，5.2", [3.0, 5.2, 1.0]])
def test_a_pair_that_can_be_read_two_ways_is_reported_at_both(text):
    readings = pair(text)
    assert [one.value for one in readings] == [None, None]
    assert [severity(one) for one in readings] == ["error", "error"]
    for one in readings:
        assert problem(one.code, label="处罚", written="", **one.words).message


@pytest.mark.parametrize(("text", "values"), [
    ("3次—5.2万元", (3, 5.2)), ("3次-5.2万元", (3, 5.2)), ("3起，5.2万元", (3, 5.2)), ("3次，5.2元", (3, 0.00052))])
def test_a_pair_that_somebody_should_look_at_is_merged_with_a_warning(text, values):
    readings = pair(text)
    assert tuple(one.value for one in readings) == values
    assert "read-check" in [one.code for one in readings]


def test_of_a_pair_only_the_wrong_figure_is_reported():
    assert [one.code for one in pair("1.5次，2万元")] == ["not-whole", None]
    assert [one.code for one in pair("3次，5.12345678万元")] == [None, "too-many-decimals"]
    assert [one.code for one in pair(["约3", 5.2])] == ["estimate", None]
    assert [one.code for one in pair([5.2, 3.0])] == ["not-whole", None]
    assert [one.code for one in pair("3", CASES)] == ["two-unclear", "two-unclear"]
    assert [one.code for one in pair("3个", CASES)] == ["two-unclear", "two-unclear"]


# ---- yes or no ----

@pytest.mark.parametrize("value", [
    "有", "√", "✓", "✔️", "已设置", "已", "设置了", "Y", "yes", "TRUE", True, "是。", "是的", "☑是 □否", "■是□否",
    "是☑ 否□", "☑是□否", "□否 ☑是", "是√ 否", "√是 否", "是√否×", "是（√）否（ ）", "是（√） 否（）", "☒是 ☐否",
    "是√/否", "（√）", "已设置专题栏目", "是（12个单位）", "√是\n□否", "已依托媒体设置并播放"])
def test_yes_in_other_words_is_echoed(value):
    assert read_yes_no(value, MEDIA) == Reading(True, "read-as", {"value": "是"})


@pytest.mark.parametrize("value", [
    "无", "×", "✗", "x", "X", "未设置", "未", "没有", "N", "no", False, "否。", "不是", "□是 ☑否", "是□ 否☑",
    "是 √否", "是×否√", "是（ ）否（√）", "尚未设置", "暂无"])
def test_no_in_other_words_is_echoed(value):
    assert read_yes_no(value, MEDIA) == Reading(False, "read-as", {"value": "否"})


@pytest.mark.parametrize(("value", "answer"), [
    ("是（河北区电视台）", True), ("是，津云客户端", True), ("否（正在筹备）", False), ("/", False),
    ("未设置专栏", False)])
def test_an_answer_with_a_remark_is_warned_of(value, answer):
    assert read_yes_no(value, MEDIA) == Reading(answer, "read-check", {"value": "是" if answer else "否"})


@pytest.mark.parametrize("value", [
    "部分", "3", "1", "0", 1, 0.0, 3.0, "基本", "正在", "拟设置", "是/否", "是否", "是或否", "是、否", "是\n否",
    "有/无", "是□ 否□", "☑是☑否", "√是√否", "是√否", "是否√", "□", "是（拟设置）", "是（待核实）", "是（否）", "是？",
    "计划设置", "待定", "一", "○", "是是", "不清楚", "是×", "已计划设置", "未设置的有3家"])
def test_what_is_neither_is_reported(value):
    assert read_yes_no(value, MEDIA).code in ("not-yes-no", "read-check")
    assert read_yes_no(value, MEDIA) in (Reading(None, "not-yes-no"), Reading(False, "read-check", {"value": "否"}))


def test_yes_no_plain_blank_and_other_types():
    assert read_yes_no("是", MEDIA) == read_yes_no(" 是\u3000", MEDIA) == Reading(True)
    assert read_yes_no("否", MEDIA) == Reading(False)
    assert read_yes_no(" ", MEDIA) == Reading(None)
    assert read_yes_no(Unread("error", "#N/A"), MEDIA).code == "error-value"
    assert read_yes_no(dt.date(2023, 1, 1), MEDIA).code == "date-in-cell"


# ---- writing ----

def test_values_are_written_as_people_print_them():
    assert [value_text(v, FIRMS) for v in (3, 0, None)] == ["3", "0", ""]
    assert [value_text(v, MONEY) for v in (5.2, 5.0, 0.000001, 1234.5, None)] == [
        "5.2", "5.0", "0.000001", "1234.5", ""]
    assert [value_text(v, MEDIA) for v in (True, False, None)] == ["是", "否", ""]
    assert example_of(PENALTIES) == "3次，5.2万元"
    assert example_of(FORM.item_of["checked"]) == "3"
    first, second = (one.name for one in PENALTIES.figures)
    assert write_item({first: 3, second: 5.2}, PENALTIES) == "3次，5.2万元"
    assert write_item({first: 3, second: None}, PENALTIES) == "3次，"
    assert write_item({first: None, second: 5.2}, PENALTIES) == "，5.2万元"
    assert write_item({}, PENALTIES) == ""


@pytest.mark.parametrize(("value", "text"), [
    (12.0, "12"), (5.2, "5.2"), (0.1 + 0.2, "0.3"), (True, "TRUE"), (dt.date(2023, 3, 5), "2023-03-05"), (" 12 ", "12"),
    (Unread("formula", "=A1"), "=A1"), (7, "7"), (float("nan"), "nan")])
def test_as_written(value, text):
    assert as_written(value) == text


# ---- properties ----

counts = st.one_of(st.integers(0, 30), st.integers(0, 10_000_000))
money = st.one_of(st.integers(0, 1000).map(float), st.integers(0, 10**12).map(lambda n: n / 1_000_000))


def values_of(one: Figure):
    return {"count": counts, "money": money, "yes_no": st.booleans()}[one.kind]


def _digits(text: str) -> str:
    return text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))


@given(st.data(), st.sampled_from(FORM.items), st.booleans())
@settings(deadline=None)
def test_what_is_written_reads_back_without_a_word(data, item, wide):
    values = {one.name: data.draw(values_of(one)) for one in item.figures}
    text = write_item(values, item)
    readings, written = read_item([_digits(text) if wide else text], item)
    assert {name: one.value for name, one in readings.items()} == values
    assert all(one.code is None for one in readings.values())
    assert wide or written == text


@given(st.data(), st.sampled_from([item for item in FORM.items if len(item.figures) == 2]), st.integers(0, 1))
@settings(deadline=None)
def test_one_of_two_reads_back_in_its_place(data, item, kept):
    name = item.figures[kept].name
    values = {name: data.draw(values_of(item.figures[kept]))}
    readings, _ = read_item([write_item(values, item)], item)
    assert {key: one.value for key, one in readings.items() if one.value is not None} == values
    assert [one.code for one in readings.values() if one.value is None] == ["one-of-two"]


@given(st.data(), st.sampled_from(FORM.items))
@settings(deadline=None)
def test_cells_of_their_own_are_read_as_they_are(data, item):
    values = [data.draw(values_of(one)) for one in item.figures]
    readings, _ = read_item([v if isinstance(v, bool) else float(v) for v in values] if len(values) == 2 else
                            [value_text(values[0], item.figures[0])], item)
    assert [one.value for one in readings.values()] == values


def grouped(number, comma: str) -> str:
    whole, dot, rest = str(number).partition(".")
    return f"{int(whole):,}".replace(",", comma) + dot + rest


SURE_SINGLE = [
    lambda n, u: str(n), lambda n, u: f"{n}{u}", lambda n, u: f" {n} {u} ", lambda n, u: f"共{n}{u}",
    lambda n, u: f"{n}（{u}）", lambda n, u: grouped(n, ","), lambda n, u: grouped(n, "，") + u, lambda n, u: f"'{n}",
    lambda n, u: f"{n}{u}。", lambda n, u: _digits(str(n)) + u, lambda n, u: f"累计：{n}{u}",
    lambda n, u: f"{n}\u3000{u}", lambda n, u: f"\u200b{n}\u00a0"]
UNSURE_SINGLE = [
    lambda n, u: f"约{n}{u}", lambda n, u: f"{n}余{u}", lambda n, u: f"{n}左右", lambda n, u: f"{n}?",
    lambda n, u: f"{n}-{n}", lambda n, u: f"-{n}1", lambda n, u: f"{n}%", lambda n, u: f"{n}+{n}",
    lambda n, u: f"{n}{u}（含上月）", lambda n, u: f"{n} {n}", lambda n, u: f"{n}匹", lambda n, u: f"{n}e2",
    lambda n, u: f"{n}²", lambda n, u: f"{n}①", lambda n, u: f"{n}O", lambda n, u: f"{n}{u}{n}"]
NUMBERS = [one for one in FORM.figures.values() if one.is_number]


@given(st.data(), st.sampled_from(NUMBERS), st.sampled_from(SURE_SINGLE))
@settings(deadline=None)
def test_a_number_in_any_sure_style_is_read(data, one, style):
    value = data.draw(values_of(one))
    reading = read_number(style(value_text(value, one), one.unit), one)
    assert (reading.value, severity(reading) in (None, "note")) == (value, True)


@given(st.data(), st.sampled_from(NUMBERS), st.sampled_from(UNSURE_SINGLE))
@settings(deadline=None)
def test_a_number_in_any_unsure_style_is_reported(data, one, style):
    reading = read_number(style(value_text(data.draw(values_of(one)), one), one.unit), one)
    assert (reading.value, severity(reading)) == (None, "error")


PAIRS = [item for item in FORM.items if len(item.figures) == 2]
SEPARATORS = [
    "，", ",", "、", "；", ";", "/", "／", " ", "\n", "\t", "|", "｜", "：", "和", "及", "，其中", "共", "", "（",
    ", ", " ， ", "\u3000", "-", "~", "."]
PREFIXES = ["", "共", "合计", "约"]


@given(st.data(), st.sampled_from(PAIRS), st.sampled_from(SEPARATORS), st.sampled_from(PREFIXES),
       st.sampled_from(PREFIXES),
       st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()))
@settings(max_examples=400, deadline=None)
def test_a_pair_in_any_style_is_read_or_reported(data, item, separator, before, between, choices):
    units, other_units, crossed, wide, groups = choices
    values = [data.draw(values_of(one)) for one in item.figures]
    order = [1, 0] if crossed else [0, 1]
    parts = []
    for n, with_unit in zip(order, (units, other_units), strict=True):
        text = value_text(values[n], item.figures[n])
        parts.append((grouped(text, ",") if groups else text) + (item.figures[n].unit if with_unit else ""))
    assume(separator or between or units)  # two numbers with nothing between them are one
    text = before + parts[0] + separator + between + parts[1] + ("）" if separator == "（" else "")
    readings = pair(_digits(text) if wide else text, item)
    got = [one.value for one in readings]
    reported = any(severity(one) in ("error", "warning") for one in readings)
    if crossed and item.figures[0].unit == item.figures[1].unit:
        return  # “1，其中3”: position and words agree on what the writer did not mean
    if crossed and not reported and not (units or other_units):
        assert got == values or _both_whole(values), (text, got)  # position is all there is
    else:
        assert reported or got == values, (text, got)
    plain = units and other_units and not crossed and "约" not in (before, between)
    if plain and separator in list("，,、；;/／ \n|｜："):
        assert got == values, text


def _both_whole(values) -> bool:
    return all(float(value).is_integer() for value in values)


FOREIGN = ("，,、；;：:。/／\\|-－—–~～+＋=＝*×()（）[]【】<>≥≤≈?？!！%％'’\"“”_＿ \u3000\u00a0\u200b\n\t"
           "约近余多几来超共和及与至到或第号无有未不其中含另上左右人名次家个户处元亿度eExXoOlIzZ①²½٣Ⅲ㈠〇○十百千万")


@given(st.data(), st.sampled_from(NUMBERS), st.sampled_from(FOREIGN), st.integers(0, 20))
@settings(max_examples=600, deadline=None)
def test_a_foreign_character_never_changes_a_number_unreported(data, one, char, at):
    value = data.draw(values_of(one))
    text = value_text(value, one) + data.draw(st.sampled_from(["", one.unit]))
    at = min(at, len(text))
    mutated = text[:at] + char + text[at:]
    assume(not (one.kind == "money" and char in "元亿百千万"))  # then another number is written
    reading = read_number(mutated, one)
    assert reading.value in (value, None), (text, mutated)
    assert reading.value is not None or severity(reading) == "error", mutated


@given(st.data(), st.sampled_from(PAIRS), st.sampled_from(FOREIGN), st.integers(0, 20), st.booleans())
@settings(max_examples=600, deadline=None)
def test_a_foreign_character_never_changes_a_pair_unreported(data, item, char, at, cut):
    values = {one.name: data.draw(values_of(one)) for one in item.figures}
    text = write_item(values, item) if data.draw(st.booleans()) else "，".join(
        value_text(value, one) for value, one in zip(values.values(), item.figures, strict=True))
    at = min(at, len(text))
    assume(not (cut and at < len(text) and text[at] in "0123456789."))
    mutated = text[:at] + ("" if cut else char) + text[at + cut :]
    assume(not (char in "元亿百千万" and not cut))
    readings, _ = read_item([mutated], item)
    got = {name: one.value for name, one in readings.items()}
    shown = any(severity(one) in ("error", "warning") for one in readings.values())
    assert shown or got == values or _noted_yuan(readings), (text, mutated, got)


def _noted_yuan(readings) -> bool:
    """“5.2万元” that lost its 万 is an amount in yuan, and the echo says so."""
    return any(one.code == "read-as" for one in readings.values())


PIECES = [
    "0", "3", "12", "500", "000", "5.2", "1.234", "２", ".", ",", "，", "、", "/", " ", "\n", "-", "(", ")", "次",
    "个", "家", "元", "万元", "无", "共", "其中", "约", "罚款", "处罚", "匿名", "："]
WILD = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(WILD, st.sampled_from(NUMBERS))
@settings(max_examples=500, deadline=None)
def test_whatever_is_taken_has_all_the_digits_that_were_written(text, one):
    reading = read_number(text, one)
    if not reading.value:
        return
    folded = text.replace("２", "2")
    written = re.findall(r"[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+", folded)
    assert len(written) == 1
    number = Decimal(re.sub("[,，]", "", written[0]))
    assert Decimal(value_text(reading.value, one)) in (number, number / 10_000)


@pytest.mark.parametrize("written", ["1.2340050003", 1.2340050003, "12.0000000003", 12.0000000003])
def test_a_digit_far_behind_is_reported_not_dropped(written):
    for one in NUMBERS:
        assert read_number(written, one).value is None


@given(WILD, st.sampled_from(PAIRS))
@settings(max_examples=500, deadline=None)
def test_whatever_pair_is_taken_has_all_the_digits_that_were_written(text, item):
    readings = pair(text, item)
    taken = sorted(Decimal(str(one.value)) for one in readings if one.value)
    if not taken or any(severity(one) in ("error", "warning") for one in readings):
        return
    folded = text.replace("２", "2")
    apart = re.findall(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+", folded)
    joined = re.findall(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+", re.sub(r"(?<=[0-9])[,，](?=[0-9]{3}(?![0-9]))", "", folded))
    assert taken in [scaled for numbers in (apart, joined) if len(numbers) <= 2 for scaled in _scaled(numbers)], text


def _scaled(numbers: list[str]) -> list[list[Decimal]]:
    """The numbers that are not zero, in order, each in yuan or not."""
    scales = product((1, 10_000), repeat=len(numbers))
    amounts = ([Decimal(number) / scale for number, scale in zip(numbers, one, strict=True)] for one in scales)
    return [sorted(filter(None, one)) for one in amounts]


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.dates(), st.times(),
                 st.timedeltas()),
       st.sampled_from(FORM.items))
@settings(max_examples=300, deadline=None)
def test_nothing_in_a_cell_breaks_the_reading(value, item):
    readings, written = read_item([value], item)
    assert list(readings) == [one.name for one in item.figures]
    assert isinstance(written, str)
    for one in readings.values():
        if one.code:
            assert problem(one.code, label="项目", written=written, **one.words).message
        if severity(one) == "error":
            assert one.value is None


def test_a_long_text_is_refused_quickly():
    assert pair("3,500," * 5000)[0].code == "two-unclear"
    assert read_number("1," * 20_000, FIRMS).value is None
    assert read_yes_no("是" * 20_000, MEDIA).value is None


def test_an_item_of_another_form_needs_no_code():
    item = Item(number=1, labels=(Label(text=("植树（株，亩）",)),), figures=(
        Figure(name="trees", short="植树", title="植树株数", unit="株", kind="count"),
        Figure(name="area", short="面积", title="植树面积", unit="亩", kind="count")))
    readings, _ = read_item(["面积5亩，植树300株"], item)
    assert [one.value for one in readings.values()] == [300, 5]
    assert example_of(item) == "3株，1亩"
