"""A definition that ``adopt`` wrote, corrected figure by figure: the one line is changed, all others and their comments stay."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from consolidator.adopt.definition import CHECK
from consolidator.adopt.words import kind_of_unit
from schemas.errors import ConsolidatorError, UsageError
from schemas.form import load_form

MEASURES = {"flow": "累计", "year": "本年累计", "period": "本期", "level": "现状"}
YES_NO = "是/否"


def open_guesses(path: Path) -> dict[str, str]:
    """Figure → what is still to be checked of it."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if (named := _NAMED.match(line)) and f"# {CHECK}" in line:
            found[named[2]] = line.partition(f"# {CHECK}")[2].lstrip("：:")
    return found


_NAMED = re.compile(r"(\s*- \{name: )([a-z][a-z0-9_]*)(, .*\})(\s*#.*)?$")


def correct(path: Path, name: str, short: str, unit: str, measure: str) -> None:
    """Give a figure its short name, unit and measure, and take its mark away: it was looked at.

    Raises:
        UsageError: there is no such figure, or what is given cannot be; the file stays as it was.
    """
    before = path.read_text(encoding="utf-8")
    if measure not in MEASURES or not short.strip() or not unit.strip() or len(short) > 40 or len(unit) > 10:
        raise UsageError("请写简称（40 字内）、计量单位（10 字内），并选口径")
    lines = before.split("\n")
    at = next((n for n, line in enumerate(lines) if (named := _NAMED.match(line)) and named[2] == name), None)
    if at is None:
        raise UsageError(f"没有名为 {name[:40]} 的指标")
    figure = yaml.safe_load(lines[at].partition("- ")[2].partition("        #")[0])
    figure |= {"short": short.strip(), "unit": unit.strip(), "measure": measure}
    inner = ", ".join(f"{key}: {_scalar(value)}" for key, value in figure.items())
    lines[at] = f"{lines[at].partition('- ')[0]}- {{{inner}}}"
    _know_unit(lines, unit.strip())
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    try:
        load_form(path)
    except ConsolidatorError as error:
        path.write_text(before, encoding="utf-8", newline="\n")
        raise UsageError(f"没有改：{error}") from error


def _know_unit(lines: list[str], unit: str) -> None:
    """The table of units has ``unit``."""
    at = lines.index("units:")
    end = next((n for n in range(at + 1, len(lines)) if not lines[n].startswith("  ")), len(lines))
    if unit not in yaml.safe_load("\n".join(lines[at:end]))["units"]:
        kind = "yes_no" if unit == YES_NO else "count" if kind_of_unit(unit) == "count" else "money"
        lines.insert(end, f"  {_scalar(unit)}: {kind}")


def _scalar(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value):
        return value
    return yaml.safe_dump(value, allow_unicode=True, default_style='"' if isinstance(value, str) else None, width=10_000_000) \
        .strip().removesuffix("...").strip()
