"""What a person sees of a cell under its number format, and whether that is the number which the cell holds.

A format may show 52000 as 5.2 (``0!.0,``), 53 as 约53, 480 as 0.0480 (``0\\.0000``) or nothing (``;;;``). The displayed
text is worked out here for every format of workbook; :func:`seen` then gives the number where it is what is displayed,
the text where words are displayed with it (understood, or reported, as if typed so), and an ``Unread`` where another
number is displayed. Syntax: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from consolidator.model.grid import CellValue, Unread
from consolidator.reading.formats.format_sections import Section, sections_of

# Formats by number (ECMA-376 18.8.30); those of zh-CN where a number means another format there.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;-"¥"#,##0', 6: '"¥"#,##0;-"¥"#,##0',
    7: '"¥"#,##0.00;-"¥"#,##0.00', 8: '"¥"#,##0.00;-"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 48: "##0.0E+0", 49: "@",
    46: "[h]:mm:ss",
} | dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), "yyyy/m/d")
GENERAL = "General"

_LONGEST = 1024  # characters of a code: Excel stops at 255
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+")
_MINUS = re.compile(r"[-－−(（]\W*$")
_IDLE = re.compile(r"[\s\-－−()（）]*\.?[\s()（）]*")  # what accounting formats put around a number
_POWER = re.compile(r"-?[0-9.]+E[+-]?[0-9]+")
_FRACTION = re.compile(r"-?(?:([0-9]{1,9}) +)?([0-9]{1,9})/([0-9]{1,9})")
_SLIGHT = 0.01  # how much of a number rounding may take away without being reported


@lru_cache(maxsize=2048)
def moment_of(code: str) -> str:
    """``date`` or ``elapsed`` (a span of time) where the format shows a number as such, else ""."""
    first = sections_of(code[:_LONGEST])[0]
    if first.has("elapsed"):
        return "elapsed"
    return "date" if first.has("date") and not first.has("general") else ""


@lru_cache(maxsize=2048)
def is_plain(code: str) -> bool:
    """Whether every number ≥ 0 is displayed as itself under the format, be it rounded, and every text as itself."""
    sections = sections_of(code)
    if len(code) > _LONGEST or len(sections) > 4 or any(one.condition for one in sections) or moment_of(code):
        return False
    first, text = sections[0], "".join(text for kind, text in sections[0].tokens if kind == "text")
    numbers = "".join(text for kind, text in first.tokens if kind == "digit")
    if first.has("percent", "power", "slash") or not _IDLE.fullmatch(text) or text.strip() or re.search(r",(?![0#?])", numbers):
        return False
    kinds = [kind for kind, text in first.tokens if text != " "]
    shape = "".join("d" if kind == "digit" else kind[0] for kind in kinds)
    number = re.fullmatch(r"d+|g|v", shape)
    if not number or (shape not in ("g", "v") and not re.search(r"[0?]", numbers.partition(".")[0])):
        return False  # “#” shows nothing for 0, “#.##” shows .5
    if len(sections) > 2 and not all(_IDLE.fullmatch(text) for kind, text in sections[2].tokens if kind == "text"):
        return False  # words for 0
    return len(sections) < 4 or [kind for kind, text in sections[3].tokens if text != " "] == ["value"]


def seen(value: float, code: str) -> tuple[CellValue, str]:
    """What a person sees of a number: itself, a text, or an ``Unread``; and the displayed text ("" where it is plain).

    A number that the format rounds by more than a hundredth, or to a whole one, comes as it is, with the displayed text.
    """
    if code == GENERAL or (is_plain(code) and (value == int(value) if abs(value) < 1e15 else False) and value >= 0):
        return value, ""
    if len(code) > _LONGEST:
        return Unread("shown", _exact(value)), ""
    sections = sections_of(code)
    section = _section_for(value, sections)
    if section is None:
        return Unread("shown", _exact(value)), "####"
    signed = section is sections[0] or section.condition is not None
    return _judged(value, _render(value, section, signed), section)


def text_seen(text: str, code: str) -> CellValue:
    """What a person sees of a text: ``"约"@`` puts words around it, ``;;;`` hides it."""
    if code in (GENERAL, "@"):
        return text
    sections = sections_of(code[:_LONGEST])
    section = sections[3] if len(sections) > 3 else next((one for one in sections[::-1] if one.has("value")), None)
    if section is None or not text.strip():
        return text
    shown = "".join(text if kind == "value" else literal for kind, literal in section.tokens if kind in ("value", "text"))
    return (text if shown.strip() == text.strip() else shown) if shown.strip() else Unread("shown", text)


def rounds_away(value: float, displayed: str) -> bool:
    """Whether the displayed text gives a number that rounding has made another: 5.6 displayed as 6."""
    found = _NUMBER.findall(displayed)
    if len(found) != 1:
        return False
    number = float(found[0].replace(",", ""))
    return abs(number - abs(value)) > _SLIGHT * abs(value) or ("." not in found[0] and abs(number - abs(value)) > 1e-9 * abs(value))


def _section_for(value: float, sections: tuple[Section, ...]) -> Section | None:
    """The section that a number falls under; None where none fits, and #### is displayed."""
    numeric = sections[:3]
    if len(numeric) == 1:
        return numeric[0] if _holds(value, numeric[0].condition) else None
    if not any(one.condition for one in numeric):
        if len(numeric) == 2:
            return numeric[0] if value >= 0 else numeric[1]
        return numeric[0] if value > 0 else numeric[1] if value < 0 else numeric[2]
    first = numeric[0].condition or (">", 0.0)
    if _holds(value, first):
        return numeric[0]
    if len(numeric) == 2:
        return numeric[1] if _holds(value, numeric[1].condition) else None
    return numeric[1] if _holds(value, numeric[1].condition or ("<", 0.0)) else numeric[2]


def _holds(value: float, condition: tuple[str, float] | None) -> bool:
    if condition is None:
        return True
    sign, limit = condition
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit, "=": value == limit,
            "<>": value != limit}[sign]


def _render(value: float, section: Section, signed: bool) -> str:
    """The displayed text of a number; of a negative one the section for these leaves the sign out."""
    tokens = section.tokens
    minus = "-" if value < 0 and signed else ""
    if section.has("general"):
        return minus + "".join(_exact(abs(value)) if kind == "general" else text for kind, text in tokens
                               if kind in ("general", "text", "percent"))
    if section.has("value") and not section.has("digit"):
        return "".join(_exact(value) if kind == "value" else text for kind, text in tokens)
    if section.has("slash") and section.has("digit"):
        near = Fraction(abs(value)).limit_denominator(10 ** min(_behind_slash(tokens), 4) - 1)
        whole, rest = divmod(near, 1)
        return f"{minus}{whole} {rest}" if rest else f"{minus}{whole}"
    if section.has("power"):
        decimals = "".join(text for kind, text in tokens if kind == "digit").partition(".")[2]
        return f"{value:.{len(re.sub('[^0#?]', '', decimals)) // 2}E}"
    return minus + _digits(abs(value), tokens)


def _behind_slash(tokens: tuple[tuple[str, str], ...]) -> int:
    kinds = [kind for kind, _ in tokens]
    return max(1, sum(kind == "digit" for kind in kinds[kinds.index("slash"):]))


class _Number(NamedTuple):
    """A number ≥ 0 cut to the digit places of a section: ``marks`` are these places (0 # ? . ,), ``point`` where the decimal
    point is among them, ``before`` those before it; ``whole`` and ``part`` are the number's digits, ``last`` the last place
    behind the point that shows one."""

    marks: list[str]
    point: int
    before: list[int]
    whole: str
    part: str
    grouped: bool
    last: int


def _cut(value: float, tokens: tuple[tuple[str, str], ...]) -> _Number:
    marks = [text for kind, text in tokens if kind == "digit"]
    point = marks.index(".") if "." in marks else len(marks)
    spots = [n for n, mark in enumerate(marks) if mark in "0#?"]
    before, behind = [spot for spot in spots if spot < point], [spot for spot in spots if spot > point]
    commas = [n for n, mark in enumerate(marks) if mark == ","]
    scale = sum(not any(n < spot for spot in (before if n < point else behind)) for n in commas)
    grouped = any(before and before[0] < n < before[-1] for n in commas)
    number = Decimal(repr(float(value))) * Decimal(100) ** sum(kind == "percent" for kind, _ in tokens) / Decimal(1000) ** scale
    rounded = number.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP) if number < Decimal(10) ** 15 else number
    whole, _, part = f"{rounded:f}".partition(".")
    wanted = len(before) - next((n for n, spot in enumerate(before) if marks[spot] != "#"), len(before))
    last = max((spot for n, spot in enumerate(behind) if marks[spot] in "0?" or part[n:].strip("0")), default=-1)
    return _Number(marks, point, before, whole.lstrip("0").rjust(wanted, "0"), part, grouped, last)


def _digits(value: float, tokens: tuple[tuple[str, str], ...]) -> str:
    """A number ≥ 0 laid into the digits of a section, with the words that stand before, within and behind them."""
    cut = _cut(value, tokens)
    shown, n, behind = [], -1, 0
    left = cut.whole  # the first digit place takes what is more than the others hold
    for kind, text in tokens:
        if kind != "digit":
            shown.append(text)
            continue
        n += 1
        if n < cut.point and cut.marks[n] in "0#?":
            take = max(len(left) - sum(spot > n for spot in cut.before), 0)
            for digit in left[:take]:
                left = left[1:]
                shown += [digit, ","] if cut.grouped and left and len(left) % 3 == 0 else [digit]
        elif n == cut.point and cut.marks[n] == ".":
            shown += [cut.whole, "."] if not cut.before else ["."]
        elif n > cut.point and cut.marks[n] in "0#?":
            shown.append(cut.part[behind:behind + 1] if n <= cut.last else "")
            behind += 1
    return "".join(shown)


def _judged(value: float, displayed: str, section: Section) -> tuple[CellValue, str]:
    """The displayed text held against the number."""
    text = displayed.strip()
    if section.has("percent"):
        return f"{value * 100:.10g}%", text
    return held_against(value, text)


def held_against(value: float, text: str) -> tuple[CellValue, str]:
    """:func:`seen`, where the displayed text is known."""
    if _POWER.fullmatch(text):
        return (value, "") if abs(float(text) - value) <= _SLIGHT * abs(value) else (Unread("shown", _exact(value)), text)
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[3]):
        same = abs(int(fraction[1] or 0) + int(fraction[2]) / int(fraction[3]) - abs(value)) < 1e-9
        return (value, "") if same else (Unread("shown", _exact(value)), text)
    if text and not text.strip("#"):  # the column is too narrow
        return value, ""
    found = list(_NUMBER.finditer(text))
    if not found:
        if value == 0 and _IDLE.fullmatch(text):
            return value, ""
        return (text, text) if not _IDLE.fullmatch(text) else (Unread("shown", _exact(value)), text)
    number = float(found[0][0].replace(",", ""))
    before, behind = text[:found[0].start()], text[found[0].end():]
    if _MINUS.search(before):
        number = -number
    half = 0.5 * 10.0 ** -len(found[0][0].partition(".")[2])
    if len(found) > 1 or abs(number - value) > half * (1 + 1e-9) + 1e-12 * abs(value):
        return Unread("shown", _exact(value)), text
    if _IDLE.fullmatch(before + behind):
        return value, text if rounds_away(value, text) else ""
    return f"{before.lstrip('-') if value < 0 else before}{_exact(value)}{behind}", text


def _exact(value: float) -> str:
    return f"{value:.15g}"


# -- numbers that are days and times -----------------------------------------------------------------------------

def moment(value: float, kind: str, since_1904: bool) -> CellValue:
    """A spreadsheet's day number as date, date with time, time or span; the number itself where no calendar has it."""
    try:
        if kind == "elapsed":
            return dt.timedelta(days=value)
        if not 0 <= value < 2_958_466:
            return value
        if value < 1:
            return (dt.datetime.min + dt.timedelta(seconds=round(value * 86_400))).time()
        start = dt.datetime(1904, 1, 1) if since_1904 else dt.datetime(1899, 12, 30 if value >= 60 else 31)
        exact = start + dt.timedelta(seconds=round(value * 86_400))
    except (OverflowError, ValueError):
        return value
    return exact.date() if exact.time() == dt.time() else exact
