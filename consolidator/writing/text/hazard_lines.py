"""One hazard in words, line by line, as the screen and the desk show it; people masked."""

from __future__ import annotations

import datetime as dt

from consolidator.ledger.fold import is_listed
from consolidator.ledger.statistics import is_closed_in
from consolidator.model.ledger import Hazard
from consolidator.model.people import mask_cell, mask_people


def hazard_lines(one: Hazard, redact: str) -> list[tuple[str, str]]:
    """(what, words) of everything known of a hazard; nothing of what is not known."""
    due = one.due if one.due == one.first_due or not one.first_due else f"{one.due}（最初 {one.first_due}）"
    lines = [("单位", "、".join(one.units) + (f"（由{one.moved_from}移交）" if one.moved_from else "")), ("企业", one.firm_shown(redact)),
             ("部位", mask_people(one.place, one.names, redact)),
             ("隐患描述", described(one, redact)), ("级别", one.level), ("来源", one.source), ("发现日期", one.found),
             ("整改措施", mask_people(one.measures, one.names, redact)),
             ("整改资金", f"{one.money:g} 万元" if one.money is not None else ""), ("整改期限", due),
             ("状态", one.state_name + ("（逾期）" if one.is_late else "")), ("完成日期", one.completed), ("销号", one.closed),
             ("挂牌督办", mask_people(listed_words(one), one.names, redact)),
             ("重复发生", f"此前 {one.repeat_of}" if one.repeat_of else ""),
             ("另有编号", "、".join(one.other_ids)), ("撤销理由", one.void_reason if one.state == "void" else ""),
             ("有关人员", "、".join(mask_cell(text, redact) for text in one.people.values()))]
    return [pair for pair in lines if pair[1]]


def described(one: Hazard, redact: str) -> str:
    """The description, people masked."""
    return mask_people(one.description, one.names, redact)


def listed_words(one: Hazard) -> str:
    """挂牌督办: its level, number, by whom and for how long; of one that ended, since when."""
    if not one.listed:
        return ""
    if not is_listed(one):
        return "已摘牌" + (f"（{one.listed['ended']}）" if one.listed["ended"] else "")
    since, until = one.listed.get("from"), one.listed.get("until")
    words = [one.listed.get("level"), one.listed.get("number"), one.listed.get("by"), since and f"{since} 起", until and f"{until} 止"]
    return "、".join(word for word in words if word) or "是"


def marks_of(one: Hazard, week: dt.date) -> tuple[tuple[str, str], ...]:
    """What a reader should see first of a hazard in the week of its result, each with its severity."""
    marks = (("逾期", "error", one.is_late), ("新增", "note", one.is_new), ("本期整改", "good", one.is_done),
             ("本期销号", "good", is_closed_in(one, week, week)), ("挂牌", "warning", is_listed(one)))
    return tuple((word, look) for word, look, holds in marks if holds)
