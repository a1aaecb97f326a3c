"""``hazard`` called wrongly: a sentence says what is missing, with a line that works; such lines do work."""

from __future__ import annotations

import shlex

import click
import pytest

from consolidator.cli.hazards import hazard
from consolidator.cli.main import cli, main
from tests.district import W1, District
from tests.ledger.factory import Row, ledger

EXAMPLES = {name: command.example for name, command in hazard.commands.items()}


@pytest.mark.parametrize(("arguments", "words"), [
    ("link 12", "合并要写两条隐患的编号，写了 1 个（12）"), ("link --reason 同一条", "合并要写两条隐患的编号，一个也没有写"),
    ("link 12，30、31 --reason 同一条", "合并要写两条隐患的编号，写了 3 个（12、30、31）"), ("link 12 30", "缺少 --reason 理由"),
    ("link 12 --reason", "--reason 后面要写内容"), ("split --reason 错了", "缺少编号"), ("split 12", "缺少 --reason 理由"),
    ("move 12 --reason 移交", "缺少 --to 单位"), ("move 12 --to", "--to 后面要写内容"), ("void 12 13 --reason 误报", "多出了“13”"),
    ("reopen --reason 理由", "缺少编号"), ("list-up 12 --reason 挂牌", "请用 --level 写明"), ("show", "缺少编号"),
    ("list-up 12 --level 区级 --from 昨天 --reason 挂牌", "“昨天”不是日期"), ("list --stat open", "没有选项 --stat")])
def test_what_is_missing_is_said_with_an_example(arguments, words, capsys):
    name = arguments.split()[0]
    arguments = arguments if "--reason" in arguments or name != "link" or words.startswith("缺少") else f"{arguments} --reason 同一条"
    assert main(["hazard", *shlex.split(arguments)]) == 2
    shown = capsys.readouterr().err
    assert words in shown and f"。例如：{EXAMPLES[name]}（看说明：consolidate.py hazard {name} --help）" in shown
    assert shown.count("\n") == 1


def test_every_decision_has_an_example_that_its_help_shows(capsys):
    decisions = [one for one in cli.commands.values() if any(option.name == "reason" for option in one.params)]
    for command in [*hazard.commands.values(), *decisions]:
        assert command.example.split()[:2][-1] == command.name or command.example.split()[0] == command.name
        with click.Context(command) as context:
            assert f"例如：{command.example}" in command.get_help(context)


def test_the_examples_work(tmp_path, capsys, monkeypatch):
    district = District(tmp_path, ["区城管委", "月牙河街道"])
    rows = [Row(firm=f"第{n}商店", description=f"第{n}处配电箱没有接地", found="2023-05-27", due="2023-05-28") for n in range(30)]
    (tmp_path / "inbox" / "台账.xlsx").write_bytes(ledger(rows, day=W1))
    district.run(W1)
    paths = district.settings.paths
    where = ["--inbox", str(paths.inbox), "--outbox", str(paths.outbox), "--roster", str(paths.roster), "--form", str(paths.form)]
    order = ["list", "show", "link", "split", "move", "list-up", "void", "reopen"]
    assert sorted(order) == sorted(EXAMPLES)
    for name in order:
        code = main([*shlex.split(EXAMPLES[name]), *where])
        shown = capsys.readouterr()
        assert code in (0, 1) and not shown.err, (name, shown.err)
