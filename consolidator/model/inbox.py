"""Which files lie in the inbox: all of them but what programs and systems leave behind."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from schemas.actions import Sentence, act
from schemas.errors import ConsolidatorError, reason_of

_LEFT_BEHIND = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information"}
_LEFT_STARTS = (".", "~$")  # ~$ Office, .~lock. LibreOffice, .~ WPS, ._ and .DS_Store macOS
_LEFT_ALWAYS = ("~$", ".~", "._", ".part-")
_DOCUMENTS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".docx", ".doc", ".wps", ".pdf")
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # these make a name read other than it is
_NO_GLYPH = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file of the inbox. ``file`` is its path below the inbox, with ``/`` and printable, by which everybody knows it.

    ``path`` is a text, as thousands of ``Path`` take longer to put together than their folder to list. ``size`` in bytes,
    ``mtime`` in seconds. ``linked``: a link, or no regular file: reported, never opened, as it may lead out of the inbox.
    ``mail``: who sent it and when, where it came in a mail.
    """

    path: str
    file: str
    size: int
    mtime: float
    linked: bool = False
    _: KW_ONLY
    mail: str = ""


def list_files(inbox: Path) -> list[InboxFile]:
    """The files of the inbox and its folders, sorted by ``file``.

    Raises:
        ConsolidatorError: the inbox, or a folder in it, is not there or cannot be listed: a submission may be in it.
    """
    if not os.path.isdir(inbox):  # Path.is_dir raises on long names
        raise ConsolidatorError(Sentence(f"没有收件夹 {printable(str(inbox))}：请", act("look-at-path", option="--inbox")))
    found = _below(inbox)
    found.sort(key=lambda one: (one.file, one.path))
    return _kept_apart(found)


def _below(inbox: Path) -> list[InboxFile]:
    found, folders = [], [(os.fspath(inbox), "")]
    while folders:
        folder, before = folders.pop()
        try:
            with os.scandir(folder) as entries:
                listed = [entry for entry in entries if not _left_behind(entry.name)]
        except OSError as error:
            raise ConsolidatorError(
                f"打不开文件夹 {printable(folder)}（{reason_of(error)}）：请检查权限，以免漏掉里面的报表") from error
        for entry in listed:
            file = before + printable(entry.name)
            try:
                about = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # gone since it was listed
                continue
            except OSError:  # that it is there is known, and the reader will report what is wrong
                found.append(InboxFile(entry.path, file, 0, 0.0))
                continue
            if stat.S_ISDIR(about.st_mode) and not getattr(entry, "is_junction", bool)():
                folders.append((entry.path, f"{file}/"))
            else:
                linked = not stat.S_ISREG(about.st_mode)
                found.append(InboxFile(entry.path, file, about.st_size, about.st_mtime, linked))
    return found


def _left_behind(name: str) -> bool:
    """Whether programs made it for themselves; “.甲局.xlsx” a person named so, and Windows shows it as any other."""
    if name.startswith(_LEFT_STARTS):
        return name.startswith(_LEFT_ALWAYS) or not name.casefold().endswith(_DOCUMENTS)
    return name.casefold() in _LEFT_BEHIND


def is_left_behind(path: str) -> bool:
    """Whether a file in an archive is what systems leave behind: ``__MACOSX/._甲局.xlsx``, ``Thumbs.db``."""
    return any(_left_behind(part) for part in path.split("/"))


def printable(name: str) -> str:
    """A name as it can be shown and written: what no font draws is �; bytes that are no UTF-8 are taken as GB 18030."""
    if name.isprintable():
        return name
    try:
        name = os.fsencode(name).decode("utf-8")
    except UnicodeDecodeError:
        name = os.fsencode(name).decode("gb18030", errors="replace")
    return "".join("\ufffd" if unicodedata.category(char) in _NO_GLYPH or char in _TURNING else char for char in name)


def _kept_apart(found: list[InboxFile]) -> list[InboxFile]:
    """The same files, those whose printable names fell together numbered."""
    taken = {one.file for one in found}
    seen: set[str] = set()
    apart = []
    for one in found:
        file, number = one.file, 1
        while file in seen:
            number += 1
            file = f"{one.file}（{number}）"
            if file in taken:
                seen.add(file)
        seen.add(file)
        apart.append(one if file == one.file else InboxFile(one.path, file, one.size, one.mtime, one.linked))
    return apart
