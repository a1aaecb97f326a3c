"""是 or 否: words, signs and ticked boxes."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from consolidator.model.grid import UNREAD_CODES, CellValue, Unread
from consolidator.notation.fold import BLANK, LONGEST, Reading, fold, word_set
from schemas.form import Figure

_YES = word_set("是 是的 有 有的 对 √ ✓ ✔ ✅ ☑ 已 已有 设置了 Y YES TRUE")
_NO = word_set("否 不是 无 没有 没 未 暂无 暂未 尚无 尚未 无此项 × ✗ ✕ ✘ ✖ ❌ X N NO FALSE")
_DONE = re.compile(r"(?:已经?|均已)(?P<what>[\u4e00-\u9fff]*?)了?")
_UNDONE = re.compile(r"(?:未|没有|没|尚未|暂未|暂没有|并未|还未)(?P<what>[\u4e00-\u9fff]*)")
_VERBS = ("设置", "开设", "设立", "建立", "开展", "完成", "落实", "播放", "安排", "开通")
_SIGNS = str.maketrans({sign: kind for kind, signs in (("+", "☑✅√✓✔■●◉☒🗹🗸"), ("-", "□☐○◻▢〇◯×✗✕✘"),
                                                       ("Y", "是有"), ("N", "否无")) for sign in signs})
_BOX_TICKED = re.compile(r"[(\[] ?[√✓✔☑■●vV] ?[)\]]")
_BOX_EMPTY = re.compile(r"[(\[] ?[)\]]")
_REMARK = re.compile(r"(?P<answer>是的?|否|有|无|已设置|未设置)\s*[(,，:;；。、\s](?P<remark>.+)", re.DOTALL)
_OWN_REMARK = re.compile(r"\([0-9]+个单位\)")
_DOUBT = re.compile(r"[是否无没未不拟将待?？]|计划|准备|正在|筹备|部分|基本|可能|打算|约|争取|暂")
_DOUBT_OF_NO = re.compile(r"[是有已?？√✓✔]|核实")


def read_yes_no(value: CellValue, figure: Figure) -> Reading:
    """What a cell says of a yes-or-no figure; anything that is not surely one of them is ``not-yes-no``."""
    if isinstance(value, str):
        return _read(value, figure.name, figure.title) if value not in _PLAIN else _PLAIN[value]
    if isinstance(value, bool):
        return _AS[value]
    if isinstance(value, Unread):
        return Reading(None, UNREAD_CODES[value.kind])
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return Reading(None, "date-in-cell", {"example": "是"})
    return Reading(None, "not-yes-no")


_PLAIN = {"是": Reading(True), "否": Reading(False)}
_AS = {yes: Reading(yes, "read-as", {"value": "是" if yes else "否"}) for yes in (True, False)}
_CHECK = {yes: Reading(yes, "read-check", {"value": "是" if yes else "否"}) for yes in (True, False)}
_UNCLEAR = Reading(None, "not-yes-no")


@lru_cache(maxsize=4096)
def _read(text: str, name: str, title: str) -> Reading:
    folded = fold(text)
    words = folded.rstrip("。.;,，、 ")
    if not folded:
        return BLANK
    if len(folded) > LONGEST:
        return _UNCLEAR
    if words in _PLAIN:
        return _PLAIN[words] if words == folded else _AS[words == "是"]
    known = _known(words.strip("()[] "), title)
    if known is not None:
        return known
    if words in ("/", "-", "—", "——"):
        return _CHECK[False]
    ticked = _ticked(words)
    if ticked is not None:
        return _AS[ticked]
    return _with_remark(words)


def _known(words: str, title: str) -> Reading | None:
    """A word or sign that says it; 已… and 未… with what the form's own question calls it."""
    if words.upper() in _YES:
        return _AS[True]
    if words.upper() in _NO:
        return _AS[False]
    for pattern, yes in ((_DONE, True), (_UNDONE, False)):
        found = pattern.fullmatch(words)
        if found and _covered(found["what"], title):
            return _AS[yes]
        if found and found["what"].startswith(_VERBS) and not _DOUBT.search(found["what"]):
            return _CHECK[yes]
    return None


def _covered(what: str, title: str) -> bool:
    """Whether ``what`` is made of pieces of the question (two characters or more) and of verbs that say “set up”."""
    at = 0
    while at < len(what):
        verb = next((verb for verb in _VERBS if what.startswith(verb, at)), "")
        length = len(verb)
        while at + length < len(what) and what[at : at + length + 1] in title:
            length += 1
        if length < 2:
            return False
        at += length
    return True


def _ticked(words: str) -> bool | None:
    """Which of two printed choices is ticked: ☑是 □否, 是√ 否, 是（√）否（ ）; None where it is not exactly one."""
    text = _BOX_EMPTY.sub("□", _BOX_TICKED.sub("☑", words))
    text = re.sub(r"\s*[/,，、;|\n]\s*|\s+", " ", text)
    signs = text.translate(_SIGNS)
    tight = signs.replace(" ", "")
    if tight in ("Y+", "+Y", "N+", "+N"):
        return "Y" in tight
    if not re.fullmatch(r"[-+YN ]+", signs) or signs.count("Y") != 1 or signs.count("N") != 1 or signs.count("+") != 1:
        return None
    if tight in ("+YN-", "-YN+", "+NY-", "-NY+"):
        return None if " " not in signs else tight.startswith("+Y") or tight.endswith("Y+")
    if len(tight) == 4:  # signs before the words, or signs behind them
        return {"+Y-N": True, "-Y+N": False, "Y+N-": True, "Y-N+": False,
                "+N-Y": False, "-N+Y": True, "N+Y-": False, "N-Y+": True}.get(tight)
    found = [mark for mark in ("+Y", "Y+", "+N", "N+") if mark in signs and len(tight) == 3]
    return "Y" in found[0] if len(found) == 1 and " " in signs else None


def _with_remark(words: str) -> Reading:
    """是（…）: the answer is where the remark casts no doubt on it; the program's own remark is only echoed."""
    found = _REMARK.fullmatch(words)
    if not found:
        return _UNCLEAR
    answer = found["answer"] in ("是", "是的", "有", "已设置")
    if (_DOUBT if answer else _DOUBT_OF_NO).search(found["remark"]):
        return _UNCLEAR
    own = answer and _OWN_REMARK.fullmatch(words[len(found["answer"]):].strip())
    return _AS[answer] if own else _CHECK[answer]
