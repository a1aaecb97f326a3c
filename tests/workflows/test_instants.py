"""Real processes: several runs at once, and runs killed at any instant."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from consolidator.workflows import verify
from schemas.settings import HOME
from tests.district import W1, District


def command(district: District) -> list[str]:
    paths = district.settings.paths
    return [sys.executable, str(HOME / "consolidate.py"), "run", "--week", str(W1), "--inbox", str(paths.inbox),
            "--outbox", str(paths.outbox), "--roster", str(paths.roster)]


def environment() -> dict[str, str]:
    return {**os.environ, "CONSOLIDATE_NOW": "2023-12-31T09:00:00", "PYTHONUTF8": "1"}


def test_three_at_once_do_no_harm(tmp_path):
    district = District(tmp_path)
    district.send_all(W1)
    runs = [subprocess.Popen(command(district), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
            for _ in range(3)]
    said = [(run.communicate(timeout=120), run.returncode) for run in runs]
    assert 0 in [code for _, code in said] and {code for _, code in said} <= {0, 3}
    for (_, error), code in said:
        if code == 3:
            assert "正在汇总" in error.decode("utf-8") and "Traceback" not in error.decode("utf-8")
    assert district.result_json(W1)["totals"]["self_found"] == 30
    assert not verify.verify(district.settings).wrong


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_instant_the_next_run_is_right(tmp_path, seed):
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    for folder in (whole, torn):
        folder.mkdir()
    clean, harmed = District(whole), District(torn)
    clean.send_all(W1, but=["乙局"])
    clean.send("乙局", W1, self_found="约20")
    shutil.copytree(whole / "inbox", torn / "inbox", dirs_exist_ok=True)  # made twice they may bear different seconds
    expected = subprocess.run(command(clean), env=environment(), capture_output=True, timeout=120)
    assert expected.returncode == 1
    chance = random.Random(seed)
    for _ in range(4):
        run = subprocess.Popen(command(harmed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        time.sleep(chance.uniform(0.3, 1.6))
        run.kill()
        run.wait()
    again = subprocess.run(command(harmed), env=environment(), capture_output=True, timeout=120)
    assert again.returncode == 1, again.stderr.decode("utf-8")
    assert harmed.result_json(W1) == clean.result_json(W1)
    assert not verify.verify(harmed.settings).wrong
    assert not [path for path in harmed.week(W1).rglob("*") if path.name.startswith(".part-")]
    for path in harmed.week(W1).glob("submissions/*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[:8])
