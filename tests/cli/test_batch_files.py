"""The batch files of the clerk: bytes that cmd.exe reads rightly, no host named, and dropped paths of any name."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from consolidator.cli.dropped import dropped_files
from schemas.settings import HOME
from tests.district import W1

BATCH_FILES = sorted(HOME.glob("*.bat"))
NAMES = ["甲&乙.xlsx", "a&calc.xlsx", "c d.xlsx", "e & f.xlsx", "100%.xlsx", "%PATH%.xlsx", "惊!叹!.xlsx", "(一)^二.xlsx", "a,b;c=d.xlsx",
         "-h.xlsx", "cmd /c x.xlsx", "it's.xlsx"]


def test_there_are_six():
    assert {path.name for path in BATCH_FILES} == {"安装.bat", "汇总.bat", "自查.bat", "ddb.bat", "工作台.bat", "升级.bat"}


@pytest.mark.parametrize("path", BATCH_FILES, ids=lambda path: path.name)
def test_chinese_comes_only_after_chcp_and_lines_end_as_cmd_wants(path):
    """cmd.exe reads a bracketed block whole, in the code page in force where it begins."""
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and data.count(b"\n") == data.count(b"\r\n")
    depth = block_began_before = chcp = 0
    for line in data.decode("utf-8").splitlines():
        chinese = bool(re.search(r"[^\x00-\x7f]", line))
        assert not chinese or (chcp and not block_began_before), line
        if line.strip().startswith("chcp 65001"):
            chcp = 1
            block_began_before = depth
        depth += line.rstrip().endswith("(") - (line.strip() == ")")
        block_began_before = block_began_before and depth


@pytest.mark.parametrize("path", BATCH_FILES, ids=lambda path: path.name)
def test_no_host_but_pythons_own_page_is_named(path):
    hosts = set(re.findall(r"https?://([^/\s]+)", path.read_text(encoding="utf-8")))
    assert hosts <= {"www.python.org"} and " -i " not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BATCH_FILES, ids=lambda path: path.name)
def test_every_file_and_label_named_is_there(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"(?<![\w\\.])([\w.-]+\.(?:py|lock|txt))\b", text.replace("%~dp0", " ")):
        assert name == "dropped.py" or (HOME / name).is_file(), name
    for module in re.findall(r"-m (consolidator[\w.]+)", text):
        assert (HOME / (module.replace(".", "/") + ".py")).is_file()
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) == labels


def explorer(paths: list[str]) -> str:
    """The command line with which Explorer starts a batch file that ``paths`` were dropped onto: a space makes quotes."""
    dropped = " ".join(f'"{path}"' if " " in path else path for path in paths)
    return rf'C:\WINDOWS\system32\cmd.exe /c ""D:\调度 表\自查.bat" {dropped} "'


@pytest.mark.parametrize("names", [[name] for name in NAMES] + [NAMES, NAMES[::-1]])
def test_dropped_paths_are_taken_whole(names):
    paths = [rf"D:\收件\{name}" for name in names]
    assert dropped_files(explorer(paths), ["D:\\cut", "short"]) == paths


@pytest.mark.parametrize("line", ["", r"C:\WINDOWS\system32\cmd.exe", r'"C:\WINDOWS\system32\cmd.exe" /k cd D:\调度表'])
def test_started_in_a_window_the_arguments_are_as_typed(line):
    assert dropped_files(line, ["甲 乙.xlsx", "丙&丁.xlsx"]) == ["甲 乙.xlsx", "丙&丁.xlsx"]


def test_each_dropped_file_is_checked(district):
    names = NAMES if sys.platform != "win32" else [name for name in NAMES if "/" not in name]
    names = [name.replace("/", "") for name in names]
    paths = [str(district.send("甲局", W1, name)) for name in names]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
    done = subprocess.run([sys.executable, "-m", "consolidator.cli.dropped", "cut"], cwd=HOME, capture_output=True, timeout=120, env={
        **environment, "DROPPED": explorer(paths), "CONSOLIDATE_ROSTER": str(district.settings.paths.roster),
        "CONSOLIDATE_NOW": "2023-06-01T09:00:00"})
    shown = done.stdout.decode("utf-8")
    assert (done.returncode, done.stderr) == (0, b"") and [name for name in names if name not in shown] == []


def test_the_batch_file_hands_over_the_whole_line_and_ends_its_cmd():
    lines = (HOME / "自查.bat").read_text(encoding="utf-8").splitlines()
    at = lines.index('set "DROPPED=!CMDCMDLINE!"')
    assert lines[at - 1] == "setlocal EnableDelayedExpansion" and lines[at + 1] == "setlocal DisableDelayedExpansion"
    assert lines[at + 2].endswith("-m consolidator.cli.dropped %*")
    assert lines[-2].endswith(" exit %RESULT%")
    assert not [line for line in lines if "%CMDCMDLINE%" in line.upper()]  # an ampersand in it would be run
