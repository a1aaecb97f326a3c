"""台账: hazards with filters and search, one hazard's story and the decisions on it, what the rows prove, what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.downloads import Offers
from consolidator.desk.ledger_papers import ledger_papers
from consolidator.desk.pages import act, address, desk_of, page, posted, show, text_of, week_in
from consolidator.desk.paging import page_of
from consolidator.desk.week_page import original_of
from consolidator.ledger.duties import count_duties, duties_of
from consolidator.ledger.fold import is_listed
from consolidator.model.duties import DUE, OVERDUE, STATES
from consolidator.workflows import hazards
from consolidator.workflows.overview import Overview
from consolidator.workflows.weekly import Done
from consolidator.writing.text.hazard_lines import described, hazard_lines, marks_of
from schemas.errors import UsageError
from schemas.problems import ORDER, SEVERITY_WORDS
from schemas.settings import Settings

CHIPS = {"new": "", "done": "reported", "closed-now": "reported", "overdue": "correct", "due": "carried", "listed": "carried",
         "open": ""}  # the states that are counted above the list, each with its look
LEVELS = ("区级", "市级", "省级")
MOST_HELD = 200
LOOKS = {OVERDUE: "error", DUE: "warning"}  # of a duty's state; others have none


@page
def ledger_page(request: Request, view: Overview) -> Response:
    """The hazards of the week."""
    query = request.query_params
    unit, state, text = query.get("unit", ""), query.get("state", ""), query.get("q", "")
    ledger = view.result.ledger
    found = None
    if view.last is not None:
        with desk_of(request).outbox:
            found = hazards.find(view.settings, view.week, unit=unit, state=state, text=text)
    how = view.settings.report.redact
    rows = [(one, one.firm_shown(how), described(one, how), marks_of(one, view.week)) for one in found.hazards] if found else []
    ids = {one.id for one in ledger.hazards}
    held = sorted((one for one in ledger.open_words if one.severity != "note" and unit in ("", one.unit)),
                  key=lambda one: (ORDER[one.severity], one.unit, one.file, one.row))
    refused = [one for one in ledger.files if one.refused and unit in ("", one.unit)]
    bridge = [(one.unit, one.severity, SEVERITY_WORDS.get(one.severity, ""), one.message,
               [(name, [(key, key in ids) for key in keys]) for name, keys in one.behind.items()])
              for one in ledger.bridge if one.message and unit in ("", one.unit)]
    offers = desk_of(request).offers
    return show(request, "ledger.html", "/ledger", view, rows=page_of(rows, query.get("page", "")), total=found.total if found else 0,
                chips=[(key, hazards.STATES[key], count, CHIPS[key]) for key, count in (found.count(CHIPS).items() if found else ())],
                to_correct=sum(unit in ("", own) for own, *_ in ledger.rows_to_correct()),
                papers=ledger_papers(view, offers, unit), refused=refused[:MOST_HELD],
                originals=_originals(view, [*(one.file for one in held[:MOST_HELD]), *(one.file for one in refused[:MOST_HELD])], offers),
                states=hazards.STATES, state=state, q=text, chosen=unit, units=[one.unit for one in view.result.units],
                held=held[:MOST_HELD], ids=ids, more_held=max(0, len(held) - MOST_HELD), bridge=bridge,
                has=bool(view.form.ledger_definitions), **_duties(view, unit, text, query.get("duty", ""), query.get("firms", "")))


def _originals(view: Overview, files: Sequence[str], offers: Offers) -> dict[str, str]:
    """File → the id of its original."""
    wanted = set(files)
    return {one.file: original_of(view, one, offers) for one in view.result.submissions if one.file in wanted}


def _duties(view: Overview, unit: str, text: str, state: str, at: str) -> dict[str, Any]:
    """What the page shows of the firms' duties: each in numbers, and the firms that fit what is asked for."""
    duties = duties_of(view.form.ledger_definitions)
    own = [one for one in view.result.ledger.duties if (not unit or unit in one.units) and (not text or text in one.firm)]
    chosen = [one for one in own if not state or any(kept.state == state for kept in one.duties.values())]
    chosen.sort(key=lambda one: list(STATES).index(one.worst))
    rows = [(one, [(one.duties[name], LOOKS.get(one.duties[name].state, "")) for name in duties]) for one in chosen]
    return {"duty_counts": count_duties(own, duties) if own else [], "duty_names": [one.name for one in duties.values()],
            "duty_states": STATES, "duty": state, "firms": page_of(rows, at), "has_duties": bool(view.result.ledger.duties)}


@page
def hazard_page(request: Request, view: Overview) -> Response:
    """One hazard's story."""
    with desk_of(request).outbox:
        story = hazards.show(view.settings, request.query_params.get("id", ""), view.week)
    one = story.hazard
    offers, outbox = desk_of(request).offers, view.settings.paths.outbox
    sources = [(source, offers.offer(outbox / source.original, source.file.rsplit("/", 1)[-1])) for source in story.sources]
    return show(request, "hazard.html", "/ledger", view, hazard=one, lines=hazard_lines(one, story.redact), sources=sources,
                is_listed=is_listed(one),
                decisions=[(event, hazards.ACTIONS[event["action"]]) for event in story.decisions], doubts=story.doubts, alike=story.alike,
                held=story.held,
                units=[unit.unit for unit in view.result.units], levels=LEVELS)


@posted
def decide(request: Request, form: FormData) -> Response:
    """A decision on a hazard: merge, part, move, reopen, void, list."""
    what, name, reason, week = text_of(form, "what"), text_of(form, "id"), text_of(form, "reason"), week_in(form)
    words = {key: text_of(form, key) for key in ("level", "number", "by", "from", "until")}
    works: dict[str, Callable[[Settings], Done]] = {
        "link": lambda settings: hazards.link(settings, (name, text_of(form, "other")), reason, week),
        "split": lambda settings: hazards.split(settings, name, reason, week),
        "move": lambda settings: hazards.move(settings, name, text_of(form, "unit"), reason, week),
        "reopen": lambda settings: hazards.reopen(settings, name, reason, week),
        "void": lambda settings: hazards.void(settings, name, reason, week),
        "list-up": lambda settings: hazards.list_up(settings, name, reason, week, words=words),
        "list-down": lambda settings: hazards.list_up(settings, name, reason, week, off=True)}

    def work(settings: Settings, step: object) -> list[str]:
        if what not in works:
            raise UsageError("请选要做什么")
        return [works[what](settings).decided]
    return act(request, "记下隐患的决定", work, address("/hazard", week, id=name))


ROUTES = [Route("/ledger", ledger_page), Route("/hazard", hazard_page), Route("/decide", decide, methods=["POST"])]
