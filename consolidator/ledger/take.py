"""A ledger taken into what is known of a district: its rows matched and folded, what it settles, what it omits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from consolidator.ledger.fold import are_contradictory
from consolidator.ledger.follow import Following
from consolidator.ledger.hazard_rows import HazardRows
from consolidator.ledger.matching import match_rows
from consolidator.ledger.named import note_people
from consolidator.ledger.other_rows import take_duties, take_visits
from consolidator.ledger.rows_before import RowsBefore
from consolidator.ledger.rows_taken import Taking, shown_text
from consolidator.ledger.unit_hazards import RowKeys, UnitHazards
from consolidator.ledger.unit_ledger import Rows, UnitLedger, is_held, row_text
from consolidator.model.ledger import Doubt, Hazard, Held
from consolidator.model.ledger_sheet import RowProblem, Value
from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import ANSWERED_BY_ID, WHICH_HAZARD, ledger_message

UNDESCRIBED = frozenset(("too-short", "no-hazard"))  # of a row whose description is to be written anew
TO_DELETE = frozenset(("void-new", "no-hazard", "row-struck"))  # of one that is to be deleted, or written otherwise
ROW_GONE = "row-gone"
WHOLE, NEW, UNCLEAR = "全量", "新增", "不明"


def take_ledger(following: Following, one: UnitLedger) -> None:
    """Fold the rows of a ledger into the hazards, of a register of checks into the visits."""
    before = RowsBefore(following.latest.get((one.ledger.name, one.unit)))
    following.latest[one.ledger.name, one.unit] = one
    note_people(following, one)
    rows, problems = one.rows(), one.problems()
    if not one.ledger.is_hazards:
        taking = Taking(following, one, rows, problems)
        take_duties(taking) if one.ledger.kind == "duties" else take_visits(taking)
        taking.finish(UNCLEAR)
        return
    own = following.of_unit(one.ledger.name, one.unit)
    keys = _keys(following, one, own, problems)
    known = {first + n: found for s, first, _ in rows.of_sheets() if (ids := one.known.get(one.sheets[s].sheet))
             for n, row in enumerate(one.sheets[s].rows) if (found := ids.get(row_text(row)))}
    coverage_before = [hazard for hazard in own.all.values() if hazard.is_open and one.unit in hazard.units]
    matches = match_rows(keys, own, following.find, known, one.ledger.alike)
    hazards = HazardRows(following, one, rows, problems, own=own, keys=keys, matches=matches, known=known, before=before)
    reported = len(following.held)
    hazards.take()
    _settle(following, one, hazards)
    _settle_warnings(following, one, hazards, following.held[reported:])
    present = {match.hazard.id for match in matches.values() if match.hazard}
    coverage = _coverage(one, coverage_before, present)
    if coverage == WHOLE and one.shown:
        _report_absent(following, coverage_before, present, one)
    hazards.finish(coverage)


def late_ledgers(ledgers: Sequence[UnitLedger]) -> list[UnitLedger]:
    """Ledgers that came after others of their unit were taken, and are to be taken before these."""
    last: dict[tuple[str, str], tuple] = {}
    for one in ledgers:
        if one.was_taken:
            key = one.ledger.name, one.unit
            last[key] = max(last.get(key, one.order), one.order)
    return [one for one in ledgers if not one.was_taken and one.ledger.is_hazards and one.order < last.get((one.ledger.name, one.unit), ())]


def rows_known(following: Following, one: UnitLedger) -> dict[str, dict[str, str]]:
    """Sheet → row → the hazard of those that are known already which a row of a ledger not taken yet is."""
    own, rows = following.of_unit(one.ledger.name, one.unit), one.rows()
    keys = _keys(following, one, own, one.problems())
    found: dict[str, dict[str, str]] = {}
    for place, match in match_rows(keys, own, following.find, {}, one.ledger.alike).items():
        if match.hazard is not None and not match.error and match.same_as is None and place not in keys.held:
            s, n = rows.where(place)
            found.setdefault(one.sheets[s].sheet, {})[row_text(one.sheets[s].rows[n])] = match.hazard.id
    return found


def _keys(following: Following, one: UnitLedger, own: UnitHazards, problems: Mapping[int, Sequence[RowProblem]]) -> RowKeys:
    """What matters for matching of the rows of a ledger. A day found that is wrong is none: the row may still be known by its words."""
    own.index()
    rows = one.rows()
    keys = RowKeys(rows, following.keys, held_places(rows, problems))
    wrong = [place for place in keys.held if is_held(one for one in problems.get(place, ()) if one.column == "found")]
    if wrong:
        keys.found = list(keys.found)
        for place in wrong:
            keys.found[place] = ""
    _number(keys, following, one, rows, own)
    return keys


def held_places(rows: Rows, problems: Mapping[int, Sequence[RowProblem]]) -> set[int]:
    """The places of the rows that are held whatever hazard they are of: by an error, or as state and day contradict each other."""
    held = {place for place, found in problems.items() if is_held(found)}
    states, completed = rows.column("state"), rows.column("completed") or [None] * len(rows)
    held.update(place for place, (state, day) in enumerate(zip(states or (), completed, strict=bool(states)))
                if are_contradictory(state, day))
    return held


def _number(keys: RowKeys, following: Following, one: UnitLedger, rows: Rows, own: UnitHazards) -> None:
    """Take down the numbers that rows have: ours, the unit's own where no other row has the same, those that look like ours."""
    own_ids = {place: str(value) for place, value in enumerate(rows.column("own_id") or ()) if value}
    for place in [place for place, value in enumerate(rows.column("id") or ()) if value]:
        ours, own_id, unknown, of_others = _ids_of(following, rows[place], one.ledger, own)
        for found, number in ((keys.ids, ours), (own_ids, own_id), (keys.unknown_ids, unknown), (keys.others_ids, of_others)):
            if number:
                found[place] = number
            else:
                found.pop(place, None)
    count = Counter(own_ids.values())
    keys.own_ids.update((place, number) for place, number in own_ids.items() if count[number] == 1)


def _ids_of(following: Following, row: Mapping[str, Value], ledger: Ledger, own: UnitHazards) -> tuple[str, str, str, str]:
    """What a row has for numbers: one of ours, the unit's own, one that looks like ours and is none, and one of a hazard that the unit
    never had: only the clerk gives a unit a claim on it."""
    prefix = squeeze(ledger.ids.prefix).casefold()
    written = squeeze(str(row["id"])).upper()
    like_ours = written.casefold().startswith(prefix) and written[len(prefix):].isdigit()
    of_unit = bool(own.of_own_id(written))
    hazard = following.find(written) if like_ours and not of_unit else None
    own_id = str(row.get("own_id") or "")
    if hazard is not None:
        return (written, own_id, "", "") if hazard.id in own.all else ("", own_id, "", written)
    is_unknown = like_ours and len(written) - len(prefix) == ledger.ids.digits and not of_unit
    return "", own_id or written, written if is_unknown else "", ""


def _settle(following: Following, one: UnitLedger, taking: HazardRows) -> None:
    """Rows that an earlier ledger of the week had wrong wait no longer: this one has them right, or wrong again, which is reported of it;
    or it has them no more, as they were asked to be deleted."""
    waiting = following.waiting.pop((one.ledger.name, one.unit, one.week), [])
    accepted, keys = taking.accepted if waiting else {}, taking.keys
    ids = {hazard.id for hazard in accepted.values()}
    said = {(keys.words[place], other) for place in accepted for other in (keys.firm_keys[place], keys.found[place])}
    begun = {(keys.firm_keys[place], keys.found[place], keys.sites[place]) for place in accepted if place in taking.begun}
    for again in taking.waiting.values() if waiting else ():
        ids.add(again.hazard)
        said.add((again.key.words, again.key.firm_key or again.key.found))
    left = []
    for row in waiting:
        key, described = row.key, bool(row.key.words) and not row.errors & UNDESCRIBED
        rewritten = not described and key.firm_key and key.found and (key.firm_key, key.found, key.site) in begun
        deleted = row.errors <= TO_DELETE and one.arrived > row.arrived
        repeated = bool(row.hazard) and row.hazard in ids
        repeated |= bool(key.words) and (key.words, key.firm_key or key.found) in said  # many firms have the same words on one day
        if repeated or rewritten or deleted:
            for word in row.words:
                word.settled = True
            if row.given_back in following.rows:
                following.rows.remove(row.given_back)
        else:
            left.append(row)
    left += taking.waiting.values()
    if left:
        following.waiting[one.ledger.name, one.unit, one.week] = left


def _settle_warnings(following: Following, one: UnitLedger, taking: HazardRows, reported: Sequence[Held]) -> None:
    """What an earlier ledger of the week was asked of a row is asked no more where this one has a row of that hazard: what is still to be
    asked of it is ``reported`` anew, but for which hazard a row is, which a row with our 编号 answers."""
    key = one.ledger.name, one.unit, one.week
    earlier = following.asked.pop(key, ())
    left = []
    if earlier:
        ids = {hazard.id: place for place, hazard in taking.accepted.items()}
        ids |= {again.hazard: place for place, again in taking.waiting.items() if again.hazard}
        for word in earlier:
            place = ids.get(word.hazard)
            answered = word.code not in WHICH_HAZARD or (word.code in ANSWERED_BY_ID and place in taking.keys.ids)
            word.settled = place is not None and answered
            left += [] if word.settled else [word]
    left += [word for word in reported if word.severity == "warning" and word.hazard]
    if left:
        following.asked[key] = left


def _report_absent(following: Following, open_before: Sequence[Hazard], present: set[str], one: UnitLedger) -> None:
    for hazard in open_before:
        if hazard.id not in present and hazard.ledger == one.ledger.name and hazard.seen < one.week:  # another of the week may have it
            following.doubts.append(Doubt(ROW_GONE, hazard.id, "", ledger_message(
                ROW_GONE, {"id": hazard.id, "text": f"{hazard.firm}：{shown_text(hazard)}"})))


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
