"""The Word report: what an office files, what stays in the house, and templates that fail loudly."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from consolidator.model.display import short_day_text, total_text, value_text
from consolidator.model.result import Acceptance
from consolidator.writing.docx.report import MOST_ROWS, Material, write_annex, write_report
from consolidator.writing.environment import TEMPLATES, TemplateProblem
from consolidator.writing.facts import facts_of, percent
from schemas.errors import UsageError
from schemas.form_loading import load_form
from schemas.settings import HOME, Settings
from tests.factory import make_result

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
SETTINGS = Settings.model_validate({"office": {"operator": "王敏", "phone": "022-26296000"}})
SECOND = """
name: fire_doors
title: [防火门检查表]
sheet: 检查表
campaign: {name: 防火门检查, first_week: 2023-05-29, last_week: 2023-06-26}
kinds: [甲类, 乙类, 街道]
units: {个: count, 万元: money, 是/否: yes_no}
sections:
  - title: [检查]
    short: 检查情况
    items:
      - {number: 1, labels: [{text: [防火门总数（个）]}], figures: [{name: doors, short: 防火门, unit: 个}]}
      - {number: 2, labels: [{text: [损坏（个）]}], figures: [{name: broken, short: 损坏, unit: 个}]}
  - title: [经费]
    short: 经费
    items:
      - {number: 1, labels: [{text: [经费（万元）]}], figures: [{name: items, short: 经费, unit: 万元}]}
      - {number: 2, labels: [{text: [是否公示]}], figures: [{name: shown, short: 公示, unit: 是/否, measure: level}]}
rules: {part_of_whole: [{part: broken, whole: doors}]}
"""


def _text(path: Path) -> str:
    """Everything that the document says, page numbers apart."""
    body = Document(path).element.body
    return "\n".join("".join(node.text or "\n" for node in paragraph.iter(qn("w:t"), qn("w:br")))
                     for paragraph in body.iter(qn("w:p")))


def _report(tmp_path: Path, result=None, form=FORM, settings=SETTINGS, **more) -> str:
    write_report(result or make_result(form), form, settings, tmp_path / "r.docx", **more)
    return _text(tmp_path / "r.docx")


def _with(**report: bool) -> Settings:
    return SETTINGS.model_copy(update={"report": SETTINGS.report.model_copy(update=report)})


@pytest.fixture
def second_form(tmp_path):
    (tmp_path / "second.yaml").write_text(SECOND, encoding="utf-8")
    return load_form(tmp_path / "second.yaml")


def test_says_totals_increments_and_rates(tmp_path):
    result = make_result(FORM)
    text = _report(tmp_path, result)
    facts = facts_of(result, FORM)
    for name in ("self_found", "dept_found", "checked", "penalties", "fines", "inspectors"):
        fact = getattr(facts.f, name)
        assert f"{fact}{fact.change}" in text
    assert f"{facts.f.media_column}依托媒体" in text and facts.f.media_column.change in text
    for rate in facts.rates:
        assert f"整改率{rate}{rate.change}" in text
    assert f"应报单位{len(result.due_units())}家，实报{len(result.reported_units())}家" in text
    assert "市安委会办公室：" in text and "2023年6月26日" in text and "（联系人：王敏，联系电话：022-26296000）" in text


def test_faults_stand_commonest_first(tmp_path):
    result = make_result(FORM)
    text = _report(tmp_path, result)
    ranked = sorted(FORM.report.faults, key=lambda name: -result.totals[name])
    names = {fault.fact.figure.name: fault.formal for fault in facts_of(result, FORM).faults}
    places = [text.index(f"{names[name]}{result.totals[name]}家（占抽查企业的") for name in ranked]
    assert places == sorted(places)


def test_the_first_week_compares_with_nothing(tmp_path):
    assert "较上期" not in _report(tmp_path, make_result(FORM, weeks_past=0))


def test_a_week_of_zeros_and_one_of_no_units_are_reported_as_such(tmp_path):
    result = make_result(FORM, weeks_past=0)
    result.units, result.totals = [], dict.fromkeys(FORM.figures, 0)
    text = _report(tmp_path, result)
    assert "企业自查尚未发现重大事故隐患" in text and "应报单位0家，实报0家" in text and "%" not in text


def test_who_is_missing_is_for_the_level_above_only_when_the_settings_say_so(tmp_path):
    result = make_result(FORM)
    missing = next(unit.unit for unit in result.units if unit.source == "missing")
    assert missing not in _report(tmp_path, result)
    text = _report(tmp_path, result, settings=_with(name_missing_units=True))
    assert f"尚无数据的单位：{missing}。" in text and f"需要跟进的单位：{result.notices[0].unit}。" in text


def test_the_table_of_units_is_a_setting_and_its_columns_add_up(tmp_path):
    result = make_result(FORM)
    _report(tmp_path, result)
    rows = [[cell.text for cell in row.cells] for row in Document(tmp_path / "r.docx").tables[0].rows]
    assert rows[1][0] == "合计" and len(rows) == 2 + sum(unit.source != "missing" for unit in result.units)
    for column in range(1, len(rows[0])):
        values = [float(row[column]) for row in rows[1:] if row[column] != "—"]
        assert values[0] == pytest.approx(sum(values[1:]))
    assert "附件" not in _report(tmp_path, result, settings=_with(table_of_units=False))
    assert not Document(tmp_path / "r.docx").tables


def test_of_many_units_the_table_shows_the_most_telling_and_says_where_the_rest_are(tmp_path):
    result = make_result(FORM, [f"单位{n}" for n in range(200)])
    result.units[150].figures["checked"] = 10**6
    text = _report(tmp_path, result)
    rows = Document(tmp_path / "r.docx").tables[0].rows
    assert len(rows) == MOST_ROWS + 2 and "单位150" in [row.cells[0].text for row in rows]
    assert f"列数值和增量较大的{MOST_ROWS}个单位，全部199个单位见汇总工作簿" in text


def test_an_accepted_figure_stands_with_its_reason(tmp_path):
    result = make_result(FORM)
    result.units[0].accepted = [Acceptance("fines", 5.2, None, "电话核实 <b>", "王敏", at="2023-06-26T10:05")]
    assert "区商务局“行政处罚金额（万元）”采用5.2（原报—）：电话核实 <b>。" in _report(tmp_path, result)


def test_markup_and_unprintable_characters_in_names_stay_text(tmp_path):
    names = ["<script>alert(1)</script>", "甲&乙", "{{ f.nothing }}", "丙\x07\x0b丁", *[f"单位{n}" for n in range(4)]]
    text = _report(tmp_path, make_result(FORM, names))
    assert "<script>alert(1)</script>" in text and "甲&乙" in text and "{{ f.nothing }}" in text


def test_the_same_result_gives_the_same_bytes(tmp_path):
    for name in ("a.docx", "b.docx"):
        write_report(make_result(FORM), FORM, SETTINGS, tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    properties = Document(tmp_path / "a.docx").core_properties
    assert properties.created.date() == properties.modified.date() == dt.date(2023, 6, 26)
    assert properties.author == "河北区安委会办公室" and "{" not in properties.title


@pytest.mark.parametrize("edition", ["stage", "final"])
def test_stage_and_final_go_month_by_month_and_the_months_add_up(tmp_path, edition):
    result = make_result(FORM, weeks_past=14)
    text = _report(tmp_path, result, edition=edition, materials=[Material("区商务局", "a.docx", "甲")])
    assert "收到1家单位的文字材料" in text
    rows = [[cell.text for cell in row.cells] for row in Document(tmp_path / "r.docx").tables[0].rows]
    assert [row[0] for row in rows[1:]] == [f"2023年{month}月" for month in (5, 6, 7, 8, 9)]
    for column, name in enumerate(FORM.report.headline, 1):
        values = [float(row[column]) for row in rows[1:]]
        whole = values[-1] if FORM.figures[name].measure == "level" else sum(values)
        assert whole == pytest.approx(result.totals[name])


def test_a_stage_within_dates_compares_with_the_week_before_it(tmp_path):
    result = make_result(FORM, weeks_past=8)
    text = _report(tmp_path, result, edition="stage", since=dt.date(2023, 6, 12), until=dt.date(2023, 7, 5))
    before, last = result.past[1], result.past[5]
    grown = last.totals["checked"] - before.totals["checked"]
    assert f"共抽查检查企业{last.totals['checked']}家（较{short_day_text(before.week)}增加{grown}家）" in text
    assert "2023年6月12日至2023年7月3日期间" in text and "附件" not in text


def test_dates_that_hold_no_week_and_dates_of_a_weekly_report_are_refused(tmp_path):
    with pytest.raises(UsageError, match="没有汇总过的一期"):
        _report(tmp_path, edition="stage", until=dt.date(2022, 1, 1))
    with pytest.raises(UsageError, match="周报只讲一期"):
        _report(tmp_path, since=dt.date(2023, 6, 1))


@pytest.mark.parametrize("edition", ["weekly", "stage", "final"])
def test_another_form_gets_a_report_without_a_line_of_code(tmp_path, second_form, edition):
    result = make_result(second_form)
    text = _report(tmp_path, result, form=second_form, edition=edition)
    assert "防火门检查" in text and f"防火门{result.totals['doors']}个" in text
    assert f"经费{total_text(result.totals['items'], second_form.figures['items'])}万元" in text
    assert f"公示{result.totals['shown']}个单位" in text


@pytest.mark.parametrize(("mistake", "shown"), [
    ("{{ f.self_fuond }}", "模板 报告正文.txt 第3行：没有名为 self_fuond 的内容"),
    ("{{ campaing }}", "模板 报告正文.txt 第3行：没有名为 campaing 的内容"),
    ("{% if due }", "模板 报告正文.txt 第3行：写法不对"),
])
def test_a_mistake_in_the_text_names_template_and_line(tmp_path, mistake, shown):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    (tmp_path / "t" / FORM.name / "报告正文.txt").write_text(f"标题\n正文\n{mistake}\n", encoding="utf-8")
    with pytest.raises(TemplateProblem) as flagged:
        _report(tmp_path, templates=tmp_path / "t")
    assert str(flagged.value).startswith(shown)


@pytest.mark.parametrize(("old", "new", "shown"), [
    ("{{ block.text }}", "{{ block.txet }}", "没有名为 txet 的内容"),
    ("{{ date }}", "{{ dtae }}", "没有名为 dtae 的内容"),
    ("{%p endfor %}", "{%p endfro %}", "endfro"),
])
def test_a_mistake_in_the_word_template_names_template_and_paragraph(tmp_path, old, new, shown):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    path = tmp_path / "t" / "阶段工作情况报告.docx"
    document = Document(path)
    paragraph = next(one for one in document.paragraphs if one.text == old)
    paragraph.runs[0].text = new
    document.save(path)
    with pytest.raises(TemplateProblem) as flagged:
        _report(tmp_path, templates=tmp_path / "t")
    assert re.match(rf"模板 阶段工作情况报告\.docx 第\d+段“{re.escape(new)}”：.*{shown}", str(flagged.value))


def test_a_template_that_is_no_word_document_is_reported(tmp_path):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    (tmp_path / "t" / "阶段工作情况报告.docx").write_bytes(b"\xd0\xcf\x11\xe0 old .doc")
    with pytest.raises(TemplateProblem, match=r"模板 阶段工作情况报告\.docx 不是 Word 文档"):
        _report(tmp_path, templates=tmp_path / "t")


def test_the_office_may_take_the_chart_out_of_the_template(tmp_path):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    path = tmp_path / "t" / "阶段工作情况报告.docx"
    document = Document(path)
    drawing = next(document.element.body.iter(qn("w:drawing")))
    drawing.getparent().remove(drawing)
    document.save(path)
    assert "阶段工作情况报告" in _report(tmp_path, templates=tmp_path / "t")
    assert not Document(tmp_path / "r.docx").inline_shapes


def test_a_template_that_is_gone_is_reported(tmp_path):
    shutil.copytree(TEMPLATES, tmp_path / "t")
    (tmp_path / "t" / "阶段工作情况报告.docx").unlink()
    with pytest.raises(TemplateProblem, match=r"没有模板 阶段工作情况报告\.docx"):
        _report(tmp_path, templates=tmp_path / "t")


def test_the_templates_can_be_made_again(tmp_path):
    from templates.make_templates import ANNEX, REPORT, main

    main(tmp_path)
    for name in (REPORT, ANNEX):
        with zipfile.ZipFile(tmp_path / name) as made, zipfile.ZipFile(TEMPLATES / name) as kept:
            for part in ("word/document.xml", "word/styles.xml", "word/settings.xml"):
                assert made.read(part) == kept.read(part)


def test_paper_is_as_the_standard_has_it(tmp_path):
    _report(tmp_path)
    document = Document(tmp_path / "r.docx")
    section = document.sections[0]
    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
             section.right_margin)
    assert [round(side.mm) for side in sides] == [210, 297, 37, 35, 28, 26]
    normal = document.styles["Normal"]
    assert (normal.font.size.pt, normal.paragraph_format.line_spacing.pt) == (16, 28)
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    assert normal.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    headings = [document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Heading 1", "Heading 2")]
    assert headings == ["黑体", "楷体"]
    assert "— " in section.footer._element.xpath("string(.)") and "PAGE" in section.footer._element.xpath("string(.)")


def test_the_signature_is_never_alone_on_its_page(tmp_path):
    """From the last paragraph of the body to the date each is kept with the next."""
    _report(tmp_path)
    document = Document(tmp_path / "r.docx")
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    first, last = styles.index("正文末段"), styles.index("落款日期")
    assert styles[first - 1] in ("Normal", "Heading 2") and last - first <= 3
    assert all(paragraph.style.paragraph_format.keep_with_next for paragraph in document.paragraphs[first:last])


def test_the_chart_holds_every_week_of_the_main_figures(tmp_path):
    result = make_result(FORM)
    _report(tmp_path, result)
    with zipfile.ZipFile(tmp_path / "r.docx") as package:
        chart = package.read("word/charts/chart1.xml").decode()
    for name in FORM.report.trends:
        assert f"<c:v>{result.totals[name]}</c:v>" in chart and FORM.figures[name].short in chart
    assert Document(tmp_path / "r.docx").inline_shapes


def test_the_annex_gathers_what_units_wrote(tmp_path):
    materials = [Material("区商务局", "sub/小结.docx", "一、做法\n\n  检查<10>家\x0b"),
                 Material("区工信局", "b.txt", "乙")]
    write_annex(materials, FORM, SETTINGS, tmp_path / "a.docx", dt.date(2023, 6, 26))
    text = _text(tmp_path / "a.docx")
    assert "1、区商务局" in text and "sub/小结.docx" in text and "检查<10>家" in text and "内部使用，不上报" in text


def numbers_of(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def known_numbers(result, form=FORM) -> set[str]:
    """Every number that papers of the week may say: totals, increments, units' figures, rates, counts, dates."""
    facts = facts_of(result, form)
    known = numbers_of(" ".join([form.campaign.name, *form.remarks, str(facts.due), str(facts.reported)]))
    for name, figure in form.figures.items():
        fact = getattr(facts.f, name)
        known |= numbers_of(f"{fact.number} {fact.change} {fact.step} {figure.short} {form.label(name)}")
        for unit in result.units:
            for value in (unit.figures.get(name), unit.increments.get(name), *(a.value for a in unit.accepted),
                          *(a.written for a in unit.accepted)):
                if value is not None and figure.is_number:
                    known |= numbers_of(value_text(abs(value), figure))
        for past in result.past:
            known |= numbers_of(total_text(past.totals[name], figure))
    for rate in form.report.rates:
        known |= {str(percent(past.totals[rate.part], past.totals[rate.whole])) for past in result.past}
    for share in (*facts.rates, *(fault.share for fault in facts.faults)):
        known |= numbers_of(f"{share} {share.change}")
    dates = [result.week, *(past.week for past in result.past), *(one.due for one in form.campaign.milestones)]
    for day in dates:
        known |= {str(day.year), str(day.month), str(day.day), f"{day.month:02}", f"{day.day:02}"}
    return known


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_of_the_report_is_in_the_result(tmp_path, seed):
    result = make_result(FORM, seed=seed)
    text = _report(tmp_path, result).replace("022-26296000", "")
    assert numbers_of(text) - known_numbers(result) == set()
