"""Whose form it is and of which day: what people write above, beside and below the table.

Units are given as written, best first: in a place made for it (“…（单位）”, “单位：…”), else on the line of the date, in the
title, or alone above the table. Whether such a unit exists is for the roster to say.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from consolidator.reading.cells import as_written
from consolidator.reading.columns import Cell, blank
from consolidator.reading.dates import parse_date
from consolidator.reading.grid import CellValue
from consolidator.reading.labels import COLUMN, REMARK, Book, squeeze
from consolidator.reading.locating import Located
from schemas.problems import Problem, problem

_GAP = " \t\n_:：,，、。;；.|/"
_SAID = r"(?:填报|报送|上报|填表|编报|填写|呈报|报告|报表|本|报)?"
_PLACE = r"(?:单位|部门|街道|科室|机构)(?:[/、或及]?(?:单位|部门|街道|科室|机构))?(?:名称|全称)?"
_SEAL = r"(?:[(](?:加?盖?公?章|盖章|签章|公章|加盖公章|章|全称|名称|部门|街道|科室|单位)[)])?"
_BRACKETED = re.compile(rf"[(]{_SAID}{_PLACE}(?:[、,/ ]?(?:加?盖公?章|签章|公章))?[)]|[(](?:加?盖公?章|签章|公章)[)]")
_COLON = re.compile(rf"(?:^|[\s_(,;|])({_SAID}) *{_PLACE}{_SEAL}\s*[:]\s*")
_SPACED = re.compile(r"^(?:填报|报送|上报|填表|编报|填写|呈报)(?:单位|部门)(?:名称)?(?:\s+|(?=\S))")
_ONLY = re.compile(rf"^{_SAID}(?:单位|部门|科室)(?:名称|全称)?{_SEAL}\s*:?$")
_TIME = r"(?:(?:填报|填表|报送|上报|统计|报告|制表|填写|汇总|数据|报表)?(?:截[至止]|时间|日期))(?:时间|日期)?(?:[(][^()]*[)])?"
_TIMED = re.compile(rf"(?:^|(?<=[\s_(,;|)])|(?<![\u4e00-\u9fff])|(?=填报|填表|报送|上报|统计|报告|制表|截[至止])){_TIME}\s*[:到至]?\s*")
_TIME_WORD = re.compile(r"时间|日期|截[至止]")
_NEXT = re.compile(rf"\s{{2,}}|_{{2,}}\s|(?<=\S)\s*(?={_TIME}\s*:|(?:填报人|填表人|联系|负责人|审核|电话|经办|制表|签发|审批|报送日期|填报日期))|[;|]")
_OTHERS = re.compile(r"填报人|填表人|联系|负责人|审核|电话|经办人|制表人|签发|手机|传真|邮箱|审批|计量|金额单位|数据单位")
_WRITTEN = re.compile(r"[\d〇○零一二三四五六七八九十]{2,4}\s*[年./\-].*[\d日号\s月]|\d{1,2}\s*月.*[\d日号]|\d{8}")
_DATE = re.compile(r"[\d〇○零一二三四五六七八九十]{2,4}\s*[年.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]|\d{1,2}\s*月\s*\d|20\d{6}")
_BLANK_DATE = re.compile(r"(?:\d{2,4}|_+|\s)*年[\s_\d]*月[\s_\d]*日?")
_SINCE = re.compile(r"自?(?:\d{4}\s*年)?\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]?(?:起|开始|以来)|\d{4}\s*年?(?=专项|行动)")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]")
_BLANKS = re.compile(r"[^\S\n]")
_INNER_BLANK = re.compile(
    r"(?<=[(]) +| +(?=[)])|(?<=单) +(?=位)|(?<=部) +(?=门)|(?<=时) +(?=间)|(?<=日) +(?=期)|(?<=填) +(?=[报表])|(?<=[报上]) +(?=[送报单])")
_REMARK = re.compile(r"^\s*[(]?(?:备\s*注|注|说\s*明|填表说明|填报说明|填报要求|要求|附\s*注)")
_JUNK = re.compile(r"^(?:附件|附表|表|密级|样表|样式|版本|No|第)\s*[\d一二三四五六七八九十.:]*.{0,4}$|^[\s\d×xX*_.\-—/()（）#○〇□]*$", re.I)
_ORGANISATION = re.compile(r"(?:局|委|委员会|办|办公室|街道|街道办|街|处|队|支队|大队|总队|分局|中心|公司|科|室|所|站|院|会|镇|乡|村|社区|政府|"
                           r"部|厅|署|园区|集团|学校|医院|银行|厂|店|组|法院|检察院|管委会|商会|协会)(?:[(].*[)])?$")


@dataclass(slots=True)
class Line:
    """One line of text outside the table, with its cell. ``value`` is a date cell's; ``above`` is False below the table."""

    text: str
    cell: str | None
    value: CellValue = ""
    above: bool = True
    located: Located | None = None
    at: Cell = (0, 0)

    def right(self) -> tuple[CellValue, str | None]:
        """The next filled cell to the right, within six, and its address; ("", None) where there is none of use."""
        return self._beside(0, 1, 6)

    def below(self) -> tuple[CellValue, str | None]:
        """The cell directly below, likewise."""
        return self._beside(1, 0, 1)

    def _beside(self, down: int, across: int, most: int) -> tuple[CellValue, str | None]:
        if self.located is None:
            return "", None
        grid, (r, c) = self.located.grid, self.at
        for step in range(1, most + 1):
            at = (r + down * step, c + across * step)
            value = grid.value(*at)
            if not blank(value):
                return ("", None) if at in self.located.known else (value, grid.address(*at))
        return "", None


Units = list[tuple[str, str | None]]
Dates = list[tuple[dt.date | None, str, str | None]]


def read_heading(located: Located, book: Book) -> tuple[Units, Dates, list[Problem]]:
    """The units and dates written around the table, best first, each with its cell (None for a text outside the cells),
    and what is to be said of the date."""
    lines = list(_lines(located, book))
    dates, problems = _dates(lines, book)
    return _units(lines, book), dates, [one.at(located.grid.sheet or None, one.cell) for one in problems]


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` in one width, blanks of every kind as spaces, invisible marks left out; breaks stay."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).replace("﹍", "_").replace("‗", "_"))
    return _INNER_BLANK.sub("", _BLANKS.sub(" ", text))


def _lines(located: Located, book: Book) -> Iterator[Line]:
    """The texts around the table: above it (and in Word before it), then below; notes and printed texts left out."""
    grid, known = located.grid, located.known
    top, bottom = located.rows()
    used = {cell for place in located.places for cell in place.cells} if located.turned else ()
    lower: list[Line] = []
    for r, row in enumerate(grid.rows):
        if top < r <= bottom and not located.turned:
            continue
        for c, value in enumerate(row):
            if value == "" or (r, c) in used:
                continue
            meaning = known.get((r, c))
            if meaning is not None and meaning.kind != REMARK and not (
                    meaning.kind == COLUMN and isinstance(value, str) and _ONLY.match(plain(value).strip())):
                continue
            made: list[Line] = []
            if isinstance(value, str):
                if len(value) <= 400:
                    made = [Line(text, grid.address(r, c), "", r <= top, located, (r, c)) for text in _split(value, book)]
            elif isinstance(value, dt.date):
                made = [Line("", grid.address(r, c), value, r <= top)]
            if r <= top:
                yield from made
            else:
                lower += made
    for text in grid.lines:
        if len(text) <= 120 and not _REMARK.match(plain(text)):
            yield from (Line(part, None) for part in _split(text, book))
    yield from lower


def _split(text: str, book: Book) -> list[str]:
    """The lines of a cell; a title printed on several lines stays one."""
    if "\n" not in text:
        return [plain(text)]
    title = squeeze(book.form.joined_title)
    lines: list[str] = []
    for line in plain(text).split("\n"):
        if lines and squeeze(line) and (squeeze(line) in title) and squeeze(lines[-1]) and title.endswith(squeeze(lines[-1] + line)):
            lines[-1] += line
        elif line.strip():
            lines.append(line)
    return lines


def _name(text: str, book: Book) -> str:
    """``text`` trimmed to a unit's name; "" where it is none (a blank line to fill, a list of units of measure, a date)."""
    text = re.sub(r"[(](?:加?盖公?章|签章|公章|章|单位|名称|全称|填报单位)[)]", "", text)
    text = text.strip(_GAP + "-—–\"'“”*·")
    text = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)
    if not text or len(text) > 40 or _JUNK.match(text) or _OTHERS.match(text) or re.fullmatch(rf"{_TIME}.*", text):
        return ""
    words = [word for word in re.split(r"[,，、;/\s和及]+", squeeze(text)) if word]
    if words and all(word.strip("()") in book.words for word in words):
        return ""
    if _DATE.fullmatch(text) or _BLANK_DATE.fullmatch(text) or text in ("单位", "名称", "全称", "xx单位", "某单位", "本单位"):
        return ""
    return text


def _units(lines: list[Line], book: Book) -> Units:
    """The first of four ways that gives any name."""
    for way in (_in_its_place, _beside_the_date, _in_the_title, _alone):
        units: Units = []
        for line in lines:
            for name, cell in way(line, lines, book):
                if name and name not in (known for known, _ in units):
                    units.append((name, cell))
        if units:
            return units
    return []


def _in_its_place(line: Line, lines: list[Line], book: Book) -> Iterator[tuple[str, str | None]]:
    text = line.text
    if not text or not re.search(r"单位|部门|街道|科室|机构|章", text):
        return
    bracket = _BRACKETED.search(text)
    if bracket and not _COLON.search(text[: bracket.start()] + ":"):
        before = _strip_title(text[: bracket.start()], book)
        name = _name(_last_part(before), book)
        behind = text[bracket.end():].lstrip(" _:")
        if not name and not re.match(_TIME, behind):
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
        elif _ONLY.match(text.strip()):
            yield from _in_next_cell(line, book)


def _in_next_cell(line: Line, book: Book) -> Iterator[tuple[str, str | None]]:
    for look in (line.right, line.below):
        value, cell = look()
        if isinstance(value, str) and value.strip():
            text = plain(value)
            if not re.match(rf"\s*{_TIME}", text) and not _COLON.match(text) and book.meaning(value) is None:
                name = _name(text.replace("\n", ""), book)
                if name:
                    yield name, cell
                    return


def _before_next(text: str) -> str:
    """A date's field, up to a field that is none of the date's."""
    return re.split(r"填报人|填表人|联系|负责人|审核|电话|经办|制表|签发|审批|单位|部门|[;|]", text, maxsplit=1)[0].strip()


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


def _beside_the_date(line: Line, lines: list[Line], book: Book) -> Iterator[tuple[str, str | None]]:
    """A name on the line of the date: in the same text before it, or in the row's cell left of it."""
    text = line.text
    if not line.above or not text or _is_title(text, book):
        return
    timed, date = re.search(rf"{_TIME}\s*:?", text), _DATE.search(text)
    at = min((found.start() for found in (timed, date) if found), default=-1)
    if at > 0 and not _OTHERS.search(text):
        yield _name(text[:at], book), line.cell
    elif at < 0 and not _OTHERS.search(text) and ":" not in text:
        beside, _ = line.right()
        if isinstance(beside, dt.date) or (isinstance(beside, str) and (_DATE.search(plain(beside)) or re.match(_TIME, plain(beside)))):
            yield _name(text, book), line.cell


def _is_title(text: str, book: Book) -> bool:
    short = squeeze(text)
    return len(short) >= 6 and any(squeeze(part) in short or short in squeeze(part) for part in (*book.form.title, book.form.joined_title))


def _in_the_title(line: Line, lines: list[Line], book: Book) -> Iterator[tuple[str, str | None]]:
    """A unit's name before the form's title, in place of the region's, or behind the title in brackets."""
    title, text = squeeze(book.form.joined_title), squeeze(line.text)
    if not line.above or not text:
        return
    common = 0
    while common < min(len(title), len(text)) and title[-1 - common] == text[-1 - common]:
        common += 1
    if common * 2 >= len(title):
        name, printed = text[: len(text) - common], title[: len(title) - common]
        if name and name != printed and name not in book.form.region:
            yield _name(name, book), line.cell
        return
    last = squeeze(book.form.title[-1])
    if last in text:
        for inside in re.findall(r"\(([^()]*)\)", text[text.rindex(last) + len(last):]) or [text[text.rindex(last) + len(last):]]:
            name = _name(inside, book)
            if name and _ORGANISATION.search(name) and not _DATE.search(name):
                yield name, line.cell


def _alone(line: Line, lines: list[Line], book: Book) -> Iterator[tuple[str, str | None]]:
    """A name on a line of its own above the table."""
    text = line.text.strip()
    if line.above and text and len(text) <= 25 and not _is_title(text, book) and not re.search(r"[:,。;]", text):
        name = _name(text, book)
        if name and _ORGANISATION.search(name) and book.meaning(name) is None:
            yield name, line.cell


def _dates(lines: list[Line], book: Book) -> tuple[Dates, list[Problem]]:
    """Dates said to be the form's, then date cells and dates alone or behind the title; blank ones last."""
    finder = _Finder(book.form.campaign.first_week.year)
    for line in lines:
        finder.look(line)
    dates = list({(day, text): (day, text, cell) for day, text, cell in finder.in_order()}.values())
    sure = [one for one in dates if one[0]]
    texts = [sure[0][1]] if sure else [one[1] for one in dates]
    told = [finder.told[text] for text in texts if text in finder.told]
    return [*sure, *(one for one in dates if not one[0])], told[:1]


class _Finder:
    """Gathers the dates of a form's lines by how surely they are the form's own."""

    def __init__(self, year: int):
        self.year = year
        self.said: Dates = []
        self.above: Dates = []
        self.below: Dates = []
        self.empty: Dates = []
        self.told: dict[str, Problem] = {}

    def in_order(self) -> Dates:
        """A date below the table is a signature's: it counts where the form says none."""
        return [*self.said, *self.above, *([] if any(day for day, _, _ in self.said) else self.below), *self.empty]

    def look(self, line: Line) -> None:
        if isinstance(line.value, dt.date):
            self._take(self.above if line.above else self.below, line.value, line.cell)
            return
        text = _SINCE.sub(" ", line.text)
        timed = _TIMED.search(text) if _TIME_WORD.search(text) else None
        if timed:
            self._said(line, text[timed.end():])
        elif line.above or not re.sub(r"[\s\d年月日号.\-/()_〇○零一二三四五六七八九十]", "", text):
            self._take(self.above if line.above else self.below, text, line.cell)

    def _said(self, line: Line, behind: str) -> None:
        """The date behind 时间 and its like: in the same text, or in the next cell (a date, a day number, a text)."""
        value: CellValue = _before_next(behind)
        cell = line.cell
        if not re.sub(r"[\s_()]", "", behind):
            value, cell = line.right()
            if value == "":
                value, cell = line.below()
            if isinstance(value, str):
                value = plain(value)
        if not self._take(self.said, value, cell, date_place=True):
            self.empty.append((None, str(value).strip(), cell or line.cell))

    def _take(self, dates: Dates, value: CellValue, cell: str | None, date_place: bool = False) -> bool:
        """Adds the date that ``value`` is or holds; False where it is none and no place for one."""
        reading = parse_date(value, self.year, date_place=date_place)
        if reading is None:
            return False
        found = _WRITTEN.search(value) if isinstance(value, str) else None
        written = found[0].strip() if found else value.strip() if isinstance(value, str) else as_written(value)
        if reading.code == "date-missing":
            dates = self.empty
        elif reading.code:
            self.told[written] = problem(reading.code, cell=cell, written=written, **reading.words)
        dates.append((reading.date, written, cell))
        return True
