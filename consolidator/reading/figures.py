"""The places of a form → its figures: each value read, each item missing, doubled or out of place reported with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from consolidator.model.grid import CellValue
from consolidator.model.submission import FigureValue
from consolidator.notation.fold import Reading, as_written
from consolidator.notation.item import read_item
from consolidator.reading.comments import speaks_against
from consolidator.reading.locating.label_index import COLUMN, Book
from consolidator.reading.locating.layout_cache import Layout
from consolidator.reading.locating.locate import Located
from consolidator.reading.locating.table_view import blank
from consolidator.reading.locating.value_cells import Place
from consolidator.reading.none_found import numbers_unread
from schemas.problems import CODES, Problem, problem, shorten

_REMEMBERED = frozenset((float, int, str))  # not bool: True is equal to 1
_MOST_REMEMBERED = 50_000


@dataclass(slots=True)
class Figures:
    """The figures of one form: values, addresses, what stood there, what is wrong. ``filled`` counts those with a value."""

    figures: dict[str, FigureValue] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sheet: str | None = None

    @property
    def filled(self) -> int:
        return sum(value is not None for value in self.figures.values())


class _Entry(NamedTuple):
    """One figure as one place gives it."""

    reading: Reading
    written: str
    cell: str
    place: Place
    located: Located


def read_figures(found: list[Located], book: Book) -> Figures:
    """The figures that stand in ``found``, the grids over which one form is spread (mostly one)."""
    result = _read_layout(found[0], found[0].layout, book) if len(found) == 1 and found[0].layout else _read_places(found, book)
    if not any(result.written.values()):
        _report_unread(result, found, book)
    return result


def _report_unread(result: Figures, found: list[Located], book: Book) -> None:
    """A form whose places are all blank, but whose table has figures: where they belong is not known, and blank it is not."""
    for located in found:
        unread = numbers_unread(located, book)
        if unread:
            shown = "、".join(located.grid.address(*cell) for cell in unread[:3])
            name = next(iter(result.cells))
            flagged = problem("shifted", figure=name, written=as_written(located.grid.rows[unread[0][0]][unread[0][1]]),
                              label=book.printed[name], cells=shown)
            result.problems = [one for one in result.problems if one.figure != name]
            result.problems.append(flagged.at(located.grid.sheet or None, result.cells[name]))
            return


def _read_places(found: list[Located], book: Book) -> Figures:
    """The same of forms whose layout is new."""
    entries: dict[str, list[_Entry]] = {}
    for located in found:
        for place in located.places:
            _read(place, located, book, entries)
    result = Figures(sheet=found[0].grid.sheet or None)
    for name, label in book.printed.items():
        several = entries.get(name)
        if not several:
            result.figures[name] = None
            result.problems.append(problem("item-missing", figure=name, sheet=result.sheet, label=label))
            continue
        entry = several[0]
        if len(several) > 1:
            filled = [one for one in several if one.written] or several[:1]
            entry = filled[0]
            if any(other.reading != entry.reading for other in filled[1:]):
                entry = entry._replace(reading=Reading(None, "item-twice", {
                    "cells": "、".join(dict.fromkeys(one.cell for one in filled))}))
        value = entry.reading.value
        result.cells[name], result.written[name] = entry.cell, entry.written
        place = entry.place
        if entry.reading.code or place.doubt or place.guessed or place.unit:
            for flagged in _tell(entry, name, label, book):
                result.problems.append(flagged.at(entry.located.grid.sheet or None, entry.cell))
                if flagged.severity == "error":
                    value = None
        result.figures[name] = value
    return result


def _read_layout(located: Located, layout: Layout, book: Book) -> Figures:
    """The same of a form whose layout was seen before: each figure is there once, and only its value can be wrong."""
    cells, remembered = located.cells, book.readings
    read = []
    for slot, at in layout.values:
        value = cells[at[0]]
        known = remembered.get((slot, value)) if value.__class__ in _REMEMBERED and len(at) == 1 else None
        read.append(known or _readings_of(slot, [cells[k] for k in at], book))
    sheet = located.grid.sheet or None
    figures: dict[str, FigureValue] = {}
    texts: dict[str, str] = {}
    problems = []
    for name, n, k in layout.figures:
        _, reading, texts[name], _ = read[n][k]
        figures[name] = reading.value
        if reading.code:
            flagged = _problem_of(reading, name, texts[name], book.printed[name])
            problems.append(flagged.at(sheet, layout.addresses[name]))
            if flagged.severity == "error":
                figures[name] = None
    return Figures(figures, layout.addresses, texts, problems, sheet)


def refuse_money(figures: Figures, unit: str, book: Book) -> None:
    """Reports every amount of a form that says it gives its money in ``unit``: 52000 元 is not 52000 万元."""
    for name, value in figures.figures.items():
        figure = book.form.figures[name]
        if figure.kind == "money" and value:
            figures.figures[name] = None
            figures.problems.append(problem(
                "wrong-unit", figure=name, sheet=figures.sheet, cell=figures.cells[name],
                written=f"{figures.written[name]}（单位：{unit}）", label=book.printed[name], unit=figure.unit))


def _read(place: Place, located: Located, book: Book, entries: dict[str, list[_Entry]]) -> None:
    """Adds what a place says of its one or two figures."""
    readings = _readings_of(place.slot, place.values, book)
    cells = [located.grid.address(*cell) for cell in place.cells]
    for name, reading, written, k in readings:
        cell = located.grid.cells.get(place.cells[k])
        if cell is not None and cell.doubt and written:
            reading = _doubted(reading, cell.doubt)
        if cell is not None and cell.comment and speaks_against(cell.comment, reading.value):
            reading = Reading(None, "comment-differs", {"comment": shorten(cell.comment)})
        entry = _Entry(reading, written, cells[k], place, located)
        if name in entries:
            entries[name].append(entry)
        else:
            entries[name] = [entry]


def _doubted(reading: Reading, doubt: str) -> Reading:
    """The reading of a cell that is not seen as it is stored: an error goes before all else, a warning behind errors."""
    if CODES[doubt].severity == "error":
        return Reading(None, doubt)
    grave = reading.code is not None and CODES[reading.code].severity != "note"
    return reading if grave else Reading(reading.value, doubt, reading.words)


def _readings_of(slot: int, values: list[CellValue], book: Book) -> list[tuple[str, Reading, str, int]]:
    """(figure, reading, what is there, in which of the cells), remembered by item and cells: small numbers repeat."""
    key = (slot, *values) if all(value.__class__ in _REMEMBERED for value in values) else None
    if key in book.readings:
        return book.readings[key]
    item = book.slots[slot].item
    readings, _ = read_item(values, item)
    texts = ["" if blank(value) else as_written(value) for value in values]
    split = len(item.figures) == 2 and len(values) == 2
    found = []
    for n, figure in enumerate(item.figures):
        k = n if split else 0
        found.append((figure.name, readings[figure.name], texts[k], k))
    if key is not None:
        if len(book.readings) > _MOST_REMEMBERED:
            book.readings.clear()
        book.readings[key] = found
    return found


def _tell(entry: _Entry, name: str, label: str, book: Book) -> list[Problem]:
    """What is to be reported on a figure's label, place and value: of two causes in one cell, the graver alone."""
    place, grid = entry.place, entry.located.grid
    figure, written = book.form.figures[name], entry.written
    beside = grid.address(*place.beside) if place.beside else ""
    flagged: list[Problem] = []
    if place.guessed and name == book.slots[place.slot].item.figures[0].name:
        flagged.append(problem(place.guessed, figure=name, label=label, written=as_written(grid.value(*place.label)),
                            unit=figure.unit))
    if place.doubt == "shifted":
        flagged.append(problem("shifted", figure=name, written=written, label=label, cells=beside))
    elif place.doubt == "which-column":
        flagged.append(problem("which-column", figure=name, written=written, label=label, cells=f"{entry.cell}、{beside}"))
    elif place.doubt == "corrected-beside":
        flagged.append(problem("corrected-beside", figure=name, written=written, label=label, cells=beside,
                            words_beside=as_written(grid.value(*place.beside)) if place.beside else ""))
    elif place.doubt == "only-changes":
        flagged.append(problem("only-changes", figure=name, label=label))
    elif place.unit and figure.kind == "money" and entry.reading.value:
        flagged.append(problem("wrong-unit", figure=name, written=f"{written}（{place.unit}）", label=label, unit=figure.unit))
    else:
        dragged = grid.word_table and not any(meaning.kind == COLUMN for meaning in entry.located.known.values())
        if place.doubt == "misplaced" and written and not dragged:  # in Word, a border that was dragged makes a column of its own
            flagged.append(problem("misplaced", figure=name, written=written, label=label, home=beside, beside=entry.cell))
        if place.doubt == "title-unknown" and written:
            flagged.append(problem("title-unknown", figure=name, written=written, label=label, title=place.title))
        if entry.reading.code:
            flagged.append(_problem_of(entry.reading, name, written, label))
    return flagged


def _problem_of(reading: Reading, name: str, written: str, label: str) -> Problem:
    """The problem of a reading that has a code."""
    return problem(reading.code or "", figure=name, written=written, **{"label": label, **reading.words})
