"""The hazards of a district followed from week to week: what is known so far, ids minted, claims moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import islice

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.duties import DutyBook
from consolidator.ledger.unit_hazards import Places, RowKey, UnitHazards
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.ledger.visits import Key, Visit
from consolidator.model.ledger import Doubt, Hazard, Held, HeldRow, LedgerFile, set_all
from consolidator.model.people import People
from schemas.ledger_definition import Ledger
from schemas.roster import Roster

Find = Callable[[str], Hazard | None]  # a hazard by its id


@dataclass(slots=True)
class Matched:
    """What the journal is to hold of a ledger: which row is which hazard, and which ids it was the first to have."""

    sha256: str
    unit: str
    ledger: str
    week: str
    ids: dict[str, dict[str, str]]
    _: KW_ONLY
    minted: list[str]


@dataclass(slots=True)
class Waiting:
    """A held row: what it says, the hazard that it is of ("": none), what was reported of it, how it is given back, and the run that
    first saw it."""

    key: RowKey
    hazard: str
    words: list[Held]
    given_back: HeldRow
    arrived: int

    @property
    def errors(self) -> set[str]:
        """The codes of what holds it."""
        return {word.code for word in self.words if word.severity == "error"}


@dataclass(slots=True)
class Part:
    """A hazard as it was when it was made one with another. ``units`` had a claim on that other one; ``finders`` are the units whose
    rows found the part, each with whether they found the other one, too, and where they now find that in the part's stead."""

    hazard: Hazard
    units: list[str]
    finders: list[tuple[UnitHazards, bool, Places]]


class Following:
    """The hazards of a district as far as the ledgers taken so far say."""

    def __init__(self, keys: ColumnKeys, roster: Roster, numbers: Callable[[Ledger], Iterator[int]]):
        self.keys, self.names, self.roster, self.numbers = keys, keys.names, roster, numbers
        self.hazards: dict[str, Hazard] = {}
        self.joined: dict[str, Hazard] = {}  # by the ids that they had before they were made one with another
        self.parts: dict[str, Part] = {}  # linked hazards as they were, to be split again
        self.units: dict[tuple[str, str], UnitHazards] = {}
        self.to_void: set[str] = set()  # ids of hazards that the clerk voids, or moves, in the week that is being taken
        self.to_move: set[str] = set()
        self.changed: set[str] = set()  # ids of hazards that something else has changed since their last row
        self.files: list[LedgerFile] = []
        self.held: list[Held] = []
        self.rows: list[HeldRow] = []
        self.waiting: dict[tuple[str, str, str], list[Waiting]] = {}  # rows held, by ledger, unit and week
        self.asked: dict[tuple[str, str, str], list[Held]] = {}  # warnings on rows that were taken, by the same
        self.doubts: list[Doubt] = []
        self.matched: list[Matched] = []
        self.latest: dict[tuple[str, str], UnitLedger] = {}
        self.visits: dict[Key, Visit] = {}
        self.duties = DutyBook(keys.names)
        self.people: dict[str, People] = {}  # of the rows of each unit's ledgers

    def find(self, name: str) -> Hazard | None:
        """The hazard with that id, be it one that it had before it was made one with another."""
        return self.hazards.get(name) or self.joined.get(name)

    def of_unit(self, ledger: str, unit: str) -> UnitHazards:
        """The hazards that ``unit`` has, or had, a claim on."""
        return self.units.setdefault((ledger, unit), UnitHazards(self.names))

    def mint(self, ledger: Ledger, hazards: Sequence[Hazard], names: Sequence[str] = ()) -> list[str]:
        """Give new hazards their ids: those of ``names`` that they were given in an earlier run, else the next ones."""
        new = ledger.ids.mint(self.numbers(ledger))
        ids = [name if name and self.find(name) is None else next(new) for name in names] or list(islice(new, len(hazards)))
        set_all(hazards, "id", ids)
        self.hazards.update(zip(ids, hazards, strict=True))
        return ids

    def move(self, hazard: Hazard, unit: str, to: str) -> None:
        """End the claim of ``unit`` and begin one of ``to``."""
        if unit in hazard.units and to not in hazard.units:
            self.changed.add(hazard.id)
            hazard.units = [to if one == unit else one for one in hazard.units]
            hazard.sides = {to if one == unit else one: side for one, side in hazard.sides.items()}
            hazard.moved_from = unit
            self.of_unit(hazard.ledger, to).add(hazard)

    def hand_over(self, hazard: Hazard, unit: str, to: str) -> None:
        """:meth:`move` a claim; where ``to`` has one too, the other ends."""
        if to not in hazard.units:
            self.move(hazard, unit, to)
        elif unit in hazard.units:
            self.changed.add(hazard.id)
            hazard.units = [one for one in hazard.units if one != unit]
            hazard.sides = {one: side for one, side in hazard.sides.items() if one != unit}
