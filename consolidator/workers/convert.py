"""Old Word files (.doc, .wps, .rtf, .odt, .fodt), converted by LibreOffice where it is installed, so that the form in them is read.

It runs without a window, with a profile of its own that is thrown away, and for so long as a file may take; macros never run. What
it cannot convert is reported as any other file of that kind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.submission import Submission
from consolidator.workers.task import Reader
from schemas.problems import problem

if TYPE_CHECKING:
    from schemas.form import Form
    from schemas.settings import Settings

AUTO, OFF = "auto", "off"
KINDS = frozenset(("doc", "wps", "rtf", "odt", "flat-odt"))  # of “Word XML” (2003) it loses cells
SECONDS = 25.0  # less than a worker may stand still: it waits meanwhile
_NAMES = ("soffice", "libreoffice")
_PLACES = {"win32": (r"C:\Program Files\LibreOffice\program\soffice.exe", r"C:\Program Files (x86)\LibreOffice\program\soffice.exe"),
           "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)}


def converter(setting: str) -> str:
    """The program that converts, as the office set it (``auto``: where it is found; ``off``; a path); "" where there is none."""
    if setting.strip() == OFF:
        return ""
    if setting.strip() not in ("", AUTO):
        return setting if os.path.isfile(setting) else ""
    found = (path for name in _NAMES if (path := shutil.which(name)))
    return next(found, "") or next((path for path in _PLACES.get(sys.platform, ()) if os.path.isfile(path)), "")


def reader_of(settings: Settings) -> Reader | None:
    """The reader of the workers; None, the usual one, where nothing converts."""
    program = converter(settings.reading.convert)
    return partial(read_converting, program=program) if program else None


def read_converting(data: bytes, name: str, form: Form, *, program: str) -> Submission:
    """What the file says; an old Word file is converted first, and a note says so."""
    from consolidator.reading.ledgers.read_file import read_with_ledgers

    submission = read_with_ledgers(data, name, form)
    refused = next((one for one in submission.problems if one.code == "wrong-format"), None)
    if submission.kind != "unreadable" or refused is None or not _is_old_word(data, name):
        return submission
    converted = convert(data, program)
    if converted is None:
        return submission
    read = read_with_ledgers(converted, f"{Path(name).stem}.docx", form)
    if read.kind != "form":  # a table may be lost on the way: a form must not pass for a text
        return submission
    read.problems.append(problem("converted", **dict(refused.words)))
    return read


def _is_old_word(data: bytes, name: str) -> bool:
    from consolidator.reading.files.sniff import kind_of, what_is
    from consolidator.reading.files.unreadable import Unfit
    from consolidator.reading.files.zip_package import Package

    try:
        kind = what_is(data, name)
        return (kind_of(Package(data)) if kind == "zip" else kind) in KINDS
    except Unfit:
        return False


def convert(data: bytes, program: str) -> bytes | None:
    """The file as a .docx; None where the program cannot convert it, or not in time."""
    with tempfile.TemporaryDirectory(prefix="consolidate-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "in.doc").write_bytes(data)  # the program looks at the bytes; the sender's name reaches no command line
        command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
                   "--nodefault", "--convert-to", "docx", "--outdir", str(place / "out"), str(place / "in.doc")]
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=sys.platform != "win32", cwd=folder)
        except OSError:
            return None
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
        try:
            return (place / "out" / "in.docx").read_bytes()
        except OSError:
            return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it has started."""
    import psutil

    try:
        for one in psutil.Process(process.pid).children(recursive=True):
            one.kill()
    except psutil.Error:
        pass
    if process.poll() is None:
        process.kill()
        process.wait()
