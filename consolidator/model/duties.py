"""What is known of the duties that firms have to do themselves (企业履职); the key ``duties`` of result.json's ``ledger``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from consolidator.model.people import mask_phones

DONE, DUE, OVERDUE, NONE, EXEMPT = "done", "due", "overdue", "none", "exempt"
STATES = {OVERDUE: "逾期", DUE: "应做", DONE: "已做", NONE: "无记录", EXEMPT: "不涉及"}  # the gravest first


@dataclass(slots=True)
class DutyState:
    """A duty of a firm as of a week: its state (of :data:`STATES`), the day on which it was last done, the last day of the period
    that is running, and the day on which a spot check later found it not done ("" each where there is none)."""

    state: str
    last: str = ""
    until: str = ""
    found_wanting: str = ""

    @property
    def text(self) -> str:
        """As people read it: 已做（2023-06-03）."""
        word = STATES[self.state]
        if self.state == DUE:
            return f"{word}（{self.until} 前）" if self.until else word
        return f"{word}（{self.last}）" if self.last and self.state in (DONE, OVERDUE) else word


@dataclass(slots=True)
class FirmDuties:
    """A firm with the state of each of its duties, by name; ``units`` have written of it."""

    firm: str
    units: list[str]
    risky: bool
    duties: dict[str, DutyState] = field(default_factory=dict)

    @property
    def worst(self) -> str:
        """The gravest state among its duties."""
        states = {one.state for one in self.duties.values()}
        return next((state for state in STATES if state in states), NONE)


def duties_to(lines: list[FirmDuties]) -> list[dict]:
    """As ``result.json`` has them."""
    return [{"firm": mask_phones(one.firm), "units": one.units, "risky": one.risky,
             "duties": {name: {"state": state.state, "last": state.last or None, "until": state.until or None,
                               **({"found_wanting": state.found_wanting} if state.found_wanting else {})}
                        for name, state in one.duties.items()}} for one in lines]


def duties_from(data: list[Mapping]) -> list[FirmDuties]:
    """What :func:`duties_to` wrote."""
    return [FirmDuties(one["firm"], one["units"], one["risky"],
                       {name: DutyState(state["state"], state["last"] or "", state["until"] or "", state.get("found_wanting", ""))
                        for name, state in one["duties"].items()}) for one in data]
