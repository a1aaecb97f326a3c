"""Names and telephones of people: masked wherever a paper leaves the office, and in every sentence (设置 redact)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})|(0\d{2,3})[- ]?[2-9]\d{2,3}[- ]?(\d{4}))(?!\d)")
_DIGITS = re.compile(r"\d{3,4}(?=\d{4}(?!\d))")
_BETWEEN = re.compile(r"[、,，/;；\s:：()（）|]+")
_SURNAMES = frozenset("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
                      "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
                      "易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐")
_NO_PERSON = re.compile("[未已不无有查改完成隐患安全消防级检企业责日月年元]")
_NOT_A_NAME = re.compile(r"[0-9A-Za-z]|公司|单位|部门|经理|主任|局|科|所|中心|街道|待定|无")


def mask_phones(text: str) -> str:
    """``text`` with every telephone number as 139****1234."""
    return _PHONE.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return f"{found[1] or found[4]}****{found[3] or found[5]}"


@lru_cache(maxsize=1 << 14)
def names_in(text: str) -> tuple[str, ...]:
    """The names that a cell for people holds: 张三、李四 139… → 张三, 李四."""
    words = (word.strip("*·.。") for word in _BETWEEN.split(_PHONE.sub(" ", text)))
    return tuple(word for word in words if 2 <= len(word) <= 6 and not _NOT_A_NAME.search(word))


def likely_names(text: str) -> list[str]:
    """Words of a text that stand in no cell for people and look like a name all the same: two or three signs, a surname first."""
    return [word for word in _BETWEEN.split(text) if 2 <= len(word) <= 3 and word[0] in _SURNAMES and not _NOT_A_NAME.search(word)
            and not _NO_PERSON.search(word)]


def mask_name(name: str) -> str:
    """张三 → 张*."""
    return f"{name[0]}*"


def mask_people(text: str, names: Iterable[str] = (), how: str = "all") -> str:
    """``text`` for whom it does not concern: telephones masked, and each of ``names``; ``how`` is the setting redact."""
    if how == "none" or not text:
        return text
    text = mask_phones(text)
    if how == "all":
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, mask_name(name))
    return text


@lru_cache(maxsize=1 << 14)
def mask_cell(text: str, how: str = "all") -> str:
    """A cell that holds people: a number without its area code is a telephone here."""
    text = mask_people(text, names_in(text), how)
    return text if how == "none" else _DIGITS.sub("****", text)
