"""How alike two descriptions, firms or places are. A firm's short and its full name can be one, 一店 and 二店 never."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Indel, LCSseq

from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import SEAM

_POINTS = re.compile(r"[^\w]|_")
_POINTS_BUT_SEAMS = re.compile(f"[^\\w{SEAM}]|_")
_BRANCH = re.compile(r"[0-9一二三四五六七八九十]|[店号分厂部院校区期楼栋]")
_DIGITS = re.compile(r"\d+|[一二三四五六七八九十]+")
SHORTEST_FIRM = 3


@lru_cache(maxsize=1 << 16)
def words_key(text: str) -> str:
    """A description or place as it is compared: one width, no blanks, no punctuation."""
    return _POINTS.sub("", squeeze(text)).casefold()


def words_keys(texts: Sequence[str]) -> list[str]:
    """:func:`words_key` of each of ``texts``: all at once with a seam between them, which is much faster."""
    different = dict.fromkeys(texts)
    keys = _POINTS_BUT_SEAMS.sub("", squeeze(SEAM.join(different))).casefold().split(SEAM)
    if len(keys) != len(different):  # a text has a seam in it, or there is none
        return list(map(words_key, texts))
    return list(map(dict(zip(different, keys, strict=True)).__getitem__, texts))


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """How alike two texts are, 0 to 1; 0 where less than ``least``."""
    return Indel.normalized_similarity(words_key(one), words_key(other), score_cutoff=least)


def can_be_one_firm(one: str, other: str) -> bool:
    """Whether two keys of firms may be one firm's short and full name: the one's characters in order within the other's, and
    nothing among the rest that says branches apart."""
    if one == other:
        return True
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < SHORTEST_FIRM or LCSseq.similarity(short, long) < len(short):
        return False
    rest, at = [], 0
    for sign in long:
        if at < len(short) and sign == short[at]:
            at += 1
        else:
            rest.append(sign)
    return not _BRANCH.search("".join(rest))


def can_be_one_place(one: str, other: str) -> bool:
    """Whether two places do not contradict each other: one is blank or within the other, or they are alike in all but numbers."""
    one, other = words_key(one), words_key(other)
    if not one or not other or one in other or other in one:
        return True
    return _DIGITS.findall(one) == _DIGITS.findall(other) and Indel.normalized_similarity(one, other) >= 0.6
