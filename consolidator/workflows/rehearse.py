"""The rehearsal of a changed form: the last period of the old form filled into the blank of the new one, read and checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from consolidator.judging.attribution import Candidate
from consolidator.judging.judge import check_alone
from consolidator.model.context import Context
from consolidator.model.grid import Grid
from consolidator.model.submission import FigureValue
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.read_file import understand
from consolidator.store.outbox import looked_into
from consolidator.workflows.adopt import filled
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.blank import write_blank_of
from schemas.form import Form
from schemas.roster import Roster


@dataclass(slots=True)
class Rehearsal:
    """``units`` were replayed; ``flagged`` is what would be reported of their forms; ``without`` are figures that no old form had."""

    week: dt.date | None = None
    units: int = 0
    flagged: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def rehearse(new: Form, old: Form, roster: Roster, outbox: Path) -> Rehearsal:
    """The last period that ``outbox`` holds of ``old``, in ``new``; without a period where nothing was run."""
    done = Rehearsal(without=[new.label(name) for name in new.figures if name not in old.figures])
    with looked_into(outbox, old) as held:
        weeks = [one.week for one in held.history.weeks() if not one.opening]
        if not weeks:
            return done
        done.week = weeks[-1]
        standing = [one for one in held.history.standing(week=done.week, after_close=False)]
    grids = _blank(new, done.week)
    candidates = []
    for one in standing:
        wanted: dict[str, FigureValue] = {name: one.figures.get(name) for name in new.figures}
        submission = understand(filled(new, grids, wanted), new)
        if submission is None:
            done.flagged.append(f"{one.unit}：填好的新表认不出来")
            continue
        done.flagged += [f"{one.unit}：“{new.label(name)}”原为 {value}，按新表读成 {submission.figures.get(name)}"
                         for name, value in wanted.items() if value is not None and submission.figures.get(name) != value]
        candidate = Candidate(one.file, one.sha256, submission, problems=list(submission.problems), figures=submission.figures)
        candidates.append(candidate)
    check_alone(candidates, Context(new, roster, done.week))
    for one, candidate in zip(standing, candidates, strict=False):
        done.flagged += [f"{one.unit}：{found.message}" for found in candidate.problems
                         if found.figure in old.figures and found.severity in ("error", "warning")]
    done.units = len(candidates)
    return done


def _blank(form: Form, week: dt.date) -> list[Grid]:
    with TemporaryDirectory() as folder:
        made = Path(folder) / "空白.xlsx"
        write_blank_of(form, Addressee("试填单位", form.kinds, week), made, for_print=True)
        grids = read_grids(made.read_bytes(), made.name)
    assert isinstance(grids, list)  # adopt has proved that it can be read
    return grids
