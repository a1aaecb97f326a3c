"""Originals: every file that ever came, kept once, in its unit's folder of the week in which it was first seen."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from consolidator.model.filenames import UNKNOWN_UNIT, safe_name
from schemas.actions import Sentence, act
from schemas.errors import ConsolidatorError

FOLDER = "submissions"
_ASIDE = ".part-originals"
_CHUNK = 512
_BLOCK = 1 << 20


class Original(NamedTuple):
    """A file to be kept: where it lies, ``size`` in bytes, ``file`` as the inbox has it, ``unit`` None where nobody knows whose."""

    path: str
    sha256: str
    size: int
    file: str
    unit: str | None


def place_of(one: Original, period: str) -> str:
    """Where it is kept, relative to the outbox: in the folder ``period``.

    The name has the first 8 digits of its hash, so that two files of one name stay apart.
    """
    name = f"{one.sha256[:8]}_{safe_name(one.file.rsplit('/', 1)[-1])}"
    return f"{period}/{FOLDER}/{safe_name(one.unit or UNKNOWN_UNIT)}/{name}"


def keep(originals: Iterable[Original], period: str, outbox: Path, begin: Callable) -> Callable[[], list[tuple[Original, str]]]:
    """Have the originals copied by ``begin`` (:meth:`consolidator.workers.pool.Workers.begin`), before anything is
    recorded of them.

    What is given back waits for it, and gives each with where it is kept. It raises what :func:`copy` raises.
    """
    tasks = [(one, place_of(one, period)) for one in originals]
    aside = outbox / period / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)  # a killed run's
    if tasks:
        aside.mkdir(parents=True)
        (aside.parent / FOLDER).mkdir(exist_ok=True)
    copying = [begin(copy, str(outbox), str(aside), tasks[at:at + _CHUNK]) for at in range(0, len(tasks), _CHUNK)]

    def kept() -> list[tuple[Original, str]]:
        try:
            for copied in copying:
                copied()
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return tasks
    return kept


def copy(outbox: str, aside: str, tasks: Sequence[tuple[Original, str]]) -> None:
    """Copy each original to its place in the folder ``outbox``: whole, or not at all. It is written in the folder ``aside`` first.

    Paths are texts here: to put together a ``Path`` takes longer than to write the file.

    Raises:
        ConsolidatorError: one is no longer what was read: it has been changed, moved or taken hold of meanwhile.
        OSError: the outbox cannot be written.
    """
    for one, place in tasks:
        made, target = f"{aside}/{one.sha256}", f"{outbox}/{place}"
        digest = hashlib.sha256()
        with open(made, "wb") as kept:
            for block in _blocks(one):
                digest.update(block)
                kept.write(block)
        if digest.hexdigest() != one.sha256:
            raise _changed(one)
        with suppress(FileExistsError):
            os.mkdir(target.rpartition("/")[0])
        os.replace(made, target)


def _blocks(one: Original) -> Iterator[bytes]:
    try:
        with open(one.path, "rb", buffering=0) as source:
            while block := source.read(_BLOCK):
                yield block
    except OSError as error:
        raise _changed(one) from error


def _changed(one: Original) -> ConsolidatorError:
    return ConsolidatorError(Sentence(f"“{one.file}”在汇总时被改动、移走或占用：请等收件夹里的文件放好、都关闭了，", act("again")))
