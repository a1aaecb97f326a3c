"""Numbers that units give their hazards themselves, in a column of their own or in that of ours."""

import pytest

from tests.ledger.factory import HEADS, W1, W2, W3, Row, Story, ledger, told

BLOCKED, NOT_FREE = "东侧安全出口被货物堵塞无法通行", "东侧安全出口被货物堵塞不能通行"


def numbered(text, number, column, **more):
    """A row with the unit's own number in a column."""
    return Row(description=text, id=number if column == "编号" else "", more={} if column == "编号" else {column: number}, **more)


@pytest.mark.parametrize("column", ["编号", "本级编号"])
def test_a_row_with_the_units_own_number_is_the_same_hazard_on_another_day_in_other_words(column):
    story, heads = Story(), HEADS if column == "编号" else [*HEADS, column]
    story.send(ledger([numbered(BLOCKED, "河北-7", column)], heads=heads))
    story.run(W1)
    story.send(ledger([numbered(NOT_FREE, "河北-7", column, found="2023-06-01")], heads=heads, day=W2))
    story.run(W2)
    story.send(ledger([numbered(BLOCKED, "河北-7", column, found="2023-06-03")], heads=heads, day=W3))
    for _ in range(2):
        taken = story.run(W3)
        assert [one.id for one in taken.result.hazards] == ["YH2023-0001"] and told(taken) == []


def test_running_numbers_that_move_on_are_no_identity():
    story = Story()
    texts = [f"{place}安全出口被货物堵塞无法通行" for place in ("东侧", "南侧", "西侧")]
    story.send(ledger([numbered(text, str(number), "编号") for number, text in enumerate(texts, 1)]))
    before = {one.description: one.id for one in story.run(W1).result.hazards}
    story.send(ledger([numbered(text, str(number), "编号") for number, text in enumerate(texts[1:], 1)], day=W2))
    for _ in range(2):
        taken = story.run(W2)
        assert {one.description: one.id for one in taken.result.hazards} == before and told(taken) == []
        assert [one.seen for one in taken.result.hazards] == [W1.isoformat(), W2.isoformat(), W2.isoformat()]


def test_a_number_that_several_rows_have_or_of_other_words_is_no_identity():
    story = Story()
    story.send(ledger([numbered(BLOCKED, "甲1", "编号")]))
    story.run(W1)
    story.send(ledger([numbered("配电箱没有接地线", "甲1", "编号", found="2023-06-09")], day=W2))
    assert len(story.run(W2).result.hazards) == 2
