"""Long lists in pages: a district of thousands of units stays usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from consolidator.model.text import whole_number

T = TypeVar("T")
ROWS = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: ``number`` counts from 1, ``total`` are the rows of all pages."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


def page_of(rows: Sequence[T], asked: str, size: int = ROWS) -> Page[T]:
    """The page that was asked for, or the nearest there is."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(whole_number(asked) or 1, 1), pages)
    return Page(rows[(number - 1) * size:number * size], number, pages, len(rows))
