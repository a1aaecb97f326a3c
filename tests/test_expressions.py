"""No regular expression of the program can be kept busy without end by a text: each is tried on texts made for it."""

from __future__ import annotations

import re
import subprocess
import sys

from schemas.settings import PROGRAM
from tests.expressions import expressions, hostile


def test_every_expression_comes_to_an_end():
    """In a process of its own, as one that does not cannot be interrupted; the last line names it."""
    with subprocess.Popen([sys.executable, "-m", "tests.expressions"], stdout=subprocess.PIPE, cwd=PROGRAM, text=True,
                          encoding="utf-8") as process:
        try:
            shown, _ = process.communicate(timeout=900)
        except subprocess.TimeoutExpired:
            process.kill()
            shown, _ = process.communicate()
            raise AssertionError(f"no end: {shown.splitlines()[-1]}") from None
    assert process.returncode == 0 and [line for line in shown.splitlines() if line.startswith("SLOW")] == []


def test_the_generator_makes_what_keeps_an_expression_busy():
    texts = [text for text in hostile(re.compile(r"x(a+)+b"), 30)]
    assert any(text.startswith("xaaaaaaaaaaaa") and not text.endswith("b") for text in texts)
    found = expressions("schemas")
    assert len(found) > 5 and all(isinstance(one, re.Pattern) for one in found.values())
