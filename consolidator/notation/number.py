"""One amount and one figure: whether the amount can be the figure's value, and how the value is printed."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache

from consolidator.model.display import value_text
from consolidator.model.submission import FigureValue
from consolidator.notation.fold import Reading
from consolidator.notation.tokens import MONEY, NEAR, SAME, Amount
from schemas.form import MONEY_DECIMALS, Figure

MOST = {"count": 10_000_000, "money": 1_000_000}  # beyond it only a slip of the hand is meant; money in 万元
SLIGHT = 0.01  # 万元
NOISE = 2e-12  # sums of some hundred decimals leave less; a digit that somebody wrote is more


def _is_noise(difference: float, value: float) -> bool:
    """Whether a difference is what sums in binary leave behind (0.1 + 0.2, 11.999999999999998)."""
    return abs(difference) <= max(NOISE, 4 * math.ulp(value))


def count_of(value: float) -> Reading:
    """A number as a count: whole, not negative, not absurd."""
    if not math.isfinite(value):
        return Reading(None, "not-a-number")
    whole = round(value)
    if not _is_noise(value - whole, value):
        return Reading(None, "negative" if value < 0 else "not-whole")
    if whole < 0:
        return Reading(None, "negative")
    return Reading(whole) if whole <= MOST["count"] else Reading(None, "absurd")


def money_of(value: float, unit: str = "万元") -> Reading:
    """A number as money in ``unit``: not negative, at most six decimals, not absurd."""
    if not math.isfinite(value):
        return Reading(None, "not-a-number")
    rounded = round(value, MONEY_DECIMALS) + 0.0
    if not _is_noise(value - rounded, value):
        return Reading(None, "too-many-decimals", {"decimals": MONEY_DECIMALS})
    if rounded < 0:
        return Reading(None, "negative")
    return Reading(rounded) if rounded <= _most_money(unit) else Reading(None, "absurd")


def _most_money(unit: str) -> float:
    return MOST["money"] * MONEY["万元"] / MONEY.get(unit, MONEY["万元"])


def most_of(figure: Figure) -> float | None:
    """The largest number that is read as the figure's value; None where it is no number."""
    return None if figure.kind == "yes_no" else _most_money(figure.unit) if figure.kind == "money" else MOST["count"]


def zero(figure: Figure) -> int | float:
    """Nothing, as a value of the figure."""
    return 0.0 if figure.kind == "money" else 0


def fits(unit: str, figure: Figure) -> bool:
    """Whether an amount written in ``unit`` (``""``: none) can be meant for the figure."""
    return not unit or unit == figure.unit or unit in _others(figure.unit) or _factor(unit, figure) is not None


@lru_cache(maxsize=256)
def _others(unit: str) -> frozenset[str]:
    return frozenset((SAME.get(unit, "") + " " + NEAR.get(unit, "")).split())


def _factor(unit: str, figure: Figure) -> Decimal | None:
    """By what an amount in ``unit`` is multiplied to be in the figure's; None where one is no money."""
    if figure.kind != "money" or unit not in MONEY or figure.unit not in MONEY:
        return None
    return Decimal(MONEY[unit]) / Decimal(MONEY[figure.unit])


def value_of(amount: Amount, figure: Figure) -> Reading:
    """The figure's reading of an amount; ``read-as`` or ``read-check`` where the way of writing is to be echoed."""
    number, unit = amount.number, amount.unit
    if number is None:
        return Reading(None)
    if not fits(unit, figure) or (amount.kind == "c" and figure.kind == "money" and _doubled(amount)):
        return Reading(None, "wrong-unit", {"unit": figure.unit})
    if figure.kind == "count" and "." in amount.text and not set(amount.text.partition(".")[2]) <= {"0"}:
        return Reading(None, "not-whole")
    if figure.kind == "count" and len(amount.text.partition(".")[2]) == 3:
        return Reading(None, "not-a-number")  # 1.000 is a thousand to some
    factor = _factor(unit, figure) if unit else None
    value = float(number * (factor or 1))
    reading = money_of(value, figure.unit) if figure.kind == "money" else count_of(value)
    if reading.code or reading.value is None or unit in ("", figure.unit):
        return reading
    near = unit in NEAR.get(figure.unit, "").split()
    slight = factor is not None and factor < 1 and 0 < reading.value < SLIGHT  # 5.2元: 5.2万元 may be meant
    return echoed(reading.value, figure, "read-check" if near or slight else "read-as")


def _doubled(amount: Amount) -> bool:
    """Whether 万 may be the unit as well as a part of the numeral: 三万 of a figure in 万元."""
    return ("万" in amount.text or "亿" in amount.text) and amount.unit in ("", "万", "亿", "万元", "亿元")


def echoed(value: FigureValue, figure: Figure, code: str = "read-as") -> Reading:
    """``value`` with a word on how it was read."""
    return Reading(value, code, {"value": value_text(value, figure) + (figure.unit if figure.is_number else "")})
