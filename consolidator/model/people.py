"""Names and telephones of people: masked wherever a paper leaves the office, and in every sentence (设置 redact)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})|(0\d{2,3})[- ]?[2-9]\d{2,3}[- ]?(\d{4}))(?!\d)")
_DIGITS = re.compile(r"\d{3,4}(?=\d{4}(?!\d))")
_BETWEEN = re.compile(r"[、,，/;；\s:：()（）|]+")
_SURNAMES = frozenset("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
                      "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
                      "易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐")
_LONG_SURNAMES = frozenset(("欧阳", "司马", "上官", "诸葛", "令狐", "司徒", "皇甫", "东方", "尉迟", "公孙", "慕容", "夏侯", "长孙",
                            "宇文", "端木"))
_ORGANISATION = re.compile("公司|集团|学校|小学|中学|大学|幼儿园|单位|企业|中心|委员会|工作室|合作社|项目|工程|小区|大厦|市场|超市|"
                           "[厂店铺部园馆院所站行社堂坊吧城场库队办会局户]$")
_NO_PERSON = re.compile("[未已不无有查改完成隐患安全消防级检企业责日月年元]|"
                        "^(?:严[重格]|高[危度]|方案|常[规闭]|施工|申请|程序|任[务何]|马上|何时|易[燃爆]|[黄白]色)")
_NAMED = re.compile(r"(?:责任人|负责人|联系人|检查人|验收人|复查人|安全员|法人代表|法定代表人|法人)[为是:： ]*"
                    r"(?P<of>[\u4e00-\u9fff]{2,3})(?![\u4e00-\u9fff])"
                    r"|(?<![\u4e00-\u9fff])(?P<by>[\u4e00-\u9fff]{2,3})[(（:： ,，]*(?=\d{3,4}\*{4}\d{4})")
_FIRM = re.compile(f"{_ORGANISATION.pattern}|[室摊档屋]$|工厂|经营部|个体")
_TRADE = re.compile("^(?:高管|段长|常务|金属|石材|高空|高温|高压|高处|白天)|" + _ORGANISATION.pattern)
_NOT_A_NAME = re.compile(r"[0-9A-Za-z]|公司|单位|部门|经理|主任|局|科|所|中心|街道|待定|无")


def is_phone(text: str) -> bool:
    """Whether a text is a telephone number and nothing else."""
    return bool(_PHONE.fullmatch(text))


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
    """Words of a text that stand in no cell for people and look like a name all the same."""
    return list(filter(_is_likely, _BETWEEN.split(text)))


def _is_likely(word: str) -> bool:
    """Whether a word looks like a name: two or three signs, a surname first."""
    return 2 <= len(word) <= 3 and word[0] in _SURNAMES and not _NOT_A_NAME.search(word) and not _NO_PERSON.search(word)


class People:
    """The names of many people, to be found in texts that are not of them. What may be a word of the trade (施工方) is none."""

    def __init__(self) -> None:
        self._cells: set[str] = set()
        self._names: dict[tuple[str, str], set[str]] = {}  # by their first two signs

    def add(self, cells: Iterable[str]) -> None:
        """Note whom cells for people name."""
        for cell in set(cells) - self._cells:
            self._cells.add(cell)
            for name in names_in(cell):
                if (_is_likely(name) or name[:2] in _LONG_SURNAMES) and not _TRADE.search(name):
                    self._names.setdefault((name[0], name[1]), set()).add(name)

    def find_in(self, text: str) -> list[str]:
        """The names that stand in a text."""
        if self._names.keys().isdisjoint(pairwise(text)):
            return []
        return [name for pair in dict.fromkeys(pairwise(text)) for name in self._names.get(pair, ()) if name in text]


def mask_likely(text: str) -> str:
    """A text of no cell for people, what looks like a name in it masked."""
    return mask_people(text, likely_names(text))


def without_names(text: str, place: str = "") -> str:
    """Whom a cell names that may be an organisation or a person, as nobody's name: 张三 139… of 幸福路3号 is 张某（幸福路3号）."""
    bare = " ".join(_PHONE.sub(" ", text).split())
    if _ORGANISATION.search(bare) and not (len(bare) == 2 and bare[0] in _SURNAMES):
        return bare
    names = [word.strip("*·.。") for word in _BETWEEN.split(bare)]
    if not all(2 <= len(name) <= 3 or name[:2] in _LONG_SURNAMES or "·" in name for name in names):
        return bare
    return "、".join(f"{name[:2] if name[:2] in _LONG_SURNAMES else name[0]}某" for name in names) + (f"（{place}）" if place else "")


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
        text = _NAMED.sub(_without_name, text)
    return text


def _without_name(found: re.Match[str]) -> str:
    name = found["of"] or found["by"]
    return found[0].replace(name, mask_name(name)) if _is_likely(name) else found[0]


def mask_firm(text: str, names: Iterable[str] = (), how: str = "all") -> str:
    """What a firm is called: a name in it stays where it is part of what the firm is called (张三小吃店), as it is not the person."""
    return mask_people(text, [name for name in names if not _FIRM.search(text.rpartition(name)[2])], how)


@lru_cache(maxsize=1 << 14)
def mask_cell(text: str, how: str = "all") -> str:
    """A cell that holds people: a number without its area code is a telephone here."""
    text = mask_people(text, names_in(text), how)
    return text if how == "none" else _DIGITS.sub("****", text)
