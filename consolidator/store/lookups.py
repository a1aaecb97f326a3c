"""What the history is asked for by key: the rows of the files and units at hand, however many weeks lie behind them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

import orjson

from consolidator.model.records import Standing
from consolidator.store.journal import batches

_STANDING = "SELECT s.week, s.unit, s.sha256, s.file, s.date, s.run, s.figures, s.after_close FROM {} s {} " \
            "ORDER BY s.week, s.unit, s.after_close"
_NEAREST = """(SELECT unit, MAX(week) AS week FROM standing WHERE week < :week GROUP BY unit
UNION SELECT unit, MAX(week) FROM standing WHERE week < :week AND after_close = 0 GROUP BY unit
UNION SELECT unit, MIN(week) FROM standing WHERE week > :week AND after_close = 0 GROUP BY unit) n CROSS JOIN standing"""

_day = lru_cache(maxsize=1024)(dt.date.fromisoformat)  # few days stand in many lines


def standing(index: sqlite3.Connection, where: str, values: tuple = ()) -> list[Standing]:
    """What is in the rows that the condition ``where`` names; what came after closing last."""
    return _read(index.execute(_STANDING.format("standing", f"WHERE {where}"), values))


def nearest(index: sqlite3.Connection, week: dt.date) -> list[Standing]:
    """Of each unit the last that is before ``week``, the last of them that its week's totals hold, and the first after it."""
    where = "ON s.week = n.week AND s.unit = n.unit"
    return _read(index.execute(_STANDING.format(_NEAREST, where), {"week": week.isoformat()}))


def weeks_before(index: sqlite3.Connection, week: dt.date) -> dict[str, int]:
    """Unit → in how many weeks before ``week`` something of it is."""
    return dict(index.execute("SELECT unit, COUNT(DISTINCT week) FROM standing WHERE week < ? GROUP BY unit", (week.isoformat(),)))


def _read(rows: Iterable[tuple]) -> list[Standing]:
    return [Standing(_day(week), unit, sha, file, _day(date) if date else None, run=run, figures=orjson.loads(figures),
                     after_close=bool(after))
            for week, unit, sha, file, date, run, figures, after in rows]


def of_files(index: sqlite3.Connection, select: str, hashes: Iterable[str] | None, order: str = "") -> Iterator[tuple]:
    """The rows of ``select`` of the files with these ``hashes``, some at a time; of every file where they are None."""
    if hashes is None:
        yield from index.execute(f"{select} {order}")
        return
    for some in batches(sorted(set(hashes))):
        yield from index.execute(f"{select} WHERE sha256 IN ({','.join('?' * len(some))}) {order}", some).fetchall()


class ReadBefore(Collection[str]):
    """The sha256 of the files whose reading by one version is kept, looked up one by one."""

    def __init__(self, index: sqlite3.Connection, version: str):
        self._index, self._version = index, version

    def __contains__(self, sha256: object) -> bool:
        found = "SELECT 1 FROM reading WHERE sha256 = ? AND version = ?"
        return self._index.execute(found, (sha256, self._version)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        return (sha for (sha,) in self._index.execute("SELECT sha256 FROM reading WHERE version = ?", (self._version,)))

    def __len__(self) -> int:
        return self._index.execute("SELECT COUNT(*) FROM reading WHERE version = ?", (self._version,)).fetchone()[0]

    def __bool__(self) -> bool:
        return self._index.execute("SELECT 1 FROM reading WHERE version = ? LIMIT 1", (self._version,)).fetchone() is not None
