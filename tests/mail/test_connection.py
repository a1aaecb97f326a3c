"""Servers that hang, drip or babble at each step: sending comes to an end, and what it says is true."""

from __future__ import annotations

import contextlib
import itertools
import threading

import pytest

from consolidator.mail import smtp
from consolidator.mail.connection import MOST_REPLY
from consolidator.mail.faults import answer_text
from consolidator.mail.smtp import send
from schemas.errors import DeliveryError
from schemas.settings import Mail
from tests.mail.listener import Listener
from tests.mail.test_smtp import LOGIN, letter_to, settings_for

STEPS = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "text", "QUIT")
ANSWERS = {"greeting": b"220 odd", "EHLO": b"250-odd\r\n250 AUTH PLAIN LOGIN", "AUTH": b"235 ok", "MAIL": b"250 ok", "RCPT": b"250 ok",
           "DATA": b"354 go on", "text": b"250 ok", "QUIT": b"221 bye", "RSET": b"250 ok", "STAR": b"220 go on"}


class Hostile(Listener):
    """A server that is well-behaved but at ``step``, where it says ``pieces`` one after another, each after ``pause`` seconds."""

    def __init__(self, step, pieces, pause, **answers):
        super().__init__()
        self.step, self.pieces, self.pause, self.answers = step, pieces, pause, ANSWERS | answers
        self.gone = threading.Event()

    def __exit__(self, *_):
        self.gone.set()
        self.go()
        self.join()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                self.connections += 1
                line.settimeout(5)
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        with contextlib.suppress(OSError), line:
            self._converse(line, line.makefile("rb"))

    def _converse(self, line, lines):
        self._say(line, "greeting")
        while command := lines.readline():
            word = command[:4].decode("ascii", "replace").upper().strip()
            self._say(line, word)
            if word == "DATA":
                while lines.readline() not in (b".\r\n", b""):
                    pass
                self._say(line, "text")

    def _say(self, line, what):
        if what != self.step:
            line.sendall(self.answers.get(what, b"502 no") + b"\r\n")
            return
        for piece in self.pieces:
            line.sendall(piece)
            if self.gone.wait(self.pause):
                raise OSError
        self.gone.wait(5)


KINDS = {"hang": ((), 0), "drip": (itertools.repeat(b"2"), 0.02), "drip lines": (itertools.repeat(b"250-x\r\n"), 0.02),
         "babble": (itertools.repeat(b"250-" + b"x" * 500 + b"\r\n"), 0), "long line": (itertools.repeat(b"2" * 4000), 0)}


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "DATA_SECONDS", 0.2)


def _sent(server, *letters, **mail):
    gone = []
    try:
        outcomes = send(letters or [letter_to("a@example.cn")], settings_for(server.port, **mail),
                        on_sent=lambda *one: gone.append(one))
    except DeliveryError as error:
        return None, str(error), gone
    return outcomes, "".join(one.error or "" for one in outcomes), gone


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_sending_ends_and_says_what_is_true(step, kind):
    pieces, pause = KINDS[kind]
    with Hostile(step, pieces, pause) as server:
        outcomes, shown, gone = _sent(server, **LOGIN)
    assert "\n" not in shown and len(shown) < 300
    if step == "QUIT":  # the letter has gone
        assert outcomes[0].sent and gone
    elif step == "text":
        assert not gone and outcomes[0].unknown and "不知道是否收下" in shown
    else:
        assert not gone and not (outcomes and outcomes[0].unknown)
        assert any(words in shown for words in ("没有应答", "没有答完", "没完没了", "断开", "拒绝", "Line too long", "不认", "不提供"))


@pytest.mark.parametrize("kind", KINDS)
def test_starttls_that_never_comes(kind):
    pieces, pause = KINDS[kind]
    with Hostile("STAR", pieces, pause, EHLO=b"250-odd\r\n250 STARTTLS") as server:
        outcomes, shown, _ = _sent(server, security="starttls")
    assert outcomes is None and shown


def test_tls_that_never_comes():
    with Hostile("greeting", (), 0) as server:
        outcomes, shown, _ = _sent(server, security="ssl")
    assert outcomes is None and "没有应答" in shown


@pytest.mark.parametrize("challenge", [b"334 x", b"334 ***", b"334 \xff\xfe", b"334"])
def test_a_login_that_asks_on_and_on(challenge):
    with Hostile("", (), 0, AUTH=challenge) as server:
        outcomes, shown, _ = _sent(server, **LOGIN)
    assert outcomes is None and "找不到邮件服务器" not in shown


def test_the_login_as_a_whole_has_an_end(monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 30)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.3)
    with Hostile("EHLO", (), 0) as server:
        outcomes, shown, _ = _sent(server)
    assert outcomes is None and "没有应答" in shown


def test_after_two_silences_nobody_is_waited_for():
    with Hostile("text", (), 0) as server:
        outcomes, _, gone = _sent(server, *(letter_to(f"{name}@example.cn") for name in "abcde"))
    assert not gone and [one.unknown for one in outcomes] == [True, True, False, False, False]
    assert "接连没有应答" in outcomes[2].error and server.connections == 2


def test_all_letters_together_have_an_end(monkeypatch):
    monkeypatch.setattr(smtp, "FIRST_SECONDS", -100)
    monkeypatch.setattr(smtp, "LETTER_SECONDS", 0)
    with Hostile("", (), 0) as server:
        outcomes, shown, gone = _sent(server, *(letter_to(f"{name}@example.cn") for name in "ab"))
    assert not gone and not any(one.sent for one in outcomes) and "太慢" in shown


def test_a_reply_within_the_size_is_heard():
    long = b"".join(b"250-%d\r\n" % number for number in range(1000)) + b"250 SIZE 1000000"
    assert len(long) < MOST_REPLY
    with Hostile("", (), 0, EHLO=long) as server:
        outcomes, _, gone = _sent(server)
    assert outcomes[0].sent and gone


@pytest.mark.parametrize("shown", ["\x1b[31mno\x1b[0m", "no\r\nBcc: x", "\u202eon", "a\u2066b\u2069", "\x07\x00no", "n\u200bo"])
def test_a_servers_words_are_cleaned(shown):
    text = answer_text(550, shown.encode(), Mail())
    assert text.isprintable() and len(text.splitlines()) == 1
