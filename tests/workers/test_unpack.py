"""Containers of the inbox: what is inside comes out under its own name, within limits, and nothing escapes."""

from __future__ import annotations

import datetime as dt
import email.message
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.inbox import InboxFile, list_files
from consolidator.reading.files import containers
from consolidator.reading.files.containers import Member, members
from consolidator.reading.files.mail_heading import filetime, mail_heading
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.formats.dispatch import read_grids
from consolidator.workers.unpack import unpacked
from tests.packages import openpyxl_xlsx


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def mail(attachments: dict[str, bytes]) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["Subject"] = "a@example.cn", "报送"
    message.set_content("见附件")
    for name, body in attachments.items():
        message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def names(data: bytes, name: str) -> list[str]:
    return [member.name for member in members(data, name)]


def refused(data: bytes, name: str) -> str:
    with pytest.raises(Unfit) as raised:
        members(data, name)
    return raised.value.problem.code


def gbk_zip(name: str, body: bytes) -> bytes:
    """A zip as Windows in China writes it: the name in GBK, no flag."""
    placeholder = "x" * len(name.encode("gbk"))
    return zipped({placeholder: body}).replace(placeholder.encode(), name.encode("gbk"))


def test_a_mail_says_who_sent_it_and_when_in_one_harmless_line():
    head = b"From: =?utf-8?b?546LG1szMW0=?= <a@b.cn>\r\nDate: Mon, 05 Jun 2023 09:12:00 +0800\r\n\r\n"
    assert mail_heading(head, "a.eml") == '"王 [31m" <a@b.cn>，2023-06-05 09:12'
    assert mail_heading(b"Subject: x\r\n\r\n", "a.eml") == "" and mail_heading(head, "a.txt") == ""
    assert mail_heading(b"From: a@b.cn\r\nDate: yesterday\r\n\r\n", "a.eml") == "a@b.cn"
    assert mail_heading(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "a.msg") == ""


def test_the_moment_of_an_outlook_message_is_found_among_its_properties():
    sent = (dt.datetime(2023, 6, 5, 1, 12, tzinfo=dt.UTC) - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * 10
    properties = bytes(32) + struct.pack("<IIQ", 0x0E1D001F, 6, 7) + struct.pack("<IIQ", 0x00390040, 6, sent)
    assert filetime(properties, 0x00390040) == dt.datetime(2023, 6, 5, 1, 12, tzinfo=dt.UTC)
    assert filetime(properties, 0x0E060040) is None and filetime(properties[:40], 0x00390040) is None
    assert filetime(bytes(32) + struct.pack("<IIQ", 0x00390040, 6, 2**64 - 1), 0x00390040) is None


# -- what comes out --------------------------------------------------------------------------------------------

def test_files_of_an_archive_without_what_systems_leave():
    data = zipped({"街道/区商务局.xlsx": b"1", "__MACOSX/._区商务局.xlsx": b"2", "Thumbs.db": b"3", "街道/": b"", "~$区商务局.xlsx": b"4"})
    assert members(data, "报表.zip") == [Member("街道/区商务局.xlsx", b"1")]


def test_names_in_gbk():
    assert members(gbk_zip("区商务局.xlsx", b"1"), "报表.zip") == [Member("区商务局.xlsx", b"1")]


@pytest.mark.parametrize("written, name", [
    ("../../区商务局.xlsx", "区商务局.xlsx"), ("/etc/区商务局.xlsx", "etc/区商务局.xlsx"), ("C:\\表\\区商务局.xlsx", "表/区商务局.xlsx"),
    ("a/./b.xlsx", "a/b.xlsx"), ("a\u202eb.xlsx", "a\ufffdb.xlsx")])
def test_no_name_leads_out(written, name):
    assert names(zipped({written: b"1"}), "报表.zip") == [name]


def test_files_of_one_name_are_numbered():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("a.xlsx", b"1")
        with pytest.warns(UserWarning):
            target.writestr("a.xlsx", b"2")
    assert members(made.getvalue(), "报表.zip") == [Member("a.xlsx", b"1"), Member("a（2）.xlsx", b"2")]


def test_archives_in_mails_in_archives():
    data = zipped({"邮件.eml": mail({"报表.zip": zipped({"区商务局.xlsx": b"1"}), "区工信局.xlsx": b"2"})})
    assert names(data, "全部.zip") == ["邮件.eml!/报表.zip!/区商务局.xlsx", "邮件.eml!/区工信局.xlsx"]


def test_a_mail_without_attachments_is_its_text():
    assert members(mail({}), "a.eml") == [Member("正文.txt", "见附件\n".encode(), "a@example.cn")]


def test_a_workbook_under_another_name_is_no_container():
    assert members(openpyxl_xlsx(), "表.zip") == []
    assert isinstance(read_grids(openpyxl_xlsx(), "表.zip"), list)


# -- what does not ---------------------------------------------------------------------------------------------

def locked() -> bytes:
    data = bytearray(zipped({"a.xlsx": b"1"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def nested(depth: int) -> bytes:
    data = b"1"
    for number in range(depth):
        data = zipped({f"{number}.zip" if number else "a.xlsx": data})
    return data


@pytest.mark.parametrize("data, code", [
    (locked(), "encrypted-container"), (zipped({}), "empty-container"), (zipped({"a.xlsx": bytes(70 << 20)}), "container-too-large"),
    (zipped({f"{n}": b"" for n in range(1200)}), "container-too-large"),
    (nested(6), "container-too-large"), (zipped({"a.xlsx": b"1" * 999})[:-30], "broken-container"),
])
def test_what_cannot_be_opened_is_reported_as_what_it_is(data, code):
    assert refused(data, "报表.zip") == code
    problem = read_grids(data, "报表.zip")
    assert problem.code == code and "先解压" not in problem.message


def test_an_archive_of_another_kind_is_reported_with_what_to_do():
    assert read_grids(b"Rar!\x1a\x07\x00", "报表.rar").code == "other-archive"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_harmed_archives_never_raise(where, new):
    data = bytearray(zipped({"区商务局.xlsx": b"1" * 50, "b.eml": mail({"c.xlsx": b"2"})}))
    data[where:where + len(new)] = new
    try:
        assert members(bytes(data), "报表.zip") is not None
    except Unfit as unfit:
        assert unfit.problem.code in ("broken-container", "encrypted-container", "empty-container", "container-too-large")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    b"Content-Type: multipart/mixed; boundary=b\n", b"\n--b\n", b"--b--\n", b"Content-Disposition: attachment; filename=",
    b"=?x?b?/////?=\n", b"\xff\xfe\n", b"Content-Transfer-Encoding: base64\n", b"\n", b"a.xlsx\n",
    b"Content-Type: message/rfc822\n"]), max_size=15))
def test_no_mail_raises(pieces):
    try:
        members(b"".join(pieces), "a.eml")
    except Unfit as unfit:
        assert unfit.problem.code == "empty-container"


# -- the inbox -------------------------------------------------------------------------------------------------

def test_the_files_inside_stand_in_the_container_s_place(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"区商务局.xlsx": b"1"}))
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "c.xlsx").write_bytes(b"3")
    with unpacked(list_files(tmp_path)) as files:
        assert [file.file for file in files] == ["a.zip!/区商务局.xlsx", "b.zip", "c.xlsx"]
        inside = files[0]
        assert Path(inside.path).read_bytes() == b"1" and inside.size == 1
    assert not Path(inside.path).exists()


def test_without_containers_nothing_is_done():
    files = [InboxFile("x", "a.xlsx", 1, 0.0)]
    with unpacked(files) as same:
        assert same == files


def test_limits_hold_for_all_that_is_inside(monkeypatch):
    monkeypatch.setattr(containers, "MOST_BYTES", 150)
    inner = zipped({"a.bin": bytes(100)})
    assert refused(zipped({"1.zip": inner, "2.zip": inner}), "报表.zip") == "container-too-large"
    assert names(zipped({"1.zip": inner}), "报表.zip") == ["1.zip!/a.bin"]
