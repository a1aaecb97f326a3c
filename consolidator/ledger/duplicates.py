"""疑似重复: hazards of two units that may be one, as a firm is in a street and in a trade. Reported; only the clerk makes them one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice

from consolidator.ledger.likeness import can_be_one_firm, likeness
from consolidator.ledger.rows_taken import shown_text
from consolidator.model.ledger import Doubt, Hazard
from schemas.firms import FirmNames
from schemas.ledger_problems import ledger_message

DAYS = 7
ALIKE = 0.85
_NONE: frozenset[str] = frozenset()
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
    """Hazards of firms that can be one: by 信用代码, by key, by short and full name.

    A short name is sought among the names that hold its two rarest pairs of neighbouring characters.
    """
    by_key: dict[str, list[Hazard]] = {}
    by_code: dict[str, list[Hazard]] = {}
    for one in hazards:
        by_key.setdefault(names.key(one.firm), []).append(one)
        if one.credit_code:
            by_code.setdefault(one.credit_code, []).append(one)
    groups = [*by_key.values(), *(group for group in by_code.values() if len({names.key(one.firm) for one in group}) > 1)]
    units = {key: frozenset(unit for one in own for unit in one.units) for key, own in by_key.items()}
    pairs = {key: {key[at:at + 2] for at in range(len(key) - 1)} for key in by_key}  # of neighbouring characters
    count = Counter(chain.from_iterable(pairs.values()))
    rank = {pair: n for n, pair in enumerate(sorted(count, key=lambda pair: (count[pair], pair)))}
    holding: dict[str, set[str]] = {}  # two characters → the longer names that hold them
    for _, of_length in groupby(sorted(by_key, key=len, reverse=True), key=len):
        keys = list(of_length)
        for key in keys if holding else ():
            rarest = sorted(pairs[key], key=rank.__getitem__)[:2] or [""]
            for other in sorted(holding.get(rarest[0], _NONE) & holding.get(rarest[-1], _NONE)):
                if (len(units[key]) == 1 and units[key] == units[other]) or not can_be_one_firm(key, other):
                    continue
                codes = {one.credit_code for one in (*by_key[key], *by_key[other]) if one.credit_code}
                if len(codes) < 2:
                    groups.append([*by_key[key], *by_key[other]])
        for key in keys:
            for pair in pairs[key]:
                holding.setdefault(pair, set()).add(key)
    return [group for group in groups if len({unit for one in group for unit in one.units}) > 1]
