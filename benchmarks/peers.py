#!/usr/bin/env python3
"""What the program is measured against, each in a process of its own: ``peers.py NAME [FOLDER OUT]``.

imports   what the program's own libraries take to import
click     the least that a command line takes
pandas    the usual script: each workbook through pandas, one position summed, one column written; nothing is checked
floor     parsing alone: calamine, each sheet to Python
ledgers   the ledgers of make_ledgers.py parsed by calamine, then read, matched and bridged by the program, in one process; prints the
          processor time of each in seconds, as the clock says little on a machine that others use
workers   the same by the clock, read by as many workers as a run has; parsed by calamine in one process
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consolidator.ledger.column_keys import ColumnKeys
    from schemas.form import Form

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
    import json
    import time

    take, paths, form, _ = _program(folder, roster)
    from consolidator.ledger.week import ReadFile
    from consolidator.reading.ledgers.read_file import read_with_ledgers

    read_with_ledgers(paths[0].read_bytes(), paths[0].name, form)  # what is imported and compiled once
    took, last = {}, time.process_time()

    def note(what: str) -> None:
        nonlocal last
        took[what], last = time.process_time() - last, time.process_time()

    parsed(paths)
    note("parsed")
    files = [ReadFile(path.name, path.name, read_with_ledgers(path.read_bytes(), path.name, form).ledgers, arrived=1) for path in paths]
    note("read")
    take(files, note)
    print(json.dumps(took))


def workers(folder: Path, roster: Path) -> None:
    import json
    import time

    take, paths, form, keys = _program(folder, roster)
    from consolidator.ledger.week import ReadFile
    from consolidator.model.inbox import list_files
    from consolidator.workers.pool import Workers

    began = time.perf_counter()
    parsed(paths)
    took = {"parsed": time.perf_counter() - began}
    inbox = [one for one in list_files(folder) if one.file.endswith("台账.xlsx")]
    with Workers(form) as pool:
        pool.read(inbox[:2 * pool.processes])  # a run starts them while it imports
        began = time.perf_counter()
        reads = pool.start(inbox)(None, lambda read: keys.prepare(read.submission.ledgers))  # while others are read, as a run does
        take([ReadFile(one.file, one.sha256, one.submission.ledgers, arrived=1) for one in reads if one.submission], lambda _: None)
        took["taken"] = time.perf_counter() - began
    print(json.dumps(took))


def _program(folder: Path, roster: Path) -> tuple[Callable, list[Path], Form, ColumnKeys]:
    """What matches and bridges ledgers that were read, the paths of those in ``folder``, the form, and what rows are compared by."""
    import datetime as dt
    import gc

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import pandera.pandas  # noqa: F401

    from consolidator.ledger.bridge import UnitWeek
    from consolidator.ledger.column_keys import ColumnKeys
    from consolidator.ledger.week import Known, add_bridge, take_ledgers
    from consolidator.model.context import Context
    from consolidator.model.result import REPORTED
    from schemas.firms import FirmNames
    from schemas.form_loading import load_form
    from schemas.roster import load_roster
    from schemas.settings import PROGRAM

    gc.disable()  # as the command does
    form, week = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml"), dt.date(2023, 6, 5)
    units, keys = load_roster(roster, form), ColumnKeys(FirmNames((), form.region))

    def take(files: list, note: Callable[[str], None]) -> None:
        taken = take_ledgers(files, week, Context(form, units, week), keys, Known())
        note("matched")
        figures = {key: 10 for key, one in form.figures.items() if one.kind == "count"}
        add_bridge(taken, [UnitWeek(one.name, one.kinds, REPORTED, figures, week.isoformat(), last=None, last_day="")
                           for one in units.units], week, form)
        note("bridged")

    return take, sorted(folder.glob("*台账.xlsx")), form, keys


if __name__ == "__main__":
    peers = {"imports": imports, "click": click, "pandas": pandas, "floor": floor, "ledgers": ledgers, "workers": workers}
    peers[sys.argv[1]](*map(Path, sys.argv[2:]))
