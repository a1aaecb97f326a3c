#!/usr/bin/env python3
"""What the program is measured against, each in a process of its own: ``peers.py NAME [FOLDER OUT]``.

imports   what the program's own libraries take to import
click     the least that a command line takes
pandas    the usual script: each workbook through pandas, one position summed, one column written; nothing is checked
floor     parsing alone: calamine, each sheet to Python
ledgers   the ledgers of make_ledgers.py parsed by calamine, then read, matched and bridged by the program, in one process; prints the
          processor time of each in seconds, as the clock says little on a machine that others use
"""

from __future__ import annotations

import sys
from pathlib import Path

ROW, COLUMN = 2, 3  # where the forms of make_forms.py have their first figure


def imports() -> None:
    import click  # noqa: F401
    import jinja2  # noqa: F401
    import openpyxl  # noqa: F401
    import pandera.pandas  # noqa: F401


def click() -> None:
    import click  # noqa: F401


def pandas(folder: Path, out: Path) -> None:
    import pandas as pd

    rows = []
    for path in sorted(folder.iterdir()):
        sheet = pd.read_excel(path, header=None, engine="calamine")
        rows.append((path.stem, sheet.iat[ROW, COLUMN]))
    table = pd.DataFrame(rows, columns=["unit", "figure"])
    table.loc[len(table)] = ["total", table["figure"].sum()]
    table.to_csv(out, index=False)


def floor(folder: Path, out: Path) -> None:
    import python_calamine as calamine

    for path in sorted(folder.iterdir()):
        with calamine.CalamineWorkbook.from_path(path) as book:
            for number in range(len(book.sheet_names)):
                book.get_sheet_by_index(number).to_python()


def parsed(paths: list[Path]) -> None:
    """Workbooks parsed by calamine, nothing understood."""
    import python_calamine as calamine

    for path in paths:
        with calamine.CalamineWorkbook.from_path(path) as book:
            for number in range(len(book.sheet_names)):
                book.get_sheet_by_index(number).to_python()


def ledgers(folder: Path, roster: Path) -> None:
    import datetime as dt
    import gc
    import json
    import time

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import pandera.pandas  # noqa: F401

    from consolidator.ledger.bridge import UnitWeek
    from consolidator.ledger.read_file import read_with_ledgers
    from consolidator.ledger.week import Known, ReadFile, add_bridge, take_ledgers
    from consolidator.model.context import Context
    from consolidator.model.result import REPORTED
    from schemas.firms import FirmNames
    from schemas.form import load_form
    from schemas.roster import load_roster
    from schemas.settings import PROGRAM

    gc.disable()  # as the command does
    form, week = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml"), dt.date(2023, 6, 5)
    units, paths = load_roster(roster, form), sorted(folder.glob("*台账.xlsx"))
    read_with_ledgers(paths[0].read_bytes(), paths[0].name, form)  # what is imported and compiled once
    took, last = {}, time.process_time()

    def note(what: str) -> None:
        nonlocal last
        took[what], last = time.process_time() - last, time.process_time()

    parsed(paths)
    note("parsed")
    files = [ReadFile(path.name, path.name, read_with_ledgers(path.read_bytes(), path.name, form).ledgers, arrived=1) for path in paths]
    note("read")
    taken = take_ledgers(files, week, Context(form, units, week), FirmNames((), form.region), Known())
    note("matched")
    figures = {key: 10 for key, one in form.figures.items() if one.kind == "count"}
    add_bridge(taken, [UnitWeek(one.name, one.kinds, REPORTED, figures, week.isoformat(), last=None, last_day="") for one in units.units],
               week, form)
    note("bridged")
    print(json.dumps(took))


if __name__ == "__main__":
    peers = {"imports": imports, "click": click, "pandas": pandas, "floor": floor, "ledgers": ledgers}
    peers[sys.argv[1]](*map(Path, sys.argv[2:]))
