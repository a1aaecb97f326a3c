"""What bytes are: encodings of text as systems write them, and what they send before a file."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from consolidator.reading.files.sniff import decoded, what_is
from consolidator.reading.formats.dispatch import read_grids
from tests.packages import edited, openpyxl_xlsx

TABLE = "项目,数\r\n一、检查（家）,12\r\n整改,3\r\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def rows_of(data: bytes, name: str) -> list[list]:
    grids = read_grids(data, name)
    assert isinstance(grids, list), grids
    return grids[0].rows


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_in_whatever_encoding(encoding):
    assert rows_of(TABLE.encode(encoding), "表.csv") == [["项目", "数"], ["一、检查（家）", "12"], ["整改", "3"]]
    page = f"<html><table><tr><td>检查（家）</td><td>12</td></tr></table>{'一' * 50}</html>"
    assert rows_of(page.encode(encoding), "表.xls") == [["检查（家）", "12"]]


@pytest.mark.parametrize("end", [b"\x1a", b"\0", b"\0\0"])
def test_the_end_of_a_file_under_dos_is_no_text(end):
    assert rows_of(TABLE.encode("gbk") + end, "表.csv")[2] == ["整改", "3"]


def test_random_bytes_are_no_text():
    chance = random.Random(5)
    for size in range(2, 400):
        assert decoded(bytes([0, 1, chance.randrange(256)]) + chance.randbytes(size)) is None
    assert decoded(bytes(range(256)) * 20) is None and decoded(bytes(4000)) is None


def test_a_file_without_any_order_is_said_to_be_encrypted_or_broken():
    scrambled = b"\x01" + random.Random(3).randbytes(20_000)
    assert "加密软件" in read_grids(scrambled, "区商务局.xlsx").message
    assert "加密软件" not in read_grids(scrambled, "数据.bin").message
    assert "加密软件" not in read_grids(b"\x01\x02\0\0" * 5000, "区商务局.xlsx").message


@pytest.mark.parametrize("junk", [b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b" \xef\xbb\xbf\n"])
def test_blank_lines_before_a_package_are_left_out(junk):
    assert rows_of(junk + openpyxl_xlsx([["检查", 12]]), "表.xlsx") == [["检查", 12]]


def renamed(data: bytes, change) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(change(name), source.read(name))
    return made.getvalue()


def test_names_that_begin_with_a_slash_read():
    assert rows_of(renamed(openpyxl_xlsx([["检查", 12]]), "/{}".format), "表.xlsx") == [["检查", 12]]


@pytest.mark.parametrize("damaged", [
    renamed(openpyxl_xlsx(), "区商务局/{}".format), edited(openpyxl_xlsx(), {"xl/workbook.xml": None}),
    renamed(edited(openpyxl_xlsx(), {"[Content_Types].xml": None}), "表/{}".format)])
def test_a_damaged_package_is_no_archive(damaged):
    assert read_grids(damaged, "表.xlsx").code == "broken-file"


@pytest.mark.parametrize(("head", "name", "kind"), [
    ("From: <Saved by WPS>\r\nContent-Type: text/html; charset=gb2312\r\n\r\n<table>", "表.mht", "mhtml"),
    ("From: a@b.cn\r\nSubject: x\r\nMessage-ID: <1@b>\r\nContent-Type: text/html\r\n\r\n<table>", "信.eml", "mail"),
    ("From: a@b.cn\r\nSubject: x\r\nMessage-ID: <1@b>\r\n\r\ntext\r\nContent-Type: text/html", "信", "mail"),
    (f"<?xml version='1.0'?><!-- {'x' * 9000} --><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "表.xls", "xml-2003"),
    ("<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><html:Font>", "表.xls", "xml-2003"),
    ("<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
     "office:mimetype='application/vnd.oasis.opendocument.text'>", "文.fodt", "flat-odt")])
def test_kinds_of_text(head, name, kind):
    assert what_is(head.encode(), name) == kind
