"""What one cell says: the Reading, and how what people type is brought to one spelling before it is understood.

Only what looks the same is folded (full-width forms, blanks, what has no width). NFKC would do more than that: it makes
32 of 3², 1 of ①, 1⁄2 of ½.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from consolidator.model.grid import CellValue, Unread
from consolidator.model.submission import FigureValue
from consolidator.model.text import INVISIBLE


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says of one figure.

    ``value``: int of a count, float of money (at most 6 decimals), bool; None is a blank or what cannot surely be read.
    ``code``: None, or a code of ``schemas.problems.CODES``; its severity says whether the value may be merged.
    ``words``: what the code's sentence needs besides ``label`` and ``written``. Readings are cached: do not change it.
    """

    value: FigureValue
    code: str | None = None
    words: dict = field(default_factory=dict)


BLANK = Reading(None)
LONGEST = 200  # characters: beyond it a cell holds a story, not a figure

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000_＿"
_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
_FOLD: dict[int, str | None] = {0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)}
_FOLD |= {ord("，"): "，"}  # the two commas differ in what they may mean
_FOLD |= dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(map(ord, _BREAKS), "\n")
_FOLD |= dict(zip(map(ord, "､｡﹐〔〕【】"), "、。，()()", strict=True))
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_MANY_BLANKS = re.compile(r" *\n[ \n]*| {2,}")


def fold(text: str) -> str:
    """``text`` with full-width forms halved (but “，”), every blank a space, every break one ``\\n``, ends bare."""
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    text = text.replace("_x000D_", "\n").translate(_FOLD).strip()
    return _MANY_BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", text)


def word_set(*texts: str) -> frozenset[str]:
    """The words of the texts, which are parted by blanks."""
    return frozenset(" ".join(texts).split())


def is_blank(value: CellValue) -> bool:
    return isinstance(value, str) and not fold(value)


def as_written(value: CellValue) -> str:
    """``value`` as the person who filled the cell sees it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, Unread):
        return value.text
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)
