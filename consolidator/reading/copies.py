"""Several filled forms in one file: which is the form, where that is certain, and what is reported on the others.

Some keep last week's sheet beside this week's, a sheet for each office beside their sum, or a block of the week's increments above
the totals. In this order: the newest by its written day; the one that is the sum of all others; the only one whose title does not
say that it is something else; the one that is nowhere below the others and often above them, as cumulative figures are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from consolidator.reading.figures import Figures
from consolidator.reading.header.header import Heading, read_heading
from consolidator.reading.locating.label_index import Book
from consolidator.reading.locating.locate import Located, locate
from consolidator.reading.locating.titles import PART, TOTAL, is_past, is_present, title_kind
from schemas.form import MONEY_DECIMALS
from schemas.problems import Problem, problem

Form = tuple[list[Located], Figures]
_LONGEST_TITLE = 20
_NEW_OR_PAST = re.compile(r"新增|净增|增量|新发|当周|本周(数|发生|新)|[上前]一?[周期月次]|较上")
_ISSUE = re.compile(r"第[\d一二三四五六七八九十]+[期次周]")  # which one of a series
_OFTEN = 3  # one in so many of the cumulative figures has grown


def one_by_one(located: Located, book: Book) -> list[Located]:
    """The blocks of a grid on which most items stand twice or more, one block above the other; else the grid as it is."""
    if located.layout or located.turned:
        return [located]
    rows: dict[int, list[int]] = {}
    for place in located.places:
        rows.setdefault(place.slot, []).append(place.label[0])
    most = max((len(one) for one in rows.values()), default=1)
    repeated = [sorted(one) for one in rows.values() if len(one) == most]
    if most < 2 or len(repeated) * 3 < len(rows) * 2:
        return [located]
    ends = []
    for k in range(most - 1):
        last, following = max(one[k] for one in repeated), min(one[k + 1] for one in repeated)
        if last >= following:
            return [located]
        ends.append(last)
    parts = [_only_rows(located.grid, first, last)
             for first, last in zip([0, *(end + 1 for end in ends)], [*ends, len(located.grid.rows)], strict=True)]
    found = [locate(part, book) for part in parts]
    return [one for one in found if one] if all(found) else [located]


def _only_rows(grid: Grid, first: int, last: int) -> Grid:
    """The grid with the rows from ``first`` to ``last`` alone, in their places."""
    rows = [row if first <= n <= last else [] for n, row in enumerate(grid.rows)]
    return replace(grid, rows=rows, merged=[one for one in grid.merged if first <= one[0] and one[2] <= last],
                   cells={at: cell for at, cell in grid.cells.items() if first <= at[0] <= last})


def choose(read: list[Form], book: Book) -> tuple[list[Form], list[Problem]]:
    """Of the forms of a file those that are to be compared (one, where it is certain which), and what is reported on the others."""
    filled = [one for one in read if one[1].filled]
    if len(filled) < 2 or all(one[1].figures == filled[0][1].figures for one in filled):
        return read, []
    headings = [read_heading(found[0], book) for found, _ in filled]
    units = {squeeze(heading.units[0][0]) for heading in headings if heading.units}
    if len(units) > 1:
        return read, []
    for way in (_newest, _sum_of_others, _by_title, _surpassing):
        chosen, flagged = way(filled, headings, book)
        if chosen is not None:
            return [chosen, *(one for one in read if not one[1].filled)], flagged
    return read, []


Way = tuple[Form | None, list[Problem]]


def _newest(filled: Sequence[Form], headings: Sequence[Heading], book: Book) -> Way:
    """Of forms of different days (some add a sheet each week) the newest."""
    days = [heading.dates[0][0] for heading in headings if heading.dates and heading.dates[0][0]]
    if len(days) < len(headings) or len(set(days)) < len(days) or not all(heading.units for heading in headings):
        return None, []
    chosen = filled[max(range(len(days)), key=lambda n: days[n])]
    return chosen, [problem("older-sheet", sheet=figures.sheet, written=_name(found), date=day, sheet_read=_name(chosen[0]))
                    for (found, figures), day in zip(filled, days, strict=True) if figures is not chosen[1]]


def _sum_of_others(filled: Sequence[Form], headings: Sequence[Heading], book: Book) -> Way:
    """The sheet 汇总 beside a sheet for each office: every number of it is the sum of theirs."""
    numbers = [name for name, figure in book.form.figures.items() if figure.is_number]
    for chosen in filled if len(filled) > 2 else ():
        others = [figures.figures for _, figures in filled if figures is not chosen[1]]
        sums = {name: round(sum(one.get(name) or 0 for one in others), MONEY_DECIMALS) for name in numbers}
        if any(sums.values()) and all((chosen[1].figures.get(name) or 0) == value for name, value in sums.items()):
            return chosen, [problem("summed-sheet", sheet=figures.sheet, written=_name(found), sheet_read=_name(chosen[0]))
                            for found, figures in filled if figures is not chosen[1]]
    return None, []


def _by_title(filled: Sequence[Form], headings: Sequence[Heading], book: Book) -> Way:
    """The only one under a title of the total, or under none that says something else (上周, 5月29日, 新增)."""
    days = [day for heading in headings for day, _, _ in heading.dates if day]
    day = max(days, default=None)
    titles = [_titles(found) for found, _ in filled]
    total = [any(title_kind(text, day) == TOTAL for text in texts) for texts in titles]
    other = [any(is_past(text) or (title_kind(text, day) == PART and not is_present(text)) for text in texts) for texts in titles]
    present = [any(is_present(text) for text in texts) for texts in titles]
    for n, chosen in enumerate(filled):
        rest = [k for k in range(len(filled)) if k != n]
        if other[n] or not all(other[k] or (total[n] and present[k]) for k in rest):
            continue
        return chosen, [problem("other-sheet", sheet=figures.sheet, written=_name(found), sheet_read=_name(chosen[0]))
                        for found, figures in filled if figures is not chosen[1]]
    return None, []


def _surpassing(filled: Sequence[Form], headings: Sequence[Heading], book: Book) -> Way:
    """The one with all cumulative figures no lower than the others' and a third of them higher: the others are of weeks before."""
    flows = [name for name, figure in book.form.figures.items() if figure.is_number and figure.measure == "flow"]
    for chosen in filled:
        rest = [figures for _, figures in filled if figures is not chosen[1]]
        pairs = [[(chosen[1].figures.get(name) or 0, one.figures.get(name) or 0) for name in flows] for one in rest]
        if all(all(ours >= theirs for ours, theirs in each) and sum(ours > theirs for ours, theirs in each) * _OFTEN >= len(flows)
               for each in pairs):
            return chosen, [problem("lower-sheet", sheet=figures.sheet, written=_name(found), sheet_read=_name(chosen[0]))
                            for found, figures in filled if figures is not chosen[1]]
    return None, []


def title_against(form: Form, heading: Heading, blank_copies: bool) -> str:
    """The sheet's name or a line above the items that says that the form is none of totals, "" where none does.

    Beside a blank copy every such title counts (上周 filled, 本周 blank; 5月29日); of a form that is alone only one that names
    what is new or past: people forget to rename a sheet with a day.
    """
    day = heading.dates[0][0] if heading.dates else None
    for text in _titles(form[0]):
        against = is_past(text) or (title_kind(text, day) == PART and not is_present(text) and not _ISSUE.search(text))
        if against and (blank_copies or _NEW_OR_PAST.search(squeeze(text))):
            return text
    return ""


def _titles(found: Sequence[Located]) -> list[str]:
    """The sheet's name and the short texts above the first item that have a row of their own (titles of columns stand side by side)."""
    located = found[0]
    filled = ([value for value in row if value != ""] for row in located.grid.rows[: located.span[0]])
    above = [row[0] for row in filled if len(row) == 1 and isinstance(row[0], str)]
    return [text for text in (located.grid.sheet, *above) if text and len(squeeze(text)) <= _LONGEST_TITLE]


def _name(found: Sequence[Located]) -> str:
    """How a person finds it: its sheet, or of one block of several the cell in which it begins."""
    located = found[0]
    filled = next((n for n, row in enumerate(located.grid.rows) if any(row)), 0)
    cell = located.grid.address(filled, 0)
    return f"{located.grid.sheet}（{cell} 起）" if filled else located.grid.sheet or cell


