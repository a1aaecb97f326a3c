"""``hazard``: hazards looked at and decided on; what each decision does is in :mod:`consolidator.workflows.hazards`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from consolidator.cli.chinese import Commands, Day
from consolidator.cli.options import WEEK, given, places, settings_of, show

if TYPE_CHECKING:
    from consolidator.workflows.weekly import Done

REASON = click.option("--reason", required=True, metavar="理由", help="为什么，写入历史记录")
_BETWEEN = re.compile(r"[\s,，、;；和]+")
ID = click.argument("name", metavar="编号", help="隐患的编号，如 YH2023-0012，或只写 12")


@click.group(cls=Commands)
def hazard() -> None:
    """隐患台账：查看、合并、移交、恢复、撤销、挂牌。"""


@hazard.command("list", example="hazard list --state overdue")
@click.option("--unit", default="", metavar="单位", help="只看这个单位的")
@click.option("--state", default="", metavar="状态", help="open 未整改，overdue 逾期，due 七日内到期，rectified 已整改，"
              "closed 已销号，listed 挂牌，new 本期新增，done 本期整改，closed-now 本期销号，void 已撤销")
@click.option("--text", default="", metavar="文字", help="企业、部位或内容里含有的字")
@WEEK
@places
def list_hazards(unit: str, state: str, text: str, week: dt.date | None, **where: Path | None) -> None:
    """列出隐患。"""
    from consolidator.cli.hazard_screens import list_screen
    from consolidator.workflows import hazards

    show(list_screen(hazards.find(settings_of(where), week, unit=unit, state=state, text=text)))


@hazard.command("show", example="hazard show 12")
@ID
@WEEK
@places
def show_hazard(name: str, week: dt.date | None, **where: Path | None) -> None:
    """看一条隐患的来龙去脉：现状、来自哪些文件的哪一行、有过哪些决定。"""
    from consolidator.cli.hazard_screens import story_screen
    from consolidator.workflows import hazards

    show(story_screen(hazards.show(settings_of(where), name, week)))


@hazard.command(example="hazard link 12 30 --reason 同一条")
@click.argument("names", nargs=-1, metavar="编号 编号", help="两条隐患的编号")
@REASON
@WEEK
@places
def link(names: tuple[str, ...], reason: str, week: dt.date | None, **where: Path | None) -> None:
    """两条是同一条：合为一条，两个单位各算一条。"""
    numbers = [number for name in names for number in _BETWEEN.split(name) if number]
    if len(numbers) != 2:
        given_ones = f"写了 {len(numbers)} 个（{'、'.join(numbers[:5])}）" if numbers else "一个也没有写"
        raise click.UsageError(f"合并要写两条隐患的编号，{given_ones}")
    _decide(where, lambda hazards, settings: hazards.link(settings, numbers, reason, week))


@hazard.command(example="hazard split 30 --reason 不是同一条")
@ID
@REASON
@WEEK
@places
def split(name: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """合错了：拆开来（link 的反面）。"""
    _decide(where, lambda hazards, settings: hazards.split(settings, name, reason, week))


@hazard.command(example="hazard move 12 --to 区城管委 --reason 移交")
@ID
@click.option("--to", "unit", required=True, metavar="单位", help="移交给哪个单位")
@REASON
@WEEK
@places
def move(name: str, unit: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """移交给另一个单位；移回来就是撤回。"""
    _decide(where, lambda hazards, settings: hazards.move(settings, name, unit, reason, week))


@hazard.command(example="hazard reopen 12 --reason 复查不合格")
@ID
@REASON
@WEEK
@places
def reopen(name: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """已销号的，恢复为未整改（以后重新复查的才再销号）；已撤销的，恢复原来的状态。"""
    _decide(where, lambda hazards, settings: hazards.reopen(settings, name, reason, week))


@hazard.command(example="hazard void 12 --reason 误报")
@ID
@REASON
@WEEK
@places
def void(name: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """误报、重复登记的，撤销（reopen 恢复）。"""
    _decide(where, lambda hazards, settings: hazards.void(settings, name, reason, week))


@hazard.command("list-up", example="hazard list-up 12 --level 区级 --number 文号 --reason 挂牌")
@ID
@click.option("--level", default="", metavar="级别", help="区级、市级或省级")
@click.option("--number", default="", metavar="文号", help="挂牌的文号")
@click.option("--by", default="", metavar="单位", help="督办单位")
@click.option("--from", "since", type=Day(), metavar="日期", help="从哪一天起")
@click.option("--until", type=Day(), metavar="日期", help="限到哪一天")
@click.option("--off", is_flag=True, help="改为摘牌")
@REASON
@WEEK
@places
def list_up(name: str, level: str, number: str, by: str, since: dt.date | None, until: dt.date | None, off: bool, reason: str,
            week: dt.date | None, **where: Path | None) -> None:
    """挂牌督办；写 --off 是摘牌。"""
    if not off and not level:
        raise click.UsageError("请用 --level 写明区级、市级还是省级")
    words = {"level": level, "number": number, "by": by, "from": since.isoformat() if since else "",
             "until": until.isoformat() if until else ""}
    _decide(where, lambda hazards, settings: hazards.list_up(settings, name, reason, week, words=words, off=off))


def _decide(where: dict[str, Any], decide: Callable[[Any, Any], Done]) -> None:
    """Record a decision, run the week again, show it."""
    from consolidator.cli.console import run_screen
    from consolidator.workflows import hazards

    done = decide(hazards, settings_of(where))
    if done.decided:
        click.echo(done.decided)
    show(run_screen(done, given(where)))
    raise SystemExit(1 if done.rejected else 0)
