"""The parts of a zip package, taken out without surprises.

A zip's declared sizes are only its word: each part that a reader will touch is inflated here first, up to a limit, and
its CRC compared, so that a bomb, a cut-off download or a flipped bit is reported before anything is parsed.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from consolidator.model.zips import zip_entry
from consolidator.reading.files.unreadable import Unfit, broken, too_large
from schemas.problems import problem

MB = 1 << 20
MOST_FILE = 64 * MB  # a form is some 10 KB; with photos pasted in, a few MB
MOST_PART = 64 * MB  # one part, inflated
MOST_PARTS = 4096
_LITTLE = 64 << 10  # bytes of a part, as it lies in the zip, that is kept to be known again

# What a zip raises on bytes that are none: BadZipFile for most, the others from fields that lie.
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, EOFError, NotImplementedError,
               OverflowError, IndexError, RuntimeError)
_END = struct.Struct("<4s4H2LH")  # of the central directory
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_ZIP64, _NEWEST, _UTF8 = 0xFFFF_FFFF, 63, 0x800

T = TypeVar("T")


class Part(NamedTuple):
    """An entry of a zip's directory; ``packed`` and ``size`` in bytes, ``offset`` where its own header is."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Package:
    """The parts of a zip by name, each inflated only as far as is safe.

    Names are compared without case and with ``/``, as Excel does: some exporters write ``xl\\workbook.xml``.

    Raises:
        Unfit: the zip is cut off, has two parts of one name, too many parts, or is encrypted as a whole.
    """

    def __init__(self, data: bytes):
        self.data = data
        self._view = memoryview(data)
        parts = usual_directory(data) or any_directory(data)
        if len(parts) > MOST_PARTS:
            raise too_large(f"文件内含 {len(parts)} 个部件，远多于一张表所需")
        self.parts = {part.name.replace("\\", "/").lstrip("/").casefold(): part for part in parts}
        if len(self.parts) != len(parts):
            raise broken()
        self._recent: dict[str, bytes] = {}
        self.odd_names = "\\" in "".join([part.name for part in parts])  # some .NET and Java exporters

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.parts

    def size(self, name: str) -> int:
        """The declared size of a part, in bytes."""
        return self.parts[name.casefold()].size

    def read(self, name: str, most: int = MOST_PART) -> bytes:
        """A part, inflated and whole; the last two are kept, as several readers may look at them in turn.

        Raises:
            Unfit: it is not there, larger than ``most``, encrypted, or its length or CRC is not what was declared.
        """
        part = self._part(name, most)
        body = self._recent.pop(part.name, None)
        if body is None:
            body = _inflated(self._raw(part), part.method, part.size, part.crc)
        self._recent = dict([*self._recent.items(), (part.name, body)][-2:])
        return body

    def once(self, name: str, work: Callable[[bytes], T]) -> T:
        """``work`` of a part, remembered by the part's bytes: forms filled in from one blank have most parts in common.

        Raises:
            Unfit: as :meth:`read`, and what ``work`` raises.
        """
        part = self._part(name, MOST_PART)
        raw = self._raw(part)
        if len(raw) > _LITTLE:
            return work(_inflated(raw, part.method, part.size, part.crc))
        return _worked(work, bytes(raw), part.method, part.size, part.crc)

    def _part(self, name: str, most: int) -> Part:
        part = self.parts.get(name.casefold())
        if part is None:
            raise broken()
        if part.size > most:
            raise too_large(f"文件解开后有 {part.size // MB} MB")
        return part

    def blocks(self, name: str, size: int = 4 * MB) -> Iterator[bytes]:
        """A part piece by piece, for one too large to hold; nothing is compared at the end."""
        raw = self._raw(self.parts[name.casefold()])
        inflater = zlib.decompressobj(-15)
        try:
            block = inflater.decompress(raw, size)
            while block:
                yield block
                block = inflater.decompress(inflater.unconsumed_tail, size)
        except zlib.error:
            raise broken() from None

    def _raw(self, part: Part) -> memoryview:
        """The compressed bytes of a part."""
        if part.flags & 1:
            raise Unfit(problem("encrypted-file"))
        if part.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken()
        start = part.offset
        if start < 0 or bytes(self._view[start:start + 4]) != b"PK\x03\x04" or len(self.data) < start + 30:
            raise broken()
        name_size, extra_size = struct.unpack_from("<HH", self.data, start + 26)
        start += 30 + name_size + extra_size
        if start + part.packed > len(self.data):
            raise broken()
        return self._view[start:start + part.packed]

    def rezipped(self, replaced: Mapping[str, bytes]) -> bytes:
        """The package anew, its names with ``/`` and the given parts replaced; the same bytes for the same parts."""
        bodies = {name.casefold(): body for name, body in replaced.items()}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for name, part in self.parts.items():
                entry = zip_entry(part.name.replace("\\", "/"), stored=name == "mimetype")  # OpenDocument wants it so
                target.writestr(entry, bodies[name] if name in bodies else self.read(name))
        return made.getvalue()


def usual_directory(data: bytes) -> list[Part] | None:
    """The directory of a zip as office programs write it, in a third of the time that ``zipfile`` takes.

    None where anything is out of the ordinary (a comment, zip64, extra fields, other bytes before or behind, several disks).
    """
    end = len(data) - _END.size
    if end < 0 or not data.startswith(b"PK\x05\x06", end) or data.startswith(b"PK\x06\x07", max(end - 20, 0)):
        return None
    _, disk, of_disk, here, count, size, at, comment = _END.unpack_from(data, end)
    if disk or of_disk or comment or here != count or at + size != end:
        return None
    parts = []
    for _ in range(count):
        if at + _ENTRY.size > end:
            return None
        (sign, _, _, version, _, flags, method, _, _, crc, packed, size, length, extra, comment, disk, _, _,
         offset) = _ENTRY.unpack_from(data, at)
        name = data[at + _ENTRY.size:at + _ENTRY.size + length]
        if sign != b"PK\x01\x02" or version > _NEWEST or extra or comment or disk or _ZIP64 in (packed, size, offset) \
                or b"\0" in name or not (name.isascii() or flags & _UTF8):
            return None
        try:
            parts.append(Part(name.decode("utf-8"), flags, method, crc, packed, size, offset))
        except UnicodeDecodeError:
            return None
        at += _ENTRY.size + length
    return parts if at == end else None


def any_directory(data: bytes) -> list[Part]:
    """The directory of any zip.

    Raises:
        Unfit: it is cut off, or its fields lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [Part(info.orig_filename.partition("\0")[0], info.flag_bits, info.compress_type, info.CRC,
                         info.compress_size, info.file_size, info.header_offset) for info in archive.infolist()]
    except _ZIP_FAULTS:
        raise broken() from None


def _inflated(raw: bytes | memoryview, method: int, size: int, crc: int) -> bytes:
    """A part's bytes, which must be as many as declared, with the CRC declared."""
    if method == zipfile.ZIP_STORED:
        body = bytes(raw)
    else:
        try:
            body = zlib.decompressobj(-15).decompress(raw, size + 1)
        except zlib.error:
            raise broken() from None
    if len(body) != size or zlib.crc32(body) != crc:
        raise broken()
    return body


@lru_cache(maxsize=128)
def _worked(work: Callable[[bytes], T], raw: bytes, method: int, size: int, crc: int) -> T:
    return work(_inflated(raw, method, size, crc))


def refuse_entities(xml: bytes) -> None:
    """Refuses a part that declares a document type, for readers with a parser of their own: OOXML has none.

    Raises:
        Unfit: it does.
    """
    if (b"<!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml)) or "<!DOCTYPE".encode("utf-16-le") in xml:
        raise broken()
