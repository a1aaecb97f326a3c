"""The records of a BIFF stream, of every version ([MS-XLS] 2.1.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def records(stream: bytes | bytearray, at: int = 0) -> Iterator[tuple[int, int, int]]:
    """(kind, where its body begins, size) of each record from ``at`` on; of the last the body may be cut off."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size
