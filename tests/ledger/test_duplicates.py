"""疑似重复 sought by columns is what each pair by itself shows."""

import datetime as dt
from collections import Counter
from itertools import combinations, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger import short_names
from consolidator.ledger.duplicates import find_two_units
from consolidator.ledger.likeness import SHORTEST_FIRM, can_be_one_firm, likeness
from consolidator.ledger.short_names import short_and_long
from consolidator.model.ledger import Hazard
from schemas.firms import FirmNames

WEEK = "2023-06-05"
signs = st.text("鑫达商贸一店超市", min_size=1, max_size=7) | st.text("ab", max_size=9)
known = st.sampled_from(["鑫达", "鑫达商", "鑫达商贸", "鑫达大商贸", "鑫达商贸一店", "\U00020000\ud800鑫", "\U00020000\ud800鑫达"])
keys = st.lists(signs | known, unique=True, max_size=25)


def twos(key):
    return {key[at:at + 2] for at in range(len(key) - 1)}


def short_and_long_by_pairs(some):
    """Each two keys of which the first can be a short name of the second."""
    count = Counter(two for key in some for two in twos(key))
    for short, long in permutations(some, 2):
        rarest = sorted(twos(short), key=lambda two: (count[two], two))[:2]
        if SHORTEST_FIRM <= len(short) < len(long) and set(rarest) <= twos(long) and can_be_one_firm(short, long):
            yield short, long


@given(keys, st.integers(0, 100))
def test_short_names_are_those_of_each_two_keys(some, seed):
    owners = np.random.default_rng(seed).integers(-1, 2, len(some))
    of = dict(zip(some, owners.tolist(), strict=True))
    found = [(some[short], some[long]) for short, long in short_and_long(some, owners)]
    assert sorted(found) == sorted((short, long) for short, long in short_and_long_by_pairs(some)
                                   if of[short] != of[long] or of[short] == -1)


def test_many_names_are_sought_in_parts(monkeypatch):
    some = [f"鑫达{n}{more}" for n in range(30) for more in ("号", "号商贸", "号商贸超市")]
    whole = sorted(short_and_long(some, np.full(len(some), -1)))
    monkeypatch.setattr(short_names, "_AT_ONCE", 7)
    assert whole and sorted(short_and_long(some, np.full(len(some), -1))) == whole


hazard = st.builds(
    lambda firm, code, units, day, text, state, since: Hazard(
        "", "", units, "self", firm, description=text, found=day and (dt.date(2023, 6, 1) + dt.timedelta(days=day)).isoformat(),
        since=since, seen=since, credit_code=code, state=state),
    st.sampled_from(["鑫达商贸", "天津鑫达商贸有限公司", "鑫达商贸超市", "鑫达商贸一店", "海河饭店", "海河"]),
    st.sampled_from(["", "", "9A", "9B"]),
    st.sampled_from([["甲"], ["甲"], ["乙"], ["丙"], ["甲", "乙"], ["乙", "丙"]]), st.sampled_from(["", 1, 2, 8, 9, 16]),
    st.sampled_from(["安全出口被货物堵塞", "安全出口被货物堵塞了", "灭火器过期"]), st.sampled_from(["open", "closed", "void"]),
    st.sampled_from([WEEK, "2023-05-29"]))


def by_pairs(hazards, names):
    """(id, id) of two units' hazards that may be one: the rule, pair by pair."""
    alive = [one for one in hazards if one.found and one.state != "void"]
    codes: dict = {}
    for one in alive:
        codes.setdefault(names.key(one.firm), set()).update(filter(None, [one.credit_code]))
    short = set(short_and_long_by_pairs(list(codes)))
    for one, other in combinations(sorted(alive, key=lambda one: one.id), 2):
        key, their = names.key(one.firm), names.key(other.firm)
        one_firm = key == their or one.credit_code == other.credit_code != "" \
            or ({(key, their), (their, key)} & short and len(codes[key] | codes[their]) < 2)
        apart = abs((dt.date.fromisoformat(one.found) - dt.date.fromisoformat(other.found)).days)
        if one_firm and apart <= 7 and not set(one.units) & set(other.units) and likeness(one.description, other.description, 0.85) \
                and (one.is_open or other.is_open or WEEK in (one.since, other.since)):
            yield one.id, other.id


@given(st.lists(hazard, max_size=14))
@settings(deadline=None)
def test_hazards_of_two_units_are_those_of_each_pair(hazards):
    for number, one in enumerate(hazards, 1):
        one.id = f"YH2023-{number:04}"
    names = FirmNames((), ("天津",))
    assert [(one.id, one.other) for one in find_two_units(hazards, names, WEEK)] == list(by_pairs(hazards, names))


def test_a_pair_is_reported_once():
    """Found by the firm's key, by its 信用代码 and beside its short name."""
    rows = [("甲", "鑫达商贸"), ("乙", "鑫达商贸"), ("丙", "天津鑫达商贸超市")]
    hazards = [Hazard(f"YH2023-000{n}", "", [unit], "self", firm, description="安全出口被货物堵塞", found="2023-06-01",
                      since=WEEK, seen=WEEK, credit_code="9A") for n, (unit, firm) in enumerate(rows, 1)]
    doubts = find_two_units(hazards, FirmNames((), ("天津",)), WEEK)
    assert [(one.id[-1], one.other[-1]) for one in doubts] == [("1", "2"), ("1", "3"), ("2", "3")]
