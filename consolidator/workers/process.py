"""One worker process: how it is started, its pipe, the clock by which it is watched, and what it does until it ends.

Every worker has a pipe of its own, so one that is killed in the middle of a message harms no other. Processes are forked
only while the main process has a single thread, which is before it imports what it needs later: a thread may hold a
lock (of an import, of the allocator) that the child would wait for without end. All others are spawned.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from consolidator.workers.task import Bench, Reader, limit_memory

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from schemas.form import Form


class RemoteTraceback(Exception):
    """The traceback, as text, of what was raised in a worker: the cause of the exception that arrives here."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(slots=True, eq=False)
class Worker:
    """A worker process as the main process sees it.

    ``clock`` is shared: the place of the file in hand within its task, the processor time at which it was begun, and a
    count of files that only grows. ``unsent`` is what a spawned one is still to be sent, ``task`` what it is at. The rest is what the
    watch has seen of that file.
    """

    process: BaseProcess
    connection: Connection
    clock: Any
    unsent: tuple[Form, Reader | None] | None = None
    task: Any = None
    watched: Any = None
    _: KW_ONLY
    count: float = -1.0
    used: float = 0.0
    still: int = 0

    def send(self, task: tuple) -> None:
        """Hand over a task: work, its arguments, whether it takes the bench.

        Raises:
            OSError: the process is gone.
        """
        if self.unsent is not None:
            self.connection.send(self.unsent)
            self.unsent = None
        self.connection.send(task)

    def end(self) -> None:
        """Kill the process and wait for it."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def may_fork() -> bool:
    """Whether this process has one thread only, those of native libraries counted. Only Linux says; elsewhere never."""
    if not sys.platform.startswith("linux") or threading.active_count() != 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def started(form: Form, reader: Reader | None, *, fork: bool, others: Sequence[Worker] = ()) -> Worker:
    """A new worker. ``others`` are those already there: a forked child closes its copies of their pipes.

    What a spawned one works with comes with its first task: multiprocessing hands arguments over by a pipe whose other end it keeps
    open itself, so that a child which dies at once would be waited for without end.
    """
    context: Any = multiprocessing.get_context("fork" if fork else "spawn")
    clock = context.RawArray("d", 3)
    ours, theirs = context.Pipe()
    inherited = [ours, *(one.connection for one in others)] if fork else []
    process = context.Process(target=serve, args=(theirs, clock, (form, reader) if fork else None, inherited), daemon=True)
    try:
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return Worker(process, ours, clock, None if fork else (form, reader))


def serve(connection: Connection, clock: Any, own: tuple[Form, Reader | None] | None, inherited: Sequence[Connection]) -> None:
    """A worker's life: one task after another from its pipe, until the main process closes it or is gone. What it works with, form and
    reader, is ``own``, or the first that comes.

    A task is (work, arguments, whether ``work`` takes the bench first); the answer is (outcome, None, "") or
    (None, exception, traceback).
    """
    import signal

    for one in inherited:
        one.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the window; the main one ends the rest
    with contextlib.suppress(OSError):  # what a library prints or a panic says never reaches the screen
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    try:
        form, reader = own or connection.recv()
    except (EOFError, OSError):
        return
    limit_memory()
    bench = Bench(form, reader, clock)
    while True:
        try:
            work, arguments, at_bench = connection.recv()
        except (EOFError, OSError):
            return
        bench.take_up(0)
        try:
            answer: tuple[Any, BaseException | None, str] = (work(bench, *arguments) if at_bench else work(*arguments), None, "")
        except BaseException as error:  # whatever it is, it is raised again in the main process
            answer = (None, error, traceback.format_exc())
        try:
            connection.send(answer)
        except OSError:
            return
        except Exception as error:  # it cannot be pickled
            text = answer[2] or "".join(traceback.format_exception(error))
            connection.send((None, RuntimeError(f"{type(answer[1] or error).__name__}: {answer[1] or error}"), text))


def memory_of_machine() -> int:
    """Bytes of main memory."""
    import psutil

    return psutil.virtual_memory().total


def resident(pid: int) -> tuple[float, int]:
    """(processor time in seconds, bytes of main memory) that the process has used, (0, 0) where it is gone."""
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            return times.user + times.system, process.memory_info().rss
    except psutil.Error:
        return 0.0, 0
