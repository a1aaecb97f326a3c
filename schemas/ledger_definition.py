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
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.errors import DefinitionError
from schemas.frozen import Frozen, Name, Words
from schemas.loading.yaml_document import Document, read_document

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
    vocabulary of another column, where that one is not there: 重大｜一般 below 隐患等级.
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


class Choice(Frozen):
    """One value of a column with a vocabulary; ``title`` are words of a title that mean it for all rows, ``has`` words
    that a longer text may hold."""

    also: tuple[Words, ...] = ()
    title: tuple[Words, ...] = ()
    has: tuple[Words, ...] = ()
    side: Side | None = None
    warning: str = ""


class StateWords(Frozen):
    """A state as people call it, and what they write for it."""

    name: Words
    words: tuple[Words, ...] = ()


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
    """Words for a deadline that is the day found, and for one that is none."""

    at_once: tuple[Words, ...] = ()
    none: tuple[Words, ...] = ()


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
    passed: dict[str, tuple[Words, ...]] = Field(default_factory=dict)
    nothing: str = ""
    serial: tuple[Words, ...] = ()
    choices: dict[str, dict[str, Choice]] = Field(default_factory=dict)
    sides: dict[Side, str] = Field(default_factory=dict)
    states: dict[State, StateWords] = Field(default_factory=dict)
    negation: tuple[Words, ...] = ()
    done_words: tuple[Words, ...] = ()
    asked: tuple[Words, ...] = ()
    of_plans: tuple[Words, ...] = ()
    steps: tuple[Words, ...] = ()
    unsure: tuple[Words, ...] = ()
    doubtful: tuple[Words, ...] = ()
    partial: tuple[Words, ...] = ()
    whole_words: tuple[Words, ...] = ()
    adverbs: tuple[Words, ...] = ()
    doubted: tuple[Words, ...] = ()
    ditto: tuple[Words, ...] = ()
    no_money: tuple[Words, ...] = ()
    listed_levels: tuple[Words, ...] = ()
    offboard_words: tuple[Words, ...] = ()
    listed_words: tuple[Words, ...] = ()
    unlisted_words: tuple[Words, ...] = ()
    deadlines: Deadlines = Deadlines()
    bridge: tuple[BridgePair, ...] = ()
    faults: tuple[str, ...] = ()
    amiss: tuple[Words, ...] = ()
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

    def heading(self, key: str) -> str:
        """How the column is headed."""
        return self.columns[key].name if key in self.columns else key

    def state_name(self, state: str) -> str:
        """The state as people call it."""
        return next((one.name for key, one in self.states.items() if key == state), state)


_COUNTS: dict[str, Kind] = {"found": "hazards", "rectified": "hazards", "suspended": "hazards", "firms": "checks", "faults": "checks",
                           "penalised": "checks", "fined": "checks"}
_MUST: dict[Kind, tuple[str, ...]] = {"hazards": ("firm", "description", "found"), "checks": ("firm", "day"), "duties": ("firm",)}


def load_ledger(path: Path) -> Ledger:
    """The ledger defined in ``path``.

    Raises:
        DefinitionError: the file cannot be read or defines what cannot be; names file and line.
    """
    document = read_document(path, "台账定义", "ledgers")
    ledger = document.validated(Ledger)
    _check(ledger, document)
    return ledger


def load_ledgers(names: tuple[str, ...], beside: Path) -> tuple[Ledger, ...]:
    """The ledgers that the form in ``beside`` names, each relative to it.

    Raises:
        DefinitionError: one of them is wrong, or two have one name.
    """
    ledgers = tuple(load_ledger(beside.parent / name) for name in names)
    if len({one.name for one in ledgers}) < len(ledgers):
        raise DefinitionError(f"表样定义 {beside.name} 的 ledgers：两份台账定义同名")
    duties = [key for one in ledgers for key in one.duties]
    if len(set(duties)) < len(duties):
        raise DefinitionError(f"表样定义 {beside.name} 的 ledgers：两份台账定义写了同一项履职（duties）")
    for one in ledgers:
        for key, column in one.columns.items():
            if column.duty and column.duty not in duties:
                raise DefinitionError(f"台账定义 {one.name} 的 columns.{key}：没有名为 {column.duty} 的履职（duties）")
    return ledgers


def _check(ledger: Ledger, document: Document) -> None:
    """Parts of the definition that contradict each other."""
    for key in _MUST[ledger.kind]:
        if key not in ledger.columns:
            raise document.refused(("columns",), f"缺少 {key} 一列")
    if ledger.is_hazards and ledger.id is None:
        raise document.refused(("id",), "缺少编号的写法（prefix）")
    headings: dict[str, str] = {}
    for key, column in ledger.columns.items():
        for heading in (column.name, *column.also):
            if heading in headings:
                raise document.refused(("columns", key), f"表头“{heading}”已是 {headings[heading]} 的")
            headings[heading] = key
        try:
            ledger.likes(key)
        except (KeyError, re.error) as error:
            raise document.refused(("columns", key, "like"), f"表头的写法有误：{error}") from error
        if column.type == "choice" and not ledger.choices.get(key):
            raise document.refused(("columns", key, "type"), f"choices 中没有 {key} 的取值")
        if column.perhaps and (column.type != "choice" or not set(column.perhaps) <= {column.name, *column.also}):
            raise document.refused(("columns", key, "perhaps"), "perhaps 只用于有取值（choice）的列，且要写在 name 或 also 中")
        if column.type == "tick" and column.state is None and column.value not in ledger.choices.get(column.of, {}):
            raise document.refused(("columns", key, "type"), "勾选列要写明 state，或 of（一列）和 value（它的一个取值）")
        if column.duty and column.type != "days":
            raise document.refused(("columns", key, "duty"), "写明 duty 的列，type 应为 days")
    try:
        _ = ledger.says_nothing
    except re.error as error:
        raise document.refused(("nothing",), f"写法有误：{error}") from error
    for n, key in enumerate(ledger.five):
        if key not in ledger.columns:
            raise document.refused(("five", n), f"没有名为 {key} 的列")
    for key in ledger.clauses:
        if key not in ledger.faults:
            raise document.refused(("clauses", key), f"{key} 不在 faults 中")
    for n, pair in enumerate(ledger.bridge):
        if ledger.kind != _COUNTS[pair.count]:
            raise document.refused(("bridge", n, "count"), f"{pair.count} 不能由这种台账计数")
    for key in ledger.choices:
        if key not in ledger.columns:
            raise document.refused(("choices", key), f"没有名为 {key} 的列")
    words: dict[str, str] = {}
    for state, entry in ledger.states.items():
        for word in entry.words:
            if words.setdefault(word, state) != state:
                raise document.refused(("states", state), f"“{word}”已是 {words[word]} 的写法")
