"""Two figures an item under titles of every kind, beside, below and across: never is the one that is no total taken unreported."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Grid
from consolidator.notation.item import write_item
from consolidator.reading.read_file import understand
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import some_figures

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
TOTALS = ["累计", "累计数", "至今累计", "总计", "截至6月5日", "截止目前", "专项行动以来", "5月25日以来", "自5月25日起累计",
          "数据", "数量", "填报数", "",
          "汇总数", "总量", "全部", "累计完成", "历次合计", "到本周累计", "截至本期", "累计值"]
OTHERS = ["本周", "新增", "净增", "上期", "上周", "上期累计", "5月29日", "截至5月29日", "5月29日至6月4日", "第1周", "当周完成",
          "较上周", "期间发生", "计划",
          "去年同期", "抽查比例", "5月", "月度", "首报", "二报", "近7天", "过去一周", "周", "旬", "W22", "0529", "昨日",
          "余额", "另", "其他", "A", "数据2",
          "乙", "旧", "核减", "复核数"]
FULL = {name: value or 6 if FORM.figures[name].is_number else value for name, value in some_figures(FORM, random.Random(5)).items()}
PART = {name: value if isinstance(value, bool) or value is None else max(1, value // 3) if isinstance(value, int) else round(value / 3, 2)
        for name, value in FULL.items()}
HEAD: list[list[Any]] = [["".join(FORM.title)], ["区商务局（单位）", "", "时间：2023年6月5日"]]


def cell(item, figures: dict[str, Any]) -> Any:
    value = figures[item.figures[0].name]
    return write_item(figures, item) if len(item.figures) > 1 or isinstance(value, bool) else "" if value is None else value


def beside(columns: list[tuple[str, dict[str, Any]]]) -> list[list[Any]]:
    return [*HEAD, ["序号", "内容", *(title for title, _ in columns)],
            *([n, item.label().joined, *(cell(item, figures) for _, figures in columns)] for n, item in enumerate(FORM.items, 1))]


def below(columns: list[tuple[str, dict[str, Any]]]) -> list[list[Any]]:
    return [*HEAD, ["序号", "内容", "", "数"], *(
        [n if k == 0 else "", item.label().joined if k == 0 else "", title, cell(item, figures)]
        for n, item in enumerate(FORM.items, 1) for k, (title, figures) in enumerate(columns))]


def across(columns: list[tuple[str, dict[str, Any]]]) -> list[list[Any]]:
    return [*HEAD, ["内容", *(item.label().joined for item in FORM.items)],
            *([title, *(cell(item, figures) for item in FORM.items)] for title, figures in columns)]


@settings(max_examples=150, deadline=None)
@given(total=st.sampled_from(TOTALS), other=st.sampled_from(OTHERS), first=st.booleans(), layout=st.sampled_from([beside, below, across]))
def test_what_is_no_total_is_never_taken_unreported(total, other, first, layout):
    columns = [(total, FULL), (other, PART)] if first else [(other, PART), (total, FULL)]
    submission = understand([Grid("调度表", layout(columns))], FORM)
    assert submission is not None
    loud = {one.figure for one in submission.problems if one.severity != "note"}
    silent = [name for name, value in FULL.items() if submission.figures[name] not in (value, None) and not loud & {name, None}]
    assert silent == []


@settings(max_examples=100, deadline=None)
@given(total=st.sampled_from(TOTALS))
def test_a_total_alone_is_read(total):
    submission = understand([Grid("调度表", beside([(total, FULL)]))], FORM)
    assert submission is not None and submission.figures == FULL and not [one for one in submission.problems if one.severity != "note"]
