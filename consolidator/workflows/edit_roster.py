"""The roster edited a row at a time: written back so that comments, further columns and every other row stay as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consolidator.model.hashes import file_sha256
from consolidator.model.text import one_line
from consolidator.workflows.replace_checked import replace_checked
from schemas.errors import BusyError, ConsolidatorError, UsageError, reason_of
from schemas.form_loading import load_form
from schemas.loading.csv_table import read_table
from schemas.roster import load_roster
from schemas.roster_checks import CHANGES, NAME, REQUIRED
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class RosterTable:
    """The roster as it is written: ``rows`` are its cells under ``header``; ``mark`` is the file's hash."""

    header: list[str]
    rows: list[list[str]]
    mark: str


def roster_table(settings: Settings) -> RosterTable:
    """The roster's rows.

    Raises:
        DefinitionError: it cannot be read.
    """
    path = settings.paths.roster
    header, rows, _ = read_table(path, "名册", "--roster", REQUIRED)
    return RosterTable(header, [[row[column] for column in header] for row in rows], _mark(path))


def edit_roster(settings: Settings, mark: str, row: int | None, cells: Mapping[str, str] | None) -> None:
    """Write ``cells`` (column → text) over row ``row`` of :func:`roster_table`; None adds one; no ``cells`` takes the row out.

    Raises:
        BusyError: the file is not the one that ``mark`` is of: somebody else has edited it.
        DefinitionError: the roster would be wrong; nothing is written.
        UsageError: no such row, or a row without a name.
    """
    path, form = settings.paths.roster, load_form(settings.paths.form)
    if _mark(path) != mark:
        raise BusyError("名册刚刚被别处改过：请看过现在的，再改一次")
    data = path.read_bytes()
    encoding = _encoding(data)
    text = data.decode(encoding)
    header, records, table = *_records(text), roster_table(settings)
    if row is not None and not 0 <= row < len(records):
        raise UsageError("名册里没有这一行：请重新打开“名册”再改")
    end = "\r\n" if "\r\n" in text else "\n"
    columns = list(table.header)
    new = {key: one_line(value) for key, value in (cells or {}).items()}
    if new.get(CHANGES) and CHANGES not in columns:
        columns.append(CHANGES)
        header = [*header[:-1], header[-1].rstrip("\r\n") + f",{CHANGES}{end}"]
    if cells is None and row is not None:
        records[row] = ""
    else:
        old = table.rows[row] if row is not None else []
        whole = {column: new.get(column, old[n] if n < len(old) else "") for n, column in enumerate(columns)}
        if not whole[NAME]:
            raise UsageError("请写单位名称")
        line = _line(list(whole.values()), end)
        if row is None:
            if records:
                records[-1] = records[-1].rstrip("\r\n") + end
            records.append(line)
        else:
            records[row] = line
    replace_checked(path, "".join([*header, *records]).encode(encoding), lambda made: load_roster(made, form), "名册")


def _records(text: str) -> tuple[list[str], list[str]]:
    """(what is up to the header, each row as it is written): empty rows stay with the row before them."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] = []
    records: list[str] = []
    begun, done = 0, False
    for cells in reader:
        raw, begun = "".join(lines[begun:reader.line_num]), reader.line_num
        filled = any(cell.strip() for cell in cells)
        if not done:
            head.append(raw)
            done = filled and not cells[0].strip().startswith(("#", "＃"))
        elif filled or not records:
            (records if filled else head).append(raw)
        else:
            records[-1] += raw
    return head, records


def _line(cells: list[str], end: str) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end).writerow(cells)
    return made.getvalue()


def _encoding(data: bytes) -> str:
    for encoding in ("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ConsolidatorError("名册的文字编码认不出：请在 Excel 中另存为“CSV UTF-8（逗号分隔）”")


def _mark(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise ConsolidatorError(f"读不到名册 {path}（{reason_of(error)}）：请检查路径") from error
