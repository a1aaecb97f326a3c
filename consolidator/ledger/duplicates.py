"""疑似重复: hazards of two units that may be one, as a firm is in a street and in a trade. Reported; only the clerk makes them one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from consolidator.ledger.likeness import words_keys
from consolidator.ledger.repeated import Mask, Repeated, Rows
from consolidator.ledger.rows_taken import shown_text
from consolidator.ledger.short_names import short_and_long
from consolidator.model.ledger import Doubt, Hazard
from schemas.firms import FirmNames
from schemas.ledger_problems import ledger_message

DAYS = 7
ALIKE = 0.85
MOST = 2_000  # pairs reported; more are read by nobody


def find_two_units(hazards: Sequence[Hazard], names: FirmNames, week: str) -> list[Doubt]:
    """Pairs of two units' hazards whose firms can be one, found within a week of each other, with like descriptions.

    Only pairs with one that is new this week or still open: what both units have closed concerns nobody any more.
    """
    alive = [one for one in hazards if one.state != "void" and one.found]
    units = Repeated([tuple(one.units) for one in alive]).places
    groups = _firms(alive, units, names)
    rows = list(set(chain.from_iterable(groups)))
    asked, words = np.zeros(len(alive), bool), np.empty(len(alive), object)
    asked[rows] = [alive[row].is_open or alive[row].since == week for row in rows]
    words[rows] = words_keys([alive[row].description for row in rows])
    found: dict[tuple[str, str], tuple[Hazard, Hazard]] = {}
    for ones, others in _near_in_time(alive, groups):
        worth = (units[ones] != units[others]) & (asked[ones] | asked[others])
        ones, others = ones[worth], others[worth]
        like = cpdist(words[ones].tolist(), words[others].tolist(), scorer=Indel.normalized_similarity, score_cutoff=ALIKE) > 0
        for one, other in zip(ones[like].tolist(), others[like].tolist(), strict=True):
            first, second = sorted((alive[one], alive[other]), key=lambda one: one.id)
            if set(first.units).isdisjoint(second.units):
                found[first.id, second.id] = first, second
    return [Doubt("two-units", *ids, ledger_message("two-units", {
                "id": first.id, "other": second.id, "unit": "、".join(second.units), "text": f"{second.firm}：{shown_text(second)}"}))
            for ids, (first, second) in sorted(found.items(), key=lambda pair: pair[0])[:MOST]]


def _near_in_time(hazards: Sequence[Hazard], groups: Sequence[Sequence[int]]) -> Iterator[tuple[Rows, Rows]]:
    """The pairs of rows in a group that were found within a week of each other: of neighbours in time, then of those one further
    apart, and so on."""
    row = np.fromiter(chain.from_iterable(groups), np.intp)
    group = np.repeat(np.arange(len(groups)), list(map(len, groups)))
    day = Repeated([hazards[n].found for n in row.tolist()]).each(str, "datetime64[D]").astype(np.int64)
    order = np.lexsort((day, group))
    row, group, day = row[order], group[order], day[order]
    at, apart = np.arange(len(row)), 0
    while len(at):
        apart += 1
        at = at[at + apart < len(row)]
        at = at[(group[at + apart] == group[at]) & (day[at + apart] - day[at] <= DAYS)]
        yield row[at], row[at + apart]


def _firms(hazards: Sequence[Hazard], units: Rows, names: FirmNames) -> list[list[int]]:
    """The rows of hazards of firms of several units that can be one: by 信用代码, by key, by short and full name."""
    keys = Repeated(names.keys([one.firm for one in hazards]))
    codes = Repeated([one.credit_code for one in hazards])
    owners = _only(keys, units)
    by_code = (_only(codes, units) < 0) & (_only(codes, keys.places) < 0) & np.array(codes.different, bool)
    pairs = list(short_and_long(keys.different, owners))
    wanted = owners < 0
    wanted[np.fromiter(chain.from_iterable(pairs), np.intp)] = True
    of_key = _rows(keys, wanted)
    groups = [rows for key, rows in of_key.items() if owners[key] < 0] + list(_rows(codes, by_code).values())
    for short, long in pairs:
        both = of_key[short] + of_key[long]
        if len({hazards[row].credit_code for row in both if hazards[row].credit_code}) < 2:
            groups.append(both)
    return groups


def _only(column: Repeated[str], other: Rows) -> Rows:
    """What of ``other`` all rows of each different value have, -1 where they have several."""
    only = np.zeros(len(column.different), np.intp)
    only[column.places] = other
    only[column.places[only[column.places] != other]] = -1
    return only


def _rows(column: Repeated[str], wanted: Mask) -> dict[int, list[int]]:
    """The rows of each different value that is ``wanted``."""
    found: dict[int, list[int]] = {}
    rows = np.flatnonzero(wanted[column.places])
    for row, value in zip(rows.tolist(), column.places[rows].tolist(), strict=True):
        found.setdefault(value, []).append(row)
    return found
