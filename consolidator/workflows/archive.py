"""``archive YEAR``: what of an outbox is done with becomes one zip; the journal begins anew with the figures it ended with.

The archive has the whole journal until then and the folders of all weeks until the year's end. It is made aside, checked to the
byte, and only then are the new journal written and the files removed, each only where the archive has its bytes. Whoever is
killed in between has lost nothing, and runs it again. What stays: each unit's last figures, decisions, ledgers with
their originals (hazards outlive the year), and of files that still lie in the inbox that they were judged.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.model.inbox import list_files
from consolidator.model.records import WeekRun
from consolidator.model.text import printable
from consolidator.model.weeks import all_weeks, now, period_name
from consolidator.store.archive import FOLDER, SIDE, CheckedArchive, check, files_below, pack, unpacked_away
from consolidator.store.history import History
from consolidator.store.journal import NAME as JOURNAL_NAME
from consolidator.store.outbox import Outbox, opened
from consolidator.store.sqlite_index import rebuilt
from consolidator.workers.task import hash_file
from consolidator.workers.unpack import unpacked
from consolidator.workflows.on_record import moment, operator_of
from schemas.actions import Sentence, act
from schemas.errors import HistoryError, UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.settings import Settings

_KEPT = ("decision", "dismissed", "undismissed", "assigned", "hazard", "ledger", "archived")  # events that outlive their week
_SHOWN = 5


@dataclass(slots=True)
class Archived:
    """What was archived: where it lies, its weeks, how many files; what to look at, line by line."""

    path: Path
    weeks: list[dt.date]
    files: int
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Kept:
    """What of the events up to the week ``until`` the new journal takes over, by sha256.

    ``originals`` also stay where they are; ``here`` lie in the inbox; ``standing`` are the (week, unit, after_close) that count.
    """

    until: str
    originals: set[str]
    here: dict[str, list[str]]
    standing: dict[tuple[str, str, bool], str]

    def counts(self, accepted: dict) -> bool:
        """Whether what was ``accepted`` is the last that counts for its unit."""
        key = (accepted["week"], accepted["unit"], bool(accepted.get("after_close")))
        return self.standing.get(key) == accepted["sha256"]


def archive(settings: Settings, year: int) -> Archived:
    """Archive every week of ``year`` and before, and begin the journal anew with what it ended with.

    Raises:
        UsageError: there is no such week, the last one is not closed, or more of that year are to come.
        HistoryError: the archive could not be made whole; nothing was changed.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        history, folder = outbox.history, outbox.folder
        weeks = _weeks(history, year)
        if not weeks:
            return _finished(outbox, year)
        _refuse(weeks, history, form, settings, year)
        until = weeks[-1].week
        kept = _kept(history, settings, until.isoformat())
        path = folder / FOLDER / _name(history, year)
        made = _made(outbox, path, year, until, form)
        events = [_archived(history, path, made.sha256, year, until, settings=settings, form=form), _opening(weeks[-1], settings, form),
                  *({"event": "judged", "week": week, "sha256": sha} for sha, some in kept.here.items() for week in some)]
        stay = {event["original"] for event in history.journal.events() if event["event"] == "seen" and event["sha256"] in kept.originals}
        history.journal.replace(one for part in (events, _carried_over(history, kept)) for one in part)
        history.close()
        rebuilt(folder, form.name)
        return Archived(path, [one.week for one in weeks], made.members, _to_look_at(weeks, made.about, unpacked_away(folder, path, stay)))


def preview(settings: Settings, year: int) -> Archived:
    """What :func:`archive` would do now; nothing is changed.

    Raises:
        UsageError: as :func:`archive`.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        weeks = _weeks(outbox.history, year)
        if not weeks:
            raise UsageError(f"{year} 年没有可以归档的期")
        _refuse(weeks, outbox.history, form, settings, year)
        _, names = _contents(outbox, weeks[-1].week, form)
        path = outbox.folder / FOLDER / _name(outbox.history, year)
        return Archived(path, [one.week for one in weeks], len(names), _to_look_at(weeks, {}, []))


def archives_of(settings: Settings) -> list[Path]:
    """The archives that lie in the outbox, the newest first."""
    return sorted((settings.paths.outbox / FOLDER).glob("*.zip"), reverse=True)


def _weeks(history: History, year: int) -> list[WeekRun]:
    """The weeks of ``year`` and before that are not archived yet."""
    return [one for one in history.weeks() if one.week.year <= year and not one.opening]


def _refuse(weeks: list[WeekRun], history: History, form: Form, settings: Settings, year: int) -> None:
    last, today = weeks[-1].week, now(settings, form).date()
    coming = [week for week in all_weeks(form.campaign) if week > last and week.year == year]
    if coming and today.year <= year:
        raise UsageError(f"{year} 年还有 {coming[0]} 等 {len(coming)} 期没有汇总：全年做完再归档")
    if not weeks[-1].closed:
        raise UsageError(Sentence(f"{last} 期还没有定稿：请先", act("close", week=last), "，再归档"))
    if history.pending():
        raise UsageError(Sentence("上一次汇总没有做完：请先", act("run"), "，再归档"))


def _finished(outbox: Outbox, year: int) -> Archived:
    """A year that was archived already: what could not be removed then is removed now."""
    before = next((one for one in outbox.history.archives() if one["year"] == year), None)
    path = outbox.folder / FOLDER / before["name"] if before else None
    if before is None or path is None or not path.is_file() or hash_file(path)[0] != before["sha256"]:
        raise UsageError(f"{year} 年没有可以归档的期" + ("：早已归档" if before else ""))
    stay = {event["original"] for event in outbox.history.journal.events() if event["event"] == "seen" and not event.get("archived")}
    return Archived(path, [], 0, _to_look_at([], {}, unpacked_away(outbox.folder, path, stay)))


def _name(history: History, year: int) -> str:
    used = {one["name"] for one in history.archives()}
    names = (f"{year}{f'-{n}' if n > 1 else ''}.zip" for n in range(1, len(used) + 2))
    return next(name for name in names if name not in used)


def _kept(history: History, settings: Settings, until: str) -> _Kept:
    """What the new journal takes over."""
    here, judged = set(), history.judged()
    with unpacked(list_files(settings.paths.inbox)) as files:
        for file in files:
            with suppress(OSError):  # it cannot be opened: the next run says
                if not file.linked:
                    here.add(hash_file(file.path)[0])
    past = {sha: sorted(week.isoformat() for week in judged.get(sha, ()) if week.isoformat() <= until) for sha in sorted(here)}
    later = {sha for sha, weeks in judged.items() if max(weeks).isoformat() > until}
    standing: dict[tuple[str, bool], tuple[str, str]] = {}
    for one in history.standing():  # oldest first
        if one.week.isoformat() <= until:
            standing[one.unit, one.after_close] = (one.week.isoformat(), one.sha256)
    for unit, after_close in list(standing):
        if after_close and (unit, False) in standing and standing[unit, False][0] > standing[unit, True][0]:
            del standing[unit, True]
    originals = later | {one["sha256"] for one in history.ledgers()} | {sha for sha, weeks in past.items() if not weeks}
    return _Kept(until, originals, past, {(week, unit, after): sha for (unit, after), (week, sha) in standing.items()})


def _carried_over(history: History, kept: _Kept) -> Iterator[dict]:
    """The events of the journal so far that are part of the new one, in their order."""
    for event in history.journal.events():
        event = {key: value for key, value in event.items() if key not in ("n", "prev")}
        what, week = event["event"], event.get("week", "")
        if what == "written":
            papers = {path: sha for path, sha in event["papers"].items() if not _is_past(path.partition("/")[0], kept.until)}
            if papers:
                yield {**event, "papers": papers}
        elif what == "seen" and week <= kept.until and event["sha256"] not in kept.originals:
            if event["sha256"] in kept.here:
                yield {**event, "archived": True}
        elif what in (*_KEPT, "seen") or (week > kept.until and what != "opening") or (what == "accepted" and kept.counts(event)):
            yield event


def _made(outbox: Outbox, path: Path, year: int, until: dt.date, form: Form) -> CheckedArchive:
    """The archive, made aside, checked, and put in its place.

    Raises:
        HistoryError: it is not what it should be.
    """
    from consolidator import __version__

    history, folder = outbox.history, outbox.folder
    number, last = history.journal.tail()
    folders, names = _contents(outbox, until, form)
    seen = [(event["original"], event["sha256"]) for event in history.journal.events()
            if event["event"] == "seen" and event["week"] <= until.isoformat() and not event.get("archived")]

    def about(sums: dict[str, str]) -> dict:
        return {"form": form.name, "year": year, "until": until.isoformat(), "weeks": folders, "lines": number, "last": last,
                "missing": [place for place, sha in seen if sums.get(place) != sha], "program": __version__}

    path.parent.mkdir(exist_ok=True)
    made = path.with_name(f".part-{path.name}")
    pack(folder, names, made, about, until)
    found = check(made)
    if found.wrong:
        made.unlink()
        raise HistoryError(Sentence(f"没有归档，什么也没有动：{'；'.join(found.wrong[:_SHOWN])}。请先", act("verify")))
    os.replace(made, path)
    Path(f"{path}{SIDE}").write_text(f"{found.sha256} *{path.name}\n", encoding="utf-8", newline="\n")
    return found


def _contents(outbox: Outbox, until: dt.date, form: Form) -> tuple[list[str], list[str]]:
    """(the folders of the weeks up to ``until``, all files that the archive is to have)."""
    past = {period_name(form.campaign, one.week) for one in outbox.history.weeks() if one.week <= until}
    folders = sorted(one.name for one in outbox.folder.iterdir()
                     if one.is_dir() and (one.name in past or _is_past(one.name, until.isoformat())))
    return folders, [JOURNAL_NAME, *(name for one in folders for name in files_below(outbox.folder, one))]


def _is_past(name: str, until: str) -> bool:
    """Whether a folder of the outbox is that of a week up to ``until``."""
    try:
        return dt.date.fromisoformat(name).isoformat() == name <= until
    except ValueError:
        return False


def _archived(history: History, path: Path, sha256: str, year: int, until: dt.date, *, settings: Settings, form: Form) -> dict:
    number, last = history.journal.tail()
    return {"event": "archived", "at": moment(settings, form), "run": history.runs, "year": year,
            "until": until.isoformat(), "name": path.name, "sha256": sha256, "lines": number, "last": last,
            "by": operator_of(settings)}


def _opening(week: WeekRun, settings: Settings, form: Form) -> dict:
    """The last week as the one that the next year begins with."""
    return {"event": "opening", "at": moment(settings, form), "run": 0, "week": week.week.isoformat(),
            "by": operator_of(settings), "totals": week.totals, "previous_totals": week.previous_totals,
            "reported": week.reported}


def _to_look_at(weeks: list[WeekRun], about: dict, held: list[str]) -> list[str]:
    lines = []
    unclosed = [str(one.week) for one in weeks if not one.closed]
    if unclosed:
        more = "等" if len(unclosed) > _SHOWN else ""
        lines.append(f"没有定稿就归档的有 {len(unclosed)} 期（{'、'.join(unclosed[:_SHOWN])}{more}），不再变动")
    if about.get("missing"):
        lines.append(Sentence(f"归档前就不见了或被改动过的原件有 {len(about['missing'])} 个，", act("verify-shows")))
    if held:
        lines.append(Sentence(f"正在别的程序里开着，没有移走：{printable('、'.join(held[:_SHOWN]))}。关闭后", act("archive-again")))
    return lines
