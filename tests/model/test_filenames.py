"""Names of files: whatever a unit is called, its file lies where it should."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.filenames import blank_name, checkbook_name, merged_name, safe_name
from schemas.form_loading import load_form
from schemas.settings import Paths


@given(st.text())
def test_any_text_becomes_one_component_that_windows_takes(text):
    name = safe_name(text)
    assert name and len(name.encode("utf-8")) <= 180
    assert not set(name) & set('<>:"/\\|?*\r\n\t\0')
    assert not name.startswith((".", " ", "~")) and not name.endswith((".", " "))
    assert name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert Path(name).name == name


@given(st.lists(st.text(alphabet="a/:?. ~\n甲", max_size=4), unique=True, max_size=12))
def test_two_texts_never_get_one_name(texts):
    assert len({safe_name(text) for text in texts}) == len(texts)


@pytest.mark.parametrize("text", ["月牙河街道", "区商务局（企业服务科）", "上报 6月5日.xlsx", "_未识别", "长" * 60])
def test_what_a_path_can_hold_stays_as_it_is(text):
    assert safe_name(text) == text


@pytest.mark.parametrize(("text", "start"), [
    ("公安河北分局 ", "公安河北分局_"), ("../../etc/passwd", "_..／..／etc／passwd_"),
    ("..", "__"), ("", "__"), ("CON", "_CON_"),
    ("甲\n乙", "甲 乙_"), ("~$甲", "_~$甲_"), ("甲\u202etxt", "甲txt_"), ("长" * 200, "长" * 58 + "_"),
])
def test_what_it_cannot_hold_becomes_a_likeness_with_a_mark(text, start):
    assert safe_name(text).startswith(start) and len(safe_name(text)) == len(start) + 4


@pytest.mark.parametrize(("text", "name"), [
    ("nul.txt", r"_nul_[0-9a-f]{4}\.txt"), ("a:b.xlsx", r"a：b_[0-9a-f]{4}\.xlsx"),
])
def test_an_extension_stays_at_the_end(text, name):
    assert re.fullmatch(name, safe_name(text))


def test_the_workbooks_bear_the_week():
    form = load_form(Paths().form)
    week = dt.date(2023, 6, 5)
    assert merged_name(form, week) == "河北区重大事故隐患专项排查整治2023行动进展情况调度表（汇总）2023-06-05.xlsx"
    assert checkbook_name(form, week) == "核验底册2023-06-05.xlsx"
    assert blank_name("区/商务局", week, form).endswith("_调度表_2023-06-05.xlsx")
    assert blank_name("月牙河街道", week, form, ".docx") == "月牙河街道_调度表_2023-06-05.docx"
