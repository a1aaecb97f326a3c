"""Compound files (.xls, .doc, .wps, .msg, encrypted .xlsx), by olefile, with their faults as this program reports them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from consolidator.reading.files.unreadable import broken

_SECTOR = 512
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@contextmanager
def opened(data: bytes) -> Iterator:
    """The compound file.

    Raises:
        Unfit: it is broken.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data + bytes(-len(data) % _SECTOR))) as compound:  # some writers cut the last sector short
            yield compound
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:  # what olefile raises over bad fields
        raise broken() from error


def names(data: bytes) -> list[str]:
    """The names of streams and storages, with ``/`` between those within one another.

    Raises:
        Unfit: the file is broken.
    """
    with opened(data) as compound:
        return ["/".join(path) for path in compound.listdir(streams=True, storages=True)]


def stream(data: bytes, *wanted: str) -> bytes:
    """The bytes of the first stream at the top that has one of the names (without case).

    Raises:
        Unfit: there is none, or it is cut off.
    """
    with opened(data) as compound:
        for name in wanted:
            if compound.exists(name):
                body = compound.openstream(name).read()
                if len(body) < compound.get_size(name):
                    raise broken()
                return body
    raise broken()
