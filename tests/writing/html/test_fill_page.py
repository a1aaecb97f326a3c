"""The form as a web page, in a real browser: it judges as the program does, and what it makes reads back silently."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import re
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from consolidator.judging import magnitude, plausibility, validation
from consolidator.judging.problem_row import Row
from consolidator.notation.item import read_item
from consolidator.reading.read_file import read_submission
from consolidator.writing.environment import TEMPLATES
from consolidator.writing.html.fill_page import write_fill_page
from consolidator.writing.official.addressee import Addressee
from schemas.form import PartOfWhole, SumOf
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME, Paths
from tests.browser import ask, needs_browser
from tests.factory import figures_for
from tests.fill_page import fill_in, typed

FORMS = {"major": Paths().form, "small": HOME / "tests" / "small_form.yaml", "pictured": HOME / "tests" / "pictured_form.yaml"}
UNIT = "区商务局"
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example starts a browser
@cache
def _form(name: str):
    """The form; the small one with a sum, and guessed rules, which the real ones lack."""
    form = load_form(FORMS[name])
    if name != "small":
        return form
    counts = [one.name for one in form.figures.values() if one.kind == "count"]
    sums = (SumOf(total=counts[0], parts=tuple(counts[1:3])), SumOf(total=counts[3], parts=tuple(counts[1:3]), guessed=True))
    parts = (*form.rules.part_of_whole, PartOfWhole(part=counts[2], whole=counts[3], guessed=True))
    return form.model_copy(update={"rules": form.rules.model_copy(update={"sum_of": sums, "part_of_whole": parts})})


def _addressee(form, kinds=None, last=None, history=()) -> Addressee:
    weeks = {"week": form.campaign.first_week + dt.timedelta(days=35)} if form.campaign.rhythm == "weekly" else \
        {"week": form.campaign.first_week}
    return Addressee(UNIT, form.kinds[:1] if kinds is None else kinds, last=last, history=history, **weeks)


def _page(form, to: Addressee, folder: Path) -> Path:
    path = folder / "fill.html"
    write_fill_page(form, to, path)
    return path


def _some_value(figure, chance: random.Random, near: float | None):
    """A value that may break a rule: around what it is compared with, blank, too fine, below zero, too large."""
    if chance.random() < 0.15:
        return None
    if figure.kind == "yes_no":
        return chance.random() < 0.5
    base = near if near is not None and chance.random() < 0.6 else chance.choice([0, 1, 2, 5, 30, 900, 1e6, 1e7 + 1])
    step = chance.choice([0, 0, 1, -1, 0.5, 0.1, 1e-6, 1e-7, 3e-10, 31, 400])
    value = base + step
    if figure.kind == "count":
        return int(value) if float(value).is_integer() else float(value)
    return float(value)


def _rows(form, chance: random.Random, last: dict, count: int) -> list[dict]:
    rows = []
    for _ in range(count):
        row: dict = {}
        for name, figure in form.figures.items():
            wholes = [row[rule.whole] for rule in form.rules.part_of_whole if rule.part == name and row.get(rule.whole)]
            near = chance.choice([*wholes, last.get(name), chance.choice([*row.values(), None])])
            row[name] = _some_value(figure, chance, None if isinstance(near, bool) else near)
        rows.append(row)
    return rows


def _verdicts(form, to: Addressee, rows: list[dict], reported: list[list[str]]) -> list[set]:
    """What validation (pandera) and the comparison with the past say of each row of figures."""
    judged = [Row(figures, to.kinds, flagged=frozenset(refused)) for figures, refused in zip(rows, reported, strict=True)]
    lasts, histories = [to.last] * len(rows), [to.history] * len(rows)
    checked = validation.check(judged, form, to.week)
    yuan = magnitude.perhaps_yuan(judged, lasts, form)
    for row, found in zip(judged, yuan, strict=True):
        row.flagged |= {one.figure for one in found}
    parts = zip(checked, yuan, plausibility.against_last(judged, lasts, form, to.week),
                plausibility.jumps(judged, histories, form, to.week, lasts), strict=True)
    return [{(one.figure, one.code, one.severity, one.message) for one in plausibility.instead_of_blanks(own, fallen) + large + jumps}
            for own, large, fallen, jumps in parts]


@needs_browser
@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=6, deadline=None, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
@example(seed=780)  # a part of 6e-10 beside a blank whole: zero, as both round
def test_the_pages_verdict_is_that_of_the_program_on_any_figures(name, tmp_path, seed):
    form, chance = _form(name), random.Random(seed)
    kinds = form.kinds[:chance.randint(0, len(form.kinds))]
    last = figures_for(form, form.kinds, chance, 40)
    history = [(form.campaign.first_week + dt.timedelta(days=7 * n),
                {key: value if value is None or isinstance(value, bool) else round(value * (n + 1) / 5, 2)
                 if isinstance(value, float) else value * (n + 1) // 5 for key, value in last.items()}) for n in range(5)]
    history = history if chance.random() < 0.8 else []
    to = _addressee(form, kinds, history[-1] if history else None, history)
    rows = _rows(form, chance, last, 60)
    reported = [[key for key in row if chance.random() < 0.04] for row in rows]
    shown = ask(_page(form, to, tmp_path), f"const rows = {json.dumps(rows)}, told = {json.dumps(reported)};" """
      const data = JSON.parse(doc.getElementById("data").textContent);
      const rules = view.makeRules(data.rules);
      said.found = rows.map((row, n) => {
        const refused = {};
        told[n].forEach(name => { refused[name] = true; });
        return rules.verdict(row, {}, refused).map(one => [one.figure, one.code, one.severity, one.message]);
      });""")
    assert "error" not in shown, shown
    for row, found, expected in zip(rows, shown["found"], _verdicts(form, to, rows, reported), strict=True):
        assert {tuple(one) for one in found} == expected, row
        assert len(found) == len({tuple(one) for one in found})


TYPED = st.one_of(
    st.integers(-3, 10**8).map(str), st.floats(0, 2e6).map(lambda one: f"{one:.3f}"), st.floats(0, 10).map(repr),
    st.from_regex(r"[+-]?[0-9０-９]{0,4}[.．,，]?[0-9]{0,8} ?(个|家|万元|元|次|户|处|约)?", fullmatch=True),
    st.text("0123456789.,-+ 零一二约无个家万元次人/%", max_size=6),
    st.sampled_from(["1,234", "1,234.5", "12,34", "0.1234567", "1e5", "∞", "１２"]))


@needs_browser
@settings(max_examples=6, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TYPED, min_size=40, max_size=120))
def test_what_is_typed_is_read_as_the_reader_reads_it_or_refused(tmp_path, texts):
    form = _form("major")
    names = [next(name for name, figure in form.figures.items() if figure.kind == kind and len(form.item_of[name].figures) == 1)
             if kind == "count" else next(name for name, figure in form.figures.items() if figure.kind == "money")
             for kind in ("count", "money")]
    shown = ask(_page(form, _addressee(form), tmp_path), f"const texts = {json.dumps(texts)}, names = {json.dumps(names)};" """
      const data = JSON.parse(doc.getElementById("data").textContent), rules = view.makeRules(data.rules);
      said.read = names.map(name => texts.map(text => {
        const read = rules.read(name, text), values = {}, refused = {};
        values[name] = read.value;
        const errors = rules.verdict(values, {}, refused).filter(one => one.figure === name && one.severity === "error");
        const wrong = read.refused || errors[0];
        return [read.value, wrong ? wrong.code : ""];
      }));""")
    assert "error" not in shown, shown
    for name, results in zip(names, shown["read"], strict=True):
        figure = form.figures[name]
        item = form.item_of[name].model_copy(update={"figures": (figure,)})
        for text, (value, wrong) in zip(texts, results, strict=True):
            read = read_item([text], item)[0][name]
            refused = read.code is not None and problem(read.code, label="", value="", unit="", decimals="", example="").severity == "error"
            if value is not None and not wrong:
                assert not refused and read.value == value, (text, value, read)
            if refused:
                assert wrong, (text, read)


@needs_browser
@pytest.mark.parametrize("name", FORMS)
def test_what_it_makes_is_the_official_form_and_reads_back_without_a_word(name, tmp_path):
    form, chance = _form(name), random.Random(3)
    form = form.model_copy(update={"rules": form.rules.model_copy(update={"sum_of": ()})})
    to = _addressee(form)
    figures = figures_for(form, to.kinds, chance)
    shown = fill_in(_page(form, to, tmp_path), typed(figures))
    assert shown["counts"] == "还差0项要改0处提醒0处" and shown["shown"] == [] and "已生成" in shown["message"], shown
    data = shown["workbook"]
    read = read_submission(data, "a.xlsx", form)
    assert read.figures == figures and read.problems == [] and read.replies == {}
    assert [unit for unit, _ in read.units] == [UNIT]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == max(len(form.pictures), 1)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None


@needs_browser
def test_a_blank_or_a_wrong_figure_keeps_it_from_being_made(tmp_path):
    form = _form("major")
    to = _addressee(form, form.kinds)
    figures = typed(figures_for(form, form.kinds, random.Random(4)))
    first, second = list(form.figures)[:2]
    shown = fill_in(_page(form, to, tmp_path), {**figures, first: "约20", second: ""})
    assert "workbook" not in shown and shown["focus"] == first and shown["counts"].startswith("还差1项要改1处")
    assert problem("not-a-number", label=form.label(first), written="约20").message in shown["shown"]
    assert problem("blank", label=form.label(second)).message in shown["shown"]


@needs_browser
def test_a_refused_figure_is_sent_with_the_units_reason(tmp_path):
    form = _form("major")
    last = (form.campaign.first_week, {**figures_for(form, form.kinds, random.Random(5)), "self_found": 99})
    to = _addressee(form, form.kinds, last)
    figures = {name: value if value is None or isinstance(value, bool) else round(value + 5, 2) for name, value in last[1].items()}
    figures |= {"self_found": 98, "self_rectified": 1 if last[1]["self_rectified"] is None else last[1]["self_rectified"]}
    reason = '=上期多报一个 <b>&"已核实"'
    shown = fill_in(_page(form, to, tmp_path), typed(figures), {"self_found": reason})
    assert "workbook" in shown, shown
    data = shown["workbook"]
    read = read_submission(data, "a.xlsx", form)
    assert read.figures["self_found"] == 98 and read.replies == {"self_found": reason} and read.problems == [] and read.copy_of == {}
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "inlineStr"} and sheet["D4"].value == reason
    fall = next(one for one in _verdicts(form, to, [figures], [[]])[0] if one[:2] == ("self_found", "falls"))
    assert sheet["C4"].value == fall[3]


@needs_browser
def test_a_large_amount_is_asked_about_and_taken_where_its_unit_is_written(tmp_path):
    form = _form("major")
    to = _addressee(form, form.kinds)
    name, figure = next((name, one) for name, one in form.figures.items() if one.ceiling and one.short in ("罚款",))
    figures = {**figures_for(form, form.kinds, random.Random(6)), name: 520.5, "penalties": 99}
    shown = fill_in(_page(form, to, tmp_path), typed(figures))
    assert "workbook" not in shown and "是不是按元填的" in shown["shown"][0] and "520.5万元" in shown["shown"][0]
    shown = fill_in(_page(form, to, tmp_path), typed(figures) | {name: "520.5万元"})
    assert "workbook" in shown, shown
    read = read_submission(shown["workbook"], "a.xlsx", form)
    assert read.figures == figures and read.problems == [] and read.written[name] == f"520.5{figure.unit}"


@needs_browser
def test_a_text_that_is_asked_for_is_written_too(tmp_path):
    form = _form("pictured")
    page = _page(form, _addressee(form), tmp_path)
    shown = fill_in(page, typed(figures_for(form, form.kinds[:1], random.Random(7))), {}, {"text-0": "=检查 <b>&"})
    assert openpyxl.load_workbook(io.BytesIO(shown["workbook"])).active["B6"].value == "=检查 <b>&"


@needs_browser
def test_what_is_typed_is_kept_until_it_is_cleared(tmp_path):
    form = _form("small")
    name = next(iter(form.figures))
    shown = ask(_page(form, _addressee(form), tmp_path), f"const one = doc.getElementsByName('{name}')[0];" """
      if (!view.sessionStorage.getItem("seen")) {
        view.localStorage.clear();
        view.sessionStorage.setItem("seen", "1");
        one.value = "7";
        one.dispatchEvent(new view.Event("input", {bubbles: true}));
        view.location.reload();
        return;
      }
      said.kept = one.value;
      view.confirm = () => true;
      doc.getElementById("clear").click();
      said.cleared = one.value;
      said.left = view.localStorage.length;""")
    assert shown == {"kept": "7", "cleared": "", "left": 0}


@needs_browser
def test_enter_goes_to_the_next_figure_and_nothing_is_wider_than_a_phone(tmp_path):
    shown = ask(_page(_form("major"), _addressee(_form("major")), tmp_path), """
      const all = Array.from(doc.querySelectorAll("[data-figure]:not([type=radio])"));
      all[0].focus();
      all[0].dispatchEvent(new view.KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
      said.next = doc.activeElement === all[1];
      said.wide = doc.documentElement.scrollWidth;
      said.small = all.filter(one => one.getBoundingClientRect().height < 40).length;""", width=375)
    assert shown["next"] and shown["wide"] <= 375 and shown["small"] == 0


@pytest.mark.parametrize("name", FORMS)
def test_it_is_one_small_file_that_asks_nothing_of_the_network(name, tmp_path):
    form = _form(name)
    page = _page(form, _addressee(form), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 300_000
    head = text.partition('<script type="application/json"')[0]
    assert not re.search(r"(src|href|action)\s*=|url\(|@import", head) and "default-src 'none'" in text
    assert page.read_bytes() == _page(form, _addressee(form), tmp_path).read_bytes()


def test_the_scripts_are_those_of_browsers_of_2017():
    for path in (TEMPLATES / "fill").glob("*.js"):
        code = re.sub(r"//.*|\"[^\"\n]*\"|'[^'\n]*'", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\?\.|\?\?|\basync\b|\bawait\b|\*\*|\.flat\(|\.at\(|matchAll|replaceAll|fromEntries|\.\.\.", code), path.name


@needs_browser
def test_a_name_is_never_markup_nor_a_script(tmp_path):
    form = _form("small")
    unit = '</script><img src=x onerror="said=1"><!--<b>局&'
    page = tmp_path / "fill.html"
    write_fill_page(form, Addressee(unit, form.kinds[:1], form.campaign.first_week), page)
    shown = ask(page, "said.images = doc.images.length; said.unit = doc.querySelector('.head strong').textContent;")
    assert shown == {"images": 0, "unit": unit}
