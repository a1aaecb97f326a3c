"""``opening``: last week's table as the past of an office that starts in mid-campaign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from consolidator.cli.chinese import Command
from consolidator.cli.options import WEEK, places, settings_of


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path), help="上期汇总表的“明细”，或每单位一行、每指标一列的表")
@WEEK
@places
def opening(file: Path, week: dt.date | None, **where: Path | None) -> None:
    """中途启用：把上期各单位的数录为期初数，以后的累计从它比起。"""
    from consolidator.model.text import printable
    from consolidator.workflows import opening as opening_figures

    done = opening_figures.opening(settings_of(where), file, week)
    for line in done.lines:
        click.echo(printable(line))
    click.echo(f"已录入 {done.units} 个单位 {done.week} 期的期初数：放好本期的表后运行 run")
