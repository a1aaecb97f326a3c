"""各期: the weeks with their state, how the totals went, and the reports on a stage or the whole."""

from __future__ import annotations

import datetime as dt

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, desk_of, page, posted, show, text_of, week_in
from consolidator.desk.uploads import sent_file
from consolidator.desk.week_page import papers_of
from consolidator.model.display import logged_text
from consolidator.model.filenames import is_edition
from consolidator.model.text import whole_number
from consolidator.model.weeks import period_name
from consolidator.workflows import archive as archiving
from consolidator.workflows import handouts
from consolidator.workflows.archive import Archived
from consolidator.workflows.opening import opening
from consolidator.workflows.overview import Overview
from consolidator.writing.facts import facts_of
from consolidator.writing.html.charts import page_charts
from schemas.errors import ConsolidatorError, UsageError
from schemas.settings import Settings

WAIT = 120.0  # seconds: the file that was sent lives as long as the answer is waited for
EDITIONS = {"weekly": "每周报告（重写）", "stage": "阶段进展", "final": "工作总结", "movers": "数据变动说明（一页）"}


@page
def weeks_page(request: Request, view: Overview) -> Response:
    """All weeks."""
    rows = []
    for one in reversed(view.weeks):
        letters = view.sent.get(one.week, [])
        state = "已定稿" if one.closed else "重开，待更正" if one.closed_totals is not None else "未定稿"
        sent = f"{'手工报送' if letters[-1]['by_hand'] else '已寄出'} {logged_text(letters[-1]['at'])}" if letters else ""
        rows.append((one.week, period_name(view.form.campaign, one.week), state, one.reported, sent, len(letters)))
    result = view.last or view.result
    charts = [(chart.title, chart.svg, chart.keys) for chart in page_charts(facts_of(result, view.form), view.form)]
    offers = desk_of(request).offers
    reports = [(path.name, offers.offer(path)) for path in papers_of(view) if is_edition(path.name)]
    years = sorted({one.week.year for one in view.weeks})
    year, planned, refused = _planned(request, view, years)
    return show(request, "weeks.html", "/weeks", view, rows=rows, charts=charts, editions=EDITIONS, reports=reports, years=years, year=year,
                planned=planned, refused=refused)


def _planned(request: Request, view: Overview, years: list[int]) -> tuple[int | None, Archived | None, str]:
    """(the year that is asked for, what archiving it would do, or why it cannot be done)."""
    asked = request.query_params.get("archive", "")
    year = next((one for one in years if str(one) == asked), None)
    if year is None:
        return None, None, ""
    try:
        return year, archiving.preview(view.settings, year), ""
    except ConsolidatorError as error:
        return year, None, error.sentence


@posted
def archive(request: Request, form: FormData) -> Response:
    """A year archived, once the page has shown what that means and whoever asks has ticked that it is meant."""
    year = whole_number(text_of(form, "year"), 4)

    def work(settings: Settings, step: object) -> list[str]:
        if year is None:
            raise UsageError("请选哪一年")
        if text_of(form, "sure") != "yes":
            raise UsageError("没有归档：请先看清要归档什么，再勾选“看过了”")
        done = archiving.archive(settings, year)
        if not done.weeks:
            return [*done.lines, f"{year} 年早已归档：{done.path}"]
        return [*done.lines, f"已归档 {done.weeks[0]} 至 {done.weeks[-1]} 共 {len(done.weeks)} 期、{done.files} 个文件：{done.path}",
                "请把它另存一份；核对在“设置”页"]
    return act(request, "归档", work, address("/weeks"))  # of no week: the one that was shown may be in the archive now


@posted
def report(request: Request, form: FormData) -> Response:
    """A report of an edition."""
    edition, week = text_of(form, "edition"), week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        if edition not in EDITIONS:
            raise UsageError("请选一种报告")
        paths = handouts.report(settings, week, edition, _day(text_of(form, "since")), _day(text_of(form, "until")))
        return [f"已写好：{path.name}（见下面“已写好的报告”）" for path in paths]
    return act(request, "写报告", work, address("/weeks", week))


async def take_opening(request: Request) -> Response:
    """中途启用: last week's table as the past."""
    async with request.form(max_files=1, max_fields=4) as form:
        back = address("/weeks", week_in(form))
        async with sent_file(form.get("table")) as table:
            def work(settings: Settings, step: object) -> list[str]:
                if table is None:
                    raise UsageError("请选上期的汇总表")
                done = opening(settings, table, _day(text_of(form, "of")))
                return [*done.lines, f"已录入 {done.units} 个单位 {done.week} 期的期初数：放好本期的表后点“汇总”"]
            return await run_in_threadpool(act, request, "录入期初数", work, back, WAIT)


def _day(text: str) -> dt.date | None:
    """A day as the browser's calendar writes it.

    Raises:
        UsageError: it is none.
    """
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("日期请写成 2023-06-05") from error


ROUTES = [Route("/weeks", weeks_page), Route("/report", report, methods=["POST"]),
          Route("/opening", take_opening, methods=["POST"]), Route("/archive", archive, methods=["POST"])]
