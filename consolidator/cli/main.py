"""The command: options in, one library call, words out, exit code. Everything heavy is imported where it is used."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from consolidator import __version__
from consolidator.cli.adopt import adopt
from consolidator.cli.archive import archive
from consolidator.cli.bootstrap import INCOMPLETE, library_missing
from consolidator.cli.chinese import Commands, Day, Whole, example_of, in_chinese, usage_words
from consolidator.cli.decisions import accept, assign, close, confirm, dismiss, reopen, undismiss
from consolidator.cli.double_click import as_started
from consolidator.cli.hazards import hazard
from consolidator.cli.opening import opening
from consolidator.cli.options import WEEK, given, places, settings_of, show
from consolidator.cli.outcome import EXIT_BROKEN, EXIT_USAGE, code_of, progress
from schemas.errors import ConsolidatorError, UsageError

if TYPE_CHECKING:
    import datetime as dt

    from schemas.settings import Settings

@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="consolidate %(version)s", help="显示版本")
def cli() -> None:
    """调度表汇总：读取各单位报来的调度表，逐项核对，汇总上报。

    每周一：把收到的文件放进 inbox，运行 run，再看 outbox 里的结果。
    """


@cli.command()
@WEEK
@places
def run(week: dt.date | None, **where: Path | None) -> None:
    """汇总一期：读取、核对、合并，写出上报件和底册。"""
    from consolidator.cli.console import run_screen
    from consolidator.workflows import weekly

    def one(settings: Settings, places: str) -> int:
        with progress("读取") as step:
            done = weekly.run(settings, week, progress=step)
        show(run_screen(done, places))
        return code_of(done)

    raise SystemExit(_of_every_form(where, one))


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path),
                help="要查的调度表，可写多个")
@places
def check(files: Sequence[Path], **where: Path | None) -> None:
    """报送前自查：只看文件本身，不写任何东西。"""
    from consolidator.workflows import weekly

    done = weekly.check(settings_of(where), files)
    from consolidator.cli.console import check_screen

    show(check_screen(done))
    raise SystemExit(code_of(done))


@cli.command()
@click.option("--unit", "units", multiple=True, metavar="单位", help="只做这个单位的，可写多次")
@click.option("--docx", is_flag=True, help="做成 Word 文档")
@click.option("--print", "for_print", is_flag=True, help="供打印的：不带“上期”一列")
@click.option("--html", is_flag=True, help="做成网页，在浏览器里边填边核对，填好生成表格")
@click.option("--ledger", is_flag=True, help="改为做隐患台账，已有的隐患连编号填好")
@click.option("--checks", is_flag=True, help="改为做抽查检查登记表")
@click.option("--duties", is_flag=True, help="改为做企业履职情况表，已知的企业填好")
@WEEK
@places
def blank(units: Sequence[str], week: dt.date | None, docx: bool, for_print: bool, html: bool, ledger: bool, checks: bool,
          duties: bool, **where: Path | None) -> None:
    """制作空白调度表，每单位一份，写入 outbox/blank。"""
    from consolidator.workflows import handouts

    if sum((docx, for_print, html, ledger, checks, duties)) > 1:
        raise click.UsageError("--docx、--print、--html、--ledger、--checks、--duties 只能写一个")
    if ledger or checks or duties:
        folder, count = handouts.blank_ledgers(settings_of(where), units, week,
                                               kind="hazards" if ledger else "checks" if checks else "duties")
        click.echo(f"已做好 {count} 份{'隐患台账' if ledger else '抽查检查登记表' if checks else '企业履职情况表'}：{folder}")
        return
    kind = "docx" if docx else "print" if for_print else "html" if html else "xlsx"
    folder, count = handouts.blanks(settings_of(where), units, week, kind=kind)
    click.echo(f"已做好 {count} 份{'填报页' if html else '空白调度表'}：{folder}")


@cli.command()
@WEEK
@places
def status(week: dt.date | None, **where: Path | None) -> None:
    """看进度：谁报了、谁没报、有什么没解决，现在上报会是多少。"""
    from consolidator.workflows import weekly

    def one(settings: Settings, places: str) -> int:
        done = weekly.status(settings, week)
        from consolidator.cli.console import status_screen

        show(status_screen(done, places))
        return code_of(done) if done.faults else 0

    raise SystemExit(_of_every_form(where, one))


for decision in (accept, confirm, dismiss, undismiss, assign):
    cli.add_command(decision)
cli.add_command(hazard)
cli.add_command(opening)


cli.add_command(close)
cli.add_command(reopen)


@cli.command()
@WEEK
@click.option("--edition", type=click.Choice(["weekly", "stage", "final", "movers"]), default="weekly", metavar="版本",
              help="weekly 每周，stage 阶段进展，final 工作总结，movers 数据变动说明（一页）")
@click.option("--from", "since", type=Day(), metavar="日期", help="从哪一天起")
@click.option("--to", "until", type=Day(), metavar="日期", help="到哪一天止")
@places
def report(week: dt.date | None, edition: str, since: dt.date | None, until: dt.date | None, **where: Path | None) -> None:
    """另写一份报告：阶段进展、工作总结、数据变动说明，或重写本期的。"""
    from consolidator.workflows import handouts

    for path in handouts.report(settings_of(where), week, edition, since, until):
        click.echo(f"已写好：{path}")


@cli.command()
@WEEK
@click.option("--to", metavar="邮箱", help="改寄到这个邮箱")
@click.option("--draft", is_flag=True, help="不寄出，写成 mail.eml 供邮件程序打开")
@click.option("--by-hand", is_flag=True, help="不寄出，把附件和正文放进“上报”，供网页邮箱使用，并记为已报")
@click.option("--anyway", is_flag=True, help="还有错误没解决也寄出")
@click.option("--returns", is_flag=True, help="改为给被退回的单位寄退回通知")
@click.option("--reminders", is_flag=True, help="改为给没报的单位寄催报通知")
@click.option("--supervision", is_flag=True, help="改为给有逾期、到期、挂牌隐患的单位寄督办函")
@places
def send(week: dt.date | None, to: str | None, draft: bool, by_hand: bool, anyway: bool, returns: bool, reminders: bool, supervision: bool,
         **where: Path | None) -> None:
    """寄出：把汇总表和报告寄给上级，随即定稿。"""
    from consolidator.mail import send

    if sum((draft, by_hand, returns, reminders, supervision)) > 1:
        raise click.UsageError("--draft、--by-hand、--returns、--reminders、--supervision 只能写一个")
    settings = settings_of(where)
    with progress("寄出") as step:
        if returns or reminders or supervision:
            kind = "returns" if returns else "reminders" if reminders else "supervision"
            done = send.send_to_units(settings, week, kind, progress=step)
        else:
            done = send.send_upward(settings, week, to=to, draft=draft, by_hand=by_hand, anyway=anyway)
    for line in done.lines:
        click.echo(line)
    raise SystemExit(EXIT_BROKEN if done.failed else 0)


@cli.command()
@click.option("--verify", is_flag=True, help="核对历史记录、索引和原件；后面写了归档文件的，核对归档")
@click.option("--rebuild", is_flag=True, help="由历史记录和原件重建索引")
@click.argument("archived", required=False, metavar="[归档]", type=click.Path(path_type=Path), help="archive 做成的归档文件")
@places
def history(verify: bool, rebuild: bool, archived: Path | None, **where: Path | None) -> None:
    """历史记录：核对，或重建索引。"""
    from consolidator.workflows import verify as checking

    if verify == rebuild:
        raise click.UsageError("请写 --verify 或 --rebuild 其中一个")
    if archived is not None:
        if rebuild:
            raise click.UsageError("归档只能核对：history --verify 归档文件")
        done = checking.verify_archive(settings_of(where), archived)
    else:
        done = checking.verify(settings_of(where)) if verify else checking.rebuild(settings_of(where))
    for line in done.lines:
        click.echo(line)
    raise SystemExit(EXIT_BROKEN if done.wrong else 0)


cli.add_command(archive)
cli.add_command(adopt)


@cli.command()
@click.argument("folder", required=False, metavar="[文件夹]", type=click.Path(path_type=Path),
                help="放在哪里；再次运行时清空重做")
def demo(folder: Path | None) -> None:
    """演示：做三期样表并汇总，默认放在 demo 文件夹。"""
    from consolidator.workflows.demo import make
    from schemas.settings import HOME

    for line in make(folder or HOME / "demo"):
        click.echo(line)


@cli.command()
@click.option("--port", type=Whole(0, 65_535), default=0, metavar="端口", help="本机的哪个端口（0 到 65535），默认随便一个空着的")
@click.option("--no-browser", is_flag=True, help="只打印地址，不打开浏览器")
@places
def desk(port: int, no_browser: bool, **where: Path | None) -> None:
    """工作台：在浏览器里做完一周的事，不用命令，只在本机可用。"""
    from consolidator.desk.server import serve

    gc.enable()  # unlike a command, the desk runs for hours
    serve(lambda: settings_of(where), port, browser=not no_browser, say=click.echo)


def _of_every_form(where: dict[str, Path | None], work: Callable[[Settings, str], int]) -> int:
    """``work`` done for the form, then for each further form of the settings where none is named; the worst exit code.

    What cannot be done for one of several forms (no period of that day, a closed one) is shown, and the others are done.
    """
    settings = settings_of(where)
    every = [settings] if where["form"] or not settings.forms else settings.every_form()
    if len(every) == 1:
        return work(settings, given(where))
    worst = 0
    for one in every:
        own: dict[str, Path | None] = {"form": one.paths.form, "roster": one.paths.roster, "outbox": one.paths.outbox}
        click.echo(f"—— {one.paths.form.stem} ——")
        try:
            worst = max(worst, work(one, given(where if one is every[0] else where | own)))
        except ConsolidatorError as error:
            click.echo(str(error), err=True)
            worst = max(worst, EXIT_USAGE if isinstance(error, UsageError) else EXIT_BROKEN)
    return worst


def _program_name() -> str:
    """As whoever started it knows it: ``consolidate`` where it was installed as a command."""
    started = Path(sys.argv[0])
    return "consolidate" if started.stem == "consolidate" and started.suffix in ("", ".exe") else "consolidate.py"


def command() -> int:
    """The process of ``consolidate.py`` and of the installed command ``consolidate``; its exit code."""
    gc.disable()  # a command ends soon; looking for cycles takes a sixth of its imports and of 20,000 forms
    return main()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code. Only here does an exception become a line and a code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes: never fail on a character
            stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")
    with in_chinese():
        return _run(arguments)


def _run(arguments: list[str] | None) -> int:
    try:
        return cli.main(arguments, prog_name=_program_name(), standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return EXIT_USAGE
    except click.UsageError as error:
        named = error.ctx.command_path if error.ctx else _program_name()
        click.echo(f"{usage_words(error)}{example_of(error)}（看说明：{named} --help）", err=True)
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断：上一次的完整结果还在，重新运行即可", err=True)
        return EXIT_BROKEN
    except SystemExit as finished:
        return finished.code if isinstance(finished.code, int) else EXIT_BROKEN if finished.code else 0
    except ConsolidatorError as error:
        click.echo(as_started(error.sentence), err=True)
        return EXIT_USAGE if isinstance(error, UsageError) else EXIT_BROKEN
    except Exception as error:  # our own bug: shown with its traceback, and never with the exit code of a week that was done
        library = library_missing(error)
        if library:
            click.echo(INCOMPLETE.format(library=library), err=True)
            return EXIT_BROKEN
        import traceback

        traceback.print_exc()
        click.echo("程序出错，没有做完：上一次的完整结果还在，请把上面的文字发给维护人员", err=True)
        return EXIT_BROKEN
