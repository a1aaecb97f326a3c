"""Every open page is informed of what changes by server-sent events; who is listening says whether a page is still open."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

KEEP_ALIVE = 15.0  # seconds between two signs of life
CHANGED, REST = "changed", "rest"
MOST_STREAMS = 4  # a browser opens six connections to one place at most: the oldest page rests until it is looked at again
IDLE = 3600.0  # seconds after the last page was closed


class Events:
    """The pages that listen, and when one was last heard of."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[str], None] = {}  # in the order in which they came
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard = time.monotonic()
        self._lock = threading.Lock()
        self.ending = False
        self.version = 0  # of what pages show: a page that was made before a change asks again as soon as it listens

    def publish(self, name: str) -> None:
        """Tell all pages that ``name`` happened; from any thread."""
        if name == CHANGED:
            self.version += 1
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        loop.call_soon_threadsafe(self._put, name)

    def _put(self, name: str) -> None:
        for queue in self._queues:
            if queue.qsize() < 8:  # a page that does not listen hears of it when it asks again
                queue.put_nowait(name)

    def heard(self) -> None:
        """A page asked for something."""
        self._heard = time.monotonic()

    def end(self) -> None:
        """Let every page go."""
        self.ending = True
        self.publish("end")

    @property
    def idle(self) -> float:
        """Seconds since the last page was closed, 0 while one is open."""
        return 0.0 if self._queues else time.monotonic() - self._heard

    async def stream(self, seen: int) -> AsyncIterator[str]:
        """The events for one page, as long as it listens; ``seen`` is the version that it shows."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        for oldest in list(self._queues)[:max(0, len(self._queues) - MOST_STREAMS + 1)]:
            oldest.put_nowait(REST)
        self._queues[queue] = None
        try:
            yield f"event: {CHANGED if seen != self.version else 'hello'}\ndata: 1\n\n"
            while not self.ending:
                try:
                    name = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": \n\n"
                    continue
                yield f"event: {name}\ndata: 1\n\n"
                if name == REST:
                    break
        finally:
            self._queues.pop(queue, None)
            self.heard()
