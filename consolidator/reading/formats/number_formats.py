"""Number formats under which more, or another number, is seen than the cell holds.

5% is 0.05, 0!.0, shows 52000 as 5.2, "约"0 shows 53 as 约53, and #,##0"元" shows 52000 as 52000元. Such a value is given as
the text that is seen, so that it is understood, or told, as if it had been typed so: 53人 is wrong where 家 is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache

from consolidator.reading.files.safe_xml import elements

PERCENT_IDS = {"9", "10"}  # 0% and 0.00%, known by number alone
_PERHAPS = re.compile(rb'%|numFmtId="(?:9|10)"|[0#?],(?:"|&quot;|;|[^0#?])|'
                      rb'formatCode="[^"]*[\xe3-\xe9][\x80-\xbf]|formatCode="(?:[^"0#?]|&quot;)*[0#?.,]+(?:&quot;|\\\\|!)')
_LITERAL = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')  # text, colours, blanks as wide as a character
_SCALED = re.compile(r"[0#?.],+(?![0#?,])")
_PART = re.compile(r'"([^"]*)"|[\\!](.)|(_.|\*.|\[[^\]]*\])|(General|G/通用格式|[0#?.,]+)|(.)', re.S)
_IDLE = frozenset("-()¥￥$€£, ")  # signs of accounting formats, and currencies


def changing(styles: bytes) -> dict[str, str]:
    """Which cell styles (their ``s`` numbers) show more than their number: style → see :func:`kind_of_format`."""
    return _changing(styles) if _PERHAPS.search(styles) else {}


@lru_cache(maxsize=64)
def _changing(styles: bytes) -> dict[str, str]:
    codes, numbers = formats_of(styles)
    kinds = dict.fromkeys(PERCENT_IDS, "percent")
    kinds |= {number: kind for number, code in codes if (kind := kind_of_format(code))}
    return {str(style): kinds[number] for style, number in enumerate(numbers) if number in kinds}


def formats_of(styles: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """The formats that ``xl/styles.xml`` defines, as (number, code), and the number of each cell style's format.

    Raises:
        Unfit: the part is broken.
    """
    codes: list[tuple[str, str]] = []
    numbers: list[str] = []
    inside = False
    for local, attributes in elements(styles):
        if local == "numFmt":
            codes.append((attributes.get("numFmtId", ""), attributes.get("formatCode", "")))
        elif local == "cellXfs":
            inside = True
        elif local in ("cellStyles", "dxfs", "tableStyles"):
            inside = False
        elif local == "xf" and inside:
            numbers.append(attributes.get("numFmtId", ""))
    return codes, numbers


def kind_of_format(code: str) -> str | None:
    """What the part of a format for positive numbers does to them: ``percent``, ``scaled``, or the words around the number
    with ``{}`` in its place; None where nothing but the number is seen."""
    bare = _LITERAL.sub("", code).partition(";")[0]
    if "%" in bare:
        return "percent"
    return "scaled" if _SCALED.search(bare) else _words_around(code)


def _words_around(code: str) -> str | None:
    """``约{}家`` of ``"约"0"家"``; ``scaled`` where words stand within the number. None where the format is of another kind
    (a date's has words too)."""
    seen, numbers = "", 0
    for literal, escaped, idle, number, other in _PART.findall(code):
        if number:
            seen, numbers = (seen, numbers) if seen.endswith("{}") else (seen + "{}", numbers + 1)
        elif other == ";":
            break
        elif other and ((other.isascii() and other.isalpha()) or other in "@/"):
            return None
        elif not idle:
            seen += literal or escaped or other
    seen = seen.strip()
    if not numbers or not set(seen.replace("{}", "")) - _IDLE:
        return None
    return seen if numbers == 1 else "scaled"


def shown(value: str | float, kind: str) -> str:
    """What a person sees of a number; of a scaled one, the number with a word on it."""
    try:
        number = float(value)
    except ValueError:
        return str(value)
    if "{}" in kind:
        return kind.replace("{}", f"{number:.15g}")
    return f"{number * 100:.10g}%" if kind == "percent" else f"{number:.15g}（按千缩小显示）"
