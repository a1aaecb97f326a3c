"""核验问题, 报送情况 and 其他文件 of the checkbook: what is wrong and was decided; who reported, and from which file.

A problem's row links to its unit's row in 报送情况, and that to the unit's first problem.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from zoneinfo import ZoneInfo

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consolidator.model.display import day_text, logged_text, short_day_text, value_text
from consolidator.model.result import (
    ACCEPTED,
    AWAITS_CORRECTION,
    CARRIED,
    REJECTED,
    REPORTED,
    Acceptance,
    SubmissionResult,
    UnitResult,
    WeekResult,
)
from consolidator.writing.files import cell_text
from consolidator.writing.text.wording import STATUS_WORDS, Grouped, faults_text, grouped
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import Book, fit, set_height, write_text, write_texts
from schemas.form import Form
from schemas.problems import ORDER, SEVERITY_WORDS, shorten

_CASES, _STANDING, _OTHERS = "核验问题", "报送情况", "其他文件"
_HEAD = 2  # row of the headings in each sheet
_UNIT_HEAD = ("单位", "类别", "报送情况", "收到时间", "表内日期", "文件", "文件校验", "迟报", "沿用自", "须更正")
_FILE_HEAD = ("单位", "所在", "结果", "收到时间", "表内日期", "文件", "文件校验", "迟报", "错误", "说明")
_STATE_LOOKS = {"已报": "good", "迟报": "note", "沿用": "warning", "未报": "error", "待更正": "error"}
_MOST_LINKS = 30_000  # a sheet; Excel takes 65,530


@dataclass(frozen=True, slots=True)
class _Case:
    """A row of 核验问题."""

    unit: str
    items: str
    sheet: str
    cells: str
    written: str
    _: KW_ONLY
    message: str
    severity: str
    decision: str
    reply: str
    file: str


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of 核验问题: its heading, what of a case it shows, the least and the most of its width, its style."""

    head: str
    field: str
    least: int
    most: int
    look: str = "text"


_CASE_COLUMNS = (
    _Column("单位", "unit", 12, 26, "link"), _Column("项目", "items", 12, 34),
    _Column("工作表", "sheet", 8, 12, "line"), _Column("单元格", "cells", 8, 20),
    _Column("填报内容", "written", 10, 24), _Column("问题", "message", 30, 64),
    _Column("程度", "severity", 7, 7, "severity"), _Column("处理", "decision", 10, 30),
    _Column("单位说明", "reply", 10, 30), _Column("文件", "file", 12, 36, "line"))


def write_cases(book: Book, result: WeekResult, form: Form) -> None:
    """Writes the sheets; 其他文件 where there are any."""
    order = {unit.unit: number for number, unit in enumerate(result.units)}
    cases = sorted(_cases(result, form),
                   key=lambda case: (ORDER.get(case.severity, len(ORDER)), order.get(case.unit, -1), case.file))
    of_unit = {unit: _HEAD + 1 + number for unit, number in order.items()}
    first_case: dict[str, int] = {}
    for row, case in enumerate(cases, _HEAD + 1):
        first_case.setdefault(case.unit, row)
    _write_cases(book, cases, of_unit, result)
    others = _write_standing(book, result, form, first_case)
    if others:
        _write_others(book, others, result, form)


def standing(unit: UnitResult) -> str:
    """Where a unit's figures come from, in a word: 已报, 沿用5月29日, 未报."""
    if unit.source == REPORTED:
        return "已报"
    if unit.source == CARRIED and unit.from_week:
        return f"沿用{short_day_text(unit.from_week)}"
    return "未报"


def state(unit: UnitResult) -> str:
    """What the clerk asks of a unit: 待更正 before all else, then 已报, 迟报, 沿用 or 未报."""
    if unit.awaiting == AWAITS_CORRECTION:
        return "待更正"
    if unit.source == REPORTED:
        return "迟报" if unit.late else "已报"
    return "沿用" if unit.source == CARRIED else "未报"


def _cases(result: WeekResult, form: Form) -> Iterator[_Case]:
    """Every problem of every file, the decisions that no problem reports, and what is reported on units and on the week."""
    decisions = {(unit.unit, one.figure): one for unit in result.units for one in unit.accepted}
    flagged = set()
    for sub in result.submissions:
        counts = sub.status in (ACCEPTED, REJECTED)
        # that a file is of another week or a duplicate is reported in 其他文件: last week's may lie in the inbox for ever
        problems = sub.problems if counts else [one for one in sub.problems if one.severity != "note"]
        for line in grouped(problems, form):
            decided = decisions.get((sub.unit or "", line.figures[0])) if line.count == 1 and line.figures else None
            if decided and line.decision:
                flagged.add((sub.unit, decided.figure))
            yield _Case(sub.unit or "", line.items(form), line.sheet or "", "、".join(line.cells), line.written,
                        message=line.message, severity=line.severity, decision=_decision(sub, line, decided), reply=line.reply,
                        file=sub.file)
    for (unit, figure), one in decisions.items():
        if (unit, figure) not in flagged:
            label = form.label(figure) if figure in form.figures else figure
            yield _Case(unit, label, "", "", value_text(one.written), message=f"{label}按 {value_text(one.value)} 采纳", severity="note",
                        decision=f"已采纳：{_reason(one)}", reply="", file="")
    shown = {(sub.unit, one.code) for sub in result.submissions for one in sub.problems}
    for notice in result.notices:
        if (notice.unit, notice.code) not in shown:
            yield _Case(notice.unit or "", "", "", "", "", message=notice.message, severity=notice.severity, decision="", reply="", file="")


def _decision(sub: SubmissionResult, line: Grouped, decided: Acceptance | None) -> str:
    if line.decision:
        return f"已采纳：{_reason(decided) if decided else line.decision}"
    if line.confirmed:
        return f"已确认：{line.confirmed}"
    if sub.status == ACCEPTED:
        return "已计入"
    return STATUS_WORDS[REJECTED] if sub.status == REJECTED else f"未计入（{STATUS_WORDS.get(sub.status, sub.status)}）"


def _reason(one: Acceptance) -> str:
    """Why, what from what, who and when."""
    before, after = value_text(one.written) or "空白", value_text(one.value)
    values = "" if before == after else f"原填 {before}，采用 {after}；"
    return f"{one.reason}（{values}{one.by} {logged_text(one.at)}）"


def _write_cases(book: Book, cases: list[_Case], of_unit: dict[str, int], result: WeekResult) -> None:
    sheet = book.sheet(_CASES)
    columns = fit(sheet, [([getattr(case, column.field) for case in cases] if column.most > column.least else [],
                           column.least, column.most) for column in _CASE_COLUMNS])
    severities = Counter(case.severity for case in cases)
    counts = "，".join(f"{word} {severities[severity]} 条" for severity, word in SEVERITY_WORDS.items())
    book.heading(sheet, f"核验问题（{day_text(result.week)}）",
                 f"{counts}。点单位名到“报送情况”中该单位的一行。", columns)
    _write_head(book, sheet, _HEAD, tuple(column.head for column in _CASE_COLUMNS))
    line, link = book.look("line"), book.look("link")
    for row, case in enumerate(cases, _HEAD + 1):
        set_height(sheet, row, ((getattr(case, column.field), width)
                                for column, width in zip(_CASE_COLUMNS, columns, strict=True) if column.look == "text"))
        _write_linked(sheet, row, 0, case.unit or "（未识别）", _STANDING, target_row=of_unit.get(case.unit), link=link, plain_look=line)
        for number, column in enumerate(_CASE_COLUMNS[1:], 1):
            words = getattr(case, column.field)
            if column.field == "severity":
                write_text(sheet, row, number, SEVERITY_WORDS.get(words, words), book.look(words))
            else:
                write_text(sheet, row, number, words, book.look(column.look))
    sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(cases)), len(_CASE_COLUMNS) - 1)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.repeat_rows(_HEAD)


def _write_standing(book: Book, result: WeekResult, form: Form, first_case: dict[str, int]) -> list[SubmissionResult]:
    """报送情况: a row a unit in the roster's order. Returns the files that stand for none of them."""
    sheet = book.sheet(_STANDING)
    subs: dict[str, list[SubmissionResult]] = {}
    for sub in result.submissions:
        subs.setdefault(sub.unit or "", []).append(sub)
    rows = [(unit, *_its_file(unit, subs.get(unit.unit, ()), form)) for unit in result.units]
    used = {id(sub) for _, sub, _ in rows if sub}
    others = [sub for sub in result.submissions if id(sub) not in used]
    states = [state(unit) for unit in result.units]
    counts = "，".join(f"{word} {states.count(word)} 个" for word in _STATE_LOOKS)
    more = f"其他文件 {len(others)} 份，列在“{_OTHERS}”。" if others else ""
    columns = fit(sheet, [((unit.unit for unit in result.units), 12, 28),
                          (("、".join(unit.kind) for unit in result.units), 10, 24),
                          ([], 16, 16), ([], 15, 15), ([], 12, 12), ((sub.file for sub in result.submissions), 14, 44),
                          ([], 11, 11), ([], 7, 7), ([], 12, 12), ([], 44, 44)])
    book.heading(sheet, f"报送情况（{day_text(result.week)}）",
                 f"{counts}（沿用：本期没有报，暂按以前报的数字）。{more}点“须更正”到“核验问题”。", columns)
    _write_head(book, sheet, _HEAD, _UNIT_HEAD)
    zone = ZoneInfo(form.campaign.timezone)
    for row, (unit, submission, faults) in enumerate(rows, _HEAD + 1):
        _write_unit(book, sheet, row, unit, submission, zone=zone)
        _write_linked(sheet, row, 9, faults, _CASES, target_row=first_case.get(unit.unit),
                      link=book.look("link"), plain_look=book.look("line"))
    sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(rows)), len(_UNIT_HEAD) - 1)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.repeat_rows(_HEAD)
    return others


def _write_others(book: Book, others: list[SubmissionResult], result: WeekResult, form: Form) -> None:
    """其他文件: those of nobody, rejected and replaced ones, duplicates, other weeks' files, material."""
    sheet = book.sheet(_OTHERS)
    columns = fit(sheet, [((sub.unit or "" for sub in others), 12, 28), ([], 16, 16), ([], 12, 12), ([], 15, 15),
                          ([], 12, 12), ((sub.file for sub in others), 14, 44), ([], 11, 11), ([], 7, 7), ([], 7, 7),
                          ([], 64, 64)])
    counts = Counter(STATUS_WORDS.get(sub.status, sub.status) for sub in others)
    book.heading(sheet, f"其他文件（{day_text(result.week)}）", "没有作为单位本期数字的文件："
                 + "，".join(f"{word} {number} 份" for word, number in counts.items()) + "。", columns)
    _write_head(book, sheet, _HEAD, _FILE_HEAD)
    zone = ZoneInfo(form.campaign.timezone)
    for row, sub in enumerate(others, _HEAD + 1):
        lines = grouped(sub.problems, form)
        words = shorten(lines[0].message, 120) if lines else ""
        set_height(sheet, row, [(words, columns[-1])])
        _write_other(book, sheet, row, sub, words, zone=zone)
    sheet.autofilter(_HEAD, 0, _HEAD + len(others), len(_FILE_HEAD) - 1)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.repeat_rows(_HEAD)


def _its_file(unit: UnitResult, subs: Sequence[SubmissionResult], form: Form) -> tuple[SubmissionResult | None, str]:
    """The file to show for a unit: the one to correct where it must, else the one that counts; and what to correct."""
    rejected = [sub for sub in subs if sub.status == REJECTED]
    if unit.awaiting == AWAITS_CORRECTION and rejected:
        last = max(rejected, key=lambda sub: (sub.received.timestamp() if sub.received else 0, sub.file))
        errors = [one for one in last.problems if one.severity == "error"]
        return last, f"{len(errors)} 处：{faults_text([last], form, 1)}" if errors else ""
    return next((sub for sub in subs if sub.status == ACCEPTED and sub.file == unit.file), None), ""


def _write_unit(book: Book, sheet: QuickSheet, row: int, unit: UnitResult, sub: SubmissionResult | None,
                *, zone: ZoneInfo) -> None:
    line, centre = book.look("line"), book.look("centre")
    word = state(unit)
    beside = "（停报）" if unit.stopped else "" if unit.on_roster else "（不在名册）"
    look = book.look("note" if unit.stopped else _STATE_LOOKS[word])
    write_texts(sheet, row, 0, (unit.unit, "、".join(unit.kind), word + beside), (line, line, look))
    carried = unit.from_week.isoformat() if unit.source == CARRIED and unit.from_week else ""
    _write_file(book, sheet, row, sub, zone, more=("迟报" if unit.late else "", carried), looks=(centre, centre))


def _write_other(book: Book, sheet: QuickSheet, row: int, sub: SubmissionResult, words: str, *, zone: ZoneInfo) -> None:
    centre = book.look("centre")
    texts = sub.unit or "（未识别）", "收件夹" if sub.in_inbox else "已移走，有留存", STATUS_WORDS.get(sub.status, sub.status)
    write_texts(sheet, row, 0, texts, (book.look("line"), centre, centre))
    errors = sum(one.severity == "error" for one in sub.problems)
    _write_file(book, sheet, row, sub, zone, more=("迟报" if sub.late else "", f"{errors} 处" if errors else "", words),
                looks=(centre, centre, book.look("text")))


def _write_file(book: Book, sheet: QuickSheet, row: int, sub: SubmissionResult | None, zone: ZoneInfo,
                *, more: Sequence[str], looks: Sequence[Format]) -> None:
    """When it came, the date on the form, its name and the first 8 of its sha256; ``more`` behind them."""
    centre = book.look("centre")
    received = _local(sub.received, zone) if sub else None
    if received:
        sheet.write_datetime(row, 3, received, book.look("moment"))
    else:
        sheet.write_blank(row, 3, None, centre)
    texts = (sub.date.isoformat() if sub.date else "", sub.file, sub.sha256[:8]) if sub else ("", "", "")
    write_texts(sheet, row, 4, (*texts, *more), (centre, book.look("line"), centre, *looks))


def _local(moment: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    """A moment as the office's clock shows it; Excel knows no time zones."""
    if moment is None:
        return None
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0) if moment.tzinfo else moment


def _write_head(book: Book, sheet: Worksheet, row: int, head: tuple[str, ...]) -> None:
    for column, text in enumerate(head):
        write_text(sheet, row, column, text, book.look("head"))


def _write_linked(sheet: Worksheet, row: int, column: int, text: str, target: str, *, target_row: int | None, link: Format,
                  plain_look: Format) -> None:
    """``text`` that leads to a row of another sheet, where there is one and the sheet can hold the link."""
    if text and target_row is not None and row < _MOST_LINKS:
        sheet.write_url(row, column, f"internal:'{target}'!A{target_row + 1}", link, cell_text(text))
    else:
        write_text(sheet, row, column, text, plain_look)
