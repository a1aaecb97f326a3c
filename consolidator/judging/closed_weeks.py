"""Forms of closed weeks that come late: which one is kept for each unit, to be carried by later weeks and taken up at the reopening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from consolidator.judging.attribution import Candidate
from consolidator.judging.selection import refuse_all
from consolidator.model.records import Known, Past, Standing
from consolidator.model.result import OTHER_WEEK, REJECTED
from schemas.problems import problem


def settle_kept(forms: Iterable[Candidate], known: Known) -> list[Candidate]:
    """Of the forms of closed weeks the one that is kept for each unit and week; the others get their status.

    Two that differ and of which neither is newer are both refused; one older than what counts in that week replaces nothing.
    """
    groups: dict[tuple[dt.date, str], list[Candidate]] = {}
    for one in forms:
        one.status = REJECTED if one.wrong else OTHER_WEEK
        if not one.wrong and one.own_week and one.unit:
            groups.setdefault((one.own_week, one.unit), []).append(one)
    kept = []
    for (week, unit), group in groups.items():
        there = known.standing.get((week, unit))
        latest = max((one.date or week, one.arrived) for one in group)
        newest = [one for one in group if (one.date or week, one.arrived) == latest]
        if any(one.figures != newest[0].figures for one in newest):
            refuse_all(newest)
            continue
        winner = next((one for one in newest if there and one.sha256 == there.sha256), newest[0])
        for one in group:
            if one is not winner:
                one.problems = [problem("superseded", other=winner.file, sheet=one.submission.sheet)]
        if there and there.date and winner.date and winner.date < there.date:
            winner.problems = [problem("older-date", other=there.file, sheet=winner.submission.sheet)]
        else:
            kept.append(winner)
    return kept


def with_kept(past: Past, kept: Sequence[Candidate]) -> list[Standing]:
    """What counts in all weeks, with the forms that this run keeps for closed ones."""
    ours = {(one.own_week, one.unit) for one in kept}
    standing = [one for one in past.standing if not (one.after_close and (one.week, one.unit) in ours)]
    standing += [Standing(one.own_week, one.unit, one.sha256, one.file, one.date, run=one.arrived, figures=one.figures, after_close=True)
                 for one in kept if one.own_week and one.unit]
    return sorted(standing, key=lambda one: (one.week, one.unit, one.after_close))
