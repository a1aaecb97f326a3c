"""Hazards followed over the weeks: matching, states, decisions, absence."""

import copy
import datetime as dt
from dataclasses import asdict

import pytest

from consolidator.ledger import checks
from consolidator.ledger.duplicates import find_two_units
from consolidator.model.ledger import Hazard
from schemas.firms import Firm, FirmNames
from tests.ledger.factory import W1, W2, W3, Row, Story, errors, ledger, told, workbook


def only(taken):
    hazard, = taken.result.hazards
    return hazard


def test_a_row_becomes_a_hazard_with_an_id():
    story = Story()
    story.send(ledger([Row()]))
    taken = story.run(W1)
    one = only(taken)
    assert (one.id, one.units, one.side, one.level, one.state) == ("YH2023-0001", ["月牙河街道"], "self", "重大", "under_way")
    assert (one.found, one.due, one.first_due, one.five) == ("2023-06-02", "2023-06-30", "2023-06-30", 5)
    file, = taken.result.files
    assert (file.rows, file.merged, file.held, file.passed, file.coverage) == (4, 1, 0, 3, "全量")
    assert told(taken) == []


def test_the_same_words_and_day_are_the_same_hazard_next_week():
    story = Story()
    story.send(ledger([Row(), Row(description="燃气报警器未安装")]))
    story.run(W1)
    story.send(ledger([Row(description="燃气报警器未安装", state="已整改", completed="2023-06-08"), Row()], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert [(one.id, one.state, one.completed) for one in taken.result.hazards] == [
        ("YH2023-0001", "under_way", ""), ("YH2023-0002", "rectified", "2023-06-08")]
    assert told(taken) == []


def test_our_id_carries_a_hazard_through_any_change_of_words_but_not_onto_another():
    story = Story()
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(id="YH2023-0001", firm="鑫达商贸", description="货物堵塞安全出口的问题仍在", found="")], day=W2), "二.xlsx")
    assert only(story.run(W2)).id == "YH2023-0001"
    story.send(ledger([Row(id="YH2023-0001", firm="别的饭店", description="燃气软管老化")], day=W3), "三.xlsx")
    assert errors(story.run(W3)) == [(4, "id-contradicts")]


def test_two_rows_alike_with_anothers_id_are_both_held():
    story = Story()
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(id="YH2023-0001", firm="别的饭店", description="燃气软管老化")] * 2, day=W2), "二.xlsx")
    assert errors(story.run(W2)) == [(4, "id-contradicts"), (5, "id-contradicts")]


def test_a_short_name_and_other_words_of_the_same_day_are_the_same_with_a_note():
    story = Story()
    story.send(ledger([Row(firm="天津市鑫达商贸有限公司", description="安全出口被货物堵塞，无法通行", place="")]))
    story.run(W1)
    story.send(ledger([Row(firm="鑫达商贸", description="安全出口被货物堵塞无法通行。")], day=W2), "二.xlsx")
    assert only(story.run(W2)).id == "YH2023-0001"
    story.send(ledger([Row(firm="鑫达", description="安全出口处被货物堵塞，无法通行")], day=W3), "三.xlsx")
    taken = story.run(W3)
    assert len(taken.result.hazards) == 2  # two characters are no short name


def test_likeness_matches_and_says_both_texts():
    story = Story()
    story.send(ledger([Row(firm="海河鑫达商贸", description="二层东侧疏散通道堆放大量纸箱")]))
    story.run(W1)
    story.send(ledger([Row(firm="鑫达商贸", description="二层东侧疏散通道堆放大量纸箱杂物")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert only(taken).id == "YH2023-0001" and told(taken) == [(4, "matched-by-likeness")]
    assert "纸箱杂物" in taken.result.held[0].message


def test_branches_are_never_one_firm():
    story = Story()
    story.send(ledger([Row(firm="好又多超市一店")]))
    story.run(W1)
    story.send(ledger([Row(firm="好又多超市二店")], day=W2), "二.xlsx")
    assert len(story.run(W2).result.hazards) == 2


def test_the_clerks_register_makes_two_names_one_firm():
    story = Story([Firm("鑫达商贸有限公司", ("老地方小卖部",))])
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(firm="老地方小卖部")], day=W2), "二.xlsx")
    assert len(story.run(W2).result.hazards) == 1


def test_the_same_words_on_another_day_are_another_hazard_that_may_be_the_same():
    story = Story()
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(), Row(found="2023-06-08")], day=W2), "二.xlsx")
    assert told(story.run(W2)) == []  # the first takes the hazard of its day; the other is a row beside it
    story = Story()
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(found="2023-06-08")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert [one.id for one in taken.result.hazards] == ["YH2023-0001", "YH2023-0002"]
    assert (4, "maybe-same") in told(taken) and "YH2023-0001" in next(one for one in taken.result.held if one.code == "maybe-same").message


def test_two_rows_alike_count_once_and_two_places_twice():
    story = Story()
    story.send(ledger([Row(), Row(), Row(place="二层")]))
    taken = story.run(W1)
    assert len(taken.result.hazards) == 2 and told(taken) == [(5, "counted-once")]
    file, = taken.result.files
    assert (file.merged, file.held) == (3, 0)


@pytest.mark.parametrize("other", [{"state": "已整改", "completed": "2023-06-04"}, {"state": "未整改"}])
def test_of_two_rows_alike_with_two_states_the_first_stands_and_it_is_reported(other):
    story = Story()
    story.send(ledger([Row(), Row(**other)]))
    for _ in range(2):
        taken = story.run(W1)
        assert only(taken).state == "under_way" and told(taken) == [(5, "first-stands")]


def test_a_row_that_contradicts_itself_takes_no_other_with_it():
    story = Story()
    story.send(ledger([Row(completed="2023-06-04"), Row(), Row()]))
    taken = story.run(W1)
    assert only(taken).state == "under_way" and told(taken) == [(4, "status-contradicts"), (6, "counted-once")]


def test_absence_closes_nothing_and_is_reported_of_a_whole_ledger_only():
    rows = [Row(description=f"第{n}处配电箱没有接地线") for n in range(5)]
    story = Story()
    story.send(ledger(rows))
    story.run(W1)
    story.send(ledger(rows[1:], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert len(taken.result.hazards) == 5 and all(one.is_open for one in taken.result.hazards)
    assert [(one.code, one.id) for one in taken.result.doubts] == [("row-gone", "YH2023-0001")]
    assert taken.result.files[0].coverage == "全量"
    story.send(ledger([Row(description="新的一处隐患没有防护")], day=W3), "三.xlsx")
    taken = story.run(W3)
    assert taken.result.files[0].coverage == "新增" and not taken.result.doubts and len(taken.result.hazards) == 6


def test_a_state_goes_forward_freely_and_back_with_a_warning_or_not_at_all():
    story = Story()
    story.send(ledger([Row(state="已整改", completed="2023-06-04")]))
    story.run(W1)
    story.send(ledger([Row(state="复查不合格")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert only(taken).state == "open" and told(taken) == [(4, "reopened")]
    story.send(ledger([Row(state="已销号", completed="2023-06-15", reviewed="2023-06-16", reviewer="司马光")], day=W3), "三.xlsx")
    taken = story.run(W3)
    assert only(taken).state == "closed" and only(taken).closed == "2023-06-16" and told(taken) == []
    week = W3 + dt.timedelta(days=7)
    story.send(ledger([Row(state="未整改")], day=week), "四.xlsx")
    taken = story.run(week)
    assert only(taken).state == "closed" and errors(taken) == [(4, "closed-before")]
    story.decide("reopen", week, "YH2023-0001")
    taken = story.run(week)
    assert only(taken).state == "open" and errors(taken) == []


def test_what_comes_back_after_it_was_closed_is_a_new_hazard():
    story = Story()
    story.send(ledger([Row(state="已销号", completed="2023-06-03", reviewed="2023-06-04", reviewer="司马光")]))
    story.run(W1)
    story.send(ledger([Row(found="2023-06-09")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert taken.result.hazards[1].repeat_of == "YH2023-0001" and (4, "repeat") in told(taken)


def test_moved_to_the_unit_that_is_named():
    story = Story()
    story.send(ledger([Row()]))
    story.run(W1)
    story.send(ledger([Row(state="移交区城管委")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert only(taken).units == ["区城管委"] and told(taken) == [(4, "moved-to")]
    story.send(ledger([Row(state="已整改", completed="2023-06-15")], "区城管委", W3), "区城管委台账.xlsx")
    assert only(story.run(W3)).state == "rectified"


def test_decisions_and_their_opposites():
    story = Story()
    story.send(ledger([Row()]))
    story.send(ledger([Row(firm="天津市鑫达商贸", source="部门")], "区商务局"), "区商务局台账.xlsx")
    taken = story.run(W1)
    assert [(one.code, one.id, one.other) for one in taken.result.doubts] == [("two-units", "YH2023-0001", "YH2023-0002")]
    first, second = sorted(one.units[0] for one in taken.result.hazards)
    story.decide("link", W1, "YH2023-0001", "YH2023-0002")
    one = only(story.run(W1))
    assert sorted(one.units) == [first, second] and one.other_ids == ["YH2023-0002"]
    story.decide("split", W1, "YH2023-0001", "YH2023-0002")
    assert len(story.run(W1).result.hazards) == 2
    story.decide("void", W1, "YH2023-0002", reason="重复登记")
    assert story.run(W1).result.hazards[1].state == "void"
    story.decide("reopen", W2, "YH2023-0002")
    assert story.run(W2).result.hazards[1].state == "under_way"  # what it was
    story.decide("list-up", W2, "YH2023-0001", level="区级", number="河安委〔2023〕1号")
    assert story.run(W2).result.hazards[0].listed["level"] == "区级"
    story.decide("list-down", W2, "YH2023-0001")
    assert "ended" in story.run(W2).result.hazards[0].listed


def test_a_held_row_leaves_the_last_accepted_state_and_is_not_absent():
    story = Story()
    story.send(ledger([Row(), Row(description="燃气报警器未安装")]))
    story.run(W1)
    story.send(ledger([Row(state="好像差不多了"), Row(description="燃气报警器未安装")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert [one.state for one in taken.result.hazards] == ["under_way", "under_way"]
    assert errors(taken) == [(4, "status-unread")] and not taken.result.doubts
    file, = taken.result.files
    assert (file.merged, file.held) == (1, 1)


def test_a_later_ledger_of_the_week_counts_and_two_of_one_day_that_differ_are_refused():
    story = Story()
    story.send(ledger([Row()], day=W1 - dt.timedelta(days=1)), "一.xlsx")
    story.send(ledger([Row(state="已整改", completed="2023-06-05")]), "二.xlsx")
    assert only(story.run(W1)).state == "rectified"
    story = Story()
    story.send(ledger([Row()]), "一.xlsx")
    story.send(ledger([Row(state="已整改", completed="2023-06-05")]), "二.xlsx")
    taken = story.run(W1)
    assert taken.result.refused and not taken.result.hazards
    assert all("两份台账" in one.refused for one in taken.result.files)


def test_a_ledger_of_no_known_unit_and_one_without_descriptions_are_refused_whole():
    story = Story()
    story.send(ledger([Row()], unit="某某公司"), "台账.xlsx")
    assert "单位" in story.run(W1).result.files[0].refused
    story = Story()
    rows = [["企业名称", "级别", "发现日期", "整改期限", "整改情况"], ["甲", "重大", "2023-06-02", "2023-06-30", "整改中"]]
    story.send(workbook([("台账", rows)]), "月牙河街道台账.xlsx")
    file, = story.run(W1).result.files
    assert "隐患描述" in file.refused and "整改期限" in file.refused and file.rows == file.merged + file.held + file.passed


def test_hazards_of_two_units_are_sought_by_short_and_full_names_near_in_time():
    def of(number, unit, firm, found, text="安全出口被货物堵塞", code=""):
        return Hazard(f"YH2023-{number:04}", "", [unit], "self", firm, description=text, found=found, since="2023-06-05",
                      seen="2023-06-05", credit_code=code)

    hazards = [of(1, "甲", "鑫达商贸", "2023-06-01"), of(2, "乙", "天津鑫达商贸有限公司", "2023-06-03"),
               of(3, "乙", "鑫达商贸一店", "2023-06-03"), of(4, "乙", "鑫达商贸", "2023-06-09"), of(5, "甲", "鑫达商贸", "2023-06-05"),
               of(6, "乙", "鑫达商贸", "2023-06-01", "灭火器过期"), of(7, "乙", "海河", "2023-06-01"), of(8, "甲", "河", "2023-06-01")]
    doubts = find_two_units(hazards, FirmNames((), ("天津",)), "2023-06-05")
    assert [(one.id, one.other) for one in doubts] == [("YH2023-0001", "YH2023-0002"), ("YH2023-0002", "YH2023-0005"),
                                                       ("YH2023-0004", "YH2023-0005")]


def test_a_provinces_rows_are_checked_in_parts_with_the_same_outcome(monkeypatch):
    story = Story()
    for number, unit in enumerate(("月牙河街道", "区商务局", "区城管委")):
        story.send(ledger([Row(due="2023-05-30"), Row(description="燃气报警器未安装", level="")] * 2, unit=unit), f"{number}.xlsx")
    whole = told(story.run(W1, keep=False))
    monkeypatch.setattr(checks, "MOST_ROWS", 1)
    assert whole and told(story.run(W1, keep=False)) == whole

def test_the_row_below_a_held_one_keeps_the_hazard_that_it_was_given():
    story = Story()
    story.send(ledger([Row(completed="2023-06-04"), Row()]), "台账.xlsx")
    first = story.run(W1)
    assert errors(first) == [(4, "status-contradicts")]
    again = story.run(W1)
    assert [one.id for one in first.result.hazards] == [one.id for one in again.result.hazards] == ["YH2023-0001"]


def test_a_ledger_sent_in_again_is_seen_and_changes_nothing():
    story = Story()
    rows = [Row(), Row(description="配电箱没有接地线", state="已整改", completed="2023-06-04"),
            Row(description="消防水泵不能启动", state="移交")]
    story.send(ledger(rows), "台账.xlsx")
    first = {one.id: asdict(one) for one in story.run(W1).result.hazards}
    story.send(ledger(rows, day=W2), "台账2.xlsx")
    second = story.run(W2)
    passing = {"seen": W2.isoformat(), "file": "台账2.xlsx", "is_new": False, "is_done": False}
    assert {one.id: asdict(one) for one in second.result.hazards} == {key: one | passing for key, one in first.items()}
    assert [code for _, code in told(second)] == ["moved-where"]
    story.decide("void", W2, "YH2023-0001")
    story.send(ledger(rows, day=W3), "台账3.xlsx")
    assert (4, "voided-before") in errors(story.run(W3))


def test_a_twin_of_a_row_is_held_for_what_its_hazard_is_as_that_row_would_be():
    for state, more, code in (("已销号", {"completed": "2023-06-08", "reviewed": "2023-06-09", "reviewer": "王"}, "closed-before"),
                              ("整改中", {}, "voided-before")):
        story = Story()
        story.send(ledger([Row()]), "一.xlsx")
        story.run(W1)
        if code == "voided-before":
            story.decide("void", W1, "YH2023-0001")
        story.send(ledger([Row(id="YH2023-0001", state=state, **more), Row()], day=W2), "二.xlsx")
        first, again = story.run(W2), story.run(W2)
        assert (5, code) in errors(first) and (5, code) in errors(again)
        assert [one.state for one in first.result.hazards] == [one.state for one in again.result.hazards]
        assert first.result.hazards[0].state == ("closed" if code == "closed-before" else "void")


def test_the_good_twin_of_a_held_row_is_taken():
    for wrong in (Row(completed="2023-06-10"), Row(state="误报")):
        story = Story()
        story.send(ledger([Row()]), "一.xlsx")
        story.run(W1)
        story.send(ledger([wrong, Row(state="已整改", completed="2023-06-10")], day=W2), "二.xlsx")
        for _ in range(2):
            assert [one.state for one in story.run(W2).result.hazards] == ["rectified"]


def test_a_ledger_of_which_all_rows_were_held_was_taken_all_the_same():
    story = Story()
    story.send(ledger([Row(firm="甲乙饭店", description="燃气报警器没有安装")]), "零.xlsx")
    story.run(W1)
    story.send(ledger([Row(id="YH2023-0001", firm="丙丁印刷厂", description="安全出口被堵")], day=dt.date(2023, 6, 9)), "a.xlsx")
    story.send(ledger([Row(id="YH2023-0001", firm="甲乙饭店", description="安全出口被堵")], day=W2), "b.xlsx")
    first, again = story.run(W2), story.run(W2)
    for taken in (first, again):
        assert {one.file: (one.merged, one.held) for one in taken.result.files if one.file == "a.xlsx"} == {"a.xlsx": (0, 1)}


def test_another_hazard_s_people_are_masked_where_a_number_contradicts():
    story = Story()
    story.send(ledger([Row(description="店主王大力私拉电线", person="王大力")]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(id="YH2023-0001", firm="甲乙饭店", description="燃气报警器没有安装")], day=W2), "二.xlsx")
    held, = [one for one in story.run(W2).result.held if one.code == "id-contradicts"]
    assert "王大力" not in held.message


def test_one_firm_s_many_places_with_the_same_words_are_each_found():
    rows = [Row(place=f"第{n}摊位") for n in range(300)]
    story = Story()
    story.send(ledger(rows), "一.xlsx")
    story.run(W1)
    story.send(ledger(rows, day=W2), "二.xlsx")
    assert len(story.run(W2).result.hazards) == 300


def test_linked_hazards_stay_one_while_rows_say_what_each_was():
    both = [Row(), Row(found="2023-06-04", place="二层"), Row(description="配电箱没有接地线")]
    story = Story()
    story.send(ledger(both), "一.xlsx")
    story.run(W1)
    story.decide("link", W1, "YH2023-0001", "YH2023-0002")
    for number, week in ((2, W2), (3, W3)):
        story.send(ledger(both, day=week), f"{number}.xlsx")
        for _ in range(2):
            taken = story.run(week)
            assert [one.id for one in taken.result.hazards] == ["YH2023-0001", "YH2023-0003"] and not errors(taken)
            assert (5, "counted-once") in told(taken)
    numbered = [Row(**{**vars(row), "id": name}) for row, name in zip(both, ("YH2023-0001", "YH2023-0002", "YH2023-0003"), strict=True)]
    for rows in (numbered, numbered[::-1], both[1:], numbered[1:]):
        story = copy.deepcopy(story)
        story.send(ledger(rows, day=dt.date(2023, 6, 26)), "四.xlsx")
        for _ in range(2):
            taken = story.run(dt.date(2023, 6, 26))
            assert [one.id for one in taken.result.hazards] == ["YH2023-0001", "YH2023-0003"] and not errors(taken)
        story.files.pop()
    twice = [Row(id="YH2023-0001"), Row(id="YH2023-0001", found="2023-06-04", place="二层")]
    story.send(ledger(twice, day=dt.date(2023, 6, 26)), "五.xlsx")
    assert errors(story.run(dt.date(2023, 6, 26))) == [(5, "id-twice")]


def test_two_units_linked_hazards_stay_one_whatever_days_and_words_each_writes():
    street, bureau = Row(), Row(description="安全出口处堆有货物", found="2023-06-04", source="部门")
    story = Story()
    story.send(ledger([street]), "街.xlsx")
    story.send(ledger([bureau], unit="区商务局"), "局.xlsx")
    story.run(W1)
    story.decide("link", W1, "YH2023-0001", "YH2023-0002")
    for week in (W2, W3, dt.date(2023, 6, 26)):
        story.send(ledger([street], day=week), f"街{week}.xlsx")
        story.send(ledger([bureau], unit="区商务局", day=week), f"局{week}.xlsx")
        for _ in range(2):
            assert [(one.id, sorted(one.units)) for one in story.run(week).result.hazards] == [("YH2023-0001", ["区商务局", "月牙河街道"])]


def test_a_hazard_that_a_later_ledger_of_the_week_has_is_not_gone():
    rows = [Row(description=f"{number}号库安全出口被货物堵塞") for number in range(6)]
    for order in ((rows[:5], rows[5:]), (rows[5:], rows[:5])):
        story = Story()
        story.send(ledger(rows), "一.xlsx")
        story.run(W1)
        story.send(ledger(order[0], day=W2), "二.xlsx")
        gone = [one.id for one in story.run(W2).result.doubts if one.code == "row-gone"]
        assert gone == (["YH2023-0006"] if len(order[0]) == 5 else [])
        story.send(ledger(order[1], day=W2), "三.xlsx")
        assert not [one for one in story.run(W2).result.doubts if one.code == "row-gone"]
    story.send(ledger(rows[:5], day=W3), "四.xlsx")
    assert [one.code for one in story.run(W3).result.doubts] == ["row-gone"]
    story.decide("void", W3, "YH2023-0006")
    assert not story.run(W3).result.doubts


def test_a_unit_that_goes_on_with_a_hazard_it_handed_over_is_reminded():
    story = Story()
    story.send(ledger([Row()]), "一.xlsx")
    story.run(W1)
    story.decide("move", W1, "YH2023-0001", unit="区城管委")
    story.send(ledger([Row(state="已整改", completed="2023-06-08")], day=W2), "二.xlsx")
    for _ in range(2):
        taken = story.run(W2)
        assert told(taken) == [(4, "moved-before")] and only(taken).state == "under_way"


@pytest.mark.parametrize("day", [dt.date(2030, 6, 5), dt.date(2022, 6, 5)])
def test_a_ledger_of_an_impossible_day_is_taken_with_the_week_and_reported(day):
    story = Story()
    story.send(ledger([Row()], day=day), "一.xlsx")
    for _ in range(2):
        taken = story.run(W1)
        assert only(taken).since == W1.isoformat() and told(taken) == [(1, "ledger-date")]
    assert day.isoformat() in taken.result.held[0].message and "2023-06-05 一期" in taken.result.held[0].message


@pytest.mark.parametrize("found", ["2023-06-20", "六月初的一天", "2013-06-02"])
def test_a_row_held_for_its_day_found_is_still_its_hazards(found):
    story = Story()
    story.send(ledger([Row(), Row(description="配电箱没有接地线")]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(found=found), Row(description="配电箱没有接地线")], day=W2), "二.xlsx")
    for _ in range(2):
        taken = story.run(W2)
        assert [one.row for one in taken.result.held if one.severity == "error"] and not taken.result.doubts
        assert [row.hazard for row in taken.result.rows] == ["YH2023-0001"]
        assert [one.coverage for one in taken.result.files] == ["全量"]


@pytest.mark.parametrize(("one", "other"), [("月牙河街道", "区城管委"), ("区城管委", "月牙河街道")])
def test_a_hazard_that_is_handed_over_and_reported_by_its_new_unit_in_one_week_is_one(one, other):
    story = Story()
    story.send(ledger([Row(), Row(description="配电箱没有接地线")], unit=one), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(state=f"移交{other}"), Row(description="配电箱没有接地线")], unit=one, day=W2), "二.xlsx")
    story.send(ledger([Row(state="已整改", completed="2023-06-10")], unit=other, day=W2), "三.xlsx")
    for _ in range(2):
        taken = story.run(W2)
        assert [(hazard.id, hazard.units, hazard.state) for hazard in taken.result.hazards] == [
            ("YH2023-0001", [other], "rectified"), ("YH2023-0002", [one], "under_way")]
