"""The ledgers of the demonstration: invented hazards of two units, over three weeks rectified, held, overdue, listed and
closed; checks, and duties of firms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import accumulate
from operator import itemgetter, or_
from pathlib import Path

import xlsxwriter

from consolidator.model.result import Figures
from schemas.form import Form
from schemas.ledger_definition import Ledger

_ROLES = ("firm", "place", "description", "level", "source", "found", "measures", "money", "person", "phone", "due", "plan", "state",
          "completed",
          "reviewed", "reviewer", "listed", "listed_level")
_WEEKS = 3
_FAULTS = 4  # columns of the register of checks
_FIRMS = ("海河百货商场", "鑫达商贸有限公司", "好邻居饭店", "光明印刷厂")
_STORIES = (  # description, place, days found before the first week, days to the deadline, what is written week by week
    ("安全出口被货物堵塞，无法通行", "一层东侧", 3, 20, ("整改中", "已整改", "已销号")),
    ("燃气报警器没有安装", "后厨", 2, 6, ("整改中", "整改中", "正在采购")),
    ("配电箱没有接地线", "地下车库", 2, 40, ("未整改", "等一等再说", "整改中")),
    ("消防水泵不能启动", "泵房", 1, 60, ("未整改", "整改中", "整改中")),
)
_LATER = ("疏散指示标志损坏不亮", "二层西侧", -5, 30, ("", "整改中", "已整改"))  # found in the second week


def write_ledgers(form: Form, units: list[str], number: int, week: dt.date, inbox: Path) -> None:
    """The ledgers of week ``number`` (0, 1, 2) of the first two of ``units``, and a register of checks of the first."""
    for ledger in form.ledger_definitions:
        if ledger.is_hazards:
            for position, unit in enumerate(units[:2]):
                _write_hazards(ledger, unit, position, number, week, path=inbox / f"{unit}台账{week:%m%d}.xlsx")
        elif units and ledger.kind == "duties":
            _write_duties(ledger, units[0], number, week, inbox / f"{units[0]}企业履职{week:%m%d}.xlsx")
        elif units:
            _write_checks(ledger, form, units[0], number, week, path=inbox / f"{units[0]}抽查登记{week:%m%d}.xlsx")


def figures_that_meet(form: Form, position: int, number: int, before: Figures, grown: Figures) -> Figures:
    """The figures of week ``number`` that the ledgers of the unit at ``position`` prove: ``grown`` in the first week, then ``before`` and
    what the rows add. The second unit's form has one hazard more in the last week: something is left to be found."""
    own: Figures = {}
    for name, found in (_counts(form, position) if position < 2 else {}).items():
        if grown.get(name) is not None:
            own[name] = grown[name] if not number else (before[name] or 0) + found[number] - found[number - 1]
    for rule in form.rules.part_of_whole if not number else ():
        part, whole = own.get(rule.part), own.get(rule.whole)
        if part is not None and whole is not None:  # room for what is rectified later
            own[rule.whole] = max(whole, part + len(_STORIES))
    return own


def _counts(form: Form, position: int) -> dict[str, list[int]]:
    """Figure → what the rows of the unit at ``position`` come to, week by week."""
    stories = [*_STORIES[position:], *(() if position else (_LATER,))]
    counts: dict[str, list[int]] = {}
    for ledger in form.ledger_definitions:
        for pair in ledger.bridge:
            if ledger.is_hazards and pair.side == "self" and pair.count == "found":
                counts[pair.figure] = [sum(bool(states[n]) for *_, states in stories) + (n == 2 and position) for n in range(_WEEKS)]
            elif ledger.is_hazards and pair.side == "self" and pair.count == "rectified":
                counts[pair.figure] = [sum(states[n] in ("已整改", "已销号") for *_, states in stories) for n in range(_WEEKS)]
            elif ledger.kind == "checks" and not position and pair.count == "firms":
                counts[pair.figure] = _firms_checked(lambda _: True)
            elif ledger.kind == "checks" and not position and pair.figure in ledger.faults[:_FAULTS]:
                counts[pair.figure] = _firms_checked(itemgetter(ledger.faults.index(pair.figure)))
    return counts


def _ticks(number: int) -> list[tuple[bool, ...]]:
    """The register of checks of week ``number``, a firm a row: which of the first faults are ticked."""
    return [(firm == number, False, firm == 1, False) for firm in range(2 + number)]


def _firms_checked(counts: Callable[[tuple[bool, ...]], bool]) -> list[int]:
    """How many firms have a row that ``counts`` in any of the registers up to each week."""
    found = [{firm for firm, ticks in enumerate(_ticks(number)) if counts(ticks)} for number in range(_WEEKS)]
    return [len(firms) for firms in accumulate(found, or_)]


def _write_hazards(ledger: Ledger, unit: str, position: int, number: int, week: dt.date, *, path: Path) -> None:
    first = week - dt.timedelta(days=7 * number)
    stories = [*_STORIES[position:], *((_LATER,) if number and not position else ())]
    rows: list[list[object]] = [
        [ledger.columns[role].name + ("（万元）" if ledger.columns[role].type == "money" else "") for role in _ROLES]]
    for row, (description, place, ago, days, states) in enumerate(stories):
        state, found = states[number], first - dt.timedelta(days=ago)
        done = next((n for n, one in enumerate(states[:number + 1]) if one in ("已整改", "已销号")), None)
        completed = first + dt.timedelta(days=7 * done - 1) if done is not None else None
        closed = week if state == "已销号" else None
        listed = number > 0 and "水泵" in description
        rows.append([_FIRMS[(row + 3 * position) % len(_FIRMS)], place, description, "重大", "自查", found, "更换、检修，专人看管", 1.5,
                     "张伟", "13900000000",
                     found + dt.timedelta(days=days), "有", state, completed, closed, "李强" if closed else "", "是" if listed else "",
                     "区级" if listed else ""])
    _write(path, "台账", ledger.title, unit, week, rows=rows)


def _write_checks(ledger: Ledger, form: Form, unit: str, number: int, week: dt.date, *, path: Path) -> None:
    heads = [ledger.heading("firm"), ledger.heading("day"), ledger.heading("inspector"),
             *(form.label(name) for name in ledger.faults[:_FAULTS])]
    rows: list[list] = [heads]
    for firm, ticks in zip(_FIRMS, _ticks(number), strict=False):
        rows.append([firm, week - dt.timedelta(days=2), "王芳", *("√" if one else "" for one in ticks)])
    _write(path, "抽查检查", ledger.title, unit, week, rows=rows)


def _write_duties(ledger: Ledger, unit: str, number: int, week: dt.date, path: Path) -> None:
    """Of four firms one keeps its duties, one is 高危 and late, one is not done yet, one has no such work."""
    duties = list(ledger.duty_columns)
    day = f"{week - dt.timedelta(days=3):%Y-%m-%d}"
    first = f"{ledger.since + dt.timedelta(days=2):%Y-%m-%d}"
    rows: list[list] = [[ledger.heading(role) for role in ("firm", "risky", *duties)]]
    kept = [[f"{first}、{day}"] * len(duties), [first] * len(duties), [""] * len(duties), [ledger.exempt[0]] * len(duties)]
    rows += [[firm, "是" if n == 1 else "", *cells] for n, (firm, cells) in enumerate(zip(_FIRMS, kept, strict=True))]
    _write(path, "企业履职", ledger.title, unit, week, rows=rows)


def _write(path: Path, name: str, title: str, unit: str, week: dt.date, *, rows: list[list]) -> None:
    """A workbook as a clerk of the unit makes it."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": dt.datetime.combine(week, dt.time())})
    day, head = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True, "border": 1})
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, f"填报单位：{unit}    填报日期：{week.year}年{week.month}月{week.day}日")
    for r, row in enumerate(rows, 2):
        sheet.write(r, 0, "序号" if r == 2 else r - 2, head if r == 2 else None)
        for c, value in enumerate(row, 1):
            if isinstance(value, dt.date):
                sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()), day)
            elif value not in ("", None):
                sheet.write(r, c, value, head if r == 2 else None)
    sheet.set_column(1, len(rows[0]), 14)
    book.close()
