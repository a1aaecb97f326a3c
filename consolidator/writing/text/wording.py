"""Words that every paper shares: numbers and dates as people write them, and problems of one cause in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, replace

from consolidator.model.result import (
    ACCEPTED,
    DISMISSED,
    DUPLICATE,
    LEDGER,
    MATERIAL,
    OTHER_WEEK,
    REJECTED,
    SUPERSEDED,
    SubmissionResult,
)
from consolidator.model.text import one_line
from schemas.actions import filled
from schemas.form import Form
from schemas.problems import MASSES, ORDER, Problem, kind_of, shorten, template_words

STATUS_WORDS = {ACCEPTED: "已采用", REJECTED: "已退回", SUPERSEDED: "已被更替", DUPLICATE: "重复报送",
                OTHER_WEEK: "属其他期", MATERIAL: "附送材料", DISMISSED: "不采用", LEDGER: "台账"}


@dataclass(frozen=True, slots=True)
class Grouped:
    """The problems of one cause in a submission, in one line.

    ``figures`` are names in the order found, empty where the file is meant; ``cells`` their addresses, each once.
    ``title`` is the kind of problem in a few words; ``written`` what stood in the cells. ``decision`` is the reason for
    which an error was accepted (已采纳), ``confirmed`` that for which a warning was confirmed (已确认), "" where it was
    not. ``reply`` are the unit's own words. ``names_cells`` and ``quotes_written``: the message itself shows the cells,
    what is in them. ``on_screen``: shown after a command though only a note.
    """

    code: str
    severity: str
    title: str
    message: str
    figures: tuple[str, ...] = ()
    _: KW_ONLY
    cells: tuple[str, ...] = ()
    sheet: str | None = None
    written: str = ""
    decision: str = ""
    reply: str = ""
    confirmed: str = ""
    names_cells: bool = False
    quotes_written: bool = False
    on_screen: bool = False

    @property
    def count(self) -> int:
        """How many problems are in the line."""
        return max(1, len(self.figures))

    def items(self, form: Form) -> str:
        """The items meant: the printed label of one figure, short names of several."""
        if len(self.figures) == 1:
            name = self.figures[0]
            return form.label(name) if name in form.figures else name
        return "、".join(form.figures[name].short for name in self.figures)


def grouped(problems: Iterable[Problem], form: Form) -> list[Grouped]:
    """The problems of one submission for people: one line a cause, the gravest first, else in the order found.

    A problem of a figure that the form does not know has a line to itself. ``result.json`` keeps each problem.
    """
    causes: dict[tuple, list[Problem]] = {}
    for number, one in enumerate(problems):
        key = _cause(one) if one.figure in form.figures else None
        causes.setdefault(key or (number,), []).append(one)
    lines = [_single(found[0]) if len(found) == 1 else _several(found, form) for found in causes.values()]
    return sorted(lines, key=lambda line: ORDER.get(line.severity, len(ORDER)))


def faults_text(submissions: Iterable[SubmissionResult], form: Form, most: int) -> str:
    """What must be corrected, in a few words, at most ``most`` causes: “自查发现隐患（D3）不是数字 等 3 处”."""
    flagged = []
    for sub in submissions:
        for line in grouped((one for one in sub.problems if one.severity == "error"), form):
            names = line.items(form) if line.count > 1 else "、".join(
                form.figures[name].short for name in line.figures if name in form.figures)
            where = f"（{'、'.join(line.cells)}）" if line.cells else ""
            flagged.append(one_line(f"{names}{where}{line.title}"))
    flagged = list(dict.fromkeys(flagged))
    more = f" 等 {len(flagged)} 处" if len(flagged) > most else ""
    return "；".join(flagged[:most]) + more


def _cause(one: Problem) -> tuple | None:
    """What problems of one cause share; None for one that the clerk has decided on, which has a line to itself."""
    if one.decision or one.confirmed:
        return None
    if one.stored:
        return (one.code, one.severity, one.sheet, one.reply, one.stored)
    entry = kind_of(one.code)
    values = one.values
    shared = tuple(values[name] for name in sorted(template_words(entry.template) - entry.own_words))
    return (one.code, one.severity, one.sheet, one.reply, shared)


def _single(one: Problem) -> Grouped:
    entry = None if one.stored else kind_of(one.code)
    return Grouped(one.code, one.severity, entry.title if entry else one.code, one.message,
                   (one.figure,) if one.figure else (), cells=(one.cell,) if one.cell else (), sheet=one.sheet,
                   written=shorten(one.written or "", 60), decision=one.decision or "", reply=one.reply or "",
                   confirmed=one.confirmed or "",
                   quotes_written=bool(entry and entry.shows_written), on_screen=bool(entry and entry.on_screen))


def _several(found: list[Problem], form: Form) -> Grouped:
    """One line for several figures: “未填写 8 项：D5、D7（抽查企业、…）：请填写数字，没有的填 0”."""
    first = found[0]
    names = tuple(one.figure for one in found if one.figure)
    entry = None if first.stored else kind_of(first.code)
    title = entry.title if entry else first.code
    item = form.item_of[names[0]]
    if entry and not entry.many and all(form.item_of[name] is item for name in names):
        # two figures of one cell, wrong in one way: one thing to correct
        message = filled(entry.template, {**first.values, "label": item.label().joined})
        return replace(_single(first), message=message, figures=names)
    cells = tuple(dict.fromkeys(one.cell for one in found if one.cell))
    if entry and entry.each:
        named = "、".join(f"{one.cell or ''} {form.figures[name].short}".strip()
                         + f"（{entry.each.format(**one.values)}）" for name, one in zip(names, found, strict=True))
    else:
        labels = "、".join(form.figures[name].short for name in names)
        named = f"{'、'.join(cells)}（{labels}）" if cells else labels
    if entry is None:
        common = first.message
    elif entry.many:
        common = (entry.masses if entry.masses and len(found) >= MASSES else entry.many).format(**first.values)
    else:
        common = filled(entry.template, {**first.values, "label": ""})
    written = "、".join(dict.fromkeys(shorten(one.written, 60) for one in found if one.written))
    return Grouped(first.code, first.severity, title, f"{title} {len(found)} 项：{named}：{common}",
                   names, cells=cells, sheet=first.sheet, written=written, decision="", reply=first.reply or "",
                   names_cells=bool(cells), quotes_written=bool(entry and entry.shows_written),
                   on_screen=bool(entry and entry.on_screen))
