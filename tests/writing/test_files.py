"""Files of an outbox: the same content, the same bytes; texts that Notepad opens."""

from __future__ import annotations

import datetime as dt
import zipfile

import openpyxl

from consolidator.writing.files import fixed_zip, write_text


def test_a_text_has_a_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "催报通知.txt"
    write_text(path, "各单位：\r\n请报。\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + "各单位：\r\n请报。\r\n".encode()


def test_a_name_that_is_no_unicode_does_not_stop_a_text(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "文件\udce4\n")
    assert path.read_text(encoding="utf-8-sig") == "文件?\n"


def test_a_package_tells_the_week_and_not_the_clock(tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for number, path in enumerate(paths):
        book = openpyxl.Workbook()
        book.active["A1"] = "甲"
        book.properties.created = dt.datetime(2020, 1, 1 + number)
        book.save(path)
        fixed_zip(path, dt.date(2023, 6, 5))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2023, 6, 5, 0, 0, 0)}
        assert b"2023-06-05T00:00:00Z</dcterms:modified>" in package.read("docProps/core.xml")
    assert openpyxl.load_workbook(paths[0]).active["A1"].value == "甲"
