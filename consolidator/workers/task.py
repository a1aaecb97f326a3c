"""What runs in a worker process: hashing and reading, a chunk of files at a time."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.inbox import InboxFile
from consolidator.model.submission import Submission
from schemas.problems import problem

if TYPE_CHECKING:
    from schemas.form import Form

Reader = Callable[[bytes, str, "Form"], Submission]
MEMORY = 4 << 30  # address space of a worker beyond what it starts with

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Read:
    """What became of one file. ``submission`` is None where its bytes were known and it was not read again.

    ``lasting`` is False where another run may read the same bytes otherwise (out of time, the worker died, the file
    could not be opened): such an outcome is told, and not to be kept. A file that could not be opened has a ``sha256``
    made of its name.
    """

    file: str
    sha256: str
    size: int
    submission: Submission | None
    lasting: bool = True


_form: Form | None = None
_reader: Reader | None = None


def begin(form: Form, reader: Reader | None) -> None:
    """A worker's first steps: the form at hand, its memory bounded, nothing of a library's last words on the screen."""
    global _form, _reader
    _form, _reader = form, reader
    gc.freeze()
    gc.enable()  # the command itself does without; libraries that open workbooks leave cycles behind
    gc.set_threshold(20_000)
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no resource, macOS no /proc
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def warm() -> None:
    """Imports the reader while nothing waits for it."""
    _the_reader()


def _the_reader() -> Reader:
    if _reader is not None:
        return _reader
    from consolidator.ledger.read_file import read_with_ledgers

    return read_with_ledgers


def hash_chunk(files: list[InboxFile]) -> list[tuple[str, int] | None]:
    """(sha256, size) of each; None of one that cannot be opened, which reading tells."""
    hashed: list[tuple[str, int] | None] = []
    for file in files:
        try:
            hashed.append(None if file.linked else hash_file(file.path))
        except OSError:
            hashed.append(None)
    return hashed


def read_chunk(files: list[InboxFile]) -> list[Read]:
    reader = _the_reader()
    return [_read_one(file, reader) for file in files]


def _read_one(file: InboxFile, reader: Reader) -> Read:
    from consolidator.reading.files.zip_package import MOST_FILE

    if file.linked:
        return unopened(file, "linked-file")
    try:
        with open(file.path, "rb", buffering=0) as opened:
            if os.fstat(opened.fileno()).st_size > MOST_FILE:
                return _read_huge(file, reader)
            data = opened.readall()
    except OSError:
        return unopened(file)
    sha256 = hashlib.sha256(data).hexdigest()
    return Read(file.file, sha256, len(data), _understood(data, file, reader))


def _understood(data: bytes, file: InboxFile, reader: Reader) -> Submission:
    try:
        return reader(data, os.path.basename(file.path), _form)
    except ImportError:  # the program is not whole: no file's fault
        raise
    except Exception as error:
        # Whatever a workbook made a library raise, it must not take the other files of the chunk along; it is told.
        log.exception("reading %s", file.file)
        said = problem("unreadable", written=f"{type(error).__name__}: {error}")
        return Submission("unreadable", problems=[said])


def _read_huge(file: InboxFile, reader: Reader) -> Read:
    """A file past what is read whole: a scan is known by its first bytes, anything else is too large."""
    from consolidator.reading.files import sniff, zip_package

    sha256, size = hash_file(file.path)
    with open(file.path, "rb") as opened:
        head = opened.read(4096)
    if sniff.what_is(head, file.file) in ("pdf", "image"):
        return Read(file.file, sha256, size, _understood(head, file, reader))
    said = problem("too-large", what=f"文件有 {size // zip_package.MB} MB")
    return Read(file.file, sha256, size, Submission("unreadable", problems=[said]))


def hash_file(path: str) -> tuple[str, int]:
    """(sha256, size in bytes) of a file.

    Raises:
        OSError: it cannot be opened or read.
    """
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), opened.tell()


def unopened(file: InboxFile, code: str = "unopened-file") -> Read:
    """A file whose bytes nobody has seen; its stand-in for a sha256 is of its name, so that two of them stay two."""
    sha256 = hashlib.sha256(f"unopened {file.file}".encode("utf-8", "surrogatepass")).hexdigest()
    return Read(file.file, sha256, file.size, Submission("unreadable", problems=[problem(code)]), lasting=False)
