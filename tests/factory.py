"""Made-up results for tests of the writers: plausible, consistent, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import hashlib
import random

from consolidator.model.result import (
    CARRIED,
    MISSING,
    REPORTED,
    Acceptance,
    Notice,
    PastWeek,
    SubmissionResult,
    UnitResult,
    WeekResult,
)
from schemas.form import Form
from schemas.problems import problem

STREETS = ["光复道街道", "望海楼街道", "鸿顺里街道", "新开河街道", "铁东路街道", "建昌道街道", "宁园街道", "王串场街道",
           "江都路街道", "月牙河街道"]
BUREAUS = ["区商务局", "区工信局", "区住建委", "区城管委", "区教育局", "区卫健委", "区文旅局", "区民政局", "区应急局",
           "区市场监管局", "区消防救援支队", "公安河北分局"]


def figures_for(form: Form, kinds: tuple[str, ...], chance: random.Random, scale: int = 20) -> dict:
    """Figures that obey the form's rules, as a unit of ``kinds`` would fill them."""
    figures: dict = {}
    for name, figure in form.figures.items():
        if figure.filled_by and not set(figure.filled_by) & set(kinds):
            figures[name] = None
        elif figure.kind == "yes_no":
            figures[name] = chance.random() < 0.7
        elif figure.kind == "money":
            figures[name] = round(chance.uniform(0, scale), 2)
        else:
            figures[name] = chance.randint(0, scale)
    for rule in form.rules.part_of_whole:
        if figures[rule.whole] is not None and figures[rule.part] is not None:
            figures[rule.part] = min(figures[rule.part], figures[rule.whole])
    for rule in form.rules.together:
        if figures[rule.figure] and not figures[rule.wants]:
            figures[rule.figure] = 0.0
    return figures


def totals_of(form: Form, units: list[UnitResult]) -> dict:
    totals = {}
    for name, figure in form.figures.items():
        values = [unit.figures.get(name) or 0 for unit in units]
        totals[name] = round(sum(values), 6) if figure.kind == "money" else int(sum(values))
    return totals


def make_result(form: Form, names: list[str] | None = None, seed: int = 1, weeks_past: int = 4) -> WeekResult:
    """A week in which most reported, one is carried, one missing, one rejected, one accepted by decision."""
    chance = random.Random(seed)
    names = names or BUREAUS + STREETS
    week = form.campaign.first_week + dt.timedelta(days=7 * weeks_past)
    submissions, units = [], []
    for number, name in enumerate(names):
        kinds = (form.kinds[2],) if name.endswith("街道") and len(form.kinds) > 2 else tuple(form.kinds[:2])
        figures = figures_for(form, kinds, chance)
        previous = {k: v if v is None or isinstance(v, bool) else round(v * 0.8, 2) if isinstance(v, float) else int(v * 0.8)
                    for k, v in figures.items()}
        source = MISSING if number == 3 else CARRIED if number in (5, 8) else REPORTED
        from_week = None if source == MISSING else week if source == REPORTED else week - dt.timedelta(days=7)
        awaiting = "correction" if number == 8 else None if source == REPORTED else "report"
        if source == MISSING:
            figures = previous = {}
        elif source == CARRIED:
            figures = dict(previous)
        increments = {k: None if not form.figures[k].is_number or figures[k] is None else
                      round(figures[k] - (previous[k] or 0), 6) for k in figures}
        sha = hashlib.sha256(name.encode()).hexdigest()
        unit = UnitResult(name, kinds, source=source, from_week=from_week, awaiting=awaiting, figures=figures, previous=previous,
                          increments=increments, late=number == 7)
        first = next(iter(form.figures))
        if source == REPORTED or awaiting == "correction":
            problems = []
            if number == 8:
                problems = [problem("not-a-number", figure=first, sheet=form.sheet, cell="D3", written="约20",
                                    label=form.label(first)),
                            *(problem("blank", figure=f, sheet=form.sheet, cell="D9", label=form.label(f))
                              for f in list(form.figures)[4:8])]
            elif number % 4 == 0:
                problems = [problem("blank", figure=first, sheet=form.sheet, cell="D3", label=form.label(first))]
            submissions.append(SubmissionResult(
                f"{name}.xlsx", sha, unit=name, date=week, status="rejected" if awaiting else "accepted", figures=figures,
                problems=problems,
                cells={f: f"D{n + 3}" for n, f in enumerate(form.figures)}, sheet=form.sheet, late=number == 7,
                received=dt.datetime(2023, 6, 26, 9, number % 60, tzinfo=dt.timezone(dt.timedelta(hours=8)))))
            unit.file = submissions[-1].file
        if number == 1:
            unit.accepted.append(Acceptance(first, figures[first], 999, "电话核实", "王敏", at="2023-06-26T10:05"))
        units.append(unit)
    submissions.append(SubmissionResult("乱表.xlsx", "0" * 64, unit=None, date=None, status="rejected", figures={},
                                        problems=[problem("not-a-form", title=form.joined_title)]))
    totals = totals_of(form, units)
    past = [PastWeek(form.campaign.first_week + dt.timedelta(days=7 * n),
                     {k: round(v * (n + 1) / (weeks_past + 1), 2) if isinstance(v, float) else int(v * (n + 1) / (weeks_past + 1))
                      for k, v in totals.items()}, len(names) - 2) for n in range(weeks_past)]
    previous = past[-1].totals if past else {}
    increments = {k: round(v - previous[k], 6) if past else None for k, v in totals.items()}
    return WeekResult(form.name, week, submissions=submissions, units=units, totals=totals, increments=increments,
                      previous_week=past[-1].week if past else None, previous_totals=previous, past=past,
                      notices=[Notice("nothing-found", "note", "连续 3 期抽查企业而没有发现问题：请跟进（深挖细查，查出真问题）",
                                      names[0])])
