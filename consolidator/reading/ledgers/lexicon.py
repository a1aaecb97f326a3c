"""The headings of ledgers: what each means, and which ledger a sheet with some of them can be."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from consolidator.model.grid import CellValue
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import is_chinese
from consolidator.reading.ledgers.money import UNIT as MONEY_UNIT
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.remembering import remembered

SHORTEST_FAULT, LIKE, PERHAPS = 4, 10_000, 20_000  # characters; ranks of a heading that is only like one, and of one that may be another
LONGEST_LIKE = 24  # characters of a heading that is only like one
SHORTEST_PARENT = 2  # characters that a parent's text gives a heading
KNOWN = 3  # known headings that make a sheet a ledger
DUTIES = 2  # columns of duties that make a sheet of firms one of their duties
WITHOUT_KEY = 5  # known headings of a ledger that lacks its most important one
PARTS = re.compile(r"[/、及和与]")
_TELLING = frozenset(("day", "deadline", "state", "choice", "tick"))  # names and telephones alone make no ledger
_BRACKET = re.compile(r"\([^()]*\)")
_MARKS, _MARKS_BEHIND = "*★※#0123456789.、", "*★※#:："
_EDGE = re.compile(rf"^[{_MARKS}]+|[{_MARKS_BEHIND}]+$")


@remembered(most=4096, longest=100)
def heading_text(text: str) -> str:
    """A heading as it is compared: without brackets, marks, line breaks, and the unit of an amount behind it."""
    heading = _EDGE.sub("", _BRACKET.sub("", squeeze(text)))
    return MONEY_UNIT.sub("", heading) if heading[-1:] == "元" else heading


class Lexicon:
    """The headings of one ledger: what each means, and which roles a text could have a part in. Made once for each definition.

    ``known``: heading → its role, and its rank: of two headings of one role, the one that the definition names first counts.
    The faults of a spot-check ledger are headed as the form labels them, or by their short names.
    """

    def __init__(self, ledger: Ledger, form: Form) -> None:
        self.ledger = ledger
        pairs = [(role, text) for role, column in ledger.columns.items() for text in (column.name, *column.also)]
        for name in ledger.faults:
            pairs += [(name, label.joined) for label in form.item_of[name].labels] + [(name, form.figures[name].short)]
        self.known: dict[str, tuple[str, int]] = {}
        for rank, (role, text) in enumerate(pairs):
            column = ledger.columns.get(role)
            rank += PERHAPS * bool(column and text in column.perhaps)
            self.known.setdefault(heading_text(text), (role, rank))
        self._longest = max(map(len, self.known)) + 1
        self._starts = frozenset(text[:SHORTEST_PARENT] for text in self.known)
        self.initials = frozenset(text[0] for text in self.known)
        self.serial = frozenset(heading_text(text) for text in ledger.serial)
        self._labels = [(name, heading_text(label.joined)) for name in ledger.faults for label in form.item_of[name].labels]
        self._likes = [(role, ledger.likes(role)) for role, column in ledger.columns.items() if column.like]
        self._any = re.compile("|".join(f"(?:{one.pattern})" for _, one in self._likes))
        self.means = remembered(most=4096, longest=100)(self._means)
        self._endings: dict[str, set[str]] = {}  # what may stand below a parent that gives the beginning of a heading
        for text, (role, _) in self.known.items():
            for at in range(SHORTEST_PARENT, len(text)):
                self._endings.setdefault(text[at:], set()).add(role)

    def _like_fault(self, text: str) -> str:
        """The fault whose label cut short ``text`` is (未带队检查, 未制定清单): all its characters in their order in the label of
        one fault alone. Only what says that something is amiss can be one: 安全管理人员 is a column of names."""
        if not self._labels or text in self.known or len(text) < SHORTEST_FAULT or not any(word in text for word in self.ledger.amiss):
            return ""
        names = {name for name, label in self._labels if _in_order(text, label)}
        return names.pop() if len(names) == 1 else ""

    def _means(self, text: str) -> tuple[str, int] | None:
        """The role that a heading ``text`` gives its column, and its rank; None where it is none, or may be that of several."""
        found = self.known.get(text)
        if found or not 1 < len(text) <= LONGEST_LIKE:
            return found
        fault = self._like_fault(text)
        if fault:
            return fault, LIKE
        roles = [role for role, like in self._likes if like.fullmatch(text)] if self._likes and self._any.fullmatch(text) else []
        return (roles[0], LIKE) if len(roles) == 1 else None

    def may_know(self, text: str) -> bool:
        """Whether a text may be a known heading once squeezed: not where it begins with two Chinese letters as none does."""
        start = text[:SHORTEST_PARENT]
        return start in self._starts or not all(map(is_chinese, start))

    def knows(self, short: str) -> bool:
        """Whether :func:`heading_text` of a squeezed text is a known heading. Most texts of rows have nothing that it takes away, or begin
        as no heading does: two letters behind the marks stay there."""
        if "(" not in short and short[:1] not in _MARKS and short[-1:] not in _MARKS_BEHIND and short[-1:] != "元":
            return short in self.known
        begin = short.lstrip(_MARKS)[:SHORTEST_PARENT]
        return bool(begin) and (begin in self._starts or not begin.isalpha()) and heading_text(short) in self.known

    def reach(self, text: str) -> set[str]:
        """The roles that a heading ``text``, as :func:`heading_text` gives it, can have a part in giving a column: more than it
        will give, never fewer."""
        known, own = self.known, self.means(text)
        roles = {*self._endings.get(text, ()), own[0] if own else ""}
        roles.update(found[0] for part in PARTS.split(text) if part != text and (found := self.means(part)))
        if text[:SHORTEST_PARENT] in self._starts:
            roles.update(known[text[:length]][0] for length in range(SHORTEST_PARENT, min(len(text), self._longest))
                         if text[:length] in known)
        roles.discard("")
        return roles

    def suffices(self, roles: Set[str]) -> bool:
        """Whether columns of these roles make a sheet this ledger."""
        ledger = self.ledger
        if len(roles) < KNOWN:
            return False
        if ledger.is_hazards:
            telling = sum(ledger.columns[role].type in _TELLING for role in roles)
            return key_of(ledger) in roles or (len(roles) >= WITHOUT_KEY and telling >= KNOWN)
        if ledger.kind == "duties":
            return key_of(ledger) in roles and sum(bool(ledger.columns[role].duty) for role in roles) >= DUTIES
        return {"firm", "day"} <= roles and len(roles & set(ledger.faults)) >= KNOWN


class Lexicons:
    """Those of all ledgers beside a form. Almost every sheet is no ledger, so that this is seen first, by the texts alone."""

    def __init__(self, form: Form) -> None:
        self.all = tuple(Lexicon(ledger, form) for ledger in form.ledger_definitions)
        self._reach = remembered(most=4096, longest=100)(self._reach_of)

    def _reach_of(self, text: str) -> frozenset[tuple[int, str]]:
        heading = heading_text(text)
        return frozenset((n, role) for n, lexicon in enumerate(self.all) for role in lexicon.reach(heading))

    def possible(self, rows: Sequence[Sequence[CellValue]]) -> list[Lexicon]:
        """The ledgers that a sheet with these first rows can be; it is certainly none of the others."""
        reach = self._reach
        found: set[tuple[int, str]] = set()
        found = found.union(*[reach(value) for row in rows for value in row if isinstance(value, str) and value])
        return [one for n, one in enumerate(self.all) if one.suffices({role for at, role in found if at == n})] if found else []


@lru_cache(maxsize=8)
def lexicons_of(form: Form) -> Lexicons:
    """The headings of the ledgers beside ``form``, made once for each definition."""
    return Lexicons(form)


def key_of(ledger: Ledger) -> str:
    """The role without which a sheet is no ledger of its kind."""
    return "description" if ledger.is_hazards else "firm"


def _in_order(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in their order."""
    signs = iter(long)
    return all(sign in signs for sign in short)
