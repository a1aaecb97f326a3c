"""What to do next, in one sentence that fits clicks."""

from __future__ import annotations

from dataclasses import dataclass

from consolidator.desk.pages import address
from consolidator.model.display import short_day_text
from consolidator.model.result import AWAITS_REPORT, REJECTED
from consolidator.model.weeks import all_weeks, due_date, week_of
from consolidator.workflows.overview import Overview
from schemas.problems import NOTICES


@dataclass(frozen=True, slots=True)
class Advice:
    """``sentence`` says what to do; ``link`` is where, with the word to click, "" where it is on this page."""

    sentence: str
    word: str = ""
    link: str = ""


def advice(view: Overview) -> Advice:
    """The one thing to do next. A closed week is never to be reopened only because nothing new has come."""
    result, week = view.result, view.week
    named = f"{short_day_text(week)}一期"
    if view.closed:
        return Advice(f"{named}已定稿。{_next_week(view)}")
    waiting = _current_without_files(view)
    if waiting:
        return Advice(waiting)
    if not any(one.in_inbox for one in result.submissions) and view.last is None:
        return Advice(f"{named}还没有收到表：把收到的文件拖到下面的框里，可以一次拖许多个")
    if view.changed:
        return Advice("收件夹里有变化，还没有写进结果：看一遍下面各文件，然后点“汇总”")
    if any(one.code in NOTICES and NOTICES[one.code].later_weeks for one in result.notices):
        return Advice("本期的更正影响以后各期：请在“各期”里逐期打开，再点“汇总”", "各期", address("/weeks", week))
    rejected = [one for one in result.submissions if one.status == REJECTED]
    back = list(dict.fromkeys(one.unit for one in rejected if one.goes_back and one.unit))
    if back:
        return Advice(f"{_names(back)}要更正：点单位名，复制退回通知发给它；更正的表拖到下面，再点“汇总”")
    if rejected:
        return Advice(f"有 {len(rejected)} 个文件不能用：按下面所说处理，不作数的点“不用这个文件”")
    silent = [one.unit for one in result.due_units() if one.awaiting == AWAITS_REPORT]
    if silent:
        return Advice(f"还有 {len(silent)} 家没有报（{_names(silent)}）：到“上报”页复制催报通知；补报的表拖到下面", "上报",
                      address("/upward", week))
    unseen = sum(len(one.open_warnings()) for one in result.submissions if one.status == "accepted")
    if unseen:
        return Advice(f"还有 {unseen} 处提醒没有人看过：到“上报”页逐条确认，然后寄出", "上报", address("/upward", week))
    rows = result.ledger.to_correct
    beside = f"。台账待更正 {rows} 行不妨碍上报：到“台账”页把通知发给单位" if rows else ""
    return Advice(f"都齐了：到“上报”页核对一遍，然后寄出{beside}", "上报", address("/upward", week))


def _next_week(view: Overview) -> str:
    """Which week is next and when it is due, after the last that was closed."""
    latest = max(one.week for one in view.weeks)
    if latest > view.week:
        return f"最近一期是 {short_day_text(latest)}一期"
    after = next((one for one in all_weeks(view.form.campaign) if one > latest), None)
    if after is None:
        return "这是最后一期"
    return f"下一期是 {short_day_text(after)}一期，还没有收到表：收到后拖到下面的框里，程序会认出是哪一期"


def _current_without_files(view: Overview) -> str:
    """On a Monday with nothing new: that the week of today has no forms yet."""
    campaign, at = view.form.campaign, view.done.now
    current = week_of(campaign, at.date()) if at and view.done.chosen else None
    fresh = any(one.sha256 not in view.seen for one in view.result.submissions)
    if current is None or at is None or current <= view.week or fresh or view.changed:
        return ""
    if (due_date(campaign, current) - at.date()).days > 1:
        return ""
    return f"{short_day_text(current)}一期还没有收到表：收到后拖到下面的框里。" \
        f"下面是上一次汇总的 {short_day_text(view.week)}一期，还没有定稿"


def _names(names: list[str], most: int = 4) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names)} 家" if len(names) > most else "")
