"""What went wrong with a letter or its server, for the clerk: one Chinese line with what to do, without the password."""

from __future__ import annotations

import base64
import binascii
import smtplib
import socket
import ssl

from consolidator.model.text import one_line
from schemas.actions import Sentence, act
from schemas.problems import shorten
from schemas.settings import Mail

OTHER_WAYS = Sentence("或不由本程序寄出（上报", act("send-otherwise"), "，其余转发“退回”“督办”里的文件和“催报通知.txt”）")
PAIRS = "请核对 port 与 security 是否相配（starttls 587，ssl 465）"
MB = 1024 * 1024


class EndlessReply(OSError):
    """A server's reply is longer than any server's has to be."""


def explained(error: OSError | ValueError, mail: Mail, where: str) -> str:
    """Why there is no connection, and what to do, in one line. What a refused login says is not quoted."""
    match error:
        case ssl.SSLCertVerificationError(verify_code=62 | 64):
            return f"邮件服务器 {where} 的证书与 host 不符：请把 host 写成证书上的名字；仍不符的，请询问服务器管理员"
        case ssl.SSLCertVerificationError(verify_code=9 | 10):
            return f"邮件服务器 {where} 的证书不在有效期内：请核对本机的日期；日期无误的，请服务器管理员更换证书"
        case ssl.SSLCertVerificationError():
            return (f"邮件服务器 {where} 的证书不受信任（自签名，或不认识签发者）：请向服务器管理员要来根证书，"
                    "把它的路径写进环境变量 SSL_CERT_FILE")
        case ssl.SSLError():
            return f"与邮件服务器 {where} 的加密连接没有建成：{PAIRS}"
        case smtplib.SMTPAuthenticationError():
            return (f"邮件服务器 {where} 不认这个用户名或密码（{error.smtp_code}）：请核对 user 和 password，"
                    "有的信箱要用“授权码”代替密码")
        case smtplib.SMTPNotSupportedError():
            return f"邮件服务器 {where} 不提供登录：请核对 port 和 security，不需要登录的请把 user 留空"
        case smtplib.SMTPResponseException():
            answer = answer_text(error.smtp_code, error.smtp_error, mail)
            return f"邮件服务器 {where} 拒绝了连接或加密（{answer}）：请核对 host、port、security，或过一会儿再发"
        case EndlessReply() | smtplib.SMTPServerDisconnected(__context__=EndlessReply()):
            return f"邮件服务器 {where} 的回复没完没了，不像邮件服务器：请核对 host 和 port"
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return f"邮件服务器 {where} 没有应答：请检查网络，{PAIRS.removeprefix('请')}"
        case smtplib.SMTPServerDisconnected():
            return f"邮件服务器 {where} 断开了连接：{PAIRS}"
        case smtplib.SMTPException() | binascii.Error():
            return f"邮件服务器 {where} 的登录方式不能用：请向服务器管理员询问 host、port、security"
        case socket.gaierror() | ValueError():
            return f"找不到邮件服务器 {where}：请核对 host 的写法，检查网络"
        case ConnectionRefusedError():
            return f"邮件服务器 {where} 没有开着：请核对 host 和 port"
        case _:
            return f"连不上邮件服务器 {where}（{shorten(error.strerror or str(error))}）：请检查网络，核对 host 和 port"


def silent(error: BaseException | None) -> bool:
    """Whether the server was waited for in vain: it answered nothing, or did not come to an end."""
    return isinstance(error, TimeoutError | EndlessReply) or (
        isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError | EndlessReply))


def cut_off(error: BaseException) -> str:
    """How the connection was lost, in a few words."""
    if not silent(error):
        return "与邮件服务器的连接断开"
    endless = isinstance(error, EndlessReply) or isinstance(error.__context__, EndlessReply)
    return "邮件服务器的回复没完没了" if endless else "邮件服务器迟迟没有答完"


def answer_text(code: int, words: bytes | str, mail: Mail) -> str:
    """A server's answer in short, on one line, without the password in any form in which it went over the line."""
    text = words if isinstance(words, str) else _decoded(words)
    if mail.password:
        user, plain = mail.user, mail.password
        for sent in (f"\0{user}\0{plain}", f"{user}\0{user}\0{plain}", plain):
            text = text.replace(base64.b64encode(sent.encode()).decode(), "***")
        text = text.replace(plain, "***")
    line = shorten(one_line(text), 80)
    return f"{code} {line}".strip() if code > 0 else line


def _decoded(words: bytes) -> str:
    try:
        return words.decode("utf-8")
    except UnicodeDecodeError:
        return words.decode("gb18030", "replace")


def too_large(size: int, source: str) -> str:
    """A letter of ``size`` bytes is beyond what the server takes; ``source`` is how we know."""
    return Sentence(f"信件 {size / MB:.1f} MB，超过邮件服务器的上限（{source}）：请", act("send-by-hand"), "，以网页信箱的大附件发送")
