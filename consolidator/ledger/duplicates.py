"""疑似重复: hazards of two units that may be one, as a firm is in a street and in a trade. Reported; only the clerk makes them one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from consolidator.ledger.likeness import words_keys
from consolidator.ledger.repeated import Repeated, Rows
from consolidator.ledger.rows_taken import shown_text
from consolidator.ledger.short_names import short_and_long
from consolidator.model.ledger import Doubt, Hazard
from schemas.firms import FirmNames
from schemas.ledger_problems import ledger_message

DAYS = 7
ALIKE = 0.85
MOST = 2_000  # pairs reported; more are read by nobody
PART = 1 << 16  # rows looked at together: of a million all at once would take 200 MB


def find_two_units(hazards: Sequence[Hazard], names: FirmNames, week: str) -> list[Doubt]:
    """Pairs of two units' hazards whose firms can be one, found within a week of each other, with like descriptions.

    Only pairs with one that is new this week or still open: what both units have closed concerns nobody any more.
    """
    alive = [one for one in hazards if one.state != "void" and one.found]
    if not alive:
        return []
    units = Repeated([tuple(one.units) for one in alive]).places
    found: dict[tuple[str, str], tuple[Hazard, Hazard]] = {}
    for rows, groups in _in_parts(*_firms(alive, units, names)):
        for one, other in _like_pairs(alive, rows, groups, units=units, week=week):
            first, second = sorted((alive[one], alive[other]), key=lambda one: one.id)
            if set(first.units).isdisjoint(second.units):
                found[first.id, second.id] = first, second
    return [Doubt("two-units", *ids, ledger_message("two-units", {
                "id": first.id, "other": second.id, "unit": "、".join(second.units), "text": f"{second.firm}：{shown_text(second)}"}))
            for ids, (first, second) in sorted(found.items(), key=lambda pair: pair[0])[:MOST]]


def _in_parts(rows: Rows, groups: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The rows with their groups, whole groups together and no more rows at a time than take little memory."""
    order = np.argsort(groups, kind="stable")
    rows, groups = rows[order], groups[order]
    part = np.searchsorted(groups, groups) // PART
    ends = np.flatnonzero(np.diff(part)) + 1
    return zip(np.split(rows, ends), np.split(groups, ends), strict=True)


def _like_pairs(hazards: Sequence[Hazard], rows: Rows, groups: Rows, *, units: Rows, week: str) -> Iterator[tuple[int, int]]:
    """The pairs of rows of a group, of two units, with like descriptions. ``units`` are the numbers of all hazards' units."""
    own = np.unique(rows)
    asked, words = np.zeros(len(hazards), bool), np.empty(len(hazards), object)
    asked[own] = [hazards[row].is_open or hazards[row].since == week for row in own.tolist()]
    words[own] = words_keys([hazards[row].description for row in own.tolist()])
    for ones, others in _near_in_time(hazards, rows, groups):
        worth = (units[ones] != units[others]) & (asked[ones] | asked[others])
        ones, others = ones[worth], others[worth]
        like = cpdist(words[ones].tolist(), words[others].tolist(), scorer=Indel.normalized_similarity, score_cutoff=ALIKE) > 0
        yield from zip(ones[like].tolist(), others[like].tolist(), strict=True)


def _near_in_time(hazards: Sequence[Hazard], rows: Rows, groups: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The pairs of rows of a group that were found within a week of each other: of neighbours in time, then of those one further
    apart, and so on."""
    days = Repeated([hazards[row].found for row in rows.tolist()]).each(str, "datetime64[D]").astype(np.int64)
    order = np.lexsort((days, groups))
    rows, groups, days = rows[order], groups[order], days[order]
    at, apart = np.arange(len(rows)), 0
    while len(at):
        apart += 1
        at = at[at + apart < len(rows)]
        at = at[(groups[at + apart] == groups[at]) & (days[at + apart] - days[at] <= DAYS)]
        yield rows[at], rows[at + apart]


def _firms(hazards: Sequence[Hazard], units: Rows, names: FirmNames) -> tuple[Rows, Rows]:
    """The rows of hazards of firms of several units that can be one, each with the number of its group: by 信用代码, by key, by short
    and full name. A row can be in several groups."""
    keys = Repeated(names.keys([one.firm for one in hazards]))
    codes = Repeated([one.credit_code for one in hazards])
    owners = _only(keys, units)
    of_several = (_only(codes, units) < 0) & (_only(codes, keys.places) < 0) & np.array(codes.different, bool)
    by_key, by_code = np.flatnonzero(owners[keys.places] < 0), np.flatnonzero(of_several[codes.places])
    pairs = [*short_and_long(keys.different, owners)]
    of_key = _rows(keys, {key for pair in pairs for key in pair})
    by_name = [both for both in (of_key[short] + of_key[long] for short, long in pairs)
               if len({hazards[row].credit_code for row in both} - {""}) < 2]
    first = len(keys.different) + len(codes.different)
    return (np.concatenate((by_key, by_code, np.fromiter(chain.from_iterable(by_name), np.intp))),
            np.concatenate((keys.places[by_key], len(keys.different) + codes.places[by_code],
                            np.repeat(np.arange(first, first + len(by_name)), list(map(len, by_name))))))


def _only(column: Repeated[str], other: Rows) -> Rows:
    """What of ``other`` all rows of each different value have, -1 where they have several."""
    only = np.zeros(len(column.different), np.intp)
    only[column.places] = other
    only[column.places[only[column.places] != other]] = -1
    return only


def _rows(column: Repeated[str], wanted: Collection[int]) -> dict[int, list[int]]:
    """The rows of each different value that is ``wanted``, by its place."""
    mask = np.zeros(len(column.different), bool)
    mask[list(wanted)] = True
    rows = np.flatnonzero(mask[column.places])
    found: dict[int, list[int]] = {}
    for row, value in zip(rows.tolist(), column.places[rows].tolist(), strict=True):
        found.setdefault(value, []).append(row)
    return found
