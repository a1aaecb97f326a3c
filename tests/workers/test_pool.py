"""Reading in workers: all files come back, whatever one of them does to its worker."""

from __future__ import annotations

import ctypes
import faulthandler
import hashlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.inbox import InboxFile, list_files
from consolidator.model.submission import Submission
from consolidator.reading.files import zip_package
from consolidator.workers import pool, process, task
from consolidator.workers.pool import SMALL_CHUNK, Workers, chunks_of, processes_for
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.packages import openpyxl_xlsx

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")


def stand_in(data: bytes, name: str, form) -> Submission:
    """Reads nothing: does to its process what the file says."""
    if data == b"exit":
        os._exit(3)
    faulthandler.disable()  # pytest's
    if data == b"words":
        os.write(2, b"thread panicked at ...")
        os.abort()
    if data == b"segfault":
        ctypes.string_at(0)
    if data == b"stall":
        time.sleep(60)
    if data == b"memory":
        return Submission("form", text=str(len(bytearray(1 << 44))))
    if data == b"raise":
        raise RecursionError("too deep")
    if data == b"bug":
        raise ImportError("no module named x")
    return Submission("form", text=f"{form.name} {name} {data.decode('latin-1')}")


def lay(folder: Path, **contents: bytes) -> list[InboxFile]:
    for name, data in contents.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return list_files(folder)


def read_files(files, known=(), *, reader=stand_in, **options) -> list:
    """What workers that live as long as the call make of ``files``; one alone where they are few."""
    with Workers(FORM, processes=1 if len(files) < 4 else None, reader=reader) as workers:
        return workers.read(files, known, **options)


def many(count: int) -> dict[str, bytes]:
    return {f"f{number:03}": b"%d" % number for number in range(count)}


def test_every_file_comes_back_in_order_with_its_hash(tmp_path):
    files = lay(tmp_path, **many(50))
    done = []
    reads = read_files(files, progress=lambda now, of: done.append((now, of)))
    assert [read.file for read in reads] == [file.file for file in files]
    assert [read.sha256 for read in reads] == [hashlib.sha256(b"%d" % number).hexdigest() for number in range(50)]
    assert reads[7].submission.text == f"{FORM.name} f007.xlsx 7" and reads[7].size == 1 and reads[7].lasting
    assert done == [(number, 50) for number in range(1, 51)]


@pytest.mark.parametrize("cores, small, large", [(1, 1, None), (2, 1, None), (8, 7, None), (64, pool.MOST_WORKERS, None)])
def test_a_small_inbox_leaves_a_core_to_the_command_itself(monkeypatch, cores, small, large):
    monkeypatch.setattr(pool, "_cores", lambda: cores)
    one = InboxFile("a", "a", pool.SMALL_INBOX - 1, 0.0)
    assert processes_for([one]) == small and processes_for([]) == small
    assert processes_for([one, InboxFile("b", "b", 1, 0.0)]) is large


def test_no_files_are_no_work():
    assert read_files([]) == []


@given(st.lists(st.integers(0, 40 * SMALL_CHUNK), max_size=200), st.integers(1, 16), st.integers(1, 128))
@settings(deadline=None)
def test_chunks_hold_each_file_once_and_a_large_one_alone_and_first(sizes, readers, most):
    chunks = chunks_of(range(len(sizes)), sizes, readers, most)
    assert sorted(number for chunk in chunks for number in chunk) == list(range(len(sizes)))
    share = max(SMALL_CHUNK, sum(sizes) // (8 * readers))
    assert all(0 < len(chunk) <= most and (len(chunk) == 1 or sum(sizes[number] for number in chunk) <= share) for chunk in chunks)
    large = [sizes[number] for number in range(len(sizes)) if sizes[number] > share]
    assert [sizes[chunk[0]] for chunk in chunks[:len(large)]] == sorted(large, reverse=True)
    rest = [number for chunk in chunks[len(large):] for number in chunk]
    assert rest == sorted(rest)


def test_equal_files_are_handed_out_evenly():
    sizes = [2 * SMALL_CHUNK] * 26
    assert {len(chunk) for chunk in chunks_of(range(26), sizes, 2, 128)} == {1}
    assert [len(chunk) for chunk in chunks_of(range(4_000), [10_000] * 4_000, 2, 128)] == [128] * 31 + [32]


@pytest.mark.parametrize("deed, code", [(b"exit", "unreadable"), (b"segfault", "unreadable"), (b"stall", "timed-out")])
def test_a_file_that_ends_its_worker_is_the_only_one_reported(tmp_path, deed, code):
    files = lay(tmp_path, **many(30), f010x=deed)
    with Workers(FORM, processes=2, seconds=1.5, reader=stand_in) as pool:
        reads = pool.read(files)
    reported = {read.file: read for read in reads if read.submission.kind == "unreadable"}
    assert list(reported) == ["f010x.xlsx"] and len(reads) == 31
    culprit = reported["f010x.xlsx"]
    assert [one.code for one in culprit.submission.problems] == [code] and not culprit.lasting
    assert culprit.sha256 == hashlib.sha256(deed).hexdigest()


def test_several_culprits_are_each_reported(tmp_path):
    files = lay(tmp_path, **many(12), a=b"exit", b=b"exit", z=b"exit")
    with Workers(FORM, processes=2, seconds=5, reader=stand_in) as pool:
        reads = pool.read(files)
        assert [read.file for read in reads if read.submission.kind == "unreadable"] == ["a.xlsx", "b.xlsx", "z.xlsx"]
        assert all(read.submission.kind == "form" for read in pool.read(files[2:-1]))  # the pool lives on


def test_what_the_reader_raises_is_our_fault_and_not_kept(tmp_path):
    reads = read_files(lay(tmp_path, a=b"1", b=b"raise", c=b"3"))
    assert [read.submission.kind for read in reads] == ["form", "unreadable", "form"]
    problem, = reads[1].submission.problems
    assert problem.code == "program-fault" and not reads[1].lasting
    assert "RecursionError: too deep" in reads[1].fault and "in stand_in" in reads[1].fault


@pytest.mark.parametrize(("left", "code", "ours"), [(True, "too-large", False), (False, "program-fault", True)])
def test_memory_that_runs_out_is_the_files_fault_while_the_machine_has_some(tmp_path, monkeypatch, left, code, ours):
    monkeypatch.setattr(task, "MEMORY_LEFT", 0 if left else 1 << 60)
    (file,) = lay(tmp_path, b=b"memory")
    (read,) = task.read_chunk(task.Bench(FORM, stand_in), [file])
    assert [one.code for one in read.submission.problems] == [code] and not read.lasting and bool(read.fault) == ours


def test_our_own_broken_installation_is_no_file_s_fault(tmp_path):
    with pytest.raises(ImportError):
        read_files(lay(tmp_path, a=b"bug"))


def test_known_files_are_hashed_and_not_read(tmp_path):
    files = lay(tmp_path, **many(20))
    known = {hashlib.sha256(b"%d" % number).hexdigest() for number in range(15)}
    reads = read_files(files, known)
    assert [read.submission is None for read in reads] == [number < 15 for number in range(20)]
    assert [read.sha256 for read in reads if read.submission is None] == [
        hashlib.sha256(b"%d" % number).hexdigest() for number in range(15)]


def test_files_that_cannot_be_opened_are_reported_and_stay_two(tmp_path):
    files = lay(tmp_path, a=b"1", b=b"2", c=b"3")
    (tmp_path / "a.xlsx").unlink()
    (tmp_path / "b.xlsx").unlink()
    (tmp_path / "b.xlsx").mkdir()  # as unreadable as a locked file, for any user
    linked = InboxFile(str(tmp_path / "c.xlsx"), "link", 0, 0.0, linked=True)
    reads = read_files([*files, linked], {"no such hash"})
    assert [one.code for read in reads for one in read.submission.problems] == [
        "unopened-file", "unopened-file", "linked-file"]
    assert len({read.sha256 for read in reads}) == 4 and [read.lasting for read in reads] == [False, False, True, False]


def test_a_huge_scan_is_known_by_its_head_and_a_huge_workbook_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_package, "MOST_FILE", 100)
    files = lay(tmp_path, scan=b"%PDF" + b"x" * 5000, table=openpyxl_xlsx())
    scan, table = task.read_chunk(task.Bench(FORM, stand_in), files)
    assert scan.submission.kind == "form" and len(scan.submission.text) < 4200 and scan.size == 5004
    assert [one.code for one in table.submission.problems] == ["too-large"]


def test_workers_are_spawned_where_another_thread_runs(tmp_path):
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    try:
        assert not process.may_fork()
        reads = read_files(lay(tmp_path, a=b"1", b=b"2"))
        assert [read.submission.kind for read in reads] == ["form", "form"]
    finally:
        go.set()
        thread.join()


def test_the_real_reader_reads(tmp_path):
    reads = read_files(lay(tmp_path, a=openpyxl_xlsx(), b=b""), reader=None)
    assert [one.code for read in reads for one in read.submission.problems] == ["not-a-form", "empty-file"]


def test_a_stray_abort_of_a_library_says_nothing_on_the_screen(tmp_path, capfd):
    read_files(lay(tmp_path, a=b"words"))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("after", [0.0, 0.01, 0.03, 0.1])
def test_a_worker_killed_at_any_moment_costs_no_file(tmp_path, after):
    files = lay(tmp_path, **many(60))
    with Workers(FORM, processes=2, reader=stand_in) as workers:
        outcomes = workers.start(files)
        time.sleep(after)
        for child in multiprocessing.active_children()[:1]:
            child.kill()
        reads = outcomes()
    assert [read.file for read in reads] == [file.file for file in files]
    assert {read.submission.kind for read in reads} == {"form"}


def wait_for(path: Path) -> None:
    """Work that lasts until ``path`` is there."""
    while not path.exists():
        time.sleep(0.01)


def test_shared_work_that_no_worker_has_begun_is_done_here(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "_cores", lambda: 2)
    with Workers(FORM, processes=1, reader=stand_in) as workers:
        busy = workers.begin(wait_for, tmp_path / "go")
        there, here = workers.begin(os.getpid), workers.begin(os.getpid, shared=True)
        assert here() == os.getpid()
        (tmp_path / "go").touch()
        assert busy() is None and there() != os.getpid()


def test_with_a_worker_for_each_core_shared_work_waits_for_one(monkeypatch):
    monkeypatch.setattr(pool, "_cores", lambda: 1)
    with Workers(FORM, processes=1, reader=stand_in) as workers:
        assert workers.begin(os.getpid, shared=True)() != os.getpid()


DIES_AT_ONCE = """
import multiprocessing, os, sys, threading
if multiprocessing.parent_process() is not None:
    os._exit(1)  # as a spawned worker whose start an antivirus program forbids
sys.path.insert(0, sys.argv[1])
threading.Thread(target=threading.Event().wait, daemon=True).start()  # so that nothing is forked
import consolidator
from consolidator.workers.pool import Workers
from consolidator.workers.supervisor import NoWorkers
with Workers(consolidator.load_form("major_hazards_2023"), processes=2) as pool:
    try:
        pool.begin(os.getpid)
        pool.begin(os.getpid)()
    except NoWorkers as error:
        print("no workers:", error)
"""


def test_workers_that_die_at_once_are_not_waited_for(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(DIES_AT_ONCE, encoding="utf-8")
    done = subprocess.run([sys.executable, script, str(HOME)], capture_output=True, timeout=300, text=True, encoding="utf-8")
    assert done.returncode == 0 and done.stdout.startswith("no workers: "), done.stderr
