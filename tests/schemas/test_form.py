"""Form definitions: the shipped ones load, and each wrong one is refused with its line and what is wrong there."""

from __future__ import annotations

import datetime as dt

import pytest

from schemas.errors import DefinitionError
from schemas.form_loading import load_form
from schemas.settings import HOME

TEXT = """\
name: small
title: [甲表]
sheet: 表
campaign: {name: 甲行动, first_week: 2024-01-01, last_week: 2024-01-29}
kinds: [街道, 部门]
units: {个: count, 万元: money, 是/否: yes_no}
sections:
  - title: [（一）, 总体]
    short: 总体
    filled_by: [部门]
    items:
      - number: 1
        labels: [{text: [发现（个）]}]
        figures: [{name: found, short: 发现, unit: 个}]
      - number: 2
        labels: [{text: [整改（个）]}, {text: [已整改（个）], since: 2024-01-15}]
        figures: [{name: mended, short: 整改, unit: 个}]
        filled_by: []
      - number: 3
        labels: [{text: [罚款（个，万元）]}]
        figures:
          - {name: penalties, short: 处罚, title: 处罚数, unit: 个}
          - {name: fines, short: 罚款, title: 罚款数, unit: 万元}
      - number: 4
        labels: [{text: [是否公开]}]
        figures: [{name: open, short: 公开, unit: 是/否, measure: level}]
rules:
  part_of_whole:
    - {part: mended, whole: found}
  together:
    - {figure: fines, wants: penalties}
report:
  headline: [found]
  rates:
    - {title: 整改率, part: mended, whole: found}
"""


def _load(tmp_path, text: str | bytes):
    path = tmp_path / "表.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return load_form(path)


def _refused(tmp_path, text: str | bytes) -> str:
    with pytest.raises(DefinitionError) as reported:
        _load(tmp_path, text)
    shown = str(reported.value)
    assert "\n" not in shown and shown.startswith("表样定义 表.yaml ")
    return shown


def test_a_right_one_is_completed(tmp_path):
    form = _load(tmp_path, TEXT)
    assert list(form.figures) == ["found", "mended", "penalties", "fines", "open"]
    assert [figure.kind for figure in form.figures.values()] == ["count", "count", "count", "money", "yes_no"]
    assert form.figures["found"].filled_by == ("部门",) and form.figures["mended"].filled_by == ()
    assert form.figures["found"].title == "发现（个）" and form.figures["open"].measure == "level"
    assert not form.figures["open"].is_number and form.figures["fines"].is_number
    assert form.item_of["fines"] is form.item_of["penalties"] and form.section_of["open"].short == "总体"


def test_labels_are_those_in_force_in_the_week(tmp_path):
    form = _load(tmp_path, TEXT)
    assert form.label("mended", dt.date(2024, 1, 8)) == "整改（个）"
    assert form.label("mended", dt.date(2024, 1, 15)) == form.label("mended") == "已整改（个）"
    assert (form.label("penalties"), form.label("fines")) == ("处罚数（个）", "罚款数（万元）")


def test_the_shipped_ones_are_what_the_notice_says():
    form = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
    assert (len(form.sections), len(form.items), len(form.figures)) == (4, 31, 34)
    assert [len(section.items) for section in form.sections] == [4, 9, 10, 8]
    assert [name for name, one in form.figures.items() if one.kind == "money"] == ["fines", "rewards", "anonymous_rewards"]
    assert [name for name, one in form.figures.items() if one.measure == "level"] == ["media_column", "inspectors"]
    assert {name for name, one in form.figures.items() if one.filled_by == ("行业主管部门",)} == {"dept_found", "dept_rectified"}
    assert sum(one.filled_by == ("执法部门",) for one in form.figures.values()) == 12
    assert len(form.rules.part_of_whole) == 13 and form.send_to == "hbqanwb@tj.gov.cn"
    assert form.campaign.moved == {dt.date(2023, 10, 2): dt.date(2023, 10, 7)}
    assert [one.due for one in form.campaign.milestones] == [dt.date(2023, 5, 24), dt.date(2023, 7, 29), dt.date(2023, 11, 28)]
    assert len(load_form(HOME / "tests" / "small_form.yaml").figures) == 7


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("name: small", "name: Small Form", 1, "写法不对"),
    ("title: [甲表]", "title: []", 2, "不能为空"),
    ("sheet: 表\n", "", 1, "缺少这一项"),
    ("sheet: 表", "sheet: 表\ncolour: 红", 4, "不认识的键"),
    ("sheet: 表", "sheet: 表\nsheet: 表", 4, "YAML"),
    ("first_week: 2024-01-01", "first_week: 2024-01-02", 4, "不是星期一"),
    ("last_week: 2024-01-29", "last_week: 2023-12-25", 4, "最后一期早于第一期"),
    ("last_week: 2024-01-29", "last_week: 年底", 4, "应为日期"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, due: '25:00'}", 4, "不是一天中的时刻"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, due: 正午}", 4, "写法不对"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, timezone: Asia/Nowhere}", 4, "时区"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, moved: {2024-01-09: 2024-01-10}}", 4, "不是星期一"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, moved: {2024-01-08: 2024-01-20}}", 4, "超过一周"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-29, skipped: [2024-01-09]}", 4, "不是星期一"),
    ("last_week: 2024-01-29}", "last_week: 2024-01-01, skipped: [2024-01-01]}", 4, "没有留下一期"),
    ("title: [甲表]", "title: 甲表", 2, "应为一列"),
    ("units: {个: count, 万元: money, 是/否: yes_no}", "units: 个", 6, "键: 值"),
    ("万元: money", "万元: cash", 6, "只能是"),
    ("filled_by: [部门]", "filled_by: [海军]", 10, "填报类别“海军”不在 kinds 中"),
    ("number: 1", "number: 0", 12, "不能小于 1"),
    ("labels: [{text: [发现（个）]}]", "labels: []", 13, "不能为空"),
    ("labels: [{text: [发现（个）]}]", "labels: [{text: [整改（个）]}]", 16, "出现两次"),
    ("name: found, short", "name: 发现, short", 14, "写法不对"),
    ("short: 发现, unit: 个", "short: 发现, unit: 次", 14, "不认识的计量单位“次”"),
    ("short: 发现, unit: 个", "unit: 个", 14, "缺少这一项"),
    ("name: mended, short", "name: found, short", 17, "指标 found 出现两次"),
    ("measure: level", "measure: stock", 26, "只能是"),
    ("title: 罚款数, unit: 万元", "title: 罚款数, unit: 是/否", 23, "两个数的项目不能含“是/否”"),
    ("part: mended, whole: found}\n  together", "part: mend, whole: found}\n  together", 29, "没有名为 mend 的指标"),
    ("part: mended, whole: found}\n  together", "part: open, whole: found}\n  together", 29, "不能比较大小"),
    ("wants: penalties", "wants: penalty", 31, "没有名为 penalty 的指标"),
    ("headline: [found]", "headline: [found, lost]", 33, "没有名为 lost 的指标"),
    ("title: 整改率, part: mended", "title: 整改率, part: men", 35, "没有名为 men 的指标"),
])
def test_a_wrong_one_is_refused_with_its_line(tmp_path, old, new, line, words):
    assert TEXT.count(old) == 1
    shown = _refused(tmp_path, TEXT.replace(old, new))
    assert f"第{line}行" in shown and words in shown, shown


def test_two_labels_of_one_item_that_start_in_the_wrong_order_are_refused(tmp_path):
    wrong = "labels: [{text: [整改（个）], since: 2024-01-15}, {text: [已整改（个）], since: 2024-01-08}]"
    shown = _refused(tmp_path, TEXT.replace("labels: [{text: [整改（个）]}, {text: [已整改（个）], since: 2024-01-15}]", wrong))
    assert "第16行" in shown and "先后" in shown


@pytest.mark.parametrize(("data", "words"), [
    (b"", "键: 值"), (b"- a\n- b\n", "键: 值"), (b"name: [a\n", "YAML"), ("name: 甲".encode("gbk"), "UTF-8"), (b"a: 1\n\tb: 2\n", "第2行"),
    (b"\x00\x01", "YAML"), (b"? [a, b]\n: c\n", "表样定义"), (b"a: &x [*x]\n", "表样定义"), (b"1: a\n", "表样定义"),
    (b"!!python/x a\n", "YAML"),
])
def test_what_is_no_definition_is_refused_in_one_line(tmp_path, data, words):
    assert words in _refused(tmp_path, data)


def test_one_that_is_not_there_or_a_folder(tmp_path):
    for path, why in ((tmp_path / "没有.yaml", "不存在"), (tmp_path, "是文件夹")):
        with pytest.raises(DefinitionError, match=f"--form 的路径（{why}）"):
            load_form(path)


def test_a_byte_order_mark_is_no_matter(tmp_path):
    assert _load(tmp_path, b"\xef\xbb\xbf" + TEXT.encode()).name == "small"
