"""WeekResult: the one thing that writers render; to and from ``result.json`` (design.md, “The contract”).

Everything a writer shows is here, computed once. Dates are ``datetime.date``; figures are keyed by name: counts int,
money float with at most 6 decimals, yes/no bool, None a blank.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.ledger import LedgerResult
from consolidator.model.submission import FigureValue
from schemas.form import MONEY_DECIMALS
from schemas.problems import Problem, for_clerk

SCHEMA = 1
Figures = dict[str, FigureValue]

ACCEPTED, REJECTED, SUPERSEDED = "accepted", "rejected", "superseded"
DUPLICATE, OTHER_WEEK, MATERIAL, DISMISSED = "duplicate", "other-week", "material", "dismissed"
LEDGER = "ledger"  # holds ledgers and no form
REPORTED, CARRIED, MISSING = "reported", "carried", "missing"
AWAITS_REPORT, AWAITS_CORRECTION = "report", "correction"


@dataclass(slots=True)
class SubmissionResult:
    """One file of the inbox (or an accepted one that has left it) and what became of it.

    ``late``: dated after its week's Monday. ``received``: when it was first seen, shown to people and kept out of
    ``result.json`` (the same inbox and history give the same bytes). ``written``: what stood in each figure's cell.
    """

    file: str
    sha256: str
    _: KW_ONLY
    unit: str | None
    date: dt.date | None
    status: str
    figures: Figures = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    late: bool = False
    in_inbox: bool = True
    received: dt.datetime | None = None
    is_ledger: bool = False

    @property
    def goes_back(self) -> bool:
        """Whether it is rejected for something that its unit has to correct."""
        return self.status == REJECTED and not for_clerk(self.problems)

    def worst(self) -> str | None:
        """The gravest severity among its problems, None where there are none."""
        severities = {problem.severity for problem in self.problems}
        return next((one for one in ("error", "warning", "note") if one in severities), None)

    def open_warnings(self) -> list[Problem]:
        """The warnings that nobody has decided on: neither an accepted error nor confirmed."""
        return [one for one in self.problems if one.severity == "warning" and not one.decision and not one.confirmed]


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What ``accept`` made of a unit's figure and of its total; ``held``: a form of the unit is still refused."""

    unit: str
    figure: str
    before: FigureValue
    after: FigureValue
    total_before: FigureValue
    _: KW_ONLY
    total_after: FigureValue
    held: bool = False


@dataclass(slots=True)
class Acceptance:
    """A figure taken by the clerk's decision (``accept``): both values, who, when, why."""

    figure: str
    value: FigureValue
    written: FigureValue
    reason: str
    by: str
    _: KW_ONLY
    at: str


@dataclass(slots=True)
class UnitResult:
    """A unit's state in the week, in the roster's order (units that only history knows come last).

    ``increments`` are against the unit's figures in the last week run before this one (None: nothing to compare).
    ``backlog`` is the part of an increment that a unit brings after weeks of being carried (其中补报).
    ``accepted`` are the figures that were accepted by decision. ``on_roster`` is False for a unit that only history knows;
    ``stopped`` is True for one that no longer reports, by the roster. ``expected`` is the last weekly increment of a unit
    that has not reported: by so much it could move the totals (``status``; not in ``result.json``).
    """

    unit: str
    kind: tuple[str, ...]
    _: KW_ONLY
    source: str
    from_week: dt.date | None
    awaiting: str | None
    figures: Figures = field(default_factory=dict)
    previous: Figures = field(default_factory=dict)
    increments: Figures = field(default_factory=dict)
    backlog: Figures = field(default_factory=dict)
    accepted: list[Acceptance] = field(default_factory=list)
    late: bool = False
    on_roster: bool = True
    stopped: bool = False
    file: str | None = None
    expected: Figures = field(default_factory=dict)


@dataclass(slots=True)
class PastWeek:
    """A week run before, for trends: its totals and how many units reported."""

    week: dt.date
    totals: Figures
    reported: int


@dataclass(slots=True)
class Notice:
    """Something to say of the week as a whole or of a unit, rather than of a file (零问题, a unit not on the roster)."""

    code: str
    severity: str
    message: str
    unit: str | None = None


@dataclass(slots=True)
class WeekResult:
    """A week's whole result. ``increments`` values are None in the first week run; ``previous_week`` likewise.

    ``corrections``: totals that differ from those of the closed state a reopened week had: figure → (old, new).
    """

    form: str
    week: dt.date
    _: KW_ONLY
    submissions: list[SubmissionResult]
    units: list[UnitResult]
    totals: Figures
    increments: Figures
    previous_week: dt.date | None = None
    previous_totals: Figures = field(default_factory=dict)
    past: list[PastWeek] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    corrections: dict[str, tuple[FigureValue, FigureValue]] = field(default_factory=dict)
    closed: bool = False
    ledger: LedgerResult = field(default_factory=LedgerResult)

    def due_units(self) -> list[UnitResult]:
        """应报: the units that are to report (on the roster, not stopped)."""
        return [unit for unit in self.units if unit.on_roster and not unit.stopped]

    def reported_units(self) -> list[UnitResult]:
        """实报: those of them that have an accepted submission of this week."""
        return [unit for unit in self.due_units() if unit.source == REPORTED]

    def ledgers_of_other_weeks(self) -> frozenset[str]:
        """The files of ledgers that still lie in the inbox and were those of another week."""
        own = {one.file for one in self.ledger.files}
        return frozenset(one.file for one in self.submissions if one.status == LEDGER and one.file not in own)

    def count_statuses(self) -> Counter[str]:
        """How many files of each status there are as people count them: a ledger of another week is of that week."""
        others = self.ledgers_of_other_weeks()
        return Counter(OTHER_WEEK if one.status == LEDGER and one.file in others else one.status for one in self.submissions)

    def backlog(self) -> Figures:
        """其中补报: the part of the totals' increments that units bring after weeks of being carried or missing."""
        sums: dict[str, float | int] = {}
        for unit in self.units:
            for name, value in unit.backlog.items():
                sums[name] = sums.get(name, 0) + (value or 0)
        return {name: round(one, MONEY_DECIMALS) if isinstance(one, float) else one for name, one in sums.items()}
