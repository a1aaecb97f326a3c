"""confirm, dismiss, undismiss: on the record, of effect at once and after a rebuild, and taken back."""

from __future__ import annotations

import pytest

from consolidator.model.result import ACCEPTED, AWAITS_REPORT, CARRIED, DISMISSED, MISSING, REJECTED
from consolidator.workflows import decisions, verify
from schemas.errors import ClosedWeekError, UsageError
from tests.district import W1, W2, District, InlineWorkers, file, unit

PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 40


@pytest.fixture(autouse=True)
def _inline(monkeypatch):
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)


@pytest.fixture
def district(tmp_path):
    return District(tmp_path)


def _again(district: District, week) -> bytes:
    """result.json after a rebuild of the index and another run: it must be the same."""
    before = (district.week(week) / "result.json").read_bytes()
    assert not verify.rebuild(district.settings).wrong
    (district.week(week) / "result.json").unlink()
    district.run(week)
    assert (district.week(week) / "result.json").read_bytes() == before
    return before


def test_a_dismissed_photo_is_no_longer_rejected_and_stays_so(district):
    district.send_all(W1)
    (district.folder / "inbox" / "照片.jpg").write_bytes(PHOTO)
    assert district.run_whole(W1).rejected
    done = decisions.dismiss(district.settings, "照片.jpg", "现场照片，不是表", W1)
    assert not done.rejected and file(done.result, "照片.jpg").status == DISMISSED
    assert "现场照片" in file(done.result, "照片.jpg").problems[0].message
    assert not (district.week(W1) / "退回" / "_未识别").exists() or not list((district.week(W1) / "退回" / "_未识别").iterdir())
    _again(district, W1)
    district.send_all(W2, base=11)
    assert file(district.run(W2), "照片.jpg").status == DISMISSED


def test_a_neighbours_form_under_a_wrong_name_gives_its_unit_back_what_it_had(district):
    district.send_all(W1)
    first = district.run(W1)
    (district.folder / "inbox" / "甲局0529.xlsx").unlink()  # filed away, as tidy clerks do
    district.send("甲局", W1, "错.xlsx", base=90)
    wrong = district.run(W1)
    assert unit(wrong, "甲局").figures["checked"] == 90 and wrong.totals != first.totals
    done = decisions.dismiss(district.settings, "错.xlsx", "是外单位的表", W1)
    assert done.result.totals == first.totals and unit(done.result, "甲局").source == "reported"
    _again(district, W1)
    back = decisions.undismiss(district.settings, "错.xlsx", "确是甲局的", W1)
    assert back.result.totals == district.run(W1).totals == wrong.totals


def test_a_unit_whose_only_form_is_dismissed_is_chased_again(district):
    district.send_all(W1)
    district.run(W1)
    one = unit(decisions.dismiss(district.settings, "甲局0529.xlsx", "报错了", W1).result, "甲局")
    assert (one.source, one.awaiting, one.figures) == (MISSING, AWAITS_REPORT, {})
    district.send_all(W2, base=20)
    district.run(W2)
    again = unit(decisions.dismiss(district.settings, "乙局0605.xlsx", "报错了", W2).result, "乙局")
    assert (again.source, again.from_week, again.figures["checked"]) == (CARRIED, W1, 10)
    assert "乙局" in (district.week(W2) / "催报通知.txt").read_text(encoding="utf-8-sig")


def test_a_dismissed_form_that_left_the_inbox_counts_again_when_it_is_taken_back(district):
    district.send_all(W1)
    first = district.run(W1)
    (district.folder / "inbox" / "甲局0529.xlsx").unlink()
    assert unit(decisions.dismiss(district.settings, "甲局0529.xlsx", "待核实", W1).result, "甲局").source == MISSING
    done = decisions.undismiss(district.settings, "甲局0529.xlsx", "已核实", W1)
    assert done.result.totals == first.totals and unit(done.result, "甲局").source == "reported"


def test_a_file_is_named_as_the_clerk_sees_it_and_nothing_is_guessed(district):
    district.send_all(W1)
    for folder in ("一", "二"):
        (district.folder / "inbox" / folder).mkdir()
        (district.folder / "inbox" / folder / "照片.jpg").write_bytes(PHOTO + folder.encode())
    district.run(W1)
    with pytest.raises(UsageError, match="有 2 个"):
        decisions.dismiss(district.settings, "照片.jpg", "照片", W1)
    with pytest.raises(UsageError, match=r"是不是甲局0529\.xlsx"):
        decisions.dismiss(district.settings, "甲局0530.xlsx", "照片", W1)
    with pytest.raises(UsageError, match="理由"):
        decisions.dismiss(district.settings, "二/照片.jpg", " \n", W1)
    done = decisions.dismiss(district.settings, "二/照片.jpg", "照片", None)
    assert [file(done.result, f"{one}/照片.jpg").status for one in ("一", "二")] == [REJECTED, DISMISSED]
    with pytest.raises(UsageError, match="早已"):
        decisions.dismiss(district.settings, "二/照片.jpg", "照片", W1)
    with pytest.raises(UsageError, match="没有定为不采用"):
        decisions.undismiss(district.settings, "一/照片.jpg", "", W1)


def test_a_closed_week_stays_as_it_is(district):
    district.send_all(W1)
    district.run(W1)
    decisions.close(district.settings, W1)
    for decide in (lambda: decisions.dismiss(district.settings, "甲局0529.xlsx", "x", W1),
                   lambda: decisions.undismiss(district.settings, "甲局0529.xlsx", "x", W1),
                   lambda: decisions.confirm(district.settings, "甲局", "inspectors", "x", W1)):
        with pytest.raises(ClosedWeekError):
            decide()


def test_a_dismissal_of_this_week_leaves_the_week_before_alone(district):
    district.send_all(W1)
    first = district.run(W1)
    decisions.close(district.settings, W1)
    district.send_all(W2, base=11)
    district.run(W2)
    assert file(decisions.dismiss(district.settings, "甲局0529.xlsx", "旧表", W2).result, "甲局0529.xlsx").status == DISMISSED
    decisions.reopen(district.settings, W1, "核对")
    assert district.run(W1).totals == first.totals


def test_a_confirmed_warning_is_confirmed_in_the_papers_and_others_are_not(district):
    district.send_all(W1)
    district.send("甲局", W1, inspectors=None, lectures=None)
    district.run(W1)
    done = decisions.confirm(district.settings, "甲局", "inspectors", "电话核实：确未检查", W1)
    found = {p.figure: p for p in file(done.result, "甲局0529.xlsx").problems if p.code == "blank"}
    assert found["inspectors"].confirmed == "电话核实：确未检查" and found["lectures"].confirmed is None
    assert found["inspectors"].message.endswith("（已确认：电话核实：确未检查）") and found["inspectors"].severity == "warning"
    assert [p.figure for p in file(done.result, "甲局0529.xlsx").open_warnings()] == ["lectures"]
    stored = next(one for one in district.result_json(W1)["submissions"] if one["unit"] == "甲局")["problems"]
    assert [one["confirmed"] for one in stored if "confirmed" in one] == ["电话核实：确未检查"]
    _again(district, W1)
    with pytest.raises(UsageError, match="有提醒的是"):
        decisions.confirm(district.settings, "甲局", "inspectors", "再看", W1)


def test_what_is_confirmed_is_what_was_seen(district):
    district.send_all(W1)
    district.send("甲局", W1, inspectors=None)
    district.run(W1)
    decisions.confirm(district.settings, "甲局", "inspectors", "看过", W1)
    district.send("甲局", W1, "再报.xlsx", inspectors=None, lectures=3)  # the cell says the same: it holds
    again = district.run(W1)
    assert file(again, "再报.xlsx").status == ACCEPTED
    assert [p.confirmed for p in file(again, "再报.xlsx").problems if p.figure == "inspectors"] == ["看过"]
    district.send_all(W2, base=20)
    district.send("甲局", W2, base=20, media_column=None)
    assert not any(p.confirmed for one in district.run(W2).submissions for p in one.problems)


def test_warnings_of_the_form_as_a_whole_are_confirmed_for_that_file_alone(district):
    district.send_all(W1)
    district.send("甲局", W1, "甲局0529.xlsx", write_unit=False)
    result = district.run(W1)
    assert [p.code for p in file(result, "甲局0529.xlsx").open_warnings()] == ["unit-from-name"]
    done = decisions.confirm(district.settings, "甲局", "全表", "是甲局的", W1)
    assert not file(done.result, "甲局0529.xlsx").open_warnings()
    district.send("甲局", W1, "甲局（改）.xlsx", base=12, write_unit=False)
    assert file(district.run(W1), "甲局（改）.xlsx").open_warnings()


def test_an_index_of_an_earlier_version_gets_the_new_tables(district):
    district.send_all(W1)
    district.run(W1)
    import sqlite3

    index = sqlite3.connect(district.folder / "outbox" / "history.sqlite3")
    index.executescript("DROP TABLE confirmed; DROP TABLE dismissed;")
    index.close()
    assert file(decisions.dismiss(district.settings, "甲局0529.xlsx", "x", W1).result, "甲局0529.xlsx").status == DISMISSED
