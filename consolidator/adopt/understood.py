"""A blank form as it was understood: its sections of items, what is computed, and the guesses that a person has to check."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from consolidator.adopt.around import Around
from consolidator.adopt.blank_sheet import BlankSheet, Spot
from consolidator.adopt.blank_table import BlankTable, Value
from schemas.form import Form

NO_UNIT = "计量单位没有印出"


@dataclass(slots=True)
class Figure:
    """One number of the form; ``guesses`` say what is not printed in so many words."""

    name: str
    short: str
    title: str
    unit: str
    kind: str
    _: KW_ONLY
    measure: str
    guesses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A value cell: its printed path, one or two figures, who fills it."""

    sheet: int
    value: Value
    number: int
    label: tuple[str, ...]
    figures: list[Figure]
    _: KW_ONLY
    filled_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Section:
    title: tuple[str, ...]
    short: str
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Computed:
    sheet: int
    value: Value
    label: str
    unit: str
    formula: str
    _: KW_ONLY
    guesses: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Understood:
    """A blank form as it was understood; ``old`` is the form that it replaces.

    ``due_on`` is the printed day: of the week (0 is Monday) or of the month.
    """

    name: str
    title: tuple[str, ...]
    sheets: list[BlankSheet]
    tables: list[list[BlankTable]]
    around: list[Around]
    rhythm: str
    rhythm_guessed: bool
    year: int
    due_on: int | None = None
    old: Form | None = None
    sections: list[Section] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)
    parts: list[tuple[str, str, bool]] = field(default_factory=list)
    sums: list[tuple[str, list[str], bool]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    address: str = ""
    unit_cells: list[Spot | None] = field(default_factory=list)
    date_cells: list[Spot | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]
