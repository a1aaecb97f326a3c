"""The places of a form → its figures: each value read, each item missing, doubled or out of place told with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from consolidator.reading.cells import Reading, as_written
from consolidator.reading.columns import Place, blank
from consolidator.reading.labels import Book
from consolidator.reading.locating import Located
from consolidator.reading.notation import read_item
from consolidator.reading.submission import FigureValue
from schemas.problems import Problem, problem


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


@dataclass(slots=True)
class _Entry:
    """One figure as one place gives it."""

    reading: Reading
    written: str
    cell: str
    place: Place
    located: Located


def read_figures(found: list[Located], book: Book) -> Figures:
    """The figures that stand in ``found``, the grids over which one form is spread (mostly one)."""
    entries: dict[str, list[_Entry]] = {}
    for located in found:
        for place in located.places:
            for name, entry in _read(place, located, book):
                entries.setdefault(name, []).append(entry)
    result = Figures(sheet=found[0].grid.sheet or None)
    form = book.form
    for name in form.figures:
        label = form.label(name)
        several = entries.get(name)
        if not several:
            result.figures[name] = None
            result.problems.append(problem("item-missing", figure=name, sheet=result.sheet, label=label))
            continue
        filled = [entry for entry in several if entry.written] or several[:1]
        entry = filled[0]
        sheet = entry.located.grid.sheet or None
        result.cells[name], result.written[name] = entry.cell, entry.written
        result.figures[name] = entry.reading.value
        if any(other.reading != entry.reading for other in filled[1:]):
            result.figures[name] = None
            result.problems.append(problem(
                "item-twice", figure=name, sheet=sheet, cell=entry.cell, written=entry.written, label=label,
                cells="、".join(dict.fromkeys(one.cell for one in filled))))
            continue
        for told in _tell(entry, name, book):
            result.problems.append(told.at(sheet, entry.cell))
            if told.severity == "error":
                result.figures[name] = None
    return result


def _read(place: Place, located: Located, book: Book) -> list[tuple[str, _Entry]]:
    """(figure, what is there of it) for the one or two figures of a place."""
    slot, address = book.slots[place.slot], located.grid.address
    readings, _ = read_item(place.values, slot.item)
    cells = [address(*cell) for cell in place.cells]
    split = len(slot.item.figures) == 2 and len(cells) == 2
    texts = [as_written(value) for value in place.values]
    pairs = []
    for n, figure in enumerate(slot.item.figures):
        reading = readings[figure.name]
        written = texts[n] if split else texts[0]
        if blank(written):
            written = ""
        pairs.append((figure.name, _Entry(reading, written, cells[n] if split else cells[0], place, located)))
    return pairs


def _tell(entry: _Entry, name: str, book: Book) -> list[Problem]:
    """What is to be said of a figure's label, place and value, the gravest cause alone where one follows from another."""
    form, place, located = book.form, entry.place, entry.located
    figure, label = form.figures[name], form.label(name)
    told: list[Problem] = []
    if place.guessed and name == book.slots[place.slot].item.figures[0].name:
        told.append(problem("item-guessed", figure=name, label=label, written=_label_text(place, located)))
    if place.doubt == "shifted" and place.beside:
        return [*told, problem("shifted", figure=name, written=entry.written, label=label, cells=located.grid.address(*place.beside))]
    if place.doubt == "columns-unclear" and place.beside:
        beside = located.grid.address(*place.beside)
        return [*told, problem("columns-unclear", figure=name, written=entry.written, label=label,
                               cells="、".join((entry.cell, beside)))]
    if place.doubt == "columns-unclear":
        return [*told, problem("only-changes", figure=name, label=label)]
    if place.unit and figure.kind == "money" and entry.reading.value:
        return [*told, problem("wrong-unit", figure=name, written=f"{entry.written}（{place.unit}）", label=label, unit=figure.unit)]
    if place.doubt == "misplaced" and place.beside and entry.written:
        told.append(problem("misplaced", figure=name, written=entry.written, label=label,
                            home=located.grid.address(*place.beside), beside=entry.cell))
    if entry.reading.code:
        told.append(problem(entry.reading.code, figure=name, written=entry.written,
                            **{"label": label, **entry.reading.words}))
    return told


def _label_text(place: Place, located: Located) -> str:
    return as_written(located.grid.value(*place.label))
