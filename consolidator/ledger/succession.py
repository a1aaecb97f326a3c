"""What a renamed, merged or removed unit (沿革) means for ledgers: whose those of the past are, and whose claims pass to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from consolidator.ledger.follow import Following
from schemas.roster import Roster

Key = tuple[str, str, str]  # sha256, unit, name of the ledger


def present(unit: str, roster: Roster, day: str) -> str:
    """The unit that has by ``day`` what was ``unit``'s: the same under its name of today, or the one that it was merged into."""
    name, seen = roster.renamed.get(unit, unit), set()
    while name not in seen and (own := roster.unit(name)) and (into := own.merged_into(dt.date.fromisoformat(day))):
        seen.add(name)
        name = into
    return name


def taken_by(events: Iterable[Mapping], roster: Roster) -> dict[Key, dict]:
    """What the journal has of ledgers, by file, by the unit whose they are now, and by ledger: a unit keeps the ids of its hazards
    whatever it is called."""
    found: dict[Key, dict] = {}
    for one in events:
        key = one["sha256"], present(one["unit"], roster, one["week"]), one["ledger"]
        found[key] = _together(found[key], one) if key in found else dict(one)
    return found


def _together(one: dict, other: Mapping) -> dict:
    """Two units' rows of one file, which are one unit's now."""
    ids = {sheet: {**one["ids"].get(sheet, {}), **other["ids"].get(sheet, {})} for sheet in {**one["ids"], **other["ids"]}}
    return {**one, "ids": ids, "minted": list(dict.fromkeys((*one["minted"], *other["minted"])))}


def only_unit(events: Mapping[Key, Mapping], sha256: str, ledger: str) -> str | None:
    """The one unit whose ledger a file was when it was taken: the roster may have it no longer."""
    units = [unit for sha, unit, name in events if (sha, name) == (sha256, ledger)]
    return units[0] if len(units) == 1 else None


def take_over(following: Following, roster: Roster, day: str) -> None:
    """Pass the claims and visits of units that were merged into others by ``day``, and what they wrote of firms' duties, to these."""
    merged = {unit.name: to for unit in roster.units if unit.changes and (to := present(unit.name, roster, day)) != unit.name}
    for unit, to in merged.items():
        for (_, of_unit), own in list(following.units.items()):
            for hazard in list(own.all.values()) if of_unit == unit else ():
                following.hand_over(hazard, unit, to)
        for key, visit in list(following.visits.items()):
            if visit.unit == unit:
                del following.visits[key]
                following.visits.setdefault((to, *key[1:]), replace(visit, unit=to))
        following.duties.hand_over(unit, to)
