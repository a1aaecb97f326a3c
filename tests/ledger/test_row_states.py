"""What the columns of a row say together of its state, and the days beside it."""

import pytest

from tests.ledger.factory import W2, Story, workbook

HEADS = ["序号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期"]
BASE = [1, "鑫达商贸有限公司", "一层", "安全出口被货物堵塞", "一般", "自查", "2023-06-02"]


def taken(heads, cells):
    story = Story()
    story.send(workbook([("台账", [["台账"], [f"填报日期：{W2}"], [*HEADS, *heads], [*BASE, *cells]])]))
    result = story.run(W2).result
    return [(one.state, one.completed) for one in result.hazards], {one.code for one in result.held}, result.held


@pytest.mark.parametrize(("heads", "cells", "state"), [
    (["是否整改", "整改情况"], ["是", "已更换压力表并张贴检测标签"], ("rectified", "")),
    (["是否完成整改", "整改情况"], ["否", "已购买灭火器"], ("open", "")),
    (["是否整改", "整改情况"], ["否", "整改中"], ("under_way", "")),
    (["是否整改", "整改情况"], ["是", "立行立改"], ("rectified", "2023-06-02")),
    (["整改情况", "是否销号"], ["已整改", "否"], ("rectified", "")),
    (["整改情况", "是否销号"], ["已整改", "是"], ("closed", "")),
    (["整改情况", "复查结果"], ["已整改", "不合格"], ("open", "")),
    (["整改情况", "复查结果"], ["已整改", "合格"], ("rectified", "")),
    *((["整改情况", "复查结果"], ["已整改", said], ("open", "")) for said in (
        "未整改", "整改不到位", "仍未整改", "未按要求整改", "复查未合格", "不符合要求", "未通过，继续整改")),
    *((["整改情况", "复查结果"], ["已整改", said], ("rectified", "")) for said in ("", "无", "未复查", "待验收", "符合要求", "未销号")),
    (["整改情况", "复查结果"], ["已整改", "复查发现未整改"], ("open", "")),
    (["整改情况", "复查结果"], ["已整改", "验收不通过"], ("open", "")),
    (["整改情况", "复查结果"], ["整改中", "未整改"], ("under_way", "")),
    (["整改情况", "是否销号"], ["已整改", "已整改"], ("rectified", "")),
    (["整改情况", "是否闭环"], ["已整改", "√"], ("closed", "")), (["进展情况"], ["已整改"], ("rectified", "")),
    (["工作进展"], ["整改中"], ("under_way", "")), (["处置结果"], ["已解决"], ("rectified", "")),
    (["整改情况", "验收是否合格"], ["已整改", "是"], ("closed", "")),
    (["整改情况", "复查日期"], ["整改中", "2023-06-08"], ("under_way", "")),
    (["整改进度（%）"], [60], ("under_way", "")), (["整改进度（%）"], [100], ("rectified", "")),
    (["整改情况"], ["已于6月8日整改完毕"], ("rectified", "2023-06-08")),
    (["整改情况", "完成日期"], ["未整改", "未完成"], ("open", "")), (["整改情况", "完成日期"], ["整改中", "预计6月30日"], ("under_way",
    "")),
    (["整改情况", "完成日期"], ["整改中", "6月30日前"], ("under_way", "")), (["未整改", "整改中", "已整改"], ["", "√",
    ""], ("under_way", "")),
    (["整改情况", "完成日期"], ["更换灭火器", "2023-06-05"], ("rectified", "2023-06-05")),
    (["整改情况", "完成日期"], ["对通道货物清理", "6月5日"], ("rectified", "2023-06-05")),
    (["整改情况", "完成日期"], ["已整改", "当日"], ("rectified", "2023-06-02"))])
def test_a_state_is_what_the_columns_say_together(heads, cells, state):
    hazards, codes, _ = taken(heads, cells)
    assert hazards == [state] and "status-unread" not in codes


@pytest.mark.parametrize(("heads", "cells", "code"), [
    (["是否整改", "整改情况"], ["是", "整改中"], "status-differs"), (["是否整改", "整改情况"], ["否", "已整改"], "status-differs"),
    (["整改情况", "是否销号"], ["整改中", "是"], "status-differs"), (["是否整改", "整改情况"], ["看情况", "说不好"], "status-unread"),
    (["整改情况", "完成日期"], ["已整改", "未完成"], "day-not-yet"),
    (["整改情况", "完成日期"], ["已整改", "6月30日前"], "day-unread"), (["未整改", "整改中", "已整改"], ["", "√", "√"], "status-two"),
    *((["是否整改", "整改情况"], ["是", said], "status-unread") for said in (
        "3处已完成2处", "仍有一处未完成，其余已整改", "据企业称已整改", "尚需采购设备", "待核实")),
    (["是否整改", "整改情况"], ["是", "除东侧外已整改"], "status-differs"),
    (["整改情况", "复查结果"], ["已整改", "否"], "status-unread"), (["整改情况", "验收是否合格"], ["已整改", "否"], "status-unread"),
    (["整改情况", "销号日期"], ["整改中", "2023-06-08"], "status-differs"),
    (["整改情况"], ["更换灭火器"], "status-unread"), (["整改情况", "完成日期"], ["更换灭火器", ""], "status-unread"),
    *((["整改情况", "完成日期"], [said, "2023-06-05"], "status-unread") for said in (
        "更换方案", "更换负责人", "安装警示牌", "要求更换灭火器", "更换灭火器，下周验收", "随便写", "更换2处，剩余1处")),
    (["整改情况"], ["6月20日完成整改"], "completed-late")])
def test_what_contradicts_is_held(heads, cells, code):
    hazards, codes, held = taken(heads, cells)
    assert hazards == [] and code in codes
    assert all(one.cell for one in held if one.code == code)


def test_a_review_that_does_not_agree_is_held():
    hazards, codes, _ = taken(["整改情况", "复查结果"], ["已整改", "不同意销号"])
    assert hazards == [] and "status-unread" in codes


@pytest.mark.parametrize(("heads", "cells", "asked"), [
    (["整改情况", "复查日期"], ["整改中", "2023-06-08"], True), (["整改情况", "复查验收日期"], ["未整改", "2023-06-08"], True),
    (["整改情况", "复查日期"], ["整改中", "待复查"], False),
    (["整改情况", "完成日期", "复查日期"], ["已整改", "2023-06-07", "2023-06-08"], False),
    (["整改情况", "复查日期", "复查结果"], ["整改中", "2023-06-08", "不合格"], False)])
def test_a_day_of_review_beside_what_is_not_put_right_is_asked_about(heads, cells, asked):
    hazards, codes, held = taken(heads, cells)
    assert len(hazards) == 1 and ("reviewed-open" in codes) == asked
    assert all(one.severity == "warning" and "2023-06-08" in one.message for one in held if one.code == "reviewed-open")


def test_a_contradiction_names_both_columns():
    _, _, held = taken(["是否整改", "整改情况"], ["是", "整改中"])
    message = next(one.message for one in held if one.code == "status-differs")
    assert "“是否整改”写“是”" in message and "“整改情况”写“整改中”" in message


def test_a_one_among_percents_is_held():
    story = Story()
    rows = [[*BASE, 50], [2, *BASE[1:3], "灭火器压力不足未更换", *BASE[4:], 1]]
    story.send(workbook([("台账", [["台账"], [f"填报日期：{W2}"], [*HEADS, "整改进度（%）"], *rows])]))
    result = story.run(W2).result
    assert [one.state for one in result.hazards] == ["under_way"] and "status-unread" in {one.code for one in result.held}


def test_what_is_read_of_a_remedy_is_reported_unless_another_column_says_it():
    for heads, cells, codes in ((["整改情况"], ["已更换灭火器"], {"read-as"}),
                                (["整改情况", "完成日期"], ["更换灭火器", "2023-06-05"], {"read-as"}),
                                (["是否整改", "整改情况"], ["是", "已更换灭火器"], set())):
        _, _, held = taken(heads, cells)
        assert {one.code for one in held} & {"read-as"} == codes
        assert all(one.cell == "H4" and "已整改" in one.message for one in held if one.code == "read-as")
