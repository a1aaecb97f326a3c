"""Whose a submission is and of which day: what the form says first, the file's name as last resort, always reported."""

from __future__ import annotations

import datetime as dt
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import PurePosixPath

from consolidator.model.context import Context
from consolidator.model.result import Figures
from consolidator.model.submission import Submission
from consolidator.model.weeks import LATE_DAYS, all_weeks, due_date, late_for, week_of
from schemas.form import Campaign, Form
from schemas.problems import Problem, for_clerk, problem
from schemas.roster import Roster


@dataclass(slots=True)
class Candidate:
    """A file on its way through judging.

    ``week`` is the week it belongs to by its date or mark (None: undated, or the date is refused); ``late_week`` an earlier
    week for which it may be late. ``arrived`` is the number of the run that first saw it, ``received`` its moment
    (None: the file could not be opened). ``figures`` are as read; a decision of the clerk puts others in their place, and
    never changes them where they are. ``date_refused``: a date is written, but it can be none of the campaign's.
    ``own_week`` is set for a form of a closed earlier week that is kept for it.
    ``newer_refused``: it is accepted although its unit has sent a newer one, which has errors. ``is_ledger``: it holds ledgers
    and no form, or cannot be read and is a ledger by its name.
    """

    file: str
    sha256: str
    submission: Submission
    unit: str | None = None
    date: dt.date | None = None
    _: KW_ONLY
    week: dt.date | None = None
    late_week: dt.date | None = None
    own_week: dt.date | None = None
    problems: list[Problem] = field(default_factory=list)
    figures: Figures = field(default_factory=dict)
    arrived: int = 0
    received: dt.datetime | None = None
    in_inbox: bool = True
    status: str = ""
    late: bool = False
    date_refused: bool = False
    newer_refused: bool = False
    is_ledger: bool = False

    @property
    def owner(self) -> str:
        """The unit's name; "" where it is not known, which is the name of no unit."""
        return self.unit or ""

    @property
    def is_form(self) -> bool:
        """Whether the form was found in it."""
        return self.submission.kind == "form"

    @property
    def wrong(self) -> bool:
        """Whether an error rejects it."""
        return any(one.severity == "error" for one in self.problems)

    @property
    def for_clerk(self) -> bool:
        """Whether what is wrong is nothing that the unit could correct."""
        return for_clerk(self.problems)


def identify(file: str, sha256: str, submission: Submission, context: Context) -> Candidate:
    """The candidate of one file, its unit and week found or reported."""
    candidate = Candidate(file, sha256, submission, problems=list(submission.problems),
                          figures=submission.figures)
    form, roster = context.form, context.roster
    if submission.kind == "form":
        _find_unit(candidate, roster)
        _find_date(candidate, form, context.today)
        _add_replies(candidate)
    else:
        candidate.is_ledger = submission.kind == "ledger" or (submission.kind == "unreadable" and form.is_ledger_name(file))
        named = units_in_name(file, roster) or roster.find_in(submission.text)
        candidate.unit = named[0] if len(named) == 1 else None
        if submission.kind == "material" and not any(one.code == "other-form" for one in submission.problems):
            candidate.problems.append(problem("material", unit=candidate.unit or "未知单位"))
    return candidate


def units_in_name(file: str, roster: Roster) -> list[str]:
    """The units that a file's name has; its folders' names where the name itself has none."""
    path = PurePosixPath(file)
    for part in (path.stem, *reversed(path.parts[:-1])):
        found = roster.find_in(part)
        if found:
            return found
    return []


def _find_unit(candidate: Candidate, roster: Roster) -> None:
    """Set the unit from the form's own words; an unknown name is never credited to a similar one."""
    submission, say = candidate.submission, candidate.problems.append
    sheet = submission.sheet
    matched: dict[str, tuple[str, str, str | None]] = {}
    for text, cell in submission.units:
        match = roster.match(text)
        if match.unit:
            matched.setdefault(match.unit, (match.how, text, cell))
    named = units_in_name(candidate.file, roster)
    if len(matched) > 1:
        cell = submission.units[0][1]
        say(problem("unit-several", units="、".join(matched), sheet=sheet, cell=cell))
    elif matched:
        (unit, (how, text, cell)), = matched.items()
        candidate.unit = unit
        if how == "alias":
            say(problem("unit-by-alias", unit=unit, written=text, sheet=sheet, cell=cell))
        if named and unit not in named:
            say(problem("unit-contradicts", unit=unit, other="、".join(named), sheet=sheet, cell=cell))
    elif submission.units:
        text, cell = submission.units[0]
        near = roster.nearest(text)
        hint = f"（是不是{'、'.join(near)}？）" if near else ""
        say(problem("unit-unknown", written=text, hint=hint, sheet=sheet, cell=cell))
    elif len(named) == 1:
        candidate.unit = named[0]
        say(problem("unit-from-name", unit=named[0], sheet=sheet))
    else:
        say(problem("unit-missing", sheet=sheet))


def _find_date(candidate: Candidate, form: Form, today: dt.date) -> None:
    """Set date and week; a date that cannot be is an error, none at all is left to the run's week."""
    from consolidator.notation.dates import parse_date

    submission, campaign = candidate.submission, form.campaign
    say, sheet = candidate.problems.append, candidate.submission.sheet
    copy_of = None
    if submission.copy_of:
        copy_of = next((week for week in all_weeks(campaign) if week.isoformat() == submission.copy_of.get("week")), None)
    if submission.copy_of and not copy_of:  # whoever wrote the mark, it was not this program
        candidate.submission = submission = replace(submission, copy_of={})
    dated = [(day, cell) for day, _, cell in submission.dates if day]
    candidate.date_refused = any(one.code == "date-unclear" for one in candidate.problems)
    if not dated and not candidate.date_refused:
        reading = parse_date(PurePosixPath(candidate.file).stem, campaign.first_week.year)
        if reading and reading.date:
            dated = [(reading.date, None)]
            if not copy_of:
                say(problem("date-from-name", date=reading.date, sheet=sheet))
    if dated:
        day, cell = dated[0]
        candidate.date = day
        others = {other for other, _ in dated if week_of(campaign, other) != week_of(campaign, day)}
        if others and not copy_of:
            say(problem("date-several", date=day, others="、".join(map(str, sorted(others))), sheet=sheet, cell=cell))
    if copy_of:
        candidate.week = copy_of
        return
    if candidate.date:
        wrong = _outside(form, candidate.date, today)
        if wrong:
            say(wrong.at(sheet, dated[0][1]))
            candidate.date_refused = True
            return
        candidate.week = week_of(campaign, candidate.date)
        candidate.late_week = late_for(campaign, candidate.date)


def _outside(form: Form, day: dt.date, today: dt.date) -> Problem | None:
    """Why no week of the campaign can have a form of ``day``."""
    campaign = form.campaign
    first, last = campaign.first_week, campaign.last_week
    years = sorted({first.year, last.year})
    if day.year not in years:
        return problem("date-other-year", date=day, year="、".join(map(str, years)))
    if day > today and not _of_the_present_period(campaign, day, today):
        return problem("date-future", date=day)
    if week_of(campaign, day) is None:
        if day < first:
            return problem("date-before", date=day, first=first)
        if (day - due_date(campaign, last)).days > LATE_DAYS:
            return problem("date-after", date=day, last=last)
    return None


def _of_the_present_period(campaign: Campaign, day: dt.date, today: dt.date) -> bool:
    """A form may have the day on which its period is due before that day has come: Monday's form is filled in on Friday.

    A form of a longer period may have any day of the present one.
    """
    period = week_of(campaign, day)
    if period is None or period != week_of(campaign, today):
        return False
    return campaign.rhythm not in ("weekly", "weekly_any_day") or day == due_date(campaign, period)


def _add_replies(candidate: Candidate) -> None:
    """What a unit answered in 单位说明 of an annotated copy, as notes."""
    for figure, text in candidate.submission.replies.items():
        candidate.problems.append(problem("unit-reply", figure=figure or None, written=text, reply=text,
                                          sheet=candidate.submission.sheet,
                                          cell=candidate.submission.cells.get(figure)))
