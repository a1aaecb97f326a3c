#!/usr/bin/env python3
"""Times ``status`` and ``report`` over a growing past: ``weeks.py [10 30 100] [--units 150] [--rounds 3]``.

The past is laid down as the journal and index of so many weeks; then the week of the made forms is run, one more form comes, and
``status`` and ``report`` are timed: processor time of all their processes, least of the rounds. Last: how time grows with weeks.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from consolidator.store.history import History  # noqa: E402
from schemas.form import Form  # noqa: E402
from schemas.form_loading import load_form  # noqa: E402

FORM = HOME / "schemas" / "major_hazards_2023.yaml"
WEEK = dt.date(2023, 6, 5)
AT = "2023-06-05T11:00:00"


def longer(weeks: int, folder: Path) -> Path:
    """The form, its campaign begun so many weeks before the week of the made forms."""
    shutil.copytree(FORM.parent, folder / "schemas")
    path = folder / "schemas" / FORM.name
    first = load_form(FORM).campaign.first_week
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"first_week: {first}", f"first_week: {WEEK - dt.timedelta(weeks=weeks)}"), encoding="utf-8")
    return path


def lay_down(weeks: int, units: list[str], form: Form, outbox: Path) -> None:
    """A past of so many weeks, in which every unit reported every week."""
    outbox.mkdir()
    history = History(outbox, form.name)
    for number in range(weeks):
        week = (WEEK - dt.timedelta(weeks=weeks - number)).isoformat()
        common = {"at": f"{week}T11:00:00", "run": number + 1, "week": week}
        events: list[dict] = []
        for unit in units:
            sha256 = f"{week} {unit}"
            figures = {name: number % 7 + number // 7 if one.is_number else True for name, one in form.figures.items()}
            events += [{"event": "seen", **common, "file": f"{unit}.xlsx", "sha256": sha256, "size": 1, "original": ""},
                       {"event": "accepted", **common, "unit": unit, "sha256": sha256, "file": f"{unit}.xlsx", "date": week,
                        "figures": figures}]
        totals = dict.fromkeys(form.figures, number * len(units))
        history.record([*events, {"event": "ran", **common, "reported": len(units), "totals": totals, "previous_totals": {}}], run=True)
    history.close()


def processor_time(*command: object) -> float:
    """Seconds of processor time that a command and its processes take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "CONSOLIDATE_NOW": AT}
    done = subprocess.run([sys.executable, HOME / "consolidate.py", *map(str, command)], stdout=subprocess.DEVNULL, env=environment)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(weeks: int, units: int, rounds: int) -> tuple[float, float]:
    """Seconds of ``status`` and of ``report`` after so many weeks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form = longer(weeks, folder)
        subprocess.run([sys.executable, HOME / "benchmarks" / "make_forms.py", str(units), folder], check=True)
        inbox = sorted((folder / "inbox").iterdir())
        late = inbox[0].rename(folder / inbox[0].name)  # comes after the run: status has something to find out
        lay_down(weeks, [one.stem for one in inbox], load_form(form), folder / "outbox")
        where = ["--inbox", folder / "inbox", "--roster", folder / "roster.csv", "--outbox", folder / "outbox", "--form", form]
        processor_time("run", "--week", WEEK, *where)
        late.rename(folder / "inbox" / late.name)
        status = min(processor_time("status", "--week", WEEK, *where) for _ in range(rounds))
        report = min(processor_time("report", "--week", WEEK, "--outbox", folder / "outbox", "--form", form) for _ in range(rounds))
        return status, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weeks", nargs="*", type=int, default=[10, 30, 100])
    parser.add_argument("--units", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {given.units} units, "
          f"processor time, least of {given.rounds}\n\n| weeks before | status | report |\n|---|---|---|")
    rows = []
    for weeks in sorted(given.weeks):
        rows.append((weeks, *measure(weeks, given.units, given.rounds)))
        print(f"| {weeks} | {rows[-1][1]:.2f} s | {rows[-1][2]:.2f} s |", flush=True)
    if len(rows) < 2:
        return
    (few, *least), (many, *most) = rows[0], rows[-1]
    for what, early, late in zip(("status", "report"), least, most, strict=True):
        slope = math.log(late / early) / math.log(many / few)
        print(f"\n{what}: {1000 * (late - early) / (many - few):.2f} ms a week; {many} weeks take {late / early:.2f} times what "
              f"{few} take: time grows with the power {slope:.2f} of the weeks (1 would be linear)")


if __name__ == "__main__":
    main()
