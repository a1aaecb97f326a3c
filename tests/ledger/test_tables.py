"""Several tables in one sheet: one below another, with headings and titles of their own, or none; side by side."""

import pytest

from consolidator.model.grid import Grid
from consolidator.reading.ledgers.titles import unit_in
from tests.ledger.factory import W1, Story, errors, told, workbook

HEADS = ["序号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期", "整改期限", "整改情况", "完成日期"]
HAZARD = [1, "鑫达商贸", "一层", "安全出口被货物堵塞", "重大", "自查", "2023-06-01", "2023-06-30", "已整改", "2023-06-04"]
ABOVE = [["台账"], ["填报单位：月牙河街道    填报日期：2023-06-05"]]
SHORT = ["序号", "企业名称", "隐患描述", "发现日期", "整改期限", "整改情况"]


def row(number, text, firm="鑫达商贸"):
    return [number, firm, text, "2023-06-01", "2023-06-30", "整改中"]


A, B, C, D = (row(n, text) for n, text in enumerate((
    "安全出口被货物堵塞", "燃气报警器没有安装", "配电箱没有接地线", "消防水泵不能启动"), 1))


def taken_of(rows, *more):
    story = Story()
    story.send(workbook([("台账", rows), *more]))
    taken = story.run(W1)
    for file in taken.result.files:
        assert file.rows == file.merged + file.held + file.passed
    assert sum(file.rows for file in taken.result.files) == len(rows) + sum(len(sheet) for _, sheet in more)
    return taken


def sides(taken):
    return [(one.description[:4], one.side, one.level) for one in taken.result.hazards]


def test_another_table_below_is_read_by_its_own_headings():
    heads = ["序号", "企业名称", "隐患描述", "级别", "来源", "发现日期", "整改期限", "整改情况"]
    other = ["序号", "企业名称", "整改期限", "发现日期", "隐患描述", "级别", "来源", "整改情况"]
    taken = taken_of([["重大事故隐患台账"], ["填报单位：月牙河街道    填报日期：2023-06-05"], heads,
                      [1, "鑫达商贸", "安全出口被货物堵塞", "重大", "自查", "2023-06-01", "2023-06-30", "整改中"], heads,
                      [2, "开明饭店", "燃气报警器没有安装", "重大", "自查", "2023-06-02", "2023-06-30", "整改中"], other,
                      [1, "华安超市", "2023-06-30", "2023-06-03", "配电箱没有接地线", "重大", "自查", "整改中"]])
    assert [(one.firm, one.found, one.due, one.row) for one in taken.result.hazards] == [
        ("鑫达商贸", "2023-06-01", "2023-06-30", 4), ("开明饭店", "2023-06-02", "2023-06-30", 6),
        ("华安超市", "2023-06-03", "2023-06-30", 8)]
    file, = taken.result.files
    assert (file.rows, file.merged, file.held, file.passed, file.unit) == (8, 3, 0, 5, "月牙河街道")


def test_a_table_is_not_lost_above_another_with_more_headings():
    taken = taken_of([["重大事故隐患台账"], ["填报单位：月牙河街道    填报日期：2023-06-05"],
                      ["序号", "企业名称", "隐患描述", "级别", "来源", "发现日期", "整改情况"],
                      [1, "鑫达商贸", "安全出口被货物堵塞", "重大", "自查", "2023-06-01", "整改中"], [],
                      ["序号", "隐患描述", "企业名称", "级别", "来源", "发现日期", "整改期限", "整改措施", "整改情况"],
                      [1, "配电箱没有接地线", "华安超市", "重大", "自查", "2023-06-03", "2023-06-30", "更换", "整改中"]])
    assert [one.firm for one in taken.result.hazards] == ["鑫达商贸", "华安超市"] and not errors(taken)


@pytest.mark.parametrize("swapped", [("部位", "隐患描述"), ("发现日期", "完成日期"), ("企业名称", "部位")])
@pytest.mark.parametrize("more", ["", "（详细）"])
def test_two_columns_that_change_places_below_make_another_table(swapped, more):
    one, other = (HEADS.index(name) for name in swapped)
    heads, hazard = list(HEADS), [*HAZARD[:3], "配电箱没有接地线", *HAZARD[4:]]
    for cells in (heads, hazard):
        cells[one], cells[other] = cells[other], cells[one]
    heads[one] += more
    taken = taken_of([*ABOVE, HEADS, HAZARD, heads, hazard])
    assert [(found.firm, found.place, found.description, found.found, found.completed) for found in taken.result.hazards] == [
        ("鑫达商贸", "一层", "安全出口被货物堵塞", "2023-06-01", "2023-06-04"),
        ("鑫达商贸", "一层", "配电箱没有接地线", "2023-06-01", "2023-06-04")]


def test_a_column_in_the_place_of_another_makes_another_table():
    heads = [*SHORT[:4], "完成日期", SHORT[5]]
    taken = taken_of([["企业自查重大隐患台账"], ABOVE[1], SHORT, A, heads, [*B[:4], "2023-06-04", "已整改"]])
    assert [(one.due, one.completed) for one in taken.result.hazards] == [("2023-06-30", ""), ("", "2023-06-04")]


@pytest.mark.parametrize("unit", ["填报单位：月牙河街道  填报日期：2023年6月5日", ""])
@pytest.mark.parametrize("end", [[], [["合计", "", "", "2"]], [[]], [["合计", "2"], []]])
def test_headings_again_below_another_title_have_what_that_title_says(unit, end):
    taken = taken_of([["企业自查重大事故隐患台账"], ["填报单位：月牙河街道  填报日期：2023年6月5日"], SHORT, A, B, *end,
                      ["部门检查发现的隐患"], *([[unit]] if unit else []), SHORT, C, SHORT, D])
    assert sides(taken) == [("安全出口", "self", "重大"), ("燃气报警", "self", "重大"),
                            ("配电箱没", "dept", "重大"), ("消防水泵", "dept", "重大")]
    assert len(taken.result.files) == 1 and not errors(taken)


def test_titles_between_rows_hold_for_the_rows_below_them():
    taken = taken_of([["隐患台账"], ABOVE[1], SHORT, ["一、企业自查重大事故隐患"], A, ["小计", 1], ["二、部门检查"], B,
                      ["三、一般隐患"], C, ["（二）街道检查一般隐患"], D])
    assert sides(taken) == [("安全出口", "self", "重大"), ("燃气报警", "dept", "重大"),
                            ("配电箱没", "dept", "一般"), ("消防水泵", "street", "一般")]


def test_a_firm_or_a_unit_named_between_rows_is_that_of_the_rows_below_it():
    heads = ["序号", "隐患描述", "级别", "来源", "发现日期", "整改情况"]
    cells = ["重大", "自查", "2023-06-01", "整改中"]
    taken = taken_of([["隐患台账"], ABOVE[1], ["企业名称：甲公司"], heads, [1, "安全出口被货物堵塞", *cells], ["企业名称：乙公司"],
                      [1, "燃气报警器没有安装", *cells], ["企业名称：丙公司"], heads, [1, "配电箱没有接地线", *cells]])
    assert [one.firm for one in taken.result.hazards] == ["甲公司", "乙公司", "丙公司"]
    for again in ([], [SHORT]):
        taken = taken_of([["企业自查重大隐患台账"], ABOVE[1], SHORT, A, ["填报单位：区商务局", "", "填报日期：2023-06-05"], *again, B])
        assert {one.description[:4]: one.units for one in taken.result.hazards} == {"安全出口": ["月牙河街道"], "燃气报警": ["区商务局"]}
        assert sorted((file.unit, file.merged) for file in taken.result.files) == [("区商务局", 1), ("月牙河街道", 1)]


def test_pages_with_title_and_headings_are_one_table():
    title = ["企业自查重大事故隐患台账"]
    taken = taken_of([title, ABOVE[1], SHORT, A, ["第 2 页"], title, ABOVE[1], SHORT, B, ["填报人：王某  2023-06-05"]])
    assert sides(taken) == [("安全出口", "self", "重大"), ("燃气报警", "self", "重大")]
    assert [one.merged for one in taken.result.files] == [2] and not told(taken)[2:]


def test_a_second_table_beside_the_first_is_held():
    taken = taken_of([["企业自查重大隐患台账"], ABOVE[1], [*SHORT, "", *SHORT], [*A, "", *B], [*C, ""], ["", "", "", "", "", "", "", *D]])
    assert sorted(errors(taken)) == [(4, "table-beside"), (6, "table-beside")]
    assert [one.description for one in taken.result.hazards] == ["配电箱没有接地线"]
    assert "（J列）" in next(one.message for one in taken.result.held if one.code == "table-beside")


@pytest.mark.parametrize("left", [["合计", "", 1], ["小计", "1条"], ["无"], ["填报人：王某"], ["说明：每周一报送"], ["例"], [2]])
def test_a_row_that_is_a_total_on_the_left_and_a_hazard_on_the_right_is_held(left):
    left = [*left, *[""] * (6 - len(left))]
    heads, body = [*SHORT, "", *SHORT], [[*A, "", *B], [*left, "", *C], [*left, "", "合计", "", "", 2]]
    taken = taken_of([["企业自查重大隐患台账"], ABOVE[1], heads, *body])
    assert sorted(errors(taken)) == [(4, "table-beside"), (5, "table-beside")]
    assert (taken.result.files[0].held, taken.result.files[0].passed) == (2, 4)


def test_a_heading_that_stands_twice_is_no_second_table():
    heads = [*SHORT, "整改情况", "企业名称"]
    assert not errors(taken_of([["企业自查重大隐患台账"], ABOVE[1], heads, [*A, "整改中", "鑫达商贸"]]))


@pytest.mark.parametrize(("text", "name"), [
    ("填报单位：区人社局", "区人社局"), ("填报单位：区人社局 填报人：张某", "区人社局"), ("填报单位：区人社局填报人：张某", "区人社局"),
    ("填报单位（盖章）：区人社局    填报日期：2023年6月5日", "区人社局"), ("填报单位：区人社局 2023年6月5日", "区人社局"),
    ("单位：区人社局  时间 2023年", "区人社局"), ("单位：区人社局时间：2023年", "区人社局"), ("填报单位：", ""), ("填报日期：2023年", "")])
def test_the_unit_in_a_title_is_whole(text, name):
    assert unit_in(Grid("台账", [[text]]), 0, 0, text) == name


@pytest.mark.parametrize(("text", "firm"), [("企业名称：天津人民医院", "天津人民医院"), ("企业名称：甲公司 负责人：张某", "甲公司"),
                                            ("企业名称：甲公司负责人：张某", "甲公司"),
                                            ("受检单位：时间广场有限公司  2023年", "时间广场有限公司")])
def test_the_firm_in_a_title_is_whole(text, firm):
    heads = [*SHORT[:1], *SHORT[2:]]
    taken = taken_of([["企业自查重大隐患台账"], ABOVE[1], [text], heads, [1, *A[2:]]])
    assert [one.firm for one in taken.result.hazards] == [firm]
