"""What came into a count and went out of it between two weeks, and why: the hazards, firms or amounts behind a line of the bridge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from consolidator.ledger.visits import Visit
from consolidator.model.ledger import Hazard
from schemas.form import MONEY_DECIMALS
from schemas.ledger_definition import BridgePair, Ledger

ADDED, LATE, IN, OUT, VOIDED, BACK = "新增", "补录", "转入", "转出", "撤销", "退回"
GAINS, LOSSES = (ADDED, LATE, IN), (OUT, VOIDED, BACK)
MOVES = (*GAINS, *LOSSES)
_NO_VISIT = Visit("", "", "", "", "")
PUT_RIGHT = frozenset(("rectified", "closed"))
Moves = dict[str, list[str]]  # why → ids of hazards, or names of firms


class Days(NamedTuple):
    """The ISO day of a unit's form of this week, and of its last one ("" where there is none)."""

    this: str
    last: str


class Counted(NamedTuple):
    """What of a hazard matters for counting."""

    units: tuple[str, ...]
    side: str
    level: str
    state: str
    found: str
    completed: str = ""
    suspended: bool = False
    firm: str = ""


class Snapshot(dict[str, Counted]):
    """What counting needs of all hazards by id, as they were at one moment."""

    @cached_property
    def by_unit(self) -> dict[str, dict[str, Counted]]:
        """Those on which each unit has a claim."""
        found: dict[str, dict[str, Counted]] = {}
        for key, one in self.items():
            for unit in one.units:
                found.setdefault(unit, {})[key] = one
        return found

    def of(self, unit: str) -> dict[str, Counted]:
        """Those on which ``unit`` has a claim."""
        return self.by_unit.get(unit, {})


def snapshot(hazards: Iterable[Hazard]) -> Snapshot:
    """All hazards as they are now; the same after they change."""
    return Snapshot((one.id, Counted(tuple(one.units), one.side, one.level, one.state, one.found, one.completed,
                                     one.suspended, one.credit_code or one.firm)) for one in hazards)


def visits_by_unit(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """The visits of each unit, by day."""
    found: dict[str, list[Visit]] = {}
    for one in sorted(visits, key=lambda one: one.day):
        found.setdefault(one.unit, []).append(one)
    return found


def counts(one: Counted, unit: str, pair: BridgePair, since: str, day: str) -> bool:
    """Whether a hazard is one of those that a unit's figure counts on ``day``."""
    return (unit in one.units and pair.side in (None, one.side) and (not pair.level or one.level == pair.level)
            and since <= one.found <= day and one.state != "void" and (pair.count != "suspended" or one.suspended)
            and (pair.count != "rectified" or one.state in PUT_RIGHT))


def hazard_moves(unit: str, days: Days, pair: BridgePair, ledger: Ledger, *, before: Snapshot,
                 after: Snapshot) -> tuple[Moves, int]:
    """The hazards that came into the count and went out of it, by why; and how many it counts now."""
    since = ledger.since.isoformat()
    were = {key for key, one in before.of(unit).items() if days.last and counts(one, unit, pair, since, days.last)}
    are = {key for key, one in after.of(unit).items() if counts(one, unit, pair, since, days.this)}
    moves: Moves = {name: [] for name in MOVES}
    for key in sorted(are - were):
        old, new = before.get(key), after[key]
        happened = (new.completed or new.found) if pair.count == "rectified" else new.found
        if old is not None and unit not in old.units:
            moves[IN].append(key)
        else:
            moves[ADDED if not days.last or happened > days.last else LATE].append(key)
    for key in sorted(were - are):
        now = after.get(key)
        if now is not None and unit not in now.units:
            moves[OUT].append(key)
        elif pair.count == "rectified" and now is not None and now.state not in PUT_RIGHT and now.state != "void":
            moves[BACK].append(key)
        else:
            moves[VOIDED].append(key)
    return moves, len(are)


def firm_moves(unit: str, days: Days, pair: BridgePair, ledger: Ledger, *, before: Snapshot,
               after: Snapshot) -> tuple[Moves, int]:
    """The same for firms with a hazard for which they were suspended: each counts once."""
    since = ledger.since.isoformat()
    were = {one.firm: one for one in before.of(unit).values() if days.last and counts(one, unit, pair, since, days.last)}
    are = {one.firm: one for one in after.of(unit).values() if counts(one, unit, pair, since, days.this)}
    moves: Moves = {name: [] for name in MOVES}
    for key in sorted(are.keys() - were.keys()):
        moves[ADDED if not days.last or are[key].found > days.last else LATE].append(key)
    moves[VOIDED] = sorted(were.keys() - are.keys())
    return moves, len(are)


def visit_moves(days: Days, pair: BridgePair, visits: Sequence[Visit], earlier: Sequence[Visit]) -> tuple[Moves, int]:
    """The same for firms: each counts once, from its first visit (with the fault) on."""
    were = _firms(earlier, pair, days.last) if days.last else {}
    are = _firms(visits, pair, days.this)
    moves: Moves = {name: [] for name in MOVES}
    for key in sorted(are.keys() - were.keys()):
        moves[ADDED if not days.last or are[key].day > days.last else LATE].append(are[key].firm)
    moves[VOIDED] = [were[key].firm for key in sorted(were.keys() - are.keys())]
    return moves, len(are)


def fine_moves(days: Days, visits: Sequence[Visit], earlier: Sequence[Visit]) -> tuple[Moves, float, dict[str, float]]:
    """The same for money: the firms fined by why, the sum now, and the sums that came and went. A fine that is written higher than
    before is 补录, one that is written lower 撤销."""
    were = _fines(earlier, days.last) if days.last else {}
    are = _fines(visits, days.this)
    moves: Moves = {name: [] for name in MOVES}
    sums = dict.fromkeys(MOVES, 0.0)
    for key in sorted(are.keys() | were.keys()):
        old, new = were.get(key), are.get(key)
        more = (new.penalty or 0 if new else 0) - (old.penalty or 0 if old else 0)
        if more:
            why = VOIDED if more < 0 else ADDED if old is None and new and (not days.last or new.day > days.last) else LATE
            moves[why].append((new or old or _NO_VISIT).firm)
            sums[why] = exact(sums[why] + abs(more))
    return moves, exact(sum(one.penalty or 0 for one in are.values())), sums


def _fines(visits: Iterable[Visit], day: str) -> dict[str, Visit]:
    return {f"{one.firm_key} {one.day}": one for one in visits if one.penalty and one.day <= day}


def exact(value: float) -> float:
    """A sum of money without the noise of binary fractions; a count is left as it is."""
    return round(value, MONEY_DECIMALS) if value.__class__ is float else value


def _firms(visits: Iterable[Visit], pair: BridgePair, day: str) -> dict[str, Visit]:
    """The firms that a figure counts, each with the first visit for which it does; of penalties every visit with one."""
    found: dict[str, Visit] = {}
    for one in visits:
        if one.day > day:
            continue
        if pair.count == "penalised":
            if one.penalty:
                found[f"{one.firm_key} {one.day}"] = one
        elif pair.count == "firms" or pair.figure in one.faults:
            found.setdefault(one.credit_code or one.firm_key, one)
    return found
