"""Whose form it is and of which day: what stands above, beside and below the table."""

from __future__ import annotations

from consolidator.reading.form_dates import Dates, find_dates
from consolidator.reading.labels import Book
from consolidator.reading.locating import Located
from consolidator.reading.surroundings import lines_around
from consolidator.reading.unit_names import Units, find_units
from schemas.problems import Problem


def read_heading(located: Located, book: Book) -> tuple[Units, Dates, list[Problem]]:
    """The units and dates written around the table, best first, each with its cell (None for a text outside the cells),
    and what is to be said of the date."""
    lines = list(lines_around(located, book))
    dates, problems = find_dates(lines, book.form.campaign.first_week.year)
    return find_units(lines, book), dates, [one.at(located.grid.sheet or None, one.cell) for one in problems]
