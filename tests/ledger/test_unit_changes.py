"""Units renamed, merged or removed from the roster: their hazards keep their ids, and whose they are; so do duties of firms."""

import datetime as dt

import pytest

from consolidator.ledger.bridge import UnitWeek
from consolidator.ledger.week import add_bridge
from schemas.roster import Roster, Unit
from schemas.roster_checks import Change
from tests.ledger.factory import FORM, ROSTER, W1, W2, W3, Row, Story, errors, ledger, told
from tests.ledger.test_duties import HEADS, firms

DAY = dt.date(2023, 6, 7)
STREET, BUREAU = ("街道",), ("行业主管部门", "执法部门")
FIRST = [Row(), Row(description="配电箱没有接地线")]
NOW = [Row(state="已整改", completed="2023-06-08"), Row(description="配电箱没有接地线")]


def roster(*changes: Change, name="月牙河街道") -> Roster:
    return Roster([Unit(name, STREET, changes=changes), Unit("区商务局", BUREAU), Unit("区城管委", ("行业主管部门",))], FORM.region)


@pytest.fixture
def story():
    story = Story()
    story.send(ledger(FIRST), "一.xlsx")
    story.send(ledger([Row(firm="乙店", source="部门")], unit="区商务局"), "商.xlsx")
    story.run(W1)
    return story


def hazards(taken):
    return [(one.id, one.units, one.state) for one in taken.result.hazards]


@pytest.mark.parametrize("numbered", [False, True])
def test_a_renamed_unit_keeps_its_hazards(story, numbered):
    before = hazards(story.run(W1))
    story.roster = roster(Change(DAY, "renamed", "月牙河街道"), name="月牙新街道")
    rows = [Row(**{**vars(row), "id": name}) for row, name in zip(NOW, ("YH2023-0002", "YH2023-0003"), strict=True)] if numbered else NOW
    story.decide("void", W1, "YH2023-0003")
    story.decide("reopen", W1, "YH2023-0003", was="void")
    story.send(ledger(rows, unit="月牙新街道", day=W2), "二.xlsx")
    for _ in range(2):
        taken = story.run(W2)
        assert hazards(taken) == [before[0], ("YH2023-0002", ["月牙新街道"], "rectified"), ("YH2023-0003", ["月牙新街道"], "under_way")]
        assert not errors(taken)
    assert [units for _, units, _ in hazards(story.run(W1))] == [["区商务局"], ["月牙新街道"], ["月牙新街道"]]


@pytest.mark.parametrize("numbered", [False, True])
def test_what_a_merged_unit_had_is_the_others(story, numbered):
    story.roster = roster(Change(DAY, "merged", "区商务局"))
    rows = [Row(firm="乙店", source="部门"), *NOW]
    if numbered:
        rows = [Row(**{**vars(row), "id": f"YH2023-000{n}"}) for n, row in enumerate(rows, 1)]
    assert [units for _, units, _ in hazards(story.run(W1))] == [["区商务局"], ["月牙河街道"], ["月牙河街道"]]
    story.send(ledger(rows, unit="区商务局", day=W2), "二.xlsx")
    for _ in range(2):
        taken = story.run(W2)
        assert hazards(taken) == [("YH2023-0001", ["区商务局"], "under_way"), ("YH2023-0002", ["区商务局"], "rectified"),
                                  ("YH2023-0003", ["区商务局"], "under_way")]
        assert not told(taken)
    figures = {name: None for name in FORM.figures} | {"self_found": 2, "self_rectified": 1}  # the last figures are of both
    unit = UnitWeek("区商务局", BUREAU, "reported", figures, W2.isoformat(), last={**figures, "self_rectified": 0},
                    last_day=W1.isoformat())
    add_bridge(taken, [unit], W2, FORM)
    assert [(line.figure, line.rows, line.unexplained, line.message) for line in taken.result.bridge] == [
        ("self_found", 2, 0, ""), ("self_rectified", 1, 0, "")]


def test_a_ledger_under_a_merged_units_name_is_the_others(story):
    story.roster = roster(Change(DAY, "merged", "区商务局"))
    story.send(ledger(NOW, day=W2), "二.xlsx")
    for _ in range(2):
        assert hazards(story.run(W2))[1:] == [("YH2023-0002", ["区商务局"], "rectified"), ("YH2023-0003", ["区商务局"], "under_way")]


def test_a_unit_that_is_no_longer_in_the_roster_keeps_what_it_reported(story):
    before = hazards(story.run(W1))
    story.roster = Roster(ROSTER.units[1:], FORM.region)
    taken = story.run(W2)
    assert hazards(taken) == before and not [one for one in taken.result.files if one.refused]


def test_another_units_number_gives_no_claim_and_is_reported(story):
    for number, week in ((2, W2), (3, W3)):
        story.send(ledger([Row(firm="乙店", source="部门"), Row(id="YH2023-0002", state="已整改", completed="2023-06-08")],
                          unit="区商务局", day=week), f"{number}.xlsx")
        for _ in range(2):
            taken = story.run(week)
            assert hazards(taken) == [("YH2023-0001", ["区商务局"], "under_way"), ("YH2023-0002", ["月牙河街道"], "under_way"),
                                      ("YH2023-0003", ["月牙河街道"], "under_way"), ("YH2023-0004", ["区商务局"], "rectified")]
            said, = [one for one in taken.result.held if one.code == "id-of-other"]
            assert "hazard link YH2023-0002 YH2023-0004 --reason" in said.message and said.severity == "warning"
    story.decide("link", W3, "YH2023-0002", "YH2023-0004")
    taken = story.run(W3)
    assert ("YH2023-0002", ["月牙河街道", "区商务局"], "under_way") in hazards(taken)


def duties(taken):
    return [(one.firm, one.units, [state.state for state in one.duties.values()][:1]) for one in taken.result.duties]


def test_duties_of_firms_go_to_the_unit_that_has_them_now(story):
    heads, code = [*HEADS, "统一社会信用代码"], "91120105MA05Q0AT9Y"
    story.send(firms([[1, "甲店", "", "", "2023-06-03", "", "", ""], [2, "乙店", "", "", "", "", "", ""],
                      [3, "丙店", "", "", "", "2023-06-01", "", ""], [4, "丁店", "", "", "2023-06-02", "", "", "", code]],
                     heads=heads), "职.xlsx")
    story.send(firms([[1, "甲店", "", "", "", "", "", ""], [2, "丁店", "", "", "", "", "", ""]], unit="区商务局"), "商职.xlsx")
    street, bureau = ["月牙河街道"], ["区商务局"]
    assert duties(story.run(W1)) == [("丁店", bureau, ["due"]), ("甲店", bureau, ["due"]), ("丁店", street, ["done"]),
                                     ("丙店", street, ["due"]), ("乙店", street, ["due"]), ("甲店", street, ["done"])]
    story.roster = roster(Change(DAY, "merged", "区商务局"))
    story.send(firms([[1, "乙店", "", "", "2023-06-09", "", "", ""]], unit="区商务局", day=W2), "二.xlsx")
    for _ in range(2):
        assert duties(story.run(W2)) == [("丁店", bureau, ["done"]), ("丙店", bureau, ["due"]), ("乙店", bureau, ["done"]),
                                         ("甲店", bureau, ["done"])]
    assert [units for _, units, _ in duties(story.run(W1))][2:] == [street] * 4


def test_duties_of_firms_keep_with_a_renamed_unit(story):
    story.send(firms([[1, "甲店", "", "", "2023-06-03", "", "", ""]]), "职.xlsx")
    story.run(W1)
    story.roster = roster(Change(DAY, "renamed", "月牙河街道"), name="月牙新街道")
    story.send(firms([[1, "甲店", "", "", "", "", "", ""]], unit="月牙新街道", day=W2), "二.xlsx")
    assert duties(story.run(W2)) == [("甲店", ["月牙新街道"], ["done"])]
