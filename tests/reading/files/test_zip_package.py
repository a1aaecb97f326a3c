"""Zip packages: the quick look at a directory says what zipfile says, or leaves it to zipfile."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import Package, any_directory, usual_directory
from tests.packages import docx, ods, openpyxl_xlsx, xlsxwriter_xlsx

MADE = {"openpyxl": openpyxl_xlsx(), "xlsxwriter": xlsxwriter_xlsx(lambda book, sheet: sheet.write(0, 0, "甲")), "docx": docx("<w:p/>"),
        "ods": ods("<table:table/>")}


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return made.getvalue()


def or_unfit(data: bytes):
    try:
        return any_directory(data)
    except Unfit:
        return None


@pytest.mark.parametrize("data", MADE.values(), ids=MADE)
def test_what_programs_write_is_read_the_quick_way(data):
    assert usual_directory(data) == any_directory(data) != []


def test_names_in_chinese_and_other_ways_of_zipping_are_read_alike():
    plain = zipped(**{"xl/表.xml": b"1", "b": b"2"})
    assert usual_directory(plain) == any_directory(plain)
    with_comment = io.BytesIO(plain)
    with zipfile.ZipFile(with_comment, "a") as archive:
        archive.comment = "说明".encode()
    for other in (with_comment.getvalue(), b"MZ" + plain, plain + b"\0"):
        assert usual_directory(other) is None
        assert [part.name for part in or_unfit(other) or any_directory(plain)] == ["xl/表.xml", "b"]


def test_a_name_that_looks_like_the_end_of_a_large_zip_is_left_to_zipfile():
    assert usual_directory(zipped(**{"a": b"1", "bPK\x06\x07" + "c" * 16: b"2"})) is None


@settings(max_examples=400)
@given(which=st.sampled_from(list(MADE)), harm=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
       cut=st.integers(0, 30))
def test_a_harmed_directory_is_read_as_zipfile_does_or_not_at_all(which, harm, cut):
    data = bytearray(MADE[which])
    start = data.rfind(b"PK\x01\x02", 0, len(data) * 3 // 4) if which == "docx" else data.find(b"PK\x01\x02")
    for where, value in harm:
        data[start + int(where * (len(data) - start - 1))] = value
    harmed = bytes(data[:len(data) - cut] if cut > 25 else data)
    quick = usual_directory(harmed)
    assert quick is None or quick == or_unfit(harmed)


def test_a_part_is_looked_at_once_for_all_files_that_have_it():
    seen = []

    def work(part: bytes) -> int:
        seen.append(part)
        return len(part)

    one, other, same = zipped(a=b"xyz", b=b"1"), zipped(a=b"xyzw"), zipped(c=b"2", a=b"xyz")
    assert [Package(data).once("a", work) for data in (one, other, same, one)] == [3, 4, 3, 3]
    assert seen == [b"xyz", b"xyzw"]


def test_a_flipped_bit_is_reported_in_a_part_known_before():
    data = zipped(a=b"xyz" * 50)
    assert Package(data).once("a", len) == 150
    at = data.find(b"a", 30) + 3
    with pytest.raises(Unfit):
        Package(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]).once("a", len)
