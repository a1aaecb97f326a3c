"""Hazards looked at, and the clerk's decisions on them, each undone by its opposite."""

import json

import pytest

from consolidator.workflows import hazards, weekly
from consolidator.workflows.verify import rebuild
from schemas.errors import ClosedWeekError, UsageError
from tests.district import W1, District
from tests.ledger.factory import Row, ledger


@pytest.fixture
def district(tmp_path):
    district = District(tmp_path, ["区商务局", "月牙河街道"])
    rows = [Row(found="2023-05-28"), Row(description="配电箱没有接地线", found="2023-05-27", due="2023-05-28", firm="好邻居饭店")]
    (tmp_path / "inbox" / "月牙河街道台账.xlsx").write_bytes(ledger(rows, day=W1))
    other = Row(firm="鑫达商贸", source="部门", found="2023-05-28")
    (tmp_path / "inbox" / "区商务局台账.xlsx").write_bytes(ledger([other], "区商务局", day=W1))
    district.run(W1)
    return district


def states(district):
    data = json.loads((district.week(W1) / "result.json").read_text(encoding="utf-8"))
    return {one["id"]: (one["state"], tuple(one["units"])) for one in data["ledger"]["hazards"]}


def test_hazards_are_found_by_unit_state_and_words(district):
    found = hazards.find(district.settings)
    assert found.total == 3 and len(found.hazards) == 3
    assert [one.firm for one in hazards.find(district.settings, state="overdue").hazards] == ["好邻居饭店"]
    assert len(hazards.find(district.settings, unit="月牙河街道").hazards) == 2
    assert [one.firm for one in hazards.find(district.settings, text="接地").hazards] == ["好邻居饭店"]
    with pytest.raises(UsageError, match="overdue"):
        hazards.find(district.settings, state="elsewhere")


def test_a_story_names_file_and_row(district):
    story = hazards.show(district.settings, next(one.id for one in hazards.find(district.settings, text="接地").hazards))
    source, = story.sources
    assert (source.file, source.sheet, source.row) == ("月牙河街道台账.xlsx", "台账", 5)
    number = story.hazard.id[-1]
    for written in (number, f" ０{number}", story.hazard.id.lower().replace("-", "－")):
        assert hazards.show(district.settings, written).hazard.id == story.hazard.id
    with pytest.raises(UsageError, match="hazard list"):
        hazards.show(district.settings, "YH2023-0999")


def test_each_decision_is_undone_by_its_opposite(district):
    before, settings = states(district), district.settings
    first = next(one for one in hazards.find(settings, text="出口", unit="月牙河街道").hazards).id
    second = next(one for one in hazards.find(settings, text="出口", unit="区商务局").hazards).id
    hazards.link(settings, (first, second), "同一条")
    assert len(states(district)) == 2 and set(next(units for _, units in states(district).values()
                                                   if len(units) == 2)) == {"区商务局", "月牙河街道"}
    hazards.split(settings, max(first, second), "查明是两条")
    assert states(district) == before
    hazards.move(settings, first, "区商务局", "行业主管")
    assert states(district)[first][1] == ("区商务局",)
    hazards.move(settings, first, "月牙河街道", "退回属地")
    assert states(district) == before
    hazards.void(settings, first, "误报")
    assert states(district)[first][0] == "已撤销"
    hazards.reopen(settings, first, "确是隐患")
    assert states(district) == before
    hazards.list_up(settings, first, "挂牌", words={"level": "区级"})
    assert len(hazards.find(settings, state="listed").hazards) == 1
    hazards.list_up(settings, first, "摘牌", off=True)
    assert not hazards.find(settings, state="listed").hazards
    after = states(district)
    rebuild(settings)
    weekly.run(settings, W1)
    assert states(district) == after


def test_what_cannot_be_decided_is_said(district):
    settings = district.settings
    first = hazards.find(settings).hazards[0].id
    with pytest.raises(UsageError, match="--reason"):
        hazards.void(settings, first, "  ")
    with pytest.raises(UsageError, match="不用恢复"):
        hazards.reopen(settings, first, "无")
    with pytest.raises(UsageError, match="没有挂牌"):
        hazards.list_up(settings, first, "无", off=True)
    for words, sentence in (({"level": "县级"}, "没有“县级”：请写 "), ({}, "没有写：请写 "),
                            ({"level": "区级", "from": "2023-07-01", "until": "2023-06-01"}, "2023-06-01 早于")):
        with pytest.raises(UsageError, match=sentence):
            hazards.list_up(settings, first, "挂牌", words=words)
    from consolidator.workflows.decisions import close

    close(settings, W1)
    with pytest.raises(ClosedWeekError):
        hazards.void(settings, first, "误报")
