#!/usr/bin/env python3
"""Ledgers for the benchmark: ``make_ledgers.py ROWS FOLDER``, a ledger a unit (at least 26), beside a form of each; all invented.

``FOLDER`` gets ``roster.csv``, ``forms/`` (the inbox without ledgers) and ``both/`` (the same forms with the ledgers).
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
import sys
from pathlib import Path

import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from schemas.form_loading import load_form
from schemas.settings import PROGRAM

WEEK = dt.date(2023, 6, 5)
HEADS = ("序号", "企业名称", "部位", "隐患描述", "级别", "来源", "发现日期", "整改措施", "整改资金（万元）", "责任人", "电话",
         "整改期限", "应急预案", "整改情况", "完成日期",
         "复查日期", "复查人", "备注")
MOST_OF_FILE = 4_000  # rows
_SYLLABLES = "海河新开光明利民鑫达宏远泰和顺兴佳美德盛金桥华安"
_FAULTS = ("安全出口被货物堵塞", "燃气报警器没有安装", "配电箱没有接地线", "消防水泵不能启动", "电焊人员无证上岗", "疏散指示标志损坏")
_PLACES = ("一层东侧", "二层西侧", "后厨", "地下车库", "库房", "锅炉房")


def main() -> None:
    """Make them."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    units = max(26, -(-count // MOST_OF_FILE))
    chance = random.Random(count)
    names = [f"第{n:03}街道" for n in range(1, units + 1)]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "forms").mkdir(parents=True)
    with (folder / "roster.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("单位名称", "类别", "别名", "邮箱"), *((name, "街道", "", "") for name in names)])
    _forms(folder / "forms", names)
    shutil.copytree(folder / "forms", folder / "both")
    left = count
    for number, name in enumerate(names):
        rows = left // (units - number)
        left -= rows
        _ledger(folder / "both" / f"{name}台账.xlsx", name, rows, chance)


def _forms(folder: Path, names: list[str]) -> None:
    """A filled form a unit."""
    from tests.forms import fill, to_bytes

    form = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml")
    for name in names:
        figures = {key: None if one.filled_by else True if one.kind == "yes_no" else 5.0 if one.kind == "money" else 10
                   for key, one in form.figures.items()}
        (folder / f"{name}.xlsx").write_bytes(to_bytes([fill(form, figures, unit=name, date=WEEK)], "xlsxwriter"))


def _ledger(path: Path, unit: str, rows: int, chance: random.Random) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("台账")
    sheet.write_string(0, 0, "重大事故隐患台账")
    sheet.write_string(1, 0, f"填报单位：{unit}    填报日期：{WEEK.isoformat()}")
    sheet.write_row(2, 0, HEADS)
    for number in range(1, rows + 1):
        found = WEEK - dt.timedelta(days=chance.randint(0, 11))
        done = chance.random() < 0.5
        firm = "".join(chance.choices(_SYLLABLES, k=4)) + chance.choice(("商贸有限公司", "饭店", "印刷厂", "超市"))
        values = (number, firm, chance.choice(_PLACES), f"{chance.choice(_PLACES)}{chance.choice(_FAULTS)}（{number}号）", "重大",
                  "自查", found,
                  "立即清理并专人看管", chance.randint(1,
                                              50) / 10, "欧阳明", "13912345678", found + dt.timedelta(days=chance.randint(3, 40)), "有",
                  "已整改" if done else "整改中", WEEK if done else "", "", "", "")
        for column, value in enumerate(values):
            if isinstance(value, dt.date):
                sheet.write_datetime(number + 2, column, dt.datetime.combine(value, dt.time()), day)
            elif value != "":
                sheet.write(number + 2, column, value)
    book.close()


if __name__ == "__main__":
    main()
