"""Files that are encrypted: opened where Excel's own password does it, named where a company's software has done it.

Protecting a workbook's structure in .xls, and in .xlsx by Excel 2007, encrypts the file with a password that every Excel
knows ([MS-OFFCRYPTO] 2.4.2.3), so that nobody is asked for one.
"""

from __future__ import annotations

import io

from consolidator.reading.files.unreadable import Unfit
from schemas.problems import problem

_EXCELS_OWN = "VelvetSweatshop"
# The first bytes of files that document protection has encrypted on the disk, and its name.
_COMPANIES = ((b"%TSD-Header-###%", "天锐绿盾"), (b"b\x14#e", "亿赛通"), (b"E-SafeNet", "亿赛通"))
_NEAR = 512


def decrypted_xls(stream: bytes) -> bytes:
    """The stream of an encrypted .xls as it is under Excel's own password.

    Raises:
        Unfit: it has another password.
    """
    from consolidator.reading.files.xls_encryption import decrypted_stream

    plain = decrypted_stream(stream, _EXCELS_OWN)
    if plain is None:
        raise Unfit(problem("encrypted-file"))
    return plain


def decrypted(data: bytes) -> bytes:
    """An encrypted OOXML file as it is under Excel's own password.

    Raises:
        Unfit: it has another password.
    """
    import msoffcrypto

    made = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=_EXCELS_OWN)
        file.decrypt(made)
    except Exception as error:  # another password, or whatever msoffcrypto raises over an encryption that it does not know
        raise Unfit(problem("encrypted-file")) from error
    return made.getvalue()


def refuse_company(data: bytes) -> None:
    """Refuse what the document protection of a company has encrypted.

    Raises:
        Unfit: it has.
    """
    head = data[:_NEAR]
    for mark, name in _COMPANIES:
        if head.startswith(mark) or (mark == b"E-SafeNet" and mark in head):
            raise Unfit(problem("company-encrypted", software=name))
