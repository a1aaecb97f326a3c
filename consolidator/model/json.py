"""Values to and from plain JSON: readings for the index, a week's result for ``result.json``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from orjson import dumps

from consolidator.model.ledger_json import ledger_from, ledger_to
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.result import SCHEMA, Acceptance, Notice, PastWeek, SubmissionResult, UnitResult, WeekResult
from consolidator.model.submission import Submission
from schemas.actions import message_from, message_to, parts_from, parts_to
from schemas.errors import HistoryError
from schemas.problems import Problem, restored


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def problem_to(one: Problem) -> dict:
    """A problem as ``result.json`` has it: its data, and its sentence for those who read it without our catalogue."""
    return {"severity": one.severity, "code": one.code, "figure": one.figure, "sheet": one.sheet, "cell": one.cell,
            "message": one.message, **_further(one)}


def _further(one: Problem) -> dict:
    """What of a problem is kept only where there is any."""
    data: dict = {key: value for key in ("written", "decision", "confirmed", "reply")
                  if (value := getattr(one, key)) is not None}
    if one.words:
        data["words"] = dict(one.words)
        parts = {name: parts for name, value in one.words if (parts := parts_to(value))}
        data |= {"parts": parts} if parts else {}
    return data


def problem_from(data: dict) -> Problem:
    """The problem that :func:`problem_to` wrote, or an earlier version of it, which kept the sentence alone."""
    words = data.get("words", {})
    words = words | {name: parts_from(words[name], parts) for name, parts in data.get("parts", {}).items()}
    return restored(data["code"], data["severity"], data.get("message"), words, figure=data["figure"],
                    sheet=data["sheet"], cell=data["cell"], written=data.get("written"), decision=data.get("decision"),
                    confirmed=data.get("confirmed"), reply=data.get("reply"))


def submission_to(one: Submission) -> dict:
    """A reading as the index keeps it; empty parts are left out, and the figures' names occur only once."""
    names = list(one.figures)
    data: dict = {"kind": one.kind, "sheet": one.sheet, "names": names, "figures": list(one.figures.values()),
                  "cells": list(map(one.cells.get, names)), "written": list(map(one.written.get, names)), "units": one.units,
                  "dates": [(_iso(day), text, cell) for day, text, cell in one.dates],
                  "problems": [problem_to(problem) for problem in one.problems],
                  "copy_of": one.copy_of, "replies": one.replies, "text": one.text,
                  "ledgers": [sheet.to_json() for sheet in one.ledgers]}
    return {key: value for key, value in data.items() if value}


def submission_from(data: dict) -> Submission:
    """The reading that :func:`submission_to` wrote."""
    figures, cells, written = (_named(data, key) for key in ("figures", "cells", "written"))
    return Submission(
        data["kind"], data.get("sheet"), figures,
        {name: cell for name, cell in cells.items() if cell is not None},
        {name: text for name, text in written.items() if text is not None},
        units=[(text, cell) for text, cell in data.get("units", [])],
        dates=[(_day(day), text, cell) for day, text, cell in data.get("dates", [])],
        problems=[problem_from(problem) for problem in data.get("problems", [])],
        copy_of=data.get("copy_of", {}), replies=data.get("replies", {}), text=data.get("text", ""),
        ledgers=[LedgerSheet.from_json(sheet) for sheet in data.get("ledgers", [])])


def _named(data: dict, key: str) -> dict:
    """What is kept of each figure by its name; up to 0.1 it was kept so."""
    kept = data.get(key, {})
    return kept if isinstance(kept, dict) else dict(zip(data["names"], kept, strict=True))


def _submission_result_to(one: SubmissionResult) -> dict:
    data: dict = {"file": one.file, "sha256": one.sha256, "unit": one.unit, "date": _iso(one.date), "status": one.status,
                  "figures": one.figures, "problems": [problem_to(problem) for problem in one.problems]}
    if one.sheet:
        data["sheet"] = one.sheet
    if one.late:
        data["late"] = True
    if not one.in_inbox:
        data["in_inbox"] = False
    if one.is_ledger:
        data["is_ledger"] = True
    return data


def _unit_to(one: UnitResult) -> dict:
    data: dict = {"unit": one.unit, "kind": list(one.kind), "source": one.source, "from_week": _iso(one.from_week),
                  "awaiting": one.awaiting, "figures": one.figures, "previous": one.previous, "increments": one.increments}
    extra = {"backlog": one.backlog, "late": one.late, "stopped": one.stopped, "file": one.file,
             "accepted": [{"figure": a.figure, "value": a.value, "written": a.written, "reason": a.reason, "by": a.by,
                           "at": a.at} for a in one.accepted]}
    data.update({key: value for key, value in extra.items() if value})
    if not one.on_roster:
        data["on_roster"] = False
    return data


def result_pieces(one: WeekResult) -> Iterator[bytes]:
    """``result.json`` as design.md gives it, with further keys that readers may ignore, piece by piece: one submission, unit or
    key a line, the same for the same result.

    Of thousands of units the whole is some 50 MB, which in one piece costs more time than all its lines.
    """
    yield b'{\n "schema": %s,\n "form": %s,\n "week": %s,\n' % (dumps(SCHEMA), dumps(one.form), dumps(_iso(one.week)))
    yield from _lines("submissions", map(_submission_result_to, one.submissions))
    yield from _lines("units", map(_unit_to, one.units))
    rest: dict[str, object] = {
        "totals": one.totals, "increments": one.increments,
        "previous_week": _iso(one.previous_week), "previous_totals": one.previous_totals,
        "past": [{"week": _iso(past.week), "totals": past.totals, "reported": past.reported} for past in one.past],
        "notices": [{"severity": notice.severity, "code": notice.code, "unit": notice.unit, **message_to(notice.message)}
                    for notice in one.notices],
        "corrections": {name: list(pair) for name, pair in one.corrections.items()}, "closed": one.closed,
    }
    if one.ledger:
        rest["ledger"] = ledger_to(one.ledger)
    yield b",\n".join([b' "%s": %s' % (key.encode(), dumps(value)) for key, value in rest.items()]) + b"\n}\n"


def _lines(key: str, entries: Iterable[dict]) -> Iterator[bytes]:
    start = b' "%s": [\n  ' % key.encode()
    for entry in entries:
        yield start + dumps(entry)
        start = b",\n  "
    yield b"\n ],\n" if start == b",\n  " else b' "%s": [],\n' % key.encode()


def result_from(data: dict) -> WeekResult:
    """The result that :func:`result_pieces` wrote.

    Raises:
        HistoryError: the data is of another schema or not a result at all.
    """
    try:
        if data["schema"] != SCHEMA:
            raise HistoryError(f"result.json 的版本（{data['schema']}）与本程序不符：请重新汇总该期")
        return WeekResult(
            data["form"], dt.date.fromisoformat(data["week"]),
            submissions=[SubmissionResult(s["file"], s["sha256"], unit=s["unit"], date=_day(s["date"]), status=s["status"],
                                          figures=s["figures"],
                                          problems=[problem_from(problem) for problem in s["problems"]], cells={}, sheet=s.get("sheet"),
                                          late=s.get("late", False), in_inbox=s.get("in_inbox", True), received=None,
                                          is_ledger=s.get("is_ledger", False)) for s in data["submissions"]],
            units=[UnitResult(u["unit"], tuple(u["kind"]), source=u["source"], from_week=_day(u["from_week"]), awaiting=u["awaiting"],
                              figures=u["figures"],
                              previous=u["previous"], increments=u["increments"], backlog=u.get("backlog", {}),
                              accepted=[Acceptance(a["figure"], a["value"], a["written"], a["reason"], a["by"], at=a["at"])
                               for a in u.get("accepted", [])],
                              late=u.get("late", False), on_roster=u.get("on_roster", True), stopped=u.get("stopped", False),
                              file=u.get("file"))
             for u in data["units"]],
            totals=data["totals"], increments=data["increments"], previous_week=_day(data["previous_week"]),
            previous_totals=data["previous_totals"],
            past=[PastWeek(dt.date.fromisoformat(p["week"]), p["totals"], p["reported"]) for p in data["past"]],
            notices=[Notice(n["code"], n["severity"], message_from(n), n["unit"]) for n in data["notices"]],
            corrections={name: (old, new) for name, (old, new) in data["corrections"].items()}, closed=data["closed"],
            ledger=ledger_from(data.get("ledger", {})))
    except (KeyError, TypeError, ValueError) as error:
        raise HistoryError("result.json 读不懂：请重新汇总该期") from error
