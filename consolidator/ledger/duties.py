"""企业履职: what firms have to do themselves (方案 二（一）), from the days that the sheets of units give.

A duty is ``done`` where it was done in the period that holds the week, ``due`` where that period is still running and the one
before was kept, ``overdue`` where a whole period has gone by without, ``none`` where nobody has written anything of it (absence
is no fact), ``exempt`` where the unit wrote that the firm has nothing of the kind. Periods are months, quarters or the whole
campaign; a few days left of the month in which the campaign began belong to the month after. Nothing here judges.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from consolidator.ledger.visits import Visit
from consolidator.model.duties import DONE, DUE, EXEMPT, NONE, OVERDUE, STATES, DutyState, FirmDuties
from consolidator.model.ledger_sheet import Value
from schemas.firms import FirmNames
from schemas.ledger_definition import Duty, Ledger

BETWEEN = "|"  # between the days of one cell
SHORTEST = 28  # days: what is left of the first month or quarter is no period of its own if it is shorter
_MONTHS = {"month": 1, "quarter": 3}

Period = tuple[dt.date, dt.date]
Key = tuple[str, str]  # unit ("": known by code or register), the firm's code or key


@dataclass(slots=True)
class Recorded:
    """What the sheets say of a firm: the days of each duty (no days: listed, and not done), those that do not concern it."""

    firm: str
    units: list[str] = field(default_factory=list)
    risky: bool = False
    days: dict[str, set[str]] = field(default_factory=dict)
    exempt: set[str] = field(default_factory=set)

    def add(self, other: Recorded) -> None:
        """Take over what is written of the same firm elsewhere."""
        self.units += [unit for unit in other.units if unit not in self.units]
        self.risky, self.exempt = self.risky or other.risky, self.exempt | other.exempt
        for duty, days in other.days.items():
            self.days.setdefault(duty, set()).update(days)


class DutyBook:
    """All that was written of firms' duties so far. Firms are one by code, by the register, or by name within a unit."""

    def __init__(self, names: FirmNames):
        self.names = names
        self.firms: dict[Key, Recorded] = {}
        self._known_by_code: dict[Key, Key] = {}

    def record(self, row: Mapping[str, Value], ledger: Ledger, unit: str) -> None:
        """Take down what a row of ``ledger`` says of its firm. A blank in a sheet of duties says: not done yet."""
        if not ledger.duty_columns:
            return
        own = {role: duty for role, duty in ledger.duty_columns.items() if role in row}
        name = str(row.get("firm") or "")
        if not name or not (ledger.kind == "duties" or any(row[role] for role in own)):
            return
        one = self._of(name, str(row.get("credit_code") or ""), unit)
        one.units += [unit] if unit not in one.units else []
        one.risky = one.risky or row.get("risky") is True
        for role, duty in own.items():
            written = str(row[role] or "")
            if written == EXEMPT:
                one.exempt.add(duty)
            elif written or ledger.kind == "duties":
                one.days.setdefault(duty, set()).update(day for day in written.split(BETWEEN) if day)
                if written:
                    one.exempt.discard(duty)

    def key(self, name: str, credit_code: str, unit: str) -> Key:
        """What a firm is known by."""
        known = self.names.firm(name, credit_code)
        if known:
            return "", self.names.key(known.name)
        by_name = unit, self.names.key(name)
        if credit_code:
            self._known_by_code[by_name] = "", credit_code
        return self._known_by_code.get(by_name, by_name)

    def _of(self, name: str, credit_code: str, unit: str) -> Recorded:
        key = self.key(name, credit_code, unit)
        earlier = self.firms.pop((unit, self.names.key(name)), None) if key[0] == "" else None
        one = self.firms.setdefault(key, earlier or Recorded(name))
        if earlier is not None and earlier is not one:
            one.add(earlier)
        return one

    def hand_over(self, unit: str, to: str) -> None:
        """What ``unit`` wrote of its firms is ``to``'s from now on: it was merged into that unit."""
        for one in self.firms.values():
            one.units = list(dict.fromkeys(to if name == unit else name for name in one.units))
        for _, firm in [key for key in self._known_by_code if key[0] == unit]:
            by_code = self._known_by_code.pop((unit, firm))
            self._known_by_code.setdefault((to, firm), by_code)
        for _, firm in [key for key in self.firms if key[0] == unit]:
            own = self.firms.pop((unit, firm))
            kept = self.firms.setdefault(self._known_by_code.get((to, firm), (to, firm)), own)
            if kept is not own:
                kept.add(own)
        for by_name, by_code in self._known_by_code.items():
            if by_name[0] == to and by_name in self.firms and by_code in self.firms:
                self.firms[by_code].add(self.firms.pop(by_name))


def duties_of(ledgers: Iterable[Ledger]) -> dict[str, Duty]:
    """Every duty that the definitions name."""
    return {key: duty for ledger in ledgers for key, duty in ledger.duties.items()}


def firm_duties(book: DutyBook, duties: Mapping[str, Duty], visits: Iterable[Visit], campaign: Period,
                day: dt.date) -> list[FirmDuties]:
    """Every firm of the sheets and of the register with the state of each duty as of ``day``; none where no sheet ever came."""
    if not duties or not book.firms:
        return []
    found = dict(book.firms)
    for firm in book.names.firms:
        found.setdefault(("", book.names.key(firm.name)), Recorded(firm.name))
    faults: dict[Key, list[Visit]] = {}
    for visit in visits:
        faults.setdefault(book.key(visit.firm, visit.credit_code, visit.unit), []).append(visit)
    lines = []
    for key, one in found.items():
        known = book.names.firm(one.firm)
        risky = one.risky or bool(known and known.risky)
        states = {}
        for name, duty in duties.items():
            every = (duty.risky if risky else "") or duty.every
            ticked = sorted({visit.day for visit in faults.get(key, ()) if duty.fault in visit.faults})
            days = one.days.get(name)
            state = EXEMPT if name in one.exempt else state_of(days, periods(every, *campaign), day)
            last = max(days) if days else ""
            until = "" if state == EXEMPT else current(periods(every, *campaign), day)[1].isoformat()
            states[name] = DutyState(state, last, until, ticked[-1] if ticked and ticked[-1] > last else "")
        lines.append(FirmDuties(known.name if known else one.firm, sorted(one.units), risky, states))
    return sorted(lines, key=lambda one: (one.units, one.firm))


def state_of(days: set[str] | None, own: Sequence[Period], day: dt.date) -> str:
    """A duty's state as of ``day``; ``days`` is None where nothing was ever written of it."""
    if days is None:
        return NONE
    running = current(own, day)
    if _within(days, running):
        return DONE
    before = [period for period in own if period[1] < running[0]]
    missed = day > running[1] or (bool(before) and not _within(days, before[-1]))
    return OVERDUE if missed else DUE


def current(own: Sequence[Period], day: dt.date) -> Period:
    """The period that holds ``day``, else the last one that has begun."""
    begun = [period for period in own if period[0] <= day]
    return begun[-1] if begun else own[0]


@lru_cache(maxsize=16)
def periods(every: str, since: dt.date, until: dt.date) -> tuple[Period, ...]:
    """The periods from ``since`` to ``until``; what is left of the first is part of the second where it is short."""
    months = _MONTHS.get(every)
    if months is None:
        return ((since, until),)
    first = dt.date(since.year, (since.month - 1) // months * months + 1, 1)
    found: list[Period] = []
    while first <= until:
        last = dt.date(first.year + (first.month + months - 2) // 12, (first.month + months - 2) % 12 + 1, 1)
        end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
        found.append((max(first, since), min(end, until)))
        first = end + dt.timedelta(days=1)
    if len(found) > 1 and (found[0][1] - found[0][0]).days < SHORTEST - 1:
        found[:2] = [(found[0][0], found[1][1])]
    return tuple(found)


def _within(days: Iterable[str], period: Period) -> bool:
    return any(period[0].isoformat() <= one <= period[1].isoformat() for one in days)


@dataclass(slots=True)
class DutyCount:
    """A duty in numbers: how many firms in each state."""

    name: str
    states: dict[str, int]


def count_duties(lines: Iterable[FirmDuties], duties: Mapping[str, Duty]) -> list[DutyCount]:
    """Each duty in numbers."""
    counts = {key: DutyCount(duty.name, dict.fromkeys(STATES, 0)) for key, duty in duties.items()}
    for one in lines:
        for key, state in one.duties.items():
            if key in counts:
                counts[key].states[state.state] += 1
    return list(counts.values())
