#!/usr/bin/env python3
"""What the program is measured against, each in a process of its own: ``peers.py NAME [FOLDER OUT]``.

imports   what the program's own libraries take to import
click     the least that a command line takes
pandas    the usual script: each workbook through pandas, one position summed, one column written; nothing is checked
floor     parsing alone: calamine, each sheet to Python
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


if __name__ == "__main__":
    {"imports": imports, "click": click, "pandas": pandas, "floor": floor}[sys.argv[1]](*map(Path, sys.argv[2:]))
