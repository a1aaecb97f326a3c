"""Hazards that the clerk makes one with another, and two again: what rows of each find meanwhile, and afterwards."""

import pytest

from consolidator.model.ledger_json import ledger_to
from tests.ledger.factory import W1, W2, W3, Row, Story, ledger, told

EXIT, PUMP, WIRE = "安全出口被货物堵塞", "消防水泵不能启动", "配电箱没有接地线"


def by_id(taken):
    """Id → the hazard."""
    return {one.id: one for one in taken.result.hazards}


def test_a_unit_that_handed_over_a_hazard_finds_what_it_was_linked_to():
    """The row is the linked hazard's, not one of a hazard that is there no more; a later run says the same."""
    story = Story()
    story.send(ledger([Row(description=EXIT), Row(description=PUMP)]))
    first = by_id(story.run(W1))
    exit_id, pump_id = (next(key for key, one in first.items() if one.description == text) for text in (EXIT, PUMP))
    story.send(ledger([Row(description=EXIT), Row(description=PUMP, state="移交区城管委")], day=W2))
    assert by_id(story.run(W2))[pump_id].units == ["区城管委"]
    story.decide("link", W2, exit_id, pump_id)
    story.send(ledger([Row(description=EXIT), Row(description=PUMP, state="已整改", completed="2023-06-18")], day=W3))
    taken = story.run(W3)
    assert {row: key for ids in taken.matched[-1].ids.values() for row, key in ids.items()} == {"4": exit_id, "5": exit_id}
    assert by_id(taken)[exit_id].state == "under_way" and told(taken) == [(5, "first-stands")]
    assert ledger_to(story.run(W3).result) == ledger_to(taken.result)


@pytest.mark.parametrize("back", [False, True])
def test_two_hazards_of_one_unit_are_two_again_after_a_split(back):
    """``back``: the later id is the one that stays."""
    story = Story()
    story.send(ledger([Row(description=EXIT), Row(description=PUMP)]))
    keys = sorted(by_id(story.run(W1)), reverse=back)
    story.decide("link", W1, *keys)
    story.decide("split", W1, *keys)
    before = {one.description: one.id for one in story.run(W1).result.hazards}
    story.send(ledger([Row(description=PUMP, state="已整改", completed="2023-06-11"), Row(description=EXIT)], day=W2))
    after = story.run(W2)
    assert {one.description: one.id for one in after.result.hazards} == before and set(before) == {EXIT, PUMP}
    assert {one.description: one.state for one in after.result.hazards} == {EXIT: "under_way", PUMP: "rectified"}
    assert all(one.units == ["月牙河街道"] and not one.other_ids for one in after.result.hazards)


def test_what_was_linked_to_a_hazard_before_is_its_own_again_after_a_split():
    story = Story()
    story.send(ledger([Row(description=EXIT), Row(description=PUMP), Row(description=WIRE)]))
    one, two, three = sorted(by_id(story.run(W1)))
    story.decide("link", W1, two, three)
    story.decide("link", W1, one, two)
    assert sorted(by_id(story.run(W1))[one].other_ids) == [two, three]
    story.decide("split", W1, one, two)
    after = by_id(story.run(W1))
    assert after[one].other_ids == [] and after[two].other_ids == [three]
    story.decide("void", W1, three, reason="误报")
    assert {key: each.state for key, each in by_id(story.run(W1)).items()} == {one: "under_way", two: "void"}


def test_a_claim_that_both_had_stays_after_a_split():
    story = Story()
    story.send(ledger([Row(description=EXIT), Row(description=PUMP)]))
    story.send(ledger([Row(description=EXIT, firm="天津市鑫达商贸有限公司", source="部门")], "区商务局"), "区商务局台账.xlsx")
    first = by_id(story.run(W1))
    street = [key for key, one in first.items() if one.units == ["月牙河街道"]]
    other = next(key for key in first if key not in street)
    story.decide("link", W1, street[0], other)
    story.decide("link", W1, street[0], street[1])
    story.decide("split", W1, street[0], street[1])
    after = by_id(story.run(W1))
    assert after[street[0]].units == ["月牙河街道", "区商务局"] and after[street[1]].units == ["月牙河街道"]
