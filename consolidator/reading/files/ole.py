"""OLE2 compound files, as far as needed: which streams there are, and the bytes of one ([MS-CFB]).

.xls, .doc, .wps and encrypted .xlsx are such files. Every chain is followed with a count, so that one that bites its
own tail ends.
"""

from __future__ import annotations

import struct
from array import array

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # sector numbers from here on are marks


class CompoundError(Exception):
    """The bytes are no whole compound file."""


def names(data: bytes) -> list[str]:
    """The names of streams and storages, in the directory's order."""
    return [name for name, _, _, _ in _Compound(data).entries]


def stream(data: bytes, *wanted: str) -> bytes:
    """The bytes of the first stream that bears one of the names (without case).

    Raises:
        CompoundError: there is none, or its chain is broken.
    """
    whole = _Compound(data)
    for want in wanted:
        for name, kind, start, size in whole.entries:
            if kind == 2 and name.casefold() == want.casefold():
                return whole.bytes_of(start, size)
    raise CompoundError("no such stream")


class _Compound:
    def __init__(self, data: bytes):
        if len(data) < 512 or not data.startswith(MAGIC):
            raise CompoundError("no header")
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundError("sector size")
        self.sector = 1 << shift
        first_directory, = struct.unpack_from("<I", data, 48)
        self.mini_cutoff, first_mini, _ = struct.unpack_from("<III", data, 56)
        self.fat = self._fat()
        directory = self._chain(first_directory)
        self.entries = list(self._directory(directory))
        roots = [entry for entry in self.entries if entry[1] == 5]
        if not roots:
            raise CompoundError("no root")
        self._mini_start, self._first_mini = roots[0][2], first_mini

    def _fat(self) -> array:
        listed = list(struct.unpack_from("<109I", self.data, 76))
        following, = struct.unpack_from("<I", self.data, 68)
        per = self.sector // 4
        for _ in range(len(self.data) // self.sector + 1):
            if following >= _END:
                break
            block = struct.unpack(f"<{per}I", self._sector(following))
            listed += block[:-1]
            following = block[-1]
        fat = array("I")
        for number in listed:
            if number < _END:
                fat.extend(struct.unpack(f"<{per}I", self._sector(number)))
        return fat

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        block = self.data[start:start + self.sector]
        if not block:
            raise CompoundError("beyond the end")
        return block.ljust(self.sector, b"\0")  # some writers leave the last sector short

    def _chain(self, number: int) -> bytes:
        blocks = []
        while number < _END:
            if number >= len(self.fat) or len(blocks) > len(self.fat):
                raise CompoundError("chain")
            blocks.append(self._sector(number))
            number = self.fat[number]
        return b"".join(blocks)

    @staticmethod
    def _directory(directory: bytes):
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = directory[at:at + length - 2].decode("utf-16-le", errors="replace")
                start, size = struct.unpack_from("<II", directory, at + 116)
                yield name, kind, start, size

    def bytes_of(self, start: int, size: int) -> bytes:
        if size >= self.mini_cutoff:
            body = self._chain(start)
        else:
            small, blocks = self._chain(self._mini_start), []
            mini_fat = array("I", self._chain(self._first_mini))
            while start < _END:
                if start >= len(mini_fat) or len(blocks) > len(mini_fat):
                    raise CompoundError("chain")
                blocks.append(small[start * 64:start * 64 + 64])
                start = mini_fat[start]
            body = b"".join(blocks)
        if len(body) < size:
            raise CompoundError("cut off")
        return body[:size]
