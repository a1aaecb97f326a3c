"""What lies in the inbox, read once: new files by the workers, known ones from the history, each with its owner and day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.judging.attribution import Candidate, identify
from consolidator.judging.week_of_form import belongs
from consolidator.ledger.column_keys import ColumnKeys
from consolidator.model.context import Context
from consolidator.model.fault import Fault
from consolidator.model.inbox import InboxFile
from consolidator.model.records import Known, Past, Seen
from consolidator.model.submission import Submission
from consolidator.model.weeks import all_weeks, week_of
from consolidator.store.history import History
from consolidator.store.outbox import Outbox
from consolidator.workers.pool import Outcomes, Progress, Read, Workers
from consolidator.workers.version import reader_version
from consolidator.workflows.on_record import is_closed
from schemas.actions import Sentence, act
from schemas.errors import ClosedWeekError, UsageError
from schemas.firms import FirmNames, load_firms
from schemas.form import Form
from schemas.problems import problem
from schemas.roster import Roster


@dataclass(slots=True)
class Collected:
    """The inbox as candidates, and what is new of it, first seen in the run ``run`` at the moment ``at``.

    ``seen`` and ``accepted`` are what the history says of these files: the latter the unit for which one (by sha256) counts in
    some week. ``sizes`` are by sha256, of files that could be opened and read to the end: only they are known from now on.
    ``faults`` are files at which the program itself failed, ``keys`` what rows of ledgers are compared by.
    """

    candidates: list[Candidate]
    fresh: dict[str, Submission]
    sizes: dict[str, int]
    version: str
    run: int
    _: KW_ONLY
    keys: ColumnKeys
    at: dt.datetime
    seen: dict[str, Seen] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def hashes(self) -> dict[str, str]:
        """File → sha256, of all that lies in the inbox."""
        return {one.file: one.sha256 for one in self.candidates if one.in_inbox}


@dataclass(slots=True)
class Begun:
    """An inbox that the workers are reading: ``outcomes`` waits for them. ``mails``: file → who sent it and when, of those in mails."""

    outcomes: Outcomes
    version: str
    mails: dict[str, str] = field(default_factory=dict)


def begin(workers: Workers, files: Sequence[InboxFile], outbox: Outbox, form: Form) -> Begun:
    """Let the workers read what the history does not know; they need longer than this process to import pandera."""
    reader = reader_version(form, converting=workers.reader is not None)
    return Begun(workers.start(files, outbox.history.read_before(reader)), reader, {one.file: one.mail for one in files if one.mail})


def collect(begun: Begun, outbox: Outbox, context: Context, now: dt.datetime, progress: Progress | None = None) -> Collected:
    """What the workers have read and what the history knows, everything identified. ``now`` is the moment at which it came.

    Raises:
        DefinitionError: the register of firms is wrong.
    """
    history = outbox.history
    firms = load_firms(context.settings.paths.firms) if context.form.ledger_definitions else ()
    collected = Collected([], {}, {}, begun.version, history.runs + 1, keys=ColumnKeys(FirmNames(firms, context.form.region)),
                          at=now.replace(microsecond=0))
    known: list[Read] = []

    def take(read: Read) -> None:
        """Identify what is read while the workers read on."""
        if read.lasting:
            collected.sizes[read.sha256] = read.size
        if read.fault:
            collected.faults.append(Fault(read.file, read.fault))
        if read.submission is None:
            known.append(read)
            return
        if read.lasting:
            collected.fresh[read.sha256] = read.submission
        collected.keys.prepare(read.submission.ledgers)
        add(collected, read, read.submission, context)

    begun.outcomes(progress, take)
    held = history.readings({read.sha256 for read in known})
    for read in known:
        add(collected, read, held[read.sha256], context)
    _recall(collected, collected.candidates, history, context.roster)
    for one in collected.candidates:
        if one.file in begun.mails:
            one.problems.append(problem("by-mail", sent=begun.mails[one.file]))
    collected.candidates.sort(key=lambda one: one.file)
    return collected


def add(collected: Collected, read: Read, submission: Submission, context: Context, *, in_inbox: bool = True) -> None:
    """Identify one read file and put it with the candidates; :func:`_recall` follows, once all are there."""
    candidate = identify(read.file, read.sha256, submission, context)
    candidate.in_inbox = in_inbox
    collected.candidates.append(candidate)


def _recall(collected: Collected, candidates: Sequence[Candidate], history: History, roster: Roster) -> None:
    """What the history says of the files of these candidates: when they came, and whose they were."""
    hashes = {one.sha256 for one in candidates}
    collected.seen |= history.seen(hashes)
    collected.accepted |= {sha: weeks[-1][1] for sha, weeks in history.accepted(hashes).items()}
    for one in candidates:
        accepted = collected.accepted.get(one.sha256)
        if accepted and one.unit is None:  # accepted once, it stays its unit's, also when the roster no longer names it
            one.unit = _named_today(accepted, roster)
            one.problems = [found for found in one.problems if found.code not in ("unit-unknown", "unit-missing", "unit-several")]
        before = collected.seen.get(one.sha256)
        one.arrived = before.run if before else collected.run
        one.received = before.at if before else collected.at if one.sha256 in collected.sizes else None


def add_departed(collected: Collected, week: dt.date, workers: Workers, outbox: Outbox, context: Context) -> None:
    """The accepted ones of ``week`` whose files have left the inbox: they stand all the same.

    Among them what came for it while it was closed: once it is reopened, that is a submission of the week as any other.
    """
    here = {one.sha256 for one in collected.candidates}
    gone = [one for one in outbox.history.standing(week=week) if one.sha256 not in here]
    if not gone:
        return
    held = outbox.history.readings(one.sha256 for one in gone)
    collected.seen |= outbox.history.seen(one.sha256 for one in gone)
    there = len(collected.candidates)
    originals = [InboxFile(str(outbox.folder / collected.seen[one.sha256].original), one.file, 0, 0.0)
                 for one in gone if one.sha256 not in held]
    reread = {read.sha256: read for read in workers.read(originals, set())} if originals else {}
    for one in gone:
        if one.sha256 in reread and reread[one.sha256].fault:
            collected.faults.append(Fault(one.file, reread[one.sha256].fault))
        read = reread.get(one.sha256) or Read(one.file, one.sha256, 0, held.get(one.sha256))
        if read.submission is None or not read.lasting:  # the original is gone too: what was accepted of it is in the journal
            read = Read(one.file, one.sha256, 0, Submission("form", figures=dict(one.figures),
                                                            units=[(one.unit, None)],
                                                            dates=[(one.date, str(one.date), None)]))
        add(collected, read, read.found, context, in_inbox=False)
    departed = collected.candidates[there:]
    _recall(collected, departed, outbox.history, context.roster)
    for one, candidate in zip(gone, departed, strict=True):
        candidate.unit = _named_today(one.unit, context.roster)


def _named_today(unit: str, roster: Roster) -> str:
    """The unit as the roster names it now; a unit that it no longer has keeps its name."""
    return unit if unit in roster else roster.match(unit).unit or unit


def past_of(outbox: Outbox, week: dt.date, collected: Collected | None = None) -> Past:
    """What the judging of ``week`` needs of the history: of each unit what is nearest, more only where it is asked for."""
    history: History = outbox.history
    return Past(history.nearest(week), history.weeks(), history.decisions(week), known_of(outbox, week, collected),
                history.confirmations(week), dismissals=history.dismissals(), weeks_of=history.weeks_before(week),
                older=lambda unit: history.standing(unit=unit))


def known_of(outbox: Outbox, week: dt.date, collected: Collected | None) -> Known:
    """What settling needs of the history: of these files, and of the weeks that they may be of."""
    history: History = outbox.history
    weeks, assigned = history.weeks(), history.assigned()
    candidates, seen = (collected.candidates, collected.seen) if collected else ((), {})
    hashes = {one.sha256 for one in candidates}
    concerned = {week, *(own for one in candidates for own in (one.week, one.late_week) if own), *(one.week for one in seen.values()),
                 *(assigned[sha].week for sha in hashes & assigned.keys())}
    standing = {(one.week, one.unit): one for own in concerned for one in history.standing(week=own)
                if not (one.after_close and one.week == week)}
    return Known(standing, seen, history.judged(hashes), frozenset(one.week for one in weeks),
                 frozenset(one.week for one in weeks if one.closed), outcomes=history.outcomes(week), assigned=assigned)


def choose_week(given: dt.date | None, collected: Collected, outbox: Outbox, context: Context, *, closed_too: bool = False) -> dt.date:
    """The week to run: the one given; else the one that most forms not seen before belong to; else the latest run.

    Raises:
        UsageError: no such week, or none can be reported.
        ClosedWeekError: that week is closed.
    """
    form = context.form
    weeks = {one.week: one for one in outbox.history.weeks()}
    closed = {week for week, one in weeks.items() if one.closed}
    begun = max((week for week, one in weeks.items() if one.opening), default=None)  # nothing before it can be run
    if begun:
        closed |= {week for week in all_weeks(form.campaign) if week <= begun}
    if given:
        week = week_of(form.campaign, given)
        if week is None:
            first, last = all_weeks(form.campaign)[0], all_weeks(form.campaign)[-1]
            raise UsageError(Sentence(f"{given} 不在专项行动期内（{first} 至 {last}）：请", act("other-week")))
    else:
        known = known_of(outbox, form.campaign.last_week, collected)
        votes = Counter(own for one in collected.candidates if one.sha256 not in collected.seen and one.is_form
                        and (own := belongs(one, form.campaign, known, None)) and own not in closed)
        most = max(votes.values(), default=0)
        latest = max((one.week for one in weeks.values() if not one.opening), default=None)
        week = max((one for one, count in votes.items() if count == most), default=latest)
        week = week or week_of(form.campaign, context.today)
        if week is None:
            raise UsageError(Sentence("看不出是哪一期：请", act("name-week")))
    if begun and week <= begun and outbox.history.archives():
        raise ClosedWeekError(f"{week} 期已归档，不再变动：归档在 outbox 的 archive 文件夹里")
    if week in weeks and weeks[week].opening:
        raise ClosedWeekError(Sentence(f"{week} 期是期初数（由 opening 录入），不能汇总：要改的，在第一次", act("run"),
                                       " 之前重新 opening"))
    if week in closed and not closed_too:
        if not given:
            raise ClosedWeekError(nothing_new(week, form))
        raise is_closed(week)
    return week


def nothing_new(closed: dt.date, form: Form) -> str:
    """What to say where the latest week is closed and no form of another has come."""
    after = next((one for one in all_weeks(form.campaign) if one > closed), None)
    if after is None:
        return f"最后一期 {closed} 已定稿，收件夹里没有别的表"
    return Sentence(f"{after} 期还没有收到表（{closed} 期已定稿）：把收到的表放进收件夹，再", act("run"))
