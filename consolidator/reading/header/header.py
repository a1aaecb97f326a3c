"""Whose form it is and of which day: what is above, beside and below the table."""

from __future__ import annotations

from typing import NamedTuple

from consolidator.reading.header.date import Dates, find_dates
from consolidator.reading.header.lines import lines_around, money_unit
from consolidator.reading.header.statements import notes, statements
from consolidator.reading.header.unit import Units, find_units
from consolidator.reading.locating.label_index import Book
from consolidator.reading.locating.locate import Located
from schemas.problems import Problem


class Heading(NamedTuple):
    """The units and dates written around a table, best first, each with its cell (None for a text outside the cells); what is
    to be reported on the date and of what the form says of itself; a money unit for the whole form that is not the form's, or ""."""

    units: Units
    dates: Dates
    problems: list[Problem]
    money: str


def read_heading(located: Located, book: Book) -> Heading:
    """What the texts around the table say."""
    lines = list(lines_around(located, book))
    dates, problems = find_dates(lines, book.form.campaign.first_week.year)
    around = [*lines, *notes(located, book)]
    problems = [*problems, *statements(around, book)]
    return Heading(find_units(lines, book), dates, [one.at(located.grid.sheet or None, one.cell) for one in problems],
                   money_unit(around, book))
