"""Ledgers in the many shapes in which people lay them out: columns left out, moved, renamed, headings over several rows, merges,
totals, notes, several sheets. What was meant is known, so that what is read can be compared."""

from __future__ import annotations

import datetime as dt
import io
import random
from dataclasses import dataclass, field

import openpyxl

from tests.ledger.factory import FORM, LEDGER

FIRMS = ["鑫达商贸有限公司", "好邻居饭店", "天津海河百货股份有限公司", "光明印刷厂", "新开路幼儿园", "利民超市（一店）",
         "利民超市（二店）", "四季酒店"]
FAULTS = ["安全出口被货物堵塞", "燃气报警器没有安装", "配电箱没有接地线", "消防水泵不能启动", "电焊作业人员无证上岗",
          "疏散指示标志损坏", "气瓶间没有通风设施"]
PEOPLE = ["欧阳明", "司马光", "令狐冲", "上官云", "诸葛青"]
STATES = {"open": ["未整改", "待整改", "未完成整改", "×"], "under_way": ["整改中", "正在采购", "50%", "部分完成"],
          "rectified": ["已整改", "整改完成", "√"], "closed": ["已销号", "验收合格"]}
GROUPS = {"隐患情况": ("description", "place", "level", "basis"), "整改情况": ("measures", "money", "person", "due")}


@dataclass
class Meant:
    """A hazard that a ledger is to hold, and how it is written."""

    firm: str
    description: str
    place: str
    found: dt.date
    state: str
    level: str = "重大"
    source: str = "自查"
    due: dt.date | None = None
    completed: dt.date | None = None
    reviewed: dt.date | None = None
    person: str = ""
    phone: str = ""

    @property
    def key(self) -> tuple:
        return self.firm, self.description, self.place, self.found.isoformat(), self.state


@dataclass
class Shape:
    """A ledger as bytes, what it means, how many rows its sheets have, and whose names stand in it."""

    data: bytes
    meant: list[Meant]
    rows: dict[str, int] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)


def make_hazards(chance: random.Random, count: int, until: dt.date) -> list[Meant]:
    """``count`` hazards, no two alike."""
    made, seen = [], set()
    while len(made) < count:
        found = until - dt.timedelta(days=chance.randint(0, 9))
        one = Meant(chance.choice(FIRMS), f"{chance.choice(FAULTS)}{chance.choice(['', '，存在事故风险', '，未及时消除'])}",
                    chance.choice(["", "一层东侧", "二层西侧", "后厨",
                                   "地下车库"]), found, chance.choice(list(STATES)), person=chance.choice(PEOPLE),
                    phone=f"1{chance.choice('3589')}{chance.randint(0, 9)}{chance.randint(0, 99999999):08}")
        if (one.firm, one.description, one.found) in seen:
            continue
        seen.add((one.firm, one.description, one.found))
        one.due = found + dt.timedelta(days=chance.randint(1, 40))
        if one.state in ("rectified", "closed"):
            one.completed = found + dt.timedelta(days=min(chance.randint(0, 3), (until - found).days))
        if one.state == "closed":
            one.reviewed = until
        made.append(one)
    return made


def _day(chance: random.Random, day: dt.date | None):
    if day is None:
        return None
    return chance.choice([dt.datetime.combine(day, dt.time()), day.isoformat(), f"{day.year}年{day.month}月{day.day}日",
                          f"{day.year}.{day.month}.{day.day}",
                          f"{day.month}月{day.day}日", (day - dt.date(1899, 12, 30)).days])


def make_ledger(chance: random.Random, hazards: list[Meant], unit: str, day: dt.date, sheets: int = 1) -> Shape:
    """A workbook of ``hazards`` in some shape."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    shape = Shape(b"", hazards, people={one.person for one in hazards} | {one.phone for one in hazards})
    parts = [hazards[n::sheets] for n in range(sheets)]
    for number, part in enumerate(parts):
        sheet = book.create_sheet("台账" if sheets == 1 else f"第{number + 1}批")
        shape.rows[sheet.title] = _fill(chance, sheet, part, unit, day)
    out = io.BytesIO()
    book.save(out)
    shape.data = out.getvalue()
    return shape


def _fill(chance: random.Random, sheet, hazards: list[Meant], unit: str, day: dt.date) -> int:
    roles = ["firm", "place", "description", "level", "source", "found", "measures", "money", "person", "phone", "due", "plan",
             "state", "completed",
             "reviewed", "reviewer"]
    if chance.random() < 0.4:
        chance.shuffle(roles)
    title = "月牙河街道企业自查重大事故隐患台账" if chance.random() < 0.3 else "重大事故隐患台账"
    titled = set()
    if "自查" in title and chance.random() < 0.7:
        roles.remove("source")
        titled.add("source")
    if chance.random() < 0.3:
        roles.remove("level")
    heads = [chance.choice([LEDGER.columns[role].name, *LEDGER.columns[role].also]) for role in roles]
    heads = [f"{head}（万元）" if role == "money" else f"{head}\n" if chance.random() < 0.1 else head for role, head in zip(roles,
                                                                                                                        heads, strict=True)]
    sheet.append([title])
    sheet.append([f"填报单位：{unit}", "", "", f"填报日期：{day.year}年{day.month}月{day.day}日"])
    if chance.random() < 0.3:
        sheet.append([])
    serial = chance.random() < 0.8
    lead = ["序号"] if serial else []
    deep = chance.random() < 0.4
    top = sheet.max_row + 1
    if deep:
        _two_rows(sheet, top, lead, roles, heads)
    else:
        sheet.append([*lead, *heads])
    start = sheet.max_row + 1
    rows = hazards
    if chance.random() < 0.4:
        rows.sort(key=lambda one: one.firm)
    for number, one in enumerate(rows, 1):
        if number > 1 and chance.random() < 0.05:
            sheet.append([*lead, *heads])  # the headings of a new page
        if chance.random() < 0.05:
            sheet.append([])
        sheet.append([*([number] if serial else []), *(_cell(chance, one, role) for role in roles)])
    _merge_firms(chance, sheet, start, roles.index("firm") + len(lead) + 1)
    if chance.random() < 0.4:
        sheet.append(["合计", *[""] * (len(lead) + 3), len(rows)])
    if chance.random() < 0.4:
        sheet.append([])
        sheet.append(["填表说明：", ""])
        sheet.append(["1.本表每周一报送。"])
        sheet.append(["2.一行写一条隐患。"])
    if chance.random() < 0.4:
        sheet.append(["填报人：诸葛青", "", "审核人：上官云", "", "联系电话：022-26351234"])
    if chance.random() < 0.2:
        sheet.append([len(rows) + 1] if serial else [])
    return sheet.max_row


def _two_rows(sheet, top: int, lead: list[str], roles: list[str], heads: list[str]) -> None:
    """Headings in two rows: groups over neighbours that belong together, others merged down."""
    columns = [*lead, *heads]
    for number, head in enumerate(columns, 1):
        sheet.cell(top, number).value = head
        sheet.cell(top + 1, number).value = None
    at = len(lead) + 1
    while at <= len(columns):
        role = roles[at - len(lead) - 1]
        group = next((name for name, own in GROUPS.items() if role in own), None)
        end = at
        while group and end < len(columns) and roles[end - len(lead)] in GROUPS[group]:
            end += 1
        if group and end > at:
            for number in range(at, end + 1):
                sheet.cell(top + 1, number).value = columns[number - 1]
                sheet.cell(top, number).value = None
            sheet.cell(top, at).value = group
            sheet.merge_cells(start_row=top, end_row=top, start_column=at, end_column=end)
        else:
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=at, end_column=at)
        at = end + 1
    for number in range(1, len(lead) + 1):
        sheet.merge_cells(start_row=top, end_row=top + 1, start_column=number, end_column=number)


def _cell(chance: random.Random, one: Meant, role: str):
    if role == "state":
        return chance.choice(STATES[one.state])
    if role in ("found", "due", "completed", "reviewed"):
        return _day(chance, getattr(one, role))
    return {"measures": "立即清理", "money": chance.choice([0.5, 1, "2", "0.3万元"]), "plan": "有",
            "level": chance.choice(["重大", "重大隐患"]),
            "source": chance.choice(["自查", "企业自查"]), "reviewer": "上官云" if one.reviewed else None}.get(role, getattr(one,
                                                                                                                    role, None)) or None


def _merge_firms(chance: random.Random, sheet, start: int, column: int) -> None:
    """Neighbouring rows of one firm share a merged cell, as people do."""
    row = start
    while row <= sheet.max_row:
        end = row
        value = sheet.cell(row, column).value
        while end < sheet.max_row and value and sheet.cell(end + 1, column).value == value:
            end += 1
        if end > row and chance.random() < 0.6:
            for at in range(row + 1, end + 1):
                sheet.cell(at, column).value = None
            sheet.merge_cells(start_row=row, end_row=end, start_column=column, end_column=column)
        row = end + 1


__all__ = ["FORM", "Meant", "Shape", "make_hazards", "make_ledger"]
