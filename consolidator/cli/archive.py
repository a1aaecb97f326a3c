"""``archive``: a year that is done with becomes one zip."""

from __future__ import annotations

from pathlib import Path

import click

from consolidator.cli.chinese import Command, Whole
from consolidator.cli.options import places, settings_of


@click.command(cls=Command)
@click.argument("year", metavar="年份", type=Whole(1980, 2999), help="哪一年（连同更早的），如 2023")
@places
def archive(year: int, **where: Path | None) -> None:
    """归档：全年做完的各期连同历史记录存成一个带校验的压缩包，下一年从它的期末数开始。"""
    from consolidator.workflows import archive as archiving

    done = archiving.archive(settings_of(where), year)
    for line in done.lines:
        click.echo(line)
    if done.weeks:
        click.echo(f"已归档 {done.weeks[0]} 至 {done.weeks[-1]} 共 {len(done.weeks)} 期、{done.files} 个文件：{done.path}")
        click.echo("请把它另存一份。核对：history --verify 归档文件")
    else:
        click.echo(f"{year} 年早已归档：{done.path}")
