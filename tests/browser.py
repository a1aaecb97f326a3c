"""A real browser for the tests of pages: Chromium, driven through a page that holds the tested one in a frame."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
_FRAME = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe id="page" src="{page}" style="border:0;width:{width}px;height:900px"></iframe><pre id="said"></pre><script>
document.getElementById("page").addEventListener("load", event => {{
  const view = event.target.contentWindow, doc = view.document, said = {{}};
  const choose = (id, value) => {{ const one = doc.getElementById(id); one.value = value;
    one.dispatchEvent(new view.Event("input", {{bubbles: true}})); }};
  try {{ {script} }} catch (error) {{ said.error = String(error); }}
  document.getElementById("said").textContent = JSON.stringify(said);
}});
</script>"""


def ask(page: Path, script: str, width: int = 1280) -> dict:
    """What ``script`` puts into ``said`` with ``view`` and ``doc`` being the page's, drawn ``width`` pixels wide."""
    frame = page.with_name("frame.html")
    frame.write_text(_FRAME.format(page=page.name, width=width, script=script), encoding="utf-8")
    done = _run(page.parent, "--allow-file-access-from-files", "--virtual-time-budget=3000", "--dump-dom",
                frame.as_uri())
    found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found and found[1], f"the page did not load: {done.stderr[-500:]}"
    return json.loads(unescape(found[1]))


def print_to_pdf(page: Path, pdf: Path) -> None:
    """The page as the browser prints it."""
    _run(page.parent, f"--print-to-pdf={pdf}", "--no-pdf-header-footer", page.as_uri())


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                           f"--user-data-dir={folder / 'profile'}", *arguments],
                          capture_output=True, encoding="utf-8", errors="replace", timeout=60, check=False)
