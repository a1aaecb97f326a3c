"""What a text of the form is: the label of an item, a section's heading, a column's title, a note.

Labels are compared without what hands change when they re-type a form: spaces and breaks, the kind of brackets, quotes,
colons, the unit and hints like （行业主管部门填写） in brackets, a number before it (design.md “Locating”).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from consolidator.model.text import squeeze
from consolidator.reading.locating.slips import turns_meaning
from schemas.form import Form, Item

T = TypeVar("T")
LABEL, HEADING, COLUMN, REMARK, NOTE = "label", "heading", "column", "remark", "note"
VALUE, CHANGE, PAST, PEOPLE, OTHER = "value", "change", "past", "people", "other"  # roles of columns

_GROUP = re.compile(r"\(([^()]*)\)")
_HINT = re.compile(r".*(填写|填报)|必填|选填|累计|累计数|总数|请?(选择?|填)?是[/、或]否|打[√v]|"
                   r"(截[至止]|自).*(累计|以来|目前)|含(复查|复核|回头看)(数|次数|企业)?")
_UNIT_SIGN = re.compile(r"^(计量)?单位:?")
_PUNCTUATION = re.compile(r"[,、:;.。·\-—–_~*#|/\\!?＿]+")
_NUMBER = re.compile(
    r"^(?:\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|\d{1,2}[.、:,)]|\d{1,2}(?=[^\d.,%万亿元年月日家个次人])|"
    r"[一二三四五六七八九十]{1,3}[、.])[.、:]?")
_PERIOD = re.compile(r"本周|上周|本期|上期|本月|上月|当周|当月|本次|上次|去年|同期|新增|增加|减少|同比|环比|计划|目标")
_MONEY = ("元", "千元", "百元", "十万元", "百万元", "千万元", "亿元", "万", "亿")
_COUNTING = ("个", "家", "次", "人", "个次", "家次", "户", "件", "起", "处", "项", "名", "条", "例", "场", "人次", "项次",
             "处次", "宗", "所", "份", "数", "数量")
_NOTE = re.compile(r"\s*(?:[(（]\s*)?(备\s*注|注|填表说明|填报说明|填报要求|要\s*求|说\s*明)\s*[)）]?\s*[:：\d\n]")
_PEOPLE = re.compile(r"\s*(填表|填报|审核|联系|经办|制表|负责|签发|复核|单位负责|分管)(人|电话|领导)")
_A_VALUE = re.compile(r"[\d约近无是否有零√×/☑☐+\-].{0,24}$")
_WHEN = re.compile(r"\d{4}年|\d{1,2}月(?:\d{1,2}[日号])?|第?\d{1,2}[日号期周]|第\d{1,2}次|(?<!\d)\d{1,2}[./]\d{1,2}(?![\d万元])")
_DIGIT = re.compile(r"\d")
_LONGEST = 200  # characters of a label or heading, with its number and value
_LONGEST_KEPT = 2_000
_MOST_SEEN = 20_000  # texts: values are looked up too, and are no end of different ones

_COLUMN_ROLES = (  # first that fits; the rank decides between several columns of values
    (re.compile(r".*(上期|上周|上次|上月|上报前|去年|同期|前期|前次|基数|往期).*"), PAST, 0),
    (re.compile(r".*(新增|增减|增加|增长|变化|增量|环比|同比|较上|增幅|比上|差额).*"), CHANGE, 0),
    (re.compile(r"(责任|填报|负责|牵头|主管|填表)(部门|单位|人)|联系(人|电话|方式)|单位名称"), PEOPLE, 0),
    (re.compile(r"(计量)?单位|备注.*|.*说明|.*解释|序号|编号|项目(名称)?|指标(名称)?|内容|类别|分类|"
                r".*要求|.*口径|.*时限|.*依据|来源"), OTHER, 0),
    (re.compile(r".*累计.*"), VALUE, 3),
    (re.compile(r"合计|总计|总数|全部"), VALUE, 2),
    (re.compile(r"数据.?|数值.?|数量|数字|数|(填报|填写|报送|上报)(数|数据|数字|内容|情况|结果|值|项)?|"
                r"(本期|本周|本次|本月)(数|数据|数量|情况|值)?|完成情况|进展情况|情况|结果"), VALUE, 1),
)


class Meaning(NamedTuple):
    """What one text is.

    ``slots`` are the labels it may be (several only where sections repeat a label), ``rest`` the value behind it in the same
    cell; ``guessed`` is the problem's code where the label is not as printed (``item-guessed`` a slip, ``unit-guessed`` another unit),
    ``money`` names another money unit than the form's.
    ``role`` and ``rank`` are those of a column's title, ``section`` that of a heading.
    """

    kind: str
    slots: tuple[int, ...] = ()
    rest: str = ""
    guessed: str = ""
    money: str = ""
    role: str = ""
    rank: int = 0
    section: int = -1


@dataclass(frozen=True, slots=True)
class Slot:
    """A label with its figures: a whole item, or one figure of a two-figure item that somebody gave its own row."""

    item: Item
    number: int
    running: int
    section: int
    whole: bool


class Book:
    """The labels of one form, ready for looking up; what it has seen it remembers (labels repeat over thousands of files)."""

    def __init__(self, form: Form):
        self.form = form
        self.slots: list[Slot] = []
        self.units = frozenset(form.units)
        self.words = frozenset(self.units | set(_MONEY) | set(_COUNTING))
        self.longest_first = sorted(self.words, key=len, reverse=True)
        unit = "|".join(map(re.escape, sorted(self.units, key=len, reverse=True)))
        words = "|".join(map(re.escape, self.longest_first))
        self._but_figures = re.compile(rf"\d+(?:\.\d+)?(?:{words})?(?:[,，、;；]\d+(?:\.\d+)?(?:{words})?)?")
        self._unit_behind = re.compile(rf"(?<=.{{3}})[,/:;-]((?:{unit})(?:[,、/;](?:{unit}))*)$")
        self._full: dict[str, list[int]] = {}
        self._core: dict[str, list[int]] = {}
        self._headings: dict[str, int] = {}
        self._seen: dict[str, Meaning | None] = {}
        self.layouts: dict[tuple, list] = {}  # kept by layouts.py
        self.readings: dict[tuple, list] = {}  # what was read of cells as items, kept by figures.py
        running = 0
        for s, section in enumerate(form.sections):
            for item in section.items:
                running += 1
                self._add(Slot(item, item.number, running, s, True), [label.joined for label in item.labels])
        for slot in [one for one in self.slots if len(one.item.figures) == 2]:
            for figure in slot.item.figures:
                alone = slot.item.model_copy(update={"figures": (figure,)})
                self._add(Slot(alone, slot.number, slot.running, slot.section, False), [f"{figure.title}（{figure.unit}）"])
        for s, section in enumerate(form.sections):
            title = squeeze("".join(section.title))
            self._headings.setdefault(title, s)
            self._headings.setdefault(self._bare(title)[0], s)
            self._headings.setdefault(self._bare(_NUMBER.sub("", title))[0], s)
        for text in list(self._headings):
            if text in self._core or not text:
                del self._headings[text]
        self._bracketed = tuple(label for label in self._full if label.endswith(")"))
        self.title = squeeze(form.joined_title)
        self.titles = tuple(dict.fromkeys(map(squeeze, (form.joined_title, *form.title))))  # whole, then line by line
        self.remarks = squeeze("".join(form.remarks))
        self._kept: dict[tuple[Callable, str], Any] = {}
        self.printed = {name: form.label(name) for name in form.figures}
        self.items = sum(slot.whole for slot in self.slots)

    def _add(self, slot: Slot, labels: list[str]) -> None:
        number = len(self.slots)
        self.slots.append(slot)
        for label in labels:
            full = squeeze(label)
            core = self._bare(full)[0]
            for table, key in ((self._full, full), (self._core, core), (self._core, core.removeprefix("其中"))):
                known = table.setdefault(key, [])
                # an item's own label wins over the title of one of its figures
                if number not in known and (slot.whole or not any(self.slots[k].whole for k in known)):
                    known.append(number)

    def remembered(self, what: Callable[[str, Book], T], text: str) -> T:
        """``what(text, self)``, which depends on nothing else: titles and remarks are the same in thousands of files."""
        if len(text) > _LONGEST_KEPT:
            return what(text, self)
        try:
            return self._kept[what, text]
        except KeyError:
            if len(self._kept) > _MOST_SEEN:
                self._kept.clear()
            found = self._kept[what, text] = what(text, self)
            return found

    def meaning(self, text: str) -> Meaning | None:
        """What ``text`` is, None where it is nothing printed on the form."""
        try:
            return self._seen[text]
        except KeyError:
            if len(self._seen) > _MOST_SEEN:
                self._seen.clear()
            found = self._seen[text] = self._look_up(text)
            return found

    def _look_up(self, text: str) -> Meaning | None:
        if self._but_figures.fullmatch(text):  # “3次，5.2万元”: seldom twice the same, and no words of a form
            return None
        if _NOTE.match(text):
            return Meaning(NOTE)
        if _PEOPLE.match(text) and _column(squeeze(text[:20])) is None:
            return Meaning(REMARK)
        if len(text) > _LONGEST:
            return None
        short = squeeze(text)
        if not short:
            return None
        found = self._label(short)
        if found:
            return found
        section = self._headings.get(short, self._headings.get(self._bare(short)[0], -1))
        if section >= 0:
            return Meaning(HEADING, section=section)
        return self._with_value(text, short) or _column(short)

    def _label(self, short: str) -> Meaning | None:
        """The label that ``short`` is, whole; its number and unit may be wanting."""
        for key in dict.fromkeys((short, _NUMBER.sub("", short))):
            slots = self._full.get(key)
            if slots:
                return Meaning(LABEL, tuple(slots))
            core, units = self._bare(key)
            slots = self._core.get(core)
            if slots:
                return self._by_units(slots, units)
        return None

    def _by_units(self, slots: list[int], units: tuple[str, ...]) -> Meaning | None:
        """Of labels that differ in their units only, the one with ``units``; part of a two-figure item's is one figure's."""
        if not units:
            return Meaning(LABEL, tuple(slots))
        asked = {k: tuple(figure.unit for figure in self.slots[k].item.figures) for k in slots}
        fitting = [k for k in slots if sorted(set(asked[k])) == sorted(set(units))]
        if fitting:
            return Meaning(LABEL, tuple(fitting))
        if len(set(units)) == 1:
            for k in slots:
                if asked[k].count(units[0]) == 1 and len(asked[k]) == 2:
                    name = self.slots[k].item.figures[asked[k].index(units[0])].name
                    alone = [n for n, slot in enumerate(self.slots) if not slot.whole and slot.item.figures[0].name == name]
                    return Meaning(LABEL, tuple(alone))
        money = next((unit for unit in units if unit in _MONEY and unit not in self.units), "")
        return Meaning(LABEL, tuple(slots), guessed="unit-guessed", money=money)

    def _bare(self, short: str) -> tuple[str, tuple[str, ...]]:
        """``short`` without units and hints in brackets and without punctuation, and the units that stood there."""
        units: list[str] = []

        def weigh(found: re.Match) -> str:
            inside = _UNIT_SIGN.sub("", found[1])
            parts = [inside] if inside in self.words else [part for part in re.split(r"[,、/;和及]", inside) if part]
            parts = [f"{part}元" if f"{part}元" in self.units else part for part in parts]  # （万）
            if parts and all(part in self.words for part in parts):
                units.extend(parts)
                return ""
            return "" if not inside or _HINT.fullmatch(inside) else found[0]

        if "(" in short:
            short = _GROUP.sub(weigh, short)
        behind = self._unit_behind.search(short)
        if behind:
            short = short[: behind.start()]
            units.extend(part for part in re.split(r"[,、/;]", behind[1]) if part)
        return _PUNCTUATION.sub("", short), tuple(units)

    def _with_value(self, text: str, short: str) -> Meaning | None:
        """A label with its value behind it in the same cell: after a colon, or right behind the unit’s bracket."""
        for found in re.finditer(r"[:：=＝]", text):
            label = self._label(squeeze(text[: found.start()]))
            if label:
                rest = text[found.end():].strip(" \t\n\r_　＿")
                return label._replace(rest="" if squeeze(rest) in self.words else rest)
        plain = _NUMBER.sub("", short)
        for key in (short, plain):
            if not key.startswith(self._bracketed):
                continue
            full = max((label for label in self._bracketed if key.startswith(label)), key=len, default="")
            if full and _A_VALUE.match(key[len(full):]):
                wanted = key[len(full):]
                for n in range(len(text)):
                    if squeeze(text[n:]) == wanted:
                        label = self._label(full)
                        return label._replace(rest=text[n:].strip(" \t\n\r_　＿")) if label else None
        return None

    def guess(self, text: str, found: set[int]) -> int | None:
        """The one item that ``text`` can be with a slip of a character or two; None where none, or more than one, can.

        ``found`` are the slots whose label is elsewhere as printed: they are not what is meant here.
        """
        from rapidfuzz.distance import OSA  # two characters exchanged are one slip

        short = _NUMBER.sub("", squeeze(text))
        core = self._bare(short)[0]
        if not 4 <= len(core) <= 60 and not (len(core) == 3 and core != short):  # 行政罚（次，万元）
            return None
        near: dict[int, int] = {}
        # the whole label too: where a bracket is lost, the unit cannot be distinguished from the words
        for table, written in ((self._core, core), (self._full, short)):
            for label, slots in table.items():
                distance = OSA.distance(written, label, score_cutoff=4)
                if distance <= 4:
                    near.update({k: min(distance, near.get(k, distance)) for k in slots})
        elsewhere = min((distance for k, distance in near.items() if k in found), default=99)
        meant = sorted((distance, k) for k, distance in near.items() if k not in found and self.slots[k].whole)
        if not meant:
            return None
        distance, best = meant[0]
        printed = "".join(label.joined for label in self.slots[best].item.labels)
        period = _PERIOD.search(core)
        if turns_meaning(short, squeeze(printed)):
            return None
        if distance > min(2, max(1, len(core) // 4)) or elsewhere <= distance or (period and period[0] not in printed):
            return None
        return None if len(meant) > 1 and meant[1][0] < distance + 2 else best


def _column(short: str) -> Meaning | None:
    """The role of a column's (or, in a transposed form, a row's) title."""
    title = _GROUP.sub("", short)
    if not 0 < len(title) <= 12 or _DIGIT.search(_WHEN.sub("", title)):  # 累计3次 is a value
        return None
    for pattern, role, rank in _COLUMN_ROLES:
        if pattern.fullmatch(title):
            return Meaning(COLUMN, role=role, rank=rank)
    return None


@lru_cache(maxsize=8)
def book_of(form: Form) -> Book:
    """The labels of ``form``, made once for each definition."""
    return Book(form)
