"""A form as data: the frozen models that a YAML definition is loaded into.

The definition is the only place that knows the form's figures; :mod:`schemas.form_loading` refuses a wrong one.
Terms are those of ``form.md``: section, item (one printed label and its value), figure (one number of an item),
measure (flow: cumulative; level: a state), rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from schemas.frozen import Frozen, Name, Words
from schemas.ledger_definition import Ledger
from schemas.picture import SheetPicture

T = TypeVar("T")
Kind = Literal["count", "money", "yes_no"]
MONEY_DECIMALS = 6  # form.md: money is >= 0 with at most 6 decimals


class Figure(Frozen):
    """One number of the form. ``kind`` is filled in from the form's ``units`` table.

    ``ceiling`` is the most that one unit can have of an amount of money in a whole campaign, in ``unit``; what is above it was
    probably filled in by 元.
    """

    name: Name
    short: Words
    unit: Words
    title: str = ""
    measure: Literal["flow", "year", "period", "level"] = "flow"
    kind: Kind = "count"
    filled_by: tuple[str, ...] = ()
    ceiling: float | None = Field(default=None, gt=0)

    @property
    def is_number(self) -> bool:
        """Whether it is summed, rather than answered 是 or 否."""
        return self.kind != "yes_no"


class Label(Frozen):
    """How an item is printed, from a week on (issuers re-word); ``text`` is one entry a printed line."""

    text: tuple[Words, ...] = Field(min_length=1)
    since: dt.date | None = None

    @property
    def joined(self) -> str:
        """The label without its line breaks."""
        return "".join(self.text)


class Item(Frozen):
    """A printed label with the one or two figures of its value cell."""

    number: int = Field(ge=1)
    labels: tuple[Label, ...] = Field(min_length=1)
    figures: tuple[Figure, ...] = Field(min_length=1, max_length=2)
    filled_by: tuple[str, ...] | None = None
    prompt: str = ""

    def label(self, week: dt.date | None = None) -> Label:
        """The label in force in ``week``; the latest where no week is given."""
        fitting = [one for one in self.labels if week is None or one.since is None or one.since <= week]
        return fitting[-1] if fitting else self.labels[0]


class Section(Frozen):
    """A block of items under one heading of the form."""

    title: tuple[Words, ...] = Field(min_length=1)
    short: Words
    filled_by: tuple[str, ...] = ()
    items: tuple[Item, ...] = Field(min_length=1)


class Milestone(Frozen):
    """A date of the notice on which units hand in something other than the form."""

    name: Words
    due: dt.date


Rhythm = Literal["weekly", "weekly_any_day", "ten_days", "half_monthly", "monthly", "quarterly", "half_yearly", "yearly", "dates"]


class Campaign(Frozen):
    """When the form is due: week names are Mondays, ``moved`` gives the day a week is reported instead.

    Other rhythms than ``weekly`` have their periods named by the day on which they are due, from ``first_week`` to
    ``last_week``: every seven days (``weekly_any_day``); on the 10th, the 20th and the last of a month (``ten_days``); on the
    15th and the last (``half_monthly``); on the first period's day of every month, third, sixth or twelfth month (the last
    day where a month is shorter, or where the first period's is the last of its month); or on the ``dates`` given.
    """

    name: Words
    first_week: dt.date
    last_week: dt.date
    rhythm: Rhythm = "weekly"
    dates: tuple[dt.date, ...] = ()
    due: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "12:00"
    timezone: str = "Asia/Shanghai"
    moved: dict[dt.date, dt.date] = Field(default_factory=dict)
    skipped: tuple[dt.date, ...] = ()
    milestones: tuple[Milestone, ...] = ()


class PartOfWhole(Frozen):
    """``part`` is never greater than ``whole`` (error; a warning where ``adopt`` guessed it from the printed words)."""

    part: str
    whole: str
    guessed: bool = False


class Together(Frozen):
    """``figure`` above zero wants ``wants`` above zero (warning, reported at ``figure``)."""

    figure: str
    wants: str


class NothingFound(Frozen):
    """零问题报告: ``done`` above zero and all of ``found`` zero for ``weeks`` weeks running (note)."""

    done: str
    found: tuple[str, ...] = Field(min_length=1)
    weeks: int = Field(ge=1)


class SumOf(Frozen):
    """``total`` is the sum of ``parts`` (error; a warning where it was guessed)."""

    total: str
    parts: tuple[str, ...] = Field(min_length=2)
    guessed: bool = False


class Rules(Frozen):
    """The rules between figures."""

    part_of_whole: tuple[PartOfWhole, ...] = ()
    sum_of: tuple[SumOf, ...] = ()
    together: tuple[Together, ...] = ()
    nothing_found: tuple[NothingFound, ...] = ()


class Rate(Frozen):
    """A percentage that reports show: part / whole."""

    title: Words
    part: str
    whole: str


class ReportPlan(Frozen):
    """Which figures reports and charts show first."""

    headline: tuple[str, ...] = ()
    rates: tuple[Rate, ...] = ()
    trends: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Form(Frozen):
    """A whole form definition.

    ``instead_of`` names the form that this one replaces: its outbox is taken over, and so its history.

    ``beside`` are the other forms that share the inbox: a file that is one of them is not this form's.

    ``ledgers`` are the files, relative to the form's own, that define the ledgers kept beside it; :func:`load_form` loads
    them into ``ledger_definitions``.
    """

    name: Name
    instead_of: str = ""
    title: tuple[Words, ...] = Field(min_length=1)
    sheet: Words
    region: tuple[str, ...] = ()
    send_to: str = ""
    campaign: Campaign
    pictures: tuple[SheetPicture, ...] = ()
    kinds: tuple[Words, ...]
    units: dict[str, Kind]
    remarks: tuple[str, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
    rules: Rules = Rules()
    report: ReportPlan = ReportPlan()
    ledgers: tuple[Words, ...] = ()
    ledger_definitions: tuple[Ledger, ...] = ()
    beside: tuple[Form, ...] = ()

    def is_ledger_name(self, file: str) -> bool:
        """Whether a file that cannot be read is, by its name, a ledger."""
        return self.sheet not in file and any(word in file for ledger in self.ledger_definitions for word in ledger.file_words)

    @property
    def joined_title(self) -> str:
        """The title without its line breaks."""
        return "".join(self.title)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items in printed order."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Name → figure, in the form's order."""
        return {figure.name: figure for item in self.items for figure in item.figures}

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """Figure name → the item it is in."""
        return {figure.name: item for item in self.items for figure in item.figures}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """Figure name → the section it is in."""
        return {f.name: section for section in self.sections for item in section.items for f in item.figures}

    def values_of(self, figures: Mapping[str, T]) -> tuple[T | None, ...]:
        """The values in the form's order; None for a figure that is lacking."""
        if len(figures) >= len(self.figures) > 1:
            try:
                return self.picker(figures)
            except KeyError:
                pass
        return tuple(figures.get(name) for name in self.figures)

    @cached_property
    def picker(self) -> itemgetter:
        """Takes every figure's value at once: of thousands of units, one by one takes five times as long."""
        return itemgetter(*self.figures)

    def columns_of(self, rows: Iterable[Mapping[str, T]]) -> dict[str, tuple[T | None, ...]]:
        """Name → the figure's value in each of ``rows``."""
        values = [self.values_of(row) for row in rows]
        return dict(zip(self.figures, zip(*values, strict=True), strict=True)) if values else dict.fromkeys(self.figures, ())

    def label(self, name: str, week: dt.date | None = None) -> str:
        """How people know a figure: its printed label; of a two-figure item, its own title with unit."""
        item = self.item_of[name]
        figure = self.figures[name]
        return item.label(week).joined if len(item.figures) == 1 else f"{figure.title}（{figure.unit}）"
