"""A week's ledgers: from what was read to all hazards of the district as of that week. Nothing is read or written here but
through the history that is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from itertools import count
from operator import attrgetter
from typing import NamedTuple

from consolidator.ledger.bridge import UnitWeek, bridge_unit, district_lines, street_mixed_in
from consolidator.ledger.checks import check_rows
from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.decisions import BEFORE_ROWS, Decision, decide
from consolidator.ledger.duplicates import find_two_units
from consolidator.ledger.duties import duties_of, firm_duties
from consolidator.ledger.file_ledgers import Known, ReadFile, unit_ledgers
from consolidator.ledger.follow import Following, Matched
from consolidator.ledger.moves import PUT_RIGHT, Snapshot, snapshot, visits_by_unit
from consolidator.ledger.succession import present, take_over, taken_by
from consolidator.ledger.take import ROW_GONE, late_ledgers, rows_known, take_ledger
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.ledger.visits import Visit
from consolidator.model.context import Context
from consolidator.model.ledger import Hazard, LedgerFile, LedgerResult
from consolidator.model.weeks import due_date
from schemas.firms import FirmNames
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import MISPLACED, ledger_message
from schemas.roster import Roster


@dataclass(slots=True)
class Taken:
    """The week's result and what the journal is to hold of it."""

    result: LedgerResult
    matched: list[Matched]
    following: Following
    before: Snapshot
    visits_before: list[Visit]
    _: KW_ONLY
    latest_before: set[tuple[str, str]]


def take_ledgers(files: Sequence[ReadFile], week: dt.date, context: Context, keys: ColumnKeys, known: Known, *,
                 every_week: bool = False) -> Taken:
    """All hazards as of ``week``: ledgers of that week and of earlier ones, folded in their order.

    The result reports on ledgers of ``week`` and on those that came late in its run; with ``every_week`` on all.
    """
    refused: list[LedgerFile] = []
    known = replace(known, matched=taken_by(known.matched.values(), context.roster))
    every = [one for file in files for one in unit_ledgers(file, week, context, known, refused)]
    ledgers = [one for one in every if one.week <= week.isoformat()]
    later = [one for one in every if one.was_taken and one.week > week.isoformat()]  # weeks run before this one
    for one in ledgers:
        one.shown = one.shown or every_week
    _refuse_differing(ledgers, keys.names, refused)
    late = late_ledgers([*ledgers, *later])
    _check([*ledgers, *later] if late else ledgers)
    decisions = [_decision(event, context.roster) for event in known.decisions]
    if late:  # hazards that were begun by ledgers behind them must not be begun again
        following = Following(keys, context.roster, _Numbers(known).of)
        taken = [one for one in (*ledgers, *later) if one.was_taken]
        _fold(following, taken, decisions, max((one.week for one in taken), default=week.isoformat()))
        for one in late:
            one.known = rows_known(following, one)
    following = Following(keys, context.roster, _Numbers(known).of)
    earlier = _fold(following, ledgers, decisions, week.isoformat())
    result = _result(following, refused, week, context.form, earlier.snapshot)
    return Taken(result, following.matched, following, earlier.snapshot, earlier.visits, latest_before=earlier.latest)


class _Earlier(NamedTuple):
    """What was known before the ledgers of the week."""

    snapshot: Snapshot
    visits: list[Visit]
    latest: set[tuple[str, str]]


def _fold(following: Following, ledgers: Sequence[UnitLedger], decisions: Sequence[Decision], week: str) -> _Earlier:
    """Take all ``ledgers`` and ``decisions`` in their order, up to ``week``; what was known before that week."""
    earlier, roster = _Earlier(Snapshot(), [], set()), following.roster
    for day in sorted({one.week for one in ledgers} | {one.week for one in decisions if one.week <= week} | {week}):
        take_over(following, roster, day)
        if day == week:  # no visit is changed once its ledger is taken
            earlier = _Earlier(snapshot(following.hazards.values()), list(following.visits.values()), set(following.latest))
        own = [decision for decision in decisions if decision.week == day]
        decided = {id(one) for one in own if one.action in BEFORE_ROWS and decide(following, one)}
        following.to_void, following.to_move = ({name for name, last in _last_actions(own, following).items() if last == action}
                                                for action in ("void", "move"))
        for one in sorted((one for one in ledgers if one.week == day), key=lambda one: one.order):
            take_ledger(following, one)
        for decision in own:
            if id(decision) not in decided:
                decide(following, decision)  # in their order: what is voided may be reopened in the same week
    return earlier


def _last_actions(decisions: Sequence[Decision], following: Following) -> dict[str, str]:
    """Hazard → what was decided of it last."""
    last: dict[str, str] = {}
    for one in decisions:
        hazard = following.find(one.ids[0])
        last.update(dict.fromkeys((one.ids[0], hazard.id if hazard else one.ids[0]), one.action))
    return last


def add_bridge(taken: Taken, units: Sequence[UnitWeek], week: dt.date, form: Form) -> None:
    """The lines between the figures of ``units`` and the rows of their ledgers."""
    following, result = taken.following, taken.result
    after = snapshot(following.hazards.values())
    visits, earlier = visits_by_unit(following.visits.values()), visits_by_unit(taken.visits_before)
    definitions = {one.name: one for one in form.ledger_definitions}
    for unit in units:
        for ledger in form.ledger_definitions:
            latest = following.latest.get((ledger.name, unit.unit))
            if latest is None or not ledger.bridge:
                continue
            unit.ledger_day[ledger.name] = latest.day
            if latest.week == week.isoformat():
                unit.new.add(ledger.name)
            if (ledger.name, unit.unit) not in taken.latest_before:
                unit.first.add(ledger.name)
            covered = frozenset(role for sheet in latest.sheets for role in sheet.at)
            result.bridge += bridge_unit(unit, ledger, form, taken.before, after,
                                         visits=visits.get(unit.unit, ()), earlier=earlier.get(unit.unit, ()), covered=covered)
            if ledger.is_hazards:
                result.bridge += street_mixed_in(unit, ledger, form, after)
    result.district = district_lines(result.bridge, list(definitions.values()), after, due_date(form.campaign, week).isoformat())


def _result(following: Following, refused: list[LedgerFile], week: dt.date, form: Form, before: Snapshot) -> LedgerResult:
    monday = week.isoformat()
    names: dict[tuple[str, str], str] = {
        (ledger.name, key): state.name for ledger in form.ledger_definitions for key, state in ledger.states.items()}
    hazards = [following.hazards[key] for key in sorted(sorted(following.hazards), key=len)]  # YH-9 before YH-10
    for one in hazards:
        state = one.state
        one.is_new, one.is_late = one.since == monday, one.overdue(monday)
        one.is_done = state in PUT_RIGHT and one.id not in before.put_right
        one.state_name = "已撤销" if state == "void" else names.get((one.ledger, state), state)
    doubts = [one for one in following.doubts if one.code != ROW_GONE or _is_gone(following.find(one.id), monday)]
    doubts += find_two_units(hazards, following.names, monday)
    files = sorted([*following.files, *refused], key=lambda one: (one.file, one.sheet))
    held = sorted(following.held, key=attrgetter("file", "sheet", "row", "cell", "code"))
    checks = [{"unit": one.unit, "firm": one.firm, "date": one.day, "faults": list(one.faults)}
              for one in sorted(following.visits.values(), key=attrgetter("unit", "day", "firm"))]
    since = min((one.since for one in form.ledger_definitions if one.duties), default=form.campaign.first_week)
    duties = firm_duties(following.duties, duties_of(form.ledger_definitions), following.visits.values(),
                         (since, form.campaign.last_week), due_date(form.campaign, week))
    return LedgerResult(files, hazards, checks, held, doubts, rows=following.rows, week=monday, duties=duties)


def _is_gone(hazard: Hazard | None, week: str) -> bool:
    """Whether a hazard that a ledger omits is still open, and no later ledger of the week has it."""
    return hazard is not None and hazard.is_open and hazard.seen < week


class _Numbers:
    """The numbers of new ids, after all that were ever minted."""

    def __init__(self, known: Known):
        self.after: dict[str, Iterator[int]] = {}
        self.known = known

    def of(self, ledger: Ledger) -> Iterator[int]:
        """The numbers of the ledger's next ids."""
        prefix = ledger.ids.prefix
        if prefix not in self.after:
            minted = (key for event in self.known.matched.values() for key in event["minted"] if key.startswith(prefix))
            self.after[prefix] = count(max((int(key.removeprefix(prefix)) for key in minted), default=0) + 1)
        return self.after[prefix]


def _decision(event: dict, roster: Roster) -> Decision:
    week, words = event["week"], event.get("words", {})
    if "from" in words and event["action"] == "move":
        words = {**words, "from": present(words["from"], roster, week)}
    return Decision(event["action"], week, event["ids"], unit=present(event.get("unit", ""), roster, week), reason=event["reason"],
                    by=event["by"], at=event["at"], words=words)


def _refuse_differing(ledgers: list[UnitLedger], names: FirmNames, refused: list[LedgerFile]) -> None:
    """Of one unit's ledgers of one day that came together, those that say different things of one hazard: both are refused."""
    groups: dict[tuple, list[UnitLedger]] = {}
    for one in ledgers:
        if not one.was_taken:
            groups.setdefault((one.ledger.name, one.unit, one.week, one.day, one.arrived), []).append(one)
    wrong: dict[int, list[str]] = {}
    for group in (one for one in groups.values() if len(one) > 1):
        contents = [_contents(one, names) for one in group]
        for n, mine in enumerate(contents):
            for m, theirs in enumerate(contents):
                if n != m and any(key in theirs and theirs[key] != value for key, value in mine.items()):
                    wrong.setdefault(id(group[n]), []).append(group[m].file)
    for one in [one for one in ledgers if id(one) in wrong]:
        ledgers.remove(one)
        message = ledger_message("ledgers-differ", {"other": "、".join(sorted(set(wrong[id(one)])))})
        for sheet in one.sheets if one.shown else ():
            refused.append(LedgerFile(one.file, sheet.sheet, one.ledger.kind, one.unit, "不明", rows=sheet.total, merged=0,
                                      held=len(sheet.rows),
                                      passed=sum(sheet.passed.values()), date=one.day, sha256=one.sha256, refused=message,
                                      rules=dict(sheet.passed)))


def _contents(one: UnitLedger, names: FirmNames) -> dict[tuple, tuple]:
    """What a ledger says of each hazard, by firm, description, place and day found."""
    from consolidator.ledger.likeness import words_key

    contents: dict[tuple, tuple] = {}
    for sheet in one.sheets:
        columns = {role: values for role, values in sheet.columns.items() if values}
        for n in range(len(sheet.rows)):
            firm, text, place, found = (str(columns[role][n] or "") if role in columns else ""
                                        for role in ("firm", "description", "place", "found"))
            if text:
                contents[names.key(firm), words_key(text), words_key(place), found] = tuple(
                    columns[role][n] if role in columns else None for role in ("state", "completed", "due", "level"))
    return contents


def _check(ledgers: Sequence[UnitLedger]) -> None:
    """One validation of every row."""
    sheets = [(one, sheet) for one in ledgers for sheet in one.sheets]
    found = check_rows([(sheet, one.ledger, one.day) for one, sheet in sheets])
    for (one, sheet), problems in zip(sheets, found, strict=True):
        misplaced = {problem.row for problem in sheet.problems if problem.code in MISPLACED}
        one.found.append([problem for problem in problems if problem.row not in misplaced] if misplaced else problems)


def event_of(one: Matched, run: int, at: str) -> dict:
    """What the journal holds of a ledger: ids and places, nobody's words."""
    return {"event": "ledger", "at": at, "run": run, "week": one.week, "sha256": one.sha256, "unit": one.unit, "ledger": one.ledger,
            "ids": one.ids, "minted": one.minted}
