"""Advice of messages, followed to the letter: the 编号 that a maybe-same names is filled in, in one's own file or in 发还."""

import dataclasses
import datetime as dt

import pytest

from consolidator.ledger.bridge import UnitWeek
from consolidator.ledger.week import add_bridge
from tests.ledger.factory import FORM, HEADS, W1, W2, W3, Row, Story, ledger

OLD = Row(description="燃气报警器未安装")
NEW = Row(description="燃气报警器没有安装")


def two_weeks():
    """A hazard whose words changed so much that it was begun again."""
    story = Story()
    story.send(ledger([OLD]), "一.xlsx")
    story.run(W1)
    story.send(ledger([NEW], day=W2), "二.xlsx")
    result = story.run(W2).result
    assert [one.id for one in result.hazards] == ["YH2023-0001", "YH2023-0002"]
    assert [(one.code, "编号 YH2023-0001" in one.message) for one in result.held] == [("maybe-same", True)]
    return story


@pytest.mark.parametrize("week", [W2, W3])
@pytest.mark.parametrize("given_back", [False, True])
def test_the_number_that_is_asked_for_makes_them_one(week, given_back):
    story = two_weeks()
    rows = [dataclasses.replace(NEW, id="YH2023-0001", state="已整改", completed="2023-06-10")]
    if given_back:  # both are in it, and the number of the second is replaced
        rows.insert(0, dataclasses.replace(OLD, id="YH2023-0001"))
    story.send(ledger(rows, day=week), "三.xlsx")
    for _ in range(2):  # and again from the journal
        result = story.run(week).result
        assert [(one.id, one.state, one.description) for one in result.hazards] == [("YH2023-0001", "rectified", NEW.description)]
        assert not [one for one in result.held if one.severity == "error"]
        assert "joined" in {one.code for one in result.held}


def test_the_bridge_knows_what_became_one():
    story = two_weeks()
    story.send(ledger([dataclasses.replace(NEW, id="YH2023-0001")], day=W3), "三.xlsx")
    taken = story.run(W3)
    figures = {name: None for name in FORM.figures}
    unit = UnitWeek("月牙河街道", ("街道",), "reported", {**figures, "self_found": 1}, W3.isoformat(), last={**figures, "self_found": 2},
                    last_day=W2.isoformat())
    add_bridge(taken, [unit], W3, FORM)
    line = next(one for one in taken.result.bridge if one.figure == "self_found")
    assert (line.expected, line.unexplained) == (1, 0)


def test_what_was_said_of_a_new_hazard_is_said_again_when_the_week_is_run_again():
    story = two_weeks()
    story.send(ledger([Row(firm="乙店")], unit="区商务局", day=W2), "另.xlsx")
    assert "maybe-same" in {one.code for one in story.run(W2).result.held}


def test_a_hazard_that_comes_back_stays_marked_as_one_when_the_week_is_run_again():
    story = Story()
    story.send(ledger([Row(state="已销号", completed="2023-06-03", reviewed="2023-06-04", reviewer="司马光")]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(found="2023-06-10")], day=W2), "二.xlsx")
    for _ in range(2):
        assert [one.repeat_of for one in story.run(W2).result.hazards] == ["", "YH2023-0001"]


def test_a_hazard_matched_with_the_same_words_names_what_differs():
    story = Story()
    story.send(ledger([Row(firm="天津市鑫达商贸有限公司")]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(firm="鑫达商贸")], day=W2), "二.xlsx")
    said = [one.message for one in story.run(W2).result.held if one.code == "matched-by-likeness"]
    assert all("鑫达商贸有限公司：" in one and "“鑫达商贸：" in one for one in said)


def late(story, week, **changes):
    """A ledger of the first week that comes last, with a hazard that is known and one that is not."""
    rows = [dataclasses.replace(Row(), **changes), Row(firm="迟店", description="仓库没有喷淋")]
    story.send(ledger(rows, day=dt.date(2023, 6, 3)), "迟.xlsx")
    return [story.run(week).result for _ in range(2)]


def test_a_ledger_that_comes_late_begins_no_hazard_again():
    story = Story()
    story.send(ledger([Row(state="已整改", completed="2023-06-04")]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(state="已整改", completed="2023-06-04")], day=W2), "二.xlsx")
    story.run(W2)
    for result in late(story, W3, state="整改中"):
        assert [(one.id, one.firm, one.state) for one in result.hazards] == [
            ("YH2023-0001", "鑫达商贸有限公司", "rectified"), ("YH2023-0002", "迟店", "under_way")]


def test_an_earlier_version_of_the_same_week_that_comes_later_begins_no_hazard_again():
    story = Story()
    story.send(ledger([Row()], day=W2), "二.xlsx")
    story.run(W2)
    for result in late(story, W2, due="2023-06-25"):
        assert [(one.id, one.firm, one.due) for one in result.hazards] == [
            ("YH2023-0001", "鑫达商贸有限公司", "2023-06-30"), ("YH2023-0002", "迟店", "2023-06-30")]


def test_what_the_clerk_did_as_a_row_asked_settles_that_row():
    story = Story()
    story.send(ledger([Row(), Row(description="配电箱没有接地线")]), "一.xlsx")
    story.run(W1)
    asking = [Row(state="误报"), Row(description="配电箱没有接地线", state="移交"), Row(description="消防水泵不能启动", state="误报")]
    story.send(ledger(asking, day=W2), "二.xlsx")
    said = {one.code: one.message for one in story.run(W2).result.held}
    assert "hazard void YH2023-0001 --reason" in said["void-asked"]
    assert "hazard move YH2023-0002 --to" in said["moved-where"] and "请删去这一行" in said["void-new"]
    story.decide("void", W2, "YH2023-0001")
    story.decide("move", W2, "YH2023-0002", unit="区商务局")
    for _ in range(2):
        result = story.run(W2).result
        assert {one.code for one in result.held} == {"void-new"} and [one.merged for one in result.files] == [2]
        assert [(one.state, one.units) for one in result.hazards] == [("void", ["月牙河街道"]), ("under_way", ["区商务局"])]
    story.send(ledger([Row(state="误报")], day=W3), "三.xlsx")  # as it is void, there is nothing left to ask
    assert not story.run(W3).result.held
    story.send(ledger([Row(state="误报"), Row(firm="乙店", description="消防水泵不能启动")], day=W3), "四.xlsx")
    story.decide("reopen", W3, "YH2023-0001", was="void")
    assert [one.code for one in story.run(W3).result.held if one.file == "四.xlsx"] == ["void-asked"]


def test_a_week_that_is_run_after_a_later_one_begins_no_hazard_again():
    story = Story()
    story.send(ledger([Row(state="已整改", completed="2023-06-08"), Row(description="配电箱没有接地线")], day=W2), "二.xlsx")
    story.run(W2)
    story.send(ledger([Row(firm="迟店"), Row(), Row(description="说不好", state="嗯再说吧")]), "一.xlsx")
    for _ in range(2):
        assert [(one.id, one.firm, one.state) for one in story.run(W1).result.hazards] == [
            ("YH2023-0001", "鑫达商贸有限公司", "under_way"), ("YH2023-0003", "迟店", "under_way")]
        result = story.run(W2).result
        assert [(one.id, one.firm, one.state) for one in result.hazards] == [
            ("YH2023-0001", "鑫达商贸有限公司", "rectified"), ("YH2023-0002", "鑫达商贸有限公司", "under_way"),
            ("YH2023-0003", "迟店", "under_way")]
        assert not result.held


def test_a_listing_that_a_unit_ends_has_a_day():
    story = Story()
    for week, listed in ((W1, "区级"), (W2, "摘牌"), (W3, "摘牌")):
        story.send(ledger([Row(more={"挂牌督办": listed})], day=week, heads=[*HEADS, "挂牌督办"]), f"{week}.xlsx")
        hazard, = story.run(week).result.hazards
        assert hazard.listed == ({"level": "区级"} if week == W1 else {"level": "区级", "ended": W2.isoformat()})
