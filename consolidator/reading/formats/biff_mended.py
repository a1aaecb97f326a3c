"""A BIFF stream without what xlrd gives up over though the figures are sound: defined names, drawings, notes that are cut, a wrong count
of texts, bytes that the codepage does not have. Excel and WPS pass over all of these.
"""

from __future__ import annotations

import codecs
import struct

from consolidator.reading.files.biff import records

_IGNORED = 0x08FF
_SST, _CONTINUE, _CODEPAGE = 0xFC, 0x3C, 0x42
# What a cell and its look are made of, by [MS-XLS] 2.3 and, of older versions, OpenOffice's documentation of the format.
_KEPT = frozenset((
    0x09, 0x0209, 0x0409, 0x0809, 0x0A, 0x85, _CODEPAGE, 0x22, 0x1E, 0x041E, 0x56, 0x31, 0x0231, 0x92, 0xE0, 0x43, 0x0243, 0x0443, 0x45,
    0x0293, _SST, _CONTINUE, 0x00, 0x0200, 0x08, 0x0208, 0x7D, 0x55, 0x99, 0x25, 0x0225, 0xE5, 0x1D,
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x0207, 0x21, 0x0221, 0x04BC, 0xBC, 0xBD,
    0xBE, 0xD6, 0xFD, 0x027E, 0x44, 0x0B, 0x020B, 0x36, 0x0236))
_LENIENT = "lenient_"


def mended(stream: bytes) -> bytes:
    """The stream with all other records marked as unknown ones, and the number of its texts as it is."""
    made = bytearray(stream)
    texts: list[bytes] = []  # the bodies of the records that hold them
    count_at, last = 0, 0
    for kind, at, size in records(stream):
        if kind == _SST and size >= 8:
            count_at, texts = at + 4, [stream[at + 8:at + size]]
        elif kind == _CONTINUE and last in (_SST, _CONTINUE) and texts:
            texts.append(stream[at:at + size])
        elif kind not in _KEPT or (kind in (0x1E, 0x041E) and _cut_format(stream, at, size)):
            struct.pack_into("<H", made, at - 4, _IGNORED)
            kind = _IGNORED
        if kind == _CONTINUE and last not in (_SST, _CONTINUE):  # of a record that is left out
            struct.pack_into("<H", made, at - 4, _IGNORED)
            kind = _IGNORED
        last = kind
    if count_at:
        struct.pack_into("<I", made, count_at, _count(texts))
    return bytes(made)


def _cut_format(stream: bytes, at: int, size: int) -> bool:
    """Whether a FORMAT record ends within its text."""
    if stream[4:6] == b"\x00\x06":
        return size < 5 or size < 5 + struct.unpack_from("<H", stream, at + 2)[0] * (1 + (stream[at + 4] & 1))
    return size < 3 or size < 3 + stream[at + 2]


def _count(bodies: list[bytes]) -> int:
    """How many texts the records hold whole ([MS-XLS] 2.4.265): a text may go on in the next record, with a mark of its own."""
    number = at = count = 0
    try:
        while number < len(bodies):
            if at >= len(bodies[number]):
                number, at = number + 1, at - len(bodies[number])
                continue
            left, marks = struct.unpack_from("<HB", bodies[number], at)
            at += 3
            runs = phonetic = 0
            if marks & 0x08:
                runs, = struct.unpack_from("<H", bodies[number], at)
                at += 2
            if marks & 0x04:
                phonetic, = struct.unpack_from("<I", bodies[number], at)
                at += 4
            while True:
                wide = 1 + (marks & 1)
                here = min((len(bodies[number]) - at) // wide, left)
                left, at = left - here, at + here * wide
                if not left:
                    break
                number, at = number + 1, 1
                marks = bodies[number][0]
            at += 4 * runs + phonetic
            while number < len(bodies) - 1 and at > len(bodies[number]):
                number, at = number + 1, at - len(bodies[number])
            if at > len(bodies[number]):
                break
            count += 1
    except (struct.error, IndexError):
        pass
    return count


def lenient(stream: bytes, encoding: str | None) -> str:
    """The name of a codec that decodes as ``encoding`` does (None: as the stream's CODEPAGE says), unknown bytes as U+FFFD."""
    from xlrd.biffh import encoding_from_codepage

    if encoding is None:
        number = next((struct.unpack_from("<H", stream, at)[0] for kind, at, size in records(stream)
                       if kind == _CODEPAGE and size >= 2), 1252)
        encoding = encoding_from_codepage.get(number, f"cp{number}")
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "gb18030"
    return _LENIENT + encoding.replace("-", "_")


def _found(name: str) -> codecs.CodecInfo | None:
    if not name.startswith(_LENIENT):
        return None
    own = codecs.lookup(name.removeprefix(_LENIENT))
    return codecs.CodecInfo(own.encode, lambda data, errors="strict": own.decode(data, "replace"), name=name)


codecs.register(_found)
