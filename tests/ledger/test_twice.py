"""A week that is run again with nothing decided says what it said; rows that are one are reported, and the one with the 编号 stands."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consolidator.ledger.week import Taken
from tests.ledger.factory import W1, W2, Row, Story, errors, ledger, told
from tests.ledger.test_repeated_rows import WORDS, hand_in, reported, run_week

MORE = {**WORDS, "description": (*WORDS["description"], "安全出口被堵塞了", "安全出口堵塞", "配电箱没有接地（1号）处"),
        "found": (*WORDS["found"], "")}


def differences(seed: int) -> list[tuple]:
    """What the second run of a week says otherwise than the first, in four weeks of two units."""
    chance = random.Random(seed)
    files, last, known, found = [], {}, {}, []
    for number in range(4):
        files += hand_in(chance, number, last, MORE, (0, 1, 3))
        first, again = (reported(run_week(files, known, (), number).result) for _ in range(2))
        found += [(number, one) for one in first if one not in again] + [(number, one) for one in again if one not in first]
    return found


@settings(deadline=None, max_examples=25, derandomize=True)  # one district in a thousand found what the examples show
@given(st.integers(0, 10 ** 9))
@example(1816)  # a row that names another unit's hazard, which that unit rewords
@example(4366)  # a row that is the same as one that is the same as a third, below
@example(3248)  # a row that began a hazard beside a held one that is like it
def test_a_week_run_again_says_the_same(seed):
    assert differences(seed) == []


def both_runs_of_the_second_week(rows: Sequence[Row], turned: bool = False) -> list[Taken]:
    """A hazard was reported in the first week, as :class:`Row` has it; ``rows``, or these turned about, come in the second."""
    story = Story()
    story.send(ledger([Row()]), "一.xlsx")
    story.run(W1)
    story.send(ledger(rows[::-1] if turned else rows, day=W2), "二.xlsx")
    return [story.run(W2) for _ in range(2)]


@pytest.mark.parametrize(("rows", "code"), [
    ([Row(description="安全出口被货物堵塞了")], "matched-by-likeness"), ([Row(found="")], "matched-without-day"),
    ([Row(id="YH2023-0001", firm="别的饭店", description="燃气软管老化"), Row()], "id-contradicts"),
    ([Row(id="YH2023-0001"), Row()], "counted-once"),
    ([Row(id="YH2023-0001", description="通道里堆满了货"), Row(description="通道里堆满了货")], "counted-once")])
def test_what_is_said_of_a_row_is_said_again(rows, code):
    first, again = both_runs_of_the_second_week(rows)
    assert code in [code for _, code in told(first)] and told(again) == told(first)
    assert [asdict(one) for one in again.result.hazards] == [asdict(one) for one in first.result.hazards] and len(first.result.hazards) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_alike_to_one_with_a_number_is_no_second_hazard(turned):
    new = "通道里堆满了货"
    for taken in both_runs_of_the_second_week([Row(id="YH2023-0001", description=new), Row(description=new)], turned):
        assert len(taken.result.hazards) == 1 and (4 if turned else 5, "counted-once") in told(taken)
    story = Story()
    rows = [Row(id="甲-1"), Row()]
    story.send(ledger(rows[::-1] if turned else rows), "一.xlsx")
    for _ in range(2):
        taken = story.run(W1)
        assert len(taken.result.hazards) == 1 and (4 if turned else 5, "counted-once") in told(taken)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("state", "completed"), [("已整改", "2023-06-08"), ("已销号", "2023-06-08")])
def test_the_row_with_the_number_stands_beside_one_left_over(turned, state, completed):
    rows = [Row(id="YH2023-0001", state=state, completed=completed, reviewed="2023-06-09" if state == "已销号" else "", reviewer="司马光"),
            Row()]
    for taken in both_runs_of_the_second_week(rows, turned):
        hazard, = taken.result.hazards
        assert hazard.state in ("rectified", "closed") and "reopened" not in [code for _, code in told(taken)]
        left = 4 if turned else 5
        assert (left, "numbered-stands") in told(taken) or (left, "closed-before") in errors(taken)
