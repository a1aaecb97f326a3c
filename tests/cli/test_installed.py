"""The program installed as a package: the command ``consolidate``, its version and completion, with the office's folder
wherever it is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import consolidator
from schemas.settings import HOME
from tests.forms import fill, to_bytes

pytest.importorskip("hatchling", reason="builds the package")
pytest.importorskip("hatch_requirements_txt", reason="builds the package")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder into which the package was installed without its dependencies (the test's environment has them)."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation",
                    "--target", str(folder), str(HOME)], check=True, timeout=300)
    return folder


def command(installed: Path, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The installed command, run in ``folder`` as a clerk would."""
    script = next(path for path in (installed / "bin").iterdir() if path.stem == "consolidate")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
    start = [str(script)] if script.suffix == ".exe" else [sys.executable, str(script)]
    return subprocess.run([*start, *arguments], cwd=folder, capture_output=True, timeout=300,
                          env={**clean, "PYTHONPATH": str(installed), **environment})


def test_it_shows_its_version(installed, tmp_path):
    done = command(installed, tmp_path, "--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"consolidate {consolidator.__version__}\n")


def test_its_name_in_help_and_refusals_is_the_commands(installed, tmp_path):
    assert command(installed, tmp_path, "--help").stdout.decode().startswith("用法： consolidate [")
    refused = command(installed, tmp_path, "run", "--quick")
    assert refused.returncode == 2 and refused.stderr.decode().endswith("（看说明：consolidate run --help）\n")


def test_a_week_runs_in_the_folder_in_which_it_is_called(installed, tmp_path):
    form = consolidator.load_form("major_hazards_2023")
    (tmp_path / "inbox").mkdir()
    figures = {name: (True if one.kind == "yes_no" else 1) for name, one in form.figures.items()}
    sheet = fill(form, figures, unit="区商务局", date=form.campaign.first_week)
    (tmp_path / "inbox" / "区商务局.xlsx").write_bytes(to_bytes([sheet], "xlsxwriter"))
    done = command(installed, tmp_path, "run", CONSOLIDATE_NOW="2023-05-29T10:00:00")
    assert done.returncode == 0, done.stderr.decode()
    week = tmp_path / "outbox" / "2023-05-29"
    assert {"result.json", "report.html", "阶段工作情况报告.docx"} <= {path.name for path in week.iterdir()}
    assert not (installed / "outbox").exists()


def test_an_office_may_have_its_own_settings_roster_and_templates(installed, tmp_path):
    (tmp_path / "settings.toml").write_text('[office]\nname = "某街道安委会"\n', encoding="utf-8")
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "roster.csv").write_text("单位名称,类别,别名,邮箱\n甲科,街道,,\n", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    code = ("from schemas.settings import load_settings; from consolidator.writing.environment import TEMPLATES; "
            "s = load_settings(); print(s.office.name, s.paths.roster, s.paths.form, TEMPLATES, sep='\\n')")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=60,
                          env={**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"})
    assert done.stdout.decode().splitlines() == [
        "某街道安委会", str(tmp_path / "schemas" / "roster.csv"),
        str(installed / "schemas" / "major_hazards_2023.yaml"), str(tmp_path / "templates")], done.stderr.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_offered_to_shells_as_the_readme_says(installed, tmp_path, shell):
    if shell == "bash" and sys.platform == "win32":
        pytest.skip("click asks bash for its version")
    script = command(installed, tmp_path, _CONSOLIDATE_COMPLETE=f"{shell}_source")
    assert script.returncode == 0 and b"_CONSOLIDATE_COMPLETE" in script.stdout
    words = {"COMP_WORDS": "consolidate re", "COMP_CWORD": "1" if shell != "fish" else "re"}
    offered = command(installed, tmp_path, _CONSOLIDATE_COMPLETE=f"{shell}_complete", **words)
    assert {"reopen", "report"} <= set(re.findall(r"\w+", offered.stdout.decode()))


def test_the_package_holds_every_module_and_file_that_the_program_reads(installed):
    for room in ("consolidator", "schemas"):
        here = {path.relative_to(HOME).as_posix() for path in (HOME / room).rglob("*")
                if path.is_file() and path.suffix != ".pyc"}
        assert here == {name for name in here if (installed / name).is_file()}
    templates = {path.relative_to(HOME).as_posix() for path in (HOME / "templates").rglob("*")
                 if path.is_file() and path.suffix != ".pyc"}
    assert templates and all((installed / "consolidator" / name).is_file() for name in templates)
