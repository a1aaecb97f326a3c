"""click as the clerk meets it: help, usage errors and dates in Chinese."""

from __future__ import annotations

import datetime as dt
import re

import click


class _Chinese:
    """click's own headings in Chinese."""

    def format_usage(self, ctx, formatter):
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx, formatter):
        records = [one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Option)]
        with formatter.section("选项"):
            formatter.write_dl([(name, words.replace("[required]", "[必填]")) for name, words in filter(None, records)])
        if isinstance(self, click.Group):
            rows = [(name, self.get_command(ctx, name).get_short_help_str(60)) for name in self.list_commands(ctx)]
            with formatter.section("命令"):
                formatter.write_dl(rows)

    def format_arguments(self, ctx, formatter):
        records = [one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Argument)]
        if records:
            with formatter.section("参数"):
                formatter.write_dl(records)

    def get_help_option(self, ctx):
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示本说明"
        return option


class Command(_Chinese, click.Command):
    """A command whose help is Chinese."""

    allow_extra_args = True  # refused below, in Chinese

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **{"options_metavar": "[选项]", **named})

    def parse_args(self, ctx, args):
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            ctx.fail(f"多出了“{' '.join(map(str, rest))}”：含空格的名称请加引号")
        return rest


class Commands(_Chinese, click.Group):
    """The group; commands stand in the order of the clerk's week."""

    command_class = Command

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **{"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]...", **named})

    def list_commands(self, ctx):
        return list(self.commands)


class Day(click.ParamType):
    """A date such as 2023-06-05."""

    name = "日期"

    def convert(self, value, param, ctx):
        if isinstance(value, dt.date):
            return value
        parts = re.fullmatch(r"(\d{4})(?:(\d\d)(\d\d)|\D(\d{1,2})\D(\d{1,2})日?)", value.strip())
        try:
            return dt.date(*(int(part) for part in parts.groups() if part))
        except (ValueError, AttributeError):  # no such day, or no date at all
            self.fail(f"“{value}”不是日期：请写成 2023-06-05", param, ctx)


_USAGE = {
    click.NoSuchOption: lambda error: f"没有选项 {error.option_name}",
    click.NoSuchCommand: lambda error: f"没有命令 {error.command_name}",
    click.MissingParameter: lambda error: f"缺少{error.param.metavar or error.param.name}" if error.param else "缺少参数",
    click.BadOptionUsage: lambda error: (f"选项 {error.option_name} 后面不带内容" if "does not take" in error.message
                                         else f"选项 {error.option_name} 后面要写内容"),
}


def usage_words(error: click.UsageError) -> str:
    """A usage error in Chinese; our own messages are Chinese already."""
    for kind, words in _USAGE.items():
        if isinstance(error, kind):
            return words(error)
    if isinstance(error, click.BadParameter) and isinstance(getattr(error.param, "type", None), click.Choice):
        return f"{error.param.opts[0]} 只能是 {'、'.join(error.param.type.choices)}"
    return error.message if re.search(r"[\u4e00-\u9fff]", error.message) else "参数写法不对"
