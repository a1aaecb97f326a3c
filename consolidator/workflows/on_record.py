"""What every decision on the record has: its moment, its week, who decided and why."""

from __future__ import annotations

import datetime as dt

from consolidator.model.text import one_line
from consolidator.model.weeks import now
from consolidator.store.outbox import login_name
from schemas.actions import Sentence, act
from schemas.errors import ClosedWeekError, UsageError
from schemas.form import Form
from schemas.settings import Settings


def event(what: str, week: dt.date, settings: Settings, form: Form, **more: object) -> dict:
    """The event ``what`` of ``week``, as the journal has it, with what it says ``more``."""
    return {"event": what, "at": moment(settings, form), "week": week.isoformat(), **more, "by": operator_of(settings)}


def moment(settings: Settings, form: Form) -> str:
    """Now, to the second, in the campaign's time zone."""
    return now(settings, form).isoformat(timespec="seconds")


def operator_of(settings: Settings) -> str:
    """Who decides, for the record."""
    return settings.office.operator or login_name()


def given_reason(reason: str) -> str:
    """The reason as one line.

    Raises:
        UsageError: there is none.
    """
    if not one_line(reason):
        raise UsageError(Sentence("请", act("reason"), "理由"))
    return one_line(reason)


def is_closed(week: dt.date) -> ClosedWeekError:
    """What to say where something is to be done in a closed week."""
    return ClosedWeekError(Sentence(f"{week} 期已定稿，不再变动：需要更正的，请先", act("reopen", week=week)))
