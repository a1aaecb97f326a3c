"""What stands above a ledger's headings, and between its rows: the unit, the day, and columns that are written once for many rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger_sheet import LedgerSheet, Value
from consolidator.model.text import squeeze
from consolidator.notation.dates import day_numbered, parse_date
from consolidator.reading.ledgers.headings import Headings
from consolidator.reading.ledgers.values import text_of
from schemas.form import Form
from schemas.ledger_definition import Ledger

GROUP = "group"  # the titles of groups of rows: they may be units of the roster, where nothing else names one
LONGEST_GROUP = 30  # characters
LONGEST_TITLE = 300  # characters of the texts above the headings that are kept
_UNIT = re.compile(r"(?:填报|报送|上报|编报|填表|呈报|报告)?(?:单位|部门|街道)(?:名称|全称)?"
                   r"(?:\((?:盖章|公章|加盖公章|章)\))?[:：]\s*(?P<name>[^:：]*)(?P<colon>[:：]?)")
_REPORTER = re.compile(r"(?:填报|报送|上报|编报|填表|呈报|报告|(?<![\u4e00-\u9fff]))(?:单位|部门|街道)")  # not 检查单位, 责任单位, 主管部门
_END_OF_NAME = re.compile(r"\s{2,}|[_]{2,}|\s(?:时间|日期)|(?:填报|报送|统计|截至|截止)(?:时间|日期)|截[至止]|联系|电话|20\d\d年|;|；")
_NEXT_LABEL = re.compile(r"\s+\S*$|(?:填报|报送|审核|负责|联系|制表|填表|检查|责任|经办|主管|法定代表)人$|"
                         r"(?:填报|报送|上报|编报|填表|制表|统计|截至|截止)?(?:时间|日期)$")  # before a colon
_LABEL = re.compile(r"[^:：]{1,12}[:：]")  # another thing to fill in
_NO_DAY = re.compile(r"[年月日\s_]*")
_DATED = re.compile(r"截[至止]|时间|日期|填报|报送|统计")


class Banner(NamedTuple):
    """A row between the rows of a ledger that is none of them: its 1-based number, its text, and the unit that it names."""

    row: int
    text: str
    unit: str = ""


def read_title(grid: Grid, headings: Headings, form: Form, sheet: LedgerSheet) -> None:
    """The texts above the headings, among them the unit and the day; those below the rows where none is above."""
    read = set(sheet.rows[-6:])
    above = [(r, c, value) for r, row in enumerate(grid.rows[:headings.last + 1]) for c, value in enumerate(row)
             if value != "" and (r < headings.first or _alone(row))]
    below = [(r, c, value) for r, row in enumerate(grid.rows[-6:], max(len(grid.rows) - 6, 0)) if r > headings.last and r + 1 not in read
             for c, value in enumerate(row) if value != "" and value.__class__ is str and ":" in value.replace("：", ":")]
    titles = [text_of(value) for r, c, value in above if value.__class__ is str]
    sheet.title = "  ".join([*grid.lines[:6], *titles, grid.sheet])[:LONGEST_TITLE]  # two blanks end a name in it
    above = [(r, c, _day_numbered(grid, r, c, value, ledger_year(form))) for r, c, value in above]
    texts = [(r, c, text_of(value), value) for r, c, value in (*above, *below)] + [(-1, -1, line, line) for line in grid.lines]
    named = [(name, bool(_REPORTER.search(text))) for r, c, text, _ in texts if (name := unit_in(grid, r, c, text))]
    reporting = [name for name, reports in named if reports] or [name for name, _ in named]
    sheet.units = list(dict.fromkeys(reporting))
    sheet.date = _date_in(texts, ledger_year(form))


def _day_numbered(grid: Grid, row: int, column: int, value: CellValue, year: int) -> CellValue:
    """A number behind 填报日期 that is a day of this year, as that day; any other value as it is."""
    if not isinstance(value, int | float):
        return value
    label = next((text for at in range(column - 1, -1, -1) if (text := grid.value(row, at)) != ""), "")
    day = day_numbered(value, since_1904=grid.since_1904) if _DATED.search(text_of(label)) else None
    return day if day and day.year == year else value


def _alone(row: list[CellValue]) -> bool:
    """Whether a row within the headings holds one text only: the title."""
    return sum(1 for value in row if value != "") == 1


def ledger_year(form: Form) -> int:
    """The year that a day without one is of."""
    return form.campaign.first_week.year


def unit_in(grid: Grid, row: int, column: int, text: str) -> str:
    """The unit that a text names as that which reports, itself or in the next filled cell of its row; "" where it names none."""
    found = _UNIT.search(text.replace("（", "(").replace("）", ")"))
    if not found:
        return ""
    name = _name_in(found)
    if not name and row >= 0:
        beside = next((value for value in (grid.value(row, at) for at in range(column + 1, column + 6)) if value != ""), "")
        words = text_of(beside).strip()
        name = "" if _LABEL.match(words) else _bare(_END_OF_NAME.split(words, maxsplit=1)[0])
    return name if len(name) <= 40 else ""


def _date_in(texts: list[tuple[int, int, str, CellValue]], year: int) -> str:
    """The day that is given as the ledger's, else one that is alone or in the title."""
    best: dict[int, dt.date] = {}
    for _, _, text, value in texts:
        if isinstance(value, dt.date):
            best.setdefault(1, value.date() if isinstance(value, dt.datetime) else value)
            continue
        if len(text) > 120:
            continue
        found = parse_date(text, year)
        if found and found.date:
            best.setdefault(0 if _DATED.search(text) else 2, found.date)
    return best[min(best)].isoformat() if best else ""


def banner_at(grid: Grid, row: int) -> Banner:
    """A row (from 0) as a banner; a unit that only looks at the rows below or is responsible for them (检查单位) is not theirs."""
    cells = [(column, text_of(value)) for column, value in enumerate(grid.rows[row]) if value != ""]
    unit = next((name for column, text in cells if _REPORTER.search(text) and (name := unit_in(grid, row, column, text))), "")
    return Banner(row + 1, " ".join(text for _, text in cells), unit)


def fill_from_title(sheet: LedgerSheet, ledger: Ledger, unknown: Sequence[str], banners: Sequence[Banner],
                    above: Sequence[str] = ()) -> None:
    """Columns that may stand once for many rows: the level, the source, the firm. What ``banners`` say holds for the rows below them,
    what the title says for the others, and what the titles ``above`` (of tables above it, the nearest last) say where it says nothing.
    Only blank cells are filled, and none where a heading that is not known asks for it: 重大隐患判定 may deny what the title says."""
    if any(one.unit for one in banners) and "unit" not in sheet.columns:
        sheet.columns["unit"] = _by_row(sheet, "", [(one.row, one.unit) for one in banners if one.unit])
    elif banners and not sheet.units and "unit" not in sheet.columns:
        sheet.columns[GROUP] = _by_row(sheet, "", [(one.row, one.text) for one in banners if len(one.text) <= LONGEST_GROUP])
    for role, column in ledger.columns.items():
        if not column.heading or (column.type == "text" and role in sheet.columns):
            continue
        if column.type == "choice" and any(word in squeeze(heading) for heading in unknown for word, name in _words(ledger, role)
                                           if not ledger.choices[role][name].by_unit):
            continue
        meant = next((word for title in (sheet.title, *reversed(above)) if (word := said(title, ledger, role))), "")
        later = [(one.row, word) for one in banners if (word := said(one.text, ledger, role))]
        if not meant and not later:
            continue
        filled = _by_row(sheet, meant, later)
        wrong = {one.row for one in sheet.problems if one.column == role}
        values = sheet.columns.get(role)
        if not values:
            sheet.columns[role] = filled
            continue
        sheet.columns[role] = [value if value or number in wrong else word or value
                               for number, (value, word) in enumerate(zip(values, filled, strict=True))]


def _by_row(sheet: LedgerSheet, first: str, later: Sequence[tuple[int, str]]) -> list[Value]:
    """For each row of a sheet the last word above it: ``first``, or one of ``later`` with the rows where they are."""
    if not later:
        return [first] * len(sheet.rows)
    found: list[Value] = []
    word, at = first, 0
    for row in sheet.rows:
        while at < len(later) and later[at][0] < row:
            word, at = later[at][1], at + 1
        found.append(word)
    return found


def said(text: str, ledger: Ledger, role: str) -> str:
    """What a text says of a column that may stand once for many rows: 企业自查 of the source, 企业名称：某超市 of the firm; "" where it
    says nothing, or two things."""
    column = ledger.columns[role]
    if not text or not column.heading:
        return ""
    if column.type == "text":
        return _named_in(text, (column.name, *column.also))
    short = squeeze(text)
    if column.type != "choice":
        return ""
    meant = list(dict.fromkeys(name for word, name in _words(ledger, role) if word in short))
    meant = [name for name in meant if not ledger.choices[role][name].by_unit] or meant  # 检查 does not say by whom
    return meant[0] if len(meant) == 1 else ""


def _words(ledger: Ledger, role: str) -> list[tuple[str, str]]:
    return [(squeeze(word), name) for name, one in ledger.choices[role].items() for word in one.title]


def _named_in(title: str, headings: tuple[str, ...]) -> str:
    """What a title says behind one of these headings: 企业名称：某超市."""
    words = "|".join(sorted(map(re.escape, headings), key=len, reverse=True))
    found = re.search(rf"(?:{words})\s*[:：]\s*(?P<name>\S[^:：]*)(?P<colon>[:：]?)", title)
    return _name_in(found) if found else ""


def _name_in(found: re.Match[str]) -> str:
    """The name behind a label, without what comes after it: 填报单位：区人社局 填报人：… is of 区人社局."""
    name = found["name"].strip()
    if found["colon"]:
        name = _NEXT_LABEL.sub("", name)
    return _bare(_END_OF_NAME.split(name, maxsplit=1)[0])


def _bare(name: str) -> str:
    """A name without what is around it; "" of a day that was left to be filled in."""
    name = name.strip(" _")
    return "" if _NO_DAY.fullmatch(name) else name
