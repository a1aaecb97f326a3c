"""Started by a double click on 汇总.bat, sentences say what to double-click next where they name a command."""

from __future__ import annotations

import os
import re

STARTED_SO = "CONSOLIDATE_DOUBLE_CLICKED"  # set by 汇总.bat
_PLACES = r"(?: --(?:week|inbox|outbox|roster|form) (?:\"[^\"]*\"|[^\s\"，。；：（）][^\s，。；：（）]*))*"
_CLICKS = [(re.compile(pattern), words) for pattern, words in (
    (r"(?:重新)?运行 run" + _PLACES, "双击“汇总.bat”"),
    (r"运行 send" + _PLACES, "双击“工作台.bat”，在“上报”页报送"),
    (r"运行 reopen" + _PLACES + r"(?: --reason 理由)?", "双击“工作台.bat”，在“上报”页重开这一期"),
    (r"再运行一次", "再双击一次“汇总.bat”"),
)]


def in_double_clicks(sentence: str) -> str:
    """``sentence`` as it is, or, for who double-clicks, with what to double-click in place of commands."""
    if not os.environ.get(STARTED_SO):
        return sentence
    for pattern, words in _CLICKS:
        sentence = pattern.sub(words, sentence)
    return sentence
