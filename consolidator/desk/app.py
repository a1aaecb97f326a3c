"""The desk as an ASGI application: its pages, its actions, its files, and the guard before all of them."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from consolidator.desk import (
    adopted_page,
    blanks_page,
    ledger_page,
    merged_page,
    roster_page,
    settings_page,
    unit_page,
    upward_page,
    week_page,
    weeks_page,
)
from consolidator.desk.events import IDLE
from consolidator.desk.jobs import PROGRAM_FAILED
from consolidator.desk.pages import desk_of, environment, posted, show
from consolidator.desk.safety import Guard, Keys, TooLarge, refused
from consolidator.desk.state import Desk
from consolidator.desk.watch import watch
from consolidator.model.text import printable, whole_number

STATIC = Path(__file__).parent / "static"
SERVED = {"htmx.min.js": "text/javascript", "hx-sse.min.js": "text/javascript", "desk.js": "text/javascript", "desk.css": "text/css",
          "icon.svg": "image/svg+xml"}
LOOK_FOR_IDLE = 30.0  # seconds

log = logging.getLogger(__name__)


def build(desk: Desk, keys: Keys, *, on_start: Callable[[], None] = lambda: None, watching: bool = True) -> Guard:
    """The application behind its guard. ``on_start`` is called once it can answer."""
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_end_when_idle(desk))]
        if watching:
            tasks.append(asyncio.create_task(watch(desk)))
        on_start()
        try:
            yield
        finally:
            desk.events.end()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    routes = [*week_page.ROUTES, *unit_page.ROUTES, *merged_page.ROUTES, *upward_page.ROUTES,
              *ledger_page.ROUTES, *weeks_page.ROUTES, *roster_page.ROUTES, *settings_page.ROUTES, *blanks_page.ROUTES,
              *adopted_page.ROUTES,
              Route("/file/{offered}", download), Route("/static/{name}", static), Route("/events", events), Route("/job", job),
              Route("/end", end, methods=["POST"])]
    app = Starlette(routes=routes, lifespan=lifespan,
                    exception_handlers={404: _no_page, 405: _no_page, HTTPException: _no_page, TooLarge: _too_large, Exception: _failed})
    app.state.desk, app.state.environment = desk, environment()
    return Guard(app, keys)


async def _end_when_idle(desk: Desk) -> None:
    """End the desk an hour after its last page was closed."""
    while True:
        await asyncio.sleep(LOOK_FOR_IDLE)
        if desk.events.idle > IDLE and not desk.jobs.running:
            desk.stop()


def download(request: Request) -> Response:
    """A file that a page has offered."""
    found = desk_of(request).offers.answer(request.path_params["offered"])
    if found is None:
        raise HTTPException(404)
    return found


def static(request: Request) -> Response:
    """One of the desk's own few files."""
    name = request.path_params["name"]
    if name not in SERVED:
        raise HTTPException(404)
    return FileResponse(STATIC / name, media_type=SERVED[name], headers={"Cache-Control": "no-cache"})


async def events(request: Request) -> Response:
    """What moves, as long as the page is open."""
    version = whole_number(request.query_params.get("seen")) or 0
    return StreamingResponse(desk_of(request).events.stream(version), media_type="text/event-stream")


def job(request: Request) -> Response:
    """How far the job in hand has come: a part of the page."""
    return show(request, "job.html", "/job")


@posted
def end(request: Request, form: object) -> Response:
    """The desk ends."""
    desk = desk_of(request)
    if desk.jobs.running:
        return show(request, "trouble.html", "/", status=409, sentence=f"正在{desk.jobs.running.title}，请等它做完再结束")
    answer = show(request, "ended.html", "/")
    desk.stop()
    return answer


def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    sentence = "放的文件太多，或填的内容不对：请分几次放" if status == 400 else "没有这一页，或文件已经不在：请回到“本期”，再点一次"
    return show(request, "trouble.html", request.url.path, status=status, sentence=sentence)


def _too_large(request: Request, error: Exception) -> Response:
    return refused(413, str(error))


def _failed(request: Request, error: Exception) -> Response:
    """Our own bug: reported in one line, its traceback where the desk was started."""
    log.error("%r\n%s", request.url.path, printable("".join(traceback.format_exception(error))))
    return HTMLResponse(f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>工作台</title><p>{PROGRAM_FAILED}</p>', 500)


