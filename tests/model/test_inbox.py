"""Which files of an inbox are read: every one but what programs leave behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from consolidator.model import inbox as inbox_module
from consolidator.model.inbox import list_files
from schemas.errors import ConsolidatorError

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names that only Linux allows")


def names(folder) -> list[str]:
    return [one.file for one in list_files(folder)]


def test_files_of_all_folders_sorted_with_slashes(tmp_path):
    for name in ("b.xlsx", "a.docx", "街道/月牙河街道.xlsx", "街道/旧/x.xls"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    assert names(tmp_path) == ["a.docx", "b.xlsx", "街道/旧/x.xls", "街道/月牙河街道.xlsx"]
    one = list_files(tmp_path)[0]
    assert (one.path, one.size, one.linked) == (str(tmp_path / "a.docx"), 5, False) and one.mtime > 0


def test_what_programs_leave_behind_is_passed_over(tmp_path):
    for name in ("~$表.xlsx", ".~lock.表.ods#", ".~表.et", ".DS_Store", "._表.xlsx", ".gitkeep", "Thumbs.db",
                 "DESKTOP.INI"):
        (tmp_path / name).write_bytes(b"x")
    for folder in ("__MACOSX", ".git"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "表.xlsx").write_bytes(b"x")
    (tmp_path / "~表.xlsx").write_bytes(b"x")
    assert names(tmp_path) == ["~表.xlsx"]


def test_an_empty_inbox_has_no_files(tmp_path):
    assert list_files(tmp_path) == []


def test_an_inbox_that_is_not_there_is_one_line(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for wrong in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(ConsolidatorError, match="没有收件夹") as raised:
            list_files(wrong)
        assert "\n" not in str(raised.value)


def test_a_folder_that_cannot_be_listed_stops_the_run_rather_than_lose_what_is_in_it(tmp_path, monkeypatch):
    (tmp_path / "锁").mkdir()
    scandir = os.scandir

    def refuses(folder):
        if "锁" in str(folder):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(inbox_module.os, "scandir", refuses)
    with pytest.raises(ConsolidatorError, match=r"打不开文件夹.*锁"):
        list_files(tmp_path)


@LINUX
def test_links_are_listed_and_marked_wherever_they_lead(tmp_path):
    box, outside = tmp_path / "inbox", tmp_path / "outside"
    box.mkdir()
    outside.mkdir()
    (outside / "表.xlsx").write_bytes(b"x")
    (box / "文件").symlink_to(outside / "表.xlsx")
    (box / "夹").symlink_to(outside)
    (box / "断").symlink_to(tmp_path / "none")
    (box / "圈").symlink_to(box)
    os.mkfifo(box / "管")
    assert [(one.file, one.linked) for one in list_files(box)] == [
        (name, True) for name in sorted(["文件", "夹", "断", "圈", "管"])]


@LINUX
def test_odd_names_become_printable_and_stay_apart(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"a\nb.xlsx", b"a\tb.xlsx", "月牙河.xlsx".encode("gbk"), b"\xff\xfe.xlsx", "x\u202excod.xlsx".encode(),
                 "\u3000全角\u3000.xlsx".encode(), b"n" * 240 + b".xlsx"):
        with open(folder + b"/" + name, "wb") as opened:
            opened.write(b"x")
    listed = list_files(tmp_path)
    found = [one.file for one in listed]
    assert len(set(found)) == 7
    assert {"月牙河.xlsx", "\u3000全角\u3000.xlsx", "a\ufffdb.xlsx", "a\ufffdb.xlsx（2）"} <= set(found)
    for one in listed:
        one.file.encode("utf-8")
        assert not set(one.file) & set("\n\t\u202e")
        assert Path(one.path).read_bytes() == b"x"
