"""The page to fill in, filled in by a real browser: typed into, its button pressed, its workbook caught."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from tests.browser import ask

_PRESS = """
  for (const name in typed) {
    const all = Array.from(doc.getElementsByName(name));
    for (const one of all) {
      if (one.type === "radio") { one.checked = one.value === typed[name]; } else one.value = typed[name];
      one.dispatchEvent(new view.Event("input", {bubbles: true}));
      one.dispatchEvent(new view.Event("change", {bubbles: true}));
    }
  }
  for (const name in reasons) doc.getElementById("reason-" + name).value = reasons[name];
  for (const id in words) doc.getElementById(id).value = words[id];
  view.HTMLAnchorElement.prototype.click = () => {};  // a download keeps Chromium from ending, now and then
  const Blob = view.Blob;
  view.Blob = function (parts, options) {
    said.bytes = btoa(Array.from(parts[0], one => String.fromCharCode(one)).join(""));
    return new Blob(parts, options);
  };
  doc.getElementById("make").click();
  said.counts = doc.getElementById("counts").textContent.replace(/\\s+/g, "");
  said.message = doc.getElementById("message").textContent;
  said.shown = Array.from(doc.querySelectorAll(".said p"), one => one.textContent);
  said.focus = doc.activeElement.name || "";
"""


def typed(figures: Mapping[str, object]) -> dict[str, str]:
    """What a person types for these figures."""
    return {name: "" if value is None else "否是"[value] if isinstance(value, bool) else str(value) for name, value in figures.items()}


def fill_in(page: Path, texts: Mapping[str, str], reasons: Mapping[str, str] | None = None,
            words: Mapping[str, str] | None = None) -> dict:
    """What the page shows after its button was pressed; ``workbook`` has the bytes where it made one."""
    given = f"const typed = {json.dumps(texts)}, reasons = {json.dumps(reasons or {})}, words = {json.dumps(words or {})};"
    said = ask(page, given + _PRESS)
    assert "error" not in said, said
    if "bytes" in said:
        said["workbook"] = base64.b64decode(said.pop("bytes"))
    return said
