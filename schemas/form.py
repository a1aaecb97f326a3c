"""A form as data: the frozen models that a YAML definition is loaded into.

The definition is the only place that knows the form's figures. :func:`load_form` refuses a wrong one with
the line that is wrong. Terms are those of ``form.md``: section, item (one printed label and its value),
figure (one number of an item), measure (flow: cumulative; level: a state), rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from schemas.frozen import Frozen, Name, Words
from schemas.ledger_definition import Ledger
from schemas.ledger_loading import load_ledgers
from schemas.loading.yaml_document import Where, read_document
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


def load_form(path: Path) -> Form:
    """The form defined in ``path``.

    Raises:
        DefinitionError: the file cannot be read or defines what cannot be; names file and line.
    """
    document = read_document(path, "表样定义", "--form")
    try:
        form = _completed(document.validated(Form))
        ledgers = load_ledgers(form.ledgers, path)
        _check_ledgers(form, ledgers)
        return form.model_copy(update={"ledger_definitions": ledgers}) if ledgers else form
    except _Wrong as error:
        raise document.refused(error.where, error.words) from error


def load_beside(path: Path, others: Iterable[Path]) -> Form:
    """The form defined in ``path``, with the other forms of its inbox.

    Raises:
        DefinitionError: as :func:`load_form`, of any of them.
    """
    form = load_form(path)
    beside = tuple(other for one in others if one.resolve() != path.resolve() and (other := load_form(one)).name != form.name)
    return form.model_copy(update={"beside": beside}) if beside else form


class _Wrong(Exception):
    """A definition whose parts contradict each other; ``where`` is the path in the document."""

    def __init__(self, where: Where, words: str):
        super().__init__(words)
        self.where, self.words = where, words


def _completed(form: Form) -> Form:
    """The form with each figure's kind, title and filled_by filled in, its parts checked against each other."""
    seen: set[str] = set()
    labels: set[tuple[str, str]] = set()
    sections = []
    for s, section in enumerate(form.sections):
        items = []
        for i, item in enumerate(section.items):
            at = ("sections", s, "items", i)
            filled_by = section.filled_by if item.filled_by is None else item.filled_by
            for kind in filled_by:
                if kind not in form.kinds:
                    own = at if item.filled_by is not None else ("sections", s)
                    raise _Wrong((*own, "filled_by"), f"填报类别“{kind}”不在 kinds 中")
            starts = [label.since or dt.date.min for label in item.labels]
            if any(later <= earlier for earlier, later in pairwise(starts)):
                raise _Wrong((*at, "labels"), "几种叫法要按 since 的先后写，后一种须写明从哪一期起")
            for label in item.labels:
                key = (section.short, label.joined)
                if key in labels:
                    raise _Wrong((*at, "labels"), f"项目“{label.joined}”出现两次")
                labels.add(key)
            figures = []
            for f, figure in enumerate(item.figures):
                here = (*at, "figures", f)
                if figure.name in seen:
                    raise _Wrong((*here, "name"), f"指标 {figure.name} 出现两次")
                if figure.unit not in form.units:
                    raise _Wrong((*here, "unit"), f"不认识的计量单位“{figure.unit}”，units 中没有")
                seen.add(figure.name)
                kind = form.units[figure.unit]
                if figure.ceiling is not None and kind != "money":
                    raise _Wrong((*here, "ceiling"), f"指标 {figure.name} 不是金额，不能有上限")
                if len(item.figures) == 2 and kind == "yes_no":
                    raise _Wrong((*here, "unit"), "两个数的项目不能含“是/否”")
                title = figure.title or item.label().joined
                figures.append(figure.model_copy(update={"kind": kind, "title": title, "filled_by": filled_by}))
            items.append(item.model_copy(update={"figures": tuple(figures), "filled_by": filled_by}))
        sections.append(section.model_copy(update={"items": tuple(items)}))
    done = form.model_copy(update={"sections": tuple(sections)})
    _check_names(done)
    _check_pictures(done)
    _check_campaign(done.campaign)
    return done


def _check_names(form: Form) -> None:
    """Every name in rules and report is a figure, and a number where one is compared."""
    rules, report = form.rules, form.report
    named: list[tuple[Where, str, bool]] = [
        (("rules", "part_of_whole", n, key), getattr(part, key), True) 
        for n, part in enumerate(rules.part_of_whole) for key in ("part", "whole")]
    named += [(("rules", "sum_of", n, "total"), rule.total, True) for n, rule in enumerate(rules.sum_of)]
    named += [(("rules", "sum_of", n, "parts", k), name, True)
              for n, rule in enumerate(rules.sum_of) for k, name in enumerate(rule.parts)]
    named += [(("rules", "together", n, key), getattr(rule, key), True)
              for n, rule in enumerate(rules.together) for key in ("figure", "wants")]
    for n, rule in enumerate(rules.nothing_found):
        named.append((("rules", "nothing_found", n, "done"), rule.done, True))
        named += [(("rules", "nothing_found", n, "found", k), name, True) for k, name in enumerate(rule.found)]
    named += [(("report", "rates", n, key), getattr(rate, key), True)
              for n, rate in enumerate(report.rates) for key in ("part", "whole")]
    for key, number in (("headline", False), ("trends", True), ("faults", True)):
        named += [(("report", key, n), name, number) for n, name in enumerate(getattr(report, key))]
    for where, name, number in named:
        if name not in form.figures:
            raise _Wrong(where, f"没有名为 {name} 的指标")
        if number and not form.figures[name].is_number:
            raise _Wrong(where, f"指标 {name} 是“是/否”，不能比较大小")


def _check_ledgers(form: Form, ledgers: tuple[Ledger, ...]) -> None:
    """Every figure that a ledger proves is one of the form, and a number."""
    for n, ledger in enumerate(ledgers):
        for name in (*(pair.figure for pair in ledger.bridge), *ledger.faults):
            if name not in form.figures or not form.figures[name].is_number:
                raise _Wrong(("ledgers", n), f"{form.ledgers[n]} 提到的 {name} 不是本表的指标")


def _check_pictures(form: Form) -> None:
    """Every figure has its one cell in the pictures, if there are any."""
    if not form.pictures:
        return
    drawn = [name for picture in form.pictures for name in picture.figures]
    for n, picture in enumerate(form.pictures):
        for name in picture.figures:
            if name not in form.figures:
                raise _Wrong(("pictures", n, "figures", name), f"没有名为 {name} 的指标")
    for name in form.figures:
        if drawn.count(name) != 1:
            raise _Wrong(("pictures",), f"指标 {name} 在 pictures 中应恰好有一个单元格")


def _check_campaign(campaign: Campaign) -> None:
    """Weeks are Mondays, in order, and a moved week stays between its neighbours."""
    if campaign.rhythm == "dates" and not campaign.dates:
        raise _Wrong(("campaign", "dates"), "rhythm 是 dates 时要写明各期的日期")
    for key in () if campaign.rhythm != "weekly" else ("first_week", "last_week"):
        if getattr(campaign, key).weekday() != 0:
            raise _Wrong(("campaign", key), f"{getattr(campaign, key)} 不是星期一")
    if campaign.last_week < campaign.first_week:
        raise _Wrong(("campaign", "last_week"), "最后一期早于第一期")
    for week, day in campaign.moved.items():
        if campaign.rhythm == "weekly" and week.weekday() != 0:
            raise _Wrong(("campaign", "moved", week), f"{week} 不是星期一")
        if not -7 < (day - week).days < 7:
            raise _Wrong(("campaign", "moved", week), f"改期 {day} 离原定的日期超过一周")
    for n, week in enumerate(campaign.skipped):
        if campaign.rhythm == "weekly" and week.weekday() != 0:
            raise _Wrong(("campaign", "skipped", n), f"{week} 不是星期一")
    if campaign.rhythm == "weekly" and all(campaign.first_week + dt.timedelta(days=7 * n) in campaign.skipped
                                           for n in range((campaign.last_week - campaign.first_week).days // 7 + 1)):
        raise _Wrong(("campaign", "skipped"), "没有留下一期")
    try:
        ZoneInfo(campaign.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _Wrong(("campaign", "timezone"), f"没有名为 {campaign.timezone} 的时区，如 Asia/Shanghai") from error
    hours, minutes = campaign.due.split(":")
    if int(hours) > 23 or int(minutes) > 59:
        raise _Wrong(("campaign", "due"), f"{campaign.due} 不是一天中的时刻")
