"""Who double-clicks is reported what to double-click."""

from __future__ import annotations

import pytest

from consolidator.cli.console import next_step, run_screen
from consolidator.cli.double_click import STARTED_SO, in_double_clicks
from schemas.settings import HOME
from tests.district import W1


@pytest.mark.parametrize("sentence, said", [
    ("改好后，再运行 run --week 2023-06-05 --outbox \"a b\"", "改好后，再双击“汇总.bat”"),
    ("请先关闭 表.xlsx，再运行一次：数据已存好", "请先关闭 表.xlsx，再双击一次“汇总.bat”：数据已存好"),
    ("需要更正的，请先运行 reopen --week 2023-06-05 --reason 理由", "需要更正的，请先双击“工作台.bat”，在“上报”页重开这一期"),
    ("没有什么要做", "没有什么要做")])
def test_commands_become_double_clicks(monkeypatch, sentence, said):
    assert in_double_clicks(sentence) == sentence
    monkeypatch.setenv(STARTED_SO, "1")
    assert in_double_clicks(sentence) == said


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
