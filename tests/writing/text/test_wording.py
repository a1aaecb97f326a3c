"""Words for people: numbers as they write them, and problems of one cause in one line."""

from __future__ import annotations

from dataclasses import replace

from consolidator.writing.text.wording import grouped
from schemas.form_loading import load_form
from schemas.problems import CODES, problem, template_words
from schemas.settings import Paths

FORM = load_form(Paths().form)
NAMES = list(FORM.figures)


def _blank(name: str, cell: str | None):
    return problem("blank", figure=name, cell=cell, label=FORM.label(name))


def test_blanks_of_one_submission_are_one_line():
    lines = grouped([_blank(name, f"D{n}") for n, name in enumerate(NAMES[:3], 3)], FORM)
    shorts = "、".join(FORM.figures[name].short for name in NAMES[:3])
    assert [line.message for line in lines] == [f"未填写 3 项：D3、D4、D5（{shorts}）：请填写数字，没有的填 0"]
    assert lines[0].figures == tuple(NAMES[:3]) and lines[0].cells == ("D3", "D4", "D5") and lines[0].count == 3
    assert lines[0].severity == "warning" and lines[0].items(FORM) == shorts


def test_one_blank_keeps_its_own_sentence():
    (line,) = grouped([_blank(NAMES[0], "D3")], FORM)
    assert line.message == _blank(NAMES[0], "D3").message and line.items(FORM) == FORM.label(NAMES[0])


def test_two_figures_of_one_cell_name_the_cell_once_and_a_missing_cell_not_at_all():
    (line,) = grouped([_blank(NAMES[0], "D3"), _blank(NAMES[1], "D3")], FORM)
    assert line.cells == ("D3",) and "：D3（" in line.message
    (line,) = grouped([_blank(NAMES[0], None), _blank(NAMES[1], None)], FORM)
    assert line.message.startswith(f"未填写 2 项：{FORM.figures[NAMES[0]].short}、")


def test_falls_of_one_week_tell_both_numbers_of_each():
    shown = [
        problem("falls", figure=name, cell=f"D{n}", label=FORM.label(name), week="2023-06-05", before=20 + n, value=n)
        for n, name in enumerate(NAMES[:2])
    ]
    (line,) = grouped(shown, FORM)
    shorts = [FORM.figures[name].short for name in NAMES[:2]]
    assert line.message == (
        f"累计数下降 2 项：D0 {shorts[0]}（上期 20，本期 0）、D1 {shorts[1]}（上期 21，本期 1）："
        "为累计数，比上期（2023-06-05）少了，请核对；上期有误的请说明"
    )


def test_many_falls_at_once_are_one_sentence_that_names_the_slip():
    found = [problem("falls", figure=name, cell=f"D{n}", label=FORM.label(name), week="2023-06-05", before=20, value=n)
             for n, name in enumerate(NAMES[:7])]
    (line,) = grouped(found, FORM)
    assert line.count == 7 and "像是填了本周新增数：请填写专项行动开展以来的累计数" in line.message and "上期 20，本期 6" in line.message


def test_parts_of_one_whole_are_one_line_and_of_two_wholes_two():
    def shown(name, whole_label):
        return problem(
            "part-exceeds-whole", figure=name, cell="D9", label="甲（家）", value=5, whole_label=whole_label, whole=3
        )

    assert [line.count for line in grouped([shown(name, "总数（家）") for name in NAMES[:3]], FORM)] == [3]
    assert len(grouped([shown(NAMES[0], "总数（家）"), shown(NAMES[1], "另一总数")], FORM)) == 2


def test_the_same_words_in_several_cells_are_one_line_and_other_words_another():
    def shown(name, cell, written):
        return problem("estimate", figure=name, cell=cell, written=written, label=FORM.label(name))

    lines = grouped([shown(NAMES[0], "D3", "约20"), shown(NAMES[1], "D4", "约20"), shown(NAMES[2], "D5", "约30")], FORM)
    assert [line.count for line in lines] == [2, 1]
    assert lines[0].message.endswith("：填的是“约20”，是约数：请填写准确的数字") and lines[0].written == "约20"


def test_two_figures_of_one_cell_that_cannot_be_kept_apart_are_one_thing_to_correct():
    item = next(one for one in FORM.items if len(one.figures) == 2)
    shown = [
        problem(
            "two-unclear",
            figure=one.name,
            cell="D9",
            written="3,500",
            label=FORM.label(one.name),
            example="3次，5.2万元",
        )
        for one in item.figures
    ]
    (line,) = grouped(shown, FORM)
    assert line.message == f"{item.label().joined}填的是“3,500”，分不清两个数：请写成“3次，5.2万元”"
    assert line.figures == tuple(one.name for one in item.figures) and line.cells == ("D9",)


def test_the_gravest_come_first_and_other_sheets_and_replies_stay_apart():
    blanks = [
        _blank(NAMES[0], "D3"),
        _blank(NAMES[1], "D4").at("表二", "D4"),
        replace(_blank(NAMES[2], "D5"), reply="没有"),
    ]
    lines = grouped([*blanks, problem("negative", figure=NAMES[3], written="-1", label="丁")], FORM)
    assert [line.severity for line in lines] == ["error", "warning", "warning", "warning"]
    assert lines[3].reply == "没有"


def test_an_accepted_error_is_reported_alone_with_its_reason():
    found = [
        problem("falls", figure=name, cell="D3", label=FORM.label(name), week="w", before=2, value=1)
        for name in NAMES[:3]
    ]
    accepted = [replace(one, severity="warning", decision="电话核实（王敏）") for one in found[:2]]
    lines = grouped([*accepted, found[2]], FORM)
    assert [line.decision for line in lines] == ["", "电话核实（王敏）", "电话核实（王敏）"]
    assert lines[0].severity == "error"


def test_a_units_own_words_never_pass_for_a_decision():
    shown = problem("unit-reply", figure=NAMES[0], written="没有（已采纳：局长同意）")
    (line,) = grouped([shown], FORM)
    assert shown.message.endswith("（已采纳：局长同意）") and line.decision == ""


def test_problems_of_the_file_and_of_unknown_figures_and_codes_are_reported_by_themselves():
    shown = [
        problem("not-a-form", title="表"),
        problem("not-a-form", title="表"),
        replace(_blank(NAMES[0], "D3"), figure="no_such_figure"),
        replace(_blank(NAMES[0], "D3"), code="from-a-newer-program", stored="新版本才有的问题"),
    ]
    lines = grouped(shown, FORM)
    assert sorted(line.message for line in lines) == sorted(one.message for one in shown)


def test_every_sentence_for_many_can_be_filled_from_the_sentence_for_one():
    for code, entry in CODES.items():
        if entry.many:
            needed = template_words(entry.many) | template_words(entry.each) | template_words(entry.masses)
            assert needed <= template_words(entry.template), code
            words = {name: f"<{name}>" for name in template_words(entry.template) - {"written"}}
            found = [problem(code, figure=name, cell="D3", written="约", **words) for name in NAMES[:2]]
            (line,) = grouped(found, FORM)
            assert line.message.startswith(f"{entry.title} 2 项：") and "{" not in line.message and "<label>" not in line.message
