"""Whole weeks: every sentence of design.md under “Weeks” and “Which submission counts”, and the units' standing."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from consolidator.workflows import decisions
from schemas.errors import ClosedWeekError, UsageError
from tests.district import BUREAU, W1, W2, W3, codes, file, unit

DAY = dt.timedelta(days=1)


def test_a_week_adds_up_and_the_next_one_tells_the_increments(district):
    district.send_all(W1)
    first = district.run(W1)
    assert first.totals["self_found"] == 30 and first.totals["penalties"] == 20 and first.totals["fines"] == 10.0
    assert first.totals["media_column"] == 3
    assert set(first.increments.values()) == {None}
    district.send_all(W2, base=12)
    second = district.run(W2)
    assert second.totals["self_found"] == 36 and second.increments["self_found"] == 6
    assert second.increments["fines"] == 2.0 and second.previous_week == W1
    assert unit(second, "甲局").increments["self_found"] == 2
    assert {one.status for one in second.submissions} == {"accepted", "other-week"}
    assert all(one.worst() in (None, "note") for one in second.submissions)


def test_a_form_belongs_to_the_monday_on_or_after_its_date(district):
    district.send("甲局", W2 - 4 * DAY)
    result = district.run(W2)
    assert file(result, "甲局0601.xlsx").status == "accepted"


def test_without_a_week_the_one_of_most_new_forms_is_run_then_the_latest(district):
    district.send_all(W2)
    district.send("甲局", W1, "旧表.xlsx")
    done = district.run_whole()
    assert done.result.week == W2 and done.chosen
    assert district.run().week == W2


def test_no_week_can_be_reported_from_an_empty_inbox_out_of_season(district):
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2026, 1, 1)})
    with pytest.raises(UsageError, match="--week"):
        district.run()


@pytest.mark.parametrize(("day", "code"), [
    (dt.date(2023, 5, 20), "date-before"), (dt.date(2022, 6, 5), "date-other-year"), (dt.date(2024, 6, 5), "date-other-year"),
])
def test_a_date_that_cannot_be_is_refused_with_a_sentence(district, day, code):
    district.send("甲局", day)
    result = district.run(W1)
    (one,) = result.submissions
    assert one.status == "rejected" and code in codes(one)
    assert unit(result, "甲局").awaiting == "correction"


def test_a_date_in_the_future_is_refused(district):
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 6, 5, 9)})
    district.send("甲局", W3)
    (one,) = district.run(W2).submissions
    assert one.status == "rejected" and codes(one) == {"date-future"}


def test_an_unchanged_date_is_reported_and_the_unit_is_carried(district):
    district.send_all(W1)
    district.run(W1)
    district.send("甲局", W1, "甲局新.xlsx", base=13)
    result = district.run(W2)
    one = file(result, "甲局新.xlsx")
    assert one.status == "other-week" and codes(one) == {"old-week-differs"} and one.worst() == "warning"
    assert codes(file(result, "甲局0529.xlsx")) == set()
    assert unit(result, "甲局").source == "carried" and unit(result, "甲局").awaiting == "report"
    assert result.totals["self_found"] == 30


def test_one_to_three_days_late_counts_for_that_monday_while_nothing_of_its_day_stands(district):
    district.send_all(W1, but=["乙局"])
    district.run(W1)
    district.send("乙局", W1 + 2 * DAY)
    result = district.run(W1)
    one = file(result, "乙局0531.xlsx")
    assert one.status == "accepted" and one.late and unit(result, "乙局").late
    district.send("甲局", W1 + 2 * DAY, base=11)
    again = district.run(W1)
    assert file(again, "甲局0531.xlsx").status == "other-week"
    assert unit(again, "甲局").figures["self_found"] == 10


def test_four_days_late_is_of_the_next_week(district):
    district.send_all(W1, but=["乙局"])
    district.run(W1)
    district.send("乙局", W1 + 4 * DAY)
    assert file(district.run(W1), "乙局0602.xlsx").status == "other-week"
    assert file(district.run(W2), "乙局0602.xlsx").status == "accepted"


def test_a_late_one_for_the_week_before_is_reported_in_the_next_weeks_run(district):
    district.send_all(W1, but=["乙局"])
    district.run(W1)
    district.send("乙局", W1 + DAY)
    one = file(district.run(W2), "乙局0530.xlsx")
    assert one.status == "other-week" and codes(one) == {"late-elsewhere"}


def test_an_undated_form_keeps_the_week_in_which_it_was_first_seen(district):
    district.send("甲局", None)
    first = district.run(W1)
    assert file(first, "甲局.xlsx").status == "accepted" and "date-missing" in codes(file(first, "甲局.xlsx"))
    assert file(district.run(W2), "甲局.xlsx").status == "other-week"
    assert file(district.run(W1), "甲局.xlsx").status == "accepted"


def test_a_later_date_within_the_week_stands_with_a_note(district):
    district.send("甲局", W2 - 3 * DAY, base=10)
    district.send("甲局", W2, base=11)
    result = district.run(W2)
    assert file(result, "甲局0605.xlsx").status == "accepted" and "replaces" in codes(file(result, "甲局0605.xlsx"))
    assert file(result, "甲局0602.xlsx").status == "superseded"
    assert result.totals["self_found"] == 11


def test_a_newly_arrived_one_replaces_one_of_an_earlier_run(district):
    district.send("甲局", W1, "一.xlsx", base=10)
    district.run(W1)
    district.send("甲局", W1, "二.xlsx", base=12)
    for _ in range(2):  # and it stays so
        result = district.run(W1)
        assert (file(result, "一.xlsx").status, file(result, "二.xlsx").status) == ("superseded", "accepted")
        assert result.totals["self_found"] == 12


def test_two_new_ones_of_one_date_that_differ_are_both_refused_and_named(district):
    district.send("甲局", W1, "一.xlsx", base=10)
    district.send("甲局", W1, "二.xlsx", base=12)
    result = district.run(W1)
    for name, other in (("一.xlsx", "二.xlsx"), ("二.xlsx", "一.xlsx")):
        one = file(result, name)
        assert one.status == "rejected"
        assert any(p.code == "two-differ" and other in p.message for p in one.problems)
    assert unit(result, "甲局").source == "missing" and unit(result, "甲局").awaiting == "correction"
    assert result.totals["self_found"] == 0


def test_the_same_bytes_or_figures_in_another_file_are_a_duplicate(district):
    path = district.send("甲局", W1, "一.xlsx")
    shutil.copyfile(path, path.with_name("一（副本）.xlsx"))
    district.send("甲局", W1, "三.docx", kind="docx")
    result = district.run(W1)
    assert sorted(one.status for one in result.submissions) == ["accepted", "duplicate", "duplicate"]
    assert result.totals["self_found"] == 10


def test_a_newer_one_that_is_rejected_leaves_the_older_standing_with_a_warning(district):
    district.send("甲局", W1, "一.xlsx")
    district.run(W1)
    district.send("甲局", W1, "二.xlsx", self_found="约20")
    result = district.run(W1)
    assert file(result, "二.xlsx").status == "rejected"
    older = file(result, "一.xlsx")
    assert older.status == "accepted" and "older-stands" in codes(older) and older.worst() == "warning"
    assert result.totals["self_found"] == 10
    assert (unit(result, "甲局").source, unit(result, "甲局").awaiting) == ("reported", "correction")


def test_an_accepted_one_stands_when_its_file_is_gone_a_rejected_one_does_not(district):
    good = district.send("甲局", W1)
    bad = district.send("乙局", W1, self_found="若干")
    district.run(W1)
    good.unlink(), bad.unlink()
    result = district.run(W1)
    (one,) = result.submissions
    assert one.unit == "甲局" and one.status == "accepted" and not one.in_inbox and "file-gone" in codes(one)
    assert unit(result, "乙局").awaiting == "report"
    assert result.totals["self_found"] == 10


def test_the_same_inbox_and_history_give_the_same_bytes(district):
    district.send_all(W1, but=["乙局"])
    district.send("乙局", W1, self_found="约20")
    district.run(W1)
    before = (district.week(W1) / "result.json").read_bytes()
    files = {path: path.read_bytes() for path in district.week(W1).iterdir() if path.is_file()}
    district.run(W1)
    assert (district.week(W1) / "result.json").read_bytes() == before
    assert {path: path.read_bytes() for path in files} == files


def test_a_closed_week_does_not_change_and_its_late_form_is_kept_by_the_next(district):
    district.send_all(W1, but=["乙局"])
    district.run(W1)
    decisions.close(district.settings, W1)
    with pytest.raises(ClosedWeekError, match="reopen"):
        district.run(W1)
    closed = (district.week(W1) / "result.json").read_bytes()
    district.send("乙局", W1)
    result = district.run(W2)
    one = file(result, "乙局0529.xlsx")
    assert one.status == "other-week" and "closed-week" in codes(one)
    assert (unit(result, "乙局").source, unit(result, "乙局").from_week) == ("carried", W1)
    assert result.totals["self_found"] == 30 and result.increments["self_found"] == 10
    assert (district.week(W1) / "result.json").read_bytes() == closed
    again = district.run(W2)
    assert again.totals["self_found"] == 30 and unit(again, "乙局").source == "carried"


def test_a_reopened_week_lists_every_total_that_differs(district):
    district.send_all(W1)
    district.run(W1)
    decisions.close(district.settings, W1)
    decisions.reopen(district.settings, W1, "乙局更正")
    district.send("乙局", W1, "更正.xlsx", lectures=14)
    result = district.run(W1)
    assert result.corrections == {"lectures": (30, 34)}


def test_a_flow_that_falls_is_refused_and_a_level_warned_of(district):
    district.send_all(W1)
    district.run(W1)
    district.send("甲局", W2, self_found=9, self_rectified=9, base=10)
    district.send("乙局", W2, inspectors=3, base=10)
    result = district.run(W2)
    fallen = file(result, "甲局0605.xlsx")
    assert fallen.status == "rejected"
    reported = next(p for p in fallen.problems if p.code == "falls" and p.figure == "self_found")
    assert "10" in reported.message and "9" in reported.message and "2023-05-29" in reported.message
    assert file(result, "乙局0605.xlsx").status == "accepted" and "level-falls" in codes(file(result, "乙局0605.xlsx"))


def test_a_flow_left_blank_has_fallen(district):
    district.send_all(W1)
    district.run(W1)
    district.send("甲局", W2, lectures=None)
    one = file(district.run(W2), "甲局0605.xlsx")
    assert one.status == "rejected" and "falls-to-blank" in codes(one) and "blank" not in codes(one)


def test_after_a_correction_later_weeks_are_reported(district):
    district.send_all(W1)
    district.run(W1)
    district.send_all(W2)
    district.run(W2)
    district.send("甲局", W1, "更正.xlsx", base=15)
    result = district.run(W1)
    reported = [one for one in result.notices if one.code == "later-week"]
    assert [one.unit for one in reported] == ["甲局"] and "2023-06-05" in reported[0].message


def test_a_later_week_whose_increments_are_outdated_is_reported_until_it_is_run_again(district):
    for week, base in ((W1, 10), (W2, 12)):
        district.send_all(week, base=base)
        district.run(week)
    district.send("甲局", W1, "更正.xlsx", base=11)
    for _ in range(2):
        assert [one.code for one in district.run(W1).notices] == ["later-increments"]
    assert district.run(W2).increments["self_found"] == 5
    assert district.run(W1).notices == []


def test_of_two_wrong_ones_the_newer_is_to_be_put_right(district):
    district.send("甲局", W1, "一.xlsx", self_found="约20")
    district.run(W1)
    district.send("甲局", W1, "二.xlsx", self_found="约21")
    result = district.run(W1)
    assert (file(result, "一.xlsx").status, file(result, "二.xlsx").status) == ("superseded", "rejected")


def test_a_unit_not_on_the_roster_is_carried_and_reported(district):
    district.send_all(W1)
    district.run(W1)
    district.write_roster([("甲局", "行业主管部门；执法部门")])
    result = district.run(W2)
    gone = unit(result, "乙局")
    assert gone.source == "carried" and not gone.on_roster
    assert result.totals["self_found"] == 30
    assert {one.unit for one in result.notices if one.code == "not-on-roster"} == {"乙局", "丙街道"}


def test_a_unit_that_comes_back_brings_its_backlog(district):
    for week, base in ((W1, 10), (W2, 12)):
        district.send_all(week, base=base, but=["乙局"] if week == W2 else [])
        district.run(week)
    district.send_all(W3, base=20)
    result = district.run(W3)
    assert unit(result, "乙局").increments["self_found"] == 10 and unit(result, "乙局").backlog["self_found"] == 10
    assert unit(result, "甲局").backlog == {}


def test_a_renamed_unit_keeps_its_history_and_a_merged_one_is_counted_once(district):
    district.send_all(W1)
    district.run(W1)
    district.write_roster([("甲委", "行业主管部门；执法部门", "2023-06-01 更名自甲局"),
                           ("乙局", "行业主管部门；执法部门", "2023-06-01 并入甲委"), ("丙街道", "街道", "2023-06-01 停报")], changes=True)
    district.send("甲委", W2, base=25)
    result = district.run(W2)
    assert unit(result, "甲委").increments["self_found"] == 5
    assert result.totals["self_found"] == 35 and result.increments["self_found"] == 5
    assert unit(result, "丙街道").source == "carried" and unit(result, "丙街道").awaiting is None


def test_the_moved_week_takes_forms_up_to_its_own_day(district):
    week = dt.date(2023, 10, 2)
    district.send("甲局", dt.date(2023, 10, 7))
    assert file(district.run(week), "甲局1007.xlsx").status == "accepted"
    assert district.run(dt.date(2023, 10, 5)).week == week


def test_a_street_may_leave_out_what_it_is_not_to_fill_a_bureau_may_not(district):
    import openpyxl

    for name in ("丙街道", "甲局"):
        path = district.send(name, W1, kind="xlsx")
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        place = next(cell for row in sheet.iter_rows() for cell in row if "移送司法机关" in str(cell.value))
        place.value = sheet.cell(place.row, place.column + 1).value = None
        book.save(path)
    result = district.run(W1)
    street, bureau = file(result, "丙街道0529.xlsx"), file(result, "甲局0529.xlsx")
    assert street.status == "accepted" and street.worst() == "note" and codes(street) == {"item-missing"}
    assert bureau.status == "rejected"


def test_forms_are_read_once(district, monkeypatch):
    district.send_all(W1)
    district.run(W1)
    read = []
    monkeypatch.setattr("tests.district.read_with_ledgers", lambda *a: read.append(a))
    result = district.run(W1)
    assert read == [] and len(result.reported_units()) == 3


def test_a_scan_or_narrative_beside_an_accepted_form_is_material_alone_a_scan_goes_back(district):
    district.send("甲局", W1)
    inbox = district.folder / "inbox"
    for name in ("甲局盖章件.pdf", "乙局盖章件.pdf"):
        (inbox / name).write_bytes(b"%PDF-1.4\n%%EOF\n")
    (inbox / "乙局工作总结.txt").write_text("乙局今年共检查企业若干家，发现隐患已全部整改。", encoding="utf-8")
    result = district.run(W1)
    assert (file(result, "甲局盖章件.pdf").status, file(result, "甲局盖章件.pdf").unit) == ("material", "甲局")
    assert codes(file(result, "乙局盖章件.pdf")) == {"wrong-format"}
    assert file(result, "乙局盖章件.pdf").status == "rejected"
    assert (file(result, "乙局工作总结.txt").status, file(result, "乙局工作总结.txt").unit) == ("material", "乙局")
    assert not [one for one in result.submissions if one.status == "material" and one.worst() == "error"]


def test_a_unit_that_left_the_roster_and_whose_file_left_the_inbox_stays_in_its_week(district):
    district.send_all(W1)
    first = district.run(W1)
    district.write_roster([(name, "街道" if name.endswith("街道") else BUREAU) for name in district.units() if name != "甲局"])
    next((district.folder / "inbox").glob("甲局*")).unlink()
    again = district.run(W1)
    assert again.totals == first.totals
    assert [(one.unit, one.source, one.on_roster) for one in again.units if one.unit == "甲局"] == [("甲局", "reported", False)]
    assert ("not-on-roster", "甲局") in [(one.code, one.unit) for one in again.notices]


def test_a_unit_renamed_since_and_whose_file_left_the_inbox_counts_once(district):
    district.send_all(W1)
    first = district.run(W1)
    district.write_roster([("新局" if name == "甲局" else name, "街道" if name.endswith("街道") else BUREAU,
                            f"{W1} 更名自甲局" if name == "甲局" else "") for name in district.units()], changes=True)
    next((district.folder / "inbox").glob("甲局*")).unlink()
    again = district.run(W1)
    assert again.totals == first.totals and len(again.units) == len(first.units)
    assert [(one.source, one.on_roster) for one in again.units if one.unit == "新局"] == [("reported", True)]
