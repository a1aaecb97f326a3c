"""The past laid beside this week's submissions: each unit's earlier figures, and what the comparison says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace

from consolidator.judging import plausibility
from consolidator.judging.attribution import Candidate
from consolidator.judging.problem_row import Row, notice, shown
from consolidator.judging.roster_changes import last_accepted, merged_into, under_present_names
from consolidator.judging.totals import carried
from consolidator.model.records import Accepted, Decision, History, LongHistory, Past, Standing
from consolidator.model.result import Figures, Notice, WeekResult
from schemas.form import Figure, Form
from schemas.problems import Problem, problem
from schemas.roster import Roster


@dataclass(slots=True)
class Earlier:
    """What was accepted before ``week``, under the units' present names, oldest first.

    ``histories`` hold one set of figures a week; what came for a closed week after its closing replaces that week's.
    ``in_totals`` are the last ones without what came after closing: what the weeks' totals were made of.
    ``lasts`` are the figures that this week's are compared with, those of the units ``merged`` into one added to its own;
    ``later`` is what counts in weeks after this one.
    """

    week: dt.date
    form: Form
    roster: Roster
    histories: Mapping[str, History]
    in_totals: Mapping[str, History]
    _: KW_ONLY
    lasts: Mapping[str, Accepted]
    later: list[Standing] = field(default_factory=list)
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def compare(self, candidates: Sequence[Candidate], rows: Sequence[Row]) -> None:
        """Add to each candidate's problems what its unit's past and its peers say of its figures."""
        histories = [self.histories.get(one.owner, ()) for one in candidates]
        lasts = [self.lasts.get(one.owner) for one in candidates]
        parts = zip(candidates, histories, plausibility.against_last(rows, lasts, self.form, self.week),
                    plausibility.jumps(rows, histories, self.form, self.week, lasts),
                    plausibility.far_from_peers(rows, histories, self.form, self.week), strict=True)
        for one, history, falls, jumps, far in parts:
            others = self.merged.get(one.owner)
            if falls and others:
                falls = [fall_of_merger(found, others) for found in falls]
            elif falls:
                falls = plausibility.as_increments(falls, one.figures, history)
            if falls:
                one.problems = plausibility.instead_of_blanks(one.problems, falls)
            one.problems += jumps + far

    def compare_standing(self, standing: Mapping[str, Candidate]) -> list[Notice]:
        """抄报 and 零问题 among those that stand; the 零问题 are also notices of the week."""
        units, candidates = list(standing), list(standing.values())
        rows = [Row(one.figures, None, one.submission.cells, one.submission.written, one.submission.sheet)
                for one in candidates]
        histories = [self.histories.get(unit, ()) for unit in units]
        parts = zip(units, candidates, plausibility.copied(rows, units, self.form),
                    plausibility.unchanged(rows, histories, self.form),
                    plausibility.nothing_found(rows, histories, self.form), strict=True)
        notices = []
        for unit, one, copied, unchanged, found_nothing in parts:
            one.problems += copied + unchanged + found_nothing
            notices += [notice(found, unit) for found in found_nothing]
        return notices

    def fallen_later(self, standing: Mapping[str, Candidate]) -> list[Notice]:
        """Later weeks that the figures of these forms no longer agree with."""
        flagged = []
        first_later: dict[str, Standing] = {}
        for one in self.later:
            first_later.setdefault(one.unit, one)
        for unit, now in standing.items():
            after = first_later.get(unit)
            if after is None:
                continue
            fallen = [name for name, figure in self.form.figures.items() if _falls(figure, name, now, after)]
            if fallen:
                name = fallen[0]
                flagged.append(notice(problem(
                    "later-week", week=after.week, label=self.form.label(name, self.week), later=shown(after.figures[name]),
                    value=shown(now.figures[name]), more=f"（共 {len(fallen)} 项）" if len(fallen) > 1 else ""), unit))
        return flagged


def fall_of_merger(found: Problem, others: Sequence[str]) -> Problem:
    """A fall in the words for a unit whose earlier figure is not its own alone."""
    if found.code != "falls":
        return found
    return replace(found, code="falls-merged", words=(*found.words, ("others", "、".join(others))))


def not_on_roster(result: WeekResult) -> list[Notice]:
    """Units that only the history knows."""
    return [notice(problem("not-on-roster"), unit.unit) for unit in result.units if not unit.on_roster]


def _falls(figure: Figure, name: str, one: Candidate, after: Standing) -> bool:
    now, then = one.figures.get(name), after.figures.get(name)
    return figure.is_number and figure.measure == "flow" and bool(now) and then is not None and then < (now or 0)


def with_heard(histories: Mapping[str, History], heard: Sequence[Decision], form: Form) -> dict[str, History]:
    """``histories`` with the weeks in which a unit sent nothing and figures of it were heard on the telephone: its last figures
    then, with those heard in their place. ``heard`` are under present names."""
    weeks: dict[str, dict[dt.date, dict[str, Decision]]] = {}
    for one in heard:
        if one.figure in form.figures:
            weeks.setdefault(one.unit, {}).setdefault(one.week, {})[one.figure] = one
    found = dict(histories)
    for unit, by_week in weeks.items():
        own = dict(found.get(unit, ()))
        for week, decisions in sorted(by_week.items()):
            if week not in own:
                before = max((one for one in own if one < week), default=None)
                figures = carried(own[before], before, week, form) if before else dict.fromkeys(form.figures)
                own[week] = {**figures, **{name: one.value for name, one in decisions.items()}}
        found[unit] = sorted(own.items())
    return found


def earlier_of(past: Past, week: dt.date, form: Form, roster: Roster) -> Earlier:
    """The past of ``week``."""
    heard = [one for one in past.decisions if one.heard and one.week < week]
    past = past.with_all_of({*roster.renamed, *roster.renamed.values(), *(one.unit for one in heard)})
    every: dict[str, dict[dt.date, Figures]] = {}
    counted: dict[str, dict[dt.date, Figures]] = {}
    for one in past.standing:  # of one week and unit, what came after closing is last
        if one.week < week:
            every.setdefault(one.unit, {})[one.week] = one.figures
            if not one.after_close:
                counted.setdefault(one.unit, {})[one.week] = one.figures
    own = {unit: _history(unit, weeks, week, past) for unit, weeks in every.items()}
    own_counted: dict[str, History] = {unit: sorted(weeks.items()) for unit, weeks in counted.items()}
    histories, in_totals = (with_heard(under_present_names(each, roster), heard, form) for each in (own, own_counted))
    later = [one for one in past.standing if one.week > week and not one.after_close]
    return Earlier(week, form, roster, histories, in_totals, lasts=last_accepted(roster, week, histories, form), later=later,
                   merged=merged_into(roster, week, histories))


def _history(unit: str, weeks: Mapping[dt.date, Figures], week: dt.date, past: Past) -> History:
    """The history of ``unit`` before ``week``; ``weeks`` are those at hand, the last among them."""
    at_hand, older = sorted(weeks.items()), past.older
    if older is None or unit in past.whole:
        return at_hand

    def whole() -> History:
        return sorted({one.week: one.figures for one in older(unit) if one.week < week}.items())

    return LongHistory(at_hand[-1], past.weeks_of[unit], whole)
