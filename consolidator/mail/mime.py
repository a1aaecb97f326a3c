"""A letter as the bytes that travel: headers that Outlook, Foxmail and web mail all read, attachments byte for byte.

The bytes are written here rather than by ``EmailMessage``: its folding gives a file name in pieces (``filename*0*``)
and nowhere by RFC 2047, which is where Foxmail and web mail look; and how it folds differs between versions of Python.
Every header is ASCII on lines of at most 998 characters (RFC 5322, 2.1.1); what is between is base64.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import KW_ONLY, dataclass
from email import message_from_bytes, policy
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from urllib.parse import quote

from consolidator.model.mail_parts import content_of
from consolidator.model.text import one_line
from schemas.actions import Sentence, act
from schemas.errors import DeliveryError
from schemas.problems import shorten
from schemas.settings import Settings

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {  # not by the mimetypes module: what that answers depends on the machine's registry
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pdf": "application/pdf",
}
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,60}")
_SEPARATORS = re.compile(r"[\s,;、]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
_LONGEST_SENDER = 60  # characters of a display name; the header stays on one line
_PIECE = 750  # characters of a percent-encoded name on one line


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``date`` is aware; ``unit`` is whom of the roster it is for, None for the one that goes upward."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[Path, ...]
    _: KW_ONLY
    message_id: str
    date: dt.datetime
    unit: str | None = None

    @property
    def key(self) -> str:
        """What it says and to whom, as a hash without the moment: a letter whose key has gone need not go again."""
        words = (self.to, self.subject, self.body, [path.name for path in self.attachments])
        return hashlib.sha256(repr(words).encode("utf-8", "surrogatepass")).hexdigest()


def message_bytes(letter: Letter, settings: Settings, *, unsent: bool = False) -> bytes:
    """``letter`` as RFC 5322 bytes, the same for the same letter and attachments; ``unsent`` opens it as a draft.

    Raises:
        DeliveryError: an attachment cannot be read, or an address is none.
    """
    headers = ["X-Unsent: 1"] if unsent else []
    sender = sender_of(settings)
    if sender:
        headers.append(f"From: {formataddr(sender, 'utf-8')}")
    if letter.to:
        headers.append(f"To: {_addresses(letter.to)}")
    if letter.cc:
        headers.append(f"Cc: {_addresses(letter.cc)}")
    headers += [f"Subject: {_words(one_line(letter.subject), 'Subject')}",
                f"Date: {format_datetime(letter.date)}",
                f"Message-ID: {one_line(letter.message_id)}",
                "MIME-Version: 1.0"]
    body = "".join(f"{line}\r\n" for line in letter.body.splitlines()).encode("utf-8", "replace")
    text = _part(["Content-Type: text/plain; charset=utf-8"], body)
    if not letter.attachments:
        return _head(headers) + text
    boundary = "=_" + hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]  # base64 holds no "_"
    headers.append(f'Content-Type: multipart/mixed; boundary="{boundary}"')
    parts = [text, *(_attachment(path) for path in letter.attachments)]
    framed = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    return _head([*headers, ""]) + framed + f"--{boundary}--\r\n".encode()


def draft_bytes(letter: Letter, settings: Settings) -> bytes:
    """``letter`` as an ``.eml`` that a mail program opens ready to send (``X-Unsent: 1``)."""
    return message_bytes(letter, settings, unsent=True)


def attachment_hashes(data: bytes) -> dict[str, str]:
    """Name → sha256 of each attachment within the message ``data``: of what travels, not of what lies on the disk."""
    message = message_from_bytes(data, policy=policy.SMTP)
    return {part["Content-Disposition"].params["filename"]: hashlib.sha256(content_of(part)).hexdigest()
            for part in message.iter_attachments()}


def sender_of(settings: Settings) -> tuple[str, str] | None:
    """The display name and address that letters come from; None where neither ``sender`` nor ``user`` is an address."""
    mail = settings.mail
    written = mail.sender or (mail.user if "@" in mail.user else "")
    if not written.strip():
        return None
    name, address = parseaddr(one_line(written)) if "<" in written else ("", written)
    return one_line(name or settings.office.name)[:_LONGEST_SENDER], address_of(address, "发件地址")


def addresses_in(text: str, what: str = "收件地址") -> tuple[str, ...]:
    """The addresses in ``text``, which may be parted by commas, semicolons, 、 or blanks of either width.

    Raises:
        DeliveryError: one of them is no address, or there is none.
    """
    found = tuple(address_of(one, what) for one in _SEPARATORS.split(unicodedata.normalize("NFKC", text)) if one)
    if not found:
        raise DeliveryError(f"没有{what}：请填写后再发")
    return found


def address_of(text: str, what: str = "收件地址") -> str:
    """``text`` as one plain address (full-width letters made narrow, a Chinese domain in its ASCII form).

    Raises:
        DeliveryError: it is none; nothing but an address can pass, so nothing can add a header.
    """
    address = unicodedata.normalize("NFKC", text).strip(" ")
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            address = local + at + domain.encode("idna").decode("ascii")
        except UnicodeError:
            address = ""
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_ADDRESS:
        raise DeliveryError(f"{what}“{shorten(one_line(text))}”不是信箱地址：请写成 name@example.cn 的样子")
    return address


def shown_name(path: Path) -> str:
    """The name under which the attachment ``path`` is shown."""
    return one_line(re.sub(r"[/\\]", "_", path.name)) or "附件"


def _head(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")


def _part(headers: list[str], data: bytes) -> bytes:
    encoded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return _head([*headers, "Content-Transfer-Encoding: base64", ""]) + encoded


def _attachment(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DeliveryError(Sentence(f"附件“{one_line(path.name)}”读不到：请关闭打开它的程序，或", act("after-a-run"), "再发")) from error
    name = shown_name(path)
    kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    return _part([f'Content-Type: {kind};\r\n name="{_words(name, " name")}"',
                  f"Content-Disposition: attachment;\r\n {_extended(name)}"], data)


def _words(text: str, header: str) -> str:
    """``text`` as RFC 2047 words, folded after 76 characters; itself where it is a plain word."""
    if _PLAIN.fullmatch(text):
        return text
    return Header(text, "utf-8", header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _extended(name: str) -> str:
    """The parameter ``filename`` by RFC 2231: on one line where it fits, since not every reader joins pieces."""
    written = "UTF-8''" + quote(name, safe="")
    if len(written) <= _PIECE:
        return f"filename*={written}"
    pieces = re.findall(rf"(?:[^%]|%..){{1,{_PIECE // 3}}}", written)
    return ";\r\n ".join(f"filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _addresses(addresses: tuple[str, ...]) -> str:
    return ",\r\n ".join(address_of(one) for one in addresses)
