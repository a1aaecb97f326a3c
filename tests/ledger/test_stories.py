"""Random stories of ledgers and decisions: the order of files does not matter, the bridge's identity holds, no row is lost."""

import dataclasses
import datetime as dt
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger.bridge import UnitWeek
from consolidator.ledger.moves import GAINS, LOSSES
from consolidator.ledger.week import add_bridge
from consolidator.model.ledger_json import ledger_to
from tests.ledger.factory import FORM, LEDGER, W1, Row, Story, counts, ledger
from tests.ledger.test_duties import firms

UNITS = {"月牙河街道": ("街道",), "区商务局": ("行业主管部门", "执法部门"), "区城管委": ("行业主管部门",)}
KINDS = ["防火门损坏无法关闭", "配电箱没有接地线", "消防水泵不能启动", "安全出口被货物堵塞", "气瓶间没有通风设施", "疏散指示标志损坏"]
WEEKS = [W1 + dt.timedelta(days=7 * n) for n in range(4)]


def rows_of(chance, hazards, day):
    """The rows of a unit's ledger of a day, some of them rectified, closed, handed over, unreadable or left out."""
    rows = []
    for one in hazards:
        if one.found > day.isoformat() or chance.random() < 0.1:
            continue
        what, done = chance.random(), (day - dt.timedelta(days=1)).isoformat()
        changes = {"state": chance.choice(["未整改", "整改中", "整改中"])}
        if what < 0.3 and done >= one.found:
            changes = {"state": "已整改", "completed": done}
        elif what < 0.4 and done >= one.found:
            changes = {"state": "已销号", "completed": done, "reviewed": done, "reviewer": "司马光"}
        elif what < 0.45:
            changes = {"state": "移交区城管委"}
        elif what < 0.5:
            changes = {"state": "说不好"}
        rows.append(dataclasses.replace(one, **changes))
    chance.shuffle(rows)
    return rows


def files_of(chance):
    """Week → (file, bytes) of each unit that sent a ledger, and sheets of firms."""
    found = {}
    hazards = {unit: [Row(firm=f"{unit[:2]}企业{n % 3}", description=f"{n}号库{KINDS[n % len(KINDS)]}", place=f"{n}层",
                          found=(W1 + dt.timedelta(days=chance.randint(-15, 20))).isoformat(),
                          level=chance.choice(["重大", "重大", "一般"]), source=chance.choice(["自查", "自查", "部门"]))
                      for n in range(chance.randint(1, 5))] for unit in UNITS}
    for week in WEEKS:
        found[week] = []
        for unit, own in hazards.items():
            if chance.random() < 0.8:
                rows, cut = rows_of(chance, own, week), chance.choice([0, 0, 2])  # some send it in two files
                found[week] += [(f"{unit}{week}-{n}.xlsx", ledger(part, unit=unit, day=week))
                                for n, part in enumerate([rows[:cut], rows[cut:]]) if part]
        found[week] += [(f"{unit}履职{week}.xlsx", firms([[1, "甲超市", "", "", (week - dt.timedelta(days=2)).isoformat(), "", "", ""]],
                                                       unit=unit, day=week)) for unit in UNITS if chance.random() < 0.3]
    return found


def decide(chance, story, week, hazards):
    """A few decisions of the clerk on what there is."""
    for one in hazards:
        what = chance.random()
        if what < 0.08:
            story.decide("void", week, one.id, reason="误报")
        elif what < 0.14:
            story.decide("reopen", week, one.id, state="open")
        elif what < 0.2:
            story.decide("move", week, one.id, unit=chance.choice(list(UNITS)))
        elif what < 0.25:
            story.decide("list-up", week, one.id, level="区级", until="2023-07-30")
        elif what < 0.3 and len(hazards) > 1:
            other = chance.choice([two for two in hazards if two is not one])
            story.decide("link", week, one.id, other.id)
            if chance.random() < 0.3:
                story.decide("split", week, one.id, other.id)


def told(seed, files, order):
    """All results of a story, its files in the order that ``order`` shuffles them into."""
    chance, story, results = random.Random(seed), Story(), []
    for week in WEEKS:
        sent = list(files[week])
        order.shuffle(sent)
        for name, data in sent:
            story.send(data, name)
        order.shuffle(story.files)
        if results:
            decide(chance, story, week, sorted(results[-1].result.hazards, key=lambda one: one.id))
        results.append(story.run(week))
    return results


@given(st.integers(0, 10 ** 9), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=12)
def test_the_order_of_files_does_not_matter_whatever_is_decided(seed, order):
    files = files_of(random.Random(seed))
    one = [ledger_to(taken.result) for taken in told(seed, files, random.Random(1))]
    other = [ledger_to(taken.result) for taken in told(seed, files, order)]
    assert one == other


def test_the_stories_have_what_they_are_to_have():
    last = [told(seed, files_of(random.Random(seed)), random.Random(seed)) for seed in range(8)]
    hazards = [one for story in last for one in story[-1].result.hazards]
    assert {"void", "closed", "rectified"} <= {one.state for one in hazards} and any(one.listed for one in hazards)
    assert any(one.moved_from for one in hazards) and any(one.other_ids for one in hazards) and any(one.reopened for one in hazards)
    assert any(taken.result.held for taken in last[0]) and any(story[-1].result.duties for story in last)


@given(st.integers(0, 10 ** 9))
@settings(deadline=None, max_examples=20)
def test_the_bridge_and_the_rows_add_up_in_any_story(seed):
    chance, before = random.Random(seed), {}
    last: dict[str, dict] = {}
    for week, taken in zip(WEEKS, told(seed, files_of(chance), random.Random(seed)), strict=True):
        for file in taken.result.files:
            assert file.rows == file.merged + file.held + file.passed
        figures = {unit: {pair.figure: chance.randint(0, 12) for pair in LEDGER.bridge} for unit in UNITS}
        units = [UnitWeek(unit, kinds, "reported", figures[unit], week.isoformat(), last=last.get(unit),
                          last_day=(week - dt.timedelta(days=7)).isoformat() if last else "") for unit, kinds in UNITS.items()]
        add_bridge(taken, units, week, FORM)
        now = taken.following.hazards
        lines = {(line.unit, line.figure): line for line in taken.result.bridge if not line.street}
        for (unit, figure), line in lines.items():
            pair = next(pair for pair in LEDGER.bridge if pair.figure == figure)
            assert line.rows == sum(counts(one, unit, pair, "2023-05-25", week.isoformat()) for one in now.values())
            assert line.difference == figures[unit][figure] - line.rows
            if not line.opening:
                assert line.expected == line.last + sum(line.moves[name] for name in GAINS) - sum(line.moves[name] for name in LOSSES)
                assert all(len(line.behind.get(name, ())) == count for name, count in line.moves.items())
                if (unit, figure) in before:
                    assert line.difference == before[unit, figure] + line.unexplained
        before, last = {key: line.difference for key, line in lines.items()}, figures
