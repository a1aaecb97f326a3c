"""Files as an outbox wants them: texts that Notepad and Excel take as they are, and packages whose dates are the week's."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from consolidator.model.text import printable
from consolidator.model.zips import zip_entry

MOST_IN_CELL = 2_000  # characters; Excel takes 32,767, a person reads fewer
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
_CORE = "docProps/core.xml"


def write_text(path: Path, text: str) -> None:
    """``text`` as Windows opens it: UTF-8 with a byte order mark, lines that end in CRLF."""
    lines = "\n".join(text.splitlines())
    path.write_text(lines + "\n", encoding="utf-8-sig", newline="\r\n", errors="replace")


def cell_text(text: str) -> str:
    """``text`` of a file as a cell can hold it."""
    written = printable(text)[:MOST_IN_CELL]
    # XlsxWriter takes a text in <r>…</r> for markup of its own and writes it as it is
    return f"{written} " if written.startswith("<r>") and written.endswith("</r>") else written


def fixed_zip(path: Path, when: dt.date) -> None:
    """Gives every entry of the package at ``path`` (xlsx, docx) and its properties the date ``when``.

    Libraries write the moment of saving; the same result must give the same bytes.
    """
    path.write_bytes(fixed_package(path.read_bytes(), when))


def fixed_package(data: bytes, when: dt.date, changed: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """The package ``data`` with the date ``when`` throughout.

    ``changed`` maps names of parts to what makes them anew from their bytes.
    """
    moment = f"{when.isoformat()}T00:00:00Z".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == _CORE:
                part = _MODIFIED.sub(rb"\g<1>" + moment + rb"\g<3>", part)
            if changed and info.filename in changed:
                part = changed[info.filename](part)
            new.writestr(zip_entry(info.filename, when), part)
    return made.getvalue()
