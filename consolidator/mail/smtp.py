"""Sending letters by SMTP: one connection for all, each fault reported in one line, nothing claimed that is not known.

The standard library's ``smtplib`` does it: letters go one after another over one connection, so nothing is to be won by
an asynchronous client, and its single steps (MAIL, RCPT, DATA) can be taken apart to know how far a letter came.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import smtplib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from consolidator.mail.connection import Client, connected
from consolidator.mail.faults import MB, OTHER_WAYS, answer_text, cut_off, silent, too_large
from consolidator.mail.mime import Letter, attachment_hashes, message_bytes, sender_of
from consolidator.model.text import whole_number
from schemas.actions import Sentence
from schemas.errors import DeliveryError
from schemas.settings import Mail, Settings

ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 120.0  # until we are logged in
DATA_SECONDS = 600.0  # RFC 5321, 4.5.3.2.6: a server may take ten minutes over a message
QUIT_SECONDS = 5.0
# The most that all letters together may take: this much, and for each letter this much and its bytes over a slow line.
FIRST_SECONDS, LETTER_SECONDS, BYTES_A_SECOND = 600.0, 30.0, 30_000
MOST_SILENCES = 2  # letters in a row over which the server fell silent: the rest would wait in vain


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a server accepted: by whom it will be had, when (aware), and the sha256 of each attachment that travelled.

    ``key`` is the letter's (:attr:`Letter.key`).
    """

    message_id: str
    to: tuple[str, ...]
    when: dt.datetime
    attachments: dict[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter. ``error`` is one Chinese line; a letter that was sent has one where a 抄送 was refused.

    ``unknown``: all of it was handed over and no answer came, so that it may or may not have been accepted.
    """

    letter: Letter
    sent: bool
    error: str | None = None
    unknown: bool = False


class _NotSent(Exception):
    """This letter did not go; ``str()`` says why. ``lost``: the connection is gone. ``unknown``: it may have gone."""

    def __init__(self, text: str, *, lost: bool = False, unknown: bool = False):
        super().__init__(text)
        self.lost, self.unknown = lost, unknown

    @property
    def silent(self) -> bool:
        """Whether the server was waited for in vain."""
        return silent(self.__cause__)


def send(letters: Sequence[Letter], settings: Settings, *, on_sent: Callable[[Letter, Receipt], None],
         on_progress: Callable[[int, int], None] | None = None) -> list[Outcome]:
    """Sends ``letters`` over one connection; one that is refused does not stop the rest.

    ``on_sent`` is called the moment the server has accepted a letter, before anything else happens: what it records is
    true even when the program ends there. ``on_progress`` gets (letters dealt with, letters in all).

    Returns an outcome a letter, in their order. A connection that is lost on the way is made once more for each
    letter; a letter of which it is unknown whether it went is not tried again.

    Raises:
        DeliveryError: nothing could be sent at all: no server is set or there, the certificate or the login is refused.
    """
    if not letters:
        return []
    sender = sender_of(settings)
    if sender is None:
        raise DeliveryError(Sentence("没有发件地址：请在 settings.toml 的 [mail] 填写 sender，", OTHER_WAYS))
    post = _Post(settings.mail, sender[1])
    outcomes: list[Outcome] = []
    try:
        post.connect()
        for letter in letters:
            try:
                data = message_bytes(letter, settings)
                refused = post.deliver(letter, data)
            except _NotSent as error:
                outcomes.append(Outcome(letter, False, error.args[0], error.unknown))
            except DeliveryError as error:
                outcomes.append(Outcome(letter, False, error.sentence))
            else:
                on_sent(letter, _receipt(letter, data, refused, settings))
                outcomes.append(Outcome(letter, True, "；".join(refused.values()) or None))
            if on_progress is not None:
                on_progress(len(outcomes), len(letters))
    finally:
        post.close()
    return outcomes


class _Post:
    """One connection to the office's server, logged in; made anew where it was lost."""

    def __init__(self, mail: Mail, sender: str):
        self._mail, self._sender = mail, sender
        self._server: Client | None = None
        self._fault: DeliveryError | None = None
        self._until = time.monotonic() + FIRST_SECONDS
        self._silences = 0

    def connect(self) -> None:
        """Raises :class:`DeliveryError` with what to do; once it has failed, the same again without waiting."""
        if self._fault is not None:
            raise self._fault
        try:
            self._server = connected(self._mail, ANSWER_SECONDS, CONNECT_SECONDS)
        except DeliveryError as error:
            self._fault = error
            raise

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):  # what was accepted is accepted
                _wait_at_most(server, min(QUIT_SECONDS, ANSWER_SECONDS))
                server.quit()
            server.close()

    def deliver(self, letter: Letter, data: bytes) -> dict[str, str]:
        """Hands ``data`` over; returns the 抄送 addresses refused, each with its line.

        A server may end a connection after so many letters: then, before this one is under way, it is made once more.
        """
        self._until += LETTER_SECONDS + len(data) / BYTES_A_SECOND
        if self._fault is None and time.monotonic() > self._until:
            self._fault = DeliveryError(Sentence("邮件服务器太慢，这一封没有发出：请过一会儿再发，", OTHER_WAYS))
        if self._fault is not None:
            self.drop()
            raise self._fault
        try:
            refused = self._delivered(letter, data)
        except _NotSent as error:
            self._silences = self._silences + 1 if error.silent else 0
            if self._silences >= MOST_SILENCES:
                self._fault = DeliveryError(Sentence("邮件服务器接连没有应答，这一封没有发出：请检查网络后再发，", OTHER_WAYS))
            raise
        self._silences = 0
        return refused

    def _delivered(self, letter: Letter, data: bytes) -> dict[str, str]:
        if self._server is not None:
            try:
                return self._hand_over(letter, data)
            except _NotSent as error:
                if not error.lost:
                    raise
                self.drop()
                if error.unknown or error.silent:
                    raise
        self.connect()
        try:
            return self._hand_over(letter, data)
        except _NotSent as error:
            if error.lost:
                self.drop()
            raise

    def drop(self) -> None:
        """A connection of no more use is ended silently."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _hand_over(self, letter: Letter, data: bytes) -> dict[str, str]:
        """The steps of RFC 5321, 3.3. Every address of ``to`` must be accepted; one of ``cc`` may be refused."""
        server = self._server
        assert server is not None
        limit = whole_number(server.esmtp_features.get("size"), 18)
        if limit and limit < len(data):
            raise _NotSent(too_large(len(data), f"{limit / MB:.1f} MB"))
        size = [f"size={len(data)}"] if server.has_extn("size") else []
        with self._steps(server):
            self._expect(server.mail(self._sender, size), 250, f"服务器不接受发件地址 {self._sender}",
                         "请核对 sender，一般应与登录的 user 一致", len(data))
            refused: dict[str, str] = {}
            for address in letter.to:
                self._expect(server.rcpt(address), 250, f"收件地址 {address} 被拒收", "请核对地址")
            for address in letter.cc:
                try:
                    self._expect(server.rcpt(address), 250, f"抄送地址 {address} 被拒收", "请核对地址，其余已发出")
                except _NotSent as error:
                    if error.lost:
                        raise
                    refused[address] = str(error)
            self._expect(server.docmd("DATA"), 354, "服务器没有收信件正文", Sentence("请过一会儿再发，", OTHER_WAYS), len(data))
        self._hand_over_text(server, data)
        return refused

    def _hand_over_text(self, server: Client, data: bytes) -> None:
        """The text and the server's last word on it. The end mark goes last: cut before that, nothing was accepted."""
        _wait_at_most(server, DATA_SECONDS)
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", data) + b".\r\n")
        except (smtplib.SMTPException, OSError) as error:
            raise _NotSent(f"信件传到一半时{cut_off(error)}，这一封没有发出：请检查网络后再发", lost=True) from error
        try:
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise _NotSent(f"信件传出后{cut_off(error)}，没有等到服务器的答复，不知道是否收下：请先向收件人核实，没有收到再发",
                           lost=True, unknown=True) from error
        _wait_at_most(server, ANSWER_SECONDS)
        with self._steps(server):
            self._expect(answer, 250, "服务器拒收这封信", Sentence("请按服务器所说处理，", OTHER_WAYS), len(data))

    @contextlib.contextmanager
    def _steps(self, server: Client) -> Iterator[None]:
        """A refusal leaves the connection ready for the next letter; a lost connection is reported as one."""
        try:
            yield
        except _NotSent as error:
            if not error.lost:
                try:
                    server.rset()
                except (smtplib.SMTPException, OSError):
                    self.drop()
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise _NotSent(f"{cut_off(error)}，这一封没有发出：请检查网络后再发", lost=True) from error

    def _expect(self, answer: tuple[int, bytes], wanted: int, fault: str, advice: str, size: int = 0) -> None:
        """Raises what an answer other than ``wanted`` means, by the codes of RFC 5321 and RFC 3463.

        ``size`` (bytes) is given where the answer may be about the letter's size rather than a full mailbox.
        """
        code, text = answer
        if code == wanted or (wanted == 250 and code in (251, 252)):
            return
        quoted = answer_text(code, text, self._mail)
        if code == 421:
            raise _NotSent(f"邮件服务器暂停服务（{quoted}），这一封没有发出：请过一会儿再发", lost=True)
        if code in (530, 538):
            raise _NotSent(f"邮件服务器要求登录（{quoted}）：请在 settings.toml 的 [mail] 填写 user 和 password")
        if size and b"5.2.2" not in text and (code in (523, 552) or b"5.3.4" in text):
            raise _NotSent(too_large(size, quoted))
        if b"5.2.2" in text or code == 552:
            raise _NotSent(f"{fault}，对方信箱已满（{quoted}）：请与收件人联系")
        if 400 <= code < 500:
            raise _NotSent(f"{fault}，是暂时的（{quoted}）：请过一会儿再发")
        raise _NotSent(Sentence(f"{fault}（{quoted}）：", advice))


def _wait_at_most(server: Client, seconds: float) -> None:
    """How long an answer may take from now on; a closed connection is found out by what follows."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _receipt(letter: Letter, data: bytes, refused: dict[str, str], settings: Settings) -> Receipt:
    to = tuple(address for address in (*letter.to, *letter.cc) if address not in refused)
    when = settings.now or dt.datetime.now(letter.date.tzinfo).replace(microsecond=0)
    return Receipt(letter.message_id, to, when, attachment_hashes(data), letter.key)
