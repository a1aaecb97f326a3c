"""``assign``: the clerk says of which week a file is, whatever date is written in it."""

from __future__ import annotations

import datetime as dt

from consolidator.model.weeks import week_of
from consolidator.store.outbox import opened
from consolidator.workflows.decisions import file_meant
from consolidator.workflows.on_record import event, given_reason
from consolidator.workflows.weekly import Done, run
from consolidator.writing.publish import latest_result
from schemas.actions import Sentence, act
from schemas.errors import UsageError
from schemas.form_loading import load_form
from schemas.settings import Settings


def assign(settings: Settings, file: str, week: dt.date, reason: str) -> Done:
    """Record that ``file`` is of ``week``, and run again: that week, or the latest open one where that week is closed.

    A form of a closed week is kept as a correction of it: later weeks carry it, and its own week takes it up once it is reopened.

    Raises:
        UsageError: no such week, no such file in the inbox or the latest week, several of that name, or no reason.
    """
    form = load_form(settings.paths.form)
    reason = given_reason(reason)
    meant = week_of(form.campaign, week)
    if meant is None:
        raise UsageError(Sentence(f"{week} 不在专项行动期内：请", act("other-week")))
    with opened(settings.paths.outbox, form, after_a_run=True) as outbox:
        weeks = outbox.history.weeks()
        name, sha256 = file_meant(file, [one for ran in weeks[-1:] for one in latest_result(outbox, ran.week).submissions], settings)
        outbox.history.record([event("assigned", meant, settings, form, file=name, sha256=sha256, reason=reason)])
    if all(one.week != meant or not one.closed for one in weeks):
        return run(settings, meant)
    return run(settings, next((one.week for one in reversed(weeks) if not one.closed and one.week >= meant), None))
