"""What is seen of a number under its format, and whether it is the number that the cell holds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.grid import Unread
from consolidator.reading.formats.number_formats import BUILT_IN, is_plain, moment, moment_of, seen, text_seen


@pytest.mark.parametrize("code, value, read", [
    ("General", 12.5, 12.5), ("#,##0", 1200, 1200), ("0.00_ ", 5.2, 5.2), ("000", 5, 5), ("#.##", 5, 5), ("#.##", 0.5, 0.5),
    ("General;;", 0, 0), ("0;-0;;@", 0, 0), (BUILT_IN[41], 1234567, 1234567), (BUILT_IN[43], 0, 0), ("0.00E+00", 12, 12),
    ("# ?/?", 5.5, 5.5), ("[DBNum1][$-804]General", 12, 12), ("0_);(0)", -5, -5), ("0.00_);[Red](0.00)", -1.25, -1.25),
    ('0"元"', 480, "480元"), ('#,##0"元";-#,##0"元"', 52000, "52000元"), ('"约"0', 53, "约53"), ('0"+"', 12, "12+"), ("0\\+", 12, "12+"),
    ('G/通用格式"人"', 3, "3人"), ('0.0#####"万元"', 5.2, "5.2万元"), ("+0;-0", 12, "+12"), ("0%", 0.05, "5%"),
    ("¥#,##0.00", 480, "¥480"), ("[$¥-804]#,##0.00", 480, "¥480"), ("[$RMB] #,##0.00", 480, "RMB 480"), (BUILT_IN[44], 5.2, "¥ 5.2"),
    ('[<100]General;0"元"', 480, "480元"), ('[<10]0;0"家"', 12, "12家"), ("[<1]0;0%", 3, "300%"),
    ('[=1]"是";[=0]"否"', 1, "是"), ('[=1]"是";[=0]"否"', 0, "否"), ('0;-0;"无"', 0, "无"),
    ("0.00", 5.2345, 5.2345),
])
def test_the_number_or_the_text_that_is_seen(code, value, read):
    assert seen(float(value), code)[0] == read


@pytest.mark.parametrize("code, value, displayed", [
    ("0\\.0000", 480, "0.0480"), ("#\\.####", 480, ".480"), ("0!.0", 52, "5.2"), ("0!.0,", 52000, "5.2"), ("0.0,", 480, "0.5"),
    ("0.0,,", 5200000, "5.2"), ('[>=10000]0!.0,"万";General', 52000, "5.2万"), (";;;", 12, ""), ("[<10]0", 12, "####"),
    ("0-00", 480, "4-80"),
    ('0"次"00', 480, "4次80"), ("0;0", -5, "5"), ("-0", 12, "-12"), ("# ?/?", 0.1, "0 1/9"), ('0;-0;"10"', 0, "10"), ("0,", 480, "0"),
])
def test_another_number_than_the_stored_one_is_never_read(code, value, displayed):
    read, text = seen(float(value), code)
    assert isinstance(read, Unread) and read.kind == "shown" and text == displayed


@pytest.mark.parametrize("code, value", [("0", 5.6), ("0", 0.3), ("0.00", 0.048), ("#,##0", 1234.5)])
def test_what_rounding_makes_another_number_comes_with_what_is_displayed(code, value):
    read, displayed = seen(value, code)
    assert read == value and displayed


@pytest.mark.parametrize("code, text, read", [
    ("@", "20", "20"), ('"约"@', "20", "约20"), ("0;0;0", "20", "20"), (BUILT_IN[43], "标", "标"), (";;;", "20", Unread("shown", "20")),
])
def test_texts_have_a_section_of_their_own(code, text, read):
    assert text_seen(text, code) == read


@pytest.mark.parametrize("code, kind", [
    ("yyyy-mm-dd", "date"), ('yyyy"年"m"月"d"日"', "date"), ("[h]:mm", "elapsed"), ("General", ""), ('0"日"', ""), ("0.00", ""),
    (BUILT_IN[14], "date"), (BUILT_IN[57], "date"),
])
def test_dates_are_known_by_their_letters(code, kind):
    assert moment_of(code) == kind


@pytest.mark.parametrize("number, since_1904, read", [
    (45082.0, False, dt.date(2023, 6, 5)), (43620.0, True, dt.date(2023, 6, 5)), (45082.5, False, dt.datetime(2023, 6, 5, 12)),
    (0.5, False, dt.time(12)), (1.0, False, dt.date(1900, 1, 1)), (-5.0, False, -5.0), (99999999.0, False, 99999999.0),
])
def test_day_numbers(number, since_1904, read):
    assert moment(number, "date", since_1904) == read


CODES = st.text(st.sampled_from("0#?.,;%\"!\\_*[]<>=@E+-/ 元约万家dmyG¥"), max_size=40)


@settings(max_examples=500, deadline=None)
@given(CODES, st.one_of(st.integers(-10**9, 10**9).map(float), st.floats(-1e9, 1e9), st.sampled_from([0.0, 52000.0, 1e300, 1e-300])))
def test_no_format_raises_and_a_number_comes_back_only_as_itself(code, value):
    if moment_of(code):
        assert moment(value, moment_of(code), False) is not None
        return
    read, displayed = seen(value, code)
    assert read == value or isinstance(read, (str, Unread))
    if is_plain(code) and value >= 0 and value == int(value) and value < 1e9:
        assert (read, displayed) == (value, "")


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["0!.0", "0\\.00", "0.0,", "0,", "0!.0000", "#,##0,", "0.00,,"]))
def test_no_shrinking_format_lets_the_stored_number_through(value, code):
    assert isinstance(seen(float(value), code)[0], Unread)
