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
    (["整改进度（%）"], [60], ("under_way", "")), (["整改进度（%）"], [100], ("rectified", "")),
    (["整改情况"], ["已于6月8日整改完毕"], ("rectified", "2023-06-08")),
    (["整改情况", "完成日期"], ["未整改", "未完成"], ("open", "")), (["整改情况", "完成日期"], ["整改中", "预计6月30日"], ("under_way",
    "")),
    (["整改情况", "完成日期"], ["整改中", "6月30日前"], ("under_way", "")), (["未整改", "整改中", "已整改"], ["", "√",
    ""], ("under_way", "")),
    (["整改情况", "完成日期"], ["已整改", "当日"], ("rectified", "2023-06-02"))])
def test_a_state_is_what_the_columns_say_together(heads, cells, state):
    hazards, codes, _ = taken(heads, cells)
    assert hazards == [state] and "status-unread" not in codes


@pytest.mark.parametrize(("heads", "cells", "code"), [
    (["是否整改", "整改情况"], ["是", "整改中"], "status-differs"), (["是否整改", "整改情况"], ["否", "已整改"], "status-differs"),
    (["整改情况", "是否销号"], ["整改中", "是"], "status-differs"), (["是否整改", "整改情况"], ["看情况", "说不好"], "status-unread"),
    (["整改情况", "完成日期"], ["已整改", "未完成"], "day-not-yet"),
    (["整改情况", "完成日期"], ["已整改", "6月30日前"], "day-unread"), (["未整改", "整改中", "已整改"], ["", "√", "√"], "status-two"),
    (["整改情况"], ["6月20日完成整改"], "completed-late")])
def test_what_contradicts_is_held(heads, cells, code):
    hazards, codes, held = taken(heads, cells)
    assert hazards == [] and code in codes
    assert all(one.cell for one in held if one.code == code)


def test_a_contradiction_names_both_columns():
    _, _, held = taken(["是否整改", "整改情况"], ["是", "整改中"])
    message = next(one.message for one in held if one.code == "status-differs")
    assert "“是否整改”写“是”" in message and "“整改情况”写“整改中”" in message
