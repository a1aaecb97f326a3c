"""Text ↔ value, both ways: what the cells of an item say, and how a value is printed.

Sources: form.md (counts whole and ≥ 0, money ≥ 0 with at most 6 decimals), design.md “How it stays right”. A value is
taken only where it is sure; what was read out of an unusual way of writing is echoed (``read-as``), what somebody
should look at is merged with a warning (``read-check``), the rest is an error whose sentence says what to write.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from consolidator.model.display import value_text
from consolidator.model.grid import UNREAD_CODES, CellValue, Unread
from consolidator.model.text import REVERSES
from consolidator.notation.asides import without_asides
from consolidator.notation.fold import BLANK, LONGEST, Reading, as_written, fold, is_blank
from consolidator.notation.number import count_of, echoed, money_of, value_of, zero
from consolidator.notation.pair import example_of, read_pair, usual_pair, write_item
from consolidator.notation.reject_codes import code_of
from consolidator.notation.tokens import Amount, Token, number_of, scan, shape_of, thousands
from consolidator.notation.yes_no import read_yes_no
from schemas.form import Figure, Item

__all__ = ["Reading", "as_written", "example_of", "read_item", "read_number", "read_yes_no", "write_item"]

Two = tuple[Reading, Reading]

_DIGITS = re.compile(r"0|[1-9][0-9]{0,6}")
_SINGLE = re.compile(r"(?:[twy]u?:?)*(?P<number>[ncz])(?P<unit>u?)w*[,，;.]?")
_ZERO = re.compile(r"[/\-]{1,4}")
_IDLE_BREAK = re.compile(r"(?<![0-9])\n|\n(?![0-9])")
_EMPTY = re.compile(r"[u,，;.() ]*")
_RUN = re.compile(r"n(?:[,，]n)+")
_BLANK_WORDS = ("空", "空白", "未填", "未填写")
_QUOTES = "'‘’`´＇"


def read_item(values: Sequence[CellValue], item: Item) -> tuple[dict[str, Reading], str]:
    """What the cells of an item say: figure name → reading, in the form's order, and the text as it is written.

    ``values`` are the item's cells in order, usually one; none or ``""`` is a blank. Of a two-figure item that is split
    over two cells a blank one may be given as ``""``: then position says which figure the other is.
    """
    figures = item.figures
    if any(type(value) is str and REVERSES in value for value in values):
        return _reversed(values, item)
    if len(figures) == 1:
        figure = figures[0]
        filled = values if len(values) < 2 else [value for value in values if not is_blank(value)]
        if not filled:
            return {figure.name: BLANK}, ""
        value = filled[0] if len(filled) == 1 else _in_one(filled)
        return {figure.name: _READ[figure.kind](value, figure)}, as_written(value)
    first, second = figures
    usual = usual_pair(values[0], item) if len(values) == 1 and type(values[0]) is str else None
    if usual:
        return {first.name: usual[0], second.name: usual[1]}, str(values[0])
    if len(values) == 2 and type(values[0]) is type(values[1]) is float:
        apart = {first.name: read_number(values[0], first), second.name: read_number(values[1], second)}
        return apart, f"{as_written(values[0])}，{as_written(values[1])}"
    readings = _read_two(values, item)
    written = "，".join(as_written(value) for value in values if not is_blank(value))
    return {first.name: readings[0], second.name: readings[1]}, written


def _reversed(values: Sequence[CellValue], item: Item) -> tuple[dict[str, Reading], str]:
    """:func:`read_item` of texts that may be seen in another order than they are stored: 35 for 53."""
    straight = [value.replace(REVERSES, "") if isinstance(value, str) else value for value in values]
    readings, written = read_item(straight, item)
    return {figure.name: echoed(readings[figure.name].value, figure, "read-check")
            if type(readings[figure.name].value) in (int, float) else readings[figure.name] for figure in item.figures}, written


def read_number(value: CellValue, figure: Figure) -> Reading:
    """What a cell says of a figure that is a number."""
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return count_of(value) if figure.kind == "count" else money_of(value, figure.unit)
    if isinstance(value, str):
        if figure.kind == "count" and _DIGITS.fullmatch(value):
            return Reading(int(value))
        return _read_text(value, figure)
    return _of_other_type(value, value_text(3, figure) + figure.unit)


_READ = {"count": read_number, "money": read_number, "yes_no": read_yes_no}


def _of_other_type(value: CellValue, example: str) -> Reading:
    """A cell that holds neither text nor a number."""
    if isinstance(value, bool):
        return Reading(None, "true-false")
    if isinstance(value, Unread):
        return Reading(None, UNREAD_CODES[value.kind])
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return Reading(None, "date-in-cell", {"example": example})
    return Reading(None, "not-a-number")


@lru_cache(maxsize=65536)
def _read_text(text: str, figure: Figure) -> Reading:
    folded = fold(text)
    if len(folded) > LONGEST:
        return Reading(None, code_of(folded[:LONGEST]), {"unit": figure.unit})
    bare = without_asides(folded, money=figure.kind == "money")
    if bare != folded:
        reading = _read_text(bare, figure)
        return reading if reading.value is None else echoed(reading.value, figure)
    if len(folded) > 1 and folded[0] in _QUOTES:
        folded = folded[1:].lstrip()
    if not folded or folded in _BLANK_WORDS:
        return BLANK
    if folded[0] == "+" and _DIGITS.fullmatch(folded[1:]):
        reading = read_number(folded[1:], figure)
        return reading if reading.code else echoed(reading.value, figure, "read-check")
    tokens = scan(_IDLE_BREAK.sub(" ", folded), figure.title + "\n" + figure.short, (figure.unit,))
    shape = shape_of(tokens) if tokens else "?"
    if _EMPTY.fullmatch(shape):
        return BLANK
    if _ZERO.fullmatch(shape):
        return echoed(zero(figure), figure)
    run = _RUN.search(shape)
    whole = thousands(tokens[run.start() : run.end()]) if tokens and run else None
    if tokens and run and whole:
        tokens = [*tokens[: run.start()], Token("n", whole), *tokens[run.end() :]]
        shape = shape_of(tokens)
    found = _SINGLE.fullmatch(shape)
    if not tokens or not found:
        return _refused(folded, figure)
    token = tokens[found.start("number")]
    unit = tokens[found.start("unit")].text if found["unit"] else ""
    amount = Amount(number_of(token), unit, text=token.text, kind=token.kind)
    if "y" in shape and not unit:  # ￥52000: in yuan, or in the figure's own unit?
        return Reading(None, "wrong-unit", {"unit": figure.unit})
    if folded == "一":  # one, or a dash?
        return _refused(folded, figure)
    return _with_echo(value_of(amount, figure), shape, amount, figure)


def _with_echo(reading: Reading, shape: str, amount: Amount, figure: Figure) -> Reading:
    """The reading, echoed where digits and the figure's own unit are not all that was written."""
    plain = shape in ("n", "nu") and not re.match(r"0[0-9]|\.", amount.text)
    if reading.value is None or plain or reading.code == "read-check":
        return reading
    doubtful = "w" in shape or re.fullmatch(r"0[0-9]{3,}", amount.text)  # 0529 is rather a day than a count
    return echoed(reading.value, figure, "read-check" if doubtful else "read-as")


def _refused(folded: str, figure: Figure) -> Reading:
    return Reading(None, code_of(folded), {"unit": figure.unit})


def _in_one(values: Sequence[CellValue]) -> CellValue:
    """Several cells as one text (a number and its unit beside it), or the first that is neither text nor number."""
    strange = next((value for value in values if not _is_plain(value)), None)
    return " ".join(as_written(value) for value in values) if strange is None else strange


def _is_plain(value: CellValue) -> bool:
    """Whether a cell holds text or a number."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _read_two(values: Sequence[CellValue], item: Item) -> Two:
    """A two-figure item: one text for both, or a cell for each."""
    filled = [value for value in values if not is_blank(value)]
    if not filled:
        return BLANK, BLANK
    if len(filled) > 2 or (len(filled) == 2 and any(_is_unit(value, item) for value in filled)):
        return _read_both(_in_one(filled), item)
    if len(filled) == 1 and len(values) != 2:
        return _read_both(filled[0], item)
    left, right = values if len(values) == 2 else filled
    return _read_apart(left, right, item)


def _is_unit(value: CellValue, item: Item) -> bool:
    """Whether a cell holds nothing but a unit, printed beside the number's own cell."""
    if not isinstance(value, str):
        return False
    tokens = scan(fold(value), "", tuple(figure.unit for figure in item.figures))
    return tokens is not None and shape_of(tokens) == "u"


def _read_both(value: CellValue, item: Item) -> Two:
    """Both figures out of one cell."""
    first, second = item.figures
    if isinstance(value, str):
        return read_pair(value, item)
    if not _is_plain(value):
        reading = _of_other_type(value, example_of(item))
        return reading, reading
    if value == 0:
        both = {first.name: zero(first), second.name: zero(second)}
        return Reading(both[first.name], "read-as", {"value": write_item(both, item)}), Reading(both[second.name])
    alone = read_number(value, second if second.kind == "money" else first)
    code = alone.code if alone.code in ("negative", "not-a-number") else "two-unclear"
    reading = Reading(None, code, {"example": example_of(item)})
    return reading, reading


def _read_apart(left: CellValue, right: CellValue, item: Item) -> Two:
    """A cell for each figure; where one says that it holds the other's unit, or both figures, that is believed."""
    first, second = read_number(left, item.figures[0]), read_number(right, item.figures[1])
    if not (_sure(first) and _sure(second)) and _is_plain(left) and _is_plain(right):
        texts = dict.fromkeys(as_written(value) for value in (left, right) if not is_blank(value))
        together = read_pair("，".join(texts), item)
        if all(_sure(reading) or reading.code == "one-of-two" for reading in together):
            return together
    missing = Reading(None, "one-of-two", {"example": example_of(item)})
    return missing if is_blank(left) else first, missing if is_blank(right) else second


def _sure(reading: Reading) -> bool:
    return reading.code in (None, "read-as", "read-check")
