"""台账: hazards with filters and search, one hazard's story and the decisions on it, what the rows prove, what is overdue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, desk_of, page, posted, show, text_of, week_in
from consolidator.desk.paging import page_of
from consolidator.ledger.duties import count_duties, duties_of
from consolidator.ledger.fold import is_listed
from consolidator.model.duties import DUE, OVERDUE, STATES
from consolidator.model.ledger import Hazard
from consolidator.model.people import mask_cell, mask_people, names_in
from consolidator.workflows import hazards
from consolidator.workflows.overview import Overview
from consolidator.workflows.weekly import Done
from schemas.errors import UsageError
from schemas.problems import ORDER, SEVERITY_WORDS
from schemas.settings import Settings

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
    rows = [(one, _words(one, view), marks_of(one)) for one in found.hazards] if found else []
    ids = {one.id for one in ledger.hazards}
    held = sorted((one for one in ledger.open_words if one.severity != "note"),
                  key=lambda one: (ORDER[one.severity], one.unit, one.file, one.row))
    bridge = [(one.unit, one.severity, SEVERITY_WORDS.get(one.severity, ""), one.message,
               [(name, [(key, key in ids) for key in keys]) for name, keys in one.behind.items()])
              for one in ledger.bridge if one.message]
    return show(request, "ledger.html", "/ledger", view, rows=page_of(rows, query.get("page", "")), total=found.total if found else 0,
                states=hazards.STATES, state=state, q=text, chosen=unit, units=[one.unit for one in view.result.units],
                held=held[:MOST_HELD], more_held=max(0, len(held) - MOST_HELD), bridge=bridge, files=ledger.files,
                has=bool(view.form.ledger_definitions), **_duties(view, unit, text, query.get("duty", ""), query.get("firms", "")))


def _duties(view: Overview, unit: str, text: str, state: str, at: str) -> dict[str, Any]:
    """What the page shows of the firms' duties: each in numbers, and the firms that fit what is asked for."""
    duties = duties_of(view.form.ledger_definitions)
    own = [one for one in view.result.ledger.duties if (not unit or unit in one.units) and (not text or text in one.firm)]
    chosen = [one for one in own if not state or any(kept.state == state for kept in one.duties.values())]
    chosen.sort(key=lambda one: list(STATES).index(one.worst))
    rows = [(one, [(one.duties[name], LOOKS.get(one.duties[name].state, "")) for name in duties]) for one in chosen]
    return {"duty_counts": count_duties(own, duties) if own else [], "duty_names": [one.name for one in duties.values()],
            "duty_states": STATES, "duty": state, "firms": page_of(rows, at), "has_duties": bool(view.result.ledger.duties)}


def marks_of(one: Hazard) -> list[tuple[str, str]]:
    """What a reader should see first of a hazard, each with its severity."""
    marks = (("逾期", "error", one.is_late), ("新增", "note", one.is_new), ("本期整改", "good", one.is_done),
             ("挂牌", "warning", is_listed(one)))
    return [(word, look) for word, look, holds in marks if holds]


def _words(one: Hazard, view: Overview) -> str:
    """The description, people masked."""
    return mask_people(one.description, [name for cell in one.people.values() for name in names_in(cell)], view.settings.report.redact)


@page
def hazard_page(request: Request, view: Overview) -> Response:
    """One hazard's story."""
    with desk_of(request).outbox:
        story = hazards.show(view.settings, request.query_params.get("id", ""), view.week)
    one = story.hazard
    due = one.due if one.due == one.first_due or not one.first_due else f"{one.due}（最初 {one.first_due}）"
    lines = [("单位", "、".join(one.units) + (f"（由{one.moved_from}移交）" if one.moved_from else "")), ("企业", one.firm),
             ("部位", one.place), ("隐患描述", _words(one, view)), ("级别", one.level), ("来源", one.source), ("发现日期", one.found),
             ("整改措施", one.measures), ("整改资金", f"{one.money:g} 万元" if one.money is not None else ""), ("整改期限", due),
             ("状态", one.state_name),
             ("完成日期", one.completed), ("销号", one.closed), ("挂牌督办", "、".join(text for text in one.listed.values() if text)),
             ("重复发生", f"此前 {one.repeat_of}" if one.repeat_of else ""), ("另有编号", "、".join(one.other_ids)),
             ("撤销理由", one.void_reason), ("有关人员", "、".join(mask_cell(text, story.redact) for text in one.people.values()))]
    offers, outbox = desk_of(request).offers, view.settings.paths.outbox
    sources = [(source, offers.offer(outbox / source.original, source.file.rsplit("/", 1)[-1])) for source in story.sources]
    return show(request, "hazard.html", "/ledger", view, hazard=one, lines=[pair for pair in lines if pair[1]], sources=sources,
                decisions=[(event, hazards.ACTIONS[event["action"]]) for event in story.decisions], doubts=story.doubts,
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
