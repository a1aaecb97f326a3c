"""Archives and mails of the inbox opened in a worker: each file inside becomes a file of the inbox, ``archive.zip!/区商务局.xlsx``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from consolidator.model.inbox import InboxFile

if TYPE_CHECKING:
    from consolidator.workers.pool import Workers


@contextmanager
def unpacked(files: Sequence[InboxFile], workers: Workers | None = None) -> Iterator[list[InboxFile]]:
    """The files of the inbox with what is inside its containers in place of these, for as long as the context lasts.

    A container that cannot be opened stays as it is; reading it reports why. Without ``workers`` they are opened here.
    """
    from consolidator.reading.files.containers import is_container

    found = [file for file in files if not file.linked and is_container(file.file)]
    if not found:
        yield list(files)
        return
    with tempfile.TemporaryDirectory(prefix="consolidate-", ignore_cleanup_errors=True) as folder:
        begun = []
        for number, file in enumerate(found):
            below = os.path.join(folder, str(number))
            begun.append((file, workers.begin(unpack, file, below) if workers else None, below))
        inside = {file.file: outcome() if outcome else unpack(file, below) for file, outcome, below in begun}
        yield sorted((one for file in files for one in inside.get(file.file) or [file]), key=lambda one: (one.file, one.path))


def unpack(file: InboxFile, folder: str) -> list[InboxFile]:
    """Write what is inside a container to ``folder``, under numbers; [] where it cannot be opened."""
    from consolidator.reading.files.containers import INSIDE, members
    from consolidator.reading.files.unreadable import Unfit
    from consolidator.reading.files.zip_package import MOST_FILE

    try:
        if os.path.getsize(file.path) > MOST_FILE:
            return []
        with open(file.path, "rb") as opened:
            found = members(opened.read(), file.file)
    except (OSError, Unfit):
        return []
    os.makedirs(folder, exist_ok=True)
    inside = []
    for number, member in enumerate(found):
        path = os.path.join(folder, str(number))
        with open(path, "wb") as target:
            target.write(member.data)
        inside.append(InboxFile(path, f"{file.file}{INSIDE}{member.name}", len(member.data), file.mtime))
    return inside
