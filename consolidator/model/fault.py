"""A failure of the program itself: reported to whoever maintains it, never to a department."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """What the program failed at, for the clerk (a file's name), and the traceback."""

    what: str
    traceback: str
