"""The ledgers in one file, a unit each: whose each sheet is, of which day and week; the rows of several units in one sheet apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import PurePosixPath

from consolidator.judging.attribution import units_in_name
from consolidator.ledger.by_unit import of_unit
from consolidator.ledger.succession import only_unit, present
from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.context import Context
from consolidator.model.ledger import LedgerFile
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.people import mask_likely
from consolidator.model.weeks import all_weeks, due_date, week_of
from consolidator.notation.dates import parse_date
from consolidator.reading.ledgers.firms import with_firm
from consolidator.reading.ledgers.titles import GROUP
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import ledger_message
from schemas.roster import Roster

UNIT = "unit"  # a column


@dataclass(slots=True)
class ReadFile:
    """A file with ledgers: where it lay, what was read, the unit of a form in it, the run and week that first saw it (None: now).

    ``unreadable`` is the sentence of what kept it from being read.
    """

    file: str
    sha256: str
    sheets: list[LedgerSheet]
    form_unit: str | None = None
    arrived: int = 0
    _: KW_ONLY
    seen_week: dt.date | None = None
    unreadable: str = ""


@dataclass(slots=True)
class Known:
    """What the history says of ledgers: which rows are which hazards, the clerk's decisions, weeks that are closed."""

    matched: Mapping[tuple[str, str, str], dict] = field(default_factory=dict)
    decisions: Sequence[dict] = ()
    closed: frozenset[dt.date] = frozenset()


def unit_ledgers(file: ReadFile, week: dt.date, context: Context, known: Known, refused: list[LedgerFile]) -> list[UnitLedger]:
    """The ledgers in one file, a unit each; what is refused whole goes to ``refused``."""
    form, roster = context.form, context.roster
    if file.unreadable:
        named = units_in_name(file.file, roster)
        if file.seen_week in (None, week):
            refused.append(LedgerFile(file.file, "", form.ledger_definitions[0].kind, named[0] if len(named) == 1 else None, "不明",
                                      rows=0, merged=0, held=0, passed=0, sha256=file.sha256, refused=file.unreadable))
        return []
    definitions = {one.name: one for one in form.ledger_definitions}
    found: dict[tuple[str, str], UnitLedger] = {}
    latest = max((sheet.date for sheet in file.sheets), default="")
    for sheet, unit in sorted(_apart(file, roster), key=lambda one: one[0].date or latest):
        ledger = definitions.get(sheet.ledger)
        if ledger is None:
            continue
        day, own = _day_of(sheet.date or latest, file, week, context, known)
        unit = present(unit, roster, own.isoformat()) if unit else only_unit(known.matched, file.sha256, ledger.name)
        event = known.matched.get((file.sha256, unit or "", ledger.name))
        if event:
            own = dt.date.fromisoformat(event["week"])
        code, words = (sheet.refused, sheet.words) if sheet.refused or unit else _of_no_unit(sheet, roster)
        shown = own == week or (file.seen_week or week) == week
        if code or not unit:
            if shown:
                refused.append(_refused(file, sheet, ledger, unit, ledger_message(code, words), day=day))
            continue
        listed = roster.unit(unit)
        sheet = of_unit(with_firm(sheet, ledger, roster), ledger, listed.kinds if listed else (unit,))
        one = found.get((ledger.name, unit))
        if one is None:
            found[ledger.name, unit] = UnitLedger(ledger, unit, file.file, file.sha256, own.isoformat(), day=day, arrived=file.arrived,
                                                  sheets=[sheet], shown=shown, known=event["ids"] if event else {},
                                                  was_taken=event is not None)
        else:  # sheets of several weeks in one workbook are of the last
            one.sheets.append(sheet)
            one.day, one.week, one.shown = max(one.day, day), max(one.week, own.isoformat()), one.shown or shown
        if sheet.date and day != sheet.date:
            found[ledger.name, unit].misdated = sheet.date
    return list(found.values())


def _of_no_unit(sheet: LedgerSheet, roster: Roster) -> tuple[str, dict[str, str]]:
    """Why nobody knows whose a ledger is, as (code, words): what is written is not of the roster, is several units, or nothing is."""
    written = "、".join(sheet.units)
    if not written:
        return "ledger-unit-unknown", {}
    code = "ledger-unit-several" if any(roster.match(text).unit for text in sheet.units) else "ledger-unit-other"
    return code, {"written": mask_likely(written)}


def _refused(file: ReadFile, sheet: LedgerSheet, ledger: Ledger, unit: str | None, message: str, *, day: str) -> LedgerFile:
    return LedgerFile(file.file, sheet.sheet, ledger.kind, unit, "不明", rows=sheet.total, merged=0, held=len(sheet.rows),
                      passed=sum(sheet.passed.values()), date=day,
                      sha256=file.sha256, refused=message, rules=dict(sheet.passed))


def unit_of(sheet: LedgerSheet, file: ReadFile, roster: Roster) -> str | None:
    """Whose a ledger is: what is written for it, else what its title names, else the form beside it, else the file's name."""
    matched = list(dict.fromkeys(unit for text in sheet.units if (unit := roster.match(text).unit)))
    if len(matched) == 1:
        return matched[0]
    titled = roster.find_in(sheet.title)
    if len(titled) == 1:
        return titled[0]
    if file.form_unit:
        return file.form_unit
    named = units_in_name(file.file, roster)
    return named[0] if len(named) == 1 else None


def _day_of(date: str, file: ReadFile, week: dt.date, context: Context, known: Known) -> tuple[str, dt.date]:
    """(the ISO day that a ledger is of, its week): by its own day, its name's, else the run's week. A closed week's rows go to the
    next open one."""
    campaign = context.form.campaign
    day = dt.date.fromisoformat(date) if date else None
    if day is None:
        named = parse_date(PurePosixPath(file.file).stem, campaign.first_week.year)
        day = named.date if named and named.date else None
    own = week_of(campaign, day) if day and day <= context.today else None
    if own is None:
        own = file.seen_week or week
        day = due_date(campaign, own)
    while own in known.closed:
        later = [one for one in all_weeks(campaign) if one > own]
        if not later:
            break
        own = later[0]
    return (day or due_date(campaign, own)).isoformat(), own


def _apart(file: ReadFile, roster: Roster) -> list[tuple[LedgerSheet, str | None]]:
    """The sheets of a file and whose they are. A sheet with a column of units that reported its rows is one for each of them; a sheet
    without a title is whose the others are."""
    units = [unit_of(sheet, file, roster) for sheet in file.sheets]
    common = {unit for unit in units if unit}
    found: list[tuple[LedgerSheet, str | None]] = []
    above: dict[str, str | None] = {}  # whose the table above in a sheet is
    for sheet, unit in zip(file.sheets, units, strict=True):
        own = above[sheet.sheet] = unit or above.get(sheet.sheet) or (next(iter(common)) if len(common) == 1 else None)
        groups = sheet.columns.get(GROUP, [])
        if groups:  # 月牙河街道 alone above its rows
            sheet = replace(sheet, columns={role: values for role, values in sheet.columns.items() if role != GROUP})
        written = [roster.match(str(text)).unit if text else None for text in sheet.columns.get(UNIT, ())]
        if groups and not own and not any(written):
            written = [_one_in(str(text), roster) for text in groups]
        if any(written):
            by_unit = [one or own for one in written]
            found += [(_rows_of(sheet, by_unit, one, first=n == 0), one) for n, one in enumerate(filter(None, dict.fromkeys(by_unit)))]
            if None in by_unit:
                found.append((_of_nobody(_rows_of(sheet, by_unit, None, first=False)), None))
        else:
            found.append((sheet, own))
    return found


def _one_in(text: str, roster: Roster) -> str | None:
    """The one unit that the title of a group names: （一）月牙河街道."""
    named = roster.find_in(text)
    return roster.match(text).unit or (named[0] if len(named) == 1 else None)


def _rows_of(sheet: LedgerSheet, units: Sequence[str | None], unit: str | None, *, first: bool) -> LedgerSheet:
    """The rows of one unit; those that are passed over are counted with the ``first``."""
    kept = [number for number, one in enumerate(units) if one == unit]
    if len(kept) == len(units):
        return sheet
    place = {number: n for n, number in enumerate(kept)}
    passed = dict(sheet.passed) if first else {}
    return replace(
        sheet, rows=[sheet.rows[number] for number in kept], total=len(kept) + sum(passed.values()), passed=passed,
        columns={role: [values[number] for number in kept] for role, values in sheet.columns.items()},
        problems=[replace(one, row=place[one.row]) for one in sheet.problems if one.row in place],
        raw=[(place[number], role, text) for number, role, text in sheet.raw if number in place])


def _of_nobody(sheet: LedgerSheet) -> LedgerSheet:
    """Rows whose unit is not of the roster, or not written, refused with what is written."""
    written = "、".join(dict.fromkeys(str(text) or "（空）" for text in sheet.columns[UNIT]))
    return replace(sheet, refused="ledger-unit-written", words={"written": mask_likely(written)})
