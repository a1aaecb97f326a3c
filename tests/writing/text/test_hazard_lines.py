"""A hazard in words: what is of the past is not shown as if it still were, people are masked in all of it."""

import datetime as dt

import pytest

from consolidator.model.ledger import Hazard
from consolidator.writing.text.hazard_lines import hazard_lines, listed_words, marks_of

WEEK = dt.date(2023, 6, 12)


def hazard(**more):
    kept = {"description": "消防水泵不能启动", "found": "2023-05-27", "since": "2023-05-29", "seen": "2023-06-12", "state_name": "整改中",
            "state": "under_way"}
    return Hazard("YH2023-0001", "hazards_2023", ["区商务局"], "self", "某商场", **{**kept, **more})


def test_people_are_masked_in_every_line():
    one = hazard(description="二层杂物，欧阳明负责", place="欧阳明办公室", measures="由欧阳明牵头更换，联系13912345678",
                 people={"person": "欧阳明"})
    words = "".join(text for _, text in hazard_lines(one, "all"))
    assert "欧阳明" not in words and "13912345678" not in words and "欧*" in words
    assert "欧阳明" in "".join(text for _, text in hazard_lines(one, "none"))


def test_why_it_was_voided_is_shown_only_while_it_is():
    assert dict(hazard_lines(hazard(void_reason="误报", state="void", state_name="已撤销"), "all"))["撤销理由"] == "误报"
    assert "撤销理由" not in dict(hazard_lines(hazard(void_reason="误报"), "all"))


@pytest.mark.parametrize(("listed", "words"), [
    ({}, ""), ({"level": "区级", "number": "1号", "by": "区安委会", "from": "2023-06-01", "until": "2023-07-01"},
               "区级、1号、区安委会、2023-06-01 起、2023-07-01 止"),
    ({"level": ""}, "是"), ({"level": "区级", "ended": "2023-06-09"}, "已摘牌（2023-06-09）"), ({"level": "区级", "ended": ""}, "已摘牌")])
def test_what_is_listed_and_what_was(listed, words):
    assert listed_words(hazard(listed=listed)) == words
    assert ("挂牌" in dict(marks_of(hazard(listed=listed), WEEK))) == (bool(words) and "摘牌" not in words)


def test_marks_are_what_the_report_counts():
    closed = hazard(state="closed", state_name="已销号", completed="2023-06-04", closed="2023-06-12")  # rectified the week before
    assert dict(marks_of(closed, WEEK)) == {"本期销号": "good"}
    assert dict(marks_of(closed, WEEK + dt.timedelta(days=7))) == {}
    assert dict(hazard_lines(hazard(is_late=True), "all"))["状态"] == "整改中（逾期）"
