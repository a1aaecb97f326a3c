"""The words of a written figure: a text is cut into tokens, every one of them known, or it is not read at all.

That no character is ever passed over is what keeps a wrong figure from being taken unreported: “约20”, “2O”, “20²” hold
something that is no token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from consolidator.notation.fold import word_set

# What else people write for a unit of the form. SAME counts the same things; NEAR may count something else.
SAME = {
    "个": "处 项 条 件 起 例 宗",
    "家": "户 家企业 户企业 个企业 家单位 户单位",
    "次": "场 场次 回",
    "人": "名 位",
    "家次": "户次 家次企业",
}
NEAR = {
    "家": "家次 户次 个 个单位",
    "次": "起 件 宗 例 批次 轮次",
    "人": "个",
    "个次": "个 次 家次 个街道 街次",
    "家次": "家 次 户 个次 家企业",
}
OTHERS = word_set("人次 人天 元 度 天 日 月 年 小时 分钟 公里 吨 台 套 张 份 册 本 支 辆 班 组",
                  "队 批 轮 期 号 部 只 间 所 座 栋 篇 版")
MONEY = {"元": 1, "圆": 1, "块": 1, "元整": 1, "千元": 1000, "万": 10_000, "万元": 10_000, "万元整": 10_000,
         "百万元": 1_000_000, "亿": 100_000_000, "亿元": 100_000_000}  # in yuan

ZEROS = word_set("无 没有 没 暂无 暂没有 尚无 未发生 没有发生 未开展 没有开展 尚未开展 暂未开展",
                   "未发现 暂未发现 尚未发现 无此项 无此类 无此类情况 无此情况 无该项 不涉及 未涉及 不适用 N/A n/a NA")
_TOTALS = word_set("共 共计 合计 总计 累计 总共 一共 计 累计共 总数 总数为 为 共有 有 数量")
_JOINERS = word_set("和 及 与 以及 并")
_WITHIN = word_set("其中 其中有 其中包括 含 内含 包含 包括")
_YUAN = word_set("¥ ￥ 人民币 RMB")

UNITS = frozenset(
    {unit for table in (SAME, NEAR) for unit, others in table.items() for unit in (unit, *others.split())}
    | OTHERS | set(MONEY))
_CHINESE = "零〇一二两三四五六七八九十百千万亿廿卅"
_SPOKEN = re.compile("[一二两三四五六七八九十百千]*?([百千万])[一二三四五六七八九]")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_NUMERAL = re.compile(f"[{_CHINESE}壹贰叁肆伍陆柒捌玖拾佰仟]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|(?<![0-9.\u4e00-\u9fff])\.[0-9]+")
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\ufe63"
_DASH_RUN = re.compile(f"[{re.escape(_DASHES)}]+")
_MARKS = {",": ",", "，": "，", "、": ";", ";": ";", "|": ":", ":": ":", "\n": ":", "&": ":", "。": ".", ".": ".",
          "/": "/", "\\": "/", "(": "(", ")": ")", " ": " ", "¥": "y", "￥": "y"}
_APART = re.compile(f"(?<=[\u4e00-\u9fff])(?<![{_CHINESE}]) +(?=[\u4e00-\u9fff])(?![{_CHINESE}])")
_LOOSE_YUAN = re.compile(r"(?<=[百千万亿]) +(?=[万亿元])")
_EACH_TIME = re.compile(r"(?<=[家户个])(?:/ ?次|\( ?次 ?\))")
_WORDS = (("z", ZEROS), ("t", _TOTALS), (":", _JOINERS), ("i", _WITHIN), ("y", _YUAN))
_LONGEST = 6


@dataclass(frozen=True, slots=True)
class Token:
    """A known piece of a text.

    ``kind``: ``n`` digits, ``c`` Chinese numeral, ``z`` zero in words, ``u`` unit, ``w`` word of the item's label,
    ``t`` “共” and the like, ``i`` “其中”, ``y`` yuan sign; ``,`` ``，`` commas, ``;`` 、 or semicolon, ``:`` other
    separators, ``.`` stop, ``/``, ``-``, brackets, blank. ``at`` is where it is in the text.
    """

    kind: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of a text with the unit and the label's words beside it; ``number`` None where a unit is alone."""

    number: Decimal | None
    unit: str = ""
    words: tuple[str, ...] = ()
    text: str = ""
    kind: str = "n"


def scan(text: str, label: str, extra: tuple[str, ...] = ()) -> list[Token] | None:
    """The tokens of a folded text; None where a piece of it is not known.

    ``label`` is what the item is called: two and more of its characters are words that may stand beside the number.
    ``extra`` are units of the form that the tables here do not hold.
    """
    text = _EACH_TIME.sub("次", _LOOSE_YUAN.sub("", _APART.sub("", text)))
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        token = _token(text, at, label, extra)
        if token is None:
            return None
        at += len(token.text)
        tokens.append(token)
    return _without_idle(tokens)


def _token(text: str, at: int, label: str, extra: tuple[str, ...]) -> Token | None:
    number = _NUMBER.match(text, at)
    if number:
        return Token("n", number[0], at)
    dashes = _DASH_RUN.match(text, at)
    if dashes:
        return Token("-", dashes[0], at)
    best = Token(_MARKS[text[at]], text[at], at) if text[at] in _MARKS else None
    for length in range(_LONGEST, 0, -1):
        piece = text[at : at + length]
        if len(piece) < length:
            continue
        if piece in UNITS or piece in extra:
            best = Token("u", piece, at)
            break
        kind = next((kind for kind, words in _WORDS if piece in words), None)
        if kind:
            best = Token(kind, piece, at)
            break
    numeral = _NUMERAL.match(text, at)
    if numeral and (best is None or len(numeral[0]) >= len(best.text)) and chinese_number(numeral[0]) is not None:
        best = Token("c", numeral[0], at)
    word = _label_word(text, at, label)
    if word and (best is None or len(word) > len(best.text)):
        best = Token("w", word, at)
    return best


def _label_word(text: str, at: int, label: str) -> str:
    """The longest piece at ``at``, of two characters or more and all Chinese, that the label holds."""
    length = 0
    while at + length < len(text) and "\u4e00" <= text[at + length] <= "\u9fff" and text[at : at + length + 1] in label:
        length += 1
    return text[at : at + length] if length >= 2 else ""


def _without_idle(tokens: list[Token]) -> list[Token]:
    """Without blanks (but between two numbers, where they may separate), brackets around a unit, a bracketed “共”."""
    kept: list[Token] = []
    for n, token in enumerate(tokens):
        beside = (tokens[n - 1].kind if n else "", tokens[n + 1].kind if n + 1 < len(tokens) else "")
        if token.kind != " " or (beside[0] in "ncz" and beside[1] in "ncz" and all(beside)):
            kept.append(token)
    shape = shape_of(kept)
    for found in reversed(list(re.finditer(r"\([ut]\)", shape))):
        kept[found.start() : found.end()] = [token for token in kept[found.start() : found.end()] if token.kind == "u"]
    return kept


def shape_of(tokens: list[Token]) -> str:
    """The kinds of the tokens as one string, one character a token, for matching."""
    return "".join(token.kind for token in tokens)


def thousands(tokens: list[Token]) -> str | None:
    """The digits of one number whose groups the tokens are (``n,n,n``, no blanks), None where they cannot be one."""
    if tokens[-1].at + len(tokens[-1].text) - tokens[0].at != sum(len(token.text) for token in tokens):
        return None
    groups, commas = [token.text for token in tokens[::2]], {token.text for token in tokens[1::2]}
    first, *rest = groups
    if len(commas) > 1 or not re.fullmatch(r"[1-9][0-9]{0,2}", first):
        return None
    *middle, last = rest
    fitting = all(re.fullmatch(r"[0-9]{3}", group) for group in middle) and re.fullmatch(r"[0-9]{3}(\.[0-9]+)?", last)
    return "".join(groups) if fitting else None


def number_of(token: Token) -> Decimal:
    """The number that a value token says."""
    if token.kind == "n":
        return Decimal(token.text)
    return Decimal(0) if token.kind == "z" else Decimal(chinese_number(token.text) or 0)


def chinese_number(text: str) -> int | None:
    """十二 → 12, 一百零五 → 105, 两千 → 2000, 廿三 → 23, 一百五 → 150; None where it is not written strictly (二〇) or is no number."""
    text = text.translate(_FORMAL).replace("廿", "二十").replace("卅", "三十")
    spoken = _SPOKEN.fullmatch(text)
    if spoken:  # 一百五, 三千二: the last figure is of the next place
        text = f"{text}{'十百千'['百千万'.index(spoken[1])]}"
    total = section = digit = 0
    for char in text:
        if char in "十百千":
            section += (digit or 1) * 10 ** ("十百千".index(char) + 1)
            digit = 0
        elif char in "万亿":
            total = (total + section + digit) * (10_000 if char == "万" else 100_000_000)
            section = digit = 0
        elif char in _CHINESE:
            digit = 2 if char == "两" else "零一二三四五六七八九".find(char.replace("〇", "零"))
        else:
            return None
    value = total + section + digit
    plain = text.replace("两", "二").replace("〇", "零")
    return value if plain in _spellings(value) else None


def _spellings(value: int) -> tuple[str, ...]:
    """How ``value`` (below a hundred million) is spelled; ten to nineteen with and without the leading 一."""
    if value == 0:
        return ("零",)
    high, low = divmod(value, 10_000)
    if high >= 10_000:
        return ()
    text = _below_ten_thousand(high) + "万" if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + _below_ten_thousand(low)
    return (text, text[1:]) if text.startswith("一十") else (text,)


def _below_ten_thousand(value: int) -> str:
    text = ""
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            text += "零一二三四五六七八九"[digit] + name
        elif text and not text.endswith("零") and value % power:
            text += "零"
    return text
