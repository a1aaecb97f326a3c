"""The index of the journal: its tables, what each kind of event does to them, and how it is made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from consolidator.store.journal import NAME as JOURNAL_NAME
from consolidator.store.journal import START, Journal, dump
from schemas.errors import HistoryError

INDEX_NAME = "history.sqlite3"
_PIECE = 1 << 20
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE outgoing (n INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE seen (sha256 TEXT PRIMARY KEY, file TEXT NOT NULL, week TEXT NOT NULL, run INTEGER NOT NULL,
                   at TEXT NOT NULL, original TEXT NOT NULL);
CREATE TABLE reading (sha256 TEXT PRIMARY KEY, version TEXT NOT NULL, submission TEXT NOT NULL);
CREATE TABLE judged (sha256 TEXT NOT NULL, week TEXT NOT NULL, PRIMARY KEY (sha256, week)) WITHOUT ROWID;
CREATE TABLE standing (week TEXT NOT NULL, unit TEXT NOT NULL, after_close INTEGER NOT NULL, sha256 TEXT NOT NULL,
                       file TEXT NOT NULL, date TEXT, run INTEGER NOT NULL, figures TEXT NOT NULL,
                       PRIMARY KEY (week, unit, after_close)) WITHOUT ROWID;
CREATE INDEX standing_of_unit ON standing (unit, week, after_close);
CREATE INDEX standing_of_file ON standing (sha256);
CREATE TABLE week (week TEXT PRIMARY KEY, run INTEGER NOT NULL, totals TEXT NOT NULL, reported INTEGER NOT NULL,
                   previous_totals TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, closed_totals TEXT);
CREATE TABLE decision (n INTEGER PRIMARY KEY, week TEXT NOT NULL, unit TEXT NOT NULL, figure TEXT NOT NULL,
                       event TEXT NOT NULL);
CREATE TABLE confirmed (n INTEGER PRIMARY KEY, week TEXT NOT NULL, event TEXT NOT NULL);
CREATE TABLE dismissed (sha256 TEXT PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE assigned (sha256 TEXT PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE outcome (week TEXT NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (week, sha256)) WITHOUT ROWID;
CREATE TABLE sent (n INTEGER PRIMARY KEY, week TEXT NOT NULL, event TEXT NOT NULL);
CREATE TABLE written (path TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;
CREATE TABLE ledger (sha256 TEXT NOT NULL, unit TEXT NOT NULL, ledger TEXT NOT NULL, week TEXT NOT NULL, event TEXT NOT NULL,
                     PRIMARY KEY (sha256, unit, ledger));
CREATE TABLE hazard (n INTEGER PRIMARY KEY, week TEXT NOT NULL, event TEXT NOT NULL);
CREATE TABLE archived (until TEXT PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE pending (week TEXT PRIMARY KEY, result BLOB NOT NULL);
"""

_JUDGED = "INSERT OR IGNORE INTO judged VALUES (:sha256, :week)"
_OUTCOME = "INSERT OR REPLACE INTO outcome VALUES (:week, :sha256, '{}')"
_NO_OUTCOME = "DELETE FROM outcome WHERE week = :week AND sha256 = :sha256"
_KEPT_WHOLE = ("decision", "confirmed", "dismissed", "assigned", "sent", "ledger", "hazard", "archived")
_DUMPED = ("figures", "totals", "previous_totals", "papers")
_EFFECTS: dict[str, tuple[str, ...]] = {  # of each kind of event; :event is the event itself, as JSON
    "seen": ("INSERT OR IGNORE INTO seen VALUES (:sha256, :file, :week, :run, :at, :original)",),
    "accepted": ("INSERT OR REPLACE INTO standing VALUES (:week, :unit, :after_close, :sha256, :file, :date, :run, :figures)",
                 _JUDGED, _NO_OUTCOME),
    "superseded": (_JUDGED, _OUTCOME.format("superseded")),
    "duplicate": (_JUDGED, _OUTCOME.format("duplicate")),
    "rejected": ("DELETE FROM standing WHERE week = :week AND unit IS :unit AND sha256 = :sha256", _JUDGED, _NO_OUTCOME),
    # what came for a week while it was closed is judged with all others once the week is reopened and run
    "ran": ("DELETE FROM standing WHERE week = :week AND after_close = 1",
            "INSERT INTO week (week, run, totals, reported, previous_totals) "
            "VALUES (:week, :run, :totals, :reported, :previous_totals) "
            "ON CONFLICT (week) DO UPDATE SET run = excluded.run, totals = excluded.totals, "
            "reported = excluded.reported, previous_totals = excluded.previous_totals",),
    "opening": ("DELETE FROM standing WHERE week IN (SELECT week FROM week WHERE run = 0)", "DELETE FROM week WHERE run = 0",
                "INSERT INTO week VALUES (:week, 0, :totals, :reported, :previous_totals, 1, :totals)"),
    "archived": ("INSERT OR REPLACE INTO archived VALUES (:until, :event)",),  # the first line of a journal that follows an archive
    "judged": (_JUDGED,),  # in a week that is archived
    "decision": ("INSERT INTO decision (week, unit, figure, event) VALUES (:week, :unit, :figure, :event)",),
    "confirmed": ("INSERT INTO confirmed (week, event) VALUES (:week, :event)",),
    "dismissed": ("INSERT OR REPLACE INTO dismissed VALUES (:sha256, :event)",
                  "DELETE FROM standing WHERE sha256 = :sha256 AND (week >= :week OR after_close = 1)"),
    "assigned": ("INSERT OR REPLACE INTO assigned VALUES (:sha256, :event)",),
    "written": ("INSERT OR IGNORE INTO written SELECT key, value FROM json_each(:papers)",),
    "undismissed": ("DELETE FROM dismissed WHERE sha256 = :sha256",),
    "closed": ("UPDATE week SET closed = 1, closed_totals = totals WHERE week = :week",),
    "reopened": ("UPDATE week SET closed = 0 WHERE week = :week",),
    "ledger": ("INSERT OR REPLACE INTO ledger VALUES (:sha256, :unit, :ledger, :week, :event)",),  # which row is which hazard
    "hazard": ("INSERT INTO hazard (week, event) VALUES (:week, :event)",),  # the clerk's decisions on hazards
    "sent": ("INSERT INTO sent (week, event) VALUES (:week, :event)",),
}


def apply(index: sqlite3.Connection, events: Iterable[dict]) -> None:
    """What ``events`` do to the index, in their order; the only place that gives events their meaning.

    Raises:
        HistoryError: an event of a kind that is not known.
    """
    for what, alike in groupby(events, key=itemgetter("event")):
        if what not in _EFFECTS:
            raise HistoryError(f"历史记录里有不认识的事件“{what}”：这份记录可能出自更新的版本，请升级程序")
        rows = [_row(event) for event in alike]
        for statement in _EFFECTS[what]:
            index.executemany(statement, rows)


def _row(event: dict) -> dict:
    """An event as the statements take it."""
    whole = dump(event) if event["event"] in _KEPT_WHOLE else None
    return {"after_close": False, **event, "event": whole, **{key: dump(event[key]) for key in _DUMPED if key in event}}


def connected(path: Path) -> sqlite3.Connection:
    """The index; a new one with pages that hold several readings, which makes it half as large and as slow to fill."""
    index = sqlite3.connect(path, isolation_level=None)
    index.execute("PRAGMA page_size=8192")
    index.execute("PRAGMA cache_size=-65536")  # KB
    return index


def complete(index: sqlite3.Connection) -> None:
    """Add the tables, and the indexes of them, that an index made by an earlier version lacks."""
    there = {name for (name,) in index.execute("SELECT name FROM sqlite_master")}
    for statement in _TABLES.strip().split(";\n"):
        if statement.split()[2] not in there:
            index.execute(statement.rstrip(";"))


def keep_pending(index: sqlite3.Connection, week: str, packed: Path) -> None:
    """Keep the packed result in the file ``packed``, which is yet to be rendered; it is copied piece by piece."""
    row = index.execute("INSERT OR REPLACE INTO pending VALUES (?, zeroblob(?))", (week, packed.stat().st_size)).lastrowid
    with index.blobopen("pending", "result", row or 0) as kept, packed.open("rb") as file:
        while some := file.read(_PIECE):
            kept.write(some)


def make(index: sqlite3.Connection, form_name: str, events: Iterable[dict] = (), last: str = START) -> int:
    """Make the tables and fill them with ``events``; how many there were."""
    index.execute("BEGIN IMMEDIATE")
    complete(index)
    count = runs = 0

    def counted() -> Iterator[dict]:
        nonlocal count, runs
        for event in events:
            count, runs = count + 1, max(runs, event.get("run", 0))
            yield event

    apply(index, counted())
    index.executemany("INSERT INTO meta VALUES (?, ?)",
                      [("form", form_name), ("runs", str(runs)), ("n", str(count)), ("last", last), ("position", f"{count} {last}")])
    index.execute("COMMIT")
    return count


def rebuilt(folder: Path, form_name: str) -> int:
    """Make the index of ``folder`` anew from its journal; how many events it holds. The old one is replaced whole.

    Raises:
        HistoryError: a line of the journal is torn in the middle, missing or changed.
    """
    journal = Journal(folder / JOURNAL_NAME)
    journal.tear()
    written = _written_so_far(folder / INDEX_NAME)
    made = folder / f"{INDEX_NAME}.new"
    made.unlink(missing_ok=True)
    index = connected(made)
    try:
        count = make(index, form_name, journal.events(), journal.tail()[1])
        index.executemany("INSERT OR IGNORE INTO written VALUES (?, ?)", written)
    finally:
        index.close()
    for leftover in (folder / f"{INDEX_NAME}-journal", folder / INDEX_NAME):
        leftover.unlink(missing_ok=True)
    made.replace(folder / INDEX_NAME)
    return count


def _written_so_far(path: Path) -> list[tuple[str, str]]:
    """(path, sha256) of the papers in an index that can still be read: journals of earlier versions do not have them."""
    if not path.exists():
        return []
    old = sqlite3.connect(path)
    try:
        return old.execute("SELECT path, sha256 FROM written").fetchall()
    except sqlite3.DatabaseError:
        return []  # the reason for the rebuilding, mostly
    finally:
        old.close()
