"""Reading on several machines: chunks of files go to the workers of a Dask scheduler instead of the processes of this machine.

Only the reading goes there; papers and copies are made here. A file that kills or stalls whoever reads it is met by the limits
of the machine that reads it (:mod:`consolidator.workers.far`). Where a machine is lost, Dask gives its chunks to another one;
where all are, or a chunk does not come back, it is read here: reading is a pure function, so the result is the same.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from consolidator.model.inbox import InboxFile
from consolidator.workers.far import read_sent
from consolidator.workers.pool import SECONDS, Workers
from consolidator.workers.supervisor import STILL_SECONDS, TICK, WorkerDied
from consolidator.workers.task import Read, Reader, SentFile, read_chunk
from consolidator.workers.version import reader_version
from schemas.errors import ConsolidatorError

if TYPE_CHECKING:
    from schemas.form import Form

CONNECT_SECONDS = 10.0
LOST_SECONDS = 15.0  # without any worker at the scheduler
LATE_SECONDS = 2 * STILL_SECONDS  # for one parcel; then it is read here
MOST_OF_PARCEL = 16 << 20  # bytes sent at once
MOST_COURIERS = 64
_START = "请在各台电脑的程序文件夹里这样启动，见 docs/several-machines.md：python -m distributed.cli.dask_worker 地址 --no-nanny"
Here = Callable[[list[InboxFile]], list[Read]]

log = logging.getLogger(__name__)


class ClusterWorkers(Workers):
    """Workers of which the readers are those of the Dask scheduler at ``scheduler`` (``tcp://host:8786``).

    ``shared``: the inbox has the same path on every machine; then paths are sent instead of bytes.

    Raises (when entered):
        ConsolidatorError: Dask is not installed, the scheduler does not answer or has no workers.
    """

    def __init__(self, form: Form, scheduler: str, *, shared: bool = False, seconds: float = SECONDS, reader: Reader | None = None):
        super().__init__(form, seconds=seconds, reader=reader)
        self.scheduler, self.shared = scheduler, shared
        self._cluster: _Cluster | None = None

    def __enter__(self) -> ClusterWorkers:
        super().__enter__()  # first: its processes are forked while there is one thread
        gc.enable()  # Dask leaves cycles behind that hold what was sent
        try:
            self._cluster = _Cluster(self, self._here)
        except BaseException:
            self.end()
            raise
        self.readers = self._cluster.threads
        return self

    def end(self) -> None:
        """End the processes, and leave the scheduler."""
        if self._cluster is not None:
            self._cluster.end()
        super().end()

    def _chunk(self, work: Callable, files: list[InboxFile]) -> Future:
        if work is not read_chunk or self._cluster is None:
            return super()._chunk(work, files)
        return self._cluster.give(files)

    def _here(self, files: list[InboxFile]) -> list[Read]:
        return super()._chunk(read_chunk, files).result()


class _Cluster:
    """The scheduler, and the couriers: threads that each take a chunk there and wait for its outcome."""

    def __init__(self, of: ClusterWorkers, here: Here):
        self._of, self._here = of, here
        self._version = reader_version(of.form)
        self._client = _connected(of.scheduler)
        self.threads = sum(self._client.nthreads().values())
        if not self.threads:
            self._client.close()
            raise ConsolidatorError(f"读取调度机 {of.scheduler} 没有读取机：{_START}")
        self._jobs: queue.SimpleQueue[tuple[list[InboxFile], Future] | None] = queue.SimpleQueue()
        self._ended = self._lost = False
        self._couriers = [threading.Thread(target=self._carry, daemon=True) for _ in range(min(2 * self.threads, MOST_COURIERS))]
        for one in self._couriers:
            one.start()

    def give(self, files: list[InboxFile]) -> Future:
        """Have ``files`` read; the future gives their outcomes in order, or raises :class:`WorkerDied`."""
        future: Future = Future()
        self._jobs.put((files, future))
        return future

    def end(self) -> None:
        """Wait for nothing any more."""
        self._ended = True
        for _ in self._couriers:
            self._jobs.put(None)
        with suppress(Exception):  # it is gone, or goes with the process
            self._client.close(timeout=2)

    def _carry(self) -> None:
        while (job := self._jobs.get()) is not None and not self._ended:
            files, future = job
            try:
                future.set_result(self._outcomes(files))
            except BaseException as error:  # whoever waits gets it
                future.set_exception(error)

    def _outcomes(self, files: Sequence[InboxFile]) -> list[Read]:
        outcomes: dict[int, Read] = {}
        for parcel in self._parcels(files):
            sent = [files[number] if one is None else one for number, one in parcel]
            far = all(one is not None for _, one in parcel) and not self._lost
            reads = self._far(sent) if far else self._here([files[number] for number, _ in parcel])
            outcomes |= {number: read for (number, _), read in zip(parcel, reads, strict=True)}
        return [outcomes[number] for number in range(len(files))]

    def _parcels(self, files: Sequence[InboxFile]) -> Iterator[list[tuple[int, InboxFile | None]]]:
        """(place, what is sent of it) by parcels; None of what cannot be sent and is read here, a parcel of its own."""
        parcel: list[tuple[int, InboxFile | None]] = []
        size = 0
        for number, file in enumerate(files):
            one = file if self._of.shared and not file.linked else sendable(file)
            if one is None:
                yield [(number, None)]
                continue
            if parcel and size + file.size > MOST_OF_PARCEL:
                yield parcel
                parcel, size = [], 0
            parcel.append((number, one))
            size += file.size
        if parcel:
            yield parcel

    def _far(self, files: list[InboxFile]) -> list[Read]:
        """The outcomes from there, or, where nobody is there any more, from here."""
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        of, task = self._of, None
        reader = None if isinstance(of.reader, partial) else of.reader
        try:
            task = self._client.submit(read_sent, of.form, reader, of.seconds, self._version, files, pure=False)
            answer = self._answer(task)
            if answer is not None:
                return [self._read_further(file, read) for file, read in zip(files, answer, strict=True)]
        except KilledWorker as error:
            raise WorkerDied("died", 0) from error
        except (CancelledError, asyncio.CancelledError, CommClosedError, RuntimeError, OSError) as error:
            if task is not None and task.status == "error":
                if "deserialization" in str(error):  # the task names modules that it cannot import there
                    raise ConsolidatorError(f"读取调度机 {of.scheduler} 或读取机上找不到本程序：{_START}") from error
                raise
            self._lost = True
            log.info("the scheduler is gone: %s", error)
        finally:
            if task is not None and not self._ended:
                with suppress(Exception):
                    task.cancel()
        return self._here(files)

    def _read_further(self, file: InboxFile, read: Read) -> Read:
        """What this machine can read by a program that others may not have (:mod:`consolidator.workers.convert`) is read here again."""
        more = isinstance(self._of.reader, partial) and read.submission is not None \
            and any(one.code == "wrong-format" for one in read.submission.problems)
        return self._here([file])[0] if more else read

    def _answer(self, task: Any) -> list[Read] | None:
        """Wait for ``task``; None where it is not worth it any more."""
        begun = nobody = time.monotonic()
        while True:
            try:
                return task.result(timeout=TICK)
            except TimeoutError:
                now = time.monotonic()
            if self._client.status != "running" or self._ended:
                self._lost = True
                return None
            nobody = now if self._client.nthreads() else nobody
            if now - nobody > LOST_SECONDS or now - begun > LATE_SECONDS:
                self._lost = self._lost or now - nobody > LOST_SECONDS
                log.info("a parcel does not come back: it is read here")
                return None


def sendable(file: InboxFile) -> SentFile | None:
    """The file with its bytes; None of one that cannot be opened, is a link, or is too large to be read whole."""
    from consolidator.reading.files.zip_package import MOST_FILE

    if file.linked or file.size > MOST_FILE:
        return None
    try:
        with open(file.path, "rb", buffering=0) as opened:
            if os.fstat(opened.fileno()).st_size > MOST_FILE:
                return None
            data = opened.readall()
    except OSError:
        return None
    return SentFile(file.path, file.file, file.size, file.mtime, data=data)


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ConsolidatorError("没有安装 Dask：请先 pip install -r requirements-scale.txt，或去掉设置中的 [scale] scheduler") from error
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what matters is reported in our words
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ConsolidatorError(f"连不上读取调度机 {scheduler}：请先启动它，或去掉设置中的 [scale] scheduler，在本机读取") from error
