"""A week from inbox to outbox: :func:`run` reads as its steps; :func:`status` and :func:`check` write nothing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.model.context import Context
from consolidator.model.fault import Fault
from consolidator.model.inbox import InboxFile, list_files, printable
from consolidator.model.ledger import LedgerResult
from consolidator.model.result import MATERIAL, REJECTED, DecisionOutcome
from consolidator.model.weeks import due_time, now
from consolidator.workers.convert import reader_of
from consolidator.workers.pool import Progress, Workers, processes_for
from consolidator.workers.task import hash_file
from consolidator.workers.unpack import unpacked
from schemas.errors import ConsolidatorError
from schemas.form import Form
from schemas.form_loading import load_beside
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.judging.attribution import Candidate
    from consolidator.judging.judge import Judged
    from consolidator.model.milestones import HandedIn
    from consolidator.model.result import WeekResult
    from consolidator.store.outbox import Outbox
    from consolidator.workflows.collect import Collected


@dataclass(slots=True)
class Done:
    """What a run did: the week's result, where it lies, and what to say beside it.

    ``chosen``: the week was found, not given. ``edited``: files a person had changed, beside which the new ones lie.
    ``due``, ``now`` and ``dates`` (the notice's other dates that are near) are ``status``'s. ``faults`` are what the program
    itself failed at; ``log`` is where their tracebacks are, None where nothing is written. ``outcomes`` are ``accept``'s,
    ``decided`` what a decision on a hazard did. ``unchanged``: nothing has changed since the week was run.
    """

    result: WeekResult
    form: Form
    folder: Path
    chosen: bool = False
    edited: list[str] = field(default_factory=list)
    _: KW_ONLY
    due: dt.datetime | None = None
    now: dt.datetime | None = None
    dates: list[HandedIn] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    log: Path | None = None
    outcomes: list[DecisionOutcome] = field(default_factory=list)
    decided: str = ""
    unchanged: bool = False

    @property
    def rejected(self) -> bool:
        """Whether some submission is rejected (exit code 1)."""
        return self.result.ledger.refused or any(one.status == REJECTED for one in self.result.submissions)


def run(settings: Settings, week: dt.date | None = None, *, progress: Progress | None = None) -> Done:
    """Consolidate one week: read what is new, judge everything, commit, write the papers.

    Raises:
        ConsolidatorError: the run could not be done, and the last whole result stays.
    """
    form = load_beside(settings.paths.form, settings.form_files)
    standing = _standing(settings, week, form)
    if standing:
        return standing
    listed = list_files(settings.paths.inbox)
    with _workers(form, settings, listed) as workers, unpacked(listed, workers) as files:
        from consolidator.store.errors_log import NAME as LOG_NAME
        from consolidator.store.originals import keep
        from consolidator.store.outbox import opened
        from consolidator.workflows import collect
        from consolidator.workflows.skip_unchanged import remember
        from consolidator.writing.drawn import draw, get_ready
        from consolidator.writing.publish import finish, render

        today = now(settings, form)
        with opened(settings.paths.outbox, form) as outbox, workers.ended_by_an_error():
            finish(outbox, form, settings, workers)
            begun = collect.begin(workers, files, outbox, form)
            for _ in range(workers.processes):
                workers.begin(get_ready)
            # with pandera, half of a small run to import
            from consolidator.workflows import ledgers
            from consolidator.workflows.commit import commit, new_originals
            from schemas.roster import load_roster

            roster = load_roster(settings.paths.roster, form)
            context = Context(form, roster, today.date(), settings)
            collected = collect.collect(begun, outbox, context, today, progress)
            outbox.report_faults(collected.faults, today)
            chosen = collect.choose_week(week, collected, outbox, context)
            kept = keep(new_originals(collected, files), outbox.week_folder(chosen).name, outbox.folder, workers.begin)
            judged = _judged(collected, chosen, workers, outbox, context)
            of_ledgers = ledgers.of_week(judged.result, collected, outbox, workers, context)
            originals = kept()  # before anything is drawn: a file that has changed meanwhile ends the run
            drawn = draw(judged.result, form, settings, outbox, workers)
            commit(judged, collected, outbox, originals, drawn.result, of_ledgers=of_ledgers)
            papers = render(judged.result, form, settings, outbox, workers, drawn=drawn)
            outbox.check_closed()
            known = collected.hashes
            if not outbox.edited and not outbox.faults and collected.sizes.keys() >= set(known.values()):
                hashes = {one.file: known.get(one.file) or hash_file(one.path)[0] for one in listed}
                remember(outbox, judged.result, hashes, papers, context)
            return Done(judged.result, form, outbox.week_folder(judged.result.week), week is None, outbox.edited, now=today,
                        faults=outbox.faults, log=outbox.folder / LOG_NAME)


def status(settings: Settings, week: dt.date | None = None) -> Done:
    """The week as it would stand if it were run now; nothing is written.

    Raises:
        ConsolidatorError: the inbox, the roster or the form cannot be read.
    """
    form = load_beside(settings.paths.form, settings.form_files)
    standing = _standing(settings, week, form)
    if standing and standing.now and not _dates_are_near(form, standing.now.date()):
        standing.due = due_time(form.campaign, standing.result.week)
        return standing
    listed = list_files(settings.paths.inbox)
    with _workers(form, settings, listed) as workers, unpacked(listed, workers) as files:
        from consolidator.store.outbox import looked_into
        from consolidator.workflows import collect

        today = now(settings, form)
        with looked_into(settings.paths.outbox, form) as outbox:
            begun = collect.begin(workers, files, outbox, form)
            from consolidator.workflows import ledgers
            from schemas.roster import load_roster

            roster = load_roster(settings.paths.roster, form)
            context = Context(form, roster, today.date(), settings)
            collected = collect.collect(begun, outbox, context, today)
            chosen = collect.choose_week(week, collected, outbox, context, closed_too=True)
            judged = _judged(collected, chosen, workers, outbox, context)
            ledgers.of_week(judged.result, collected, outbox, workers, context)
            dates = _dates(judged, outbox, context)
            return Done(judged.result, form, outbox.week_folder(chosen), week is None, [],
                        due=due_time(form.campaign, chosen), now=today, dates=dates, faults=collected.faults)


def _workers(form: Form, settings: Settings, files: Sequence[InboxFile]) -> Workers:
    """The workers of this machine, or, for reading, those of the scheduler that is set."""
    if not settings.scale.scheduler:
        return Workers(form, processes=processes_for(files), reader=reader_of(settings))
    from consolidator.workers.cluster import ClusterWorkers

    return ClusterWorkers(form, settings.scale.scheduler, shared=settings.scale.shared, reader=reader_of(settings))


def _judged(collected: Collected, week: dt.date, workers: Workers, outbox: Outbox, context: Context) -> Judged:
    """What was collected, and what of ``week`` has left the inbox, judged."""
    from consolidator.judging.judge import judge
    from consolidator.workflows import collect

    collect.add_departed(collected, week, workers, outbox, context)
    return judge(collected.candidates, week, context, collect.past_of(outbox, week, collected))


def _dates_are_near(form: Form, today: dt.date) -> bool:
    from consolidator.model.milestones import near

    return bool(near(form, today))


def _standing(settings: Settings, week: dt.date | None, form: Form) -> Done | None:
    """The week as it was run, where nothing has changed since: neither judged nor written again."""
    from consolidator.store.outbox import in_use, looked_into
    from consolidator.workflows.skip_unchanged import standing_result

    if not in_use(settings.paths.outbox):
        return None
    files, today = list_files(settings.paths.inbox), now(settings, form)
    with looked_into(settings.paths.outbox, form) as outbox:
        result = standing_result(outbox, files, week, form=form, settings=settings, today=today.date())
        return Done(result, form, outbox.week_folder(result.week), week is None, now=today,
                    unchanged=True) if result else None


def _dates(judged: Judged, outbox: Outbox, context: Context) -> list[HandedIn]:
    """The notice's other dates that are near, with who has handed in."""
    from consolidator.judging.attribution import units_in_name
    from consolidator.model.milestones import handed_in, near

    coming = near(context.form, context.today)
    if not coming:
        return []
    materials = [(one.unit, one.file, one.submission.text) for one in judged.candidates if one.status == MATERIAL]
    for file, text in outbox.history.materials():
        named = units_in_name(file, context.roster) or context.roster.find_in(text)
        materials.append((named[0] if len(named) == 1 else None, file, text))
    due = [one.unit for one in judged.result.due_units()]
    return [handed_in(one, materials, due) for one in coming]


@dataclass(slots=True)
class Checked:
    """A department's own check of its files, before any unit or week is asked for."""

    candidates: list[Candidate]
    form: Form
    ledger: LedgerResult = field(default_factory=LedgerResult)
    faults: list[Fault] = field(default_factory=list)
    log: Path | None = None

    @property
    def rejected(self) -> bool:
        """Whether some file has an error."""
        return any(one.wrong for one in self.candidates) or self.ledger.refused \
            or any(one.severity == "error" for one in self.ledger.held)


def check(settings: Settings, paths: Sequence[Path]) -> Checked:
    """What the clerk's run would say of each file by itself; nothing is written, no history is asked.

    Raises:
        ConsolidatorError: a file is not there, or the roster or form cannot be read.
    """
    missing = [path for path in paths if not os.path.isfile(path)]  # Path.is_file raises on long names
    if missing:
        raise ConsolidatorError(f"没有这个文件：{printable(str(missing[0]))}")
    form = load_beside(settings.paths.form, settings.form_files)
    given = [InboxFile(str(path), printable(path.name), path.stat().st_size, path.stat().st_mtime) for path in paths]
    with Workers(form, processes=processes_for(given), reader=reader_of(settings)) as workers:
        from consolidator.judging.attribution import identify
        from consolidator.judging.judge import check_alone
        from consolidator.workflows.ledgers import check_ledgers
        from schemas.roster import load_roster

        roster = load_roster(settings.paths.roster, form)
        with unpacked(given, workers) as files:
            reads = workers.read(files)
    context = Context(form, roster, now(settings, form).date(), settings)
    candidates = [identify(read.file, read.sha256, read.found, context) for read in reads]
    check_alone(candidates, context)
    ledger = check_ledgers(candidates, context) if form.ledger_definitions else LedgerResult()
    return Checked(candidates, form, ledger, [Fault(read.file, read.fault) for read in reads if read.fault])
