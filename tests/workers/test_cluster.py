"""Reading through a real Dask scheduler and two workers over TCP: the same outcomes, whatever dies."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from consolidator.model.submission import Submission
from consolidator.workers import cluster
from consolidator.workers.cluster import ClusterWorkers
from consolidator.workers.pool import Workers
from consolidator.workflows import weekly
from schemas.errors import ConsolidatorError
from schemas.settings import HOME, Paths, Scale, Settings
from tests.command import spawn, tree
from tests.district import W1, W2, District
from tests.ledger.factory import Row, ledger
from tests.workers.test_pool import FORM, lay, many, stand_in

pytest.importorskip("distributed")
SLOWLY = 0.05


def slow(data: bytes, name: str, form) -> Submission:
    """As :func:`stand_in`, at the pace of large files."""
    time.sleep(SLOWLY)
    return stand_in(data, name, form)


@dataclass
class Machines:
    """A scheduler and two workers, each a process of its own."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]

    def kill(self, *processes: subprocess.Popen) -> None:
        for one in processes:
            one.send_signal(signal.SIGKILL)
            one.wait()


def _dask(cwd: Path, what: str, *arguments: str) -> subprocess.Popen:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments], cwd=cwd, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env=clean)


@pytest.fixture
def machines(tmp_path_factory) -> Iterator[Machines]:
    with _started(tmp_path_factory.mktemp("machines")) as started:
        yield started


@contextmanager
def _started(folder: Path, cwd: Path = HOME) -> Iterator[Machines]:
    file = folder / "scheduler.json"
    scheduler = _dask(cwd, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    workers = [_dask(cwd, "worker", "--scheduler-file", str(file), "--host", "127.0.0.1", "--no-nanny", "--no-dashboard",
                     "--nthreads", "1", "--local-directory", str(folder / f"worker{n}")) for n in range(2)]
    try:
        address = _address(file)
        _wait_for(address, len(workers))
        yield Machines(address, scheduler, workers)
    finally:
        for one in (*workers, scheduler):
            one.kill()
            one.wait()


def _address(file: Path) -> str:
    for _ in range(600):
        if file.exists() and file.stat().st_size:
            return json.loads(file.read_text(encoding="utf-8"))["address"]
        time.sleep(0.1)
    raise TimeoutError("no scheduler")


def _wait_for(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def _flagged(reads) -> list[tuple]:
    return [(read.file, read.sha256, read.size, read.submission, read.lasting, bool(read.fault)) for read in reads]


@pytest.mark.parametrize("shared", [False, True])
def test_the_outcomes_are_those_of_local_workers(tmp_path, machines, shared):
    files = lay(tmp_path, **many(40), f010x=b"exit", f020x=b"stall", f030x=b"raise", f035x=b"")
    with Workers(FORM, processes=2, seconds=1.5, reader=stand_in) as here:
        expected = here.read(files)
        known = {read.sha256 for read in expected[:7]}
        some = here.read(files[:9], known)
    done = []
    with ClusterWorkers(FORM, machines.address, shared=shared, seconds=1.5, reader=stand_in) as far:
        reads = far.read(files, progress=lambda now, of: done.append((now, of)))
        assert _flagged(far.read(files[:9], known)) == _flagged(some)
    assert _flagged(reads) == _flagged(expected) and done[-1] == (len(files), len(files))
    codes = {read.file: read.submission.problems[0].code for read in reads if read.submission.problems}
    assert codes == {"f010x.xlsx": "unreadable", "f020x.xlsx": "timed-out", "f030x.xlsx": "program-fault"}


@pytest.mark.parametrize("dies", ["one worker", "both workers", "scheduler"])
def test_machines_that_are_lost_in_mid_run_lose_no_file(tmp_path, machines, monkeypatch, dies):
    monkeypatch.setattr(cluster, "LOST_SECONDS", 2.0)
    files = lay(tmp_path, **many(150))
    with Workers(FORM, processes=2, reader=stand_in) as here:
        expected = here.read(files)
    victims = {"one worker": machines.workers[:1], "both workers": machines.workers, "scheduler": [machines.scheduler]}[dies]
    killed = []

    def kill(done: int, of: int) -> None:
        if done >= 20 and not killed:
            killed.append(done)
            machines.kill(*victims)

    with ClusterWorkers(FORM, machines.address, reader=slow) as far:
        reads = far.read(files, progress=kill)
    assert killed and killed[0] < len(files) // 2
    assert _flagged(reads) == _flagged(expected)


def test_a_whole_run_is_the_same_to_the_byte(tmp_path, machines):
    office = District(tmp_path)
    for week, base in ((W1, 10), (W2, 12)):
        office.send_all(week, base=base)
    (office.folder / "inbox" / "坏.xlsx").write_bytes(b"PK\3\4")
    unit = office.units()[0]
    for week in (W1, W2):  # ledgers go through the same workers, and their rows with them
        rows = [Row(found=week, due="6月底"), Row(description="配电箱没有接地线", found=week, state="说不清")]
        (office.folder / "inbox" / f"{unit}台账{week}.xlsx").write_bytes(ledger(rows, unit, week))
    where = [one for name in ("inbox", "roster") for one in (f"--{name}", getattr(office.settings.paths, name))]
    for name, environment in (("here", {}), ("far", {"CONSOLIDATE_SCHEDULER": machines.address})):
        for week in (W1, W2):
            shown = spawn("run", "--week", str(week), *where, "--outbox", tmp_path / name, folder=tmp_path,
                         CONSOLIDATE_NOW="2023-06-05T09:00:00", **environment)
            assert shown.code == (week == W1) and shown.err == ""  # the bad file goes back once
    here, far = ({path: data for path, (_, data) in tree(tmp_path / name).items() if not path.startswith("history.sqlite3")}
                 for name in ("here", "far"))
    assert here == far and "2023-06-05/result.json" in far


def test_rows_of_ledgers_are_the_same_to_the_byte_though_a_machine_is_lost(tmp_path, machines):
    """Ledgers beside forms, through the workers there; one of them is killed when the first files have come back."""
    subprocess.run([sys.executable, HOME / "benchmarks" / "make_ledgers.py", "1300", tmp_path], check=True)
    killed = []

    def kill(done: int, of: int) -> None:
        if done >= 7 and not killed:
            killed.append((done, of))
            machines.kill(machines.workers[0])

    for name, scheduler, progress in (("here", "", None), ("far", machines.address, kill)):
        paths = Paths(inbox=tmp_path / "both", outbox=tmp_path / name, roster=tmp_path / "roster.csv")
        settings = Settings(paths=paths, scale=Scale(scheduler=scheduler), now=dt.datetime(2023, 6, 5, 9))
        done = weekly.run(settings, W2, progress=progress)
        assert len(done.result.ledger.hazards) > 1200 and not done.faults
    assert killed and killed[0][0] < killed[0][1] // 2
    here, far = ({path: data for path, (_, data) in tree(tmp_path / name).items() if not path.startswith((".lock", "history.sqlite3"))}
                 for name in ("here", "far"))
    assert here == far and "journal.jsonl" in far


def converting(data: bytes, name: str, form, *, program: str) -> Submission:
    """is in for :func:`consolidator.workers.convert.read_converting`."""
    return Submission("form", text=f"converted by {program}")


def test_what_only_this_machine_can_convert_is_read_here(tmp_path, machines):
    files = lay(tmp_path, a=b"{\\rtf1 words}")
    with ClusterWorkers(FORM, machines.address, reader=partial(converting, program="ours")) as far:
        assert far.read(files)[0].submission.text == "converted by ours"


def test_another_version_there_is_reported_and_nothing_is_read(tmp_path, machines, monkeypatch):
    monkeypatch.setattr(cluster, "reader_version", lambda form: "another")
    with ClusterWorkers(FORM, machines.address, reader=stand_in) as far, pytest.raises(ConsolidatorError, match="版本不同"):
        far.read(lay(tmp_path, a=b"1"))


def test_machines_that_do_not_find_the_program_are_reported_in_a_line(tmp_path, tmp_path_factory):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with _started(tmp_path_factory.mktemp("machines"), cwd=tmp_path) as machines, ClusterWorkers(FORM, machines.address) as far, \
            pytest.raises(ConsolidatorError, match="找不到本程序"):
        far.read(lay(inbox, a=b"1"))


def test_a_scheduler_that_is_not_there_is_reported_in_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(ConsolidatorError, match="连不上读取调度机 tcp://127"), ClusterWorkers(FORM, "tcp://127.0.0.1:9"):
        pass
