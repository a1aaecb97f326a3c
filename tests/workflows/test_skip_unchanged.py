"""A run or a status over what was run already: the result is while nothing at all has changed, and no longer."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.workflows import decisions, weekly
from consolidator.workflows.verify import rebuild
from tests.district import W1, W2, W3
from tests.ledger.factory import Row, ledger

REPORT = "阶段工作情况报告.docx"


@pytest.fixture
def anew(district, monkeypatch):
    """A week that was run, and a function that says whether the next run works anew."""
    district.send_all(W1)
    district.send("甲局", W1, "甲局（错）.xlsx", checked="三五家")
    district.run(W1)
    worked = []
    inline = weekly.Workers

    class Watched(inline):
        def __enter__(self):
            worked.append(True)
            return super().__enter__()

    monkeypatch.setattr("consolidator.workflows.weekly.Workers", Watched)

    def again(call=lambda: district.run(W1)) -> bool:
        worked.clear()
        call()
        return bool(worked)
    return again


def test_the_result_stands_while_nothing_has_changed(district, anew):
    before = {path: path.read_bytes() for path in district.week(W1).rglob("*") if path.is_file()}
    assert not anew() and not anew(district.run_whole)
    again = district.run_whole(W1)
    assert again.rejected and again.result.totals == district.result_json(W1)["totals"]
    assert before == {path: path.read_bytes() for path in district.week(W1).rglob("*") if path.is_file()}


def test_status_shows_the_standing_result_with_what_is_yet_to_come(district, anew):
    (district.folder / "inbox" / f"乙局{W1:%m%d}.xlsx").unlink()
    district.send_all(W2, base=14, but=["乙局"])
    district.run(W2)
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 7, 4)})
    first = weekly.status(district.settings, W2)
    district.run(W2)
    assert not anew(lambda: weekly.status(district.settings, W2))
    again = weekly.status(district.settings, W2)
    assert again.result.totals == first.result.totals and again.due == first.due and again.now == first.now
    assert [one.expected for one in again.result.units] == [one.expected for one in first.result.units]


@pytest.mark.parametrize("change", ["a file", "its name", "one more", "one less", "roster", "day", "office", "paper",
                                    "no paper", "decision", "result"])
def test_the_least_difference_and_everything_is_done_anew(district, anew, change):
    inbox, week = district.folder / "inbox", district.week(W1)
    form = inbox / f"乙局{W1:%m%d}.xlsx"
    if change == "a file":
        district.send("乙局", W1, form.name, base=12)
    elif change == "its name":
        form.rename(inbox / "另名.xlsx")
    elif change == "one more":
        district.send("乙局", W2)
    elif change == "one less":
        form.unlink()
    elif change == "roster":
        district.roster.write_bytes(district.roster.read_bytes() + "丁局,街道,,\r\n".encode())
    elif change == "day":
        district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 12, 30)})
    elif change == "office":
        office = district.settings.office.model_copy(update={"phone": "022-1"})
        district.settings = district.settings.model_copy(update={"office": office})
    elif change == "paper":
        (week / REPORT).write_bytes((week / REPORT).read_bytes() + b"edited")
    elif change == "no paper":
        (week / REPORT).unlink()
    elif change == "decision":
        decisions.close(district.settings, W1)
        decisions.reopen(district.settings, W1, "更正")
    elif change == "result":
        (week / "result.json").write_text("{}", encoding="utf-8")
    assert anew()


def test_what_a_person_edited_is_reported_at_every_run(district, anew):
    report = district.week(W1) / REPORT
    report.write_bytes(report.read_bytes() + b"edited")
    assert district.run_whole(W1).edited and district.run_whole(W1).edited


def test_a_week_goes_on_from_the_week_before_as_it_is_now(district):
    """A ledger that came late changes what the week before says when that is run again, without an event in the journal."""
    for week in (W1, W2):
        district.send_all(week, but=["丙街道"] if week == W2 else [])
        district.run(week)
    district.send_all(W3)
    for week in (W2, W3):
        row = Row(found="2023-05-28", description=f"{week:%d}号库安全出口被货物堵塞")
        (district.folder / "inbox" / f"台账{week}.xlsx").write_bytes(ledger([row], unit="丙街道", day=week))
    for week in (W3, W2, W3):
        district.run(week)
    line = next(one for one in district.result_json(W3)["ledger"]["bridge"] if one["unit"] == "丙街道")
    rebuild(district.settings)
    district.run(W3)
    assert line in district.result_json(W3)["ledger"]["bridge"] and line["opening"]
