"""For whom a blank is made, and what is known of that unit's past."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from consolidator.model.display import value_text
from consolidator.model.records import Accepted, History
from consolidator.notation.pair import write_item
from schemas.form import Item


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit that is to fill in the form of ``week``. ``last`` are the figures that this week's will be compared with."""

    unit: str
    kinds: tuple[str, ...]
    week: dt.date
    last: Accepted | None = None
    history: History = ()


def past_text(to: Addressee, item: Item) -> str:
    """What the unit last reported of an item: “12”, “3次，5.2万元”; "" where there is nothing."""
    last = to.last[1] if to.last else {}
    return write_item(last, item) if len(item.figures) > 1 else value_text(last.get(item.figures[0].name), item.figures[0])
