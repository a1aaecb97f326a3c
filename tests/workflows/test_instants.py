"""Real processes: several runs at once, and runs killed before each of their steps."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from consolidator.workflows import verify
from schemas.settings import HOME
from tests.district import W1, District
from tests.workflows.killed import STORIES


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
    ended = [(run.communicate(timeout=120), run.returncode) for run in runs]
    assert 0 in [code for _, code in ended] and {code for _, code in ended} <= {0, 3}
    for (_, error), code in ended:
        if code == 3:
            assert "正在汇总" in error.decode("utf-8") and "Traceback" not in error.decode("utf-8")
    assert district.result_json(W1)["totals"]["self_found"] == 30
    assert not verify.verify(district.settings).wrong


# what a run must not be killed at without harm, by the beginning of the step's name; other steps are tried all the same
FIRST_RUN = ("sql COMMIT", "rename 2023-05-29/submissions/", "rmdir 2023-05-29/.part-originals", "open journal.jsonl",
             "fsync journal.jsonl", "rename 2023-05-29/河北区", "rename 2023-05-29/阶段工作情况报告.docx", "rename 2023-05-29/核验底册",
             "rename 2023-05-29/report.html", "rename 2023-05-29/催报通知.txt", "rename 2023-05-29/退回/", "rename 2023-05-29/result.json")
STEPS = {"first run": FIRST_RUN, "second run": ("remove 2023-05-29/退回/乙局", "rename 2023-05-29/result.json"),
         "next week": ("sql COMMIT", "rename 2023-06-05/result.json")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each kill needs a copy of the process")
@pytest.mark.parametrize("story", STORIES)
def test_killed_before_any_step_the_next_run_makes_everything_as_if_nothing_had_happened(tmp_path, story):
    done = subprocess.run([sys.executable, "-m", "tests.workflows.killed", str(tmp_path), story], cwd=HOME, env=environment(),
                          capture_output=True, timeout=1200)
    assert done.returncode == 0, done.stderr.decode("utf-8")
    found = json.loads(done.stdout)
    assert [name for name in STEPS[story] if not any(step.startswith(name) for step in found["steps"])] == []
    assert found["killed"] > len(found["steps"]) > 15 and found["verified"]
    assert found["different"] == {}


@pytest.mark.parametrize("moment", [".lock.json", "history.sqlite3", "*/.part-*", "journal.jsonl", "*/result.json"])
def test_killed_with_its_workers_when_something_appears_the_next_run_is_right(tmp_path, moment):
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    for folder in (whole, torn):
        folder.mkdir()
    clean, harmed = District(whole), District(torn)
    clean.send_all(W1, but=["乙局"])
    clean.send("乙局", W1, self_found="约20")
    shutil.copytree(whole / "inbox", torn / "inbox", dirs_exist_ok=True)  # made twice they may have different seconds
    expected = subprocess.run(command(clean), env=environment(), capture_output=True, timeout=120)
    assert expected.returncode == 1
    run = subprocess.Popen(command(harmed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    while run.poll() is None and not any(harmed.settings.paths.outbox.glob(moment)):
        time.sleep(0.001)
    run.kill()
    run.wait()
    again = subprocess.run(command(harmed), env=environment(), capture_output=True, timeout=120)
    assert again.returncode == 1, again.stderr.decode("utf-8")
    assert harmed.result_json(W1) == clean.result_json(W1)
    assert not verify.verify(harmed.settings).wrong
    assert not [path for path in harmed.week(W1).rglob("*") if path.name.startswith(".part-")]
    for path in harmed.week(W1).glob("submissions/*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[:8])
