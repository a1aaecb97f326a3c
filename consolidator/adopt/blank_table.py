"""A table of a blank sheet as it was read: its titles, its body, and each cell to fill in with the texts that name it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from consolidator.adopt.blank_sheet import Spot


@dataclass(slots=True)
class Value:
    """A cell to fill in. ``rows`` and ``columns`` are the texts beside and above it, outermost first."""

    spot: Spot
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    number: str = ""
    unit: str = ""
    _: KW_ONLY
    code: str = ""
    section: str = ""
    formula: str = ""
    doubts: list[str] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.rows, *self.columns)


@dataclass(slots=True)
class BlankTable:
    """One table. Rows and columns count from 0; ``heads`` are the title rows, ``body`` the rows below them."""

    layout: str
    top: int
    bottom: int
    left: int
    right: int
    _: KW_ONLY
    heads: int
    values: list[Value] = field(default_factory=list)
    texts: list[Value] = field(default_factory=list)
    name_column: int | None = None
    names: list[str] = field(default_factory=list)
    caption: str = ""
