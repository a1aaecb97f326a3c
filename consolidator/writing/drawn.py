"""Papers that the result alone makes, begun in the workers, each file beside its place."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.filenames import checkbook_name, merged_name
from consolidator.model.json import result_pieces
from consolidator.model.result import WeekResult
from consolidator.store.outbox import Outbox
from consolidator.writing.paper_names import DATA, PACKED, PAGE, REMINDERS, REPORT, RESULT
from consolidator.writing.parts import Put, put, taken, without_gc
from schemas.form import Form
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.workers.pool import Workers


def get_ready() -> None:
    """Import, in a worker that has nothing else to do, what writing takes."""
    import docxtpl  # noqa: F401
    import pygal  # noqa: F401

    from consolidator.writing.docx import report  # noqa: F401
    from consolidator.writing.html import page  # noqa: F401
    from consolidator.writing.text import notices  # noqa: F401
    from consolidator.writing.xlsx import (
        checkbook,  # noqa: F401
        merged,  # noqa: F401
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Papers on their way, all made of ``data``. ``result`` waits for ``result.json`` and gives the file in which it lies packed,
    ``papers`` wait for the others."""

    data: Put
    result: Callable[[], Path]
    papers: Sequence[Callable[[], None]]


def draw(result: WeekResult, form: Form, settings: Settings, outbox: Outbox, workers: Workers) -> Drawn:
    """Begin what the result alone makes, each file beside its place.

    The workers make them while this process commits the result. They are put in place only after that.
    """
    folder, begin = outbox.week_folder(result.week), workers.begin
    folder.mkdir(parents=True, exist_ok=True)
    data = put(result, form, settings, beside_place(folder, DATA))
    return Drawn(data, begin(_draw_result, data, folder), [begin(_draw, data, folder, names) for names in _HALVES])


def _draw_result(data: Put, folder: Path) -> Path:
    """``result.json``, and beside it the same packed: no process ever holds either whole."""
    packer, aside = zlib.compressobj(1), beside_place(folder, PACKED)
    with without_gc(), beside_place(folder, RESULT).open("wb") as file, aside.open("wb") as packed:
        for piece in result_pieces(taken(data)[0]):
            file.write(piece)
            packed.write(packer.compress(piece))
        packed.write(packer.flush())
    return aside


def _draw(data: Put, folder: Path, names: Sequence[str]) -> None:
    with without_gc():
        result, form, settings = taken(data)
        for name in names:
            _WRITERS[name](result, form, settings, beside_place(folder, names_of_papers(form, result.week)[name]))


def beside_place(folder: Path, name: str) -> Path:
    """Where a paper is made before it is put in place."""
    return folder / f".part-{name}"


def names_of_papers(form: Form, week: dt.date) -> dict[str, str]:
    """The files of the papers, in the order in which they are put in place."""
    return {"merged": merged_name(form, week), "report": REPORT, "checkbook": checkbook_name(form, week), "page": PAGE,
            "reminders": REMINDERS}


def _write_merged(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.xlsx.merged import write_merged

    write_merged(result, form, settings, path)


def _write_report(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.docx.report import write_report

    write_report(result, form, settings, path)


def _write_checkbook(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.xlsx.checkbook import write_checkbook

    write_checkbook(result, form, settings, path)


def _write_page(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.html.page import write_page

    write_page(result, form, settings, path)


def _write_reminders(result: WeekResult, form: Form, settings: Settings, path: Path) -> None:
    from consolidator.writing.files import write_text
    from consolidator.writing.text.notices import reminder_text

    write_text(path, reminder_text(result, form, settings))


_WRITERS = {"merged": _write_merged, "report": _write_report, "checkbook": _write_checkbook, "page": _write_page,
            "reminders": _write_reminders}
_HALVES = (("checkbook", "page", "report"), ("merged", "reminders"))  # the second, with result.json, takes as long as the first
