"""What is printed of sums, parts, days and sections, in forms without borders too."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.read_file import understand as read_form
from consolidator.workflows.adopt import adopt, filled
from schemas.form import Form
from schemas.form_loading import load_form
from tests.adopt.shapes import BOX

TODAY = dt.date(2026, 11, 29)


def adopted(folder, rows, merged=("A1:D1",)) -> Form:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for one in merged:
        book.active.merge_cells(one)
    book.save(folder / "blank.xlsx")
    done = adopt(folder / "blank.xlsx", "form_x", folder=folder, today=TODAY)
    assert done.proof.wrong == []
    return load_form(folder / "form_x.yaml")


def by_label(form: Form) -> dict[str, str]:
    return {form.label(name): name for name in form.figures}


def test_a_printed_formula_is_a_rule_and_no_guess(tmp_path):
    form = adopted(tmp_path, [
        ["检查情况月报表"], ["填报单位："], ["项目", "单位", "本月"], ["一般隐患", "条", ""], ["重大隐患", "条", ""],
                              ["合计", "条", "=SUM(C4:C5)"], ["已整改隐患", "条", ""], ["整改率", "%", "=IF(C6=0,0,C7/C6)"]], ["A1:C1"])
    (rule,) = form.rules.sum_of
    assert (rule.total, rule.parts, rule.guessed) == ("c6", ("c4", "c5"), False)
    assert [one.cell for one in form.pictures[0].computed] == ["C8"]


def test_parts_within_parts_follow_the_indentation(tmp_path):
    form = adopted(tmp_path, [
        ["排查情况月报表"], ["填报单位："], ["项目", "数量"], ["排查企业（家）", ""], ["其中：危化企业（家）", ""],
                              ["      工贸企业（家）", ""], ["      其中：涉爆粉尘企业（家）", ""],
                              ["检查次数（次）", ""]], ["A1:B1"])
    assert {(rule.part, rule.whole) for rule in form.rules.part_of_whole} == {("b5", "b4"), ("b6", "b4"), ("b7", "b6")}


def test_the_last_column_of_months_is_their_sum(tmp_path):
    form = adopted(tmp_path, [
        ["宣传情况季报表"], ["填报单位："], ["指标", "10月", "11月", "12月", "合计"], ["宣传活动（场）"], ["发放材料（份）"]])
    assert {(rule.total, rule.parts) for rule in form.rules.sum_of} == {("e4", ("b4", "c4", "d4")), ("e5", ("b5", "c5", "d5"))}


@pytest.mark.parametrize("title, note, rhythm, first, last", [
    ("专项整治周报表", "注：每周三报送", "weekly_any_day", "2026-01-07", "2026-12-30"),
    ("专项整治周报表", "注：每周一报送", "weekly", "2026-01-05", "2026-12-28"),
    ("专项整治月报表", "注：每月25日前报送", "monthly", "2026-01-25", "2026-12-31"),
    ("专项整治月报表", "注：次月5日前报送", "monthly", "2026-02-05", "2027-01-05"),
    ("专项整治季报表", "注：季后10日前报送", "quarterly", "2026-04-10", "2027-01-10"),
])
def test_the_printed_day_is_the_day(tmp_path, title, note, rhythm, first, last):
    form = adopted(tmp_path, [
        [title], ["填报单位："], ["项目", "数量"], ["检查企业（家）", ""], ["发现隐患（处）", ""], [note]], ["A1:B1", "A6:B6"])
    campaign = form.campaign
    assert (campaign.rhythm, str(campaign.first_week), str(campaign.last_week)) == (rhythm, first, last)


def test_who_fills_a_section_is_read_from_its_heading(tmp_path):
    form = adopted(tmp_path, [
        ["专项行动调度表"], ["填报单位："], ["一、自查情况（企业填写）", "", "", ""], ["自查企业（家）", "", "自查隐患（处）", ""],
                              ["二、执法情况（执法部门填写）", "", "", ""],
                              ["处罚次数（次）", "", "罚款（万元）", ""]], ["A1:D1", "A3:D3", "A5:D5"])
    assert form.kinds == ("企业", "执法部门")
    assert [item.filled_by for item in form.items] == [("企业",), ("企业",), ("执法部门",), ("执法部门",)]


def test_tables_side_by_side_without_borders_are_two(tmp_path):
    form = adopted(tmp_path, [
        ["附件2：双控机制建设月报表"], ["填报单位："], ["项目", "单位", "数量", "", "项目", "单位", "数量"],
                              ["风险点", "个", "", "", "重大风险", "处", ""], ["隐患", "条", "", "", "投入", "万元", ""]], ["A1:G1"])
    assert form.joined_title == "双控机制建设月报表"
    assert set(form.pictures[0].figures.values()) == {"C4", "C5", "G4", "G5"}
    grids = read_grids((tmp_path / "blank.xlsx").read_bytes(), "blank.xlsx")
    values = dict.fromkeys(form.figures, 7)
    submission = read_form(filled(form, grids, values), form)
    assert submission.figures == values and not [one for one in submission.problems if one.severity == "error"]


def test_a_line_that_asks_for_words_is_no_figure(tmp_path):
    form = adopted(tmp_path, [
        ["整治情况月报表"], ["填报单位："], ["项目", "数量"], ["检查企业（家）", ""], ["发现隐患（处）", ""], ["主要做法", ""]], ["A1:B1"])
    assert len(form.figures) == 2 and list(form.pictures[0].texts) == ["B6"]


def test_strokes_mark_the_places_and_who_signs_stands_below(tmp_path):
    form = adopted(tmp_path, [
        ["打非治违情况周报表"], ["填报单位："], ["行业领域", "组织检查组（个）", "受检查企业（家）", "罚款（万元）"],
        ["", "-", "-", "-"], ["", "", "", ""],
        ["合计", "", "", ""], ["单位负责人：", "填表人：", "联系电话：", ""], ["有关要求：每周五报送"], ["", "", "", ""]], ["A1:D1"])
    assert sorted(form.pictures[0].figures.values()) == ["B4", "B6", "C4", "C6", "D4", "D6"]
    assert [form.label(name) for name in ("b4", "c6")] == ["组织检查组（个）", "合计受检查企业（家）"]


def test_a_title_that_was_not_merged_over_its_columns_stands_over_them_as_a_guess(tmp_path):
    form = adopted(tmp_path, [
        ["领导带队检查情况月报表"], ["填报单位："], ["序号", "街道", "主要领导带队检查", "", "其他领导带队检查", ""],
        ["", "", "计划（次）", "完成（次）", "计划（次）", "完成（次）"], ["", "", "", "", "", ""]], ["A1:F1", "A3:A4", "B3:B4", "C3:D3"])
    assert form.label("f5") == "其他领导带队检查完成（次）"
    text = (tmp_path / "form_x.yaml").read_text("utf-8")
    assert "上一级题目没有合并" in next(line for line in text.splitlines() if "name: f5" in line)


def test_parts_under_a_merged_title_are_parts_of_the_column_of_that_name(tmp_path):
    form = adopted(tmp_path, [
        ["挂牌督办情况汇总表"], ["单位：项、万元"], ["序号", "区域", "总体情况", "", "其中", "", "", ""],
        ["", "", "挂牌总数", "投入资金", "市级", "", "县级", ""], ["", "", "", "", "挂牌数", "投入经费", "挂牌数", "投入经费"], [""] * 8],
        ["A1:H1", "A2:H2", "A3:A5", "B3:B5", "C3:D3", "E3:H3", "C4:C5", "D4:D5", "E4:F4", "G4:H4"])
    assert {(rule.part, rule.whole) for rule in form.rules.part_of_whole} == {("e6", "c6"), ("f6", "d6"), ("g6", "c6"), ("h6", "d6")}


def test_the_total_of_women_and_men_leaves_other_divisions_out(tmp_path):
    form = adopted(tmp_path, [
        ["情况年报表"], ["填报单位："], ["街道", "活产数", "", "", "", ""], ["", "合计", "男", "女", "性别不明", "农业户籍"], [""] * 6],
        ["A1:F1", "A3:A4", "B3:F3"])
    assert [(rule.total, rule.parts) for rule in form.rules.sum_of] == [("b5", ("c5", "d5", "e5"))]


def test_what_cannot_be_added_up_is_marked(tmp_path):
    rows = [["人均收入（元）", ""], ["检查目标（家）", ""], ["检查（家）", ""]]
    adopted(tmp_path, [["收入情况月报表"], ["填报单位："], ["项目", "数量"], *rows], ["A1:B1"])
    lines = (tmp_path / "form_x.yaml").read_text("utf-8").splitlines()
    assert "平均数" in next(line for line in lines if "name: b4" in line)
    assert "measure: level" in (line := next(line for line in lines if "name: b5" in line)) and "请核对" in line


def test_what_is_perhaps_words_and_perhaps_a_number_is_marked(tmp_path):
    titles = ["街道", "检查（次）", "整改（处）", "罚款（万元）", "事故原因", "联系电话"]
    adopted(tmp_path, [["检查情况月报表"], ["填报单位："], titles, [""] * 6], ["A1:F1"])
    lines = (tmp_path / "form_x.yaml").read_text("utf-8").splitlines()
    cause, telephone = (next(line for line in lines if word in line) for word in ("事故原因", "联系电话"))
    assert "请核对" in cause and "请核对" not in telephone


def test_a_count_of_titles_among_counts_is_a_figure(tmp_path):
    form = adopted(tmp_path, [
        ["人员情况年报表"], ["填报单位："], ["街道", "人员情况", "", "", "当年年底库存数", "联系人"],
        ["", "总数", "中高级职称", "持证", "", ""], [""] * 6],
        ["A1:F1", "A3:A4", "B3:D3", "E3:E4", "F3:F4"])
    assert set(form.pictures[0].figures.values()) == {"B5", "C5", "D5", "E5"} and list(form.pictures[0].texts) == ["F5"]
    assert form.figures["e5"].measure == "level"


def test_a_group_of_columns_that_is_called_like_a_unit_is_no_name(tmp_path):
    form = adopted(tmp_path, [
        ["演练情况季报表"], ["单位", "总体情况", "", "基层单位", "", "贫困村"],
        ["", "举办次数", "参演人数", "举办次数", "参演人数", ""], [""] * 6],
        ["A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"])
    assert set(form.pictures[0].figures.values()) == {"B4", "C4", "D4", "E4"}
    assert list(form.pictures[0].texts) == ["F4"]
    assert form.label("d4") == "基层单位举办次数"


def test_a_table_right_below_one_of_units_keeps_its_own_figures(tmp_path):
    book = openpyxl.Workbook()
    for row in (["工时统计月报表"], ["序号", "单位名称", "当月工时（工时）", "累计工时（工时）"], [""] * 4, [""] * 4,
                ["事故类型", "次数（次）", "人数（人）", "损失（万元）"], ["死亡", "", "", ""]):
        book.active.append(row)
    book.active.merge_cells("A1:D1")
    for line in book.active["A2:D6"]:
        for cell in line:
            cell.border = BOX
    book.save(tmp_path / "blank.xlsx")
    assert adopt(tmp_path / "blank.xlsx", "form_x", folder=tmp_path, today=TODAY).proof.wrong == []
    form = load_form(tmp_path / "form_x.yaml")
    assert set(form.pictures[0].figures.values()) == {"C3", "D3", "B6", "C6", "D6"}
    grids = read_grids((tmp_path / "blank.xlsx").read_bytes(), "blank.xlsx")
    values = {name: n + 3 for n, name in enumerate(form.figures)}
    assert read_form(filled(form, grids, values), form).figures == values
