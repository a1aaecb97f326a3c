"""Each unit's standing in the week: reported, carried or missing, with what it had before and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from consolidator.judging.attribution import Candidate
from consolidator.judging.history_view import Earlier
from consolidator.judging.overrides import Applied, acceptance_of, overrides
from consolidator.judging.plausibility import weekly_increments
from consolidator.judging.roster_changes import absorbed, last_accepted
from consolidator.judging.totals import UnitFacts, merge
from consolidator.model.records import Accepted, History, Past
from consolidator.model.result import AWAITS_CORRECTION, REJECTED, REPORTED, Acceptance, Figures, UnitResult
from schemas.form import MONEY_DECIMALS, Form


def unit_results(standing: Mapping[str, Candidate], candidates: Sequence[Candidate], decided: Applied, past: Past,
                 earlier: Earlier) -> list[UnitResult]:
    """The units in the roster's order, then those that only the history knows.

    A unit whose form may be this week's with last week's date left on it (``closed-week``) is not reported as one that sent nothing.
    """
    week, form, roster = earlier.week, earlier.form, earlier.roster
    rejected = {one.unit for one in candidates if (one.status == REJECTED and not one.for_clerk)
                or any(found.code == "closed-week" for found in one.problems)}
    unread = {one.unit for one in candidates if one.status == REJECTED and one.for_clerk}
    within = absorbed(roster, week, earlier.histories, standing)
    previous = _previous(past, earlier, within)
    lasts = {unit: history[-1] for unit, history in earlier.histories.items() if history}
    former = {name for name in (*lasts, *standing) if name not in roster}
    facts = []
    for name in [*(unit.name for unit in roster.units), *sorted(former)]:
        unit, here = roster.unit(name), standing.get(name)
        last, accepted = lasts.get(name), []
        if here:
            accepted = [acceptance_of(d, here.submission.figures.get(d.figure)) for d in decided.of(here).values()]
        elif name in within:
            last = None
        else:
            last, accepted = _heard(name, last, week, past, form)
        facts.append(UnitFacts(
            name, unit.kinds if unit else (), figures=here.figures if here else None, last=last, previous=previous.get(name, (None, {})),
            rejected=name in rejected, unread=name in unread, late=bool(here and here.late), on_roster=unit is not None,
            stopped=bool(unit and unit.stopped(week)), file=here.file if here else None, accepted=accepted))
    results = merge(facts, week, [one.week for one in past.weeks], form)
    for one in results:
        if one.source == REPORTED and one.unit in rejected and not _settled(one.unit, candidates):
            one.awaiting = AWAITS_CORRECTION
        if one.source != REPORTED and not one.stopped:
            one.expected = _expected(earlier.histories.get(one.unit, ()), form)
    return results


def _settled(unit: str, candidates: Sequence[Candidate]) -> bool:
    """Whether nothing newer than what counts was rejected."""
    return not any(one.newer_refused for one in candidates if one.unit == unit)


def _previous(past: Past, earlier: Earlier, within: set[str]) -> dict[str, Accepted]:
    """What each unit's figures were in the totals of the last week run, those within another's added to it."""
    if all(one.week >= earlier.week for one in past.weeks):
        return {}
    return last_accepted(earlier.roster, earlier.week, earlier.in_totals, earlier.form, within)


def _heard(unit: str, last: Accepted | None, week: dt.date, past: Past,
           form: Form) -> tuple[Accepted | None, list[Acceptance]]:
    """The carried figures with those heard on the telephone put in."""
    heard = overrides(unit, week, past.decisions)
    if not heard:
        return last, []
    before: Figures = last[1] if last else dict.fromkeys(form.figures)
    accepted = [acceptance_of(one, before.get(one.figure)) for one in heard]
    return (last[0] if last else heard[-1].week, {**before, **{one.figure: one.value for one in heard}}), accepted


def _expected(history: History, form: Form) -> Figures:
    """The unit's last weekly increments of its flows."""
    steps: Figures = {}
    for name, figure in form.figures.items():
        if figure.is_number and figure.measure == "flow":
            increments = weekly_increments(history[-2:], name)
            if increments:
                steps[name] = round(increments[-1], MONEY_DECIMALS)
    return steps
