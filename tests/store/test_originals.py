"""Originals: copied to their unit's folder, and only what was read is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from functools import partial

import pytest

from consolidator.store.originals import Original, keep, place_of
from consolidator.workflows import collect, commit
from schemas.errors import ConsolidatorError
from tests.district import W1, District

WEEK = dt.date(2023, 6, 5)


def original(folder, name: str, data: bytes, unit: str | None = "甲局") -> Original:
    (folder / name).write_bytes(data)
    return Original(str(folder / name), hashlib.sha256(data).hexdigest(), len(data), f"子/{name}", unit)


def test_each_is_kept_by_unit_and_hash(tmp_path):
    ones = [original(tmp_path, "表.xlsx", b"1"), original(tmp_path, "二.xlsx", b"2" * 3_000_000, None)]
    kept = {one.sha256: place for one, place in keep(ones, WEEK.isoformat(), tmp_path / "out", partial)()}
    assert kept == {one.sha256: place_of(one, WEEK.isoformat()) for one in ones}
    assert kept[ones[0].sha256] == f"2023-06-05/submissions/甲局/{ones[0].sha256[:8]}_表.xlsx"
    assert [(tmp_path / "out" / kept[one.sha256]).stat().st_size for one in ones] == [1, 3_000_000]


def test_what_a_killed_run_left_is_removed_or_written_over(tmp_path):
    one, other = original(tmp_path, "表.xlsx", b"short"), original(tmp_path, "二.xlsx", b"other", "乙局")
    place, aside = tmp_path / "out" / place_of(one, WEEK.isoformat()), tmp_path / "out" / "2023-06-05" / ".part-originals"
    for folder in (place.parent, aside):
        folder.mkdir(parents=True)
    place.write_bytes(b"short")
    (aside / other.sha256).write_bytes(b"a torn beginning")
    keep([one, other], WEEK.isoformat(), tmp_path / "out", partial)()
    assert place.read_bytes() == b"short" and (tmp_path / "out" / place_of(other, WEEK.isoformat())).read_bytes() == b"other"
    assert not aside.exists()


def test_a_run_that_ends_in_an_error_leaves_nothing_half_made(tmp_path, monkeypatch):
    district = District(tmp_path)
    district.send_all(W1)

    def fails(*_):
        raise RuntimeError("our own bug")

    monkeypatch.setattr(commit, "_accepted", fails)
    with pytest.raises(RuntimeError, match="our own bug"):
        district.run(W1)
    assert not [path for path in (tmp_path / "outbox").rglob("*") if path.name.startswith(".part-")]
    monkeypatch.undo()
    assert district.run(W1).totals["self_found"] == 30
    for path in district.week(W1).glob("submissions/*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[:8])


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"other"), lambda path: path.unlink(),
                                  lambda path: (path.unlink(), path.mkdir())], ids=["changed", "gone", "a folder"])
def test_a_file_that_changed_since_it_was_read_is_reported(tmp_path, harm):
    one = original(tmp_path, "表.xlsx", b"read")
    harm(tmp_path / "表.xlsx")
    with pytest.raises(ConsolidatorError, match=re.escape("“子/表.xlsx”在汇总时被改动")):
        keep([one], WEEK.isoformat(), tmp_path / "out", partial)()
    assert [path.name for path in (tmp_path / "out" / "2023-06-05").iterdir()] == ["submissions"]
    assert not [*(tmp_path / "out" / "2023-06-05" / "submissions").iterdir()]


def test_a_run_in_which_a_file_changes_records_nothing(tmp_path, monkeypatch):
    district = District(tmp_path)
    district.send_all(W1)
    changed, *_ = sorted((tmp_path / "inbox").iterdir())
    choose = collect.choose_week

    def choose_late(*arguments):
        changed.write_bytes(changed.read_bytes() + b" ")
        return choose(*arguments)

    monkeypatch.setattr(collect, "choose_week", choose_late)
    with pytest.raises(ConsolidatorError, match=re.escape(f"“{changed.name}”在汇总时被改动")):
        district.run(W1)
    monkeypatch.undo()
    assert not (tmp_path / "outbox" / "journal.jsonl").exists()
    assert {path.name for path in district.week(W1).iterdir()} == {"submissions"}
    assert district.run(W1).totals["self_found"] == 30
