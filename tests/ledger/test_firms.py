"""Whose hazards a ledger lists where no column says so: owners, the title; and rows that say that there is no hazard."""

import json

import pytest

from consolidator.model.people import without_names
from tests.ledger.factory import W1, Story, errors, workbook

HEADS = ["隐患描述", "级别", "来源", "发现日期", "整改情况"]
CELLS = ["通道被货物堵塞", "一般", "自查", "2023-06-01", "整改中"]
ABOVE = [["台账"], ["填报单位：月牙河街道"]]


def taken_of(rows, above=ABOVE, file="月牙河街道台账.xlsx"):
    story = Story()
    story.send(workbook([("Sheet1", [*above, *rows])]), file)
    return story.run(W1)


@pytest.mark.parametrize("heading", ["项目名称", "产权人", "房屋产权人", "经营者", "使用人", "承租人", "承租单位", "户主姓名",
    "房屋所有权人", "学校名称", "园所全称"])
def test_a_firm_named_only_under_another_heading_is_the_firm(heading):
    taken = taken_of([[heading, *HEADS], ["鑫达商贸有限公司", *CELLS]])
    assert [one.firm for one in taken.result.hazards] == ["鑫达商贸有限公司"] and not errors(taken)


def test_a_column_of_firms_stands_before_one_of_owners_and_owners_fill_its_blanks():
    taken = taken_of([["产权人", "企业名称", *HEADS], ["王老五", "鑫达商贸", *CELLS], ["光明印刷厂", "", *CELLS]])
    assert [one.firm for one in taken.result.hazards] == ["鑫达商贸", "光明印刷厂"]


def test_a_person_is_the_firm_without_the_name():
    taken = taken_of([["产权人", "房屋地址", *HEADS], ["张三丰 13912345678", "幸福路3号", *CELLS], ["张三", "幸福路5号", *CELLS]])
    assert [one.firm for one in taken.result.hazards] == ["张某（幸福路3号）", "张某（幸福路5号）"] and not errors(taken)
    assert "张三" not in json.dumps([[one.firm, one.description] for one in taken.result.hazards], ensure_ascii=False)
    assert [one.people["owner"] for one in taken.result.hazards] == ["张三丰 13912345678", "张三"]


@pytest.mark.parametrize(("written", "firm"), [
    ("张三", "张某"), ("欧阳明", "欧阳某"), ("张三、李四", "张某、李某"), ("张三 13912345678", "张某"), ("鑫达商贸", "鑫达商贸"),
    ("光明印刷厂", "光明印刷厂"),
    ("李记饭馆", "李记饭馆"), ("某某商贸有限公司", "某某商贸有限公司"),
    ("第三小学", "第三小学"), ("佟大为", "佟某"), ("买买提·阿不都", "买某")])
def test_whoever_is_named_under_an_owner(written, firm):
    assert without_names(written) == firm


@pytest.mark.parametrize(("title", "firm"), [
    ("新开路第一小学隐患台账", "新开路第一小学"), ("天津市河北区昆纬路第一小学2023年6月安全隐患排查整改台账", "昆纬路第一小学"),
    ("鑫达商贸有限公司重大事故隐患清单", "鑫达商贸有限公司"),
    ("实验小学附属幼儿园隐患排查表", "实验小学附属幼儿园"), ("四季酒店消防安全问题清单", "四季酒店"), ("某某医院安全台账", "")])
def test_a_firm_named_only_in_the_title(title, firm):
    taken = taken_of([HEADS, CELLS, ["配电箱没有接地线", *CELLS[1:]]], [[title], ["填报单位：月牙河街道"]])
    assert [one.firm for one in taken.result.hazards] == [firm] * 2 * bool(firm)
    assert [(one.row, firm in one.message) for one in taken.result.held if one.code == "firm-titled"] == [(4, True)] * bool(firm)


@pytest.mark.parametrize("title", [
    "月牙河街道隐患台账", "河北区中小学隐患台账", "辖区学校隐患排查台账", "重大事故隐患台账", "2023年6月隐患清单",
    "各幼儿园隐患台账", "全区学校隐患台账", "养老院隐患台账",
    "区商务局商场超市隐患台账", "沿街商铺及餐饮饭店隐患台账", "酒店行业隐患台账", "星级酒店隐患台账"])
def test_a_title_that_names_no_firm_gives_none(title):
    taken = taken_of([HEADS, CELLS], [[title], ["填报单位：月牙河街道"]])
    assert not taken.result.hazards and "column-missing" in {code for _, code in errors(taken)}


def test_a_unit_is_no_firm_and_a_school_that_hands_in_is_one():
    taken = taken_of([HEADS, CELLS], [["隐患台账"], ["单位名称：月牙河街道"]])
    assert not taken.result.hazards and "column-missing" in {code for _, code in errors(taken)}
    taken = taken_of([HEADS, CELLS], [["隐患台账"], ["填报单位：新开路第一小学"]])
    assert [(one.units, one.firm) for one in taken.result.hazards] == [(["月牙河街道"], "新开路第一小学")]


ASKED = ["企业名称", "是否存在隐患", *HEADS]


@pytest.mark.parametrize(("heading", "said"), [("是否存在隐患", "否"), ("有无隐患", "无"), ("是否发现问题", "×"),
    ("是否存在重大事故隐患", "否"), ("是否存在隐患", "未发现"),
                                               ("是否有安全隐患", "□是 ☑否")])
@pytest.mark.parametrize("blank", ["", "/", "无"])
def test_a_row_that_says_that_there_is_no_hazard_is_passed_over(heading, said, blank):
    heads = ["企业名称", heading, *HEADS]
    taken = taken_of([heads, ["鑫达商贸", said, blank, "", "自查", "2023-06-01", ""], ["光明印刷厂", "是", *CELLS]])
    file, = taken.result.files
    assert [one.firm for one in taken.result.hazards] == ["光明印刷厂"] and not errors(taken)
    assert file.rules.get("无") == 1 and file.rows == file.merged + file.held + file.passed


@pytest.mark.parametrize("row", [
    ["鑫达商贸", "是", "", "", "自查", "2023-06-01", ""], ["鑫达商贸", "", "", "", "自查", "2023-06-01", ""],
    ["鑫达商贸", "否", "", "", "自查", "2023-06-01", "整改中"]])
def test_a_row_that_may_have_a_hazard_is_held(row):
    taken = taken_of([ASKED, row, ["光明印刷厂", "是", *CELLS]])
    assert (4, "cell-blank") in errors(taken) and len(taken.result.hazards) == 1


def test_a_hazard_beside_a_no_is_asked_about():
    taken = taken_of([ASKED, ["鑫达商贸", "否", *CELLS]])
    assert len(taken.result.hazards) == 1 and [(one.code, one.cell) for one in taken.result.held] == [("none-denied", "B4")]


def test_what_is_read_of_titles_is_the_same_again():
    story = Story()
    story.send(workbook([("Sheet1", [["新开路第一小学隐患台账"], ["填报单位：月牙河街道"], HEADS, CELLS])]))
    assert [[one.code for one in story.run(W1).result.held] for _ in range(2)] == [["firm-titled"]] * 2


def test_a_firm_that_the_title_gives_with_its_heading_ends_where_its_cell_does():
    taken = taken_of([HEADS, CELLS], [["隐患台账"], ["填报单位：月牙河街道"], ["企业名称：鑫达商贸有限公司"]])
    assert [one.firm for one in taken.result.hazards] == ["鑫达商贸有限公司"]
