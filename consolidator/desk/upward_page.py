"""上报: what to look at before the week goes up, the letter as it will go, the ways to send it, and letters to units."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.as_shown import files_of, state_key
from consolidator.desk.downloads import Offers
from consolidator.desk.jobs import Step
from consolidator.desk.pages import act, address, desk_of, page, posted, show, text_of, week_in
from consolidator.desk.unit_page import ProblemRow, problem_rows
from consolidator.mail.letters import files_of_units
from consolidator.mail.send import BY_HAND, DRAFT, Preview, preview_upward, send_to_units, send_upward
from consolidator.model.display import short_day_text
from consolidator.model.result import ACCEPTED, AWAITS_REPORT, CARRIED, SubmissionResult, WeekResult
from consolidator.workflows import decisions
from consolidator.workflows.overview import Overview
from consolidator.writing.paper_names import RETURNS
from consolidator.writing.text.notices import reminder_text, unit_reminders
from schemas.actions import in_clicks
from schemas.errors import ConsolidatorError, UsageError
from schemas.settings import Settings

MOST_LISTED = 200
LETTERS = {"returns": "寄退回通知", "reminders": "寄催报通知", "supervision": "寄督办函"}


@dataclass(frozen=True, slots=True)
class Texts:
    """What can be copied: the reminder for the group, each unit's, and each unit's notice of what to correct."""

    group: str
    reminders: list[tuple[str, str]]
    returns: list[tuple[str, str, list[tuple[str, str]]]]


@page
def upward_page(request: Request, view: Overview) -> Response:
    """The week before it goes up."""
    if view.last is None:
        why = in_clicks(view.trouble) or "这一期还没有汇总过：请先在“本期”点“汇总”"
        return show(request, "upward.html", "/upward", view, preview=None, why=why)
    try:
        with desk_of(request).outbox:
            preview = preview_upward(view.settings, view.week)
    except ConsolidatorError as error:
        return show(request, "upward.html", "/upward", view, preview=None, why=in_clicks(error.sentence))
    offers = desk_of(request).offers
    result = preview.result
    open_ones, own = warnings_of(view, result), files_of(result.submissions)
    carried = [(one.unit, short_day_text(one.from_week)) for one in result.units if one.source == CARRIED and one.from_week]
    missing = [one.unit for one in result.due_units() if one.source == "missing"]
    return show(request, "upward.html", "/upward", view, preview=preview, why=in_clicks(preview.why),
                warnings=open_ones[:MOST_LISTED], more=max(0, len(open_ones) - MOST_LISTED), carried=carried,
                missing=missing, texts=texts_for(view, result, offers),
                attachments=[(path.name, offers.offer(path)) for path in preview.letter.attachments] if preview.letter else [],
                laid=_laid(view, offers), mail=bool(view.settings.mail.host), letters=LETTERS, has_address=_has_address(preview),
                shown={unit: state_key(own[unit]) for unit in {sub.unit or "" for sub, _ in open_ones[:MOST_LISTED]}})


def _has_address(preview: Preview) -> bool:
    return bool(preview.letter and preview.letter.to)


def warnings_of(view: Overview, result: WeekResult) -> list[tuple[SubmissionResult, ProblemRow]]:
    """The warnings that nobody has decided on yet."""
    return [(sub, row) for sub in result.submissions if sub.status == ACCEPTED and sub.unit
            for row in problem_rows(sub, view) if row.line.severity == "warning" and not row.line.decision and not row.line.confirmed]


def texts_for(view: Overview, result: WeekResult, offers: Offers) -> Texts:
    """The texts to copy into a chat."""
    files = files_of_units(view.done.folder / RETURNS, [one.unit for one in result.units])
    returns = []
    for unit, paths in files.items():
        text = "\n\n".join(path.read_text(encoding="utf-8-sig", errors="replace").strip() for path in paths if path.suffix == ".txt")
        returns.append((unit, text, [(path.name, offers.offer(path)) for path in paths if path.suffix != ".txt"]))
    reminders = unit_reminders(result, view.form, view.settings)
    silent = {one.unit for one in result.due_units() if one.awaiting == AWAITS_REPORT}
    group = reminder_text(result, view.form, view.settings).partition("────────")[0].strip().removeprefix("【发群】").strip()
    return Texts(group, [(unit, text.strip()) for unit, text in reminders.items() if unit in silent][:MOST_LISTED], returns[:MOST_LISTED])


def _laid(view: Overview, offers: Offers) -> list[tuple[str, str]]:
    """What lies ready to be sent by other means: the draft, and 上报/."""
    folder = view.done.folder
    laid = folder / BY_HAND
    paths = [folder / DRAFT, *(sorted(laid.iterdir()) if laid.is_dir() else [])]
    return [(path.name, offers.offer(path)) for path in paths if path.is_file() and not path.name.startswith(".")]


@posted
def send(request: Request, form: FormData) -> Response:
    """存草稿 · 手工报送 · 寄出."""
    how, week, to = text_of(form, "how"), week_in(form), text_of(form, "to")

    def work(settings: Settings, step: Step) -> list[str]:
        if how not in ("draft", "by-hand", "mail"):
            raise UsageError("请选一种报送的办法")
        return send_upward(settings, week, to=to or None, draft=how == "draft", by_hand=how == "by-hand",
                           anyway=text_of(form, "anyway") == "yes").lines
    return act(request, {"draft": "写草稿", "by-hand": "备好手工报送"}.get(how, "寄出"), work, address("/upward", week))


@posted
def letters(request: Request, form: FormData) -> Response:
    """Mail units what goes back to them, or reminders."""
    kind, week = text_of(form, "kind"), week_in(form)

    def work(settings: Settings, step: Step) -> list[str]:
        if kind not in LETTERS:
            raise UsageError("请选一种信")
        done = send_to_units(settings, week, kind, progress=step)
        if done.failed:
            raise ConsolidatorError("；".join(done.lines))
        return done.lines
    return act(request, LETTERS.get(kind, "寄信"), work, address("/upward", week))


@posted
def close(request: Request, form: FormData) -> Response:
    """定稿."""
    week = week_in(form)
    return act(request, "定稿", lambda settings, step: [decisions.close(settings, week).partition("。")[0]], address("/upward", week))


@posted
def reopen(request: Request, form: FormData) -> Response:
    """重开."""
    week, reason = week_in(form), text_of(form, "reason")
    return act(request, "重开", lambda settings, step: [decisions.reopen(settings, week, reason)], address("/upward", week))


ROUTES = [Route("/upward", upward_page), *(Route(path, handler, methods=["POST"]) for path, handler in (
    ("/send", send), ("/letters", letters), ("/close", close), ("/reopen", reopen)))]
