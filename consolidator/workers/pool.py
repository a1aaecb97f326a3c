"""Reading in other processes: a file that kills or stalls its worker costs only itself.

Files go to the workers in small chunks. Where a worker dies or runs out of time, the files of its chunk are read again,
each alone and in a fresh process, so that the culprit is known by name and the others are read.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from consolidator.model.inbox import InboxFile
from consolidator.model.submission import Submission
from consolidator.workers.task import Read, Reader, begin, hash_chunk, hash_file, read_chunk, unopened, warm
from schemas.problems import problem

if TYPE_CHECKING:
    from pebble import ProcessPool

    from schemas.form import Form

T = TypeVar("T")
Progress = Callable[[int, int], None]  # done, of
Outcomes = Callable[..., list[Read]]

SECONDS = 30.0  # for a chunk, and again for a file alone; a usual form takes a millisecond or two
MOST_OF_CHUNK, MOST_HASHED_OF_CHUNK = 128, 512
MOST_WORKERS = 16
_BROKEN_OFF = (OSError, RuntimeError)  # bases of TimeoutError, of pebble's ProcessExpired, and of BrokenProcessPool

log = logging.getLogger(__name__)


class Workers:
    """The worker processes, ready from the moment that it is entered, so that they start while the caller imports.

    ``reader`` is :func:`consolidator.reading.read_file.read_submission` unless another is given (a function of a module,
    as it is found by name in a new process). ``seconds`` is the time limit of a chunk, and of a file alone.
    """

    def __init__(self, form: Form, *, processes: int | None = None, seconds: float = SECONDS,
                 reader: Reader | None = None):
        self.form, self.seconds, self.reader = form, seconds, reader
        self.processes = processes or min(_cores(), MOST_WORKERS)
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Workers:
        self._pool = self._started(_start_method(), self.processes)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @contextmanager
    def ended_by_an_error(self) -> Iterator[None]:
        """For what must not go on being written to once the caller has given up."""
        try:
            yield
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End the processes, whatever they are at."""
        if self._pool is not None:
            _end(self._pool)
            self._pool = None

    def read(self, files: Sequence[InboxFile], known: Collection[str] = (), *, progress: Progress | None = None) -> list[Read]:
        """Each file's outcome, in the order of ``files``.

        ``known`` are the sha256 that need not be read again. ``progress`` is told how many files are done, of how many.
        """
        return self.start(files, known)(progress)

    def start(self, files: Sequence[InboxFile], known: Collection[str] = ()) -> Outcomes:
        """The same while the caller does something else: what is given back waits for the outcomes.

        It takes ``progress``, and what is to be called with each outcome as soon as it is known.
        """
        every = range(len(files))
        # Hashing first costs a second look at new files, and spares sending every worker what is known.
        first = self._start(hash_chunk, files, every, MOST_HASHED_OF_CHUNK) if known \
            else self._start(read_chunk, files, every, MOST_OF_CHUNK)
        return partial(self._finish, first, files, known)

    def begin(self, work: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Start other ``work`` (a function of a module) in a worker; what is given back waits for its outcome.

        That raises what ``work`` raises. Where the worker broke off, or had not the memory, the work is done here.
        """
        try:
            future = self._pool.schedule(work, args=arguments)
        except RuntimeError:  # the pool has broken down meanwhile
            return partial(work, *arguments)

        def outcome() -> T:
            try:
                return future.result()
            except (MemoryError, *_BROKEN_OFF) as error:
                if not isinstance(error, MemoryError) and not _is_breakdown(error):
                    raise
                return work(*arguments)
        return outcome

    def _finish(self, first: _Started, files: Sequence[InboxFile], known: Collection[str],
                progress: Progress | None = None, each: Callable[[Read], None] | None = None) -> list[Read]:
        reads: list[Read | None] = [None] * len(files)
        done = 0

        def keep(number: int, read: Read) -> None:
            nonlocal done
            reads[number], done = read, done + 1
            if each is not None:
                each(read)
            if progress is not None:
                progress(done, len(files))

        if first.work is hash_chunk:
            for number, hashed in self._each(first):
                if hashed is not None and hashed[0] in known:
                    keep(number, Read(files[number].file, *hashed, None))
            new = [number for number, read in enumerate(reads) if read is None]
            first = self._start(read_chunk, files, new, MOST_OF_CHUNK)
        for number, read in self._each(first):
            keep(number, read)
        lost = [file.file for file, read in zip(files, reads, strict=True) if read is None]
        if lost:
            raise RuntimeError(f"no outcome for {lost}")
        return reads

    def _start(self, work: Callable, files: Sequence[InboxFile], numbers: Sequence[int], most: int) -> _Started:
        """``work`` begun on the files of these numbers, in chunks."""
        size = max(1, min(most, -(-len(numbers) // (self.processes * 4))))
        chunks = [numbers[at:at + size] for at in range(0, len(numbers), size)]
        return _Started(work, files, [(chunk, self._schedule(self._pool, work, [files[number] for number in chunk]))
                                      for chunk in chunks])

    def _each(self, started: _Started) -> Iterator[tuple[int, object]]:
        """(place, outcome) of the files; those of a broken chunk come last, done one by one."""
        alone: list[int] = []
        for chunk, future in started.chunks:
            try:
                outcomes = future.result() if future is not None else None
            except _BROKEN_OFF as error:
                if not _is_breakdown(error):
                    raise
                outcomes = None
            if outcomes is None:
                alone += chunk
            else:
                yield from zip(chunk, outcomes, strict=True)
        if alone:
            log.info("%d files are read again, each alone", len(alone))
            yield from self._alone(started.work, started.files, alone)

    def _alone(self, work: Callable, files: Sequence[InboxFile], numbers: list[int]) -> Iterator[tuple[int, object]]:
        """One file at a time, in processes that share nothing with this one."""
        pool = None
        try:
            for number in numbers:
                if pool is None or not pool.active:
                    if pool is not None:
                        _end(pool)
                    pool = self._started("spawn", 1)
                file = files[number]
                future = self._schedule(pool, work, [file])
                try:
                    yield number, future.result()[0]
                except _BROKEN_OFF as error:
                    if not _is_breakdown(error):
                        raise
                    yield number, self._culprit(file, isinstance(error, TimeoutError)) if work is read_chunk else None
        finally:
            if pool is not None:
                _end(pool)

    def _culprit(self, file: InboxFile, late: bool) -> Read:
        said = problem("timed-out", seconds=f"{self.seconds:g}") if late else problem("unreadable")
        try:
            sha256, size = hash_file(file.path)
        except OSError:
            return unopened(file)
        return Read(file.file, sha256, size, Submission("unreadable", problems=[said]), lasting=False)

    def _schedule(self, pool: ProcessPool, work: Callable, tasks: list) -> Future | None:
        try:
            return pool.schedule(work, args=(tasks,), timeout=self.seconds)
        except RuntimeError:  # the pool has broken down meanwhile
            return None

    def _started(self, method: str, processes: int) -> ProcessPool:
        import pebble

        context = multiprocessing.get_context(method)
        pool = pebble.ProcessPool(processes, initializer=begin, initargs=(self.form, self.reader), context=context)
        for _ in range(processes):
            pool.schedule(warm)
        return pool


@dataclass(slots=True)
class _Started:
    """Work begun on files: their places by chunk, each with the outcome to come (None: the pool had broken down)."""

    work: Callable
    files: Sequence[InboxFile]
    chunks: list[tuple[Sequence[int], Future | None]]


def read_files(files: Sequence[InboxFile], form: Form, known: Collection[str] = (), *,
               progress: Progress | None = None, reader: Reader | None = None) -> list[Read]:
    """Each file's outcome, by workers that live as long as the call; see :meth:`Workers.read`."""
    with Workers(form, processes=1 if len(files) < 4 else None, reader=reader) as workers:
        return workers.read(files, known, progress=progress)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_method() -> str:
    """fork where it is safe, else spawn.

    On Linux, before anything heavy is imported, two forked workers stand ready in 7 ms; spawned ones take 50 ms and the
    time of importing the form's models (forkserver 70). fork is safe only while this process has one thread: a lock
    that another holds would stay held in the child for ever. macOS' own libraries start threads, Windows has no fork.
    """
    return "fork" if sys.platform.startswith("linux") and threading.active_count() == 1 else "spawn"


def _is_breakdown(error: BaseException) -> bool:
    """Whether the process broke off, rather than our own code in it raising: that is a bug and is not hidden."""
    from concurrent.futures.process import BrokenProcessPool

    from pebble import ProcessExpired

    return isinstance(error, (ProcessExpired, BrokenProcessPool)) or type(error) is TimeoutError


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()
