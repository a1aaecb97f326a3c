"""Hazards looked at, and the clerk's decisions on them: each is an event of the journal, undone by its opposite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field

from consolidator.judging.overrides import find_unit
from consolidator.ledger.fold import is_listed
from consolidator.ledger.past import from_history
from consolidator.ledger.statistics import SOON, is_closed_in, is_due_soon
from consolidator.ledger.week import Taken
from consolidator.model.context import Context
from consolidator.model.ledger import Hazard, Held
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.submission import Submission
from consolidator.model.text import one_line, squeeze
from consolidator.store.outbox import Outbox, opened
from consolidator.workers.pool import Workers
from consolidator.workflows import on_record
from consolidator.workflows.decisions import run_week
from consolidator.workflows.ledgers import reader_of
from consolidator.workflows.on_record import given_reason, is_closed
from consolidator.workflows.weekly import Done, run
from schemas.actions import Sentence, act
from schemas.errors import UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.ledger_definition import Ledger
from schemas.roster import Roster, load_roster
from schemas.settings import Settings

ACTIONS = {"link": "合并", "split": "拆开", "move": "移交", "reopen": "恢复", "void": "撤销", "list-up": "挂牌", "list-down": "摘牌"}
STATES = {"open": "未整改", "overdue": "逾期", "due": "七日内到期", "rectified": "已整改", "closed": "已销号", "listed": "挂牌督办",
          "new": "本期新增", "done": "本期整改", "closed-now": "本期销号", "void": "已撤销"}


@dataclass(slots=True)
class Hazards:
    """The hazards of a week that answer a question, and how many there are in all."""

    week: str
    hazards: list[Hazard]
    total: int
    redact: str
    in_any_state: list[Hazard] = field(default_factory=list)

    def count(self, states: Iterable[str]) -> dict[str, int]:
        """State → how many there are in it that fit otherwise."""
        week = dt.date.fromisoformat(self.week)
        return {state: sum(_in_state(one, state, week) for one in self.in_any_state) for state in states}


@dataclass(slots=True)
class Source:
    """One row that made a hazard what it is: where it is, and what it says of its state and days."""

    week: str
    file: str
    sheet: str
    row: int
    unit: str
    _: KW_ONLY
    original: str
    written: str = ""


@dataclass(slots=True)
class Story:
    """A hazard with the rows that it comes from and the decisions on it, oldest first; ``alike`` are those it may be one with, ``held``
    is what was reported of its rows in the week and waits for the unit."""

    hazard: Hazard
    sources: list[Source] = field(default_factory=list)
    decisions: list[dict] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    redact: str = "all"
    held: list[Held] = field(default_factory=list)


@contextmanager
def _as_of(settings: Settings, week: dt.date | None) -> Iterator[tuple[Outbox, Form, Roster, Taken, dt.date]]:
    """The outbox with all hazards as of ``week``, the latest run where none is given.

    Raises:
        UsageError: nothing was run, or that week was not.
    """
    form = load_form(settings.paths.form)
    with Workers(form, processes=1) as workers, opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        roster = load_roster(settings.paths.roster, form)
        taken = from_history(outbox, ran.week, Context(form, roster, ran.week, settings), reader_of(workers))
        yield outbox, form, roster, taken, ran.week


def find(settings: Settings, week: dt.date | None = None, *, unit: str = "", state: str = "", text: str = "") -> Hazards:
    """Hazards of ``unit``, in a state of :data:`STATES`, whose id, firm, place or description holds ``text``.

    Raises:
        UsageError: nothing was run, an unknown unit or state.
    """
    if state and state not in STATES:
        raise UsageError(f"不认识“{state}”：可写 {'、'.join(STATES)}")
    with _as_of(settings, week) as (_, _, roster, taken, ran):
        hazards = taken.result.hazards
        name = find_unit(unit, roster, list(dict.fromkeys(one for hazard in hazards for one in hazard.units))) if unit else ""
        fitting = [one for one in hazards if (not name or name in one.units) and _holds(one, text)]
        return Hazards(ran.isoformat(), [one for one in fitting if _in_state(one, state, ran)],
                       sum(one.state != "void" for one in hazards), settings.report.redact, fitting)


def _in_state(one: Hazard, state: str, week: dt.date) -> bool:
    day = week.isoformat()
    if state == "open":
        return one.is_open
    if state == "overdue":
        return one.overdue(day)
    if state == "due":
        return is_due_soon(one, day, (week + dt.timedelta(days=SOON)).isoformat())
    if state == "listed":
        return is_listed(one)
    if state == "new":
        return one.since == day
    if state == "done":
        return one.is_done
    if state == "closed-now":
        return is_closed_in(one, week, week)
    return one.state == state if state else one.state != "void"


def _holds(one: Hazard, text: str) -> bool:
    wanted = "".join(text.split()).casefold()
    return not wanted or any(wanted in "".join(part.split()).casefold() for part in (one.id, *one.other_ids, one.firm, one.place,
                                                                                     one.description))


def show(settings: Settings, name: str, week: dt.date | None = None) -> Story:
    """A hazard's whole story.

    Raises:
        UsageError: nothing was run, or there is no such hazard.
    """
    with _as_of(settings, week) as (outbox, form, _, taken, ran):
        hazard = _hazard(name, taken)
        names = {hazard.id, *hazard.other_ids}
        seen = outbox.history.seen()
        rows = [(event, sheet, int(row)) for event in outbox.history.ledgers()
                if event["week"] <= ran.isoformat() and event["sha256"] in seen
                for sheet, own in event["ids"].items() for row, one in own.items() if one in names]
        read = outbox.history.readings({event["sha256"] for event, _, _ in rows})
        ledger = next(one for one in form.ledger_definitions if one.name == hazard.ledger)
        sources = [Source(event["week"], seen[event["sha256"]].file, sheet, row, event["unit"], original=seen[event["sha256"]].original,
                          written=_written(read.get(event["sha256"]), sheet, row, ledger)) for event, sheet, row in rows]
        decisions = [event for event in outbox.history.hazard_decisions(ran) if names & set(event["ids"])]
        doubts = [one for one in taken.result.doubts if {one.id, one.other} & names]
        alike = [key for one in doubts for key in (one.id, one.other) if key and key not in names]
        held = [one for one in taken.result.open_words if one.hazard in names and one.severity != "note"]
        return Story(hazard, sources, decisions, [one.message for one in doubts], alike=alike, redact=settings.report.redact, held=held)


def _written(submission: Submission | None, sheet: str, row: int, ledger: Ledger) -> str:
    """What a row says of its hazard's state and days, as it was read; nothing of people."""
    for one in submission.ledgers if submission else ():
        if one.sheet == sheet and one.ledger == ledger.name and row in one.rows:
            place = one.rows.index(row)

            def written(role: str, own: LedgerSheet = one, place: int = place) -> str:
                return str(own.columns[role][place] or "") if role in own.columns else ""

            state = ledger.state_name(written("state")) if written("state") else ""
            days = [f"{ledger.heading(role)} {written(role)}" for role in ("due", "completed", "reviewed") if written(role)]
            return "，".join(filter(None, [state, *days]))
    return ""


def _hazard(name: str, taken: Taken) -> Hazard:
    """The hazard with that id; its number alone will do."""
    written = squeeze(name).upper()
    following = taken.following
    found = following.find(written)
    if found is None and written.isdigit():
        same = [key for key in (*following.hazards, *following.joined)
                if key[-len(written):] == written and key[:-len(written)].rstrip("0").endswith("-")]
        found = following.find(same[0]) if len(same) == 1 else None
    if found is None:
        raise UsageError(Sentence(f"没有编号为“{one_line(name)}”的隐患：可", act("hazard-find")))
    return found


# decisions

def link(settings: Settings, names: Sequence[str], reason: str, week: dt.date | None = None) -> Done:
    """Make two hazards one, with the claims of both units; :func:`split` undoes it."""
    def event(taken: Taken, roster: Roster) -> dict:
        one, other = (_hazard(name, taken) for name in names)
        if one is other:
            raise UsageError(f"{one_line(names[0])} 和 {one_line(names[1])} 已是同一条（{one.id}），不用合并：请写两条不同隐患的编号")
        first, second = sorted((one, other), key=lambda hazard: hazard.id)
        return {"action": "link", "ids": [first.id, second.id]}
    return _decide(settings, week, reason, event)


def split(settings: Settings, name: str, reason: str, week: dt.date | None = None) -> Done:
    """Part a hazard that was linked; ``name`` is the id that is to be a hazard of its own again."""
    def event(taken: Taken, roster: Roster) -> dict:
        hazard = _hazard(name, taken)
        written = squeeze(name).upper()
        parts = [one for one in hazard.other_ids if one == written] or hazard.other_ids[-1:]
        if not parts:
            raise UsageError(f"{hazard.id} 没有与别的合并过，不用拆开")
        return {"action": "split", "ids": [hazard.id, parts[0]]}
    return _decide(settings, week, reason, event)


def move(settings: Settings, name: str, unit: str, reason: str, week: dt.date | None = None) -> Done:
    """End the claim of the unit that has it and begin one of ``unit``; moving it back undoes it."""
    def event(taken: Taken, roster: Roster) -> dict:
        hazard = _hazard(name, taken)
        to = find_unit(unit, roster, ())
        if to in hazard.units:
            raise UsageError(f"{hazard.id} 已在{to}")
        return {"action": "move", "ids": [hazard.id], "unit": to, "words": {"from": hazard.units[0]}}
    return _decide(settings, week, reason, event)


def reopen(settings: Settings, name: str, reason: str, week: dt.date | None = None) -> Done:
    """Make a closed hazard open again, until a later review closes it; a voided one what it was, until :func:`void` takes it out."""
    def event(taken: Taken, roster: Roster) -> dict:
        hazard = _hazard(name, taken)
        if hazard.state not in ("closed", "void"):
            raise UsageError(f"{hazard.id} 现在是“{hazard.state_name}”，没有销号或撤销，不用恢复")
        return {"action": "reopen", "ids": [hazard.id], "words": {"was": hazard.state}}
    return _decide(settings, week, reason, event)


def void(settings: Settings, name: str, reason: str, week: dt.date | None = None) -> Done:
    """Take a hazard out of the count: reported by mistake, or twice; :func:`reopen` undoes it."""
    def event(taken: Taken, roster: Roster) -> dict:
        hazard = _hazard(name, taken)
        if hazard.state == "void":
            raise UsageError(f"{hazard.id} 已经撤销过")
        return {"action": "void", "ids": [hazard.id]}
    return _decide(settings, week, reason, event)


def list_up(settings: Settings, name: str, reason: str, week: dt.date | None = None, *, words: Mapping[str, str] | None = None,
            off: bool = False) -> Done:
    """Put a hazard under 挂牌督办 (``words``: level, number, by, from, until), or take it off (``off``)."""
    given = words or {}
    if given.get("from") and given.get("until") and given["until"] < given["from"]:
        raise UsageError(f"督办期限 {given['until']} 早于挂牌的日子 {given['from']}：请核对")
    levels = [level for ledger in load_form(settings.paths.form).ledger_definitions for level in ledger.listed_levels]
    if not off and given.get("level") not in levels:
        written = one_line(given.get("level", ""))
        raise UsageError(f"挂牌级别{f'没有“{written}”' if written else '没有写'}：请写 {'、'.join(levels)} 之一")

    def event(taken: Taken, roster: Roster) -> dict:
        hazard = _hazard(name, taken)
        if off and not is_listed(hazard):
            raise UsageError(f"{hazard.id} 没有挂牌")
        return {"action": "list-down" if off else "list-up", "ids": [hazard.id], "words": dict(given)}
    return _decide(settings, week, reason, event)


def _decide(settings: Settings, week: dt.date | None, reason: str, event: Callable[[Taken, Roster], dict]) -> Done:
    """Record what ``event`` gives and run the week again.

    Raises:
        UsageError: no reason, no such hazard, or nothing to decide.
        ClosedWeekError: the week is closed.
    """
    reason = given_reason(reason)
    with _as_of(settings, week) as (outbox, form, roster, taken, ran):
        if next(one.closed for one in outbox.history.weeks() if one.week == ran):
            raise is_closed(ran)
        made = on_record.event("hazard", ran, settings, form, unit="", words={}, reason=reason)
        made |= event(taken, roster)
        outbox.history.record([made])
    done = run(settings, ran)
    found = next((one for one in done.result.ledger.hazards if made["ids"][0] in (one.id, *one.other_ids)), None)
    now = f"（现在：{'、'.join(found.units)}，{found.state_name}）" if found else ""
    done.decided = f"已{ACTIONS[made['action']]} {'、'.join(made['ids'])}{now}，记下了"
    return done
