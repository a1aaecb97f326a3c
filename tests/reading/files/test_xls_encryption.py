"""Encrypted .xls: each cipher under Excel's own password, under another, and broken; made by hand, as no library encrypts BIFF."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable

import pytest

from consolidator.reading.files import ole
from consolidator.reading.files.xls_encryption import decrypted_stream
from consolidator.reading.formats.dispatch import read_grids
from tests.packages import xlwt_xls
from tests.reading.formats.test_xls import biff5_in_gbk, compound, record

EXCELS = "VelvetSweatshop"
SALT, VERIFIER = b"0123456789abcdef", b"v" * 16
PLAIN = {0x0809, 0x2F, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138}


def records(stream: bytes):
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, size
        at += 4 + size


def with_filepass(stream: bytes, body: bytes) -> bytes:
    """The stream with FILEPASS behind its first record, the places of its sheets moved."""
    new, made = record(0x2F, body), bytearray()
    for kind, at, size in records(stream):
        part = bytearray(stream[at:at + size])
        if kind == 0x85:
            struct.pack_into("<I", part, 0, struct.unpack_from("<I", part)[0] + len(new))
        made += record(kind, bytes(part)) + (b"" if made else new)
    return bytes(made)


def sealed(stream: bytes, seal: Callable[[bytes], bytes]) -> bytes:
    """The stream with what ``seal`` makes of it where it is encrypted."""
    made, other = bytearray(stream), seal(stream)
    for kind, at, size in records(stream):
        start = at + size if kind in PLAIN else at + 4 if kind == 0x85 else at
        made[start:at + size] = other[start:at + size]
    return bytes(made)


def by_rc4(stream: bytes, password: str) -> bytes:
    from msoffcrypto.method.rc4 import DocumentRC4

    def cipher(data: bytes) -> bytes:
        return DocumentRC4.decrypt(password, SALT, io.BytesIO(data), blocksize=1024).read()

    digest = cipher(VERIFIER + hashlib.md5(VERIFIER).digest())
    return sealed(with_filepass(stream, struct.pack("<HHH", 1, 1, 1) + SALT + digest), cipher)


def by_crypto_api(stream: bytes, password: str, bits: int = 128) -> bytes:
    from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI

    def cipher(data: bytes) -> bytes:
        return DocumentRC4CryptoAPI.decrypt(password, SALT, bits, io.BytesIO(data), blocksize=1024).read()

    digest = cipher(VERIFIER + hashlib.sha1(VERIFIER).digest())
    head = struct.pack("<IIIIIIII", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + "Enhanced\0".encode("utf-16-le")
    body = struct.pack("<HHHII", 1, 4, 2, 4, len(head)) + head + struct.pack("<I", 16) + SALT + digest[:16] \
        + struct.pack("<I", 20) + digest[16:]
    return sealed(with_filepass(stream, body), cipher)


def by_xor(stream: bytes, password: str) -> bytes:
    from msoffcrypto.method.xor_obfuscation import DocumentXOR

    key = DocumentXOR.create_xor_array_method1(password)
    verifier = next(one for one in range(1 << 16) if DocumentXOR.verifypw(password, one))
    body = struct.pack("<HH", DocumentXOR.create_xor_key_method1(password), verifier)
    stream = with_filepass(stream, body if stream[4:6] == b"\x00\x05" else b"\0\0" + body)

    def mask(data: bytes) -> bytes:
        made = bytearray(data)
        for _, at, size in records(data):
            for place in range(at, at + size):
                one = data[place]
                made[place] = ((one << 5 | one >> 3) & 0xFF) ^ key[(place + size) % 16]
        return bytes(made)

    return sealed(stream, mask)


def books() -> dict[str, tuple[bytes, str]]:
    """Streams of a workbook, and what they are called."""
    def fill(book, sheet):
        sheet.write(0, 0, "检查（家）")
        sheet.write(0, 1, 12)

    return {"8": (ole.stream(xlwt_xls(fill), "Workbook"), "Workbook"), "5": (ole.stream(biff5_in_gbk(936), "Book"), "Book")}


CIPHERS = {"rc4": by_rc4, "crypto api": by_crypto_api, "crypto api 40": lambda stream, password: by_crypto_api(stream, password, 40),
           "xor": by_xor}
CASES = [("8", cipher) for cipher in CIPHERS] + [("5", "xor")]


@pytest.mark.parametrize(("version", "cipher"), CASES)
@pytest.mark.parametrize("padding", [0, 1, 2, 3])
def test_excel_s_own_password_asks_nobody(version, cipher, padding):
    stream, name = books()[version]
    grids = read_grids(compound(CIPHERS[cipher](stream, EXCELS) + b"\0" * padding, name), "表.xls")
    assert isinstance(grids, list), grids
    assert grids[0].rows[0] == ["检查（家）", 12]


@pytest.mark.parametrize(("version", "cipher"), CASES)
def test_another_password_is_reported(version, cipher):
    stream, name = books()[version]
    assert read_grids(compound(CIPHERS[cipher](stream, "secret"), name), "表.xls").code == "encrypted-file"


@pytest.mark.parametrize("body", [b"", b"\1", b"\1\0\1\0\1\0", b"\1\0\4\0\2\0" + b"\xff" * 60, b"\1\0\3\0\7\0" + bytes(40), b"\0\0\1"])
def test_an_encryption_that_is_unknown_or_broken_is_reported(body):
    stream, _ = books()["8"]
    assert decrypted_stream(with_filepass(stream, body), EXCELS) is None
    assert read_grids(compound(with_filepass(stream, body), "Workbook"), "表.xls").code in ("encrypted-file", "broken-file")


def test_a_compound_file_with_nothing_in_it_is_broken():
    data = bytearray(xlwt_xls(lambda book, sheet: sheet.write(0, 0, 1)))
    at = data.index("Root Entry".encode("utf-16-le"))
    data[at + 76:at + 80] = b"\xff\xff\xff\xff"  # no child
    assert read_grids(bytes(data), "表.xls").code == "broken-file"
