"""Ledgers whose headings stand beside their values are reported with what to do; done so, they are read."""

import pytest

from tests.ledger.factory import W1, Story, workbook

ABOVE = [["隐患台账"], ["填报单位：月牙河街道   填报日期：2023年6月5日"]]
HEADS = ["企业名称", "隐患部位", "隐患描述", "隐患级别", "隐患来源", "发现日期", "整改期限", "整改情况"]
ROWS = [["鑫达商贸", "一层", "安全出口被货物堵塞", "一般", "自查", "2023-06-02", "2023-06-30", "整改中"],
        ["乙公司", "二层", "配电箱没有接地线", "重大", "部门检查", "2023-06-01", "2023-06-20", "已整改"]]
CARD = [["安全隐患登记卡"], ["填报单位：月牙河街道", "", "填报日期：2023年6月5日"], ["企业名称", "鑫达商贸", "隐患部位", "一层"],
        ["隐患描述", "安全出口被货物堵塞"], ["隐患级别", "一般", "隐患来源", "自查"], ["发现日期", "2023-06-02", "整改期限", "2023-06-30"],
        ["整改情况", "整改中", "完成日期", ""]]


def result_of(rows):
    story = Story()
    story.send(workbook([("台账", rows)]))
    return story.run(W1).result


@pytest.mark.parametrize("rows", [[*ABOVE, *map(list, zip(HEADS, *ROWS, strict=True))], CARD])
def test_headings_beside_their_values_are_reported(rows):
    result = result_of(rows)
    file, = result.files
    assert not result.hazards and (file.unit, file.merged, file.rows) == ("月牙河街道", 0, file.passed)
    assert "与内容左右排列" in file.refused and "隐患描述" in file.refused and "整改中" not in file.refused
    assert [one.firm for one in result_of([*ABOVE, HEADS, *ROWS]).hazards] == ["鑫达商贸", "乙公司"]


@pytest.mark.parametrize("rows", [
    [["填表说明"], ["企业名称", "填全称"], ["隐患描述", "写清是什么隐患"], ["隐患级别", "重大、较大或一般"],
     ["发现日期", "格式为2023-06-05"],
     ["整改情况", "未整改、整改中或已整改"], ["隐患来源", "自查或检查"]],
    [["企业名称", "鑫达商贸"], ["发现日期", "2023-06-02"]], [["姓名", "电话"], ["张三", 1]]])
def test_other_sheets_are_no_ledger(rows):
    assert result_of(rows).files == []
