"""What is written for the state of a hazard → the state. Negation is tried first: 未完成整改 is open, whatever it contains."""

from __future__ import annotations

import re
from functools import lru_cache

from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger

LONGEST = 60  # characters: what is longer tells a story
_DAYS = re.compile(r"(?:于|已于|在)?(?:20\d\d[年./\-])?\d{1,2}[月./\-]\d{1,2}[日号]?(?:前|起)?|20\d{6}"
                   r"|(?:20\d\d年)?\d{1,2}月(?:底|初|上旬|中旬|下旬)?前?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_EDGES = "()。.,，;；:：、!！~ "
_TICKS, _BOXES = "☑√✓✔■●", "□○☐"
_TICKED, _BOX = re.compile(f"[{_TICKS}]"), re.compile(f"[{_BOXES}]")
PUT_RIGHT = frozenset(("rectified", "on_the_spot", "closed"))
_PAUSE = "[^,，。;；、]{0,6}"


class StateReader:
    """Reads the states of one ledger; texts are remembered, as a few hundred serve for thousands of rows."""

    def __init__(self, ledger: Ledger):
        self.ledger = ledger
        self.words = {squeeze(word).casefold(): state for state, entry in ledger.states.items() for word in entry.words}
        ends = tuple(word for word, state in self.words.items() if state == "closed")
        denied = tuple(word for word in self.words if word.startswith(ledger.negation) and word.endswith(ends))
        # 未销号 alone is open, yet 已整改未销号 is rectified
        self.long = sorted((word for word in self.words if len(word) > 1 and word not in denied), key=len, reverse=True)
        negation, done = ("|".join(sorted(map(re.escape, words), key=len, reverse=True))
                          for words in (ledger.negation, ledger.done_words))
        self.undone = re.compile(f"(?:{negation}){_PAUSE}(?:{done})+") if negation and done else None
        self.negated = re.compile(f"(?:{negation})$") if negation else None
        self.adverbs = re.compile(f"(?<=已)(?:{'|'.join(map(re.escape, ledger.adverbs))})+|"
                                  f"^(?:{'|'.join(map(re.escape, ledger.adverbs))})+(?=已)") if ledger.adverbs else None
        self.partial = re.compile("|".join(map(re.escape, ledger.partial))) if ledger.partial else None
        self.read = lru_cache(maxsize=8192)(self._read)

    def of(self, value: object) -> str | None:
        """The state of a cell; "" for a blank, None for what cannot be read."""
        if isinstance(value, float | int) and not isinstance(value, bool):
            return "under_way" if 0 < value < 1 else {0.0: "open", 1.0: "rectified"}.get(float(value))  # a share of the work, or yes and no
        if value is True or value is False:
            return "rectified" if value else "open"
        return self.read(value) if value.__class__ is str else None

    def _read(self, text: str) -> str | None:
        written = ticked(squeeze(text)).casefold().strip(_EDGES)
        if not written:
            return ""
        if written in self.words:
            return self.words[written]
        if len(written) > LONGEST:
            return None
        written = _DAYS.sub("", written).replace("()", "").strip(_EDGES)
        if self.adverbs:
            written = self.adverbs.sub("", written)
        if written in self.words:
            return self.words[written]
        percent = _PERCENT.search(written)
        if percent and float(percent[1]) < 100:
            return "under_way" if float(percent[1]) else "open"
        if percent:
            return "rectified" if not self._states(written) - {"rectified"} else None
        return self._of_states(written, self._states(written))

    def _of_states(self, written: str, states: set[str]) -> str | None:
        """The one state that a text says with the words of ``states``; None where they contradict each other."""
        if self.undone and self.undone.search(written) and not states & PUT_RIGHT:
            return states.pop() if len(states) == 1 else "open"
        if self.partial and self.partial.search(written) and states and states <= {"rectified", "under_way"}:
            return "under_way"
        if states == {"on_the_spot", "rectified"}:
            return "on_the_spot"
        if states == {"rectified", "closed"}:
            return "closed"
        return states.pop() if len(states) == 1 else None

    def _states(self, written: str) -> set[str]:
        """The states whose words stand in the text, longest first, each piece of the text used once; negated ones left out.

        What was 已整改 is never negated by what is before it: 责令限期，已整改.
        """
        undone = [one.span() for one in self.undone.finditer(written)] if self.undone else []
        found: set[str] = set()
        rest = written
        for word in self.long:
            at = rest.find(word)
            while at >= 0:
                end = at + len(word)
                of_plan = written[end:].startswith(self.ledger.of_plans)  # 已完成整改方案 is a plan made
                denied = self.words[word] in PUT_RIGHT and not word.startswith("已") and any(first < at < last for first, last in undone)
                if not of_plan and not denied and not (self.negated and self.negated.search(written[:at])):
                    found.add(self.words[word])
                rest = f"{rest[:at]}{chr(0) * len(word)}{rest[end:]}"
                at = rest.find(word)
        return found


def ticked(text: str) -> str:
    """What is ticked of printed choices: ☑是 □否 is 是; the text itself where none is."""
    if not _BOX.search(text) or not _TICKED.search(text):
        return text
    parts = [part for part in re.split(f"(?=[{_TICKS}{_BOXES}])", text) if part]
    chosen = [part for part in parts if _TICKED.match(part)]
    if parts and not _TICKED.match(parts[0]) and not _BOX.match(parts[0]):  # the box is behind its word: 是☑ 否□
        words = re.split(f"[{_TICKS}{_BOXES}]", text)
        marks = re.findall(f"[{_TICKS}{_BOXES}]", text)
        chosen = [word for word, mark in zip(words, marks, strict=False) if _TICKED.match(mark)]
    return " ".join(part.strip(_TICKS + " ") for part in chosen) or text
