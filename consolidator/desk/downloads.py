"""Files by id: a page offers a file and gets an id; what was not offered has none. No address holds a path."""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import secrets
import stat
from collections import OrderedDict
from pathlib import Path

from starlette.responses import FileResponse, Response

MOST_OFFERED = 50_000
_ALONE = "default-src 'none'; sandbox"


class Offers:
    """What may be downloaded: id → file. The same file has the same id for as long as the desk runs."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._files: OrderedDict[str, tuple[Path, str]] = OrderedDict()

    def offer(self, path: Path, name: str = "") -> str:
        """The id of a file, which a download calls ``name``."""
        offered = hmac.new(self._key, str(path).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:24]
        self._files[offered] = (path, name or path.name)
        while len(self._files) > MOST_OFFERED:
            self._files.popitem(last=False)
        return offered

    def answer(self, offered: str) -> Response | None:
        """The file as a download, never opened in the desk's own origin; None where there is no such id, or no such file now."""
        found = self._files.get(offered)
        if found is None:
            return None
        path, name = found
        try:
            about = path.lstat()
        except OSError:
            return None
        if not stat.S_ISREG(about.st_mode):
            return None
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(path, filename=name, media_type=kind, stat_result=about,
                            headers={"Content-Security-Policy": _ALONE})
