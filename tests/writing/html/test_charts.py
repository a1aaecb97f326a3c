"""Charts: they say in words what they draw, are the same each time, and bring neither styles nor scripts."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from consolidator.writing.facts import facts_of
from consolidator.writing.html.charts import page_charts, word_chart
from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.factory import make_result

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.mark.parametrize("weeks_past", [0, 1, 4, 28])
def test_the_page_has_its_charts_whatever_the_number_of_weeks(weeks_past):
    result = make_result(FORM, weeks_past=weeks_past)
    charts = page_charts(facts_of(result, FORM), FORM)
    lines = ["主要指标各期累计数", "各期整改率（%）"] if weeks_past else ["主要指标累计数"]
    assert [chart.title for chart in charts] == [*lines, "发现的问题（由多到少）"]
    for chart in charts:
        root = etree.fromstring(chart.svg)
        assert root.get("role") == "img" and root.get("id") is None
        assert not re.search(r"<style|<script|style=|<!--|activate-serie", chart.svg)
    if weeks_past:
        assert f"抽查企业 {result.totals['checked']}家" in charts[0].keys
    if weeks_past == 4:
        assert f"抽查企业 6月26日：{result.totals['checked']}" in charts[0].svg


def test_charts_are_the_same_each_time():
    facts = facts_of(make_result(FORM), FORM)
    assert page_charts(facts, FORM) == page_charts(facts, FORM) and word_chart(facts, FORM) == word_chart(facts, FORM)


def test_what_there_is_nothing_of_is_not_drawn():
    result = make_result(FORM, weeks_past=0)
    result.totals = dict.fromkeys(FORM.figures, 0)
    assert [chart.title for chart in page_charts(facts_of(result, FORM), FORM)] == ["主要指标累计数"]


def test_names_of_figures_are_text_in_every_chart():
    figure = FORM.figures["no_study"]
    text = FORM.model_dump_json().replace(figure.short, "<b>甲&乙").replace(FORM.figures["checked"].short, "<i>丙")
    form = type(FORM).model_validate_json(text)
    facts = facts_of(make_result(form), form)
    drawn = "".join(chart.svg for chart in page_charts(facts, form)) + word_chart(facts, form).decode()
    assert "&lt;b&gt;甲&amp;乙" in drawn and "<b>" not in drawn and "<i>" not in drawn


def test_words_chart_of_the_first_week_has_a_bar_a_figure():
    result = make_result(FORM, weeks_past=0)
    root = etree.fromstring(word_chart(facts_of(result, FORM), FORM))
    values = [float(value.text) for value in root.findall(f".//{C}barChart/{C}ser/{C}val//{C}pt/{C}v")]
    assert values == [result.totals[name] for name in FORM.report.trends]


@pytest.mark.parametrize("weeks_past", [1, 6, 28])
def test_words_chart_has_a_line_a_figure_and_a_point_a_week(weeks_past):
    result = make_result(FORM, weeks_past=weeks_past)
    root = etree.fromstring(word_chart(facts_of(result, FORM), FORM))
    labels = [label.text or "" for label in root.find(f".//{C}ser/{C}cat").iter(f"{C}v")]
    assert len(labels) == weeks_past + 1 and labels[-1] and 1 < sum(map(bool, labels)) <= 9
    series = root.findall(f".//{C}lineChart/{C}ser")
    assert len(series) == len(FORM.report.trends)
    for one, name in zip(series, FORM.report.trends, strict=True):
        values = [float(value.text) for value in one.findall(f"{C}val//{C}pt/{C}v")]
        assert values == [*(past.totals[name] for past in result.past), result.totals[name]]
