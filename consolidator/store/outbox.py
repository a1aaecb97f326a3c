"""The outbox: one run at a time, originals kept once, files replaced whole, what a person edited never overwritten."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from consolidator.model.fault import Fault
from consolidator.model.filenames import newer_name
from consolidator.model.hashes import file_sha256
from consolidator.model.weeks import period_name
from consolidator.store.errors_log import log_faults
from consolidator.store.history import History
from consolidator.store.journal import NAME as JOURNAL_NAME
from consolidator.store.sqlite_index import INDEX_NAME
from schemas.actions import Sentence, act
from schemas.errors import BusyError, ConsolidatorError, UsageError, reason_of
from schemas.form import Campaign, Form

_LOCK, _HOLDER = ".lock", ".lock.json"


@dataclass(slots=True)
class Outbox:
    """A locked outbox and its history."""

    folder: Path
    history: History
    campaign: Campaign
    edited: list[str] = field(default_factory=list)  # reported: laid beside what a person had edited
    open_elsewhere: list[str] = field(default_factory=list)  # reported: could not be replaced
    _: KW_ONLY
    faults: list[Fault] = field(default_factory=list)  # what the program itself failed at, logged

    def week_folder(self, week: dt.date) -> Path:
        """``outbox/<period>``: 2023-06-05 of a week, 2026-11 of a month."""
        return self.folder / period_name(self.campaign, week)

    def report_faults(self, faults: Sequence[Fault], at: dt.datetime) -> None:
        """Log what the program failed at; the run goes on and ends with exit code 3."""
        if faults:
            self.folder.mkdir(parents=True, exist_ok=True)
            log_faults(self.folder, faults, at)
            self.faults += faults

    def place(self, made: Path, wanted: Path) -> Path:
        """Put the finished file ``made`` where ``wanted`` says, whole or not at all; where it came to lie.

        What a person has edited since it was written stays, and the new one is laid beside it. A file that is open in
        another program stays as it was and is remembered in ``open_elsewhere``.
        """
        return next(iter(self.place_all({wanted: made})))

    def place_all(self, made: Mapping[Path, Path]) -> set[Path]:
        """:meth:`place` for several (wanted → made), the history informed of all of them at once."""
        hashes = {file: file_sha256(file) for file in made.values()}
        targets = {self._target(wanted, hashes[file]): file for wanted, file in made.items()}
        self.history.writes([(self._relative(target), hashes[file]) for target, file in targets.items()])
        for target, file in targets.items():
            if target.exists() and file_sha256(target) == hashes[file]:
                file.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(file, target)
            except PermissionError:  # Windows: open in Excel or WPS
                file.unlink(missing_ok=True)
                self.open_elsewhere.append(self._relative(target))
        return set(targets)

    def _target(self, wanted: Path, new: str) -> Path:
        """Where a file with the hash ``new`` may be written: not over what a person has edited."""
        old = file_sha256(wanted) if wanted.exists() else None
        if old in (None, new) or old in self.history.ours(self._relative(wanted)):
            return wanted
        self.edited.append(self._relative(wanted))
        beside = newer_name(wanted)
        return wanted if beside == wanted else self._target(beside, new)

    def _relative(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def remove_stale(self, folder: Path, keep: set[Path]) -> None:
        """Remove from ``folder`` what an earlier run wrote there, this one did not, and no person has edited."""
        relative = folder.relative_to(self.folder).as_posix()
        for path in self.history.written_in(relative):
            file = self.folder / path
            if file in keep or not file.is_file() or file_sha256(file) not in self.history.ours(path):
                continue
            try:
                file.unlink()
            except PermissionError:
                self.open_elsewhere.append(path)

    def check_closed(self) -> None:
        """Raise where files could not be replaced.

        Raises:
            BusyError: names them; the next run writes them.
        """
        if self.open_elsewhere:
            names = "、".join(dict.fromkeys(self.open_elsewhere))
            raise BusyError(Sentence(f"请先关闭 {names}，", act("again"), "：数据已存好，这些文件还是旧的"))


@contextmanager
def looked_into(folder: Path, form: Form) -> Iterator[Outbox]:
    """The outbox, to see what it holds: one that is not there is empty, and is not made.

    Raises:
        ConsolidatorError: as :func:`opened`.
    """
    if in_use(folder):
        with opened(folder, form) as outbox:
            yield outbox
        return
    with tempfile.TemporaryDirectory() as aside:
        history = History(Path(aside), form.name, form.instead_of)
        try:
            yield Outbox(folder, history, form.campaign)
        finally:
            history.close()


def in_use(folder: Path) -> bool:
    """Whether a run was ever committed in the folder."""
    return any(os.path.exists(folder / name) for name in (INDEX_NAME, JOURNAL_NAME))  # Path.exists raises on long names


@contextmanager
def opened(folder: Path, form: Form, *, after_a_run: bool = False) -> Iterator[Outbox]:
    """The outbox, locked for this run; ``after_a_run`` refuses one in which nothing was ever run, and makes nothing.

    Raises:
        BusyError: another run holds it; names person and machine.
        UsageError: nothing was run in it.
        ConsolidatorError: the folder cannot be made or written.
    """
    if after_a_run and not in_use(folder):
        raise UsageError(Sentence(f"{folder} 里还没有汇总过：请先", act("run"), "，或", act("find-outbox")))
    with held(folder):
        history = History(folder, form.name, form.instead_of)
        try:
            yield Outbox(folder, history, form.campaign)
        finally:
            history.close()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder, made where it is not there, held against other runs; what its disk refuses is reported.

    Raises:
        BusyError: another run holds it, or another program its index.
        ConsolidatorError: it cannot be made, written or read.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(Sentence(f"{_holder(folder)}正在汇总：", act("later"))) from None
    except (OSError, NotImplementedError) as error:  # the latter: a file system that knows no locks
        why = reason_of(error) if isinstance(error, OSError) else "这里的磁盘不能加锁"
        raise ConsolidatorError(Sentence(f"发件夹 {folder} 不能写入（{why}）：请检查权限，或", act("other-outbox"))) from error
    try:
        with refusals_reported(folder):
            (folder / _HOLDER).write_text(json.dumps({"who": login_name(), "where": platform.node()}, ensure_ascii=False),
                                          encoding="utf-8")
            yield
    finally:
        with suppress(OSError):
            (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


@contextmanager
def refusals_reported(folder: Path) -> Iterator[None]:
    """What the disk or another program refuses in the outbox ``folder`` is reported in one line, nothing half-made left.

    Raises:
        BusyError: another program holds the index.
        ConsolidatorError: a full disk, no permission …
    """
    try:
        yield
    except OSError as error:
        _clear_unfinished(folder)
        place = f"“{Path(error.filename).name}”" if isinstance(error.filename, str) else "文件"
        advice = "请关闭打开它的程序，或检查权限" if isinstance(error, PermissionError) else "请检查磁盘"
        raise ConsolidatorError(Sentence(f"发件夹 {folder} 中{place}读写不成（{reason_of(error)}）：{advice}，", act("again"))) from error
    except sqlite3.OperationalError as error:
        _clear_unfinished(folder)
        raise _refused(folder, error) from error
    except BaseException:
        _clear_unfinished(folder)
        raise


def _refused(folder: Path, error: sqlite3.OperationalError) -> ConsolidatorError:
    """Why the index could not be read or written."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError(Sentence(f"历史记录的索引 {INDEX_NAME} 正被别的程序占用：请关闭该程序，", act("again")))
    why = {sqlite3.SQLITE_FULL: "磁盘已满", sqlite3.SQLITE_READONLY: "没有权限", sqlite3.SQLITE_PERM: "没有权限",
           sqlite3.SQLITE_CANTOPEN: "打不开"}.get(code, "磁盘读写出错")
    return ConsolidatorError(Sentence(f"发件夹 {folder} 中历史记录的索引 {INDEX_NAME} 读写不成（{why}）：请检查磁盘和权限，", act("again")))


def _clear_unfinished(folder: Path) -> None:
    """Remove what a run that broke off left beside the papers' places."""
    with suppress(OSError):
        for path in folder.glob("*/.part-*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def login_name() -> str:
    """Who is logged in on this machine; 有人 where the system has no name for the user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name for this user: services, containers
        return "有人"


def _holder(folder: Path) -> str:
    try:
        held = json.loads((folder / _HOLDER).read_text(encoding="utf-8"))
        return f"{held['who']}在电脑 {held['where']} 上"
    except (OSError, ValueError, KeyError, TypeError):
        return "另一个程序"
