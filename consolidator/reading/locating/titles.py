"""What the title of a column, row or block says of the figures under it: the total since the campaign began, or not.

Closed vocabularies, as data. A title is judged by all its words: 上期累计 is not the total, and 累计 in a dated span that
ends before the form's own day is not either.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from consolidator.model.text import squeeze

TOTAL, PART, NEUTRAL, UNKNOWN, UNTITLED = "total", "part", "neutral", "unknown", ""

_TOTAL = re.compile(r"累计|累积|累加|总数|合计|总计|共计|总量|总体|全部|至今|迄今|截[至止]|目前|以来|总和|总额|^总$|汇总")
_PART = re.compile(
    r"[本当这今](周|旬|月|季|日|天)|周[数内增报]|月[内度份]?[数增]|[上前](一)?(期|周|旬|月|次|季|回|年|报)|上报前|此前|之前|以前|先前|早前|往期|历史|历次|往年|"
    r"原[有报数值填]?|已报|曾报|去年|同期|基数|期初|年初|月初|周初|新增|净增|增加|增减|增量|增长|增幅|新发|新查|新添|变化|变动|环比|同比|较|比上|差额|差值|"
    r"发生数|当期|本期|本次|此次|这次|期内|计划|目标|任务|应[查检报填完]|预计|预期|拟|同上期|备查|抄录|对照|参考|"
    r"期间|发生[数额量]|月度|季度|旬度|[首初二三四]报|近\d*[一二三七十]?[天日周月]|过去|一周|[昨今]日|昨天|核减|核增|比例|占比|比率|余额|结余|"
    r"^[周旬月季日]$|^旧|旧$|delta|Δ|W\d{1,2}$|第?\d{1,2}周$", re.I)
_PERIOD_TOTAL = re.compile(r"[本当这今上前](一)?(周|旬|月|季|期|次|日)(的)?(累计|合计|总数|总计|总量)|(周|月|季|日)(度)?(累计|合计)")
_UNTIL_NOW = re.compile(r"(到|至|截[至止]).{0,2}[本当这今此](周|期|次|旬|日|天)|历[次期周](合计|累计|总)")
_YEAR_TOTAL = re.compile(r"[本今当全去上]年|年度|年累计")
_NEUTRAL = re.compile(
    r"数据.?|数值.?|数量|数字|数|个数|家数|次数|人数|金额|(填报|填写|报送|上报)(数|数据|数字|内容|情况|结果|值|项)?|"
    r"(本期|本次)(数|数据|数量|情况|值)?|完成情况|进展情况|工作情况|情况|结果|具体数据|指标值|完成数|实际数")
_NUMBERED = re.compile(r"第[\d一二三四五六七八九十]+[周期次旬月]|^\d{1,2}月份?$|^[一二三四五六七八九十]{1,2}月份?$")
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})[月./](\d{1,2})[日号]?")
_COMPACT_DAY = re.compile(r"(0[1-9]|1[0-2])([0-3]\d)")  # 0605
_SINCE = re.compile(r"(自|从).{0,10}(起|以来|开始)|(?:\d{4}年)?\d{1,2}[月./]\d{1,2}[日号]?(起|以来|至今|以后)")
_CORRECTION = re.compile(
    r"应(为|改为|是|填)|更正|改正|改为|改成|调整(为|后)?|修改|修正|订正|核减|核增|实为|实际(为|是|应)|正确(数|的|为)|有误|错误|写错|填错|作废|"
    r"待核|未核|核实(中|后|数)|不准|存疑|估(计|算)?数|暂(估|定|报)|以.{0,6}为准|重新|重报|复核(后|数)|审核(后|数)|核定")


_PRESENT = re.compile(r"^(截至|截止)?[本当这今此]一?(周|期|次|旬|月|季)(累计|合计|总)?(数|数据|数量|情况|值|上报数|填报数)?$")
_PAST = re.compile(
    r"^(截至|截止)?[上前]一?(周|期|次|旬|月|季)(累计|合计|总)?(数|数据|数量|情况|值|上报数|填报数)?$|"
    r"^(上报前|前期|往期|此前|以前|原)(数|数据|累计)?$")


def is_present(text: str) -> bool:
    """本期, 本周数据: beside 上期 it is the form's own column, of whatever it counts."""
    return _PRESENT.match(squeeze(text)) is not None


def is_past(text: str) -> bool:
    """上期, 上周数据: the same figures as they were."""
    return _PAST.match(squeeze(text)) is not None


@lru_cache(maxsize=4096)
def title_kind(text: str, day: dt.date | None = None) -> str:
    """One of the kinds above for the joined title ``text`` of a column; ``day`` is the form's own day, where it is known."""
    short = squeeze(text)
    if not short:
        return UNTITLED
    if _UNTIL_NOW.search(short):
        return TOTAL
    if _PERIOD_TOTAL.search(short) or _NUMBERED.search(short):
        return PART
    dated = _dated(short, day)
    if dated:
        return dated
    if _PART.search(short) and not (_NEUTRAL.fullmatch(short) or _SINCE.search(short)):
        return PART
    if _YEAR_TOTAL.search(short):
        return UNKNOWN
    if _TOTAL.search(short) or _SINCE.search(short):
        return TOTAL
    return NEUTRAL if _NEUTRAL.fullmatch(short) else UNKNOWN


def _dated(short: str, day: dt.date | None) -> str:
    """What a title with days says: the last day of a span counts; "" where there is none."""
    compact = _COMPACT_DAY.fullmatch(short)
    days = [("", *compact.groups())] if compact else _DAY.findall(_SINCE.sub("", short))
    if not days:
        return ""
    _, month, number = days[-1]
    if day is None:
        return UNKNOWN
    if (int(month), int(number)) != (day.month, day.day):
        return PART
    if len(days) > 1:
        return TOTAL if _TOTAL.search(short) else PART
    return TOTAL


def alone_is_doubtful(text: str) -> bool:
    """Whether even a single column under this title is not taken for the total: 本周发生数, 净增数, 计划数, 5月29日至6月4日."""
    short = squeeze(text)
    return title_kind(text) == PART or (len(_DAY.findall(short)) > 1 and not _TOTAL.search(short))


def is_correction(text: str) -> bool:
    """Whether words beside a figure put it in doubt: 应为63, 更正数, 待核实, 原数有误, 作废."""
    return _CORRECTION.search(squeeze(text)) is not None
