"""Ticks and printed choices: ☑是 □否, 是(√)否()."""

from __future__ import annotations

import re

YES = frozenset(("是", "√", "✓", "✔", "☑", "对", "y", "yes", "ok", "v", "1", "1.0"))
EDGES = "()。.,，;；:：、!！~ "
_TICKS, _BOXES = "☑√✓✔■●", "□○☐"
_TICKED, _BOX = re.compile(f"[{_TICKS}]"), re.compile(f"[{_BOXES}]")
_PRINTED_WORDS = frozenset("是否有无")
_CHOSEN = re.compile(f"([^()]+)\\(([{_TICKS}]?)\\)")  # 是(√)否()
_PRINTED = re.compile(f"(?:{_CHOSEN.pattern}){{2,}}")


def ticked(text: str) -> str:
    """What is ticked of printed choices: ☑是 □否 is 是; the text itself where none is."""
    if not _TICKED.search(text):
        return text
    if "(" in text and _PRINTED.fullmatch(text):
        own = [word for word, mark in _CHOSEN.findall(text) if mark]
        return own[0] if len(own) == 1 else text
    if not _BOX.search(text):
        word = text.strip(f"{_TICKS}{EDGES}")
        return word if word in _PRINTED_WORDS else text  # √否
    parts = [part for part in re.split(f"(?=[{_TICKS}{_BOXES}])", text) if part]
    chosen = [part for part in parts if _TICKED.match(part)]
    if parts and not _TICKED.match(parts[0]) and not _BOX.match(parts[0]):  # the box is behind its word: 是☑ 否□
        words = re.split(f"[{_TICKS}{_BOXES}]", text)
        marks = re.findall(f"[{_TICKS}{_BOXES}]", text)
        chosen = [word for word, mark in zip(words, marks, strict=False) if _TICKED.match(mark)]
    return " ".join(part.strip(_TICKS + " ") for part in chosen) or text
