"""Days that were typed into Excel as numbers: 6.3 is the third of June, or the thirtieth."""

import pytest

from tests.ledger.factory import W1, Row, Story, ledger


def taken(day=W1, **changes):
    story = Story()
    story.send(ledger([Row(**changes)], day=day))
    result = story.run(W1).result
    return [(one.found, one.due, one.completed) for one in result.hazards], [(one.code, one.cell) for one in result.held]


@pytest.mark.parametrize(("changes", "days", "cells"), [
    ({"found": 6.2, "due": 6.3}, ("2023-06-02", "", ""), ["H4"]),  # 6.20 is behind the ledger's day; both deadlines may be
    ({"found": "2023-06-04", "due": 6.3}, ("2023-06-04", "2023-06-30", ""), ["M4"]),
    ({"found": 6.4, "due": 6.25}, ("2023-06-04", "2023-06-25", ""), []),
    ({"found": 6.1, "due": 6.1}, ("2023-06-01", "", ""), ["H4"]),
    ({"found": "2023-06-02", "state": "已整改", "completed": 6.2}, ("2023-06-02", "2023-06-30", "2023-06-02"), ["P4"]),
    ({"found": "2023-06-02", "state": "已整改", "completed": 6.3}, ("2023-06-02", "2023-06-30", "2023-06-03"), ["P4"])])
def test_the_other_days_of_a_row_leave_one(changes, days, cells):
    hazards, held = taken(**changes)
    if days[1]:
        assert hazards == [days]
    else:
        assert hazards == [] and ("day-two", "M4") in held
    assert [cell for code, cell in held if code == "read-as"] == cells


def test_without_a_day_of_the_ledger_both_are_possible():
    hazards, held = taken(day=None, found=6.1)
    assert hazards == [] and held == [("day-two", "H4")]
