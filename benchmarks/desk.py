#!/usr/bin/env python3
"""Times the desk: ``desk.py [30 4000] [--rounds N]``. How soon it answers, how long a page takes, how soon a dropped file is shown.

The bars are those of the issue: ready within twice the imports that it needs; a page of 30 units in 100 ms; a dropped file shown
within three times ``check`` of it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
COMMAND, FORMS = HERE.parent / "consolidate.py", HERE / "make_forms.py"
NOW = "2023-06-05T11:00:00"
IMPORTS = "import click, starlette.applications, uvicorn, jinja2, watchfiles, pandas, pydantic, orjson, yaml, rapidfuzz, multipart"
PAGES = ("/", "/merged?figure=1", "/upward", "/weeks", "/ledger", "/roster", "/settings", "/blanks")
PAGE_READS = 9


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("counts", nargs="*", type=int, default=[30, 4000])
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    environment = {**os.environ, "CONSOLIDATE_NOW": NOW}
    print("| what | time | against | ratio | bar |\n|---|---|---|---|---|")
    for count in given.counts:
        with tempfile.TemporaryDirectory() as folder:
            _measure(count, Path(folder), given.rounds, environment)


def _measure(count: int, folder: Path, rounds: int, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, FORMS, str(count), folder], check=True, stdout=subprocess.DEVNULL)
    inbox, roster, outbox = folder / "inbox", folder / "roster.csv", folder / "outbox"
    late = folder / "late"
    late.mkdir()
    one = sorted(inbox.iterdir())[0]
    shutil.move(one, late / one.name)
    places = ["--inbox", inbox, "--outbox", outbox, "--roster", roster]
    subprocess.run([sys.executable, COMMAND, "run", *places], env=environment, stdout=subprocess.DEVNULL, check=False)
    imports = min(_seconds([sys.executable, "-c", IMPORTS], environment) for _ in range(rounds))
    check = min(_seconds([sys.executable, COMMAND, "check", late / one.name, "--roster", roster], environment) for _ in range(rounds))
    ready = []
    for number in range(rounds):
        began = time.perf_counter()
        desk = subprocess.Popen([sys.executable, COMMAND, "desk", "--no-browser", *places], env=environment, stdout=subprocess.PIPE,
                                encoding="utf-8")
        port, token = re.search(r":(\d+)/\?token=(\S+)", desk.stdout.readline()).groups()
        ready.append(time.perf_counter() - began)
        if number == rounds - 1:
            cookie = _get(int(port), f"/?token={token}", "")[1]
            _pages(count, int(port), cookie)
            began = time.perf_counter()
            shutil.copyfile(late / one.name, inbox / one.name)
            while f"<strong>{one.name}</strong>" not in _get(int(port), "/", cookie)[0]:
                time.sleep(0.02)
            _row(f"{count} units, a dropped file shown", time.perf_counter() - began, "check of it", check, "≤ 3")
        desk.terminate()
        desk.wait(20)
    _row(f"{count} units, ready", min(ready), "its imports", imports, "≤ 2")


def _pages(count: int, port: int, cookie: str) -> None:
    for page in PAGES:
        _get(port, page, cookie)  # the first looks at the week
        took = []
        for _ in range(PAGE_READS):
            began = time.perf_counter()
            _get(port, page, cookie)
            took.append(time.perf_counter() - began)
        _row(f"{count} units, {page}", statistics.median(took), "", None, "≤ 0.1 s" if count == 30 else "")


def _get(port: int, page: str, cookie: str) -> tuple[str, str]:
    """(text, cookie that was set)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", page, headers={"cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8")
    connection.close()
    return text, (answer.getheader("set-cookie") or "").partition(";")[0]


def _seconds(command: list, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def _row(what: str, seconds: float, against: str, other: float | None, bar: str) -> None:
    print(f"| {what} | {seconds:.3f} s | {against} | {f'{seconds / other:.2f}' if other else ''} | {bar} |", flush=True)


if __name__ == "__main__":
    main()
