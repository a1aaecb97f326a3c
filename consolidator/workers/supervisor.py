"""Tasks handed to worker processes by one thread, which also watches them and replaces those that die.

That thread forks nothing: spare workers are forked beforehand (:func:`consolidator.workers.process.may_fork`), further ones
are spawned. A task whose worker died, used too much or stood still ends with :class:`WorkerDied`; nothing waits for ever.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from importlib.util import find_spec
from multiprocessing import connection
from typing import TYPE_CHECKING

from consolidator.workers.process import RemoteTraceback, Worker, may_fork, memory_of_machine, resident, started
from consolidator.workers.task import Reader

if TYPE_CHECKING:
    from schemas.form import Form

# Seconds between two looks at the busy workers. Where no system bounds their memory (Windows), looking is all that does.
TICK = 1.0 if find_spec("resource") else 0.25
SPARE = 2  # forked workers that wait to replace dead ones
STILL_SECONDS = 120.0  # a task that uses no processor time for so long stalls: a dead network drive, a lost lock
MOST_IDLE_DEATHS = 8  # workers in a row that die before they have done anything: none will do anything

log = logging.getLogger(__name__)


class WorkerDied(Exception):
    """The worker of a task is gone. ``at`` is the place of the file in hand; ``cause`` is ``died``, ``late`` or ``memory``."""

    def __init__(self, cause: str, at: int):
        super().__init__(f"{cause} at {at}")
        self.cause, self.at = cause, at


class NoWorkers(RuntimeError):
    """No worker process lives long enough to do anything."""


@dataclass(slots=True, eq=False)
class Task:
    """``work(*arguments)``, to be done by a worker, with the bench before them where ``at_bench``.

    ``seconds`` is the most processor time for one file of it, ``memory`` the most bytes; None: no limit.
    """

    work: Callable
    arguments: tuple
    at_bench: bool = False
    seconds: float | None = None
    memory: int | None = None
    _: KW_ONLY
    future: Future = field(default_factory=Future)


class Supervisor:
    """Worker processes and the tasks given to them."""

    def __init__(self, form: Form, reader: Reader | None, processes: int, *, tick: float = TICK,
                 still_seconds: float = STILL_SECONDS):
        self._form, self._reader, self._tick, self._still = form, reader, tick, still_seconds
        self._tasks: deque[Task] = deque()
        self._ended = False
        self._idle_deaths = 0
        fork = may_fork()
        self._workers: list[Worker] = []
        for _ in range(processes + SPARE if fork else processes):
            self._workers.append(started(form, reader, fork=fork, others=self._workers))
        self._spare, self._workers = self._workers[processes:], self._workers[:processes]
        self._bell, self._ring = multiprocessing.Pipe(duplex=False)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def give(self, task: Task) -> Future:
        """Queue ``task``; its future gives the outcome, raises what the work raised, or :class:`WorkerDied`."""
        with self._lock:
            if self._ended:
                task.future.set_exception(NoWorkers("the workers have ended"))
                return task.future
            self._tasks.append(task)
            self._ring.send_bytes(b".")
        return task.future

    def take_back(self, task: Task) -> bool:
        """Whether ``task`` was still waiting; it is then left to the caller."""
        with self._lock:
            if task not in self._tasks:
                return False
            self._tasks.remove(task)
        return True

    def end(self) -> None:
        """Kill the processes, whatever they are at."""
        with self._lock:
            ended, self._ended = self._ended, True
            if not ended:
                self._ring.send_bytes(b".")
        self._thread.join()

    def _run(self) -> None:
        error: BaseException = NoWorkers("the workers have ended")
        try:
            self._serve()
        except BaseException as raised:  # whoever waits for an outcome gets it
            log.exception("the supervisor of the workers")
            error = raised
        with self._lock:
            self._ended = True
            left = [*(one.task for one in self._workers if one.task is not None), *self._tasks]
        for one in (*self._workers, *self._spare):
            with suppress(OSError, ValueError):
                one.end()
        for task in left:
            task.future.set_exception(error)

    def _serve(self) -> None:
        looked = time.monotonic()
        while True:
            with self._lock:
                while self._bell.poll():
                    self._bell.recv_bytes()
                if self._ended:
                    return
            self._hand_out()
            busy = any(one.task is not None for one in self._workers)
            ready = connection.wait([self._bell, *(one.connection for one in self._workers),
                                     *(one.process.sentinel for one in self._workers)], self._tick if busy else None)
            for one in list(self._workers):
                if one.connection in ready or one.process.sentinel in ready:
                    self._hear(one)
            if time.monotonic() - looked >= self._tick:
                looked = time.monotonic()
                for one in list(self._workers):
                    if one.task is not None:
                        self._watch(one)

    def _hand_out(self) -> None:
        for one in list(self._workers):
            while one.task is None and one in self._workers:
                with self._lock:
                    if not self._tasks:
                        return
                    task = self._tasks.popleft()
                one.task, one.watched = task, None
                try:
                    one.send((task.work, task.arguments, task.at_bench))
                except OSError:  # it died meanwhile, and has not seen the task
                    one.task = None
                    with self._lock:
                        self._tasks.appendleft(task)
                    self._replace(one)
                except Exception as error:  # the arguments cannot be pickled: the caller's mistake
                    one.task = None
                    task.future.set_exception(error)

    def _hear(self, one: Worker) -> None:
        """Take a worker's answer, or its death."""
        try:
            outcome, error, text = one.connection.recv()
        except (EOFError, OSError):
            self._lose(one, "died")
            return
        task, one.task = one.task, None
        self._idle_deaths = 0
        if error is None:
            task.future.set_result(outcome)
        else:
            error.__cause__ = RemoteTraceback(f"\n{text}")
            task.future.set_exception(error)

    def _lose(self, one: Worker, cause: str) -> None:
        """End a worker; its task fails, another worker takes its place."""
        task, one.task = one.task, None
        at, _, count = one.clock
        if task is not None and count:
            log.info("a worker: %s", cause)
            task.future.set_exception(WorkerDied(cause, int(at)))
        elif task is not None:  # it died before it saw the task
            with self._lock:
                self._tasks.appendleft(task)
        self._replace(one)

    def _replace(self, one: Worker) -> None:
        one.end()
        self._workers.remove(one)
        if not one.clock[2]:
            self._idle_deaths += 1
            if self._idle_deaths > MOST_IDLE_DEATHS:
                raise NoWorkers(f"{self._idle_deaths} worker processes have died at once, exit code {one.process.exitcode}")
        others = [*self._workers, *self._spare]
        self._workers.append(self._spare.pop() if self._spare
                             else started(self._form, self._reader, fork=False, others=others))

    def _watch(self, one: Worker) -> None:
        """End a worker whose file takes too much processor time or memory, or that has stood still for too long.

        Standing still is counted in looks, not by the clock: a machine that slept has not looked.
        """
        task, (_, begun, count) = one.task, tuple(one.clock)
        used, memory = resident(one.process.pid or 0)
        if (one.watched, one.count) != (task, count):
            one.watched, one.count, one.used, one.still = task, count, used, 0
        elif used - one.used < self._tick / 100:
            one.still += 1
        else:
            one.used, one.still = used, 0
        if task.seconds is not None and used - begun > task.seconds:
            self._lose(one, "late")
        elif task.memory is not None and memory > task.memory:
            self._lose(one, "memory")
        elif one.still * self._tick > min(self._still, task.seconds or self._still):
            self._lose(one, "late")


def share_of_memory(most: int, part: int) -> int:
    """``most`` bytes, or a ``part``-th of the machine's memory where that is less."""
    return min(most, memory_of_machine() // part)
