#!/usr/bin/env python3
"""Times the program against its peers and prints the table of ratios: ``run.py [30 4000 20000] [--rounds N] [--keep FOLDER]``.

With ``--ledger 2000 50000`` ledgers of so many rows are measured instead, by the processor time of all processes.

Every time is the least of its rounds, each a process of its own, peers and program by turns, so that a busy moment of
the machine strikes both. Forms are made once and kept where ``--keep`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND, PEERS, FORMS = HERE.parent / "consolidate.py", HERE / "peers.py", HERE / "make_forms.py"
LEDGERS = HERE / "make_ledgers.py"
DISTRICT, CITY = 5_000, 100_000  # rows; a province has more, of which only reading is measured
NOW = "2023-06-05T11:00:00"


@dataclass(slots=True)
class Took:
    """The least time of some rounds in seconds, the least processor time, of the process and of those that it waited for, and the
    most memory of the process itself in MB (the last two zero on Windows)."""

    seconds: float = float("inf")
    memory: float = 0.0
    processor: float = float("inf")


def timed(took: Took, *command: object, out: Path | None = None) -> None:
    """Run a command; it must succeed. What it prints goes to ``out``."""
    environment = {**os.environ, "CONSOLIDATE_NOW": NOW, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    with open(out or os.devnull, "wb") as printed:
        process = subprocess.Popen([sys.executable, *map(str, command)], stdout=printed, env=environment)
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        took.processor = min(took.processor, usage.ru_utime + usage.ru_stime)
        took.memory = max(took.memory, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))
    else:
        code = process.wait()
    took.seconds = min(took.seconds, time.perf_counter() - start)
    if code:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {code}")


def row(what: str, took: Took, peer: str = "", against: Took | None = None, bar: float | None = None) -> None:
    """A line of the table."""
    ratio = f"{took.seconds / against.seconds:.2f}" if against else ""
    asked = f"≤ {bar}" if bar else ""
    print(f"| {what} | {took.seconds:.2f} s | {took.memory:.0f} MB | {peer} | {ratio} | {asked} |", flush=True)


def measure(count: int, folder: Path, rounds: int, outboxes: Path) -> Took:
    """All lines of the table for ``count`` forms; the time of the first run. Each run has an outbox of its own in ``outboxes``."""
    if not (folder / "roster.csv").exists():
        subprocess.run([sys.executable, FORMS, str(count), folder], check=True)
    first, second, status, usual, floor, imports = (Took() for _ in range(6))
    for _ in range(rounds):
        outbox = tempfile.mkdtemp(dir=outboxes)
        where = ["--inbox", folder / "inbox", "--roster", folder / "roster.csv", "--outbox", outbox]
        timed(usual, PEERS, "pandas", folder / "inbox", folder / "peer.csv")
        timed(first, COMMAND, "run", *where)
        timed(floor, PEERS, "floor", folder / "inbox", folder / "peer.csv")
        timed(second, COMMAND, "run", *where)
        if count < 1000:
            timed(imports, PEERS, "imports")
            timed(status, COMMAND, "status", *where)
    if count < 1000:
        row(f"{count} forms, run", first, "the imports", imports, 2.0)
        row(f"{count} forms, status", status, "its run", first, 0.5)
    else:
        row(f"{count} forms, run", first, "pandas, one position", usual, 0.9 if count < 10_000 else 0.8)
        row(f"{count} forms, run", first, "parsing alone (the floor)", floor)
        row(f"{count} forms, second run", second, "its first", first, 0.4)
    return first


def measure_ledgers(count: int, folder: Path, rounds: int, outboxes: Path) -> None:
    """The lines of the table for ledgers of ``count`` rows in all, beside a form of each unit. Times are processor times, but for the
    line by the clock."""
    if not (folder / "roster.csv").exists():
        subprocess.run([sys.executable, LEDGERS, str(count), folder], check=True)
    roster = ["--roster", folder / "roster.csv"]
    district, city = count <= DISTRICT, count <= CITY
    forms, both, again, parsing, reading, parsing_by_clock, by_clock = (Took() for _ in range(7))
    for _ in range(rounds):
        whole, printed = Took(), folder / "took.json"
        timed(whole, PEERS, "ledgers", folder / "both", folder / "roster.csv", out=printed)
        took = json.loads(printed.read_text(encoding="utf-8"))
        parsing.processor = min(parsing.processor, took.pop("parsed"))
        reading.processor, reading.memory = min(reading.processor, sum(took.values())), max(reading.memory, whole.memory)
        whole = Took()
        timed(whole, PEERS, "workers", folder / "both", folder / "roster.csv", out=printed)
        took = json.loads(printed.read_text(encoding="utf-8"))
        parsing_by_clock.seconds = min(parsing_by_clock.seconds, took["parsed"])
        by_clock.seconds, by_clock.memory = min(by_clock.seconds, took["taken"]), max(by_clock.memory, whole.memory)
        if city:
            timed(forms, COMMAND, "run", "--inbox", folder / "forms", "--outbox", tempfile.mkdtemp(dir=outboxes), *roster)
            where = ["--inbox", folder / "both", "--outbox", tempfile.mkdtemp(dir=outboxes), *roster]
            timed(both, COMMAND, "run", *where)
            timed(again, COMMAND, "run", *where)
    bar = None if district else 2.0 if city else 2.5
    row_of_ledgers(f"{count} rows, read, matched, bridged", reading, "calamine's parsing alone", parsing, bar)
    row(f"{count} rows, the same by the clock", by_clock, "calamine's, in one process", parsing_by_clock, bar)
    if city:
        row_of_ledgers(f"{count} rows, run", both, "the run without ledgers", forms, 1.5 if district else None)
        row_of_ledgers(f"{count} rows, second run", again, "its first", both, 0.3)


def row_of_ledgers(what: str, took: Took, peer: str, against: Took, bar: float | None) -> None:
    """A line of the table, by processor time."""
    ratio, asked = took.processor / against.processor, f"≤ {bar}" if bar else ""
    print(f"| {what} | {took.processor:.2f} s | {took.memory:.0f} MB | {peer} | {ratio:.2f} | {asked} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[30, 4000, 20000])
    parser.add_argument("--ledger", nargs="*", type=int, default=[], metavar="ROWS", help="ledgers of so many rows instead of forms")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the forms are kept (default: a folder that is removed)")
    given = parser.parse_args()
    print(f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
          f"{os.cpu_count()} cores, least of {given.rounds}\n")
    print("| what | time | memory | against | ratio | bar |\n|---|---|---|---|---|---|")
    if given.ledger:
        with tempfile.TemporaryDirectory() as temporary:
            kept = given.keep or Path(temporary)
            kept.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="outboxes", dir=kept) as outboxes:
                for count in sorted(given.ledger):
                    measure_ledgers(count, kept / f"ledgers{count}", given.rounds, Path(outboxes))
        return
    least, own = Took(), Took()
    for _ in range(3 * given.rounds):
        timed(least, PEERS, "click")
        timed(own, COMMAND, "--help")
    row("--help", own, "import click", least, 1.5)
    with tempfile.TemporaryDirectory() as temporary:
        kept = given.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        # removed at the very end: for minutes ext4 takes 0.1 to 0.5 ms longer to make a file where others have been removed
        with tempfile.TemporaryDirectory(prefix="outboxes", dir=kept) as outboxes:
            runs = {count: measure(count, kept / str(count), given.rounds, Path(outboxes)) for count in sorted(given.counts)}
    if {4000, 20000} <= runs.keys():
        row("20000 forms, run", runs[20000], "4000 forms", runs[4000], 5.5)


if __name__ == "__main__":
    main()
