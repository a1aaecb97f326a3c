"""What moves is told to every open page by server-sent events; who is listening says whether a page is open still."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

KEEP_ALIVE = 15.0  # seconds between two signs of life
IDLE = 3600.0  # seconds after the last page was closed


class Events:
    """The pages that listen, and when one was last heard of."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard = time.monotonic()
        self._lock = threading.Lock()
        self.ending = False

    def publish(self, name: str) -> None:
        """Tell all pages that ``name`` happened; from any thread."""
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

    async def stream(self) -> AsyncIterator[str]:
        """The events for one page, as long as it listens."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._queues.add(queue)
        try:
            yield "event: hello\ndata: 1\n\n"
            while not self.ending:
                try:
                    name = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": \n\n"
                    continue
                yield f"event: {name}\ndata: 1\n\n"
        finally:
            self._queues.discard(queue)
            self.heard()
