"""Whose form it is: the units that people write around the table, as written, best first.

A name is taken from a place made for it (“…（单位）”, “单位：…”), else from the line of the date, from the title, or from a
line of its own above the table. Whether there is such a unit is for the roster to say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from consolidator.model.text import squeeze
from consolidator.reading.header.lines import BLANK_DATE, DATE, TIME, UNIT_FIELD, Line, plain
from consolidator.reading.locating.label_index import Book

Units = list[tuple[str, str | None]]  # (name, cell)

_GAP = " \t\n_:：,，、。;；.|/"
_FILLED_IN_BY = r"(?:责任|制表|编制|填报|报送|上报|填表|编报|填写|呈报|报告|报表|本|报)?"
_PLACE = r"(?:单位|部门|街道|科室|机构)(?:[/、或及]?(?:单位|部门|街道|科室|机构))?(?:名称|全称)?"
_SEAL = r"(?:[(](?:加?盖?公?章|签章|全称|名称|部门|街道|科室|单位)[)])?"
_BRACKETED = re.compile(rf"[(]{_FILLED_IN_BY}{_PLACE}(?:[、,/ ]?(?:加?盖公?章|签章|公章))?[)]|[(](?:加?盖公?章|签章|公章)[)]")
_COLON = re.compile(rf"(?:^|[\s_(,;|])({_FILLED_IN_BY}) *{_PLACE}{_SEAL}\s*[:]\s*")
_SPACED = re.compile(r"^(?:填报|报送|上报|填表|编报|填写|呈报)(?:单位|部门)(?:名称)?(?:\s+|(?=\S))")
_PEOPLE = r"填报人|填表人|联系|负责人|审核|电话|经办|制表|签发|审批"
_NEXT = re.compile(rf"\s{{2,}}|_{{2,}}\s|(?<=\S)\s*(?={TIME}\s*:|(?:{_PEOPLE}|报送日期|填报日期))|[;|]")
_OTHERS = re.compile(rf"{_PEOPLE}|手机|传真|邮箱|计量|金额单位|数据单位")
_JUNK = re.compile(r"^(?:附件|附表|表|密级|样表|样式|版本|No|第)\s*[\d一二三四五六七八九十.:]*.{0,4}$|"
                   r"^[\s\d×xX*_.\-—/()（）#○〇□]*$|^(?:xx|某|本)?单位$|^(?:名称|全称)$", re.I)
_ORGANISATION = re.compile(
    r"(?:局|委|委员会|办|办公室|街道|街道办|街|处|队|支队|大队|总队|分局|中心|公司|科|室|所|站|院|会|镇|乡|村|社区|政府|部|厅|署|"
    r"园区|集团|学校|医院|银行|厂|店|组|法院|检察院|管委会|商会|协会)(?:[(].*[)])?$")
_LONGEST_NAME, _LONGEST_ALONE = 40, 25


def find_units(lines: list[Line], book: Book) -> Units:
    """The first of four ways that gives any name, and behind it a name in the title: the form may be a neighbour's."""
    units = _first_found(lines, book)
    for line in lines if units else ():
        units += [(name, cell) for name, cell in _in_the_title(line, book)
                  if name and _ORGANISATION.search(name) and name not in (known for known, _ in units)]
    return units


def _first_found(lines: list[Line], book: Book) -> Units:
    for way in (_in_its_place, _beside_the_date, _in_the_title, _alone):
        units: Units = []
        for line in lines:
            for name, cell in way(line, book):
                if name and name not in (known for known, _ in units):
                    units.append((name, cell))
        if units:
            return units
    return []


@lru_cache(maxsize=4096)
def _speaks_of_a_unit(text: str) -> bool:
    """Remembered, as 备注 are the same in every form."""
    return re.search("单位|部门|街道|科室|机构|章", text) is not None


def _in_its_place(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    text = line.text
    if not text or not _speaks_of_a_unit(text):
        return
    bracket = _BRACKETED.search(text)
    if bracket and not _COLON.search(text[: bracket.start()] + ":"):
        before = _strip_title(text[: bracket.start()], book)
        name = _name(_last_part(before), book)
        behind = text[bracket.end():].lstrip(" _:")
        if not name and not re.match(TIME, behind):
            name = _name(_NEXT.split(behind, maxsplit=1)[0], book)
        if name or before.strip(_GAP):
            yield name, line.cell
            return
        if not behind.strip(_GAP) and text.strip().endswith((":", ")")) and "_" not in before:
            yield from _in_next_cell(line, book)
        return
    for found in _COLON.finditer(text):
        behind = text[found.end():]
        name = _name(_until_next(behind), book)
        if not name and not behind.strip(_GAP):
            yield from _in_next_cell(line, book)
        else:
            yield name, line.cell
    if not _COLON.search(text):
        spaced = _SPACED.match(text.strip())
        if spaced and text.strip()[spaced.end():].strip():
            yield _name(_until_next(text.strip()[spaced.end():]), book), line.cell
        elif UNIT_FIELD.match(text.strip()):
            yield from _in_next_cell(line, book)


def _in_next_cell(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    for look in (line.right, line.below):
        value, cell = look()
        if isinstance(value, str) and value.strip():
            text = plain(value)
            if not re.match(rf"\s*{TIME}", text) and not _COLON.match(text) and book.meaning(value) is None:
                name = _name(text.replace("\n", ""), book)
                if name:
                    yield name, cell
                    return


def _until_next(text: str) -> str:
    """What a field holds: up to the next field of the line."""
    text = text.lstrip(" _")
    return _NEXT.split(text, maxsplit=1)[0] if text else ""


def _last_part(text: str) -> str:
    """Of several things on a line, parted by wide gaps, the last."""
    parts = [part for part in re.split(r"\s{3,}|[;|]", text.strip(_GAP)) if part.strip(_GAP)]
    return parts[-1] if parts else ""


def _strip_title(text: str, book: Book) -> str:
    """``text`` without the form's title in front."""
    at = text.rfind(plain(book.form.title[-1]))
    return text[at + len(plain(book.form.title[-1])):] if at >= 0 else text


def _beside_the_date(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    """A name on the line of the date: in the same text before it, or in the row's cell left of it."""
    text = line.text
    if not line.above or not text or _is_title(text, book):
        return
    timed, date = re.search(rf"{TIME}\s*:?", text), DATE.search(text)
    at = min((found.start() for found in (timed, date) if found), default=-1)
    if at > 0 and not _OTHERS.search(text):
        yield _name(text[:at], book), line.cell
    elif at < 0 and not _OTHERS.search(text) and ":" not in text:
        beside, _ = line.right()
        if isinstance(beside, dt.date) or (isinstance(beside, str) and (DATE.search(plain(beside)) or re.match(TIME, plain(beside)))):
            yield _name(text, book), line.cell


def _is_title(text: str, book: Book) -> bool:
    short = squeeze(text)
    return len(short) >= 6 and any(title in short or short in title for title in book.titles)


def _in_the_title(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    """A unit's name before the form's title, in place of the region's, or behind the title in brackets."""
    if line.above:
        yield from ((name, line.cell) for name in book.remembered(_names_at_the_title, line.text))


def _names_at_the_title(written: str, book: Book) -> tuple[str, ...]:
    text = squeeze(written)
    if not text:
        return ()
    for title in book.titles:
        common = 0
        while common < min(len(title), len(text)) and title[-1 - common] == text[-1 - common]:
            common += 1
        if common * 2 >= len(title):
            name, printed = text[: len(text) - common], title[: len(title) - common]
            return (_name(name, book),) if name and name != printed and name not in book.form.region else ()
    last = squeeze(book.form.title[-1])
    if last not in text:
        return ()
    behind = text[text.rindex(last) + len(last):]
    names = (_name(inside, book) for inside in re.findall(r"\(([^()]*)\)", behind) or [behind])
    return tuple(name for name in names if name and _ORGANISATION.search(name) and not DATE.search(name))


def _alone(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    """A name on a line of its own above the table."""
    text = line.text.strip()
    if line.above and text and len(text) <= _LONGEST_ALONE and not _is_title(text, book) and not re.search(r"[:,。;]", text):
        name = _name(text, book)
        if name and _ORGANISATION.search(name) and book.meaning(name) is None:
            yield name, line.cell


def _name(text: str, book: Book) -> str:
    """``text`` trimmed to a unit's name; "" where it is none (a blank line to fill, a list of units of measure, a date)."""
    text = re.sub(r"[(](?:加?盖公?章|签章|公章|章|单位|名称|全称|填报单位)[)]", "", text)
    text = text.strip(_GAP + "-—–\"'“”*·")
    text = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)
    text = re.sub(r"(?<=..)单位$", "", text)
    if not text or len(text) > _LONGEST_NAME or _JUNK.match(text) or _OTHERS.match(text) or re.fullmatch(rf"{TIME}.*", text):
        return ""
    words = [word for word in re.split(r"[,，、;/\s和及]+", squeeze(text)) if word]
    if words and all(word.strip("()") in book.words for word in words):
        return ""
    if DATE.fullmatch(text) or BLANK_DATE.fullmatch(text):
        return ""
    return text
