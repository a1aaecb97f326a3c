"""Who double-clicks reads what to double-click."""

from __future__ import annotations

import pytest

from consolidator.cli.console import next_step, run_screen
from consolidator.cli.double_click import STARTED_SO, as_started
from schemas.actions import Sentence, act
from schemas.settings import HOME
from tests.district import W1


@pytest.mark.parametrize("sentence, shown", [
    (Sentence("改好后，再", act("run", week=W1, options=' --outbox "a b"')), "改好后，再双击“汇总.bat”"),
    (Sentence("请先关闭 表.xlsx，", act("again"), "：数据已存好"), "请先关闭 表.xlsx，再双击一次“汇总.bat”：数据已存好"),
    (Sentence("需要更正的，请先", act("reopen", week=W1)), "需要更正的，请先双击“工作台.bat”，在“上报”页重开这一期"),
    (Sentence("不作数的，请", act("dismiss")), "不作数的，请运行 dismiss 文件 --reason 理由"),
    ("单位 运行 run 写的字", "单位 运行 run 写的字"),
    ("没有什么要做", "没有什么要做")])
def test_actions_become_double_clicks(monkeypatch, sentence, shown):
    assert as_started(sentence) == sentence
    monkeypatch.setenv(STARTED_SO, "1")
    assert as_started(sentence) == shown


def test_the_next_step_of_every_kind_names_no_command(monkeypatch, district):
    monkeypatch.setenv(STARTED_SO, "1")
    for prepare in (lambda: district.send("甲局", W1, self_found="约20"), lambda: district.send("甲局", W1), lambda: district.send_all(W1)):
        prepare()
        done = district.run_whole(W1)
        assert "运行" in next_step(done)
        last = run_screen(done).renderables[-1].plain
        assert "--" not in last and ".bat" in last, last


def test_the_batch_file_says_so():
    assert f"set {STARTED_SO}=1" in (HOME / "汇总.bat").read_text(encoding="utf-8")
