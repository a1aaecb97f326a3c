"""疑似重复: hazards of two units that may be one, as a firm is in a street and in a trade. Reported; only the clerk makes them one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations, islice

from consolidator.ledger.likeness import SHORTEST_FIRM, can_be_one_firm, likeness
from consolidator.ledger.rows_taken import shown_text
from consolidator.model.ledger import Doubt, Hazard
from schemas.firms import FirmNames
from schemas.ledger_problems import ledger_message

DAYS = 7
ALIKE = 0.85
MOST = 2_000  # pairs reported; more are read by nobody


def find_two_units(hazards: Sequence[Hazard], names: FirmNames, week: str) -> list[Doubt]:
    """Pairs of two units' hazards whose firms can be one, found within a week of each other, with like descriptions.

    Only pairs with one that is new this week or still open: what both units have closed concerns nobody any more.
    """
    alive = [one for one in hazards if one.state != "void" and one.found]
    doubts = []
    for group in _firms(alive, names):
        for one, other in _near_in_time(group):
            if not set(one.units).isdisjoint(other.units) or not (one.is_open or other.is_open or week in (one.since, other.since)):
                continue
            if likeness(one.description, other.description, ALIKE):
                first, second = sorted((one, other), key=lambda one: one.id)
                doubts.append(Doubt("two-units", first.id, second.id, ledger_message("two-units", {
                    "id": first.id, "other": second.id, "unit": "、".join(second.units), "text": f"{second.firm}：{shown_text(second)}"})))
    return sorted(doubts, key=lambda one: (one.id, one.other))[:MOST]


def _near_in_time(group: Iterable[Hazard]) -> Iterator[tuple[Hazard, Hazard]]:
    """The pairs found within a week of each other, the earlier first."""
    dated = [(dt.date.fromisoformat(one.found).toordinal(), one) for one in sorted(group, key=lambda one: (one.found, one.id))]
    for at, (day, one) in enumerate(dated, 1):
        for later, other in islice(dated, at, None):
            if later - day > DAYS:
                break
            yield one, other


def _firms(hazards: Iterable[Hazard], names: FirmNames) -> list[list[Hazard]]:
    """Hazards of firms of several units that can be one: by 信用代码, by key, by short and full name."""
    by_key: dict[str, list[Hazard]] = {}
    by_code: dict[str, list[Hazard]] = {}
    for one in hazards:
        by_key.setdefault(names.key(one.firm), []).append(one)
        if one.credit_code:
            by_code.setdefault(one.credit_code, []).append(one)
    groups = [*by_key.values(), *(group for group in by_code.values() if len({names.key(one.firm) for one in group}) > 1)]
    for short, long in _short_and_long(by_key):
        both = [*by_key[short], *by_key[long]]
        if len({one.credit_code for one in both if one.credit_code}) < 2:
            groups.append(both)
    return [group for group in groups if len(group) > 1 and len({unit for one in group for unit in one.units}) > 1]


def _short_and_long(keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """The keys of which the first can be a short name of the second: the longer one holds the two pairs of neighbouring characters of
    the shorter one that the fewest keys hold. Each short key waits under these two, and each key calls on all its twos."""
    count = Counter(chain.from_iterable(map(_pairs, keys)))
    rank = {pair: n for n, pair in enumerate(sorted(count, key=lambda pair: (count[pair], pair)))}
    shortest, longest = min(map(len, keys), default=0), max(map(len, keys), default=0)
    waiting: dict[tuple[int, int], list[str]] = {}
    for key in keys:
        if SHORTEST_FIRM <= len(key) < longest:
            rarest = sorted(map(rank.__getitem__, _pairs(key)))[:2]
            waiting.setdefault((rarest[0], rarest[-1]), []).append(key)
    every = frozenset(waiting)
    for long in (key for key in keys if len(key) > max(shortest, SHORTEST_FIRM)):
        held = sorted(map(rank.__getitem__, _pairs(long)))
        for twos in every.intersection(chain(combinations(held, 2), zip(held, held, strict=True))):
            for short in waiting[twos]:
                if len(short) < len(long) and short[-1] in long and can_be_one_firm(short, long):
                    yield short, long


def _pairs(key: str) -> set[str]:
    """The pairs of neighbouring characters of a key."""
    return {key[at:at + 2] for at in range(len(key) - 1)}
