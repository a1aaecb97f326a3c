"""What came into a count and went out of it between two weeks, and why: the hazards, firms or amounts behind a line of the bridge."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from consolidator.ledger.repeated import Mask, Repeated, Rows
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
_NO_ROWS: Rows = np.array([], np.intp)


class Days(NamedTuple):
    """The ISO day of a unit's form of this week, and of its last one ("" where there is none)."""

    this: str
    last: str


class Snapshot:
    """What counting needs of all hazards, as they were at one moment: a column each, a row a hazard."""

    def __init__(self, hazards: Collection[Hazard] = ()):
        self.ids = [one.id for one in hazards]
        self.units = [one.units for one in hazards]  # the lists are never changed in place
        self._sides = {row: one.sides for row, one in enumerate(hazards) if one.sides}  # claims of another side than the hazard's
        self._texts = {name: list(map(attrgetter(name), hazards)) for name in ("side", "level", "state", "found", "completed")}
        self.suspended = {row: one.credit_code or one.firm for row, one in enumerate(hazards) if one.suspended}  # whose they are
        self._counted: dict[tuple[BridgePair, str, str], Mask] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Id → row."""
        return {key: row for row, key in enumerate(self.ids)}

    @cached_property
    def put_right(self) -> frozenset[str]:
        """The ids of those that are rectified or closed."""
        return frozenset(key for key, state in zip(self.ids, self._texts["state"], strict=True) if state in PUT_RIGHT)

    @cached_property
    def _columns(self) -> dict[str, Repeated[str]]:
        return {name: Repeated(texts) for name, texts in self._texts.items()}

    @cached_property
    def _rows_by_unit(self) -> dict[str, Rows]:
        found: dict[str, list[int]] = {}
        for row, units in enumerate(self.units):
            for unit in units:
                found.setdefault(unit, []).append(row)
        return {unit: np.array(rows, np.intp) for unit, rows in found.items()}

    def of(self, unit: str) -> Rows:
        """The rows on which ``unit`` has a claim."""
        return self._rows_by_unit.get(unit, _NO_ROWS)

    def ids_of(self, rows: Rows) -> list[str]:
        """The ids of rows."""
        return list(map(self.ids.__getitem__, rows.tolist()))

    def state_of(self, row: int) -> str:
        """The state of one row."""
        return self._texts["state"][row]

    def counted(self, unit: str, pair: BridgePair, since: str, day: str) -> Rows:
        """The rows that a unit's figure counts on ``day``; none where there is no day."""
        rows = self.of(unit)
        if not len(rows):
            return rows
        counts = self._counts(pair, since, day)[rows]
        if self._sides and pair.side:
            of_any_side = self._counts(pair.model_copy(update={"side": None}), since, day)
            for at, side in self._sides_in(unit, rows):
                counts[at] = side == pair.side and of_any_side[rows[at]]
        return rows[counts]

    def _sides_in(self, unit: str, rows: Rows) -> list[tuple[int, str]]:
        """Which of ``rows`` the unit counts on another side than the hazard's, and that side."""
        return [(at, self._sides[row][unit]) for at, row in enumerate(rows.tolist()) if row in self._sides and unit in self._sides[row]]

    def keeps(self, unit: str, pair: BridgePair) -> bool:
        """Whether there are rows of the unit that a figure could count, of whatever day, level and state."""
        rows = self.of(unit)
        if pair.count == "suspended":
            rows = np.array([row for row in rows.tolist() if row in self.suspended], np.intp)
        keeps = self._columns["side"].where(lambda side: pair.side in (None, side), rows)
        for at, side in self._sides_in(unit, rows) if self._sides else ():
            keeps[at] = pair.side in (None, side)
        return bool(keeps.any())

    def happened_by(self, day: str, pair: BridgePair, rows: Rows) -> Mask:
        """Of which of ``rows`` that at which ``pair`` looks happened by ``day``."""
        found, completed = self._columns["found"], self._columns["completed"]
        by_found = found.where(lambda when: when <= day, rows)
        if pair.count != "rectified":
            return by_found
        return np.where(completed.where(bool, rows), completed.where(lambda when: when <= day, rows), by_found)

    def _counts(self, pair: BridgePair, since: str, day: str) -> Mask:
        """The rows that any unit's figure counts on ``day``."""
        found = self._counted.get((pair, since, day))
        if found is None:
            columns = self._columns
            found = columns["side"].where(lambda side: pair.side in (None, side))
            found &= columns["level"].where(lambda level: not pair.level or level == pair.level)
            found &= columns["found"].where(lambda when: since <= when <= day)
            found &= columns["state"].where(PUT_RIGHT.__contains__ if pair.count == "rectified" else "void".__ne__)
            if pair.count == "suspended":
                found &= np.isin(np.arange(len(self.ids)), list(self.suspended))
            self._counted[pair, since, day] = found
        return found


def snapshot(hazards: Collection[Hazard]) -> Snapshot:
    """All hazards as they are now; the same after they change."""
    return Snapshot(hazards)


def visits_by_unit(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """The visits of each unit, by day."""
    found: dict[str, list[Visit]] = {}
    for one in sorted(visits, key=attrgetter("day")):
        found.setdefault(one.unit, []).append(one)
    return found


def hazard_moves(unit: str, days: Days, pair: BridgePair, ledger: Ledger, *, before: Snapshot,
                 after: Snapshot) -> tuple[Moves, int]:
    """The hazards that came into the count and went out of it, by why; and how many it counts now."""
    since = ledger.since.isoformat()
    were, are = before.counted(unit, pair, since, days.last), after.counted(unit, pair, since, days.this)
    were_ids, are_ids = before.ids_of(were), after.ids_of(are)
    known, by_last = set(were_ids), after.happened_by(days.last, pair, are).tolist()
    moves: Moves = {name: [] for name in MOVES}
    for key, is_late in zip(are_ids, by_last, strict=True):
        if key not in known:
            old = before.row_of.get(key)
            moves[IN if old is not None and unit not in before.units[old] else LATE if is_late else ADDED].append(key)
    for key in known.difference(are_ids):
        now = after.row_of.get(key)
        state = after.state_of(now) if now is not None else "void"
        if now is not None and unit not in after.units[now]:
            moves[OUT].append(key)
        elif pair.count == "rectified" and state != "void" and state not in PUT_RIGHT:
            moves[BACK].append(key)
        else:
            moves[VOIDED].append(key)
    return {name: sorted(found) for name, found in moves.items()}, len(are)


def firm_moves(unit: str, days: Days, pair: BridgePair, ledger: Ledger, *, before: Snapshot,
               after: Snapshot) -> tuple[Moves, int]:
    """The same for firms with a hazard for which they were suspended: each counts once."""
    since = ledger.since.isoformat()
    were = {before.suspended[row] for row in before.counted(unit, pair, since, days.last).tolist()}
    are = {after.suspended[row]: row for row in after.counted(unit, pair, since, days.this).tolist()}
    by_last = dict(zip(are, after.happened_by(days.last, pair, np.array(list(are.values()), np.intp)).tolist(), strict=True))
    moves: Moves = {name: [] for name in MOVES}
    for key in sorted(are.keys() - were):
        moves[LATE if by_last[key] else ADDED].append(key)
    moves[VOIDED] = sorted(were - are.keys())
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


def _firms(visits: Sequence[Visit], pair: BridgePair, day: str) -> dict[str, Visit]:
    """The firms that a figure counts, each with the first visit for which it does; of penalties every visit with one."""
    until = visits[:bisect_right(visits, day, key=attrgetter("day"))]
    if pair.count == "penalised":
        return {f"{one.firm_key} {one.day}": one for one in until if one.penalty}
    if pair.count != "firms":
        until = [one for one in until if pair.figure in one.faults]
    return {one.credit_code or one.firm_key: one for one in reversed(until)}  # its first visit is put in last
