"""One ledger of one unit on its way into the hazards: the sheets of a file, their week, and what is wrong with their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.ledger import LedgerSheet, RowProblem, Value
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES


@dataclass(slots=True)
class UnitLedger:
    """The sheets of one file that are one ledger of one unit. ``week`` and ``day`` (ISO) are those that it is of, ``arrived`` the
    run that first saw it, ``shown`` whether the week being run reports on it. ``found`` are the problems of the checks, by sheet.
    """

    ledger: Ledger
    unit: str
    file: str
    sha256: str
    week: str
    _: KW_ONLY
    day: str
    arrived: int
    sheets: list[LedgerSheet]
    shown: bool
    found: list[list[RowProblem]] = field(default_factory=list)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    units: list[str] = field(init=False)
    _people: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = [self.unit]

    def problems(self) -> list[dict[int, list[RowProblem]]]:
        """Sheet → row → what is wrong with it, by its reading and by the checks; clean rows are not in it."""
        found: list[dict[int, list[RowProblem]]] = []
        for number, sheet in enumerate(self.sheets):
            by_row: dict[int, list[RowProblem]] = {}
            for problem in (*sheet.problems, *(self.found[number] if self.found else ())):
                by_row.setdefault(problem.row, []).append(problem)
            found.append(by_row)
        return found

    def rows(self) -> list[dict[str, Value]]:
        """Every row as its values by role."""
        return [dict(zip(sheet.columns, values, strict=True))
                for sheet in self.sheets for values in zip(*sheet.columns.values(), strict=True)]

    def same_people(self, people: dict[str, str]) -> dict[str, str]:
        """One and the same for all rows with these people; it must not be changed."""
        return self._people.setdefault((*people, *people.values()), people)

    @property
    def order(self) -> tuple:
        """Files are taken by week, day and arrival; those of one run in an order that does not depend on their names."""
        return self.week, self.day, self.arrived, self.unit, self.sha256


def is_held(problems: Iterable[RowProblem]) -> bool:
    """Whether any of a row's problems keeps it from being taken."""
    return any(LEDGER_CODES[problem.code].severity == "error" for problem in problems)
