"""Headings of a ledger: what is ruled out by the texts alone is never a ledger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import consolidator
from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from consolidator.reading.ledgers import headings
from consolidator.reading.ledgers.columns import Column
from consolidator.reading.ledgers.lexicon import heading_text, lexicons_of
from tests.ledger.factory import W1, Story, errors, workbook

FORM = consolidator.load_form("major_hazards_2023")
LEXICONS = lexicons_of(FORM)
HEADINGS = sorted({text for one in LEXICONS.all for text in one.known})
LABELS = sorted({label.joined for item in FORM.items for label in item.labels})
CUT = st.sampled_from(HEADINGS).flatmap(lambda text: st.integers(0, len(text)).map(lambda at: (text[:at], text[at:])))
TEXTS = st.one_of(
    st.sampled_from(HEADINGS), st.sampled_from(HEADINGS), CUT.map(lambda parts: parts[0]), CUT.map(lambda parts: parts[1]),
    st.tuples(st.sampled_from(HEADINGS), st.sampled_from("/、及和与"), st.sampled_from(HEADINGS)).map("".join),
    st.sampled_from(LABELS),
    st.sampled_from(LABELS).flatmap(lambda text: st.lists(st.sampled_from(text), min_size=4, max_size=8).map("".join)),
    st.sampled_from(["", "", "1", "12.5", "（万元）", "★隐患描述", "情况", "日期"]))
BEFORE = st.sampled_from(["", "(", "*", "1.", "（必填）"])
BEHIND = st.sampled_from(["", "（1号）", "(", ":(a)", "（（a）"])
ROWS = st.lists(st.lists(TEXTS, min_size=1, max_size=9), min_size=1, max_size=6)


@settings(max_examples=400, deadline=None)
@given(ROWS)
def test_what_is_ruled_out_by_its_texts_is_no_ledger(rows):
    possible = LEXICONS.possible(rows)
    grid = Grid("一", rows)
    for lexicon in LEXICONS.all:
        if headings._headings(grid, rows, lexicon) is not None:
            assert lexicon in possible


@settings(max_examples=400, deadline=None)
@given(st.one_of(TEXTS, st.tuples(BEFORE, TEXTS, BEHIND, CUT).map(lambda parts: "".join([*parts[:3], *parts[3]]))))
def test_a_heading_is_known_by_its_squeezed_text(text):
    for lexicon in LEXICONS.all:
        assert lexicon.knows(squeeze(text)) == (heading_text(text) in lexicon.known)


@settings(max_examples=400, deadline=None)
@given(BEFORE, TEXTS, st.sampled_from(["", " ", "\u3000", "(甲)", "\u200b"]), BEHIND)
def test_a_text_that_is_known_below_is_not_ruled_out_by_its_first_signs(before, text, within, behind):
    text = f"{before}{text[:1]}{within}{text[1:]}{behind}"
    column = Column([text])
    for lexicon in LEXICONS.all:
        if lexicon.knows(squeeze(text)):
            assert text in column.that_may_begin(lexicon.initials) and lexicon.may_know(text)


@settings(max_examples=100, deadline=None)
@given(CUT)
def test_a_heading_under_its_parent_is_possible(parts):
    above, below = parts
    known = next(one for one in LEXICONS.all if above + below in one.known)
    role = known.known[above + below][0]
    if len(above) >= headings.SHORTEST_PARENT and below not in known.known:
        assert role in known.reach(below) | known.reach(above)


@pytest.mark.parametrize("lexicon", LEXICONS.all, ids=lambda one: one.ledger.name)
def test_the_headings_of_a_definition_are_found(lexicon):
    row = [column.name for column in lexicon.ledger.columns.values()]
    row += [FORM.figures[name].short for name in lexicon.ledger.faults]
    grid = Grid("一", [["台账", *[""] * (len(row) - 1)], row, ["1"] * len(row)])
    found = {one.ledger.name: one for one in headings.find_headings(grid, headings.top_of(grid, FORM))}
    assert set(found[lexicon.ledger.name].roles) >= set(lexicon.ledger.columns)
    assert found[lexicon.ledger.name].first == found[lexicon.ledger.name].last == 1


def test_the_form_itself_is_ruled_out_without_a_look_at_its_blocks():
    rows = [["序号", label, "0"] for label in LABELS]
    assert LEXICONS.possible(rows) == []


HAZARDS = next(one for one in LEXICONS.all if one.ledger.is_hazards)


@pytest.mark.parametrize(("heading", "role"), [
    ("存在隐患企业名称", "firm"), ("被检查单位（场所）", "firm"), ("隐患所在位置", "place"), ("企业地址", "place"),
    ("检查发现的问题及隐患", "description"), ("重大事故隐患描述", "description"), ("隐患部位及内容", "description"), ("主要问题",
    "description"),
    ("隐患判定依据", "basis"), ("问题来源", "source"), ("隐患发现日期", "found"), ("拟采取的整改措施", "measures"),
    ("所需资金（元）", "money"), ("整改责任人姓名", "person"), ("责任单位及责任人", "person"), ("联系人电话", "phone"),
    ("整改完成时限", "due"), ("计划完成整改日期", "due"), ("要求整改完成日期", "due"), ("应急处置措施", "plan"),
    ("整改进展情况", "state"), ("当前整改状态", "state"), ("是否按期完成整改", "state_asked"), ("是否销号", "closed_asked"),
    ("实际完成整改日期", "completed"), ("整改完毕时间", "completed"), ("验收销号时间", "reviewed"), ("核查人员签字", "reviewer"),
    ("复核结论", "review_result"), ("是否列入挂牌督办", "listed"),
    ("检查对象", "firm"), ("工程名称", "firm"), ("整改单位", "firm"), ("所在地", "place"), ("检查问题", "description"),
    ("重大隐患名称", "description"), ("违法行为", "description"), ("整改截止日期", "due"), ("是否闭环销号", "closed_asked"),
    *((one, "level_asked") for one in ("是否重大", "是否重大事故隐患", "是否为重大隐患")),
    ("是否存在重大隐患", "level_exists"),
    *((one, "exists") for one in ("是否存在隐患", "有无问题", "是否存在安全隐患")),
    *((one, "description") for one in (
        "安全隐患", "隐患", "消防问题清单", "排查隐患", "不符合项", "违法事实", "隐患事项")),
    *((one, "firm") for one in (
        "店名", "市场主体名称", "名称", "小区名称", "养老机构名称", "危化企业", "在建工程名称")),
    *((one, "owner") for one in ("产权人", "房屋使用人", "承租方名称", "实际经营人")), ("限改日期", "due"), ("实际完成", "completed"),
    ("投资金额（万元）", "money"), ("责任领导", "person"), ("处置情况", "state"), ("网格员", "inspector"), ("控制措施", "plan"),
    ("隐患日期", "found")])
def test_a_heading_in_no_list_is_known_by_what_it_is_like(heading, role):
    found = HAZARDS.means(heading_text(heading)) or headings._joined(heading_text(heading), HAZARDS)
    assert found and found[0] == role


@pytest.mark.parametrize("heading", ["重大隐患", "问题",
    "检查单位名称", "整改前照片", "整改后照片", "整改率", "罚款金额", "责令停产整顿", "行业",
    "所属社区", "类别", "数量"])
def test_a_heading_of_something_else_is_like_none(heading):
    assert HAZARDS.means(heading_text(heading)) is None


@pytest.mark.parametrize(("parent", "heading", "role"), [
    ("挂牌督办情况", "级别", "listed_level"), ("计划", "完成时间", "due"), ("整改计划", "完成时间", "due"), ("隐患单位信息", "名称",
    "firm"),
    ("复查", "时间", "reviewed"), ("整改情况", "完成时间", "completed"), ("五落实", "责任人", "person")])
def test_a_parent_may_change_what_a_heading_means(parent, heading, role):
    assert headings._resolved([parent, heading], HAZARDS)[0] == role


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_a_block_that_is_given_up_would_not_have_been_the_best(rows):
    grid, roles = Grid("一", rows), headings._roles
    quick = [headings._headings(grid, rows, lexicon) for lexicon in LEXICONS.all]

    def whole(block, lexicon, more_than):
        found = roles(block, lexicon, -1)
        return found if len(found) > more_than else None

    try:
        headings._roles = whole
        assert [headings._headings(grid, rows, lexicon) for lexicon in LEXICONS.all] == quick
    finally:
        headings._roles = roles


HEADS = ["序号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期", "整改期限", "整改情况", "完成日期"]
HAZARD = [1, "鑫达商贸", "一层", "安全出口被货物堵塞", "重大", "自查", "2023-06-01", "2023-06-30", "已整改", "2023-06-04"]
ABOVE = [["台账"], ["填报单位：月牙河街道    填报日期：2023-06-05"]]


def taken_of(rows):
    story = Story()
    story.send(workbook([("台账", [*ABOVE, *rows])]))
    return story.run(W1)


def test_headings_of_two_rows_again_are_no_other_table():
    top = ["序号", "企业名称", "隐患描述", "级别", "来源", "发现日期", "计划", "实际", "整改情况"]
    below = ["", "", "", "", "", "", "完成时间", "完成时间", ""]
    row = [1, "鑫达商贸", "安全出口被货物堵塞", "重大", "自查", "2023-06-01", "2023-06-30", "2023-06-04", "已整改"]
    taken = taken_of([top, below, row, top, below, [2, "开明饭店", "燃气报警器没有安装", *row[3:]]])
    assert not [one for one in errors(taken) if one[1] == "other-headings"]
    assert {"鑫达商贸", "开明饭店"} <= {one.firm for one in taken.result.hazards}


@pytest.mark.parametrize("heading", ["是否为重大事故隐患", "是否属于重大事故隐患", "是否构成重大生产安全事故隐患"])
def test_a_level_that_a_row_denies_is_not_that_of_the_title(heading):
    at = HEADS.index("级别")
    rows = [[*HEADS[:at], heading, *HEADS[at + 1:]], [*HAZARD[:at], "否", *HAZARD[at + 1:]]]
    taken = taken_of([["重大事故隐患清单"], *rows])
    assert not taken.result.hazards and errors(taken)


@pytest.mark.parametrize(("heads", "levels"), [(("重大", "一般"), ["一般"]), (("重大隐患", "一般隐患"), []),
                                               (("重大事故隐患", "一般隐患"), [])])
def test_levels_with_a_column_each_are_read_or_held(heads, levels):
    at = HEADS.index("级别")
    taken = taken_of([["重大事故隐患清单"], [*HEADS[:at], *heads, *HEADS[at + 1:]], [*HAZARD[:at], "", "√", *HAZARD[at + 1:]]])
    assert [one.level for one in taken.result.hazards] == levels and bool(errors(taken)) != bool(levels)


def test_a_heading_that_is_not_known_keeps_the_title_from_giving_the_level():
    at = HEADS.index("级别")
    rows = [[*HEADS[:at], "重大隐患研判", *HEADS[at + 1:]], [*HAZARD[:at], "不构成", *HAZARD[at + 1:]]]
    taken = taken_of([["重大事故隐患清单"], *rows])
    assert not taken.result.hazards and errors(taken)


@pytest.mark.parametrize("text", ["无：安全出口指示标志", "注：气瓶未固定存放", "说明(书)未张贴上墙"])
def test_a_row_whose_description_begins_like_a_note_is_read(text):
    order = ["隐患描述", *(name for name in HEADS if name not in ("序号", "隐患描述"))]
    row = [text if name == "隐患描述" else HAZARD[HEADS.index(name)] for name in order]
    assert [one.description for one in taken_of([order, row]).result.hazards] == [text]


def test_a_row_held_for_its_state_is_not_held_for_its_day_too():
    row = ["嗯再说吧" if value == "已整改" else value for value in HAZARD]
    assert [code for _, code in errors(taken_of([HEADS, row]))] == ["status-unread"]


@pytest.mark.parametrize(("text", "role"), [
    ("期末状态", "state"), ("月末整改情况", "state"), ("本周末进展", "state"), ("处置进展", "state"),
    ("期初状态", None), ("月初整改情况", None),
    ("餐饮场所名称", "firm"), ("用气单位名称", "firm"), ("施工单位", None), ("督办单位名称", None), ("房屋地址", "place")])
def test_headings_of_registers_by_trade_and_of_monthly_ones(text, role):
    means = next(one for one in LEXICONS.all if one.ledger.is_hazards).means(text)
    assert (means[0] if means else None) == role


def test_of_the_states_at_both_ends_of_a_month_the_last_one_counts():
    heads = ["序号", "企业名称", "隐患内容", "级别", "来源", "发现日期", "期初状态", "期末状态", "整改日期"]
    story = Story()
    story.send(workbook([("6月", [["隐患月报"], heads, [1, "甲厂", "除尘系统失效", "重大", "自查", "6月1日", "未整改", "已整改", "6月2日"],
                                 [2, "乙厂", "防爆电气缺失", "重大", "自查", "6月1日", "未整改", "未整改", ""]])]))
    result = story.run(W1).result
    assert [one.state for one in result.hazards] == ["rectified", "open"] and "no-state" not in {one.code for one in result.held}


@pytest.mark.parametrize(("above", "heading", "written", "amount", "codes"), [
    ("", "整改资金/万元", 0.5, 0.5, set()), ("", "整改资金万元", 0.5, 0.5, set()), ("", "所需资金，元", 800, 0.08, {"money-converted"}),
    ("单位：元", "整改资金", 800, 0.08, {"money-converted"}), ("（单位：万元）", "整改资金", 8, 8, set()),
    ("金额单位：元", "整改资金（万元）", 8, 8, set()), ("", "整改资金（元，含税）", 800, 0.08, {"money-converted"}),
    ("（金额单位：人民币元）", "整改资金", 800, 0.08, {"money-converted"}), ("金额（元）", "整改资金", 80, 80, set()),
    ("填报单位：元氏商店", "整改资金", 8, 8, set()), ("", "整改资金", 80, 80, set())])
def test_the_unit_of_an_amount_is_that_of_its_heading_or_above(above, heading, written, amount, codes):
    taken = taken_of([[above], [*HEADS, heading], [*HAZARD, written]])
    assert [one.money for one in taken.result.hazards] == [amount]
    assert {one.code for one in taken.result.held if one.code.startswith("money")} == codes


def test_where_one_amount_without_a_unit_is_asked_about_all_are():
    taken = taken_of([[*HEADS, "整改资金"], [*HAZARD, 80], [2, "二厂", *HAZARD[2:], 5000], [3, "三厂", *HAZARD[2:], "0.5万元"]])
    assert {(one.row, one.code) for one in taken.result.held if one.code.startswith("money")} == {(4, "money-large"), (5, "money-large")}
