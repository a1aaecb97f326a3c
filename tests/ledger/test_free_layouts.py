"""Ledgers in layouts that no list of ours has: columns in any order, headed as offices word them, values as people write
them. What is read is what was meant, without a word about it."""

import datetime as dt
import random

import pytest

from tests.ledger.factory import W2, Story, workbook

HEADINGS = {
    "firm": ["企业名称", "被检查单位名称", "受检企业（场所）", "隐患单位全称", "生产经营单位", "检查对象", "单位名称", "单位"],
    "description": ["隐患内容", "存在的主要问题", "检查发现的问题及隐患", "问题描述", "重大事故隐患描述", "隐患情况说明"],
    "level": ["隐患等级", "级别（重大/较大/一般）", "隐患分级"], "source": ["隐患来源", "来源", "发现渠道", "检查来源"],
    "found": ["发现时间", "排查日期", "检查时间", "隐患发现日期"],
    "due": ["整改时限", "整改完成期限", "要求完成时间", "计划完成整改日期", "限期整改日期", "整改截止日期"],
    "state": ["整改情况", "整改进展", "当前状态", "隐患整改进度", "整改落实情况", "是否整改到位"],
    "completed": ["完成时间", "实际完成整改日期", "整改完毕日期"], "money": ["整改资金（万元）", "所需资金", "投入经费（元）"],
    "person": ["责任人", "整改责任人/电话", "企业负责人及联系方式"], "measures": ["整改措施", "治理措施及要求"], "plan": ["应急预案",
    "应急处置措施"]}
STATES = {
    "open": ["未整改", "否", "×", "待整改", "尚未整改", "预计6月底完成", "6月底前完成", "限期整改", "未完成", "没有整改",
    "□已整改 ☑未整改"],
    "under_way": ["整改中", "正在整改", "50%", "部分完成", "已整改一半", "进行中", "已完成80%"],
    "rectified": ["已整改", "整改完成", "√", "是", "已完成", "整改到位", "已整改，待验收", "100%", "☑已整改 □未整改", "已全部整改完毕"],
    "closed": ["已销号", "验收合格", "已闭环", "已整改销号"]}
DAYS = ["{0:%Y-%m-%d}", "{0:%Y/%m/%d} 10:30", "{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}", "{0.month}月{0.day}日",
        "{0.month}.{0.day}", "{0:%Y%m%d}"]
SOURCES = {"自查": "self", "企业自查": "self", "街道检查": "street", "部门检查": "dept"}
AMOUNTS = {"0.5万元": 0.5, "5000元": 0.5, "无": 0.0, "3万": 3.0}


def row_of(chance, number):
    """Cells by column, and what is meant by them."""
    state, found = chance.choice(list(STATES)), dt.date(2023, 6, chance.randint(1, 7))
    done = dt.date(2023, 6, chance.randint(8, 9)) if state in ("rectified", "closed") else None
    due, meant = chance.choice([("6月底", "2023-06-30"), ("2023.6.30前", "2023-06-30"), ("立即", found.isoformat()),
                                ("7日内", (found + dt.timedelta(7)).isoformat()), ("一个月内", f"2023-07-{found.day:02}")])
    level, source, money = chance.choice(["重大", "一般", "较大"]), chance.choice(list(SOURCES)), chance.choice(list(AMOUNTS))
    text = f"{number}号库{chance.choice(['安全出口堵塞', '配电箱未接地', '消防泵无法启动'])}"
    cells = {"firm": f"河北{number}厂", "description": text, "level": level, "source": source, "found": chance.choice(DAYS).format(found),
             "due": due, "state": chance.choice(STATES[state]), "money": money, "person": "欧阳明 13912345678", "measures": "清理",
             "plan": "有",
             "completed": chance.choice(DAYS).format(done) if done else chance.choice(["", "", "未完成", "/"])}
    return cells, (cells["firm"], text, level, SOURCES[source], found.isoformat(), meant, state, done.isoformat() if done else "",
                   AMOUNTS[money])


@pytest.mark.parametrize("seed", range(25))
def test_a_ledger_in_any_layout_is_read_as_it_was_meant(seed):
    chance = random.Random(seed)
    columns = chance.sample(list(HEADINGS), len(HEADINGS))
    rows = [row_of(chance, number) for number in range(1, chance.randint(3, 9))]
    heads = ["序号", *(chance.choice(HEADINGS[column]) for column in columns)]
    title = chance.choice([[["月牙河街道隐患台账"], ["填报单位：月牙河街道   截至2023年6月9日"]], [["隐患清单"]]])
    end = chance.choice([[], [["合计", f"{len(rows)}条"]], [["填表人：王五", "", "审核：赵六"]], [["注：每周报"]], [[], ["本周无新增"]]])
    body = [[number, *(cells[column] for column in columns)] for number, (cells, _) in enumerate(rows, 1)]
    story = Story()
    story.send(workbook([("台账", [*title, heads, *body, *end])]), "月牙河街道.xlsx")
    result = story.run(W2).result
    assert [(one.firm, one.description, one.level, one.side, one.found, one.due, one.state, one.completed, one.money)
            for one in result.hazards] == [meant for _, meant in rows]
    assert not [one for one in result.held if one.severity == "error"]
    assert all(one.rows == one.merged + one.held + one.passed for one in result.files)
