"""What a renamed, merged or stopped unit (沿革) means for the past: which history is whose, and whose figures stand.

A unit merged into another stays carried, unchased, until the other has reported for both; from then on its figures are
within the other's, and adding them would count them twice. Until then the other's figures are compared with both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from consolidator.judging.totals import summed
from consolidator.model.records import Accepted, History
from consolidator.model.result import Figures
from schemas.form import Form
from schemas.problems import Problem, problem
from schemas.roster import Roster, Unit

Histories = Mapping[str, History]  # by unit


def under_present_names(past: Histories, roster: Roster) -> dict[str, History]:
    """``past`` with what a renamed unit reported under its former names; of one week, the present name's counts."""
    renamed = roster.renamed
    concerned = {*renamed, *renamed.values()}
    together: dict[str, dict[dt.date, Figures]] = {}
    former_first = sorted((name for name in past if name in concerned), key=lambda name: name not in renamed)
    for name in former_first:
        together.setdefault(renamed.get(name, name), {}).update(past[name])
    return {**{name: history for name, history in past.items() if name not in concerned},
            **{name: sorted(weeks.items(), key=_week_of) for name, weeks in together.items()}}


def no_longer_reports(unit: Unit, week: dt.date) -> Problem | None:
    """Why a submission of ``unit`` cannot stand in ``week``: the other reports its figures, they would count twice."""
    other = unit.merged_into(week)
    return problem("unit-merged", day=unit.merged_on(), other=other) if other else None


def absorbed(roster: Roster, week: dt.date, past: Histories, reported: Mapping[str, object]) -> set[str]:
    """The units whose figures stand no longer by themselves in ``week``: they are within those of another.

    ``reported`` are the units with a submission that counts this week; ``past`` is under present names.
    """
    return {unit.name for unit in roster.units if _is_within(unit, roster, week, past, reported)}


def _is_within(unit: Unit, roster: Roster, week: dt.date, past: Histories, reported: Mapping[str, object]) -> bool:
    target, day = unit.merged_into(week), unit.merged_on()
    if target is None or day is None:
        return False
    latest = _latest(past.get(target, ()))
    covered = target in reported or (latest is not None and latest[0] >= day)
    within = roster.unit(target)
    return covered or (within is not None and _is_within(within, roster, week, past, reported))


def last_accepted(roster: Roster, week: dt.date, past: Histories, form: Form,
                  within: Collection[str] | None = None) -> dict[str, Accepted]:
    """Unit → its last accepted figures, together with those of the units merged into it since it reported them.

    The week is that of its own; of theirs, the newest. A submission of ``week`` is compared with these. Increments
    count from these too, but only with the units in ``within`` (see :func:`absorbed`): the others still stand alone.
    """
    merged = _not_yet_within(roster, week, past)

    def of(name: str) -> Accepted | None:
        own = _latest(past.get(name, ()))
        passed = [of(unit) for unit in merged.get(name, ()) if within is None or unit in within]
        parts = [one for one in (own, *passed) if one is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        return (own or max(parts, key=_week_of))[0], summed([figures for _, figures in parts], form)

    return {name: last for name in {*past, *merged} if (last := of(name)) is not None}


def merged_into(roster: Roster, week: dt.date, past: Histories) -> dict[str, tuple[str, ...]]:
    """Unit → the units merged into it whose figures :func:`last_accepted` has added to its own."""
    merged = {target: tuple(unit for unit in units if past.get(unit)) for target, units in _not_yet_within(roster, week, past).items()}
    return {target: units for target, units in merged.items() if units}


def _not_yet_within(roster: Roster, week: dt.date, past: Histories) -> dict[str, list[str]]:
    """Unit → the units merged into it by ``week`` that its own last figures, which are older, cannot hold."""
    found: dict[str, list[str]] = {}
    for unit in roster.units:
        target, day = unit.merged_into(week), unit.merged_on()
        if target and day:
            own = _latest(past.get(target, ()))
            if own is None or own[0] < day:
                found.setdefault(target, []).append(unit.name)
    return found


def _latest(history: History) -> Accepted | None:
    return history[-1] if history else None


def _week_of(accepted: Accepted) -> dt.date:
    return accepted[0]
