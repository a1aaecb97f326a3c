"""Reading in other processes: a file that kills or stalls its worker costs only itself.

Files go to the workers in small chunks. Where a worker dies, the files of its chunk are read again, each alone, so that
the culprit is known by name and the others are read.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from consolidator.model.inbox import InboxFile
from consolidator.model.submission import Submission
from consolidator.workers.supervisor import TICK, Supervisor, Task, WorkerDied, share_of_memory
from consolidator.workers.task import (
    MEMORY,
    Read,
    Reader,
    digest_of,
    greedy,
    hash_chunk,
    read_chunk,
    unopened,
    warm,
    with_form,
)
from schemas.problems import Problem, problem

if TYPE_CHECKING:
    from schemas.form import Form

T = TypeVar("T")
Progress = Callable[[int, int], None]  # done, of
Outcomes = Callable[..., list[Read]]

SECONDS = 30.0  # processor time for one file; a usual form takes a millisecond or two
MOST_OF_CHUNK, MOST_HASHED_OF_CHUNK = 128, 512
SMALL_CHUNK = 64 << 10  # bytes: to hand out less costs more than it evens out
_ROUNDS = 4  # chunks for each reader at least, where there are so many files
MOST_WORKERS = 16
SMALL_INBOX = 4 << 20  # bytes that are read within the time that this process takes to import what it needs
TRIES_ALONE = 2  # a worker may be killed for another reason than its file: by a person, by a system short of memory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of one piece of work: ``value``, or why there is none: ``error`` as it was raised in the worker.

    A :class:`WorkerDied` is a piece that took too much time or memory, or that killed its worker.
    """

    value: T | None = None
    error: Exception | None = None


class Workers:
    """The worker processes, ready from the moment that it is entered, so that they start while the caller imports.

    ``reader`` is :func:`consolidator.reading.ledgers.read_file.read_with_ledgers` unless another is given (a function of a module,
    as it is found by name in a new process). ``seconds`` is the processor time that one file may take.
    """

    def __init__(self, form: Form, *, processes: int | None = None, seconds: float = SECONDS,
                 reader: Reader | None = None):
        self.form, self.seconds, self.reader = form, seconds, reader
        self.processes = processes or min(_cores(), MOST_WORKERS)
        self.readers = self.processes  # how many files are read at once
        self._supervisor: Supervisor | None = None

    def __enter__(self) -> Workers:
        self._supervisor = Supervisor(self.form, self.reader, self.processes, tick=min(TICK, self.seconds / 4))
        for _ in range(self.processes):
            self._give(Task(warm, ()))
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
        if self._supervisor is not None:
            self._supervisor.end()

    def read(self, files: Sequence[InboxFile], known: Collection[str] = (), *, progress: Progress | None = None) -> list[Read]:
        """Each file's outcome, in the order of ``files``.

        ``known`` are the sha256 that need not be read again. ``progress`` is called with how many files are done, of how
        many.
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

    def begin(self, work: Callable[..., T], *arguments: object, shared: bool = False) -> Callable[[], T]:
        """Start other ``work`` (a function of a module) in a worker; what is given back waits for its outcome.

        That raises what ``work`` raises. Where the worker broke off, or had not the memory, the work is done here; if it is ``shared``,
        also where none has begun it and there are fewer workers than cores: this process would only wait. Of several such pieces of
        work the last is asked for first, as the workers begin with the first.
        """
        task = Task(work, arguments)
        future = self._give(task)

        def outcome() -> T:
            if shared and self.processes < _cores() and self._supervisor is not None and self._supervisor.take_back(task):
                return work(*arguments)
            try:
                return future.result()
            except (MemoryError, WorkerDied):
                return work(*arguments)
        return outcome

    def each(self, work: Callable[..., T], pieces: Iterable[tuple], *, seconds: float,
             memory: int) -> Callable[[], list[Outcome[T]]]:
        """Start ``work`` (a function of a module) on the arguments of each piece and the form, apart from all others.

        ``seconds`` is the processor time, ``memory`` the most bytes for one piece; none is ever done in this process.
        What is given back waits for the outcomes.
        """
        def task(piece: tuple) -> Task:
            return Task(with_form, (work, piece), True, seconds, memory)

        return partial(self._outcomes, [(one, self._give(one)) for one in map(task, pieces)])

    def _outcomes(self, given: Sequence[tuple[Task, Future]]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for task, future in given:
            for tries in range(TRIES_ALONE):
                try:
                    outcomes.append(Outcome(future.result()))
                except WorkerDied as error:
                    if error.cause == "died" and tries + 1 < TRIES_ALONE:
                        future = self._give(replace(task, future=Future()))
                        continue
                    outcomes.append(Outcome(error=error))
                except Exception as error:  # the caller says what it means
                    outcomes.append(Outcome(error=error))
                break
        return outcomes

    def _give(self, task: Task) -> Future:
        if self._supervisor is None:
            raise RuntimeError("the workers have not been started")
        return self._supervisor.give(task)

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
            for number, hashed in self._hashed(first):
                if hashed is not None and hashed[0] in known:
                    keep(number, Read(files[number].file, *hashed, None))
            new = [number for number, read in enumerate(reads) if read is None]
            first = self._start(read_chunk, files, new, MOST_OF_CHUNK)
        for number, read in self._read(first):
            keep(number, read)
        without = [file.file for file, read in zip(files, reads, strict=True) if read is None]
        if without:
            raise RuntimeError(f"no outcome for {without}")
        return [read for read in reads if read is not None]

    def _start(self, work: Callable, files: Sequence[InboxFile], numbers: Sequence[int], most: int) -> _Started:
        """``work`` begun on the files of these numbers, in chunks."""
        chunks = chunks_of(numbers, [file.size for file in files], self.readers, most)
        return _Started(work, files, [(chunk, self._chunk(work, [files[number] for number in chunk])) for chunk in chunks])

    def _chunk(self, work: Callable, files: list[InboxFile]) -> Future:
        if work is not read_chunk:
            return self._give(Task(work, (files,)))
        return self._give(Task(work, (files,), True, self.seconds, share_of_memory(MEMORY, 2)))

    def _hashed(self, started: _Started) -> Iterator[tuple[int, tuple[str, int] | None]]:
        """(place, sha256 and size) of the files; None where that is not known, which reading will report."""
        for chunk, future in started.chunks:
            try:
                yield from zip(chunk, future.result(), strict=True)
            except WorkerDied:
                yield from ((number, None) for number in chunk)

    def _read(self, started: _Started) -> Iterator[tuple[int, Read]]:
        """(place, outcome) of the files; those of a chunk whose worker died come last, read one by one.

        A file that took too long or too much is known at once. One in whose reading the worker died is read again.
        """
        files, again = started.files, []
        for chunk, future in started.chunks:
            try:
                yield from zip(chunk, future.result(), strict=True)
            except WorkerDied as error:
                rest = list(chunk)
                if error.cause != "died":
                    number = rest.pop(error.at)
                    yield number, self._culprit(files[number], error.cause)
                again += rest
        for tries in range(TRIES_ALONE):
            if again:
                log.info("%d files are read again, each alone", len(again))
            alone = [(number, self._chunk(read_chunk, [files[number]])) for number in again]
            again = []
            for number, future in alone:
                try:
                    yield number, future.result()[0]
                except WorkerDied as error:
                    if error.cause == "died" and tries + 1 < TRIES_ALONE:
                        again.append(number)
                    else:
                        yield number, self._culprit(files[number], error.cause)

    def _culprit(self, file: InboxFile, cause: str) -> Read:
        try:
            sha256, size = digest_of(file)
        except OSError:
            return unopened(file)
        text = {"late": lambda: _refused(problem("timed-out", seconds=f"{self.seconds:g}")), "memory": greedy,
                "died": lambda: _refused(problem("unreadable"))}[cause]()
        return Read(file.file, sha256, size, text, lasting=False)


@dataclass(slots=True)
class _Started:
    """Work begun on files: their places by chunk, each with the outcome to come."""

    work: Callable
    files: Sequence[InboxFile]
    chunks: list[tuple[Sequence[int], Future]]


def chunks_of(numbers: Sequence[int], sizes: Sequence[int], readers: int, most: int) -> list[list[int]]:
    """The numbers of files in chunks for ``readers``, each of ``most`` at most; ``sizes`` are the bytes of each file, by number.

    A file larger than its share is a chunk of its own, and begun before all others: at the end no reader is left with it alone.

        >>> chunks_of(range(5), [9, 9, 10**6, 9, 9], readers=2, most=2)
        [[2], [0], [1], [3], [4]]
    """
    count = max(1, min(most, -(-len(numbers) // (readers * _ROUNDS))))
    share = max(SMALL_CHUNK, sum(sizes[number] for number in numbers) // (readers * _ROUNDS * 2))
    chunks: list[list[int]] = []
    left = 0
    for number in numbers:
        if not chunks or len(chunks[-1]) == count or sizes[number] > left:
            chunks.append([])
            left = share
        chunks[-1].append(number)
        left -= sizes[number]
    return sorted(chunks, key=lambda chunk: -max(0, sizes[chunk[0]] - share))


def processes_for(files: Iterable[InboxFile]) -> int | None:
    """How many workers to start for these files, as :class:`Workers` takes it.

    A small inbox is read while this process still imports what it needs: one core is left to that.
    """
    return max(1, min(_cores() - 1, MOST_WORKERS)) if sum(one.size for one in files) < SMALL_INBOX else None


def _refused(text: Problem) -> Submission:
    return Submission("unreadable", problems=[text])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
