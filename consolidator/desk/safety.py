"""Who may speak to the desk: this machine's browser with the token of the printed address, from the desk's own pages.

What is refused is refused before anything else sees it: a wrong Host (rebinding), another page's post (Origin), a request
without the cookie, a body that is too large. Every answer has a strict Content-Security-Policy.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consolidator.reading.files.zip_package import MOST_FILE

MB = 1 << 20
MOST_UPLOADED = 8 * MOST_FILE  # of one drop of files, together
MOST_POSTED = 8 * MB  # of any other form
UPLOAD = "/upload"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
          "base-uri 'none'; frame-ancestors 'none'")
_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
            # not no-referrer: browsers then send Origin: null with a form
            "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"}
_SAFE = ("GET", "HEAD")


class TooLarge(Exception):
    """More came than the desk takes."""

    def __init__(self, most: int):
        super().__init__(f"放进来的东西太大：一次最多 {most // MB} MB")


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the desk at ``port``: the token in the first address, then the cookie."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def host(self) -> str:
        """The Host that a browser sends."""
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """The Origin that the desk's own pages have."""
        return f"http://{self.host}"

    @property
    def address(self) -> str:
        """The first address, with the token."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers do not keep the cookies of two ports apart."""
        return f"desk_{self.port}"


class Guard:
    """The ASGI application behind which the desk is."""

    def __init__(self, app: ASGIApp, keys: Keys):
        self.app, self.keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused, pass on the rest with a limit on its body."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    if name not in headers:
                        headers[name] = value
            await send(message)

        answer = self._refusal(scope)
        if answer is not None:
            await answer(scope, receive, guarded)
            return
        await self.app(scope, _limited(receive, _most(scope)), guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """What to answer at once; None for what may pass."""
        headers, method = Headers(scope=scope), scope["method"]
        if headers.getlist("host") != [self.keys.host]:
            return refused(400, "地址不对：请用工作台打印的那个地址打开")
        if method not in _SAFE:
            if method != "POST":
                return refused(405, "不支持这种请求")
            if headers.getlist("origin") != [self.keys.origin] or headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return refused(403, "这个请求不是从工作台的网页发出的")
        if method == "GET":
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token")
            if given:
                return self._first(given[0])
        if not self._has_cookie(headers):
            return refused(403, "请用工作台打印的那个地址打开（每次启动都不同）；窗口已关闭的，请再双击“工作台.bat”")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _most(scope):
            return refused(413, str(TooLarge(_most(scope))))
        return None

    def _first(self, token: str) -> Response:
        """The token traded for the cookie, and gone from the address."""
        if not secrets.compare_digest(token.encode(), self.keys.token.encode()):
            return refused(403, "地址里的口令不对：请用工作台最近一次打印的地址打开")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.keys.cookie, self.keys.session, path="/", httponly=True, samesite="strict")
        return answer

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            found = SimpleCookie("; ".join(headers.getlist("cookie"))).get(self.keys.cookie)
        except CookieError:
            return False
        return found is not None and secrets.compare_digest(found.value.encode(), self.keys.session.encode())


def _most(scope: Scope) -> int:
    return MOST_UPLOADED if scope["path"] == UPLOAD else MOST_POSTED


def _limited(receive: Receive, most: int) -> Receive:
    """``receive`` that raises where more comes than was announced, or nothing was."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge(most)
        return message
    return limited


def refused(status: int, sentence: str) -> HTMLResponse:
    """One line, and nothing of the desk."""
    return HTMLResponse(f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>工作台</title><p>{escape(sentence)}</p>',
                        status, headers={"Connection": "close"} if status == 413 else None)
