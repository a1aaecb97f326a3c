"""本期: the week, what to do next, files that came, a row a unit, and the button that runs it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.advice import advice
from consolidator.desk.as_shown import check_file
from consolidator.desk.downloads import Offers
from consolidator.desk.pages import act, address, answer, desk_of, page, posted, show, text_of, week_in
from consolidator.desk.paging import page_of
from consolidator.desk.rows import STATES, file_rows, unit_rows
from consolidator.desk.safety import UPLOAD
from consolidator.desk.uploads import MOST_FILES, receive
from consolidator.model.ledger import LedgerResult
from consolidator.model.result import SubmissionResult
from consolidator.workflows import assigning, decisions, weekly
from consolidator.workflows.overview import Overview
from consolidator.workflows.weekly import Done
from schemas.actions import in_clicks
from schemas.errors import ConsolidatorError, UsageError
from schemas.problems import SEVERITY_WORDS
from schemas.settings import Settings

MOST_QUIET = 500  # files with nothing to say that are listed
AT_ONCE = 0.4  # seconds: a run that takes longer shows its progress


@page
def week_page(request: Request, view: Overview) -> Response:
    """The week."""
    query = request.query_params
    rows, (files, quiet) = unit_rows(view), file_rows(view)
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    wanted, text = query.get("state", ""), "".join(query.get("q", "").split()).casefold()
    shown = [row for row in rows if (not wanted or row.state == wanted) and text in f"{row.unit}{row.file}".casefold()]
    result = view.result
    notices = [(one.severity, SEVERITY_WORDS[one.severity], one.unit or "", in_clicks(one.message))
               for one in result.notices if one.severity != "note"]
    offers = desk_of(request).offers
    listed = page_of(files, query.get("files", ""))
    papers = [(path.name, offers.offer(path)) for path in papers_of(view)]
    return show(request, "week.html", "/", view, advice=advice(view), units=page_of(shown, query.get("page", "")),
                files=listed, originals={row.sub.sha256: original_of(view, row.sub, offers) for row in listed.rows},
                quiet=quiet[:MOST_QUIET], more_quiet=max(0, len(quiet) - MOST_QUIET),
                counts=counts, states=STATES, state=wanted, q=query.get("q", ""),
                due=len(result.due_units()), reported=len(result.reported_units()), notices=notices, papers=papers,
                milestones=view.done.dates, most_files=MOST_FILES, hazards=_hazards(result.ledger))


def _hazards(ledger: LedgerResult) -> dict[str, int]:
    """The week's hazards in numbers."""
    alive = [one for one in ledger.hazards if one.state != "void"]
    return {"total": len(alive), "new": sum(one.is_new for one in alive), "late": sum(one.is_late for one in alive),
            "held": ledger.to_correct}


def papers_of(view: Overview) -> list[Path]:
    """The papers of the week that lie in its folder."""
    folder = view.done.folder
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".") and path.suffix != ".json")


def original_of(view: Overview, sub: SubmissionResult | None, offers: Offers) -> str:
    """The id of a file's original: as it was kept, or as it lies in the inbox; "" of one within an archive that was not run."""
    if sub is None:
        return ""
    kept = view.original(sub.sha256)
    path = kept if kept and kept.is_file() else view.settings.paths.inbox / sub.file
    return offers.offer(path, sub.file.rsplit("/", 1)[-1]) if path.is_file() else ""


def lines_of(done: Done) -> list[str]:
    """What to say after a run."""
    result = done.result
    lines = [f"{result.week} 期已汇总：应报 {len(result.due_units())} 家，实报 {len(result.reported_units())} 家"]
    if done.edited:
        lines.append(f"这些文件有人改过，没有覆盖，新的写在旁边（文件名带“（新）”）：{'、'.join(done.edited)}")
    if done.faults:
        names = "、".join(dict.fromkeys(one.what for one in done.faults))
        lines.append(f"程序处理 {names} 时出错，不是填报的问题，单位不必重报，其余都已做完：请把 {done.log} 发给维护人员")
    return lines


@posted
def run(request: Request, form: FormData) -> Response:
    """汇总."""
    week = week_in(form)
    return act(request, "汇总", lambda settings, step: lines_of(weekly.run(settings, week, progress=step)), address("/", week), AT_ONCE)


async def upload(request: Request) -> Response:
    """Files dropped or chosen: into the inbox, then the page shows what they are."""
    desk = desk_of(request)
    desk.events.heard()
    async with request.form(max_files=MOST_FILES, max_fields=8) as form:
        files = [(one.filename or "", one.file) for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        week = week_in(form)
        shown = desk.shown_before(week)
        back = address("/", None if shown and shown.closed else week)  # new files are of another week than one that is closed
        if not files:
            return answer(request, back, "没有选文件：请先选好，再点“放进收件夹”", wrong=True)
        try:
            done, refused = await run_in_threadpool(receive, files, desk.load().paths.inbox)
        except ConsolidatorError as error:
            return answer(request, back, in_clicks(error.sentence), wrong=True)
    names = "、".join(done[:5]) + (" 等" if len(done) > 5 else "")
    return answer(request, back, *([f"已放进收件夹 {len(done)} 个文件：{names}"] if done else []), *refused, wrong=bool(refused))


@posted
def dismiss(request: Request, form: FormData) -> Response:
    """不用这个文件."""
    file, reason, week = text_of(form, "file"), text_of(form, "reason"), week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        check_file(ran_before(request, settings, week), file, text_of(form, "shown"))
        decisions.dismiss(settings, file, reason, week)
        return [f"“{file}”不采用，已记下"]
    return act(request, "记下不采用的文件", work, back_to(form, "/"))


@posted
def undismiss(request: Request, form: FormData) -> Response:
    """改回来: the file counts again."""
    file, week = text_of(form, "file"), week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        check_file(ran_before(request, settings, week), file, text_of(form, "shown"))
        decisions.undismiss(settings, file, text_of(form, "reason"), week)
        return [f"“{file}”改回来了，照常核对"]
    return act(request, "改回文件", work, back_to(form, "/"))


@posted
def assign(request: Request, form: FormData) -> Response:
    """改算哪一期: a file is of another week than the day in it says."""
    file, reason, meant, week = text_of(form, "file"), text_of(form, "reason"), text_of(form, "meant"), week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        try:
            day = dt.date.fromisoformat(meant)
        except ValueError as error:
            raise UsageError("请选一期") from error
        check_file(ran_before(request, settings, week), file, text_of(form, "shown"))
        done = assigning.assign(settings, file, day, reason)
        return [f"“{file}”算作 {meant} 期，已记下", *lines_of(done)]
    return act(request, "记下文件属哪一期", work, back_to(form, "/"))


def ran_before(request: Request, settings: Settings, week: dt.date | None) -> Overview:
    """A decision is about what was run: run the week first where the inbox has changed since. The week as it is then."""
    view = desk_of(request).view(week, within_job=True)
    if view.changed:
        weekly.run(settings, view.week)
        view = desk_of(request).view(view.week, within_job=True)
    return view


def back_to(form: FormData, otherwise: str) -> str:
    """The page on which a form stood: its week, and its unit where it has one."""
    unit = text_of(form, "unit")
    if text_of(form, "from") == "upward":
        return address("/upward", week_in(form))
    return address("/unit", week_in(form), unit=unit) if unit else address(otherwise, week_in(form))


ROUTES = [Route("/", week_page), Route("/run", run, methods=["POST"]), Route(UPLOAD, upload, methods=["POST"]),
          Route("/dismiss", dismiss, methods=["POST"]), Route("/undismiss", undismiss, methods=["POST"]),
          Route("/assign", assign, methods=["POST"])]
