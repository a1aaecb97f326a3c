"""A year that is done with: one zip that verifies, and a next year that begins with its last figures, as if nothing had been taken away."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from consolidator.store import archive as store
from consolidator.workflows import decisions, hazards, verify, weekly
from consolidator.workflows import opening as opening_figures
from consolidator.workflows.archive import archive
from schemas.errors import ClosedWeekError, HistoryError, UsageError
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.command import call, tree
from tests.district import FORM, District, InlineWorkers, file, unit
from tests.ledger.factory import Row, ledger, save

LAST, BEFORE = dt.date(2023, 12, 25), dt.date(2023, 12, 18)
NEXT, AFTER = dt.date(2024, 1, 1), dt.date(2024, 1, 8)


def _at(district: District, day: dt.date) -> None:
    district.settings = district.settings.model_copy(update={"now": dt.datetime.combine(day, dt.time(9))})


def two_weeks_in(folder: Path, text: str = "") -> Path:
    """Two weeks of a campaign of two years, run and closed; 丙街道 sent nothing in the last, 甲局 a ledger. ``text``: another form."""
    path = folder / "schemas" / "two_years.yaml"
    shutil.copytree(HOME / "schemas" / "ledgers", path.parent / "ledgers")
    text = text or FORM.read_text(encoding="utf-8")
    path.write_text(text.replace("last_week: 2023-12-25", "last_week: 2024-12-23"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
        office = on_day(District(folder), LAST)
        save(folder / "inbox", "甲局台账.xlsx", ledger([Row(), Row(firm="乙厂", description="未持证上岗")], "甲局", BEFORE))
        office.send_all(BEFORE)
        office.run(BEFORE)
        decisions.close(office.settings, BEFORE)
        (folder / "inbox" / "甲局台账.xlsx").unlink()
        office.send_all(LAST, base=12, but=["丙街道"])
        office.run(LAST)
        decisions.close(office.settings, LAST)
    return folder


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory) -> Path:
    """:func:`two_weeks_in`, made once."""
    return two_weeks_in(tmp_path_factory.mktemp("office"))


def on_day(district: District, day: dt.date) -> District:
    """``district`` with the form of two years, on ``day``."""
    path = district.folder / "schemas" / "two_years.yaml"
    district.form = load_form(path)
    district.settings = district.settings.model_copy(update={"paths": district.settings.paths.model_copy(update={"form": path})})
    _at(district, day)
    return district


@pytest.fixture
def office(two_weeks, tmp_path, monkeypatch) -> District:
    """A copy of these two weeks, at the beginning of the next year."""
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    folder = tmp_path / "office"
    shutil.copytree(two_weeks, folder)
    return on_day(District(folder, write=False), NEXT)


def _outbox(office: District) -> Path:
    return office.folder / "outbox"


def test_the_next_year_goes_on_as_if_nothing_had_been_taken_away(office, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(_outbox(office), other)
    done = archive(office.settings, 2023)
    assert (done.weeks, done.lines) == ([BEFORE, LAST], [])
    office.send("甲局", NEXT, base=11)  # a fall
    office.send("乙局", NEXT, base=15)
    result = weekly.run(office.settings).result
    unarchived = office.settings.model_copy(update={"paths": office.settings.paths.model_copy(update={"outbox": other})})
    expected = weekly.run(unarchived).result
    assert result.week == expected.week == NEXT and "falls" in {found.code for found in file(result, "甲局0101.xlsx").problems}
    for one, same in zip(result.units, expected.units, strict=True):
        assert (one.unit, one.source, one.from_week, one.figures, one.previous, one.increments) == \
            (same.unit, same.source, same.from_week, same.figures, same.previous, same.increments)
    assert unit(result, "丙街道").from_week == BEFORE and result.totals == expected.totals and result.increments == expected.increments
    assert {one.file: one.status for one in result.submissions} == {one.file: one.status for one in expected.submissions}
    assert verify.verify(office.settings).wrong is False
    verify.rebuild(office.settings)
    assert weekly.run(office.settings).result.totals == expected.totals


def test_the_archive_has_everything_to_the_byte_and_the_outbox_no_more_of_it(office):
    before = {name: data for name, (_, data) in tree(_outbox(office)).items() if name.startswith("2023-")}
    done = archive(office.settings, 2023)
    with zipfile.ZipFile(done.path) as opened:
        assert {name: opened.read(name) for name in opened.namelist() if name.startswith("2023-")} == before
        assert opened.testzip() is None
    left = [name for name in tree(_outbox(office)) if name.startswith("2023-")]
    assert len(left) == 1 and "台账" in left[0]  # what hazards are read from again
    assert not (_outbox(office) / str(LAST)).exists()
    found = verify.verify_archive(office.settings, done.path)
    assert not found.wrong and "2 期（2023-12-18 至 2023-12-25）" in found.lines[-1] and "与发件夹的历史记录所记一致" in found.lines[-1]
    assert Path(f"{done.path}{store.SIDE}").read_text(encoding="utf-8").split()[0] == store.check(done.path).sha256


def test_hazards_and_decisions_outlive_the_year(office):
    before = hazards.find(office.settings, LAST).hazards
    assert len(before) == 2
    archive(office.settings, 2023)
    office.send_all(NEXT, base=14)
    office.run(NEXT)
    after = hazards.find(office.settings, NEXT).hazards
    assert [(one.id, one.state, one.units) for one in after] == [(one.id, one.state, one.units) for one in before]
    assert len(list((_outbox(office) / str(BEFORE)).rglob("*.xlsx"))) == 1  # its original stays


@pytest.mark.parametrize("change", ["member", "journal", "list", "cut", "swapped"])
def test_any_change_of_an_archive_is_found(office, tmp_path, change):
    done = archive(office.settings, 2023)
    data = done.path.read_bytes()
    if change == "cut":
        done.path.write_bytes(data[:-200])
    else:
        with zipfile.ZipFile(done.path) as opened:
            parts = {name: opened.read(name) for name in opened.namelist()}
        name = next(one for one in parts if "submissions" in one)
        if change == "member":
            parts[name] += b" "
        elif change == "journal":
            parts["journal.jsonl"] = parts["journal.jsonl"].replace("甲局".encode(), "乙局".encode(), 1)
        elif change == "list":
            del parts[name]
        with zipfile.ZipFile(done.path, "w") as made:
            for one, part in parts.items():
                made.writestr(one, part)
        if change == "swapped":  # whole, and another file than the journal knows
            Path(f"{done.path}{store.SIDE}").unlink()
    assert verify.verify_archive(office.settings, done.path).wrong
    assert verify.verify(office.settings).wrong


def test_an_archive_kept_elsewhere_is_no_fault_of_the_outbox(office, tmp_path):
    done = archive(office.settings, 2023)
    moved = tmp_path / done.path.name
    shutil.move(done.path, moved)
    found = verify.verify(office.settings)
    assert not found.wrong and "另存" in found.lines[0]
    assert not verify.verify_archive(office.settings, moved).wrong


@pytest.mark.parametrize("where", ["check", "replace", "rebuilt", "unpacked_away"])
def test_one_killed_anywhere_has_lost_nothing_and_runs_again(office, monkeypatch, where):
    class Killed(BaseException):
        pass

    def kill(*_, **__):
        raise Killed

    before = tree(_outbox(office))
    with monkeypatch.context() as patched:
        place = "consolidator.store.journal.Journal" if where == "replace" else "consolidator.workflows.archive"
        patched.setattr(f"{place}.{where}", kill)
        with pytest.raises(Killed):
            archive(office.settings, 2023)
    if where in ("check", "replace"):
        after = tree(_outbox(office))
        assert {name: data for name, (_, data) in before.items()} == {name: after[name][1] for name in before}
    if where == "rebuilt":
        with pytest.raises(HistoryError, match="--rebuild"):
            archive(office.settings, 2023)
        verify.rebuild(office.settings)
    archive(office.settings, 2023)
    assert len([name for name in tree(_outbox(office)) if name.startswith("2023-")]) == 1
    assert not verify.verify(office.settings).wrong
    assert sum(one.suffix == ".zip" for one in (_outbox(office) / "archive").iterdir()) == 1


def test_what_a_person_has_put_there_stays(office):
    note = _outbox(office) / str(LAST) / "笔记.txt"
    note.write_text("手写", encoding="utf-8")
    archive(office.settings, 2023)
    assert not note.exists()  # it is in the archive
    note.parent.mkdir()
    note.write_text("后来写的", encoding="utf-8")
    archive(office.settings, 2023)  # removes what is left over, and nothing that is not in the archive
    assert note.read_text(encoding="utf-8") == "后来写的"


def test_only_a_year_that_is_done_with_is_archived(office):
    decisions.reopen(office.settings, LAST, "更正")
    with pytest.raises(UsageError, match="还没有定稿"):
        archive(office.settings, 2023)
    with pytest.raises(UsageError, match="没有可以归档"):
        archive(office.settings, 2022)
    _at(office, dt.date(2023, 12, 20))
    office.run(LAST)
    decisions.close(office.settings, LAST)
    with pytest.raises(UsageError, match="2024 年还有 2024-01-01 等"):
        archive(office.settings, 2024)


def test_archived_weeks_are_neither_run_nor_opened_again(office, tmp_path):
    archive(office.settings, 2023)
    for week in (LAST, BEFORE, dt.date(2023, 6, 5)):
        with pytest.raises(ClosedWeekError, match="已归档"):
            weekly.run(office.settings, week)
    table = tmp_path / "表.xlsx"
    table.write_bytes(b"x")
    with pytest.raises(UsageError):
        opening_figures.opening(office.settings, table, LAST)
    assert weekly.status(office.settings).result.week == NEXT


def test_weeks_of_the_new_year_that_were_run_already_stay_as_they_were(office):
    _at(office, NEXT)
    office.send_all(NEXT, base=14)
    office.run(NEXT)
    papers = {name: data for name, (_, data) in tree(_outbox(office)).items() if name.startswith("2024-")}
    archive(office.settings, 2023)
    assert {name: data for name, (_, data) in tree(_outbox(office)).items() if name.startswith("2024-")} == papers
    _at(office, AFTER)
    office.send_all(AFTER, base=15)
    result = weekly.run(office.settings).result
    assert result.week == AFTER and result.previous_week == NEXT and result.increments["self_found"] == 3
    assert not verify.verify(office.settings).wrong


def test_a_second_year_follows_the_first(office):
    first = archive(office.settings, 2023)
    _at(office, NEXT)
    office.send_all(NEXT, base=14)
    office.run(NEXT)
    decisions.close(office.settings, NEXT)
    _at(office, dt.date(2025, 1, 2))
    second = archive(office.settings, 2024)
    assert second.weeks == [NEXT] and second.path.name == "2024.zip" and first.path.exists()
    lines = [json.loads(line) for line in (_outbox(office) / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["year"] for one in lines if one["event"] == "archived"] == [2024, 2023]
    assert not verify.verify(office.settings).wrong
    assert not verify.verify_archive(office.settings, first.path).wrong and not verify.verify_archive(office.settings, second.path).wrong


def test_an_original_that_was_lost_before_is_reported_and_does_not_stand_in_the_way(office):
    lost = next((_outbox(office) / str(BEFORE) / "submissions").rglob("*.xlsx"))
    lost.unlink()
    done = archive(office.settings, 2023)
    assert "原件有 1 个" in done.lines[0]
    found = verify.verify_archive(office.settings, done.path)
    assert not found.wrong and lost.name in found.lines[0]


def test_the_command_and_its_words(office, capsys):
    paths = office.settings.paths
    where = [one for name in ("inbox", "outbox", "roster", "form") for one in (f"--{name}", getattr(paths, name))]
    shown = call(capsys, "archive", "2023", *where)
    path = _outbox(office) / "archive" / "2023.zip"
    assert shown.code == 0 and "共 2 期" in shown.out and str(path) in shown.out
    assert call(capsys, "history", "--verify", path, *where).code == 0
    path.write_bytes(b"PK")
    shown = call(capsys, "history", "--verify", path, *where)
    assert shown.code == 3 and "已损坏" in shown.out
    assert call(capsys, "history", "--rebuild", path, *where).code == 2
    assert call(capsys, "history", "--verify", path.with_name("没有.zip"), *where).code == 2


def test_figures_of_a_year_begin_anew_after_its_last_week(tmp_path, monkeypatch):
    """2023-12-25 is the last week; in January one figure counts from nothing, the cumulative ones go on from the last figures."""
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    text = FORM.read_text(encoding="utf-8")
    yearly = re.sub(r"(name: lectures\b[^}\n]*)", r"\1, measure: year", text)
    assert yearly != text
    office = on_day(District(two_weeks_in(tmp_path, yearly), write=False), AFTER)
    assert office.form.figures["lectures"].measure == "year"
    archive(office.settings, 2023)
    office.send("甲局", NEXT, base=15, lectures=2)
    office.send("乙局", NEXT, base=15, lectures=0)
    result = office.run(NEXT)
    assert [unit(result, name).increments["lectures"] for name in ("甲局", "乙局", "丙街道")] == [2, 0, None]
    assert [unit(result, name).increments["checked"] for name in ("甲局", "乙局")] == [3, 3]
    assert unit(result, "丙街道").figures["lectures"] is None and unit(result, "丙街道").figures["checked"] == 10
    assert (result.totals["lectures"], result.increments["lectures"]) == (2, 2)
    falls = {found.code for one in result.submissions for found in one.problems if found.figure == "lectures"}
    assert not falls & {"falls", "falls-to-blank", "level-falls"}
    decisions.close(office.settings, NEXT)
    office.send("甲局", AFTER, base=16, lectures=1)
    office.send("丙街道", AFTER, base=16, lectures=4)
    result = office.run(AFTER)
    assert [unit(result, name).increments["lectures"] for name in ("甲局", "乙局", "丙街道")] == [-1, 0, 4]
    assert "level-falls" in {found.code for found in file(result, "甲局0108.xlsx").problems if found.figure == "lectures"}
    assert sum(one.increments["lectures"] or 0 for one in result.units) == result.increments["lectures"]
