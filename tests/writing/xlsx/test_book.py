"""Workbooks made from nothing: a closed one leaves nothing in memory."""

import datetime as dt
import gc
import weakref

import pytest

from consolidator.writing.xlsx.sheets import Book


class Text(str):
    """A text that can be watched."""


@pytest.mark.parametrize("many", [False, True])
def test_what_a_closed_workbook_held_is_gone_without_a_search_for_cycles(tmp_path, many):
    """The ledgers of a province are hundreds of workbooks, written by a process that searches for none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        text = Text("安全出口被货物堵塞")
        seen = weakref.ref(text)
        with Book(tmp_path / "台账.xlsx", dt.date(2023, 6, 5), "台账", "区应急局", many=many) as book:
            book.sheet("台账").write_string(0, 0, text)
        del text, book
        assert seen() is None
    finally:
        if enabled:
            gc.enable()
