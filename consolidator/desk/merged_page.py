"""汇总: the merged form; behind each total its units, with cell and file; what the last run changed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.form_table import FigureCell, form_rows
from consolidator.desk.pages import desk_of, page, show
from consolidator.desk.paging import page_of
from consolidator.desk.rows import state_of
from consolidator.desk.week_page import papers_of
from consolidator.model.display import change_text, total_text, unit_of_total, value_text
from consolidator.model.result import UnitResult, WeekResult
from consolidator.model.submission import FigureValue
from consolidator.workflows.changes import Change, between_runs, since_last_run
from consolidator.workflows.overview import Overview, cells_of
from schemas.form import Figure

MOST_CHANGES, MOST_STEPS = 100, 6


@dataclass(frozen=True, slots=True)
class Behind:
    """A unit behind a total: what it had, has and added, its state, and the file and cell that it came from."""

    unit: str
    value: str
    before: str
    step: str
    state: tuple[str, str]
    _: KW_ONLY
    file: str
    sha256: str


@page
def merged_page(request: Request, view: Overview) -> Response:
    """The merged form."""
    result, form = view.result, view.form
    name = request.query_params.get("figure", "")
    figure = form.figures.get(name)
    offers = desk_of(request).offers
    shown = page_of(behind(view, figure), request.query_params.get("page", "")) if figure else None
    changes, heading = _changes(request, view)
    rows = [(one.unit, one.why, [(form.figures[step].short, value_text(old, form.figures[step], "—"),
                                  value_text(new, form.figures[step], "—")) for step, old, new in one.steps[:MOST_STEPS]],
             max(0, len(one.steps) - MOST_STEPS)) for one in changes[:MOST_CHANGES]]
    corrections = [(form.label(one, view.week), total_text(old, form.figures[one]), total_text(new, form.figures[one]))
                   for one, (old, new) in result.corrections.items() if one in form.figures]
    return show(request, "merged.html", "/merged", view, rows=form_rows(form, view.week, lambda one: _total(one, result)), figure=figure,
                label=form.label(name, view.week) if figure else "", changes=rows, more=max(0, len(changes) - MOST_CHANGES),
                heading=heading, corrections=corrections, previous=result.previous_week,
                behind=shown, origins=_origins(request, view, name, shown.rows) if shown else {},
                total=f"{total_text(result.totals.get(name), figure)} {unit_of_total(figure)}" if figure else "",
                papers=[(path.name, offers.offer(path)) for path in papers_of(view)])


def _total(figure: Figure, result: WeekResult) -> FigureCell:
    counted = "" if figure.is_number else f" {unit_of_total(figure)}"
    return FigureCell(figure.name, figure.short, figure.unit, total_text(result.totals.get(figure.name), figure) + counted,
                      total_text(result.previous_totals.get(figure.name), figure),
                      step=change_text(result.increments.get(figure.name), figure),
                      pair=False)


def behind(view: Overview, figure: Figure) -> list[Behind]:
    """The units behind a total, those that added most first."""
    subs = {(one.unit, one.file): one for one in view.result.submissions if one.unit}
    units = sorted(view.result.units, key=lambda one: (-_number(one.increments.get(figure.name)), -_number(one.figures.get(figure.name))))
    rows = []
    for one in units:
        sub = subs.get((one.unit, one.file)) if one.file else None
        rows.append(Behind(one.unit, value_text(one.figures.get(figure.name), figure, "—"),
                           value_text(one.previous.get(figure.name), figure, "—"), change_text(one.increments.get(figure.name), figure),
                           state_of(one), file=_file(one, sub.file if sub else ""), sha256=sub.sha256 if sub else ""))
    return rows


def _origins(request: Request, view: Overview, figure: str, rows: Sequence[Behind]) -> dict[str, tuple[str, str]]:
    """sha256 → (cell, id of the original) of the units that are shown."""
    offers, found = desk_of(request).offers, {}
    with desk_of(request).outbox:
        cells = cells_of(view, [one.sha256 for one in rows if one.sha256])
    now = {one.sha256: one.cells for one in view.result.submissions}
    for one in rows:
        if one.sha256:
            original = view.original(one.sha256)
            cell = now.get(one.sha256, {}).get(figure) or cells.get(one.sha256, {}).get(figure, "")
            found[one.sha256] = (cell, offers.offer(original, original.name.partition("_")[2]) if original and original.is_file() else "")
    return found


def _file(unit: UnitResult, file: str) -> str:
    accepted = "；".join(dict.fromkeys(f"采纳：{one.reason}" for one in unit.accepted))
    return "，".join(filter(None, (file or (f"沿用 {unit.from_week} 期" if unit.from_week else ""), accepted)))


def _number(value: FigureValue) -> float:
    return float(value) if value is not None else 0.0


def _changes(request: Request, view: Overview) -> tuple[list[Change], str]:
    if view.last is None:
        return [], ""
    if view.changed:
        return since_last_run(view.last, view.result, view.form), "再点“汇总”会变的"
    with desk_of(request).outbox:
        return between_runs(view.settings, view.result), "上一次汇总变了的"


ROUTES = [Route("/merged", merged_page)]
