"""The rows of a ledger of hazards on their way into the hazards: each is held with its errors, or merged with what is to be reported of it.

Most rows of a unit's first ledger, and few of later ones, plainly begin a hazard: they are made and minted together. Every other row
is taken by itself, all in the order of the rows, as ids are minted in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.decisions import join
from consolidator.ledger.fold import ORDER, fold_row, is_of_state, state_error, state_of, status_contradicts
from consolidator.ledger.follow import Waiting
from consolidator.ledger.handed_over import hand_over_by_row
from consolidator.ledger.held_rows import held_row
from consolidator.ledger.matching import Match
from consolidator.ledger.new_hazards import new_hazards
from consolidator.ledger.rows_before import RowsBefore
from consolidator.ledger.rows_taken import Taking, Word, shown_text
from consolidator.ledger.unit_hazards import RowKeys, UnitHazards
from consolidator.ledger.unit_ledger import is_held, row_text
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import Value

_NOT_MATCHED = Match()
_SURE = frozenset((-1, 1, 2, 3))  # tests of matching of which nothing is reported


@dataclass(slots=True)
class HazardRows(Taking):
    """The rows of a ledger of hazards as they are taken. ``known`` are the ids that rows were given in an earlier run; ``accepted`` are
    the hazards of rows taken so far, ``begun`` those that rows begin if they are taken, ``words`` what is to be reported of these;
    ``flagged`` are the places of all rows of which anything is reported, in order, ``waiting`` held rows; ``before`` are those of the
    unit's ledger before this one."""

    _: KW_ONLY
    own: UnitHazards
    keys: RowKeys
    matches: Mapping[int, Match]
    known: Mapping[int, str]
    before: RowsBefore
    accepted: dict[int, Hazard] = field(default_factory=dict)
    begun: dict[int, Hazard] = field(default_factory=dict)
    words: dict[int, list[Word]] = field(default_factory=dict)
    flagged: list[int] = field(default_factory=list)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    states_before: dict[str, str] = field(default_factory=dict)

    def take(self) -> None:
        """Take all rows."""
        begin, plain = self._beginning()
        made, self.words = new_hazards(self.one, self.rows, begin, self.keys)
        self.begun = dict(zip(begin, made, strict=True))
        self.flagged = sorted({*self.words, *self.problems})
        others = [place for place in range(len(self.rows)) if place not in plain] if len(plain) < len(self.rows) else []
        above = {place for place, match in self.matches.items() if match.same_as is not None and match.same_as > place}
        for _, first, last in self.rows.of_sheets():
            start = first
            for place in others[bisect_left(others, first):bisect_left(others, last)]:
                self._take_new(start, place)
                if place not in above:
                    self._take_row(place)
                start = place + 1
            self._take_new(start, last)
        for place in sorted(above):  # what they are the same as is below them
            self._take_row(place)
        self.one.taken = list(map(self.accepted.get, range(len(self.rows))))

    def _beginning(self) -> tuple[Sequence[int], Collection[int]]:
        """The places of all rows that begin a hazard if they are taken; and of those of which nothing else need be asked."""
        count, odd = len(self.rows), set(self.keys.held)
        odd.update(place for place, match in self.matches.items() if match.hazard is not None or match.error)
        states = self.rows.column("state") or ()
        if "void" in states:
            odd.update(place for place, state in enumerate(states) if state == "void")
        begin = [place for place in range(count) if place not in odd] if odd else range(count)
        asked = {place for place, match in self.matches.items() if match.same_as is not None or match.other is not None}
        asked.update(self.keys.unknown_ids, self.keys.others_ids)
        if "moved" in states:
            asked.update(place for place, state in enumerate(states) if state == "moved")
        return begin, frozenset(begin) - asked if asked or odd else begin

    def _take_new(self, start: int, end: int) -> None:
        """The rows of one sheet from ``start`` to before ``end``: each begins a hazard."""
        if start == end:
            return
        places = range(start, end)
        hazards = list(map(self.begun.__getitem__, places))
        ids = self._mint(places, hazards)
        self.count(start, held=False, rows=len(hazards))
        s, n = self.rows.where(start)
        sheet = self.one.sheets[s]
        rows = map(row_text, sheet.rows[n:n + len(hazards)])
        self.ids.setdefault(sheet.sheet, {}).update(zip(rows, ids, strict=True))
        if self.one.ledger.duty_columns:
            for place in places:
                self.following.duties.record(self.rows[place], self.one.ledger, self.one.unit)
        self.own.add_new(hazards, self.rows, places)
        for place in filter(self.keys.own_ids.__contains__, places) if self.keys.own_ids else ():
            if self._number(place, self.begun[place]):
                self.own.add(self.begun[place])
        for place in self.flagged[bisect_left(self.flagged, start):bisect_left(self.flagged, end)]:
            if place in self.words:
                self.following.changed.add(self.begun[place].id)
            self.report(place, [*self.words_of(place), *self.words.get(place, ())], self.begun[place].id)

    def _mint(self, places: Sequence[int], hazards: Sequence[Hazard]) -> Sequence[str]:
        ids = self.following.mint(self.one.ledger, hazards, [self.known.get(place, "") for place in places] if self.known else ())
        self.minted += ids
        self.accepted.update(zip(places, hazards, strict=True))
        return ids

    def _take_row(self, place: int) -> None:
        """One row: held with its errors, or merged with what is to be reported of it."""
        match, ledger = self.matches.get(place, _NOT_MATCHED), self.one.ledger
        if match.hazard is not None and self._is_repeated(place, match):
            self._take_repeated(place, match.hazard)
            return
        row = self.rows[place]
        found = self.problems.get(place, ())
        if found and match.hazard is not None and match.hazard.found:  # a blank day found is known from before
            found = [problem for problem in found if not (problem.code in BLANK and problem.column == "found")]
        words: list[Word] = [(problem.code, problem.column, problem.words) for problem in found]
        if match.error:
            flagged = dict(match.words)
            if "twin" in flagged:
                flagged["other"] = self.where(int(flagged.pop("twin")))
            words.append((match.error, "id", flagged))
        refused = None if any(is_of_state(one, ledger) for one in found) else status_contradicts(row, ledger)
        hazard = match.hazard or self._twin(match)
        if not refused and (hazard is not None or row.get("state") == "void"):
            refused = state_error(hazard or _NOBODY, row, ledger, self.following.to_void)
        if refused:
            words.append((refused[0], "state", refused[1]))
        held = bool(refused or match.error or is_held(found))
        self.count(place, held)
        if held:
            self._hold(place, match, words)
            return
        accepted, more = self._accept(place, match)
        self._record(place, accepted)
        self.report(place, words + more, accepted.id)

    def _is_repeated(self, place: int, match: Match) -> bool:
        """Whether a row holds what its hazard's row in the ledger before held, and nothing else has changed the hazard since: folded
        again it would change nothing."""
        hazard = match.hazard
        if hazard is None or match.test not in _SURE or match.error or match.same_as is not None or place in self.keys.held \
                or place in self.keys.others_ids or hazard.id in self.following.changed or hazard.units != self.one.units:
            return False
        return self.before.has(hazard, self.rows.values(place))

    def _take_repeated(self, place: int, hazard: Hazard) -> None:
        self._locate(hazard, place)
        hazard.seen = self.one.week
        if self.one.ledger.duty_columns:
            self.following.duties.record(self.rows[place], self.one.ledger, self.one.unit)
        self.count(place, held=False)
        self._record(place, hazard)
        self.report(place, self.words_of(place), hazard.id)

    def _record(self, place: int, hazard: Hazard) -> None:
        """Note which hazard a row is, for the rows below and for the journal."""
        self.accepted[place] = hazard
        s, n = self.rows.where(place)
        sheet = self.one.sheets[s]
        self.ids.setdefault(sheet.sheet, {})[row_text(sheet.rows[n])] = hazard.id

    def _locate(self, hazard: Hazard, place: int) -> None:
        """A hazard is where its last row is."""
        s, n = self.rows.where(place)
        sheet = self.one.sheets[s]
        hazard.file, hazard.sheet, hazard.row = self.one.file, sheet.sheet, sheet.rows[n]

    def _hold(self, place: int, match: Match, words: Sequence[Word]) -> None:
        """A row that is not taken: reported, given back, and kept until a later ledger of the week has it right."""
        before = len(self.following.held)
        hazard = match.hazard.id if match.hazard else ""
        self.report(place, words, hazard)
        if self.one.shown:
            given_back = held_row(self, place, words)
            given_back.hazard = hazard
            self.following.rows.append(given_back)
            self.waiting[place] = Waiting(self.keys[place], given_back.hazard, self.following.held[before:], given_back, self.one.arrived)

    def _accept(self, place: int, match: Match) -> tuple[Hazard, list[Word]]:
        """The hazard of a row that is taken, and what is to be reported of that."""
        one, row = self.one, self.rows[place]
        notes: list[Word] = []
        hazard = match.hazard
        if match.same_as is not None:
            other_sheet = self.rows.where(match.same_as)[0] != self.rows.where(place)[0]
            notes = [("later-sheet" if other_sheet else "counted-once", "", {"other": self.where(match.same_as)})]
            twin = self._twin(match)
            if twin is not None:
                self.following.changed.add(twin.id)
                notes += self._joined(place, twin)
                without = match.same_as in self.keys.ids and place not in self.keys.ids
                if (other_sheet and place > match.same_as) or match.test == 1 or match.same_as not in self.accepted or (
                        without and self._goes_on(twin, row)):
                    notes += self._fold(twin, row, place)
                    self.following.changed.add(twin.id)  # which of both was folded last is not known to the next ledger
                elif not other_sheet and state_of(row) not in (None, twin.state):
                    notes[0] = ("numbered-stands" if without else "first-stands", "", {"other": self.where(match.same_as)})
                return twin, notes
        begins = hazard is None
        if hazard is None:
            hazard = self.begun[place]
            self._mint([place], [hazard])
            self.following.changed.add(hazard.id)
            notes = self._notes_of_new(place, hazard, match) + self.words.get(place, [])
        elif place in self.keys.ids:
            notes = self._joined(place, hazard)
        elif match.test in (4, 5):
            notes = [self._note_of_matched(place, hazard, match)]
        other = self.following.find(self.keys.others_ids.get(place, ""))
        if other is not None and other is not hazard:
            notes.append(("id-of-other", "id", {"id": self.keys.others_ids[place], "unit": "、".join(other.units), "other": hazard.id}))
        self.following.duties.record(row, one.ledger, one.unit)
        if one.unit in hazard.units:
            notes += [] if begins else self._fold(hazard, row, place)
            if row.get("state") == "moved":
                notes += hand_over_by_row(self.following, one, hazard, row)
        elif row.get("state") != "moved":
            notes.append(("moved-before", "", {"id": hazard.id, "unit": "、".join(hazard.units)}))
        self._number(place, hazard)
        self.own.add(hazard)
        return hazard, notes

    def _number(self, place: int, hazard: Hazard) -> bool:
        """Keep the number that the unit itself gave the hazard, be it in the column of ours; whether it is another than before."""
        number = self.keys.own_ids.get(place) or hazard.own_id
        changed, hazard.own_id = number != hazard.own_id, number
        return changed

    def _twin(self, match: Match) -> Hazard | None:
        """The hazard of the row that a row is the same as; None where there is none yet."""
        if match.same_as is None:
            return None
        return self.accepted.get(match.same_as) or self.matches.get(match.same_as, _NOT_MATCHED).hazard

    def _goes_on(self, hazard: Hazard, row: Mapping[str, Value]) -> bool:
        """Whether a row without the 编号 is a corrected one beside that with it, which says what was known: its state goes on from there.
        Any other is left over, and the one with the 编号 stands."""
        state = state_of(row)
        return state is not None and self.states_before.get(hazard.id, hazard.state) == hazard.state \
            and ORDER[state] > ORDER.get(hazard.state, len(ORDER))

    def _notes_of_new(self, place: int, hazard: Hazard, match: Match) -> list[Word]:
        notes: list[Word] = []
        if place in self.keys.unknown_ids:
            notes.append(("id-unknown", "id", {"id": self.keys.unknown_ids[place], "new": hazard.id}))
        if match.other is not None and match.repeat:
            hazard.repeat_of = match.other.id
            notes.append(("repeat", "", {"id": hazard.id, "other": match.other.id}))
        elif match.other is not None:
            self.own.likely[hazard.id] = match.other.id
            notes.append(("maybe-same", "description", {"id": hazard.id, "other": match.other.id,
                                                       "text": f"{match.other.firm}：{shown_text(match.other)}"}))
        return notes

    def _joined(self, place: int, hazard: Hazard) -> list[Word]:
        """What was begun for want of the 编号 that the row now has ends in the hazard of that 编号."""
        if not self.own.likely:
            return []
        found = [one for one in self.own.same_words(self.keys[place]) if self.own.likely.get(one.id) == hazard.id
                 and one.units == [self.one.unit]]
        if found:
            taken = {match.hazard.id for match in self.matches.values() if match.hazard is not None}
            found = [one for one in found if one.id not in taken]
            self.following.changed.add(hazard.id)
        for one in found:
            join(self.following, hazard, one)
        return [("joined", "id", {"id": hazard.id, "other": one.id}) for one in found]

    def _note_of_matched(self, place: int, hazard: Hazard, match: Match) -> Word:
        if match.test == 4:
            return "matched-without-day", "found", {"id": hazard.id, "day": hazard.found or self.keys.found[place]}
        other, written = shown_text(hazard, match.other_text), shown_text(hazard, self.keys.descriptions[place])
        if other == written:
            other, written = f"{hazard.firm}：{other}", f"{self.keys.firms[place]}：{written}"
        return "matched-by-likeness", "description", {"id": hazard.id, "other": other, "written": written}

    def _fold(self, hazard: Hazard, row: Mapping[str, Value], place: int) -> list[Word]:
        self._locate(hazard, place)
        self.states_before.setdefault(hazard.id, hazard.state)
        words = fold_row(hazard, row, self.one)
        (self.following.changed.add if words else self.following.changed.discard)(hazard.id)
        self.before.forget(hazard)
        return words


BLANK = frozenset(("cell-blank", "column-missing"))
_NOBODY = Hazard("", "", [], "self", "", description="", found="", since="", seen="")
