"""One thing at a time: a run or a decision in a thread of its own, with its progress, its lines and its failure."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.text import printable
from schemas.errors import BusyError, ConsolidatorError

PROGRAM_FAILED = "程序出错，没有做完：上一次的完整结果还在，请把黑色窗口里的文字发给维护人员"
BETWEEN = 0.2  # seconds between two words of progress
Step = Callable[[int, int], None]
Work = Callable[[Step], Sequence[str]]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """What is being done: ``lines`` say what was done, ``error`` why it was not."""

    title: str
    done: int = 0
    of: int = 0
    lines: list[str] = field(default_factory=list)
    error: str = ""
    _: KW_ONLY
    shown: bool = False  # a page has shown how it went
    finished: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether it goes on still."""
        return not self.finished.is_set()


class Jobs:
    """The job in hand and the last one; ``report`` is called when something of it has changed."""

    def __init__(self, report: Callable[[str], None]):
        self._report = report
        self._lock = threading.Lock()
        self.current: Job | None = None

    @property
    def running(self) -> Job | None:
        """The job in hand, None where there is none."""
        job = self.current
        return job if job is not None and job.running else None

    def start(self, title: str, work: Work, after: Callable[[], None]) -> Job:
        """Begin ``work``; ``after`` is called when it has ended, either way.

        Raises:
            BusyError: another job is in hand.
        """
        with self._lock:
            busy = self.running
            if busy is not None:
                raise BusyError(f"正在{busy.title}，请等它做完再试")
            job = self.current = Job(title)
        threading.Thread(target=self._do, args=(job, work, after), name="desk-job", daemon=True).start()
        return job

    def _do(self, job: Job, work: Work, after: Callable[[], None]) -> None:
        last = 0.0

        def step(done: int, of: int) -> None:
            nonlocal last
            job.done, job.of = done, of
            if time.monotonic() - last > BETWEEN:
                last = time.monotonic()
                self._report("progress")

        try:
            job.lines = list(work(step))
        except ConsolidatorError as error:
            job.error = error.sentence
        except Exception:  # our own bug: shown where the desk was started, reported in one line on the page
            log.error("%s\n%s", job.title, printable(traceback.format_exc()))
            job.error = PROGRAM_FAILED
        finally:
            try:
                after()
            finally:
                job.finished.set()
                self._report("changed")
