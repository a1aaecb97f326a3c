"""What is handed out on demand: blank forms for the units, and reports beside the weekly one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from consolidator.judging.history_view import earlier_of
from consolidator.judging.overrides import find_unit
from consolidator.model.context import Context
from consolidator.model.filenames import EDITIONS, blank_name, edition_name, safe_name
from consolidator.model.result import WeekResult
from consolidator.model.text import one_line
from consolidator.model.weeks import all_weeks, now, week_of
from consolidator.store.outbox import Outbox, looked_into, opened, refusals_reported
from consolidator.workflows.collect import past_of
from consolidator.workflows.decisions import run_week
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.paper_names import REPORT
from consolidator.writing.publish import finish, latest_result, materials_of, write_page_of_movers
from schemas.actions import Sentence, act
from schemas.errors import BusyError, UsageError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.ledger_definition import Kind
from schemas.roster import Roster, load_roster
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.writing.docx.report import Edition

EXTENSIONS = {"xlsx": ".xlsx", "print": "（打印）.xlsx", "docx": ".docx", "html": ".html"}  # print: a workbook without last week's figures


def blanks(settings: Settings, units: Sequence[str], week: dt.date | None, *, kind: str = "xlsx") -> tuple[Path, int]:
    """Make a blank form for each unit (all of the roster where none is named); the folder, and how many.

    ``kind`` is one of :data:`EXTENSIONS`. Without ``week``: the one of today, or the campaign's first or last where today is
    outside it.

    Raises:
        UsageError: an unknown unit, a week outside the campaign.
        BusyError: a form is open in another program.
    """
    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    chosen = _week_of_blanks(settings, form, week)
    named = [find_unit(name, roster, ()) for name in units] or [unit.name for unit in roster.units if not unit.stopped(chosen)]
    wanted = addressees(settings, form, roster, named, chosen)
    write = _writer(kind)
    with _placing(settings) as place:
        for to in wanted:
            place(blank_name(to.unit, chosen, form, EXTENSIONS[kind]), partial(write, form, to))
    return _folder(settings), len(wanted)


def addressees(settings: Settings, form: Form, roster: Roster, units: Sequence[str], week: dt.date) -> list[Addressee]:
    """The units, each with its 类别 and what the history knows of it before ``week``."""
    with looked_into(settings.paths.outbox, form) as outbox:
        earlier = earlier_of(past_of(outbox, week).with_all_of(units), week, form, roster)
    kinds_of = {unit.name: unit.kinds for unit in roster.units}
    return [Addressee(name, kinds_of[name], week, earlier.lasts.get(name), earlier.histories.get(name, ())) for name in units]


def _writer(kind: str) -> Callable[[Form, Addressee, Path], None]:
    """What writes a blank of a kind; the others' libraries are not imported."""
    if kind == "html":
        from consolidator.writing.html.fill_page import write_fill_page

        return write_fill_page
    if kind == "docx":
        from consolidator.writing.official.blank_word import write_blank_word_of

        return write_blank_word_of
    from consolidator.writing.official.blank import write_blank_of

    return partial(write_blank_of, for_print=kind == "print")


def _week_of_blanks(settings: Settings, form: Form, week: dt.date | None) -> dt.date:
    weeks = all_weeks(form.campaign)
    today = now(settings, form).date()
    chosen = week_of(form.campaign, week or min(max(today, weeks[0]), weeks[-1]))
    if chosen is None:
        raise UsageError(Sentence(f"{week} 不在专项行动期内（{weeks[0]} 至 {weeks[-1]}）：请", act("other-week")))
    return chosen


def _folder(settings: Settings) -> Path:
    return settings.paths.outbox / "blank"


@contextmanager
def _placing(settings: Settings) -> Iterator[Callable[[str, Callable[[Path], None]], None]]:
    """Gives what lays a file into the folder of blanks: (name, what writes it to a path), whole or not at all."""
    folder = _folder(settings)

    def place(name: str, write: Callable[[Path], None]) -> None:
        made = folder / f".part-{name}"
        write(made)
        try:
            made.replace(folder / name)
        except PermissionError as error:
            made.unlink(missing_ok=True)
            raise BusyError(Sentence(f"请先关闭 {name}，", act("again"))) from error

    with refusals_reported(settings.paths.outbox):
        folder.mkdir(parents=True, exist_ok=True)
        yield place


def blank_ledgers(settings: Settings, units: Sequence[str], week: dt.date | None, *, kind: Kind) -> tuple[Path, int]:
    """Make a ledger of ``kind`` for each unit: its open hazards filled in with their ids, a register of checks, or its firms with
    their duties; the folder, and how many.

    Raises:
        UsageError: an unknown unit, or the form has no such ledger.
        BusyError: one is open in another program.
    """
    from consolidator.ledger.past import from_history
    from consolidator.writing.ledger.duty_sheets import write_blank_duties
    from consolidator.writing.ledger.given_back import write_blank_checks, write_blank_ledger

    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    ledger = next((one for one in form.ledger_definitions if one.kind == kind), None)
    if ledger is None:
        raise UsageError("这种表没有台账：请检查表样定义的 ledgers")
    chosen = _week_of_blanks(settings, form, week)
    wanted = [find_unit(name, roster, ()) for name in units] or [unit.name for unit in roster.units if not unit.stopped(chosen)]
    with looked_into(settings.paths.outbox, form) as outbox:
        known = from_history(outbox, chosen, Context(form, roster, chosen, settings)).result if kind != "checks" else None
    with _placing(settings) as place:
        for unit in wanted:
            name = f"{safe_name(unit, 120)}_{safe_name(ledger.title, 60)}.xlsx"
            if known and kind == "hazards":
                own = [one for one in known.hazards if unit in one.units and one.is_open]
                place(name, partial(write_blank_ledger, ledger, unit, own, chosen.isoformat(), settings=settings))
            elif known:
                firms = [one for one in known.duties if unit in one.units]
                place(name, partial(write_blank_duties, ledger, unit, firms, chosen.isoformat(), settings=settings))
            else:
                place(name, partial(write_blank_checks, ledger, form, unit, chosen.isoformat(), settings=settings))
    return _folder(settings), len(wanted)


def _movers(result: WeekResult, outbox: Outbox, form: Form, settings: Settings) -> Path:
    """Write the page on what moved."""
    folder, name = outbox.week_folder(result.week), edition_name("movers", result.week)
    made = folder / f".part-{name}"
    write_page_of_movers(result, outbox, form, settings, made)
    path = outbox.place(made, folder / name)
    outbox.check_closed()
    return path


def report(settings: Settings, week: dt.date | None, edition: str, since: dt.date | None,
           until: dt.date | None) -> list[Path]:
    """Write the report of an edition into the week's folder; where it lies.

    Raises:
        UsageError: there is no such edition, the week was never run, or no week lies within the dates.
    """
    from consolidator.ledger.past import from_history, whole_ledger
    from consolidator.writing.docx.report import write_report

    if edition != "weekly" and edition not in EDITIONS:
        raise UsageError(f"没有 {one_line(edition)} 这种报告：请写 weekly、{'、'.join(EDITIONS)} 之一")
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        finish(outbox, form, settings)
        ran = run_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        if edition == "movers":
            if since or until:
                raise UsageError(Sentence("数据变动说明只讲一期：", act("span-of-editions")))
            return [_movers(result, outbox, form, settings)]
        if result.ledger:
            weeks = [one.week for one in result.past if not until or one.week <= until]
            last = result.week if not until or result.week <= until else max(weeks, default=result.week)
            context = Context(form, load_roster(settings.paths.roster, form), last, settings)
            result.ledger = whole_ledger(result.ledger, last, outbox, context) if last == result.week \
                else from_history(outbox, last, context).result
        folder = outbox.week_folder(ran.week)
        name = REPORT if edition == "weekly" else edition_name(edition, ran.week, since, until)
        made = folder / f".part-{name}"
        write_report(result, form, settings, made, edition=cast("Edition", edition), since=since, until=until,
                     materials=materials_of(result, outbox))
        path = outbox.place(made, folder / name)
        outbox.check_closed()
    return [path]
