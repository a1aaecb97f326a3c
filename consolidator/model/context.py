"""What the steps of a run share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.settings import Settings

if TYPE_CHECKING:
    from schemas.form import Form
    from schemas.roster import Roster


@dataclass(frozen=True, slots=True)
class Context:
    """The form, the roster, the day and the office's settings: the same for every file and every step of a run."""

    form: Form
    roster: Roster
    today: dt.date
    settings: Settings = field(default_factory=Settings)
