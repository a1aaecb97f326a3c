"""Started by a double click on 汇总.bat, sentences say what to double-click next where they name an action."""

from __future__ import annotations

import os

from schemas.actions import in_double_clicks

STARTED_SO = "CONSOLIDATE_DOUBLE_CLICKED"  # set by 汇总.bat


def as_started(sentence: str) -> str:
    """``sentence`` in commands, or, for who double-clicks, with what to double-click in their place."""
    return in_double_clicks(sentence) if os.environ.get(STARTED_SO) else sentence
