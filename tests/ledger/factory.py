"""Ledgers for tests: invented hazards laid out as people lay them out, read as a worker reads them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.file_ledgers import Known, ReadFile
from consolidator.ledger.moves import PUT_RIGHT
from consolidator.ledger.week import Taken, event_of, take_ledgers
from consolidator.model.context import Context
from consolidator.model.ledger import Hazard
from consolidator.reading.ledgers.read_file import read_with_ledgers
from schemas.firms import Firm, FirmNames
from schemas.form_loading import load_form
from schemas.ledger_definition import BridgePair
from schemas.roster import Roster, Unit
from schemas.settings import PROGRAM

FORM = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml")
LEDGER = next(one for one in FORM.ledger_definitions if one.is_hazards)
ROSTER = Roster([Unit("月牙河街道", ("街道",), ("月牙河街",)), Unit("区商务局", ("行业主管部门", "执法部门")),
                 Unit("区城管委", ("行业主管部门",))], FORM.region)
W1, W2, W3 = (dt.date(2023, 6, day) for day in (5, 12, 19))
HEADS = ["序号", "编号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期", "整改措施", "整改资金（万元）",
         "责任人", "电话", "整改期限", "应急预案", "整改情况", "完成日期", "复查日期", "复查人"]


@dataclass
class Row:
    """A hazard as a unit writes it; everything right unless changed."""

    firm: str = "鑫达商贸有限公司"
    description: str = "安全出口被货物堵塞"
    found: object = "2023-06-02"
    state: object = "整改中"
    level: object = "重大"
    source: object = "自查"
    place: str = "一层"
    due: object = "2023-06-30"
    completed: object = ""
    id: str = ""
    person: str = "欧阳明"
    phone: str = "13912345678"
    reviewed: object = ""
    reviewer: str = ""
    more: dict = field(default_factory=dict)

    def cells(self, number: int) -> list:
        """As the sheet has it, below :data:`HEADS`."""
        cells = [number, self.id, self.firm, self.place, self.description, self.level, self.source, self.found, "清理并专人看管", 0.5,
                 self.person, self.phone, self.due, "有", self.state, self.completed, self.reviewed, self.reviewer]
        row = dict(zip(HEADS, cells, strict=True))
        return list({**row, **self.more}.values())


def workbook(sheets: Sequence[tuple[str, Sequence[Sequence]]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xlsx of sheets (name, rows); ``merged`` ranges of the first."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for number, (name, rows) in enumerate(sheets):
        sheet = book.add_worksheet(name)
        for top, left, bottom, right in merged if number == 0 else ():
            sheet.merge_range(top, left, bottom, right, "")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, str):
                    if value:
                        sheet.write_string(r, c, value)
                elif value is not None:
                    sheet.write_number(r, c, value)
    book.close()
    return out.getvalue()


def ledger(rows: Sequence[Row], unit: str = "月牙河街道", day: dt.date | None = W1, title: str = "重大事故隐患台账",
           heads: Sequence[str] = HEADS) -> bytes:
    """A ledger of ``unit`` as most people lay it out."""
    dated = f"填报日期：{day.year}年{day.month}月{day.day}日" if day else "填报日期：    年  月  日"
    body = [row.cells(number) for number, row in enumerate(rows, 1)]
    return workbook([("台账", [[title], [f"填报单位：{unit}    {dated}"], list(heads), *body])])


class Story:
    """Weeks of ledgers, taken one after the other as runs would: what was matched is known to the next."""

    def __init__(self, firms: Sequence[Firm] = (), roster: Roster = ROSTER):
        self.roster = roster
        self.names = FirmNames(firms, FORM.region)
        self.files: list[ReadFile] = []
        self.matched: dict = {}
        self.decisions: list[dict] = []
        self.runs = 0

    def send(self, data: bytes, file: str = "月牙河街道台账.xlsx") -> None:
        """A file that lies in the inbox from now on."""
        import hashlib

        submission = read_with_ledgers(data, file, FORM)
        self.files.append(ReadFile(file, hashlib.sha256(data).hexdigest(), submission.ledgers))

    def run(self, week: dt.date, keep: bool = True) -> Taken:
        """The week's ledgers; ``keep`` remembers what a run would commit."""
        self.runs += 1
        for one in self.files:
            one.arrived = one.arrived or self.runs
        taken = take_ledgers(self.files, week, Context(FORM, self.roster, dt.date(2023, 12, 31)), ColumnKeys(self.names),
                             Known(self.matched, self.decisions))
        if keep:
            for one in self.files:
                one.seen_week = one.seen_week or week
            for one in taken.matched:
                old = self.matched.get((one.sha256, one.unit, one.ledger))
                event = event_of(one, self.runs, "") | {"minted": [*(old["minted"] if old else ()), *one.minted]}
                self.matched[one.sha256, one.unit, one.ledger] = event
        return taken

    def decide(self, action: str, week: dt.date, *ids: str, unit: str = "", reason: str = "核实", **words: str) -> None:
        """A decision of the clerk."""
        self.decisions.append({"action": action, "week": week.isoformat(), "ids": list(ids), "unit": unit, "reason": reason,
                               "by": "王敏", "at": f"{week}T10:00:00", "words": words})


def told(taken: Taken) -> list[tuple[int, str]]:
    """(row, code) of everything that was said of rows, those of errors first."""
    return [(one.row, one.code) for one in sorted(taken.result.held, key=lambda one: (one.severity != "error", one.row))]


def errors(taken: Taken) -> list[tuple[int, str]]:
    """(row, code) of every error."""
    return [(one.row, one.code) for one in taken.result.held if one.severity == "error"]


def counts(one: Hazard, unit: str, pair: BridgePair, since: str, day: str) -> bool:
    """Whether a hazard is one of those that a unit's figure counts on ``day``: the rule, one after the other."""
    return (unit in one.units and pair.side in (None, one.side_of(unit)) and (not pair.level or one.level == pair.level)
            and since <= one.found <= day and one.state != "void" and (pair.count != "suspended" or one.suspended)
            and (pair.count != "rectified" or one.state in PUT_RIGHT))


def save(folder: Path, name: str, data: bytes) -> Path:
    """A file in the folder."""
    path = folder / name
    path.write_bytes(data)
    return path
