"""The history checked against itself and the originals, or its index made anew."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.store.history import History
from consolidator.store.journal import NAME, Journal
from consolidator.store.outbox import held
from consolidator.store.sqlite_index import INDEX_NAME, rebuilt
from schemas.errors import HistoryError, UsageError
from schemas.form import load_form
from schemas.settings import Settings


@dataclass(slots=True)
class Verified:
    """What was found wrong, line by line; the last line sums up."""

    lines: list[str] = field(default_factory=list)
    wrong: bool = False


def verify(settings: Settings) -> Verified:
    """Check the journal's chain, the index against it, and every original against its hash."""
    form = load_form(settings.paths.form)
    folder, done = settings.paths.outbox, Verified()
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError("还没有台账：请先运行 run")
    events: list[dict] = []
    with held(folder):
        try:
            events = list(journal.events())
        except HistoryError as error:
            done.lines.append(str(error))
        try:
            History(folder, form.name).close()
        except HistoryError as error:
            done.lines.append(str(error))
        for event in events:
            if event["event"] == "seen":
                fault = _original_fault(folder / event["original"], event["sha256"])
                if fault:
                    done.lines.append(f"原件 {event['original']} {fault}")
    done.wrong = bool(done.lines)
    done.lines.append(f"台账 {len(events)} 条，" + ("发现以上问题" if done.wrong else "前后相接；索引一致；原件齐全、未被改动"))
    return done


def _original_fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "不见了：已采用的数字仍在台账中"
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "被改动过，与收到时不同"


def rebuild(settings: Settings) -> Verified:
    """Make the index anew from the journal; the originals are read again by the next run.

    Raises:
        HistoryError: the journal itself is broken.
    """
    form = load_form(settings.paths.form)
    folder = settings.paths.outbox
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError("还没有台账，无从重建：请先运行 run")
    try:
        with held(folder):
            count = rebuilt(folder, form.name)
    except sqlite3.DatabaseError as error:
        raise HistoryError(f"索引 {INDEX_NAME} 重建不成：请检查磁盘空间和权限") from error
    missing = [event["original"] for event in journal.events()
               if event["event"] == "seen" and not (folder / event["original"]).is_file()]
    lines = [f"原件 {path} 不见了：已采用的数字已由台账恢复" for path in missing]
    return Verified([*lines, f"索引已由台账的 {count} 条记录重建"], False)
