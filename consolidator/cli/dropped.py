"""Files dropped onto ``自查.bat``: their paths from the command line of its cmd.exe, then ``check``.

Explorer starts ``cmd.exe /c ""D:\\调度表\\自查.bat" D:\\a&b.xlsx "D:\\c d.xlsx""`` and quotes only paths with a space. cmd.exe
ends the command at the ampersand, so the arguments of the batch file are not what was dropped. The batch file passes the
whole line in the environment variable ``DROPPED``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

_STARTED = re.compile(r'\s/c\s+"(?:"[^"]*"|[^\s"]+)(?P<paths>.*)"\s*$', re.IGNORECASE | re.DOTALL)
_PATH = re.compile(r'"([^"]*)"|([^\s"]+)')


def dropped_files(line: str, arguments: Sequence[str]) -> list[str]:
    """The paths that Explorer wrote on ``line``; ``arguments`` where a person started the batch file in a window.

    A path cannot hold a quotation mark in Windows, and one with a space is always quoted.
    """
    started = _STARTED.search(line)
    return [quoted or bare for quoted, bare in _PATH.findall(started["paths"])] if started else list(arguments)


if __name__ == "__main__":
    from consolidator.cli.main import main

    raise SystemExit(main(["check", "--", *dropped_files(os.environ.get("DROPPED", ""), sys.argv[1:])]))
