"""Hazards followed from week to week: ledgers taken in their order, rows matched, ids minted, decisions applied."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from consolidator.ledger.duties import DutyBook
from consolidator.ledger.fold import fold_row, state_error, status_contradicts
from consolidator.ledger.matching import Match, RowKey, UnitHazards, match_rows
from consolidator.ledger.visits import Key, Visit, only_in_words, visit_of
from consolidator.model.ledger import Doubt, Hazard, Held, HeldRow, LedgerFile, LedgerSheet, RowProblem, Value
from consolidator.model.people import mask_people, names_in
from consolidator.model.text import squeeze
from schemas.firms import FirmNames
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES, ledger_message
from schemas.roster import Roster

WHOLE, NEW, UNCLEAR = "全量", "新增", "不明"


@dataclass(slots=True)
class UnitLedger:
    """The sheets of one file that are one ledger of one unit. ``week`` and ``day`` (ISO) are those that it is of, ``arrived`` the
    run that first saw it, ``shown`` whether the week being run reports on it. ``found`` are the problems of the checks, by sheet.
    """

    ledger: Ledger
    unit: str
    file: str
    sha256: str
    week: str
    day: str
    arrived: int
    sheets: list[LedgerSheet]
    shown: bool
    found: list[list[RowProblem]] = field(default_factory=list)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    _by_row: list[dict[int, list[RowProblem]]] = field(default_factory=list)

    def problems_of(self, s: int, row: int) -> list[RowProblem]:
        """What is wrong with a row of sheet ``s``, by its reading and by the checks."""
        if not self._by_row:
            for number, sheet in enumerate(self.sheets):
                by_row: dict[int, list[RowProblem]] = {}
                for problem in (*sheet.problems, *(self.found[number] if self.found else ())):
                    by_row.setdefault(problem.row, []).append(problem)
                self._by_row.append(by_row)
        return self._by_row[s].get(row, [])

    @property
    def order(self) -> tuple:
        """Files are taken by week, day and arrival; those of one run in an order that does not depend on their names."""
        return self.week, self.day, self.arrived, self.unit, self.sha256


@dataclass(slots=True)
class Matched:
    """What the journal is to hold of a ledger: which row is which hazard, and which ids it was the first to have."""

    sha256: str
    unit: str
    ledger: str
    week: str
    ids: dict[str, dict[str, str]]
    minted: list[str]


@dataclass(slots=True)
class _Waiting:
    """A held row: what it says, the hazard that it is of ("": none), what was said of it, and how it is given back."""

    key: RowKey
    hazard: str
    words: list[Held]
    given_back: HeldRow


@dataclass(slots=True)
class Decision:
    """What the clerk decided of a hazard (``hazard`` command): see :func:`Following.decide`."""

    action: str
    week: str
    ids: list[str]
    unit: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""
    words: dict[str, str] = field(default_factory=dict)


BEFORE_ROWS = frozenset(("reopen",))  # rows of the same week must find the hazard open


class Following:
    """The hazards of a district as far as the ledgers taken so far say."""

    def __init__(self, names: FirmNames, roster: Roster, next_number: Callable[[Ledger], int]):
        self.names, self.roster, self.next_number = names, roster, next_number
        self.hazards: dict[str, Hazard] = {}
        self.by_id: dict[str, Hazard] = {}  # other ids of linked hazards too
        self.parts: dict[str, Hazard] = {}  # linked hazards as they were, to be split again
        self.units: dict[tuple[str, str], UnitHazards] = {}
        self.files: list[LedgerFile] = []
        self.held: list[Held] = []
        self.rows: list[HeldRow] = []
        self.waiting: dict[tuple[str, str, str], list[_Waiting]] = {}  # rows held, by ledger, unit and week
        self.doubts: list[Doubt] = []
        self.matched: list[Matched] = []
        self.latest: dict[tuple[str, str], UnitLedger] = {}
        self.visits: dict[Key, Visit] = {}
        self.duties = DutyBook(names)

    def of_unit(self, ledger: str, unit: str) -> UnitHazards:
        """The hazards that ``unit`` has, or had, a claim on."""
        return self.units.setdefault((ledger, unit), UnitHazards(self.names))

    # a ledger

    def take(self, one: UnitLedger) -> None:
        """Fold the rows of a ledger into the hazards, of a register of checks into the visits."""
        self.latest[one.ledger.name, one.unit] = one
        places = [(s, n) for s, sheet in enumerate(one.sheets) for n in range(len(sheet.rows))]
        rows = [_row(one.sheets[s], n) for s, n in places]
        if not one.ledger.is_hazards:
            taking = _Taking(self, one, places, rows, UnitHazards(self.names), [])
            taking.duties() if one.ledger.kind == "duties" else taking.visits()
            taking.finish("不明")
            return
        errors = [_errors(one, s, n) for s, n in places]
        own = self.of_unit(one.ledger.name, one.unit)
        keys = self._keys(one, places, rows, errors, own)
        known = {place: hazard for place, (s, n) in enumerate(places)
                 if (hazard := one.known.get(one.sheets[s].sheet, {}).get(str(one.sheets[s].rows[n])))}
        coverage_before = [hazard for hazard in own.all.values() if hazard.is_open and one.unit in hazard.units]
        matches = match_rows(keys, own, self.by_id, known, one.ledger.alike)
        taking = _Taking(self, one, places, rows, own, keys)
        for place, match in enumerate(matches):
            taking.row(place, match, errors[place], matches)
        self._settle(one, taking, matches)
        present = {match.hazard.id for match in matches if match.hazard}
        coverage = _coverage(one, coverage_before, present)
        if coverage == WHOLE and one.shown:
            self._report_absent(coverage_before, present, one)
        taking.finish(coverage)

    def _keys(self, one: UnitLedger, places: Sequence[tuple[int, int]], rows: Sequence[Mapping[str, Value]],
              errors: Sequence[bool], own: UnitHazards) -> list[RowKey]:
        prefix = squeeze(one.ledger.ids.prefix).casefold()
        own_ids: dict[str, int] = {}
        keys = []
        for place, row in enumerate(rows):
            written = squeeze(str(row.get("id") or "")).upper()
            like_ours = written.casefold().startswith(prefix) and written[len(prefix):].isdigit()
            ours = written if like_ours and written in self.by_id and written not in own.by_own_id else ""
            own_id = str(row.get("own_id") or "") or ("" if ours else written)
            digits = len(written) - len(prefix) if like_ours else 0
            unknown = written if digits == one.ledger.ids.digits and not ours and written not in own.by_own_id else ""
            if own_id:
                own_ids[own_id] = own_ids.get(own_id, 0) + 1
            firm = str(row.get("firm") or "")
            keys.append(RowKey(place, firm, self.names.key(firm), str(row.get("credit_code") or ""), str(row.get("place") or ""),
                               str(row.get("description") or ""), str(row.get("found") or ""), ours, own_id, errors[place], unknown))
        for key in keys:
            if own_ids.get(key.own_id, 0) > 1:
                key.own_id = ""
        return keys

    def _settle(self, one: UnitLedger, taking: _Taking, matches: Sequence[Match]) -> None:
        """Rows that an earlier ledger of the week had wrong, and this one has right, wait no longer."""
        waiting = self.waiting.pop((one.ledger.name, one.unit, one.week), [])
        accepted = [place for place in range(len(matches)) if place not in taking.waiting] if waiting else []
        ids = {found.id for place in accepted if (found := matches[place].hazard)}
        reported = {(key.words, other) for place in accepted for key in (taking.keys[place],) for other in (key.firm_key, key.found)}
        left = []
        for row in waiting:
            key = row.key
            if row.hazard in ids or (key.words and reported & {(key.words, key.firm_key), (key.words, key.found)}):
                for word in row.words:
                    word.settled = True
                if row.given_back in self.rows:
                    self.rows.remove(row.given_back)
            else:
                left.append(row)
        left += taking.waiting.values()
        if left:
            self.waiting[one.ledger.name, one.unit, one.week] = left

    def _report_absent(self, open_before: Sequence[Hazard], present: set[str], one: UnitLedger) -> None:
        for hazard in open_before:
            if hazard.id not in present and hazard.ledger == one.ledger.name:
                self.doubts.append(Doubt("row-gone", hazard.id, "", ledger_message(
                    "row-gone", {"id": hazard.id, "text": f"{hazard.firm}：{shown_text(hazard)}"})))

    def mint(self, one: UnitLedger, key: RowKey, row: Mapping[str, Value], name: str) -> Hazard:
        """A new hazard: with the id ``name`` that it was given in an earlier run, else with the next one."""
        name = name or one.ledger.ids.mint(self.next_number(one.ledger))
        source = str(row.get("source") or "")
        choice = one.ledger.choices.get("source", {}).get(source)
        hazard = Hazard(name, one.ledger.name, [one.unit], (choice.side if choice else None) or "self",
                        key.firm, key.description, key.found, one.week, one.week, source=source)
        self.hazards[hazard.id] = self.by_id[hazard.id] = hazard
        return hazard

    # decisions

    def decide(self, one: Decision) -> bool:
        """Apply a decision: ``link`` the second to the first, ``split`` it again, ``move`` to ``unit``, ``reopen`` a closed or voided
        one, ``void`` it, ``list-up`` (挂牌) or ``list-down``. What no longer applies (the hazard is not there) does nothing: False."""
        hazard = self.by_id.get(one.ids[0])
        if hazard is None or (one.action == "reopen" and not _can_reopen(hazard, one.words.get("was", ""))):
            return False
        if one.action == "link" and len(one.ids) > 1:
            other = self.by_id.get(one.ids[1])
            if other is not None and other is not hazard:
                self._link(hazard, other)
        elif one.action == "split" and len(one.ids) > 1:
            self._split(hazard, one.ids[1])
        elif one.action == "move":
            self.move(hazard, one.words.get("from") or hazard.units[0], one.unit)
        elif one.action == "reopen":
            _reopen(hazard, one)
        elif one.action == "void":
            hazard.state_before = hazard.state_before if hazard.state == "void" else hazard.state
            hazard.state, hazard.void_reason = "void", one.reason
        elif one.action == "list-up":
            hazard.listed = {key: text for key, text in one.words.items() if text}
        elif one.action == "list-down" and hazard.listed:
            hazard.listed = {**hazard.listed, "ended": one.words.get("day") or one.at[:10]}
        return True

    def _link(self, hazard: Hazard, other: Hazard) -> None:
        """Make ``other`` one with ``hazard``: both units have a claim on it."""
        self.parts[other.id] = copy.deepcopy(other)
        hazard.units += [unit for unit in other.units if unit not in hazard.units]
        hazard.other_ids += [other.id, *other.other_ids]
        self.hazards.pop(other.id, None)
        for name in (other.id, *other.other_ids):
            self.by_id[name] = hazard
        for unit in other.units:
            self.of_unit(hazard.ledger, unit).replace(other, hazard)

    def _split(self, hazard: Hazard, other_id: str) -> None:
        """Undo :meth:`_link`."""
        part = self.parts.pop(other_id, None)
        if part is None or other_id not in hazard.other_ids:
            return
        hazard.other_ids.remove(other_id)
        hazard.units = [unit for unit in hazard.units if unit not in part.units] or hazard.units[:1]
        self.hazards[other_id] = self.by_id[other_id] = part
        for unit in part.units:
            self.of_unit(part.ledger, unit).replace(hazard, part)

    def move(self, hazard: Hazard, unit: str, to: str) -> None:
        """End the claim of ``unit`` and begin one of ``to``."""
        if unit in hazard.units and to not in hazard.units:
            hazard.units[hazard.units.index(unit)] = to
            hazard.moved_from = unit
            self.of_unit(hazard.ledger, to).add(hazard)


def _can_reopen(hazard: Hazard, was: str) -> bool:
    """Whether a hazard is as it ``was`` when the clerk decided. Of one that was closed the rows of the same week may come after."""
    return hazard.state == "void" if was == "void" else was == "closed" or hazard.state in ("void", "closed")


def _reopen(hazard: Hazard, one: Decision) -> None:
    """A voided hazard is what it was; a closed one is open, and stays so until it is rectified or reviewed after the decision."""
    if hazard.state == "void":
        hazard.state = hazard.state_before or "open"
        return
    monday = dt.date.fromisoformat(one.week)
    hazard.reopened = min(max(one.at[:10], one.week), (monday + dt.timedelta(days=6)).isoformat())
    if hazard.state == "closed":
        hazard.state, hazard.closed, hazard.completed, hazard.reviewed, hazard.review_result = "open", "", "", "", ""


@dataclass(slots=True)
class _Taking:
    """The rows of one ledger on their way into the hazards."""

    following: Following
    one: UnitLedger
    places: Sequence[tuple[int, int]]
    rows: Sequence[Mapping[str, Value]]
    own: UnitHazards
    keys: Sequence[RowKey]
    merged: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    minted: list[str] = field(default_factory=list)
    waiting: dict[int, _Waiting] = field(default_factory=dict)

    def row(self, place: int, match: Match, wrong: bool, matches: Sequence[Match]) -> None:
        """One row: held with its errors, or merged with what is to be said of it."""
        one, (s, n) = self.one, self.places[place]
        row, sheet, ledger = self.rows[place], self.one.sheets[s], self.one.ledger
        found = one.problems_of(s, n)
        known_day = match.hazard is not None and match.hazard.found
        if wrong and known_day:  # a blank day found is known from before
            found = [problem for problem in found if not (problem.code == "cell-blank" and problem.column == "found")]
            wrong = any(LEDGER_CODES[problem.code].severity == "error" for problem in found)
        words: list[tuple[str, str, dict]] = [(problem.code, problem.column, problem.words) for problem in found]
        if match.error:
            flagged = dict(match.words)
            if "twin" in flagged:
                flagged["other"] = self._where(int(flagged.pop("twin")))
            words.append((match.error, "id", flagged))
            wrong = True
        refused = status_contradicts(row, ledger)
        if not refused and row.get("state") == "void":
            refused = state_error(match.hazard or _NOBODY, row, ledger)
        elif not refused and match.hazard is not None:
            refused = state_error(match.hazard, row, ledger)
        if refused:
            words.append((refused[0], "state", refused[1]))
            wrong = True
        if wrong:
            self.held[s] = self.held.get(s, 0) + 1
            self._hold(place, match, words)
            return
        self.merged[s] = self.merged.get(s, 0) + 1
        hazard, more = self._accepted(place, match, matches)
        self.ids.setdefault(sheet.sheet, {})[str(sheet.rows[n])] = hazard.id
        self._say(s, n, place, words + more)

    def _hold(self, place: int, match: Match, words: Sequence[tuple[str, str, dict]]) -> None:
        """A row that is not taken: said, given back, and kept until a later ledger of the week has it right."""
        s, n = self.places[place]
        before = len(self.following.held)
        self._say(s, n, place, words)
        if self.one.shown:
            given_back = self._given_back(s, n, place, words)
            given_back.hazard = match.hazard.id if match.hazard else ""
            self.following.rows.append(given_back)
            self.waiting[place] = _Waiting(self.keys[place], given_back.hazard, self.following.held[before:], given_back)

    def visits(self) -> None:
        """The rows of a register of checks: each a visit, of one firm on one day but one."""
        one = self.one
        seen: dict[tuple[str, str, str], int] = {}
        for place, (s, n) in enumerate(self.places):
            row = self.rows[place]
            found = one.problems_of(s, n)
            words = [(problem.code, problem.column, problem.words) for problem in found]
            if any(LEDGER_CODES[problem.code].severity == "error" for problem in found):
                self.held[s] = self.held.get(s, 0) + 1
                self._say(s, n, place, words)
                continue
            self.merged[s] = self.merged.get(s, 0) + 1
            self.following.duties.record(row, one.ledger, one.unit)
            visit = visit_of(row, one.ledger, one.unit, self.following.names.key(str(row.get("firm") or "")), one.week)
            key = (visit.unit, visit.firm_key, visit.day)
            words += [("fault-clause", name, {"heading": one.ledger.clauses[name].heading, "clause": one.ledger.clauses[name].where})
                      for name in visit.faults if name in one.ledger.clauses]
            if only_in_words(row, one.ledger):
                words.append(("faults-in-words", "problems", {}))
            if key in seen:
                words.append(("same-visit", "", {"other": self._where(seen[key])}))
                first = self.following.visits[key]
                first.faults = [name for name in one.ledger.faults if name in first.faults or name in visit.faults]
            else:
                known = self.following.visits.get(key)
                visit.since = known.since if known else visit.since
                self.following.visits[key] = visit
                seen[key] = place
            self._say(s, n, place, words)

    def duties(self) -> None:
        """The rows of a sheet of firms: each what one firm has done."""
        for place, (s, n) in enumerate(self.places):
            found = self.one.problems_of(s, n)
            if any(LEDGER_CODES[problem.code].severity == "error" for problem in found):
                self.held[s] = self.held.get(s, 0) + 1
            else:
                self.merged[s] = self.merged.get(s, 0) + 1
                self.following.duties.record(self.rows[place], self.one.ledger, self.one.unit)
            self._say(s, n, place, [(problem.code, problem.column, problem.words) for problem in found])

    def _accepted(self, place: int, match: Match, matches: Sequence[Match]) -> tuple[Hazard, list[tuple[str, str, dict]]]:
        one, row, key = self.one, self.rows[place], self.keys[place]
        s, n = self.places[place]
        if match.same_as is not None:
            twin = matches[match.same_as]
            match.hazard = twin.hazard
            other_sheet = self.places[match.same_as][0] != s
            code = "later-sheet" if other_sheet else "counted-once"
            notes = [(code, "", {"other": self._where(match.same_as)})]
            if match.hazard is not None:
                if other_sheet or (self.keys[match.same_as].id and not key.id):  # without our 编号: a corrected row below the old one
                    notes += self._fold(match.hazard, row, s, n)
                return match.hazard, notes
        hazard, notes = match.hazard, []
        if hazard is None:
            hazard = match.hazard = self.following.mint(one, key, row, match.id)
            self.minted.append(hazard.id)
            if key.unknown_id:
                notes.append(("id-unknown", "id", {"id": key.unknown_id, "new": hazard.id}))
            if match.other is not None and match.repeat:
                hazard.repeat_of = match.other.id
                notes.append(("repeat", "", {"id": hazard.id, "other": match.other.id}))
            elif match.other is not None:
                notes.append(("maybe-same", "description", {"id": hazard.id, "other": match.other.id,
                                                           "text": f"{match.other.firm}：{shown_text(match.other)}"}))
        elif match.test == 4:
            notes.append(("matched-without-day", "found", {"id": hazard.id, "day": hazard.found or key.found}))
        elif match.test == 5:
            notes.append(("matched-by-likeness", "description", {
                "id": hazard.id, "other": shown_text(hazard, match.other_text), "written": shown_text(hazard, key.description)}))
        self.following.duties.record(row, one.ledger, one.unit)
        if one.unit in hazard.units:
            notes += self._fold(hazard, row, s, n)
            if row.get("state") == "moved":
                notes += self._moved(hazard, row)
        self.own.add(hazard)
        return hazard, notes

    def _fold(self, hazard: Hazard, row: Mapping[str, Value], s: int, n: int) -> list[tuple[str, str, dict]]:
        hazard.file, hazard.sheet, hazard.row = self.one.file, self.one.sheets[s].sheet, self.one.sheets[s].rows[n]
        return fold_row(hazard, row, self.one.ledger, self.one.week, self.one.day)

    def _moved(self, hazard: Hazard, row: Mapping[str, Value]) -> list[tuple[str, str, dict]]:
        """移交: the claim goes to the unit that is named, if one is."""
        text = f"{row.get('state_text') or ''} {row.get('remarks') or ''}"
        for word in self.one.ledger.states["moved"].words:
            text = text.replace(word, " ")  # a unit's name is known as a word of its own: 移交区城管委
        text = re.sub("[给至到由]", " ", text)
        named = [unit for unit in self.following.roster.find_in(text) if unit != self.one.unit]
        if len(named) != 1:
            return [("moved-where", "state", {})]
        self.following.move(hazard, self.one.unit, named[0])
        return [("moved-to", "state", {"id": hazard.id, "other": named[0]})]

    def _where(self, place: int) -> str:
        s, n = self.places[place]
        sheet = self.one.sheets[s]
        row = f"第{sheet.rows[n]}行"
        return row if len(self.one.sheets) == 1 else f"“{sheet.sheet}”{row}"

    def _say(self, s: int, n: int, place: int, words: Sequence[tuple[str, str, dict]]) -> None:
        if not self.one.shown or not words:
            return
        sheet = self.one.sheets[s]
        names = people_of(self.rows[place], self.one.ledger)
        for code, column, flagged in words:
            message = mask_people(ledger_message(code, flagged), names)
            self.following.held.append(Held(self.one.unit, self.one.file, sheet.sheet, sheet.rows[n],
                                            sheet.address(sheet.rows[n], column), code, LEDGER_CODES[code].severity, message))

    def _given_back(self, s: int, n: int, place: int, words: Sequence[tuple[str, str, dict]]) -> HeldRow:
        """The held row as it was written, for the unit to correct."""
        sheet, ledger = self.one.sheets[s], self.one.ledger
        cells = {role: _written(value, role, ledger) for role, value in self.rows[place].items() if role in ledger.columns}
        if "state" in cells:
            cells["state"] = str(self.rows[place].get("state_text") or cells["state"])
        cells |= {role: text for number, role, text in sheet.raw if number == n and role in ledger.columns}
        errors = [(code, column, flagged) for code, column, flagged in words if LEDGER_CODES[code].severity == "error"]
        return HeldRow(self.one.unit, self.one.file, sheet.sheet, sheet.rows[n], cells, [column for _, column, _ in errors],
                       [ledger_message(code, flagged) for code, _, flagged in errors])

    def finish(self, coverage: str) -> None:
        """What the journal and the result are to hold of the ledger."""
        one = self.one
        self.following.matched.append(Matched(one.sha256, one.unit, one.ledger.name, one.week, self.ids, self.minted))
        if not one.shown:
            return
        for s, sheet in enumerate(one.sheets):
            if not sheet.visible:
                code = "sheet-hidden"
                self.following.held.append(Held(one.unit, one.file, sheet.sheet, 1, "", code, LEDGER_CODES[code].severity,
                                                ledger_message(code, {})))
            self.following.files.append(LedgerFile(
                one.file, sheet.sheet, one.ledger.kind, one.unit, coverage, sheet.total, self.merged.get(s, 0), self.held.get(s, 0),
                sum(sheet.passed.values()), one.day, one.sha256, "", dict(sheet.passed)))


_NOBODY = Hazard("", "", [], "self", "", "", "", "", "")


def people_of(row: Mapping[str, Value], ledger: Ledger) -> list[str]:
    """The names that a row holds."""
    return [name for role in ledger.personal if row.get(role) for name in names_in(str(row[role]))]


def shown_text(hazard: Hazard, text: str | None = None) -> str:
    """A hazard's description, or another text of it, with its people masked."""
    names = [name for cell in hazard.people.values() for name in names_in(cell)]
    return mask_people(hazard.description if text is None else text, names)


def _row(sheet: LedgerSheet, number: int) -> dict[str, Value]:
    return {role: values[number] for role, values in sheet.columns.items()}


def _written(value: Value, role: str, ledger: Ledger) -> str:
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "是" if value else "否"
    if ledger.columns[role].type == "state":
        return ledger.state_name(str(value))
    return f"{value:g}" if value.__class__ is float else str(value)


def _errors(one: UnitLedger, s: int, n: int) -> bool:
    return any(LEDGER_CODES[problem.code].severity == "error" for problem in one.problems_of(s, n))


def _coverage(one: UnitLedger, open_before: Sequence[Hazard], present: set[str]) -> str:
    """全量 where the file holds most of what was open, 新增 where its title says so or it holds none of that."""
    title = squeeze(" ".join(sheet.title for sheet in one.sheets) + one.file)
    if any(word in title for word in one.ledger.new_words):
        return NEW
    if not open_before:
        return WHOLE
    held = sum(hazard.id in present for hazard in open_before)
    if held >= one.ledger.whole * len(open_before):
        return WHOLE
    return NEW if held == 0 else UNCLEAR
