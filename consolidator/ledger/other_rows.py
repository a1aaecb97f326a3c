"""The rows of a register of spot checks, each a visit, and of a sheet of firms' duties."""

from __future__ import annotations

from consolidator.ledger.rows_taken import Taking
from consolidator.ledger.unit_ledger import is_held
from consolidator.ledger.visits import only_in_words, visit_of


def take_visits(taking: Taking) -> None:
    """The rows of a register of checks: each a visit, of one firm on one day but one."""
    one, following = taking.one, taking.following
    seen: dict[tuple[str, str, str], int] = {}
    firm_keys = following.names.keys(taking.rows.texts("firm"))
    for place, row in enumerate(taking.rows):
        words, held = taking.words_of(place), is_held(taking.problems.get(place, ()))
        taking.count(place, held)
        if held:
            taking.report(place, words)
            continue
        following.duties.record(row, one.ledger, one.unit)
        visit = visit_of(row, one.ledger, one.unit, firm_keys[place], one.week)
        key = (visit.unit, visit.firm_key, visit.day)
        words += [("fault-clause", name, {"heading": one.ledger.clauses[name].heading, "clause": one.ledger.clauses[name].where})
                  for name in visit.faults if name in one.ledger.clauses]
        if only_in_words(row, one.ledger):
            words.append(("faults-in-words", "problems", {}))
        if key in seen:
            words.append(("same-visit", "", {"other": taking.where(seen[key])}))
            first = following.visits[key]
            first.faults = [name for name in one.ledger.faults if name in first.faults or name in visit.faults]
        else:
            known = following.visits.get(key)
            visit.since = known.since if known else visit.since
            following.visits[key] = visit
            seen[key] = place
        taking.report(place, words)


def take_duties(taking: Taking) -> None:
    """The rows of a sheet of firms: each what one firm has done."""
    for place, row in enumerate(taking.rows):
        held = is_held(taking.problems.get(place, ()))
        taking.count(place, held)
        if not held:
            taking.following.duties.record(row, taking.one.ledger, taking.one.unit)
        taking.report(place, taking.words_of(place))
