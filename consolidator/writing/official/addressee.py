"""For whom a blank is made, and what is known of that unit's past."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from consolidator.model.records import Accepted, History


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit that is to fill in the form of ``week``. ``last`` are the figures that this week's will be compared with."""

    unit: str
    kinds: tuple[str, ...]
    week: dt.date
    last: Accepted | None = None
    history: History = ()
