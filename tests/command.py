"""The command as people run it: in this process, where most tests need it, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from consolidator.cli import main as command_line
from schemas.settings import HOME

COMMAND = HOME / "consolidate.py"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command said and its exit code."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line of a refusal: nothing was said on stdout, and nothing but the line on stderr."""
        assert self.out == "" and self.err.count("\n") == 1 and self.err.endswith("\n"), (self.out, self.err)
        return self.err[:-1]


def call(capsys, *arguments: str | Path) -> Shown:
    """``command_line.main`` in this process."""
    capsys.readouterr()
    code = command_line.main([str(one) for one in arguments])
    shown = capsys.readouterr()
    return Shown(code, shown.out, shown.err)


def start(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.Popen:
    """``consolidate.py`` in a process of its own; its settings are those given, not the office's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CONSOLIDATE_", "PYTHONIOENC"))}
    return subprocess.Popen([sys.executable, str(COMMAND), *map(str, arguments)], cwd=folder, env={**clean, **environment},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


def spawn(*arguments: str | Path, folder: Path, **environment: str) -> Shown:
    """As :func:`start`, to its end."""
    process = start(*arguments, folder=folder, **environment)
    out, err = process.communicate(timeout=120)
    return Shown(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below ``folder``: its time and bytes. Locks are no content."""
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"}
