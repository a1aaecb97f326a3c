"""SYLK files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Unread
from consolidator.reading.formats.dispatch import read_grids
from schemas.problems import Problem


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_values_and_formats(encoding):
    text = ('ID;PWXL;N;E\r\nP;PGeneral\r\nP;P0!.0\r\nB;Y3;X2\r\nC;Y1;X1;K"检查;;家"\r\nC;X2;K12\r\nF;P1;FG0G;Y2;X2\r\nC;Y2;X2;K52\r\n'
            'C;Y3;X1;KTRUE\r\nC;X2;K#REF!\r\nC;Y4;X1;ER[-1]C\r\nE\r\n')
    grid, = read_grids(text.encode(encoding), "表.slk")
    assert grid.rows == [["检查;家", 12], ["", Unread("shown", "52（显示为5.2）")], [True, Unread("error", "#REF!")],
                         [Unread("formula", "=R[-1]C")]]


def test_a_break_within_a_text_is_no_end_of_its_record():
    grid, = read_grids('ID;PSheetJS\r\nC;Y1;X1;K"检查\n（家）"\r\nC;Y1;X2;K12\r\nC;Y2;X1;K"a"\r\nE\r\n'.encode(), "表.slk")
    assert grid.rows == [["检查\n（家）", 12], ["a"]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([
    "C;Y1;X1;K12", "F;P0", ";", "C;Y99999999;X1;K1", "C;X0;K1", "C;K\"", "P;P", "F;P9;X1", "C;;;K", "E"]), max_size=12))
def test_no_file_raises(lines):
    assert isinstance(read_grids("\n".join(["ID;P", *lines]).encode(), "表.slk"), (list, Problem))
