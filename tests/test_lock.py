"""requirements.lock: every library that the program needs, in a version that requirements.txt allows, held by hashes."""

from __future__ import annotations

import re

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from schemas.settings import HOME

LOCK = (HOME / "requirements.lock").read_text(encoding="utf-8")
LOCKED = {canonicalize_name(found[1]): (found[2], found[3] or "", found[4]) for found in
          re.finditer(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)", LOCK, re.MULTILINE)}
REQUIRED = [Requirement(line.split("#")[0].strip()) for line in (HOME / "requirements.txt").read_text(encoding="utf-8").splitlines()
            if line.split("#")[0].strip()]


@pytest.mark.parametrize("requirement", REQUIRED, ids=str)
def test_each_library_is_locked_in_a_version_that_is_allowed(requirement):
    version, _, hashes = LOCKED[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version) and "sha256" in hashes


@pytest.mark.parametrize("system", ["win32", "linux"])
def test_each_is_installed_on_windows_as_on_linux(system):
    for requirement in REQUIRED:
        if requirement.marker is None or requirement.marker.evaluate({**default_environment(), "sys_platform": system}):
            marker = LOCKED[canonicalize_name(requirement.name)][1]
            assert not marker or Requirement(f"x; {marker}").marker.evaluate({**default_environment(), "sys_platform": system})


def test_it_names_no_index_and_every_line_is_known():
    assert "://" not in LOCK and "--index" not in LOCK.replace("--no-emit-index-url", "")
    lines = [line for line in LOCK.splitlines() if line and not line.startswith(("#", "    --hash=sha256:"))]
    assert len(lines) == len(LOCKED) >= len(REQUIRED)


def test_the_command_that_makes_it_is_in_contributing():
    command = re.search(r"^#\s+(uv pip compile .+)$", LOCK, re.MULTILINE)[1]
    assert command.replace("uv pip", ".venv/bin/uv pip") in (HOME / "CONTRIBUTING.md").read_text(encoding="utf-8")
