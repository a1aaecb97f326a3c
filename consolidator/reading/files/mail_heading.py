"""Who sent a mail and when, in one printable line: of .eml by its headers, of .msg by its properties ([MS-OXPROPS])."""

from __future__ import annotations

import datetime as dt
import email.parser
import email.policy
import email.utils
import struct

from consolidator.model.display import logged_text
from consolidator.model.text import one_line
from consolidator.reading.files import ole
from consolidator.reading.files.unreadable import Unfit
from schemas.problems import shorten

_SENDER_NAME, _SENDER_ADDRESS, _SENT, _DELIVERED = "0C1A001F", "5D01001F", 0x00390040, 0x0E060040
_PROPERTIES, _HEADER, _ENTRY = "__properties_version1.0", 32, 16
_FILETIME = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_MOST_HEADER = 200_000  # bytes at the beginning of a mail in which its headers are
_CHINA = dt.timezone(dt.timedelta(hours=8))


def mail_heading(data: bytes, name: str) -> str:
    """“王五 <a@b.cn>，2023-06-05 09:12”; "" where the file is no mail or does not say."""
    folded = name.casefold()
    if folded.endswith(".eml") and not data.startswith(b"PK"):
        sender, sent = _of_eml(data)
    elif folded.endswith(".msg") and data.startswith(ole.MAGIC):
        sender, sent = _of_msg(data)
    else:
        return ""
    when = logged_text(sent.astimezone(_CHINA).isoformat()) if sent else ""
    return "，".join(part for part in (shorten(one_line(sender), 80), when) if part)


def _of_eml(data: bytes) -> tuple[str, dt.datetime | None]:
    try:
        headers = email.parser.BytesHeaderParser(policy=email.policy.default).parsebytes(data[:_MOST_HEADER])
        sender = str(headers.get("From", ""))
        written = str(headers.get("Date", ""))
    except (LookupError, ValueError, IndexError, AttributeError, TypeError):  # what the parser raises over odd headers
        return "", None
    try:
        sent = email.utils.parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return sender, None
    return sender, sent if sent.tzinfo else sent.replace(tzinfo=dt.UTC)


def _of_msg(data: bytes) -> tuple[str, dt.datetime | None]:
    try:
        with ole.opened(data) as compound:
            def text(number: str) -> str:
                path = f"__substg1.0_{number}"
                if not compound.exists(path):
                    return ""
                return compound.openstream(path).read().decode("utf-16-le", errors="replace").strip("\0")

            sender, address = text(_SENDER_NAME), text(_SENDER_ADDRESS)
            properties = compound.openstream(_PROPERTIES).read() if compound.exists(_PROPERTIES) else b""
    except Unfit:
        return "", None
    named = f"{sender} <{address}>" if sender and address and address not in sender else sender or address
    return named, filetime(properties, _SENT) or filetime(properties, _DELIVERED)


def filetime(properties: bytes, tag: int) -> dt.datetime | None:
    """A moment among the fixed properties of a message ([MS-OXMSG] 2.4)."""
    for at in range(_HEADER, len(properties) - _ENTRY + 1, _ENTRY):
        found, _, value = struct.unpack_from("<IIQ", properties, at)
        if found == tag and value:
            try:
                return _FILETIME + dt.timedelta(microseconds=value // 10)
            except OverflowError:
                return None
    return None
