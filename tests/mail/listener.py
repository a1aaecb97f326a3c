"""A server for tests of mail: a thread that listens on a port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading


class Listener(threading.Thread):
    """Listens from the beginning; ``connections`` counts those that came, ``go`` ends it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.go()

    def go(self):
        """No more connections: shut down first, since closing alone does not wake who waits in accept()."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
