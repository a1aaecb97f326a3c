"""Two figures in one cell: “3次，5.2万元”, and whatever else people write for it.

A text is cut into amounts at every separator; units and the label's words tell which figure an amount is, position
only where they tell nothing. What can be read in two ways (“3,500”) is reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from consolidator.model.display import value_text
from consolidator.model.submission import FigureValue
from consolidator.notation.asides import without_asides
from consolidator.notation.fold import BLANK, LONGEST, Reading, fold
from consolidator.notation.number import fits, money_of, value_of, zero
from consolidator.notation.pair_amounts import amounts_of, groups_joined, strokes_as_zeros, without_brackets
from consolidator.notation.reject_codes import code_of
from consolidator.notation.tokens import Amount, Token, scan, shape_of
from schemas.form import Figure, Item

Pair = tuple[Reading, Reading]

_PLAIN = re.compile(r"nu?[,，;]nu?")
_LONE_ZERO = re.compile(r"z|[/-]{1,3}")
_DASHED = re.compile("nu-nu")  # a dash between two units parts them; it may be a minus all the same
# reported at once: brackets that begin a field (an accounting negative), signs and stops glued between numbers
_BROKEN = re.compile(r"[,，;:/.]\(|^\(n\)$|n\.n|//|\([^)]*$|^[^(]*\)|n[ncz]|[cz][nc]|n\.(?!$)|[uwt]\.\.")
# a stop that may be a decimal point, a blank that may part thousands
_TWO_WAYS = re.compile(r"(?<![0-9])\.[0-9]|(?<![0-9])[1-9][0-9]{0,2}[,，]? [0-9]{3}(?![0-9])")
_NUMERALS = {"count": "(0|[1-9][0-9]{0,6})", "money": "((?:0|[1-9][0-9]{0,5})(?:[.][0-9]{1,6})?)"}
_EXAMPLE = {"count": (3, 1), "money": (5.2, 5.2), "yes_no": (True,)}


def write_item(values: Mapping[str, FigureValue], item: Item) -> str:
    """How people print an item's value: ``3``, ``是``, “3次，5.2万元”; ``""`` where all are blank.

    Of two figures one alone keeps its place: “3次，”, “，5.2万元”.
    """
    written = [value_text(values.get(figure.name), figure) for figure in item.figures]
    if len(written) == 1 or not any(written):
        return written[0]
    return "，".join(text and text + figure.unit for text, figure in zip(written, item.figures, strict=True))


def example_of(item: Item) -> str:
    """What a well filled cell of the item looks like, for messages."""
    return write_item({figure.name: _EXAMPLE[figure.kind][n] for n, figure in enumerate(item.figures)}, item)


class _Both:
    """The two figures of an item with what reading needs of them."""

    def __init__(self, item: Item):
        self.item, self.figures = item, item.figures
        self.names = tuple(figure.title + "\n" + figure.short for figure in self.figures)

    def zeros(self) -> Pair:
        first, second = self.figures
        return Reading(zero(first)), Reading(zero(second))

    def meant_by(self, amount: Amount) -> set[int]:
        """Which of the two an amount can be, by its unit and by words that only one of them has."""
        can = {n for n, figure in enumerate(self.figures) if fits(amount.unit, figure)}
        for word in amount.words:
            has = {n for n in (0, 1) if word in self.names[n]}
            can &= has or {0, 1}
        return can


def read_pair(text: str, item: Item) -> Pair:
    """The readings of a two-figure item's text, in the form's order."""
    return usual_pair(text, item) or read_any_pair(text, item)


def usual_pair(text: str, item: Item) -> Pair | None:
    """The same of “3次，5.2万元” without a blank more; None of anything else.

    Nine of ten are written so, and seldom twice the same: it was a seventh of all reading.
    """
    first, second = item.figures
    usual = _usual(first.kind, first.unit, second.kind, second.unit).fullmatch(text)
    return (_usual_value(usual[1], first), _usual_value(usual[2], second)) if usual else None


@lru_cache(maxsize=64)
def _usual(*kinds_and_units: str) -> re.Pattern[str]:
    """“3次，5.2万元”, in which nothing can be meant otherwise; kind, unit, kind, unit."""
    first, first_unit, second, second_unit = kinds_and_units
    return re.compile(f"{_NUMERALS[first]}{re.escape(first_unit)}[，,]{_NUMERALS[second]}{re.escape(second_unit)}")


def _usual_value(numeral: str, figure: Figure) -> Reading:
    return money_of(float(numeral), figure.unit) if figure.kind == "money" else Reading(int(numeral))


@lru_cache(maxsize=16384)
def read_any_pair(text: str, item: Item) -> Pair:
    """:func:`read_pair` of a text in whatever style."""
    both = _Both(item)
    folded = fold(text)
    if len(folded) > LONGEST:
        return _flagged("two-unclear", both)
    bare = without_asides(folded, money=any(figure.kind == "money" for figure in item.figures), alone=False)
    if bare != folded:
        pair = read_pair(bare, item)
        plain = all(reading.code is None for reading in pair)
        return _noted(pair, both) if plain else pair
    tokens = scan(folded, "\n".join(both.names), tuple(figure.unit for figure in both.figures))
    if tokens is None:
        return _flagged(code_of(folded), both)
    if _LONE_ZERO.fullmatch(shape_of(tokens)):
        return _noted(both.zeros(), both)
    dashed = _DASHED.fullmatch(shape_of(tokens)) and len({figure.unit for figure in both.figures}) == 2
    if dashed:
        tokens = [Token(":", token.text) if token.kind == "-" else token for token in tokens]
    tokens = without_brackets(strokes_as_zeros(tokens))
    shape = shape_of(tokens)
    if _BROKEN.search(shape) or "-" in shape or _TWO_WAYS.search(folded):
        return _flagged(code_of(folded), both)
    joined = groups_joined(tokens)
    if joined and any(token.kind == "n" and re.match("0[0-9]", token.text) for token in joined):
        return _flagged("two-unclear", both)  # 3,05: a decimal comma?
    amounts = amounts_of(joined) if joined else None
    if not joined or amounts is None or len(amounts) > 2:
        return _flagged("two-unclear", both)
    if all(amount.number is None for amount in amounts):
        return _flagged("two-unclear", both) if any(amount.words for amount in amounts) else (BLANK, BLANK)
    pair, swapped = _assigned(amounts, both)
    plain = not swapped and bool(_PLAIN.fullmatch(shape_of(joined))) and not any(amount.words for amount in amounts)
    if plain or any(reading.code not in (None, "read-as") for reading in pair):
        return pair
    return _noted(pair, both, "read-check" if dashed else "read-as")


def _flagged(code: str, both: _Both) -> Pair:
    """Neither figure is known: both say so, in the words that fit a two-figure cell."""
    if code in ("note-in-cell", "several-numbers", "not-a-number", "wrong-unit", "not-whole", "range"):
        code = "two-unclear"
    reading = Reading(None, code, {"example": example_of(both.item)})
    return reading, reading


def _noted(pair: Pair, both: _Both, code: str = "read-as") -> Pair:
    """The pair with an echo of what was read at the first figure that has a value."""
    values = {figure.name: reading.value for figure, reading in zip(both.figures, pair, strict=True)}
    note = {"value": write_item(values, both.item).strip("，")}
    spoken = 0 if pair[0].value is not None else 1
    return tuple(Reading(reading.value, code, note) if n == spoken else reading if reading.code != "read-as"
                 else Reading(reading.value) for n, reading in enumerate(pair))  # type: ignore[return-value]


def _assigned(amounts: list[Amount], both: _Both) -> tuple[Pair, bool]:
    """The readings in the form's order, and whether the amounts stood the other way round."""
    example = {"example": example_of(both.item)}
    if len(amounts) == 1:
        amount = amounts[0]
        either = both.meant_by(amount)
        if amount.number == 0 and either == {0, 1}:
            return both.zeros(), False
        if len(either) != 1:
            return _flagged("two-unclear", both), False
        amounts = [amount, Amount(None)] if either == {0} else [Amount(None), amount]
    meant = [both.meant_by(amount) for amount in amounts]
    straight = 0 in meant[0] and 1 in meant[1]
    across = 1 in meant[0] and 0 in meant[1]
    if not straight and not across:
        return _flagged("two-unclear", both), False
    swapped = not straight
    first, second = reversed(amounts) if swapped else amounts
    pair = (value_of(first, both.figures[0]), value_of(second, both.figures[1]))
    if straight and across and _fits_only_across(amounts, both):
        return _flagged("two-unclear", both), False
    missing = Reading(None, "one-of-two", example)
    blank = (first.number is None, second.number is None)
    return (missing if blank[0] else pair[0], missing if blank[1] else pair[1]), swapped


def _fits_only_across(amounts: list[Amount], both: _Both) -> bool:
    """Whether decimals say that the two stand the other way round, and nothing else does: then nothing is sure."""
    def right(pair: Sequence[Amount]) -> bool:
        return all(value_of(*one).code != "not-whole" for one in zip(pair, both.figures, strict=True))
    return not right(amounts) and right(amounts[::-1])
