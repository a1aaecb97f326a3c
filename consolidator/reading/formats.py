"""Number formats under which another number is seen than the cell holds: 5% is 0.05, and 0!.0, shows 52000 as 5.2.

Such a value is given as text, so that it is told rather than taken for what nobody wrote.
"""

from __future__ import annotations

import re
from functools import lru_cache

from consolidator.reading.markup import elements

PERCENT_IDS = {"9", "10"}  # 0% and 0.00%, known by number alone
_PERHAPS = re.compile(rb'%|numFmtId="(?:9|10)"|[0#?],(?:"|&quot;|;|[^0#?])')
_LITERAL = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')  # text, colours, blanks as wide as a character
_SCALED = re.compile(r"[0#?.],+(?![0#?,])")


def changing(styles: bytes) -> dict[str, str]:
    """Which cell styles (their ``s`` numbers) show another number: style → ``percent`` or ``scaled``."""
    return _changing(styles) if _PERHAPS.search(styles) else {}


@lru_cache(maxsize=64)
def _changing(styles: bytes) -> dict[str, str]:
    kinds = dict.fromkeys(PERCENT_IDS, "percent")
    found: dict[str, str] = {}
    style, inside = 0, False
    for local, attributes in elements(styles):
        if local == "numFmt":
            kind = kind_of_format(attributes.get("formatCode", ""))
            if kind:
                kinds[attributes.get("numFmtId", "")] = kind
        elif local == "cellXfs":
            inside = True
        elif local in ("cellStyles", "dxfs", "tableStyles"):
            inside = False
        elif local == "xf" and inside:
            kind = kinds.get(attributes.get("numFmtId", ""))
            if kind:
                found[str(style)] = kind
            style += 1
    return found


def kind_of_format(code: str) -> str | None:
    """What the part of a format for positive numbers does to them."""
    code = _LITERAL.sub("", code).partition(";")[0]
    return "percent" if "%" in code else "scaled" if _SCALED.search(code) else None


def shown(value: str | float, kind: str) -> str:
    """What a person sees of a number; of a scaled one, the number with a word on it."""
    try:
        number = float(value)
    except ValueError:
        return str(value)
    return f"{number * 100:.10g}%" if kind == "percent" else f"{number:.15g}（按千缩小显示）"
