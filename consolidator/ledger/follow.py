"""Hazards followed from week to week: ledgers taken in their order, rows matched, ids minted, decisions applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from consolidator.ledger.duties import DutyBook
from consolidator.ledger.matching import Match, match_rows
from consolidator.ledger.taking import Matched, Taking, Waiting, shown_text
from consolidator.ledger.unit_hazards import RowKey, UnitHazards
from consolidator.ledger.unit_ledger import UnitLedger, is_held
from consolidator.ledger.visits import Key, Visit
from consolidator.model.ledger import Doubt, Hazard, Held, HeldRow, LedgerFile, RowProblem, Value
from consolidator.model.text import squeeze
from schemas.firms import FirmNames
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import ledger_message
from schemas.roster import Roster

WHOLE, NEW, UNCLEAR = "全量", "新增", "不明"


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
        self.waiting: dict[tuple[str, str, str], list[Waiting]] = {}  # rows held, by ledger, unit and week
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
        rows, found = one.rows(), one.problems()
        problems = [found[s].get(n, ()) for s, n in places]
        if not one.ledger.is_hazards:
            taking = Taking(self, one, places, rows, problems, UnitHazards(self.names))
            taking.duties() if one.ledger.kind == "duties" else taking.visits()
            taking.finish(UNCLEAR)
            return
        own = self.of_unit(one.ledger.name, one.unit)
        own.index()
        keys = self._keys(one, rows, problems, own)
        known = {place: hazard for place, (s, n) in enumerate(places)
                 if (hazard := one.known.get(one.sheets[s].sheet, {}).get(str(one.sheets[s].rows[n])))} if one.known else {}
        coverage_before = [hazard for hazard in own.all.values() if hazard.is_open and one.unit in hazard.units]
        matches = match_rows(keys, own, self.by_id, known, one.ledger.alike)
        taking = Taking(self, one, places, rows, problems, own, keys, matches)
        for place in range(len(places)):
            taking.row(place)
        self._settle(one, taking, matches)
        present = {match.hazard.id for match in matches if match.hazard}
        coverage = _coverage(one, coverage_before, present)
        if coverage == WHOLE and one.shown:
            self._report_absent(coverage_before, present, one)
        taking.finish(coverage)

    def _keys(self, one: UnitLedger, rows: Sequence[Mapping[str, Value]], problems: Sequence[Sequence[RowProblem]],
              own: UnitHazards) -> list[RowKey]:
        own_ids: dict[str, int] = {}
        keys = []
        for place, row in enumerate(rows):
            ours, own_id, unknown = self._ids_of(row, one.ledger, own) if row.get("id") else ("", str(row.get("own_id") or ""), "")
            if own_id:
                own_ids[own_id] = own_ids.get(own_id, 0) + 1
            firm = str(row.get("firm") or "")
            keys.append(RowKey(place, firm, self.names.key(firm), str(row.get("credit_code") or ""), str(row.get("place") or ""),
                               str(row.get("description") or ""), str(row.get("found") or ""), ours, own_id,
                               is_held(problems[place]) if problems[place] else False, unknown))
        for key in keys:
            if own_ids.get(key.own_id, 0) > 1:
                key.own_id = ""
        return keys

    def _ids_of(self, row: Mapping[str, Value], ledger: Ledger, own: UnitHazards) -> tuple[str, str, str]:
        """What a row has for numbers: one of ours, the unit's own, and one that looks like ours and is none."""
        prefix = squeeze(ledger.ids.prefix).casefold()
        written = squeeze(str(row["id"])).upper()
        like_ours = written.casefold().startswith(prefix) and written[len(prefix):].isdigit()
        of_unit = bool(own.of_own_id(written))
        ours = written if like_ours and written in self.by_id and not of_unit else ""
        own_id = str(row.get("own_id") or "") or ("" if ours else written)
        digits = len(written) - len(prefix) if like_ours else 0
        return ours, own_id, written if digits == ledger.ids.digits and not ours and not of_unit else ""

    def _settle(self, one: UnitLedger, taking: Taking, matches: Sequence[Match]) -> None:
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

    def move(self, hazard: Hazard, unit: str, to: str) -> None:
        """End the claim of ``unit`` and begin one of ``to``."""
        if unit in hazard.units and to not in hazard.units:
            hazard.units[hazard.units.index(unit)] = to
            hazard.moved_from = unit
            self.of_unit(hazard.ledger, to).add(hazard)


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
