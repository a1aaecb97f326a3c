"""File names that every system takes, Windows above all: what a roster or an inbox calls something is any text."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from pathlib import Path

from consolidator.model.weeks import period_name
from schemas.form import Form

UNKNOWN_UNIT = "_未识别"  # the folder of what is of no known unit
EDITIONS = {"stage": "阶段进展报告", "final": "工作总结", "movers": "数据变动说明"}
MOST_BYTES = 180  # of UTF-8: a name of 255 bytes is the most that Linux takes, and callers put words before and after
_NEWER = "（新）"
_FORBIDDEN = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_PLAIN = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff](?:[0-9A-Za-z_.（）()\u4e00-\u9fff-]*[0-9A-Za-z_）)\u4e00-\u9fff])?")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def safe_name(text: str, most: int = MOST_BYTES) -> str:
    """``text`` as one part of a path: itself where that is possible, else a likeness with four digits of its hash.

    Forbidden are ``\\ / : * ? " < > |``, what cannot be seen, the devices' names (``CON``, ``NUL.txt`` …), a full stop
    or blank at the end, a full stop or ``~`` at the beginning (hidden, passed over), more than ``most`` bytes. The hash
    keeps two texts apart that would get the same likeness; an extension stays at the end.
    """
    if _PLAIN.fullmatch(text) and len(text) * 3 <= most and not _RESERVED.match(text):
        return text
    seen = "".join(" " if one in "\t\r\n" else one for one in text if one in "\t\r\n" or _visible(one))
    name = seen.translate(_FORBIDDEN).lstrip(" ").rstrip(". ")
    if not name or name.startswith((".", "~")) or _RESERVED.match(name):
        name = f"_{name}"
    if name == text and len(name.encode("utf-8")) <= most:
        return name
    mark = "_" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:4]
    found = _EXTENSION.search(name)
    extension = found.group() if found and found.start() else ""
    stem = name.removesuffix(extension)
    room = most - len((mark + extension).encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(". ") + mark + extension


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE


def newer_name(path: Path) -> Path:
    """Where a paper is laid whose place holds one that a person has edited: beside it, ``…（新）``; itself where that is it."""
    return path if path.stem.endswith(_NEWER) else path.with_name(f"{path.stem}{_NEWER}{path.suffix}")


def merged_name(form: Form, week: dt.date) -> str:
    """The workbook that goes up (design.md, “The contract”)."""
    return f"{safe_name(form.joined_title)}（汇总）{period_name(form.campaign, week)}.xlsx"


def checkbook_name(form: Form, week: dt.date) -> str:
    """The clerk's own workbook."""
    return f"核验底册{period_name(form.campaign, week)}.xlsx"


def summary_name(form: Form, week: dt.date) -> str:
    """The workbook of all hazards, which goes up."""
    title = next(one.title for one in form.ledger_definitions if one.is_hazards)
    return f"{safe_name(title)}（汇总）{week.isoformat()}.xlsx"


def review_name(week: dt.date) -> str:
    """The clerk's review of the ledgers."""
    return f"台账核对{week.isoformat()}.xlsx"


def edition_name(edition: str, week: dt.date, since: dt.date | None = None, until: dt.date | None = None) -> str:
    """A report written on demand, of an edition of :data:`EDITIONS`; two ranges of dates are two files."""
    span = f"{since.isoformat()}至{(until or week).isoformat()}" if since else f"至{until.isoformat()}" if until else week.isoformat()
    return f"{EDITIONS[edition]}{span}.docx"


def is_edition(name: str) -> bool:
    """Whether a file's name is one that :func:`edition_name` gives."""
    return name.endswith(".docx") and name.startswith(tuple(EDITIONS.values()))


def blank_name(unit: str, week: dt.date, form: Form, extension: str = ".xlsx") -> str:
    """A unit's blank form; the unit comes first, so that a folder of them sorts by unit."""
    return f"{safe_name(unit, 120)}_{safe_name(form.sheet, 60)}_{period_name(form.campaign, week)}{extension}"
