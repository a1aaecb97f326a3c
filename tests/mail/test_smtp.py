"""Sending: against real servers on loopback, well-behaved (aiosmtpd) and not (scripts that answer as they like)."""

from __future__ import annotations

import contextlib
import datetime as dt
import email
import hashlib
import ipaddress
import socket
import ssl
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from consolidator.mail import smtp
from consolidator.mail.faults import answer_text
from consolidator.mail.letters import Letter, upward_letter
from consolidator.mail.smtp import Receipt, send
from schemas.errors import DeliveryError
from schemas.form_loading import load_form
from schemas.settings import HOME, Mail, Settings
from tests.factory import make_result
from tests.mail.listener import Listener

USER, PASSWORD = "qanwb@example.cn", "s3cret-Pass"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2023, 6, 26, 11, 30, tzinfo=SHANGHAI)


# certificates

def _certificate(folder, *, name="localhost", days=30):
    """A self-signed certificate for ``name`` and its key, as paths."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name)] + ([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if name == "localhost" else [])
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    certificate = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(end - dt.timedelta(days=60))
                   .not_valid_after(end).add_extension(x509.SubjectAlternativeName(names), critical=False)
                   .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                   .sign(key, hashes.SHA256()))
    folder.mkdir(exist_ok=True)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


def _server_side(paths) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, paths))
    return context


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    return {"good": _certificate(folder / "good"), "other": _certificate(folder / "other", name="mail.example.cn"),
            "old": _certificate(folder / "old", days=-1)}


@pytest.fixture
def trusted(certificates, monkeypatch):
    """The test's certificate, trusted as an office trusts its own server's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates["good"][0]))
    return _server_side(certificates["good"])


# servers

class Mailbox:
    """An aiosmtpd handler that keeps what it accepts and refuses what it is asked to."""

    def __init__(self, **answers):
        self.answers, self.envelopes = answers, []

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.envelopes.append(envelope)
        return "250 OK queued"

    def messages(self):
        return [email.message_from_bytes(envelope.original_content, policy=policy.default)
                for envelope in self.envelopes]


def _authenticate(server, session, envelope, mechanism, auth_data):
    right = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(mailbox, *, over_tls=None, **options):
    """An aiosmtpd server with ``mailbox`` behind it; gives its port. ``over_tls`` is TLS from the first byte."""
    options = {"hostname": "127.0.0.1", "port": _free_port(), "authenticator": _authenticate, **options}
    controller = Controller(mailbox, ssl_context=over_tls, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class Scripted(Listener):
    """A server that answers each command as its script says, and hangs up where the script says ``None``.

    ``script`` maps a command's first four letters to its answer, ``greeting`` to what comes before any, ``text`` to
    what comes after the text; ``half`` makes it hang up in the middle of that. ``heard`` keeps what it read.
    """

    def __init__(self, **script):
        super().__init__()
        self.script = {"greeting": "220 odd", "EHLO": "250 odd", "MAIL": "250 ok", "RCPT": "250 ok", "RSET": "250 ok",
                       "DATA": "354 go on", "text": "250 ok", "QUIT": "221 bye", "AUTH": "235 ok", **script}
        self.heard = []

    def run(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            line.settimeout(10)
            with contextlib.suppress(OSError), line:
                self._talk(line)

    def _talk(self, line):
        lines = line.makefile("rb")
        if self._say(line, "greeting") is None:
            return
        while command := lines.readline():
            self.heard.append(command)
            word = command[:4].decode("ascii", "replace").upper().strip()
            shown = self._say(line, word)
            if shown is None or word == "QUIT":
                return
            if shown.startswith("354"):
                if "half" in self.script:
                    lines.read(2000)
                    return
                while lines.readline() not in (b".\r\n", b""):
                    pass
                if self._say(line, "text") is None:
                    return

    def _say(self, line, what) -> str | None:
        answer = self.script.get(what, "502 no")
        if isinstance(answer, list):  # one answer a time, the last for good
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is not None:
            line.sendall(answer.encode() + b"\r\n")
        return answer


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 10)
    monkeypatch.setattr(smtp, "DATA_SECONDS", 10)


# letters and settings

def letter_to(*to, cc=(), subject="调度表", attachments=()) -> Letter:
    return Letter(to, cc, subject, "正文", tuple(attachments), message_id=f"<{subject.encode().hex()}@example.cn>", date=NOW)


def settings_for(port, **mail) -> Settings:
    return Settings(mail=Mail(**{"host": "127.0.0.1", "port": port, "security": "none", "sender": USER, **mail}))


LOGIN = {"user": USER, "password": PASSWORD}


def fault(settings, *letters) -> str:
    """The line with which nothing went."""
    gone = []
    with pytest.raises(DeliveryError) as reported:
        send(letters or [letter_to("a@example.cn")], settings, on_sent=lambda *one: gone.append(one))
    assert not gone
    return _line(str(reported.value))


def outcome(settings, letter=None):
    gone = []
    outcomes = send([letter or letter_to("a@example.cn")], settings, on_sent=lambda *one: gone.append(one))
    assert len(outcomes) == 1 and outcomes[0].sent == bool(gone)
    if outcomes[0].error:
        _line(outcomes[0].error)
    return outcomes[0]


def _line(shown: str) -> str:
    """One Chinese line that says what to do and shows no password."""
    assert "\n" not in shown and "\r" not in shown and "请" in shown and "：" in shown
    assert PASSWORD not in shown
    return shown


# what goes

def test_with_starttls_and_login_the_letter_arrives_as_it_was_written(trusted, tmp_path):
    form = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
    workbook = tmp_path / "调度表（汇总）2023-06-26.xlsx"
    workbook.write_bytes(b"PK\r\n.\r\n..\n\x00\xff" * 3000)
    mailbox = Mailbox()
    with serving(mailbox, tls_context=trusted, require_starttls=True, auth_required=True) as port:
        settings = settings_for(port, security="starttls", cc=("leader@example.cn",), **LOGIN)
        letter = upward_letter(make_result(form), form, settings.model_copy(update={"now": NOW}), [workbook], "shianweiban@example.cn",
                               correction=None)
        receipts = []
        outcomes = send([letter], settings, on_sent=lambda one, receipt: receipts.append((one, receipt)))
    assert [one.sent for one in outcomes] == [True] and outcomes[0].error is None and not outcomes[0].unknown
    [message] = mailbox.messages()
    assert message["Subject"] == letter.subject and message["Message-ID"] == letter.message_id
    assert message["Date"].datetime == NOW and message["Bcc"] is None
    [part] = message.iter_attachments()
    assert part.get_filename() == workbook.name and part.get_content() == workbook.read_bytes()
    assert mailbox.envelopes[0].mail_from == USER
    assert mailbox.envelopes[0].rcpt_tos == ["shianweiban@example.cn", "leader@example.cn"]
    [(gone, receipt)] = receipts
    assert gone is letter and isinstance(receipt, Receipt)
    assert receipt.to == ("shianweiban@example.cn", "leader@example.cn") and receipt.message_id == letter.message_id
    assert receipt.attachments == {workbook.name: hashlib.sha256(workbook.read_bytes()).hexdigest()}
    assert receipt.key == letter.key and receipt.when.tzinfo is not None


def test_with_ssl(trusted):
    mailbox = Mailbox()
    with serving(mailbox, over_tls=trusted, auth_require_tls=False) as port:
        assert outcome(settings_for(port, security="ssl", **LOGIN)).sent
    assert len(mailbox.envelopes) == 1


def test_without_encryption_it_still_logs_in():
    mailbox = Mailbox()
    with serving(mailbox, auth_require_tls=False, auth_required=True) as port:
        assert outcome(settings_for(port, **LOGIN)).sent
    assert len(mailbox.envelopes) == 1


def test_without_a_user_it_does_not_log_in():
    with Scripted() as server:
        assert outcome(settings_for(server.port)).sent
    assert not any(b"AUTH" in line for line in server.heard)


def test_one_connection_for_all_and_one_refused_does_not_stop_the_rest():
    letters = [letter_to(f"u{n}@example.cn", subject=f"第{n}封") for n in range(5)]
    mailbox = Mailbox(**{"u2@example.cn": "550 5.1.1 no such user"})
    steps, gone = [], []
    with serving(mailbox, auth_require_tls=False) as port:
        outcomes = send(letters, settings_for(port), on_sent=lambda letter, _: gone.append(letter.subject),
                        on_progress=lambda done, total: steps.append((done, total)))
    assert [one.sent for one in outcomes] == [True, True, False, True, True]
    assert [one.letter for one in outcomes] == letters
    assert "u2@example.cn" in _line(outcomes[2].error) and "550 5.1.1 no such user" in outcomes[2].error
    assert gone == ["第0封", "第1封", "第3封", "第4封"] and steps == [(n, 5) for n in range(1, 6)]
    assert len(mailbox.envelopes) == 4
    with Scripted() as server:
        send(letters, settings_for(server.port), on_sent=lambda *_: None)
    assert server.connections == 1


def test_it_is_recorded_before_anything_else_happens():
    heard_when_recorded = []
    with Scripted() as server:
        send([letter_to("a@example.cn"), letter_to("b@example.cn")], settings_for(server.port),
             on_sent=lambda *_: heard_when_recorded.append(server.heard[-1]))
    assert heard_when_recorded == [b"DATA\r\n"] * 2


def test_a_record_that_cannot_be_written_is_not_taken_for_a_fault_of_the_server():
    def full(*_):
        raise OSError("disk full")

    with Scripted() as server, pytest.raises(OSError, match="disk full"):
        send([letter_to("a@example.cn")], settings_for(server.port), on_sent=full)


def test_a_refused_copy_is_reported_and_the_letter_goes():
    mailbox = Mailbox(**{"leader@example.cn": "550 no"})
    receipts = []
    with serving(mailbox, auth_require_tls=False) as port:
        [one] = send([letter_to("a@example.cn", cc=("leader@example.cn",))], settings_for(port),
                     on_sent=lambda _, receipt: receipts.append(receipt))
    assert one.sent and "抄送地址 leader@example.cn 被拒收" in _line(one.error)
    assert mailbox.envelopes[0].rcpt_tos == ["a@example.cn"] and receipts[0].to == ("a@example.cn",)


def test_lines_that_begin_with_a_full_stop_arrive(monkeypatch):
    mailbox = Mailbox()
    monkeypatch.setattr(smtp, "message_bytes", lambda *_: b"Subject: x\r\n\r\n.\r\n..two\r\n")
    with serving(mailbox, auth_require_tls=False) as port:
        assert outcome(settings_for(port)).sent
    assert mailbox.envelopes[0].original_content == b"Subject: x\r\n\r\n.\r\n..two\r\n"


def test_no_letters_need_no_server():
    assert send([], Settings(), on_sent=lambda *_: None) == []


# faults before anything goes

@pytest.mark.parametrize(("mail", "shown"), [
    ({"host": ""}, "没有设置邮件服务器"),
    ({"sender": ""}, "没有发件地址"),
    ({"sender": "安委办"}, "不是信箱地址"),
    ({"user": USER}, "没有 password"),
    ({"user": USER, "password": "ｐａｓｓ"}, "全角"),
    ({"host": "no-such-host.invalid"}, "找不到邮件服务器 no-such-host.invalid"),
    ({"host": "a" * 70 + ".cn"}, "找不到邮件服务器"),
    ({"host": "a..b"}, "找不到邮件服务器"),
])
def test_what_is_not_set_rightly(mail, shown):
    assert shown in fault(settings_for(1, **mail))


def test_no_server_there():
    assert "没有开着" in fault(settings_for(_free_port()))


def test_a_server_that_never_answers(monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "没有应答" in fault(settings_for(silent.getsockname()[1]))


@pytest.mark.parametrize(("greeting", "shown"), [("554 go away", "554 go away"), ("HTTP/1.1 400 Bad", "拒绝了连接"),
                                                (None, "断开了连接")])
def test_a_server_that_does_not_greet(greeting, shown):
    with Scripted(greeting=greeting) as server:
        assert shown in fault(settings_for(server.port))


def test_wrong_password():
    with serving(Mailbox(), auth_require_tls=False) as port:
        shown = fault(settings_for(port, user=USER, password="wrong-one"))
    assert "用户名或密码" in shown and "535" in shown and "wrong-one" not in shown


def test_login_not_offered():
    with Scripted() as server:
        assert "不提供登录" in fault(settings_for(server.port, **LOGIN))


def test_login_of_an_unknown_kind():
    with Scripted(EHLO="250-odd\r\n250 AUTH GSSAPI NTLM") as server:
        assert "登录方式不能用" in fault(settings_for(server.port, **LOGIN))


def test_starttls_not_offered_and_nothing_secret_said():
    with Scripted(EHLO="250-odd\r\n250 AUTH PLAIN LOGIN") as server:
        assert "不提供 STARTTLS" in fault(settings_for(server.port, security="starttls", **LOGIN))
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in server.heard)


def test_starttls_refused():
    with Scripted(EHLO="250-odd\r\n250 STARTTLS", STAR="454 TLS not available") as server:
        assert "454 TLS not available" in fault(settings_for(server.port, security="starttls", **LOGIN))
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in server.heard)


@pytest.mark.parametrize(("which", "trust", "shown"), [
    ("good", False, "SSL_CERT_FILE"),
    ("other", True, "与 host 不符"),
    ("old", True, "不在有效期内"),
])
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_certificate_that_is_not_right(certificates, monkeypatch, which, trust, shown, security):
    if trust:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates[which][0]))
    context = _server_side(certificates[which])
    tls = {"over_tls": context, "auth_require_tls": False} if security == "ssl" else {"tls_context": context}
    mailbox = Mailbox()
    with serving(mailbox, **tls) as port:
        assert shown in fault(settings_for(port, security=security, **LOGIN))
    assert not mailbox.envelopes


def test_ssl_towards_a_server_without_it():
    with Scripted() as server:
        assert "starttls 587，ssl 465" in fault(settings_for(server.port, security="ssl"))


# faults of one letter

@pytest.mark.parametrize(("answers", "shown"), [
    ({"MAIL": "553 not yours"}, "服务器不接受发件地址 qanwb@example.cn（553 not yours）"),
    ({"MAIL": "530 5.7.0 Authentication required"}, "要求登录"),
    ({"MAIL": "552 too big"}, "超过邮件服务器的上限"),
    ({"a@example.cn": "550 no such user"}, "收件地址 a@example.cn 被拒收（550 no such user）"),
    ({"a@example.cn": "450 greylisted"}, "是暂时的（450 greylisted）"),
    ({"a@example.cn": "552 5.2.2 over quota"}, "对方信箱已满"),
    ({"DATA": "552 5.3.4 message too big"}, "超过邮件服务器的上限（552 5.3.4 message too big）"),
    ({"DATA": "552 5.2.2 mailbox full"}, "对方信箱已满"),
    ({"DATA": "554 looks like spam"}, "服务器拒收这封信（554 looks like spam）"),
    ({"DATA": "451 later"}, "是暂时的"),
])
def test_a_refusal_is_reported_and_leaves_the_connection_ready(answers, shown):
    mailbox = Mailbox(**answers)
    with serving(mailbox, auth_require_tls=False) as port:
        one = outcome(settings_for(port))
        assert not one.sent and not one.unknown and shown in one.error
        mailbox.answers = dict.fromkeys(["a@example.cn"], answers.get("a@example.cn", "550 no"))
        two = [letter_to("a@example.cn"), letter_to("b@example.cn")]
        after = send(two, settings_for(port), on_sent=lambda *_: None)
    assert [one.sent for one in after] == [False, True]


def test_a_letter_over_the_servers_limit_is_reported_before_it_travels(tmp_path):
    big = tmp_path / "大.xlsx"
    big.write_bytes(bytes(200_000))
    mailbox = Mailbox()
    with serving(mailbox, auth_require_tls=False, data_size_limit=100_000) as port:
        one = outcome(settings_for(port), letter_to("a@example.cn", attachments=[big]))
    assert not one.sent and "上限（0.1 MB）" in one.error and not mailbox.envelopes


def test_cut_in_the_middle_of_the_text_is_reported_as_unknown_and_not_tried_again(tmp_path):
    paper = tmp_path / "表.xlsx"
    paper.write_bytes(bytes(5000))
    with Scripted(half=True) as server:
        one = outcome(settings_for(server.port), letter_to("a@example.cn", attachments=[paper]))
    assert not one.sent and one.unknown and "不知道是否收下" in one.error
    assert server.connections == 1


def test_cut_while_much_is_still_to_come_is_reported_as_not_sent(tmp_path):
    paper = tmp_path / "大.xlsx"
    paper.write_bytes(bytes(12_000_000))
    with Scripted(half=True) as server:
        one = outcome(settings_for(server.port), letter_to("a@example.cn", attachments=[paper]))
    assert not one.sent and not one.unknown and "这一封没有发出" in one.error


def test_no_answer_after_the_text_is_reported_as_unknown():
    with Scripted(text=None) as server:
        one = outcome(settings_for(server.port))
    assert not one.sent and one.unknown and "请先向收件人核实" in one.error


@pytest.mark.parametrize("answer", [None, "421 too many messages"])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_connection_ended_between_letters_is_made_again(step, answer):
    letters = [letter_to(f"u{n}@example.cn") for n in range(3)]
    right = "354 go on" if step == "DATA" else "250 ok"
    with Scripted(**{step: [right, answer, right]}) as server:
        outcomes = send(letters, settings_for(server.port), on_sent=lambda *_: None)
    assert [one.sent for one in outcomes] == [True] * 3 and server.connections == 2


def test_a_server_that_has_gone_on_the_way_is_reported_for_each_letter_left(monkeypatch):
    letters = [letter_to(f"u{n}@example.cn") for n in range(3)]
    gone = []
    with Scripted(MAIL=["250 ok", None]) as server:
        def record(letter, _):
            gone.append(letter)
            server.go()
        outcomes = send(letters, settings_for(server.port), on_sent=record)
    assert [one.sent for one in outcomes] == [True, False, False] and gone == letters[:1]
    assert all("没有开着" in _line(one.error) for one in outcomes[1:])


def test_a_missing_attachment_stops_its_letter_only(tmp_path):
    letters = [letter_to("a@example.cn", attachments=[tmp_path / "没有.xlsx"]), letter_to("b@example.cn")]
    mailbox = Mailbox()
    with serving(mailbox, auth_require_tls=False) as port:
        outcomes = send(letters, settings_for(port), on_sent=lambda *_: None)
    assert [one.sent for one in outcomes] == [False, True] and "没有.xlsx" in _line(outcomes[0].error)


def test_a_server_that_repeats_the_password_is_not_quoted():
    import base64
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    with Scripted(EHLO="250-odd\r\n250 AUTH PLAIN", MAIL=f"550 {plain} {PASSWORD}\x1b[31m") as server:
        one = outcome(settings_for(server.port, **LOGIN))
    assert not one.sent and PASSWORD not in one.error and plain not in one.error and "\x1b" not in one.error
    with Scripted(EHLO="250-odd\r\n250 AUTH PLAIN", AUTH=f"535 wrong: {PASSWORD}") as server:
        fault(settings_for(server.port, **LOGIN))


def test_a_chinese_answer_is_read_in_either_encoding():
    assert answer_text(550, "用户不存在".encode("gbk"), Mail()) == "550 用户不存在"
    assert answer_text(550, "用户不存在".encode(), Mail()) == "550 用户不存在"


@pytest.mark.parametrize("name", ["王敏的电脑", "PC_1", "-", ""])
def test_a_machines_name_that_smtp_cannot_say(monkeypatch, name):
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    with Scripted() as server:
        assert outcome(settings_for(server.port)).sent
    assert server.heard[0] == b"ehlo [127.0.0.1]\r\n"
