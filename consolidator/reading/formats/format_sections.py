"""A number format cut into its sections, each with its condition and its tokens."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PIECE = re.compile(r'"([^"]*)"?|[\\!](.?)|([_*].?)|\[([^\]]*)\]|(General|G/通用格式)|(E[+-])|(.)', re.S | re.I)
_CONDITION = re.compile(r"\s*(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]*)?|-?\.[0-9]+)\s*")
_ELAPSED = re.compile(r"h+|m+|s+", re.I)
_DATE_LETTERS = frozenset("dmyhseagbDMYHSEAGB")


class Section(NamedTuple):
    """One part of a format: its condition, and its tokens as (kind, text).

    Kinds: ``text`` shown as it is, ``digit`` (0 # ? . ,), ``general``, ``percent``, ``power`` (E+), ``value`` (@), ``slash``,
    ``date``, ``elapsed``.
    """

    condition: tuple[str, float] | None
    tokens: tuple[tuple[str, str], ...]

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


@lru_cache(maxsize=2048)
def sections_of(code: str) -> tuple[Section, ...]:
    found: list[Section] = []
    condition: tuple[str, float] | None = None
    tokens: list[tuple[str, str]] = []
    for quoted, escaped, idle, bracket, general, power, char in _PIECE.findall(code):
        if char == ";":
            found.append(Section(condition, tuple(tokens)))
            condition, tokens = None, []
        elif bracket:
            limit = _CONDITION.fullmatch(bracket)
            if limit:
                condition = (limit[1], float(limit[2]))
            elif bracket.startswith("$"):
                tokens.append(("text", bracket[1:].partition("-")[0]))
            elif _ELAPSED.fullmatch(bracket):
                tokens.append(("elapsed", bracket))
        elif idle:
            tokens.append(("text", " "))
        elif general:
            tokens.append(("general", ""))
        elif power:
            tokens.append(("power", power))
        elif char:
            kind = "digit" if char in "0#?.," else "percent" if char == "%" else "value" if char == "@" \
                else "slash" if char == "/" else "date" if char in _DATE_LETTERS else "text"
            tokens.append((kind, char))
        else:
            tokens.append(("text", quoted or escaped))
    found.append(Section(condition, tuple(tokens)))
    return tuple(found)
