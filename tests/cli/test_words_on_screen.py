"""Words on the screen after a real run: whole in a narrow window, and what a department is reported for its file."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from consolidator.cli.console import check_screen, run_screen
from consolidator.workflows import decisions, weekly
from schemas.errors import UsageError
from tests.district import W1, District


def shown(screen, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False, emoji=False)
    console.print(screen)
    return console.file.getvalue()


def test_a_sentence_begins_beside_its_cell_and_hangs_below_itself(district: District):
    district.send("甲局", W1, self_found="约20")
    lines = shown(run_screen(district.run_whole(W1)), width=70).splitlines()
    first = next(number for number, line in enumerate(lines) if "约" in line or "企业自查" in line)
    assert "错误" in lines[first] and "企业自查" in lines[first]
    assert "错误" not in lines[first + 1] and lines[first + 1].count("│") == lines[first].count("│")


def test_the_next_step_names_each_unit_once(district: District):
    district.send("甲局", W1, "一.xlsx", self_found="约20")
    district.send("甲局", W1, "二.xlsx", self_found="约30")
    district.send("乙局", W1, self_found="待核实")
    assert "把“退回”里的通知发给甲局、乙局，更正后" in shown(run_screen(district.run_whole(W1)), width=200)


def test_cells_of_several_figures_are_named_once(district: District):
    path = district.send("甲局", W1, lectures="", supervisions="")
    result = shown(check_screen(weekly.check(district.settings, [path])), width=200)
    assert "未填写 2 项" in result and "可以报送" in result
    cells = re.findall(r"[A-Z]\d+", result.splitlines()[1])
    assert len(cells) == len(set(cells)) == 2


def test_a_narrative_is_not_reported_to_be_fit_to_send(district: District):
    letter = district.folder / "甲局说明.txt"
    letter.write_text("甲局本周检查企业12家。", encoding="utf-8")
    done = weekly.check(district.settings, [letter])
    result = shown(check_screen(done))
    assert not done.rejected and "不是调度表，只作附送材料留存" in result and "可以报送" not in result


def test_a_cell_means_nothing_where_no_form_has_come(district: District):
    district.send("甲局", W1)
    district.run(W1)
    with pytest.raises(UsageError, match="没有本期的表，看不出单元格“D5”是哪一项：请写项目名，如 自查发现隐患"):
        decisions.accept(district.settings, "乙局", ["D5=3"], "电话报来", W1)


def test_what_to_write_instead_is_said_in_the_form_s_words(district: District):
    district.send("甲局", W1, self_found="约20", supervisions="")
    district.run(W1)
    for figure, result in (("self_found", "企业自查发现的重大事故隐患（个）没有读出数来（填的是“约20”）：请写成 自查发现隐患=数值"),
                         ("supervisions", "组织开展督导检查（次）没有读出数来（空着）：请写成 组织督导检查=数值")):
        with pytest.raises(UsageError, match=re.escape(result)):
            decisions.accept(district.settings, "甲局", [figure], "电话核实", W1)
    decisions.accept(district.settings, "甲局", ["自查发现隐患=20", "组织督导检查=0"], "电话核实", W1)
