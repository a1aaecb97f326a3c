"""Kills a run before each of its steps in turn, in processes of its own: ``python -m tests.workflows.killed FOLDER STORY``.

A step is anything that changes the outbox for good: a file renamed, removed or cut off, a folder removed, a
transaction of the index, the journal opened or made safe on the disk. Steps are found by running once, so that no step
of a later version is forgotten. The program has no part in this: Python reports these operations to whoever asks.

The run is ended by ``os._exit``: as with a power cut, nothing is cleaned up and nothing buffered is written. Printed is
one JSON object: the outbox of an undisturbed run, and what became of it after each kill and one more run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from consolidator.workflows import verify, weekly
from tests.district import W1, W2, District, InlineWorkers

KILLED = 9
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "COMMIT", "ROLLBACK")


class Steps:
    """Counts the steps of this process and ends it before one of them; ``torn`` leaves half of the journal's last line."""

    def __init__(self, outbox: Path, kill_at: int | None = None, *, torn: bool = False):
        self.outbox, self.kill_at, self.torn = str(outbox), kill_at, torn
        self.names: list[str] = []
        sys.addaudithook(self._audit)
        sync, connect = os.fsync, sqlite3.connect

        def fsync(descriptor: int) -> None:
            self._step("fsync journal.jsonl", descriptor)
            sync(descriptor)

        os.fsync = fsync
        sqlite3.connect = lambda *given, **named: connect(*given, **{**named, "factory": _index_of(self)})

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not flags & (os.O_WRONLY | os.O_RDWR) or not str(path).endswith("journal.jsonl"):
                return
        elif event in ("os.rename", "os.remove", "os.rmdir", "os.truncate"):
            path = arguments[1] if event == "os.rename" else arguments[0]
        else:
            return
        text = os.fsdecode(path) if not isinstance(path, int) else ""
        if text.startswith(self.outbox) and not text.endswith((".lock", ".lock.json")):
            self._step(f"{event.removeprefix('os.')} {text.removeprefix(self.outbox + os.sep)}")

    def statement(self, text: str, in_transaction: bool) -> None:
        """A statement within a transaction changes nothing before its COMMIT."""
        first = text.split(maxsplit=1)[0].upper()
        if first in _CHANGES and (first in ("COMMIT", "ROLLBACK") or not in_transaction):
            self._step("sql " + " ".join(text.split()[:3]))

    def _step(self, name: str, descriptor: int | None = None) -> None:
        if self.kill_at == len(self.names):
            if self.torn and descriptor is not None:
                os.ftruncate(descriptor, os.fstat(descriptor).st_size - 40)
            os._exit(KILLED)
        self.names.append(name)


def _index_of(steps: Steps) -> type[sqlite3.Connection]:
    class Index(sqlite3.Connection):
        def execute(self, text: str, *arguments: Any) -> sqlite3.Cursor:
            steps.statement(text, self.in_transaction)
            return super().execute(text, *arguments)

        def executemany(self, text: str, *arguments: Any) -> sqlite3.Cursor:
            steps.statement(text, self.in_transaction)
            return super().executemany(text, *arguments)

    return Index


def in_a_child(work: Callable[[], object]) -> tuple[int, str]:
    """Exit code, and what ``work`` returned as JSON, in a process forked from this one."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read)
            with os.fdopen(write, "w", encoding="utf-8") as file:
                json.dump(work(), file)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as file:
        text = file.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def state(district: District) -> dict[str, Any]:
    """What must be the same however the run went: results, events, papers, originals, nothing half-made."""
    outbox = district.settings.paths.outbox
    files = sorted(path.relative_to(outbox).as_posix() for path in outbox.rglob("*") if path.is_file())
    events = [json.loads(line) for line in (outbox / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        "results": {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(outbox.glob("*/result.json"))},
        "events": [{key: value for key, value in event.items() if key not in ("n", "prev", "at")} for event in events
                   if event["event"] != "written"],
        "files": [name for name in files if not name.startswith(".lock") and not name.endswith(("-wal", "-shm"))],
        "wrong originals": [path.name for path in outbox.glob("*/submissions/*/*")
                            if not hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[:8])],
        "verified": not verify.verify(district.settings).wrong,
    }


def first_run(district: District) -> None:
    """A week with an accepted, a rejected and a duplicate form, a narrative, and a unit that sends nothing."""
    district.send_all(W1, but=["乙局", "丙街道"])
    district.send("乙局", W1, self_found="约20")
    shutil.copyfile(district.folder / "inbox" / "甲局0529.xlsx", district.folder / "inbox" / "甲局又一份.xlsx")
    (district.folder / "inbox" / "甲局说明.txt").write_text("甲局本周检查企业12家。", encoding="utf-8")


def second_run(district: District) -> None:
    """The same week again: the rejected form corrected (退回 goes), an accepted one replaced, one removed."""
    first_run(district)
    weekly.run(district.settings, W1)
    district.send("乙局", W1, "乙局更正.xlsx", self_found=20, self_rectified=10)
    district.send("甲局", W1, "甲局改.xlsx", base=12)
    (district.folder / "inbox" / "甲局又一份.xlsx").unlink()


def next_week(district: District) -> None:
    """The week after, in which one unit is carried."""
    first_run(district)
    weekly.run(district.settings, W1)
    district.send_all(W2, base=13, but=["丙街道"])


STORIES = {"first run": (first_run, W1), "second run": (second_run, W1), "next week": (next_week, W2)}


def main(folder: Path, story: str) -> dict[str, Any]:
    weekly.Workers = InlineWorkers  # type: ignore[misc, assignment]
    before, week = STORIES[story]
    origin = folder / "origin"
    origin.mkdir()
    before(District(origin))

    def again(name: str, work: Callable[[District], Any]) -> tuple[int, Any]:
        copy = folder / re.sub(r"\W", "-", name)
        shutil.copytree(origin, copy)
        try:
            return work(District(copy, write=False))
        finally:
            shutil.rmtree(copy)

    def undisturbed(district: District) -> tuple[list[str], dict[str, Any]]:
        def run() -> list[str]:
            steps = Steps(district.settings.paths.outbox)
            weekly.run(district.settings, week)
            return list(steps.names)

        code, names = in_a_child(run)
        assert code == 0
        return json.loads(names), state(district)

    def killed(at: int, torn: bool) -> Callable[[District], Any]:
        def work(district: District) -> Any:
            def run() -> None:
                Steps(district.settings.paths.outbox, at, torn=torn)
                weekly.run(district.settings, week)

            code, _ = in_a_child(run)
            assert code == KILLED, (at, code)
            code, text = in_a_child(lambda: (weekly.run(district.settings, week), state(district))[1])
            return json.loads(text) if code == 0 else f"the next run ended with {code}"
        return work

    names, whole = again("whole", undisturbed)
    after: list[tuple[str, Any]] = [(name, again(f"killed {at}", killed(at, False))) for at, name in enumerate(names)]
    torn = [at for at, name in enumerate(names) if name.startswith("fsync")]
    after += [(f"half of {names[at]}", again(f"torn {at}", killed(at, True))) for at in torn]
    different = {f"{number} {name}": found if isinstance(found, str) else [key for key in whole if found[key] != whole[key]]
                 for number, (name, found) in enumerate(after) if found != whole}
    return {"steps": names, "killed": len(after), "verified": whole["verified"], "different": different}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2]), ensure_ascii=False))
