"""单位: its form with last week's figures and what is wrong, what can be done about each problem, and every file it ever sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.as_shown import check_unit, file_key, files_of, state_key
from consolidator.desk.downloads import Offers
from consolidator.desk.form_table import form_rows, unit_cells
from consolidator.desk.ledger_papers import ledger_papers
from consolidator.desk.pages import act, desk_of, page, posted, show, text_of, texts_of, week_in
from consolidator.desk.rows import state_of
from consolidator.desk.week_page import back_to, original_of, ran_before
from consolidator.mail.letters import files_of_units
from consolidator.model.filenames import safe_name
from consolidator.model.marks import WHOLE_FILE
from consolidator.model.result import ACCEPTED, DISMISSED, LEDGER, REJECTED, SubmissionResult
from consolidator.workflows import decisions
from consolidator.workflows.overview import Overview, cells_of
from consolidator.writing.paper_names import RETURNS
from consolidator.writing.text.outcomes import outcome_lines
from consolidator.writing.text.wording import STATUS_WORDS, Grouped, grouped
from schemas.errors import UsageError
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A line of problems and what can be done: ``kind`` is ``accept`` (an error), ``confirm`` (a warning) or "" (nothing);
    ``readable``: it can be accepted as it is written."""

    line: Grouped
    kind: str
    readable: bool
    items: str


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file of the unit: the run's week in which it was first seen, what became of it, and the id of its original."""

    week: str
    file: str
    at: str
    state: str
    offered: str


@page
def unit_page(request: Request, view: Overview) -> Response:
    """One unit."""
    name = request.query_params.get("unit", "")
    unit = next((one for one in view.result.units if one.unit == name), None)
    if unit is None:
        raise UsageError(f"本期没有单位“{name}”：请回到“本期”，从表里点单位名")
    subs = _subs(view, name)
    sub = next((one for one in subs if one.sha256[:16] == request.query_params.get("file")), None) or target_of(subs)
    offers, others = desk_of(request).offers, view.result.ledgers_of_other_weeks()
    if sub is not None and sub.sha256 in view.seen and not sub.cells:
        with desk_of(request).outbox:
            sub.cells = cells_of(view, [sub.sha256]).get(sub.sha256, {})
    rows = problem_rows(sub, view) if sub else []
    return show(request, "unit.html", "/unit", view, unit=unit, state=state_of(unit), sub=sub,
                subs=[(one, STATUS_WORDS[one.status], one.sha256[:16]) for one in subs if one.file not in others], problems=rows,
                papers=ledger_papers(view, offers, name),
                rows=form_rows(view.form, view.week, unit_cells(view.form, unit, sub)), returned=_returned(view, name, offers),
                old=old_files(view, name, offers), figures=[(one.name, view.form.label(one.name, view.week)) for one in
                                                          view.form.figures.values()],
                original=original_of(view, sub, offers), labels={one.name: one.short for one in view.form.figures.values()},
                shown=state_key(subs), shown_file=file_key(sub.file, sub.sha256) if sub else "",
                can_dismiss=sub is not None and sub.in_inbox and sub.status != DISMISSED and not view.closed)


def _subs(view: Overview, unit: str) -> list[SubmissionResult]:
    """The unit's files of this week, what is to be done about first."""
    order = {REJECTED: 0, ACCEPTED: 1}
    return sorted(files_of(view.result.submissions).get(unit, ()), key=lambda one: (order.get(one.status, 2), one.file))


def target_of(subs: list[SubmissionResult]) -> SubmissionResult | None:
    """The file that a decision would be about: the rejected one, else the accepted one; the first where neither is there."""
    for status in (REJECTED, ACCEPTED):
        found = [one for one in subs if one.status == status and one.sheet]
        if found:
            return max(found, key=lambda one: (one.date or dt.date.min, one.file))
    return subs[0] if subs else None


def problem_rows(sub: SubmissionResult, view: Overview) -> list[ProblemRow]:
    """What is wrong with a file, the gravest first, with what can be done."""
    rows = []
    for line in grouped(sub.problems, view.form):
        decided = bool(line.decision or line.confirmed)
        kind = ""
        if not decided and not view.closed:
            if line.severity == "error" and line.figures and sub.status == REJECTED:
                kind = "accept"
            elif line.severity == "warning" and sub.status == ACCEPTED:
                kind = "confirm"
        readable = all(sub.figures.get(name) is not None for name in line.figures)
        rows.append(ProblemRow(line, kind, readable, line.items(view.form) if line.figures else WHOLE_FILE))
    return rows


def _returned(view: Overview, unit: str, offers: Offers) -> list[tuple[str, str, str]]:
    """(text, "", "") of each notice and ("", name, id) of each marked copy that goes back to the unit."""
    paths = files_of_units(view.done.folder / RETURNS, [one.unit for one in view.result.units]).get(unit, ())
    found = []
    for path in paths:
        if path.suffix == ".txt":
            found.append((path.read_text(encoding="utf-8-sig", errors="replace"), "", ""))
        else:
            found.append(("", path.name, offers.offer(path)))
    return found


def old_files(view: Overview, unit: str, offers: Offers) -> list[OldFile]:
    """Every file of the unit in every week, the newest first."""
    folder, found = safe_name(unit), []
    of_ledgers = {one.sha256: _taken_rows(view, one.file) for one in view.result.submissions if one.status == LEDGER}
    for sha256, seen in view.seen.items():
        stood = [week for week, own in view.accepted.get(sha256, ()) if own == unit]
        if not stood and seen.original.split("/")[2] != folder:
            continue
        state = f"{'、'.join(week.isoformat() for week in stood)} 期采用" if stood else "不采用" if sha256 in view.dismissals else \
            of_ledgers.get(sha256, "留存")
        found.append((seen.at, OldFile(seen.week.isoformat(), seen.file, f"{seen.at:%Y-%m-%d %H:%M}", state,
                                       offers.offer(view.settings.paths.outbox / seen.original, seen.file.rsplit("/", 1)[-1]))))
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _taken_rows(view: Overview, file: str) -> str:
    """What became of a file of ledgers: its rows where it is of this week."""
    own = [one for one in view.result.ledger.files if one.file == file]
    return f"台账，采用 {sum(one.merged for one in own)} 行，待更正 {sum(one.held for one in own)} 行" if own else "台账，留存"


@posted
def accept(request: Request, form: FormData) -> Response:
    """采纳 and 电话报数: figures as they are written, or with the value given."""
    unit, reason, week = text_of(form, "unit"), text_of(form, "reason"), week_in(form)
    with_value = text_of(form, "how") == "value"
    figures = [f"{name}={value}" if with_value else name for name in texts_of(form, "figure")
               if (value := text_of(form, f"value.{name}") or text_of(form, "value")) or not with_value]

    def work(settings: Settings, step: object) -> list[str]:
        if not figures:
            raise UsageError("请写上电话里核实的数")
        check_unit(ran_before(request, settings, week), unit, text_of(form, "shown"))
        done = decisions.accept(settings, unit, figures, reason, week)
        return [f"{unit}：已采纳并重新汇总", *outcome_lines(done.outcomes, done.form)]
    return act(request, "记下采纳的数", work, back_to(form, "/"))


@posted
def confirm(request: Request, form: FormData) -> Response:
    """确认: warnings that somebody has looked at."""
    unit, reason, week = text_of(form, "unit"), text_of(form, "reason"), week_in(form)
    figures = texts_of(form, "figure") or [WHOLE_FILE]

    def work(settings: Settings, step: object) -> list[str]:
        check_unit(ran_before(request, settings, week), unit, text_of(form, "shown"))
        decisions.confirm(settings, unit, figures, reason, week)
        return [f"{unit}：已确认，记下了"]
    return act(request, "记下确认", work, back_to(form, "/"))


ROUTES = [Route("/unit", unit_page), Route("/accept", accept, methods=["POST"]), Route("/confirm", confirm, methods=["POST"])]
