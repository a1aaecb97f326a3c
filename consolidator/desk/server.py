"""The desk served on this machine: the address printed, the browser opened, ended by its button or when nobody looks any more."""

from __future__ import annotations

import logging
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from consolidator.desk.app import build
from consolidator.desk.safety import Keys
from consolidator.desk.state import Desk
from schemas.errors import ConsolidatorError
from schemas.settings import Paths, Settings

LOOPBACK = "127.0.0.1"
SECONDS_TO_END = 3  # for answers that are on their way


def serve(load: Callable[[], Settings], port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until the desk is ended. ``port`` 0 is any that is free.

    Raises:
        ConsolidatorError: the port is taken, or the settings are wrong.
    """
    inbox = load().paths.inbox
    if inbox == Paths().inbox:  # the office's own; one that was named wrongly is not to be made
        inbox.mkdir(exist_ok=True)
    listener = listener_on(port)
    keys, desk = Keys(listener.getsockname()[1]), Desk(load)

    def started() -> None:
        say(f"工作台：{keys.address}")
        say("用完请点网页上的“结束”；也可以关掉这个窗口。")
        if browser:
            webbrowser.open(keys.address)

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with suppress(KeyboardInterrupt):  # Ctrl+C is a way to end it
        server_of(desk, keys, started).run(sockets=[listener])


def server_of(desk: Desk, keys: Keys, started: Callable[[], None]) -> uvicorn.Server:
    """What serves the desk; ``started`` is called once it answers, and ``desk.stop`` ends it."""
    server = uvicorn.Server(uvicorn.Config(
        build(desk, keys, on_start=started), log_config=None, access_log=False, server_header=False, ws="none", http="h11",
        loop="asyncio", lifespan="on", timeout_graceful_shutdown=SECONDS_TO_END))

    def stop() -> None:
        desk.events.end()
        server.should_exit = True

    desk.stop = stop
    return server


def listener_on(port: int) -> socket.socket:
    """A socket on this machine's own address, which no other machine reaches."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows lets another program take a port that is in use
    if exclusive is not None:
        listener.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()  # who comes before the desk can answer waits, and is not refused
    except OSError as error:
        listener.close()
        raise ConsolidatorError(f"端口 {port} 已被占用：请不写 --port，或换一个") from error
    return listener
