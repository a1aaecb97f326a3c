"""The desk's memory: the weeks it has looked at, the job in hand, what is to be shown on the next page, files by their ids."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from consolidator.desk.downloads import Offers
from consolidator.desk.events import CHANGED, Events
from consolidator.desk.jobs import Job, Jobs, Step, Work
from consolidator.model.inbox import list_files
from consolidator.model.weeks import now
from consolidator.store.journal import NAME as JOURNAL
from consolidator.workflows.overview import Overview, overview
from schemas import settings as settings_file
from schemas.errors import BusyError, ConsolidatorError
from schemas.form_loading import load_form
from schemas.settings import Settings

MOST_KEPT = 64
MOST_WEEKS = 6  # overviews kept
QUICK = 20.0  # seconds for which a decision is waited for before the page shows that it goes on


class Desk:
    """What all pages share. ``load`` gives the settings as they are now, since the desk itself changes them."""

    def __init__(self, load: Callable[[], Settings]):
        self.load = load
        self.events = Events()
        self.jobs = Jobs(self.events.publish)
        self.offers = Offers()
        self.stop: Callable[[], None] = lambda: None
        self.made: Path | None = None  # the blanks that were packed last
        self._aside: TemporaryDirectory[str] | None = None
        self._views: OrderedDict[dt.date | None, tuple[object, Overview]] = OrderedDict()
        self.outbox = threading.RLock()  # the outbox's own lock is for other programs: this one waits for itself
        self._kept: OrderedDict[str, tuple[str, list[str]]] = OrderedDict()

    # what is shown

    def view(self, week: dt.date | None = None, *, within_job: bool = False) -> Overview:
        """The week as it is now: looked at again where anything has changed. While a job runs, as it was before, except for
        the job itself.

        Raises:
            ConsolidatorError: it cannot be looked at, and never was.
        """
        settings = self.load()
        kept = self._views.get(week)
        mark = self._mark(settings)
        if kept and kept[0] == mark:
            return kept[1]
        running = None if within_job else self.jobs.running
        if running:
            if kept:
                return kept[1]
            running.finished.wait(QUICK)
            mark = self._mark(settings)
        with self.outbox:
            kept = self._views.get(week)
            if kept and kept[0] == mark:
                return kept[1]
            try:
                found = overview(settings, week)
            except BusyError:
                if kept is None:
                    raise
                return kept[1]
            if kept:
                self.events.publish(CHANGED)  # other windows show what was before
            for key in (week, found.week):  # the address of the week shown is the next that is asked for
                self._views[key] = (mark, found)
                self._views.move_to_end(key)
            while len(self._views) > MOST_WEEKS:
                self._views.popitem(last=False)
            return found

    def shown_before(self, week: dt.date | None) -> Overview | None:
        """The week as it was looked at last, without looking again."""
        kept = self._views.get(week)
        return kept[1] if kept else None

    def _mark(self, settings: Settings) -> object:
        """What is different as soon as anything that a page shows is: the day, the inbox, the history, the tables."""
        places = [settings.paths.outbox / JOURNAL, settings.paths.roster, settings.paths.firms, settings.paths.form, settings_file.FILE]
        files = [(one.file, one.size, one.mtime) for one in list_files(settings.paths.inbox)]
        return (now(settings, load_form(settings.paths.form)).date(), files, [_stat(path) for path in places])

    def look_again(self) -> None:
        """Evaluate what the pages that are open show, where anything is other than it was, and inform them."""
        with suppress(ConsolidatorError):  # the page itself will say it
            mark, kept = self._mark(self.load()), self._views.get(None)
            if kept and kept[0] == mark:
                return
            self.view()
            if kept is None:
                self.events.publish(CHANGED)

    # what is done

    def do(self, title: str, work: Work, wait: float = QUICK) -> Job:
        """Begin a job and wait a while for it.

        Raises:
            BusyError: another is in hand.
        """
        def alone(step: Step) -> Sequence[str]:
            with self.outbox:
                return work(step)

        job = self.jobs.start(title, alone, self._forget)
        job.finished.wait(wait)
        return job

    def _forget(self) -> None:
        """A job has ended: nothing that was looked at before is true for certain."""
        self._views = OrderedDict((week, (None, found)) for week, (_, found) in self._views.items())

    def folder(self) -> Path:
        """A folder of the desk's own, gone when it ends."""
        if self._aside is None:
            self._aside = TemporaryDirectory(prefix="desk-", ignore_cleanup_errors=True)
        return Path(self._aside.name)

    # what is shown on the next page

    def keep(self, *lines: str, wrong: bool = False) -> str:
        """Keep lines for the next page; the key by which it asks for them."""
        key = secrets.token_urlsafe(9)
        self._kept[key] = ("error" if wrong else "done", [line for line in lines if line])
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return key

    def kept(self, key: str) -> tuple[str, list[str]] | None:
        """What was kept under ``key``; a page that is loaded again shows it again."""
        return self._kept.get(key)


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
