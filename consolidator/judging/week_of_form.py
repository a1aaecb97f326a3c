"""Which week each form is of, and what is done with those of other weeks (design.md, “Weeks”).

Before the checks :func:`assign` says which candidates are of the week being run and settles the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from consolidator.judging.attribution import Candidate
from consolidator.model.records import FileDecision, Known
from consolidator.model.result import DISMISSED, LEDGER, MATERIAL, OTHER_WEEK, REJECTED
from consolidator.model.weeks import due_date
from schemas.form import Campaign
from schemas.problems import problem


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
