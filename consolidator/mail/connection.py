"""The connection to the office's mail server: TLS and login as set, and replies that have an end.

``smtplib`` waits anew for every byte and takes lines without end: a server that drips or babbles would hold it for ever.
Here each reply has to be whole within the time of one answer and below a size.
"""

from __future__ import annotations

import math
import re
import smtplib
import socket
import ssl
import time
from typing import Any

from consolidator.mail.faults import OTHER_WAYS, PAIRS, EndlessReply, explained
from schemas.actions import Sentence
from schemas.errors import DeliveryError
from schemas.settings import Mail

PORTS = {"starttls": 587, "ssl": 465, "none": 25}

MOST_REPLY = 64 * 1024  # bytes of one reply; RFC 5321, 4.5.3.1.5 has lines of 512, and no server says a hundred of them
_PIECE = 4096


class _Lines:
    """The lines of one reply, taken from the socket: what ``smtplib`` reads in place of the socket's own file.

    Raises:
        TimeoutError: the reply is not whole after the time that the socket has for one operation.
        EndlessReply: the reply is too long.
    """

    def __init__(self, sock: socket.socket):
        self._sock = sock
        self._held = bytearray()
        self._until = math.inf
        self._size = 0

    def begin(self, last: float) -> None:
        """A reply is expected from now on, until ``last`` (monotonic) at the latest."""
        seconds = self._sock.gettimeout()
        self._until = last if seconds is None else min(last, time.monotonic() + seconds)
        self._size = 0

    def readline(self, most: int) -> bytes:
        """The next line, ``most`` bytes of it; b"" where the connection has ended."""
        while (end := self._held.find(b"\n") + 1) == 0 and len(self._held) < most:
            piece = self._piece()
            if not piece:
                break
            self._held += piece
        line = bytes(self._held[:min(end or most, most)])
        del self._held[:len(line)]
        self._size += len(line)
        if self._size > MOST_REPLY:
            raise EndlessReply(f"a reply of more than {MOST_REPLY} bytes")
        return line

    def close(self) -> None:
        """What is held is of no use any more."""
        self._held.clear()

    def _piece(self) -> bytes:
        seconds = self._sock.gettimeout()
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply took too long")
        self._sock.settimeout(None if left == math.inf else left)
        try:
            return self._sock.recv(_PIECE)
        finally:
            self._sock.settimeout(seconds)


class Client(smtplib.SMTP):
    """``smtplib.SMTP`` whose replies have an end. ``last`` (monotonic) is when all of them must be there."""

    last = math.inf

    def __init__(self, host: str, port: int, *, seconds: float, last: float, **options: Any):
        self.last = last
        super().__init__(host, port, _own_name(), timeout=seconds, **options)

    def getreply(self) -> tuple[int, bytes]:
        """As ``smtplib`` does it, within the limits."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        if not isinstance(self.file, _Lines):  # a new connection, or a new one within it after STARTTLS: nothing received before counts
            self.file = _Lines(self.sock)
        self.file.begin(self.last)
        return super().getreply()


class ClientOverTls(Client, smtplib.SMTP_SSL):
    """``smtplib.SMTP_SSL`` whose replies have an end."""


def connected(mail: Mail, seconds: float, seconds_in_all: float) -> Client:
    """A connection with TLS as set, logged in where a user is set; ``seconds`` is the time of one answer.

    Raises:
        DeliveryError: there is none; it says what to do.
    """
    if not mail.host.strip():
        raise DeliveryError(Sentence("没有设置邮件服务器：请在 settings.toml 的 [mail] 填写 host，", OTHER_WAYS))
    if mail.user and not mail.password:
        raise DeliveryError("填了 user 而没有 password：请在 settings.toml 或 CONSOLIDATE_SMTP_PASSWORD 中填写")
    if not (mail.user + mail.password).isascii():
        raise DeliveryError("邮件的 user 或 password 中有中文或全角字符：请改成半角后再试")
    host, port = mail.host.strip(), mail.port or PORTS[mail.security]
    last = time.monotonic() + seconds_in_all
    server: Client | None = None
    try:
        context = ssl.create_default_context()
        if mail.security == "ssl":
            server = ClientOverTls(host, port, seconds=seconds, last=last, context=context)
        else:
            server = Client(host, port, seconds=seconds, last=last)
        server.ehlo_or_helo_if_needed()
        if mail.security == "starttls":
            if not server.has_extn("starttls"):
                raise DeliveryError(f"邮件服务器 {host}:{port} 不提供 STARTTLS 加密：{PAIRS}")
            server.starttls(context=context)
            server.ehlo()
        if mail.user:
            server.login(mail.user, mail.password)
    except DeliveryError:
        if server is not None:
            server.close()
        raise
    except (OSError, ValueError) as error:  # smtplib's and ssl's are OSErrors; no host's name is a ValueError
        if server is not None:
            server.close()
        raise DeliveryError(explained(error, mail, f"{host}:{port}")) from error
    server.last = math.inf
    return server


def _own_name() -> str:
    """What to call this machine in EHLO: its name may be Chinese, which SMTP cannot say; getfqdn() may be slow."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name) else "[127.0.0.1]"
