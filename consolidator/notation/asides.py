"""What people write beside a total and that is none of it, and amounts in spoken forms, brought to one spelling.

Only where there is one meaning: “累计12次，本周3次” and “12次（本周3次）” are 12, “5万2千元” is 5.2万元, “12次（含复查）” is 12.
"""

from __future__ import annotations

import re

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_UNIT = r"(?:万元|元|[个家次人起件户处项名条]{0,2})"
_PERIOD = r"(?:其中)?[:，,]?(?:[本当这今][周期月旬次天日]|[较比]上[周期月次]|[上前][周期月次]|近一?周)"
_GREW = r"(?:新增加?|净增|增加|增长|增|新发现|发现|新开展|开展|完成|检查|上报|处罚|罚款)?(?:了|为|:)?"
_BRACKETED = re.compile(rf"\((?:{_PERIOD}{_GREW}|(?:其中)?(?:新增|净增|本周)(?:为|:)?) ?{_NUMBER} ?{_UNIT}\)")
_INCLUDING = re.compile(r"\((?:含|包括|包含|均含|已含)(?:[\u4e00-\u9fff]{0,2})(?:复查|复核|回头看|再检查)(?:数|次数|企业)?\)$")
_TOTAL = r"(?:累计|共计?|总计|合计)"
_TOTAL_FIRST = re.compile(rf"({_TOTAL}[^,，;；、。]+)[,，;；、。]{_PERIOD}{_GREW} ?{_NUMBER} ?{_UNIT}[。]?")
_TOTAL_LAST = re.compile(rf"{_PERIOD}{_GREW} ?{_NUMBER} ?{_UNIT}[,，;；、。]({_TOTAL}[^,，;；、。]+)[。]?")
_THOUSANDS = re.compile(r"([0-9]+)万([0-9])千元?(?![0-9])")
_REST = re.compile(r"([0-9]+)万([0-9]{1,4})元")
_WAN = re.compile(r"(?<=[0-9]) ?[wW](?![a-zA-Z])")
_STOP = re.compile(r"(?<=[0-9])。(?=[0-9]+ ?万)")
_COUNTED = re.compile(r"[0-9] ?[个家次人起件][^0-9]+[0-9]+。")
_MAYBE = re.compile("[本当这今较比上前近新净其含包均已wW千。]|万[0-9]")


def without_asides(text: str, *, money: bool, alone: bool = True) -> str:
    """The folded ``text`` of a cell without what is written beside the total, spoken amounts in digits; as it is where there is none.

    ``money``: one of the cell's figures is an amount of money; ``alone``: it is the only one. In a cell for two, 3。2万元 may be two.

    >>> without_asides("累计12次，本周3次", money=False), without_asides("3次(本周1次)，5万2千元", money=True, alone=False)
    ('累计12次', '3次，5.2万元')
    """
    if not _MAYBE.search(text):
        return text
    clause = _TOTAL_FIRST.fullmatch(text) or _TOTAL_LAST.fullmatch(text)
    text = _INCLUDING.sub("", _BRACKETED.sub("", clause[1] if clause else text)).strip()
    if money:
        text = _THOUSANDS.sub(r"\1.\2万元", text)
        text = _REST.sub(lambda found: f"{int(found[1]) + int(found[2]) / 10_000:g}万元", text)
        text = _WAN.sub("万", text)
        if alone or _COUNTED.search(text):
            text = _STOP.sub(".", text)
    return text
