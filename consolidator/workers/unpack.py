"""Archives, mails and workbooks of several units in the inbox opened in a worker: each file or form inside becomes a file of the
inbox, ``archive.zip!/区商务局.xlsx``, ``各单位.xlsx!/区商务局.xlsx``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from consolidator.model.inbox import InboxFile, printable

if TYPE_CHECKING:
    from consolidator.workers.pool import Workers
    from schemas.form import Form

_SECONDS, _MEMORY = 30.0, 1536 << 20  # processor time and bytes for taking one workbook apart


@contextmanager
def unpacked(files: Sequence[InboxFile], workers: Workers | None = None, form: Form | None = None) -> Iterator[list[InboxFile]]:
    """The files of the inbox with what is inside its containers in place of these, for as long as the context lasts.

    A container that cannot be opened stays as it is; reading it reports why. Without ``workers`` they are opened here;
    workbooks of several units are taken apart where ``workers`` or a ``form`` is given.
    """
    from consolidator.reading.files.containers import is_container
    from consolidator.reading.files.sheet_count import may_hold_several

    form = workers.form if workers else form
    with tempfile.TemporaryDirectory(prefix="consolidate-", ignore_cleanup_errors=True) as folder:
        found = [file for file in files if not file.linked and is_container(file.file)]
        inside = _opened(found, folder, workers)
        files = [one for file in files for one in inside.get(file.file) or [file]]
        several = [file for file in files if form and not file.linked and may_hold_several(file.path)]
        if form and several:
            apart = _taken_apart(several, os.path.join(folder, "sheets"), workers, form)
            files = [one for file in files for one in apart.get(file.file) or [file]]
        yield sorted(files, key=lambda one: (one.file, one.path)) if found or several else list(files)


def _opened(found: Sequence[InboxFile], folder: str, workers: Workers | None) -> dict[str, list[InboxFile]]:
    begun = []
    for number, file in enumerate(found):
        below = os.path.join(folder, str(number))
        begun.append((file, workers.begin(unpack, file, below) if workers else None, below))
    return {file.file: outcome() if outcome else unpack(file, below) for file, outcome, below in begun}


def _taken_apart(found: Sequence[InboxFile], folder: str, workers: Workers | None, form: Form) -> dict[str, list[InboxFile]]:
    pieces = [(file, os.path.join(folder, str(number))) for number, file in enumerate(found)]
    if workers is None:
        return {file.file: take_apart(file, below, form) for file, below in pieces}
    from consolidator.workers.supervisor import WorkerDied, share_of_memory

    outcomes = workers.each(take_apart, pieces, seconds=_SECONDS, memory=share_of_memory(_MEMORY, 2))()
    for one in outcomes:
        if one.error is not None and not isinstance(one.error, WorkerDied):
            raise one.error
    return {file.file: one.value or [] for file, one in zip(found, outcomes, strict=True)}


def unpack(file: InboxFile, folder: str) -> list[InboxFile]:
    """Write what is inside a container to ``folder``, under numbers; [] where it cannot be opened."""
    from consolidator.reading.files.containers import members
    from consolidator.reading.files.unreadable import Unfit

    def inside(data: bytes) -> list[tuple[str, bytes, str]]:
        try:
            return [(member.name, member.data, member.mail) for member in members(data, file.file)]
        except Unfit:
            return []

    return _laid(file, folder, inside)


def take_apart(file: InboxFile, folder: str, form: Form) -> list[InboxFile]:
    """Write each unit's form of a file to ``folder`` as a file of its own; [] where it holds not several."""
    from consolidator.reading.several import split

    return _laid(file, folder, lambda data: [(printable(name), part, file.mail) for name, part in split(data, file.file, form)])


def _laid(file: InboxFile, folder: str, inside: Callable[[bytes], list[tuple[str, bytes, str]]]) -> list[InboxFile]:
    """What is inside a file laid into ``folder`` under numbers."""
    from consolidator.reading.files.containers import INSIDE
    from consolidator.reading.files.zip_package import MOST_FILE

    try:
        if os.path.getsize(file.path) > MOST_FILE:
            return []
        with open(file.path, "rb") as opened:
            data = opened.read()
    except OSError:
        return []
    found = []
    for number, (name, part, mail) in enumerate(inside(data)):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, str(number))
        with open(path, "wb") as target:
            target.write(part)
        found.append(InboxFile(path, f"{file.file}{INSIDE}{name}", len(part), file.mtime, mail=mail))
    return found
