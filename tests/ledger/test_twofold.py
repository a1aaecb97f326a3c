"""Two columns of one meaning: the first counts, its blanks are filled from the other, and two states are held against each other."""

import pytest

from tests.ledger.factory import W1, Story, errors, workbook

HEADS = ["序号", "企业名称", "单位名称", "隐患部位", "地址", "隐患描述", "存在问题", "隐患级别", "来源", "检查时间", "发现日期",
         "整改期限", "整改情况", "整改进展", "完成日期"]
ABOVE = [["隐患台账"], ["填报单位：月牙河街道   填报日期：2023年6月5日"]]
ROW = [1, "鑫达商贸", "", "一层", "中山路", "安全出口堵塞", "", "一般", "自查", "", "2023-06-02", "2023-06-30", "整改中", "", ""]


def taken_of(**changes):
    row = list({**dict(zip(HEADS, ROW, strict=True)), **changes}.values())
    story = Story()
    story.send(workbook([("台账", [*ABOVE, HEADS, row])]))
    return story.run(W1)


@pytest.mark.parametrize(("changes", "name", "value"), [
    ({}, "firm", "鑫达商贸"), ({"单位名称": "乙公司"}, "firm", "鑫达商贸"), ({"企业名称": "", "单位名称": "乙公司"}, "firm", "乙公司"),
    ({"隐患描述": "", "存在问题": "灭火器失效"}, "description", "灭火器失效"), ({"隐患部位": ""}, "place", "中山路"),
    ({"发现日期": "", "检查时间": "6月1日"}, "found", "2023-06-01"),
    ({"发现日期": "2023-06-02", "检查时间": "6月1日"}, "found", "2023-06-02"),
    ({"整改情况": "", "整改进展": "已整改"}, "state", "rectified"),
    ({"整改情况": "加强管理", "整改进展": "已整改"}, "state", "rectified"),
    ({"整改情况": "未整改", "整改进展": "整改中"}, "state", "under_way"),
    ({"整改情况": "已整改", "整改进展": "已销号"}, "state", "closed")])
def test_the_first_counts_and_its_blanks_are_filled(changes, name, value):
    taken = taken_of(**changes)
    assert not errors(taken) and [getattr(one, name) for one in taken.result.hazards] == [value]


def test_two_states_that_contradict_each_other_hold_the_row():
    taken = taken_of(整改情况="整改中", 整改进展="已完成整改")
    assert errors(taken) == [(4, "status-differs")]
    held, = [one for one in taken.result.held if one.code == "status-differs"]
    assert held.message.startswith("“整改情况”写“整改中”，“整改进展”写“已完成整改”")
    assert not errors(taken_of(整改情况="已整改", 整改进展="已完成整改", 完成日期="2023-06-04"))


def test_what_was_ordered_is_no_second_state():
    story = Story()
    heads = [*HEADS[:13], "处理情况"]
    story.send(workbook([("台账", [*ABOVE, heads, [*ROW[:12], "已整改", "责令限期整改"]])]))
    taken = story.run(W1)
    assert not errors(taken) and [one.state for one in taken.result.hazards] == ["rectified"]
