"""Letters of a week and the record of them: upward (which closes the week), back to units, and reminders."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.mail.letters import lay_by_hand, reminder_letters, return_letters, supervision_letters, upward_letter
from consolidator.mail.mime import Letter, draft_bytes
from consolidator.mail.smtp import Receipt
from consolidator.mail.smtp import send as deliver
from consolidator.model.display import logged_text
from consolidator.model.filenames import edition_name, merged_name, newer_name, summary_name
from consolidator.model.inbox import list_files
from consolidator.model.result import ACCEPTED, AWAITS_CORRECTION, REJECTED, SubmissionResult, WeekResult
from consolidator.model.submission import FigureValue
from consolidator.store.outbox import Outbox, opened
from consolidator.workers.task import hash_file
from consolidator.workers.unpack import unpacked
from consolidator.workflows.decisions import closing, run_week
from consolidator.writing.paper_names import REPORT, RETURNS, SUPERVISION
from consolidator.writing.publish import finish, latest_result
from schemas.actions import Sentence, act
from schemas.errors import BusyError, ConsolidatorError, DeliveryError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.roster import load_roster
from schemas.settings import Settings

UPWARD = "upward"
DRAFT, BY_HAND = "mail.eml", "上报"


@dataclass(slots=True)
class Sent:
    """What to say after ``send``: lines, and whether something did not go."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False


def send_upward(settings: Settings, week: dt.date | None, *, to: str | None = None, draft: bool = False,
                by_hand: bool = False, anyway: bool = False) -> Sent:
    """Mail the merged workbook and the report, or lay them ready; what went is recorded and closes the week.

    Raises:
        ConsolidatorError: not run, sent already, an error unresolved without ``anyway``, or the letter did not go.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        finish(outbox, form, settings)
        outbox.check_closed()
        ran = run_week(outbox, form, week)
        before = [one for one in outbox.history.sent(ran.week) if one["kind"] == UPWARD]
        if before and ran.closed and not draft:
            last = before[-1]
            raise ConsolidatorError(Sentence(f"{ran.week} 期已于 {logged_text(last['at'])} 报送，不再重复：需要更正的，请先",
                                             act("reopen", week=ran.week)))
        result = latest_result(outbox, ran.week)
        if not (anyway or draft):
            _refuse_unresolved(unresolved(result, outbox))
        folder = outbox.week_folder(ran.week)
        attachments = _attachments(folder, form, ran.week, settings)
        first = before[-1]["totals"] if before else _closed_before(outbox, ran.week)
        letter = upward_letter(result, form, settings, attachments, to, unaddressed=draft or by_hand,
                               correction=None if first is None else _corrections(first, result))
        flagged = _to_know(result, outbox, settings)
        if draft:
            made = folder / f".part-{DRAFT}"
            made.write_bytes(draft_bytes(letter, settings))
            path = outbox.place(made, folder / DRAFT)
            outbox.check_closed()
            return Sent([*flagged, f"草稿已写好，用邮件程序打开即可寄出：{path}",
                         *([] if letter.to else ["草稿没有收件人，寄前请填写上级的信箱（或在 settings.toml 写 report_to_address）"]),
                         Sentence("寄出后请", act("record-sent", week=ran.week))])
        if by_hand:
            done = _by_hand(outbox, letter, folder, result, settings, form=form, closed=ran.closed)
            return Sent([*flagged, *done.lines])
        outcome, = deliver([letter], settings, on_sent=_recorder(outbox, result, settings, form, UPWARD, closed=ran.closed))
        if not outcome.sent:
            raise DeliveryError(outcome.error)
        lines = [*flagged, f"{ran.week} 期已寄往 {'、'.join(letter.to)}，并已定稿"]
        return Sent([*lines, outcome.error] if outcome.error else lines)


@dataclass(slots=True)
class Preview:
    """The letter upward as it would go now: ``wrong`` are the files that stand in its way, ``why`` says why there is no letter."""

    result: WeekResult
    letter: Letter | None = None
    wrong: list[SubmissionResult] = field(default_factory=list)
    sent: list[dict] = field(default_factory=list)
    why: str = ""


def preview_upward(settings: Settings, week: dt.date | None) -> Preview:
    """What :func:`send_upward` would send; nothing is written.

    Raises:
        ConsolidatorError: the week was not run, or another run holds the outbox.
    """
    form = load_form(settings.paths.form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        ran = run_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        before = [one for one in outbox.history.sent(ran.week) if one["kind"] == UPWARD]
        found = Preview(result, wrong=unresolved(result, outbox), sent=before)
        folder = outbox.week_folder(ran.week)
        first = before[-1]["totals"] if before else _closed_before(outbox, ran.week)
        try:
            attachments = _attachments(folder, form, ran.week, settings)
            found.letter = upward_letter(result, form, settings, attachments, None, unaddressed=True,
                                         correction=None if first is None else _corrections(first, result))
        except ConsolidatorError as error:
            found.why = error.sentence
    return found


def _closed_before(outbox: Outbox, week: dt.date) -> dict[str, FigureValue] | None:
    """The totals with which a reopened week was closed, by whatever way it went then; None for one never reopened."""
    closed: dict[str, FigureValue] | None = None
    reopened = None
    for event in outbox.history.journal.events():
        if event.get("week") == week.isoformat() and event["event"] == "closed":
            closed = event["totals"]
        elif event.get("week") == week.isoformat() and event["event"] == "reopened":
            reopened = closed
    return reopened


def _to_know(result: WeekResult, outbox: Outbox, settings: Settings) -> list[str]:
    """What the clerk should know before she sends: files that were not run yet, warnings that nobody has looked at."""
    lines: list[str] = []
    seen = outbox.history.seen()
    with unpacked(list_files(settings.paths.inbox), form=load_form(settings.paths.form)) as files:
        fresh = [one.file for one in files if not one.linked and hash_file(one.path)[0] not in seen]
    if fresh:
        lines.append(Sentence(f"注意：收件夹里有 {len(fresh)} 个文件还没有汇总过，不在这次上报里：{_listed(fresh)}。要计入的，请先",
                              act("run", week=result.week)))
    open_ones = [(one.unit or one.file, len(one.open_warnings())) for one in result.submissions
                 if one.status == ACCEPTED and one.open_warnings()]
    if open_ones:
        lines.append(Sentence(f"注意：还有 {sum(count for _, count in open_ones)} 处提醒没有人确认：",
                              _listed([f"{unit} {count} 处" for unit, count in open_ones]),
                              "。见核验底册的“核验问题”；核实后可", act("confirm")))
    return lines


def _listed(names: Sequence[str], most: int = 10) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names)} 项" if len(names) > most else "")


def unresolved(result: WeekResult, outbox: Outbox) -> list[SubmissionResult]:
    """The rejected files that are not done with: of a known unit those that came after its accepted form, or without one."""
    seen = outbox.history.seen()

    def run_of(sha256: str) -> int:
        return seen[sha256].run if sha256 in seen else outbox.history.runs  # not kept: it could not be opened just now

    accepted = {one.unit: run_of(one.sha256) for one in result.submissions if one.status == ACCEPTED and one.unit}
    return [one for one in result.submissions if one.status == REJECTED
            and (one.unit not in accepted or run_of(one.sha256) > accepted[one.unit] or one.unit in _correcting(result))]


def _correcting(result: WeekResult) -> set[str]:
    return {one.unit for one in result.units if one.awaiting == AWAITS_CORRECTION}


def _refuse_unresolved(wrong: Sequence[SubmissionResult]) -> None:
    if wrong:
        names = list(dict.fromkeys(one.unit or one.file for one in wrong))
        raise ConsolidatorError(Sentence(
            f"还有 {len(wrong)} 份表有错误没有解决（{'、'.join(names[:5])}{'等' if len(names) > 5 else ''}）：更正后再寄；"
            "不作数的文件，请", act("dismiss"), "；确要先寄的，请", act("send-anyway")))


def _attachments(folder: Path, form: Form, week: dt.date, settings: Settings) -> list[Path]:
    """What goes up: the merged workbook, the report, and, where the office has set so, the page on what moved and the hazards."""
    names = [merged_name(form, week), REPORT, *([edition_name("movers", week)] if settings.report.movers else [])]
    if settings.report.ledgers and any(one.is_hazards for one in form.ledger_definitions):
        summary = folder / summary_name(form, week)
        names += [summary.name] if summary.is_file() else []
    return [_whole(folder / name) for name in names]


def _whole(path: Path) -> Path:
    """The file to attach; where a person's edit and a newer one lie side by side, a person must choose."""
    beside = newer_name(path)
    if beside.exists():
        raise ConsolidatorError(f"{path.name} 有人改过，旁边又有新的“{beside.name}”：请只留要寄的一份（用原文件名），再寄")
    if not path.is_file():
        raise ConsolidatorError(Sentence(f"没有找到 {path.name}：请", act("run-anew")))
    return path


def _corrections(old: dict[str, FigureValue], result: WeekResult) -> dict[str, tuple[FigureValue, FigureValue]]:
    return {name: (old.get(name), value) for name, value in result.totals.items() if old.get(name) != value}


def _by_hand(outbox: Outbox, letter: Letter, folder: Path, result: WeekResult, settings: Settings, *, form: Form,
             closed: bool) -> Sent:
    """Lay everything in 上报/ and record it as sent."""
    try:
        shutil.rmtree(folder / BY_HAND, ignore_errors=False) if (folder / BY_HAND).exists() else None
    except PermissionError as error:
        raise BusyError(Sentence(f"请先关闭“{BY_HAND}”里打开的文件，", act("again"))) from error
    paths = lay_by_hand(letter, folder / BY_HAND, settings)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in letter.attachments}
    receipt = Receipt(letter.message_id, letter.to, letter.date, hashes, letter.key)
    _recorder(outbox, result, settings, form, "by-hand", closed=closed)(letter, receipt)
    return Sent([f"附件和正文已放在 {folder / BY_HAND}（{len(paths)} 个文件），请用网页邮箱寄往 {'、'.join(letter.to) or '上级的信箱'}",
                 f"{result.week} 期已记为报送，并已定稿"])


def _recorder(outbox: Outbox, result: WeekResult, settings: Settings, form: Form, how: str,
              *, closed: bool = True) -> Callable[[Letter, Receipt], None]:
    """What to call the moment a letter has gone: the record of it, and for one that goes upward the closing."""
    def record(letter: Letter, receipt: Receipt) -> None:
        upward = how in (UPWARD, "by-hand")
        events = [{"event": "sent", "at": receipt.when.isoformat(timespec="seconds"), "week": result.week.isoformat(),
                   "kind": UPWARD if upward else how, "by_hand": how == "by-hand", "unit": letter.unit,
                   "to": list(receipt.to), "message_id": receipt.message_id, "attachments": receipt.attachments,
                   "key": receipt.key, "totals": result.totals if upward else None}]
        if upward and not closed:
            events.append(closing(result.week, result.totals, settings, form))
        outbox.history.record(events)
    return record


def send_to_units(settings: Settings, week: dt.date | None, kind: str, *,
                  progress: Callable[[int, int], None] | None = None) -> Sent:
    """Mail each rejected unit its notice and annotated copy (``returns``), each missing unit its reminder (``reminders``),
    or each unit with overdue hazards its letter (``supervision``).

    A letter that went is not sent again; what did not go is reported, and a second call sends only that.
    """
    form = load_form(settings.paths.form)
    roster = load_roster(settings.paths.roster, form)
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        finish(outbox, form, settings)
        outbox.check_closed()
        ran = run_week(outbox, form, week)
        result = latest_result(outbox, ran.week)
        if kind == "returns":
            letters, without = return_letters(result, form, settings, roster, outbox.week_folder(ran.week) / RETURNS)
        elif kind == "supervision":
            letters, without = supervision_letters(result, form, settings, roster, outbox.week_folder(ran.week) / SUPERVISION)
        else:
            letters, without = reminder_letters(result, form, settings, roster)
        gone = {one["key"] for one in outbox.history.sent(ran.week)}
        waiting = [letter for letter in letters if letter.key not in gone]
        outcomes = deliver(waiting, settings, on_progress=progress,
                           on_sent=_recorder(outbox, result, settings, form, kind)) if waiting else []
    what = {"returns": "退回通知", "reminders": "催报通知", "supervision": "督办函"}[kind]
    done = Sent([f"{what}：寄出 {sum(one.sent for one in outcomes)} 封" +
                 (f"，此前已寄 {len(letters) - len(waiting)} 封" if len(waiting) < len(letters) else "")])
    for one in outcomes:
        if one.error:
            done.lines.append(Sentence(f"{one.letter.unit}：", one.error))
            done.failed |= not one.sent
    if without:
        done.lines.append(f"没有邮箱、要另行通知的 {len(without)} 家：{'、'.join(without)}")
    return done
