"""What is known of hazards, and what a week says of ledgers: values that pass between the rooms.

Days are ISO texts, as in :mod:`consolidator.model.ledger_sheet`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.duties import FirmDuties
from consolidator.model.people import mask_firm, mask_people, names_in
from schemas.actions import message_to

_NOTHING: dict[str, str] = {}
_NO_IDS: list[str] = []


@dataclass(slots=True, eq=False)
class Hazard:
    """A hazard as of a week: what its observations and the clerk's decisions make of it. Fields named like columns hold the
    last value that was written, others are derived.

    ``units`` have a claim on it, the first that reported it first; ``sides`` has the side of each claim that is not of the hazard's own
    ``side``. ``level``: the vocabulary's first value is 重大. ``state``:
    ``open``, ``under_way``, ``rectified``, ``closed`` or ``void``. ``first_due`` is the deadline first given. ``closed`` is the day
    of 销号 where known. ``listed`` holds level, number, by and until of 挂牌督办. ``reopened``: the day by which what
    closed it no longer counts; ``state_before``: that of a voided one. ``since`` is the week in which the id was minted,
    ``seen`` the last week in which a row had it. ``repeat_of``: the same words were closed before under that id.
    ``is_new``, ``is_late`` and ``is_done`` (rectified or closed since the last week) are as of the week of the result that
    it is in. ``people`` are the names and telephones of its last row: only papers that stay in the office show them. Lists and dicts
    are never changed in place, as many hazards share them. ``named`` are people of other rows, or of earlier ones, who stand in its texts.
    """

    id: str
    ledger: str
    units: list[str]
    side: str
    firm: str
    _: KW_ONLY
    description: str
    found: str
    since: str
    seen: str
    credit_code: str = ""
    own_id: str = ""
    place: str = ""
    basis: str = ""
    level: str = ""
    source: str = ""
    measures: str = ""
    money: float | None = None
    plan: str = ""
    due: str = ""
    first_due: str = ""
    state: str = "open"
    state_name: str = ""
    completed: str = ""
    reviewed: str = ""
    review_result: str = ""
    closed: str = ""
    suspended: bool = False
    remarks: str = ""
    listed: dict[str, str] = field(default_factory=lambda: _NOTHING)
    five: int = 0
    repeat_of: str = ""
    reopened: str = ""
    state_before: str = ""
    void_reason: str = ""
    moved_from: str = ""
    other_ids: list[str] = field(default_factory=lambda: _NO_IDS)
    sides: dict[str, str] = field(default_factory=lambda: _NOTHING)
    people: dict[str, str] = field(default_factory=lambda: _NOTHING)
    named: tuple[str, ...] = ()
    file: str = ""
    sheet: str = ""
    row: int = 0
    on_the_spot: bool = False
    is_new: bool = False
    is_late: bool = False
    is_done: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be rectified."""
        return self.state in ("open", "under_way")

    @property
    def names(self) -> list[str]:
        """The names that nobody outside may read in its texts."""
        return [*(name for cell in self.people.values() for name in names_in(cell)), *self.named]

    def firm_shown(self, how: str = "all") -> str:
        """Its firm, for whom its people do not concern; ``how`` is the setting redact."""
        return mask_firm(self.firm, self.names, how)

    def listed_shown(self, how: str = "all") -> dict[str, str]:
        """What is known of its 挂牌督办, for whom its people do not concern."""
        return {key: mask_people(text, self.names, how) for key, text in self.listed.items()} if self.listed else self.listed

    def side_of(self, unit: str) -> str:
        """On which side ``unit`` counts it: what one found by itself may be what another found at an inspection."""
        return self.sides.get(unit, self.side)

    def overdue(self, day: str) -> bool:
        """Whether it should have been rectified before ``day``."""
        return self.is_open and bool(self.due) and self.due < day


def set_all(hazards: Sequence[Hazard], name: str, values: Iterable) -> None:
    """Set one field of many hazards: the slot's own setter is twice as fast as a statement for each."""
    deque(map(getattr(Hazard, name).__set__, hazards, values), maxlen=0)


@dataclass(slots=True)
class Held:
    """A row, or a word on a row, for the unit and the clerk. ``severity`` ``error`` holds the row, others only report.

    ``settled``: a later ledger of the unit and week has the row as it should be. ``hazard`` is the id of the one that
    the row is of ("": none that is known), ``firm`` and ``about`` what its firm and description are, people masked: by them it is known
    without its file.
    """

    unit: str
    file: str
    sheet: str
    row: int
    cell: str
    _: KW_ONLY
    code: str
    severity: str
    message: str
    settled: bool = False
    hazard: str = ""
    firm: str = ""
    about: str = ""

    @property
    def row_words(self) -> str:
        """By what people know the row again."""
        return "：".join(filter(None, (self.firm, self.about)))


@dataclass(slots=True)
class HeldRow:
    """A held row as it is given back: what is in its cells, by role, people whole; ``hazard`` is the one that it is of ("": a new
    one, or none), ``named`` are people of other rows who stand in it."""

    unit: str
    file: str
    sheet: str
    row: int
    cells: dict[str, str]
    _: KW_ONLY
    columns: list[str]
    messages: list[str]
    hazard: str = ""
    named: tuple[str, ...] = ()


@dataclass(slots=True)
class LedgerFile:
    """One sheet of a file and what became of its rows: ``rows`` = ``merged`` + ``held`` + ``passed``.

    ``coverage``: 全量, 新增 or 不明. ``refused`` is the sentence of what refuses the whole sheet ("").
    """

    file: str
    sheet: str
    kind: str
    unit: str | None
    coverage: str
    _: KW_ONLY
    rows: int
    merged: int
    held: int
    passed: int
    date: str = ""
    sha256: str = ""
    refused: str = ""
    rules: dict[str, int] = field(default_factory=dict)

    def add(self, other: LedgerFile) -> None:
        """Count the rows of another table of the sheet too."""
        self.rows, self.merged = self.rows + other.rows, self.merged + other.merged
        self.held, self.passed = self.held + other.held, self.passed + other.passed
        self.rules = {rule: self.rules.get(rule, 0) + other.rules.get(rule, 0) for rule in {**self.rules, **other.rules}}


@dataclass(slots=True)
class Doubt:
    """Two hazards that may be one (疑似重复), or an open one that a whole ledger omits (未再出现)."""

    code: str
    id: str
    other: str
    message: str


@dataclass(slots=True)
class BridgeLine:
    """A unit's figure against the rows that prove it; see :mod:`consolidator.ledger.bridge`.

    ``rows`` is what the ledger counts (of money: its sum), ``moves`` the numbers and
    ``behind`` the hazards (of checks: the firms) behind them.
    ``opening``: the first ledger; ``difference`` is then 期初差额. ``message`` says what does not meet, "" where all does; ``to_unit`` is
    that without what only the clerk can do ("": the same).
    ``street``: the line only warns that a street's own inspections were counted in. ``waiting``: nothing was compared this week, as its
    form was not accepted or no ledger came; ``base`` is then the difference when it was compared last (None: it never was).
    """

    unit: str
    figure: str
    last: float | None
    expected: float | None
    reported: float
    _: KW_ONLY
    unexplained: float | None
    difference: float
    rows: float
    moves: dict[str, float] = field(default_factory=dict)
    behind: dict[str, list[str]] = field(default_factory=dict)
    severity: str = ""
    message: str = ""
    to_unit: str = ""
    opening: bool = False
    street: bool = False
    waiting: bool = False
    base: float | None = None

    def to_json(self) -> dict:
        """The line as ``result.json`` has it."""
        data: dict[str, object] = {
            "unit": self.unit, "figure": self.figure, "last": self.last, "expected": self.expected, "reported": self.reported,
            "unexplained": self.unexplained, "difference": self.difference, "moves": self.moves, "rows": self.rows,
        }
        data |= {"behind": self.behind} if self.behind else {}
        data |= {"severity": self.severity, **message_to(self.message)} if self.message else {}
        data |= {"to_unit": self.to_unit} if self.to_unit else {}
        data |= {"opening": True} if self.opening else {}
        data |= {"waiting": True, "base": self.base} if self.waiting else {}
        return data | ({"street": True} if self.street else {})


@dataclass(slots=True)
class LedgerResult:
    """All that a week's ledgers say: see design.md, “Ledgers”. ``hazards`` are all of the district as of the week, by id.
    ``read_back``: it comes from ``result.json``, which holds but a part."""

    files: list[LedgerFile] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    checks: list[dict] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _: KW_ONLY
    bridge: list[BridgeLine] = field(default_factory=list)
    district: list[dict] = field(default_factory=list)
    rows: list[HeldRow] = field(default_factory=list)
    week: str = ""
    duties: list[FirmDuties] = field(default_factory=list)
    read_back: bool = False

    @property
    def open_words(self) -> list[Held]:
        """What was reported of rows, without that which a later ledger has settled."""
        return [one for one in self.held if not one.settled]

    @property
    def to_correct(self) -> int:
        """How many rows wait to be corrected."""
        return len(self.rows_to_correct())

    def rows_to_correct(self) -> set[tuple[str, str, str, int]]:
        """(unit, file, sheet, row) of each of them."""
        return {(one.unit, one.file, one.sheet, one.row) for one in self.open_words if one.severity == "error"}

    def count_settled(self) -> Counter[tuple[str, str]]:
        """(file, sheet) → how many of its held rows a later ledger has as they should be."""
        return Counter((file, sheet) for file, sheet, _ in {(one.file, one.sheet, one.row) for one in self.held
                                                             if one.settled and one.severity == "error"})

    @property
    def refused(self) -> bool:
        """Whether a whole ledger is refused (exit code 1)."""
        return any(one.refused for one in self.files)

    def __bool__(self) -> bool:
        return bool(self.files or self.hazards or self.checks or self.duties)
