"""What one file says."""

from __future__ import annotations

import datetime as dt
from dataclasses import KW_ONLY, dataclass, field

from consolidator.model.ledger_sheet import LedgerSheet
from schemas.problems import Problem

FigureValue = float | int | bool | None


@dataclass(slots=True)
class Submission:
    """What one file says, before it is known whose it is and whether it is right.

    A pure function of the file's bytes and the form: no roster, no history, no file name in it, so it can be kept by
    sha256. ``kind`` is ``form``; ``material`` (a readable text or picture that is no form); ``ledger``
    (nothing but ledgers); ``unreadable``. ``ledgers`` are those in the file, beside a form or without one.
    ``figures`` has every figure of the form where ``kind`` is ``form`` (None is a blank or what could not be read),
    and is empty else. ``cells`` and ``written`` give each located figure's address and the text there.
    ``units`` and ``dates`` are what people wrote, with addresses, best first; ``dates`` holds (date or None, text, cell).
    ``problems`` are those that need only the form. ``copy_of`` is the mark of an annotated copy (week, unit, sha256)
    and ``replies`` its answers in 单位说明, by figure name ("" for the file). ``text`` is the beginning of a material's
    words, by which its unit may be known.
    """

    kind: str
    sheet: str | None = None
    figures: dict[str, FigureValue] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    _: KW_ONLY
    units: list[tuple[str, str | None]] = field(default_factory=list)
    dates: list[tuple[dt.date | None, str, str | None]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    copy_of: dict[str, str] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    text: str = ""
    ledgers: list[LedgerSheet] = field(default_factory=list)


@dataclass(slots=True)
class SubmittedFile(Submission):
    """A submission with the file that it was read from: its name and the sha256 of its bytes."""

    file: str = ""
    sha256: str = ""
