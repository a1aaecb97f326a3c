"""Templates fail loudly: each mistake that an office may make in one is reported with file and line."""

from __future__ import annotations

import pytest

from consolidator.writing.environment import TEMPLATES, TemplateProblem, render, text_environment
from schemas.errors import DefinitionError


def _render(folder, text: str, name: str = "信.txt", encoding: str = "utf-8", **context) -> str:
    (folder / name).write_bytes(text.encode(encoding))
    return render(text_environment(folder), name, **context)


def test_fills_a_template_and_leaves_no_empty_lines_of_tags(tmp_path):
    text = "各单位：\n{% for one in units %}\n  {{ one }}\n{% endfor %}\n"
    assert _render(tmp_path, text, units=["甲", "乙"]) == "各单位：\n  甲\n  乙\n"


def test_a_template_saved_by_notepad_has_no_mark_in_its_text(tmp_path):
    assert _render(tmp_path, "甲\r\n{{ x }}\r\n", encoding="utf-8-sig", x=1) == "甲\n1\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲\n\n{{ wek }}\n", "模板 信.txt 第3行：没有名为 wek 的内容"),
        ("甲\n{{ office.nmae }}\n", "模板 信.txt 第2行：没有名为 nmae 的内容"),
        ("{% macro m(x) %}\n{{ x.nope }}\n{% endmacro %}\n{{ m({}) }}\n", "模板 信.txt 第2行：没有名为 nope 的内容"),
        ("甲\n{% if nothere %}乙{% endif %}\n", "模板 信.txt 第2行：没有名为 nothere 的内容"),
        ("甲\n{% fro x in y %}\n", "模板 信.txt 第2行：写法不对"),
        ("甲\n\n{{ 1 | nofilter }}\n", "模板 信.txt 第3行：写法不对"),
    ],
)
def test_a_mistake_names_template_and_line(tmp_path, text, shown):
    with pytest.raises(TemplateProblem) as reported:
        _render(tmp_path, text, office={"name": "办公室"})
    assert str(reported.value).startswith(shown)
    assert isinstance(reported.value, DefinitionError)


def test_another_encoding_and_a_missing_template_are_reported(tmp_path):
    with pytest.raises(TemplateProblem, match=r"模板 信\.txt 不是 UTF-8 编码"):
        _render(tmp_path, "各单位", encoding="gbk")
    with pytest.raises(TemplateProblem, match=r"没有模板 没有\.txt"):
        render(text_environment(tmp_path), "没有.txt")


def test_markup_is_escaped_in_pages_only(tmp_path):
    assert _render(tmp_path, "{{ x }}", name="页.html", x="<b>&") == "&lt;b&gt;&amp;"
    assert _render(tmp_path, "{{ x }}", x="<b>&") == "<b>&"


def test_templates_lie_beside_the_command():
    assert TEMPLATES.name == "templates"
