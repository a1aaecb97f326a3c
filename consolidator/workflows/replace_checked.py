"""A file that the office may also edit by hand is replaced whole, once what is to stand in it has passed its checks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.errors import BusyError, ConsolidatorError, reason_of


def replace_checked(path: Path, data: bytes, check: Callable[[Path], object], what: str) -> None:
    """Put ``data`` in the place of ``path``; ``check`` is given it under the same name before, and raises what is wrong with it.

    ``what`` the file is called: 名册, 设置.

    Raises:
        BusyError: the file is open in another program.
        ConsolidatorError: it cannot be written.
    """
    try:
        with TemporaryDirectory(dir=path.parent, prefix=".part-") as folder:
            made = Path(folder) / path.name
            made.write_bytes(data)
            check(made)
            os.replace(made, path)
    except PermissionError as error:
        raise BusyError(f"请先关闭打开的 {path.name}，再试一次") from error
    except OSError as error:
        raise ConsolidatorError(f"{what} {path} 写不进去（{reason_of(error)}）：请检查磁盘和权限") from error
