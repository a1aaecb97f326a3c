"""Which submission stands for each unit, and why (design.md, “Weeks” and “Which submission stands”).

Two steps around the checks: :func:`assign` says which candidates are of the week being run and settles the others;
:func:`settle` chooses, among those of the week, the one that stands for each unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from consolidator.judging.attribution import Candidate
from consolidator.model.records import Dismissal, Known
from consolidator.model.result import ACCEPTED, DISMISSED, DUPLICATE, LEDGER, MATERIAL, OTHER_WEEK, REJECTED, SUPERSEDED
from consolidator.model.weeks import due_date
from schemas.form import Campaign
from schemas.problems import kind_of, problem


@dataclass(slots=True)
class Assigned:
    """Candidates by what is to be done with them.

    ``contenders`` want to stand in the week run, the ``late`` ones only where nothing of its own day does;
    ``after_close`` are forms of a closed earlier week, checked and kept by this run.
    """

    contenders: list[Candidate] = field(default_factory=list)
    late: list[Candidate] = field(default_factory=list)
    after_close: list[Candidate] = field(default_factory=list)


def belongs(candidate: Candidate, campaign: Campaign, known: Known, default: dt.date | None) -> dt.date | None:
    """The week a candidate is of; ``default`` for one without a date that was never seen before.

    A form one to three days after a week's day is late for it while that week, once run, is open and has nothing
    of the unit's own day; a week that was never run has nothing to be late for.
    """
    if candidate.week is None and candidate.late_week is None:
        seen = known.seen.get(candidate.sha256)
        return seen.week if seen else default
    late = candidate.late_week
    judged = known.judged.get(candidate.sha256, ())
    if late in judged and candidate.week not in judged:
        return late  # and it stays so when that week is closed
    if late and late in known.run and late not in known.closed and candidate.unit:
        own = known.standing.get((candidate.week, candidate.unit)) if candidate.week else None
        if own and own.sha256 == candidate.sha256:
            return candidate.week
        there = known.standing.get((late, candidate.unit))
        if there is None or (there.date or late) > due_date(campaign, late) or there.sha256 == candidate.sha256:
            return late
    return candidate.week or late


def assign(candidates: Iterable[Candidate], week: dt.date, campaign: Campaign, known: Known,
           dismissals: Mapping[str, Dismissal] | None = None) -> Assigned:
    """Sort the candidates; those that are not of ``week``, or dismissed in it or before, get their status here."""
    assigned = Assigned()
    known = replace(known, run=known.run | {week})
    for one in candidates:
        own = belongs(one, campaign, known, week)
        dismissal = (dismissals or {}).get(one.sha256)
        if dismissal and dismissal.week <= week:
            one.status, one.problems = DISMISSED, [problem("dismissed", reason=dismissal.reason)]
        elif one.is_ledger:
            one.status = LEDGER
        elif one.submission.kind == "material":
            one.status = MATERIAL
        elif own != week:
            _of_another_week(one, own, week, known, assigned)
        elif not one.is_form or one.unit is None or one.date_refused:
            one.status = REJECTED
        else:
            undated = one.week is None and one.late_week is None
            if undated:
                one.problems.append(problem("date-missing", week=week, sheet=one.submission.sheet))
            after_its_day = one.date is not None and one.date > due_date(campaign, week) and not one.submission.bears
            if after_its_day:
                one.late = True
            (assigned.late if after_its_day else assigned.contenders).append(one)
    return assigned


def _of_another_week(one: Candidate, own: dt.date, week: dt.date, known: Known, assigned: Assigned) -> None:
    """Settle a candidate of week ``own`` in the run of ``week``; what that week has not seen yet is told."""
    sheet, judged_there = one.submission.sheet, own in known.judged.get(one.sha256, ())
    if judged_there:
        one.status, one.problems = OTHER_WEEK, []  # told in its own week; last week's files may lie here for ever
    elif own > week:
        set_aside(one, own)
    elif not one.is_form or one.unit is None:
        one.status = REJECTED if one.sha256 not in known.seen else OTHER_WEEK
        if one.status == OTHER_WEEK:
            set_aside(one, own)
    elif own in known.closed:
        one.problems.append(problem("closed-week", week=own, sheet=sheet))
        assigned.after_close.append(one)
    else:
        there = known.standing.get((own, one.unit))
        same = there is not None and there.figures == one.figures
        set_aside(one, own)
        if one.late_week == own and not same:
            one.problems = [problem("late-elsewhere", date=one.date, week=own, sheet=sheet)]
        elif not same:
            code = "old-week-differs" if there else "old-week-unseen"
            one.problems = [problem(code, date=one.date or "（无）", week=own, sheet=sheet)]


def set_aside(one: Candidate, own: dt.date) -> None:
    """``other-week``: its own problems are told in its own week."""
    one.status = OTHER_WEEK
    one.problems = [problem("other-week", date=one.date or "（未写）", week=own, sheet=one.submission.sheet)]


def settle(assigned: Assigned, week: dt.date, campaign: Campaign, known: Known) -> dict[str, Candidate]:
    """Unit → the candidate that stands in ``week``; every contender gets its status. Problems must be complete."""
    groups: dict[str, list[Candidate]] = {}
    for one in assigned.contenders:
        groups.setdefault(one.unit, []).append(one)
    for one in assigned.late:
        in_time = known.standing.get((week, one.unit))
        ahead = any(not other.wrong for other in groups.get(one.unit, ()) if not other.late)
        if one.week and one.week != week and (
                ahead or (in_time and (in_time.date or week) <= due_date(campaign, week))):
            set_aside(one, one.week)
            continue
        one.problems.append(problem("late", date=one.date, week=week, sheet=one.submission.sheet))
        groups.setdefault(one.unit, []).append(one)
    standing = {}
    for unit, group in groups.items():
        here = known.standing.get((week, unit))
        winner = _settle_unit(group, due_date(campaign, week), here.sha256 if here else None)
        if winner:
            standing[unit] = winner
    return standing


def _settle_unit(group: list[Candidate], due: dt.date, standing_sha: str | None) -> Candidate | None:
    """Give each candidate of one unit its status; the one that stands, None where none does."""
    def rank(one: Candidate) -> tuple[dt.date, int]:
        day = one.date or due
        return (max(day, due) if one.submission.bears else day, one.arrived)

    for one in group:
        if not one.in_inbox and one.sha256 == standing_sha:
            # it was accepted: what the checks say today is told, and does not unseat it
            one.problems = [replace(p, severity="warning") if p.severity == "error" else p for p in one.problems]
    if len(group) > 1:
        group = _without_unfilled(_without_duplicates(group, rank, standing_sha))
    if not group:
        return None
    good = sorted((one for one in group if not one.wrong), key=rank, reverse=True)
    _settle_wrong(group, max(map(rank, group)), rank)
    newest = [one for one in good if rank(one) == rank(good[0])]
    if len(newest) > 1:
        for one in newest:
            others = "、".join(other.file for other in newest if other is not one)
            one.problems.append(problem("two-differ", other=others, sheet=one.submission.sheet))
            one.status = REJECTED
        good = good[len(newest):]
    if not good:
        return None
    winner, *rest = good
    winner.status = ACCEPTED
    for one in rest:
        one.status = SUPERSEDED
        code = "older-date" if one.arrived > winner.arrived else "superseded"
        one.problems.append(problem(code, other=winner.file, sheet=one.submission.sheet))
    if rest:
        winner.problems.append(problem("replaces", other="、".join(one.file for one in rest)))
    refused = [one.file for one in group if one.status == REJECTED]
    if refused:
        winner.problems.append(problem("older-stands", other="、".join(refused)))
        winner.newer_refused = True
    if not winner.in_inbox:
        winner.problems.append(problem("file-gone"))
    return winner


def _without_unfilled(group: list[Candidate]) -> list[Candidate]:
    """Of candidates those with figures, where there are any: a blank form sent by mistake takes no one's place."""
    filled = [one for one in group if any(value is not None for value in one.figures.values())]
    if not filled:
        return group
    for one in group:
        if one not in filled:
            later = all(one.arrived >= other.arrived for other in filled)
            one.status = SUPERSEDED
            one.problems = [problem("unfilled" if later else "superseded", other=filled[0].file, sheet=one.submission.sheet)]
    return filled


def _settle_wrong(group: list[Candidate], newest_rank: tuple, rank) -> None:
    """A wrong form goes back, unless its unit has sent another since: then that one counts, right or wrong."""
    newest = next(one for one in group if rank(one) == newest_rank)
    for one in group:
        if one.wrong and rank(one) < newest_rank:
            one.status, one.problems = SUPERSEDED, [problem("superseded", other=newest.file)]
        elif one.wrong:
            one.status = REJECTED


def _without_duplicates(group: list[Candidate], rank, standing_sha: str | None) -> list[Candidate]:
    """Of candidates that say the same, one stays (the standing one, else one in order, the latest); the others are duplicates."""
    kept: list[Candidate] = []
    by_content: dict[tuple, Candidate] = {}
    best_first = sorted(group, key=lambda one: (one.wrong, one.sha256 != standing_sha, one.in_inbox is False,
                                                [-part for part in (rank(one)[0].toordinal(), rank(one)[1])], one.file))
    for one in best_first:
        told = {p.figure for p in one.problems if p.severity == "error"}
        content = (tuple(one.figures.items()),
                   tuple((name, one.submission.written.get(name)) for name in one.figures if name in told))
        first = by_content.setdefault(content, one)
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
