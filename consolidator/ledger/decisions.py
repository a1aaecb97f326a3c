"""What the clerk decided of hazards (``hazard`` command), applied to them."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.follow import Following, Part
from consolidator.model.ledger import Hazard


@dataclass(slots=True)
class Decision:
    """What the clerk decided of a hazard (``hazard`` command): see :func:`decide`."""

    action: str
    week: str
    ids: list[str]
    _: KW_ONLY
    unit: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""
    words: dict[str, str] = field(default_factory=dict)


BEFORE_ROWS = frozenset(("reopen",))  # rows of the same week must find the hazard open


def decide(following: Following, one: Decision) -> bool:
    """Apply a decision: ``link`` the second to the first, ``split`` it again, ``move`` to ``unit``, ``reopen`` a closed or voided
    one, ``void`` it, ``list-up`` (挂牌) or ``list-down``. What no longer applies (the hazard is not there) does nothing: False."""
    hazard = following.find(one.ids[0])
    if hazard is None or (one.action == "reopen" and not _can_reopen(hazard, one.words.get("was", ""))):
        return False
    following.changed.update((hazard.id, *one.ids))
    if one.action == "link" and len(one.ids) > 1:
        other = following.find(one.ids[1])
        if other is not None and other is not hazard:
            join(following, hazard, other)
    elif one.action == "split" and len(one.ids) > 1:
        _split(following, hazard, one.ids[1])
    elif one.action == "move":
        following.move(hazard, one.words.get("from") or hazard.units[0], one.unit)
    elif one.action == "reopen":
        _reopen(hazard, one)
    elif one.action == "void":
        hazard.state_before = hazard.state_before if hazard.state == "void" else hazard.state
        hazard.state, hazard.void_reason = "void", one.reason
    elif one.action == "list-up":
        hazard.listed = {key: text for key, text in one.words.items() if text}
    elif one.action == "list-down" and hazard.listed:
        hazard.listed = {**hazard.listed, "ended": one.words.get("day") or _day_of(one)}
    return True


def join(following: Following, hazard: Hazard, other: Hazard) -> None:
    """Make ``other`` one with ``hazard``: the units of both have a claim on it. Units that had a claim on ``other`` once find it, too."""
    finders = [(own, own.has(hazard), own.replace(other, hazard)) for own in following.units.values() if own.has(other)]
    following.parts[other.id] = Part(copy.deepcopy(other), hazard.units, finders)
    more = [unit for unit in other.units if unit not in hazard.units]
    sides = {unit: other.side_of(unit) for unit in more if other.side_of(unit) != hazard.side}
    if sides:
        hazard.sides = {**hazard.sides, **sides}
    hazard.units = [*hazard.units, *more]
    hazard.other_ids = [*hazard.other_ids, other.id, *other.other_ids]
    following.hazards.pop(other.id, None)
    following.joined.update(dict.fromkeys((other.id, *other.other_ids), hazard))


def _split(following: Following, hazard: Hazard, other_id: str) -> None:
    """Undo :func:`join`."""
    found = following.parts.pop(other_id, None)
    if found is None or other_id not in hazard.other_ids:
        return
    part = found.hazard
    hazard.other_ids = [one for one in hazard.other_ids if one != other_id and one not in part.other_ids]
    hazard.units = [unit for unit in hazard.units if unit not in part.units or unit in found.units] or hazard.units[:1]
    hazard.sides = {unit: side for unit, side in hazard.sides.items() if unit in hazard.units}
    following.hazards[other_id] = part
    del following.joined[other_id]
    following.joined.update(dict.fromkeys(part.other_ids, part))
    for own, found_both, places in found.finders:
        own.restore(hazard, part, places) if found_both else own.replace(hazard, part)


def _can_reopen(hazard: Hazard, was: str) -> bool:
    """Whether a hazard is as it ``was`` when the clerk decided. Of one that was closed the rows of the same week may come after."""
    return hazard.state == "void" if was == "void" else was == "closed" or hazard.state in ("void", "closed")


def _reopen(hazard: Hazard, one: Decision) -> None:
    """A voided hazard is what it was; a closed one is open, and stays so until it is rectified or reviewed after the decision."""
    if hazard.state == "void":
        hazard.state = hazard.state_before or "open"
        return
    hazard.reopened = _day_of(one)
    if hazard.state == "closed":
        hazard.state, hazard.closed, hazard.completed, hazard.reviewed, hazard.review_result = "open", "", "", "", ""


def _day_of(one: Decision) -> str:
    """The day of a decision, within the week that it is of: that week may be run long afterwards."""
    monday = dt.date.fromisoformat(one.week)
    return min(max(one.at[:10], one.week), (monday + dt.timedelta(days=6)).isoformat())
