"""The rows of one ledger on their way into the hazards: each is held with its errors, or merged with what is to be said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.fold import fold_row, state_error, status_contradicts
from consolidator.ledger.follow import Following, Matched, Waiting
from consolidator.ledger.matching import Match
from consolidator.ledger.unit_hazards import RowKey, UnitHazards
from consolidator.ledger.unit_ledger import UnitLedger, is_held
from consolidator.ledger.visits import only_in_words, visit_of
from consolidator.model.ledger import Hazard, Held, HeldRow, LedgerFile, RowProblem, Value
from consolidator.model.people import mask_people, names_in
from schemas.actions import each_text
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES, ledger_message

Word = tuple[str, str, dict]  # code, column, words of the sentence


@dataclass(slots=True)
class Taking:
    """The rows of one ledger on their way into the hazards."""

    following: Following
    one: UnitLedger
    places: Sequence[tuple[int, int]]
    rows: Sequence[Mapping[str, Value]]
    problems: Sequence[Sequence[RowProblem]]
    _: KW_ONLY
    own: UnitHazards
    keys: Sequence[RowKey] = ()
    matches: Sequence[Match] = ()
    merged: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    minted: list[str] = field(default_factory=list)
    waiting: dict[int, Waiting] = field(default_factory=dict)

    def row(self, place: int) -> None:
        """One row of a ledger of hazards: held with its errors, or merged with what is to be said of it."""
        s, n = self.places[place]
        row, match, ledger = self.rows[place], self.matches[place], self.one.ledger
        found = self.problems[place]
        if found and match.hazard is not None and match.hazard.found:  # a blank day found is known from before
            found = [problem for problem in found if not (problem.code == "cell-blank" and problem.column == "found")]
        words: list[Word] = [(problem.code, problem.column, problem.words) for problem in found]
        if match.error:
            flagged = dict(match.words)
            if "twin" in flagged:
                flagged["other"] = self._where(int(flagged.pop("twin")))
            words.append((match.error, "id", flagged))
        refused = status_contradicts(row, ledger)
        if not refused and (match.hazard is not None or row.get("state") == "void"):
            refused = state_error(match.hazard or _NOBODY, row, ledger)
        if refused:
            words.append((refused[0], "state", refused[1]))
        if refused or match.error or (found and is_held(found)):
            self.held[s] = self.held.get(s, 0) + 1
            self._hold(place, match, words)
            return
        self.merged[s] = self.merged.get(s, 0) + 1
        hazard, more = self._accepted(place, match)
        sheet = self.one.sheets[s]
        self.ids.setdefault(sheet.sheet, {})[str(sheet.rows[n])] = hazard.id
        if words or more:
            self._say(s, n, place, words + more)

    def _hold(self, place: int, match: Match, words: Sequence[Word]) -> None:
        """A row that is not taken: said, given back, and kept until a later ledger of the week has it right."""
        s, n = self.places[place]
        before = len(self.following.held)
        self._say(s, n, place, words)
        if self.one.shown:
            given_back = self._given_back(s, n, place, words)
            given_back.hazard = match.hazard.id if match.hazard else ""
            self.following.rows.append(given_back)
            self.waiting[place] = Waiting(self.keys[place], given_back.hazard, self.following.held[before:], given_back)

    def visits(self) -> None:
        """The rows of a register of checks: each a visit, of one firm on one day but one."""
        one = self.one
        seen: dict[tuple[str, str, str], int] = {}
        for place, (s, n) in enumerate(self.places):
            row, found = self.rows[place], self.problems[place]
            words = [(problem.code, problem.column, problem.words) for problem in found]
            if is_held(found):
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
            found = self.problems[place]
            if is_held(found):
                self.held[s] = self.held.get(s, 0) + 1
            else:
                self.merged[s] = self.merged.get(s, 0) + 1
                self.following.duties.record(self.rows[place], self.one.ledger, self.one.unit)
            self._say(s, n, place, [(problem.code, problem.column, problem.words) for problem in found])

    def _accepted(self, place: int, match: Match) -> tuple[Hazard, list[Word]]:
        one, row, key = self.one, self.rows[place], self.keys[place]
        s, n = self.places[place]
        if match.same_as is not None:
            twin = self.matches[match.same_as]
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

    def _fold(self, hazard: Hazard, row: Mapping[str, Value], s: int, n: int) -> list[Word]:
        hazard.file, hazard.sheet, hazard.row = self.one.file, self.one.sheets[s].sheet, self.one.sheets[s].rows[n]
        return fold_row(hazard, row, self.one)

    def _moved(self, hazard: Hazard, row: Mapping[str, Value]) -> list[Word]:
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

    def _say(self, s: int, n: int, place: int, words: Sequence[Word]) -> None:
        if not self.one.shown or not words:
            return
        sheet = self.one.sheets[s]
        names = people_of(self.rows[place], self.one.ledger)
        for code, column, flagged in words:
            message = each_text(ledger_message(code, flagged), lambda text: mask_people(text, names))
            self.following.held.append(Held(self.one.unit, self.one.file, sheet.sheet, sheet.rows[n],
                                            sheet.address(sheet.rows[n], column), code=code, severity=LEDGER_CODES[code].severity,
                                            message=message))

    def _given_back(self, s: int, n: int, place: int, words: Sequence[Word]) -> HeldRow:
        """The held row as it was written, for the unit to correct."""
        sheet, ledger = self.one.sheets[s], self.one.ledger
        cells = {role: _written(value, role, ledger) for role, value in self.rows[place].items() if role in ledger.columns}
        if "state" in cells:
            cells["state"] = str(self.rows[place].get("state_text") or cells["state"])
        cells |= {role: text for number, role, text in sheet.raw if number == n and role in ledger.columns}
        errors = [(code, column, flagged) for code, column, flagged in words if LEDGER_CODES[code].severity == "error"]
        return HeldRow(self.one.unit, self.one.file, sheet.sheet, sheet.rows[n], cells, columns=[column for _, column, _ in errors],
                       messages=[ledger_message(code, flagged) for code, _, flagged in errors])

    def finish(self, coverage: str) -> None:
        """What the journal and the result are to hold of the ledger."""
        one = self.one
        self.following.matched.append(Matched(one.sha256, one.unit, one.ledger.name, one.week, self.ids, minted=self.minted))
        if not one.shown:
            return
        for s, sheet in enumerate(one.sheets):
            if not sheet.visible:
                code = "sheet-hidden"
                self.following.held.append(Held(one.unit, one.file, sheet.sheet, 1, "", code=code, severity=LEDGER_CODES[code].severity,
                                                message=ledger_message(code, {})))
            self.following.files.append(LedgerFile(
                one.file, sheet.sheet, one.ledger.kind, one.unit, coverage, rows=sheet.total, merged=self.merged.get(s, 0),
                held=self.held.get(s, 0), passed=sum(sheet.passed.values()), date=one.day, sha256=one.sha256, refused="",
                rules=dict(sheet.passed)))


_NOBODY = Hazard("", "", [], "self", "", description="", found="", since="", seen="")


def people_of(row: Mapping[str, Value], ledger: Ledger) -> list[str]:
    """The names that a row holds."""
    return [name for role in ledger.personal if row.get(role) for name in names_in(str(row[role]))]


def shown_text(hazard: Hazard, text: str | None = None) -> str:
    """A hazard's description, or another text of it, with its people masked."""
    names = [name for cell in hazard.people.values() for name in names_in(cell)]
    return mask_people(hazard.description if text is None else text, names)


def _written(value: Value, role: str, ledger: Ledger) -> str:
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "是" if value else "否"
    if ledger.columns[role].type == "state":
        return ledger.state_name(str(value))
    return f"{value:g}" if value.__class__ is float else str(value)
