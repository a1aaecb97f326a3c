"""The clerk's page: what it says, that nothing of a file becomes markup, that a browser shows, sorts and prints it."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree, html

from consolidator.model.result import Notice, SubmissionResult
from consolidator.writing.environment import TEMPLATES, TemplateProblem
from consolidator.writing.facts import facts_of
from consolidator.writing.html.page import MOST_NAMES, MOST_PROBLEMS, MOST_ROWS, name_lists, problem_lines, write_page
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME, Settings
from tests.browser import ask, needs_browser, print_to_pdf
from tests.factory import BUREAUS, STREETS, make_result
from tests.writing.docx.test_report import SECOND, known_numbers, numbers_of

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
SETTINGS = Settings()


def _page(tmp_path: Path, result=None, form=FORM, **more):
    path = tmp_path / "report.html"
    write_page(result or make_result(form), form, SETTINGS, path, **more)
    return html.fromstring(path.read_text(encoding="utf-8"))


def _part(page, name: str) -> str:
    return _words(page.get_element_by_id(name))


def _words(node) -> str:
    return " ".join(text.strip() for text in node.itertext() if text.strip())


def test_headline_figures_stand_with_their_increments_and_rates(tmp_path):
    result = make_result(FORM)
    text = _part(_page(tmp_path, result), "headline")
    facts = facts_of(result, FORM)
    for fact in facts.headline:
        assert fact.short in text and fact.number in text and fact.moved in text
    for rate in facts.rates:
        assert rate.title in text and str(rate) in text


def test_the_first_week_says_that_there_is_nothing_to_compare(tmp_path):
    text = _part(_page(tmp_path, make_result(FORM, weeks_past=0)), "headline")
    assert "首期，无比较" in text and "较上期" not in text


def test_each_unit_is_in_the_list_it_belongs_to(tmp_path):
    result = make_result(FORM)
    page = _page(tmp_path, result)
    assert BUREAUS[3] in _part(page, "list-missing") and "1 家" in _part(page, "list-missing")
    assert BUREAUS[5] in _part(page, "list-carried") and "沿用6月19日" in _part(page, "list-carried")
    assert BUREAUS[8] in _part(page, "list-correct") and BUREAUS[8] not in _part(page, "list-carried")
    assert BUREAUS[0] in _part(page, "list-nothing") and BUREAUS[7] in _part(page, "list-late")
    result.units[5].stopped = True
    result.notices.append(Notice("copied-unit", "note", "与区工信局的数字完全相同", "区商务局"))
    page = _page(tmp_path, result)
    assert BUREAUS[5] in _part(page, "list-stopped") and BUREAUS[5] not in _part(page, "list-carried")
    assert "与区工信局的数字完全相同" in _part(page, "notices")


def test_empty_lists_say_that_there_is_nobody():
    result = make_result(FORM)
    result.notices = []
    for unit in result.units:
        unit.source, unit.awaiting, unit.late = "reported", None, False
    lists = name_lists(result)
    assert [(one.key, one.count) for one in lists] == [("missing", 0), ("carried", 0), ("correct", 0), ("nothing", 0)]


def test_problems_are_reported_once_a_cause_with_cell_and_the_gravest_first(tmp_path):
    result = make_result(FORM)
    result.submissions[0].problems[0] = problem("blank", figure="checked", cell="D7", label="抽查")
    page = _page(tmp_path, result)
    rows = page.xpath("//table[contains(@class,'problems')]/tbody/tr")
    assert [row.get("data-severity") for row in rows] == ["错误"] * 2 + ["提醒"] * (len(rows) - 2)
    assert len(rows) == len(problem_lines(result.submissions, FORM)[0])
    assert len(rows) < sum(len(one.problems) for one in result.submissions)
    assert "D7" in _part(page, "problems") and "（单位不明）" in _part(page, "problems")


def test_files_of_other_weeks_are_counted_and_not_listed_unless_they_are_wrong(tmp_path):
    result = make_result(FORM)
    for name, code in (("旧表.xlsx", "other-week"), ("改表.xlsx", "old-week-differs")):
        reported = problem(code, date="2023-06-19", week="2023-06-19")
        result.submissions.append(SubmissionResult(name, "1" * 64, unit="区商务局", date=None, status="other-week", figures={},
                                                   problems=[reported]))
    page = _page(tmp_path, result)
    assert "旧表" not in _part(page, "problems") and "改表" in _part(page, "problems")
    assert "属其他期 2" in page.xpath("string(//header)")


def test_corrections_decisions_and_the_closed_state_are_reported(tmp_path):
    result = make_result(FORM)
    assert "未定稿" in _page(tmp_path, result).text_content()
    result.closed, result.corrections = True, {"fines": (1.5, 2.25), "checked": (7, 8)}
    page = _page(tmp_path, result)
    assert "已定稿" in page.xpath("string(//header)") and "未定稿" not in page.text_content()
    assert re.findall(r"(?<= )[\d.]+", _part(page, "corrections")) == ["1.5", "2.25", "7", "8"]
    assert "电话核实，王敏" in _part(page, "decisions") and "999" in _part(page, "decisions")


def test_the_heat_table_has_every_unit_and_figure_with_its_number(tmp_path):
    result = make_result(FORM)
    page = _page(tmp_path, result)
    tables = page.xpath("//table[contains(@class,'heat')]")
    assert len(tables) == len(FORM.sections)
    assert sum(len(table.xpath("./thead/tr/th")) - 1 for table in tables) == len(FORM.figures)
    rows = tables[0].xpath("./tbody/tr")
    assert len(rows) == len(result.units)
    names = ("self_found", "self_rectified", "dept_found", "dept_rectified")
    reported = [cell.text.strip() for cell in rows[0].xpath("./td")]
    assert reported == [str(result.units[0].figures[name]) for name in names]
    assert "无数据" in rows[3].text_content() and "沿用6月19日" in rows[5].text_content()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}",
                                  "甲\x00\x0b乙", "</script></style></title>"])
def test_nothing_of_a_file_becomes_markup(tmp_path, name):
    result = make_result(FORM, [name, *STREETS])
    result.submissions[0].file = f"{name}.xlsx"
    result.submissions[0].problems = [problem("not-a-number", figure="checked", cell="D3", written=name, label="抽查")]
    result.units[0].accepted = []
    page = _page(tmp_path, result)
    assert len(page.xpath("//script")) == 1 and not page.xpath("//img") and not page.xpath("//@onerror")
    shown = name.replace("\x00", " ").replace("\x0b", " ")
    assert shown in page.xpath("string(//table[contains(@class,'heat')])")


def test_it_is_one_file_that_asks_no_network_and_runs_only_its_own_script(tmp_path):
    page = _page(tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not page.xpath("//@src|//link|//@style") and not re.search(r"@import|url\(|\son\w+=", text)
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for kind in ("style", "script"):
        inline = re.search(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)[1]
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'" in policy


def test_the_same_result_gives_the_same_bytes(tmp_path):
    for name in ("a.html", "b.html"):
        write_page(make_result(FORM), FORM, SETTINGS, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_of_many_units_it_shows_the_most_telling_and_says_where_the_rest_are(tmp_path):
    result = make_result(FORM, [f"单位{n}" for n in range(3000)])
    for one in result.submissions:
        one.problems = one.problems or [problem("late", date="6月27日", week="6月26日")]
    for unit in result.units[:500]:
        unit.source, unit.awaiting = "missing", "report"
    page = _page(tmp_path, result)
    assert len(page.xpath("//table[contains(@class,'heat')][1]/tbody/tr")) == MOST_ROWS * len(FORM.sections)
    assert f"单位共 3000 家，这里只列合计和增量中占比最大的 {MOST_ROWS} 家" in _part(page, "heat")
    assert len(page.xpath("//table[contains(@class,'problems')]/tbody/tr")) == MOST_PROBLEMS
    assert f"只列出最要紧的 {MOST_PROBLEMS} 条" in _part(page, "problems")
    assert len(page.xpath("//*[@id='list-missing']//li")) == MOST_NAMES and "500 家" in _part(page, "list-missing")
    assert (tmp_path / "report.html").stat().st_size < 1_500_000


def test_another_form_gets_its_page_without_a_line_of_code(tmp_path):
    (tmp_path / "second.yaml").write_text(SECOND, encoding="utf-8")
    form = load_form(tmp_path / "second.yaml")
    page = _page(tmp_path, form=form)
    assert "防火门" in _part(page, "headline") and len(page.xpath("//table[contains(@class,'heat')]")) == 2


def test_a_misspelt_name_in_the_template_names_template_and_line(tmp_path):
    text = (TEMPLATES / "report.html").read_text(encoding="utf-8").replace("{{ office }}", "{{ ofice }}", 1)
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    with pytest.raises(TemplateProblem, match=r"模板 report\.html 第\d+行：没有名为 ofice 的内容"):
        write_page(make_result(FORM), FORM, SETTINGS, tmp_path / "out.html", templates=tmp_path)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_of_the_page_is_in_the_result(tmp_path, seed):
    result = make_result(FORM, seed=seed)
    page = _page(tmp_path, result)
    for node in page.xpath("//style|//script|//*[@id='problems']|//*[local-name()='g' and contains(@class,'axis')]"):
        node.drop_tree()
    counts = {str(one.count) for one in name_lists(result)}
    for one in result.submissions:
        counts.add(str(sum(other.status == one.status for other in result.submissions)))
    known = known_numbers(result) | counts | {str(len(result.units))}
    assert numbers_of(_words(page.body)) - known == set()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    result = make_result(FORM, ["<script>alert(1)</script>街道", *BUREAUS, *STREETS])
    write_page(result, FORM, SETTINGS, folder / "report.html")
    return folder / "report.html", result


@needs_browser
def test_a_browser_draws_sorts_and_filters_it(drawn):
    page, result = drawn
    answer = ask(page, """
      said.charts = Array.from(doc.querySelectorAll("svg.pygal-chart"), one => one.getBoundingClientRect().height > 100
        && one.querySelectorAll("path, rect").length > 5);
      said.tint = view.getComputedStyle(doc.querySelector("table.heat td.v5")).backgroundColor;
      said.scripts = doc.scripts.length;
      const table = doc.querySelector("table.heat"), heads = table.querySelectorAll("button.sort");
      const column = n => Array.from(table.tBodies[0].rows, row => row.cells[n].dataset.sort).map(Number);
      heads[1].click(); said.up = column(1); said.upSaid = heads[1].closest("th").getAttribute("aria-sort");
      heads[1].click(); said.down = column(1); heads[0].click(); said.units = column(0);
      const visible = () => Array.from(doc.querySelectorAll("table.problems tbody tr"), row => row)
        .filter(row => row.getClientRects().length).map(row => row.dataset.unit + row.dataset.severity);
      said.all = visible(); choose("by-severity", "错误"); said.errors = visible(); choose("by-unit", "（单位不明）");
      said.one = visible(); said.count = doc.getElementById("problems-shown").textContent;
      choose("by-unit", ""); choose("by-severity", ""); choose("by-text", "没有这样的字"); said.none = visible();
      choose("tint", "by-growth"); said.tinted = doc.querySelectorAll("table.heat.by-growth").length;
    """)
    assert "error" not in answer
    assert answer["charts"] == [True] * 3 and answer["tint"] == "rgb(134, 178, 220)" and answer["scripts"] == 1
    assert answer["up"] == sorted(answer["up"]) and answer["upSaid"] == "ascending"
    assert answer["down"] == sorted(answer["up"], reverse=True) and answer["units"] == list(range(len(result.units)))
    assert answer["errors"] == [one for one in answer["all"] if one.endswith("错误")] and len(answer["errors"]) == 2
    assert answer["one"] == ["（单位不明）错误"] and answer["count"].startswith("显示 1 条") and answer["none"] == []
    assert answer["tinted"] == len(FORM.sections)


@needs_browser
def test_a_phone_shows_it_without_scrolling_sideways(drawn):
    answer = ask(drawn[0], """said.width = doc.documentElement.scrollWidth;
      said.text = parseFloat(view.getComputedStyle(doc.body).fontSize);""", width=390)
    assert answer["width"] <= 390 and answer["text"] >= 14


@needs_browser
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_it_prints_without_columns_cut_off(drawn, tmp_path):
    page, result = drawn
    print_to_pdf(page, tmp_path / "page.pdf")
    done = subprocess.run(["pdftotext", "-bbox", tmp_path / "page.pdf", "-"], capture_output=True, check=True)
    pages = etree.fromstring(done.stdout, etree.XMLParser(recover=True)).findall(".//{*}page")
    assert all(float(one.get("width")) > float(one.get("height")) for one in pages)
    for one in pages:
        for word in one.findall("{*}word"):
            left, right = float(word.get("xMin")), float(word.get("xMax"))
            assert left > 0 and right < float(one.get("width")) - 15, word.text
    words = "".join("".join(word.text for word in one.findall("{*}word")) for one in pages)
    for figure in FORM.figures.values():
        assert figure.short in words
    for name in ("self_found", "supervisions", "notices"):
        assert str(result.totals[name]) in words
