"""The journal grows by 100,000 lines at a time: what is done to it takes some of them at once."""

from __future__ import annotations

import json
import zlib

import pytest

from consolidator.store import journal as module
from consolidator.store.history import History
from consolidator.store.journal import Journal


def events(count: int) -> list[dict]:
    return [{"event": "seen", "at": f"2023-05-29T10:00:0{n % 10}", "run": 1, "week": "2023-05-29", "file": f"{n}.xlsx", "sha256": str(n),
             "size": n, "original": ""} for n in range(count)]


@pytest.mark.parametrize(("whole", "torn"), [(b"", b""), (b"", b"x" * 50), (b"a\n", b""), (b"a\nbb\n", b"c"), (b"a\n" * 9, b"y" * 40),
                                             (b"\n", b""), (b"x" * 30 + b"\n", b"")])
def test_a_torn_end_of_any_length_is_cut_off(tmp_path, monkeypatch, whole, torn):
    monkeypatch.setattr(module, "_BLOCK", 8)
    path = tmp_path / "journal.jsonl"
    path.write_bytes(whole + torn)
    assert Journal(path).tear() == len(torn)
    assert path.read_bytes() == whole


def test_events_given_one_by_one_make_the_journal_that_a_list_makes(tmp_path, monkeypatch):
    texts = []
    for batch, given in ((1000, events(25)), (7, iter(events(25)))):
        monkeypatch.setattr(module, "_BATCH", batch)
        folder = tmp_path / str(batch)
        folder.mkdir()
        history = History(folder, "form")
        history.record(given, run=True)
        assert (history.runs, len(history.seen())) == (1, 25)
        history.close()
        texts.append((folder / "journal.jsonl").read_bytes())
    assert texts[0] == texts[1]
    assert [json.loads(line)["n"] for line in texts[0].splitlines()] == list(range(1, 26))


def test_a_run_without_events_is_none(tmp_path):
    history = History(tmp_path, "form")
    history.record(iter(()), run=True)
    assert history.runs == 0
    assert not (tmp_path / "journal.jsonl").exists()


def test_events_that_break_off_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 3)

    def broken():
        yield from events(8)
        raise OSError

    history = History(tmp_path, "form")
    with pytest.raises(OSError):
        history.record(broken(), run=True)
    assert (history.runs, history.seen(), history.position()) == (0, {}, f"0 {module.START}")
    history.record(events(2), run=True)
    history.close()
    assert History(tmp_path, "form").runs == 1


def test_a_packed_result_is_kept_piece_by_piece(tmp_path, monkeypatch):
    import datetime as dt

    from consolidator.store import sqlite_index

    monkeypatch.setattr(sqlite_index, "_PIECE", 5)
    packed, history = tmp_path / "packed", History(tmp_path, "form")
    for text in (b"the first" * 9, b"the second"):
        packed.write_bytes(zlib.compress(text))
        history.record(events(1), pending=(dt.date(2023, 5, 29), lambda: packed))
        assert history.pending() == [(dt.date(2023, 5, 29), text)]
