"""Who found a hazard, where a ledger says only how: it is the unit whose ledger it is."""

import dataclasses

import pytest

from tests.ledger.factory import HEADS, W1, Row, Story, ledger, workbook

STREET, OFFICE = "月牙河街道", "区商务局"


def taken(source, unit, title="重大事故隐患台账", heads=HEADS):
    story = Story()
    story.send(ledger([Row(source=source)], unit=unit, title=title, heads=heads))
    result = story.run(W1).result
    return [(one.source, one.side) for one in result.hazards], {one.code: one for one in result.held}


@pytest.mark.parametrize(("source", "unit", "expected", "code"), [
    ("日常巡查", STREET, ("街道", "street"), "source-of-unit"), ("日常巡查", OFFICE, ("部门", "dept"), ""),
    ("专项检查", STREET, ("街道", "street"), "source-of-unit"), ("专项检查", OFFICE, ("部门", "dept"), ""),
    ("第三方检查", STREET, ("街道", "street"), "source-hired"), ("专家检查", OFFICE, ("部门", "dept"), "source-hired"),
    ("企业委托第三方检查", STREET, ("自查", "self"), "read-as"), ("部门检查", STREET, ("部门", "dept"), ""),
    ("企业自查", OFFICE, ("自查", "self"), "")])
def test_a_check_of_nobody_is_the_units_own(source, unit, expected, code):
    hazards, held = taken(source, unit)
    assert hazards == [expected]
    assert set(held) & {"source-of-unit", "source-hired", "read-as"} == ({code} if code else set())
    if code:
        assert source in held[code].message and expected[0] in held[code].message and held[code].cell


@pytest.mark.parametrize("unit", [STREET, OFFICE])
@pytest.mark.parametrize(("source", "code"), [
    ("局自查", "choice-unclear"), ("街道自查", "choice-unclear"), ("监理单位", "source-others"), ("燃气公司", "source-others"),
    ("保险机构", "source-others"), ("某某", "choice-unknown")])
def test_a_source_of_which_nobody_knows_the_side_is_held(unit, source, code):
    hazards, held = taken(source, unit)
    assert hazards == [] and held[code].cell == "G4" and source in held[code].message and "自查" in held[code].message


@pytest.mark.parametrize(("title", "unit", "expected"), [
    ("安全生产检查隐患台账", STREET, ("街道", "street")), ("专项检查隐患清单", OFFICE, ("部门", "dept")),
    ("安全生产大检查企业自查隐患台账", STREET, ("自查", "self")), ("部门检查发现隐患台账", STREET, ("部门", "dept"))])
def test_a_title_that_says_how(title, unit, expected):
    hazards, held = taken("", unit, title)
    assert hazards == [expected] and ("source-of-unit" in held) == (unit == STREET and "大" not in title and "部门" not in title)


def test_rows_of_several_units_are_each_their_own_units():
    heads = ["填报单位", "企业名称", "隐患描述", "级别", "检查方式", "发现日期", "整改情况"]
    rows = [[unit, f"{n}号店", f"{n}号通道被货物堵塞", "一般", "日常检查", "2023-06-01", "整改中"]
            for n, unit in enumerate((STREET, OFFICE, STREET), 1)]
    story = Story()
    story.send(workbook([("台账", [["台账"], heads, *rows])]))
    assert {(one.units[0], one.side) for one in story.run(W1).result.hazards} == {(STREET, "street"), (OFFICE, "dept")}


def test_a_source_is_what_it_was_when_the_week_is_run_again():
    story = Story()
    story.send(ledger([dataclasses.replace(Row(), source="第三方检查")]))
    first, second = (story.run(W1).result for _ in range(2))
    assert [one.code for one in first.held] == [one.code for one in second.held] and first.hazards[0].side == second.hazards[0].side


def test_a_column_of_something_else_is_named_with_what_is_written_in_it():
    heads = ["企业名称", "隐患描述", "级别", "检查方式", "发现日期", "整改情况"]
    rows = [[f"{n}号店", f"{n}号通道被货物堵塞", "一般", written, "2023-06-01", "整改中"]
            for n, written in enumerate(("远程", "视频", "远程"), 1)]
    story = Story()
    story.send(workbook([("台账", [["台账"], ["填报单位：月牙河街道"], heads, *rows])]))
    result = story.run(W1).result
    assert not result.hazards and [one.cell for one in result.held if one.code == "column-another"] == ["D4", "D5", "D6"]
    message = next(one.message for one in result.held if one.code == "column-another")
    assert "“检查方式”" in message and "视频、远程" in message and "自查、部门、街道、举报、上级" in message and "另加“来源”一列" in message


def test_a_heading_that_is_surely_of_the_source_wins_over_one_that_may_be():
    heads = ["企业名称", "隐患描述", "级别", "检查方式", "隐患来源", "发现日期", "整改情况"]
    story = Story()
    story.send(workbook([("台账", [["台账"], ["填报单位：月牙河街道"], heads,
                                 ["一店", "通道被货物堵塞", "一般", "现场检查", "企业自查", "2023-06-01", "整改中"]])]))
    assert [one.side for one in story.run(W1).result.hazards] == ["self"]
