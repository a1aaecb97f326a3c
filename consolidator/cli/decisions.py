"""The clerk's decisions: a figure accepted, a warning confirmed, a file dismissed or assigned, a week closed or reopened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from consolidator.cli.chinese import Command, Day
from consolidator.cli.options import WEEK, places, settings_of
from consolidator.cli.outcome import show_run

if TYPE_CHECKING:
    import datetime as dt


@click.command(cls=Command, example="accept 区工信局 D5 --reason 电话核实")
@click.argument("unit", metavar="单位", help="名册中的单位名称或别名")
@click.argument("figures", nargs=-1, required=True, metavar="指标[=数值]...",
                help="项目名、单元格（如 D5）或英文名；写了数值的，按这个数采用")
@click.option("--reason", required=True, metavar="理由", help="为什么采纳，写入历史记录和底册")
@WEEK
@places
def accept(unit: str, figures: Sequence[str], reason: str, week: dt.date | None, **where: Path | None) -> None:
    """采纳一个被退回的数，或电话里核实的数，记录在案。"""
    from consolidator.workflows import decisions

    show_run(decisions.accept(settings_of(where), unit, figures, reason, week), where)


@click.command(cls=Command, example="confirm 区工信局 D5 --reason 电话核实")
@click.argument("unit", metavar="单位", help="名册中的单位名称或别名")
@click.argument("figure", metavar="指标", help="项目名、单元格（如 D5）或英文名；整张表的提醒写“全表”")
@click.option("--reason", required=True, metavar="理由", help="核实的情况，写入历史记录和底册")
@WEEK
@places
def confirm(unit: str, figure: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """确认一处提醒已经看过、数字无误，记录在案。"""
    from consolidator.workflows import decisions

    show_run(decisions.confirm(settings_of(where), unit, figure, reason, week), where)


@click.command(cls=Command, example="dismiss 外区的表.xlsx --reason 不是表")
@click.argument("file", metavar="文件", help="收件夹中的文件名；有重名的，连文件夹一起写")
@click.option("--reason", required=True, metavar="理由", help="为什么不采用，写入历史记录和底册")
@WEEK
@places
def dismiss(file: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """一个文件不采用：不计数字，不退回，也不妨碍上报。"""
    from consolidator.workflows import decisions

    show_run(decisions.dismiss(settings_of(where), file, reason, week), where)


@click.command(cls=Command, example="undismiss 外区的表.xlsx")
@click.argument("file", metavar="文件", help="先前定为不采用的文件")
@click.option("--reason", default="", metavar="理由", help="为什么改回来，写入历史记录")
@WEEK
@places
def undismiss(file: str, reason: str, week: dt.date | None, **where: Path | None) -> None:
    """收回“不采用”：该文件照常读取、核对。"""
    from consolidator.workflows import decisions

    show_run(decisions.undismiss(settings_of(where), file, reason, week), where)


@click.command(cls=Command, example="assign 甲局本周.xlsx --week 2023-06-12 --reason 日期忘了改")
@click.argument("file", metavar="文件", help="收件夹中的文件名；有重名的，连文件夹一起写")
@click.option("--week", type=Day(), required=True, metavar="日期", help="属哪一期，写那一期的日期")
@click.option("--reason", required=True, metavar="理由", help="为什么，写入历史记录")
@places
def assign(file: str, week: dt.date, reason: str, **where: Path | None) -> None:
    """指明一个文件属哪一期，不管表上写的是哪天。"""
    from consolidator.workflows import assigning

    show_run(assigning.assign(settings_of(where), file, week, reason), where)


@click.command(cls=Command)
@WEEK
@places
def close(week: dt.date | None, **where: Path | None) -> None:
    """定稿：该期不再变动。"""
    from consolidator.workflows import decisions

    click.echo(decisions.close(settings_of(where), week))


@click.command(cls=Command, example="reopen --week 2023-06-05 --reason 更正")
@click.option("--reason", required=True, metavar="理由", help="为什么重开，写入历史记录")
@WEEK
@places
def reopen(week: dt.date | None, reason: str, **where: Path | None) -> None:
    """重开已定稿的一期，以便更正。"""
    from consolidator.workflows import decisions

    click.echo(decisions.reopen(settings_of(where), week, reason))
