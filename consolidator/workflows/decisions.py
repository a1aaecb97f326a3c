"""The clerk's decisions on the record: accept, confirm, dismiss, close, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from consolidator.judging.overrides import find_figures, find_unit
from consolidator.model.inbox import list_files
from consolidator.model.marks import WHOLE_FILE
from consolidator.model.records import WeekRun
from consolidator.model.result import ACCEPTED, SubmissionResult
from consolidator.model.text import one_line
from consolidator.model.weeks import week_of
from consolidator.store.outbox import Outbox, opened
from consolidator.workers.task import hash_file
from consolidator.workers.unpack import unpacked
from consolidator.workflows.accepted_values import outcomes_of, values_of
from consolidator.workflows.on_record import event, given_reason, is_closed
from consolidator.workflows.weekly import Done, run
from consolidator.writing.publish import latest_result
from schemas.actions import Sentence, act
from schemas.errors import ClosedWeekError, UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.problems import shorten
from schemas.roster import load_roster
from schemas.settings import Settings


def accept(settings: Settings, unit: str, figures: Sequence[str], reason: str, week: dt.date | None) -> Done:
    """Record that figures of ``unit`` are taken as they are, or with the value given, and run the week again.

    ``figures`` are ``FIGURE`` or ``FIGURE=VALUE``; FIGURE is a name, a printed label or a cell.

    Raises:
        UsageError: no such unit, figure or value; names the nearest.
        ClosedWeekError: the week is closed.
    """
    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    reason = given_reason(reason)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = open_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        name = find_unit(unit, roster, [one.unit for one in result.units])
        readings = outbox.history.readings(one.sha256 for one in result.submissions if one.unit == name)
        events = [event("decision", ran.week, settings, form, unit=name, figure=figure, value=value, given=given, reason=reason,
                        written=reading.figures.get(figure) if reading else None,
                        basis=reading.written.get(figure, "") if reading else "")
                  for wanted in figures for figure, value, given, reading in values_of(wanted, name, result, readings, form)]
        outbox.history.record(events)
    done = run(settings, ran.week)
    done.outcomes = outcomes_of(name, [one["figure"] for one in events], result, done.result)
    return done


def confirm(settings: Settings, unit: str, figure: str | Sequence[str], reason: str, week: dt.date | None) -> Done:
    """Record that somebody has looked at the warnings of one figure of ``unit``, or of several, and run the week again.

    ``figure`` is a name, a printed label or a cell; ``全表`` for the warnings of the form as a whole. What is confirmed are
    the warnings that are there now: another warning, or another text in the cell, is a new one.

    Raises:
        UsageError: no such unit or figure, or it has no warning that is not decided; says which it has.
        ClosedWeekError: the week is closed.
    """
    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    reason = given_reason(reason)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = open_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        name = find_unit(unit, roster, [one.unit for one in result.units])
        open_ones = [(sub, found) for sub in result.submissions if sub.unit == name and sub.status == ACCEPTED
                     for found in sub.open_warnings()]
        reading = next(iter(outbox.history.readings([sub.sha256 for sub, _ in open_ones]).values()), None)
        named = [figure] if isinstance(figure, str) else list(figure)
        cells = reading.cells if reading else {}
        wanted = {name for one in named for name in ([None] if one.strip() == WHOLE_FILE else find_figures(one, form, cells))}
        meant = [(sub, found) for sub, found in open_ones if found.figure in wanted]
        if not meant:
            there = "、".join(dict.fromkeys(form.figures[found.figure].short if found.figure in form.figures else WHOLE_FILE
                                           for _, found in open_ones))
            raise UsageError(f"{name}的“{'、'.join(named)}”没有待确认的提醒："
                             + (f"有提醒的是 {there}" if there else "本期没有待确认的提醒"))
        outbox.history.record([
            event("confirmed", ran.week, settings, form, unit=name, figure=found.figure or "", code=found.code, sha256=sub.sha256,
                  reason=reason, basis=reading.written.get(found.figure, "") if reading and found.figure else "")
            for sub, found in meant])
    return run(settings, ran.week)


def dismiss(settings: Settings, file: str, reason: str, week: dt.date | None) -> Done:
    """Record that a file counts for nothing from ``week`` on, and run the week again.

    ``file`` is as the result names it, or the end of that path. Where it was accepted, what its unit had before is again.

    Raises:
        UsageError: no such file in the inbox or the week, several of that name, or it is dismissed already.
        ClosedWeekError: the week is closed.
    """
    form = load_form(settings.paths.form)
    reason = given_reason(reason)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = open_week(outbox, form, week)
        name, sha256 = file_meant(file, latest_result(outbox, ran.week).submissions, settings)
        if sha256 in outbox.history.dismissals():
            raise UsageError(Sentence(f"“{name}”早已定为不采用：要改回来的，请", act("undismiss")))
        events = [event("dismissed", ran.week, settings, form, file=name, sha256=sha256, reason=reason)]
        held = [one for one in outbox.history.standing(ran.week, after_close=False) if one.sha256 == sha256]
        gone = {sha256, *outbox.history.dismissals()}
        for one in held:
            before = [accepted for accepted in _acceptances(outbox, ran.week, one.unit) if accepted["sha256"] not in gone]
            events += before[-1:]
        outbox.history.record(events)
    return run(settings, ran.week)


def undismiss(settings: Settings, file: str, reason: str, week: dt.date | None) -> Done:
    """Take back :func:`dismiss`: the file counts as any other again. Where it was accepted before and has left the inbox,
    it is accepted again unless its unit has another by now.

    Raises:
        UsageError: no such file is dismissed.
        ClosedWeekError: the week is closed.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = open_week(outbox, form, week)
        found = [one for one in outbox.history.dismissals().values() if _names(file, one.file)]
        if len(found) != 1:
            raise UsageError(f"没有定为不采用的文件“{shorten(file)}”" if not found else
                             f"“{shorten(file)}”有 {len(found)} 个：请写明文件夹，如 {found[0].file}")
        one = found[0]
        events = [event("undismissed", ran.week, settings, form, file=one.file, sha256=one.sha256, reason=one_line(reason))]
        taken = {held.unit for held in outbox.history.standing(ran.week, after_close=False)}
        before = [accepted for accepted in _acceptances(outbox, ran.week) if accepted["sha256"] == one.sha256]
        events += [accepted for accepted in before[-1:] if accepted["unit"] not in taken]
        outbox.history.record(events)
    return run(settings, ran.week)


def _acceptances(outbox: Outbox, week: dt.date, unit: str | None = None) -> list[dict]:
    """The events by which files were accepted in ``week`` (of ``unit`` alone), oldest first, without those rejected since."""
    found: list[dict] = []
    for line in outbox.history.journal.events():
        if line.get("week") != week.isoformat() or (unit and line.get("unit") != unit):
            continue
        if line["event"] == "accepted" and not line.get("after_close"):
            found.append({key: line[key] for key in ("event", "at", "run", "week", "unit", "sha256", "file", "date", "figures")})
        elif line["event"] == "rejected":
            found = [one for one in found if one["sha256"] != line["sha256"]]
    return found


def file_meant(text: str, submissions: Sequence[SubmissionResult], settings: Settings) -> tuple[str, str]:
    """(name, sha256) of the one file of the inbox or the week that ``text`` names."""
    known = {one.file: one.sha256 for one in submissions}
    with unpacked(list_files(settings.paths.inbox), form=load_form(settings.paths.form)) as files:
        known |= {one.file: hash_file(one.path)[0] for one in files if not one.linked and _names(text, one.file)}
    exact = [name for name in known if name == text]
    found = exact or [name for name in known if _names(text, name)]
    if len(found) == 1:
        return found[0], known[found[0]]
    if found:
        raise UsageError(f"“{shorten(text)}”有 {len(found)} 个：请写明文件夹，如 {found[0]}")
    from rapidfuzz import process

    near = [name for name, score, _ in process.extract(text, list(known), limit=2) if score > 60]
    raise UsageError(f"收件夹和本期都没有文件“{shorten(text)}”" + (f"：是不是{'、'.join(near)}？" if near else ""))


def _names(text: str, file: str) -> bool:
    """Whether ``text`` is the file's path in the inbox or the end of it."""
    written = text.strip().replace("\\", "/")
    return written == file or f"/{written}".endswith(f"/{file}") or file.endswith(f"/{written}")


def open_week(outbox: Outbox, form: Form, week: dt.date | None) -> WeekRun:
    """The week meant, which must have been run and be open.

    Raises:
        UsageError: it was never run.
        ClosedWeekError: it is closed.
    """
    ran = run_week(outbox, form, week)
    if ran.closed:
        raise is_closed(ran.week)
    return ran


def close(settings: Settings, week: dt.date | None) -> str:
    """Close a week; what to say.

    Raises:
        ClosedWeekError: it is closed already.
        UsageError: it was never run.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        if ran.closed:
            raise ClosedWeekError(f"{ran.week} 期早已定稿")
        outbox.history.record([closing(ran.week, ran.totals, settings, form)])
    return Sentence(f"{ran.week} 期已定稿，不再变动。需要更正时：", act("reopen-where-needed", week=ran.week))


def closing(week: dt.date, totals: dict, settings: Settings, form: Form) -> dict:
    """The event that closes a week."""
    return event("closed", week, settings, form, totals=totals)


def reopen(settings: Settings, week: dt.date | None, reason: str) -> str:
    """Reopen a closed week; what to say.

    Raises:
        UsageError: it is not closed, or no reason is given.
    """
    form = load_form(settings.paths.form)
    reason = given_reason(reason)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        if not ran.closed:
            raise UsageError(f"{ran.week} 期没有定稿，不用重开")
        outbox.history.record([event("reopened", ran.week, settings, form, reason=reason)])
    return Sentence(f"{ran.week} 期已重开。放好更正的表后", act("run", week=ran.week), "，会列出与定稿时不同的每一个合计")


def run_week(outbox: Outbox, form: Form, week: dt.date | None) -> WeekRun:
    """The week meant, as it was run; the latest where none is given.

    Raises:
        UsageError: it was never run.
    """
    weeks = [one for one in outbox.history.weeks() if not one.opening]
    if not weeks:
        raise UsageError(Sentence("还没有汇总过：请先", act("run")))
    if week is None:
        return weeks[-1]
    named = week_of(form.campaign, week)
    for one in weeks:
        if one.week == named:
            return one
    raise UsageError(Sentence(f"{named or week} 期还没有汇总过：请先", act("run", week=named or week)))
