"""Files as an outbox wants them: texts that Notepad opens, and packages whose bytes tell the week, not the clock."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def write_text(path: Path, text: str) -> None:
    """``text`` as Windows opens it: UTF-8 with a byte order mark, lines that end in CRLF."""
    lines = "\n".join(text.splitlines())
    path.write_text(lines + "\n", encoding="utf-8-sig", newline="\r\n", errors="replace")


def fixed_zip(path: Path, when: dt.date) -> None:
    """Gives every entry of the package at ``path`` (xlsx, docx) and its properties the date ``when``.

    Libraries write the moment of saving; the same result must give the same bytes.
    """
    moment = f"{when.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(path) as package:
        entries = [(entry.filename, package.read(entry)) for entry in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + moment + rb"\g<3>", data)
            entry = zipfile.ZipInfo(name, (when.year, when.month, when.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # Python writes 3 on Linux and 0 on Windows
            package.writestr(entry, data)
