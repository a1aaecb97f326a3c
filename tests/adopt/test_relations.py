"""What is printed of sums, parts, days and sections, in forms without borders too."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.read_file import understand as read_form
from consolidator.workflows.adopt import adopt, filled
from schemas.form import Form, load_form

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
