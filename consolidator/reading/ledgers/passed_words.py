"""The words of a ledger by which rows are passed over, and the rows of its headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from consolidator.model.grid import CellValue
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.headings import texts_of
from schemas.ledger_definition import Ledger, PassedRule

NONE = "无"  # the rule of rows that say that there is nothing to report, where the ledger has no words for it
LONGEST_TOTAL = 12  # signs of a text that ends with a word for a total


@dataclass(slots=True)
class PassedWords:
    """Word → its rule; ``none`` is that of rows that say that there is nothing, ``ends`` are words that a short text may end with,
    ``without`` the descriptions that say that there is no hazard, ``heads`` the rows of the headings."""

    rules: Mapping[str, PassedRule]
    whole: dict[str, str]
    none: str
    starts: re.Pattern[str] | None
    initials: frozenset[str]
    ends: tuple[str, ...]
    without: Collection[CellValue]
    heads: Sequence[Mapping[int, str]] = ()

    @classmethod
    def of(cls, ledger: Ledger, without: Collection[CellValue], heads: Sequence[Sequence[CellValue]] = ()) -> PassedWords:
        """Those of a ledger, below headings with the rows ``heads``."""
        rules = ledger.passed
        whole = {squeeze(word): name for name, rule in rules.items() for word in rule.words}
        starts = "|".join(map(re.escape, sorted(whole, key=len, reverse=True)))
        return cls(rules, whole, next((name for name, rule in rules.items() if rule.none), NONE),
                   re.compile(f"({starts})(?:[:：(（]|$|\\s)") if starts else None, frozenset(word[:1] for word in whole),
                   tuple(word for word, name in whole.items() if rules[name].ends), without,
                   [texts for row in heads if len(texts := texts_of(row)) > 1])

    def rule_of(self, text: str) -> str:
        """The rule of a text that is one of the words, or begins with it; "" for none."""
        if not text:
            return ""
        whole = self.whole.get(text.rstrip(":：。"))
        if whole:
            return whole
        starts = self.starts.match(text) if self.starts else None
        return self.whole[starts[1]] if starts else ""

    def rule_of_first(self, text: str, *, described: bool = True) -> str:
        """The rule of a row whose first text this is, whatever else is in it; "" for none. Where nothing is ``described`` it may also end
        with a word (本页合计)."""
        name = self.whole.get(text, "")
        if name or described or len(text) > LONGEST_TOTAL:
            return name if name and self.rules[name].first else ""
        return next((self.whole[word] for word in self.ends if text.endswith(word)), "")

    def says_none(self, text: str) -> bool:
        """Whether a text says that there is nothing to report."""
        return self.whole.get(text.rstrip("。.!！")) == self.none

    def has(self, name: str, trait: Literal["goes_on", "aside"]) -> bool:
        """Whether the rule ``name`` passes over the numbered lines below it, too (goes_on), or may name a unit (aside)."""
        return name in self.rules and getattr(self.rules[name], trait)
