"""The clerk's manual says what is so: commands, options, files, pictures and sentences."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import click
import pytest

from consolidator.cli import main as command_line
from consolidator.mail import send
from consolidator.store.journal import NAME as JOURNAL
from consolidator.store.sqlite_index import INDEX_NAME
from consolidator.writing import paper_names
from docs import make_pictures
from schemas.actions import as_commands
from schemas.ledger_problems import LEDGER_CODES
from schemas.problems import CODES
from schemas.settings import HOME
from tests.district import W2, District

TEXT = make_pictures.MANUAL.read_text(encoding="utf-8")
BATCH_FILES = sorted(HOME.glob("*.bat"))
_CODE = re.compile(r"`([^`\n]+)`")
_COMMAND_LINE = re.compile(r"(?:consolidate\.py|\bddb) ([a-z][^\n&`]*)")


LEAVES = [leaf for one in command_line.cli.commands.values()
          for leaf in (one.commands.values() if isinstance(one, click.Group) else [one])]


def _command_of(line: str) -> click.Command | None:
    """The command of a line, of a group the one below it."""
    first, *rest = line.split()
    command = command_line.cli.commands.get(first)
    return command.commands.get(rest[0]) if isinstance(command, click.Group) and rest else command


def _command_lines() -> list[str]:
    """Every command that the manual and the batch files give, without what is before it."""
    texts = [TEXT, *(path.read_text(encoding="utf-8") for path in BATCH_FILES)]
    named = [line.strip() for line in _COMMAND_LINE.findall("\n".join(texts))]
    return [*named, *(code for code in _CODE.findall(TEXT) if code.split()[0] in command_line.cli.commands)]


def test_the_manual_names_every_command_and_no_other():
    assert {line.split()[0] for line in _command_lines()} == set(command_line.cli.commands)


@pytest.mark.parametrize("line", sorted({line for line in _command_lines() if "--" in line}))
def test_options_stand_with_their_command(line):
    command = _command_of(line)
    known = {name for one in (command.params if command else []) for name in one.opts} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z-]+", line)) <= known


def test_every_option_named_is_one_of_the_program_s():
    ours = {name for command in LEAVES for one in command.params for name in one.opts}
    own = {"--help", "--no-index", "--find-links", "--table"}  # pip's, and the picture script's
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) <= ours | own


def test_every_option_is_in_the_manual():
    ours = {name for command in LEAVES for one in command.params
            if isinstance(one, click.Option) for name in one.opts}
    assert [name for name in sorted(ours) if name not in TEXT] == []


def test_every_picture_shown_exists_and_every_picture_is_shown():
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]+\]\((?:docs/)?pictures/([^\n]+\.png)\)", TEXT + readme)
    assert sorted(set(shown)) == sorted(path.name for path in make_pictures.PICTURES.iterdir())
    assert all((make_pictures.PICTURES / name).stat().st_size < make_pictures.HEAVIEST for name in shown)


def test_the_table_of_problems_is_the_catalogue_s():
    table = TEXT.split(make_pictures.BEGIN)[1].split(make_pictures.END)[0]
    assert table.strip() == make_pictures.problems_table().strip(), "run: python docs/make_pictures.py --table"
    assert all(f"| {code.title} |" in table for code in CODES.values())
    table = TEXT.split(make_pictures.BEGIN_LEDGERS)[1].split(make_pictures.END)[0]
    assert table.strip() == make_pictures.ledger_table().strip(), "run: python docs/make_pictures.py --table"
    assert all(f"| {code.title} |" in table for code in LEDGER_CODES.values()) and "{" not in table


def test_a_changed_wording_changes_the_table(tmp_path, monkeypatch):
    manual = tmp_path / "手册.md"
    manual.write_text(f"前\n{make_pictures.BEGIN}\n旧\n{make_pictures.END}\n中\n{make_pictures.BEGIN_LEDGERS}\n旧\n{make_pictures.END}\n后\n",
                      encoding="utf-8")
    monkeypatch.setitem(LEDGER_CODES, "cell-blank", type(CODES["blank"])("error", "空着", "“{heading}：”空着：请填写{id}"))
    monkeypatch.setitem(CODES, "blank", type(CODES["blank"])("warning", "没填", "{label}空着：请填写数字"))
    make_pictures.write_table(manual)
    result = manual.read_text(encoding="utf-8")
    assert "| 没填 | 某项空着 | 请填写数字 |" in result
    assert "| 空着 | “某列：”空着 | 请填写YH2023-0012 |" in result
    assert result.startswith("前\n") and "\n中\n" in result and result.endswith("后\n") and "旧" not in result


def test_sentences_quoted_are_the_program_s():
    quoted = re.findall("「([^」]+)」", TEXT)
    patterns = [_as_pattern(as_commands(code.template)) for code in (*CODES.values(), *LEDGER_CODES.values())]
    assert quoted
    assert [one for one in quoted if not any(pattern.fullmatch(one) for pattern in patterns)] == []


def _as_pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(re.escape(literal) + (".+" if name else "")
                              for literal, name, _, _ in Formatter().parse(template)))


def test_files_named_are_those_that_a_run_writes(district: District):
    assert make_pictures.FAULTY_WEEK == W2
    district.send_all(W2, but=["乙局"])
    district.send("乙局", W2, self_found="约20")
    district.run()
    named = re.findall(r"^\| `([^`]+)`", TEXT.split("**4. 退回和催报。**")[0], re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in district.week(W2).iterdir())


def test_other_names_are_the_program_s():
    for name in (paper_names.ANNEX, send.DRAFT, send.BY_HAND, JOURNAL, INDEX_NAME, "roster.csv"):
        assert name in TEXT
    for path in re.findall(r"`((?:schemas|templates|demo|inbox|outbox)[/\\][^`]*)`", TEXT):
        assert path.startswith("outbox") or (HOME / Path(path.replace("\\", "/"))).exists(), path


def test_links_within_the_manual_lead_somewhere():
    anchors = {re.sub(r"[^\w\u4e00-\u9fff -]", "", heading).strip().lower().replace(" ", "-")
               for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    assert {link for link in re.findall(r"\]\(#([^)]+)\)", TEXT)} <= anchors


@pytest.mark.parametrize("path", BATCH_FILES, ids=lambda path: path.stem)
def test_batch_files_read_well_on_windows(path):
    data = path.read_bytes()
    assert data.startswith(b"@echo off\r\n") and data.count(b"\n") == data.count(b"\r\n")
    assert re.search(rb"[^\x00-\x7f]", data.split(b"chcp 65001 >nul", 1)[0]) is None
    assert path.stem in TEXT
