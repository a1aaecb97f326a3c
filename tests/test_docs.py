"""README, CONTRIBUTING and .ci/run say what is so: commands, options, folders, and what a run lays in the outbox."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from consolidator.cli import main as command_line
from consolidator.cli import outcome
from schemas.settings import HOME, Settings
from tests.district import W1
from tests.ledger.factory import Row, ledger

README = (HOME / "README.md").read_text(encoding="utf-8")
MAP = (HOME / "docs" / "architecture.md").read_text(encoding="utf-8")
CI = (HOME / ".ci" / "run").read_text(encoding="utf-8")
COMMANDS = command_line.cli.commands
FENCES = {name: body for name, body in re.findall(r"<!-- (\w+) -->\n```sh\n(.*?)```", README, re.DOTALL)}


def _program_lines() -> list[list[str]]:
    """Every ``consolidate.py …`` that the README shows, split as a shell would."""
    lines = re.findall(r"consolidate\.py ([a-zA-Z][^\n`&|]*)", README)
    return [shlex.split(line) for line in lines]


def test_the_first_fence_is_one_line_that_ends_with_the_demonstration():
    first = re.search(r"```\w*\n(.*?)```", README, re.DOTALL).group(1)
    assert first == FENCES["setup"] and first.count("\n") == 1
    assert first.rstrip().endswith("consolidate.py demo") and "requirements.txt" in first
    assert FENCES["tests"].count("\n") == 1 and "requirements-dev.txt" in FENCES["tests"] and "pytest" in FENCES["tests"]


def test_the_checks_run_the_readmes_own_lines_and_ruff():
    assert {"setup", "tests"} <= set(FENCES)
    for name in ("setup", "tests"):
        assert f'bash -euo pipefail -c "$(line {name})"' in CI
    assert re.search(r"ruff check \.", CI)


def test_every_command_shown_is_one_with_its_options():
    lines = _program_lines()
    assert lines
    for line in lines:
        if line[0] == "COMMAND":
            continue
        assert line[0] in COMMANDS, line
        known = {opt for one in COMMANDS[line[0]].params for opt in one.opts} | {"--help"}
        assert {word for word in line if word.startswith("--")} <= known, line


def test_every_command_and_option_named_in_the_text_is_one():
    named = [code.split() for code in re.findall(r"`([a-z]+(?: --[a-z-]+)*)`", README)]
    commands = [words for words in named if words[0] in COMMANDS]
    assert {"accept", "close", "reopen", "send", "status", "history"} <= {words[0] for words in commands}
    for words in commands:
        known = {opt for one in COMMANDS[words[0]].params for opt in one.opts}
        assert set(words[1:]) <= known, words


def test_the_map_shows_every_module_and_nothing_that_is_gone():
    house = MAP.partition("## The rooms")[2].partition("```")[2].partition("```")[0]
    shown, above = set(), []
    for line in house.splitlines():
        if found := re.match(r"( *)([\w./-]+)", line):
            above[len(found[1]) // 2:] = [found[2].rstrip("/")]
            if found[2].endswith(".py"):
                shown.add("/".join(above))
    modules = {path.relative_to(HOME).as_posix() for room in ("consolidator", "schemas") for path in (HOME / room).rglob("*.py")
               if path.name != "__init__.py"}
    assert {path for path in shown if "/" in path} == modules and "consolidate.py" in shown
    folders = {path.name for path in HOME.rglob("*/") if not {".venv", ".git"} & set(path.parts)}
    assert set(re.findall(r"^\s*(\w+)/", house, re.MULTILINE)) <= folders


def test_every_link_and_every_path_in_backticks_is_there():
    for name in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        text = (HOME / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert ((HOME / name).parent / target).exists(), (name, target)
        for path in re.findall(r"`((?:schemas|tests|consolidator|templates|docs|benchmarks|\.ci)/[\w./-]*)`", text):
            assert (HOME / path).exists(), (name, path)


def test_exit_codes_and_variables_are_those_of_the_program():
    codes = re.search(r"Exit codes: (.+)", README).group(1)
    assert [int(code) for code in re.findall(r"(?:^|· )(\d) ", codes)] == [
        0, outcome.EXIT_REJECTED, outcome.EXIT_USAGE, outcome.EXIT_BROKEN]
    assert "`CONSOLIDATE_…`" in README and (HOME / "settings.example.toml").is_file()


def test_the_outbox_is_what_the_table_says(district):
    """What the README's table and the contract list, and nothing more but what its own lines explain."""
    district.send_all(W1, but=["甲局", "丙街道"])
    district.send("甲局", W1, self_found="约20")
    late = ledger([Row(found="2023-05-25", due="2023-05-27")], unit="乙局", day=W1)
    (district.folder / "inbox" / "乙局台账.xlsx").write_bytes(late)
    district.run(W1)
    names = {path.name for path in district.week(W1).iterdir()}
    table = set(re.findall(r"^\| (.+?) \|", README.split("outbox/<week>/")[1], re.MULTILINE))
    patterns = [pattern for row in table for pattern in re.findall(r"`([^`]+)`", row)]
    assert len(patterns) >= 8
    fitting = {pattern: {name for name in names if re.fullmatch(
        re.escape(pattern.rstrip("/")).replace("…", ".*").replace("<week>", W1.isoformat()), name)} for pattern in patterns}
    assert [pattern for pattern, found in fitting.items() if not found] == []
    assert names - set().union(*fitting.values()) == set()
    outbox = {path.name for path in (district.folder / "outbox").iterdir() if not path.name.startswith(".")}
    assert outbox == {"journal.jsonl", "history.sqlite3", W1.isoformat()}


def test_what_is_needed_stands_in_the_requirements():
    """Every module from outside that the program imports is in requirements.txt, and every tests' in requirements-dev.txt."""
    import ast
    import sys

    distribution = {"yaml": "PyYAML", "docx": "python-docx", "python_calamine": "python-calamine", "xlsxwriter": "XlsxWriter",
                    "PIL": "pillow", "odf": "odfpy", "msoffcrypto": "msoffcrypto-tool"}
    names = {kind: {re.split(r"[~=<>\[ ]", line)[0].lower() for line in (HOME / kind).read_text("utf-8").splitlines()
                    if line and not line.startswith(("#", "-r"))}
             for kind in ("requirements.txt", "requirements-dev.txt", "requirements-scale.txt")}

    def imported(paths) -> dict[str, Path]:
        found = {}
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {one.name.split(".")[0]: path for one in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    found[node.module.split(".")[0]] = path
        own = {path.name.removesuffix(".py") for path in HOME.iterdir()} | {"make_forms", "peers"}
        return {name: path for name, path in found.items() if name not in sys.stdlib_module_names and name not in own}

    program = imported([*HOME.glob("*.py"), *(HOME / "consolidator").rglob("*.py"), *(HOME / "schemas").glob("*.py")])
    lacking = {name: path.name for name, path in program.items()
               if distribution.get(name, name).lower() not in names["requirements.txt"]}
    assert lacking.items() <= {name: "cluster.py" for name in names["requirements-scale.txt"]}.items()
    tests = imported((HOME / "tests").rglob("*.py"))
    everything = set.union(*names.values())
    lacking = {name: path.name for name, path in tests.items() if distribution.get(name, name).lower() not in everything}
    assert set(lacking) <= {"packaging"}, lacking  # pytest brings it


@pytest.mark.parametrize("part", sorted(Settings.model_fields["office"].annotation.model_fields))
def test_the_offices_settings_are_explained_in_the_example(part):
    assert f"#{part} = " in (HOME / "settings.example.toml").read_text(encoding="utf-8")
