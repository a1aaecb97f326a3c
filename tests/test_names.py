"""Names of files: whatever a unit is called, its file lies where it should."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.writing.names import ledger_name, merged_name, safe_name
from schemas.form import load_form
from schemas.settings import Paths


@given(st.text())
def test_any_text_becomes_one_component_that_windows_takes(text):
    name = safe_name(text)
    assert name and len(name) <= 61
    assert not set(name) & set('<>:"/\\|?*\r\n\t\0')
    assert not name.startswith((".", " ", "~")) and not name.endswith((".", " "))
    assert Path(name).name == name
    name.encode("utf-8")


@pytest.mark.parametrize(("text", "name"), [
    ("月牙河街道", "月牙河街道"), ("公安河北分局 ", "公安河北分局"), ("../../etc/passwd", "_.._etc_passwd"), ("..", "_"), ("", "_"),
    ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("区商务局（企业服务科）", "区商务局（企业服务科）"), ("甲\n乙", "甲 乙"),
    ("~$甲", "$甲"), ("甲\u202etxt", "甲 txt"), ("长" * 200, "长" * 60),
])
def test_what_a_name_becomes(text, name):
    assert safe_name(text) == name


def test_the_workbooks_bear_the_week():
    form = load_form(Paths().form)
    week = dt.date(2023, 6, 5)
    assert merged_name(form, week) == "河北区重大事故隐患专项排查整治2023行动进展情况调度表（汇总）2023-06-05.xlsx"
    assert ledger_name(week) == "核验底册2023-06-05.xlsx"
