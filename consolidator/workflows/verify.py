"""The history checked against itself and the originals, or its index made anew."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.model.hashes import file_sha256
from consolidator.model.text import printable
from consolidator.store.archive import FOLDER, check
from consolidator.store.history import History
from consolidator.store.journal import NAME, Journal
from consolidator.store.outbox import held
from consolidator.store.sqlite_index import INDEX_NAME, rebuilt
from schemas.actions import Sentence, act
from schemas.errors import HistoryError, UsageError, reason_of
from schemas.form_loading import load_form
from schemas.settings import Settings


@dataclass(slots=True)
class Verified:
    """What was found wrong, line by line; the last line sums up."""

    lines: list[str] = field(default_factory=list)
    wrong: bool = False


def verify(settings: Settings) -> Verified:
    """Check the journal's chain, the index against it, every original against its hash, and the archives that are there."""
    form = load_form(settings.paths.form)
    folder, wrong = settings.paths.outbox, []
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError(Sentence("还没有历史记录：请先", act("run")))
    events: list[dict] = []
    with held(folder):
        try:
            events = list(journal.events())
        except HistoryError as error:
            wrong.append(error.sentence)
        try:
            History(folder, form.name, form.instead_of).close()
        except HistoryError as error:
            wrong.append(error.sentence)
        for event in events:
            if event["event"] == "seen" and not event.get("archived"):
                fault = _original_fault(folder / event["original"], event["sha256"])
                if fault:
                    wrong.append(f"原件 {event['original']} {fault}")
        archives = [(event, folder / FOLDER / event["name"]) for event in events if event["event"] == "archived"]
        wrong += [f"归档 {event['name']} 被改动过，与归档时不同" for event, path in archives
                  if path.is_file() and _original_fault(path, event["sha256"])]
        elsewhere = [Sentence(f"归档 {event['name']} 不在发件夹里：另存的那一份", act("verify-archive"))
                     for event, path in archives if not path.is_file()]
    summary = f"历史记录 {len(events)} 条，" + ("发现以上问题" if wrong else "前后相接；索引一致；原件齐全、未被改动")
    return Verified([*wrong, *elsewhere, summary], bool(wrong))


def verify_archive(settings: Settings, path: Path) -> Verified:
    """Check an archive by itself, and against what the outbox's journal says of it, if that knows it.

    Raises:
        UsageError: there is no such file.
    """
    try:
        found = check(path)
    except OSError as error:
        raise UsageError(f"读不到归档 {printable(str(path))}：{reason_of(error)}") from error
    wrong, about = list(found.wrong), found.about
    journal = Journal(settings.paths.outbox / NAME)
    known = None
    with suppress(HistoryError):
        known = next((event for event in journal.events() if event["event"] == "archived" and event["name"] == path.name), None)
    if known and known["sha256"] != found.sha256:
        wrong.append("与发件夹的历史记录所记的归档不是同一份")
    name = printable(path.name)
    lines = [f"{name}：{line}" for line in wrong]
    lines += [f"{name}：原件 {printable(str(one))} 归档前就不见了或被改动过" for one in about.get("missing", ())]
    weeks = [str(one) for one in about.get("weeks", ())]
    of = f"{about.get('year')} 年，{len(weeks)} 期（{weeks[0]} 至 {weeks[-1]}），" if weeks else ""
    lines.append(f"{name}：{printable(of)}{found.members} 个文件，历史记录 {found.events} 条，"
                 + ("发现以上问题" if wrong else "前后相接、未被改动" + ("；与发件夹的历史记录所记一致" if known else "")))
    return Verified(lines, bool(wrong))


def _original_fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "不见了：已采用的数字仍在历史记录中"
    return "" if file_sha256(path) == sha256 else "被改动过，与收到时不同"


def rebuild(settings: Settings) -> Verified:
    """Make the index anew from the journal; the originals are read again by the next run.

    Raises:
        HistoryError: the journal itself is broken.
    """
    form = load_form(settings.paths.form)
    folder = settings.paths.outbox
    journal = Journal(folder / NAME)
    if not journal.path.exists():
        raise UsageError(Sentence("还没有历史记录，无从重建：请先", act("run")))
    try:
        with held(folder):
            count = rebuilt(folder, form.name)
    except sqlite3.DatabaseError as error:
        raise HistoryError(f"索引 {INDEX_NAME} 重建不成：请检查磁盘空间和权限") from error
    missing = [event["original"] for event in journal.events()
               if event["event"] == "seen" and not (folder / event["original"]).is_file()]
    lines = [f"原件 {path} 不见了：已采用的数字已由历史记录恢复" for path in missing]
    return Verified([*lines, f"索引已由历史记录的 {count} 条记录重建"], False)
