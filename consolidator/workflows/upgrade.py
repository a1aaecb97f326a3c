"""A new version over an old one: what the office has edited stays, the new one is laid beside it.

A bundle lists its files with their hashes (``files.json``). A file of the old folder that is as its own list says was never edited
and is replaced; one that is otherwise, and of a kind that offices edit, stays. What the list does not name (settings.toml, inbox,
outbox, forms that were adopted) is not touched.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from consolidator.model.filenames import newer_name
from consolidator.model.hashes import file_sha256
from schemas.errors import ConsolidatorError, UsageError, reason_of

MANIFEST = "files.json"
_MARK = "consolidate.py"  # in every folder of the program
_EDITABLE = (("schemas", (".csv", ".yaml")), ("templates", ("",)))  # folders, and endings of what offices edit in them


@dataclass(slots=True)
class Upgraded:
    """How many files were replaced or added, and removed; those that stayed as edited, with the new one beside."""

    replaced: int = 0
    removed: int = 0
    edited: list[str] = field(default_factory=list)


def upgrade(new: Path, old: Path) -> Upgraded:
    """Bring the program in the folder ``old`` to the version in ``new``.

    Raises:
        UsageError: one of them is no folder of the program, or both are the same.
        ConsolidatorError: a file is open in another program; run again, it goes on where it ended.
    """
    if not (new / MANIFEST).is_file():
        raise UsageError(f"{new} 里没有 {MANIFEST}：请从新版的文件夹里升级")
    if not (old / _MARK).is_file() or old.resolve() == new.resolve():
        raise UsageError(f"{old} 不是旧版程序的文件夹：请选有“汇总.bat”的那个旧文件夹")
    ours, theirs = _listed(new), _listed(old)
    done = Upgraded()
    try:
        for name, sha256 in ours.items():
            _bring(new, old, name, sha256, theirs, done=done)
        for name in theirs.keys() - ours.keys():
            if (old / name).is_file() and file_sha256(old / name) == theirs[name]:
                (old / name).unlink()
                done.removed += 1
        _put(new / MANIFEST, old / MANIFEST)  # last: until then another attempt knows what was shipped before
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else "文件"
        raise ConsolidatorError(f"没有升级完：{name} 写不成（{reason_of(error)}）。请关闭工作台和打开的文件，再升级一次") from error
    return done


def _bring(new: Path, old: Path, name: str, sha256: str, theirs: Mapping[str, str], *, done: Upgraded) -> None:
    target = old / name
    there = file_sha256(target) if target.is_file() else None
    if there == sha256:
        return
    if there is not None and there != theirs.get(name) and _is_editable(name):
        if sha256 != theirs.get(name):  # the shipped one has changed too
            _put(new / name, newer_name(target))
        done.edited.append(name)
        return
    _put(new / name, target)
    done.replaced += 1


def _is_editable(name: str) -> bool:
    path = PurePosixPath(name)
    return any(path.parts[0] == folder and name.endswith(endings) for folder, endings in _EDITABLE)


def _put(made: Path, target: Path) -> None:
    """``made`` copied to ``target``, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".part-{target.name}")
    shutil.copyfile(made, aside)
    os.replace(aside, target)


def _listed(folder: Path) -> dict[str, str]:
    """The files of a version with their hashes; {} where it has no list, being older than bundles."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} 里的 {MANIFEST} 读不懂：请重新解压") from error
    wrong = not isinstance(listed, dict) or any(
        PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or ":" in name or "\\" in name for name in listed)
    if wrong:
        raise UsageError(f"{folder} 里的 {MANIFEST} 读不懂：请重新解压")
    return listed
