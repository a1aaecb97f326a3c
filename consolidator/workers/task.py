"""What runs in a worker process: hashing and reading, a chunk of files at a time."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import time
import traceback
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from consolidator.model.inbox import InboxFile
from consolidator.model.submission import Submission
from schemas.problems import problem

if TYPE_CHECKING:
    from schemas.form import Form

T = TypeVar("T")
Reader = Callable[[bytes, str, "Form"], Submission]
MEMORY = 4 << 30  # address space of a worker beyond what it starts with
MEMORY_LEFT = 256 << 20  # a machine with less has none
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of mallopt(3)
KEPT = 32 << 20  # bytes; the most that glibc takes for the second


@dataclass(slots=True)
class Read:
    """What became of one file. ``submission`` is None where its bytes were known and it was not read again.

    ``lasting`` is False where another run may read the same bytes otherwise (out of time, the worker died, the file
    could not be opened, the program failed): such an outcome is reported and not kept. A file that could not be opened
    has a ``sha256`` made of its name. ``fault`` is the traceback where the program failed.
    """

    file: str
    sha256: str
    size: int
    submission: Submission | None
    lasting: bool = True
    fault: str = ""

    @property
    def found(self) -> Submission:
        """What was read.

        Raises:
            ValueError: the file was not read again, as its bytes were known.
        """
        if self.submission is None:
            raise ValueError(f"{self.file} was not read")
        return self.submission


@dataclass(frozen=True, slots=True)
class SentFile(InboxFile):
    """A file whose bytes were sent along, as ``path`` is a path of another machine."""

    data: bytes = b""


@dataclass(slots=True)
class Bench:
    """What a worker has at hand: the form, the reader (None: :func:`consolidator.reading.ledgers.read_file.read_with_ledgers`), its clock.

    ``clock`` has three numbers that the process that watches sees too: the place of the file in hand, the processor time at
    which it was begun, a count of files. None where nobody watches.
    """

    form: Form
    reader: Reader | None = None
    clock: MutableSequence[float] | None = None

    def take_up(self, place: int) -> None:
        """The file at ``place`` of the task is begun."""
        if self.clock is not None:
            self.clock[1] = time.process_time()
            self.clock[0] = place
            self.clock[2] += 1

    def read(self, data: bytes, name: str) -> Submission:
        """What the file says; see :func:`consolidator.reading.ledgers.read_file.read_with_ledgers`."""
        if self.reader is None:
            from consolidator.reading.ledgers.read_file import read_with_ledgers

            self.reader = read_with_ledgers
        return self.reader(data, name, self.form)


def limit_memory() -> None:
    """A worker's first steps: its memory bounded where the system can, no core dumps, few searches for cycles."""
    gc.freeze()
    gc.enable()  # the command itself does without; libraries that open workbooks leave cycles behind
    gc.set_threshold(20_000)
    keep_freed_memory()
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no resource, macOS no /proc
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def keep_freed_memory() -> None:
    """Let the C library keep what a file has freed for the next file: to give it back costs a page fault for each 4 KB of that one,
    a tenth of the reading of a large ledger. Only glibc has the call; elsewhere nothing is changed."""
    import ctypes

    with contextlib.suppress(OSError, TypeError, AttributeError):  # Windows has no library without a name, musl no such call
        options = ctypes.CDLL(None).mallopt
        options(M_MMAP_THRESHOLD, KEPT)
        options(M_TRIM_THRESHOLD, KEPT)


def warm() -> None:
    """Import the reader while nothing waits for it."""
    import consolidator.reading.ledgers.read_file  # noqa: F401


def with_form(bench: Bench, work: Callable[..., T], arguments: tuple) -> T:
    """``work`` done with ``arguments`` and the form that every worker has at hand."""
    return work(*arguments, bench.form)


def hash_chunk(files: list[InboxFile]) -> list[tuple[str, int] | None]:
    """(sha256, size) of each; None of one that cannot be opened, which reading says."""
    hashed: list[tuple[str, int] | None] = []
    for file in files:
        try:
            hashed.append(None if file.linked else hash_file(file.path))
        except OSError:
            hashed.append(None)
    return hashed


def read_chunk(bench: Bench, files: list[InboxFile]) -> list[Read]:
    """The outcome of each file, in order."""
    reads = []
    for place, file in enumerate(files):
        bench.take_up(place)
        reads.append(_read_one(file, bench))
    return reads


def _read_one(file: InboxFile, bench: Bench) -> Read:
    from consolidator.reading.files.zip_package import MOST_FILE

    if file.linked:
        return unopened(file, "linked-file")
    if isinstance(file, SentFile):
        return _understood(file.data, file, bench, *digest_of(file))
    try:
        with open(file.path, "rb", buffering=0) as opened:
            if os.fstat(opened.fileno()).st_size > MOST_FILE:
                return _read_huge(file, bench)
            data = opened.readall()
    except OSError:
        return unopened(file)
    return _understood(data, file, bench, hashlib.sha256(data).hexdigest(), len(data))


def _understood(data: bytes, file: InboxFile, bench: Bench, sha256: str, size: int) -> Read:
    """The file read. What the reader raises is our own fault, as it takes what libraries raise for what it is.

    It must not take the other files of the chunk along; it is kept out of the index and reported with its traceback.
    """
    try:
        return Read(file.file, sha256, size, bench.read(data, os.path.basename(file.path)))
    except ImportError:  # the program is not whole: it must be installed again
        raise
    except MemoryError:
        if memory_is_left():
            return Read(file.file, sha256, size, greedy(), lasting=False)
        fault = traceback.format_exc()
    except Exception:
        fault = traceback.format_exc()
    return Read(file.file, sha256, size, Submission("unreadable", problems=[problem("program-fault")]), False, fault)


def memory_is_left() -> bool:
    """Whether the machine has memory: then what ran out is the share that one file may have."""
    import psutil

    return psutil.virtual_memory().available > MEMORY_LEFT


def greedy() -> Submission:
    """What is reported on a file that needs more memory than one file may have."""
    return Submission("unreadable", problems=[problem("too-large", what="读取这份文件要用的内存过多")])


def _read_huge(file: InboxFile, bench: Bench) -> Read:
    """A file past what is read whole: a scan is known by its first bytes, anything else is too large."""
    from consolidator.reading.files import sniff, zip_package

    sha256, size = hash_file(file.path)
    with open(file.path, "rb") as opened:
        head = opened.read(4096)
    if sniff.what_is(head, file.file) in ("pdf", "image"):
        return _understood(head, file, bench, sha256, size)
    text = problem("too-large", what=f"文件有 {size // zip_package.MB} MB")
    return Read(file.file, sha256, size, Submission("unreadable", problems=[text]))


def digest_of(file: InboxFile) -> tuple[str, int]:
    """(sha256, size in bytes) of a file, wherever its bytes are.

    Raises:
        OSError: it cannot be opened or read.
    """
    if isinstance(file, SentFile):
        return hashlib.sha256(file.data).hexdigest(), len(file.data)
    return hash_file(file.path)


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
