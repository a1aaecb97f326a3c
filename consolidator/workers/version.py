"""What a reading depends on beside the file: kept ones are taken as long as it is the same, other machines must have the same."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from schemas.form import Form
from schemas.settings import PROGRAM

# A reading is made in these rooms; the layers that import-linter checks keep every other room out of them.
_READING_ROOMS = ("schemas", "consolidator/model", "consolidator/notation", "consolidator/reading", "consolidator/workers")
_READING_LIBRARIES = ("lxml", "msoffcrypto-tool", "olefile", "openpyxl", "python-calamine", "rapidfuzz", "xlrd")


def reader_version(form: Form, *, converting: bool = False) -> str:
    """What a kept reading depends on beside the file's bytes: the form, whether old files are converted, the code and libraries.

    Judgements are made anew in every run and sentences are rendered when they are shown, so neither is part of it.
    """
    digest = hashlib.sha256(form.model_dump_json().encode("utf-8"))
    digest.update(b"converting" if converting else b"")
    for room in _READING_ROOMS:
        for path in sorted((PROGRAM / room).rglob("*.py")):
            digest.update(path.read_bytes())
    for library in _READING_LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return digest.hexdigest()[:16]
