"""What is handed out on demand: blank forms for the units, and reports beside the weekly one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from consolidator.judging.overrides import find_unit
from consolidator.model.filenames import blank_name, edition_name, safe_name
from consolidator.model.weeks import all_weeks, now, week_of
from consolidator.store.outbox import opened, refusals_told
from consolidator.workflows.decisions import run_week
from consolidator.writing.publish import REPORT, finish, latest_result, materials_of
from schemas.errors import BusyError, UsageError
from schemas.form import load_form
from schemas.roster import load_roster
from schemas.settings import Settings


def blanks(settings: Settings, units: Sequence[str], week: dt.date | None, *, docx: bool) -> tuple[Path, int]:
    """Make a blank form for each unit (all of the roster where none is named); the folder, and how many.

    Without ``week``: the one of today, or the campaign's first or last where today is outside it.

    Raises:
        UsageError: an unknown unit, a week outside the campaign.
        BusyError: a form is open in another program.
    """
    from consolidator.writing.official.blank import write_blank
    from consolidator.writing.official.blank_word import write_blank_word

    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    weeks = all_weeks(form.campaign)
    today = now(settings, form).date()
    chosen = week_of(form.campaign, week or min(max(today, weeks[0]), weeks[-1]))
    if chosen is None:
        raise UsageError(f"{week} 不在专项行动期内（{weeks[0]} 至 {weeks[-1]}）：请改写 --week")
    wanted = [roster.unit(find_unit(name, roster, ())) for name in units] or \
        [unit for unit in roster.units if not unit.stopped(chosen)]
    folder = settings.paths.outbox / "blank"
    write, extension = (write_blank_word, ".docx") if docx else (write_blank, ".xlsx")
    with refusals_told(settings.paths.outbox):
        folder.mkdir(parents=True, exist_ok=True)
        for unit in wanted:
            place = folder / blank_name(unit.name, chosen, form, extension)
            made = place.with_name(f".part-{place.name}")
            write(form, unit.name, unit.kinds, chosen, made)
            try:
                made.replace(place)
            except PermissionError as error:
                made.unlink(missing_ok=True)
                raise BusyError(f"请先关闭 {place.name}，再运行一次") from error
    return folder, len(wanted)


def blank_ledgers(settings: Settings, units: Sequence[str], week: dt.date | None, *, checks: bool) -> tuple[Path, int]:
    """Make a ledger for each unit, its open hazards filled in with their ids, or a register of ``checks``; the folder, and how many.

    Raises:
        UsageError: an unknown unit, or the form has no such ledger.
        BusyError: one is open in another program.
    """
    from consolidator.ledger.past import from_history
    from consolidator.store.outbox import looked_into
    from consolidator.writing.ledger.given_back import write_blank_checks, write_blank_ledger

    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    ledger = next((one for one in form.ledger_definitions if one.is_hazards is not checks), None)
    if ledger is None:
        raise UsageError("这种表没有台账：请检查表样定义的 ledgers")
    weeks, today = all_weeks(form.campaign), now(settings, form).date()
    chosen = week_of(form.campaign, week or min(max(today, weeks[0]), weeks[-1]))
    if chosen is None:
        raise UsageError(f"{week} 不在专项行动期内（{weeks[0]} 至 {weeks[-1]}）：请改写 --week")
    wanted = [find_unit(name, roster, ()) for name in units] or [unit.name for unit in roster.units if not unit.stopped(chosen)]
    with looked_into(settings.paths.outbox, form.name) as outbox:
        hazards = from_history(outbox, form, roster, settings, chosen).result.hazards if ledger.is_hazards else []
    folder = settings.paths.outbox / "blank"
    with refusals_told(settings.paths.outbox):
        folder.mkdir(parents=True, exist_ok=True)
        for unit in wanted:
            place = folder / f"{safe_name(unit, 120)}_{safe_name(ledger.title, 60)}.xlsx"
            made = place.with_name(f".part-{place.name}")
            if ledger.is_hazards:
                own = [one for one in hazards if unit in one.units and one.is_open]
                write_blank_ledger(ledger, unit, own, chosen.isoformat(), settings, made)
            else:
                write_blank_checks(ledger, form, unit, chosen.isoformat(), settings, made)
            try:
                made.replace(place)
            except PermissionError as error:
                made.unlink(missing_ok=True)
                raise BusyError(f"请先关闭 {place.name}，再运行一次") from error
    return folder, len(wanted)


def report(settings: Settings, week: dt.date | None, edition: str, since: dt.date | None,
           until: dt.date | None) -> list[Path]:
    """Write the report of an edition into the week's folder; where it lies.

    Raises:
        UsageError: the week was never run, or no week lies within the dates.
    """
    from consolidator.writing.docx.report import write_report

    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form.name, after_a_run=True) as outbox:
        finish(outbox, form, settings)
        ran = run_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        folder = outbox.week_folder(ran.week)
        name = REPORT if edition == "weekly" else edition_name(edition, ran.week, since, until)
        made = folder / f".part-{name}"
        write_report(result, form, settings, made, edition=edition, since=since, until=until,
                     materials=materials_of(result, outbox))
        path = outbox.place(made, folder / name)
        outbox.check_closed()
    return [path]
