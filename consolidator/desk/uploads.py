"""Files that were dropped on the page come into the inbox: names made safe, each written whole, none over another."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from consolidator.model.filenames import safe_name
from consolidator.model.hashes import file_sha256
from consolidator.model.inbox import is_left_behind, printable
from consolidator.model.text import one_line
from consolidator.reading.files.zip_package import MB, MOST_FILE
from schemas.errors import ConsolidatorError, reason_of
from schemas.problems import shorten

MOST_FILES = 500  # of one drop
_BLOCK = 1 << 20


def receive(files: Iterable[tuple[str, BinaryIO]], inbox: Path) -> tuple[list[str], list[str]]:
    """Write (name, content) of each file into the inbox: what was done with each, and what was not taken and why.

    Raises:
        ConsolidatorError: the inbox cannot be written.
    """
    done, refused = [], []
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            shown = shorten(one_line(printable(name)), 80)
            if not _base(name) or is_left_behind(_base(name)):
                refused.append(f"“{shown}”是系统或程序留下的文件，没有放进收件夹")
                continue
            kept = _keep(_base(name), content, inbox)
            if kept is None:
                refused.append(f"“{shown}”超过 {MOST_FILE // MB} MB，没有放进收件夹：请只放报表本身")
            else:
                done.append(kept)
    except OSError as error:
        raise ConsolidatorError(f"收件夹 {inbox} 写不进去（{reason_of(error)}）：请检查磁盘和权限") from error
    return done, refused


@asynccontextmanager
async def sent_file(given: object) -> AsyncIterator[Path | None]:
    """The one file of a form that a browser sent, in a folder of its own as long as it is worked on; None where none was chosen."""
    with TemporaryDirectory(prefix="desk-") as folder:
        taken: list[str] = []
        if isinstance(given, UploadFile) and given.filename:
            taken, _ = await run_in_threadpool(receive, [(given.filename, given.file)], Path(folder))
        yield Path(folder) / taken[0] if taken else None


def _base(name: str) -> str:
    """The last part of what a browser calls the file, whatever system it runs on."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip()


def _keep(name: str, content: BinaryIO, inbox: Path) -> str | None:
    """Write one file whole; the name it has now, None where it is too large. What lies there already is not written twice."""
    made = inbox / f".part-{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    try:
        with made.open("xb") as file:
            while block := content.read(_BLOCK):
                size += len(block)
                if size > MOST_FILE:
                    return None
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        safe = safe_name(printable(name))
        for number in range(1, MOST_FILES * 2):
            place = inbox / (safe if number == 1 else f"{Path(safe).stem}（{number}）{Path(safe).suffix}")
            try:
                os.link(made, place)  # unlike a rename, never over a file that came meanwhile
            except FileExistsError:
                if place.is_file() and not place.is_symlink() and file_sha256(place) == digest.hexdigest():
                    return f"{place.name}（早已在收件夹里）"
                continue
            except OSError:  # a file system without links
                if place.exists():
                    continue
                os.replace(made, place)
            return place.name
    finally:
        made.unlink(missing_ok=True)
    raise ConsolidatorError(f"收件夹里同名的“{shorten(safe)}”太多：请先整理收件夹")
