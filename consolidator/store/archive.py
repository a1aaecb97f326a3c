"""Archives: the weeks of past years and the journal as one zip, with the hash of every member; checked without unpacking."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import IO

from consolidator.model.hashes import file_sha256
from consolidator.model.text import printable
from consolidator.model.zips import EARLIEST, zip_entry
from consolidator.store.journal import NAME as JOURNAL_NAME
from consolidator.store.journal import START, events_of
from schemas.errors import HistoryError

FOLDER = "archive"  # of the outbox
SUMS, ABOUT = "SHA256SUMS", "archive.json"  # members: the hashes as `sha256sum -c` reads them; what the archive is of
SIDE = ".sha256"  # beside the archive: its own hash
_BLOCK = 1 << 20
_MOST_LISTED = 64 << 20  # bytes of SUMS or ABOUT that are read
_PACKED = (".xlsx", ".docx", ".zip", ".ods", ".xlsm", ".xlsb", ".png", ".jpg", ".jpeg", ".pdf")  # compressed already


@dataclass(slots=True)
class CheckedArchive:
    """An archive as it was found: what it says it is of, its own hash, how many members; ``wrong`` line by line.

    ``about["missing"]``: originals that were gone or changed before it was made.
    """

    about: dict = field(default_factory=dict)
    sha256: str = ""
    members: int = 0
    events: int = 0
    last: str = START
    _: KW_ONLY
    wrong: list[str] = field(default_factory=list)


def pack(folder: Path, names: Iterable[str], target: Path, about: Callable[[dict[str, str]], dict], when: dt.date) -> None:
    """Write the files ``names`` (relative to ``folder``, with ``/``) to the zip ``target``, with their hashes.

    ``about`` says of these hashes what the archive is of.
    """
    day = max(when, EARLIEST)
    sums: dict[str, str] = {}

    def entry(name: str) -> zipfile.ZipInfo:
        return zip_entry(name, day, stored=name.lower().endswith(_PACKED))

    with target.open("wb") as file:
        with zipfile.ZipFile(file, "w") as made:
            for name in names:
                with (folder / name).open("rb") as source, made.open(entry(name), "w", force_zip64=True) as member:
                    sums[name] = _copied(source, member)
            about_text = json.dumps(about(sums), ensure_ascii=False, indent=1).encode("utf-8")
            made.writestr(entry(ABOUT), about_text)
            sums[ABOUT] = hashlib.sha256(about_text).hexdigest()
            made.writestr(entry(SUMS), "".join(f"{sha256} *{name}\n" for name, sha256 in sums.items()).encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def check(path: Path) -> CheckedArchive:
    """Everything in the archive at ``path`` against its hashes, its journal's chain, its originals against the journal.

    Raises:
        OSError: it cannot be read.
    """
    found = CheckedArchive()
    found.sha256 = file_sha256(path)
    side = Path(f"{path}{SIDE}")
    if side.is_file() and not side.read_text(encoding="utf-8", errors="replace").startswith(found.sha256):
        found.wrong.append(f"与旁边的 {printable(side.name)} 对不上：其中一个被改动过")
    try:
        with zipfile.ZipFile(path) as opened:
            _check_members(opened, found)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        found.wrong.append(f"打不开或已损坏（{printable(str(error))}）")
    return found


def sums_of(opened: zipfile.ZipFile) -> dict[str, str]:
    """Member → sha256, as the archive itself lists them.

    Raises:
        HistoryError: it has no such list: it is no archive of ours.
    """
    try:
        info = opened.getinfo(SUMS)
        text = opened.read(info).decode("utf-8") if info.file_size <= _MOST_LISTED else ""
    except (KeyError, UnicodeDecodeError):
        text = ""
    sums = {name: sha256 for sha256, mark, name in (line.partition(" *") for line in text.splitlines()) if mark}
    if not sums:
        raise HistoryError("不是本程序的归档：里面没有校验清单")
    return sums


def _check_members(opened: zipfile.ZipFile, found: CheckedArchive) -> None:
    try:
        sums = sums_of(opened)
    except HistoryError as error:
        found.wrong.append(str(error))
        return
    names = [name for name in opened.namelist() if name != SUMS]
    if len(names) != len(set(names)) or set(names) != set(sums):
        strange = sorted({*names} ^ {*sums}) or ["同一个名字有两个文件"]
        found.wrong.append(f"里面的文件与校验清单不一致：{printable('、'.join(strange[:3]))}")
    for name in dict.fromkeys(names):
        if name in sums and _hash_of(opened, name) != sums[name]:
            found.wrong.append(f"{printable(name)} 被改动过")
    found.members = len(set(names) - {ABOUT})
    info = opened.NameToInfo.get(ABOUT)
    if info and info.file_size <= _MOST_LISTED and sums.get(ABOUT):
        with suppress(ValueError):
            about = json.loads(opened.read(info))
            found.about = about if isinstance(about, dict) else {}
    _check_journal(opened, sums, found)


def _check_journal(opened: zipfile.ZipFile, sums: dict[str, str], found: CheckedArchive) -> None:
    if JOURNAL_NAME not in sums or JOURNAL_NAME not in opened.NameToInfo:
        found.wrong.append(f"里面没有历史记录 {JOURNAL_NAME}")
        return
    known, until = set(found.about.get("missing", ())), found.about.get("until", "")
    try:
        with opened.open(JOURNAL_NAME) as file:
            for event, found.last in events_of(file):
                found.events += 1
                if event["event"] == "seen" and not event.get("archived") and event["week"] <= until \
                        and event["original"] not in known and sums.get(event["original"]) != event["sha256"]:
                    found.wrong.append(f"原件 {printable(event['original'])} 不在里面，或与收到时不同")
    except HistoryError as error:
        found.wrong.append(str(error))
    if (found.about.get("lines"), found.about.get("last")) != (found.events, found.last):
        found.wrong.append("历史记录与归档时的不同")


def unpacked_away(folder: Path, archive: Path, keep: Iterable[str] = ()) -> list[str]:
    """Remove from ``folder`` each file that is in ``archive`` to the byte; those that another program holds open.

    ``keep`` and the journal stay, and so does whatever a person has changed or added meanwhile.
    """
    held, kept = [], {*keep, JOURNAL_NAME, ABOUT}
    with zipfile.ZipFile(archive) as opened:
        sums = sums_of(opened)
    for name, sha256 in sums.items():
        path = folder / name
        if name in kept or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        try:
            if file_sha256(path) == sha256:
                path.unlink()
        except PermissionError:
            held.append(name)
    for name in sorted({parent for one in sums for parent in _parents(one)}, key=len, reverse=True):
        with suppress(OSError):  # not empty
            (folder / name).rmdir()
    return held


def files_below(folder: Path, name: str) -> Iterator[str]:
    """The regular files in ``folder / name``, relative to ``folder``, in order; none whose name UTF-8 does not know."""
    for path in sorted((folder / name).rglob("*")):
        relative = path.relative_to(folder).as_posix()
        with suppress(UnicodeEncodeError):
            relative.encode("utf-8")
            if path.is_file() and not path.is_symlink() and "\n" not in relative and "\\" not in relative:
                yield relative


def _parents(name: str) -> Iterator[str]:
    parts = name.split("/")[:-1]
    return ("/".join(parts[:n]) for n in range(1, len(parts) + 1))


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()


def _hash_of(opened: zipfile.ZipFile, name: str) -> str:
    with opened.open(name) as member:
        digest = hashlib.sha256()
        while block := member.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()
