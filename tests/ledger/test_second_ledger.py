"""A second, small ledger with other headings, words and numbers: nothing in the program names a column of the first."""

import ast
import datetime as dt
import re
from functools import partial

import pytest

from consolidator.ledger.column_keys import ColumnKeys
from consolidator.ledger.file_ledgers import Known, ReadFile
from consolidator.ledger.week import take_ledgers
from consolidator.model.context import Context
from consolidator.model.result import WeekResult
from consolidator.reading.ledgers.read_file import read_with_ledgers
from consolidator.writing.ledger.papers import begin_ledger_papers
from consolidator.writing.parts import put
from schemas.errors import DefinitionError
from schemas.firms import FirmNames
from schemas.form_loading import load_form
from schemas.ledger_loading import load_ledger
from schemas.roster import Roster, Unit
from schemas.settings import PROGRAM, Settings
from tests.ledger.factory import LEDGER, workbook

SMALL = """
name: gas_leaks
kind: hazards
title: 燃气隐患登记簿
file_words: [登记簿]
id: {prefix: RQ-, digits: 3}
since: 2024-03-01
years: [2024]
columns:
  id: {name: 登记号, type: text}
  firm: {name: 用户, also: [用气单位], type: text, need: always}
  description: {name: 漏点, type: text, need: always, shortest: 2}
  found: {name: 查出日, type: day, need: always}
  due: {name: 修复期, type: deadline}
  state: {name: 处理, type: state}
  fitter: {name: 维修工, type: text, personal: true}
states:
  open: {name: 没修, words: [没修, 未修]}
  rectified: {name: 修好, words: [修好, 已修]}
  closed: {name: 复验过, words: [复验过]}
negation: [未, 没]
done_words: [修]
deadlines: {lead: [赶在], put_off: [推到], was: "本来(?:是|定)?"}
passed:
  共: {words: [共], first: true}
  备忘: {words: [要点], goes_on: true}
  空: {words: [没有漏气], none: true}
"""


@pytest.fixture
def form(tmp_path):
    (tmp_path / "gas.yaml").write_text(SMALL, encoding="utf-8")
    form = load_form(PROGRAM / "tests" / "small_form.yaml")
    return form.model_copy(update={"ledger_definitions": (load_ledger(tmp_path / "gas.yaml"),)})


def test_it_goes_the_whole_way(form, tmp_path):
    week = dt.date(2024, 3, 11)
    data = workbook([("三月", [["甲街道燃气隐患登记簿"], ["登记号", "用户", "漏点", "查出日", "修复期", "处理", "维修工"],
                             ["", "张家面馆", "灶前阀漏气", "2024-03-08", "7日内", "没修", "欧阳明"],
                             ["", "李家包子", "软管老化", dt.date(2024, 3, 9), "月底", "修好", "司马光"],
                             ["", "王家饭馆", "软管老化", "2024-03-09", "", "不知道", "司马光"],
                             ["", "钱家饭馆", "报警器坏", "2024-03-09", "3月20日推到3月25日", "没修", "司马光"],
                             ["", "孙家饭馆", "报警器坏", "2024-03-09", "赶在3月25日（本来定3月20日）", "没修", "司马光"],
                             ["共", "3", "条"], ["", "没有漏气"], ["要点"], ["1.逐户查"], ["", "", "软管长"]])])
    submission = read_with_ledgers(data, "甲街道.xlsx", form)
    roster = Roster([Unit("甲街道", ("街道",))], form.region)
    taken = take_ledgers([ReadFile("甲街道.xlsx", "00", submission.ledgers, arrived=1)], week, Context(form, roster, week),
                         ColumnKeys(FirmNames((), form.region)), Known())
    assert [(one.id, one.firm, one.state_name, one.due) for one in taken.result.hazards] == [
        ("RQ-001", "张家面馆", "没修", "2024-03-15"), ("RQ-002", "李家包子", "修好", "2024-03-31"),
        ("RQ-003", "钱家饭馆", "没修", "2024-03-25"), ("RQ-004", "孙家饭馆", "没修", "2024-03-25")]
    assert [one.first_due for one in taken.result.hazards[2:]] == ["2024-03-20"] * 2
    assert [(one.cell, one.code) for one in taken.result.held] == [("F5", "status-unread"), ("B12", "cell-blank"), ("D12", "cell-blank")]
    assert taken.result.files[0].rules == {"表头": 2, "共": 1, "空": 1, "备忘": 1, "说明": 1}
    assert "没修" in taken.result.held[0].message
    data = put(WeekResult(form.name, week, submissions=[], units=[], totals={}, increments={}, ledger=taken.result), form, Settings(),
               tmp_path / "data")
    made = begin_ledger_papers(data, form, tmp_path / "aside", lambda work, *given, shared: partial(work, *given), hazards=1)()
    assert {path.name for path in made} == {"燃气隐患登记簿（汇总）2024-03-11.xlsx", "台账核对2024-03-11.xlsx", "甲街道台账.xlsx",
                                            "甲街道台账.txt", "甲街道.docx"}


def test_no_heading_of_the_first_stands_in_the_program():
    """Headings of several characters; those that are everyday words of the messages (状态, 期限) aside."""
    headings = {name for column in LEDGER.columns.values() for name in (column.name, *column.also)}
    shared = {"企业名称", "隐患描述", "整改期限", "整改情况", "发现日期", "完成日期", "复查日期", "整改资金", "挂牌督办", "整改措施",
              "编号", "单位名称",
              "责任单位", "检查日期", "存在问题", "信用代码"}  # words for people: sentences, columns of the clerk's own tables
    code = "\n".join(path.read_text(encoding="utf-8") for room in ("ledger", "reading/ledgers")
                     for path in sorted((PROGRAM / "consolidator" / room).rglob("*.py")))
    strings = set(re.findall(r'"([^"\n{}]+)"', code))
    assert not {one for one in headings - shared if len(one) > 2} & strings


def test_no_word_of_a_state_of_the_first_is_in_the_program():
    """What is read as a state, what was done of a fault and what is no state: all of it is in the definition."""
    words = {word for state in LEDGER.states.values() for word in (*state.words, *state.alone)}
    words |= {*LEDGER.remedies, *LEDGER.done_words, *LEDGER.asked, *LEDGER.steps, *LEDGER.doubtful, *LEDGER.reviews.nothing}
    folder = PROGRAM / "consolidator" / "reading" / "ledgers"
    code = "".join(text for name in ("states", "state_patterns", "row_states", "ticks")
                   for text in texts_of((folder / f"{name}.py").read_text(encoding="utf-8")))
    assert [word for word in words if len(word) > 1 and re.search("[\u4e00-\u9fff]", word) and word in code] == []


def texts_of(code):
    """The texts in a module, but for its comments."""
    tree = ast.parse(code)
    told = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list) and node.body
            and isinstance(node.body[0], ast.Expr)}
    return [node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told]


@pytest.mark.parametrize(("changed", "line"), [
    (("  found: {name: 查出日, type: day, need: always}\n", ""), "缺少 found"),
    (("type: day", "type: date"), "第13行"),
    (("name: 漏点", "name: 用户"), "表头“用户”已是 firm 的"),
    (("id: {prefix: RQ-, digits: 3}\n", ""), "缺少编号"),
    (("words: [修好, 已修]", "words: [没修, 已修]"), "“没修”已是 open 的写法"),
    (("negation:", "negations:"), "不认识的键"),
    (("negation:", "phrases: {later: '下周('}\nnegation:"), "第21行（phrases.later）：写法有误"),
    (("negation:", "phrases:\n  in_part: <some>(?:<remedy>)\nnegation:"), "第22行（phrases.in_part）：写法有误"),
    (("negation:", "reviews: {again: '*'}\nnegation:"), "第21行（reviews.again）：写法有误"),
    (("negation:", "choices: {firm: {甲: {by_unit: {街道: 乙}}}}\nnegation:"), "第21行（choices.firm.甲.by_unit）：要写明"),
    (("negation:", "choices: {firm: {甲: {warning: strange}}}\nnegation:"), "第21行（choices.firm.甲.warning）：没有 strange"),
    (("negation:", "choices:\n  firm: {甲: {like: ['(']}}\nnegation:"), "第22行（choices.firm.甲）：写法有误"),
    (("type: deadline", "type: deadline, denies: true"), "第14行（columns.due.denies）"),
    (("type: deadline", "type: text, instead: owner"), "第14行（columns.due.instead）"),
    (("negation:", "titled: '某店'\nnegation:"), "第21行（titled）：写法有误"),
    (("negation:", "phrases: {soon: 下周}\nnegation:"), "第21行（phrases.soon）：不认识的键"),
    (("本来(?:是|定)?", "本来("), "第23行（deadlines.was）：写法有误"),
    (("words: [没有漏气], none", "words: [没有漏气], nothing"), "第27行（passed.空.nothing）：不认识的键"),
    (("type: deadline", "type: day"), "第14行（columns.due.type）：due 的 type 应为 deadline"),
    (("also: [用气单位], type: text", "also: [用气单位], type: money"), "第11行（columns.firm.type）"),
    (("fitter: {name: 维修工, type: text, personal: true}", "reviewer: {name: 维修工, type: text}"), "第16行（columns.reviewer）：.*人名"),
    (("name: 修复期, type: deadline", "name: 修复期, type: deadline, of: firm"), "第14行（columns.due.of）"),
    (("name: 修复期, type: deadline", "name: 修复期, type: deadline, state: open"), "第14行（columns.due.state）"),
    (("also: [用气单位]", "also: [用气单位, ' ']"), "第11行：“”不像一个词"),
    (("also: [用气单位]", "also: [用气单位 商户]"), "第11行：“用气单位 商户”不像一个词"),
    (("also: [用气单位]", "also: [用气单位、商户]"), "第11行：“用气单位、商户”不像一个词"),
    (("also: [用气单位]", "also: [用气单位）]"), "第11行：“用气单位）”不像一个词"),
    (("also: [用气单位]", "also: [用气\u202e单位]"), "第11行：.*看不见的字符"),
    (("also: [用气单位]", "also: [用气\u2028单位]"), "第11行：.*看不见的字符"),
    (("also: [用气单位]", "also: [用气\x07单位]"), "第11行：.*看不见的字符"),
    (("also: [用气单位]", "also: [!!int x]"), "第11行：不是合规的 YAML"),
    (("also: [用气单位]", "also: [!!int '']"), "第11行：不是合规的 YAML"),
    (("since: 2024-03-01", "since: 2024-02-30"), "第7行：不是合规的 YAML"),
    (("also: [用气单位]", "like: ['用气<单位']"), "第11行（columns.firm.like）：写法有误"),
    (("  closed: {name: 复验过, words: [复验过]}\n", ""), "第17行（states）：缺少 closed"),
    (("negation: [未, 没]\n", ""), "第17行（states）：缺少 negation"),
    (("negation:", "bridge:\n  - {figure: a, count: found, level: 重大}\nnegation:"), "第22行（bridge.0.level）"),
    (("negation:", "bridge:" + 2 * "\n  - {figure: a, count: found}" + "\nnegation:"), "第23行（bridge.1）：与前面一行相同"),
])
def test_a_wrong_definition_is_refused_with_its_line(changed, line, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(SMALL.replace(*changed), encoding="utf-8")
    with pytest.raises(DefinitionError, match=line):
        load_ledger(path)
