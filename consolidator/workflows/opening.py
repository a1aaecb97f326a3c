"""An office that starts in mid-campaign: last week's table of units and figures becomes the past, as a week that is closed."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.judging import validation
from consolidator.judging.problem_row import Row
from consolidator.judging.totals import summed
from consolidator.model.display import number_text, value_text
from consolidator.model.filenames import safe_name
from consolidator.model.inbox import printable
from consolidator.model.text import one_line
from consolidator.model.weeks import all_weeks, now, week_of
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.unit_table import UnitTable, read_unit_table
from consolidator.store.outbox import Outbox, opened
from consolidator.workers.pool import Workers
from consolidator.workers.supervisor import WorkerDied, share_of_memory
from consolidator.workflows.on_record import moment, operator_of
from schemas.actions import Sentence, act
from schemas.errors import ConsolidatorError, UsageError, reason_of
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.problems import Problem, shorten
from schemas.roster import Roster, load_roster
from schemas.settings import Settings

FOLDER = "期初数"  # of the week's folder: the file that the figures were taken from
_SECONDS, _MEMORY = 60.0, 1536 << 20  # processor time and bytes for reading the file
_SHOWN = 5


@dataclass(slots=True)
class Opened:
    """What was taken: the week, how many units; what to look at, line by line."""

    week: dt.date
    units: int
    lines: list[str] = field(default_factory=list)


def opening(settings: Settings, path: Path, week: dt.date | None) -> Opened:
    """Take the figures of ``path`` as those accepted in ``week``: without it, the week whose day is above the table.

    Once a week has been run they cannot be changed any more. Nothing is taken where one value cannot be read.

    Raises:
        UsageError: no such week, no table in the file, a value that is none, or a week has been run already.
        ConsolidatorError: the file cannot be read.
    """
    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    name = printable(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConsolidatorError(f"读不到 {printable(str(path))}：{reason_of(error)}") from error
    table = _read(data, name, form, roster)
    chosen = _week(table, week, form, now(settings, form).date())
    _refuse_wrong(table, name)
    with opened(settings.paths.outbox, form) as outbox:
        run = [one.week for one in outbox.history.weeks() if not one.opening]
        if run:
            raise UsageError(Sentence(f"已经汇总过 {run[0]} 期：期初数只能在第一次", act("run"), " 之前录入；个别单位的数可以采纳"))
        if outbox.history.archives():
            raise UsageError("这个发件夹有往年的归档：期初数就是归档时的数，不用录入")
        _record(outbox, table, data, name, chosen, form=form, settings=settings)
    return Opened(chosen, len(table.figures), _to_look_at(table, form, roster, chosen))


def _read(data: bytes, name: str, form: Form, roster: Roster) -> UnitTable:
    """The table, read in a worker with limits, as any file that came from somewhere."""
    with Workers(form) as workers:
        (outcome,) = workers.each(read_table, [(data, name, roster)], seconds=_SECONDS, memory=share_of_memory(_MEMORY, 1))()
    if outcome.error is not None and not isinstance(outcome.error, WorkerDied):
        raise outcome.error
    if outcome.value is None:
        raise UsageError(f"{name} 里没有认出“单位×指标”的表：请用上期汇总表的“明细”，或每单位一行、每指标一列的表")
    if isinstance(outcome.value, Problem):
        raise UsageError(Sentence(f"{name}：", outcome.value.message))
    return outcome.value


def read_table(data: bytes, name: str, roster: Roster, form: Form) -> UnitTable | Problem | None:
    """The table of units in a file, or why it cannot be read; None where it has none. Runs in a worker."""
    grids = read_grids(data, name)
    if isinstance(grids, Problem):
        return grids
    return read_unit_table(grids, form, roster) if isinstance(grids, list) else None


def _week(table: UnitTable, given: dt.date | None, form: Form, today: dt.date) -> dt.date:
    day = given or table.day
    if day is None:
        raise UsageError(Sentence("表上没有写日期，看不出是哪一期的数：请", act("name-week")))
    week = week_of(form.campaign, day)
    weeks = all_weeks(form.campaign)
    if week is None:
        raise UsageError(Sentence(f"{day} 不在专项行动期内（{weeks[0]} 至 {weeks[-1]}）：请", act("other-week")))
    if day > today:
        raise UsageError(f"{day} 还没有到：期初数应是上期的")
    return week


def _refuse_wrong(table: UnitTable, name: str) -> None:
    """Figures that everything later is compared with must be certain.

    Raises:
        UsageError: a value is none of its figure, or a unit is there twice; names the first ones.
    """
    text = [f"{unit}（{found.cell}）{found.message}" for unit, found in table.problems]
    text += [f"{unit}出现两次" for unit in table.twice]
    if text:
        more = f"；另有 {len(text) - _SHOWN} 处" if len(text) > _SHOWN else ""
        raise UsageError(f"{name} 没有录入：{'；'.join(text[:_SHOWN])}{more}")


def _record(outbox: Outbox, table: UnitTable, data: bytes, name: str, week: dt.date, *, form: Form, settings: Settings) -> None:
    """The file kept, and the events: the week as closed, each unit's figures as accepted in it."""
    sha256 = hashlib.sha256(data).hexdigest()
    place = f"{outbox.week_folder(week).name}/{FOLDER}/{sha256[:8]}_{safe_name(name)}"
    kept = outbox.folder / place
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(data)
    at = moment(settings, form)
    common = {"at": at, "run": 0, "week": week.isoformat(), "sha256": sha256, "file": name}
    totals = summed_up(table, form)
    outbox.history.record([
        {"event": "seen", **common, "size": len(data), "original": place},
        {"event": "opening", **common, "by": operator_of(settings), "totals": totals, "previous_totals": {},
         "reported": len(table.figures)},
        *({"event": "accepted", **common, "unit": unit, "date": None, "figures": figures} for unit, figures in table.figures.items())])


def summed_up(table: UnitTable, form: Form) -> dict:
    """The totals of the units, as a run makes them: of yes/no the number of yes."""
    together = summed(table.figures.values(), form)
    counted = {name: sum(bool(one.get(name)) for one in table.figures.values())
               for name, figure in form.figures.items() if not figure.is_number}
    return {name: counted.get(name, value or 0) for name, value in together.items()}


def _to_look_at(table: UnitTable, form: Form, roster: Roster, week: dt.date) -> list[str]:
    """What was left out or does not fit: nothing of it is an error of the table."""
    lines = []
    if table.missing:
        lines.append(f"表里没有这些指标，期初为空：{'、'.join(form.figures[name].short for name in table.missing)}")
    without = [unit.name for unit in roster.units if unit.name not in table.figures and not unit.stopped(week)]
    if without:
        lines.append(f"表里没有这些单位，期初为空：{'、'.join(without)}")
    if table.strange:
        lines.append(f"不在名册的行没有录入：{'、'.join(one_line(shorten(name)) for name in table.strange)}")
    totals = summed_up(table, form)
    for name, value in table.totals.items():
        if form.figures[name].is_number and round(value - (totals[name] or 0), 6):
            figure = form.figures[name]
            lines.append(f"{figure.short}：表里的合计是 {number_text(value)}，各单位之和是 {value_text(totals[name], figure)}，请核对")
    units = list(table.figures)
    rows = [Row(table.figures[unit]) for unit in units]
    for unit, found in zip(units, validation.check(rows, form, week), strict=True):
        lines += [f"{unit}：{one.message}" for one in found if one.severity == "error"]
    return lines
