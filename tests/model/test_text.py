"""Text as it is compared and as it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.model.text import one_line, printable, squeeze, whole_number

TURNS = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u061c", "\u200e", "\u200f"]


def test_text_of_a_file_fits_into_any_file():
    assert printable("甲\x00乙\x1b\udc80") == "甲 乙 ?"


@pytest.mark.parametrize("turn", TURNS)
def test_nothing_turns_the_direction_of_writing(turn):
    assert printable(f"甲{turn}xslx.exe") == one_line(f"甲{turn}xslx.exe") == squeeze(f"甲{turn}xslx.exe") == "甲xslx.exe"


@given(st.text(st.characters()))
def test_what_is_shown_has_no_control_and_one_line_is_one(text):
    shown = printable(text)
    shown.encode("utf-8")
    assert not any(ord(c) < 32 and c not in "\t\n" for c in shown) and not set(shown) & set(TURNS)
    assert printable(shown) == shown
    line = one_line(text)
    assert len(line.splitlines()) <= 1 and line == line.strip() and one_line(line) == line


@pytest.mark.parametrize("text, number", [
    ("7", 7), ("007", 7), ("99999999", 99999999), ("100000000", None), ("9" * 5000, None), ("", None), (None, None), ("-1", None),
    ("²", None), ("٣", None), ("1.0", None), (" 1", None)])
def test_a_whole_number_is_bounded_digits_and_nothing_else(text, number):
    assert whole_number(text) == number
