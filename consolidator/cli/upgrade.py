"""``升级.bat``: the old folder that was dropped onto it is brought to the version of the folder that the batch file lies in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from consolidator.cli.dropped import dropped_files
from consolidator.workflows.upgrade import upgrade
from schemas.errors import ConsolidatorError
from schemas.settings import HOME

_SHOWN = 20


def main(line: str, arguments: list[str]) -> int:
    """Upgrade, and say what was done; the exit code."""
    folders = dropped_files(line, arguments)
    if len(folders) != 1:
        click.echo("请把旧的程序文件夹拖到“升级.bat”上，一次一个。")
        return 2
    try:
        done = upgrade(HOME, Path(folders[0]))
    except ConsolidatorError as error:
        click.echo(error)
        return 3
    click.echo(f"已升级：更新 {done.replaced} 个文件，去掉 {done.removed} 个。设置、收件、发件没有动。")
    for name in done.edited[:_SHOWN]:
        click.echo(f"您改过的 {name} 保留不变")
    if done.edited:
        click.echo("旁边有“（新）”的是新版的，两份对一下，只留一份，用原文件名。")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")
    raise SystemExit(main(os.environ.get("DROPPED", ""), sys.argv[1:]))
