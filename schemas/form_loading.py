"""Forms' definitions loaded from YAML: parts that contradict each other are refused with their line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.form import Campaign, Form
from schemas.ledger_definition import Ledger
from schemas.ledger_loading import load_ledgers
from schemas.loading.yaml_document import Where, read_document


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
