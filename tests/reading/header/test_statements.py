"""What a form says of itself: void, a draft, not the total, not yet certain, or another form's title."""

from __future__ import annotations

import random

import pytest

from consolidator.model.grid import Grid
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import fill, some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
TABLE = fill(FORM, some_figures(FORM, random.Random(1)), title=False, heading="bare date cell", below=False)
TITLE = "".join(FORM.title)
CODES = ("says-void", "says-part", "says-unsure", "other-title")


def shown(above: str = TITLE, below: str = "") -> list[str]:
    rows = [[above], ["区商务局（单位）          时间：2023年6月5日"], *(list(row) for row in TABLE.rows[1:]), [below]]
    submission = understand([Grid("调度表", rows, lines=[])], FORM)
    assert submission is not None
    return [one.code for one in submission.problems if one.code in CODES or one.code == "wrong-unit"]


@pytest.mark.parametrize("word", ["作废", "样表", "草稿", "初稿", "示例", "模板", "试填", "已作废", "测试", "讨论稿", "空白样表"])
def test_a_void_form_says_so_in_its_title_or_on_a_line(word):
    assert shown(f"{TITLE}（{word}）") == ["says-void"]
    assert shown(f"{TITLE} {word}") == ["says-void"]
    assert shown(f"（{word}）{TITLE}") == ["says-void"]
    assert shown(below=f"（{word}）") == ["says-void"]
    assert shown(below=f"本表{word}") == ["says-void"]


@pytest.mark.parametrize("text", [
    "说明：以上为本周数据，非累计", "注：表中数据均为本周新增数", "以上数据为本期新增，不是累计数", "本表只填本周数",
    "备注：本表数据为5月份新增",
    "上表数字系本周发生数", "填报数据为6月当月数", "（本表为当周数，非累计）"])
def test_a_sentence_that_denies_the_total(text):
    assert shown(below=text) == ["says-part"]


@pytest.mark.parametrize("word", ["本周新增", "新增数", "当周", "本周", "增量", "上期", "5月份", "本月新增"])
def test_a_title_that_is_not_of_the_total(word):
    assert shown(f"{TITLE}（{word}）") == ["says-part"]


@pytest.mark.parametrize("text", ["数据待核实", "（数据待核）", "以上数据未经核实", "数据为初步统计，仅供参考", "本表数字为暂估数",
    "以上数据有误",
                                  "注：部分数据待核实", "数据暂报，以下周为准"])
def test_figures_that_are_not_certain(text):
    assert shown(below=text) == ["says-unsure"]


@pytest.mark.parametrize("title", [TITLE.replace("重大事故", "一般事故"), TITLE.replace("重大事故", "较大事故")])
def test_the_title_of_another_form(title):
    assert title != TITLE and shown(title) == ["other-title"]


@pytest.mark.parametrize("text", [
    "本表金额均为元", "金额单位：元", "罚款以元为单位", "（金额：元）", "注：罚款、奖励按元填写", "表中金额以人民币元为单位",
    "金额单位：人民币元",
    "处罚金额单位为元", "（单位：元）"])
def test_money_in_another_unit(text):
    assert "wrong-unit" in shown(below=text)


@pytest.mark.parametrize("text", [
    "以上为累计数", "注：以上数据均为专项行动开展以来累计数", "本表数据截至2023年6月5日", "本表每周一上报，填累计数，不填本周新增数",
    "说明：请勿填写本周新增数", "以上数据真实有效", "以上数据经核实无误", "本表一式两份", "以上数据已核实",
    "填表说明：新增指本周新增的企业",
    "无",    "审核：张三", "数据来源：各科室", "本周工作：召开调度会一次", "注：本表金额单位为万元", "金额单位：万元",
    "以上情况属实", "本周新增企业3家已纳入累计",
    "数据已与上期核对", "已核对，无误", "附：样表填写说明见通知", "下步打算：继续加大执法检查力度", 
    "联系电话：022-12345678（手机13800000000）"])
def test_sentences_that_say_nothing_against_the_figures(text):
    assert shown(below=text) == []


@pytest.mark.parametrize("word", ["第2期", "第一期", "累计", "2023年6月5日", "汇总", "商务局", "周报", "每周一报", "续表", "定稿", "正式",
                                  "本期", "6月第1周", "报区安委办"])
def test_words_of_a_title_that_say_nothing_against_the_figures(word):
    assert shown(f"{TITLE}（{word}）") == []
