"""A text as one value of a column's vocabulary: as it is written, as a longer text that holds its words, or as nothing sure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from consolidator.model.text import squeeze
from schemas.ledger_definition import Choice, Ledger
from schemas.ledger_problems import LEDGER_CODES
from schemas.state_words import any_of

LONGEST = 30  # signs of a text that holds a value's words
_EITHER = re.compile("[?或]")
_TOGETHER = re.compile("[、,;/+&和与及]|联合|会同")


class Vocabulary:
    """The values of one column."""

    def __init__(self, choices: Mapping[str, Choice], ledger: Ledger):
        self.choices = choices
        self.words = {squeeze(word).casefold(): name for name, one in choices.items() for word in (name, *one.also)}
        self.doubted = re.compile(any_of(ledger.doubted))
        self.on_behalf = re.compile(f"^(?:[受由])?(?P<who>.*?)(?:{any_of(ledger.on_behalf)})+(?P<what>.*)$")
        self.likes = [(name, re.compile("|".join(f"(?:{text})" for text in one.like))) for name, one in choices.items() if one.like]
        self.unless = {name: re.compile(one.unless) for name, one in choices.items()}

    def read(self, text: str) -> tuple[str | None, str]:
        """The value that a squeezed text means and the code of what is to be reported of that; (None, code) where it means none surely."""
        name = self.words.get(text)
        if name:
            return name, self.choices[name].warning
        if len(text) > LONGEST or _EITHER.search(text) or self.doubted.search(text):
            return None, "choice-unknown"
        name = next((name for name, like in self.likes if like.fullmatch(text)), None)
        if name:
            return name, self.choices[name].warning
        behalf = self.on_behalf.match(text)
        if behalf:
            name, code = self.read(behalf["who"]) if behalf["who"] else (None, "")
            if name:
                return name, code or "read-as"
            text = behalf["what"] if not behalf["who"] else text
        return self._held(text)

    def _held(self, text: str) -> tuple[str | None, str]:
        """The value whose words alone a longer text holds. One that does not say who gives way to one that does."""
        words = {word for one in self.choices.values() for word in one.has if word in text}
        words = {word for word in words if not any(word != other and word in other for other in words)}  # 执法 in 街道执法 is the street's
        held = [name for name, one in self.choices.items() if not words.isdisjoint(one.has)]
        strong = [name for name in held if not self.choices[name].warning]
        if len(strong) > 1 and not _TOGETHER.search(text):
            strong = [name for name in strong if any(word in text and len(word) > 1 for word in self.choices[name].has)]
        if any(self.unless[name].fullmatch(text) for name in strong):
            return None, "choice-unclear"
        if len(strong) == 1:
            return strong[0], "read-as"
        weak = [] if strong else sorted(held, key=lambda name: LEDGER_CODES[self.choices[name].warning].severity != "error")
        return (weak[0], self.choices[weak[0]].warning) if weak else (None, "choice-unknown")
