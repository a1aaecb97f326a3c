"""Cells of a ledger → typed values."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.grid import Unread
from consolidator.reading.ledgers.deadlines import resolve_deadline
from consolidator.reading.ledgers.values import Values
from tests.ledger.factory import LEDGER

VALUES = Values(LEDGER)
FOUND = "2023-06-02"


@pytest.mark.parametrize(("written", "first", "latest"), [
    ("6月底前", "2023-06-30", "2023-06-30"), ("2023年6月", "2023-06-30", "2023-06-30"), ("6月上旬", "2023-06-10", "2023-06-10"),
    ("6月中旬", "2023-06-20", "2023-06-20"), ("季末", "2023-06-30", "2023-06-30"), ("第三季度", "2023-09-30", "2023-09-30"),
    ("年底", "2023-12-31", "2023-12-31"), ("立即", FOUND, FOUND), ("7日内", "2023-06-09", "2023-06-09"),
    ("三十日内", "2023-07-02", "2023-07-02"), ("一个月内", "2023-07-02", "2023-07-02"), ("7个工作日内", "2023-06-13", "2023-06-13"),
    ("2023-06-30（延期至8月30日）", "2023-06-30", "2023-08-30"), ("6月30日延期到7月15日", "2023-06-30", "2023-07-15"),
    ("延期至8月30日", "2023-08-30", "2023-08-30"), (45107.0, "2023-06-30", "2023-06-30"), (20230630, "2023-06-30", "2023-06-30"),
    ("6月", "2023-06-30", "2023-06-30"), ("6个月", "2023-12-02", "2023-12-02"), ("12月", "2023-12-31", "2023-12-31"),
    ("1月内", "2023-07-02", "2023-07-02"), ("六月底", "2023-06-30", "2023-06-30"), ("六月上旬", "2023-06-10", "2023-06-10"),
    ("2023年底", "2023-12-31", "2023-12-31"), ("2023年年底前", "2023-12-31", "2023-12-31"), ("今年年底", "2023-12-31", "2023-12-31"),
    ("2023年上半年", "2023-06-30", "2023-06-30"), ("限6月30日前", "2023-06-30", "2023-06-30"), ("限7日内", "2023-06-09", "2023-06-09"),
    ("2023年6月30日24时", "2023-06-30", "2023-06-30"), ("立即完成", FOUND, FOUND), ("原6月30日，延至8月30日", "2023-06-30", "2023-08-30"),
    ("2023-06-30→2023-08-30", "2023-06-30", "2023-08-30"), ("由6月30日延期至8月30日", "2023-06-30", "2023-08-30"),
    *((one, "2023-06-30", "2023-06-30") for one in ("6.30日前", "6.30日", "6/30号前完成")),
    ("6.30前", "2023-06-30", "2023-06-30"), ("2023-06-30前完成", "2023-06-30", "2023-06-30"), ("2023/6/30 18:00", "2023-06-30",
    "2023-06-30"),
    ("3日内整改到位", "2023-06-05", "2023-06-05"), ("自发现之日起7日内", "2023-06-09", "2023-06-09"), ("半个月内", "2023-06-17",
    "2023-06-17"),
    ("48小时内", "2023-06-04", "2023-06-04"), ("立查立改", FOUND, FOUND), ("当场整改完毕", FOUND, FOUND),
    ("6月30日（延期一个月）", "2023-06-30", "2023-07-30"), ("6月30日（已延期至8月30日）", "2023-06-30", "2023-08-30"),
    *((one, "2023-06-30", "2023-06-30") for one in ("预计6月30日", "拟6月30日前完成", "计划6月底完成", "6.20-6.30", "6.5-6.30日",
    "本月30日", "30号前", "30日前")),
    ("7月15日（原6月30日）", "2023-06-30", "2023-07-15"), ("下月底", "2023-07-31", "2023-07-31"), (7.15, "2023-07-15", "2023-07-15"),
    ("发现即改", FOUND, FOUND),
    (dt.datetime(2023, 6, 30), "2023-06-30", "2023-06-30"), ("2023年6月30日前完成", "2023-06-30", "2023-06-30"),
])
def test_deadlines_as_people_write_them(written, first, latest):
    value, code, _ = VALUES.deadline(written)
    assert not code and resolve_deadline(value, FOUND) == (first, latest)


@pytest.mark.parametrize(("written", "code"), [("长期", "deadline-open"), ("待定", "deadline-open"), ("尽快", "deadline-open"),
    ("限期整改", "deadline-open"), ("汛期前", "deadline-open"), ("已整改", "deadline-open"),
("15日", "deadline-unread"), ("6.31日前", "deadline-unread"), ("1.5日内", "deadline-unread"),
                                               ("延期15天", "deadline-unread"), ("6月30日已完成", "deadline-unread"),
                                               ("6月30日延期30日", "deadline-unread"), ("7日内延期3天", "deadline-unread"),
                                               ("2023/6/31", "deadline-unread"), ("6月30日前完成电气改造", "deadline-unread"),
                                               (43613, "day-year"), (Unread("error", "#REF!"), "cell-unread")])
def test_a_deadline_that_is_none(written, code):
    value, found, _ = VALUES.deadline(written)
    assert found == code and not value


@given(st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31)), st.sampled_from(
    ["{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}", "{0.month}月{0.day}日",
    "{0:%Y%m%d}",
     "{0.year}年{0.month}月{0.day}日上午"]))
def test_any_day_in_any_usual_way_is_read_as_that_day(day, way):
    assert VALUES.day(way.format(day)) == (day.isoformat(), "", {})


@pytest.mark.parametrize(("written", "day"), [
    (6.5, "2023-06-05"), (6.15, "2023-06-15"), (12.31, "2023-12-31"), ("6。5", "2023-06-05"), ("2023·6·5", "2023-06-05"),
    ("2023年6月5日。", "2023-06-05"), ("6.5检查", "2023-06-05"), ("6.10", "2023-06-10")])
def test_a_day_as_it_is_typed(written, day):
    assert VALUES.day(written) == (day, "", {})


@pytest.mark.parametrize(("written", "first", "second"), [(6.1, "2023-06-01", "2023-06-10"), (6.3, "2023-06-03", "2023-06-30")])
def test_a_number_that_can_be_two_days_is_neither(written, first, second):
    day, code, words = VALUES.day(written)
    assert (day, code, words["first"], words["second"]) == (None, "day-two", first, second)
    assert VALUES.day(2.3)[0] == "2023-02-03"


@pytest.mark.parametrize(("written", "code"), [
    ("6月初", "day-unread"), (6.31, "day-unread"), (2023.6, "day-unread"), (6.0, "day-unread"), ("昨天", "day-unread"),
    ("2023-13-01", "day-unread"), (43613, "day-year"),
    (True, "day-unread"), ("6月5日、8日", "day-unread"), ("6月5日至7日", "day-unread"), ("2023.6.5-6.6", "day-unread"),
    ("2023-06-02、06-03", "day-unread"),
    ("6月20日前完成", "day-unread"), ("6月5日前", "day-unread"), ("6月2日、6月5日检查发现", "day-unread"),
    (Unread("formula", "=A1"), "cell-unread")])
def test_a_day_that_is_not_sure_is_none(written, code):
    value, found, _ = VALUES.day(written)
    assert value is None and found == code


@pytest.mark.parametrize(("written", "unit", "amount", "code"), [
    ("5", "万元", 5, ""), ("5万", "万元", 5, ""), ("50000元", "万元", 5, "money-converted"), (5000, "元", 0.5, "money-converted"),
    ("1,000", "万元", 1000, ""), ("无", "万元", 0, ""), ("0", "万元", 0, ""), ("约5万", "万元", None, "money-unread"),
    ("一万元", "万元", 1, ""), ("5千", "万元", 0.5, "money-converted"), ("0元", "万元", 0, ""), ("企业自筹2万元", "万元", 2, ""),
    ("不需要资金", "万元", 0, ""), ("/", "万元", None, ""), ("0.5（万元）", "万元", 0.5, ""),
    ("￥5000", "万元", None, "money-unread"), ("2万5千元", "万元", 2.5, "money-converted"), ("二万五千元", "万元", 2.5, "money-converted"),
    ("预计5万元", "万元", 5, ""), ("5万元（预计）", "万元", 5, ""), ("1万2", "万元", None, "money-unread"),
    ("不足1万", "万元", None, "money-unread"),
    ("若干", "万元", None, "money-unread"), (-3, "万元", None, "money-unread")])
def test_money_in_its_unit(written, unit, amount, code):
    assert VALUES.money(written, unit)[:2] == (amount, code)


def test_a_credit_code_is_checked_by_its_last_sign():
    assert VALUES.credit_code("91350100M000100Y43") == ("91350100M000100Y43", "", {})
    for wrong in ("91350100M000100Y44", "91350100M000100Y4", "未办理"):
        assert VALUES.credit_code(wrong)[:2] == ("", "credit-code")


@pytest.mark.parametrize(("written", "value", "code"), [
    *((one, "部门", "") for one in ("公安", "社区民警", "日常监管", "住建", "双随机一公开")), *((one, "部门", "read-as") for one in (
        "市场监管", "区市场监督管理局", "消防救援大队", "市场监管所")), *((one, "上级", "read-as") for one in (
            "国务院督导组", "省督导组", "市安委会督导组")), *((one, "举报", "read-as") for one in ("群众来电", "便民热线")),
    ("村委", "街道", "read-as"), *((one, None, "choice-unknown") for one in (
        "办公安全检查", "公司安全监管部检查", "公司督导组")),
    *((one, "第三方", "source-hired") for one in ("专家", "第三方", "专家检查", "第三方检查", "委托第三方检查", "聘请专家")),
    *((one, "其他单位", "source-others") for one in ("监理单位", "燃气公司入户安检", "保险机构", "物业公司")),
    *((one, "检查", "source-of-unit") for one in (
        "日常巡查", "检查", "专项检查", "安全检查", "节前安全检查", "四不两直检查", "消防安全检查")),
    *((one, None, "choice-unclear") for one in (
        "局自查", "街道自查", "部门自查", "区商务局自查", "社区自查", "自查及部门检查", "居委会自查")),
    *((one, "自查", "read-as") for one in ("企业安委会自查", "企业委托第三方检查", "企业聘请专家", "企业自查（专家参与）",
    "监理单位自查")),
    *((one, "街道", "read-as") for one in ("街道委托第三方检查", "街道第三方检查", "受街道委托检查", "街道安委会检查",
    "街道组织专家检查")),
    ("住建局委托第三方", "部门", "read-as"), ("街道综合执法队", "街道", "read-as"), ("综合执法大队", "部门", "read-as"),
    *((one, "自查", "") for one in ("企业上报", "班组检查", "自主排查", "公司内部检查", "企业安全员")),
    *((one, None, "choice-unknown") for one in ("企业检查", "局街联合检查")),
    ("企业自查", "自查", ""), ("区应急局", "部门", "read-as"), ("月牙河街道办事处", "街道", "read-as"),
                                                       ("某某", None, "choice-unknown"), ("", "", "")])
def test_a_source_is_one_of_the_vocabulary(written, value, code):
    assert VALUES.choice(written, "source")[:2] == (value, code)


@pytest.mark.parametrize("written", ["1级", "2", "三级", "Ⅱ级"])
def test_a_bare_grade_says_nothing_sure_of_the_level(written):
    value, code, _ = VALUES.choice(f"{written}级" if written == "2" else written, "level")
    assert value == "待定级" and code == "level-unclear"


@pytest.mark.parametrize(("written", "value"), [
    ("☑重大 □较大 □一般", "重大"), ("重大□ 一般☑", "一般"), ("重大（区级认定）", "重大"), ("非重大", None),
    ("不属于重大隐患", None), ("疑似重大", None)])
def test_a_level_is_what_is_ticked_and_surely_so(written, value):
    assert VALUES.choice(written, "level")[0] == value


@pytest.mark.parametrize(("written", "value"), [
    ("√", True), ("√（已整改）", True), ("√ 未带队", True), ("2处", True), ("存在", True), (1, True), ("×", False), ("未发现", False),
    ("正常", False), ("", None), ("√×", None), ("待查", None), ("√否", False), ("√ 未带队", True)])
def test_a_tick_is_yes_no_or_none(written, value):
    assert VALUES.tick(written)[0] is value


@pytest.mark.parametrize(("written", "value"), [
    ("未完成", ""), ("整改中", ""), ("待复查", ""), ("当日", ""), ("2023年6月5日上午9:30", "2023-06-05"), ("6月5日 10时30分",
    "2023-06-05"),
    ("6月20日前", None), ("未知6月5日", None)])
def test_a_day_on_which_something_was_done(written, value):
    assert VALUES.reader("completed")(written)[0] == value


@pytest.mark.parametrize(("written", "value", "code"), [
    ("区级", "区级", ""), ("是（区级）", "区级", ""), ("已挂牌", "是", ""), ("未挂牌", "", ""), ("已摘牌", "off", ""), ("区安委会挂牌",
    "区", ""),
    ("未摘牌", "", "yes-no-unread"), ("拟区级挂牌", "", "yes-no-unread"), ("非区级", "", "yes-no-unread"), ("区市两级", "",
    "yes-no-unread"),
    ("市场监管局挂牌", "", "yes-no-unread")])
def test_listed_by_a_level_or_not(written, value, code):
    assert VALUES.reader("listed")(written)[:2] == (value, code)


@pytest.mark.parametrize(("written", "value"), [("已停产", True), ("停业整顿", True), ("未停产", False), ("是", True), ("局部停产",
    None)])
def test_suspended_in_its_own_words(written, value):
    assert VALUES.reader("suspended")(written)[0] is value


@pytest.mark.parametrize("written", ["上级公司检查", "自查或检查", "自查？", "较大及以上"])
def test_what_a_word_within_another_does_not_say(written):
    assert VALUES.choice(written, "level" if "较大" in written else "source")[:2] == (None, "choice-unknown")


@pytest.mark.parametrize(("written", "amount", "code"), [
    (5000, 5000, "money-large"), ("5000", 5000, "money-large"), ("5000元", 0.5, "money-converted"), ("5000万元", 5000, ""), (80, 80, "")])
def test_a_large_amount_without_a_unit_is_asked_about(written, amount, code):
    assert VALUES.reader("money", "万元")(written)[:2] == (amount, code)


@pytest.mark.parametrize(("written", "day"), [("待定（改为7月15日）", "2023-07-15"), ("长期（调整为6月30日）", "2023-06-30"),
                                              ("待定，延期至6月30日", "2023-06-30"), ("6月30日（延期至待定）", None)])
def test_a_deadline_that_was_none_and_is_one(written, day):
    found = VALUES.deadline(written)[0]
    assert (resolve_deadline(found, FOUND)[1] if found else None) == day


@pytest.mark.parametrize("write", [dt.date.isoformat, lambda day: day, lambda day: f"{day.year}年{day.month}月{day.day}日前",
                                   lambda day: f"6月30日（延期至{day}）"])
def test_a_deadline_may_be_of_the_year_behind_the_ledgers_own_and_no_later(write):
    after, later = dt.date(2025, 6, 30), dt.date(2026, 6, 30)
    value, code, _ = VALUES.deadline(write(after))
    assert not code and resolve_deadline(value, FOUND)[1] == "2025-06-30"
    value, code, words = VALUES.deadline(write(later))
    assert (value, code, words["day"]) == (None, "day-year", "2026-06-30")
