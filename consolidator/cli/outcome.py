"""How a command goes and ends: its progress, what it shows, its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from consolidator.cli.options import given, show

if TYPE_CHECKING:
    from consolidator.workflows.weekly import Checked, Done

EXIT_REJECTED, EXIT_USAGE, EXIT_BROKEN = 1, 2, 3


def show_run(done: Done, where: dict[str, Path | None]) -> NoReturn:
    """What ``run`` shows, and its exit code."""
    from consolidator.cli.console import run_screen

    show(run_screen(done, given(where)))
    raise SystemExit(code_of(done))


def code_of(done: Done | Checked) -> int:
    """The exit code of what was done; where the program itself failed at something, 3 and one line that says so.

    The traceback is in the log, or on the screen where nothing is written.
    """
    if not done.faults:
        return EXIT_REJECTED if done.rejected else 0
    from consolidator.model.text import one_line, printable

    names = list(dict.fromkeys(one_line(one.what) for one in done.faults))
    what = "、".join(names[:3]) + ("等" if len(names) > 3 else "")
    if done.log is None:
        for text in dict.fromkeys(one.traceback for one in done.faults):
            click.echo(printable(text), err=True)
    where = "上面的文字" if done.log is None else str(done.log)
    click.echo(f"程序处理 {what} 时出错（共 {len(names)} 处），不是填报的问题，单位不必重报，其余都已做完："
               f"请把{where}发给维护人员", err=True)
    return EXIT_BROKEN


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None] | None]:
    """A step function for long work; a bar is drawn only where a person watches and it takes a while."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   console=Console(stderr=True), transient=True)
    task = bar.add_task(words)

    def step(done: int, of: int) -> None:
        bar.start()  # not before: its thread would keep the workers from being forked
        bar.update(task, completed=done, total=of)

    try:
        yield step
    finally:
        bar.stop()
