"""What the clerk sees after a command: tables as rich renderables (Chinese columns align), ending with one next step.

Nothing is printed here. All text of submissions goes in as ``Text``: rich would take ``[…]`` in a name for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consolidator.cli.double_click import as_started
from consolidator.cli.hazard_screens import checked_ledger, ledger_lines
from consolidator.model.display import change_text, deadline_text, short_day_text, total_text, unit_of_total, value_text
from consolidator.model.ledger import Held, LedgerFile
from consolidator.model.result import (
    ACCEPTED,
    AWAITS_CORRECTION,
    AWAITS_REPORT,
    CARRIED,
    DISMISSED,
    DUPLICATE,
    LEDGER,
    MATERIAL,
    OTHER_WEEK,
    REJECTED,
    REPORTED,
    SUPERSEDED,
    SubmissionResult,
    UnitResult,
    WeekResult,
)
from consolidator.model.text import printable
from consolidator.model.weeks import due_date, period_name, week_of
from consolidator.workflows.collect import nothing_new
from consolidator.writing.paper_names import GIVEN_BACK, RETURNS
from consolidator.writing.text.outcomes import outcome_lines
from consolidator.writing.text.wording import grouped
from schemas.actions import Sentence, act
from schemas.form import MONEY_DECIMALS, Form
from schemas.problems import NOTICES, SEVERITY_WORDS, Problem

if TYPE_CHECKING:
    from consolidator.judging.attribution import Candidate
    from consolidator.workflows.weekly import Checked, Done

IN_SHORT = {ACCEPTED: "已采用", REJECTED: "退回", SUPERSEDED: "已更替", DUPLICATE: "重复", OTHER_WEEK: "他期", MATERIAL: "材料",
            DISMISSED: "不采用", LEDGER: "台账"}
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}
MOST_ROWS = 60  # of a table; a screen is not a report


def run_screen(done: Done, options: str = "") -> Group:
    """After ``run`` or a decision: the week, the files with problems, who reported, one next step.

    ``options`` are those that the next command needs too (`` --outbox …``).
    """
    result = done.result
    flagged = _worst_first(one for one in result.submissions if one.worst() in ("error", "warning"))
    parts: list[RenderableType] = [_headline(done), *(Text(line) for line in outcome_lines(done.outcomes, done.form))]
    if flagged:
        parts.append(_files(flagged, done.form))
        if len(flagged) > MOST_ROWS:
            parts.append(Text(f"另有 {len(flagged) - MOST_ROWS} 个文件有问题，见核验底册的“核验问题”"))
    parts += [_units_line(result), *ledger_lines(result.ledger, _listed(flagged), rows=False),
              *_corrections(result, done.form), *_notices(result),
              *_edited(done),
              Text(f"结果在 {done.folder}")]
    parts.append(Text(f"下一步：{as_started(next_step(done, options))}", style="bold"))
    return Group(*parts)


def _headline(done: Done) -> Text:
    result = done.result
    found = result.count_statuses()
    words = "，".join(f"{word} {found[status]}" for status, word in IN_SHORT.items() if found[status])
    which = f"{period_name(done.form.campaign, result.week)} 期" + ("（按收到的表判断）" if done.chosen else "")
    current = week_of(done.form.campaign, done.now.date()) if done.chosen and done.now else None
    if current and done.now and current > result.week and (due_date(done.form.campaign, current) - done.now.date()).days <= 1:
        which = f"{period_name(done.form.campaign, current)} 期还没有收到表。{which}"
    return Text(f"{which}：收到 {len(result.submissions)} 个文件" + (f"，{words}" if words else ""), style="bold")


def _worst_first(submissions: Iterable[SubmissionResult]) -> list[SubmissionResult]:
    return sorted(submissions, key=lambda one: (one.worst() != "error", one.file))


def _listed(submissions: Sequence[SubmissionResult]) -> set[tuple[str, str]]:
    """The files and sentences that a table of ``submissions`` has."""
    return {(one.file, str(problem.message)) for one in submissions[:MOST_ROWS] for problem in one.problems}


def _files(submissions: Sequence[SubmissionResult], form: Form) -> Table:
    table = Table(show_lines=False, expand=False, pad_edge=False)
    for head in ("文件", "单位", "状态", "问题"):
        table.add_column(head, overflow="fold")
    for one in submissions[:MOST_ROWS]:
        table.add_row(Text(one.file), Text(one.unit or "（未识别）"), Text(IN_SHORT[one.status]),
                      problem_lines(one.problems, form))
    return table


def problem_lines(problems: Iterable[Problem], form: Form) -> Table:
    """Each cause on a line of its own, errors first, severity, cell and sentence below each other; notes are left out.

    A sentence of several figures names their cells itself.
    """
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for line in grouped(problems, form):
        if line.severity == "note" and not line.on_screen:
            continue
        where = line.cells[0] if len(line.cells) == 1 else ""
        table.add_row(Text(SEVERITY_WORDS[line.severity], style=_STYLES[line.severity]), Text(where),
                      Text(printable(line.message)))
    return table


def _units_line(result: WeekResult) -> Text:
    due, reported = result.due_units(), result.reported_units()
    missing = [one.unit for one in due if one.awaiting == AWAITS_REPORT]
    correcting = [one.unit for one in due if one.awaiting == AWAITS_CORRECTION]
    line = f"应报 {len(due)} 家，实报 {len(reported)} 家"
    carried = sum(one.source == CARRIED for one in result.units)
    if carried:
        line += f"，沿用以前数字 {carried} 家"
    if missing:
        line += f"\n没有报的 {len(missing)} 家：{_names(missing)}"
    if correcting:
        line += f"\n待更正的 {len(correcting)} 家：{_names(correcting)}"
    return Text(line)


def _names(names: Sequence[str], most: int = 30) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names)} 家" if len(names) > most else "")


def _notices(result: WeekResult) -> list[Text]:
    return [Text(printable(f"{SEVERITY_WORDS[one.severity]} {one.unit + '：' if one.unit else ''}{one.message}"),
                 style=_STYLES[one.severity]) for one in result.notices if one.severity != "note"][:MOST_ROWS]


def _corrections(result: WeekResult, form: Form) -> list[Text]:
    """Every total of a reopened week that differs from what was closed."""
    if not result.corrections:
        return []
    changed = "、".join(f"{form.figures[name].short} {total_text(old, form.figures[name])} → {total_text(new, form.figures[name])}"
                       for name, (old, new) in result.corrections.items())
    return [Text(f"与定稿时不同的合计 {len(result.corrections)} 项：{changed}", style="yellow")]


def _edited(done: Done) -> list[Text]:
    if not done.edited:
        return []
    return [Text(f"这些文件有人改过，没有覆盖，新的写在旁边（文件名带“（新）”）：{'、'.join(done.edited)}", style="yellow")]


def next_step(done: Done, options: str = "") -> str:
    """The one thing to do next; ``options`` are appended to each command."""
    result = done.result
    run = act("run", week=result.week, options=options)
    if any(one.code in NOTICES and NOTICES[one.code].later_weeks for one in result.notices):
        return "本期更正影响以后各期，请把上面列出的各期重新汇总"
    if done.rejected:
        steps = _sent_back([one for one in result.submissions if one.goes_back])
        return Sentence("，".join(steps), "，更正后放进收件夹，再", run) if steps else Sentence("按上面所说处理好这些文件，再", run)
    if any(one.awaiting == AWAITS_REPORT for one in result.due_units()):
        return Sentence("把“催报通知.txt”贴到群里；补报的表放进收件夹后，再", run)
    return Sentence("看一遍 report.html 和汇总表，无误后", act("send", week=result.week, options=options))


def _sent_back(rejected: Sequence[SubmissionResult]) -> list[str]:
    """To whom the notices go: those on forms lie in 退回, those on ledgers in 发还; of a ledger of nobody there is none."""
    folders = ((RETURNS, dict.fromkeys(one.unit or "没有写明单位的" for one in rejected if not one.is_ledger)),
               (GIVEN_BACK, dict.fromkeys(one.unit for one in rejected if one.is_ledger and one.unit)))
    steps = [f"把“{folder}”里的通知发给{_names(list(units), 5)}" for folder, units in folders if units]
    nobody = [f"“{printable(one.file)}”" for one in rejected if one.is_ledger and not one.unit]
    return [*steps, *([f"问清{_names(nobody, 3)}是哪个单位的台账"] if nobody else [])]


def check_screen(done: Checked) -> Group:
    """After ``check``: each file with every word that the clerk's run would say of it."""
    parts: list[RenderableType] = []
    for one in done.candidates:
        lines_of: list[LedgerFile | Held] = [*done.ledger.files, *done.ledger.held]
        own = [line for line in lines_of if line.file == one.file]
        verdict, style = _verdict(one) if not one.is_ledger else _ledger_verdict(own)
        units = "、".join(dict.fromkeys(line.unit for line in own if isinstance(line, LedgerFile) and line.unit))
        parts.append(Text(f"{one.file}（{one.unit or units or '未识别单位'}）：{verdict}", style=f"bold {style}"))
        lines = problem_lines(one.problems, done.form)
        if lines.row_count and not one.is_ledger:
            parts.append(lines)
        if own:
            parts += checked_ledger(own)
    fit = not done.rejected and all(one.is_form or one.is_ledger for one in done.candidates)
    parts.append(Text("下一步：" + ("可以报送了" if fit else "按上面的说明改好，存盘后再查一次"), style="bold"))
    return Group(*parts)


def _ledger_verdict(lines: Sequence[LedgerFile | Held]) -> tuple[str, str]:
    """The same for a file of ledgers."""
    if any(isinstance(one, LedgerFile) and one.refused for one in lines):
        return "台账有错误，会整张退回", "red"
    wrong = len({(one.sheet, one.row) for one in lines if isinstance(one, Held) and one.severity == "error"})
    return (f"台账，有 {wrong} 行不会采用", "yellow") if wrong else ("台账，可以报送", "green")


def _verdict(one: Candidate) -> tuple[str, str]:
    """What a department reads about its file, and the colour."""
    if one.wrong:
        return "有错误，会被退回", "red"
    return ("可以报送", "green") if one.is_form else ("不是调度表，只作附送材料留存", "yellow")


def status_screen(done: Done, options: str = "") -> Group:
    """After ``status``: who has reported, who not, the totals as they would go up now and what the missing could add."""
    result, form = done.result, done.form
    assert done.due is not None and done.now is not None  # status has both
    parts: list[RenderableType] = [_headline(done), Text(deadline_text(done.due, done.now)), _units_line(result)]
    unresolved = _worst_first(one for one in result.submissions if one.status == REJECTED)
    if unresolved:
        parts.append(_files(unresolved, form))
    parts += _notices(result)
    parts += ledger_lines(result.ledger, _listed(unresolved), rows=True)
    parts += [Text(f"{one.milestone.name}（{short_day_text(one.milestone.due)}前）：已交 {len(one.handed_in)} 家"
                   + (f"（{_names(one.handed_in)}）" if one.handed_in else "")
                   + (f"，未交 {len(one.missing)} 家：{_names(one.missing)}" if one.missing else ""))
              for one in done.dates]
    parts.append(_totals(result, form))
    step = nothing_new(result.week, form) if result.closed else next_step(done, options) if done.unchanged \
        else act("run", week=result.week, options=options)
    parts.append(Text(f"下一步：{step}", style="bold"))
    return Group(*parts)


def expected(unit: UnitResult, name: str) -> float:
    """By how much a unit that has not reported could move a total: its last weekly increment."""
    step = unit.expected.get(name)
    return step if isinstance(step, int | float) and not isinstance(step, bool) else 0


def _totals(result: WeekResult, form: Form) -> Table:
    table = Table(pad_edge=False)
    table.add_column("指标")
    for head in ("本期合计", "较上期", "未报单位可能再增"):
        table.add_column(head, justify="right")
    absent = [one for one in result.due_units() if one.source != REPORTED]
    for name, figure in form.figures.items():
        could = round(sum(expected(one, name) for one in absent), MONEY_DECIMALS)
        step = result.increments.get(name)
        total = result.totals[name]
        counted = "" if figure.is_number else f" {unit_of_total(figure)}"
        table.add_row(Text(figure.short), total_text(total, figure) + counted, change_text(step, figure),
                      value_text(could, figure) if could and figure.is_number else "")
    return table
