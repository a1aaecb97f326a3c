"""Rows that are surely read are those which the rules read one by one; texts looked at together are what they are one by one."""

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid, Unread
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.text import squeeze
from consolidator.reading.ledgers import sorting
from consolidator.reading.ledgers.columns import SEAM, Column, columns_of, is_chinese
from consolidator.reading.ledgers.headings import find_headings, top_of
from consolidator.reading.ledgers.read_file import read_with_ledgers
from consolidator.reading.ledgers.sorting import sort_rows, without_hazard
from consolidator.reading.ledgers.values import text_of
from tests.ledger.factory import FORM, LEDGER, workbook

HEADS = ["序号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期", "整改期限", "整改情况"]
NOTHING = ["经检查，未发现重大事故隐患", "未见异常", "现场检查无问题。", "一切正常", "没有发现安全隐患", "不存在火灾隐患",
           "检查情况：正常", "暂未发现问题", "符合要求"]
SOMETHING = ["未发现安全出口指示标志", "未排查隐患", "未整改隐患", "未消除隐患", "隐患未整改", "无隐患排查台账", "没有隐患排查记录",
             "未建立问题清单", "消防隐患", "应急灯异常", "无安全管理人员", "灯具不正常", "不符合要求", "未检查燃气隐患"]
WORDS = [word for rule in LEDGER.passed.values() for word in rule.words]
SIGNS = st.text("合小总共无说注隐患描述企业来源1０（）():：。.、 \u3000\u200b\n\u0301\ufe00\"" + SEAM, max_size=9)
TEXTS = SIGNS | st.text(max_size=6) | st.builds("".join, st.tuples(
    st.sampled_from(["", " ", "\u3000", "1.", "（"]), st.sampled_from([*WORDS, *HEADS, *NOTHING, "/", "安全出口被货物堵塞"]),
    st.sampled_from(["", "：", "。", "！", " 3条", "（万元）", "堵塞"])))
CELLS = st.just("") | TEXTS | st.sampled_from([0, 1, 1.0, True, -0.5, 45080.0, dt.datetime(2023, 6, 2), dt.time(8)]) \
    | st.builds(Unread, st.just("struck"), st.sampled_from(["合计", "来源", "5"]))
PLAIN = st.tuples(st.integers(1, 99), st.sampled_from(["鑫达公司", "合生超市"]), st.just("一层"), st.sampled_from(["通道堵塞", "无证上岗"]),
                  st.just("重大"), st.just("自查"), st.just(dt.datetime(2023, 6, 2)), st.just(""), st.just("整改中")).map(list)


@st.composite
def rows(draw):
    row = draw(PLAIN)
    for at in draw(st.lists(st.integers(0, len(row) - 1), max_size=6)):
        row[at] = draw(CELLS | st.just(HEADS[at]))
    return row[:draw(st.sampled_from([9, 9, 9, 1, 4]))]


def sorted_by(grid: Grid) -> tuple[list[int], dict]:
    headings = max(find_headings(grid, top_of(grid, FORM)), key=lambda one: len(one.roles))
    sheet = LedgerSheet(headings.ledger.name, "台账", 0)
    columns = columns_of(grid.rows[headings.last + 1:])
    return sort_rows(grid, headings, columns, sheet, without_hazard(headings, columns)), sheet.passed


@given(st.lists(rows(), max_size=12), st.booleans())
@example([[1, "鑫达公司", "来源", "通道堵塞", "级别", "来源", "发现日期"], [2, "", "", "无！", "/", "无", "-"]], True)
@example([["合\u3000" * 7 + "计", "", "", "共 12 条隐患", "重大", "自查", "是"], ["说明：", ""], ["", ""], ["1.一行写一条。"]], True)
@example([["", "填写说明："], ["", "", "", "1.一行写一条隐患"], [1, "鑫达公司", "", "通道堵塞"], ["", "", "", "2.一行写一条隐患"]], True)
@example([*([n, f"{n}号公司", "", f"{n}层堵塞"] for n in range(3)), ["", "企业名称", "", "隐患描述"]], True)
@settings(deadline=None, max_examples=300)
def test_a_row_that_is_surely_read_is_read_by_the_rules(below, serial):
    grid = Grid("台账", [["重大事故隐患台账"], [*HEADS], *below])
    if not serial:
        grid.rows = [row[1:] or row for row in grid.rows]
    quick, every = sorted_by(grid), sorting._not_surely_read
    try:
        sorting._not_surely_read = lambda columns, *_: set(range(len(columns[0].cells))) if columns else set()
        assert sorted_by(grid) == quick
    finally:
        sorting._not_surely_read = every


def test_a_note_goes_on_below_a_blank_row():
    below = [["", "填写说明："], [""], ["", "", "", "1.一行写一条隐患"], [1, "鑫达公司", "", "通道堵塞"], ["", "", "", "2.一行写一条隐患"]]
    kept, passed = sorted_by(Grid("台账", [[*HEADS], *below]))
    assert kept == [4, 5] and passed == {"表头": 1, "说明": 2, "空行": 1}


def test_most_rows_are_surely_read():
    below = [[n, f"鑫达{n}公司", "一层", f"{n}号楼通道堵塞", "重大", "自查", "", "", "整改中"] for n in range(9)]
    grid = Grid("台账", [[*HEADS], *below, ["合计"]])
    headings = find_headings(grid, top_of(grid, FORM))[0]
    assert sorting._not_surely_read(columns_of(grid.rows[1:]), headings, sorting.PassedWords.of(LEDGER, without=())) == {9}


@given(st.lists(TEXTS))
@settings(deadline=None)
def test_texts_squeezed_together_are_what_each_is_alone(texts):
    column = Column(texts)
    assert column.squeezed == [squeeze(text) for text in column.texts]
    assert not column.is_tidy or [text_of(text) for text in texts] == texts


def test_the_usual_ideographs_are_never_changed():
    assert all(squeeze(chr(code)) == chr(code) for code in range(0x4e00, 0xa000))
    assert is_chinese("一") and not is_chinese("") and not is_chinese("（") and not is_chinese("\uf900")


def test_a_hazard_that_echoes_some_headings_is_read_and_headings_again_are_not():
    echoes = ["", "鑫达公司", "一层", "通道堵塞", "级别", "来源", "2023-06-02", "2023-06-30", "整改情况"]
    again = ["序号", "企业名称", "部位", "隐患内容", "级别", "来源", "发现日期", "整改期限", "整改情况"]
    kept, passed = sorted_by(Grid("台账", [["重大事故隐患台账"], HEADS, echoes, again]))
    assert kept == [2] and passed["重复表头"] == 1


def _read(description: str, level: str = "", due: str = "", state: str = "") -> LedgerSheet:
    rows = [[1, "鑫达公司", "", "通道堵塞", "重大", "自查", "2023-06-02", "2023-06-30", "整改中"],
            [2, "开明饭店", "后厨", description, level, "自查", "2023-06-02", due, state]]
    sheet, = read_with_ledgers(workbook([("台账", [["重大事故隐患台账"], HEADS, *rows])]), "台账.xlsx", FORM).ledgers
    return sheet


@pytest.mark.parametrize("description", [*NOTHING, "无", "未发现隐患"])
@pytest.mark.parametrize("others", [{}, {"due": "/", "state": "—"}, {"level": "无", "state": "无"}])
def test_a_visit_that_found_nothing_is_no_hazard(description, others):
    sheet = _read(description, **others)
    assert sheet.rows == [3] and sheet.passed["无"] == 1 and sheet.total == 4


@pytest.mark.parametrize("description", NOTHING)
@pytest.mark.parametrize("others", [{"level": "重大"}, {"due": "2023-06-30"}, {"state": "整改中"}])
def test_one_that_has_what_only_a_hazard_has_is_held(description, others):
    sheet = _read(description, **others)
    assert sheet.rows == [3, 4] and [one.row for one in sheet.problems if one.code == "no-hazard"] == [1]


@pytest.mark.parametrize("description", SOMETHING)
def test_what_is_missing_or_not_done_is_a_hazard(description):
    sheet = _read(description)
    assert sheet.rows == [3, 4] and not [one for one in sheet.problems if one.code == "no-hazard"]
