"""Golden folders: whole stories, told step by step in ``examples/<case>/cmd.txt``, come out as ``expected/`` says.

Compared are cell values, keys and words, never bytes. ``python -m tests.make_examples`` makes inputs and expectations anew.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from consolidator.cli import main as command_line
from schemas.settings import HOME
from tests.district import InlineWorkers

EXAMPLES = HOME / "tests" / "examples"
SHA = re.compile(r"\b[0-9a-f]{8}(?=_)")


def cases() -> list[Path]:
    return sorted(path.parent for path in EXAMPLES.glob("*/cmd.txt"))


class Story:
    """A case on its way: its inbox and outbox in ``folder``, its clock, and what was said and stood after each step."""

    def __init__(self, case: Path, folder: Path):
        self.case, self.folder = case, folder
        self.inbox, self.outbox = folder / "inbox", folder / "outbox"
        self.inbox.mkdir()
        self.environment = {"CONSOLIDATE_INBOX": str(self.inbox), "CONSOLIDATE_OUTBOX": str(self.outbox),
                            "CONSOLIDATE_ROSTER": str(case / "roster.csv"), "CONSOLIDATE_OPERATOR": "王敏",
                            "CONSOLIDATE_OFFICE": "河北区安委会办公室", "CONSOLIDATE_PHONE": "022-00000000",
                            "CONSOLIDATE_REPORT_TO_ADDRESS": "shianweiban@example.cn"}
        self.found: dict[str, object] = {}
        self.codes: list[tuple[str, int, int]] = []
        self.results: dict[str, dict] = {}

    def walk(self) -> None:
        number = 0
        for line in (self.case / "cmd.txt").read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            word, rest = line.split(" ", 1)
            if word.isdigit():
                number += 1
                self._command(number, int(word), rest)
            else:
                {"now": self._now, "receive": self._receive, "remove": self._remove, "roster": self._roster}[word](rest)
        for week in sorted(self.outbox.glob("20*")):
            self.found[f"{week.name}/files.txt"] = "".join(
                f"{SHA.sub('________', path.relative_to(week).as_posix())}\n" for path in sorted(week.rglob("*")) if path.is_file())
            for path in [*week.glob("*.txt"), *week.glob("退回/**/*.txt"), *week.glob("上报/*.txt")]:
                name = f"{week.name}/{path.relative_to(week).as_posix()}"
                self.found[name] = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
            for sheet in (sheet for path in week.glob("*（汇总）*.xlsx") for sheet in openpyxl.load_workbook(path, data_only=True)):
                self.found[f"{week.name}/{sheet.title}.json"] = {
                    cell.coordinate: str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}

    def _now(self, moment: str) -> None:
        self.environment["CONSOLIDATE_NOW"] = moment

    def _receive(self, folder: str) -> None:
        shutil.copytree(self.case / folder, self.inbox, dirs_exist_ok=True)

    def _remove(self, file: str) -> None:
        (self.inbox / file).unlink()

    def _roster(self, name: str) -> None:
        self.environment["CONSOLIDATE_ROSTER"] = str(self.case / name)

    def _command(self, number: int, code: int, line: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
        with (mock.patch.dict(os.environ, {**clean, **self.environment}, clear=True),
              mock.patch("schemas.settings.FILE", self.folder / "settings.toml"), contextlib.chdir(self.case),
              contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
            got = command_line.main(shlex.split(line))
        self.codes.append((line, code, got))
        name = f"{number:02}_{line.split(' ')[0]}"
        shown = (out.getvalue() + err.getvalue()).replace(str(self.folder), "…")
        self.found[f"{name}.txt"] = f"{got} {line}\n\n" + "\n".join(one.rstrip() for one in shown.splitlines()) + "\n"
        for path in sorted(self.outbox.glob("*/result.json")):
            result = parts(json.loads(path.read_text(encoding="utf-8")))
            if self.results.get(path.parent.name) != result:
                self.results[path.parent.name] = result
                self.found[f"{name}_{path.parent.name}.json"] = result


def parts(result: dict) -> dict:
    """What of ``result.json`` the golden folders hold: all but the sentences, which the screen shows."""
    return {
        "week": result["week"],
        "submissions": [{"file": one["file"], "unit": one["unit"], "date": one["date"], "status": one["status"],
                         "problems": [" ".join(str(p[key]) for key in ("severity", "code", "figure", "cell") if p[key])
                                      for p in one["problems"]]} for one in result["submissions"]],
        "units": [{"unit": one["unit"], "source": one["source"], "from_week": one["from_week"], "awaiting": one["awaiting"],
                   "figures": one["figures"]} for one in result["units"]],
        "totals": result["totals"], "increments": result["increments"],
    }


def reported(case: Path, folder: Path) -> Story:
    with mock.patch("consolidator.workflows.weekly.Workers", InlineWorkers):
        story = Story(case, folder)
        story.walk()
    return story


def written(value: object) -> str:
    """An expectation as it lies in the folder: one key a line, lists of plain things on one."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def remake(case: Path) -> None:
    """Write what the case gives now into its ``expected/``."""
    shutil.rmtree(case / "expected", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        story = reported(case, Path(folder).resolve())
    for name, value in story.found.items():
        path = case / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(value), encoding="utf-8", newline="\n")
    for line, wanted, got in story.codes:
        if wanted != got:
            print(f"{case.name}: {line}: exit {got}, not {wanted}")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_story_comes_out_as_reported(case, tmp_path):
    story = reported(case, tmp_path)
    assert [(line, got) for line, _, got in story.codes] == [(line, wanted) for line, wanted, _ in story.codes]
    expected = {path.relative_to(case / "expected").as_posix(): path.read_text(encoding="utf-8")
                for path in (case / "expected").rglob("*") if path.is_file()}
    assert sorted(story.found) == sorted(expected)
    for name, text in expected.items():
        value = story.found[name]
        assert (value if isinstance(value, str) else json.loads(written(value))) == \
            (text if isinstance(value, str) else json.loads(text)), name


def test_there_are_cases_and_they_are_small():
    assert len(cases()) >= 3
    files = [path for path in EXAMPLES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1.5 * 2 ** 20
    assert [path.name for path in files if "expected" not in path.parts and path.stat().st_size > 20 * 1024] == []
