"""Text in several runs, some raised, struck out or hidden: 53² is not 532, and of a struck-out 5 beside a 3 nobody wrote 53.

Where such a run holds digits, numerals or a yes or no, it is written so that it cannot be part of a number, and the text
has a doubt; struck or hidden words without any meaning for a figure are left out, as a person passes over them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MEANING = frozenset("零〇一二三四五六七八九十百千万亿两半廿卅壹贰叁肆伍陆柒捌玖拾佰仟是否有无未不没非√×✓✗☑☒½¼¾")


class Run(NamedTuple):
    """Words that look alike."""

    words: str
    raised: bool = False
    struck: bool = False
    hidden: bool = False

    @property
    def apart(self) -> bool:
        """Whether it is not read as other words are."""
        return self.raised or self.struck or self.hidden


class Text(NamedTuple):
    """A text as it is read. ``doubt`` is a code of the catalogue, "" where nothing in it is struck out, raised or hidden."""

    text: str
    doubt: str = ""
    struck: bool = False
    raised: bool = False
    hidden: bool = False


def joined(runs: Iterable[Run]) -> Text:
    """The runs of one text put together."""
    runs = [run for run in runs if run.words]
    whole = "".join(run.words for run in runs)
    inked = [run for run in runs if run.words.strip()]
    if not any(run.apart for run in inked):
        return Text(whole)
    if all(run.struck for run in inked):
        return Text(whole, "struck-out", struck=True)
    if all(run.hidden for run in inked):
        return Text(whole, "hidden-figure", hidden=True)
    doubt, pieces = "", []
    for run in runs:
        words = run.words
        if run.apart and has_meaning(words):
            doubt = doubt or ("struck-out" if run.struck else "hidden-figure" if run.hidden else "raised")
            words = f"（划去{words}）" if run.struck else f"（隐藏{words}）" if run.hidden else words.translate(_RAISED)
        elif run.struck or run.hidden:
            words = ""
        pieces.append(words)
    return Text("".join(pieces), doubt, any(run.struck for run in inked), any(run.raised for run in inked),
                any(run.hidden for run in inked))


def has_meaning(words: str) -> bool:
    """Whether words could make another figure of what is beside them."""
    return any(char.isdigit() or char in _MEANING for char in words)
