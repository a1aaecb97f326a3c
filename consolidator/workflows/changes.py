"""Why the figures of a week are other than before: between its last two runs, or between its last run and what lies there now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from consolidator.model.result import REPORTED, Figures, UnitResult, WeekResult
from consolidator.model.submission import FigureValue
from consolidator.store.outbox import looked_into
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose figures changed: ``why`` in words, ``steps`` are (figure, before, now)."""

    unit: str
    why: str
    steps: tuple[tuple[str, FigureValue, FigureValue], ...]


@dataclass(slots=True)
class _State:
    """What stood at the end of a run: unit → (file, sha256, figures), and what was decided: (unit, figure) → (value, reason)."""

    files: dict[str, tuple[str, str, Figures]] = field(default_factory=dict)
    decided: dict[tuple[str, str], tuple[FigureValue, str]] = field(default_factory=dict)


def since_last_run(before: WeekResult, now: WeekResult, form: Form) -> list[Change]:
    """What a run would change: the result of the last one against the week as it would stand now."""
    old = {one.unit: one for one in before.units}
    found = []
    for one in now.units:
        was = old.get(one.unit)
        steps = _steps(was.figures if was else {}, one.figures, form)
        if steps or was is None or (was.source, was.file) != (one.source, one.file):
            found.append(Change(one.unit, _why(was, one), steps))
    return found


def _why(was: UnitResult | None, one: UnitResult) -> str:
    if one.source == REPORTED and (was is None or was.source != REPORTED):
        return f"新报：{one.file}"
    if one.source == REPORTED and was is not None and was.file != one.file:
        return f"更正：{was.file} → {one.file}"
    if was is not None and was.source == REPORTED and one.source != REPORTED:
        return f"不再采用：{was.file}"
    return "采纳或名册有变"


def between_runs(settings: Settings, result: WeekResult) -> list[Change]:
    """What the last run of the week that changed anything changed, by unit; nothing after its first run.

    A unit that was not in it before had the figures of the week before, which were carried.
    """
    form = load_form(settings.paths.form)
    with looked_into(settings.paths.outbox, form) as outbox:
        before, now = _last_two(outbox.history.journal.events(), result.week)
    if before is None or now is None:
        return []
    previous = {one.unit: one.previous for one in result.units}
    names = dict.fromkeys([*previous, *before.files, *now.files])
    found = []
    for unit in names:
        was, one = before.files.get(unit), now.files.get(unit)
        reasons = list(dict.fromkeys(f"采纳：{reason}" for (own, figure), (value, reason) in now.decided.items()
                                     if own == unit and before.decided.get((own, figure)) != (value, reason)))
        if (was and was[1]) == (one and one[1]) and not reasons:
            continue
        carried = previous.get(unit, {})
        steps = _steps(_figures(unit, before, carried), _figures(unit, now, carried), form)
        found.append(Change(unit, "；".join([*_moved(was, one), *reasons]), steps))
    return found


def _last_two(events: Iterable[Mapping], week: dt.date) -> tuple[_State | None, _State | None]:
    """What stood after the last run of ``week`` but one, and after the last."""
    state, before, now = _State(), None, None
    for event in events:
        if event.get("week") != week.isoformat() or event.get("after_close"):
            continue
        kind = event["event"]
        if kind == "accepted":
            state.files[event["unit"]] = (event["file"], event["sha256"], event["figures"])
        elif kind in ("rejected", "dismissed"):
            state.files = {unit: one for unit, one in state.files.items() if one[1] != event["sha256"]}
        elif kind == "decision":
            state.decided[event["unit"], event["figure"]] = (event["value"], event["reason"])
        elif kind == "ran":
            before, now = now, replace(state, files=dict(state.files), decided=dict(state.decided))
    return before, now


def _figures(unit: str, state: _State, carried: Figures) -> Figures:
    own = state.files[unit][2] if unit in state.files else carried
    return {**own, **{figure: value for (name, figure), (value, _) in state.decided.items() if name == unit}}


def _moved(was: tuple[str, str, Figures] | None, one: tuple[str, str, Figures] | None) -> list[str]:
    if one and not was:
        return [f"新报：{one[0]}"]
    if one and was and one[1] != was[1]:
        return [f"更正：{was[0]} → {one[0]}"]
    return [f"不再采用：{was[0]}"] if was and not one else []


def _steps(before: Figures, now: Figures, form: Form) -> tuple[tuple[str, FigureValue, FigureValue], ...]:
    return tuple((name, before.get(name), now.get(name)) for name in form.figures if before.get(name) != now.get(name))
