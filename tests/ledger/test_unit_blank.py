"""A ledger whose unit was left blank: nobody is taken for it, and the sentence says so."""

import pytest

from tests.ledger.factory import HEADS, W1, Row, Story, workbook

UNKNOWN = "台账上看不出是哪个单位的"


@pytest.mark.parametrize("line", [
    ["填报单位：    填报日期：2023年6月5日"], ["填报单位：", "填报日期：2023年6月5日"], ["填报单位：", "", "日期：2023年6月5日"],
    ["填报单位（盖章）：        年  月  日"], ["填报单位：        年  月  日"], ["填报单位：______ 上报时间：2023-06-05"],
    ["填报单位：    统计日期：6月5日  填表人：张三"], ["填报单位："], ["单位：   联系人：李四"], ["填报单位：", "    年   月   日"]])
def test_a_unit_left_blank_is_nobody(line):
    story = Story()
    story.send(workbook([("台账", [["重大事故隐患台账"], line, HEADS, Row().cells(1)])]), "台账.xlsx")
    file, = story.run(W1).result.files
    assert file.refused.startswith(UNKNOWN) and file.unit is None


@pytest.mark.parametrize("line", [
    ["填报单位：月牙河街道填报日期：2023年6月5日"], ["填报单位：月牙河街道  日期：6月5日"],
    ["填报单位：", "月牙河街道", "填报日期：6月5日"],
    ["填报单位：月牙河街道  制表日期：2023年6月5日"], ["填报单位：月牙河街道    年  月  日"]])
def test_a_unit_beside_a_day_is_read(line):
    story = Story()
    story.send(workbook([("台账", [["重大事故隐患台账"], line, HEADS, Row().cells(1)])]), "台账.xlsx")
    file, = story.run(W1).result.files
    assert (file.unit, file.refused) == ("月牙河街道", "")
