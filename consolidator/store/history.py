"""What was seen, accepted and decided in the weeks so far: the journal, and SQLite as its index.

The index transaction is the commit. Within it the lines for the journal are laid in ``outgoing``; after it they are
appended and fsynced; whoever opens the history next finishes what a killed run left there. The index (rollback
journal, not WAL: outboxes lie on network shares) holds nothing that the journal and the originals do not.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Literal

from consolidator.model.json import submission_from, submission_to
from consolidator.model.records import Confirmation, Decision, FileDecision, Seen, Standing, WeekRun
from consolidator.model.submission import Submission
from consolidator.store.journal import NAME as JOURNAL_NAME
from consolidator.store.journal import Journal, batches, chain, dump
from consolidator.store.lookups import ReadBefore, nearest, of_files, standing, weeks_before
from consolidator.store.sqlite_index import INDEX_NAME, apply, complete, connected, keep_pending, make
from schemas.actions import Sentence, act
from schemas.errors import HistoryError

_REFUSED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}  # the disk's or another program's doing: the index is whole


class History:
    """The history of one outbox and one form. Use within the outbox's lock."""

    def __init__(self, folder: Path, form_name: str, instead_of: str = ""):
        self.folder = folder
        self.journal = Journal(folder / JOURNAL_NAME)
        try:
            self.index = self._open(form_name, instead_of)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSED:
                raise
            raise HistoryError(Sentence("历史记录的索引 history.sqlite3 损坏：请", act("rebuild"))) from error

    def _open(self, form_name: str, instead_of: str) -> sqlite3.Connection:
        path = self.folder / INDEX_NAME
        fresh = not path.exists() or path.stat().st_size == 0
        index = connected(path)
        index.execute("PRAGMA synchronous=FULL")
        if fresh:
            if self.journal.path.exists() and self.journal.path.stat().st_size:
                index.close()
                path.unlink(missing_ok=True)
                raise HistoryError(Sentence("历史记录的索引 history.sqlite3 不见了：请", act("rebuild")))
            make(index, form_name)
        held = self._meta(index, "form")
        if held not in (form_name, instead_of):
            index.close()
            raise HistoryError(Sentence(f"这个发件夹属于表样 {held}，不能用于 {form_name}：请", act("other-outbox"), "文件夹"))
        complete(index)
        self._finish(index)
        return index

    def _finish(self, index: sqlite3.Connection) -> None:
        """Append what the last run committed and could not append; check that journal and index belong together."""
        self.journal.tear()
        lines = index.execute("SELECT n, line FROM outgoing ORDER BY n").fetchall()
        number, last = self.journal.tail()
        missing = [line for n, line in lines if n > number]
        if missing:
            self.journal.append(missing)
            number, last = self.journal.tail()
        if (str(number), last) != (self._meta(index, "n"), self._meta(index, "last")):
            index.close()
            raise HistoryError(Sentence("历史记录 journal.jsonl 与索引不一致：请先", act("verify-and-rebuild")))
        if lines:
            index.execute("DELETE FROM outgoing")

    @staticmethod
    def _meta(index: sqlite3.Connection, key: str) -> str:
        row = index.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()

    # what is known

    @property
    def runs(self) -> int:
        """How many runs were committed."""
        return int(self._meta(self.index, "runs"))

    def position(self) -> str:
        """Number and hash of the journal's last line that is not of papers written: the same while nothing has happened."""
        return self._meta(self.index, "position")

    def mark(self, week: dt.date) -> str:
        """What :meth:`set_mark` was given for ``week``, "" where nothing was."""
        return self._meta(self.index, f"mark {week}")

    def set_mark(self, week: dt.date, text: str) -> None:
        """Keep ``text`` beside the index; it is no part of the history, and a rebuilt index lacks it."""
        self.index.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"mark {week}", text))

    def seen(self, hashes: Iterable[str] | None = None) -> dict[str, Seen]:
        """sha256 → how that file was first seen; of all files, or of those with ``hashes``."""
        rows = of_files(self.index, "SELECT sha256, file, week, run, at, original FROM seen", hashes)
        return {sha: Seen(file, dt.date.fromisoformat(week), run, dt.datetime.fromisoformat(at), original)
                for sha, file, week, run, at, original in rows}

    def read_before(self, version: str) -> Collection[str]:
        """The sha256 of every file whose reading by this ``version`` of reader and form is kept."""
        return ReadBefore(self.index, version)

    def readings(self, hashes: Iterable[str]) -> dict[str, Submission]:
        """The kept readings of ``hashes``."""
        rows = of_files(self.index, "SELECT sha256, submission FROM reading", hashes)
        return {sha: submission_from(json.loads(submission)) for sha, submission in rows}

    def materials(self) -> list[tuple[str, str]]:
        """(file, beginning of its words) of every narrative that ever came."""
        rows = self.index.execute("SELECT seen.file, reading.submission FROM seen JOIN reading USING (sha256) "
                                  "WHERE json_extract(reading.submission, '$.kind') = 'material' ORDER BY seen.file")
        return [(file, json.loads(submission).get("text", "")) for file, submission in rows]

    def judged(self, hashes: Iterable[str] | None = None) -> dict[str, set[dt.date]]:
        """sha256 → the weeks in which that file was accepted or rejected; of all files, or of those with ``hashes``."""
        found: dict[str, set[dt.date]] = {}
        for sha, week in of_files(self.index, "SELECT sha256, week FROM judged", hashes):
            found.setdefault(sha, set()).add(dt.date.fromisoformat(week))
        return found

    def standing(self, week: dt.date | None = None, *, unit: str | None = None, after_close: bool = True) -> list[Standing]:
        """What counts in ``week``, of ``unit``, or in all weeks; what came after closing last, or left out."""
        where = [*(["week = ?"] if week else []), *(["unit = ?"] if unit is not None else []),
                 *([] if after_close else ["after_close = 0"])]
        values = (*([week.isoformat()] if week else []), *([unit] if unit is not None else []))
        return standing(self.index, " AND ".join(where) or "TRUE", values)

    def nearest(self, week: dt.date) -> list[Standing]:
        """Of each unit what counts nearest to ``week``; see :func:`consolidator.store.lookups.nearest`."""
        return nearest(self.index, week)

    def weeks_before(self, week: dt.date) -> dict[str, int]:
        """Unit → in how many weeks before ``week`` something of it counts."""
        return weeks_before(self.index, week)

    def accepted(self, hashes: Iterable[str] | None = None) -> dict[str, list[tuple[dt.date, str]]]:
        """sha256 → the (week, unit) in which that file counts; of all files, or of those with ``hashes``."""
        found: dict[str, list[tuple[dt.date, str]]] = {}
        for sha, week, unit in of_files(self.index, "SELECT sha256, week, unit FROM standing", hashes, "ORDER BY week, unit, after_close"):
            found.setdefault(sha, []).append((dt.date.fromisoformat(week), unit))
        return found

    def weeks(self) -> list[WeekRun]:
        """Every week run so far, in order, and before them that of the opening figures, if there are any."""
        rows = self.index.execute("SELECT week, totals, reported, closed, closed_totals, previous_totals, run FROM week "
                                  "ORDER BY week")
        return [WeekRun(dt.date.fromisoformat(week), json.loads(totals), reported, bool(closed),
                        json.loads(old) if old else None, previous_totals=json.loads(previous), opening=run == 0)
                for week, totals, reported, closed, old, previous, run in rows]

    def decisions(self, until: dt.date) -> list[Decision]:
        """The decisions of all weeks up to ``until``, oldest first; of one figure in one week only the last."""
        rows = self.index.execute("SELECT event FROM decision WHERE week <= ? ORDER BY n", (until.isoformat(),))
        found: dict[tuple, Decision] = {}
        for (text,) in rows:
            event = json.loads(text)
            one = Decision(dt.date.fromisoformat(event["week"]), event["unit"], event["figure"], value=event["value"],
                           given=event["given"], written=event["written"], basis=event["basis"], reason=event["reason"], by=event["by"],
                           at=event["at"])
            found[one.week, one.unit, one.figure] = one
        return list(found.values())

    def ledgers(self) -> list[dict]:
        """The events of every ledger taken so far, with ``ids`` (sheet → row → hazard) and ``minted``, the ids it was first to have."""
        return [json.loads(text) for (text,) in self.index.execute("SELECT event FROM ledger ORDER BY week, sha256, unit, ledger")]

    def hazard_decisions(self, until: dt.date = dt.date.max) -> list[dict]:
        """The clerk's decisions on hazards of all weeks up to ``until``, oldest first."""
        rows = self.index.execute("SELECT event FROM hazard WHERE week <= ? ORDER BY n", (until.isoformat(),))
        return [json.loads(text) for (text,) in rows]

    def confirmations(self, week: dt.date) -> list[Confirmation]:
        """The warnings of ``week`` that were confirmed, oldest first."""
        rows = self.index.execute("SELECT event FROM confirmed WHERE week = ? ORDER BY n", (week.isoformat(),))
        return [Confirmation(week, event["unit"], event["figure"] or None, event["code"], sha256=event["sha256"], basis=event["basis"],
                             reason=event["reason"], by=event["by"], at=event["at"]) for event in (json.loads(text) for (text,) in rows)]

    def dismissals(self) -> dict[str, FileDecision]:
        """sha256 → the file's dismissal, of those that are dismissed now."""
        return self._of_files("dismissed")

    def assigned(self) -> dict[str, FileDecision]:
        """sha256 → the week that the clerk has assigned the file to."""
        return self._of_files("assigned")

    def _of_files(self, table: Literal["dismissed", "assigned"]) -> dict[str, FileDecision]:
        rows = self.index.execute(f"SELECT event FROM {table} ORDER BY sha256")
        return {event["sha256"]: FileDecision(event["sha256"], event["file"], dt.date.fromisoformat(event["week"]),
                                              event["reason"], event["by"], at=event["at"])
                for event in (json.loads(text) for (text,) in rows)}

    def outcomes(self, week: dt.date) -> dict[str, str]:
        """sha256 → ``superseded`` or ``duplicate``, of the files that were so in the last run of ``week`` that judged them new."""
        rows = self.index.execute("SELECT sha256, outcome FROM outcome WHERE week = ?", (week.isoformat(),))
        return dict(rows.fetchall())

    def archives(self) -> list[dict]:
        """The archives made so far, as their events: ``year``, ``until`` (the last week in it), ``name``, ``sha256``."""
        return [json.loads(text) for (text,) in self.index.execute("SELECT event FROM archived ORDER BY until")]

    def sent(self, week: dt.date) -> list[dict]:
        """The letters of ``week`` that went, oldest first."""
        rows = self.index.execute("SELECT event FROM sent WHERE week = ? ORDER BY n", (week.isoformat(),))
        return [json.loads(text) for (text,) in rows]

    # what happens

    def record(self, events: Iterable[dict], *, readings: Mapping[str, Submission] | None = None, version: str = "",
               run: bool = False, pending: tuple[dt.date, Callable[[], Path]] | None = None) -> None:
        """Commit ``events`` in one transaction, then append them to the journal: some at a time, as there may be 100,000.

        ``readings`` are kept beside; ``run`` counts a run where there are events; ``pending`` is a week, and what waits for the
        file of its packed result that is yet to be rendered.
        """
        begun, last = int(self._meta(self.index, "n")), self._meta(self.index, "last")
        index, number, happened = self.index, begun, False
        index.execute("BEGIN IMMEDIATE")
        try:
            for some in batches(events):
                lines, last = chain(some, number, last)
                apply(index, some)
                index.executemany("INSERT INTO outgoing VALUES (?, ?)", enumerate(lines, number + 1))
                number += len(lines)
                happened = happened or any(event["event"] != "written" for event in some)
            index.executemany("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)",
                              ((sha, version, dump(submission_to(one))) for sha, one in (readings or {}).items()))
            if pending:
                keep_pending(index, pending[0].isoformat(), pending[1]())
            new = [("n", str(number)), ("last", last)]
            if happened:
                new.append(("position", f"{number} {last}"))
            if run and number > begun:
                new.append(("runs", str(self.runs + 1)))
            index.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", new)
            index.execute("COMMIT")
        except BaseException:
            if index.in_transaction:  # a full disk has ended it already
                index.execute("ROLLBACK")
            raise
        if number > begun:
            self.journal.append(line for (line,) in index.execute("SELECT line FROM outgoing WHERE n > ? ORDER BY n", (begun,)))
            index.execute("DELETE FROM outgoing")

    def pending(self) -> list[tuple[dt.date, bytes]]:
        """Results committed and not yet rendered whole."""
        rows = self.index.execute("SELECT week, result FROM pending ORDER BY week")
        return [(dt.date.fromisoformat(week), zlib.decompress(result)) for week, result in rows]

    def rendered(self, week: dt.date) -> None:
        """``week`` is rendered whole."""
        self.index.execute("DELETE FROM pending WHERE week = ?", (week.isoformat(),))

    def ours(self, path: str) -> set[str]:
        """The hashes of everything that was ever written to ``path`` (relative to the outbox) by the program."""
        return {sha for (sha,) in self.index.execute("SELECT sha256 FROM written WHERE path = ?", (path,))}

    def writes(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Record, before it is done, that these (path, sha256) are about to be written: a rebuilt index knows them too."""
        known = "SELECT 1 FROM written WHERE path = ? AND sha256 = ?"
        new = {path: sha for path, sha in pairs if not self.index.execute(known, (path, sha)).fetchone()}
        if new:
            self.record([{"event": "written", "papers": new}])

    def written_in(self, folder: str) -> set[str]:
        """Every path in ``folder`` that the program ever wrote."""
        rows = self.index.execute("SELECT DISTINCT path FROM written WHERE substr(path, 1, ?) = ?",
                                  (len(folder) + 1, folder + "/"))
        return {path for (path,) in rows}
