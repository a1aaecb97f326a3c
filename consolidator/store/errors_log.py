"""errors.log: the tracebacks of the program's own failures, in the outbox, for whoever maintains the program."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable
from pathlib import Path

from consolidator.model.fault import Fault
from consolidator.model.text import printable

NAME, OLDER = "errors.log", "errors.old.log"
MOST = 4 << 20  # bytes; then a new one is begun and the last one is kept as OLDER
_MOST_NAMES = 20


def log_faults(folder: Path, faults: Iterable[Fault], at: dt.datetime) -> None:
    """Append ``faults``; those with the same traceback are one entry with the names of all.

    Raises:
        OSError: the file cannot be written.
    """
    names: dict[str, list[str]] = {}
    for fault in faults:
        names.setdefault(fault.traceback, []).append(fault.what)
    if not names:
        return
    path = folder / NAME
    if path.exists() and path.stat().st_size > MOST:
        os.replace(path, folder / OLDER)
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for text, what in names.items():
            more = f" (and {len(what) - _MOST_NAMES} more)" if len(what) > _MOST_NAMES else ""
            file.write(f"== {at.isoformat(timespec='seconds')} · Python {platform.python_version()} on {platform.platform()}\n"
                       f"{printable('; '.join(what[:_MOST_NAMES]))}{more}\n{text.rstrip()}\n\n")
