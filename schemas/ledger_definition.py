"""A ledger as data: the frozen models that a YAML definition of a ledger (台账) is loaded into.

A ledger is a workbook of rows that units keep beside the weekly form: hazards, spot checks, or duties of firms. The definition is the only
place that knows the ledger's headings and words. Keys of ``columns`` are roles, of which the program gives a meaning to
those of :data:`ROLES`; a ledger need not have all of them, and columns of other roles are read and kept as text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from pydantic import Field

from schemas.frozen import Frozen, Name, Words
from schemas.state_words import NEVER, ReviewWords, StatePhrases, StateWords, expression

ColumnType = Literal["text", "credit_code", "choice", "day", "days", "deadline", "money", "state", "tick", "yes_no", "listed", "count"]
Need = Literal["", "always", "major", "rectified", "closed"]
Side = Literal["self", "dept", "street"]
Kind = Literal["hazards", "checks", "duties"]
Every = Literal["once", "month", "quarter"]
State = Literal["open", "under_way", "rectified", "on_the_spot", "closed", "failed", "moved", "void"]
_WORD = re.compile("<(\\w+)>")  # in an expression of headings


class Column(Frozen):
    """A column: its heading and other ways of writing it, its type, when it must be filled in.

    ``like``: regular expressions of headings that mean it too, where no heading of a list does; a ``<word>`` in them stands for
    the ledger's ``heading_words``. ``perhaps``: headings that mean a column with a vocabulary only where a cell below has one of
    its values (隐患类别 is often 消防 or 燃气). ``need``: ``major`` for a hazard of the first level that is not rectified on the spot,
    ``rectified`` and ``closed`` from that state on. ``heading``: the value may stand once in the title instead.
    ``personal``: names and telephones of people. ``state``: what a tick in the column means, a yes in a column of states (是否销号),
    or the only state that a text counts as (复查结果). ``unit``: of money, in which it is kept; a number without a unit from
    ``large`` on is asked about. ``duty``: of days, the duty of the row's firm that was done on them. ``words_yes``,
    ``words_no``: what else is written for them in a column of yes or no. ``of`` and ``value``: a tick is that value of the
    vocabulary of another column, where that one is not there: 重大｜一般 below 隐患等级. ``denies``: a no in the column says that the row
    has no hazard, where its description is blank. ``instead``: what is in the column is that of another, where that one is blank
    (产权人); of people there are no names in that. ``aside``: papers have the column only where something is in it.
    """

    name: Words
    also: tuple[Words, ...] = ()
    like: tuple[Words, ...] = ()
    perhaps: tuple[Words, ...] = ()
    type: ColumnType = "text"
    need: Need = ""
    heading: bool = False
    personal: bool = False
    shortest: int = 0
    unit: str = ""
    large: float = 0
    state: State | None = None
    duty: str = ""
    of: str = ""
    value: str = ""
    words_yes: tuple[Words, ...] = ()
    words_no: tuple[Words, ...] = ()
    denies: bool = False
    instead: str = ""
    aside: bool = False


class Choice(Frozen):
    """One value of a column with a vocabulary; ``title`` are words of a title that mean it for all rows, ``has`` words that a longer
    text may hold, ``like`` expressions of whole texts.

    ``unless``: an expression of longer texts that may mean something else, too (局自查). ``by_unit``: the value says what was done
    and not by whom (日常检查): what it is in the ledger of a unit of this 类别, "" of any other; it gives way to a word that says by
    whom. ``warning`` is the code of what is to be reported of it.
    """

    also: tuple[Words, ...] = ()
    title: tuple[Words, ...] = ()
    has: tuple[Words, ...] = ()
    like: tuple[Words, ...] = ()
    unless: Words = NEVER
    by_unit: dict[str, Words] = Field(default_factory=dict)
    side: Side | None = None
    warning: str = ""


class HazardIds(Frozen):
    """How ids are minted: ``YH2023-0123``."""

    prefix: Words
    digits: int = Field(default=4, ge=1, le=9)

    def mint(self, numbers: Iterable[int]) -> Iterator[str]:
        """The ids with these numbers."""
        return map(f"{self.prefix.replace('%', '%%')}%0{self.digits}d".__mod__, numbers)


class Alike(Frozen):
    """Measured thresholds of likeness (0 to 1): the same hazard, the lead over the next best, a known id's own text."""

    same: float = Field(default=0.85, ge=0, le=1)
    margin: float = Field(default=0.1, ge=0, le=1)
    known: float = Field(default=0.6, ge=0, le=1)


class Deadlines(Frozen):
    """Words for a deadline that is the day found, and for one that is none (``none_like``: an expression of such); ``done``: what may be
    behind a deadline and says nothing (6月底前完成), ``around``: what may be around a day (6月5日检查), ``lead``: what may be before a
    deadline (预计6月30日); ``put_off``: before the later one of two (延期至8月30日), ``was``: an expression of what is before the first of
    two in brackets (原定6月30日)."""

    at_once: tuple[Words, ...] = ()
    none: tuple[Words, ...] = ()
    none_like: Words = NEVER
    done: tuple[Words, ...] = ()
    around: tuple[Words, ...] = ()
    lead: tuple[Words, ...] = ()
    put_off: tuple[Words, ...] = ()
    was: Words = NEVER


class PassedRule(Frozen):
    """A rule by which rows are passed over: they begin with one of ``words``.

    ``first``: whatever else is in the row, where it is the first text of all (合计); ``ends``: and where a short first text ends with
    it, if the row has no description (本页合计). ``goes_on``: numbered lines below go on with it
    (填写说明). ``aside``: a short one may name whose the rows below it are. ``none``: it says that there is nothing to report.
    """

    words: tuple[Words, ...]
    first: bool = False
    ends: bool = False
    goes_on: bool = False
    aside: bool = False
    none: bool = False


class BridgePair(Frozen):
    """A figure of the form and the rows that prove it: hazards ``found`` or ``rectified``, firms ``suspended``; of checks the
    ``firms``, those with ``faults``, the checks with a penalty (``penalised``), and what the penalties come to (``fined``).

    Hazards are those of one ``side``, or of any.
    """

    figure: Name
    count: Literal["found", "rectified", "suspended", "firms", "faults", "penalised", "fined"]
    side: Side | None = None
    level: str = ""


class Clause(Frozen):
    """Where to look whether a fault is 重大: how the fault is called, and which standards name it. The program only names them."""

    heading: Words
    where: Words


class Duty(Frozen):
    """What every firm has to do, how often, and how often where it is 高危 ("": as any other).

    ``fault`` is the figure of the form under which spot checks tick that it was not done.
    """

    name: Words
    every: Every
    risky: Every | Literal[""] = ""
    fault: str = ""


class Ledger(Frozen):
    """A whole ledger definition."""

    name: Name
    kind: Kind
    title: Words
    file_words: tuple[Words, ...] = ()
    id: HazardIds | None = None
    since: dt.date = dt.date.min
    years: tuple[int, ...] = Field(min_length=1)
    new_words: tuple[Words, ...] = ()
    whole: float = Field(default=0.8, gt=0, le=1)
    alike: Alike = Alike()
    heading_words: dict[Words, Words] = Field(default_factory=dict)
    columns: dict[Name, Column] = Field(min_length=2)
    five: tuple[str, ...] = ()
    passed: dict[str, PassedRule] = Field(default_factory=dict)
    hints: Words = NEVER
    nothing: str = ""
    titled: str = ""
    serial: tuple[Words, ...] = ()
    choices: dict[str, dict[str, Choice]] = Field(default_factory=dict)
    sides: dict[Side, str] = Field(default_factory=dict)
    states: dict[State, StateWords] = Field(default_factory=dict)
    negation: tuple[Words, ...] = ()
    done_words: tuple[Words, ...] = ()
    remedies: tuple[Words, ...] = ()
    phrases: StatePhrases = StatePhrases()
    reviews: ReviewWords = ReviewWords()
    asked: tuple[Words, ...] = ()
    of_plans: tuple[Words, ...] = ()
    steps: tuple[Words, ...] = ()
    unsure: tuple[Words, ...] = ()
    doubtful: tuple[Words, ...] = ()
    partial: tuple[Words, ...] = ()
    whole_words: tuple[Words, ...] = ()
    adverbs: tuple[Words, ...] = ()
    doubted: tuple[Words, ...] = ()
    on_behalf: tuple[Words, ...] = ()
    ditto: tuple[Words, ...] = ()
    no_money: tuple[Words, ...] = ()
    beside_money: tuple[Words, ...] = ()
    listed_levels: tuple[Words, ...] = ()
    of_level: Words = NEVER
    offboard_words: tuple[Words, ...] = ()
    listed_words: tuple[Words, ...] = ()
    unlisted_words: tuple[Words, ...] = ()
    deadlines: Deadlines = Deadlines()
    bridge: tuple[BridgePair, ...] = ()
    faults: tuple[str, ...] = ()
    amiss: tuple[Words, ...] = ()
    no_problem: tuple[Words, ...] = ()
    clauses: dict[Name, Clause] = Field(default_factory=dict)
    duties: dict[Name, Duty] = Field(default_factory=dict)
    exempt: tuple[Words, ...] = ()

    @property
    def is_hazards(self) -> bool:
        """Whether its rows are hazards, rather than checks or firms."""
        return self.kind == "hazards"

    @property
    def ids(self) -> HazardIds:
        """How the ids of a ledger of hazards are written; the loader refuses one without.

        Raises:
            ValueError: it is a register of something else.
        """
        if self.id is None:
            raise ValueError(f"{self.name} has no ids")
        return self.id

    @cached_property
    def says_nothing(self) -> re.Pattern[str] | None:
        """A description that says that there is no hazard (未发现隐患), without blanks.

        Raises:
            re.error: it is no expression.
        """
        return re.compile(self.nothing) if self.nothing else None

    @cached_property
    def names_firm(self) -> re.Pattern[str] | None:
        """A part of a title that names the firm whose ledger it is, in the group ``firm``: 某某小学隐患台账.

        Raises:
            re.error: it is no expression.
        """
        return re.compile(self.titled) if self.titled else None

    @cached_property
    def personal(self) -> frozenset[str]:
        """The columns that hold names and telephones of people."""
        return frozenset(self.people_columns)

    @cached_property
    def people_columns(self) -> tuple[str, ...]:
        """The same in their order."""
        return tuple(key for key, one in self.columns.items() if one.personal)

    @cached_property
    def duty_columns(self) -> dict[str, str]:
        """The columns of days on which a duty was done, and which duty."""
        return {key: one.duty for key, one in self.columns.items() if one.duty}

    def likes(self, key: str) -> re.Pattern[str]:
        """What headings of the column are like, as one expression.

        Raises:
            KeyError: a word stands in it that ``heading_words`` has not.
            re.error: it is no expression.
        """
        pattern = "|".join(f"(?:{one})" for one in self.columns[key].like)
        return re.compile(_WORD.sub(lambda found: f"(?:{self.heading_words[found[1]]})", pattern))

    def phrase(self, text: str) -> re.Pattern[str]:
        """One of ``phrases`` as an expression, with the ledger's own words in it.

        Raises:
            KeyError: it names words that there are none of.
            re.error: it is no expression.
        """
        closed = tuple(word for word in self.states["closed"].words if not word.startswith("已")) if "closed" in self.states else ()
        return expression(text, {"done": (*self.done_words, *self.remedies), "remedy": self.remedies, "closed": closed})

    def heading(self, key: str) -> str:
        """How the column is headed."""
        return self.columns[key].name if key in self.columns else key

    def state_name(self, state: str) -> str:
        """The state as people call it."""
        return next((one.name for key, one in self.states.items() if key == state), state)
