"""The product as a whole against hostile and odd material: reported in one line or by a problem, never a traceback."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
import sqlite3
import sys
import zipfile
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from consolidator.writing import environment
from consolidator.writing.docx.filling import fill_word
from schemas.errors import DefinitionError
from schemas.settings import HOME, load_settings
from tests.command import call
from tests.district import BUREAU, W1, District

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names and files that only Linux allows")
NAMES = ["=1+1局", "<b>局</b>", "a/b科", "宁园", "宁园街道", "@SUM(A1)局", "{{ 7*7 }}局", "{% raw %}科", "C:\\x局", "CON", "局.. ",
         "<script>alert(1)</script>局", "长" * 300 + "局", "😀局", "a&b\"'局", "[red]局[/red]", "%s局", "nan", "#REF!局", "合计"]
TEXTS = ["=1+1", "<img src=x onerror=alert(1)>", "{{ 7*7 }}", "x" * 32_000, "a\r\nBcc: evil@x.cn", "😀", "+1", "@A1", "../../x"]


@pytest.fixture
def office(district: District, monkeypatch, capsys):
    """The district's command with nothing of this machine's settings."""
    for name in [name for name in os.environ if name.startswith("CONSOLIDATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("schemas.settings.HOME", district.folder)
    for name in ("inbox", "outbox", "roster", "form"):
        monkeypatch.setenv(f"CONSOLIDATE_{name.upper()}", str(getattr(district.settings.paths, name)))
    monkeypatch.setenv("CONSOLIDATE_NOW", "2023-12-31T09:00:00")
    monkeypatch.setenv("CONSOLIDATE_OPERATOR", "<b>王\r\nBcc: evil@x.cn")
    return lambda *arguments: call(capsys, *arguments)


# what is written

class _Page(HTMLParser):
    """The tags and links of a page."""

    def __init__(self):
        super().__init__()
        self.tags: set[str] = set()
        self.wrong: list = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.wrong += [(tag, name, value) for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def _faults(outbox: Path) -> list:
    """What is wrong with the written files: formulas that were a text, markup, broken packages, letters with more headers."""
    faults: list = []
    for path in outbox.rglob("*"):
        if not path.is_file() or "submissions" in path.parts:
            continue
        if len(path.name.encode()) > 255 or set(path.name) & set('\\:*?"<>|\n\r') or path.name.startswith(".part-"):
            faults.append(path.name)
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                faults += [(path.name, name) for name in names if ".." in name or name.startswith("/") or names.count(name) > 1]
                for name in names:
                    if name.endswith((".xml", ".rels")):
                        ElementTree.fromstring(archive.read(name))
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            faults += [(path.name, cell.coordinate, cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
                       if cell.data_type == "f" and not re.match(r"=((ROUND|SUM|COUNTIF|IF)\(|\"(还差|要改) \"&)", str(cell.value))]
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            page = _Page()
            page.feed(text)
            faults += [*page.wrong, *(page.tags & {"b", "img", "iframe"}), *([] if "Content-Security-Policy" in text else [path])]
        if path.suffix == ".eml":
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            faults += [*letter.defects, *(name for name in letter if name.lower() == "bcc")]
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
    return faults


def test_hostile_names_and_cells_are_text_in_everything_that_is_written(office, district):
    with district.roster.open("w", encoding="utf-8-sig", newline="") as file:
        rows = [[name, BUREAU if number % 2 else "街道", "", f"u{number}@example.org"] for number, name in enumerate(NAMES)]
        csv.writer(file).writerows([["单位名称", "类别", "别名", "邮箱"], *rows])
    for number, name in enumerate(NAMES):
        changes = {"checked": TEXTS[number // 2 % len(TEXTS)]} if number % 2 else {"self_rectified": 99} if number % 4 else {}
        path = district.send("甲局" if name.startswith("=") else name, W1, f"f{number}.xlsx", kind="xlsx", **changes)
        book = openpyxl.load_workbook(path)
        for cell in (cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"):
            cell.data_type = "s"  # a text that looks like a formula is a text
        book.save(path)
    assert office("run", "--week", W1).code == 1
    for command in ("status", "blank", "blank --docx", "blank --html", "send --draft", "report --edition stage", "send --by-hand --anyway"):
        assert office(*command.split()).code == 0, command
    assert _faults(district.folder / "outbox") == []
    result = district.result_json(W1)
    assert [one["unit"] for one in result["units"]] == [name.strip() for name in NAMES]
    standing = {one["unit"]: one["source"] for one in result["units"]}
    assert standing["宁园"] == "missing" and standing["宁园街道"] == "reported"


# what lies in the inbox

@LINUX
def test_an_inbox_of_odd_things_loses_none_and_spoils_none(office, district):
    inbox = district.folder / "inbox"
    district.send_all(W1)
    good = (inbox / "甲局0529.xlsx").read_bytes()
    (inbox / "甲局0529.xlsx").unlink()
    odd = {"empty.xlsx": b"", "cut.xlsx": good[:500], "a.doc": b"\xd0\xcf\x11\xe0" + bytes(600), "a.pdf": b"%PDF-1.4",
           "a.rar": b"Rar!\x1a\x07", "a.jpg": b"\xff\xd8\xff\xe0", "a.zip": b"PK\x05\x06" + bytes(18),
           "a.eml": b"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x"}
    odd |= dict.fromkeys(["=1+1.xlsx", "{{ 7*7 }}.xlsx", "a\nb.xlsx", "x\u202excod.xlsx", "CON", "长" * 83, "A.XLSX", "a.xlsx",
                          ".x.xlsx"], good[:700])
    for name, data in odd.items():
        (inbox / name).write_bytes(data)
    deep = inbox.joinpath(*(f"层{n}" for n in range(30)))
    deep.mkdir(parents=True)
    for number in range(20):
        (deep / f"同{number}.xlsx").write_bytes(good)
    (inbox / "~$甲局.xlsx").write_bytes(b"x")
    shown = office("run", "--week", W1)
    assert shown.code == 1 and shown.err == ""
    result = district.result_json(W1)
    status = {one["file"].split("!/")[0].split("/")[-1]: one["status"] for one in result["submissions"]}
    assert len(result["submissions"]) == len(odd) + 22
    assert {name: status[name] for name in odd if name.isprintable()} == {name: "rejected" for name in odd if name.isprintable()}
    assert status["a\ufffdb.xlsx"] == status["x\ufffdxcod.xlsx"] == "rejected"
    assert sum(one == "duplicate" for one in status.values()) == 19 and [one["source"] for one in result["units"]] == ["reported"] * 3
    assert _faults(district.folder / "outbox") == []


def test_what_the_program_wrote_adds_nothing_when_it_strays_into_the_inbox(office, district):
    district.send("乙局", W1)
    district.send("甲局", W1, self_rectified=99)
    office("run", "--week", W1)
    office("blank", "--week", W1)
    office("blank", "--docx", "--week", W1)
    before = district.result_json(W1)
    for number, path in enumerate(sorted((district.folder / "outbox").rglob("*"))):
        if path.is_file() and "submissions" not in path.parts and path.suffix != ".lock":
            shutil.copy(path, district.folder / "inbox" / f"{number}_{path.name}")
    assert office("run", "--week", W1).code == 1
    result = district.result_json(W1)
    assert result["totals"] == before["totals"]
    returned = [one for one in result["submissions"] if "退回" in one["file"] and one["file"].endswith(".xlsx")]
    assert [(one["unit"], one["status"]) for one in returned] == [("甲局", "rejected")]
    for one in result["submissions"]:
        if "_调度表_" in one["file"]:  # an unfilled form is never zeros, and takes no filled one's place
            assert all(value is None for value in one["figures"].values()), one["file"]
            assert (one["status"] == "accepted") <= (one["unit"] == "丙街道")
    assert all(one["status"] == "rejected" for one in result["submissions"] if "汇总" in one["file"])


# what the disk, the system and other programs do

def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(office, district, monkeypatch):
    district.send_all(W1)
    assert office("run", "--week", W1).code == 0
    outbox = district.folder / "outbox"
    before = {path: path.read_bytes() for path in outbox.rglob("*") if path.is_file() and path.suffix not in (".sqlite3", ".jsonl")}
    district.send("甲局", W1, "更正.xlsx", base=11)

    def full(*_: object, **__: object):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("consolidator.writing.xlsx.merged.write_merged", full)
        shown = office("run", "--week", W1)
    assert shown.code == 3 and "磁盘已满" in shown.line
    assert not list(outbox.rglob(".part-*"))
    assert all(path.read_bytes() == data for path, data in before.items() if path.name != ".lock")
    assert office("run", "--week", W1).code == 0 and district.result_json(W1)["totals"]["self_found"] == 31
    assert office("history", "--verify").code == 0


def test_an_outbox_that_cannot_be_written_is_one_line(office, district, monkeypatch):
    district.send_all(W1)
    (district.folder / "outbox" / "blank").write_bytes(b"in the way")
    shown = office("blank")
    assert shown.code == 3 and "blank" in shown.line
    for wrong in (str(district.roster), str(district.folder / ("长" * 100))):
        monkeypatch.setenv("CONSOLIDATE_OUTBOX", wrong)
        shown = office("run")
        assert shown.code == 3 and "发件夹" in shown.line


def test_an_index_that_another_program_holds_is_not_called_broken(office, district, monkeypatch):
    district.send_all(W1)
    office("run", "--week", W1)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *arguments, **named: connect(*arguments, **{**named, "timeout": 0}))
    other = connect(district.folder / "outbox" / "history.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for command in ("run", "status", "close", "history --verify"):
        shown = office(*command.split())
        assert shown.code == 3 and "正被别的程序占用" in shown.line, command
    other.execute("ROLLBACK")
    other.close()
    assert office("run", "--week", W1).code == 0


@pytest.mark.parametrize("command", ["run --inbox", "run --roster", "run --form", "check", "blank --outbox"])
def test_a_path_that_is_too_long_is_one_line(office, command):
    shown = office(*command.split(), "长" * 100)
    assert shown.code == 3 and "长长长" in shown.line


# what somebody edits

@pytest.mark.parametrize("change", [
    lambda text: text.replace('"self_found":30', '"self_found":99'), lambda text: text.replace('"self_found":10', '"self_found":"十"'),
    lambda text: "{}", lambda text: "[]", lambda text: text[:99], lambda text: text + " ",
])
def test_a_result_that_somebody_changed_never_goes_up(office, district, change):
    district.send_all(W1)
    office("run", "--week", W1)
    path = district.week(W1) / "result.json"
    written = path.read_text(encoding="utf-8")
    assert change(written) != written
    path.write_text(change(written), encoding="utf-8")
    for command in ("send --draft", "report --edition stage"):
        shown = office(*command.split())
        assert shown.code == 3 and "result.json" in shown.line
    path.unlink()
    assert office("run", "--week", W1).code == 0 and office("send", "--draft").code == 0


@pytest.mark.parametrize("expression", ["{{ 1/0 }}", "{{ 3 + '个' }}", "{% for a in 3 %}{% endfor %}", "{{ '%d'|format('x') }}",
                                        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"])
def test_what_a_template_cannot_work_out_is_reported_with_its_line(tmp_path, expression):
    (tmp_path / "信.txt").write_text(f"甲\n{expression}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"^模板 信\.txt 第2行：算不出来") as reported:
        environment.render(environment.text_environment(tmp_path), "信.txt")
    assert "\n" not in str(reported.value)
    import docx

    document = docx.Document()
    document.add_paragraph(expression)
    document.save(str(tmp_path / "报告.docx"))
    with pytest.raises(DefinitionError, match=r"^模板 报告\.docx.*算不出来"):
        fill_word(tmp_path / "报告.docx", {}, tmp_path / "out.docx", W1)


def test_our_own_bug_in_filling_a_template_is_not_blamed_on_it(tmp_path):
    (tmp_path / "信.txt").write_text("甲", encoding="utf-8")
    templates = environment.text_environment(tmp_path)
    templates.get_template = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        environment.render(templates, "信.txt")


@pytest.mark.parametrize(("text", "key"), [
    ("paths = 3", "paths"), ("office = []", "office"), ("mail = 1979-05-27", "mail"), ("[paths]\ninbox = ''", "paths.inbox"),
    ('[paths]\noutbox = "a\\u0000b"', "paths.outbox"), ("[mail]\nport = 'x'", "mail.port"), ("[office]\nnmae = 'x'", "office.nmae"),
])
def test_settings_of_a_wrong_kind_are_reported_by_key(tmp_path, text, key):
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=rf"的 {re.escape(key)}："):
        load_settings(tmp_path / "settings.toml", {"CONSOLIDATE_OPERATOR": "王敏", "CONSOLIDATE_INBOX": ""})


# what Windows has not

def test_nothing_of_one_system_alone_is_taken_for_granted():
    guarded = {"task.py": "resource", "process.py": "signal"}
    for path in [HOME / "consolidate.py", *(HOME / "consolidator").rglob("*.py"), *(HOME / "schemas").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for module in ("signal", "fcntl", "pwd", "resource"):
            assert guarded.get(path.name) == module or not re.search(rf"^\s*import {module}\b", text, re.MULTILINE), path
        assert not re.search(r"os\.(fork|geteuid|getuid|uname)\(|[\"']/tmp", text), path
        assert path.name in ("consolidate.py", "bootstrap.py") or not re.search(r"^\s*print\(|sys\.exit\(", text, re.MULTILINE), path
