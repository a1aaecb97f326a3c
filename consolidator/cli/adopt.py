"""``adopt``: a blank official form becomes a definition, checked and, where it replaces another form, rehearsed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from consolidator.cli.chinese import Command
from consolidator.cli.options import given, places, settings_of, show
from consolidator.cli.outcome import EXIT_REJECTED

if TYPE_CHECKING:
    from schemas.settings import Settings


@click.command(cls=Command)
@click.argument("blank_form", required=False, metavar="[空白表]", type=click.Path(path_type=Path), help="发文单位下发的空白表")
@click.option("--name", metavar="名字", help="给这张表起的名字：小写字母开头，只含小写字母、数字和下划线")
@click.option("--instead-of", metavar="名字", help="这张表替换哪一张：相同的指标沿用原来的历史（也可用 --form 指出它的文件）")
@click.option("--check", "checked", metavar="名字", help="核对一个已写好的定义")
@places
def adopt(blank_form: Path | None, name: str | None, instead_of: str | None, checked: str | None, **where: Path | None) -> NoReturn:
    """采用新表：由一张空白表写出表样定义，并试填核对；写了 --roster 的，把表里印出的各单位写成名册。"""
    from consolidator.cli.adopt_screen import adopted_screen, proof_screen
    from consolidator.workflows import adopt as adopting

    if (blank_form is None) == (checked is None):
        raise click.UsageError("请写空白表的文件名；要核对已写好的定义，请写 --check 名字")
    if checked is not None:
        proof = adopting.check(adopting.definition_path(checked))
        show(proof_screen(proof, checked))
        raise SystemExit(EXIT_REJECTED if proof.wrong else 0)
    assert blank_form is not None
    if instead_of and where["form"]:
        raise click.UsageError("--instead-of 和 --form 只能写一个")
    old = adopting.definition_path(instead_of) if instead_of else where["form"]
    done = adopting.adopt(blank_form, name, instead_of=old, roster=where["roster"])
    show(adopted_screen(done, given(where | {"form": None})))
    if old and not done.proof.wrong:
        _rehearse(done.path, old, settings_of(where))
    raise SystemExit(EXIT_REJECTED if done.proof.wrong else 0)


def _rehearse(new: Path, old: Path, settings: Settings) -> None:
    """What the new form would have reported on the last period of the old one."""
    from consolidator.cli.adopt_screen import rehearsal_screen
    from consolidator.workflows.rehearse import rehearse
    from schemas.form_loading import load_form
    from schemas.roster import load_roster

    replaced = load_form(old)
    show(rehearsal_screen(rehearse(load_form(new), replaced, load_roster(settings.paths.roster, replaced), settings.paths.outbox)))
