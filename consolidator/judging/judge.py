"""From candidates to a week's result: assign, decide, check, compare, settle, merge. Nothing is read or written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from consolidator.judging import magnitude, validation
from consolidator.judging.attribution import Candidate
from consolidator.judging.closed_weeks import settle_kept, with_kept
from consolidator.judging.history_view import Earlier, earlier_of, not_on_roster
from consolidator.judging.overrides import apply_decisions, confirm_warnings, under_names_of_today
from consolidator.judging.problem_row import Row, flagged_in, must_fill, notice
from consolidator.judging.roster_changes import no_longer_reports
from consolidator.judging.selection import materials_beside_forms, settle
from consolidator.judging.unit_status import unit_results
from consolidator.judging.week_of_form import assign
from consolidator.model.context import Context
from consolidator.model.records import Past
from consolidator.model.result import Figures, Notice, PastWeek, SubmissionResult, UnitResult, WeekResult
from schemas.actions import Sentence, act
from schemas.form import Form
from schemas.problems import ORDER, problem


@dataclass(slots=True)
class Judged:
    """A judged week: every candidate with its status, who counts, and what came for a closed week and is kept."""

    result: WeekResult
    candidates: list[Candidate]
    standing: dict[str, Candidate]
    after_close: list[Candidate]


def judge(candidates: list[Candidate], week: dt.date, context: Context, past: Past) -> Judged:
    """The week's result of ``candidates`` and ``past``."""
    form, roster = context.form, context.roster
    past = replace(past, decisions=under_names_of_today(past.decisions, roster),
                   confirmations=under_names_of_today(past.confirmations, roster))
    assigned = assign(candidates, week, form.campaign, past.known, past.dismissals)
    contenders = assigned.contenders + assigned.late
    if assigned.after_close:  # they are compared with what lies around their own weeks
        past = past.with_all_of()
    kept, fallen_later = _of_closed_weeks(assigned.after_close, context, past)
    past = replace(past, standing=with_kept(past, kept))
    decided = apply_decisions(contenders, week, past.decisions, form)
    earlier = earlier_of(past, week, form, roster)
    _check(contenders, context, earlier, week)
    for one in contenders:
        decided.settle(one)
        unit = roster.unit(one.owner)  # None: it left the roster after its form was accepted
        merged = no_longer_reports(unit, week) if unit else None
        if merged:
            one.problems.append(merged)
    standing = settle(assigned, week, form.campaign, past.known)
    materials_beside_forms(candidates, standing)
    notices = earlier.compare_standing(standing)
    confirm_warnings(contenders, past.confirmations)
    for one in kept if standing else ():
        if one.unit in standing:  # the unit's form of this week answers whether that one was meant for it
            one.problems = [problem("closed-week-kept", week=one.own_week, sheet=one.submission.sheet)
                            if found.code == "closed-week" else found for found in one.problems]
    units = unit_results(standing, candidates, decided, past, earlier)
    result = _result(candidates, units, week, form, past)
    result.notices = [*notices, *not_on_roster(result), *earlier.fallen_later(standing), *fallen_later, *_outdated(result, past)]
    return Judged(result, candidates, standing, kept)


def _of_closed_weeks(forms: Sequence[Candidate], context: Context, past: Past) -> tuple[list[Candidate], list[Notice]]:
    """The forms of closed weeks that are kept, each checked against what came before its own week; and what is reported on later
    weeks whose figures they contradict."""
    earlier: dict[dt.date, Earlier] = {}
    for week in sorted({one.own_week for one in forms if one.own_week}):
        own = [one for one in forms if one.own_week == week]
        earlier[week] = earlier_of(past, week, context.form, context.roster)
        decided = apply_decisions(own, week, past.decisions, context.form)
        _check(own, context, earlier[week], week)
        for one in own:
            decided.settle(one)
    kept = settle_kept(forms, past.known)
    notices = [found for one in kept if one.own_week and one.unit
               for found in earlier[one.own_week].fallen_later({one.unit: one})]
    return kept, notices


def check_alone(candidates: Sequence[Candidate], context: Context) -> None:
    """Add to each form's problems what is wrong with its figures by themselves."""
    _check([one for one in candidates if one.is_form], context, None, None)


def _check(candidates: Sequence[Candidate], context: Context, earlier: Earlier | None, week: dt.date | None) -> None:
    form = context.form
    rows = [_row(one, context) for one in candidates]
    for one, found in zip(candidates, validation.check(rows, form, week), strict=True):
        one.problems += found
    lasts = [earlier.lasts.get(one.owner) if earlier else None for one in candidates]
    for one, row, found in zip(candidates, rows, magnitude.perhaps_yuan(rows, lasts, form), strict=True):
        one.problems += found
        row.flagged |= {problem.figure for problem in found if problem.figure}  # not 增幅异常 too
    if earlier:
        earlier.compare(candidates, rows)
    order = {name: number for number, name in enumerate(form.figures)}
    for one in candidates:
        one.problems.sort(key=lambda found: order.get(found.figure or "", -1))


def _row(one: Candidate, context: Context) -> Row:
    """The candidate for the checks. Items that its unit is not to fill may be missing from its form: a mere note."""
    unit = context.roster.unit(one.unit) if one.unit else None
    submission = one.submission
    if unit:
        one.problems = [replace(found, severity="note") if found.code == "item-missing" and found.figure
                        and not must_fill(unit.kinds, found.figure, context.form) else found for found in one.problems]
    return Row(one.figures, unit.kinds if unit else None, submission.cells, submission.written, submission.sheet,
               flagged=flagged_in(one.problems, one.figures))


def _result(candidates: Sequence[Candidate], units: list[UnitResult], week: dt.date, form: Form,
            past: Past) -> WeekResult:
    from consolidator.judging.totals import begun_anew, increments, totals

    before = [one for one in past.weeks if one.week < week]
    own = next((one for one in past.weeks if one.week == week), None)
    sums = totals(units, form)
    last = before[-1] if before else None
    corrections = {}
    if own and own.closed_totals is not None and not own.closed:
        corrections = {name: (own.closed_totals.get(name), value) for name, value in sums.items()
                       if own.closed_totals.get(name) != value}
    steps: Figures = increments(sums, begun_anew(last.totals, last.week, week, form)) if last else dict.fromkeys(sums)
    return WeekResult(form.name, week, submissions=[_submission(one) for one in sorted(candidates, key=lambda one: one.file)],
                      units=units, totals=sums, increments=steps, previous_week=last.week if last else None,
                      previous_totals=last.totals if last else {},
                      past=[PastWeek(one.week, one.totals, one.reported) for one in before], notices=[], corrections=corrections,
                      closed=bool(own and own.closed))


def _submission(one: Candidate) -> SubmissionResult:
    problems = sorted(one.problems, key=lambda found: ORDER[found.severity])
    return SubmissionResult(one.file, one.sha256, unit=one.unit, date=one.date, status=one.status, figures=one.figures, problems=problems,
                            cells=one.submission.cells, sheet=one.submission.sheet, late=one.late, in_inbox=one.in_inbox,
                            received=one.received, is_ledger=one.is_ledger)


def _outdated(result: WeekResult, past: Past) -> list[Notice]:
    """The next week run, where its increments were counted from other totals of this week than the present ones."""
    after = next((one for one in past.weeks if one.week > result.week), None)
    if after is None or after.previous_totals == result.totals:
        return []
    first = Sentence("先", act("reopen", week=after.week), "，再") if after.closed else ""
    return [notice(problem("later-increments", week=after.week, first=first))]
