"""Whether a label that is not as printed is one with a slip, or says something else.

A slip keeps the meaning: a character left out, put in, exchanged with its neighbour, or written as one that looks or sounds
alike. Another word in place of one, a word that turns the meaning, or another unit in the brackets asks for another figure.
"""

from __future__ import annotations

import re

# words that turn the meaning of a label where they come in or replace one another
_TURNING = (
    "未", "已", "应", "拟", "不", "非", "无", "没", "持", "有", "免", "将", "需", "待", "可", "曾", "再",
    "仍", "尚", "正", "拒", "超", "含", "重大", "较大", "一般", "特大", "严重", "轻微", "主要", "分管",
    "直接", "其他", "全部", "部分", "发现", "整改", "排查", "治理", "检查", "督导", "督查", "执法", "抽查",
    "自查", "巡查", "互查", "复查", "处罚", "处分", "奖励", "表彰", "约谈", "移送", "立案", "结案", "企业",
    "部门", "街道", "个人", "单位", "内", "外", "上", "下", "前", "后", "新", "旧", "增", "减", "进", "出",
    "多", "少", "高", "低", "市", "区", "省", "国")
_LOOKS_ALIKE = (
    "己已巳", "末未", "人入八", "土士", "千干", "日曰", "大太", "折拆", "侯候", "晴睛", "治冶", "帐账",
    "按安", "定订", "做作", "的地得", "查察", "制治", "备背", "业也", "实识", "证正", "岗冈", "演练", "悉息",
    "检捡", "患串", "徙徒", "戌戍", "即既")
_ANSWERING = "未已无不非没应拟免有持"  # without it, a label asks for the opposite, or for all
_BRACKET = re.compile(r"\(([^()]*)\)")


def turns_meaning(written: str, printed: str) -> bool:
    """Whether ``written`` asks for something else than ``printed`` (both squeezed).

    >>> turns_meaning("未带队检查", "已带队检查"), turns_meaning("带队检查", "未带队检查"), turns_meaning("己完成整改", "已完成整改")
    (True, True, False)
    """
    ours, theirs = _units(written), _units(printed)
    if ours and theirs and not ours & theirs:
        return True
    one, other = _BRACKET.sub("", written), _BRACKET.sub("", printed)
    if any(one.count(word) > other.count(word) for word in _TURNING):
        return True
    previous = -9
    for tag, here, there in _edits(one, other):
        if tag == "insert" and other[there] in _ANSWERING:
            return True  # 带队检查 for 未带队检查
        if tag == "replace":
            pair = one[here] + other[there]
            alike = any(pair[0] in group and pair[1] in group for group in _LOOKS_ALIKE)
            if there == previous + 1 and not alike:
                return True  # two characters side by side are another word
            previous = there
    return False


def same_letters(written: str, printed: str) -> bool:
    """Whether two labels differ in their signs alone: （个） and /个."""
    return [one for one in written if one.isalnum()] == [one for one in printed if one.isalnum()]


def _units(text: str) -> set[str]:
    """What the last bracket holds, if it is short enough to be units."""
    found = _BRACKET.findall(text)
    return {part for part in re.split(r"[,、/;和及]", found[-1]) if part} if found and len(found[-1]) <= 6 else set()


def _edits(one: str, other: str) -> list[tuple[str, int, int]]:
    from rapidfuzz.distance import Levenshtein

    edits = [(edit.tag, edit.src_pos, edit.dest_pos) for edit in Levenshtein.editops(one, other)]
    exchanged = [k for k in range(len(edits) - 1) if edits[k][0] == edits[k + 1][0] == "replace"
                 and one[edits[k][1]] == other[edits[k + 1][2]] and one[edits[k + 1][1]] == other[edits[k][2]]]
    return [edit for k, edit in enumerate(edits) if k not in exchanged and k - 1 not in exchanged]
