"""The clerk's decisions on the record: accept, close, reopen; and the history checked or rebuilt."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.judging.overrides import find_figures, find_unit
from consolidator.model.grid import CellValue
from consolidator.model.records import WeekRun
from consolidator.model.result import SubmissionResult, WeekResult
from consolidator.model.submission import FigureValue
from consolidator.model.weeks import now, week_of
from consolidator.notation.item import read_number
from consolidator.notation.yes_no import read_yes_no
from consolidator.store.history import History
from consolidator.store.journal import NAME, Journal
from consolidator.store.outbox import Outbox, held, login_name, opened
from consolidator.store.sqlite_index import INDEX_NAME, rebuilt
from consolidator.workflows.weekly import Done, run
from consolidator.writing.publish import latest_result
from schemas.errors import ClosedWeekError, HistoryError, UsageError
from schemas.form import Form, load_form
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
    if not reason.strip():
        raise UsageError("请用 --reason 写明理由")
    with opened(settings.paths.outbox, form.name, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        if ran.closed:
            raise ClosedWeekError(f"{ran.week} 期已定稿，不再变动：需要更正的，请先运行 reopen --week {ran.week} --reason 理由")
        result = latest_result(outbox, ran.week)
        name = find_unit(unit, roster, [one.unit for one in result.units])
        target = _target(result, name)
        readings = outbox.history.readings([target.sha256]) if target else {}
        reading = readings.get(target.sha256) if target else None
        at = now(settings, form).isoformat(timespec="seconds")
        by = _operator(settings)
        events = []
        for text in figures:
            wanted, _, value_text = text.partition("=")
            for figure, value, given in _values(wanted, value_text, form, reading, name):
                events.append({"event": "decision", "at": at, "week": ran.week.isoformat(), "unit": name,
                               "figure": figure, "value": value, "given": given, "by": by, "reason": reason.strip(),
                               "written": reading.figures.get(figure) if reading else None,
                               "basis": reading.written.get(figure, "") if reading else ""})
        outbox.history.record(events)
    return run(settings, ran.week)


def _operator(settings: Settings) -> str:
    """Who decides, for the record."""
    return settings.office.operator or login_name()


def _target(result: WeekResult, unit: str) -> SubmissionResult | None:
    """The submission that a decision is about: the rejected one, else the accepted one."""
    own = [one for one in result.submissions if one.unit == unit and one.sheet]
    for status in ("rejected", "accepted"):
        found = [one for one in own if one.status == status]
        if found:
            return max(found, key=lambda one: (one.date or dt.date.min, one.file))
    return None


def _values(wanted: str, value_text: str, form: Form, reading, unit: str) -> list[tuple[str, FigureValue, bool]]:
    """(figure, value, whether it was given) for one argument of ``accept``."""
    names = find_figures(wanted.strip(), form, reading.cells if reading else {})
    if value_text and len(names) > 1:
        labels = "、".join(form.label(name) for name in names)
        raise UsageError(f"“{wanted}”有两个数（{labels}）：请写明是哪一个，如 {form.figures[names[0]].short}={value_text}")
    found = []
    for name in names:
        if value_text:
            found.append((name, _parsed(value_text, form, name), True))
        elif reading is None:
            raise UsageError(f"{unit}本期没有可采纳的表：请写成 {form.figures[name].short}=数值")
        elif reading.figures.get(name) is None:
            there = f"填的是“{shorten(reading.written[name])}”" if reading.written.get(name) else "空着"
            raise UsageError(f"{form.label(name)}没有读出数来（{there}）：请写成 {form.figures[name].short}=数值")
        else:
            found.append((name, reading.figures[name], False))
    return found


def _parsed(text: str, form: Form, name: str) -> FigureValue:
    figure = form.figures[name]
    value: CellValue = text.strip()
    reading = read_number(value, figure) if figure.is_number else read_yes_no(value, figure)
    if reading.value is None:
        kind = "数字" if figure.is_number else "“是”或“否”"
        raise UsageError(f"“{text}”不能作{form.label(name)}的值：请写{kind}")
    return reading.value


def close(settings: Settings, week: dt.date | None) -> str:
    """Close a week; what to say.

    Raises:
        ClosedWeekError: it is closed already.
        UsageError: it was never run.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form.name, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        if ran.closed:
            raise ClosedWeekError(f"{ran.week} 期早已定稿")
        outbox.history.record([closing(ran.week, ran.totals, settings, form)])
    return f"{ran.week} 期已定稿，不再变动。需要更正时：reopen --week {ran.week} --reason 理由"


def closing(week: dt.date, totals: dict, settings: Settings, form: Form) -> dict:
    """The event that closes a week."""
    return {"event": "closed", "at": now(settings, form).isoformat(timespec="seconds"), "week": week.isoformat(),
            "by": _operator(settings), "totals": totals}


def reopen(settings: Settings, week: dt.date | None, reason: str) -> str:
    """Reopen a closed week; what to say.

    Raises:
        UsageError: it is not closed, or no reason is given.
    """
    form = load_form(settings.paths.form)
    if not reason.strip():
        raise UsageError("请用 --reason 写明理由")
    with opened(settings.paths.outbox, form.name, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        if not ran.closed:
            raise UsageError(f"{ran.week} 期没有定稿，不用重开")
        outbox.history.record([{"event": "reopened", "at": now(settings, form).isoformat(timespec="seconds"),
                                "week": ran.week.isoformat(), "reason": reason.strip(),
                                "by": _operator(settings)}])
    return f"{ran.week} 期已重开。放好更正的表后运行 run --week {ran.week}，会列出与定稿时不同的每一个合计"


def run_week(outbox: Outbox, form: Form, week: dt.date | None) -> WeekRun:
    """The week meant, as it was run; the latest where none is given.

    Raises:
        UsageError: it was never run.
    """
    weeks = outbox.history.weeks()
    if not weeks:
        raise UsageError("还没有汇总过：请先运行 run")
    if week is None:
        return weeks[-1]
    named = week_of(form.campaign, week)
    for one in weeks:
        if one.week == named:
            return one
    raise UsageError(f"{named or week} 期还没有汇总过：请先运行 run --week {named or week}")


@dataclass(slots=True)
class Verified:
    """What was found wrong, line by line; the last line sums up."""

    lines: list[str] = field(default_factory=list)
    wrong: bool = False


def verify(settings: Settings) -> Verified:
    """Check the journal's chain, the index against it, and every original against its hash."""
    form = load_form(settings.paths.form)
    folder, done = settings.paths.outbox, Verified()
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError("还没有台账：请先运行 run")
    events: list[dict] = []
    with held(folder):
        try:
            events = list(journal.events())
        except HistoryError as error:
            done.lines.append(str(error))
        try:
            History(folder, form.name).close()
        except HistoryError as error:
            done.lines.append(str(error))
        for event in events:
            if event["event"] == "seen":
                fault = _original_fault(folder / event["original"], event["sha256"])
                if fault:
                    done.lines.append(f"原件 {event['original']} {fault}")
    done.wrong = bool(done.lines)
    done.lines.append(f"台账 {len(events)} 条，" + ("发现以上问题" if done.wrong else "前后相接；索引一致；原件齐全、未被改动"))
    return done


def _original_fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "不见了：已采用的数字仍在台账中"
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "被改动过，与收到时不同"


def rebuild(settings: Settings) -> Verified:
    """Make the index anew from the journal; the originals are read again by the next run.

    Raises:
        HistoryError: the journal itself is broken.
    """
    form = load_form(settings.paths.form)
    folder = settings.paths.outbox
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError("还没有台账，无从重建：请先运行 run")
    try:
        with held(folder):
            count = rebuilt(folder, form.name)
    except sqlite3.DatabaseError as error:
        raise HistoryError(f"索引 {INDEX_NAME} 重建不成：请检查磁盘空间和权限") from error
    missing = [event["original"] for event in journal.events()
               if event["event"] == "seen" and not (folder / event["original"]).is_file()]
    lines = [f"原件 {path} 不见了：已采用的数字已由台账恢复" for path in missing]
    return Verified([*lines, f"索引已由台账的 {count} 条记录重建"], False)
