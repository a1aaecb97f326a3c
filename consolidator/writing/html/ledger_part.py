"""The page's part on ledgers: hazards in numbers, by age, unit and trade; the hazards themselves; rows held; the bridge. People masked."""

from __future__ import annotations

import datetime as dt
from dataclasses import KW_ONLY, dataclass

from consolidator.ledger.duties import DutyCount, count_duties, duties_of
from consolidator.ledger.statistics import AGES, Summary, grouped, is_closed_in, major_level, summarize
from consolidator.model.duties import STATES
from consolidator.model.ledger import Hazard, Held, LedgerFile, LedgerResult
from consolidator.model.text import printable
from consolidator.writing.text.hazard_lines import described, marks_of
from schemas.firms import FirmNames, load_firms
from schemas.form import Form
from schemas.problems import ORDER, SEVERITY_WORDS
from schemas.settings import Settings

MOST_HAZARDS, MOST_ROWS = 500, 500


@dataclass(frozen=True, slots=True)
class HazardLine:
    """A hazard as the page shows it; ``marks`` are what a reader should see first, each with its severity."""

    id: str
    units: str
    firm: str
    description: str
    level: str
    _: KW_ONLY
    state: str
    found: str
    due: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A unit or trade in numbers."""

    name: str
    one: Summary
    rate: str
    on_time: str


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """A figure that the rows do not prove; ``behind`` are the hazards (or firms) by why, each with whether the page shows it."""

    unit: str
    figure: str
    look: str
    word: str
    message: str
    _: KW_ONLY
    behind: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """What the template shows of the ledgers."""

    summary: Summary
    rate: str
    on_time: str
    ages: tuple[tuple[str, int], ...]
    units: tuple[GroupLine, ...]
    _: KW_ONLY
    trades: tuple[GroupLine, ...]
    hazards: tuple[HazardLine, ...]
    more: int
    files: tuple[tuple[LedgerFile, int], ...]  # each with how many of its held rows a later one has as they should be
    merged: int
    to_correct: int
    closed_now: int
    held: tuple[tuple[str, str, Held], ...]  # look, word, and the row
    bridge: tuple[BridgeRow, ...]
    again: tuple[str, ...]
    shown: frozenset[str]  # the 编号 of ``hazards``
    duties: tuple[DutyCount, ...] = ()
    duty_words: tuple[str, ...] = tuple(STATES.values())


def ledger_part(result: LedgerResult, form: Form, settings: Settings) -> LedgerPart | None:
    """The part of a week; None where it has no ledgers, or only what ``result.json`` keeps of them."""
    if not result or result.read_back:
        return None
    alive = [one for one in result.hazards if one.state != "void"]
    five = next((len(one.five) for one in form.ledger_definitions if one.is_hazards), 0)
    major, week = major_level(form), dt.date.fromisoformat(result.week)
    whole = summarize(alive, result.week, major, five)
    names = FirmNames(load_firms(settings.paths.firms, checked=True), form.region)

    def lines(groups: dict[str, list[Hazard]]) -> tuple[GroupLine, ...]:
        found = [(name, summarize(own, result.week, major, five)) for name, own in groups.items()]
        return tuple(GroupLine(printable(name), one, _percent(one.rate), _percent(one.on_time_rate))
                     for name, one in sorted(found, key=lambda pair: (-pair[1].overdue, -pair[1].open, pair[0])))

    def trade(one: Hazard) -> tuple[str, ...]:
        firm = names.firm(one.firm, one.credit_code)
        return (firm.trade,) if firm and firm.trade else ()

    shown = sorted(alive, key=lambda one: (not one.is_late, not one.is_new, not one.is_done, not one.is_open, one.due or "9", one.id))
    settled = result.count_settled()
    ids = frozenset(one.id for one in shown[:MOST_HAZARDS])
    held = sorted(result.open_words, key=lambda one: (ORDER[one.severity], one.unit, one.file, one.row))
    return LedgerPart(
        whole, _percent(whole.rate), _percent(whole.on_time_rate), tuple(zip((name for _, name in AGES), whole.ages, strict=True)),
        lines(grouped(alive, lambda one: one.units)), trades=lines(grouped(alive, trade)),
        hazards=tuple(_line(one, settings.report.redact, week) for one in shown[:MOST_HAZARDS]), more=max(0, len(shown) - MOST_HAZARDS),
        files=tuple((one, settled[one.file, one.sheet]) for one in result.files), merged=sum(one.merged for one in result.files),
        to_correct=result.to_correct, closed_now=sum(is_closed_in(one, week, week) for one in alive),
        held=tuple((one.severity, SEVERITY_WORDS[one.severity], one) for one in held if one.severity != "note")[:MOST_ROWS],
        bridge=tuple(BridgeRow(one.unit, form.figures[one.figure].short, one.severity, SEVERITY_WORDS[one.severity], printable(one.message),
                               behind=tuple((name, tuple((printable(key), key in ids) for key in keys[:10])) for name,
                                            keys in one.behind.items()))
              for one in sorted(result.bridge, key=lambda one: (ORDER.get(one.severity, 3), one.unit)) if one.message)[:MOST_ROWS],
        again=tuple(printable(f"{one.firm_shown(settings.report.redact)}：{one.id} 与已销号的 {one.repeat_of} 相同")
                    for one in alive if one.repeat_of), shown=ids,
        duties=tuple(count_duties(result.duties, duties_of(form.ledger_definitions))) if result.duties else ())


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _line(one: Hazard, how: str, week: dt.date) -> HazardLine:
    return HazardLine(one.id, "、".join(one.units), printable(one.firm_shown(how)), printable(described(one, how)), one.level,
                      state=one.state_name, found=one.found, due=one.due, marks=marks_of(one, week))
