"""A ledger taken into what is known of a district: its rows matched and folded, what it settles, what it omits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidator.ledger.follow import Following
from consolidator.ledger.matching import Match, match_rows
from consolidator.ledger.rows_taken import Taking, shown_text
from consolidator.ledger.unit_hazards import RowKey, UnitHazards
from consolidator.ledger.unit_ledger import UnitLedger, is_held
from consolidator.model.ledger import Doubt, Hazard, RowProblem, Value
from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import ledger_message

WHOLE, NEW, UNCLEAR = "全量", "新增", "不明"


def take_ledger(following: Following, one: UnitLedger) -> None:
    """Fold the rows of a ledger into the hazards, of a register of checks into the visits."""
    following.latest[one.ledger.name, one.unit] = one
    places = [(s, n) for s, sheet in enumerate(one.sheets) for n in range(len(sheet.rows))]
    rows, found = one.rows(), one.problems()
    problems = [found[s].get(n, ()) for s, n in places]
    if not one.ledger.is_hazards:
        taking = Taking(following, one, places, rows, problems, own=UnitHazards(following.names))
        taking.duties() if one.ledger.kind == "duties" else taking.visits()
        taking.finish(UNCLEAR)
        return
    own = following.of_unit(one.ledger.name, one.unit)
    own.index()
    keys = _keys(following, one, rows, problems, own)
    known = {place: hazard for place, (s, n) in enumerate(places)
             if (hazard := one.known.get(one.sheets[s].sheet, {}).get(str(one.sheets[s].rows[n])))} if one.known else {}
    coverage_before = [hazard for hazard in own.all.values() if hazard.is_open and one.unit in hazard.units]
    matches = match_rows(keys, own, following.by_id, known, one.ledger.alike)
    taking = Taking(following, one, places, rows, problems, own=own, keys=keys, matches=matches)
    for place in range(len(places)):
        taking.row(place)
    _settle(following, one, taking, matches)
    present = {match.hazard.id for match in matches if match.hazard}
    coverage = _coverage(one, coverage_before, present)
    if coverage == WHOLE and one.shown:
        _report_absent(following, coverage_before, present, one)
    taking.finish(coverage)


def _keys(following: Following, one: UnitLedger, rows: Sequence[Mapping[str, Value]], problems: Sequence[Sequence[RowProblem]],
          own: UnitHazards) -> list[RowKey]:
    own_ids: dict[str, int] = {}
    keys = []
    for place, row in enumerate(rows):
        ours, own_id, unknown = _ids_of(following, row, one.ledger, own) if row.get("id") else ("", str(row.get("own_id") or ""), "")
        if own_id:
            own_ids[own_id] = own_ids.get(own_id, 0) + 1
        firm = str(row.get("firm") or "")
        keys.append(RowKey(place, firm, following.names.key(firm), str(row.get("credit_code") or ""), str(row.get("place") or ""),
                           description=str(row.get("description") or ""), found=str(row.get("found") or ""), id=ours, own_id=own_id,
                           held=is_held(problems[place]) if problems[place] else False, unknown_id=unknown))
    for key in keys:
        if own_ids.get(key.own_id, 0) > 1:
            key.own_id = ""
    return keys


def _ids_of(following: Following, row: Mapping[str, Value], ledger: Ledger, own: UnitHazards) -> tuple[str, str, str]:
    """What a row has for numbers: one of ours, the unit's own, and one that looks like ours and is none."""
    prefix = squeeze(ledger.ids.prefix).casefold()
    written = squeeze(str(row["id"])).upper()
    like_ours = written.casefold().startswith(prefix) and written[len(prefix):].isdigit()
    of_unit = bool(own.of_own_id(written))
    ours = written if like_ours and written in following.by_id and not of_unit else ""
    own_id = str(row.get("own_id") or "") or ("" if ours else written)
    digits = len(written) - len(prefix) if like_ours else 0
    return ours, own_id, written if digits == ledger.ids.digits and not ours and not of_unit else ""


def _settle(following: Following, one: UnitLedger, taking: Taking, matches: Sequence[Match]) -> None:
    """Rows that an earlier ledger of the week had wrong, and this one has right, wait no longer."""
    waiting = following.waiting.pop((one.ledger.name, one.unit, one.week), [])
    accepted = [place for place in range(len(matches)) if place not in taking.waiting] if waiting else []
    ids = {found.id for place in accepted if (found := matches[place].hazard)}
    reported = {(key.words, other) for place in accepted for key in (taking.keys[place],) for other in (key.firm_key, key.found)}
    left = []
    for row in waiting:
        key = row.key
        if row.hazard in ids or (key.words and reported & {(key.words, key.firm_key), (key.words, key.found)}):
            for word in row.words:
                word.settled = True
            if row.given_back in following.rows:
                following.rows.remove(row.given_back)
        else:
            left.append(row)
    left += taking.waiting.values()
    if left:
        following.waiting[one.ledger.name, one.unit, one.week] = left


def _report_absent(following: Following, open_before: Sequence[Hazard], present: set[str], one: UnitLedger) -> None:
    for hazard in open_before:
        if hazard.id not in present and hazard.ledger == one.ledger.name:
            following.doubts.append(Doubt("row-gone", hazard.id, "", ledger_message(
                "row-gone", {"id": hazard.id, "text": f"{hazard.firm}：{shown_text(hazard)}"})))


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
