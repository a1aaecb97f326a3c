"""The texts around the table, line by line: where people write whose form it is and of which day."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from itertools import pairwise

from consolidator.model.grid import CellValue
from consolidator.model.text import INVISIBLE, squeeze
from consolidator.notation.dates import parse_date
from consolidator.notation.fold import as_written
from consolidator.reading.locating.label_index import COLUMN, REMARK, Book
from consolidator.reading.locating.locate import Located
from consolidator.reading.locating.table_view import Cell, blank

LONGEST_CELL, LONGEST_PARAGRAPH = 400, 120  # characters: what is longer tells a story

# a field that says when, however it is called
TIME = (r"(?:(?:填报|填表|报送|上报|统计|报告|制表|填写|汇总|数据|报表)?(?:截[至止]|时间|日期))(?:时间|日期)?"
        r"(?:[(][^()]*[)])?")
_NUMERAL = r"[\d〇○零一二三四五六七八九十]"
DATE = re.compile(rf"{_NUMERAL}{{2,4}}\s*[年.\-/]\s*{_NUMERAL}{{1,3}}\s*[月.\-/]|\d{{1,2}}\s*月\s*\d|20\d{{6}}")
BLANK_DATE = re.compile(r"[_\s]*(?:\d{2,4}[_\s]+)*(?:\d{2,4})?年[\s_\d]*月[\s_\d]*日?")
UNIT_FIELD = re.compile(
    r"^(?:填报|报送|上报|填表|编报|填写|呈报|报告|报表|本|报)?(?:单位|部门|科室)(?:名称|全称)?"
    r"(?:[(](?:加?盖?公?章|签章|全称|名称)[)])?\s*:?$")
_OF_A_UNIT = re.compile("单位|部门")
_MONEY_LINE = re.compile(
    r"(?:单位|金额|款|资金|经费|奖励|币种)[^:,。;\n]{0,6}?(?::|均?(?:为|是|按|用|以))(?:[^:]*[,、/;\s])?(?:人民币)?([十百千]?元)"
    r"(?=\s*(?:[)]|为单位|计算?|填[写报]|[,。;]|$))|"
    r"以(?:人民币)?([十百千]?元)为(?:计量|计价)?单位|[(]([十百千]?元)[)]\s*$")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_ALIKE = str.maketrans("﹍‗【】〔〕", "__()()")
_BLANKS = re.compile(r"[^\S\n]")
_INNER_BLANK = re.compile(
    r"(?<=[(]) +| +(?=[)])|(?<=单) +(?=位)|(?<=部) +(?=门)|(?<=时) +(?=间)|(?<=日) +(?=期)|(?<=填) +(?=[报表])|"
    r"(?<=[报上]) +(?=[送报单])")
_NOTE = re.compile(r"^\s*[(]?(?:备\s*注|注|说\s*明|填表说明|填报说明|填报要求|要求|附\s*注)")


@dataclass(slots=True)
class Line:
    """One line of text outside the table, with its cell. ``value`` is a date cell's; ``above`` is False below the table."""

    text: str
    cell: str | None
    value: CellValue = ""
    above: bool = True
    located: Located | None = None
    _: KW_ONLY
    at: Cell = (0, 0)

    def right(self) -> tuple[CellValue, str | None]:
        """The next filled cell to the right, within six, and its address; ("", None) where there is none of use."""
        return self._beside(0, 1, 6)

    def below(self) -> tuple[CellValue, str | None]:
        """The cell directly below, likewise."""
        return self._beside(1, 0, 1)

    def rest_of_row(self) -> str:
        """What is to the right, joined: a date may lie in pieces, 2023 年 6 月 5 日 each in a cell."""
        if self.located is None:
            return ""
        row, (_, c) = self.located.grid.rows[self.at[0]], self.at
        return "".join(plain(as_written(value)) for value in row[c + 1: c + 12] if not blank(value))

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


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` in one width, blanks of every kind as spaces, invisible marks left out; breaks stay."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_ALIKE))
    return _INNER_BLANK.sub("", _BLANKS.sub(" ", text))


def money_unit(lines: list[Line], book: Book) -> str:
    """A money unit that a line gives for the whole form (“金额单位：元”) and that is not the form's; "" where none does."""
    for line in lines:
        found = _MONEY_LINE.search(line.text) if "元" in line.text else None
        unit = next(filter(None, found.groups())) if found else ""
        if unit and unit not in book.units:
            return unit
    return ""


def lines_around(located: Located, book: Book) -> Iterator[Line]:
    """The texts around the table: above it (and in Word before it), then below; notes and printed texts left out."""
    grid, (top, _) = located.grid, located.span
    lower: list[Line] = []
    for (r, c), value in _cells_around(located):
        meaning = located.known.get((r, c))
        if meaning is not None and meaning.kind != REMARK and not (
                meaning.kind == COLUMN and isinstance(value, str) and UNIT_FIELD.match(plain(value).strip())):
            continue
        made: list[Line] = []
        if isinstance(value, str):
            if len(value) <= LONGEST_CELL:
                made = [Line(text, grid.address(r, c), "", r <= top, located, at=(r, c)) for text in _split(value, book.title)]
        elif isinstance(value, dt.date):
            made = [Line("", grid.address(r, c), value, r <= top)]
        elif r < top and (day := _day_numbered(value, book, grid.since_1904)):
            made = [Line("", grid.address(r, c), day)]
        if r <= top:
            yield from made
        else:
            lower += made
    for text in grid.lines:
        if len(text) <= LONGEST_PARAGRAPH and not _NOTE.match(plain(text)):
            yield from (Line(part, None) for part in _split(text, book.title))
    yield from lower


def _cells_around(located: Located) -> Iterator[tuple[Cell, CellValue]]:
    """The filled cells above and below the table; of one that runs across, also those beside its values."""
    if located.layout:
        for at, cell in located.layout.around:
            if located.cells[at] != "":
                yield cell, located.cells[at]
        return
    top, bottom = located.span
    used = {cell for place in located.places for cell in place.cells} if located.turned else ()
    for r, row in enumerate(located.grid.rows):
        if r <= top or r > bottom or located.turned:
            for c, value in enumerate(row):
                if value != "" and (r, c) not in used:
                    yield (r, c), value


def _day_numbered(value: CellValue, book: Book, since_1904: bool) -> dt.date | None:
    """The day of a number above the table that is a spreadsheet's number of a day in the campaign's year: a date whose
    format was lost on the way (45082)."""
    if value.__class__ not in (float, int):
        return None
    reading = parse_date(value, book.form.campaign.first_week.year, date_place=True, since_1904=since_1904)
    return reading.date if reading and reading.date and reading.date.year == book.form.campaign.first_week.year else None


@lru_cache(maxsize=4096)
def _split(text: str, title: str) -> tuple[str, ...]:
    """The lines of a cell; the form's title printed on several lines stays one."""
    if "\n" not in text:
        return (plain(text),)
    lines: list[str] = []
    for line in plain(text).split("\n"):
        joined = squeeze(lines[-1] + line) if lines else ""
        if lines and squeeze(line) and squeeze(line) in title and (title.endswith(joined) or joined.endswith(title)):
            lines[-1] += line
        elif line.strip():
            lines.append(line)
    # a unit's name may be broken in two
    return tuple(lines + [a + b for a, b in pairwise(lines) if len(a + b) <= 60 and _OF_A_UNIT.search(a + b)])
