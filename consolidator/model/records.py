"""What history says, as values: the judging needs no more of the past than these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import overload

from consolidator.model.result import Figures
from consolidator.model.submission import FigureValue

Accepted = tuple[dt.date, Figures]  # a week, and a unit's figures that were accepted in it
History = Sequence[Accepted]  # of one unit, oldest first


class LongHistory(Sequence[Accepted]):
    """A unit's history of which the last one is at hand: those before it are read when they are asked for, which is seldom."""

    def __init__(self, last: Accepted, length: int, whole: Callable[[], History]):
        self._last, self._length, self._read = last, length, whole
        self._whole: History | None = None

    def _all(self) -> History:
        if self._whole is None:
            self._whole = self._read()
        return self._whole

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Accepted: ...
    @overload
    def __getitem__(self, at: slice) -> History: ...
    def __getitem__(self, at: int | slice) -> Accepted | History:
        return self._last if at == -1 else self._all()[at]

    def __reversed__(self) -> Iterator[Accepted]:
        yield self._last
        yield from reversed(self._all()[:-1])


@dataclass(frozen=True, slots=True)
class Seen:
    """A file by its bytes: under which name, in which run and week's run it was first seen, where its original lies."""

    file: str
    week: dt.date
    run: int
    at: dt.datetime
    original: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The submission that counts for a unit in a week, as it was accepted.

    ``after_close``: it came for a week already closed; that week's totals do not hold it, later weeks carry it.
    """

    week: dt.date
    unit: str
    sha256: str
    file: str
    date: dt.date | None
    _: KW_ONLY
    run: int
    figures: Figures
    after_close: bool = False


@dataclass(frozen=True, slots=True)
class WeekRun:
    """A week that was run: its totals then, how many units reported, whether it is closed, the totals it was closed with.

    ``opening``: it was not run; its figures were taken from a table (``opening``), and it stays closed.
    """

    week: dt.date
    totals: Figures
    reported: int
    closed: bool
    closed_totals: Figures | None
    _: KW_ONLY
    previous_totals: Figures = field(default_factory=dict)
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """``accept``: a figure taken on the record. ``basis`` is what it was given for: the text that stood in the cell."""

    week: dt.date
    unit: str
    figure: str
    _: KW_ONLY
    value: FigureValue
    given: bool
    written: FigureValue
    basis: str
    reason: str
    by: str
    at: str

    @property
    def heard(self) -> bool:
        """Whether it is a value for which nothing stood in a form: one heard on the telephone."""
        return self.given and self.basis == ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``confirm``: a warning that somebody has looked at.

    ``figure`` None is the form as a whole, then the confirmation is for the file ``sha256`` alone; of a figure it holds while
    ``basis``, the text in its cell, stays.
    """

    week: dt.date
    unit: str
    figure: str | None
    code: str
    _: KW_ONLY
    sha256: str
    basis: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class FileDecision:
    """What the clerk has decided on a file, by its bytes: ``dismiss``, it counts for nothing from ``week`` on; or ``assign``, it is of
    ``week``, whatever date is written in it."""

    sha256: str
    file: str
    week: dt.date
    reason: str
    by: str
    _: KW_ONLY
    at: str


@dataclass(slots=True)
class Known:
    """What the history says, as far as settling needs it.

    ``standing`` is keyed by (week, unit); ``judged`` gives the weeks in which a file (sha256) was judged. ``outcomes`` are the
    files that were superseded or duplicates in the week that is run; ``assigned`` are by sha256.
    """

    standing: Mapping[tuple[dt.date, str], Standing] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    judged: Mapping[str, set[dt.date]] = field(default_factory=dict)
    run: frozenset[dt.date] = frozenset()
    closed: frozenset[dt.date] = frozenset()
    _: KW_ONLY
    outcomes: Mapping[str, str] = field(default_factory=dict)
    assigned: Mapping[str, FileDecision] = field(default_factory=dict)


@dataclass(slots=True)
class Past:
    """What the judging needs of the history: what counts in all weeks, the weeks run, the decisions up to this week.

    ``dismissals`` are by sha256, of every week. Where ``older`` is given, ``standing`` has of each unit only what is nearest to the
    week that is judged, but all of those in ``whole``; ``older`` reads all of one unit, or, of None, of every unit; and
    ``weeks_of`` says in how many earlier weeks something of a unit counts.
    """

    standing: Sequence[Standing] = ()
    weeks: Sequence[WeekRun] = ()
    decisions: Sequence[Decision] = ()
    known: Known = field(default_factory=Known)
    confirmations: Sequence[Confirmation] = ()
    _: KW_ONLY
    dismissals: Mapping[str, FileDecision] = field(default_factory=dict)
    weeks_of: Mapping[str, int] = field(default_factory=dict)
    older: Callable[[str | None], Sequence[Standing]] | None = None
    whole: frozenset[str] = frozenset()

    def with_all_of(self, units: Collection[str] | None = None) -> Past:
        """The same with all that ever stood of ``units`` (None: of every unit) at hand."""
        if self.older is None:
            return self
        if units is None:
            return replace(self, standing=self.older(None), older=None)
        new = set(units) - self.whole
        standing = [one for one in self.standing if one.unit not in new]
        standing += [one for unit in sorted(new) for one in self.older(unit)]
        return replace(self, standing=sorted(standing, key=lambda one: (one.week, one.unit, one.after_close)), whole=self.whole | new)
