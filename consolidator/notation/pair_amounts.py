"""The amounts that a text with two figures holds: cut at every separator, thousands groups joined, brackets taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from consolidator.notation.tokens import Amount, Token, number_of, shape_of, thousands

_SEPARATORS = ",，;:./()"


def strokes_as_zeros(tokens: list[Token]) -> list[Token]:
    """A stroke that is alone in its field is zero: “3次，/”, “—，—”."""
    shape = shape_of(tokens)
    return [Token("z", token.text) if token.kind in "/-" and shape[n - 1 : n] in ("", *",，;:")
            and shape[n + 1 : n + 2] in ("", *",，;:") else token for n, token in enumerate(tokens)]


def without_brackets(tokens: list[Token]) -> list[Token]:
    """Without brackets around the whole, where more than one number is in them."""
    shape = shape_of(tokens)
    whole = re.fullmatch(r"\([^()]*\)", shape) and len(re.findall("[ncz]", shape)) > 1
    return tokens[1:-1] if whole else tokens


def groups_joined(tokens: list[Token]) -> list[Token] | None:
    """The tokens with thousands groups made one number; None where that can be done in more ways than one.

    Only ways that leave at most two numbers count. Where two figures could as well be one (“3,500”), none is sure; nor
    where the same comma would part the figures and the groups (“1,234,5.6”).
    """
    shape = shape_of(tokens)
    runs = [found.span() for found in re.finditer(r"n([,，]n)+", shape)]
    if len(runs) > 2:
        return None
    alone = len(re.findall("[ncz]", shape)) - sum((end - start + 1) // 2 for start, end in runs)
    ways = []
    for choice in product(*(tuple(_groupings(tokens[start:end])) for start, end in runs)):
        numbers = alone + sum(len(group) for group in choice)
        if numbers <= 2:
            ways.append(choice)
    if len(ways) > 1 or (not ways and runs):
        return None
    if not ways or not runs:
        return tokens
    result, at = [], 0
    for (start, end), groups in zip(runs, ways[0], strict=True):
        result += tokens[at:start]
        if any(len(group) > 1 and group[1].text == "，" for group in groups) and shape[end : end + 1] != "u":
            return None
        merged = {comma for group in groups for comma in (token.text for token in group[1::2])}
        step = start
        for group in groups:
            if step > start:
                if tokens[step].text in merged:
                    return None
                result.append(tokens[step])
                step += 1
            result.append(Token("n", (thousands(list(group)) if len(group) > 1 else None) or group[0].text))
            step += len(group)
        at = end
    return result + tokens[at:]


def _groupings(run: Sequence[Token]) -> Iterator[tuple[Sequence[Token], ...]]:
    """Every way of reading ``n,n,n`` as one number or two, each a token alone or a thousands group.

    Where both commas stand, the full one parts the figures, and only the other can be one of thousands.
    """
    mixed = {token.text for token in run[1::2]} == {",", "，"}
    for cut in range(1, len(run) + 1, 2):
        groups = (run[:cut], run[cut + 1 :]) if cut < len(run) else (run,)
        grouped = [group for group in groups if len(group) > 1]
        if all(thousands(list(group)) and not (mixed and group[1].text == "，") for group in grouped):
            yield groups


def amounts_of(tokens: list[Token]) -> list[Amount] | None:
    """The amounts in order; a field that is empty or has a unit alone is an amount without a number.

    Words belong to the number of their field; those between two numbers of one field to neither; a field of words alone
    to the next.
    """
    fields: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind in _SEPARATORS or (token.kind == " " and fields[-1]):
            fields.append([])
        else:
            fields[-1].append(token)
    amounts: list[Amount] = []
    waiting: list[Token] = []
    for n, field in enumerate(fields):
        field = waiting + field
        waiting = []
        if not field:
            if n in (0, len(fields) - 1) and tokens and tokens[0 if n == 0 else -1].kind in ",，;" and len(amounts) < 2:
                amounts.append(Amount(None))
            continue
        if not any(token.kind in "nczu" for token in field):
            waiting = field
            continue
        found = _of_field(field)
        if found is None:
            return None
        amounts += found
    return amounts if not waiting else None


def _of_field(field: list[Token]) -> list[Amount] | None:
    """The amounts of one field; None where a unit has no number or a number two units."""
    starts = [n for n, token in enumerate(field) if token.kind in "ncz"]
    if not starts:
        units = [token.text for token in field if token.kind == "u"]
        return [Amount(None, units[0], _words(field))] if len(units) == 1 else None
    amounts = []
    for k, start in enumerate(starts):
        end = starts[k + 1] if k + 1 < len(starts) else len(field)
        units = [token.text for token in field[start:end] if token.kind == "u"]
        before = field[:start] if k == 0 else []
        after = field[start + 1 : end] if end == len(field) else []
        if len(units) > 1 or any(token.kind == "u" for token in before) or (units and field[start + 1].kind != "u"):
            return None
        if not units and any(token.kind == "y" for token in [*before, *after]):
            return None  # ￥480: in yuan, or in the figure's own unit?
        amounts.append(Amount(number_of(field[start]), units[0] if units else "", _words([*before, *after]),
                              field[start].text, field[start].kind))
    return amounts


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens if token.kind in "wti")
