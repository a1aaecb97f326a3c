"""A sentence keeps the actions that it names wherever it goes: through pickles, JSON, other sentences and the catalogue."""

from __future__ import annotations

import datetime as dt
import json
import pickle

import pytest

from consolidator.model.json import problem_from, problem_to
from consolidator.model.ledger import BridgeLine, Held, LedgerResult
from consolidator.model.ledger_json import ledger_from, ledger_to
from schemas.actions import Sentence, act, each_text, for_units, in_clicks, in_double_clicks, message_from, message_to
from schemas.errors import BusyError, UsageError
from schemas.ledger_problems import ledger_message
from schemas.problems import problem

WEEK = dt.date(2023, 6, 5)
FIRST = Sentence("先", act("reopen", week=WEEK), "，再")
CLICKS = "先在“上报”页重开这一期，再"


def test_as_text_it_is_what_the_command_line_shows():
    assert FIRST == "先运行 reopen --week 2023-06-05 --reason 理由，再"
    assert f"{FIRST}" == str(FIRST) and type(str(FIRST)) is str
    assert str(act("run", week=WEEK, options=' --inbox "a b"')) == '运行 run --week 2023-06-05 --inbox "a b"'
    assert str(act("run")) == "运行 run" == str(act("run", week=None, options=""))


def test_each_surface_words_it_in_its_way():
    assert in_clicks(FIRST) == CLICKS
    assert in_double_clicks(FIRST) == "先双击“工作台.bat”，在“上报”页重开这一期，再"
    assert in_double_clicks(Sentence("请", act("undismiss"))) == "请运行 undismiss"


def test_what_a_file_says_is_never_taken_for_an_action():
    told = "单位写了：运行 run --week 2023-06-05，再运行一次"
    assert in_clicks(told) == in_double_clicks(told) == told
    assert in_clicks(Sentence(told, act("again"))) == f"{told}再试一次"


def test_a_kind_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        act("no-such-thing")
    for one in (act("look-at-path", option=""), act("look-at-path")):  # whatever it lacks, the error that names it is reported
        assert str(one) == "检查  的路径"


def test_it_goes_into_another_sentence_through_pickles_and_json():
    whole = Sentence("一局：", FIRST, "重报")
    for one in (pickle.loads(pickle.dumps(whole)), message_from(json.loads(json.dumps(message_to(whole), ensure_ascii=False)))):
        assert one == whole and in_clicks(one) == f"一局：{CLICKS}重报"
    assert message_to("没有") == {"message": "没有"} and message_from({"message": "没有"}) == "没有"
    kept = json.loads(json.dumps(message_to(whole)))
    kept["parts"][2][0] = "of-a-later-version"
    assert in_clicks(message_from(kept)) == whole


def test_masking_changes_the_words_and_keeps_the_action():
    assert in_clicks(each_text(Sentence("张三", FIRST), lambda text: text.replace("张三", "张某"))) == f"张某{CLICKS}"
    assert each_text("张三", lambda text: "张某") == "张某"


@pytest.mark.parametrize("error", [UsageError(FIRST), BusyError(FIRST), pickle.loads(pickle.dumps(UsageError(FIRST)))])
def test_an_error_has_it(error):
    assert str(error) == FIRST and in_clicks(error.sentence) == CLICKS


def test_problems_of_the_catalogue_name_actions():
    one = problem("closed-week", date=WEEK, week=WEEK, this="2023-06-12", file='a "b".xlsx')
    assert 'assign "a "b".xlsx" --week 2023-06-12 --reason 日期忘了改，或 assign' in one.message
    assert in_clicks(one.message).endswith("请核实后在该文件的“改算哪一期”里选 2023-06-12（日期忘了改）或 2023-06-05（更正该期）")
    assert in_clicks(problem_from(problem_to(one)).message) == in_clicks(one.message)
    assert in_clicks(problem("unopened-file").message).endswith("请关闭该文件，再试一次")


def test_a_word_of_a_problem_may_name_one_and_is_stored_with_it():
    one = problem("later-increments", week=WEEK, first=FIRST)
    assert one.message == f"2023-06-05 期的“较上期”不是按本期现在的合计算的：请{FIRST}重新汇总 2023-06-05 期"
    back = problem_from(json.loads(json.dumps(problem_to(one))))
    assert back.message == one.message and in_clicks(back.message) == in_clicks(one.message) != one.message
    assert problem("later-increments", week=WEEK, first="").message.endswith("：请重新汇总 2023-06-05 期")


def test_rows_and_lines_of_ledgers_are_stored_with_theirs():
    message = ledger_message("closed-before", {"id": "H-1", "week": WEEK, "state": "未整改"})
    assert message.endswith("确要恢复的，由区级运行 hazard reopen H-1 --reason 理由")
    assert for_units(message).endswith("确要恢复的，请告知区里，由区里恢复")
    held = Held("一局", "a.xlsx", "表", 3, "A3", code="closed-before", severity="error", message=message)
    line = BridgeLine("一局", "found", 1, 1, 1, unexplained=0, difference=0, rows=1, severity="warning", message=Sentence("少 1 条：", act(
        "accept", unit="一局", figure="found", value=3, reason="复查退回")))
    back = ledger_from(json.loads(json.dumps(ledger_to(LedgerResult(held=[held], bridge=[line])))))
    assert back.held == [held] and back.bridge == [line]
    assert in_clicks(back.held[0].message).endswith("确要恢复的，在“台账”页点开 H-1，再点“恢复”")
    assert in_clicks(back.bridge[0].message) == "少 1 条：在 一局 的单位页用“电话报数”写成 3"
    assert back.bridge[0].message == "少 1 条：accept 一局 found=3 --reason 复查退回"
