"""What sentences and pages say of a week, computed from the result and the form alone: totals as words, rates, ranks.

Report, page and letter take their numbers from here, so that they agree with one another. A :class:`Fact` prints as
people write it (``120个``); ``{{ f.name }}`` and ``{{ f.name.change }}`` are what a template of the office needs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace

from consolidator.model.display import change_text, short_day_text, total_text, unit_of_total
from consolidator.model.result import CARRIED, Figures, WeekResult
from consolidator.model.submission import FigureValue
from consolidator.writing.choosing import headline_of
from schemas.actions import Sentence, act
from schemas.errors import UsageError
from schemas.form import MONEY_DECIMALS, Figure, Form, Section

NOTHING_FOUND = "nothing-found"  # the notice of schemas.problems that 零问题 is reported by

_UNIT_BEHIND = re.compile(r"（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with one decimal (``87.5%``, ``11.0%``), printed as nothing where the whole is zero."""

    title: str
    percent: Decimal | None
    before: Decimal | None = None
    against: str = "较上期"

    def __str__(self) -> str:
        return "" if self.percent is None else f"{self.percent:.1f}%"

    def __bool__(self) -> bool:
        return self.percent is not None

    @property
    def moved(self) -> str:
        """较上期提高1.2个百分点, from the percentages as printed; nothing where there is nothing to compare."""
        if self.percent is None or self.before is None:
            return ""
        points = self.percent - self.before
        if not points:
            return f"{self.against.replace('较', '与', 1)}持平"
        return f"{self.against}{'提高' if points > 0 else '下降'}{abs(points):.1f}个百分点"

    @property
    def change(self) -> str:
        """The same in brackets, to stand behind the percentage."""
        return f"（{self.moved}）" if self.moved else ""


def percent(part: FigureValue, whole: FigureValue) -> Decimal | None:
    """part / whole in percent to one decimal; None where whole is zero.

    What is not all is never 100, what is not nothing never 0.
    """
    if not whole:
        return None
    exact = Decimal(str(part or 0)) * 100 / Decimal(str(whole))
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded == 100 and exact < 100:
        return Decimal("99.9")
    return Decimal("0.1") if rounded == 0 and exact > 0 else rounded


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure's total. ``increment`` is None where there is nothing to compare; ``backlog`` is the part of it that
    units brought after weeks of being carried. ``against`` says what the increment is measured from."""

    figure: Figure
    value: FigureValue
    increment: FigureValue = None
    backlog: float | int = 0
    against: str = "较上期"

    def __str__(self) -> str:
        return self.number + self.unit

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def short(self) -> str:
        return self.figure.short

    @property
    def unit(self) -> str:
        return unit_of_total(self.figure)

    @property
    def number(self) -> str:
        return total_text(self.value, self.figure, blank="0")

    @property
    def step(self) -> str:
        """The increment with its sign, for tables."""
        return change_text(self.increment, self.figure, blank="—")

    @property
    def moved(self) -> str:
        """较上期增加11个，其中补报3个; 与上期持平; nothing where there is nothing to compare."""
        if self.increment is None:
            return ""
        if not self.increment:
            return f"{self.against.replace('较', '与')}持平"
        word = "增加" if self.increment > 0 else "减少"
        text = f"{self.against}{word}{total_text(abs(self.increment), self.figure)}{self.unit}"
        if self.backlog > 0:
            text += f"，其中补报{total_text(self.backlog, self.figure)}{self.unit}"
        return text

    @property
    def change(self) -> str:
        """The same in brackets, to stand behind the number."""
        return f"（{self.moved}）" if self.moved else ""

    def of(self, whole: Fact, title: str = "") -> Share:
        """This total as a share of ``whole``, with what the share was before."""
        before = None
        if self.increment is not None and whole.increment is not None:
            before = percent((self.value or 0) - self.increment, (whole.value or 0) - whole.increment)
        return Share(title, percent(self.value, whole.value), before, self.against)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that checks found: its total and what share of the checked it is."""

    fact: Fact
    share: Share

    @property
    def short(self) -> str:
        return self.fact.short

    @property
    def formal(self) -> str:
        """Its name in formal prose: as printed on the form, without the unit."""
        return _UNIT_BEHIND.sub("", self.fact.figure.title)


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """A section of the form with the totals of its figures."""

    section: Section
    facts: tuple[Fact, ...]

    @property
    def short(self) -> str:
        return self.section.short

    @property
    def told(self) -> tuple[Fact, ...]:
        """Those above zero, which sentences name."""
        return tuple(fact for fact in self.facts if fact)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a stage: ``f`` holds what a flow grew by within it, and what a level was at its end."""

    title: str
    last_week: dt.date
    f: SimpleNamespace
    headline: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a template may say of a week (``edition`` weekly) or of the weeks so far (stage, final).

    ``carried``: the weeks whose figures stand for units that have not reported, each with their number (6月5日, 12).
    """

    f: SimpleNamespace
    headline: tuple[Fact, ...]
    rates: tuple[Share, ...]
    faults: tuple[Fault, ...]
    sections: tuple[SectionFacts, ...]
    _: KW_ONLY
    due: int
    reported: int
    first: dt.date
    last: dt.date
    carried: tuple[tuple[str, int], ...] = ()
    months: tuple[Month, ...] = ()
    weeks: tuple[tuple[dt.date, Figures], ...] = field(default=(), repr=False)


def facts_of(result: WeekResult, form: Form, edition: str = "weekly",
             since: dt.date | None = None, until: dt.date | None = None) -> Facts:
    """The facts of ``result``: against the week before for ``weekly``, of the weeks from ``since`` to ``until`` else.

    Raises:
        UsageError: no week that was run lies within ``since`` and ``until``, or a weekly report is given dates.
    """
    if edition == "weekly" and (since or until):
        raise UsageError(Sentence("周报只讲一期：", act("span-of-editions")))
    weeks = [(past.week, past.totals) for past in result.past if past.week < result.week]
    weeks.append((result.week, result.totals))
    inside = [(week, totals) for week, totals in weeks if (not since or week >= since) and (not until or week <= until)]
    if not inside:
        raise UsageError(Sentence("起止日期内没有汇总过的一期：请", act("look-at-span")))
    before = [totals for week, totals in weeks if week < inside[0][0]]
    if edition == "weekly":
        increments, against = result.increments, "较上期"
        backlog = result.backlog()
    else:
        base = before[-1] if before else None
        increments = {name: _less(value, base.get(name)) for name, value in inside[-1][1].items()} if base else {}
        backlog, against = {}, f"较{short_day_text(weeks[len(before) - 1][0])}"
    last, totals = inside[-1]
    reported = {past.week: past.reported for past in result.past}
    facts = {name: Fact(figure, totals.get(name), increments.get(name), backlog.get(name) or 0, against)
             for name, figure in form.figures.items()}
    return Facts(
        SimpleNamespace(**facts),
        tuple(facts[name] for name in headline_of(form)),
        tuple(facts[rate.part].of(facts[rate.whole], rate.title) for rate in form.report.rates),
        _faults(form, facts),
        tuple(SectionFacts(section, tuple(facts[figure.name] for item in section.items for figure in item.figures))
              for section in form.sections),
        due=len(result.due_units()),
        reported=len(result.reported_units()) if last == result.week else reported[last],
        first=inside[0][0],
        last=last,
        carried=carried_from(result) if last == result.week else (),
        months=() if edition == "weekly" else tuple(_months(form, inside, before[-1] if before else None)),
        weeks=tuple(inside if edition != "weekly" else weeks),
    )


def carried_from(result: WeekResult) -> tuple[tuple[str, int], ...]:
    """The weeks from which units are carried, each with the number of units: ``(("6月5日", 12),)``."""
    weeks = Counter(unit.from_week for unit in result.units if unit.source == CARRIED and unit.from_week)
    return tuple((short_day_text(week), count) for week, count in sorted(weeks.items()))


def _less(value: FigureValue, before: FigureValue) -> FigureValue:
    difference = (value or 0) - (before or 0)
    return round(difference, MONEY_DECIMALS) if isinstance(difference, float) else difference


def _faults(form: Form, facts: dict[str, Fact]) -> tuple[Fault, ...]:
    """The faults that were found, commonest first, each as a share of the whole that a rule names."""
    whole_of = {rule.part: rule.whole for rule in form.rules.part_of_whole}
    found = []
    for name in form.report.faults:
        whole = facts.get(whole_of.get(name, ""))
        found.append(Fault(facts[name], facts[name].of(whole) if whole else Share("", None)))
    return tuple(sorted((one for one in found if one.fact), key=lambda one: -(one.fact.value or 0)))


def _months(form: Form, weeks: list[tuple[dt.date, Figures]], base: Figures | None) -> Iterable[Month]:
    """The stage month by month; a week belongs to the month of its Monday.

    ``base`` are the totals before the first week. Where there are none, what came before cannot be distinguished from what is new,
    unless the campaign itself began then: the first month counts from its first week, and is left out if that is its only one.
    """
    last_of = {(week.year, week.month): (week, totals) for week, totals in weeks}
    first, begun = weeks[0], ""
    if base is None:
        base = {} if first[0] <= form.campaign.first_week else first[1]
        begun = "" if first[0] <= form.campaign.first_week else f"（{short_day_text(first[0])}起）"
    for (year, number), (week, totals) in last_of.items():
        if begun and week == first[0]:
            begun = ""
            continue
        facts = {name: Fact(figure, totals.get(name) if figure.measure == "level"
                            else _less(totals.get(name), base.get(name)))
                 for name, figure in form.figures.items()}
        yield Month(f"{year}年{number}月{begun}", week, SimpleNamespace(**facts),
                    tuple(facts[name] for name in headline_of(form)))
        base, begun = totals, ""
