"""One ledger of one unit on its way into the hazards: the sheets of a file, their week, and what is wrong with their rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise, repeat
from typing import cast

from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem, Value
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES


@dataclass(slots=True)
class UnitLedger:
    """The sheets of one file that are one ledger of one unit. ``week`` and ``day`` (ISO) are those that it is of, ``arrived`` the
    run that first saw it, ``shown`` whether the week being run reports on it. ``found`` are the problems of the checks, by sheet;
    ``taken`` the hazards of its rows (None: held) once they are taken. ``known`` are the ids that its rows have by the journal, by sheet
    and row; ``was_taken``: an earlier run took it, even where it held all of its rows. ``misdated`` is the day that is written for it and
    cannot be.
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
    was_taken: bool = False
    misdated: str = ""
    units: list[str] = field(init=False)
    taken: list[Hazard | None] = field(default_factory=list)
    _rows: Rows | None = None
    _stays: bool | None = None  # whether it hands nothing over
    _people: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = [self.unit]

    def problems(self) -> dict[int, list[RowProblem]]:
        """Place in :meth:`rows` → what is wrong with that row, by its reading and by the checks; clean rows are not in it."""
        found: dict[int, list[RowProblem]] = {}
        start = 0
        for number, sheet in enumerate(self.sheets):
            for problem in (*sheet.problems, *(self.found[number] if self.found else ())):
                found.setdefault(start + problem.row, []).append(problem)
            start += len(sheet.rows)
        return found

    def rows(self) -> Rows:
        """Every row of all sheets."""
        if self._rows is None:
            self._rows = Rows(self.sheets)
        return self._rows

    def same_people(self, people: dict[str, str]) -> dict[str, str]:
        """One and the same for all rows with these people; it must not be changed."""
        return self._people.setdefault((*people, *people.values()), people)

    @property
    def order(self) -> tuple:
        """Files are taken by week, day and arrival; those of one run in an order that does not depend on their names: who hands over
        before who takes over, so that a hazard that both report in that week is one."""
        if self._stays is None:
            self._stays = not any("moved" in sheet.columns.get("state", ()) for sheet in self.sheets)
        return self.week, self.day, self.arrived, self._stays, self.unit, self.sha256


class Rows:
    """The rows of a ledger's sheets one after the other, and all of them by column. A row is made only when it is asked for, as most
    are worked on by column."""

    def __init__(self, sheets: Sequence[LedgerSheet]):
        self.sheets = sheets
        self._starts = list(accumulate((len(sheet.rows) for sheet in sheets), initial=0))
        self._values: list[tuple[object, ...]] | None = None

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> dict[str, Value]:
        s, n = self.where(place)
        return {role: values[n] for role, values in self.sheets[s].columns.items()}

    def where(self, place: int) -> tuple[int, int]:
        """The number of the sheet that holds a row, and the row's place in that sheet."""
        if len(self.sheets) == 1:
            return 0, place
        s = bisect_right(self._starts, place) - 1
        return s, place - self._starts[s]

    def sheets_and_rows(self, places: Sequence[int]) -> tuple[Iterable[str], Iterable[int]]:
        """The name of the sheet of each of ``places``, and its row there."""
        if len(self.sheets) == 1:
            return repeat(self.sheets[0].sheet), map(self.sheets[0].rows.__getitem__, places)
        where = [(self.sheets[s], n) for s, n in map(self.where, places)]
        return (sheet.sheet for sheet, _ in where), (sheet.rows[n] for sheet, n in where)

    def values(self, place: int) -> tuple[object, ...]:
        """All that a row says: which columns its sheet has, and what is in them."""
        if self._values is None:
            self._values = [values for sheet in self.sheets
                            for values in zip(repeat(tuple(sheet.columns), len(sheet.rows)), *sheet.columns.values(), strict=True)]
        return self._values[place]

    def column(self, role: str) -> list[Value] | None:
        """The values of ``role``, None in the rows of a sheet without it; None where no sheet has it. It must not be changed."""
        if len(self.sheets) == 1:
            return self.sheets[0].columns.get(role)
        if not any(role in sheet.columns for sheet in self.sheets):
            return None
        return [value for sheet in self.sheets for value in sheet.columns.get(role) or [None] * len(sheet.rows)]

    def texts(self, role: str) -> list[str]:
        """The values of ``role`` as texts, "" for what is blank. It must not be changed."""
        values = self.column(role)
        if values is None:
            return [""] * len(self)
        return cast("list[str]", values) if set(map(type, values)) == {str} else [str(value or "") for value in values]

    def of_sheets(self) -> Iterator[tuple[int, int, int]]:
        """(number of a sheet, its first place, the place behind its last) for each sheet."""
        return ((number, first, last) for number, (first, last) in enumerate(pairwise(self._starts)))


def is_held(problems: Iterable[RowProblem]) -> bool:
    """Whether any of a row's problems keeps it from being taken."""
    return any(LEDGER_CODES[problem.code].severity == "error" for problem in problems)


@lru_cache(maxsize=1 << 14)
def row_text(row: int) -> str:
    """The number of a row as the journal has it; ledgers share them."""
    return str(row)
