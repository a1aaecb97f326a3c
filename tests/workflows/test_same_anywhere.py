"""The same files give the same papers to the byte, whatever the seed, the locale, the clock's zone and the order of the files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command import spawn
from tests.test_examples import EXAMPLES

MACHINES = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "America/New_York"},
    {"PYTHONHASHSEED": "4294967295", "LC_ALL": "POSIX", "TZ": "Pacific/Kiritimati"},
]


def week_of(case: Path, folder: Path, environment: dict[str, str], *, backwards: bool) -> dict[str, bytes]:
    """The papers and result of the case's first week, its files put into the inbox in one order or the other."""
    first = min(path for path in case.iterdir() if path.is_dir() and path.name != "expected")
    for path in sorted((one for one in first.rglob("*") if one.is_file()), reverse=backwards):
        to = folder / "inbox" / path.relative_to(first)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    ran = spawn("run", "--inbox", "inbox", "--outbox", "outbox", "--roster", case / "roster.csv", folder=folder,
                CONSOLIDATE_NOW="2023-05-29T11:00:00", **environment)
    assert ran.code in (0, 1), ran.err
    week = folder / "outbox" / "2023-05-29"
    return {path.relative_to(week).as_posix(): path.read_bytes() for path in sorted(week.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("case", ["a_first_week_of_mixed_formats", "a_hostile_folder"])
def test_the_same_files_give_the_same_papers_on_every_machine(case, tmp_path):
    weeks = []
    for number, environment in enumerate(MACHINES):
        folder = tmp_path / str(number)
        folder.mkdir()
        weeks.append(week_of(EXAMPLES / case, folder, environment, backwards=bool(number % 2)))
    first, *others = weeks
    assert "result.json" in first and len(first) > 5
    for other in others:
        assert other.keys() == first.keys()
        assert [name for name in first if other[name] != first[name]] == []
