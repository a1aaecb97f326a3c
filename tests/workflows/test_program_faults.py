"""Where the program itself fails: logged with its traceback, exit code 3, nobody is asked to report again, all else is done."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.cli import main
from consolidator.mail.letters import return_letters
from consolidator.model.fault import Fault
from consolidator.reading.ledgers.read_file import read_with_ledgers
from consolidator.store import errors_log
from consolidator.store.errors_log import NAME, log_faults
from consolidator.workers.pool import Workers
from consolidator.writing.returns import annotating
from schemas.roster import load_roster
from tests.command import call
from tests.district import W1, InlineWorkers, codes, file, unit


def failing(data, name, form):
    """Fails at 乙局's form, as a bug of ours might."""
    if "乙局" in name:
        raise KeyError("乙局's row")
    return read_with_ledgers(data, name, form)


@pytest.fixture
def with_a_bug(monkeypatch):
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", lambda form, **_: Workers(form, reader=failing, processes=1))


@pytest.fixture
def office(district, monkeypatch, capsys):
    for name in ("inbox", "outbox", "roster", "form"):
        monkeypatch.setenv(f"CONSOLIDATE_{name.upper()}", str(getattr(district.settings.paths, name)))
    monkeypatch.setenv("CONSOLIDATE_NOW", "2023-12-31T09:00:00")
    return lambda *arguments: call(capsys, *arguments)


def test_a_failure_in_reading_is_logged_and_the_unit_is_left_alone(office, district, with_a_bug):
    district.send_all(W1)
    done = office("run", "--week", W1)
    assert done.code == main.EXIT_BROKEN
    line = done.err.strip().splitlines()
    assert len(line) == 1 and "乙局0529.xlsx" in line[0] and "单位不必重报" in line[0] and NAME in line[0]
    text = (district.folder / "outbox" / NAME).read_text(encoding="utf-8")
    assert "乙局0529.xlsx" in text and "Traceback" in text and "KeyError" in text and "in failing" in text
    result = district.result_json(W1)
    assert {one["unit"]: (one["source"], one["awaiting"]) for one in result["units"]} == {
        "甲局": ("reported", None), "乙局": ("missing", None), "丙街道": ("reported", None)}
    week = district.week(W1)
    assert not (week / "退回").exists() and "乙局" not in (week / "催报通知.txt").read_text(encoding="utf-8-sig")


def test_a_file_that_the_program_failed_at_is_read_again_and_counts(district, monkeypatch):
    district.send_all(W1)
    with monkeypatch.context() as patched:
        patched.setattr("consolidator.workflows.weekly.Workers", lambda form, **_: Workers(form, reader=failing, processes=1))
        first = district.run_whole(W1)
    assert [one.what for one in first.faults] == ["乙局0529.xlsx"]
    assert codes(file(first.result, "乙局0529.xlsx")) == {"program-fault"}
    again = district.run_whole(W1)
    assert not again.faults and unit(again.result, "乙局").source == "reported" and again.result.totals["self_found"] == 30
    letters, _ = return_letters(first.result, district.form, district.settings,
                                load_roster(district.roster, district.form), district.week(W1) / "退回")
    assert letters == []


@pytest.mark.parametrize("command", ["status", "check"])
def test_commands_that_write_nothing_show_the_traceback(office, district, with_a_bug, command):
    path = district.send("乙局", W1)
    done = office("status", "--week", W1) if command == "status" else office("check", path)
    assert done.code == main.EXIT_BROKEN and "KeyError" in done.err and "上面的文字" in done.err
    assert not (district.folder / "outbox" / NAME).exists()


def _failing_mark(cell, one, *, real=annotating._mark):
    if one.written == "约20":
        raise ZeroDivisionError("a bug")
    real(cell, one)


def test_a_failure_in_annotating_costs_one_copy(district, monkeypatch):
    monkeypatch.setattr(annotating, "_mark", _failing_mark)
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    district.send("甲局", W1, self_found="约20")
    district.send("乙局", W1, self_found="大概30")
    done = district.run_whole(W1)
    back = district.week(W1) / "退回"
    assert sorted(path.name for path in back.iterdir()) == [
        f"乙局_退回{W1}.txt", f"乙局_退回{W1}.xlsx", f"甲局_退回{W1}.txt"]
    assert [one.what for one in done.faults] == ["甲局0529.xlsx"] and "批注件。" not in (
        back / f"甲局_退回{W1}.txt").read_text(encoding="utf-8-sig")
    assert "ZeroDivisionError" in (district.folder / "outbox" / NAME).read_text(encoding="utf-8")


def test_one_traceback_of_many_files_is_logged_once_and_the_log_does_not_grow_for_ever(tmp_path, monkeypatch):
    at = dt.datetime(2023, 6, 5, 9)
    log_faults(tmp_path, [Fault(f"f{number}", "Traceback x") for number in range(50)], at)
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert text.count("Traceback x") == 1 and "f19" in text and "(and 30 more)" in text
    monkeypatch.setattr(errors_log, "MOST", 10)
    log_faults(tmp_path, [Fault("g", "Traceback y")], at)
    assert "Traceback x" not in (tmp_path / NAME).read_text(encoding="utf-8")
    assert "Traceback x" in (tmp_path / errors_log.OLDER).read_text(encoding="utf-8")
