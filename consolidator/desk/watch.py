"""The inbox watched: what changed in it is evaluated at once, and the pages are informed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from watchfiles import Change, awatch

from consolidator.desk.state import Desk
from consolidator.model.inbox import is_left_behind
from consolidator.store.journal import NAME as JOURNAL
from schemas.errors import ConsolidatorError

SETTLED = 300  # milliseconds without another change: a file that is being copied changes again and again
SELDOM = 5000  # milliseconds after which it is looked at silently from the system
AGAIN = 5.0  # seconds until a folder that cannot be watched is tried again

log = logging.getLogger(__name__)


async def watch(desk: Desk) -> None:
    """Look at the week as soon as the desk runs, and again whenever a file comes, changes or goes.

    Drives that report no changes (shares, some USB sticks) are looked at every few seconds.
    """
    first = asyncio.create_task(run_in_threadpool(desk.look_again))
    while True:
        try:
            settings = desk.load()
            inbox, outbox = settings.paths.inbox, settings.paths.outbox
            places = [path for path in (inbox, outbox) if path.is_dir()]

            def matters(change: Change, path: str, inbox: Path = inbox, outbox: Path = outbox) -> bool:
                """In the outbox the history alone; everything in the inbox but what programs leave behind."""
                if Path(path).parent == outbox:
                    return Path(path).name == JOURNAL
                return Path(path).is_relative_to(inbox) and not is_left_behind(Path(path).relative_to(inbox).as_posix())

            if places:
                async for _ in awatch(*places, watch_filter=matters, debounce=SETTLED, rust_timeout=SELDOM, yield_on_timeout=True,
                                      ignore_permission_denied=True):
                    await first
                    if not desk.jobs.running:
                        await run_in_threadpool(desk.look_again)
        except (OSError, RuntimeError, ConsolidatorError) as error:  # a drive that is gone; the pages still look for themselves
            log.info("not watched: %s", error)
        await asyncio.sleep(AGAIN)
