#!/usr/bin/env python3
"""What a large week takes: ``country.py [5000 20000] [--keep FOLDER]``; processor time of all processes a form, memory of the main one.

Processor time, as a machine that others use too says little by the clock; memory is the peak of the process that holds the week.
Linux only. The goal: 140,000 forms, the country's week, in 2.5 ms a form and 1.5 GB.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
COUNTRY, MS_A_FORM, MOST_MB = 140_000, 2.5, 1536
NOW = "2023-06-05T11:00:00"
_CHILD_SUBREAPER = 36  # prctl: the workers that a run has killed are counted here
_LOOK = 0.2  # seconds


def peak_of(process: subprocess.Popen) -> float:
    """The most memory in MB that a process has had, looked at until it ends."""
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            break
        peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
        time.sleep(_LOOK)
    process.wait()
    return peak / 1024


def measure(count: int, folder: Path) -> tuple[float, float]:
    """(ms of processor time a form, MB of the main process) of a run over so many forms."""
    if not (folder / "roster.csv").exists():
        subprocess.run([sys.executable, HERE / "make_forms.py", str(count), folder], check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(dir=folder) as outbox:
        process = subprocess.Popen([sys.executable, HERE.parent / "consolidate.py", "run", "--inbox", folder / "inbox", "--roster",
                                    folder / "roster.csv", "--outbox", outbox], stdout=subprocess.DEVNULL,
                                   env={**os.environ, "CONSOLIDATE_NOW": NOW})
        memory = peak_of(process)
        while True:
            try:
                os.wait()
            except ChildProcessError:
                break
        if process.returncode:
            raise SystemExit(f"{count} forms: exit {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / count * 1000, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[5000, 20000])
    parser.add_argument("--keep", type=Path, help="where the forms are kept (default: a folder that is removed)")
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1)
    print(f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}\n")
    print("| forms | processor time a form | main process |\n|---|---|---|")
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in sorted(given.counts):
            rows.append((count, *measure(count, (given.keep or Path(temporary)) / str(count))))
            print(f"| {count} | {rows[-1][1]:.2f} ms | {rows[-1][2]:.0f} MB |", flush=True)
    (few, _, least), (many, took, most) = rows[0], rows[-1]
    if many > few:
        slope = (most - least) / (many - few)
        print(f"\n{slope * 1024:.1f} KB a form: {COUNTRY} forms would take {most + (COUNTRY - many) * slope:.0f} MB (goal {MOST_MB}) and "
              f"{took:.2f} ms each (goal {MS_A_FORM})")


if __name__ == "__main__":
    main()
