"""What all commands share: the options for places and weeks, the settings made of them, and the screen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from consolidator.cli.chinese import Period

if TYPE_CHECKING:
    from rich.console import Group

    from schemas.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

WEEK = click.option("--week", type=Period(), metavar="日期", help="哪一期：该期内任一天；月报、季报也可写 2026-11、2026Q4")


def places(command: Function) -> Function:
    """The options that all commands share."""
    for option in reversed([
        click.option("--inbox", type=click.Path(path_type=Path), metavar="文件夹", help="收件夹，默认 inbox"),
        click.option("--outbox", type=click.Path(path_type=Path), metavar="文件夹", help="发件夹，默认 outbox"),
        click.option("--roster", type=click.Path(path_type=Path), metavar="文件", help="名册，默认 schemas/roster.csv"),
        click.option("--form", type=click.Path(path_type=Path), metavar="文件",
                     help="表样定义，默认 schemas/major_hazards_2023.yaml"),
    ]):
        command = option(command)
    return command


def show(screen: Group) -> None:
    """Print tables as wide as the window, or wide enough to lose nothing where nobody watches; sentences as they are."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, emoji=False)
    for part in screen.renderables:
        console.print(part, soft_wrap=not isinstance(part, Table))


def settings_of(where: dict[str, Path | None]) -> Settings:
    """The settings with the options put in; an option wins over the environment and the file. The roster names the office."""
    from schemas.settings import AnotherForm, load_settings, of_roster

    settings = load_settings()
    given = {key: value for key, value in where.items() if value is not None}
    forms = settings.forms
    if forms and "form" in given:  # the files of the form that is not named still come into the inbox
        own = settings.paths
        forms = {**forms, "": AnotherForm(form=own.form, roster=own.roster, outbox=own.outbox)}
    return of_roster(settings.model_copy(update={"paths": settings.paths.model_copy(update=given), "forms": forms}))


def given(where: dict[str, Path | None]) -> str:
    """The options of places as they were given, for the command that is to follow: `` --outbox …``."""
    given = [(name, str(path)) for name, path in where.items() if path is not None]
    return "".join(f' --{name} "{path}"' if " " in path or "&" in path else f" --{name} {path}" for name, path in given)
