"""Which submission counts for each unit, and why (design.md, “Which submission counts”).

After the checks :func:`settle` chooses, among the forms of the week (:mod:`consolidator.judging.week_of_form`), the one
that stands for each unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from consolidator.judging.attribution import Candidate
from consolidator.judging.week_of_form import Assigned, set_aside
from consolidator.model.records import Known
from consolidator.model.result import ACCEPTED, DUPLICATE, MATERIAL, REJECTED, SUPERSEDED
from consolidator.model.weeks import due_date
from schemas.form import Campaign
from schemas.problems import kind_of, problem


def settle(assigned: Assigned, week: dt.date, campaign: Campaign, known: Known) -> dict[str, Candidate]:
    """Unit → the candidate that counts in ``week``; every contender gets its status. Problems must be complete."""
    groups: dict[str, list[Candidate]] = {}
    for one in assigned.contenders:
        groups.setdefault(one.owner, []).append(one)
    for one in assigned.late:
        in_time = known.standing.get((week, one.owner))
        ahead = any(not other.wrong for other in groups.get(one.owner, ()) if not other.late)
        if one.week and one.week != week and (
                ahead or (in_time and (in_time.date or week) <= due_date(campaign, week))):
            set_aside(one, one.week)
            continue
        one.problems.append(problem("late", date=one.date, week=week, sheet=one.submission.sheet))
        groups.setdefault(one.owner, []).append(one)
    standing = {}
    for unit, group in groups.items():
        here = known.standing.get((week, unit))
        winner = _settle_unit(group, due_date(campaign, week), here.sha256 if here else None, known.outcomes)
        if winner:
            standing[unit] = winner
    return standing


Rank = tuple[dt.date, int]  # the day a form counts as of, and the run that brought it


def _settle_unit(group: list[Candidate], due: dt.date, standing_sha: str | None,
                 outcomes: Mapping[str, str]) -> Candidate | None:
    """Give each candidate of one unit its status; the one that counts, None where none does."""
    def rank(one: Candidate) -> Rank:
        day = one.date or due
        return (max(day, due) if one.submission.copy_of else day, one.arrived)

    _keep_accepted(group, standing_sha)
    everyone = group
    group, settled = _already_settled(group, standing_sha, outcomes)
    if len(group) > 1:
        group = _without_unfilled(_without_duplicates(group, rank, standing_sha))
    if not group:
        return None
    good = sorted((one for one in group if not one.wrong), key=rank, reverse=True)
    _settle_wrong(group, max(map(rank, group)), rank)
    newest = [one for one in good if rank(one) == rank(good[0])]
    if len(newest) > 1:
        refuse_all(newest)
        good = good[len(newest):]
    if not good:
        return None
    winner, *rest = good
    winner.status = ACCEPTED
    rest += [one for one in settled if not one.wrong and one.figures != winner.figures and _is_filled(one)]
    refused_ones = [one for one in group if one.status == REJECTED]
    for one in everyone:
        twice = one.status == DUPLICATE and any(_same_content(one, other) for other in refused_ones)
        if one is not winner and one.status != REJECTED and not twice:
            _pass_over(one, winner)
    if rest:
        winner.problems.append(problem("replaces", other="、".join(sorted(one.file for one in rest))))
    if refused_ones:
        winner.problems.append(problem("older-stands", other="、".join(one.file for one in refused_ones)))
        winner.newer_refused = True
    if not winner.in_inbox:
        winner.problems.append(problem("file-gone"))
    return winner


def refuse_all(differing: Sequence[Candidate]) -> None:
    """Refuse forms of one unit and day that say different things: which is right is for the unit to say."""
    for one in differing:
        others = "、".join(other.file for other in differing if other is not one)
        one.problems.append(problem("two-differ", other=others, sheet=one.submission.sheet))
        one.status = REJECTED


def _keep_accepted(group: list[Candidate], standing_sha: str | None) -> None:
    """What was accepted counts: what the past says against it now, or, where its file is gone, any check, is reported as a warning."""
    for one in group:
        if one.sha256 == standing_sha:
            one.problems = [replace(p, severity="warning") if p.severity == "error" and (not one.in_inbox or p.of_past)
                            else p for p in one.problems]


def _already_settled(group: list[Candidate], standing_sha: str | None,
                     outcomes: Mapping[str, str]) -> tuple[list[Candidate], list[Candidate]]:
    """(those that may count, those that an earlier run passed over): while what counted then still does, that is not decided anew."""
    if all(one.sha256 != standing_sha for one in group):
        return group, []
    settled = [one for one in group if one.sha256 in outcomes and one.sha256 != standing_sha]
    fresh = [one for one in group if one.sha256 not in outcomes and one.sha256 != standing_sha]
    settled = [one for one in settled if not any(_same_content(one, other) for other in fresh)]  # the same, saved again
    chosen = {id(one) for one in settled}
    return [one for one in group if id(one) not in chosen], settled


def _same_content(one: Candidate, other: Candidate) -> bool:
    return _content_of(one) == _content_of(other)


def _content_of(one: Candidate) -> tuple:
    """The figures, and what is in the cells of those with an error: two that say the same are one submission."""
    flagged = {p.figure for p in one.problems if p.severity == "error"}
    return tuple(one.figures.items()), tuple((name, one.submission.written.get(name)) for name in one.figures if name in flagged)


def _pass_over(one: Candidate, winner: Candidate) -> None:
    """The status of a candidate in whose place another counts; of its problems only what its unit wrote to the clerk stays."""
    replies = [found for found in one.problems if found.code == "unit-reply"]
    if not _is_filled(one):
        code = "unfilled" if one.arrived >= winner.arrived else "superseded"
    elif _same_content(one, winner):
        code = "duplicate"
    else:
        code = "older-date" if one.arrived > winner.arrived else "superseded"
    one.status = DUPLICATE if code == "duplicate" else SUPERSEDED
    one.problems = [*replies, problem(code, other=winner.file, sheet=one.submission.sheet)]


def _is_filled(one: Candidate) -> bool:
    return any(value is not None for value in one.figures.values())


def _without_unfilled(group: list[Candidate]) -> list[Candidate]:
    """Of candidates those with figures, where there are any: a blank form sent by mistake takes no one's place."""
    filled = [one for one in group if _is_filled(one)]
    if not filled:
        return group
    for one in group:
        if one not in filled:
            later = all(one.arrived >= other.arrived for other in filled)
            one.status = SUPERSEDED
            one.problems = [problem("unfilled" if later else "superseded", other=filled[0].file, sheet=one.submission.sheet)]
    return filled


def _settle_wrong(group: list[Candidate], newest_rank: Rank, rank: Callable[[Candidate], Rank]) -> None:
    """A wrong form goes back, unless its unit has sent another since: then that one counts, right or wrong."""
    newest = next(one for one in group if rank(one) == newest_rank)
    for one in group:
        if one.wrong and rank(one) < newest_rank:
            one.status, one.problems = SUPERSEDED, [problem("superseded", other=newest.file, sheet=one.submission.sheet)]
        elif one.wrong:
            one.status = REJECTED


def _without_duplicates(group: list[Candidate], rank: Callable[[Candidate], Rank], standing_sha: str | None) -> list[Candidate]:
    """Of candidates that say the same, one stays (the standing one, else one in order, the latest); the others are duplicates."""
    kept: list[Candidate] = []
    by_content: dict[tuple, Candidate] = {}
    best_first = sorted(group, key=lambda one: (one.wrong, one.sha256 != standing_sha, one.in_inbox is False,
                                                [-part for part in (rank(one)[0].toordinal(), rank(one)[1])], one.file))
    for one in best_first:
        first = by_content.setdefault(_content_of(one), one)
        if first is one:
            kept.append(one)
        else:
            one.status = DUPLICATE
            one.problems = [problem("duplicate", other=first.file, sheet=one.submission.sheet)]
    return kept


def materials_beside_forms(candidates: Iterable[Candidate], standing: Mapping[str, Candidate]) -> None:
    """A scan or an old Word file beside its unit's accepted form is material, not a rejected form (issue 3, “Files”)."""
    for one in candidates:
        scanned = bool(one.problems) and all(kind_of(p.code).may_be_material for p in one.problems)
        if one.status == REJECTED and not one.is_form and scanned and one.unit in standing:
            one.status = MATERIAL
            one.problems = [problem("material", unit=one.unit)]
