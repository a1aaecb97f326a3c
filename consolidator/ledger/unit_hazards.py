"""The hazards of one unit, found by what the rows of its ledgers say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import chain

from rapidfuzz.distance import Indel

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.likeness import can_be_one_firm, likeness, words_key
from consolidator.ledger.unit_ledger import Rows
from consolidator.model.ledger import Hazard
from schemas.firms import FirmNames

_SOUGHT_BY = ("firm", "description", "credit_code", "found", "own_id")
Places = list[tuple[dict[str, Hazard], bool]]  # what finds a hazard, and whether it found the one that took its stead, too
_Added = tuple[Hazard, str, str, str, str, str]  # and its firm, description, credit code, day found and own number at that time


@dataclass(slots=True)
class RowKey:
    """What of a row matters for matching. ``held``: an error holds it; it may show that a hazard is there, and mints none.
    ``unknown_id`` is a 编号 that looks like one of ours and is none. ``words`` and ``site`` are description and place as they are
    compared."""

    row: int
    firm: str
    firm_key: str
    code: str
    place: str
    _: KW_ONLY
    description: str
    found: str
    words: str
    site: str
    id: str = ""
    own_id: str = ""
    held: bool = False
    unknown_id: str = ""


class RowKeys:
    """What matters for matching of all rows of a ledger, by column; of one row it is made when a test asks for it, as nearly all rows
    of a first ledger are plainly new. ``held`` are the rows that an error holds, ``ids``, ``own_ids`` and ``unknown_ids`` what rows
    have for numbers ("" or missing: none), ``others_ids`` those of hazards that their unit never had."""

    def __init__(self, rows: Rows, keys: ColumnKeys, held: Collection[int]):
        self.firms, self.codes, self.descriptions, self.places, self.found = (
            rows.texts(role) for role in ("firm", "credit_code", "description", "place", "found"))
        self.firm_keys = keys.firms(self.firms)
        self.words, self.sites = keys.words(self.descriptions), keys.words(self.places)
        self.held = frozenset(held)
        self.ids: dict[int, str] = {}
        self.own_ids: dict[int, str] = {}
        self.unknown_ids: dict[int, str] = {}
        self.others_ids: dict[int, str] = {}
        self._made: dict[int, RowKey] = {}

    def __len__(self) -> int:
        return len(self.firms)

    def __getitem__(self, row: int) -> RowKey:
        if row not in self._made:
            self._made[row] = RowKey(
                row, self.firms[row], self.firm_keys[row], self.codes[row], self.places[row], description=self.descriptions[row],
                found=self.found[row], words=self.words[row], site=self.sites[row], id=self.ids.get(row, ""),
                own_id=self.own_ids.get(row, ""), held=row in self.held, unknown_id=self.unknown_ids.get(row, ""))
        return self._made[row]

    def kind(self, row: int) -> tuple[str, ...]:
        """What rows that are one hazard are alike in: firm, place, description and day."""
        return self.codes[row] or self.firm_keys[row], self.sites[row], self.words[row], self.found[row]

    def first_of_its_kind(self) -> dict[int, int]:
        """Row → the earlier row that is alike in firm, place, description and day: both are one hazard."""
        firms = [code or key for code, key in zip(self.codes, self.firm_keys, strict=True)]
        alike: Iterable[tuple] = zip(firms, self.sites, self.words, self.found, strict=True)
        if self.ids or self.own_ids:
            alike = ((*key, self.ids.get(n, ""), self.own_ids.get(n, "")) for n, key in enumerate(alike))
        seen: dict[tuple, int] = {}
        twins: dict[int, int] = {}
        for number, key in enumerate(alike):
            original = seen.setdefault(key, number) if number not in self.held and self.words[number] else number
            if original != number:
                twins[number] = original
        return twins


class UnitHazards:
    """The hazards of one unit, found by what rows say. ``names`` compares firms."""

    def __init__(self, names: FirmNames):
        self.names = names
        self._all: dict[str, Hazard] = {}
        self.likely: dict[str, str] = {}  # a hazard begun without a 编号 → the one that it was said to be like
        self._said: dict[str, set[tuple[str, str]]] = {}  # a hazard of several that were linked → the days and places of each
        self._by_words: dict[tuple[str, str], dict[str, Hazard]] = {}  # the last key is the hazard's id
        self._by_day: dict[str, dict[str, Hazard]] = {}
        self._by_own_id: dict[str, dict[str, Hazard]] = {}
        self._signs: dict[str, dict[str, list[Hazard]]] = {}  # day → a sign of the firm's key ("^" before its first), or its code
        self._added: list[Iterable[_Added]] = []  # not in the indexes yet: of the last ledger nothing is ever sought

    @property
    def all(self) -> Mapping[str, Hazard]:
        """All that the unit has, or had, a claim on, by id."""
        if self._added:
            self.index()
        return self._all

    def add(self, hazard: Hazard) -> None:
        """Make a hazard findable; again after one of its texts has changed."""
        if hazard.other_ids:
            self._said.setdefault(hazard.id, set()).add(_when_and_where(hazard))
        self._added.append(((hazard, hazard.firm, hazard.description, hazard.credit_code, hazard.found, hazard.own_id),))

    def add_new(self, hazards: Sequence[Hazard], rows: Rows, places: Sequence[int]) -> None:
        """:meth:`add` many that were begun by the rows at ``places``."""
        self._added.append(_as_begun(hazards, rows, places))

    def index(self) -> None:
        """Be ready for the rows of a ledger: what was added is found from now on."""
        self._signs.clear()
        for hazard, firm, description, credit_code, found, own_id in chain.from_iterable(self._added):
            key = words_key(description)
            self._all[hazard.id] = hazard
            self._by_words.setdefault((self.names.key(firm), key), {})[hazard.id] = hazard
            if credit_code:
                self._by_words.setdefault((credit_code, key), {})[hazard.id] = hazard
            if found:
                self._by_day.setdefault(found, {})[hazard.id] = hazard
            if own_id:
                self._by_own_id.setdefault(own_id, {})[hazard.id] = hazard
        self._added.clear()

    def has(self, hazard: Hazard) -> bool:
        """Whether the unit has, or had, a claim on it."""
        return self.all.get(hazard.id) is hazard

    def replace(self, old: Hazard, new: Hazard) -> Places:
        """Let whatever found ``old`` find ``new``; where that is."""
        self.index()
        said = {_when_and_where(one) for one in (old, new) if self.has(one)}
        self._said[new.id] = said | self._said.pop(old.id, set()) | self._said.get(new.id, set())
        places: Places = []
        for entry in chain(self._by_words.values(), self._by_day.values(), self._by_own_id.values()):
            if entry.get(old.id) is old:
                del entry[old.id]
                places.append((entry, new.id in entry))
                entry[new.id] = new
        if self.has(old):
            del self._all[old.id]
        self.add(new)
        return places

    def restore(self, new: Hazard, old: Hazard, places: Places) -> None:
        """Undo :meth:`replace` where both were there: what found ``old`` finds it again, what found ``new`` goes on to find that."""
        for entry, had_new in places:
            entry[old.id] = old
            if not had_new:
                entry.pop(new.id, None)
        self._said.get(new.id, set()).discard(_when_and_where(old))
        self._all[old.id] = old
        self.add(new)

    def was_said(self, hazard: Hazard, row: RowKey) -> bool:
        """Whether day and place of a row are those of a hazard that was linked to ``hazard``: rows go on saying what each of both was."""
        return bool(hazard.other_ids) and (row.found, row.site) in self._said.get(hazard.id, ())

    def same_words(self, row: RowKey) -> list[Hazard]:
        """Hazards of the row's firm with its very description."""
        found: dict[str, Hazard] = {}
        for firm in filter(None, (row.code, row.firm_key)):
            found |= self._by_words.get((firm, row.words), {})
        return [one for one in found.values() if not (row.code and one.credit_code and row.code != one.credit_code)]

    def near(self, row: RowKey) -> list[Hazard]:
        """Those found on the row's day whose firms can be the row's. Of two such names the longer holds the first sign of the
        shorter, so few others are looked at."""
        if row.found not in self._signs:
            signs: dict[str, list[Hazard]] = {}
            self._signs[row.found] = signs
            for one in self._by_day.get(row.found, {}).values():
                key = self.names.key(one.firm)
                for place in (f"^{key[:1]}", *set(key), *filter(None, (one.credit_code,))):
                    signs.setdefault(place, []).append(one)
        places = (row.firm_key[:1], *(f"^{sign}" for sign in {"", *row.firm_key}), *filter(None, (row.code,)))
        found = {one.id: one for place in places for one in self._signs[row.found].get(place, ())}
        return [one for one in found.values() if self.one_firm(row, one)]

    def of_own_id(self, own_id: str) -> Collection[Hazard]:
        """Those to which the unit itself gave this number."""
        return self._by_own_id.get(own_id, {}).values()

    def is_like(self, row: RowKey, hazard: Hazard, least: float) -> bool:
        """Whether firm or description of a row with a hazard's id are like that hazard's."""
        if row.code and row.code == hazard.credit_code:
            return True
        key = self.names.key(hazard.firm)
        return can_be_one_firm(row.firm_key, key) or Indel.normalized_similarity(row.firm_key, key) >= least \
            or likeness(row.description, hazard.description) >= least

    def one_firm(self, row: RowKey, hazard: Hazard) -> bool:
        """Whether the firms of both can be one."""
        if row.code and hazard.credit_code:
            return row.code == hazard.credit_code
        return can_be_one_firm(row.firm_key, self.names.key(hazard.firm))


def _when_and_where(hazard: Hazard) -> tuple[str, str]:
    return hazard.found, words_key(hazard.place)


def _as_begun(hazards: Sequence[Hazard], rows: Rows, places: Sequence[int]) -> Iterator[_Added]:
    """Hazards with the texts that they were begun with, read from the rows only when they are sought."""
    columns = ([texts[place] for place in places] for texts in map(rows.texts, _SOUGHT_BY))
    yield from zip(hazards, *columns, strict=True)
