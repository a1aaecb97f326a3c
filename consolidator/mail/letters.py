"""The letters that go out: upward, back to units, to remind them; and the same letter laid out for web mail.

Words stand in ``templates/信件.txt``, ``退回信件.txt`` and ``催报信件.txt``. Nothing here sends; see ``delivery``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from consolidator.mail.mime import Letter, address_of, addresses_in, sender_of, shown_name
from consolidator.model.display import day_text, moment_text, total_text, unit_of_total
from consolidator.model.filenames import newer_name, safe_name
from consolidator.model.result import AWAITS_REPORT, WeekResult
from consolidator.model.text import one_line
from consolidator.model.weeks import due_time, now
from consolidator.writing.environment import render, text_environment
from consolidator.writing.facts import carried_from
from consolidator.writing.files import write_text
from consolidator.writing.text.notices import unit_reminders
from schemas.actions import Sentence, act
from schemas.errors import DeliveryError, reason_of
from schemas.form import Figure, Form
from schemas.settings import Settings

if TYPE_CHECKING:
    from consolidator.model.submission import FigureValue
    from schemas.roster import Roster

BY_HAND_TEXT = "主题与正文.txt"
_NOTICE = ".txt"
_MOST_BYTES = 240  # of a file's name in 上报/, so that its name while it is written stays within 255


def upward_letter(result: WeekResult, form: Form, settings: Settings, attachments: Sequence[Path], to: str | None, *,
                  correction: Mapping[str, tuple[FigureValue, FigureValue]] | None, unaddressed: bool = False) -> Letter:
    """The letter that reports the week to the level above: 应报 and 实报, headline totals with their increments.

    ``to`` overrides :func:`upward_address`; ``unaddressed`` lets a letter be made without any. ``correction`` holds the
    totals that differ from what was sent, figure → (old, new), and makes it a 【更正】, even where it is empty; None for the
    first letter of a week.

    Raises:
        DeliveryError: there is no address, or one that is none.
        DefinitionError: the template is wrong.
    """
    address = to or upward_address(form, settings)
    if not address and not unaddressed:
        raise DeliveryError(Sentence("不知道汇总结果报往哪个信箱：请", act("send-to"), "，或在 settings.toml 的 [office] 一节写 "
                                     'report_to_address = "上级的信箱"'))
    recipients = addresses_in(address) if address else ()
    sender = sender_of(settings)
    if not to and sender and sender[1].casefold() in {one.casefold() for one in recipients}:
        raise DeliveryError(Sentence(f"上报地址 {sender[1]} 就是本单位自己的信箱："
                                     "请在 settings.toml 的 report_to_address 写上级的信箱，或", act("send-to")))
    copies = tuple(address_of(one, "抄送地址") for one in settings.mail.cc if one.strip())
    date = now(settings, form)
    reported = {unit.unit for unit in result.reported_units()}
    missing = [unit.unit for unit in result.due_units() if unit.unit not in reported]
    body = render(text_environment(), "信件.txt", **_common(result, form, settings), date=day_text(date.date()),
                  due=len(result.due_units()), reported=len(reported),
                  missing=missing if settings.report.name_missing_units else [],
                  carried=carried_from(result),
                  headline=[_headline(result, form, name) for name in form.report.headline or form.figures],
                  corrections=None if correction is None else _corrections(correction, result, form),
                  attachments=[shown_name(path) for path in attachments])
    mark = "" if correction is None else "【更正】"
    return _letter(recipients, copies, f"{mark}{settings.office.name}：{_title(result, form)}", body, attachments, date=date,
                   settings=settings)


def upward_address(form: Form, settings: Settings) -> str:
    """Where the merged result goes by the settings, "" where they do not say.

    The form's own address is where its units report: only an office that is itself such a unit (it has a 类别) reports there.
    """
    office = settings.office
    return office.report_to_address.strip() or (form.send_to.strip() if office.kind else "")


def return_letters(result: WeekResult, form: Form, settings: Settings, roster: Roster,
                   folder_of_returns: Path) -> tuple[list[Letter], list[str]]:
    """A letter for each unit with a rejected submission: its notice as the text, its annotated copies attached.

    Returns the letters in the roster's order and the names of units without an address. What the program laid beside
    a file that a person edited (``…（新）``) is of this run and goes in its place.

    Raises:
        DeliveryError: a unit's notice does not lie in ``folder_of_returns``.
    """
    rejected = {one.unit for one in result.submissions if one.goes_back and one.unit is not None}
    files = files_of_units(folder_of_returns, [unit.unit for unit in result.units])
    environment, common, date = text_environment(), _common(result, form, settings), now(settings, form)
    letters: list[Letter] = []
    without: list[str] = []
    for unit, address in _addressed(result, roster, rejected, without):
        notices = [path for path in files.get(unit, ()) if path.suffix == _NOTICE]
        copies = [path for path in files.get(unit, ()) if path.suffix != _NOTICE]
        if not notices:
            raise DeliveryError(Sentence(f"{folder_of_returns.name}/ 中没有{unit}的退回通知：请先", act("run-first"), "，再发退回信件"))
        body = render(environment, "退回信件.txt", **common, unit=unit, notices=[_text_of(path) for path in notices],
                      attachments=[shown_name(path) for path in copies])
        subject = f"【退回】{unit}：{_title(result, form)}"
        letters.append(_letter(addresses_in(address), (), subject, body, copies, date=date, settings=settings, unit=unit))
    return letters, without


def reminder_letters(result: WeekResult, form: Form, settings: Settings,
                     roster: Roster) -> tuple[list[Letter], list[str]]:
    """A letter for each unit of which nothing has come this week, and the names of those without an address.

    It says what 催报通知 says to that unit. Units with a rejected submission have theirs (:func:`return_letters`).
    """
    silent = {unit.unit for unit in result.due_units() if unit.awaiting == AWAITS_REPORT}
    environment, common, date = text_environment(), _common(result, form, settings), now(settings, form)
    texts = unit_reminders(result, form, settings)
    letters: list[Letter] = []
    without: list[str] = []
    for unit, address in _addressed(result, roster, silent, without):
        body = render(environment, "催报信件.txt", **common, unit=unit, notice=texts[unit].strip())
        subject = f"【催报】{unit}：{_title(result, form)}"
        letters.append(_letter(addresses_in(address), (), subject, body, (), date=date, settings=settings, unit=unit))
    return letters, without


def supervision_letters(result: WeekResult, form: Form, settings: Settings, roster: Roster,
                        folder: Path) -> tuple[list[Letter], list[str]]:
    """A letter for each unit that ``folder`` (督办/) holds one for, attached; and the names of those without an address."""
    files = files_of_units(folder, [unit.unit for unit in result.units])
    environment, common, date = text_environment(), _common(result, form, settings), now(settings, form)
    letters: list[Letter] = []
    without: list[str] = []
    for unit, address in _addressed(result, roster, {unit for unit, paths in files.items() if paths}, without):
        body = render(environment, "督办信件.txt", **common, unit=unit, attachments=[shown_name(path) for path in files[unit]])
        subject = f"【督办】{unit}：{_title(result, form)}"
        letters.append(_letter(addresses_in(address), (), subject, body, files[unit], date=date, settings=settings, unit=unit))
    return letters, without


def lay_by_hand(letter: Letter, folder: Path, settings: Settings) -> list[Path]:
    """Lays in ``folder`` (``上报/``) what web mail needs: the attachments, named after the office, and a text to paste.

    Returns the paths written, ``主题与正文.txt`` last. Each file is replaced whole.

    Raises:
        DeliveryError: an attachment cannot be read, or the folder not be written.
    """
    office = settings.office.name
    written: list[Path] = []
    body = letter.body
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in letter.attachments:
            name = path.name if path.name.startswith(office) else f"{office}_{path.name}"
            target = folder / safe_name(name, _MOST_BYTES)
            _replace(target, path.read_bytes())
            written.append(target)
            body = body.replace(shown_name(path), target.name)  # the text names the files that lie beside it
        lines = [f"收件人：{'；'.join(letter.to) or '（请填写上级的信箱）'}", *([f"抄送：{'；'.join(letter.cc)}"] if letter.cc else []),
                 f"主题：{one_line(letter.subject)}", f"附件：{'、'.join(path.name for path in written) or '无'}",
                 "正文：", "", body]
        fresh = folder / f".{BY_HAND_TEXT}.tmp"
        write_text(fresh, "\n".join(lines))
        os.replace(fresh, folder / BY_HAND_TEXT)
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else folder.name
        advice = "请关闭打开它的程序" if isinstance(error, PermissionError) else "请检查磁盘"
        raise DeliveryError(f"“{one_line(name)}”读不到或写不进 {folder.name}/（{reason_of(error)}）：{advice}后再试") from error
    return [*written, folder / BY_HAND_TEXT]


def _letter(to: tuple[str, ...], cc: tuple[str, ...], subject: str, body: str, attachments: Sequence[Path],
            *, date: dt.datetime, settings: Settings, unit: str | None = None) -> Letter:
    letter = Letter(to, cc, one_line(subject), body, tuple(attachments), message_id="", date=date, unit=unit)
    sender = sender_of(settings)
    domain = sender[1].rpartition("@")[2] if sender else "consolidate.invalid"  # RFC 2606: surely nobody's
    mark = hashlib.sha256(f"{letter.key} {date.isoformat()}".encode()).hexdigest()[:32]
    return Letter(to, cc, letter.subject, body, letter.attachments, message_id=f"<{mark}@{domain}>", date=date, unit=unit)


def _common(result: WeekResult, form: Form, settings: Settings) -> dict[str, object]:
    """What every letter's template may name."""
    return {"title": form.joined_title, "campaign": form.campaign.name, "week": day_text(result.week),
            "deadline": moment_text(due_time(form.campaign, result.week)), "office": settings.office}


def _title(result: WeekResult, form: Form) -> str:
    return f"{form.joined_title}（{day_text(result.week)}）"


def _headline(result: WeekResult, form: Form, name: str) -> dict[str, str]:
    """A total as the letter's line shows it: ``label``, ``total`` and ``change`` ("" in the first week)."""
    figure, increment = form.figures[name], result.increments.get(name)
    change = ""
    if increment is not None:
        size = f"{total_text(abs(increment), figure)}{unit_of_total(figure)}"
        change = f"较上期增加{size}" if increment > 0 else f"较上期减少{size}" if increment < 0 else "与上期持平"
    return {"label": figure.short, "total": _district_total(result.totals.get(name), figure), "change": change}


def _district_total(value: FigureValue, figure: Figure) -> str:
    """A district total with its unit; of a yes-or-no figure the total counts the units that say 是."""
    if value is None:
        return "无"
    return f"{total_text(value, figure)}{unit_of_total(figure)}" + ("" if figure.is_number else "为“是”")


def _corrections(correction: Mapping[str, tuple[FigureValue, FigureValue]], result: WeekResult,
                 form: Form) -> list[dict[str, str]]:
    """The corrected totals in the form's order, with printed labels, what was sent and what holds now."""
    return [{"label": form.label(name, result.week), "old": _district_total(correction[name][0], form.figures[name]),
             "new": _district_total(correction[name][1], form.figures[name])} for name in form.figures if name in correction]


def _addressed(result: WeekResult, roster: Roster, wanted: set[str], without: list[str]) -> list[tuple[str, str]]:
    """(unit, address) of the wanted units in the result's order; those without an address are added to ``without``."""
    emails = {unit.name: unit.email for unit in roster.units}
    found = []
    known = {unit.unit: None for unit in result.units}
    for name in [*known, *sorted(wanted - known.keys())]:
        if name in wanted and emails.get(name, "").strip():
            found.append((name, emails[name]))
        elif name in wanted:
            without.append(name)
    return found


def files_of_units(folder: Path, units: Sequence[str]) -> dict[str, list[Path]]:
    """Unit → its files in the folder of returns, by the unit's name at the beginning of theirs.

    The longest name decides (区商务局 and 区商务局二科). Of a file and its ``…（新）`` only the newer is.
    """
    begins = {safe_name(unit): unit for unit in units}
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    replaced = {path for path in paths if newer_name(path) != path and newer_name(path).is_file()}
    files: dict[str, list[Path]] = {}
    for path in paths:
        unit = next((begins[path.name[:n]] for n in range(len(path.name), 0, -1) if path.name[:n] in begins), None)
        if unit is not None and path not in replaced:
            files.setdefault(unit, []).append(path)
    return files


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").strip()
    except OSError as error:
        raise DeliveryError(f"退回通知“{path.name}”读不到：请关闭打开它的程序后再发") from error


def _replace(target: Path, data: bytes) -> None:
    fresh = target.with_name(f".{target.name}.tmp")
    fresh.write_bytes(data)
    os.replace(fresh, target)
