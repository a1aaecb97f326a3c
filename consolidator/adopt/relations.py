"""Which figures of a blank form are sums, quotients or parts of others: by printed formulas, by indentation, along a row."""

from __future__ import annotations

import re

from consolidator.adopt import words
from consolidator.adopt.understood import Item, Understood
from consolidator.model.grid import cell_name
from schemas.picture import range_of, spot_of

_SUM = re.compile(r"=SUM\(([A-Z$]+\d+(?::[A-Z$]+\d+)?(?:,[A-Z$]+\d+(?::[A-Z$]+\d+)?)*)\)", re.I)
_PLUS = re.compile(r"=\+?\$?[A-Z]+\$?\d+(?:\+\$?[A-Z]+\$?\d+)+", re.I)
_BEHIND_PART = 2 * len("其中：")  # as blanks count
_QUOTIENT = re.compile(r"=(?:IF(?:ERROR)?\(|ROUND\(|\()*\(?([A-Z]+\d+)\)?/\(?([A-Z]+\d+)\)?", re.I)


def relate(done: Understood) -> None:
    """Adds to ``done`` what printed formulas, indentation and rows of months say."""
    relate_by_formulas(done)
    relate_along_rows(done)
    relate_by_indents(done)


def relate_by_formulas(done: Understood) -> None:
    """A printed formula is no guess: =SUM(D5:D8) is a sum, =D7/D5 a rate."""
    by_cell = {(item.sheet, cell_name(*item.value.spot)): item for item in done.items if len(item.figures) == 1}
    for item in done.items:
        parts = [by_cell.get((item.sheet, cell)) for cell in _cells(item.value.formula)]
        found = [part.figures[0].name for part in parts if part is not None]
        name = item.figures[0].name
        if len(found) > 1 and len(found) == len(parts) and name not in found:
            done.sums = [*(rule for rule in done.sums if rule[0] != name), (name, found, False)]
    for rate in done.computed:
        formula = rate.value.formula.replace("$", "").replace(" ", "")
        quotient = _QUOTIENT.match(formula)
        if quotient is None:
            continue
        top, under = (by_cell.get((rate.sheet, cell.upper())) for cell in quotient.groups())
        if top is not None and under is not None:
            rate.formula, rate.guesses = f"{top.figures[0].name} / {under.figures[0].name}", []


def _cells(formula: str) -> list[str]:
    """The cells that a formula adds; [] where it does anything else."""
    formula = formula.replace("$", "").replace(" ", "").upper()
    if _PLUS.fullmatch(formula):
        return formula.lstrip("=+").split("+")
    found = _SUM.fullmatch(formula)
    cells: list[str] = []
    for part in found[1].split(",") if found else ():
        top, left, bottom, right = range_of(part) if ":" in part else (*spot_of(part), *spot_of(part))
        cells += [cell_name(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    return cells


def relate_along_rows(done: Understood) -> None:
    """合计 at the end of a row of months or levels is the sum of the row, a guess."""
    known = {total for total, _, _ in done.sums}
    rows: dict[tuple, list[Item]] = {}
    for item in done.items:
        if item.value.rows and len(item.value.columns) == 1 and len(item.figures) == 1 and item.figures[0].kind != "yes_no":
            rows.setdefault((item.sheet, item.value.spot[0], item.value.rows), []).append(item)
    for row in rows.values():
        totals = [item for item in row if words.TOTAL.match(words.plain(words.without_unit(item.value.columns[0])))]
        parts = [item for item in row if item not in totals]
        if len(totals) == 1 and len(parts) > 1 and totals[0].figures[0].name not in known \
                and not any(words.PART.match(words.plain(item.value.columns[0])) for item in parts) \
                and len({item.figures[0].unit for item in row}) == 1:
            done.sums.append((totals[0].figures[0].name, [item.figures[0].name for item in parts], True))


def relate_by_indents(done: Understood) -> None:
    """其中 inside 其中, and the lines under 其中 that do not repeat the word: by how far a label is moved in, a guess."""
    columns: dict[tuple[int, int], list[Item]] = {}
    for item in done.items:
        if item.value.rows and len(item.figures) == 1 and item.figures[0].kind != "yes_no":
            columns.setdefault((item.sheet, item.value.spot[1]), []).append(item)
    for (sheet, _), column in columns.items():
        depths = [max((indent for (r, c), indent in done.sheets[sheet].indents.items()
                       if r == item.value.spot[0] and c < item.value.spot[1]), default=0) for item in column]
        if any(depths):
            _nest(done, list(zip(depths, column, strict=True)))


def _nest(done: Understood, lines: list[tuple[int, Item]]) -> None:
    above: list[tuple[int, Item]] = []  # the lines that the next one may be part of, outermost first
    within = False
    for depth, item in lines:
        marked = words.PART.match(words.plain("".join(item.value.rows[-1:]))) is not None
        while above and _is_over(above[-1], depth, marked):
            above.pop()
        within = marked or (within and depth > 0)
        name, unit = item.figures[0].name, item.figures[0].unit
        whole = next((one for _, one in reversed(above) if one.figures[0].unit == unit), None)
        if within and whole is not None:
            done.parts = [*(rule for rule in done.parts if rule[0] != name), (name, whole.figures[0].name, True)]
        above.append((depth, item))


def _is_over(before: tuple[int, Item], depth: int, marked: bool) -> bool:
    """Whether a line at ``depth`` is no part of the line ``before``: its neighbour is under the first word behind 其中：."""
    if _is_part(before[1]):
        return depth <= before[0] + (0 if marked else _BEHIND_PART)
    return depth < before[0] or (depth == before[0] and not marked)


def _is_part(item: Item) -> bool:
    return words.PART.match(words.plain("".join(item.value.rows[-1:]))) is not None
