"""Rows that a blank brought along, or that belong to the paper and not to the ledger: hints, prefilled choices, pages, totals of every
kind. And group titles that name whose the rows below them are."""

import pytest

from tests.ledger.factory import W1, Story, errors, workbook

HEADS = ["序号", "企业名称", "隐患部位", "隐患描述", "隐患级别", "隐患来源", "发现日期", "整改期限", "整改情况"]
ABOVE = [["隐患台账"], ["填报单位：月牙河街道   填报日期：2023年6月5日"]]


def hazard(text="安全出口被货物堵塞", firm="鑫达商贸"):
    return [1, firm, "一层", text, "一般", "自查", "2023-06-02", "2023-06-30", "整改中"]


def taken_of(rows, merged=(), file="月牙河街道台账.xlsx"):
    story = Story()
    story.send(workbook([("台账", rows)], merged), file)
    taken = story.run(W1)
    assert all(one.rows == one.merged + one.held + one.passed for one in taken.result.files)
    return taken


@pytest.mark.parametrize(("row", "rule"), [
    (["", "填企业全称", "", "描述清楚", "重大/较大/一般", "自查/部门检查", "YYYY-MM-DD", "YYYY-MM-DD", ""], "说明"),
    (["", "请填全称", "如：一层", "不少于10字", "下拉选择", "下拉选择", "格式：2023-06-05", "", ""], "说明"),
    (["甲", "乙", "丙", "丁", 1, 2, 3, 4, 5], "栏号"), (["A", "B", "C", "D", "E", "F", "G", "H", "I"], "栏号"),
    (["(1)", "(2)", "", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"], "栏号"),
    ([2, "", "", "", "一般", "自查"], "只有选项"), ([2, "", "", "", "", "", "", "", "未整改"], "只有选项"),
    (["", "以下空白"], "空白"), (["", "", "", "以下空白"], "空白"), (["", "第1页 共3页"], "说明"),
    (["", "", "", "", "", "第 2 页"], "说明"),
    (["本页合计", "", "", "1条"], "合计"), (["", "月牙河街道小计", 1], "合计"), (["全部总计", "", "", 1], "合计"),
    (["", "零报告"], "无"), (["", "本周未发现重大隐患。"], "无"), (["本月无新增隐患"], "无"), (["", "", "", "目前未发现隐患"], "无"),
    (["", "二、部门检查"], "分组标题"), (["", "", "", "二、部门检查情况"], "分组标题"), (["", "", "企业名称：乙公司"], "分组标题")])
def test_a_row_that_is_no_hazard_is_passed_over_by_its_rule(row, rule):
    taken = taken_of([*ABOVE, HEADS, row, hazard()])
    assert not errors(taken) and [one.row for one in taken.result.hazards] == [5]
    assert taken.result.files[0].rules.get(rule, 0) == 1


@pytest.mark.parametrize("row", [
    [1, "合计大厦", "", "安全出口被货物堵塞", "一般", "自查", "2023-06-02", "", "整改中"],
    [1, "某小计", "", "安全出口被货物堵塞", "一般", "自查", "2023-06-02", "", "整改中"],
    [1, "填写大厦", "请安二楼", "安全出口被货物堵塞", "一般", "自查", "2023-06-02", "", "整改中"],
    [1, "鑫达商贸", "", "12条", "一般", "自查", "2023-06-02", "", "整改中"], [1, "", "", "", "一般", "自查", "2023-06-02"],
    [1, "鑫达商贸", "", "", "一般"], [1, "", "", "", "一般", "自查", "", "", "已整改"], [1, "", "", "", "很大", "自查"]])
def test_a_row_that_says_more_is_read_or_held(row):
    taken = taken_of([*ABOVE, HEADS, row])
    file = taken.result.files[0]
    assert (file.merged + file.held, file.passed) == (1, 3)


def test_a_title_in_the_column_of_descriptions_holds_for_the_rows_below_it():
    heads = ["隐患描述", "企业名称", "隐患级别", "发现日期", "整改情况"]
    row = ["鑫达商贸", "一般", "2023-06-02", "整改中"]
    body = [["一、企业自查"], ["安全出口被货物堵塞", *row], ["二、部门检查"], ["灭火器失效", *row], ["三、灭火器失效"]]
    taken = taken_of([*ABOVE, heads, *body])
    assert [one.side for one in taken.result.hazards] == ["self", "dept"] and {row for row, _ in errors(taken)} == {8}


def test_a_firm_alone_above_rows_without_one_is_a_title_and_they_are_held():
    taken = taken_of([*ABOVE, HEADS, ["", "鑫达商贸"], hazard(firm=""), ["", "乙公司"], hazard(firm="丙公司")])
    assert {(row, code) for row, code in errors(taken)} == {(5, "cell-blank"), (6, "cell-blank")}
    assert [one.message for one in taken.result.held if one.row == 5] == ["“企业名称”没有填：请补上"]
    assert taken.result.files[0].rules["分组标题"] == 1 and [one.firm for one in taken.result.hazards] == ["丙公司"]


def test_choices_beside_a_firm_that_is_merged_down_are_held():
    taken = taken_of([*ABOVE, HEADS, hazard(), [2, "", "", "", "一般", "自查"]], merged=[(3, 1, 4, 1)])
    assert {row for row, _ in errors(taken)} == {5}


@pytest.mark.parametrize("titles", [("月牙河街道", "区商务局"), ("一、月牙河街道", "二、区商务局"), ("（一）月牙河街", "（二）区商务局")])
def test_units_above_their_rows_report_them_where_nothing_else_names_one(titles):
    body = [HEADS, [titles[0]], hazard(), [titles[1]], hazard(firm="乙公司")]
    taken = taken_of([["全区隐患台账"], ["截至2023年6月5日"], *body], file="台账.xlsx")
    assert {one.firm: one.units for one in taken.result.hazards} == {"鑫达商贸": ["月牙河街道"], "乙公司": ["区商务局"]}
    taken = taken_of([["隐患台账"], ["填报单位：区城管委   2023年6月5日"], *body], file="台账.xlsx")
    assert {tuple(one.units) for one in taken.result.hazards} == {("区城管委",)}  # 月牙河街道 is where the firms are


@pytest.mark.parametrize(("above", "day"), [
    (["填报单位：", "月牙河街道", "", "填报日期：", 45080], "2023-06-03"),
    (["填报单位：", "月牙河街道", "", "填报日期：", 20230603], "2023-06-03"),
    (["填报单位：", "月牙河街道", "", "电话：", 45080], "")])
def test_a_number_behind_the_words_for_a_day_is_the_ledgers_day(above, day):
    taken = taken_of([["隐患台账"], above, HEADS, hazard()])
    assert taken.result.files[0].date == (day or W1.isoformat())


def test_headings_below_a_long_introduction_are_found():
    notes = [[f"说明{n}：请各单位按要求认真填写，不得漏报瞒报。"] for n in range(50)]
    assert [one.row for one in taken_of([*ABOVE, *notes, HEADS, hazard()]).result.hazards] == [54]


def test_headings_of_two_rows_are_passed_over_again_without_their_merges():
    upper = ["序号", "基本情况", "", "隐患情况", "", "", "", "整改情况", ""]
    lower = ["", *HEADS[1:]]
    again = hazard(firm="同上", text="配电箱没有接地线")
    merged = [(2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 6), (2, 7, 2, 8)]
    taken = taken_of([*ABOVE, upper, lower, hazard(), upper, lower, again], merged=merged)
    assert not errors(taken) and [one.firm for one in taken.result.hazards] == ["鑫达商贸"] * 2
    assert taken.result.files[0].rules["重复表头"] == 2


@pytest.mark.parametrize("label", ["检查单位", "整改责任单位", "行业主管部门", "督办单位"])
@pytest.mark.parametrize("above", [True, False])
def test_a_unit_that_does_not_report_the_rows_does_not_have_them(label, above):
    other = [f"{label}：区商务局"]
    rows = [*ABOVE, other, HEADS, hazard()] if above else [*ABOVE, HEADS, other, hazard()]
    taken = taken_of(rows, file="台账.xlsx")
    assert not errors(taken) and [one.units for one in taken.result.hazards] == [["月牙河街道"]]


def test_a_hazard_right_below_the_headings_that_speaks_of_filling_in_is_held_for_its_blanks():
    taken = taken_of([*ABOVE, HEADS, [1, "甲公司", "", "动火作业票未填写完整"], hazard()])
    assert {row for row, _ in errors(taken)} == {4}
    heads = [*HEADS, "整改措施"]
    taken = taken_of([*ABOVE, heads, [1, "甲公司", "", "动火作业票未填写完整", "一般", "", "", "", "", "按要求填写作业票"], hazard()])
    assert {row for row, _ in errors(taken)} == {4}
