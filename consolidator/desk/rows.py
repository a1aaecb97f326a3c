"""What the desk shows of units and files, a row each: the words for their state, their problems, and where to click."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from consolidator.desk.as_shown import file_key
from consolidator.model.display import short_day_text
from consolidator.model.records import Seen
from consolidator.model.result import (
    AWAITS_CORRECTION,
    CARRIED,
    DISMISSED,
    LEDGER,
    MISSING,
    OTHER_WEEK,
    REJECTED,
    REPORTED,
    SubmissionResult,
    UnitResult,
)
from consolidator.model.weeks import week_of
from consolidator.workflows.overview import Overview
from consolidator.writing.text.wording import STATUS_WORDS, Grouped, grouped
from schemas.problems import ORDER

STATES = {"reported": "已报", "correct": "待更正", "carried": "沿用", "missing": "未报", "stopped": "停报"}
_SHOWN_PROBLEMS = 4  # of a file in a row; the unit's page has all


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit: ``state`` of :data:`STATES`, ``words`` for it, its file and when it came, how many problems are open, and how many rows
    of its ledgers wait to be corrected (``held``); ``refused``: a whole ledger of it is."""

    unit: str
    state: str
    words: str
    file: str
    at: dt.datetime | None
    _: KW_ONLY
    errors: int
    warnings: int
    held: int
    refused: bool
    late: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the inbox: whose it is, of which week, what became of it and what is wrong with it; ``key`` is its own on the page."""

    sub: SubmissionResult
    status: str
    week: str
    fresh: bool
    lines: Sequence[Grouped]
    _: KW_ONLY
    more: int
    key: str


def state_of(unit: UnitResult) -> tuple[str, str]:
    """(key of :data:`STATES`, words)."""
    carried = f"沿用 {short_day_text(unit.from_week)}" if unit.source == CARRIED and unit.from_week else ""
    if unit.awaiting == AWAITS_CORRECTION:
        return "correct", f"待更正（{carried}）" if carried else "待更正（前一份有效）" if unit.source == REPORTED else "待更正"
    if unit.source == REPORTED:
        return "reported", "已报（迟报）" if unit.late else "已报"
    if unit.stopped or not unit.on_roster:
        return "stopped", f"不再报送（{carried}）" if carried else "不再报送"
    if unit.source == MISSING:
        return "missing", "未报"
    return "carried", f"未报，{carried}"


def unit_rows(view: Overview) -> list[UnitRow]:
    """The units in the roster's order."""
    own: dict[str, list[SubmissionResult]] = {}
    for sub in view.result.submissions:
        if sub.unit and sub.status not in (OTHER_WEEK, DISMISSED):
            own.setdefault(sub.unit, []).append(sub)
    held = Counter(unit for unit, *_ in view.result.ledger.rows_to_correct())
    return [_unit_row(unit, own.get(unit.unit, ()), view.seen, held=held[unit.unit]) for unit in view.result.units]


def _unit_row(unit: UnitResult, subs: Sequence[SubmissionResult], seen: Mapping[str, Seen], *, held: int) -> UnitRow:
    state, words = state_of(unit)
    rejected = [one for one in subs if one.status == REJECTED]
    current = next((one for one in subs if one.file == unit.file), None)
    shown = current if state == "reported" else max(rejected or subs, key=_moment, default=None)
    errors = sum(len({problem.figure or problem.code for problem in one.problems if problem.severity == "error"}) for one in rejected) \
        if unit.awaiting == AWAITS_CORRECTION else 0
    warnings = len(current.open_warnings()) if current else 0
    came = (shown.received or (seen[shown.sha256].at if shown.sha256 in seen else None)) if shown else None
    return UnitRow(unit.unit, state, words, shown.file if shown else "", came, errors=errors, warnings=warnings, held=held,
                   refused=any(one.is_ledger for one in rejected), late=unit.late)


def _moment(sub: SubmissionResult) -> float:
    return sub.received.timestamp() if sub.received else 0.0


def file_rows(view: Overview) -> tuple[list[FileRow], list[FileRow]]:
    """The files of the inbox: those to look at, what was never run first, then what is wrong; and the others, of other weeks last."""
    others = view.result.ledgers_of_other_weeks()
    rows = [_file_row(sub, view, others) for sub in view.result.submissions if sub.in_inbox]
    rows.sort(key=lambda row: (row.sub.status == OTHER_WEEK, not row.fresh, ORDER.get(row.sub.worst() or "", 9), row.sub.file))
    quiet = [row for row in rows if not row.fresh and not row.lines]
    return [row for row in rows if row.fresh or row.lines], quiet


def _file_row(sub: SubmissionResult, view: Overview, others: frozenset[str]) -> FileRow:
    lines = [line for line in grouped(sub.problems, view.form) if line.severity != "note" or line.on_screen]
    own = week_of(view.form.campaign, sub.date) if sub.date else None
    if sub.status != OTHER_WEEK and sub.status not in (DISMISSED,):
        own = view.week
    if sub.status == LEDGER and sub.file in others and sub.sha256 in view.seen:
        own = view.seen[sub.sha256].week
    return FileRow(sub, STATUS_WORDS[sub.status], own.isoformat() if own else "", sub.sha256 not in view.seen, lines[:_SHOWN_PROBLEMS],
                   more=max(0, len(lines) - _SHOWN_PROBLEMS), key=file_key(sub.file, sub.sha256))
