"""``settings.toml`` edited key by key: comments, order and everything that was not changed stay; checked before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from consolidator.workflows.replace_checked import replace_checked
from schemas.errors import ConsolidatorError, DefinitionError
from schemas.settings import Settings, load_settings, shipped


def written_settings(path: Path) -> Settings:
    """The settings as the file alone gives them, without the environment; the defaults where there is none.

    Raises:
        DefinitionError: the file is wrong.
    """
    return load_settings(path, {})


def edit_settings(path: Path, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``changes`` (section → key → value) into the file; a new file begins as the example, which explains every key.

    A value that the file gives already, or that is the default of a key that the file does not name, changes nothing.

    Raises:
        DefinitionError: a value cannot be; nothing is written.
        BusyError: the file is open in another program.
    """
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else shipped("settings.example.toml").read_text(encoding="utf-8-sig")
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise DefinitionError(f"设置 {path.name} 写法不对（{error}）：请对照 settings.example.toml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConsolidatorError(f"读不到设置 {path}：请检查权限和编码（UTF-8）") from error
    now = written_settings(path)
    for section, values in changes.items():
        old = getattr(now, section).model_dump(mode="json")
        for key, value in values.items():
            if (list(value) if isinstance(value, tuple | list) else value) == old[key]:
                continue
            table: Any = document.setdefault(section, tomlkit.table())
            table[key] = list(value) if isinstance(value, tuple) else value
    replace_checked(path, tomlkit.dumps(document).encode("utf-8"), written_settings, "设置")
