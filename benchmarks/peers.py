#!/usr/bin/env python3
"""What the program is measured against, each in a process of its own: ``peers.py NAME [FOLDER OUT]``.

imports   what the program's own libraries take to import
click     the least that a command line takes
pandas    the usual script: each workbook through pandas, one position summed, one column written; nothing is checked
floor     parsing alone: calamine, each sheet to Python
ledgers-parsed  the same of the ledgers of make_ledgers.py alone; ledgers: read, matched and bridged by the program in one process
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


def parsed(folder: Path, roster: Path) -> None:
    """The workbooks of ledgers parsed by calamine, nothing understood."""
    import python_calamine as calamine

    for path in sorted(folder.glob("*台账.xlsx")):
        with calamine.CalamineWorkbook.from_path(path) as book:
            for number in range(len(book.sheet_names)):
                book.get_sheet_by_index(number).to_python()


def ledgers(folder: Path, roster: Path) -> None:
    """The same read, matched and bridged by the program, in one process."""
    import datetime as dt
    import gc

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from consolidator.ledger.read_file import read_with_ledgers
    from consolidator.ledger.week import Known, ReadFile, take_ledgers
    from schemas.firms import FirmNames
    from schemas.form import load_form
    from schemas.roster import load_roster
    from schemas.settings import PROGRAM

    gc.disable()  # as the command does
    form = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml")
    week = dt.date(2023, 6, 5)
    files = [ReadFile(path.name, path.name, read_with_ledgers(path.read_bytes(), path.name, form).ledgers, arrived=1)
             for path in sorted(folder.glob("*台账.xlsx"))]
    take_ledgers(files, week, form, load_roster(roster, form), FirmNames((), form.region), Known(), week)


if __name__ == "__main__":
    peers = {"imports": imports, "click": click, "pandas": pandas, "floor": floor, "ledgers-parsed": parsed, "ledgers": ledgers}
    peers[sys.argv[1]](*map(Path, sys.argv[2:]))
