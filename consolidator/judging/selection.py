"""Which submission counts for each unit, and why (design.md, “Weeks” and “Which submission counts”).

Two steps around the checks: :func:`assign` says which candidates are of the week being run and settles the others;
:func:`settle` chooses, among those of the week, the one that stands for each unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from consolidator.judging.attribution import Candidate
from consolidator.model.records import FileDecision, Known
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
    of the unit's own day; a week that was never run has nothing to be late for. Where it was taken as late and a form of that
    week's own day came after all, it is of its own week again. What the clerk has assigned is of that week.
    """
    if candidate.sha256 in known.assigned:
        return known.assigned[candidate.sha256].week
    if candidate.week is None and candidate.late_week is None:
        seen = known.seen.get(candidate.sha256)
        return seen.week if seen else default
    late = candidate.late_week
    if late is None or late not in known.run or not candidate.unit:
        return candidate.week or late
    own = known.standing.get((candidate.week, candidate.unit)) if candidate.week else None
    if own and own.sha256 == candidate.sha256:
        return candidate.week
    there = known.standing.get((late, candidate.unit))
    if there and there.sha256 == candidate.sha256:
        return late  # and it stays so when that week is closed
    in_time = there is not None and (there.date or late) <= due_date(campaign, late)
    if late in known.closed:
        superseded_there = there is not None and not in_time and late in known.judged.get(candidate.sha256, ())
        return late if superseded_there else candidate.week or late
    return candidate.week or late if in_time else late


def assign(candidates: Iterable[Candidate], week: dt.date, campaign: Campaign, known: Known,
           dismissals: Mapping[str, FileDecision] | None = None) -> Assigned:
    """Sort the candidates; those that are not of ``week``, or dismissed in it or before, get their status here."""
    assigned = Assigned()
    known = replace(known, run=known.run | {week})
    for one in candidates:
        own = belongs(one, campaign, known, week)
        dismissal = (dismissals or {}).get(one.sha256)
        if one.sha256 in known.assigned:
            _take_as_assigned(one, known.assigned[one.sha256])
        if dismissal and dismissal.week <= week:
            one.status, one.problems = DISMISSED, [problem("dismissed", reason=dismissal.reason)]
        elif one.is_ledger:
            one.status = LEDGER
        elif one.submission.kind == "material":
            one.status = MATERIAL
        elif own is not None and own != week:
            _of_another_week(one, own, week, known, assigned)
        elif not one.is_form or one.unit is None or one.date_refused:
            one.status = REJECTED
        else:
            undated = one.week is None and one.late_week is None
            if undated and one.sha256 not in known.assigned:
                one.problems.append(problem("date-missing", week=week, sheet=one.submission.sheet))
            after_its_day = one.date is not None and one.date > due_date(campaign, week) and not one.submission.copy_of \
                and one.sha256 not in known.assigned
            if after_its_day:
                one.late = True
            (assigned.late if after_its_day else assigned.contenders).append(one)
    return assigned


def _of_another_week(one: Candidate, own: dt.date, week: dt.date, known: Known, assigned: Assigned) -> None:
    """Settle a candidate of week ``own`` in the run of ``week``; what that week has not seen yet is reported."""
    sheet, judged_there = one.submission.sheet, own in known.judged.get(one.sha256, ())
    there = known.standing.get((own, one.unit)) if one.unit else None
    if judged_there and not (own in known.closed and there and there.after_close and there.sha256 == one.sha256):
        one.status, one.problems = OTHER_WEEK, []  # reported in its own week; last week's files may lie here for ever
    elif own > week:
        set_aside(one, own)
    elif not one.is_form or one.unit is None:
        before = known.seen.get(one.sha256)  # it goes back once, in the week in whose run it came
        one.status = REJECTED if before is None or before.week == week else OTHER_WEEK
        if one.status == OTHER_WEEK:
            set_aside(one, own)
    elif own in known.closed and there and there.sha256 != one.sha256 and there.figures == one.figures:
        set_aside(one, own)
    elif own in known.closed:
        one.own_week = own
        answered = one.sha256 in known.assigned
        one.problems.append(problem("closed-week-kept", week=own, sheet=sheet) if answered else problem(
            "closed-week", date=one.date or "（未写）", week=own, this=week, file=one.file, sheet=sheet))
        assigned.after_close.append(one)
    else:
        same = there is not None and there.figures == one.figures
        set_aside(one, own)
        if one.late_week == own and not same:
            one.problems = [problem("late-elsewhere", date=one.date, week=own, sheet=sheet)]
        elif not same:
            code = "old-week-differs" if there else "old-week-unseen"
            one.problems = [problem(code, date=one.date or "（无）", week=own, sheet=sheet)]


def _take_as_assigned(one: Candidate, assignment: FileDecision) -> None:
    """What is wrong with its date is decided; a form that has the date of another week says so."""
    one.date_refused = False
    one.problems = [replace(found, severity="warning", decision=assignment.reason) if found.of_date
                    else found for found in one.problems]
    if one.week != assignment.week:
        one.problems.append(problem("assigned-week", date=one.date or "（未写）", week=assignment.week, reason=assignment.reason,
                                    sheet=one.submission.sheet))


def set_aside(one: Candidate, own: dt.date) -> None:
    """``other-week``: its own problems are reported in its own week."""
    one.status, one.late = OTHER_WEEK, False
    one.problems = [problem("other-week", date=one.date or "（未写）", week=own, sheet=one.submission.sheet)]


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
