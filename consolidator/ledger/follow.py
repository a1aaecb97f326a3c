"""The hazards of a district followed from week to week: what is known so far, ids minted, claims moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass

from consolidator.ledger.duties import DutyBook
from consolidator.ledger.unit_hazards import RowKey, UnitHazards
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.ledger.visits import Key, Visit
from consolidator.model.ledger import Doubt, Hazard, Held, HeldRow, LedgerFile, Value
from schemas.firms import FirmNames
from schemas.ledger_definition import Ledger
from schemas.roster import Roster


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
    """A held row: what it says, the hazard that it is of ("": none), what was said of it, and how it is given back."""

    key: RowKey
    hazard: str
    words: list[Held]
    given_back: HeldRow


class Following:
    """The hazards of a district as far as the ledgers taken so far say."""

    def __init__(self, names: FirmNames, roster: Roster, next_number: Callable[[Ledger], int]):
        self.names, self.roster, self.next_number = names, roster, next_number
        self.hazards: dict[str, Hazard] = {}
        self.by_id: dict[str, Hazard] = {}  # other ids of linked hazards too
        self.parts: dict[str, Hazard] = {}  # linked hazards as they were, to be split again
        self.units: dict[tuple[str, str], UnitHazards] = {}
        self.files: list[LedgerFile] = []
        self.held: list[Held] = []
        self.rows: list[HeldRow] = []
        self.waiting: dict[tuple[str, str, str], list[Waiting]] = {}  # rows held, by ledger, unit and week
        self.doubts: list[Doubt] = []
        self.matched: list[Matched] = []
        self.latest: dict[tuple[str, str], UnitLedger] = {}
        self.visits: dict[Key, Visit] = {}
        self.duties = DutyBook(names)

    def of_unit(self, ledger: str, unit: str) -> UnitHazards:
        """The hazards that ``unit`` has, or had, a claim on."""
        return self.units.setdefault((ledger, unit), UnitHazards(self.names))

    def mint(self, one: UnitLedger, key: RowKey, row: Mapping[str, Value], name: str) -> Hazard:
        """A new hazard: with the id ``name`` that it was given in an earlier run, else with the next one."""
        name = name or one.ledger.ids.mint(self.next_number(one.ledger))
        source = str(row.get("source") or "")
        choice = one.ledger.choices.get("source", {}).get(source)
        hazard = Hazard(name, one.ledger.name, one.units, (choice.side if choice else None) or "self",
                        key.firm, description=key.description, found=key.found, since=one.week, seen=one.week, source=source)
        self.hazards[hazard.id] = self.by_id[hazard.id] = hazard
        return hazard

    def move(self, hazard: Hazard, unit: str, to: str) -> None:
        """End the claim of ``unit`` and begin one of ``to``."""
        if unit in hazard.units and to not in hazard.units:
            hazard.units = [to if one == unit else one for one in hazard.units]
            hazard.moved_from = unit
            self.of_unit(hazard.ledger, to).add(hazard)
