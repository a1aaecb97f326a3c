"""The command works with whichever Python it is called: where that one lacks the libraries, `.venv`'s takes over."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

NOT_INSTALLED = "还没有安装：Windows 请先双击 安装.bat；其他系统请先运行 README.md 里安装的那一行"
INCOMPLETE = "安装不完整（缺少 {library}），可能是程序更新过：Windows 请再双击一次 安装.bat；其他系统请再运行一次 README.md 里安装的那一行"
_EXIT_BROKEN = 3


def library_missing(error: BaseException) -> str | None:
    """The library that ``error`` names as not installed: the environment is older than the program; None for anything else."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    library = error.name.partition(".")[0]
    return None if (Path(__file__).parents[2] / library).exists() else library


def hand_over(command: Path) -> None:
    """Go on in the environment beside ``command`` where this Python has not what the program needs; else return.

    Ends the process with the exit code of the other one, or with 3 and one line where nothing is installed.
    """
    if find_spec("python_calamine") is not None:  # of all the libraries the one that hardly any other program brings
        return
    environment = command.parent / ".venv"
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if python.exists() and Path(sys.prefix).resolve() != environment.resolve():
        import subprocess  # only here, as --help is to be quick

        sys.exit(subprocess.call([str(python), str(command), *sys.argv[1:]]))
    sys.stderr.buffer.write(f"{NOT_INSTALLED}\n".encode())
    sys.exit(_EXIT_BROKEN)
