"""Words that every paper shares: numbers and dates as people write them, and problems of one cause in one line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from string import Formatter

from consolidator.model.result import ACCEPTED, DUPLICATE, MATERIAL, OTHER_WEEK, REJECTED, SUPERSEDED, SubmissionResult
from schemas.form import Form
from schemas.problems import CODES, ORDER, Problem, shorten

STATUS_WORDS = {ACCEPTED: "已采用", REJECTED: "已退回", SUPERSEDED: "已被更替", DUPLICATE: "重复报送",
                OTHER_WEEK: "属其他期", MATERIAL: "附送材料"}
_ACCEPTED_MARK = re.compile(r"（已采纳：(.*)）$", re.DOTALL)
_NOT_FOR_FILES = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def day_text(day: dt.date) -> str:
    """2023年6月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: dt.datetime) -> str:
    """6月5日（星期一）12:00."""
    return f"{moment.month}月{moment.day}日（星期{'一二三四五六日'[moment.weekday()]}）{moment:%H:%M}"


def plain(text: str) -> str:
    """``text`` of a file as XML and UTF-8 can hold it: control characters become blanks, half characters “?”."""
    if text.isprintable():
        return text
    return _NOT_FOR_FILES.sub(" ", text).encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """A file's text as one line of ours, so that it cannot imitate lines of the letter."""
    return " ".join(plain(text).split())


@dataclass(frozen=True, slots=True)
class Grouped:
    """What one cause has done in a submission, said in one line.

    ``figures`` are names in the order told, empty where the file is meant; ``cells`` their addresses, each once.
    ``title`` is the kind of problem in a few words; ``written`` what stood in the cells. ``decision`` is the reason for
    which an error was accepted (已采纳), "" where it was not. ``reply`` are the unit's own words.
    """

    code: str
    severity: str
    title: str
    message: str
    figures: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    sheet: str | None = None
    written: str = ""
    decision: str = ""
    reply: str = ""

    @property
    def count(self) -> int:
        """How many problems the line tells."""
        return max(1, len(self.figures))

    def items(self, form: Form) -> str:
        """The items meant: the printed label of one figure, short names of several."""
        if len(self.figures) == 1:
            name = self.figures[0]
            return form.label(name) if name in form.figures else name
        return "、".join(form.figures[name].short for name in self.figures)


def grouped(problems: Iterable[Problem], form: Form) -> list[Grouped]:
    """The problems of one submission for people: one line a cause, the gravest first, else in the order found.

    A problem of a figure that the form does not know is told by itself. ``result.json`` keeps each problem.
    """
    causes: dict[tuple, list[Problem]] = {}
    for number, one in enumerate(problems):
        key = _cause(one) if one.figure in form.figures else None
        causes.setdefault(key or (number,), []).append(one)
    lines = [_single(found[0]) if len(found) == 1 else _several(found, form) for found in causes.values()]
    return sorted(lines, key=lambda line: ORDER.get(line.severity, len(ORDER)))


def faults_text(submissions: Iterable[SubmissionResult], form: Form, most: int) -> str:
    """What must be corrected, in a few words, at most ``most`` causes: “自查发现隐患（D3）不是数字 等 3 处”."""
    told = []
    for sub in submissions:
        for line in grouped((one for one in sub.problems if one.severity == "error"), form):
            names = line.items(form) if line.count > 1 else "、".join(
                form.figures[name].short for name in line.figures if name in form.figures)
            where = f"（{'、'.join(line.cells)}）" if line.cells else ""
            told.append(one_line(f"{names}{where}{line.title}"))
    told = list(dict.fromkeys(told))
    more = f" 等 {len(told)} 处" if len(told) > most else ""
    return "；".join(told[:most]) + more


def accepted_reason(one: Problem) -> str:
    """The reason for which the clerk accepted an error, which is a warning since (design.md); "" where none did.

    The severities must agree: a submission's own words may imitate the mark.
    """
    entry = CODES.get(one.code)
    if entry is None or entry.severity != "error" or one.severity == "error":
        return ""
    mark = _ACCEPTED_MARK.search(one.message)
    return mark.group(1) if mark else ""


def _cause(one: Problem) -> tuple | None:
    """What problems of one cause share; None for one that is always told by itself (an accepted error)."""
    if accepted_reason(one):
        return None
    entry = CODES.get(one.code)
    if entry is None:
        return (one.code, one.severity, one.sheet, one.reply, one.message)
    words = _words(one)
    if words is None:
        return None
    own = {"label", *_names(entry.each)} if entry.many else {"label"}
    shared = tuple(value for name, value in words.items() if name not in own)
    return (one.code, one.severity, one.sheet, one.reply, shared)


def _single(one: Problem) -> Grouped:
    entry = CODES.get(one.code)
    return Grouped(one.code, one.severity, entry.title if entry else one.code, one.message,
                   (one.figure,) if one.figure else (), (one.cell,) if one.cell else (), one.sheet,
                   shorten(one.written or "", 60), accepted_reason(one), one.reply or "")


def _several(found: list[Problem], form: Form) -> Grouped:
    """One line for several figures: “未填写 8 项：D5、D7（抽查企业、…）：请填写数字，没有的填 0”."""
    first = found[0]
    entry = CODES.get(first.code)
    title = entry.title if entry else first.code
    item = form.item_of[first.figure]
    if entry and not entry.many and all(form.item_of[one.figure] is item for one in found):
        # two figures of one cell, wrong in one way: one thing to correct
        message = entry.template.format(**{**_words(first), "label": item.label().joined})
        return replace(_single(first), message=message, figures=tuple(one.figure for one in found))
    cells = tuple(dict.fromkeys(one.cell for one in found if one.cell))
    if entry and entry.each:
        named = "、".join(f"{one.cell or ''} {form.figures[one.figure].short}".strip()
                         + f"（{entry.each.format(**_words(one))}）" for one in found)
    else:
        names = "、".join(form.figures[one.figure].short for one in found)
        named = f"{'、'.join(cells)}（{names}）" if cells else names
    if entry is None:
        said = first.message
    elif entry.many:
        said = entry.many.format(**_words(first))
    else:
        said = entry.template.format(**{**_words(first), "label": ""})
    written = "、".join(dict.fromkeys(shorten(one.written, 60) for one in found if one.written))
    return Grouped(first.code, first.severity, title, f"{title} {len(found)} 项：{named}：{said}",
                   tuple(one.figure for one in found), cells, first.sheet, written, "", first.reply or "")


def _words(one: Problem) -> dict[str, str] | None:
    """What the problem's sentence was filled with, read back out of it by its template; None where it says more."""
    found = _pattern(CODES[one.code].template).fullmatch(one.message)
    return found.groupdict() if found else None


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    """The template as a pattern; a word used twice is one group."""
    pattern, seen = "", set()
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        if name is not None:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)


@lru_cache(maxsize=256)
def _names(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name is not None)
