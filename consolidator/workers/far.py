"""What runs on another machine: worker processes of its own read the files that are sent to it, with the limits that hold here.

A worker of Dask calls :func:`read_sent`. It is only the way there: whatever a file does to whoever reads it is met by the
same :class:`consolidator.workers.pool.Workers`, so the outcome is the same to the byte.
"""

from __future__ import annotations

import multiprocessing
import platform
import threading
from collections.abc import Sequence

from consolidator.model.inbox import InboxFile
from consolidator.workers.pool import Workers
from consolidator.workers.task import Read, Reader
from consolidator.workers.version import reader_version
from schemas.errors import ConsolidatorError
from schemas.form import Form

_lock = threading.Lock()
_pools: dict[tuple[str, float, Reader | None], Workers] = {}


def read_sent(form: Form, reader: Reader | None, seconds: float, version: str, files: Sequence[InboxFile]) -> list[Read]:
    """The outcome of each file, in order; ``version`` is that of the program which sent them.

    Raises:
        ConsolidatorError: the program on this machine reads by other rules, or may start no processes.
    """
    with _lock:
        pool = _pools.get((version, seconds, reader)) or _started(form, reader, seconds, version)
    return pool.read(files)


def _started(form: Form, reader: Reader | None, seconds: float, version: str) -> Workers:
    from distributed import get_worker

    here = platform.node()
    if reader_version(form) != version:
        raise ConsolidatorError(f"读取机 {here} 上的程序或它的库与这里的版本不同：请把那里的程序换成与这里一样的，重新启动")
    if multiprocessing.current_process().daemon:
        raise ConsolidatorError(f"读取机 {here} 现在不能再开进程，要这样启动：python -m distributed.cli.dask_worker 地址 --no-nanny")
    while _pools:  # of a form or version that is no longer asked for
        _pools.popitem()[1].end()
    pool = Workers(form, processes=max(1, get_worker().state.nthreads), seconds=seconds, reader=reader)
    pool.__enter__()
    _pools[version, seconds, reader] = pool
    return pool
