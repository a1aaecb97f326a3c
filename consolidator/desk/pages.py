"""What all pages share: the request's week, the templates and what each of them shows, and how an action is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from consolidator import __version__
from consolidator.desk.jobs import Step
from consolidator.desk.state import QUICK, Desk
from consolidator.model.display import deadline_text, logged_text, short_day_text
from consolidator.model.text import printable
from consolidator.model.weeks import all_weeks, due_time, now
from consolidator.workflows.overview import Overview
from consolidator.writing.environment import render, text_environment
from schemas.actions import Sentence, in_clicks
from schemas.errors import ConsolidatorError
from schemas.problems import SEVERITY_WORDS
from schemas.settings import Settings

Handler = Callable[[Request, FormData], Response]
Action = Callable[[Settings, Step], "list[str]"]
PAGES = (("本期", "/"), ("汇总", "/merged"), ("上报", "/upward"), ("台账", "/ledger"), ("各期", "/weeks"), ("名册", "/roster"),
         ("空白表", "/blanks"), ("设置", "/settings"))
MOST_FIELDS = 40_000  # of one form: a roster of thousands of units has as many cells


def environment() -> jinja2.Environment:
    """The templates; every text in them is made printable, then escaped."""
    made = text_environment().overlay(finalize=lambda value: printable(value) if type(value) in (str, Sentence) else value)
    made.filters.update(day=short_day_text, logged=logged_text, clicks=in_clicks)
    made.globals.update(severity_words=SEVERITY_WORDS, version=__version__)
    return made


def desk_of(request: Request) -> Desk:
    """The desk that serves the request."""
    return request.app.state.desk


def week_asked(request: Request) -> dt.date | None:
    """The week that the address names, None where it names none."""
    try:
        return dt.date.fromisoformat(request.query_params.get("week", ""))
    except ValueError:
        return None


def address(page: str, week: dt.date | None = None, **query: object) -> str:
    """An address of the desk."""
    given = {**({"week": week.isoformat()} if week else {}), **{key: value for key, value in query.items() if value not in ("", None)}}
    return f"{page}?{urlencode(given)}" if given else page


def show(request: Request, template: str, here: str, view: Overview | None = None, status: int = 200, **context: object) -> Response:
    """A page: ``here`` is its address without the query."""
    desk = desk_of(request)
    message = desk.kept(request.query_params.get("m", ""))
    job = desk.jobs.current
    if job is not None and not job.running and not job.shown:
        job.shown = True
        message = message or (("error", [job.error]) if job.error else ("done", job.lines))
    html = render(request.app.state.environment, f"desk/{template}", here=here, pages=PAGES, message=message, job=desk.jobs.running,
                  view=view, week=view.week if view else week_asked(request), top=_top(view) if view else None, address=address,
                  version_shown=getattr(request.state, "version", desk.events.version), self_address=_without_message(request), **context)
    return HTMLResponse(html, status)


def _top(view: Overview) -> dict[str, object]:
    """What is above every page: the week, its state, how long until noon, the weeks to choose from."""
    form, at = view.form, now(view.settings, view.form)
    ran = {one.week: one for one in view.weeks}
    upcoming = [week for week in all_weeks(form.campaign) if week not in ran and week <= at.date() + dt.timedelta(days=7)][-4:]
    choices = sorted({*ran, *upcoming, view.week}, reverse=True)
    state = "已定稿" if view.closed else "未定稿" if view.last else "还没有汇总"
    if view.sent.get(view.week) and view.closed:
        state = "已上报、定稿"
    return {"office": view.settings.office.name, "title": form.joined_title, "state": state, "closed": view.closed,
            "deadline": deadline_text(due_time(form.campaign, view.week), at), "choices": choices}


def _without_message(request: Request) -> str:
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "m"]
    return request.url.path + (f"?{urlencode(query)}" if query else "")


def page(handler: Callable[[Request, Overview], Response]) -> Callable[[Request], Response]:
    """A page of a week; where the week cannot be looked at, one that says why."""
    def endpoint(request: Request) -> Response:
        desk_of(request).events.heard()
        request.state.version = desk_of(request).events.version  # before the week is looked at: what changes meanwhile is reported
        try:
            return handler(request, desk_of(request).view(week_asked(request)))
        except ConsolidatorError as error:
            return show(request, "trouble.html", request.url.path, status=409, sentence=in_clicks(error.sentence))
    endpoint.__name__, endpoint.__doc__ = handler.__name__, handler.__doc__
    return endpoint


def posted(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """What answers a form: its fields are read, then ``handler`` works in a thread."""
    async def endpoint(request: Request) -> Response:
        desk_of(request).events.heard()
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
            return await run_in_threadpool(handler, request, form)
    endpoint.__name__, endpoint.__doc__ = handler.__name__, handler.__doc__
    return endpoint


def act(request: Request, title: str, action: Action, back: str, wait: float = QUICK) -> Response:
    """Do something as the one job of the desk, and go to the page ``back``, which says how it went."""
    desk = desk_of(request)
    try:
        job = desk.do(title, lambda step: action(desk.load(), step), wait)
    except ConsolidatorError as error:
        return answer(request, back, in_clicks(error.sentence), wrong=True)
    if job.running:
        return RedirectResponse(back, 303)
    job.shown = True
    return answer(request, back, *([in_clicks(job.error)] if job.error else [in_clicks(line) for line in job.lines]), wrong=bool(job.error))


def answer(request: Request, back: str, *lines: str, wrong: bool = False) -> Response:
    """Go to the page ``back``, which says ``lines``."""
    where, mark, part = back.partition("#")
    key = desk_of(request).keep(*lines, wrong=wrong)
    return RedirectResponse(f"{where}{'&' if '?' in where else '?'}m={key}{mark}{part}", 303)


def text_of(form: FormData, name: str) -> str:
    """A field's text, "" where there is none."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """All texts of a field."""
    return [one for one in form.getlist(name) if isinstance(one, str)]


def week_in(form: FormData) -> dt.date | None:
    """The week that a form names."""
    try:
        return dt.date.fromisoformat(text_of(form, "week"))
    except ValueError:
        return None
