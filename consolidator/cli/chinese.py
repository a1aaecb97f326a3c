"""click in Chinese: its own texts from the catalogue in ``locale/``, dates as people write them, commands in the week's order."""

from __future__ import annotations

import datetime as dt
import gettext
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

LOCALE = Path(__file__).parent / "locale"
_DOMAIN = "click"
_HANZI = re.compile(r"[\u4e00-\u9fff]")


@contextmanager
def in_chinese() -> Iterator[None]:
    """click's texts from our catalogue, whatever language the system speaks.

    click looks its texts up with ``gettext.gettext``: in the current domain, in the language of the environment.
    """
    domain, language = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(_DOMAIN, str(LOCALE))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = "zh_CN"
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if language is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = language


class Command(click.Command):
    """A command; what click does not look up in a catalogue is given here. ``example`` is a line that works, which its help and what is
    shown of wrong usage end with."""

    def __init__(self, *arguments: Any, example: str = "", **named: Any):
        super().__init__(*arguments, **{"options_metavar": "[选项]", "epilog": f"例如：{example}" if example else None, **named})
        self.example = example

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click's parser does not know whose arguments it reads
            raise


class Commands(click.Group):
    """The group; commands are listed in the order of the clerk's week."""

    command_class = Command

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **{"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]...", **named})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class Day(click.ParamType):
    """A date such as 2023-06-05."""

    name = "日期"

    def convert(self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        parts = re.fullmatch(r"(\d{4})(?:(\d\d)(\d\d)|\D(\d{1,2})\D(\d{1,2})日?)", value.strip())
        try:
            if parts:
                return dt.date(*(int(part) for part in parts.groups() if part))
        except ValueError:  # no such day
            pass
        self.fail(f"“{value}”不是日期：请写成 2023-06-05", param, ctx)


class Whole(click.ParamType):
    """A whole number from ``least`` to ``most``."""

    name = "整数"

    def __init__(self, least: int, most: int):
        self.least, self.most = least, most

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        number = int(text) if text.isdecimal() and len(text) <= len(str(self.most)) else -1
        if not self.least <= number <= self.most:
            self.fail(f"“{text}”不行：请写 {self.least} 到 {self.most} 之间的整数", param, ctx)
        return number


class Period(Day):
    """A period: any day of it, or its name (2026-11, 2026Q4)."""

    def convert(self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        from consolidator.model.weeks import NamedPeriod

        named = NamedPeriod.of(value) if isinstance(value, str) else None
        return named if named is not None else super().convert(value, param, ctx)


def usage_words(error: click.UsageError) -> str:
    """A usage error in one Chinese sentence."""
    if isinstance(error, click.MissingParameter):  # click ends this one with “.” in every language
        if error.param is None:
            return "缺少参数"
        named = error.param.metavar or error.param.name
        return f"缺少 {error.param.opts[0]} {named}" if isinstance(error.param, click.Option) else f"缺少{named}"
    words = error.format_message()
    return words if _HANZI.search(words) else "参数写法不对"


def example_of(error: click.UsageError) -> str:
    """A line that works of the command that was used wrongly, as the end of a sentence; "" of one without."""
    example = getattr(error.ctx.command, "example", "") if error.ctx else ""
    return f"。例如：{example}" if example else ""
