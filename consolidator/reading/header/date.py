"""Of which day a form is: the dates that people write around the table, best first."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from consolidator.model.grid import CellValue
from consolidator.notation.dates import day_numbered, parse_date
from consolidator.notation.fold import as_written
from consolidator.reading.header.lines import TIME, Line, plain
from schemas.problems import Problem, problem

Dates = list[tuple[dt.date | None, str, str | None]]  # (day, as written, cell)

_TIMED = re.compile(
    rf"(?:^|(?<=[\s_(,;|)])|(?<![\u4e00-\u9fff])|(?=填报|填表|报送|上报|统计|报告|制表|截[至止])){TIME}\s*[:到至]?\s*")
_TIME_WORD = re.compile(r"时间|日期|截[至止]")
_OTHER_FIELD = re.compile(r"填报人|填表人|联系|负责人|审核|电话|经办|制表|签发|审批|单位|部门|[;|]")
_WRITTEN = re.compile(r"[\d〇○零一二三四五六七八九十]{2,4}\s*[年./\-].*[\d日号\s月]|\d{1,2}\s*月.*[\d日号]|\d{8}")
_SINCE = re.compile(r"自?(?:\d{4}\s*年)?\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]?(?:起|开始|以来)|\d{4}\s*年?(?=专项|行动)")
_BUT_A_DATE = re.compile(r"[\s\d年月日号.\-/()_〇○零一二三四五六七八九十]")


def find_dates(lines: list[Line], year: int) -> tuple[Dates, list[Problem]]:
    """Dates stated to be the form's, then date cells and dates alone or behind the title; places left blank where
    there is none.

    ``year`` is taken where none is written. Second, what is to be reported on the best of them.
    """
    finder = _Finder(year)
    for line in lines:
        finder.look(line)
    dates = list({one[0]: one for one in reversed(finder.in_order())}.values())[::-1]
    sure = [one for one in dates if one[0]]
    texts = [sure[0][1]] if sure else [one[1] for one in dates]
    flagged = [finder.flagged[text] for text in texts if text in finder.flagged]
    return sure or dates, flagged[:1]


@lru_cache(maxsize=1024)
def _parted(text: str) -> tuple[str, str | None, bool]:
    """``text`` without since when things are counted, what is behind a word of time (None: there is none), and
    whether it holds nothing but a date. Remembered, as 备注 are the same in every form."""
    text = _SINCE.sub(" ", text)
    timed = _TIMED.search(text) if _TIME_WORD.search(text) else None
    return text, text[timed.end():] if timed else None, not _BUT_A_DATE.sub("", text)


class _Finder:
    """Gathers the dates of a form's lines by how surely they are the form's own."""

    def __init__(self, year: int):
        self.year = year
        self.stated: Dates = []
        self.above: Dates = []
        self.below: Dates = []
        self.empty: Dates = []
        self.flagged: dict[str, Problem] = {}

    def in_order(self) -> Dates:
        """A date below the table is a signature's: it counts where the form says none."""
        return [*self.stated, *self.above, *([] if any(day for day, _, _ in self.stated) else self.below), *self.empty]

    def look(self, line: Line) -> None:
        if isinstance(line.value, dt.date):
            self._take(self.above if line.above else self.below, line.value, line.cell)
            return
        text, behind, a_date_alone = _parted(line.text)
        if behind is not None:
            self._take_stated(line, behind)
        elif line.above or a_date_alone:
            self._take(self.above if line.above else self.below, text, line.cell)

    def _take_stated(self, line: Line, behind: str) -> None:
        """The date behind 时间 and its like: in the same text, or in the next cell (a date, a day number, a text)."""
        value: CellValue = _OTHER_FIELD.split(behind, maxsplit=1)[0].strip()
        cell = line.cell
        if not re.sub(r"[\s_()]", "", behind):
            value, cell = line.right()
            if value == "":
                value, cell = line.below()
            if isinstance(value, str):
                value = plain(value)
            elif value.__class__ is float and line.located and line.located.grid.since_1904:
                value = day_numbered(value, since_1904=True) or value
        whole = parse_date(value, self.year, date_place=True)
        if (whole is None or whole.date is None) and line.rest_of_row():
            pieces = _OTHER_FIELD.split(behind + line.rest_of_row(), maxsplit=1)[0].strip()
            joined = parse_date(pieces, self.year, date_place=True)
            if joined and joined.date:
                value, cell = pieces, line.cell
        if not self._take(self.stated, value, cell, date_place=True):
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
            self.flagged[written] = problem(reading.code, cell=cell, written=written, **reading.words)
        dates.append((reading.date, written, cell))
        return True
