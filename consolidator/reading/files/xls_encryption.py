"""Encrypted workbooks of BIFF5 and BIFF8, decrypted under a given password ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.5 to 2.3.7).

The ciphers are msoffcrypto-tool's; its own walk over the records knows no BIFF5, and gives up where a stream is padded.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

from consolidator.reading.files.biff import records

_FILEPASS, _BOUNDSHEET, _IGNORED = 0x2F, 0x85, 0x08FF
_BIFF8 = b"\x00\x06"
# BOF, FILEPASS, UsrExcl, FileLock, InterfaceHdr, RRDInfo and RRDHead are never encrypted
_PLAIN = frozenset((0x0809, _FILEPASS, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138))
_BLOCK = 1024

_TURNED = bytes((one >> 5 | one << 3) & 0xFF for one in range(256))  # each byte by 5 bits to the right
Cipher = Callable[[bytes, list[tuple[int, int, int]]], bytes]


def decrypted_stream(stream: bytes, password: str) -> bytes | None:
    """The workbook's stream in plain, as long as it was; None where it has another password, or an unknown encryption."""
    whole = [one for one in records(stream) if one[1] + one[2] <= len(stream)]
    text = next((stream[at:at + size] for kind, at, size in whole if kind == _FILEPASS), None)
    if text is None:
        return None
    try:
        cipher = _cipher(text, password, biff8=stream[4:6] == _BIFF8)
    except (struct.error, IndexError, KeyError, ValueError):
        return None
    if cipher is None:
        return None
    encrypted = [_encrypted_part(*record) for record in whole]
    made = bytearray(stream)
    other = cipher(stream, encrypted)
    for _, start, end in encrypted:
        made[start:end] = other[start:end]
    for kind, at, _ in whole:
        if kind == _FILEPASS:
            struct.pack_into("<H", made, at - 4, _IGNORED)
    return bytes(made)


def _encrypted_part(kind: int, at: int, size: int) -> tuple[int, int, int]:
    """(size of the body, where its encrypted part begins, and ends): of BOUNDSHEET the sheet's place is plain."""
    start = at + size if kind in _PLAIN else at + min(4, size) if kind == _BOUNDSHEET else at
    return size, start, at + size


def _cipher(text: bytes, password: str, *, biff8: bool) -> Cipher | None:
    """What decrypts, by the body of FILEPASS; None where the password is another."""
    if biff8 and text[:2] == b"\1\0":
        return _rc4(text, password)
    from msoffcrypto.method.xor_obfuscation import DocumentXOR

    _, verifier = struct.unpack_from("<HH", text, 2 if biff8 else 0)
    if not DocumentXOR.verifypw(password, verifier):
        return None
    key = bytes(DocumentXOR.create_xor_array_method1(password))

    def unmask(stream: bytes, parts: list[tuple[int, int, int]]) -> bytes:
        made = bytearray(stream)
        for size, start, end in parts:
            if start < end:
                turn = (start + size) % 16
                mask = (key[turn:] + key[:turn]) * ((end - start) // 16 + 1)
                plain = int.from_bytes(stream[start:end], "big") ^ int.from_bytes(mask[:end - start], "big")
                made[start:end] = plain.to_bytes(end - start, "big").translate(_TURNED)
        return bytes(made)

    return unmask


def _rc4(text: bytes, password: str) -> Cipher | None:
    major, minor = struct.unpack_from("<HH", text, 2)
    if (major, minor) == (1, 1):
        from msoffcrypto.method.rc4 import DocumentRC4

        salt, verifier, digest = text[6:22], text[22:38], text[38:54]
        if not DocumentRC4.verifypw(password, salt, verifier, digest):
            return None
        return lambda stream, _: DocumentRC4.decrypt(password, salt, io.BytesIO(stream), blocksize=_BLOCK).read()
    if minor != 2:
        return None
    from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI

    size, = struct.unpack_from("<I", text, 10)
    bits = struct.unpack_from("<I", text, 14 + 16)[0] or 40
    at = 14 + size
    count, = struct.unpack_from("<I", text, at)
    salt, verifier = text[at + 4:at + 4 + count], text[at + 4 + count:at + 20 + count]
    digest = text[at + 24 + count:at + 44 + count]
    if not DocumentRC4CryptoAPI.verifypw(password, salt, bits, verifier, digest):
        return None
    return lambda stream, _: DocumentRC4CryptoAPI.decrypt(password, salt, bits, io.BytesIO(stream), blocksize=_BLOCK).read()
