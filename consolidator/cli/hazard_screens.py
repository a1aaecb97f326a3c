"""What the clerk sees of ledgers and hazards on the screen; people are masked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consolidator.model.duties import OVERDUE
from consolidator.model.ledger import Hazard, Held, LedgerFile, LedgerResult
from consolidator.model.text import printable
from consolidator.writing.paper_names import GIVEN_BACK
from consolidator.writing.text.hazard_lines import described, hazard_lines
from schemas.problems import SEVERITY_WORDS

if TYPE_CHECKING:
    from consolidator.workflows.hazards import Hazards, Story

MOST_ROWS, MOST_UNITS = 60, 5
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def list_screen(found: Hazards) -> Group:
    """A table of hazards, the overdue ones marked."""
    table = Table(pad_edge=False)
    for head in ("编号", "单位", "企业", "隐患描述", "级别", "状态", "发现", "期限"):
        table.add_column(head, overflow="fold")
    for one in found.hazards[:MOST_ROWS]:
        late = one.overdue(found.week)
        table.add_row(Text(one.id), Text("、".join(one.units)), Text(printable(one.firm_shown(found.redact))),
                      Text(printable(described(one, found.redact))),
                      Text(one.level),
                      Text(one.state_name + ("（逾期）" if late else ""), style="bold red" if late else ""), Text(one.found), Text(one.due))
    parts: list[RenderableType] = [Text(f"{found.week} 期：共 {found.total} 条隐患，符合的 {len(found.hazards)} 条", style="bold")]
    if found.hazards:
        parts.append(table)
    if len(found.hazards) > MOST_ROWS:
        parts.append(Text(f"只列前 {MOST_ROWS} 条，全部见台账（汇总）；可加 --unit、--state、--text 缩小范围"))
    return Group(*parts)


def story_screen(story: Story) -> Group:
    """A hazard with its sources and decisions."""
    from consolidator.workflows.hazards import ACTIONS

    one = story.hazard
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for head, text in hazard_lines(one, story.redact):
        table.add_row(Text(head), Text(printable(text)))
    parts: list[RenderableType] = [Text(one.id, style="bold"), table, Text("来自：", style="bold")]
    parts += [Text(printable(f"  {source.week} 期 {source.unit} 《{source.file}》“{source.sheet}”第{source.row}行"
                                f"{'：' + source.written if source.written else ''}"))
              for source in story.sources]
    if story.decisions:
        parts.append(Text("决定：", style="bold"))
        parts += [Text(printable(f"  {event['at'][:10]} {event['by']} {ACTIONS.get(event['action'], event['action'])} "
                                 f"{'、'.join(event['ids'])}{' → ' + event['unit'] if event.get('unit') else ''}：{event['reason']}"))
                  for event in story.decisions]
    parts += [Text(printable(f"{SEVERITY_WORDS[held.severity]} 《{held.file}》“{held.sheet}” {held.cell}：{held.message}"),
                   style=_STYLES[held.severity]) for held in story.held]
    parts += [Text(printable(message), style="yellow") for message in story.doubts]
    return Group(*parts)


def ledger_lines(result: LedgerResult, listed: Collection[tuple[str, str]], *, rows: bool) -> list[RenderableType]:
    """After ``run`` and ``status``: the ledgers in a line or two; with ``rows``, the held ones and the overdue hazards too.

    ``listed`` are the files and sentences that the table of files above has: a refused ledger is listed once.
    """
    if not result:
        return []
    merged, held = sum(one.merged for one in result.files), result.to_correct
    late, new = [one for one in result.hazards if one.is_late], sum(one.is_new for one in result.hazards)
    line = f"台账：本期 {len(result.files)} 张，采用 {merged} 行，待更正 {held} 行{_where_to_send(result)}；"
    line += f"隐患共 {len(result.hazards)} 条，新增 {new} 条，逾期 {len(late)} 条"
    if result.checks:
        line += f"；抽查检查 {len(result.checks)} 次"
    if result.duties:
        behind = sum(state.state == OVERDUE for one in result.duties for state in one.duties.values())
        line += f"；企业履职 {len(result.duties)} 家，逾期 {behind} 项"
    parts: list[RenderableType] = [Text(line)]
    refused = dict.fromkeys((one.file, one.sheet, one.refused) for one in result.files
                            if one.refused and (one.file, str(one.refused)) not in listed)
    parts += [Text(printable(f"{file} {sheet}：{sentence}"), style=_STYLES["error"]) for file, sheet, sentence in refused][:MOST_ROWS]
    parts += [Text(printable(f"{line.unit}：{line.message}"), style=_STYLES["warning"]) for line in result.bridge
              if line.severity == "warning"][:MOST_ROWS]
    if rows:
        parts += _held_rows(result)
        parts += _overdue(late)
    return parts


def _where_to_send(result: LedgerResult) -> str:
    """Where the notices on rows to be corrected lie, and for whom they are."""
    units = sorted({unit for unit, *_ in result.rows_to_correct()})
    more = f" 等 {len(units)} 家" if len(units) > MOST_UNITS else ""
    return f"（通知在“{GIVEN_BACK}”里：{'、'.join(units[:MOST_UNITS])}{more}）" if units else ""


def checked_ledger(lines: Sequence[LedgerFile | Held]) -> list[RenderableType]:
    """After ``check``: a ledger's sheets in a line each, then its rows with something to say; notes are left out."""
    parts: list[RenderableType] = []
    for one in lines:
        if isinstance(one, LedgerFile):
            counts = f"读取 {one.merged} 行，不会采用 {one.held} 行，略过 {one.passed} 行（表头、合计、空行等）"
            parts.append(Text(printable(f"“{one.sheet}”：{one.refused or counts}"), style=_STYLES["error"] if one.refused else ""))
    table = Table.grid(padding=(0, 1, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    shown = [one for one in lines if isinstance(one, Held) and one.severity != "note"]
    for one in shown[:MOST_ROWS]:
        table.add_row(Text(SEVERITY_WORDS[one.severity], style=_STYLES[one.severity]), Text(one.cell), Text(printable(one.message)))
    return [*parts, table] if shown else parts


def _held_rows(result: LedgerResult) -> list[RenderableType]:
    wrong = [one for one in result.open_words if one.severity == "error"]
    if not wrong:
        return []
    table = Table(pad_edge=False, title="台账中待更正的行", title_justify="left")
    for head in ("文件", "单元格", "哪一行", "说明"):
        table.add_column(head, overflow="fold")
    for one in wrong[:MOST_ROWS]:
        table.add_row(Text(printable(f"{one.file} {one.sheet}")), Text(one.cell), Text(printable(f"{one.hazard} {one.row_words}".strip())),
                      Text(printable(one.message)))
    return [table]


def _overdue(late: Sequence[Hazard]) -> list[RenderableType]:
    if not late:
        return []
    table = Table(pad_edge=False, title="逾期的隐患", title_justify="left")
    for head in ("编号", "单位", "企业", "隐患描述", "期限"):
        table.add_column(head, overflow="fold")
    for one in sorted(late, key=lambda one: one.due)[:MOST_ROWS]:
        table.add_row(Text(one.id), Text("、".join(one.units)), Text(printable(one.firm_shown())), Text(printable(described(one, "all"))),
                      Text(one.due))
    return [table]
