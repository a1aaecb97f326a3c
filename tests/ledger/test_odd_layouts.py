"""Ledgers put together from what people put into one: titles of groups anywhere, headings of two rows again and again, hints, totals, rows
that a blank brought along, two columns of one meaning. Each hazard is read in its row as it was meant, every other row is passed over."""

import datetime as dt
import random

import pytest

from tests.ledger.factory import W2, Story, workbook

HEADINGS = {"firm": ["企业名称", "受检单位", "场所名称"], "description": ["隐患描述", "存在问题", "隐患具体情况"],
            "level": ["隐患等级", "级别"], "source": ["隐患来源", "检查方式"], "found": ["发现日期", "检查时间"],
            "place": ["隐患部位", "具体位置"], "due": ["整改期限", "整改时限"],
            "state": ["整改情况", "隐患状态", "整改进展"], "remarks": ["备注", "说明"], "+": ["所属社区", "行业类别"]}
GROUPS = {"place": "基本情况", "firm": "基本情况", "description": "隐患情况", "level": "隐患情况", "found": "隐患情况", "due": "整改情况",
          "state": "整改情况"}
SIDES = {"企业自查": "self", "部门检查": "dept", "街道检查": "street"}
STATES = {"未整改": "open", "部分消除": "under_way", "正在施工": "under_way", "已整治": "rectified", "已更换灭火器": "rectified"}
DAYS = [dt.date.isoformat, lambda day: day, lambda day: f"{day.month}月{day.day}日", lambda day: (day - dt.date(1899, 12, 30)).days]


class Layout:
    """Rows in the making, and what is meant in which of them."""

    def __init__(self, chance):
        self.chance, self.meant = chance, {}
        self.rows = [["安全隐患台账"], ["填报单位：月牙河街道   填报日期：2023年6月9日"]]
        columns = [*HEADINGS]
        chance.shuffle(columns)
        self.by = chance.choice(["firm", "source", ""])  # what stands once above its rows
        self.columns = [column for column in columns if column != self.by]
        self.serial, self.blank = chance.random() < 0.7, chance.random() < 0.3
        self.heads = self.wide([chance.choice(HEADINGS[column]) for column in self.columns], "序号")
        self.upper = self.wide([GROUPS.get(column, head) for column, head in zip(self.columns, self.own(self.heads), strict=True)], "序号")
        self.deep = chance.random() < 0.5

    def wide(self, cells, first=""):
        return [*([""] if self.blank else []), *([first] if self.serial else []), *cells]

    def own(self, row):
        return row[self.blank + self.serial:]

    def add(self, row, meant=None):
        self.rows.append(row)
        if meant:
            self.meant[len(self.rows)] = meant

    def alone(self, text, at=0):
        return self.wide([*[""] * at, text], "")

    def headings(self):
        if self.deep:
            self.add(self.upper)
        self.add(self.heads)

    def between(self):
        """Something that is no hazard."""
        chance = self.chance
        kind = chance.choice(["headings", "blank", "total", "page", "choices", "none", ""])
        if kind == "headings":
            self.headings()
        elif kind == "choices":
            self.add(self.wide([{"level": "一般", "source": "企业自查"}.get(column, "") for column in self.columns], 9))
        elif kind:
            self.add({"blank": [], "total": [*self.alone(chance.choice(["小计", "合计", "本页合计"])), 3],
                      "page": self.alone("第2页 共3页", chance.randint(0, 3)), "none": self.alone("以下空白", chance.randint(0, 3))}[kind])

    def hazard(self, number, firm, source):
        chance = self.chance
        day, state = dt.date(2023, 6, chance.randint(1, 8)), chance.choice([*STATES])
        level = chance.choice(["重大", "一般"])
        text = f"{number}号库{chance.choice(['安全出口堵塞', '配电箱未接地', '消防泵无法启动'])}"
        cells = {"firm": firm, "description": text, "level": level, "source": source, "found": chance.choice(DAYS)(day), "state": state,
                 "due": "6月底前", "place": chance.choice(["", "一层"]), "remarks": chance.choice(["", "已约谈"]),
                 "+": chance.choice(["", "餐饮"])}
        self.add(self.wide([cells[column] for column in self.columns], chance.choice([number, f"{number}.", str(number)])),
                 (firm, text, level, SIDES[source], day.isoformat(), STATES[state]))


def layout(seed):
    chance = random.Random(seed)
    made = Layout(chance)
    made.headings()
    if chance.random() < 0.4:
        hints = {"level": "重大/一般", "found": "YYYY-MM-DD", "due": "YYYY-MM-DD", "firm": "请填写"}
        made.add(made.wide([hints.get(column, "") for column in made.columns]))
    if chance.random() < 0.3:
        made.add(made.wide([f"({n})" for n in range(2, len(made.columns) + 2)], "(1)"))
    firms, sources = chance.sample(["鑫达商贸", "乙饭店", "丙印刷厂"], 3), chance.sample([*SIDES], 3)
    for n, (firm, source) in enumerate(zip(firms, sources, strict=True)):
        if made.by:
            title = f"企业名称：{firm}" if made.by == "firm" else f"{'一二三'[n]}、{source}"
            made.add(made.alone(title, chance.choice([0, 0, made.columns.index("description")])))
        for _ in range(chance.randint(1, 3)):
            made.hazard(len(made.rows), firm, source)
            if chance.random() < 0.4:
                made.between()
    made.add(made.alone("填表说明："))
    made.add(made.alone("1.级别填重大或一般。"))
    return made


@pytest.mark.parametrize("seed", range(40))
def test_each_hazard_is_read_in_its_row_and_every_other_row_is_passed_over(seed):
    made = layout(seed)
    story = Story()
    story.send(workbook([("台账", made.rows)]))
    result = story.run(W2).result
    assert [one.message for one in result.held if one.severity == "error"] == []
    assert {one.row: (one.firm, one.description, one.level, one.side, one.found, one.state) for one in result.hazards} == made.meant
    file, = result.files
    rows, hazards = len(made.rows), len(made.meant)
    assert (file.unit, file.rows, file.merged, file.passed) == ("月牙河街道", rows, hazards, rows - hazards)
