"""`python consolidate.py` with a Python that lacks the libraries: `.venv` takes over, or one line says to install."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from consolidator.cli.bootstrap import NOT_INSTALLED
from schemas.settings import HOME


def bare(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """A Python without site-packages runs the command in ``folder``."""
    return subprocess.run([sys.executable, "-S", str(folder / "consolidate.py"), *arguments], capture_output=True, timeout=60)


def copied(folder: Path) -> Path:
    (folder / "consolidator" / "cli").mkdir(parents=True)
    for name in ("consolidate.py", "consolidator/__init__.py", "consolidator/cli/__init__.py", "consolidator/cli/bootstrap.py"):
        shutil.copyfile(HOME / name, folder / name)
    return folder


def test_without_an_environment_one_line_says_what_to_do(tmp_path):
    done = bare(copied(tmp_path), "run")
    assert (done.returncode, done.stdout, done.stderr.decode("utf-8")) == (3, b"", f"{NOT_INSTALLED}\n")


def test_the_environment_beside_it_takes_over_with_arguments_and_exit_code(tmp_path):
    copied(tmp_path)
    venv.create(tmp_path / ".venv", with_pip=False)
    packages = next((tmp_path / ".venv").glob("**/site-packages"))
    (packages / "python_calamine.py").touch()
    (tmp_path / "consolidator" / "cli" / "main.py").write_text("import sys\nprint(sys.argv[1:])\nsys.exit(7)\n", encoding="utf-8")
    done = bare(tmp_path, "run", "--week", "2023-06-05")
    assert done.returncode == 7, done.stderr
    assert done.stdout.decode("utf-8").strip() == "['run', '--week', '2023-06-05']"
