"""Every value of a ledger in every notation that people have for it, in many layouts: what is read is what was meant, or the cell is
reported. A notation that any clerk reads at once holds no row."""

import datetime as dt
import random

import pytest

from tests.ledger.factory import W2, Story, workbook

STREET, OFFICE = "月牙河街道", "区商务局"
HEADINGS = {
    "firm": ["企业名称", "受检单位", "被检查单位（场所）", "项目名称", "承租单位", "隐患单位"],
    "description": ["隐患描述", "存在问题", "检查发现的问题及隐患", "隐患内容"],
    "level": ["隐患等级", "级别", "隐患分级"], "source": ["隐患来源", "来源", "检查方式"],
    "found": ["发现日期", "检查时间", "排查日期"], "due": ["整改期限", "整改时限", "计划完成时间", "整改截止日期"],
    "state": ["整改情况", "整改进展", "状态", "整改落实情况"], "completed": ["完成日期", "整改完成时间", "实际完成时间"],
    "money": ["整改资金（万元）", "投入资金(万元)", "整改资金/万元", "所需资金，万元"], "asked": ["是否存在隐患", "有无问题"]}
# how a day is written: what is in the cell, and whether any clerk reads it at once
DAYS = [
    (lambda day: day, True), (lambda day: day.isoformat(), True), (lambda day: f"{day.year}/{day.month}/{day.day}", True),
    (lambda day: f"{day.month}月{day.day}日", True), (lambda day: f"{day.month}.{day.day}", True), (lambda day: f"{day:%Y%m%d}", True),
    (lambda day: int(f"{day:%Y%m%d}"), True), (lambda day: (day - dt.date(1899, 12, 30)).days, True),
    (lambda day: f"{day:%Y.%m.%d}", True), (lambda day: f"{day.month}。{day.day}", True), (lambda day: f"{day.month}/{day.day}", True),
    (lambda day: f"{day.year}年{day.month}月{day.day}日上午", True),
    (lambda day: f"{'〇一二三四五六七八九'[day.month]}月{chinese(day.day)}日", True),
    (lambda day: float(f"{day.month}.{day.day:02}"), False), (lambda day: f"{day.day}日", False),
    (lambda day: f"{day.month}.{day.day}-{day.month}.{min(day.day + 2, 28)}", False), (lambda day: f"{day.month}月", False),
    (lambda day: f"{day.month}月{day.day}日、{day.month}月{day.day + 1}日", False), (lambda day: f"{day:%y%m%d}", False)]
AMOUNTS = [("5万", 5.0, True), (0.5, 0.5, True), ("0.5", 0.5, True), ("5000元", 0.5, True), ("5,000元", 0.5, True), ("五千元", 0.5, True),
           ("0.3万元", 0.3, True), ("", None, True), ("/", None, True), ("无", 0.0, True), ("约3万", 3.0, False), ("3-5万", 4.0, False),
           ("5万元左右", 5.0, False), ("若干", 1.0, False), ("自筹", 1.0, False), (5000, 0.5, False), ("￥5000", 0.5, False)]
LEVELS = [("重大", "重大", True), ("重大隐患", "重大", True), ("☑重大 □较大 □一般", "重大", True), ("一般", "一般", True),
          ("一般事故隐患", "一般", True), ("较大（Ⅲ级）", "较大", True), ("非重大", "一般", False), ("三级", "一般", False),
          (2, "较大", False),
          ("疑似重大", "一般", False), ("重大以下", "一般", False), ("重大或较大", "较大", False)]
SOURCES = [("自查", "self", "self", True), ("企业自查自改", "self", "self", True), ("街道检查", "street", "street", True),
           ("部门检查", "dept", "dept", True), ("日常巡查", "street", "dept", True), ("专项检查", "street", "dept", True),
           ("企业委托第三方检查", "self", "self", True), ("区消防救援支队", "dept", "dept", True), ("群众举报", "dept", "dept", True),
           ("第三方检查", "street", "dept", True), ("局自查", "dept", "dept", False), ("监理单位", "self", "self", False),
           ("自查、部门检查", "self", "dept", False), ("自查？", "dept", "dept", False)]
STATES = [("未整改", "open", True), ("否", "open", True), ("×", "open", True), ("未更换", "open", True), ("拟下周更换灭火器",
    "open", False),
          ("预计6月底完成", "open", True), ("□已整改 ☑未整改", "open", True), ("整改中", "under_way", True), ("50%", "under_way", True),
          ("部分已拆除", "under_way", True), ("正在更换", "under_way", True), ("已整改", "rectified", True), ("√", "rectified", True),
          ("已更换灭火器", "rectified", True), ("货物已全部清理", "rectified", True), ("已整改，待验收", "rectified", True),
          ("对线路进行了维修", "rectified", True), ("已拆除", "rectified", True), ("已关停", "rectified", False), ("无需整改",
          "rectified", False),
          ("已整改，未更换灭火器", "under_way", False), ("3处已完成2处", "under_way", False), ("已更换方案", "open", False),
          ("登记完成", "open", False), ("年底完成", "open", False), ("据称已整改", "open", False), ("差不多了", "under_way", False),
          ("已安装警示牌", "open", False), ("已责令整改", "open", False), ("已采购设备", "under_way", False)]


def chinese(number):
    return f"{'二' * (number // 20)}{'十' * (number >= 10)}{'〇一二三四五六七八九'[number % 10] if number % 10 else ''}"


def due_of(found):
    """How a deadline is written, the day that it is, and whether any clerk reads it at once."""
    month_end, week = dt.date(2023, 6, 30), found + dt.timedelta(7)
    return [("6月底前", month_end, True), ("6月30日", month_end, True), ("6.30", month_end, True), (month_end, month_end, True),
            ("预计6月30日前完成", month_end, True), ("6.20-6.30", month_end, True), ("7日内", week, True), ("一周内", week, True),
            ("立即整改", found, True), ("即知即改", found, True), ("月底", month_end, True), ("30日前", month_end, True),
            (6.3, month_end, False), ("7月15日（原6月30日）", dt.date(2023, 7, 15), True), ("长期", None, True), ("尽快整改", None, True),
            ("汛期前", None, True), ("15日", dt.date(2023, 6, 15), False), ("6月30日或7月15日", month_end, False),
            ("6.31", month_end, False), ("下周五", week, False)]


def row_of(chance, number, *, clear):
    """The cells of a row by column, and what is meant: by column too. Not ``clear``: in notations that nobody reads at once as well."""
    def one_of(ways):
        return chance.choice([way for way in ways if way[-1] or not clear])

    found, done = dt.date(2023, 6, chance.randint(1, 7)), dt.date(2023, 6, chance.randint(8, 9))
    write = one_of(DAYS)[0]
    state, amount, level, source = one_of(STATES), one_of(AMOUNTS), one_of(LEVELS), one_of(SOURCES)
    due = one_of(due_of(found))
    is_done = state[1] == "rectified"
    cells = {"firm": f"河北{number}厂", "description": f"{number}号库{chance.choice(['安全出口堵塞', '配电箱未接地', '消防泵无法启动'])}",
             "level": level[0], "source": source[0], "found": write(found), "due": due[0], "state": state[0],
             "completed": one_of(DAYS)[0](done) if is_done else chance.choice(["", "", "未完成"]), "money": amount[0], "asked": "是"}
    return cells, {"firm": cells["firm"], "description": cells["description"], "level": level[1], "source": source[1:3],
                   "found": found.isoformat(), "due": due[1].isoformat() if due[1] else "", "state": state[1],
                   "completed": done.isoformat() if is_done else "", "money": amount[1]}


def taken_of(seed, *, clear):
    """(what was meant, by row; the week's result; where each column is, by letter; the unit)."""
    chance = random.Random(seed)
    columns = chance.sample(list(HEADINGS), len(HEADINGS))
    rows = [row_of(chance, number, clear=clear) for number in range(1, 13)]
    unit = chance.choice([STREET, OFFICE])
    above = [[f"{unit}隐患台账"], [f"填报单位：{unit}    填报日期：2023年6月9日"]]
    body = [[number, *(cells[column] for column in columns)] for number, (cells, _) in enumerate(rows, 1)]
    empty = [13, *("否" if column == "asked" else "" for column in columns)]
    story = Story()
    story.send(workbook([("台账", [*above, ["序号", *(chance.choice(HEADINGS[column]) for column in columns)], *body, empty])]),
    "台账.xlsx")
    result = story.run(W2).result
    return {n: meant for n, (_, meant) in enumerate(rows, 4)}, result, {c: "ABCDEFGHIJKLM"[n] for n, c in enumerate(columns, 1)}, unit


@pytest.mark.parametrize("seed", range(12))
def test_a_value_is_what_was_meant_or_its_cell_is_reported(seed):
    meant, result, at, unit = taken_of(seed, clear=False)
    said = {(one.row, one.cell) for one in result.held}
    held = {one.row for one in result.held if one.severity == "error"}
    assert {one.row for one in result.hazards} == meant.keys() - held  # no row is lost
    assert all(one.message and one.cell for one in result.held)
    for one in result.hazards:
        side = meant[one.row]["source"][unit == OFFICE]
        wrong = [column for column, value in {**meant[one.row], "source": side}.items()
                 if (one.side if column == "source" else getattr(one, column)) != value]
        assert [column for column in wrong if (one.row, f"{at[column]}{one.row}") not in said] == []


@pytest.mark.parametrize("seed", range(12))
def test_what_any_clerk_reads_at_once_holds_no_row(seed):
    meant, result, _, _ = taken_of(seed, clear=True)
    assert [(one.code, one.message) for one in result.held if one.severity == "error"] == []
    assert len(result.hazards) == len(meant) and result.files[0].rules.get("无") == 1
