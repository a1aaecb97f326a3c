"""A ledger's sheet as it is read, a function of the file's bytes and the definition alone.

Days are ISO texts (``2023-06-05``) throughout: they sort, compare and go to JSON as they are, and a million of them cost
one object for each different day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from consolidator.model.grid import column_letters

Value = str | float | int | bool | None


@dataclass(slots=True)
class RowProblem:
    """One thing to say of a row of a ledger: ``code`` of :mod:`schemas.ledger_problems`, the column's role ("": the row),
    and the words of its sentence, without any person's name or telephone."""

    row: int
    code: str
    column: str = ""
    words: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LedgerSheet:
    """One sheet (or Word table) of a ledger, as read in a worker: a function of the file's bytes and the definition alone.

    ``rows`` are the 1-based numbers of the rows that were read, ``columns`` their typed values by role, each as long as
    ``rows``; ``at`` is each role's 0-based column. ``passed`` counts the rows that a named rule passes over; ``total`` is the
    sheet's number of rows: ``len(rows)`` plus all ``passed``. ``refused`` is the code of what refuses the whole sheet ("").
    ``raw`` are (position in ``rows``, role, what is written) of cells that
    could not be taken. ``another`` has role → (heading, what is written) of columns that could have been the role's and
    are something else. ``title`` are the texts above the headings, ``units`` and ``date`` what was written for unit and day.
    """

    ledger: str
    sheet: str
    total: int
    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[Value]] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)
    title: str = ""
    units: list[str] = field(default_factory=list)
    date: str = ""
    visible: bool = True
    word_table: int = 0
    refused: str = ""
    words: dict[str, str] = field(default_factory=dict)
    another: dict[str, tuple[str, str]] = field(default_factory=dict)
    raw: list[tuple[int, str, str]] = field(default_factory=list)

    def address(self, row: int, column: str = "") -> str:
        """The address of a cell of sheet row ``row``; of the row where the column is not in the sheet."""
        at = self.at.get(column)
        if self.word_table:
            return f"表{self.word_table}第{row}行" + (f"第{at + 1}列" if at is not None else "")
        return f"{column_letters(at)}{row}" if at is not None else f"第{row}行"

    def to_json(self) -> dict:
        """The sheet as the index keeps it."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}  # asdict copies every cell
        values["problems"] = [asdict(one) for one in self.problems]
        return {key: value for key, value in values.items() if value not in ("", 0, [], {})} | {"visible": self.visible}

    @classmethod
    def from_json(cls, data: Mapping) -> LedgerSheet:
        """What :meth:`to_json` wrote."""
        problems = [RowProblem(**one) for one in data.get("problems", [])]
        return cls(**{"sheet": "", "total": 0, **data, "problems": problems, "raw": [tuple(one) for one in data.get("raw", [])],
                      "another": {role: (one[0], one[1]) for role, one in data.get("another", {}).items()}})
